/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/agency.h"

static enum err find(const struct store_rows *rows, const char *purpose, unsigned char *ret_key)
{
    if (!ret_key) return OK;
    for (size_t row = 0; row < rows->count; row++)
        if (str_equal(rows_str(rows, row, "purpose"), str_from(purpose)) &&
            str_equal(rows_str(rows, row, "state"), STR("active")) &&
            rows_raw(rows, row, "public_key", ret_key, STORE_PUBLIC_BYTES))
            return OK;
    return ERR_NO_KEY;
}

enum err store_agency_publics(const struct store_rows *rows, unsigned char *ret_press,
                              unsigned char *ret_desk, unsigned char *ret_post)
{
    TRY(find(rows, "press", ret_press));
    TRY(find(rows, "desk", ret_desk));
    return find(rows, "post", ret_post);
}
