/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/harm.h"

#include <string.h>

#include "core/err.h"

static const struct {
    const char *family, *relative;
} harms[MARK_CATEGORY_COUNT] = {
    [MARK_NAME] = {"could lead to the family", "could lead to the relative"},
    [MARK_ADDRESS] = {"could show where the family lives", "could show where the relative lives"},
    [MARK_POSTCODE] = {"could show where the family lives", "could show where the relative lives"},
    [MARK_PLACE] = {"could show where the family lives or goes",
                    "could show where the relative lives or goes"},
    [MARK_SCHOOL] = {"could show where the child learns or plays",
                     "could show where the relative or their children learn or play"},
    [MARK_WORKPLACE] = {"could show where the family works", "could show where the relative works"},
    [MARK_MEDICAL] = {"could show where the family is treated",
                      "could show where the relative is treated"},
    [MARK_HANDLE] = {"could let the family be found", "could let the relative be found"},
};

const char *harm_of(enum mark_category category, bool from_relative)
{
    ASSERT((unsigned)category < MARK_CATEGORY_COUNT);
    return from_relative ? harms[category].relative : harms[category].family;
}

/* "WHY (HARM)" */
static struct str with_harm(struct str why, struct str harm, struct arena *arena)
{
    const size_t len = why.len + harm.len + 3;
    char *text = arena_take(arena, len), *at = mempcpy(text, why.at, why.len);
    at = mempcpy(at, " (", 2);
    at = mempcpy(at, harm.at, harm.len);
    *at = ')';
    return (struct str){text, len};
}

void harm_tell(struct marks *marks, bool from_relative, struct arena *arena)
{
    for (size_t i = 0; i < marks->count; i++) {
        struct mark *mark = &marks->at[i];
        const char *harm = harm_of(mark->category, from_relative);
        if (mark->source != MARK_UNLISTED || harm == NULL) continue;
        mark->why = with_harm(mark->why, str_from(harm), arena);
    }
}
