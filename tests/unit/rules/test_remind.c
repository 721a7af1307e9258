/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/remind.h"

#include "tests/unit/unit.h"

static struct day day(int year, int month, int number)
{
    struct day made = {0};
    assert_true(day_from((struct day_parts){year, month, number}, &made));
    return made;
}

static struct day after(struct day from, int days)
{
    return (struct day){from.number + days};
}

/* Expected by 31 March 2027, three days after the clocks went forward. */
static struct remind_facts expected(void)
{
    return (struct remind_facts){
        .state = OCCASION_DUE,
        .arrangement = ARRANGEMENT_ACTIVE,
        .writer = {true, SIDE_ADOPTIVE, PARTY_ACTIVE, MEMBER_ACTIVE, true, true},
        .reader = {true, SIDE_BIRTH, PARTY_ACTIVE, MEMBER_ACTIVE, true, true},
        .due = day(2027, 3, 31),
    };
}

/* What is due on a day, as "notice -14", "staff 14", "-" or "notice 0: writer_dead". */
static void next_is(const struct remind_facts *facts, struct day today, const char *said)
{
    struct remind_ladder ladder;
    struct remind_due due;
    BUF(text, 100);
    remind_ladder_default(&ladder);
    remind_next(&ladder, facts, today, &due);
    if (due.act == REMIND_NOTHING)
        buf_add_c(&text, "-");
    else
        buf_print(&text, "%s %d", due.act == REMIND_STAFF ? "staff" : "notice", due.day);
    if (due.act != REMIND_NOTHING && due.stop != REMIND_FREE)
        buf_print(&text, ": %s", remind_stop_code(due.stop));
    assert_ok(buf_done(&text));
    assert_str(buf_str(&text), str_from(said));
}

