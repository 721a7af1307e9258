/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/addr.h"

#include "tests/unit/unit.h"

#include "core/arena.h"

static void addresses_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *local, *domain;
    } cases[] = {
        {"jean@example.org", "", "jean", "example.org"},
        {"  jean@example.org \t", "", "jean", "example.org"},
        {"Jean Smith <jean@example.org>", "Jean Smith", "jean", "example.org"},
        {"<jean@example.org>", "", "jean", "example.org"},
        {"\"Smith, Jean\" <jean@example.org>", "Smith, Jean", "jean", "example.org"},
        {"\"Jean \\\"Nana\\\" Smith\" <j@example.org>", "Jean \"Nana\" Smith", "j", "example.org"},
        {"Jean (her phone) <jean@example.org> (home)", "Jean", "jean", "example.org"},
        {"jean@example.org (Jean (senior))", "", "jean", "example.org"},
        {"\"jean smith\"@example.org", "", "jean smith", "example.org"},
        {"<\"a@b\"@example.org>", "", "a@b", "example.org"},
        {"J. Smith <jean@example.org>", "J. Smith", "jean", "example.org"},
        {"Jean\r\n Smith\r\n <jean@example.org>", "Jean Smith", "jean", "example.org"},
        {"jean+letters@mail.Example.ORG.", "", "jean+letters", "mail.Example.ORG"},
        {"o'brien@example.ie", "", "o'brien", "example.ie"},
        {"Zo\xc3\xab <zo\xc3\xab@ex\xc3\xa4mple.org>", "Zo\xc3\xab", "zo\xc3\xab",
         "ex\xc3\xa4mple.org"},
        {"=?utf-8?Q?Zo=C3=AB?= <z@example.org>", "=?utf-8?Q?Zo=C3=AB?=", "z", "example.org"},
    };
    ARENA(arena, 100000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_addr addr;
        assert_ok(mail_addr_parse(str_from(cases[i].text), arena, &addr));
        assert_str(addr.name, str_from(cases[i].name));
        assert_str(addr.local, str_from(cases[i].local));
        assert_str(addr.domain, str_from(cases[i].domain));
    }
}

static void what_is_no_single_address_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "jean",
        "@example.org",
        "jean@",
        "jean@localhost",
        "jean@example..org",
        "jean@.example.org",
        "jean@-example.org",
        "jean@example-.org",
        "jean.@example.org",
        ".jean@example.org",
        "je..an@example.org",
        "jean smith@example.org",
        "jean@exa mple.org",
        "jean@example.org, ann@example.org",
        "jean@example.org ann@example.org",
        "friends: jean@example.org;",
        "<@relay.example:jean@example.org>",
        "jean@[192.0.2.1]",
        "<jean@example.org",
        "jean@example.org>",
        "Jean <jean@example.org> more",
        "\"jean@example.org",
        "jean@example.org (open",
        "jean@exam\x7fple.org",
        "jean\n@exam\nple.org",
        "jean@example.org\r\nBcc: ann@example.org",
        "a\x01@example.org",
        "\"a\x01\"@example.org",
        "a@\xc2\x85.org",
        "12345678901234567890123456789012345678901234567890123456789012345@example.org",
        "a@1234567890123456789012345678901234567890123456789012345678901234.org",
    };
    ARENA(arena, 100000);
    struct mail_addr addr;
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum err code = mail_addr_parse(str_from(cases[i]), arena, &addr);
        if (code != ERR_BAD_INPUT) fail_msg("%s: %d", cases[i], (int)code);
    }
    assert_err(mail_addr_parse(STR("je\xff"
                                   "an@example.org"),
                               arena, &addr),
               ERR_BAD_UTF8);
    assert_err(mail_addr_parse(STR("je\0an@example.org"), arena, &addr), ERR_BAD_INPUT);
}

static void an_address_is_written_so_that_it_reads_back(void **state)
{
    (void)state;
    static const struct {
        const char *text, *spec;
    } cases[] = {
        {"Jean <jean@Example.org>", "jean@Example.org"},
        {"\"jean\"@example.org", "jean@example.org"},
        {"\"jean smith\"@example.org", "\"jean smith\"@example.org"},
        {"\"a\\\\b\\\"c\"@example.org", "\"a\\\\b\\\"c\"@example.org"},
        {"\"\"@example.org", NULL},
    };
    ARENA(arena, 100000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_addr addr;
        enum err code = mail_addr_parse(str_from(cases[i].text), arena, &addr);
        if (!cases[i].spec) {
            assert_err(code, ERR_BAD_INPUT);
            continue;
        }
        assert_ok(code);
        assert_str(mail_addr_spec(&addr, arena), str_from(cases[i].spec));
    }
}

