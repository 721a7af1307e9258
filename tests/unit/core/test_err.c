/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/err.h"

#include <ctype.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static void every_error_is_named_and_has_words(void **state)
{
    (void)state;
    for (int code = 1; code < ERR_COUNT; code++) {
        const struct err_info *info = err_info((enum err)code);
        size_t length = strlen(info->name);
        assert_in_range(length, 1, 40);
        assert_int_equal(strspn(info->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), length);
        assert_true(isupper((unsigned char)info->message[0]));
        assert_int_equal(info->message[strlen(info->message) - 1], '.');
        assert_int_equal(info->cure[strlen(info->cure) - 1], '.');
        for (int other = 1; other < code; other++)
            assert_string_not_equal(info->name, err_info((enum err)other)->name);
    }
    assert_string_equal(err_info(OK)->name, "ok");
    assert_int_equal(err_info(ERR_BAD_INPUT)->kind, ERR_KIND_REFUSED);
    assert_int_equal(err_info(ERR_DB_AWAY)->kind, ERR_KIND_FAILED);
}

static enum err fail_at(int step)
{
    TRY(step == 1 ? ERR_BUSY : OK);
    TRY(step == 2 ? ERR_IO : OK);
    return OK;
}

static void try_hands_the_first_error_on(void **state)
{
    (void)state;
    assert_ok(fail_at(0));
    assert_err(fail_at(1), ERR_BUSY);
    assert_err(fail_at(2), ERR_IO);
}

static void a_bug_ends_the_process(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        ASSERT(1 + 1 == 3);
        _exit(0);
    }
    close(ends[1]);
    char line[200] = {0};
    assert_true(read(ends[0], line, sizeof line - 1) > 0);
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_non_null(strstr(line, "what=\"1 + 1 == 3\""));
    assert_non_null(strstr(line, "test_err.c"));
}

UNIT_MAIN(NULL, cmocka_unit_test(every_error_is_named_and_has_words),
          cmocka_unit_test(try_hands_the_first_error_on), cmocka_unit_test(a_bug_ends_the_process))
