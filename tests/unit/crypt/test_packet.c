/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/packet.h"

#include "core/code.h"
#include "tests/unit/unit.h"

#define ID_A "\x11\x22\x33\x44\x55\x66\x77\x88"
#define ID_B "\xaa\xbb\xcc\xdd\xee\xff\x00\x01"
#define PKESK(id) "\x84\x0e\x03" id "\x12wxyz"         /* old form, 14 bytes */
#define PKESK_NEW(id) "\xc1\x0e\x03" id "\x12wxyz"     /* new form */
#define PKESK_TWO(id) "\x85\x00\x0e\x03" id "\x12wxyz" /* old form, length of two bytes */
#define FORTY "0123456789012345678901234567890123456789"
#define SEIPD "\xd2\x2a\x01" FORTY "x"                      /* 42 bytes */
#define SEIPD_LONG "\xd2\xff\x00\x00\x00\x2a\x01" FORTY "x" /* length of five bytes */
#define SEIPD_PARTS                   \
    "\xd2\xe5\x01"                    \
    "0123456789012345678901234567890" \
    "\x0a"                            \
    "0123456789"

static void messages(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct str message;
        size_t count; /* 0: refused */
    } cases[] = {
        {"one key", STR(PKESK(ID_A) SEIPD), 1},
        {"two keys", STR(PKESK(ID_A) PKESK(ID_B) SEIPD), 2},
        {"new form", STR(PKESK_NEW(ID_A) SEIPD), 1},
        {"length of two bytes", STR(PKESK_TWO(ID_A) SEIPD), 1},
        {"length of five bytes", STR(PKESK(ID_A) SEIPD_LONG), 1},
        {"in parts", STR(PKESK(ID_A) SEIPD_PARTS), 1},
        {"the same key twice", STR(PKESK(ID_A) PKESK(ID_A) SEIPD), 2},
        {"nothing", STR(""), 0},
        {"no packet", STR("hello"), 0},
        {"no key", STR(SEIPD), 0},
        {"no data", STR(PKESK(ID_A)), 0},
        {"a byte behind", STR(PKESK(ID_A) SEIPD "x"), 0},
        {"a packet behind", STR(PKESK(ID_A) SEIPD PKESK(ID_B)), 0},
        {"a key behind the parts", STR(PKESK(ID_A) SEIPD_PARTS PKESK(ID_B)), 0},
        {"a byte too few", STR(PKESK(ID_A) "\xd2\x2a\x01" FORTY), 0},
        {"parts that do not end",
         STR(PKESK(ID_A) "\xd2\xe5\x01"
                         "0123456789012345678901234567890"),
         0},
        {"a hidden recipient", STR(PKESK("\0\0\0\0\0\0\0\0") SEIPD), 0},
        {"a passphrase", STR(PKESK(ID_A) "\x8c\x04\x04\x07\x00\x02" SEIPD), 0},
        {"a marker", STR("\xca\x03PGP" PKESK(ID_A) SEIPD), 0},
        {"no integrity", STR(PKESK(ID_A) "\xc9\x2a\x01" FORTY "x"), 0},
        {"clear text", STR(PKESK(ID_A) "\xcb\x2a\x01" FORTY "x"), 0},
        {"clear text alone", STR("\xcb\x2a\x01" FORTY "x"), 0},
        {"version 2 of the key packet", STR("\x84\x0e\x02" ID_A "\x12wxyz" SEIPD), 0},
        {"version 2 of the data", STR(PKESK(ID_A) "\xd2\x2a\x02" FORTY "x"), 0},
        {"a short key packet", STR("\x84\x09\x03" ID_A SEIPD), 0},
        {"a key packet in parts", STR("\xc1\xe3\x03" ID_A "\x12wxyz" SEIPD), 0},
        {"a key packet to the end", STR("\x87\x03" ID_A "\x12wxyz" SEIPD), 0},
        {"a length past the end", STR("\x85\xff\xff\x03" ID_A), 0},
        {"a length of four bytes past the end", STR("\x86\xff\xff\xff\xff\x03" ID_A), 0},
        {"half a length", STR("\x85\x00"), 0},
        {"tag zero", STR("\x80\x01x" PKESK(ID_A) SEIPD), 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
        size_t count = 77;
        enum err error = packet_recipients(cases[i].message, ids, &count);
        if (error != (cases[i].count ? OK : ERR_BAD_INPUT)) fail_msg("%s", cases[i].what);
        assert_int_equal(count, cases[i].count ? cases[i].count : 77);
        if (error == OK) assert_memory_equal(ids[0].bytes, ID_A, 8);
    }
    struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
    size_t count = 0;
    assert_ok(packet_recipients(STR(PKESK(ID_A) PKESK(ID_B) SEIPD), ids, &count));
    assert_memory_equal(ids[1].bytes, ID_B, 8);
}

