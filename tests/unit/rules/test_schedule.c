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

/* "10>20 2026-11 by 2026-11-30; …" */
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
        buf_print(&text, "%s%d>%d %d-%02d by %d-%02d-%02d", i == 0 ? "" : "; ",
                  (int)occasions[i].from, (int)occasions[i].to, month.year, month.month, due.year,
                  due.month, due.day);
    }
    assert_ok(buf_done(&text));
    assert_str(buf_str(&text), str_from(expected));
}

static void the_family_writes_first(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    family(parties);
    struct schedule_terms terms = {
        .months = months(3, 11), .first = FIRST_ADOPTIVE, .eighteenth = day(2035, 5, 1)};
    check(&terms, parties, 2, day(2026, 11, 22),
          "10>20 2026-11 by 2026-11-30; 20>10 2026-11 by 2026-12-31; "
          "10>20 2027-03 by 2027-03-31; 20>10 2027-03 by 2027-04-30; "
          "10>20 2027-11 by 2027-11-30; 20>10 2027-11 by 2027-12-31");
    terms.first = FIRST_BIRTH;
    terms.months = months(2, 0);
    check(&terms, parties, 3, day(2027, 12, 1),
          "20>10 2028-02 by 2028-02-29; 21>10 2028-02 by 2028-02-29; "
          "10>20 2028-02 by 2028-03-31; 10>21 2028-02 by 2028-03-31");
    terms.first = FIRST_EITHER;
    check(&terms, parties, 2, day(2027, 12, 31),
          "10>20 2028-02 by 2028-02-29; 20>10 2028-02 by 2028-02-29");
}

static void months_to_avoid(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    family(parties);
    struct schedule_terms terms = {.months = months(4, 0),
                                   .avoid = months(5, 6),
                                   .first = FIRST_ADOPTIVE,
                                   .eighteenth = day(2040, 1, 1)};
    check(&terms, parties, 2, day(2027, 1, 15),
          "10>20 2027-04 by 2027-04-30; 20>10 2027-04 by 2027-07-31");
    terms.avoid = months(4, 0);
    check(&terms, parties, 2, day(2027, 1, 15),
          "10>20 2027-04 by 2027-05-31; 20>10 2027-04 by 2027-05-31");
    terms.avoid = (struct months){0x1ffe};
    ARENA(arena, 10000);
    struct schedule_occasion *occasions;
    size_t count;
    assert_err(schedule_occasions(&terms, parties, 2, day(2027, 1, 1), arena, &occasions, &count),
               ERR_BAD_INPUT);
}

static void who_is_not_expected_to(void **state)
{
    (void)state;
    struct schedule_party parties[3];
    struct schedule_terms terms = {
        .months = months(6, 0), .first = FIRST_EITHER, .eighteenth = day(2040, 1, 1)};
    struct day today = day(2027, 1, 1);
    family(parties);
    parties[1].at.may_write = false; /* one way */
    check(&terms, parties, 2, today, "10>20 2027-06 by 2027-06-30");
    family(parties);
    parties[1].at.state = PARTY_DEAD;
    check(&terms, parties, 2, today, "");
    family(parties);
    parties[1].at.state = PARTY_PAUSED; /* may still be written to; the letter is held */
    check(&terms, parties, 2, today, "10>20 2027-06 by 2027-06-30");
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
    struct schedule_terms terms = {
        .months = months(3, 11), .first = FIRST_ADOPTIVE, .eighteenth = day(2027, 4, 1)};
    check(&terms, parties, 2, day(2026, 11, 22),
          "10>20 2026-11 by 2026-11-30; 20>10 2026-11 by 2026-12-31; 10>20 2027-03 by 2027-03-31");
    terms.eighteenth = day(2026, 1, 1);
    check(&terms, parties, 2, day(2026, 11, 22), "");
}

static void words_and_months(void **state)
{
    (void)state;
    struct months set = {0x55};
    assert_err(months_from((int[]){0}, 1, &set), ERR_BAD_INPUT);
    assert_err(months_from((int[]){1, 13}, 2, &set), ERR_BAD_INPUT);
    assert_int_equal(set.bits, 0x55);
    assert_ok(months_from(NULL, 0, &set));
    assert_int_equal(set.bits, 0);
    set = months(1, 12);
    assert_true(months_have(set, 1) && months_have(set, 12) && !months_have(set, 6));
    assert_false(months_have(set, 0) || months_have(set, 13));
    enum first_writer first = FIRST_EITHER;
    assert_true(first_writer_get(STR("birth"), &first));
    assert_int_equal(first, FIRST_BIRTH);
    assert_false(first_writer_get(STR("nobody"), &first));
    ARENA(arena, 10000);
    struct schedule_party many[SCHEDULE_PARTIES + 1] = {0};
    struct schedule_terms terms = {.months = set};
    struct schedule_occasion *occasions;
    size_t count;
    assert_err(
        schedule_occasions(&terms, many, COUNT(many), day(2026, 1, 1), arena, &occasions, &count),
        ERR_BAD_INPUT);
}

UNIT_MAIN(NULL, cmocka_unit_test(the_family_writes_first), cmocka_unit_test(months_to_avoid),
          cmocka_unit_test(who_is_not_expected_to), cmocka_unit_test(eighteen_ends_it),
          cmocka_unit_test(words_and_months))
