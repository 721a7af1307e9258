/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include <unistd.h>

#include "core/arena.h"
#include "sanitise/answer.h"
#include "sys/file.h"

/* A grey PNG of 2 × 1 pixels. */
static const char pixel_bytes[] = "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52"
                                  "\x00\x00\x00\x02\x00\x00\x00\x01\x08\x00\x00\x00\x00\xd1\x49\x20"
                                  "\x56\x00\x00\x00\x0b\x49\x44\x41\x54\x78\x9c\x63\x10\x50\x00\x00"
                                  "\x00\x43\x00\x31\xea\xdd\xb3\xcd\x00\x00\x00\x00\x49\x45\x4e\x44"
                                  "\xae\x42\x60\x82";

static struct str pixel(void)
{
    return (struct str){pixel_bytes, sizeof pixel_bytes - 1};
}

/* What the writers write, as bytes. */
static void write_answer(void (*write_records)(struct answer *answer), struct buf *ret_bytes)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct answer answer = answer_open(ends[1]);
    write_records(&answer);
    close(ends[1]);
    assert_ok(file_read_fd(ends[0], ret_bytes));
    close(ends[0]);
}

static struct part page(void)
{
    static struct word words[] = {{0, 0, 1, 1, GAP_NONE, {"Dear", 4}},
                                  {1, 0, 1, 1, GAP_SPACE, {"Nana", 4}},
                                  {0, 0, 2, 1, GAP_LINE, {"Jean", 4}},
                                  {0, 0, 2, 1, GAP_PARAGRAPH, {"x", 1}}};
    return (struct part){.kind = PART_PAGE,
                         .format = IMAGE_PNG,
                         .width = 2,
                         .height = 1,
                         .image = pixel(),
                         .words = words,
                         .word_count = COUNT(words)};
}

static void write_letter(struct answer *answer)
{
    struct mail_part parts[] = {{.path = STR("1"),
                                 .type = STR("text/plain"),
                                 .detected = KIND_TEXT,
                                 .bytes = 9,
                                 .fate = FATE_TEXT},
                                {.path = STR("2"),
                                 .type = STR("image/png"),
                                 .detected = KIND_PNG,
                                 .bytes = 3,
                                 .fate = FATE_KEPT,
                                 .content = STR("abc")}};
    struct address addresses[] = {{ADDRESS_FROM, STR("Jean"), STR("jean@example.org")},
                                  {ADDRESS_TO, STR(""), STR("desk@example.net")}};
    struct str auth[] = {STR("mx.example.net; spf=pass")};
    struct packets packets[] = {
        {.kind = CRYPTO_PGP_INLINE, .source = 1, .bytes = STR("-----BEGIN PGP MESSAGE-----")},
        {.kind = CRYPTO_PGP_MIME,
         .source = 1,
         .is_signature = true,
         .bytes = STR("\x88\x01"),
         .content = STR("Content-Type: text/plain\r\n\r\nDear all")},
        {.kind = CRYPTO_PGP_MIME, .source = 1, .is_signature = true, .is_whole = true},
    };
    struct mail mail = {.addresses = addresses,
                        .address_count = 2,
                        .subject = STR("hello"),
                        .message_id = STR("<a@b>"),
                        .date_us = -5,
                        .auth = auth,
                        .auth_count = 1,
                        .automatic = AUTOMATIC_BOUNCE,
                        .wants_no_answer = true,
                        .bounce = {BOUNCE_HARD, STR("x@y.example"), STR("5.1.1"), STR("<o@b>")},
                        .crypto = CRYPTO_PGP_INLINE,
                        .is_encrypted = true,
                        .parts = parts,
                        .part_count = 2,
                        .packets = packets,
                        .packet_count = 3};
    struct part one = page();
    answer_mail(answer, &mail);
    answer_text(answer, 0, STR("Dear all,\n\tlove"));
    answer_picture(answer, &one);
    answer_removed(answer, REMOVED_EXIF_GPS, 1);
    answer_warning(answer, 2, WARNING_TYPE_LIES, 0);
    answer_hidden(answer, 1, STR("gone"));
    answer_end(answer);
}

