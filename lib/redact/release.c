/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/release.h"

#include <stdlib.h>

#include "core/utf8.h"
#include "redact/unseen.h"

static int order_spans(const void *left, const void *right)
{
    const struct release_span *a = left, *b = right;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

static bool is_furniture(const struct release_span *span)
{
    return str_equal(span->category, STR("furniture"));
}

static enum err read_spans(struct str text, const struct release_span *spans, size_t count,
                           struct arena *arena, struct marks *marks, struct release_span *cuts,
                           size_t *ret_cuts)
{
    size_t cut_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct release_span *span = &spans[i];
        if (span->start >= span->end || span->end > text.len ||
            !utf8_on_boundary(text, span->start) || !utf8_on_boundary(text, span->end))
            return ERR_BAD_INPUT;
        if (is_furniture(span)) {
            cuts[cut_count++] = *span;
            continue;
        }
        struct mark mark = {.start = span->start, .end = span->end, .confidence = 100};
        if (!mark_category_get(span->category, &mark.category)) return ERR_BAD_INPUT;
        mark.source = MARK_STAFF;
        marks_add(marks, arena, mark);
    }
    qsort(cuts, cut_count, sizeof *cuts, order_spans);
    *ret_cuts = cut_count;
    return OK;
}

/* The marks inside [start, end), moved to where that piece begins. */
static enum err mask_piece(struct str text, size_t start, size_t end, const struct marks *marks,
                           const struct mask_wording *wording, struct arena *arena,
                           struct buf *ret_text)
{
    struct str piece = str_slice(text, start, end);
    struct marks inside = {0};
    for (size_t i = 0; i < marks->count; i++) {
        struct mark mark = marks->at[i];
        if (mark.end <= start || mark.start >= end) continue;
        mark.start = mark.start > start ? mark.start - start : 0;
        mark.end = (mark.end < end ? mark.end : end) - start;
        marks_add(&inside, arena, mark);
    }
    marks_settle(&inside, piece);
    return mask_apply(piece, &inside, wording, ret_text);
}

enum err release_text(struct str text, const struct release_span *spans, size_t count,
                      const struct mask_wording *wording, struct arena *arena, struct buf *ret_text)
{
    struct marks marks = {0};
    struct release_span *cuts = ARENA_MANY(arena, count, struct release_span);
    size_t cut_count, at = 0;
    BUF_SECRET(masked, ret_text->max);
    TRY(read_spans(text, spans, count, arena, &marks, cuts, &cut_count));
    marks_settle(&marks, text);
    for (size_t i = 0; i < cut_count; i++) {
        if (cuts[i].start > at)
            TRY(mask_piece(text, at, cuts[i].start, &marks, wording, arena, &masked));
        if (cuts[i].end > at) at = cuts[i].end;
    }
    if (at < text.len) TRY(mask_piece(text, at, text.len, &marks, wording, arena, &masked));
    TRY(buf_done(&masked));
    unseen_drop(buf_str(&masked), ret_text);
    return buf_done(ret_text);
}
