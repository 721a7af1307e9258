/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static void handles(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"find me @jo.smith_x", "handle[@jo.smith_x]", NULL, NULL, 0},
        {"my insta is jojo_99x", "handle[jojo_99x]", NULL, NULL, 0},
        {"snap: zedzed42", "handle[zedzed42]", NULL, NULL, 0},
        {"Skype live:kat.novotny_9", "handle[live:kat.novotny_9]", NULL, NULL, 0},
        {"Kelsey Broad-Vibes on youtube, its me", "handle[Kelsey Broad-Vibes]", NULL, NULL, 0},
        {"im jojobabe94x on snap", "handle[jojobabe94x]", NULL, NULL, 0},
        {"on facebook as Jo Smithers", "handle[Jo Smithers]", NULL, NULL, 0},
        {"see you @ school", "", NULL, NULL, 0},
        {"he likes youtube and minecraft", "", NULL, NULL, 0},
        {"she is always on tiktok with Kate", "", NULL, "Kate", 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void searched(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"look up Dancing Dave on youtube", "handle[Dancing Dave]", NULL, NULL, 0},
        {"search for 'MrsCraftyKitten' on YouTube", "handle[MrsCraftyKitten]", NULL, NULL, 0},
        {"my etsy shop is WoollyWilma", "", NULL, NULL, 0},
        {"hashtag #GracesGiraffes", "handle[GracesGiraffes]", NULL, NULL, 0},
        {"#blessed", "", NULL, NULL, 0},
        {"look for me on the beach", "", NULL, NULL, 0},
        {"on xbox im Toon Army Tank", "handle[Toon Army Tank]", NULL, NULL, 0},
        {"add me. insta is kaiz_b dot otf ok", "handle[kaiz_b dot otf]", NULL, NULL, 0},
        {"psn KAIZO-BT-OTF dont let on", "handle[KAIZO-BT-OTF]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* What a photo is filed under is no name on an app. */
static void file_names(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Attachments: IMG_4471.jpg and old_photo.pdf", "", NULL, NULL, 0},
        {"find me as img_4471 on insta", "handle[img_4471]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(handles), cmocka_unit_test(searched), cmocka_unit_test(file_names))
