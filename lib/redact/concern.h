/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_CONCERN_H
#define LETTERBOX_REDACT_CONCERN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/str.h"

struct norm;
struct sense;

/*
 * A concern: the bytes [start, end) of a text that a reviewer must read with care, because of what
 * they say; redaction does not solve it. Concerns are ordered by start and may overlap.
 */

enum concern_kind {
#define CONCERN(code, word, label) CONCERN_##code,
#include "redact/concern.def"
#undef CONCERN
    CONCERN_KIND_COUNT
};

struct concern {
    size_t start, end;
    enum concern_kind kind;
    struct str why; /* for a member of staff: a phrase in plain words */
};

struct concerns {
    struct concern *at;
    size_t count, room;
};

const char *concern_word(enum concern_kind kind);
const char *concern_label(enum concern_kind kind);
bool concern_get(struct str word, enum concern_kind *ret_kind);

/*
 * Every concern of the text: the pieces of it that sound like one (redact/sense.h). Pieces that
 * follow each other and sound alike are one concern.
 */
void concern_find(const struct sense *sense, const struct norm *norm, struct arena *arena,
                  struct concerns *ret_concerns);

#endif
