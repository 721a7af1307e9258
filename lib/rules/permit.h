/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_PERMIT_H
#define LETTERBOX_RULES_PERMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"
#include "rules/keep.h"
#include "rules/state.h"

/*
 * May this letter go from this party to that one, by this channel, with these pictures; and may
 * this person decide so? Every refusal has a code and words (permit.def). The database asks the
 * same questions again in the transaction (release_refusal, dispatch_refusal); tests compare the
 * two.
 *
 * The first reason in the order of permit_release is the answer.
 */

enum refused {
    PERMITTED = 0,
#define REFUSED(code, word, why, cure) REFUSED_##code,
#include "rules/permit.def"
#undef REFUSED
    REFUSED_COUNT
};

/* "arrangement_paused"; a sentence; what staff can do. Not of PERMITTED. */
const char *refused_code(enum refused refusal);
const char *refused_why(enum refused refusal);
const char *refused_cure(enum refused refusal);
bool refused_get(struct str code, enum refused *ret_refused);

enum side { SIDE_ADOPTIVE, SIDE_BIRTH, SIDE_SIBLING, SIDE_OTHER, SIDE_COUNT };
enum party_state {
    PARTY_ACTIVE,
    PARTY_PAUSED,
    PARTY_MOVED,
    PARTY_DEAD,
    PARTY_ENDED,
    PARTY_STATE_COUNT
};
enum member_state {
    MEMBER_ACTIVE,
    MEMBER_PAUSED,
    MEMBER_NOT_READY,
    MEMBER_ENDED,
    MEMBER_STATE_COUNT
};
enum arrangement_state {
    ARRANGEMENT_ACTIVE,
    ARRANGEMENT_PAUSED,
    ARRANGEMENT_SUSPENDED,
    ARRANGEMENT_HELD,
    ARRANGEMENT_PROHIBITED,
    ARRANGEMENT_INACTIVE,
    ARRANGEMENT_ENDED,
    ARRANGEMENT_MOVED, /* another agency has it */
    ARRANGEMENT_STATE_COUNT
};
/* What an agreement allows, or what a release's pictures need. */
enum photo_level { PHOTO_NONE, PHOTO_NO_FACE, PHOTO_FACE, PHOTO_VIEW_ONLY, PHOTO_LEVEL_COUNT };
enum channel {
    CHANNEL_PORTAL,
    CHANNEL_LINK,
    CHANNEL_PGP,
    CHANNEL_EMAIL,
    CHANNEL_POST,
    CHANNEL_COUNT
};

/* The words in the database ("no_face"). */
const char *side_word(enum side side);
const char *party_state_word(enum party_state state);
const char *member_state_word(enum member_state state);
const char *arrangement_state_word(enum arrangement_state state);
const char *photo_level_word(enum photo_level level);
const char *channel_word(enum channel channel);
bool side_get(struct str word, enum side *ret_side);
bool party_state_get(struct str word, enum party_state *ret_state);
bool member_state_get(struct str word, enum member_state *ret_state);
bool arrangement_state_get(struct str word, enum arrangement_state *ret_state);
bool photo_level_get(struct str word, enum photo_level *ret_level);
bool channel_get(struct str word, enum channel *ret_channel);

/* A party as it stands in one arrangement. */
struct permit_party {
    bool known; /* is part of the arrangement at all */
    enum side side;
    enum party_state state;
    enum member_state member;
    bool may_write, may_receive;
};

struct permit_release {
    bool frozen; /* the agency is closed or frozen */
    bool note;   /* a returned letter, to its own sender */
    bool to_sender;
    enum arrangement_state arrangement;
    enum child_end child; /* keep_child */
    struct permit_party sender, recipient;
    bool sender_died_since; /* the death became known after the last approval */
    enum photo_level allowed, needed;
};

enum refused permit_release(const struct permit_release *facts);

/* Does what is allowed take in what is needed? face takes in all but nothing takes in more. */
bool permit_photo(enum photo_level allowed, enum photo_level needed);

struct permit_dispatch {
    struct permit_release release;
    bool withdrawn;
    bool details_changed; /* since two people approved it: details_changed_at of the party */
    bool office_only;     /* it is printed and shown at the office: no address is needed */
    int address_version_made, address_version_now;
    enum channel channel;
    bool address_confirmed, email_confirmed;
    bool plain_allowed, plain_consent; /* the agency's policy; the person's */
};

/* Asked again at each attempt. */
enum refused permit_dispatch(const struct permit_dispatch *facts);

enum permit_act { PERMIT_APPROVE, PERMIT_SECOND, PERMIT_RETURN, PERMIT_HOLD, PERMIT_ESCALATE };

struct permit_decision {
    enum permit_act act;
    enum rule_actor role;
    bool entered_it;  /* this person entered the letter */
    bool approved_it; /* this person gave the first approval (PERMIT_SECOND) */
    bool same_screen; /* the digest is the first approval's (PERMIT_SECOND) */
};

enum refused permit_decision(const struct permit_decision *facts);

/*
 * Is one approval enough for the letter to go on, or does it wait for a second person? Two where
 * the arrangement asks for two, where the approver entered the letter, and for the first letter
 * after somebody of the arrangement is reached another way than before.
 */
bool permit_needs_second(bool two_person, bool entered_it);

#endif