static void each_step_is_due_on_its_day(void **state)
{
    (void)state;
    struct remind_facts facts = expected();
    static const struct {
        int from_due;
        bool has_taken;
        int taken;
        bool went_on;
        const char *said;
    } table[] = {
        {-29, false, 0, false, "-"},
        {-28, false, 0, false, "notice -28"},
        {-15, true, -28, false, "-"},
        {-14, true, -28, false, "notice -14"},
        {-1, true, -14, false, "-"},
        {0, true, -14, false, "notice 0"},
        {13, true, 0, false, "-"},
        {14, true, 0, false, "staff 14"},
        {41, true, 14, true, "-"},
        {42, true, 14, true, "notice 42"},
        {42, true, 14, false, "-"}, /* nobody said that it may go */
        {80, true, 14, false, "-"},
        {80, true, 14, true, "notice 42"}, /* somebody said so late */
        {80, true, 42, true, "-"},
        /* nobody looked for a while: one step catches up, and no more */
        {-3, false, 0, false, "notice -14"},
        {3, false, 0, false, "notice 0"},
        {20, false, 0, false, "staff 14"},
        {60, true, -28, false, "staff 14"}, /* never past a person */
        {60, false, 0, true, "staff 14"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        facts.has_taken = table[i].has_taken;
        facts.taken = table[i].taken;
        facts.went_on = table[i].went_on;
        next_is(&facts, after(facts.due, table[i].from_due), table[i].said);
    }
}

/* Civil days have no hours: clocks that change, leap days and month ends move nothing. */
static void days_are_civil(void **state)
{
    (void)state;
    static const struct {
        struct day_parts due, today;
        const char *said;
    } table[] = {
        {{2027, 3, 31}, {2027, 3, 2}, "-"},
        {{2027, 3, 31}, {2027, 3, 3}, "notice -28"},    /* over 28 March, when clocks go forward */
        {{2026, 10, 31}, {2026, 10, 17}, "notice -14"}, /* over 25 October, when they go back */
        {{2026, 10, 31}, {2026, 10, 2}, "-"},
        {{2026, 10, 31}, {2026, 10, 3}, "notice -28"},
        {{2028, 2, 29}, {2028, 2, 1}, "notice -28"},
        {{2028, 2, 29}, {2028, 2, 29}, "notice 0"},
        {{2028, 2, 29}, {2028, 3, 14}, "staff 14"},
        {{2027, 2, 28}, {2027, 1, 31}, "notice -28"},
        {{2027, 12, 31}, {2028, 1, 14}, "staff 14"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct remind_facts facts = expected();
        assert_true(day_from(table[i].due, &facts.due));
        struct day today;
        assert_true(day_from(table[i].today, &today));
        facts.has_taken = str_equal(str_from(table[i].said), STR("staff 14"));
        next_is(&facts, today, table[i].said);
    }
}

enum who { NOBODY, WRITER, READER };

/* What stops a reminder to the writer, and the notice to the one who waits. "" is nothing. */
static void states_stop(void **state)
{
    (void)state;
    static const struct {
        enum who who;
        enum party_state party;
        enum member_state member;
        bool may;
        const char *reminder, *delay;
    } people[] = {
        {WRITER, PARTY_PAUSED, MEMBER_ACTIVE, true, "writer_paused", ""},
        {WRITER, PARTY_MOVED, MEMBER_ACTIVE, true, "writer_moved", ""},
        {WRITER, PARTY_DEAD, MEMBER_ACTIVE, true, "writer_dead", "writer_dead"},
        {WRITER, PARTY_ENDED, MEMBER_ACTIVE, true, "writer_ended", "writer_ended"},
        {WRITER, PARTY_ACTIVE, MEMBER_PAUSED, true, "writer_not_writing", ""},
        {WRITER, PARTY_ACTIVE, MEMBER_ENDED, true, "writer_not_writing", "writer_not_writing"},
        {WRITER, PARTY_ACTIVE, MEMBER_ACTIVE, false, "writer_not_writing", "writer_not_writing"},
        {READER, PARTY_PAUSED, MEMBER_ACTIVE, true, "", "reader_paused"},
        {READER, PARTY_MOVED, MEMBER_ACTIVE, true, "", "reader_moved"},
        {READER, PARTY_DEAD, MEMBER_ACTIVE, true, "reader_dead", "reader_dead"},
        {READER, PARTY_ENDED, MEMBER_ACTIVE, true, "reader_ended", "reader_ended"},
        {READER, PARTY_ACTIVE, MEMBER_PAUSED, true, "", "reader_not_receiving"},
        {READER, PARTY_ACTIVE, MEMBER_ENDED, true, "reader_not_receiving", "reader_not_receiving"},
        {READER, PARTY_ACTIVE, MEMBER_ACTIVE, false, "reader_not_receiving",
         "reader_not_receiving"},
        {NOBODY, PARTY_ACTIVE, MEMBER_ACTIVE, true, "", ""},
    };
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct remind_facts facts = expected();
        struct permit_party *who = people[i].who == WRITER ? &facts.writer : &facts.reader;
        who->state = people[i].party;
        who->member = people[i].member;
        if (people[i].who == WRITER) who->may_write = people[i].may;
        if (people[i].who == READER) who->may_receive = people[i].may;
        for (int kind = REMIND_REMINDER; kind <= REMIND_DELAY; kind++) {
            enum remind_stop stop = remind_stop(&facts, (enum remind_kind)kind, facts.due);
            assert_str(str_from(stop == REMIND_FREE ? "" : remind_stop_code(stop)),
                       str_from(kind == REMIND_REMINDER ? people[i].reminder : people[i].delay));
        }
    }
}

static void stops_both(const struct remind_facts *facts, const char *code)
{
    for (int kind = REMIND_REMINDER; kind <= REMIND_DELAY; kind++) {
        enum remind_stop stop = remind_stop(facts, (enum remind_kind)kind, facts->due);
        assert_int_not_equal(stop, REMIND_FREE);
        assert_str(str_from(remind_stop_code(stop)), str_from(code));
        assert_true(str_from(remind_stop_why(stop)).len > 10);
    }
}

static void the_arrangement_the_letter_and_the_agency_stop(void **state)
{
    (void)state;
    for (int i = ARRANGEMENT_PAUSED; i < ARRANGEMENT_STATE_COUNT; i++) {
        struct remind_facts facts = expected();
        BUF(code, 60);
        facts.arrangement = (enum arrangement_state)i;
        buf_print(&code, "arrangement_%s", arrangement_state_word(facts.arrangement));
        stops_both(&facts, code.at);
    }
    static const enum occasion_state over[] = {OCCASION_RECEIVED, OCCASION_WAIVED, OCCASION_MISSED};
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        struct remind_facts facts = expected();
        BUF(code, 60);
        facts.state = over[i];
        buf_print(&code, "occasion_%s", occasion_state_word(over[i]));
        stops_both(&facts, code.at);
    }
    struct remind_facts facts = expected();
    facts.letter_here = true;
    stops_both(&facts, "letter_here");
    facts.frozen = true;
    stops_both(&facts, "agency_frozen");
    next_is(&facts, facts.due, "notice 0: agency_frozen");
}

