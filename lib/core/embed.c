/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/embed.h"

bool embed_find(const struct embedded_file *table, struct str name, struct str *ret_content)
{
    for (; table->name; table++) {
        if (!str_equal(str_from(table->name), name)) continue;
        *ret_content = (struct str){table->start, (size_t)(table->end - table->start)};
        return true;
    }
    return false;
}
