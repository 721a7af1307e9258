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

/* Data that goes on past the bytes that are there. */
#define LONG_SEIPD "\xd2\xff\x00\xff\xff\xff\x01" FORTY
#define LONG_AEAD "\xd4\xff\x00\xff\xff\xff\x01" FORTY
#define LONG_SED "\xc9\xff\x00\xff\xff\xff" FORTY
#define LONG_SED_OLD "\xa7" FORTY
#define SKESK "\x8c\x04\x04\x07\x00\x02"
#define MARKER "\xca\x03PGP"

static void messages_from_outside(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct str message;
        enum packet_sealing sealing;
    } cases[] = {
        {"one key", STR(PKESK(ID_A) SEIPD), PACKET_SEALED},
        {"only its start", STR(PKESK(ID_A) LONG_SEIPD), PACKET_SEALED},
        {"AEAD", STR(PKESK(ID_A) LONG_AEAD), PACKET_SEALED},
        {"a hidden recipient", STR(PKESK("\0\0\0\0\0\0\0\0") LONG_SEIPD), PACKET_SEALED},
        {"a passphrase beside a key", STR(SKESK PKESK(ID_A) LONG_SEIPD), PACKET_SEALED},
        {"a marker", STR(MARKER PKESK(ID_A) LONG_SEIPD), PACKET_SEALED},
        {"a passphrase alone", STR(SKESK LONG_SEIPD), PACKET_NO_KEY},
        {"no key at all", STR(LONG_SEIPD), PACKET_NO_KEY},
        {"no protection", STR(PKESK(ID_A) LONG_SED), PACKET_UNPROTECTED},
        {"no protection, old form", STR(PKESK(ID_A) LONG_SED_OLD), PACKET_UNPROTECTED},
        {"no protection, marked", STR(MARKER PKESK(ID_A) MARKER LONG_SED), PACKET_UNPROTECTED},
        {"no protection, no key", STR(LONG_SED), PACKET_UNPROTECTED},
        {"clear text", STR("\xcb\x2a" FORTY "xx"), PACKET_NOT_SEALED},
        {"clear text behind a key", STR(PKESK(ID_A) "\xcb\x2a" FORTY "xx"), PACKET_NOT_SEALED},
        {"a key that is cut off", STR("\x84\x0e\x03" ID_A), PACKET_NOT_SEALED},
        {"a key in parts", STR("\xc1\xe3\x03" ID_A "\x12wxyz" LONG_SED), PACKET_NOT_SEALED},
        {"keys and no data", STR(PKESK(ID_A)), PACKET_NOT_SEALED},
        {"nothing", STR(""), PACKET_NOT_SEALED},
        {"text", STR("Dear all"), PACKET_NOT_SEALED},
        {"armor without headers' end", STR("-----BEGIN PGP MESSAGE-----"), PACKET_NOT_SEALED},
        {"armor of nothing", STR("-----BEGIN PGP MESSAGE-----\n\n"), PACKET_NOT_SEALED},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (packet_sealing(cases[i].message) != cases[i].sealing) fail_msg("%s", cases[i].what);
    /* The same behind armor, cut anywhere behind the head of the data. */
    static const struct {
        struct str message;
        enum packet_sealing sealing;
    } armored[] = {
        {STR(PKESK(ID_A) LONG_SEIPD), PACKET_SEALED},
        {STR(PKESK(ID_A) LONG_SED), PACKET_UNPROTECTED},
    };
    for (size_t i = 0; i < COUNT(armored); i++) {
        BUF(text, 4096);
        buf_add_c(&text, "-----BEGIN PGP MESSAGE-----\nComment: x\n\n");
        code_base64_put(&text, armored[i].message.at, armored[i].message.len);
        for (size_t cut = text.len; cut > text.len - 40; cut--)
            assert_int_equal(packet_sealing(str_slice(buf_str(&text), 0, cut)), armored[i].sealing);
        buf_add_c(&text, "\n-----END PGP MESSAGE-----\n");
        assert_int_equal(packet_sealing(buf_str(&text)), armored[i].sealing);
    }
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

/* GnuPG would try each of them. */
static void more_session_keys_from_outside_are_not_tried(void **state)
{
    (void)state;
    static const struct str keys[] = {STR(PKESK(ID_A)), STR(PKESK("\0\0\0\0\0\0\0\0")), STR(SKESK)};
    static const struct str data[] = {STR(LONG_SEIPD), STR(LONG_AEAD), STR(LONG_SED)};
    for (size_t i = 0; i < COUNT(keys); i++)
        for (size_t j = 0; j < COUNT(data); j++) {
            BUF(message, 1000);
            buf_add(&message, STR(PKESK(ID_A)));
            for (size_t n = 1; n < PACKET_RECIPIENTS_MAX; n++) buf_add(&message, keys[i]);
            size_t most = message.len;
            buf_add(&message, data[j]);
            assert_int_equal(packet_sealing(buf_str(&message)),
                             j == 2 ? PACKET_UNPROTECTED : PACKET_SEALED);
            BUF(more, 1000);
            buf_add(&more, str_slice(buf_str(&message), 0, most));
            buf_add(&more, keys[i]);
            buf_add(&more, data[j]);
            assert_int_equal(packet_sealing(buf_str(&more)), PACKET_MANY_KEYS);
            BUF(text, 4096);
            buf_add_c(&text, "-----BEGIN PGP MESSAGE-----\n\n");
            code_base64_put(&text, more.at, more.len);
            buf_add_c(&text, "\n-----END PGP MESSAGE-----\n");
            assert_int_equal(packet_sealing(buf_str(&text)), PACKET_MANY_KEYS);
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

/* Made by GnuPG 2.2.40 on 3 March 2024 for four years: Ed25519, subkey Curve25519. */
#define ANN                                                                            \
    "98330465e4664016092b06010401da470f010107404d6d2870e79b905b2204844f4fef7638bb94ff" \
    "83ca2fe8dc09b2b12aab75fd16b41b416e6e204d61727368203c616e6e406578616d706c652e6f72" \
    "673e889604131608003e162104e0f6089990e8f220a9e9d8ee6b7f689b302d2026050265e4664002" \
    "1b0305090784ce00050b0908070206150a09080b020416020301021e01021780000a09106b7f689b" \
    "302d2026107c0100d96bc99af191861f9daf6f3a199c5b15a6bbcc1bbd8a8718731aa3557530ad4a" \
    "00f901e383b3a488a4defd330d049991ec4a10de6d7e34373617bf48f6e74282b105b8380465e466" \
    "40120a2b060104019755010501010740d9899ab0470420bc6275ccaf66973e9c9da934b95149753c" \
    "8f91f2c10bd0d737030108078878041816080020162104e0f6089990e8f220a9e9d8ee6b7f689b30" \
    "2d2026050265e46640021b0c000a09106b7f689b302d202678e400fc0d27b52827829b8981edab88" \
    "fcf83d1f85744f3abb28e7d0c221800cadaf03e300ff60fcb5ce8d54bab9b9fdff293282147f8fde" \
    "06e9a695d0486d9fab969f569701"
enum { ANN_PRIMARY = 53, ANN_USER = 82, ANN_SIGNED = 234, ANN_SUBKEY = 292 };

/* The key's bytes [0, end) and then these. */
static struct str ann_with(struct buf *bytes, size_t end, struct str more)
{
    char all[(sizeof ANN - 1) / 2];
    assert_true(code_hex_get(STR(ANN), all, sizeof all));
    buf_clear(bytes);
    buf_add_bytes(bytes, all, end < sizeof all ? end : sizeof all);
    buf_add(bytes, more);
    return buf_str(bytes);
}

static void public_key(void **state)
{
    (void)state;
    struct packet_key key;
    BUF(bytes, 4096);
    assert_int_equal(packet_public_key(ann_with(&bytes, 9999, STR("")), &key), OK);
    assert_string_equal(key.fingerprint, "E0F6089990E8F220A9E9D8EE6B7F689B302D2026");
    assert_int_equal(key.made, 1709467200);
    assert_int_equal(key.ends, 1709467200 + 4 * 365 * 86400);
    assert_true(str_equal(key.user, STR("Ann Marsh <ann@example.org>")));
    assert_true(key.can_encrypt);
}

static void public_keys_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        size_t end;
        struct str more;
        enum err code;
        bool encrypts;
    } cases[] = {
        {"the primary key alone", ANN_PRIMARY, STR(""), OK, false},
        {"without subkeys", ANN_SIGNED, STR(""), OK, false},
        {"a trust packet and a picture behind", 9999, STR("\xb0\x01x\xd1\x01x"), OK, true},
        {"a subkey of another version", ANN_SIGNED, STR("\xb8\x06\x03zzzz\x12"), OK, false},
        {"a second key", 9999, STR("\x98\x06\x04zzzz\x16"), ERR_PGP_KEY, false},
        {"a secret key behind", 9999, STR("\x94\x06\x04zzzz\x16"), ERR_PGP_KEY, false},
        {"a secret subkey behind", 9999, STR("\x9c\x06\x04zzzz\x16"), ERR_PGP_KEY, false},
        {"a secret key", 0, STR("\x94\x06\x04zzzz\x16"), ERR_PGP_KEY, false},
        {"version 3", 0, STR("\x98\x06\x03zzzz\x16"), ERR_PGP_KEY, false},
        {"version 6", 0, STR("\x98\x06\x06zzzz\x16"), ERR_PGP_KEY, false},
        {"a user id first", 0, STR("\xb4\x01x"), ERR_PGP_KEY, false},
        {"cut in the primary key", ANN_PRIMARY - 1, STR(""), ERR_BAD_INPUT, false},
        {"cut in a signature", ANN_SIGNED - 1, STR(""), ERR_BAD_INPUT, false},
        {"a message behind", 9999, STR(SEIPD), ERR_BAD_INPUT, false},
        {"a byte behind", 9999, STR("x"), ERR_BAD_INPUT, false},
        {"nothing", 0, STR(""), ERR_BAD_INPUT, false},
        {"no packet", 0, STR("hello"), ERR_BAD_INPUT, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct packet_key key = {.can_encrypt = false};
        BUF(bytes, 4096);
        enum err code = packet_public_key(ann_with(&bytes, cases[i].end, cases[i].more), &key);
        if (code != cases[i].code || key.can_encrypt != cases[i].encrypts)
            fail_msg("%s: %d", cases[i].what, code);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(messages), cmocka_unit_test(messages_from_outside),
          cmocka_unit_test(sixteen_recipients_are_the_most),
          cmocka_unit_test(more_session_keys_from_outside_are_not_tried),
          cmocka_unit_test(first_tags), cmocka_unit_test(armor), cmocka_unit_test(public_key),
          cmocka_unit_test(public_keys_otherwise))