static void sixteen_recipients_are_the_most(void **state)
{
    (void)state;
    struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
    size_t count = 0;
    for (size_t keys = 1; keys <= PACKET_RECIPIENTS_MAX + 1; keys++) {
        BUF(message, 1000);
        for (size_t i = 0; i < keys; i++) buf_add(&message, STR(PKESK(ID_A)));
        buf_add(&message, STR(SEIPD));
        assert_err(packet_recipients(buf_str(&message), ids, &count),
                   keys <= PACKET_RECIPIENTS_MAX ? OK : ERR_BAD_INPUT);
    }
}

static void first_tags(void **state)
{
    (void)state;
    unsigned tag = 0;
    assert_ok(packet_first_tag(STR("\x98\x01x"), &tag));
    assert_int_equal(tag, 6);
    assert_ok(packet_first_tag(STR("\xc6\x01x"), &tag));
    assert_int_equal(tag, 6);
    assert_ok(packet_first_tag(STR("\x95\x00\x01x"), &tag));
    assert_int_equal(tag, 5);
    assert_err(packet_first_tag(STR(""), &tag), ERR_BAD_INPUT);
    assert_err(packet_first_tag(STR("\x98\x02x"), &tag), ERR_BAD_INPUT);
    assert_err(packet_first_tag(STR("-----BEGIN"), &tag), ERR_BAD_INPUT);
}

#define BEGIN "-----BEGIN PGP MESSAGE-----\n"
#define END "-----END PGP MESSAGE-----\n"

/* "foobar" has the checksum 0x7334de, "=czTe". */
static void armor(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct str armored;
        bool good;
    } cases[] = {
        {"plain", STR(BEGIN "\nZm9vYmFy\n" END), true},
        {"with its checksum", STR(BEGIN "\nZm9vYmFy\n=czTe\n" END), true},
        {"CR LF",
         STR("-----BEGIN PGP MESSAGE-----\r\n\r\nZm9v\r\nYmFy\r\n-----END PGP MESSAGE-----\r\n"),
         true},
        {"headers", STR(BEGIN "Version: x\nComment: y: z\n\nZm9vYmFy\n" END), true},
        {"white space around", STR("\n \n" BEGIN "\nZm9vYmFy\n" END "\n\n"), true},
        {"a wrong checksum", STR(BEGIN "\nZm9vYmFy\n=czTf\n" END), false},
        {"a changed byte", STR(BEGIN "\nZm9vYmFz\n=czTe\n" END), false},
        {"a broken checksum", STR(BEGIN "\nZm9vYmFy\n=czT\n" END), false},
        {"letters behind the checksum", STR(BEGIN "\nZm9v\n=czTe\nYmFy\n" END), false},
        {"no end", STR(BEGIN "\nZm9vYmFy\n"), false},
        {"no empty line", STR(BEGIN "Zm9vYmFy\n" END), false},
        {"another kind",
         STR("-----BEGIN PGP SIGNATURE-----\n\nZm9v\n-----END PGP SIGNATURE-----\n"), false},
        {"another end", STR(BEGIN "\nZm9v\n-----END PGP SIGNATURE-----\n"), false},
        {"text before", STR("hello\n" BEGIN "\nZm9v\n" END), false},
        {"text behind", STR(BEGIN "\nZm9v\n" END "hello\n"), false},
        {"two blocks", STR(BEGIN "\nZm9v\n" END BEGIN "\nZm9v\n" END), false},
        {"empty", STR(BEGIN "\n" END), false},
        {"bad letters", STR(BEGIN "\nZm9*\n" END), false},
        {"nothing", STR(""), false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(bytes, 100);
        enum err error = packet_armor_open(cases[i].armored, STR("PGP MESSAGE"), &bytes);
        if (error != (cases[i].good ? OK : ERR_BAD_INPUT)) fail_msg("%s", cases[i].what);
        assert_str(buf_str(&bytes), cases[i].good ? STR("foobar") : STR(""));
    }
    BUF(small, 3);
    assert_err(packet_armor_open(STR(BEGIN "\nZm9vYmFy\n" END), STR("PGP MESSAGE"), &small),
               ERR_TOO_BIG);
    assert_int_equal(small.len, 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(messages), cmocka_unit_test(sixteen_recipients_are_the_most),
          cmocka_unit_test(first_tags), cmocka_unit_test(armor))
