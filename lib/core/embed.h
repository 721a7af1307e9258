/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_EMBED_H
#define LETTERBOX_CORE_EMBED_H

#include <stdbool.h>

#include "core/str.h"

/*
 * Files of the project inside the program (ops/gen/embed.sh), so that a confined process needs no
 * file. Each table ends with a NULL name; names are paths below the table's root. A NUL follows
 * the last byte.
 */
struct embedded_file {
    const char *name;
    const char *start, *end;
};

extern const struct embedded_file embedded_templates[]; /* below templates/ */
extern const struct embedded_file embedded_assets[];    /* below build/web/ */
extern const struct embedded_file embedded_schema[];    /* below sql/: roles, migrations */

/* The content, or false. */
bool embed_find(const struct embedded_file *table, struct str name, struct str *ret_content);

#endif
