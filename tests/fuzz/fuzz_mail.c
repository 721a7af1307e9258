/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A whole message: the count before GMime, GMime itself and the walk through its parts. Whatever
 * comes in, each text is fit for an answer, each part is listed with a fate, and what is not kept
 * keeps no bytes.
 */
#include <gmime/gmime.h>
#include <stdint.h>
#include <unistd.h>

#define alarm(seconds) ((void)(seconds)) /* the fuzzer has its own */

#include "core/utf8.h"
#include "worker/cleaner/mail_limits.h"
#include "worker/cleaner/mail_walk.h"

const char *__asan_default_options(void); /* GMime keeps what it made for the whole process */
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_text(struct str text, bool is_line)
{
    uint32_t point;
    while (utf8_next(&text, &point))
        ASSERT((point >= 0x20 || (!is_line && (point == '\n' || point == '\t'))) &&
               (point < 0x7f || point >= 0xa0));
    ASSERT(text.len == 0);
}

static void check_head(const struct mail *mail)
{
    ASSERT(mail->address_count <= ANSWER_ADDRESSES_MAX && mail->auth_count <= ANSWER_AUTH_MAX);
    for (size_t i = 0; i < mail->address_count; i++) {
        check_text(mail->addresses[i].name, true);
        check_text(mail->addresses[i].mailbox, true);
    }
    for (size_t i = 0; i < mail->auth_count; i++) check_text(mail->auth[i], true);
    check_text(mail->subject, true);
    check_text(mail->message_id, true);
    check_text(mail->bounce.recipient, true);
    check_text(mail->bounce.status, true);
    check_text(mail->bounce.original_message_id, true);
}

static void check(const struct walk *walk)
{
    const struct mail *mail = &walk->mail;
    check_head(mail);
    check_text(buf_str(&walk->body), false);
    ASSERT(mail->part_count <= MAIL_PARTS_MAX && mail->packet_count <= ANSWER_PACKETS_MAX);
    ASSERT(walk->text_count <= WALK_TEXTS_MAX && walk->hidden_count <= WALK_TEXTS_MAX);
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct mail_part *part = &mail->parts[i];
        ASSERT(part->path.len > 0 && (unsigned)part->fate < FATE_COUNT);
        ASSERT(part->content.len == 0 || part->fate == FATE_KEPT);
        check_text(part->type, true);
    }
    for (size_t i = 0; i < walk->text_count; i++) check_text(walk->texts[i].text, false);
    for (size_t i = 0; i < walk->hidden_count; i++) check_text(walk->hidden[i].text, false);
}

static GMimeParserOptions *options(void)
{
    static const char *charsets[] = {"utf-8", "windows-1252", NULL};
    static GMimeParserOptions *made;
    if (made) return made;
    g_mime_init();
    made = g_mime_parser_options_new();
    g_mime_parser_options_set_fallback_charsets(made, charsets);
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct job job = {0};
    struct walk walk;
    struct mail_limits limits;
    struct buf room = buf_new(1024 * 1024);
    ARENA(arena, 256 * 1024 * 1024);
    walk_init(&walk, &job, arena, options());
    struct str message = mail_limit((struct str){(const char *)bytes, len}, &room, &limits);
    ASSERT(message.len <= len + 1);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message.at, message.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *parsed = g_mime_parser_construct_message(parser, options());
    if (parsed) {
        walk_message(&walk, parsed);
        check(&walk);
        g_object_unref(parsed);
    }
    g_object_unref(parser);
    g_object_unref(stream);
    buf_free(&walk.body);
    buf_free(&room);
    return 0;
}
