/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an IMAP server sends: the same is understood however the bytes are cut. */
#include <stdint.h>

#include "core/err.h"
#include "mail/talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A sum over all that was told, without where pieces were cut. */
struct told {
    uint64_t sum;
    size_t lines, message_bytes;
    bool is_broken;
};

static void add(struct told *told, const void *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        told->sum = (told->sum ^ ((const unsigned char *)at)[i]) * 0x100000001b3u;
}

static void tell(struct told *told, const struct mail_talk_event *event)
{
    ASSERT(event->kind == MAIL_TALK_PIECE || event->text.len <= MAIL_TALK_LINE_BYTES);
    if (event->kind == MAIL_TALK_LINE) {
        ASSERT(str_find_byte(event->text, '\r') == STR_NONE);
        ASSERT(str_find_byte(event->text, '\n') == STR_NONE);
        ASSERT(str_find_byte(event->text, 0) == STR_NONE);
        told->lines++;
    }
    if (event->kind == MAIL_TALK_PIECE) {
        told->message_bytes += event->text.len;
        ASSERT(told->message_bytes <= event->announced);
    } else if (event->kind != MAIL_TALK_MORE) {
        ASSERT(event->kind != MAIL_TALK_MESSAGE || told->message_bytes == event->announced);
        told->message_bytes = 0;
        add(told, &event->kind, sizeof event->kind);
        add(told, &event->uid, sizeof event->uid);
    }
    add(told, event->text.at, event->text.len);
    told->is_broken |= event->kind == MAIL_TALK_BROKEN;
}

static struct told listen(struct str bytes, size_t step)
{
    struct told told = {.sum = 0xcbf29ce484222325u};
    struct mail_talk talk = mail_talk_new();
    for (size_t at = 0; at < bytes.len && !told.is_broken; at += step) {
        struct str piece = str_slice(bytes, at, at + step);
        while (piece.len && !told.is_broken) {
            size_t before = piece.len;
            struct mail_talk_event event = mail_talk_next(&talk, &piece);
            ASSERT(piece.len < before || event.kind == MAIL_TALK_BROKEN);
            tell(&told, &event);
        }
    }
    mail_talk_free(&talk);
    return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len > 4096) return 0;
    struct told whole = listen((struct str){(const char *)bytes, len}, len ? len : 1);
    for (size_t step = 1; step <= 7; step += 3) {
        struct told cut = listen((struct str){(const char *)bytes, len}, step);
        ASSERT(cut.is_broken == whole.is_broken && cut.lines == whole.lines);
        ASSERT(cut.is_broken || cut.sum == whole.sum);
    }
    return 0;
}
