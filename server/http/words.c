/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * templates/words/en.ini: what a notice or a mistake in a form says, by its code.
 *
 *   [notice]
 *   draft-saved = Your draft is saved.
 *   [note]
 *   print-nothing = There is nothing to print.
 *   [problem]
 *   email-missing = Enter your e-mail address
 */
#include <stdlib.h>

#include "server/http/exchange.h"

struct words {
    struct str text;
};

enum err words_open(const struct embedded_file *files, struct words **ret_words)
{
    struct str text = {"", 0};
    if (!embed_find(files, STR("words/en.ini"), &text)) return ERR_NOT_FOUND;
    struct words *words = calloc(1, sizeof *words);
    if (!words) return ERR_MEMORY;
    words->text = text;
    *ret_words = words;
    return OK;
}

void words_free(struct words **words)
{
    free(*words);
    *words = NULL;
}

bool words_find(const struct words *words, const char *section, struct str code,
                struct str *ret_text)
{
    struct str rest = words->text, line, here = {"", 0};
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (!line.len || line.at[0] == '#') continue;
        if (line.at[0] == '[') {
            here = str_slice(line, 1, line.len - 1);
            continue;
        }
        size_t equals = str_find_byte(line, '=');
        if (equals == STR_NONE || !str_equal(here, str_from(section))) continue;
        if (!str_equal(str_trim(str_slice(line, 0, equals)), code)) continue;
        *ret_text = str_trim(str_from_byte(line, equals + 1));
        return true;
    }
    return false;
}
