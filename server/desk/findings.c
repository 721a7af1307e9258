/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/letter.h"
#include "server/desk/letter.h"

/* What the cleaner found, by its code, in the words of lib/sanitise. */

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
