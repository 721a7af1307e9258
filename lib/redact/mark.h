/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_MARK_H
#define LETTERBOX_REDACT_MARK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

/*
 * A mark: the bytes [start, end) of a text, proposed or decided to be taken out.
 *
 *     text     I live in Otley now
 *     mark               ^^^^^      start 10, end 15, place, leak-list
 *
 * Offsets are bytes of UTF-8, always on code point boundaries. A settled list is ordered, its
 * marks don't overlap, and each covers at least one letter or digit. Whoever made the text and the
 * list's arena owns the bytes; a mark borrows its `why`.
 */

enum mark_category {
#define CATEGORY(code, word, label, replacement) MARK_##code,
#include "redact/category.def"
#undef CATEGORY
    MARK_CATEGORY_COUNT
};

enum mark_source {
    MARK_LEAK_LIST, /* "leak-list": what the agency has on file for this recipient */
    MARK_PATTERN,   /* "pattern": recognised by its form */
    MARK_UNLISTED,  /* "names": looks like a name or place that is not on file */
    MARK_REPEAT,    /* "repeat": the same words are taken out elsewhere */
    MARK_STAFF,     /* "staff": added by a person */
    MARK_SOURCE_COUNT
};

struct mark {
    size_t start, end;
    enum mark_category category;
    enum mark_source source;
    int confidence; /* in hundredths, 1 to 100 */
    struct str why; /* for a member of staff: a phrase in plain words */
};

struct marks {
    struct mark *at;
    size_t count, room;
};

/* "name" … "bank"; "Name" … for staff; the words of category.def. */
const char *mark_category_word(enum mark_category category);
const char *mark_category_label(enum mark_category category);
bool mark_category_get(struct str word, enum mark_category *ret_category);
const char *mark_source_word(enum mark_source source);
bool mark_source_get(struct str word, enum mark_source *ret_source);

void marks_add(struct marks *marks, struct arena *arena, struct mark mark);

/*
 * Brings a list into order: sorted by start, overlaps resolved, nothing that was covered left bare.
 * A mark inside another goes (its reason too, unless both cover the same bytes: then the surer
 * stays; or what is on file stands in a guess: then the guess takes its reason); where two overlap
 * in part, the earlier keeps its bytes and the later the rest.
 */
void marks_settle(struct marks *marks, struct str text);

/* Takes [start, end) out of a settled list: marks inside it go, others are cut or split. */
void marks_subtract(struct marks *marks, struct arena *arena, struct str text, size_t start,
                    size_t end);

/*
 * Marks from outside (a form, a decision): in order, inside the text, on code point boundaries,
 * not empty, not overlapping; ERR_BAD_INPUT otherwise.
 */
MUST_CHECK enum err marks_check(const struct marks *marks, struct str text);

#endif
