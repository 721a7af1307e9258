/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/permit.h"

#include "tests/unit/unit.h"

/* A letter that may go: from a birth relative to the adoptive family, no pictures. */
static struct permit_release fine(void)
{
    return (struct permit_release){
        .arrangement = ARRANGEMENT_ACTIVE,
        .sender = {true, SIDE_BIRTH, PARTY_ACTIVE, MEMBER_ACTIVE, true, true},
        .recipient = {true, SIDE_ADOPTIVE, PARTY_ACTIVE, MEMBER_ACTIVE, true, true},
    };
}

static const char *said(enum refused refusal)
{
    return refusal == PERMITTED ? "permitted" : refused_code(refusal);
}

static void words_of_refusals(void **state)
{
    (void)state;
    for (int i = 1; i < REFUSED_COUNT; i++) {
        enum refused refusal = (enum refused)i, back = PERMITTED;
        assert_true(refused_get(str_from(refused_code(refusal)), &back));
        assert_int_equal(back, i);
        assert_true(strlen(refused_why(refusal)) > 10);
        assert_true(strlen(refused_cure(refusal)) > 10);
        for (const char *c = refused_code(refusal); *c != '\0'; c++)
            assert_true((*c >= 'a' && *c <= 'z') || *c == '_');
    }
    enum refused refusal = REFUSED_ROLE;
    assert_false(refused_get(STR("permitted"), &refusal));
    assert_false(refused_get(STR(""), &refusal));
}

static void words_of_enums(void **state)
{
    (void)state;
    enum side side = SIDE_COUNT;
    assert_true(side_get(STR("sibling"), &side));
    assert_int_equal(side, SIDE_SIBLING);
    assert_string_equal(side_word(SIDE_OTHER), "other");
    enum photo_level level = PHOTO_LEVEL_COUNT;
    assert_true(photo_level_get(STR("no_face"), &level));
    assert_int_equal(level, PHOTO_NO_FACE);
    assert_false(photo_level_get(STR("no-face"), &level));
    enum channel channel = CHANNEL_COUNT;
    assert_true(channel_get(STR("post"), &channel));
    assert_int_equal(channel, CHANNEL_POST);
    assert_string_equal(channel_word(CHANNEL_LINK), "link");
    enum arrangement_state arrangement = ARRANGEMENT_STATE_COUNT;
    assert_true(arrangement_state_get(STR("prohibited"), &arrangement));
    assert_int_equal(arrangement, ARRANGEMENT_PROHIBITED);
    assert_string_equal(party_state_word(PARTY_MOVED), "moved");
    assert_string_equal(member_state_word(MEMBER_ENDED), "ended");
    enum party_state party = PARTY_STATE_COUNT;
    assert_true(party_state_get(STR("dead"), &party));
    enum member_state member = MEMBER_STATE_COUNT;
    assert_true(member_state_get(STR("paused"), &member));
}

