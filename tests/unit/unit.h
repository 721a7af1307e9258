/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_TESTS_UNIT_H
#define LETTERBOX_TESTS_UNIT_H

/* What every unit test starts with: cmocka in its order of headers, and a few assertions of ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define assert_err(expression, expected) \
    assert_string_equal(err_info(expression)->name, err_info(expected)->name)
#define assert_ok(expression) assert_err(expression, OK)

/* The text has exactly these bytes. */
static inline void check_str(struct str s, struct str expected, const char *file, int line)
{
    if (s.len == expected.len && (s.len == 0 || memcmp(s.at, expected.at, s.len) == 0)) return;
    print_error("%s:%d: \"%.*s\" (%zu bytes) instead of \"%.*s\" (%zu bytes)\n", file, line,
                (int)s.len, s.len ? s.at : "", s.len, (int)expected.len,
                expected.len ? expected.at : "", expected.len);
    fail();
}
#define assert_str(s, expected) check_str((s), (expected), __FILE__, __LINE__)
#define assert_buf(buf, literal) check_str(buf_str(&(buf)), STR(literal), __FILE__, __LINE__)

/* main: UNIT_MAIN(setup or NULL, cmocka_unit_test(a), …) */
#define UNIT_MAIN(setup, ...)                              \
    int main(void)                                         \
    {                                                      \
        const struct CMUnitTest tests[] = {__VA_ARGS__};   \
        return cmocka_run_group_tests(tests, setup, NULL); \
    }

#endif