static void reads_what_was_written(void **state)
{
    (void)state;
    BUF(bytes, 64 * 1024);
    ARENA(arena, 64 * 1024);
    struct letter letter;
    write_answer(write_letter, &bytes);
    assert_ok(answer_read(buf_str(&bytes), arena, &letter));
    assert_int_equal(letter.part_count, 2);
    assert_str(letter.parts[0].text, STR("Dear all,\n\tlove"));
    assert_str(letter.parts[1].text, STR("Dear Nana\nJean\n\nx"));
    assert_str(letter.parts[1].image, pixel());
    assert_int_equal(letter.parts[1].word_count, 4);
    assert_int_equal(letter.parts[1].words[2].width, 2);
    assert_int_equal(letter.removed_count, 1);
    assert_string_equal(removed_name((enum removed)letter.removed[0].code), "exif-gps");
    assert_int_equal(letter.warnings[0].source, 2);
    assert_str(letter.hidden[0].text, STR("gone"));
    const struct mail *mail = letter.mail;
    assert_non_null(mail);
    assert_true(mail->wants_no_answer);
    assert_str(mail->text, STR("Dear all,\n\tlove"));
    assert_str(mail_address(mail, ADDRESS_FROM)->mailbox, STR("jean@example.org"));
    assert_null(mail_address(mail, ADDRESS_CC));
    assert_true(mail->date_us == -5 && mail->is_encrypted && !mail->is_signed);
    assert_str(mail->bounce.status, STR("5.1.1"));
    assert_str(mail->parts[1].content, STR("abc"));
    assert_int_equal(mail->packet_count, 3);
    assert_str(mail->packets[0].bytes, STR("-----BEGIN PGP MESSAGE-----"));
    assert_false(mail->packets[0].is_signature || mail->packets[0].is_whole);
    assert_str(mail->packets[1].content, STR("Content-Type: text/plain\r\n\r\nDear all"));
    assert_true(mail->packets[1].is_signature && !mail->packets[1].is_whole);
    assert_true(mail->packets[2].is_signature && mail->packets[2].is_whole);
}

static void refuses_every_cut_and_most_changes(void **state)
{
    (void)state;
    BUF(bytes, 64 * 1024);
    write_answer(write_letter, &bytes);
    for (size_t len = 0; len < bytes.len; len++) {
        ARENA(arena, 256 * 1024);
        struct letter letter;
        assert_err(answer_read(str_slice(buf_str(&bytes), 0, len), arena, &letter),
                   ERR_CLEANER_ANSWER);
    }
    buf_add_byte(&bytes, 'x');
    ARENA(arena, 64 * 1024);
    struct letter letter;
    assert_err(answer_read(buf_str(&bytes), arena, &letter), ERR_CLEANER_ANSWER);
}

static void write_refusal(struct answer *answer)
{
    answer_refuse(answer, REFUSAL_ENCRYPTED);
}

static void a_refusal_stands_alone(void **state)
{
    (void)state;
    BUF(bytes, 1024);
    ARENA(arena, 64 * 1024);
    struct letter letter;
    write_answer(write_refusal, &bytes);
    assert_ok(answer_read(buf_str(&bytes), arena, &letter));
    assert_int_equal(letter.refusal, REFUSAL_ENCRYPTED);
    assert_int_equal(letter.part_count, 0);
}

/* ---- what a taken-over cleaner might write -----------------------------------------------------
 */

static void add_record(struct buf *buf, char type, const struct buf *payload)
{
    buf_add_byte(buf, type);
    buf_add_u32(buf, (uint32_t)payload->len);
    buf_add(buf, buf_str(payload));
}

static enum err read_one(char type, const struct buf *payload)
{
    BUF(bytes, 512 * 1024);
    BUF(count, 4);
    buf_add_c(&bytes, "LBXA\1");
    add_record(&bytes, type, payload);
    buf_add_u32(&count, 1);
    add_record(&bytes, 'E', &count);
    ARENA(arena, 1024 * 1024);
    struct letter letter;
    return answer_read(buf_str(&bytes), arena, &letter);
}

static void add_text(struct buf *buf, struct str text)
{
    buf_add_u32(buf, (uint32_t)text.len);
    buf_add(buf, text);
}

/* A text that claims more or fewer bytes than there are. */
static void lengths_are_true(void **state)
{
    (void)state;
    static const struct {
        uint32_t len;
        enum err expected;
    } cases[] = {{5, OK},
                 {4, ERR_CLEANER_ANSWER},
                 {6, ERR_CLEANER_ANSWER},
                 {0, ERR_CLEANER_ANSWER},
                 {0xffffffff, ERR_CLEANER_ANSWER}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(payload, 1024);
        buf_add_u32(&payload, 0);
        buf_add_u32(&payload, cases[i].len);
        buf_add(&payload, STR("hello"));
        assert_err(read_one('T', &payload), cases[i].expected);
    }
}

static void texts_are_clean(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        enum err expected;
    } cases[] = {{{"fine\n\ttext", 10}, OK},
                 {{"\xff", 1}, ERR_CLEANER_ANSWER},
                 {{"a\0b", 3}, ERR_CLEANER_ANSWER},
                 {{"\x1b[2J", 4}, ERR_CLEANER_ANSWER},
                 {{"\r\n", 2}, ERR_CLEANER_ANSWER},
                 {{"\xc2\x85", 2}, ERR_CLEANER_ANSWER},
                 {{"\xed\xa0\x80", 3}, ERR_CLEANER_ANSWER}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(payload, 1024);
        buf_add_u32(&payload, 0);
        add_text(&payload, cases[i].text);
        assert_err(read_one('T', &payload), cases[i].expected);
    }
}

