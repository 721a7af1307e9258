/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/visit.h"

#include <stdio.h>

#include "tests/unit/unit.h"

static struct day day(int year, int month, int number)
{
    struct day made = {0};
    assert_true(day_from((struct day_parts){year, month, number}, &made));
    return made;
}

static struct utc at(const char *text)
{
    struct utc made = {0};
    assert_true(utc_get(str_from(text), &made));
    return made;
}

static void words_are_those_of_the_database(void **state)
{
    (void)state;
    for (int i = 0; i < VISIT_STATE_COUNT; i++) {
        enum visit_state found;
        assert_true(visit_state_get(str_from(visit_state_word((enum visit_state)i)), &found));
        assert_int_equal(found, i);
    }
    for (int i = 0; i < VISIT_ATTENDANCES; i++) {
        enum visit_attendance found;
        assert_true(visit_attendance_get(str_from(visit_attendance_word((enum visit_attendance)i)),
                                         &found));
        assert_int_equal(found, i);
    }
    enum visit_state none;
    assert_false(visit_state_get(STR("held"), &none));
}

/* A row is where it is: P confirmed etc. in the order of the states; x may, b once it has begun. */
static void who_may_move_it_where(void **state)
{
    (void)state;
    static const char *const table[VISIT_STATE_COUNT] = {
        /* pl co st ca to mi */
        " x xbb", /* planned */
        "x  xbb", /* confirmed */
        "x  x  ", /* stopped */
        "      ", /* cancelled */
        "     b", /* took_place */
        "    b ", /* missed */
    };
    static const enum rule_actor actors[] = {RULE_PRESS, RULE_POST, RULE_CHECKER, RULE_COORDINATOR,
                                             RULE_MANAGER};
    for (int from = 0; from < VISIT_STATE_COUNT; from++)
        for (int to = 0; to < VISIT_STATE_COUNT; to++)
            for (size_t who = 0; who < COUNT(actors); who++) {
                bool works = actors[who] == RULE_COORDINATOR || actors[who] == RULE_MANAGER;
                char cell = table[from][to];
                assert_int_equal(visit_may_move((enum visit_state)from, (enum visit_state)to,
                                                actors[who], false),
                                 works && cell == 'x');
                assert_int_equal(
                    visit_may_move((enum visit_state)from, (enum visit_state)to, actors[who], true),
                    works && cell != ' ');
            }
    assert_true(visit_is_open(VISIT_STOPPED));
    assert_false(visit_is_open(VISIT_CANCELLED));
}

static void what_stops_a_confirmation(void **state)
{
    (void)state;
    const struct visit_facts good = {.is_direct = true,
                                     .is_open = true,
                                     .everybody_takes_part = true,
                                     .has_home = true,
                                     .has_other = true,
                                     .has_venue = true,
                                     .has_supervisor = true};
    struct {
        struct visit_facts facts;
        enum visit_refusal refusal;
    } cases[11];
    for (size_t i = 0; i < COUNT(cases); i++) cases[i].facts = good;
    size_t n = 0;
#define CASE(change, expected)                 \
    do {                                       \
        cases[n].facts.change;                 \
        cases[n++].refusal = VISIT_##expected; \
    } while (0)
    CASE(is_frozen = true, FROZEN);
    CASE(is_direct = false, NOT_DIRECT);
    CASE(is_open = false, NOT_OPEN);
    CASE(everybody_takes_part = false, SOMEBODY_STOPPED);
    CASE(has_home = false, ONE_SIDE);
    CASE(has_other = false, ONE_SIDE);
    CASE(has_venue = false, NO_VENUE);
    CASE(has_supervisor = false, NO_SUPERVISOR);
    CASE(is_past = true, PAST);
    cases[n].facts.by_same_person = true; /* one person will do where no two are asked for */
    cases[n++].refusal = VISIT_MAY;
    cases[n].facts.by_same_person = true;
    CASE(needs_two = true, SAME_PERSON);
    assert_int_equal(n, COUNT(cases));
    assert_int_equal(visit_may_confirm(&good), VISIT_MAY);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(visit_may_confirm(&cases[i].facts), cases[i].refusal);
}

static struct visit_plan plan_of(struct visit_guest *guests)
{
    guests[0] = (struct visit_guest){10, true, true, STR("Park behind"), STR("Bring a drink")};
    guests[1] = (struct visit_guest){20, true, true, STR("Bus 7 from Oxenbridge"), STR("")};
    guests[2] = (struct visit_guest){21, false, true, STR("Train"), STR("")};
    return (struct visit_plan){.state = VISIT_CONFIRMED,
                               .starts = at("2027-04-10T13:00:00Z"),
                               .ends = at("2027-04-10T14:30:00Z"),
                               .told_starts = at("2027-04-10T13:00:00Z"),
                               .told_ends = at("2027-04-10T14:30:00Z"),
                               .venue = STR("Family centre"),
                               .room = STR("Blue room"),
                               .risk = STR("was followed home"),
                               .guests = guests,
                               .guest_count = 3};
}

