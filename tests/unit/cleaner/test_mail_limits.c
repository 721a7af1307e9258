/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/mail_limits.c"

enum { ROOM_BYTES = 1024 * 1024 };

/* A header of these lines, count times each, then the end, then a body. */
static struct str message_of(struct buf *message, const char *line, int count, const char *after)
{
    buf_add_c(message, "From: a@example.org\nContent-Type: multipart/mixed; boundary=\"x:\"\n");
    for (int i = 0; i < count; i++) buf_add_c(message, line);
    buf_add_c(message, "From: b@example.org\n");
    buf_add_c(message, after);
    assert_ok(buf_done(message));
    return buf_str(message);
}

static void what_is_cut_off_the_header_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int count;
        const char *after;
        bool is_cut, has_too_many_parts;
    } cases[] = {
        {"X: short\n", 10, "\nDear all\n", false, false},
        {"X: short\n", 10, "", false, false}, /* no body */
        {"X: eight\n", MAIL_HEADER_BYTES_MAX / 9 + 1, "\nDear all\n", true, false},
        {"--x:\n", MAIL_BOUNDARIES_MAX - 1, "\nDear all\n", false, false},
        {"--x:\n", MAIL_BOUNDARIES_MAX + 1, "\nDear all\n", true, true},
        {"--x:\n", MAIL_BOUNDARIES_MAX + 1, "", true, true},
        {"--x:\n", MAIL_BOUNDARIES_MAX - 1, "\n--x:\n--x:--\nDear all\n", false, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf bytes = buf_new(ROOM_BYTES), room = buf_new(ROOM_BYTES);
        struct mail_limits limits;
        struct str message = message_of(&bytes, cases[i].line, cases[i].count, cases[i].after);
        struct str passed = mail_limit(message, &room, &limits);
        if (limits.has_long_header != cases[i].is_cut ||
            limits.has_too_many_parts != cases[i].has_too_many_parts)
            fail_msg("%zu: cut %d, parts %d", i, limits.has_long_header, limits.has_too_many_parts);
        assert_true(str_starts(passed, STR("From: a@example.org\n")));
        bool is_whole = str_equal(passed, message);
        assert_int_equal(is_whole, !cases[i].is_cut && !cases[i].has_too_many_parts);
        buf_free(&bytes);
        buf_free(&room);
    }
}

static void a_header_of_one_endless_line_is_left_out(void **state)
{
    (void)state;
    struct buf bytes = buf_new(ROOM_BYTES), room = buf_new(ROOM_BYTES);
    struct mail_limits limits;
    buf_add_c(&bytes, "X: ");
    for (int i = 0; i < MAIL_HEADER_BYTES_MAX; i++) buf_add_byte(&bytes, 'x');
    buf_add_c(&bytes, "\n\nDear all\n");
    assert_true(str_equal(mail_limit(buf_str(&bytes), &room, &limits), STR("\n\nDear all\n")));
    assert_true(limits.has_long_header);
    buf_free(&bytes);
    buf_free(&room);
}

/* Which lines count, by how the name was given: that many of them are in the text, and one more
 * than may be. */
static void boundaries_are_known_by_their_names(void **state)
{
    (void)state;
    static const struct {
        const char *head, *line;
        bool counts;
    } cases[] = {
        {"boundary=abc", "--abc", true},
        {"boundary=abc", "--abc--", true},
        {"boundary=abc", "--abc \t\r", true},
        {"boundary=abc", "--abcd", false},
        {"boundary=abc", "-- abc", false},
        {"boundary=abc", "-- ", false},
        {"boundary=abc", " --abc", false},
        {"BOUNDARY = \"a b (c)\"", "--a b (c)", true},
        {"boundary=\n \"abc\"", "--abc", true},
        {"boundary\n =\"abc\"", "--abc", true},
        {"boundary=\"abc  \"", "--abc", true},
        {"x-boundary=abc; y=\"z\"", "--abc", true},
        {"border=abc", "--abc", false},
        {"", "--abc", false},
        /* What parsers differ about: then each line counts. */
        {"boundary*0=ab; boundary*1=c", "--abc", true},
        {"boundary*=utf-8''ab%63", "--abc", true},
        {"boundary (a comment) = abc", "--abc", true},
        {"boundary=\"a\\bc\"", "--abc", true},
        {"boundary=\"abc", "--abc", true},
        {"boundary=a=c", "--a", true},
        {"boundary=\"=?utf-8?Q?abc?=\"", "--abc", true},
        {"boundary=\"\xc3\xa9\"", "--\xc3\xa9", true},
        {"boundary=", "--abc", false}, /* none was given */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf bytes = buf_new(ROOM_BYTES), room = buf_new(ROOM_BYTES);
        struct mail_limits limits;
        buf_print(&bytes, "Content-Type: multipart/mixed; %s\n\n", cases[i].head);
        for (int k = 0; k <= MAIL_BOUNDARIES_MAX; k++) buf_print(&bytes, "%s\n", cases[i].line);
        assert_ok(buf_done(&bytes));
        struct str passed = mail_limit(buf_str(&bytes), &room, &limits);
        if (limits.has_too_many_parts != cases[i].counts)
            fail_msg("%s and %s", cases[i].head, cases[i].line);
        assert_int_equal(passed.len < bytes.len, cases[i].counts);
        buf_free(&bytes);
        buf_free(&room);
    }
}

static void too_many_names_are_any_name(void **state)
{
    (void)state;
    struct buf bytes = buf_new(ROOM_BYTES), room = buf_new(ROOM_BYTES);
    struct mail_limits limits;
    for (int i = 0; i <= BOUNDARY_NAMES_MAX; i++) buf_print(&bytes, "boundary=n%d\n", i);
    for (int k = 0; k <= MAIL_BOUNDARIES_MAX; k++) buf_add_c(&bytes, "--abc\n");
    assert_ok(buf_done(&bytes));
    mail_limit(buf_str(&bytes), &room, &limits);
    assert_true(limits.has_too_many_parts);
    buf_free(&bytes);
    buf_free(&room);
}

UNIT_MAIN(NULL, cmocka_unit_test(what_is_cut_off_the_header_is_said),
          cmocka_unit_test(a_header_of_one_endless_line_is_left_out),
          cmocka_unit_test(boundaries_are_known_by_their_names),
          cmocka_unit_test(too_many_names_are_any_name))
