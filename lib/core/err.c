/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/err.h"

#include <stdio.h>
#include <stdlib.h>

#define REFUSED ERR_KIND_REFUSED
#define FAILED ERR_KIND_FAILED

static const struct err_info infos[ERR_COUNT] = {
    [OK] = {"ok", REFUSED, "", ""},
#define ERR(code, name, kind, message, cure) [ERR_##code] = {name, kind, message, cure},
#include "core/err.def"
#undef ERR
};

const struct err_info *err_info(enum err code)
{
    ASSERT((unsigned)code < ERR_COUNT);
    return &infos[code];
}

_Noreturn void err_bug(const char *file, int line, const char *what)
{
    fprintf(stderr, "bug file=%s line=%d what=\"%s\"\n", file, line, what);
    abort();
}
