/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/state.h"

#include "tests/unit/unit.h"

static void every_state_has_its_word_once(void **state)
{
    (void)state;
    for (int i = 0; i < LETTER_STATE_COUNT; i++) {
        enum letter_state back = LETTER_STATE_COUNT;
        assert_true(letter_state_get(str_from(letter_state_word((enum letter_state)i)), &back));
        assert_int_equal(back, i);
    }
    for (int i = 0; i < RELEASE_STATE_COUNT; i++) {
        enum release_state back = RELEASE_STATE_COUNT;
        assert_true(release_state_get(str_from(release_state_word((enum release_state)i)), &back));
        assert_int_equal(back, i);
    }
    for (int i = 0; i < DISPATCH_STATE_COUNT; i++) {
        enum dispatch_state back = DISPATCH_STATE_COUNT;
        assert_true(
            dispatch_state_get(str_from(dispatch_state_word((enum dispatch_state)i)), &back));
        assert_int_equal(back, i);
    }
    enum letter_state letter = LETTER_HELD;
    assert_false(letter_state_get(STR("sending"), &letter)); /* a dispatch's */
    assert_false(letter_state_get(STR(""), &letter));
    assert_false(letter_state_get(STR("Held"), &letter));
    assert_int_equal(letter, LETTER_HELD);
}

static void moves_of_a_letter(void **state)
{
    (void)state;
    static const struct {
        enum letter_state from, to;
        enum rule_actor who;
        bool may;
    } cases[] = {
        {LETTER_RECEIVED, LETTER_PREPARING, RULE_PRESS, true},
        {LETTER_RECEIVED, LETTER_PREPARING, RULE_COORDINATOR, false},
        {LETTER_RECEIVED, LETTER_APPROVED, RULE_MANAGER, false}, /* nobody has read it */
        {LETTER_PREPARING, LETTER_IN_REVIEW, RULE_PRESS, true},
        {LETTER_IN_REVIEW, LETTER_APPROVED, RULE_COORDINATOR, true},
        {LETTER_IN_REVIEW, LETTER_APPROVED, RULE_CHECKER, false},
        {LETTER_IN_REVIEW, LETTER_APPROVED, RULE_PRESS, false}, /* no machine decides */
        {LETTER_IN_REVIEW, LETTER_RELEASED, RULE_PRESS, false},
        {LETTER_IN_REVIEW, LETTER_RELEASED, RULE_MANAGER, false},
        {LETTER_SECOND_CHECK, LETTER_APPROVED, RULE_CHECKER, true},
        {LETTER_SECOND_CHECK, LETTER_APPROVED, RULE_PRESS, false},
        {LETTER_HELD, LETTER_APPROVED, RULE_MANAGER, false}, /* it is read again first */
        {LETTER_HELD, LETTER_IN_REVIEW, RULE_COORDINATOR, true},
        {LETTER_ESCALATED, LETTER_IN_REVIEW, RULE_COORDINATOR, false},
        {LETTER_ESCALATED, LETTER_IN_REVIEW, RULE_MANAGER, true},
        {LETTER_APPROVED, LETTER_COMPOSED, RULE_PRESS, true},
        {LETTER_APPROVED, LETTER_COMPOSED, RULE_MANAGER, false},
        {LETTER_COMPOSED, LETTER_RELEASED, RULE_POST, true},
        {LETTER_RETURNED, LETTER_RELEASED, RULE_PRESS, false},
        {LETTER_QUARANTINED, LETTER_RECEIVED, RULE_COORDINATOR, true},
        {LETTER_QUARANTINED, LETTER_IN_REVIEW, RULE_COORDINATOR, false},
        {LETTER_SET_ASIDE, LETTER_QUARANTINED, RULE_MANAGER, true},
        {LETTER_HELD, LETTER_HELD, RULE_MANAGER, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (letter_may_move(cases[i].from, cases[i].to, cases[i].who) != cases[i].may)
            fail_msg("%s to %s by %d", letter_state_word(cases[i].from),
                     letter_state_word(cases[i].to), cases[i].who);
}

/* No row of the table lets a machine take a letter from unread to approved. */
static void only_people_approve(void **state)
{
    (void)state;
    for (int from = 0; from < LETTER_STATE_COUNT; from++) {
        assert_false(letter_may_move((enum letter_state)from, LETTER_APPROVED, RULE_PRESS));
        assert_false(letter_may_move((enum letter_state)from, LETTER_APPROVED, RULE_POST));
        bool to_released = from == LETTER_APPROVED || from == LETTER_COMPOSED;
        for (enum rule_actor who = RULE_PRESS; who <= RULE_MANAGER; who <<= 1)
            if (letter_may_move((enum letter_state)from, LETTER_RELEASED, who))
                assert_true(to_released);
    }
}

static void moves_of_releases_and_dispatches(void **state)
{
    (void)state;
    assert_true(release_may_move(RELEASE_COMPOSED, RELEASE_AVAILABLE, RULE_PRESS));
    assert_false(release_may_move(RELEASE_WITHDRAWN, RELEASE_AVAILABLE, RULE_MANAGER));
    assert_true(release_may_move(RELEASE_AVAILABLE, RELEASE_WITHDRAWN, RULE_COORDINATOR));
    assert_true(dispatch_may_move(DISPATCH_READY, DISPATCH_SENDING, RULE_POST));
    assert_true(dispatch_may_move(DISPATCH_SENDING, DISPATCH_MAYBE_SENT, RULE_POST));
    /* After a crash a person decides, never the machine. */
    assert_false(dispatch_may_move(DISPATCH_MAYBE_SENT, DISPATCH_SENDING, RULE_POST));
    assert_false(dispatch_may_move(DISPATCH_MAYBE_SENT, DISPATCH_READY, RULE_POST));
    assert_true(dispatch_may_move(DISPATCH_MAYBE_SENT, DISPATCH_READY, RULE_COORDINATOR));
    assert_false(dispatch_may_move(DISPATCH_SENT, DISPATCH_READY, RULE_POST));
    assert_false(dispatch_may_move(DISPATCH_STOPPED, DISPATCH_SENDING, RULE_POST));
}

static void roles_that_move_nothing(void **state)
{
    (void)state;
    enum rule_actor actor = RULE_PRESS;
    assert_true(rule_actor_get(STR("checker"), &actor));
    assert_int_equal(actor, RULE_CHECKER);
    assert_true(rule_actor_get(STR("manager"), &actor));
    assert_int_equal(actor, RULE_MANAGER);
    assert_false(rule_actor_get(STR("administrator"), &actor));
    assert_false(rule_actor_get(STR("inspector"), &actor));
    assert_false(rule_actor_get(STR(""), &actor));
    assert_int_equal(actor, RULE_MANAGER);
}

UNIT_MAIN(NULL, cmocka_unit_test(every_state_has_its_word_once),
          cmocka_unit_test(moves_of_a_letter), cmocka_unit_test(only_people_approve),
          cmocka_unit_test(moves_of_releases_and_dispatches),
          cmocka_unit_test(roles_that_move_nothing))