static void more_time_moves_the_ladder(void **state)
{
    (void)state;
    struct remind_facts facts = expected();
    facts.has_wait = true;
    facts.wait_until = day(2027, 5, 15);
    next_is(&facts, day(2027, 5, 14), "notice -14: more_time");
    next_is(&facts, day(2027, 5, 15), "notice 0");
    facts.has_taken = true;
    next_is(&facts, day(2027, 5, 28), "-");
    next_is(&facts, day(2027, 5, 29), "staff 14");
    /* until 31 May for what is due on 31 March; later for what is late; never past six months */
    struct day due = facts.due;
    assert_int_equal(remind_wait_last(due, day(2027, 3, 1)).number, day(2027, 5, 31).number);
    assert_int_equal(remind_wait_last(due, day(2027, 4, 30)).number, day(2027, 6, 30).number);
    assert_int_equal(remind_wait_last(due, day(2027, 12, 31)).number, day(2027, 9, 30).number);
    assert_int_equal(remind_wait_last(day(2027, 12, 31), day(2027, 12, 1)).number,
                     day(2028, 2, 29).number);
    assert_true(remind_wait_allowed(due, due, day(2027, 3, 1), day(2027, 5, 31)));
    assert_false(remind_wait_allowed(due, due, day(2027, 3, 1), day(2027, 6, 1)));
    assert_false(remind_wait_allowed(due, due, day(2027, 3, 1), due));
    assert_false(remind_wait_allowed(due, due, day(2027, 4, 9), day(2027, 4, 9)));
    assert_false(remind_wait_allowed(due, day(2027, 5, 15), day(2027, 4, 9), day(2027, 5, 1)));
    assert_int_equal(remind_base(due, true, day(2027, 3, 1)).number, due.number);
    assert_int_equal(remind_base(due, true, day(2027, 5, 1)).number, day(2027, 5, 1).number);
}

static void late_and_missed(void **state)
{
    (void)state;
    struct day due = day(2026, 11, 30);
    static const struct {
        enum occasion_state from;
        struct day_parts today;
        enum occasion_state to;
    } table[] = {
        {OCCASION_DUE, {2026, 11, 30}, OCCASION_DUE},
        {OCCASION_DUE, {2026, 12, 1}, OCCASION_LATE},
        {OCCASION_LATE, {2027, 2, 28}, OCCASION_LATE}, /* three months from 30 November */
        {OCCASION_LATE, {2027, 3, 1}, OCCASION_MISSED},
        {OCCASION_LATE, {2026, 11, 29}, OCCASION_DUE}, /* more time */
        {OCCASION_RECEIVED, {2027, 3, 1}, OCCASION_RECEIVED},
        {OCCASION_WAIVED, {2027, 3, 1}, OCCASION_WAIVED},
        {OCCASION_MISSED, {2026, 11, 1}, OCCASION_MISSED},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct day today;
        assert_true(day_from(table[i].today, &today));
        assert_int_equal(remind_lateness(table[i].from, due, today), table[i].to);
    }
}

/* Of each move: d diary, p press, s staff, w writer, in the order of the enum; "" is nobody. */
static void moves_have_their_people(void **state)
{
    (void)state;
    static const char *const who[OCCASION_STATE_COUNT][OCCASION_STATE_COUNT] = {
        [OCCASION_DUE] = {"", "ps", "d", "", "ds"},   [OCCASION_RECEIVED] = {"", "", "", "", ""},
        [OCCASION_LATE] = {"sw", "ps", "", "d", "s"}, [OCCASION_MISSED] = {"", "s", "", "", "s"},
        [OCCASION_WAIVED] = {"ds", "", "", "", ""},
    };
    for (int from = 0; from < OCCASION_STATE_COUNT; from++) {
        enum occasion_state read;
        assert_true(
            occasion_state_get(str_from(occasion_state_word((enum occasion_state)from)), &read));
        assert_int_equal(read, from);
        for (int to = 0; to < OCCASION_STATE_COUNT; to++) {
            static const char letters[] = "dpsw";
            BUF(may, 10);
            for (unsigned i = 0; i < 4; i++)
                if (occasion_may_move((enum occasion_state)from, (enum occasion_state)to,
                                      (enum occasion_actor)(1u << i)))
                    buf_add_byte(&may, letters[i]);
            assert_str(buf_str(&may), str_from(who[from][to]));
        }
    }
    enum occasion_state read;
    assert_false(occasion_state_get(STR("over"), &read));
}

