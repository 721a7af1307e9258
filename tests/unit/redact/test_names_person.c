/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

static void roles(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Her form tutor, Adeyinka, is kind.", "name[Adeyinka]", NULL, NULL, 0},
        {"my key worker is called Gail Umpleby", "name[Gail Umpleby]", NULL, NULL, 0},
        {"her teacher is lovely", "", NULL, NULL, 0},
        {"at the house with a woman called Gillibrandt", "name[Gillibrandt]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void surnames(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"a lad called Kev Ramsbottom", "name[Kev Ramsbottom]", NULL, NULL, 0},
        {"all the Umplebys came", "name[Umplebys]", NULL, NULL, 0},
        {"I rang Umpleby, who came", "name[Umpleby]", NULL, NULL, 0},
        {"the Umpleby family", "name[Umpleby]", NULL, NULL, 0},
        {"I miss yas loads", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Behind first names, before roles, after titles. */
static void more_surnames(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"the lady theres called Bushra Pellmirza now", "name[Bushra Pellmirza]", NULL, NULL, 0},
        {"Priti Sandhpell, Duty Worker", "name[Priti Sandhpell]", NULL, NULL, 0},
        {"leave a message with Officer Pelling", "name[Pelling]", NULL, NULL, 0},
        {"it is from Ellen, née Senior, who sang", "name[Senior]", NULL, NULL, 0},
        {"my teecher is Mis Pellvig and she is nice", "name[Pellvig]", NULL, NULL, 0},
        {"I play Mrs Pellvig in it, which is funny", "", NULL, NULL, 0},
        {"It begins with an E. You've three guesses.", "", NULL, NULL, 0},
        {"Mis is not a title", "", NULL, NULL, 0},
        {"my maiden name was Ockgarth", "name[Ockgarth]", NULL, NULL, 0},
        {"my drugs worker gary fenwick says im ok. i miss u. it was cold.", "name[fenwick]", NULL,
         NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* A first name as Polish changes it stays; a surname goes. */
static void first_names_changed(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Do pani Anny i pani Kowalczyk z podziekowaniem za wszystko co robicie dla dziecka.",
         "name[Kowalczyk]", NULL, NULL, 0},
        {"the glazier, Toselind, came", "name[Toselind]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(roles), cmocka_unit_test(surnames), cmocka_unit_test(more_surnames),
              cmocka_unit_test(first_names_changed))