static void what_stops_a_release(void **state)
{
    (void)state;
    struct permit_release facts = fine();
    assert_string_equal(said(permit_release(&facts)), "permitted");

#define STOPS(change, code)                                      \
    do {                                                         \
        facts = fine();                                          \
        change;                                                  \
        assert_string_equal(said(permit_release(&facts)), code); \
    } while (0)
    STOPS(facts.frozen = true, "agency_frozen");
    STOPS(facts.sender.known = false, "sender_unknown");
    STOPS(facts.recipient.known = false, "recipient_unknown");
    STOPS(facts.recipient.state = PARTY_PAUSED, "recipient_paused");
    STOPS(facts.recipient.state = PARTY_MOVED, "recipient_moved");
    STOPS(facts.recipient.state = PARTY_DEAD, "recipient_dead");
    STOPS(facts.recipient.state = PARTY_ENDED, "recipient_ended");
    STOPS(facts.recipient.side = SIDE_BIRTH, "same_side");
    STOPS(facts.to_sender = true, "same_side");
    STOPS(facts.arrangement = ARRANGEMENT_PAUSED, "arrangement_paused");
    STOPS(facts.arrangement = ARRANGEMENT_SUSPENDED, "arrangement_suspended");
    STOPS(facts.arrangement = ARRANGEMENT_HELD, "arrangement_held");
    STOPS(facts.arrangement = ARRANGEMENT_PROHIBITED, "arrangement_prohibited");
    STOPS(facts.arrangement = ARRANGEMENT_INACTIVE, "arrangement_inactive");
    STOPS(facts.arrangement = ARRANGEMENT_ENDED, "arrangement_ended");
    STOPS(facts.arrangement = ARRANGEMENT_MOVED, "arrangement_moved");
    STOPS(facts.child = CHILD_DEAD, "child_dead");
    STOPS(facts.child = CHILD_WISH, "child_wish");
    STOPS(facts.child = CHILD_GROWN, "child_grown");
    STOPS(facts.recipient.member = MEMBER_NOT_READY, "recipient_not_ready");
    STOPS(facts.sender.member = MEMBER_NOT_READY, "permitted");
    STOPS(facts.recipient.may_receive = false, "recipient_not_receiving");
    STOPS(facts.recipient.member = MEMBER_PAUSED, "recipient_not_receiving");
    STOPS(facts.sender.may_write = false, "sender_not_writing");
    STOPS(facts.sender.member = MEMBER_ENDED, "sender_not_writing");
    STOPS(facts.sender.member = MEMBER_PAUSED, "permitted"); /* what was written before the pause */
    STOPS(facts.sender.state = PARTY_DEAD, "permitted");     /* approved in knowledge of it */
    STOPS((facts.sender.state = PARTY_DEAD, facts.sender_died_since = true), "sender_dead");
    STOPS(facts.sender_died_since = true, "permitted");
    STOPS(facts.needed = PHOTO_FACE, "photo_level");
    STOPS((facts.frozen = true, facts.recipient.state = PARTY_DEAD), "agency_frozen");
    /* A returned letter goes to its own sender, even of a prohibited arrangement. */
    STOPS((facts.note = true, facts.to_sender = true, facts.arrangement = ARRANGEMENT_PROHIBITED),
          "permitted");
    STOPS((facts.note = true, facts.to_sender = true, facts.recipient.side = SIDE_BIRTH),
          "permitted");
    STOPS(facts.note = true, "note_to_other");
#undef STOPS
}

static void photo_levels(void **state)
{
    (void)state;
    static const bool expected[4][4] = {{true, false, false, false},
                                        {true, true, false, false},
                                        {true, true, true, true},
                                        {true, false, false, true}};
    for (int allowed = 0; allowed < 4; allowed++)
        for (int needed = 0; needed < 4; needed++)
            assert_int_equal(permit_photo((enum photo_level)allowed, (enum photo_level)needed),
                             expected[allowed][needed]);
}