static void spellings_of_one_address_meet(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {" Jean@Example.ORG ", "jean@example.org"},
        {"Jean Smith <JEAN@example.org>", "jean@example.org"},
        {"\"jean\"@example.org.", "jean@example.org"},
        {"ZO\xc3\x8b@example.org", "zo\xc3\xab@example.org"},
        {"Zoe\xcc\x88@example.org", "zo\xc3\xab@example.org"},
        {"ZOE\xcc\x88@example.org", "zo\xc3\xab@example.org"},
        {"jean.smith@example.org", "jean.smith@example.org"},
        {"jean+x@example.org", "jean+x@example.org"},
    };
    ARENA(arena, 100000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str canonical, again;
        assert_ok(mail_addr_canonical(str_from(cases[i].text), arena, &canonical));
        assert_str(canonical, str_from(cases[i].canonical));
        assert_ok(mail_addr_canonical(canonical, arena, &again));
        assert_str(again, canonical);
    }
    struct str none;
    assert_err(mail_addr_canonical(STR("jean"), arena, &none), ERR_BAD_INPUT);
}

static void spellings_of_one_number_meet(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical; /* NULL: refused */
    } cases[] = {
        {"07700 900123", "+447700900123"},
        {"(07700) 900-123", "+447700900123"},
        {"+44 7700 900123", "+447700900123"},
        {"+44 (0)7700 900123", "+447700900123"},
        {"0044 7700 900123", "+447700900123"},
        {"0044 (0) 7700 900123", "+447700900123"},
        {"447700900123", "+447700900123"},
        {"020.7946.0958", "+442079460958"},
        {"020 7946 0958 ext 12", "+442079460958"},
        {"020 7946 0958 x12", "+442079460958"},
        {"020 7946 0958 Extension 12", "+442079460958"},
        {"020 7946 0958 #12", "+442079460958"},
        {"+48 22 555 01 23", "+48225550123"},
        {"00 48 22 555 01 23", "+48225550123"},
        {"", NULL},
        {"phone", NULL},
        {"7946 0958", NULL},
        {"+0207946", NULL},
        {"000123456789", NULL},
        {"+44", NULL},
        {"++447700900123", NULL},
        {"07700 900123 or 07700 900124", NULL},
        {"07700 900123 x", NULL},
        {"+1234567890123456", NULL},
        {"07700 9001\xd9\xa2\xd9\xa3", NULL},
    };
    ARENA(arena, 100000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str canonical;
        enum err code = mail_addr_phone(str_from(cases[i].text), STR("44"), arena, &canonical);
        if (!cases[i].canonical) {
            if (code != ERR_BAD_INPUT) fail_msg("%s: %d", cases[i].text, (int)code);
            continue;
        }
        if (code != OK) fail_msg("%s: %d", cases[i].text, (int)code);
        assert_str(canonical, str_from(cases[i].canonical));
    }
}

static void texts_go_to_the_first_mobile_number(void **state)
{
    (void)state;
    static const struct {
        const char *numbers[3];
        const char *first;
    } cases[] = {
        {{"07700 900123", NULL, NULL}, "+447700900123"},
        {{"020 7946 0958", "07700 900123", "07700 900124"}, "+447700900123"},
        {{"by the door", "+48 601 555 012", NULL}, "+48601555012"},
        {{"020 7946 0958", NULL, NULL}, NULL},
        {{"0044 20 7946 0958", "", NULL}, NULL},
        {{NULL, NULL, NULL}, NULL},
    };
    ARENA(arena, 100000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str numbers[3], number = STR("untouched");
        size_t count = 0;
        while (count < 3 && cases[i].numbers[count]) {
            numbers[count] = str_from(cases[i].numbers[count]);
            count++;
        }
        bool found = mail_addr_mobile(numbers, count, arena, &number);
        if (found != (cases[i].first != NULL)) fail_msg("case %zu", i);
        assert_str(number, str_from(found ? cases[i].first : "untouched"));
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(addresses_are_read),
          cmocka_unit_test(what_is_no_single_address_is_refused),
          cmocka_unit_test(an_address_is_written_so_that_it_reads_back),
          cmocka_unit_test(spellings_of_one_address_meet),
          cmocka_unit_test(spellings_of_one_number_meet),
          cmocka_unit_test(texts_go_to_the_first_mobile_number))
