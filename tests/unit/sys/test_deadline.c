/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/deadline.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

enum { FAR_SECONDS = 600, NEVER_SECONDS = 60 };

/* How a process ends that waits within its boxes: 0, or the signal. */
static int run(unsigned first, unsigned second, bool end_first, bool end_second)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct deadline one, two;
        deadline_start(&one, first);
        deadline_start(&two, second);
        if (end_first) deadline_end(&one);
        if (end_second) deadline_end(&two);
        if (!end_first || !end_second) sleep(NEVER_SECONDS);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void who_is_late_is_ended(void **state)
{
    (void)state;
    assert_int_equal(run(1, FAR_SECONDS, false, false), SIGALRM);
    /* that another's work was done in time does not help */
    assert_int_equal(run(FAR_SECONDS, 1, true, false), SIGALRM);
}

static void who_is_in_time_goes_on(void **state)
{
    (void)state;
    assert_int_equal(run(1, 1, true, true), 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(who_is_late_is_ended), cmocka_unit_test(who_is_in_time_goes_on))