static void a_person_knows_the_plan_and_their_own_part(void **state)
{
    (void)state;
    struct visit_guest guests[3];
    struct visit_plan plan = plan_of(guests);
    struct visit_view view = visit_view_of(&plan, 20);
    assert_int_equal(view.news, VISIT_ON);
    assert_str(view.venue, STR("Family centre"));
    assert_str(view.room, STR("Blue room"));
    assert_str(view.travel, STR("Bus 7 from Oxenbridge"));
    assert_str(view.note, STR(""));
    view = visit_view_of(&plan, 10);
    assert_str(view.travel, STR("Park behind"));
    assert_str(view.note, STR("Bring a drink"));
}

static void nobody_knows_a_plan_that_does_not_hold(void **state)
{
    (void)state;
    static const struct {
        enum visit_state state;
        bool was_told;
        int64_t party;
        enum visit_news news;
    } cases[] = {
        {VISIT_PLANNED, false, 10, VISIT_NOTHING},  {VISIT_CANCELLED, false, 10, VISIT_NOTHING},
        {VISIT_STOPPED, false, 20, VISIT_NOTHING},  {VISIT_PLANNED, true, 10, VISIT_OFF},
        {VISIT_STOPPED, true, 20, VISIT_OFF},       {VISIT_CANCELLED, true, 20, VISIT_OFF},
        {VISIT_TOOK_PLACE, true, 10, VISIT_OVER},   {VISIT_MISSED, true, 20, VISIT_OVER},
        {VISIT_CONFIRMED, true, 21, VISIT_OFF},     {VISIT_TOOK_PLACE, true, 21, VISIT_OFF},
        {VISIT_CONFIRMED, true, 99, VISIT_NOTHING}, {VISIT_CONFIRMED, false, 21, VISIT_NOTHING},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct visit_guest guests[3];
        struct visit_plan plan = plan_of(guests);
        plan.state = cases[i].state;
        for (size_t j = 0; j < 3; j++) guests[j].was_told = cases[i].was_told;
        plan.starts = at("2027-05-01T09:00:00Z"); /* the new time is nobody's business yet */
        struct visit_view view = visit_view_of(&plan, cases[i].party);
        assert_int_equal(view.news, cases[i].news);
        assert_int_equal(view.starts.us, view.news == VISIT_NOTHING ? 0 : plan.told_starts.us);
        assert_int_equal(view.venue.len + view.room.len + view.travel.len + view.note.len, 0);
    }
}

static void a_calendar_does_not_tell_what_it_is_for(void **state)
{
    (void)state;
    const struct visit_view view = {.news = VISIT_ON,
                                    .venue = STR("Meadow Adoption Centre"),
                                    .room = STR("Blue room"),
                                    .travel = STR("Bus 7"),
                                    .note = STR("Bring a photo of the children")};
    struct visit_view shown = visit_for_calendar(view);
    assert_str(shown.venue, STR(""));
    assert_str(shown.room, STR("Blue room"));
    assert_str(shown.travel, STR("Bus 7"));
    assert_str(shown.note, STR(""));
}

