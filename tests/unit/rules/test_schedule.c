/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/schedule.h"

#include "tests/unit/unit.h"

static struct day day(int year, int month, int number)
{
    struct day made = {0};
    assert_true(day_from((struct day_parts){year, month, number}, &made));
    return made;
}

static struct months months(int one, int other)
{
    struct months made = {0};
    assert_ok(months_from((int[]){one, other == 0 ? one : other}, 2, &made));
    return made;
}

/* The family is 10, mother 20, grandmother 21. */
static void family(struct schedule_party *parties)
{
    parties[0] =
        (struct schedule_party){10, {true, SIDE_ADOPTIVE, PARTY_ACTIVE, MEMBER_ACTIVE, true, true}};
    parties[1] =
        (struct schedule_party){20, {true, SIDE_BIRTH, PARTY_ACTIVE, MEMBER_ACTIVE, true, true}};
    parties[2] =
        (struct schedule_party){21, {true, SIDE_BIRTH, PARTY_ACTIVE, MEMBER_ACTIVE, true, true}};
}

static struct recur rule(const char *text, struct day starts)
{
    struct recur made = {0};
    assert_int_equal(recur_read(str_from(text), starts, &made), RECUR_GOOD);
    return made;
}

static struct schedule_version version(const char *text, struct day starts, enum first_writer first)
{
    return (struct schedule_version){
        .number = 1, .starts = starts, .rule = rule(text, starts), .first = first};
}

static struct schedule_terms one(const struct schedule_version *made, struct day eighteenth)
{
    return (struct schedule_terms){made, 1, eighteenth};
}

/* "10>20 2026-11 by 2026-11-30; …"; what is only kept, and not opened, with a "~". */
static void check(const struct schedule_terms *terms, const struct schedule_party *parties,
                  size_t count, struct day today, const char *expected)
{
    ARENA(arena, 1000000);
    BUF(text, 100000);
    struct schedule_occasion *occasions;
    size_t made;
    assert_ok(schedule_occasions(terms, parties, count, today, arena, &occasions, &made));
    for (size_t i = 0; i < made; i++) {
        struct day_parts month = day_parts(occasions[i].month), due = day_parts(occasions[i].due);
        assert_int_equal(month.day, 1);
        buf_print(&text, "%s%s%d>%d %d-%02d by %d-%02d-%02d", i == 0 ? "" : "; ",
                  occasions[i].opens ? "" : "~", (int)occasions[i].from, (int)occasions[i].to,
                  month.year, month.month, due.year, due.month, due.day);
    }
    assert_ok(buf_done(&text));
    assert_str(buf_str(&text), str_from(expected));
}

static void the_family_writes_first(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    family(parties);
    struct schedule_version made =
        version("FREQ=YEARLY;BYMONTH=3,11", day(2020, 1, 31), FIRST_ADOPTIVE);
    struct schedule_terms terms = one(&made, day(2035, 5, 1));
    check(&terms, parties, 2, day(2026, 11, 22),
          "10>20 2026-11 by 2026-11-30; 20>10 2026-11 by 2026-12-31; "
          "10>20 2027-03 by 2027-03-31; 20>10 2027-03 by 2027-04-30; "
          "10>20 2027-11 by 2027-11-30; 20>10 2027-11 by 2027-12-31");
    made = version("FREQ=YEARLY;BYMONTH=2", day(2020, 1, 31), FIRST_BIRTH);
    check(&terms, parties, 3, day(2027, 12, 1),
          "20>10 2028-02 by 2028-02-29; 21>10 2028-02 by 2028-02-29; "
          "10>20 2028-02 by 2028-03-31; 10>21 2028-02 by 2028-03-31");
    made.first = FIRST_EITHER;
    check(&terms, parties, 2, day(2027, 12, 31),
          "10>20 2028-02 by 2028-02-29; 20>10 2028-02 by 2028-02-29");
}

