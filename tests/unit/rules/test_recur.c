/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/recur.h"

#include "tests/unit/unit.h"

static struct day day(int year, int month, int number)
{
    struct day made = {0};
    assert_true(day_from((struct day_parts){year, month, number}, &made));
    return made;
}

/* What is read is written in the one form. */
static void rules_that_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written;
    } cases[] = {
        {"FREQ=YEARLY;BYMONTH=3,11", "FREQ=YEARLY;BYMONTH=3,11"},
        {"FREQ=YEARLY;BYMONTH=11,3,11", "FREQ=YEARLY;BYMONTH=3,11"},
        {"BYMONTH=6;INTERVAL=1;FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=6"},
        {"FREQ=YEARLY;WKST=SU;BYMONTH=6", "FREQ=YEARLY;BYMONTH=6"},
        {"FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=11"}, /* the month of its DTSTART */
        {"FREQ=YEARLY;INTERVAL=2;BYMONTH=2;UNTIL=20300228",
         "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;UNTIL=20300228"},
        {"FREQ=YEARLY;BYMONTH=2;COUNT=3", "FREQ=YEARLY;BYMONTH=2;COUNT=3"},
        {"FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;COUNT=300",
         "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;COUNT=300"},
        {"FREQ=YEARLY;BYMONTH=11;UNTIL=20261101", "FREQ=YEARLY;BYMONTH=11;UNTIL=20261101"},
        {"FREQ=YEARLY;BYMONTH=2;UNTIL=20280229", "FREQ=YEARLY;BYMONTH=2;UNTIL=20280229"},
        {"FREQ=YEARLY;BYMONTH=1;UNTIL=99991231", "FREQ=YEARLY;BYMONTH=1;UNTIL=99991231"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct recur recur = {0}, again = {0};
        BUF(text, 200);
        assert_int_equal(recur_read(str_from(cases[i].text), day(2026, 11, 22), &recur),
                         RECUR_GOOD);
        recur_put(&text, &recur);
        assert_ok(buf_done(&text));
        assert_str(buf_str(&text), str_from(cases[i].written));
        assert_int_equal(recur_read(buf_str(&text), day(2026, 11, 22), &again), RECUR_GOOD);
        assert_int_equal(again.months.bits, recur.months.bits);
    }
}

