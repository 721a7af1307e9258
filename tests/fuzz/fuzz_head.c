/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The header lines of a message: addresses, words in other character sets, dates, who sent it
 * by machine. A second From is seen wherever it stands, and text is fit for one line of an answer.
 */
#include <gmime/gmime.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/utf8.h"
#include "sanitise/answer.h"
#include "worker/cleaner/mail_head.h"

const char *__asan_default_options(void); /* GMime keeps what it made for the whole process */
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

enum { MANY = 1000 * 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_line(struct str text)
{
    uint32_t point;
    while (utf8_next(&text, &point)) ASSERT(point >= 0x20 && (point < 0x7f || point >= 0xa0));
    ASSERT(text.len == 0);
}

/* Read as the head of a message; how many authors it names. MANY: it is none, and is refused. */
static size_t read_head(struct str lines, GMimeParserOptions *options)
{
    ARENA(arena, 64 * 1024 * 1024);
    struct mail mail = {.date_us = INT64_MIN};
    struct head head = {.arena = arena, .options = options, .mail = &mail};
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(lines.at, lines.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, options);
    bool is_refused = !message || g_mime_header_list_get_count(
                                      g_mime_object_get_header_list(GMIME_OBJECT(message))) == 0;
    if (!is_refused) {
        head_read(&head, message);
        for (size_t i = 0; i < mail.address_count; i++) {
            check_line(mail.addresses[i].name);
            check_line(mail.addresses[i].mailbox);
        }
        for (size_t i = 0; i < mail.auth_count; i++) check_line(mail.auth[i]);
        check_line(mail.subject);
        check_line(mail.message_id);
        check_line(mail.references);
        ASSERT(mail.date_us == INT64_MIN || mail.date_us < INT64_C(253402300800000000));
        ASSERT((unsigned)mail.automatic < AUTOMATICS);
    }
    if (message) g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
    return is_refused ? MANY : head.from_count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *charsets[] = {"utf-8", "windows-1252", NULL};
    static GMimeParserOptions *options;
    if (!options) {
        g_mime_init();
        options = g_mime_parser_options_new();
        g_mime_parser_options_set_fallback_charsets(options, charsets);
    }
    BUF(lines, 512 * 1024);
    buf_add_c(&lines, "From: <a@example.org>\n");
    buf_add_bytes(&lines, bytes, len);
    size_t one = read_head(buf_str(&lines), options);
    ASSERT(one >= 1);
    buf_clear(&lines);
    buf_add_c(&lines, "From: <b@example.org>\nFrom: <a@example.org>\n");
    buf_add_bytes(&lines, bytes, len);
    ASSERT(read_head(buf_str(&lines), options) >= 2);
    return 0;
}
