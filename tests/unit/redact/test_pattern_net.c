/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static void emails(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"jo.smith+x@mail.example", "email[jo.smith+x@mail.example]", NULL, NULL, 0},
        {"(jo_s@mail.co.uk).", "email[jo_s@mail.co.uk]", NULL, NULL, 0},
        {"01632 960 809 / www.medenscaff.example",
         "phone[01632 960 809] url[www.medenscaff.example]", NULL, NULL, 0},
        {"jo73 @ mail . example", "email[jo73 @ mail . example]", NULL, NULL, 0},
        {"write to jo dot smith at mail dot com ok", "email[jo dot smith at mail dot com]", NULL,
         NULL, 0},
        {"jo.smith (at) gmail.com", "email[jo.smith (at) gmail.com]", NULL, NULL, 0},
        {"its josmith99 at hotmail", "email[josmith99 at hotmail]", NULL, NULL, 0},
        {"jo@gmail", "email[jo@gmail]", NULL, NULL, 0},
        {"look at the dot", "", NULL, NULL, 0},
        {"meet me at home. come in", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void links(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"see https://a.example/x?y=1#z.", "url[https://a.example/x?y=1#z]", NULL, NULL, 0},
        {"www.jo.example/me, ok", "url[www.jo.example/me]", NULL, NULL, 0},
        {"joswebsite.com", "url[joswebsite.com]", NULL, NULL, 0},
        {"my-site.co.uk/photos", "url[my-site.co.uk/photos]", NULL, NULL, 0},
        {"t.me/jo99", "url[t.me/jo99]", NULL, NULL, 0},
        {"facebook dot com slash jo.smith", "url[facebook dot com slash jo.smith]", NULL, NULL, 0},
        {"I went home.Me too", "", NULL, NULL, 0},
        {"at 3.30 e.g. or i.e. no", "", NULL, NULL, 0},
        {"///filled.count.soap", "place[///filled.count.soap]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void apart(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"lorraine (at) oak dash house (dot) example",
         "email[lorraine (at) oak dash house (dot) example]", NULL, NULL, 0},
        {"j o at p i n g dot example", "email[j o at p i n g dot example]", NULL, NULL, 0},
        {"index home raft on what3words", "place[index home raft]", NULL, NULL, 0},
        {"look here: vids.cornishpost[dot]example/aug24/barn-fire.",
         "url[vids.cornishpost[dot]example/aug24/barn-fire]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(emails), cmocka_unit_test(links), cmocka_unit_test(apart))
