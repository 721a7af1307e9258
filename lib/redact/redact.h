/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_REDACT_H
#define LETTERBOX_REDACT_REDACT_H

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"
#include "redact/concern.h"
#include "redact/furniture.h"
#include "redact/mark.h"
#include "redact/mask.h"
#include "redact/term.h"

/*
 * The redactor: proposes what to take out of one text for one recipient, and what a reviewer must
 * look at. It proposes only; a person decides.
 *
 * Pure: no files, clock, randomness or locale; the same input gives the same answer. Time is linear
 * in the text (times the leak list). A `struct redactor` holds the compiled tables; it is made once
 * a process, never changes, and may be shared by threads.
 *
 *     text ─▶ norm ─┬▶ facts ───┐
 *                   ├▶ pattern ─┤
 *                   ├▶ names ───┼▶ settle ─▶ the same words elsewhere ─▶ marks
 *                   └▶ concern ─┴▶ concerns          furniture ─▶ furniture
 */

struct redactor;

/* Lives in the arena, which must live as long as the process (about 1 MiB). */
const struct redactor *redactor_new(struct arena *arena);

/* Whose letter it is, and so whom it must not give away. Where a relative lives, works and goes is
 * taken out as it is of a family; what a place is where nothing says so, and the reasons, differ.
 */
enum redact_direction {
    REDACT_ADOPTIVE_TO_BIRTH, /* "adoptive-to-birth": protects the family (and a sibling's) */
    REDACT_BIRTH_TO_ADOPTIVE, /* "birth-to-adoptive": protects the relative */
};

enum redact_channel {
    REDACT_WEB,      /* "web": typed into a form */
    REDACT_EMAIL,    /* "email": with or without headers, quotes, signature */
    REDACT_SCAN_OCR, /* "scan-ocr": read off an image */
};

bool redact_direction_get(struct str word, enum redact_direction *ret_direction);
bool redact_channel_get(struct str word, enum redact_channel *ret_channel);

enum {
    REDACT_TEXT_BYTES = 1024 * 1024,       /* one text */
    REDACT_TERMS = 2000,                   /* entries of a leak list, allowed names */
    REDACT_TERM_BYTES = 400,               /* one entry */
    REDACT_ARENA_BYTES = 96 * 1024 * 1024, /* a budget that holds for the largest text */
};

/* Everything is borrowed. */
struct redact_input {
    struct str text; /* UTF-8 */
    enum redact_direction direction;
    enum redact_channel channel;
    const struct str *allowed; /* first names that may stay */
    size_t allowed_count;
    const struct redact_term *terms; /* the leak list: what this recipient must not learn */
    size_t term_count;
    const struct mask_wording *wording; /* NULL: the default; its words are never marked */
};

struct redact_result {
    struct marks marks; /* settled */
    struct concerns concerns;
    struct furnitures furniture;
};

/*
 * What is proposed for this text; lives in the arena. ERR_BAD_UTF8 for a text, name or term that is
 * not UTF-8; ERR_TOO_BIG past the limits above. Empty terms and names are passed over.
 */
MUST_CHECK enum err redact_letter(const struct redactor *redactor, const struct redact_input *input,
                                  struct arena *arena, struct redact_result *ret_result);

/*
 * Every place in the text where these words stand, whatever their case, accents and spacing, as
 * marks of this category from staff. None when the words have no letter or digit.
 */
MUST_CHECK enum err redact_find_words(struct str text, struct str words,
                                      enum mark_category category, struct arena *arena,
                                      struct marks *ret_marks);

/* The reason of a mark that only what is taken out elsewhere made, in this part or in another. */
#define REDACT_WHY_REPEAT "the same words are taken out elsewhere"

/*
 * What the marks of one part cover, each once, as leak-list entries for the letter's other parts
 * (what is taken out once is taken out everywhere).
 */
void redact_learn(struct str text, const struct marks *marks, struct arena *arena,
                  struct redact_term **ret_terms, size_t *ret_count);

#endif
