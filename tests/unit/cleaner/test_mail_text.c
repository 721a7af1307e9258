/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/mail_charset.c"
#include "worker/cleaner/mail_text.c"

static void decodes_as_mail_programs_do(void **state)
{
    (void)state;
    static const struct {
        struct str bytes;
        const char *label, *text;
        bool unknown, replaced;
    } cases[] = {
        {{"it\x92s", 4}, "iso-8859-1", "it\xe2\x80\x99s", false, false},
        {{"it\x92s", 4}, "us-ascii", "it\xe2\x80\x99s", false, false},
        {{"caf\xe9", 4}, "ISO-8859-1", "caf\xc3\xa9", false, false},
        {{"caf\xc3\xa9", 5}, "", "caf\xc3\xa9", false, false},
        {{"caf\xc3\xa9", 5}, "us-ascii", "caf\xc3\xa9", false, false},
        {{"caf\xe9", 4}, "", "caf\xc3\xa9", true, false},
        {{"caf\xe9", 4}, "x-no-such-set", "caf\xc3\xa9", true, false},
        {{"caf\xe9", 4}, "utf-8", "caf\xef\xbf\xbd", false, true},
        {{"\x81", 1}, "windows-1252", "\xef\xbf\xbd", false, true},
        {{"\xb3\xf3", 2}, "iso-8859-2", "\xc5\x82\xc3\xb3", false, false},
        {{"\xd6\xd0", 2}, "gb2312", "\xe4\xb8\xad", false, false},
        {{"\xff\xfe"
          "a\0\n\0",
          6},
         "",
         "a\n",
         false,
         false},
        {{"\xef\xbb\xbf"
          "a",
          4},
         "utf-8",
         "a",
         false,
         false},
        {{"a\r\nb\rc\x07", 7}, "", "a\nb\nc", false, false},
        {{"e\xcc\x81", 3}, "utf-8", "\xc3\xa9", false, false},
        {{"../../etc", 9}, "../../x", "../../etc", false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(text, 100);
        struct decoding decoding;
        assert_true(charset_decode(cases[i].bytes, str_from(cases[i].label), &text, &decoding));
        assert_str(buf_str(&text), str_from(cases[i].text));
        assert_int_equal(decoding.was_unknown, cases[i].unknown);
        assert_int_equal(decoding.was_replaced, cases[i].replaced);
    }
}

static void unflows(void **state)
{
    (void)state;
    static const struct {
        const char *flowed, *text;
        bool deletes_space;
    } cases[] = {
        {"one \ntwo\nthree", "one two\nthree", false},
        {"one \ntwo", "onetwo", true},
        {"> a \n> b\nc", "> a b\nc", false},
        {"> a \n>> b", "> a \n>> b", false},
        {" >not a quote\n From here", ">not a quote\nFrom here", false},
        {"bye \n-- \nJean", "bye \n-- \nJean", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(text, 1000);
        text_unflow(str_from(cases[i].flowed), cases[i].deletes_space, &text);
        assert_str(buf_str(&text), str_from(cases[i].text));
    }
}

static void takes_inline_openpgp_apart(void **state)
{
    (void)state;
    ARENA(arena, 4096);
    BUF(text, 1000);
    struct armour armour;
    text_take_armour(
        STR("hello\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\nbye\n"), arena,
        &text, &armour);
    assert_buf(text, "hello\nbye\n");
    assert_int_equal(armour.block_count, 1);
    assert_str(armour.blocks[0],
               STR("-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"));
    buf_clear(&text);
    text_take_armour(STR("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -dash\nwords\n"
                         "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"),
                     arena, &text, &armour);
    assert_buf(text, "-dash\nwords\n");
    assert_true(armour.is_signed);
    buf_clear(&text);
    text_take_armour(STR("-----BEGIN PGP MESSAGE-----\nno end\n"), arena, &text, &armour);
    assert_buf(text, "-----BEGIN PGP MESSAGE-----\nno end\n");
    assert_int_equal(armour.block_count, 0);
}

/* What is broken, or stands where it does not belong, is never gone. */
static void keeps_the_text_around_broken_signatures(void **state)
{
    (void)state;
#define BEGIN "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n"
#define SIGNATURE "-----BEGIN PGP SIGNATURE-----\nComment:\nVersion: 1\n\niQ/+\n=a1B2\n"
#define END "-----END PGP SIGNATURE-----"
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {BEGIN "\nwords\n" SIGNATURE END "\nbelow\n", "words\nbelow\n"},
        /* without its end, or with a damaged one */
        {BEGIN "\nwords\n" SIGNATURE, "words\n" SIGNATURE},
        {BEGIN "\nwords\n" SIGNATURE "\n\nLove", "words\n" SIGNATURE "\n\nLove"},
        {BEGIN "\nwords\n" SIGNATURE "----END PGP\nbelow 12\n" END "\n",
         "words\n" SIGNATURE "----END PGP\nbelow 12\n" END "\n"},
        {BEGIN "\none\n" SIGNATURE BEGIN "\ntwo\n" SIGNATURE END, "one\n" SIGNATURE "two"},
        /* without an empty line below the headers */
        {BEGIN "Dear Kayla,\n\nwords\n" SIGNATURE END "\n", "Dear Kayla,\n\nwords\n"},
        {BEGIN "Mum: hello\n- -dash\n\nwords", "Mum: hello\n-dash\n\nwords"},
        {BEGIN SIGNATURE END "\nbelow", "below"},
        /* nothing but headers */
        {"above\n" BEGIN "Hash: SHA1", "above\n" BEGIN "Hash: SHA1"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 4096);
        BUF(text, 1000);
        struct armour armour;
        text_take_armour(str_from(cases[i].text), arena, &text, &armour);
        assert_str(buf_str(&text), str_from(cases[i].shown));
        assert_true(armour.is_signed);
    }
}

static void compares_versions(void **state)
{
    (void)state;
    static const struct {
        const char *chosen, *other;
        bool says_more;
    } cases[] = {
        {"Dear Kayla,\nI am well.", "Dear Kayla, I am well.", false},
        {"Dear Kayla,\n\n> I AM well!", "dear kayla\n- I am well", false},
        {"Dear Kayla", "Dear Kayla\nmy number is 07700 900123", true},
        {"", "anything", true},
        {"anything", "", false},
        {"caf\xc3\xa9", "cafe", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(text_says_more(str_from(cases[i].chosen), str_from(cases[i].other)),
                         cases[i].says_more);
}

static void sees_tricks(void **state)
{
    (void)state;
    assert_true(text_has_bidi(STR("a\xe2\x80\xae"
                                  "b")));
    assert_false(text_has_bidi(STR("a\xe2\x80\x99"
                                   "b")));
    assert_true(text_has_uuencode(STR("x\nbegin 644 a.txt\n#86)C\n`\nend\n")));
    assert_false(text_has_uuencode(STR("begin again\nthe end\nend\n")));
}

UNIT_MAIN(NULL, cmocka_unit_test(decodes_as_mail_programs_do), cmocka_unit_test(unflows),
          cmocka_unit_test(takes_inline_openpgp_apart),
          cmocka_unit_test(keeps_the_text_around_broken_signatures),
          cmocka_unit_test(compares_versions), cmocka_unit_test(sees_tricks))
