/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/utc.h"
#include "sys/clock.h"

/* What goes to standard error while `log` runs. */
static void catch (void (*log)(void), char *ret_text, size_t room)
{
    int ends[2], kept = dup(STDERR_FILENO);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fflush(stderr);
    dup2(ends[1], STDERR_FILENO);
    log();
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[1]);
    ssize_t got = read(ends[0], ret_text, room - 1);
    close(ends[0]);
    ret_text[got > 0 ? got : 0] = 0;
}

static void log_all(void)
{
    LOG(LOG_INFO, "request", L_WORD("id", "7Q2M-X9KD"), L_INT("ms", -12), L_ID("letter", 32),
        L_ERR(OK));
    LOG(LOG_WARN, "odd", L_WORD("word", "Tom Smith"), L_WORD("line", "a\nb"), L_WORD("none", NULL),
        L_WORD("empty", ""), L_WORD("quote", "a\"b"),
        L_WORD("long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        L_ERR(ERR_DB_AWAY));
    LOG(LOG_DEBUG, "quiet", L_INT("n", 1));
}

static void lines(void **state)
{
    (void)state;
    char text[4096];
    log_open("portal", LOG_INFO);
    catch (log_all, text, sizeof text);
    char *second = strchr(text, '\n');
    assert_non_null(second);
    *second++ = 0;
    struct utc instant;
    assert_true(strncmp(text, "time=", 5) == 0);
    assert_true(utc_get(str_slice(str_from(text), 5, 25), &instant));
    assert_string_equal(text + 25, " level=info process=portal event=request id=7Q2M-X9KD ms=-12 "
                                   "letter=000000000010 err=ok");
    assert_string_equal(second + 25, " level=warn process=portal event=odd word=? line=? none=? "
                                     "empty=? quote=? long=? err=db-away\n");
}

static void clocks(void **state)
{
    (void)state;
    clock_zone("Europe/London");
    static const struct {
        const char *instant, *words, *day;
    } cases[] = {
        {"2026-01-15T20:15:00Z", "15 January 2026 at 8:15pm", "2026-01-15"},
        {"2026-07-15T20:15:00Z", "15 July 2026 at 9:15pm", "2026-07-15"}, /* summer time */
        {"2026-07-15T23:30:00Z", "16 July 2026 at 12:30am", "2026-07-16"},
        {"2026-03-29T00:59:59Z", "29 March 2026 at 12:59am", "2026-03-29"},
        {"2026-03-29T01:00:00Z", "29 March 2026 at 2:00am", "2026-03-29"},
        {"2026-11-22T12:05:00Z", "22 November 2026 at 12:05pm", "2026-11-22"},
        {"1969-12-31T22:30:00Z", "31 December 1969 at 11:30pm", "1969-12-31"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct utc instant;
        assert_true(utc_get(str_from(cases[i].instant), &instant));
        BUF(words, 100);
        BUF(day, 100);
        clock_put(&words, instant);
        day_put(&day, clock_day(instant));
        assert_string_equal(words.at, cases[i].words);
        assert_string_equal(day.at, cases[i].day);
    }
    int64_t before = clock_monotonic_us();
    assert_true(clock_monotonic_us() >= before);
    assert_true(clock_now().us > 1700000000 * UTC_SECOND_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines), cmocka_unit_test(clocks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
