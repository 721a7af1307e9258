/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/permit.h"

#include <stddef.h>

#include "core/err.h"

static const struct {
    const char *code, *why, *cure;
} refusals[] = {
    {NULL, NULL, NULL},
#define REFUSED(code, word, why, cure) {word, why, cure},
#include "rules/permit.def"
#undef REFUSED
};

const char *refused_code(enum refused refusal)
{
    ASSERT(refusal != PERMITTED && (unsigned)refusal < REFUSED_COUNT);
    return refusals[refusal].code;
}

const char *refused_why(enum refused refusal)
{
    ASSERT(refusal != PERMITTED && (unsigned)refusal < REFUSED_COUNT);
    return refusals[refusal].why;
}

const char *refused_cure(enum refused refusal)
{
    ASSERT(refusal != PERMITTED && (unsigned)refusal < REFUSED_COUNT);
    return refusals[refusal].cure;
}

bool refused_get(struct str code, enum refused *ret_refused)
{
    for (unsigned i = 1; i < REFUSED_COUNT; i++) {
        if (!str_equal(code, str_from(refusals[i].code))) continue;
        *ret_refused = (enum refused)i;
        return true;
    }
    return false;
}

/* ---- words ---- */

static const char *const sides[] = {"adoptive", "birth", "sibling", "other"};
static const char *const party_states[] = {"active", "paused", "moved", "dead", "ended"};
static const char *const member_states[] = {"active", "paused", "not_ready", "ended"};
static const char *const arrangement_states[] = {"active",     "paused",   "suspended", "held",
                                                 "prohibited", "inactive", "ended",     "moved"};
static const char *const photo_levels[] = {"none", "no_face", "face", "view_only"};
static const char *const channels[] = {"portal", "link", "pgp", "email", "post"};

/* name_word and name_get of an enum whose words stand in a table. */
#define WORDS(name, words, count)                                       \
    const char *name##_word(enum name value)                            \
    {                                                                   \
        _Static_assert(sizeof words / sizeof *words == count, "words"); \
        ASSERT((unsigned)value < count);                                \
        return words[value];                                            \
    }                                                                   \
    bool name##_get(struct str word, enum name *ret_value)              \
    {                                                                   \
        for (unsigned i = 0; i < count; i++) {                          \
            if (!str_equal(word, str_from(words[i]))) continue;         \
            *ret_value = (enum name)i;                                  \
            return true;                                                \
        }                                                               \
        return false;                                                   \
    }

WORDS(side, sides, SIDE_COUNT)
WORDS(party_state, party_states, PARTY_STATE_COUNT)
WORDS(member_state, member_states, MEMBER_STATE_COUNT)
WORDS(arrangement_state, arrangement_states, ARRANGEMENT_STATE_COUNT)
WORDS(photo_level, photo_levels, PHOTO_LEVEL_COUNT)
WORDS(channel, channels, CHANNEL_COUNT)

/* ---- questions ---- */

bool permit_photo(enum photo_level allowed, enum photo_level needed)
{
    static const bool table[PHOTO_LEVEL_COUNT][PHOTO_LEVEL_COUNT] = {
        /* needed:         none  no_face face  view_only */
        [PHOTO_NONE] = {true, false, false, false},
        [PHOTO_NO_FACE] = {true, true, false, false},
        [PHOTO_FACE] = {true, true, true, true},
        [PHOTO_VIEW_ONLY] = {true, false, false, true},
    };
    ASSERT((unsigned)allowed < PHOTO_LEVEL_COUNT && (unsigned)needed < PHOTO_LEVEL_COUNT);
    return table[allowed][needed];
}

static enum refused of_recipient(enum party_state state)
{
    switch (state) {
    case PARTY_ACTIVE: return PERMITTED;
    case PARTY_PAUSED: return REFUSED_RECIPIENT_PAUSED;
    case PARTY_MOVED: return REFUSED_RECIPIENT_MOVED;
    case PARTY_DEAD: return REFUSED_RECIPIENT_DEAD;
    case PARTY_ENDED: return REFUSED_RECIPIENT_ENDED;
    case PARTY_STATE_COUNT: break;
    }
    ASSERT(false);
}

static enum refused of_arrangement(enum arrangement_state state)
{
    switch (state) {
    case ARRANGEMENT_ACTIVE: return PERMITTED;
    case ARRANGEMENT_PAUSED: return REFUSED_ARRANGEMENT_PAUSED;
    case ARRANGEMENT_SUSPENDED: return REFUSED_ARRANGEMENT_SUSPENDED;
    case ARRANGEMENT_HELD: return REFUSED_ARRANGEMENT_HELD;
    case ARRANGEMENT_PROHIBITED: return REFUSED_ARRANGEMENT_PROHIBITED;
    case ARRANGEMENT_INACTIVE: return REFUSED_ARRANGEMENT_INACTIVE;
    case ARRANGEMENT_ENDED: return REFUSED_ARRANGEMENT_ENDED;
    case ARRANGEMENT_MOVED: return REFUSED_ARRANGEMENT_MOVED;
    case ARRANGEMENT_STATE_COUNT: break;
    }
    ASSERT(false);
}