/* What is due after today though its month is over is still asked for; it is not opened anew. */
static void an_answer_of_last_month(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    family(parties);
    struct schedule_version made =
        version("FREQ=YEARLY;BYMONTH=10", day(2020, 1, 1), FIRST_ADOPTIVE);
    struct schedule_terms terms = one(&made, day(2035, 5, 1));
    check(&terms, parties, 2, day(2026, 11, 5),
          "~20>10 2026-10 by 2026-11-30; 10>20 2027-10 by 2027-10-31; "
          "20>10 2027-10 by 2027-11-30");
    check(&terms, parties, 2, day(2026, 11, 30),
          "10>20 2027-10 by 2027-10-31; 20>10 2027-10 by 2027-11-30");
    assert_ok(months_from((int[]){11, 12, 1, 2}, 4, &made.avoid));
    check(&terms, parties, 2, day(2026, 12, 1),
          "~20>10 2026-10 by 2027-03-31; 10>20 2027-10 by 2027-10-31; "
          "20>10 2027-10 by 2028-03-31");
}

static void each_second_year_and_an_end(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    family(parties);
    struct schedule_version made =
        version("FREQ=YEARLY;INTERVAL=2;BYMONTH=1,12", day(2026, 1, 1), FIRST_EITHER);
    struct schedule_terms terms = one(&made, day(2040, 1, 1));
    check(&terms, parties, 2, day(2026, 12, 10),
          "10>20 2026-12 by 2026-12-31; 20>10 2026-12 by 2026-12-31");
    check(&terms, parties, 2, day(2027, 1, 10),
          "10>20 2028-01 by 2028-01-31; 20>10 2028-01 by 2028-01-31");
    made = version("FREQ=YEARLY;BYMONTH=3,11;UNTIL=20270331", day(2020, 1, 1), FIRST_EITHER);
    check(&terms, parties, 2, day(2026, 12, 10),
          "10>20 2027-03 by 2027-03-31; 20>10 2027-03 by 2027-03-31");
    made.rule = (struct recur){.every = 1}; /* no months: a meeting, say */
    check(&terms, parties, 2, day(2026, 12, 10), "");
}

static void months_to_avoid(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    family(parties);
    struct schedule_version made =
        version("FREQ=YEARLY;BYMONTH=4", day(2020, 1, 1), FIRST_ADOPTIVE);
    struct schedule_terms terms = one(&made, day(2040, 1, 1));
    made.avoid = months(5, 6);
    check(&terms, parties, 2, day(2027, 1, 15),
          "10>20 2027-04 by 2027-04-30; 20>10 2027-04 by 2027-07-31");
    made.avoid = months(4, 0);
    check(&terms, parties, 2, day(2027, 1, 15),
          "10>20 2027-04 by 2027-05-31; 20>10 2027-04 by 2027-05-31");
    /* Over the turn of the year, into a leap year's February. */
    made = version("FREQ=YEARLY;BYMONTH=12", day(2020, 1, 1), FIRST_EITHER);
    made.avoid = months(12, 1);
    check(&terms, parties, 2, day(2027, 11, 15),
          "10>20 2027-12 by 2028-02-29; 20>10 2027-12 by 2028-02-29");
    made.avoid = (struct months){0x1ffe ^ (1u << 11)}; /* all but November */
    check(&terms, parties, 2, day(2026, 12, 1),
          "10>20 2026-12 by 2027-11-30; 20>10 2026-12 by 2027-11-30; "
          "10>20 2027-12 by 2028-11-30; 20>10 2027-12 by 2028-11-30");
    made.avoid = (struct months){0x1ffe};
    assert_true(schedule_avoids_all(made.avoid));
    ARENA(arena, 1000000);
    struct schedule_occasion *occasions;
    size_t count;
    assert_err(schedule_occasions(&terms, parties, 2, day(2027, 1, 1), arena, &occasions, &count),
               ERR_BAD_INPUT);
}

static void who_is_not_expected_to(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    struct schedule_version made = version("FREQ=YEARLY;BYMONTH=6", day(2020, 1, 1), FIRST_EITHER);
    struct schedule_terms terms = one(&made, day(2040, 1, 1));
    struct day today = day(2027, 1, 1);
    family(parties);
    parties[1].at.may_write = false; /* one way */
    check(&terms, parties, 2, today, "10>20 2027-06 by 2027-06-30");
    parties[0].at.may_receive = false; /* said on both sides, the same */
    check(&terms, parties, 2, today, "10>20 2027-06 by 2027-06-30");
    family(parties);
    parties[0].at.may_write = false; /* the family only receives */
    check(&terms, parties, 2, today, "20>10 2027-06 by 2027-06-30");
    family(parties);
    parties[1].at.state = PARTY_DEAD;
    check(&terms, parties, 2, today, "");
    family(parties);
    parties[1].at.state = PARTY_PAUSED; /* may still be written to; what it was to write waits */
    check(&terms, parties, 2, today, "10>20 2027-06 by 2027-06-30; ~20>10 2027-06 by 2027-06-30");
    family(parties);
    parties[1].at.member = MEMBER_PAUSED;
    check(&terms, parties, 2, today, "10>20 2027-06 by 2027-06-30; ~20>10 2027-06 by 2027-06-30");
    family(parties);
    parties[1].at.member = MEMBER_ENDED;
    check(&terms, parties, 2, today, "");
    check(&terms, parties, 1, today, "");
    check(&terms, parties, 0, today, "");
}

