/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Delivery reports, as fields and in words. A recipient and a status stand on one line, a status is
 * a whole code, and a kind of failure always has somebody that it is about.
 */
#include <stdint.h>

#include "core/utf8.h"
#include "worker/cleaner/mail_bounce.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_line(struct str text)
{
    uint32_t point;
    while (utf8_next(&text, &point)) ASSERT(point >= 0x20 && (point < 0x7f || point >= 0xa0));
    ASSERT(text.len == 0);
}

static void check(const struct bounce *bounce)
{
    check_line(bounce->recipient);
    check_line(bounce->status);
    check_line(bounce->original_message_id);
    ASSERT((unsigned)bounce->kind < BOUNCE_KINDS);
    ASSERT(bounce->status.len == 0 || enhanced_code(bounce->status) == bounce->status.len);
    ASSERT(bounce->kind != BOUNCE_HARD || !str_starts(bounce->status, STR("4")));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str report = {(const char *)bytes, len};
    ARENA(arena, 16 * 1024 * 1024);
    struct bounce bounce = {0}, told = {0}, named = {0};
    bounce_from_status(&bounce, report, arena);
    check(&bounce);
    bounce_from_text(&told, (struct str){NULL, 0}, report, arena);
    check(&told);
    ASSERT(told.kind == BOUNCE_NONE || str_find_byte(told.recipient, '@') != STR_NONE ||
           told.recipient.len == 0);
    bounce_from_text(&named, STR("a@b.example"), report, arena);
    check(&named);
    ASSERT(named.kind != BOUNCE_NONE && str_equal(named.recipient, STR("a@b.example")));
    check_line(bounce_original_id(report, arena));
    return 0;
}