static void sources_must_be_there(void **state)
{
    (void)state;
    BUF(payload, 64);
    buf_add_u32(&payload, 1);
    add_text(&payload, STR("x"));
    assert_err(read_one('T', &payload), ERR_CLEANER_ANSWER);
}

static void boxes_lie_inside(void **state)
{
    (void)state;
    static const struct {
        uint32_t x, y, width, height;
        enum err expected;
    } cases[] = {{0, 0, 2, 1, OK},
                 {1, 0, 1, 1, OK},
                 {1, 0, 2, 1, ERR_CLEANER_ANSWER},
                 {0, 1, 1, 1, ERR_CLEANER_ANSWER},
                 {0, 0, 0, 1, ERR_CLEANER_ANSWER},
                 {UINT32_MAX, 0, 2, 1, ERR_CLEANER_ANSWER},
                 {0, 0, UINT32_MAX, 1, ERR_CLEANER_ANSWER}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(payload, 1024);
        buf_add_u32(&payload, 0);
        buf_add_bytes(&payload, "\1\0\1", 3);
        buf_add_u32(&payload, 2);
        buf_add_u32(&payload, 1);
        add_text(&payload, pixel());
        buf_add_u32(&payload, 1);
        buf_add_u32(&payload, cases[i].x);
        buf_add_u32(&payload, cases[i].y);
        buf_add_u32(&payload, cases[i].width);
        buf_add_u32(&payload, cases[i].height);
        buf_add_byte(&payload, 0);
        add_text(&payload, STR("word"));
        assert_err(read_one('P', &payload), cases[i].expected);
    }
}

static void counts_are_bounded(void **state)
{
    (void)state;
    BUF(payload, 1024);
    buf_add_u32(&payload, 0);
    buf_add_bytes(&payload, "\1\0\1", 3);
    buf_add_u32(&payload, 2);
    buf_add_u32(&payload, 1);
    add_text(&payload, pixel());
    buf_add_u32(&payload, 0xffffffff); /* words that are not there */
    assert_err(read_one('P', &payload), ERR_CLEANER_ANSWER);
    BUF(many, 512 * 1024);
    buf_add_c(&many, "LBXA\1");
    for (uint32_t i = 0; i < ANSWER_HIDDEN_MAX + 1; i++) {
        BUF(hidden, 64);
        buf_add_u32(&hidden, 0);
        add_text(&hidden, STR("x"));
        add_record(&many, 'H', &hidden);
    }
    BUF(count, 4);
    buf_add_u32(&count, ANSWER_HIDDEN_MAX + 1);
    add_record(&many, 'E', &count);
    ARENA(arena, 1024 * 1024);
    struct letter letter;
    assert_err(answer_read(buf_str(&many), arena, &letter), ERR_CLEANER_ANSWER);
}

static void codes_are_known(void **state)
{
    (void)state;
    BUF(removed, 64);
    buf_add_u32(&removed, 0);
    buf_add_u16(&removed, REMOVED_COUNT);
    buf_add_u32(&removed, 0);
    assert_err(read_one('X', &removed), ERR_CLEANER_ANSWER);
    BUF(refused, 1);
    buf_add_byte(&refused, REFUSAL_NONE);
    assert_err(read_one('R', &refused), ERR_CLEANER_ANSWER);
    BUF(nothing, 1);
    assert_err(read_one('?', &nothing), ERR_CLEANER_ANSWER);
    assert_err(read_one('A', &nothing), ERR_CLEANER_ANSWER); /* no mail before it */
}

static void cleans_text_for_an_answer(void **state)
{
    (void)state;
    BUF(text, 256);
    assert_true(answer_text_clean((struct str){"a\xff"
                                               "b\r\nc\rd\x1b[m\0e\tf\x85",
                                               17},
                                  false, &text));
    assert_buf(text, "a\xef\xbf\xbd"
                     "b\nc\nd[me\tf\xef\xbf\xbd");
    buf_clear(&text);
    assert_false(answer_text_clean(STR("two\nlines\there"), true, &text));
    assert_buf(text, "two lines here");
}

UNIT_MAIN(NULL, cmocka_unit_test(reads_what_was_written),
          cmocka_unit_test(refuses_every_cut_and_most_changes),
          cmocka_unit_test(a_refusal_stands_alone), cmocka_unit_test(lengths_are_true),
          cmocka_unit_test(texts_are_clean), cmocka_unit_test(sources_must_be_there),
          cmocka_unit_test(boxes_lie_inside), cmocka_unit_test(counts_are_bounded),
          cmocka_unit_test(codes_are_known), cmocka_unit_test(cleans_text_for_an_answer))
