/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/mark.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

static const char *const category_words[] = {
#define CATEGORY(code, word, label, replacement) word,
#include "redact/category.def"
#undef CATEGORY
};

static const char *const category_labels[] = {
#define CATEGORY(code, word, label, replacement) label,
#include "redact/category.def"
#undef CATEGORY
};

static const char *const source_words[] = {"leak-list", "pattern", "names", "repeat", "staff"};

const char *mark_category_word(enum mark_category category)
{
    ASSERT((unsigned)category < MARK_CATEGORY_COUNT);
    return category_words[category];
}

const char *mark_category_label(enum mark_category category)
{
    ASSERT((unsigned)category < MARK_CATEGORY_COUNT);
    return category_labels[category];
}

bool mark_category_get(struct str word, enum mark_category *ret_category)
{
    for (unsigned i = 0; i < MARK_CATEGORY_COUNT; i++) {
        if (!str_equal(word, str_from(category_words[i]))) continue;
        *ret_category = (enum mark_category)i;
        return true;
    }
    return false;
}

const char *mark_source_word(enum mark_source source)
{
    ASSERT((unsigned)source < MARK_SOURCE_COUNT);
    return source_words[source];
}

bool mark_source_get(struct str word, enum mark_source *ret_source)
{
    for (unsigned i = 0; i < MARK_SOURCE_COUNT; i++) {
        if (!str_equal(word, str_from(source_words[i]))) continue;
        *ret_source = (enum mark_source)i;
        return true;
    }
    return false;
}

void marks_add(struct marks *marks, struct arena *arena, struct mark mark)
{
    if (marks->count == marks->room) {
        size_t room = marks->room == 0 ? 16 : marks->room * 2;
        struct mark *at = ARENA_MANY(arena, room, struct mark);
        if (marks->count > 0) memcpy(at, marks->at, marks->count * sizeof *at);
        marks->at = at;
        marks->room = room;
    }
    marks->at[marks->count++] = mark;
}

static int mark_order(const void *left, const void *right)
{
    const struct mark *a = left, *b = right;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end > b->end ? -1 : 1; /* the longer first */
    if (a->confidence != b->confidence) return a->confidence > b->confidence ? -1 : 1;
    if (a->source != b->source) return a->source < b->source ? -1 : 1;
    if (a->category != b->category) return a->category < b->category ? -1 : 1;
    return str_order(a->why, b->why);
}

/* Any byte but ASCII white space and punctuation may be part of a letter. */
static bool letter_byte(char byte)
{
    unsigned char c = (unsigned char)byte;
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Pulls both ends in over ASCII white space and punctuation; false if nothing is left. */
static bool trim(struct mark *mark, struct str text)
{
    while (mark->start < mark->end && !letter_byte(text.at[mark->start])) mark->start++;
    while (mark->end > mark->start && !letter_byte(text.at[mark->end - 1])) mark->end--;
    return mark->start < mark->end;
}

/* What is on file says more of a mark than a guess. */
static void explain(struct mark *mark, const struct mark *known)
{
    mark->category = known->category;
    mark->source = known->source;
    mark->confidence = known->confidence;
    mark->why = known->why;
}

void marks_settle(struct marks *marks, struct str text)
{
    if (marks->count == 0) return;
    qsort(marks->at, marks->count, sizeof *marks->at, mark_order);
    size_t kept = 1;
    for (size_t i = 1; i < marks->count; i++) {
        struct mark mark = marks->at[i];
        struct mark *last = &marks->at[kept - 1];
        ASSERT(mark.end <= text.len);
        if (mark.end <= last->end) {
            if (last->source == MARK_UNLISTED && mark.source == MARK_LEAK_LIST)
                explain(last, &mark);
            continue;
        }
        if (mark.start < last->end) {
            mark.start = last->end;
            if (!trim(&mark, text)) continue;
        }
        marks->at[kept++] = mark;
    }
    marks->count = kept;
}

void marks_subtract(struct marks *marks, struct arena *arena, struct str text, size_t start,
                    size_t end)
{
    struct marks left = {0};
    size_t touched = 0;
    while (touched < marks->count &&
           (marks->at[touched].end <= start || marks->at[touched].start >= end))
        touched++;
    if (touched == marks->count) return;
    for (size_t i = 0; i < marks->count; i++) {
        struct mark mark = marks->at[i];
        if (mark.end <= start || mark.start >= end) {
            marks_add(&left, arena, mark);
            continue;
        }
        struct mark before = mark, after = mark;
        before.end = start;
        after.start = end;
        if (mark.start < start && trim(&before, text)) marks_add(&left, arena, before);
        if (mark.end > end && trim(&after, text)) marks_add(&left, arena, after);
    }
    *marks = left;
}

enum err marks_check(const struct marks *marks, struct str text)
{
    size_t last = 0;
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->at[i];
        if (mark->start < last || mark->end <= mark->start || mark->end > text.len)
            return ERR_BAD_INPUT;
        if ((unsigned)mark->category >= MARK_CATEGORY_COUNT) return ERR_BAD_INPUT;
        if (!utf8_on_boundary(text, mark->start) || !utf8_on_boundary(text, mark->end))
            return ERR_BAD_INPUT;
        last = mark->end;
    }
    return OK;
}
