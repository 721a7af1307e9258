/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The template compiler and renderer: page, partial and view from one input, apart by a 0x1f. */
#include <stdint.h>

#include "core/tmpl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0 || len > 16384) return 0;
    struct str rest = {(const char *)bytes + 1, len - 1}, page = {"", 0}, partial = {"", 0};
    if (!str_split(&rest, 0x1f, &page)) return 0;
    (void)str_split(&rest, 0x1f, &partial);
    struct embedded_file files[] = {
        {"portal/page.mustache", page.at, page.at + page.len},
        {"partials/p.mustache", partial.at, partial.at + partial.len},
        {NULL, NULL, NULL},
    };
    json_t *view = json_loadb(rest.at ? rest.at : "", rest.len, JSON_ALLOW_NUL, NULL);
    BUF(problem, 4096);
    struct tmpl_set *set = NULL;
    enum tmpl_kind kind = (enum tmpl_kind)(bytes[0] % 3);
    if (tmpl_set_open(files, STR("portal"), kind, &problem, &set) == OK) {
        BUF(out, 65536);
        enum err code = tmpl_render(set, STR("portal/page"), view, &out);
        ASSERT(code == OK || code == ERR_BAD_TEMPLATE || code == ERR_TOO_BIG);
        ASSERT(out.len <= 65536);
    } else {
        ASSERT(problem.len > 0);
    }
    tmpl_set_free(&set);
    json_decref(view);
    return 0;
}
