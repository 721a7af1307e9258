/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/sought.h"

#include "tests/unit/unit.h"

static struct day day(int year, int month, int number)
{
    struct day made = {0};
    assert_true(day_from((struct day_parts){year, month, number}, &made));
    return made;
}

static void dates_as_people_type_them(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        int from[3], to[3]; /* year 0: no date */
    } cases[] = {
        {"27/3/2019", {2019, 3, 27}, {2019, 3, 27}},
        {"27/03/19", {2019, 3, 27}, {2019, 3, 27}},
        {"27.3.2019", {2019, 3, 27}, {2019, 3, 27}},
        {" 27 - 3 - 2019 ", {2019, 3, 27}, {2019, 3, 27}},
        {"03/04/2019", {2019, 4, 3}, {2019, 4, 3}}, /* never the American order */
        {"27 March 2019", {2019, 3, 27}, {2019, 3, 27}},
        {"27mar2019", {2019, 3, 27}, {2019, 3, 27}},
        {"1st Sept 2018", {2018, 9, 1}, {2018, 9, 1}},
        {"the 2nd of may, 2018", {2018, 5, 2}, {2018, 5, 2}},
        {"March 27 2019", {2019, 3, 27}, {2019, 3, 27}},
        {"2019-03-27", {2019, 3, 27}, {2019, 3, 27}},
        {"27032019", {2019, 3, 27}, {2019, 3, 27}},
        {"29/2/2020", {2020, 2, 29}, {2020, 2, 29}},
        {"5/6/31", {1931, 6, 5}, {1931, 6, 5}}, /* not to come */
        {"5/6/26", {2026, 6, 5}, {2026, 6, 5}},
        {"March 2019", {2019, 3, 1}, {2019, 3, 31}},
        {"2/2020", {2020, 2, 1}, {2020, 2, 29}},
        {"29/2/2019", {0}, {0}},
        {"31/4/2019", {0}, {0}},
        {"3/27/2019", {0}, {0}},
        {"27/3", {0}, {0}},
        {"27/3/219", {0}, {0}},
        {"2019", {0}, {0}},
        {"", {0}, {0}},
        {"Mar", {0}, {0}},
        {"May Smith", {0}, {0}},
        {"April 27", {0}, {0}}, /* a name and a house */
        {"FB 27 3 2019", {0}, {0}},
        {"99999999999999999999", {0}, {0}},
        {"1 2 3 4 5 6", {0}, {0}},
        {"27 m\xc3\xa4rz 2019", {0}, {0}},
        {"99032019", {0}, {0}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sought_days days = {{7}, {8}};
        bool is_date = sought_days(str_from(cases[i].typed), day(2026, 12, 1), &days);
        bool expected = cases[i].from[0] != 0;
        if (is_date != expected) fail_msg("%s", cases[i].typed);
        const int *from = cases[i].from, *to = cases[i].to;
        int32_t first = expected ? day(from[0], from[1], from[2]).number : 7;
        int32_t last = expected ? day(to[0], to[1], to[2]).number : 8;
        if (days.from.number != first || days.to.number != last) fail_msg("%s", cases[i].typed);
    }
}

static void telephone_numbers_and_postcodes(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        bool is_phone, is_postcode;
    } cases[] = {
        {"01632 960 777", true, false}, {"+44 (0)1632 960-777", true, false},
        {"960777", true, false},        {"1234", false, false},
        {"01632x960", false, false},    {"", false, false},
        {"hx174ab", false, true},       {"hx17ab", false, true},
        {"m11ae", false, true},         {"m601nw", false, true},
        {"w1a1hq", false, true},        {"ec1a1bb", false, true},
        {"cr26xh", false, true},        {"hx17", false, false},
        {"hx174a", false, false},       {"hx1744ab", false, false},
        {"12345ab", false, false},      {"abcdefg", false, false},
        {"hxx174ab", false, false},     {"1x174ab", false, false},
        {"4ab", false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str typed = str_from(cases[i].typed);
        if (sought_is_phone(typed) != cases[i].is_phone) fail_msg("phone: %s", cases[i].typed);
        if (sought_is_postcode(typed) != cases[i].is_postcode)
            fail_msg("postcode: %s", cases[i].typed);
    }
}

static void a_postcode_at_the_end_of_a_line(void **state)
{
    (void)state;
    static const struct {
        const char *line, *postcode;
    } cases[] = {
        {"Otley LS57 3DW", "LS57 3DW"},
        {"LS57 3DW", "LS57 3DW"},
        {"Otley ls573dw", "ls573dw"},
        {"Otley LS57  3DW", "LS57  3DW"},
        {"Flat 2 W1A 1HQ", "W1A 1HQ"},
        {"M1 1AE", "M1 1AE"},
        {"Otley", ""},
        {"", ""},
        {"3 Quarry View", ""},
        {"Unit 12 4AB", ""},
        {"LS57 3DW, Otley", ""},
        {"Harrowgate 34AB", ""},
        {" 3DW", ""},
        {"3DW", ""},
        {"Gro\xc3\x9f"
         "e LS57 3DW",
         "LS57 3DW"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str line = str_from(cases[i].line);
        struct str found = str_from_byte(line, sought_postcode_at(line));
        if (!str_equal(found, str_from(cases[i].postcode))) fail_msg("%s", cases[i].line);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(a_postcode_at_the_end_of_a_line),
          cmocka_unit_test(dates_as_people_type_them),
          cmocka_unit_test(telephone_numbers_and_postcodes))
