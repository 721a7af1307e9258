/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How things stand, against the rules that act on it. `test_standing table` prints what
 * permit_release says to every pair of standings, for tests/sql/standings.mjs to ask the database
 * the same.
 */
#include "rules/standing.h"

#include <stdio.h>

#include "rules/permit.h"
#include "rules/schedule.h"
#include "tests/unit/unit.h"

static struct permit_release fine(void)
{
    return (struct permit_release){
        .arrangement = ARRANGEMENT_ACTIVE,
        .child = CHILD_GOES_ON,
        .sender = {true, SIDE_BIRTH, PARTY_ACTIVE, MEMBER_ACTIVE, true, true},
        .recipient = {true, SIDE_ADOPTIVE, PARTY_ACTIVE, MEMBER_ACTIVE, true, true},
    };
}

static const struct standing *found(enum standing_room room, const char *word)
{
    const struct standing *standing = standing_find(room, str_from(word));
    assert_non_null(standing);
    assert_string_equal(standing->word, word);
    return standing;
}

static bool goes(const struct permit_release *facts)
{
    return permit_release(facts) == PERMITTED;
}

static void every_word_of_the_rules_has_its_standing(void **state)
{
    (void)state;
    unsigned count = 0;
    for (int i = 0; i < ARRANGEMENT_STATE_COUNT; i++, count++)
        found(STANDING_ARRANGEMENT, arrangement_state_word((enum arrangement_state)i));
    assert_null(standing_at(STANDING_ARRANGEMENT, count));
    assert_string_equal(standing_at(STANDING_ARRANGEMENT, 0)->word, "active");
    for (int i = 0; i < PARTY_STATE_COUNT; i++)
        found(STANDING_PARTY, party_state_word((enum party_state)i));
    assert_null(standing_at(STANDING_PARTY, PARTY_STATE_COUNT));
    for (int i = 0; i < MEMBER_STATE_COUNT; i++)
        found(STANDING_MEMBER, member_state_word((enum member_state)i));
    assert_null(standing_at(STANDING_MEMBER, MEMBER_STATE_COUNT));
    assert_null(standing_find(STANDING_PARTY, STR("held")));
    assert_null(standing_find(STANDING_MEMBER, STR("")));
    for (int room = STANDING_ARRANGEMENT; room <= STANDING_CHILD; room++)
        for (unsigned i = 0; standing_at((enum standing_room)room, i); i++) {
            const struct standing *standing = standing_at((enum standing_room)room, i);
            const char *words[] = {standing->stops, standing->goes, standing->told};
            for (size_t k = 0; k < COUNT(words); k++) {
                size_t length = strlen(words[k]);
                assert_true(length > 10 && words[k][length - 1] == '.');
            }
        }
}

static void what_goes_is_what_the_rules_permit(void **state)
{
    (void)state;
    struct permit_release facts;
    for (int i = 0; i < ARRANGEMENT_STATE_COUNT; i++) {
        facts = fine();
        facts.arrangement = (enum arrangement_state)i;
        const struct standing *standing =
            found(STANDING_ARRANGEMENT, arrangement_state_word(facts.arrangement));
        assert_int_equal(goes(&facts), (standing->goes_on & STANDING_GOES) != 0);
    }
    for (int i = 0; i < PARTY_STATE_COUNT; i++) {
        const struct standing *standing =
            found(STANDING_PARTY, party_state_word((enum party_state)i));
        facts = fine();
        facts.recipient.state = (enum party_state)i;
        assert_int_equal(goes(&facts), (standing->goes_on & STANDING_GOES) != 0);
        facts = fine();
        facts.sender.state = (enum party_state)i;
        assert_int_equal(goes(&facts), (standing->goes_on & STANDING_COMES) != 0);
    }
    for (int i = 0; i < MEMBER_STATE_COUNT; i++) {
        const struct standing *standing =
            found(STANDING_MEMBER, member_state_word((enum member_state)i));
        facts = fine();
        facts.recipient.member = (enum member_state)i;
        assert_int_equal(goes(&facts), (standing->goes_on & STANDING_GOES) != 0);
        facts = fine();
        facts.sender.member = (enum member_state)i;
        assert_int_equal(goes(&facts), (standing->goes_on & STANDING_COMES) != 0);
    }
    static const struct {
        const char *word;
        enum child_end end;
    } ends[] = {{"living", CHILD_GOES_ON},
                {"dead", CHILD_DEAD},
                {"wish", CHILD_WISH},
                {"grown", CHILD_GROWN}};
    for (size_t i = 0; i < COUNT(ends); i++) {
        facts = fine();
        facts.child = ends[i].end;
        assert_int_equal(goes(&facts),
                         (found(STANDING_CHILD, ends[i].word)->goes_on & STANDING_GOES) != 0);
    }
}

