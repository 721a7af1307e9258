/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_CONF_H
#define LETTERBOX_CORE_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * letterbox.conf: an INI file whose every key, type, bound and default stands in core/conf.def.
 *
 *   [section]
 *   key = value
 *   # comment        a comment has a line of its own
 *
 * What is wrong is refused with the file, the line and the cure: an unknown section or key, a key
 * given twice, a value outside its bounds, a line of over CONF_LINE_BYTES, one that is indented
 * (no value goes on over a line's end).
 */
struct conf {
#define CONF_SECTION(section, words)
#define CONF_INT(section, key, otherwise, min, max, unit, words) int64_t section##_##key;
#define CONF_BOOL(section, key, otherwise, words) bool section##_##key;
#define CONF_TEXT(section, key, otherwise, max, words) struct str section##_##key;
#define CONF_PATH(section, key, otherwise, words) const char *section##_##key;
#include "core/conf.def"
#undef CONF_SECTION
#undef CONF_INT
#undef CONF_BOOL
#undef CONF_TEXT
#undef CONF_PATH
};

enum { CONF_LINE_BYTES = 4000, CONF_FILE_BYTES = 256 * 1024 };

/* Every setting at its default. */
struct conf conf_default(void);
/* Sets up the library that reads INI, once: without, Debian's cuts values and lines. */
void conf_set_up_inih(void);
/*
 * Reads a file's text; the name is for messages. Texts lie in the arena, with a NUL after them.
 * On ERR_CONFIG the problem is one line: "FILE:LINE: what is wrong: what to do".
 */
MUST_CHECK enum err conf_read(struct str text, struct str file, struct arena *arena,
                              struct buf *problem, struct conf *ret_conf);
/* The whole of ops/letterbox.conf.example. */
void conf_example(struct buf *text);

#endif
