/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_REGISTER_H
#define LETTERBOX_DESK_REGISTER_H

#include "rules/sought.h"
#include "server/desk/desk.h"

/*
 * What staff search in: the names of the agency's people, children and arrangements. They stand
 * sealed in the database, so a session opens them once and keeps what lists and searches need; at
 * each use the database says which records changed since, and only those are opened again.
 *
 *   kept      names, and the folded words that a search looks through; never a whole record
 *   where     memory that is left out of core dumps and wiped, at most 96 MiB a session
 *   how long  until sign-out, or 10 minutes without use; at most 64 sessions a process, the one
 *             that was not used for longest goes first
 *
 * One request of a session uses it at a time; others of the same session wait. So a handler takes
 * it before its transaction: who waits must not keep a connection to the database from everybody
 * else. Open it early in the transaction, before the audit's row: the audit's chain is held until
 * COMMIT.
 */
struct registers;

MUST_CHECK enum err registers_open(struct registers **ret_registers);
void registers_close(struct registers **registers);
/* At sign-out. NULL is fine. */
void registers_forget(struct registers *registers, const struct session *session);

/* What was kept of a record. In each list's structs the id stands first: register_find. */
struct register_name {
    int64_t id, version;
    struct str name;     /* party: names joined; child: adoptive name; arrangement: reference */
    struct str other;    /* party: how the other side may know them; child: name at birth */
    struct str words;    /* folded, a space before and after each; a byte of register_field before
                            those of each field */
    struct str digits;   /* party: telephone numbers in plain form, a space before and after each */
    struct str relation; /* party: who they are to the child, a word of rules/relation.h */
    int32_t born;        /* child: the day of birth (day.h); REGISTER_UNBORN: not known */
};
#define REGISTER_UNBORN INT32_MIN

/* What of a record a search found it by. */
enum register_field {
    FIELD_NAME = 1,  /* party: names; child: name now */
    FIELD_OTHER,     /* party: how the other side may know them; child: name at birth */
    FIELD_REFERENCE, /* arrangement: the agency's own */
    FIELD_EMAIL,
    FIELD_POSTCODE,
    FIELD_PHONE,
    FIELD_BORN,
    FIELD_CODE, /* our own code of it */
    FIELDS
};

struct register_party {
    int64_t id;
    const struct register_name *name;
    struct str kind, channel, state;
    bool address_confirmed, email_confirmed;
};

struct register_side {
    int64_t arrangement, party;
    struct str side;
    bool takes_part; /* not ended */
};

struct register_arrangement {
    int64_t id, child;
    const struct register_name *name;
    struct str kind, state;
    bool two_person;
    size_t first_side, side_count; /* in sides */
};

/* All of it, as one request sees it: each list by ascending id. */
struct register_view {
    struct request *request;
    struct register_party *parties;
    size_t party_count;
    const struct register_name *children;
    size_t child_count;
    struct register_arrangement *arrangements;
    size_t arrangement_count;
    struct register_side *sides; /* by arrangement */
    size_t side_count;
    struct registers *registers;
    struct register_session *session;
};

/* REGISTER(view); ends with the block. ERR_BUSY when too many sessions use theirs. */
#define REGISTER(name) __attribute__((cleanup(register_done))) struct register_view name = {0}
MUST_CHECK enum err register_take(struct request *request, struct register_view *ret_view);
/* Fills what was taken; again when the transaction is tried again. */
MUST_CHECK enum err register_open(struct request *request, struct store *store,
                                  const struct desk_keyring *keyring, struct register_view *view);
void register_done(struct register_view *view);

/* NULL when there is none. */
const struct register_party *register_party(const struct register_view *view, int64_t id);
const struct register_name *register_child(const struct register_view *view, int64_t id);
const struct register_arrangement *register_arrangement(const struct register_view *view,
                                                        int64_t id);

/* ---- searching ---- */

/* What was typed: words, each of which must begin a word of the record; or a telephone number, a
 * date of birth, a code of ours. */
struct register_query {
    struct str typed; /* trimmed */
    struct str words;
    struct str digits; /* empty unless it looks like a telephone number */
    int64_t id;        /* 0 unless it is a code or reference of ours */
    bool has_days;
    struct sought_days days;
};
void register_query(struct request *request, struct str typed, struct register_query *ret_query);
bool register_finds(const struct register_query *query, const struct register_name *name);

/* By what it was found: a field of a record, each once. */
enum { REGISTER_HITS = 6 };
struct register_match {
    struct {
        enum register_field field;
        const struct register_name *name;
    } hits[REGISTER_HITS];
    size_t count;
};
/* By its reference, its child, or anybody in it: one of them alone, or all together ("ann kayla").
 */
bool register_finds_arrangement(const struct register_view *view,
                                const struct register_query *query,
                                const struct register_arrangement *arrangement,
                                struct register_match *ret_match);

/* ---- words for lists ---- */

/* "the Okafor family" for a family, else the names. */
struct str register_called(struct request *request, const struct register_party *party,
                           struct str side);
/* Everybody of the arrangement but one party (0: all): "Ann Marsh, Tom Marsh and the Okafor
 * family"; of a party only those on other sides. */
struct str register_with(struct request *request, const struct register_view *view,
                         const struct register_arrangement *arrangement, int64_t but);
/* The child's name for staff. */
struct str register_child_name(const struct register_view *view,
                               const struct register_arrangement *arrangement);
/* "April, October". */
struct str register_months(struct request *request, const int64_t *months, size_t count);

/* One row for a party in an arrangement, as the quarantine and scans show it: {party, arrangement,
 * name, side, child, with}. */
json_t *register_sender(struct request *request, const struct register_view *view,
                        const struct register_side *side);

#endif