static void who_is_expected_to_write(void **state)
{
    (void)state;
    struct schedule_version version = {.number = 1, .starts = {19000}, .first = FIRST_EITHER};
    assert_int_equal(recur_read(STR("FREQ=YEARLY;BYMONTH=3,9"), (struct day){19000}, &version.rule),
                     RECUR_GOOD);
    const struct schedule_terms terms = {&version, 1, {60000}};
    for (int party = 0; party < PARTY_STATE_COUNT; party++)
        for (int member = 0; member < MEMBER_STATE_COUNT; member++) {
            ARENA(arena, 1024 * 1024);
            struct schedule_party parties[] = {
                {1,
                 {true, SIDE_BIRTH, (enum party_state)party, (enum member_state)member, true,
                  true}},
                {2, {true, SIDE_ADOPTIVE, PARTY_ACTIVE, MEMBER_ACTIVE, true, true}}};
            struct schedule_occasion *occasions;
            size_t count;
            assert_ok(schedule_occasions(&terms, parties, 2, (struct day){20000}, arena, &occasions,
                                         &count));
            bool is_expected = false;
            /* what is open already stays while its writer is away; nothing new is expected */
            for (size_t i = 0; i < count; i++)
                is_expected |= occasions[i].from == 1 && occasions[i].opens;
            unsigned both =
                found(STANDING_PARTY, party_state_word((enum party_state)party))->goes_on &
                found(STANDING_MEMBER, member_state_word((enum member_state)member))->goes_on;
            assert_int_equal(is_expected, (both & STANDING_EXPECTS) != 0);
        }
}

static void who_may_change_it(void **state)
{
    (void)state;
    static const struct {
        enum standing_room room;
        const char *from, *to;
        enum rule_actor who;
        bool may;
    } cases[] = {
        {STANDING_ARRANGEMENT, "active", "paused", RULE_COORDINATOR, true},
        {STANDING_ARRANGEMENT, "active", "prohibited", RULE_COORDINATOR, true},
        {STANDING_ARRANGEMENT, "prohibited", "active", RULE_COORDINATOR, false},
        {STANDING_ARRANGEMENT, "prohibited", "active", RULE_MANAGER, true},
        {STANDING_ARRANGEMENT, "held", "active", RULE_COORDINATOR, false},
        {STANDING_ARRANGEMENT, "active", "held", RULE_MANAGER, false}, /* the system alone */
        {STANDING_ARRANGEMENT, "ended", "active", RULE_COORDINATOR, false},
        {STANDING_ARRANGEMENT, "inactive", "active", RULE_COORDINATOR, true},
        {STANDING_ARRANGEMENT, "active", "moved", RULE_COORDINATOR, true},
        {STANDING_ARRANGEMENT, "moved", "active", RULE_COORDINATOR, false},
        {STANDING_ARRANGEMENT, "moved", "active", RULE_MANAGER, true},
        {STANDING_ARRANGEMENT, "active", "paused", RULE_CHECKER, false},
        {STANDING_PARTY, "active", "dead", RULE_COORDINATOR, true},
        {STANDING_PARTY, "dead", "active", RULE_COORDINATOR, false},
        {STANDING_PARTY, "dead", "active", RULE_MANAGER, true},
        {STANDING_MEMBER, "not_ready", "active", RULE_COORDINATOR, true},
        {STANDING_CHILD, "living", "dead", RULE_COORDINATOR, true},
        {STANDING_CHILD, "dead", "living", RULE_COORDINATOR, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(standing_may(found(cases[i].room, cases[i].from),
                                      found(cases[i].room, cases[i].to), cases[i].who),
                         cases[i].may);
}

/* arrangement, child, recipient's state and place, sender's state and place: what is refused */
static void put_table(void)
{
    static const char *const children[] = {"living", "dead", "wish", "grown"};
    for (int a = 0; a < ARRANGEMENT_STATE_COUNT; a++)
        for (int c = 0; c < 4; c++)
            for (int p = 0; p < PARTY_STATE_COUNT; p++)
                for (int m = 0; m < MEMBER_STATE_COUNT; m++)
                    for (int s = 0; s < PARTY_STATE_COUNT; s++)
                        for (int n = 0; n < MEMBER_STATE_COUNT; n++) {
                            struct permit_release facts = fine();
                            facts.arrangement = (enum arrangement_state)a;
                            facts.child = (enum child_end)c;
                            facts.recipient.state = (enum party_state)p;
                            facts.recipient.member = (enum member_state)m;
                            facts.sender.state = (enum party_state)s;
                            facts.sender.member = (enum member_state)n;
                            enum refused refusal = permit_release(&facts);
                            printf("%s %s %s %s %s %s %s\n",
                                   arrangement_state_word(facts.arrangement), children[c],
                                   party_state_word(facts.recipient.state),
                                   member_state_word(facts.recipient.member),
                                   party_state_word(facts.sender.state),
                                   member_state_word(facts.sender.member),
                                   refusal == PERMITTED ? "permitted" : refused_code(refusal));
                        }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "table") == 0) {
        put_table();
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_the_rules_has_its_standing),
        cmocka_unit_test(what_goes_is_what_the_rules_permit),
        cmocka_unit_test(who_is_expected_to_write),
        cmocka_unit_test(who_may_change_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
