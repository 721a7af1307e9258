/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/mail_limits.c"

enum { ROOM_BYTES = 1024 * 1024 };

/* A header of these lines, count times each, then the end, then a body. */
static struct str message_of(struct buf *message, const char *line, int count, const char *after)
{
    buf_add_c(message, "From: a@example.org\n");
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
        {"--x:\n", MAIL_BOUNDARIES_MAX - 1, "\n--bc\n--bc\nDear all\n", false, true},
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

UNIT_MAIN(NULL, cmocka_unit_test(what_is_cut_off_the_header_is_said),
          cmocka_unit_test(a_header_of_one_endless_line_is_left_out))