static void a_ladder_is_checked(void **state)
{
    (void)state;
    static const struct {
        struct remind_ladder ladder;
        enum remind_fault fault;
        size_t at;
    } table[] = {
        {{{{0, true}, {1, false}}, 2, 14}, LADDER_FINE, 0},
        {{{{0, false}}, 1, 14}, LADDER_SHORT, 0},
        {{{{0, false}}, 9, 14}, LADDER_LONG, 0},
        {{{{-81, false}, {0, true}, {1, false}}, 3, 14}, LADDER_DAY, 0},
        {{{{-8, false}, {0, true}, {81, false}}, 3, 14}, LADDER_DAY, 2},
        {{{{-8, false}, {-8, true}, {1, false}}, 3, 14}, LADDER_ORDER, 1},
        {{{{-8, false}, {5, true}, {1, false}}, 3, 14}, LADDER_ORDER, 2},
        {{{{-8, false}, {0, true}, {1, true}}, 3, 14}, LADDER_LAST, 2},
        {{{{-8, true}, {0, false}, {1, false}}, 3, 14}, LADDER_HUMAN, 1},
        {{{{-8, false}, {0, true}, {1, false}}, 3, 0}, LADDER_TELL, 0},
        {{{{-8, false}, {0, true}, {1, false}}, 3, 81}, LADDER_TELL, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t at;
        assert_int_equal(remind_ladder_fault(&table[i].ladder, &at), table[i].fault);
        assert_int_equal(at, table[i].at);
    }
    struct remind_ladder ladder;
    size_t at;
    remind_ladder_default(&ladder);
    assert_int_equal(remind_ladder_fault(&ladder, &at), LADDER_FINE);
}

static void the_one_who_waits_is_told_once(void **state)
{
    (void)state;
    struct remind_ladder ladder;
    struct remind_facts facts = expected();
    remind_ladder_default(&ladder);
    assert_false(remind_tells(&ladder, &facts, after(facts.due, 13)));
    assert_true(remind_tells(&ladder, &facts, after(facts.due, 14)));
    facts.told = true;
    assert_false(remind_tells(&ladder, &facts, after(facts.due, 14)));
    facts.told = false;
    facts.has_wait = true;
    facts.wait_until = after(facts.due, 20);
    assert_true(remind_tells(&ladder, &facts, after(facts.due, -20)));
    facts.state = OCCASION_RECEIVED;
    assert_false(remind_tells(&ladder, &facts, after(facts.due, 14)));
}

static void what_comes_next(void **state)
{
    (void)state;
    struct remind_ladder ladder;
    struct remind_facts facts = expected();
    struct remind_due due;
    remind_ladder_default(&ladder);
    assert_true(remind_ahead(&ladder, &facts, after(facts.due, -40), &due));
    assert_int_equal(due.day, -28);
    facts.has_taken = true;
    facts.taken = 0;
    assert_true(remind_ahead(&ladder, &facts, after(facts.due, 5), &due));
    assert_int_equal(due.day, 14);
    assert_int_equal(due.act, REMIND_STAFF);
    facts.taken = 14;
    assert_true(remind_ahead(&ladder, &facts, after(facts.due, 60), &due));
    assert_int_equal(due.day, 42);
    facts.taken = 42;
    assert_false(remind_ahead(&ladder, &facts, after(facts.due, 60), &due));
    facts.has_taken = false;
    facts.has_wait = true;
    facts.wait_until = after(facts.due, 30);
    assert_true(remind_ahead(&ladder, &facts, facts.due, &due));
    assert_int_equal(due.planned.number, facts.wait_until.number);
}

static void codes_are_known(void **state)
{
    (void)state;
    for (int i = 1; i < REMIND_STOP_COUNT; i++) {
        enum remind_stop stop;
        assert_true(remind_stop_get(str_from(remind_stop_code((enum remind_stop)i)), &stop));
        assert_int_equal(stop, i);
    }
    enum remind_stop stop;
    assert_false(remind_stop_get(STR("no_reason"), &stop));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_is_due_on_its_day),
        cmocka_unit_test(days_are_civil),
        cmocka_unit_test(states_stop),
        cmocka_unit_test(the_arrangement_the_letter_and_the_agency_stop),
        cmocka_unit_test(more_time_moves_the_ladder),
        cmocka_unit_test(late_and_missed),
        cmocka_unit_test(moves_have_their_people),
        cmocka_unit_test(a_ladder_is_checked),
        cmocka_unit_test(the_one_who_waits_is_told_once),
        cmocka_unit_test(what_comes_next),
        cmocka_unit_test(codes_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
