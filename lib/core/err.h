/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_ERR_H
#define LETTERBOX_CORE_ERR_H

/*
 * Error codes and the line between "refused", "failed" and "bug".
 *
 * A function that can fail returns enum err and puts results into ret_ parameters, which it leaves
 * untouched when it fails. A bug of ours is not an error: ASSERT ends the process.
 */

enum err {
    OK = 0,
#define ERR(code, name, kind, message, cure) ERR_##code,
#include "core/err.def"
#undef ERR
    ERR_COUNT
};

enum err_kind { ERR_KIND_REFUSED, ERR_KIND_FAILED };

struct err_info {
    const char *name; /* "too-big": for data-test, logs and the database */
    enum err_kind kind;
    const char *message;
    const char *cure;
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* The description of any code but OK. */
const struct err_info *err_info(enum err code);

/* Ends the process after one line on standard error that names the place. */
_Noreturn void err_bug(const char *file, int line, const char *what);

#define ASSERT(condition)                                          \
    do {                                                           \
        if (!(condition)) err_bug(__FILE__, __LINE__, #condition); \
    } while (0)

/* Returns from the calling function when the expression is an error. */
#define TRY(expression)                        \
    do {                                       \
        enum err try_code_ = (expression);     \
        if (try_code_ != OK) return try_code_; \
    } while (0)

#endif