static void what_stops_a_dispatch(void **state)
{
    (void)state;
    struct permit_dispatch good = {.release = fine(),
                                   .address_version_made = 3,
                                   .address_version_now = 3,
                                   .channel = CHANNEL_PORTAL};
    struct permit_dispatch facts = good;
    assert_string_equal(said(permit_dispatch(&facts)), "permitted");
#define STOPS(change, code)                                       \
    do {                                                          \
        facts = good;                                             \
        change;                                                   \
        assert_string_equal(said(permit_dispatch(&facts)), code); \
    } while (0)
    STOPS(facts.release.arrangement = ARRANGEMENT_PROHIBITED, "arrangement_prohibited");
    STOPS(facts.withdrawn = true, "withdrawn");
    STOPS(facts.address_version_now = 4, "address_changed");
    STOPS(facts.details_changed = true, "details_changed");
    STOPS((facts.details_changed = true, facts.release.note = true, facts.release.to_sender = true),
          "permitted"); /* a note holds nothing of the other side */
    STOPS(facts.channel = CHANNEL_POST, "address_unconfirmed");
    STOPS((facts.channel = CHANNEL_POST, facts.address_confirmed = true), "permitted");
    STOPS((facts.channel = CHANNEL_POST, facts.email_confirmed = true), "address_unconfirmed");
    STOPS(facts.channel = CHANNEL_LINK, "address_unconfirmed");
    STOPS((facts.channel = CHANNEL_LINK, facts.email_confirmed = true), "permitted");
    STOPS((facts.channel = CHANNEL_PGP, facts.email_confirmed = true), "permitted");
    STOPS((facts.channel = CHANNEL_EMAIL, facts.email_confirmed = true), "plain_email");
    STOPS((facts.channel = CHANNEL_EMAIL, facts.email_confirmed = true, facts.plain_allowed = true),
          "plain_email");
    STOPS((facts.channel = CHANNEL_EMAIL, facts.email_confirmed = true, facts.plain_consent = true),
          "plain_email");
    STOPS((facts.channel = CHANNEL_EMAIL, facts.email_confirmed = true, facts.plain_consent = true,
           facts.plain_allowed = true),
          "permitted");
    /* Shown at the office: printed, and nothing else, wherever the person lives. */
    for (int channel = 0; channel < CHANNEL_COUNT; channel++)
        STOPS((facts.office_only = true, facts.channel = (enum channel)channel,
               facts.address_confirmed = facts.email_confirmed = true,
               facts.plain_allowed = facts.plain_consent = facts.email_confirmed),
              channel == CHANNEL_POST ? "permitted" : "office_only");
    STOPS((facts.office_only = true, facts.channel = CHANNEL_POST), "permitted");
    STOPS((facts.office_only = true, facts.withdrawn = true), "withdrawn");
    good.release.allowed = good.release.needed = PHOTO_VIEW_ONLY;
    STOPS((facts.office_only = true, facts.channel = CHANNEL_POST), "permitted");
    STOPS((void)0, "permitted");
    STOPS((facts.channel = CHANNEL_POST, facts.address_confirmed = true), "photo_channel");
    STOPS((facts.channel = CHANNEL_PGP, facts.email_confirmed = true), "photo_channel");
    STOPS((facts.channel = CHANNEL_LINK, facts.email_confirmed = true), "permitted");
#undef STOPS
}

static void who_decides(void **state)
{
    (void)state;
    static const struct {
        struct permit_decision facts;
        const char *code;
    } cases[] = {
        {{PERMIT_APPROVE, RULE_COORDINATOR, false, false, false}, "permitted"},
        {{PERMIT_APPROVE, RULE_MANAGER, true, false, false}, "permitted"}, /* but needs a second */
        {{PERMIT_APPROVE, RULE_CHECKER, false, false, false}, "role"},
        {{PERMIT_APPROVE, RULE_PRESS, false, false, false}, "role"},
        {{PERMIT_RETURN, RULE_CHECKER, false, false, false}, "role"},
        {{PERMIT_HOLD, RULE_COORDINATOR, false, false, false}, "permitted"},
        {{PERMIT_ESCALATE, RULE_CHECKER, false, false, false}, "permitted"},
        {{PERMIT_ESCALATE, RULE_POST, false, false, false}, "role"},
        {{PERMIT_SECOND, RULE_CHECKER, false, false, true}, "permitted"},
        {{PERMIT_SECOND, RULE_CHECKER, false, false, false}, "other_screen"},
        {{PERMIT_SECOND, RULE_MANAGER, false, true, true}, "same_person"},
        {{PERMIT_SECOND, RULE_MANAGER, true, false, true}, "not_own"},
        {{PERMIT_SECOND, RULE_PRESS, false, false, true}, "role"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(said(permit_decision(&cases[i].facts)), cases[i].code);
    assert_false(permit_needs_second(false, false));
    assert_true(permit_needs_second(true, false));
    assert_true(permit_needs_second(false, true));
}

UNIT_MAIN(NULL, cmocka_unit_test(words_of_refusals), cmocka_unit_test(words_of_enums),
          cmocka_unit_test(what_stops_a_release), cmocka_unit_test(photo_levels),
          cmocka_unit_test(what_stops_a_dispatch), cmocka_unit_test(who_decides))
