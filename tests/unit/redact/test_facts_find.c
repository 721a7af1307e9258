/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static const char list[] = "name=Fotheringay; name=Green; place=Wexcombe; place=Reading; "
                           "school=Thornfield Primary School; address=9 Cobbler's Yard; "
                           "workplace=Barlow Freight; medical=Kestrel Surgery; dob=4 June 2014; "
                           "handle=jofother_99; postcode=YO99 1AA; id=AB/4471-K";

static void disguises(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"I am a Fotheringay.", "name[Fotheringay]", list, NULL, 0},
        {"im a fotheringay me", "name[fotheringay]", list, NULL, 0},
        {"FOTHERINGAY", "name[FOTHERINGAY]", list, NULL, 0},
        {"the Fotheringay's dog", "name[Fotheringay]", list, NULL, 0},
        {"the Fotheringays", "name[Fotheringays]", list, NULL, 0},
        {"Fothering ay, Fother-ingay", "name[Fothering ay] name[Fother-ingay]", list, NULL, 0},
        {"F o t h e r i n g a y", "name[F o t h e r i n g a y]", list, NULL, 0},
        {"F.O.T.H.E.R.I.N.G.A.Y!", "name[F.O.T.H.E.R.I.N.G.A.Y]", list, NULL, 0},
        {"Fother\u00adin\u200bgay", "name[Fother\u00adin\u200bgay]", list, NULL, 0},
        {"Fоthеringay", "name[Fоthеringay]", list, NULL, 0}, /* Cyrillic o and e */
        {"F0ther1ngay", "name[F0ther1ngay]", list, NULL, 0},
        {"Fothéringày", "name[Fothéringày]", list, NULL, 0},
        {"my name was fotheringey once", "name[fotheringey]", list, NULL, 0},
        {"Fotherngay, Fotheirngay", "name[Fotherngay] name[Fotheirngay]", list, NULL, 0},
        {"#TeamFotheringay", "name[TeamFotheringay]", list, NULL, 0},
        {"hol-\nFothering-\nay", "name[Fothering-\nay]", list, NULL, 0},
        {"we live in wexcomb", "place[wexcomb]", list, NULL, 0},
        {"born 4 June", "dob[4 June]", list, NULL, 0},
        {"she was 04/06/14", "dob[04/06/14]", list, NULL, 0},
        {"jo fother_99", "handle[jo fother_99]", list, NULL, 0},
        {"yo991aa", "postcode[yo991aa]", list, NULL, 0},
        {"ref ab 4471 k", "id[ab 4471 k]", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* A name on an app in two words is what somebody is called, but for where apps are spoken of. */
static void names_on_apps_in_two(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"He calls himself Max Power when he has his cape.", "", "handle=maxpower", NULL, 0},
        {"add me, Max Power on snap", "handle[Max Power]", "handle=maxpower", NULL, 0},
        {"I am maxpower", "handle[maxpower]", "handle=maxpower", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void terms_of_several_words(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"at Thornfield Primary School now", "school[Thornfield Primary School]", list, NULL, 0},
        {"at thornfield", "school[thornfield]", list, NULL, 0},
        {"Thornfield Prim is nice", "school[Thornfield Prim]", list, NULL, 0},
        {"he likes his primary school", "", list, NULL, 0},
        {"9 Cobblers Yard", "address[9 Cobblers Yard]", list, NULL, 0},
        {"up Cobbler's Yard", "address[Cobbler's Yard]", list, NULL, 0},
        {"a cobbler and a yard", "", list, NULL, 0},
        {"at Barlow Freight", "workplace[Barlow Freight]", list, NULL, 0},
        {"at Kestrel Surgery", "medical[Kestrel Surgery]", list, NULL, 0},
        {"a kestrel flew by", "", list, NULL, 0},
        {"He is in Bosforus, with a chair.", "workplace[Bosforus]", "workplace=Bosphorus Barbers",
         NULL, 0},
        {"The calves all came at once at the Cedar, I hear.", "workplace[the Cedar]",
         "workplace=Wold Cedar Works", NULL, 0},
        {"She started at the academy in for far and likes it.", "place[for far]", "place=Forfar",
         NULL, 0},
        {"I know that you are Ash down now and so is he.", "name[Ash down]", "name=Ashdown", NULL,
         0},
        {"We had a green field with a donkey in it.", "", "school=Greenfield", NULL, 0},
        {"Add me on snap, it is under Lee Caw with a cat.", "handle[Lee Caw]", "handle=leecaw",
         NULL, 0},
        {"When u get one add me, im still kels holl same as before", "handle[kels holl]",
         "handle=kels_holl", NULL, 0},
        {"It was not for far too long.", "", "place=Forfar", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void ordinary_words(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"She likes green apples and reading books.", "", list, NULL, 0},
        {"Green is her colour. Reading is fun.", "", list, NULL, 0},
        {"Your surname is Green now.", "name[Green]", list, NULL, 0},
        {"Mr Green came", "name[Green]", list, NULL, 0},
        {"the green family", "name[green]", list, NULL, 0},
        {"They live in Reading.", "place[Reading]", list, NULL, 0},
        {"they live in reading", "place[reading]", list, NULL, 0},
        {"in May we went", "", "name=May", NULL, 0},
        {"with Mrs May", "name[May]", "name=May", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void allowed_names_stay(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Kate says hi", "", "name=Katherine", "Kate", 0},
        {"Katherine says hi", "name[Katherine]", "name=Katherine", "Kate", 0},
        {"Ellie and Ellis", "name[Ellis]", "name=Ellis", "Ellie", 0},
        {"Tom Arkwright and Tom", "name[Tom Arkwright]", "name=Tom Arkwright", "Tom", 0},
        {"Karen is fine", "", "name=Karen Arkwright", "Karen", 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void other_words_stay(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"forthcoming, wholesome, there", "", list, NULL, 0},
        {"needs leads", "", "place=Leeds", NULL, 0},
        {"an no", "", "name=Anno", NULL, 0},
        {"", "", list, NULL, 0},
        {"x", "", "name=; name= ; name=!", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void scans(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"rny Thornfleld", "school[Thornfleld]", list, NULL, REDACT_SCAN_OCR},
        {"Wexcornbe", "place[Wexcornbe]", list, NULL, REDACT_SCAN_OCR},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(disguises), cmocka_unit_test(names_on_apps_in_two),
              cmocka_unit_test(terms_of_several_words), cmocka_unit_test(ordinary_words),
              cmocka_unit_test(allowed_names_stay), cmocka_unit_test(other_words_stay),
              cmocka_unit_test(scans))
