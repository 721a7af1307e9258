/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What mail programs write round a person's words: quotes, signatures, headers, notices. The pieces
 * are whole lines, in order and apart; and what is a quote without doubt is one under any letter.
 */
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/utf8.h"
#include "redact/furniture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void find(struct str text, struct arena *arena, struct furnitures *ret_found)
{
    size_t at = 0;
    furniture_find(text, arena, ret_found);
    for (size_t i = 0; i < ret_found->count; i++) {
        const struct furniture *piece = &ret_found->at[i];
        ASSERT(piece->start >= at && piece->end > piece->start && piece->end <= text.len);
        ASSERT((unsigned)piece->kind < FURNITURE_KIND_COUNT);
        ASSERT(piece->start == 0 || text.at[piece->start - 1] == '\n');
        ASSERT(piece->end == text.len || text.at[piece->end - 1] == '\n');
        at = piece->end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    ARENA(arena, 64 * 1024 * 1024);
    BUF(text, 1024 * 1024);
    struct furnitures found, more;
    if (utf8_clean((struct str){(const char *)bytes, len}, &text) != OK) return 0;
    find(buf_str(&text), arena, &found);
    if (found.count > 0 || text.len == 0) return 0;
    buf_add_c(&text, "\n\n> and this was asked\n");
    find(buf_str(&text), arena, &more);
    ASSERT(more.count >= 1 && more.at[more.count - 1].end == text.len);
    return 0;
}
