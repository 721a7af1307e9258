/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern_in.h"

#include "tests/unit/redact/proposed.h"

static void by_their_cue(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"my ref is FC/2019/0042", "id[FC/2019/0042]", NULL, NULL, 0},
        {"payroll no. 0071882", "id[0071882]", NULL, NULL, 0},
        {"Hospital no. N4471920", "id[N4471920]", NULL, NULL, 0},
        {"GMC 9990417", "id[GMC 9990417]", NULL, NULL, 0},
        {"VAT GB 999 9973 41", "id[VAT GB 999 9973 41]", NULL, NULL, 0},
        {"badge, number BCC-PHV 20418", "id[BCC-PHV 20418]", NULL, NULL, 0},
        {"quoting MRD-00441-G", "id[MRD-00441-G]", NULL, NULL, 0},
        {"log number 24*0099417", "id[24*0099417]", NULL, NULL, 0},
        {"file K9904471", "id[K9904471]", NULL, NULL, 0},
        {"recorded item RN 9914 2207 3GB and", "id[RN 9914 2207 3GB]", NULL, NULL, 0},
        {"my tax card 8 441 990 2173 is", "id[8 441 990 2173]", NULL, NULL, 0},
        {"the seasons 2018 2019 2020 were good", "", NULL, NULL, 0},
        {"ISBN 978 1 4088 5565 2", "", NULL, NULL, 0},
        {"the court papers again, the number on it is WF21C00417", "id[WF21C00417]", NULL, NULL, 0},
        {"her passport has been returned, A09 912 774, so", "id[A09 912 774]", NULL, NULL, 0},
        {"the number is PL 4471 0932 and", "id[PL 4471 0932]", NULL, NULL, 0},
        {"entry no. AXB 994417", "id[AXB 994417]", NULL, NULL, 0},
        {"issued under no. 1704 2216 0904 7731", "id[1704 2216 0904 7731]", NULL, NULL, 0},
        {"we are no. 12 in the queue", "", NULL, NULL, 0},
        {"Lego set number 75192", "", NULL, NULL, 0},
        {"registered charity number 1042658", "", NULL, NULL, 0},
        {"order number was 4471023", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* The agency's own, and pieces joined. */
static void others(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Please quote our reference LBX-0417 when you write.", "", NULL, NULL, 0},
        {"ID 77009008, email checked by build 9007, no virus", "", NULL, NULL, 0},
        {"bus pass WM-633-004417", "id[WM-633-004417]", NULL, NULL, 0},
        {"CCLI 0004418", "id[0004418]", NULL, NULL, 0},
        {"I sign it over, folio MY 0417F, soon", "id[MY 0417F]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(by_their_cue), cmocka_unit_test(others))
