/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/letter.h"
#include "server/desk/letter.h"

enum { WHY_BYTES = 4096 };

/* What the cleaner found, by its code, in the words of lib/sanitise; and why the redactor proposed
 * a mark. */

struct str desk_removed_words(struct str code)
{
    for (int i = 0; i < REMOVED_COUNT; i++)
        if (str_equal(code, str_from(removed_name((enum removed)i))))
            return str_from(removed_words((enum removed)i));
    return code;
}

struct str desk_warning_words(struct str code)
{
    for (int i = 0; i < WARNING_COUNT; i++)
        if (str_equal(code, str_from(warning_name((enum warning)i))))
            return str_from(warning_words((enum warning)i));
    return code;
}

/* A straight quote as it is printed: “ before a word, ” after one, ’ inside. */
static struct str curled(struct str text, size_t at)
{
    bool opens = at == 0 || text.at[at - 1] == ' ';
    bool closes = at + 1 == text.len || text.at[at + 1] == ' ' || text.at[at + 1] == ',';
    return opens ? STR("“") : closes ? STR("”") : STR("’");
}

struct str desk_why_words(struct request *request, const struct review_mark *mark)
{
    const struct str jargon[] = {STR("protected term "), STR("protected name ")};
    struct str why = mark->why;
    if (str_equal(mark->source, STR("repeat"))) return STR("");
    BUF_SECRET(words, WHY_BYTES);
    for (size_t at = 0; at < why.len; at++) {
        struct str rest = str_from_byte(why, at);
        if (str_starts(rest, jargon[0]) || str_starts(rest, jargon[1]))
            at += jargon[0].len - 1;
        else if (why.at[at] == '\'')
            buf_add(&words, curled(why, at));
        else
            buf_add_byte(&words, why.at[at]);
    }
    return buf_done(&words) == OK ? arena_str(request->arena, buf_str(&words)) : why;
}