static void rules_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum recur_fault fault;
    } cases[] = {
        {"", RECUR_UNREADABLE},
        {"twice yearly", RECUR_UNREADABLE},
        {"RRULE:FREQ=YEARLY;BYMONTH=3", RECUR_UNREADABLE},
        {"freq=yearly;bymonth=3", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=3 ", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=3\n", RECUR_UNREADABLE},
        {"BYMONTH=3", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=0", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=13", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=5L", RECUR_UNREADABLE}, /* a leap month of RFC 7529 */
        {"FREQ=YEARLY;BYMONTH=3;BYMONTH=4", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=3;INTERVAL=0", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=3;INTERVAL=99999", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=3;COUNT=-1", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=3;COUNT=2;UNTIL=20300101", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=3;UNTIL=20270231", RECUR_UNREADABLE},
        {"FREQ=YEARLY;BYMONTH=2;UNTIL=20270229", RECUR_UNREADABLE}, /* no leap year */
        {"FREQ=YEARLY;BYMONTH=3;UNTIL=20300331T230000Z", RECUR_OTHER},
        {"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31", RECUR_OTHER},
        {"FREQ=YEARLY;BYDAY=1MO", RECUR_OTHER},
        {"FREQ=YEARLY;BYYEARDAY=100", RECUR_OTHER},
        {"FREQ=YEARLY;BYWEEKNO=20", RECUR_OTHER},
        {"FREQ=YEARLY;BYMONTH=3;BYSETPOS=1", RECUR_OTHER},
        {"FREQ=YEARLY;RSCALE=CHINESE;BYMONTH=3", RECUR_OTHER},
        {"FREQ=YEARLY;BYMONTH=3;INTERVAL=11", RECUR_OTHER},
        {"FREQ=MONTHLY;INTERVAL=6", RECUR_OTHER},
        {"FREQ=WEEKLY", RECUR_OFTEN},
        {"FREQ=DAILY", RECUR_OFTEN},
        {"FREQ=SECONDLY", RECUR_OFTEN},
        {"FREQ=YEARLY;BYMONTH=3;COUNT=5000", RECUR_OFTEN},
        {"FREQ=YEARLY;BYMONTH=3;UNTIL=20200101", RECUR_NEVER},
        {"FREQ=YEARLY;BYMONTH=3;UNTIL=20270228", RECUR_NEVER},
        {"FREQ=YEARLY;INTERVAL=2;BYMONTH=3;UNTIL=20271231", RECUR_NEVER}, /* 2028 is the next */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct recur recur = {.every = 77};
        enum recur_fault fault = recur_read(str_from(cases[i].text), day(2026, 11, 22), &recur);
        if (fault != cases[i].fault) print_error("%s: %d\n", cases[i].text, fault);
        assert_int_equal(fault, cases[i].fault);
        assert_int_equal(recur.every, 77);
    }
    char longest[RECUR_RULE_BYTES + 2];
    memset(longest, 'A', sizeof longest);
    struct recur recur;
    assert_int_equal(
        recur_read((struct str){longest, sizeof longest - 1}, day(2026, 11, 1), &recur),
        RECUR_UNREADABLE);
}

/* "2026-11 2027-03 …" */
static void check_months(const char *rule, struct day starts, struct day from, struct day before,
                         const char *expected)
{
    struct recur recur;
    struct day months[40];
    size_t count;
    BUF(text, 1000);
    assert_int_equal(recur_read(str_from(rule), starts, &recur), RECUR_GOOD);
    assert_ok(recur_months(&recur, starts, from, before, months, COUNT(months), &count));
    for (size_t i = 0; i < count; i++) {
        struct day_parts parts = day_parts(months[i]);
        assert_int_equal(parts.day, 1);
        buf_print(&text, "%s%d-%02d", i ? " " : "", parts.year, parts.month);
    }
    assert_str(buf_str(&text), str_from(expected));
}

static void months_in_a_span(void **state)
{
    (void)state;
    struct day ever = day(2040, 1, 1);
    static const char twice[] = "FREQ=YEARLY;BYMONTH=3,11";
    /* From the month of its start on, whatever the day: 31 November does not exist, 1 November
     * does. */
    check_months(twice, day(2026, 8, 31), day(2026, 1, 1), day(2028, 1, 1),
                 "2026-11 2027-03 2027-11");
    check_months(twice, day(2026, 11, 30), day(2026, 1, 1), day(2027, 3, 1), "2026-11");
    check_months(twice, day(2026, 12, 1), day(2026, 1, 1), day(2027, 3, 2), "2027-03");
    check_months(twice, day(2026, 8, 31), day(2027, 3, 31), day(2027, 4, 1), "2027-03");
    check_months(twice, day(2026, 8, 31), day(2027, 4, 1), day(2027, 4, 1), "");
    /* Leap years and 29 February. */
    check_months("FREQ=YEARLY;BYMONTH=2", day(2024, 2, 29), day(2024, 1, 1), day(2029, 1, 1),
                 "2024-02 2025-02 2026-02 2027-02 2028-02");
    check_months("FREQ=YEARLY;INTERVAL=4;BYMONTH=2", day(2024, 2, 29), day(2024, 1, 1),
                 day(2033, 1, 1), "2024-02 2028-02 2032-02");
    /* Around the turn of the year. */
    check_months("FREQ=YEARLY;BYMONTH=1,12", day(2026, 12, 31), day(2026, 1, 1), day(2028, 2, 1),
                 "2026-12 2027-01 2027-12 2028-01");
    /* Each second year, counted in calendar years from the start, also when asked much later. */
    check_months("FREQ=YEARLY;INTERVAL=2;BYMONTH=3,11", day(2026, 11, 1), day(2026, 1, 1),
                 day(2031, 1, 1), "2026-11 2028-03 2028-11 2030-03 2030-11");
    check_months("FREQ=YEARLY;INTERVAL=3;BYMONTH=6", day(2008, 1, 1), day(2026, 1, 1),
                 day(2030, 1, 1), "2026-06 2029-06");
    /* An end: by day, by number. */
    check_months("FREQ=YEARLY;BYMONTH=3,11;UNTIL=20280301", day(2026, 8, 31), day(2026, 1, 1), ever,
                 "2026-11 2027-03 2027-11 2028-03");
    check_months("FREQ=YEARLY;BYMONTH=3,11;UNTIL=20280229", day(2026, 8, 31), day(2026, 1, 1), ever,
                 "2026-11 2027-03 2027-11");
    check_months("FREQ=YEARLY;BYMONTH=3,11;UNTIL=20280229", day(2026, 8, 31), day(2029, 1, 1), ever,
                 "");
    check_months("FREQ=YEARLY;BYMONTH=3,11;COUNT=3", day(2026, 8, 31), day(2027, 6, 1), ever,
                 "2027-11");
    /* The clocks change in March and October: a civil date doesn't. */
    check_months("FREQ=YEARLY;BYMONTH=3,10", day(2026, 3, 29), day(2026, 3, 29), day(2027, 4, 1),
                 "2026-03 2026-10 2027-03");
}

static void more_than_there_is_room_for(void **state)
{
    (void)state;
    struct recur recur;
    struct day months[3];
    size_t count = 99;
    struct day starts = day(2026, 1, 1);
    assert_int_equal(recur_read(STR("FREQ=YEARLY;BYMONTH=1,2,3,4"), starts, &recur), RECUR_GOOD);
    assert_err(recur_months(&recur, starts, starts, day(2027, 1, 1), months, 3, &count),
               ERR_TOO_BIG);
    assert_int_equal(count, 99);
    assert_ok(recur_months(&recur, starts, starts, day(2026, 4, 1), months, 3, &count));
    assert_int_equal(count, 3);
}

static void sets_of_months(void **state)
{
    (void)state;
    struct months set = {0x55};
    assert_err(months_from((int[]){0}, 1, &set), ERR_BAD_INPUT);
    assert_err(months_from((int[]){1, 13}, 2, &set), ERR_BAD_INPUT);
    assert_int_equal(set.bits, 0x55);
    assert_ok(months_from(NULL, 0, &set));
    assert_int_equal(set.bits, 0);
    assert_ok(months_from((int[]){1, 12}, 2, &set));
    assert_true(months_have(set, 1) && months_have(set, 12) && !months_have(set, 6));
    assert_false(months_have(set, 0) || months_have(set, 13));
    const struct recur none = {.every = 1};
    assert_int_equal(recur_check(&none, day(2026, 1, 1)), RECUR_NEVER);
}

UNIT_MAIN(NULL, cmocka_unit_test(rules_that_are_taken), cmocka_unit_test(rules_that_are_refused),
          cmocka_unit_test(months_in_a_span), cmocka_unit_test(more_than_there_is_room_for),
          cmocka_unit_test(sets_of_months))