static void eighteen_ends_it(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    family(parties);
    struct schedule_version made =
        version("FREQ=YEARLY;BYMONTH=3,11", day(2020, 1, 1), FIRST_ADOPTIVE);
    struct schedule_terms terms = one(&made, day(2027, 4, 1));
    check(&terms, parties, 2, day(2026, 11, 22),
          "10>20 2026-11 by 2026-11-30; 20>10 2026-11 by 2026-12-31; 10>20 2027-03 by 2027-03-31");
    terms.eighteenth = day(2026, 1, 1);
    check(&terms, parties, 2, day(2026, 11, 22), "");
}

/* In the middle of a round: what is before the new version stays, what is after goes by it. */
static void a_new_version(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    family(parties);
    parties[1].at.may_write = false; /* one way, to be short */
    struct schedule_version made[3] = {
        version("FREQ=YEARLY;BYMONTH=3,11", day(2020, 1, 1), FIRST_EITHER),
        version("FREQ=YEARLY;BYMONTH=6,11", day(2027, 4, 17), FIRST_EITHER),
        version("FREQ=YEARLY;BYMONTH=12", day(2027, 8, 31), FIRST_EITHER),
    };
    made[1].number = 2, made[2].number = 3;
    struct schedule_terms terms = {made, 1, day(2040, 1, 1)};
    struct day today = day(2027, 1, 15);
    check(&terms, parties, 2, today, "10>20 2027-03 by 2027-03-31; 10>20 2027-11 by 2027-11-30");
    terms.version_count = 2;
    check(&terms, parties, 2, today,
          "10>20 2027-03 by 2027-03-31; 10>20 2027-06 by 2027-06-30; 10>20 2027-11 by 2027-11-30");
    terms.version_count = 3;
    check(&terms, parties, 2, today,
          "10>20 2027-03 by 2027-03-31; 10>20 2027-06 by 2027-06-30; 10>20 2027-12 by 2027-12-31");
    made[1].starts = day(2027, 3, 31); /* from a month on: the whole month is the new one's */
    terms.version_count = 2;
    check(&terms, parties, 2, today, "10>20 2027-06 by 2027-06-30; 10>20 2027-11 by 2027-11-30");
    made[1].starts = made[0].starts; /* in place of it */
    made[1].rule = rule("FREQ=YEARLY;BYMONTH=5", made[1].starts);
    check(&terms, parties, 2, today, "10>20 2027-05 by 2027-05-31");
}

static void words_and_limits(void **state)
{
    (void)state;
    enum first_writer first = FIRST_EITHER;
    assert_true(first_writer_get(STR("birth"), &first));
    assert_int_equal(first, FIRST_BIRTH);
    assert_false(first_writer_get(STR("nobody"), &first));
    ARENA(arena, 10000);
    struct schedule_party many[SCHEDULE_PARTIES + 1] = {0};
    struct schedule_terms terms = {.version_count = 0};
    struct schedule_occasion *occasions;
    size_t count;
    assert_err(
        schedule_occasions(&terms, many, COUNT(many), day(2026, 1, 1), arena, &occasions, &count),
        ERR_BAD_INPUT);
    terms.version_count = SCHEDULE_VERSIONS + 1;
    assert_err(schedule_occasions(&terms, many, 2, day(2026, 1, 1), arena, &occasions, &count),
               ERR_BAD_INPUT);
}

UNIT_MAIN(NULL, cmocka_unit_test(the_family_writes_first),
          cmocka_unit_test(an_answer_of_last_month), cmocka_unit_test(each_second_year_and_an_end),
          cmocka_unit_test(months_to_avoid), cmocka_unit_test(who_is_not_expected_to),
          cmocka_unit_test(eighteen_ends_it), cmocka_unit_test(a_new_version),
          cmocka_unit_test(words_and_limits))
