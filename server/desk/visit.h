/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_VISIT_H
#define LETTERBOX_DESK_VISIT_H

#include "rules/visit.h"
#include "server/desk/arrangement.h"

/* Meetings at the desk: planned, confirmed, recorded. lib/rules/visit.h says what may be. */

enum {
    VISIT_TEXT_BYTES = 4000,
    VISIT_LINE_BYTES = 300,
    VISIT_MARGIN_MINUTES = 30, /* what a new one starts with */
    VISIT_WEEKS_SHOWN = 13,
};

/* Somebody who is asked to come, or was. */
struct visit_member {
    int64_t party, invite;
    bool is_asked;
    struct str attendance;
    int64_t record_version, sheet_version;
    struct str travel, note; /* of its sealed record */
};

struct desk_visit {
    int64_t id, arrangement, supervisor, planned_by;
    enum visit_state state;
    bool has_begun; /* by the database's clock */
    struct utc starts, ends, told_starts, told_ends;
    int64_t margin, record_version, sequence;
    struct utc changed;
    int64_t changed_by;                                 /* 0: a block */
    struct str venue, room, risk, cancelled, aftercare; /* of its sealed record */
    struct visit_member *members;
    size_t member_count;
};

MUST_CHECK enum err visit_read(struct request *request, struct store *store,
                               const struct desk_keyring *keyring, int64_t id,
                               struct desk_visit *ret_visit);
/* What the rules want of it; it borrows. */
struct visit_plan visit_plan_of(struct request *request, const struct desk_visit *visit);
/* Seals its record for this version. */
MUST_CHECK enum err visit_seal(struct request *request, struct store *store,
                               const struct desk_visit *visit, int64_t version,
                               struct str *ret_sealed);
struct store_param visit_instant(struct request *request, struct utc instant);
struct str visit_path(struct request *request, int64_t id);
/* "Saturday 10 April 2027, 2:00pm to 3:30pm". */
struct str visit_when(struct request *request, struct utc starts, struct utc ends);

/* ---- staff ---- */

struct visit_staff {
    int64_t id;
    struct str name;
    bool may_supervise; /* works here, as a checker, coordinator or manager */
};
MUST_CHECK enum err visit_staff_list(struct request *request, struct store *store,
                                     const struct desk_keyring *keyring,
                                     struct visit_staff **ret_staff, size_t *ret_count);
/* Empty when there is none. */
struct str visit_staff_name(const struct visit_staff *staff, size_t count, int64_t id);

/* ---- several ---- */

/* What a list, and the search for clashes, know of a visit. */
struct visit_entry {
    int64_t arrangement;
    enum visit_state state;
    struct visit_slot slot;
};
/* Those that begin in the stretch of time, in order. */
MUST_CHECK enum err visits_between(struct request *request, struct store *store,
                                   const struct desk_keyring *keyring, struct utc from,
                                   struct utc before, struct visit_entry **ret_entries,
                                   size_t *ret_count);
/* Does it take a person's time, and a room? A stopped or cancelled one does not. */
bool visit_takes_time(enum visit_state state);
/* {who, supervisor, room} of what clashes: bits of enum visit_clash; NULL for none. */
json_t *visit_clash_words(unsigned clash);
/* [{name, visits, hours, heavy}] of each who supervises in the week. */
json_t *visits_loads(struct request *request, const struct visit_entry *entries, size_t count,
                     struct day week, const struct visit_staff *staff, size_t staff_count);

/* ---- the plan's form ---- */

struct visit_guest_form {
    int64_t party;
    bool is_asked;
    struct str travel, note;
};
struct visit_form {
    int64_t arrangement, version, margin, supervisor;
    bool has_times;
    struct utc starts, ends;
    struct str start, end; /* as typed, or as stored */
    struct str venue, room, risk;
    struct visit_guest_form *guests;
    size_t guest_count;
};
void visit_form_of(struct request *request, const struct desk_visit *visit,
                   const struct desk_arrangement *arrangement, struct visit_form *ret_form);
void visit_form_new(struct request *request, const struct desk_arrangement *arrangement,
                    struct visit_form *ret_form);
/* What was typed, and what of it is missing or wrong. */
void visit_form_read(struct request *request, const struct desk_arrangement *arrangement,
                     struct visit_form *ret_form);
/* Into the view: form.… and guests. */
void visit_form_put(struct request *request, const struct desk_arrangement *arrangement,
                    const struct visit_form *form);

/* ---- keeping ---- */

struct visit_saving {
    struct request *request;
    const struct visit_form *form;
    const struct desk_visit *stored; /* NULL: a new one */
};
/* A store_work: writes everything and the audit's row; then /visits/ID. */
MUST_CHECK enum err visit_save(struct store *store, void *saving);
/* Notes why it may not be confirmed, at the field that mends it. */
void visit_not_confirmed(struct request *request, enum visit_refusal refusal);
/* Notes the problem of what the database refused; other errors are handed on. */
MUST_CHECK enum err visit_refused(struct request *request, enum err code);

/* ---- the page ---- */

/* Fills the view of desk/visit; visit NULL: a new one; form NULL: as it is stored. The names were
 * taken before. */
MUST_CHECK enum err visit_page_view(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring,
                                    const struct desk_visit *visit,
                                    const struct desk_arrangement *arrangement,
                                    const struct visit_form *form, struct register_view *names);
/* Answers with the page of a visit, in a transaction of its own. */
MUST_CHECK enum err visit_page(struct request *request, int64_t id, int status);

#endif
