/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/sides.h"

#include "tests/unit/unit.h"

static void addresses_that_are_one(void **state)
{
    (void)state;
    static const struct {
        const char *address, *plain;
    } cases[] = {
        {"14 Larkspur Ave., Otley, ls57 3dw", "LS573DW 14"},
        {"14, LARKSPUR AVENUE\nLeeds\nLS57 3DW", "LS573DW 14"},
        {"14 Larkspur Avenue, LS573DW", "LS573DW 14"},
        {"Flat 6\n14 Tannery Row\nBD92 7HL", "BD927HL 6 14"},
        {"Flat 6, 14 Tannery Row, Skipton, BD92 7HL, UK", "BD927HL 6 14"},
        {"The Old Forge\nLong Lane\nLS57 9XX", "LS579XX theoldforge"},
        {"the old  forge, long lane, ls57 9xx", "LS579XX theoldforge"},
        {"22a Fore Street, EX5", "22aforestreetex5"},
        {"22a Fore St., EX5", "22aforestreetex5"},
        {"ul. Kościuszki 14/3, Rybnik", "ulkosciuszki143rybnik"},
        {"LS57 3DW", "LS573DW"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        struct str plain = {0};
        assert_ok(sides_address(str_from(cases[i].address), arena, &plain));
        assert_str(plain, str_from(cases[i].plain));
    }
}

static void addresses_that_are_none(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct str plain = STR("as before");
    assert_err(sides_address(STR(""), arena, &plain), ERR_BAD_INPUT);
    assert_err(sides_address(STR(" ,\n-"), arena, &plain), ERR_BAD_INPUT);
    assert_err(sides_address(STR("14 \xff Road"), arena, &plain), ERR_BAD_UTF8);
    BUF(many, 20000);
    for (int i = 0; i < 500; i++) buf_add_c(&many, "a ");
    assert_err(sides_address(buf_str(&many), arena, &plain), ERR_TOO_BIG);
    for (int i = 0; i < 5000; i++) buf_add_c(&many, "a");
    buf_add_c(&many, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_str(plain, STR("as before"));
}

UNIT_MAIN(NULL, cmocka_unit_test(addresses_that_are_one), cmocka_unit_test(addresses_that_are_none))
