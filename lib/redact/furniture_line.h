/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_FURNITURE_LINE_H
#define LETTERBOX_REDACT_FURNITURE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

/*
 * A line of an e-mail as the search for furniture reads it: folded to small letters without accents
 * or the asterisks of bold type, each run of white space one space, dashes and apostrophes of all
 * kinds "-" and "'". The phrases stand in furniture.def.
 */
enum phrase {
#define PHRASES(KIND, ...) PHRASE_##KIND,
#include "redact/furniture.def"
#undef PHRASES
    PHRASE_KINDS
};

enum { FURNITURE_LINE_FOLDED = 400 /* bytes; of a longer line its beginning */ };

struct furniture_line {
    struct str text;   /* trimmed */
    size_t start, end; /* bytes of the whole text; with its line end */
    bool is_whole;     /* all of it is folded */
    bool is_indented;
    bool is_mark;    /* exactly "-- " */
    unsigned begins; /* bit PHRASE_…: it begins with such a phrase, and a header's name with ":" */
    size_t folded_len;
    char folded[FURNITURE_LINE_FOLDED];
};

/* The line that begins at this byte; false at the end of the text. */
bool furniture_line_read(struct str text, size_t at, struct furniture_line *ret_line);
bool furniture_line_begins(const struct furniture_line *line, enum phrase kind);
/* Is the line dashes, underscores or the like, with nothing but this kind of phrase between? */
bool furniture_line_rule(const struct furniture_line *line, enum phrase kind);
/* Nothing but dashes and the like, five at least. */
bool furniture_line_bare_rule(const struct furniture_line *line);

/* Of text that is folded already. */
bool furniture_ends(struct str folded, enum phrase kind);
bool furniture_holds(struct str folded, enum phrase kind);
/* As much of a text as there is room for. */
size_t furniture_fold(struct str text, char *room, size_t room_bytes);

#endif
