/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Our own parsers of what stands in a mail: the count before GMime, character sets, flowed text,
 * inline OpenPGP, HTML and the pictures in it, delivery reports. Whatever comes in, text that comes
 * out is fit for an answer.
 */
#include <stdint.h>

#include "worker/cleaner/mail_bounce.c"
#include "worker/cleaner/mail_charset.c"
#define end_buf end_buf_of_data
#include "worker/cleaner/mail_data.c"
#include "worker/cleaner/mail_depth.c"
#include "worker/cleaner/mail_failure.c"
#define is_line is_line_of_text
#define has_word has_word_in_style
#include "worker/cleaner/mail_html.c"
#include "worker/cleaner/mail_limits.c"
#include "worker/cleaner/mail_text.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_text(const struct buf *text)
{
    struct str rest = buf_str(text);
    uint32_t point;
    while (utf8_next(&rest, &point))
        ASSERT((point >= 0x20 || point == '\n' || point == '\t') &&
               (point < 0x7f || point >= 0xa0));
    ASSERT(rest.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const labels[] = {"",      "utf-8",  "iso-8859-1", "shift_jis",
                                         "utf-7", "gb2312", "none"};
    struct str message = {(const char *)bytes, len};
    if (len < 1) return 0;
    ARENA(arena, 32 * 1024 * 1024);
    BUF(room, 1024 * 1024);
    struct mail_limits limits;
    ASSERT(mail_limit(message, &room, &limits).len <= len);

    BUF(text, ANSWER_TEXT_BYTES_MAX);
    struct decoding decoding;
    struct str label = str_from(labels[bytes[0] % (sizeof labels / sizeof *labels)]);
    if (!charset_decode(message, label, &text, &decoding)) return 0;
    check_text(&text);

    BUF(flowed, ANSWER_TEXT_BYTES_MAX);
    text_unflow(buf_str(&text), bytes[0] & 1, &flowed);
    check_text(&flowed);
    BUF(bare, ANSWER_TEXT_BYTES_MAX);
    struct armour armour;
    text_take_armour(buf_str(&flowed), arena, &bare, &armour);
    check_text(&bare);
    text_says_more(buf_str(&text), buf_str(&bare));
    text_has_bidi(buf_str(&text));
    text_has_uuencode(buf_str(&text));

    struct bounce bounce = {0};
    bounce_from_status(&bounce, message, arena);
    bounce_from_text(&bounce, STR("a@b.example"), buf_str(&text), arena);
    bounce_original_id(message, arena);
    struct bounce in_words = {0}, vague = {.kind = BOUNCE_HARD};
    const struct str own[] = {STR("post@agency.example")};
    failure_is(message, label, message);
    failure_from_text(&in_words, STR("failure notice"), buf_str(&text), own, 1, arena);
    ASSERT(in_words.kind == BOUNCE_NONE || in_words.recipient.len > 0);
    failure_refine(&vague, buf_str(&text), arena);

    BUF(shown, ANSWER_TEXT_BYTES_MAX);
    BUF(hidden, ANSWER_TEXT_BYTES_MAX);
    BUF(page, ANSWER_TEXT_BYTES_MAX);
    static struct data_pictures pictures;
    data_take(buf_str(&text), arena, &page, &pictures);
    ASSERT(page.len <= text.len && pictures.count <= DATA_PICTURES_MAX);
    struct html html;
    if (html_text(buf_str(&page), &shown, &hidden, &html))
        ASSERT(shown.len <= ANSWER_TEXT_BYTES_MAX);
    return 0;
}
