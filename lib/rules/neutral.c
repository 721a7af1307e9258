/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/neutral.h"

#include <stddef.h>

/* What is looked for, and what it is called. */
static const struct {
    const char *part, *word;
} telling[] = {
    {"adopt", "adopt"},          {"child", "child"},          {"letterbox", "letterbox"},
    {"letter-box", "letterbox"}, {"letter_box", "letterbox"}, {"letter box", "letterbox"},
    {"famil", "famil"},
};

const char *neutral_tells(struct str text)
{
    for (size_t at = 0; at < text.len; at++)
        for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
            struct str part = str_from(telling[i].part);
            if (at + part.len <= text.len && str_same(str_slice(text, at, at + part.len), part))
                return telling[i].word;
        }
    return NULL;
}