static void a_text_that_names_what_somebody_must_not_learn(void **state)
{
    (void)state;
    static const struct {
        const char *text, *term;
        bool names;
    } cases[] = {
        {"Bus 7 to Ashbourne, then walk", "Ashbourne", true},
        {"ASHBOURNE", "ashbourne", true},
        {"Meet at St. Mary's school.", "St Mary\xe2\x80\x99s School", false},
        {"Meet at St. Mary's school.", "st marys school", true},
        {"Park Road, HX17 4AB", "hx174ab", true},
        {"The Shaws' car", "Shaw", false},
        {"Take Ashbournes road", "Ashbourne", false},
        {"bus", "", false},
        {"bus", "...", false},
        {"", "Ashbourne", false},
        {"Ash bourne Way", "Ashbourne", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(visit_names(str_from(cases[i].text), str_from(cases[i].term)),
                         cases[i].names);
}

static void what_people_are_told_anew(void **state)
{
    (void)state;
    struct visit_guest guests[2][3];
    for (int change = 0; change < 9; change++) {
        struct visit_plan before = plan_of(guests[0]), after = plan_of(guests[1]);
        bool tells = change < 6;
        switch (change) {
        case 0: after.starts.us += UTC_MINUTE_US; break;
        case 1: after.ends.us += UTC_MINUTE_US; break;
        case 2: after.venue = STR("Library"); break;
        case 3: after.room = STR(""); break;
        case 4: guests[1][1].travel = STR("Taxi"); break;
        case 5: guests[1][2].is_asked = true; break;
        case 6: after.risk = STR("none"); break;
        case 7: guests[1][2].travel = STR("Taxi"); break; /* is not asked to come */
        case 8: after.guest_count = 2; break;
        }
        assert_int_equal(visit_tells_anew(&before, &after), tells);
        assert_int_equal(visit_tells_anew(&after, &before), tells);
    }
}

static void what_cannot_be_at_once(void **state)
{
    (void)state;
    static const int64_t ours[] = {10, 20}, theirs[] = {30, 20}, others[] = {40};
    const struct visit_slot base = {.id = 1,
                                    .starts = at("2027-04-10T13:00:00Z"),
                                    .ends = at("2027-04-10T14:00:00Z"),
                                    .margin_minutes = 30,
                                    .supervisor = 7,
                                    .venue = STR("Family Centre, 3 Park Road"),
                                    .room = STR("Blue"),
                                    .people = ours,
                                    .people_count = 2};
    static const struct {
        const char *starts, *ends;
        int margin;
        int64_t supervisor;
        const char *venue, *room;
        char people; /* t: one is shared, o: none is */
        unsigned clash;
    } cases[] = {
        {"13:30", "15:00", 0, 8, "Library", "Blue", 't', VISIT_CLASH_PERSON},
        {"13:30", "15:00", 0, 7, "Library", "Blue", 'o', VISIT_CLASH_SUPERVISOR},
        {"13:30", "15:00", 0, 8, "family centre 3, park road.", "blue", 'o', VISIT_CLASH_ROOM},
        {"13:30", "15:00", 0, 8, "Family centre, 3 Park Road", "Red", 'o', 0},
        {"13:30", "15:00", 0, 8, "Family centre, 3 Park Road", "", 'o', VISIT_CLASH_ROOM},
        {"13:30", "15:00", 0, 0, "", "", 'o', 0},
        /* the margin: 30 minutes of the one, or more of the other, between places alone */
        {"14:29", "15:00", 0, 7, "Library", "", 't', VISIT_CLASH_PERSON | VISIT_CLASH_SUPERVISOR},
        {"14:30", "15:00", 0, 7, "Library", "", 't', 0},
        {"14:30", "15:00", 45, 7, "Library", "", 't', VISIT_CLASH_PERSON | VISIT_CLASH_SUPERVISOR},
        {"14:00", "15:00", 45, 7, "Family centre, 3 Park Road", "Blue", 't', 0},
        {"11:00", "12:31", 0, 7, "Library", "", 'o', VISIT_CLASH_SUPERVISOR},
        {"11:00", "12:30", 0, 7, "Library", "", 'o', 0},
        {"12:00", "18:00", 0, 7, "Family centre, 3 Park Road", "Blue", 't',
         VISIT_CLASH_PERSON | VISIT_CLASH_SUPERVISOR | VISIT_CLASH_ROOM},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char starts[32], ends[32];
        snprintf(starts, sizeof starts, "2027-04-10T%s:00Z", cases[i].starts);
        snprintf(ends, sizeof ends, "2027-04-10T%s:00Z", cases[i].ends);
        const struct visit_slot other = {.id = 2,
                                         .starts = at(starts),
                                         .ends = at(ends),
                                         .margin_minutes = cases[i].margin,
                                         .supervisor = cases[i].supervisor,
                                         .venue = str_from(cases[i].venue),
                                         .room = str_from(cases[i].room),
                                         .people = cases[i].people == 't' ? theirs : others,
                                         .people_count = cases[i].people == 't' ? 2 : 1};
        assert_int_equal(visit_clash(&base, &other), cases[i].clash);
        assert_int_equal(visit_clash(&other, &base), cases[i].clash);
    }
    assert_int_equal(visit_clash(&base, &base), 0);
}

static void what_one_person_supervises_in_a_week(void **state)
{
    (void)state;
    struct visit_slot hour = {.starts = at("2027-04-10T13:00:00Z"),
                              .ends = at("2027-04-10T14:00:00Z")};
    struct visit_load load = {0};
    for (int i = 0; i < VISIT_LOAD_VISITS; i++) load = visit_load_add(load, &hour);
    assert_int_equal(load.minutes, 60 * VISIT_LOAD_VISITS);
    assert_false(visit_load_is_heavy(load));
    assert_true(visit_load_is_heavy(visit_load_add(load, &hour)));
    struct visit_slot whole = {.starts = {0}, .ends = {VISIT_LOAD_MINUTES * UTC_MINUTE_US}};
    load = visit_load_add((struct visit_load){0}, &whole);
    assert_false(visit_load_is_heavy(load));
    whole.ends.us += UTC_MINUTE_US;
    assert_true(visit_load_is_heavy(visit_load_add((struct visit_load){0}, &whole)));
    /* Monday 29 March 2027 to Sunday 4 April */
    assert_int_equal(visit_week(day(2027, 3, 29)).number, day(2027, 3, 29).number);
    assert_int_equal(visit_week(day(2027, 4, 4)).number, day(2027, 3, 29).number);
    assert_int_equal(visit_week(day(2027, 4, 5)).number, day(2027, 4, 5).number);
    assert_int_equal(visit_week(day(1969, 12, 31)).number, day(1969, 12, 29).number);
}

static void times_as_people_type_them(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        int minutes; /* -1: no time */
    } cases[] = {
        {"14:30", 870},  {" 9.05 ", 545},   {"2:30pm", 870}, {"2pm", 840},   {"2 PM", 840},
        {"12am", 0},     {"12:15 am", 15},  {"12pm", 720},   {"noon", 720},  {"00:00", 0},
        {"23:59", 1439}, {"11 a.m.", 660},  {"24:00", -1},   {"14", -1},     {"2", -1},
        {"13pm", -1},    {"0am", -1},       {"10:60", -1},   {"10:5", -1},   {"10:", -1},
        {"", -1},        {"half ten", -1},  {"123:00", -1},  {"10:000", -1}, {"10:30x", -1},
        {"-1:00", -1},   {"10:30 uhr", -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int minutes = -1;
        assert_int_equal(visit_time_get(str_from(cases[i].typed), &minutes), cases[i].minutes >= 0);
        assert_int_equal(minutes, cases[i].minutes);
    }
}

static void when_the_next_one_could_be(void **state)
{
    (void)state;
    static const int64_t twice[] = {4, 10}, once[] = {2}, avoided[] = {4};
    static const struct {
        int last[3], today[3];
        const int64_t *months;
        size_t count;
        bool avoid;
        int next[3]; /* none: 0 */
    } cases[] = {
        /* the second Saturday of April 2027, then of October */
        {{2027, 4, 10}, {2027, 4, 10}, twice, 2, false, {2027, 10, 9}},
        {{2027, 10, 9}, {2027, 10, 11}, twice, 2, false, {2028, 4, 8}},
        {{2027, 10, 9}, {2027, 10, 11}, twice, 2, true, {2028, 10, 14}},
        /* an older one: never in the past */
        {{2025, 4, 12}, {2027, 4, 11}, twice, 2, false, {2027, 10, 9}},
        {{2025, 4, 12}, {2027, 4, 9}, twice, 2, false, {2027, 4, 10}},
        /* a fifth Monday becomes a fourth; a year with a leap day */
        {{2027, 3, 29}, {2027, 3, 29}, once, 1, false, {2028, 2, 28}},
        {{2028, 2, 29}, {2028, 2, 29}, once, 1, false, {2029, 2, 27}},
        {{2027, 4, 10}, {2027, 4, 10}, twice, 1, true, {0, 0, 0}},
        {{2027, 4, 10}, {2027, 4, 10}, NULL, 0, false, {0, 0, 0}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const int *last = cases[i].last, *today = cases[i].today, *next = cases[i].next;
        struct day found = {-1};
        bool any =
            visit_next(day(last[0], last[1], last[2]), cases[i].months, cases[i].count, avoided,
                       cases[i].avoid ? 1 : 0, day(today[0], today[1], today[2]), &found);
        assert_int_equal(any, next[0] != 0);
        if (any) assert_int_equal(found.number, day(next[0], next[1], next[2]).number);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(words_are_those_of_the_database),
          cmocka_unit_test(who_may_move_it_where), cmocka_unit_test(what_stops_a_confirmation),
          cmocka_unit_test(a_person_knows_the_plan_and_their_own_part),
          cmocka_unit_test(nobody_knows_a_plan_that_does_not_hold),
          cmocka_unit_test(a_calendar_does_not_tell_what_it_is_for),
          cmocka_unit_test(a_text_that_names_what_somebody_must_not_learn),
          cmocka_unit_test(what_people_are_told_anew), cmocka_unit_test(what_cannot_be_at_once),
          cmocka_unit_test(what_one_person_supervises_in_a_week),
          cmocka_unit_test(times_as_people_type_them), cmocka_unit_test(when_the_next_one_could_be))