static enum refused of_child(enum child_end end)
{
    switch (end) {
    case CHILD_GOES_ON: return PERMITTED;
    case CHILD_DEAD: return REFUSED_CHILD_DEAD;
    case CHILD_WISH: return REFUSED_CHILD_WISH;
    case CHILD_GROWN: return REFUSED_CHILD_GROWN;
    }
    ASSERT(false);
}

enum refused permit_release(const struct permit_release *facts)
{
    if (facts->frozen) return REFUSED_AGENCY_FROZEN;
    if (!facts->sender.known) return REFUSED_SENDER_UNKNOWN;
    if (!facts->recipient.known) return REFUSED_RECIPIENT_UNKNOWN;
    enum refused refusal = of_recipient(facts->recipient.state);
    if (refusal != PERMITTED) return refusal;
    if (facts->note) return facts->to_sender ? PERMITTED : REFUSED_NOTE_TO_OTHER;
    if (facts->to_sender || facts->sender.side == facts->recipient.side) return REFUSED_SAME_SIDE;
    refusal = of_arrangement(facts->arrangement);
    if (refusal != PERMITTED) return refusal;
    refusal = of_child(facts->child);
    if (refusal != PERMITTED) return refusal;
    if (facts->recipient.member == MEMBER_NOT_READY) return REFUSED_RECIPIENT_NOT_READY;
    if (facts->recipient.member != MEMBER_ACTIVE || !facts->recipient.may_receive)
        return REFUSED_RECIPIENT_NOT_RECEIVING;
    if (facts->sender.member == MEMBER_ENDED || !facts->sender.may_write)
        return REFUSED_SENDER_NOT_WRITING;
    if (facts->sender.state == PARTY_DEAD && facts->sender_died_since) return REFUSED_SENDER_DEAD;
    if (!permit_photo(facts->allowed, facts->needed)) return REFUSED_PHOTO_LEVEL;
    return PERMITTED;
}

enum refused permit_dispatch(const struct permit_dispatch *facts)
{
    enum refused refusal = permit_release(&facts->release);
    if (refusal != PERMITTED) return refusal;
    if (facts->withdrawn) return REFUSED_WITHDRAWN;
    if (facts->office_only && facts->channel != CHANNEL_POST) return REFUSED_OFFICE_ONLY;
    if (facts->address_version_made != facts->address_version_now) return REFUSED_ADDRESS_CHANGED;
    bool email = facts->channel == CHANNEL_LINK || facts->channel == CHANNEL_PGP ||
                 facts->channel == CHANNEL_EMAIL;
    if (facts->channel == CHANNEL_POST && !facts->office_only && !facts->address_confirmed)
        return REFUSED_ADDRESS_UNCONFIRMED;
    if (email && !facts->email_confirmed) return REFUSED_ADDRESS_UNCONFIRMED;
    if (facts->channel == CHANNEL_EMAIL && !(facts->plain_allowed && facts->plain_consent))
        return REFUSED_PLAIN_EMAIL;
    if (facts->release.needed == PHOTO_VIEW_ONLY && facts->channel != CHANNEL_PORTAL &&
        facts->channel != CHANNEL_LINK && !facts->office_only)
        return REFUSED_PHOTO_CHANNEL;
    if (facts->details_changed && !facts->release.note) return REFUSED_DETAILS_CHANGED;
    return PERMITTED;
}

enum refused permit_decision(const struct permit_decision *facts)
{
    bool decides = facts->role == RULE_COORDINATOR || facts->role == RULE_MANAGER;
    bool reads = decides || facts->role == RULE_CHECKER;
    switch (facts->act) {
    case PERMIT_APPROVE:
    case PERMIT_RETURN:
    case PERMIT_HOLD: return decides ? PERMITTED : REFUSED_ROLE;
    case PERMIT_ESCALATE: return reads ? PERMITTED : REFUSED_ROLE;
    case PERMIT_SECOND:
        if (!reads) return REFUSED_ROLE;
        if (facts->entered_it) return REFUSED_NOT_OWN;
        if (facts->approved_it) return REFUSED_SAME_PERSON;
        return facts->same_screen ? PERMITTED : REFUSED_OTHER_SCREEN;
    }
    ASSERT(false);
}

bool permit_needs_second(bool two_person, bool entered_it)
{
    return two_person || entered_it;
}
