/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_ARRANGEMENT_H
#define LETTERBOX_DESK_ARRANGEMENT_H

#include "server/desk/child.h"
#include "server/desk/register.h"
#include "server/desk/terms.h"

/*
 * An arrangement: a child, who may write to whom, and on what terms. Its pages stand side by side
 * under one head with tabs; each has its handler and its template (desk/arrangement_TAB).
 *
 *   arrangement.c         read and sealed; how its people are called
 *   arrangement_form.c    what was typed
 *   arrangement_choose.c  people and children to choose from
 *   arrangement_save.c    kept
 *   arrangement_page.c    the head, and how each page is answered
 *   arrangements.c        lists of arrangements
 */

enum { ARRANGEMENT_RELATIVES = 30, ARRANGEMENT_HOMES = 4, ARRANGEMENT_TEXT_BYTES = 4000 };

/* One party of an arrangement, as it stands in the database. */
struct arrangement_member {
    struct desk_party party;
    struct str side, state, party_state; /* in this arrangement; their own */
    bool may_write, may_receive;
    bool office_only; /* letters are shown to it at the office */
};

struct desk_arrangement {
    int64_t id;
    struct str kind, state, photo_level;
    bool two_person;
    int64_t record_version;
    bool has_review;
    struct day review_on;
    struct utc changed;
    int64_t changed_by;
    struct str reference, risk, court_order, pause, note; /* of its sealed record */
    struct desk_child child;
    struct arrangement_member *members;
    size_t member_count;
    int64_t agreement_version; /* 0: none yet */
    const int64_t *months;
    size_t month_count;
    const int64_t *avoid_months;
    size_t avoid_count;
    struct str first_writer, signs_as, enclosures;
    struct terms terms;
};

MUST_CHECK enum err arrangement_read(struct request *request, struct store *store,
                                     const struct desk_keyring *keyring, int64_t id,
                                     struct desk_arrangement *ret_arrangement);
/* NULL: the party never took part. */
const struct arrangement_member *arrangement_member(const struct desk_arrangement *arrangement,
                                                    int64_t party);
/* "Ann Marsh", or "the Okafor family" for a family; empty for who never took part. */
struct str arrangement_called(struct request *request, const struct desk_arrangement *arrangement,
                              int64_t party);
/* Everybody who takes part: "Ann Marsh, Tom Marsh and the Okafor family". */
struct str arrangement_with(struct request *request, const struct desk_arrangement *arrangement);

/* ---- the form: of a new one all of it, of the people's and the terms' pages a part each ---- */

struct arrangement_form {
    int64_t version, child; /* child 0: a new one, in new_child */
    struct child_form new_child;
    struct str reference, kind, first_writer, photos, risk, court_order;
    struct str signs_as, enclosures, note;
    int64_t adoptive; /* 0: nobody chosen */
    /* Of parents who live apart, each a household of its own; the first of them is adoptive too. */
    struct arrangement_home {
        int64_t party;
        bool writes, gets;
    } homes[ARRANGEMENT_HOMES];
    size_t home_count;
    bool has_ways; /* the form says which of them writes and gets letters */
    int64_t relatives[ARRANGEMENT_RELATIVES];
    size_t relative_count;
    int64_t months[12];
    size_t month_count;
    bool two_person;
    struct terms terms;
};

bool arrangement_has_home(const struct arrangement_form *form, int64_t party);
void arrangement_form_of(const struct desk_arrangement *arrangement,
                         struct arrangement_form *ret_form);
/* A new one's: the known child, or the new one's record with its mistakes noted; then the rest. */
void arrangement_form_read_new(struct request *request, struct arrangement_form *ret_form);
/* What was typed, over what the form holds; nothing is looked at whether it makes sense. */
void arrangement_form_read_people(struct request *request, struct arrangement_form *form);
void arrangement_form_read_terms(struct request *request, struct arrangement_form *form);
/* Notes what is missing or wrong. */
void arrangement_form_check_people(struct request *request, const struct arrangement_form *form);
void arrangement_form_check_terms(struct request *request, struct arrangement_form *form);
/* The months as a rule; without months, nothing is expected. */
struct recur arrangement_rule(const struct arrangement_form *form);
void arrangement_form_put_terms(struct request *request, const struct arrangement_form *form);

/* What a page offers to choose from: people and children that a search found, and the one whom the
 * database would not have. */
struct arrangement_offer {
    const struct register_query *query; /* NULL: nothing was looked for */
    int64_t clash;
};
/* Fills people of the view: those chosen, then those found. */
void arrangement_put_people(struct request *request, const struct register_view *view,
                            const struct arrangement_form *form,
                            const struct arrangement_offer *offer);
/* Fills the view of desk/arrangement_new; opens the register that was taken. */
MUST_CHECK enum err arrangement_put_new(struct request *request, struct store *store,
                                        const struct desk_keyring *keyring,
                                        const struct arrangement_form *form,
                                        const struct arrangement_offer *offer,
                                        struct register_view *view);

/* ---- keeping ---- */

struct arrangement_saving {
    struct request *request;
    const struct arrangement_form *form;
    const struct desk_arrangement *stored; /* NULL: a new one */
    int64_t id;
    int64_t clash; /* the party with whom it failed */
    bool is_fixed; /* the party stands on the other side already */
    bool no_month; /* every month is one to avoid */
};
/* Store_works: each writes everything and the audit's row, and notes where it leads. */
MUST_CHECK enum err arrangement_save_new(struct store *store, void *saving);
MUST_CHECK enum err arrangement_save_people(struct store *store, void *saving);
MUST_CHECK enum err arrangement_save_terms(struct store *store, void *saving);
/* After a change of a child's dates: where terms avoid their months, a version of its own avoids
 * those of now, and what is to come moves. */
struct arrangement_following {
    struct request *request;
    size_t moved; /* arrangements */
    bool is_left; /* something of it has to be looked at by staff: new terms begin later */
};
MUST_CHECK enum err arrangement_follow_child(struct store *store, int64_t child,
                                             struct arrangement_following *following);
/* Notes the problem of one that failed; other errors are handed on. */
MUST_CHECK enum err arrangement_save_failed(struct arrangement_saving *saving, enum err code);
/* Seals its record anew, for this version. */
MUST_CHECK enum err arrangement_seal(struct request *request, struct store *store, int64_t id,
                                     int64_t version, const struct desk_arrangement *facts,
                                     struct str *ret_sealed);

/* ---- its pages ---- */

/* "/arrangements/ID" or "/arrangements/ID/TAB". */
struct str arrangement_path(struct request *request, int64_t id, const char *tab);

struct arrangement_page {
    struct request *request;
    int64_t id;
    const char *tab; /* "" for the overview; else people, terms, occasions … */
    /* Fills what this page has besides its head, inside the transaction; context is its own. */
    enum err (*fill)(struct store *store, struct arrangement_page *page);
    void *context;
    struct desk_keyring keyring;
    struct desk_arrangement arrangement;
};
/* Reads the arrangement, fills head and page in a transaction of its own with the audit's row, and
 * answers with desk/arrangement or desk/arrangement_TAB. */
MUST_CHECK enum err arrangement_page(struct arrangement_page *page, int status);
/* Rows of an arrangement's occasions, for its list: {id, who, by, state, letter}. */
void arrangement_put_occasion(struct arrangement_page *page, const struct store_rows *rows,
                              size_t row, json_t *list);
/* A handler's stored arrangement, read in a transaction of its own before a form is looked at. */
MUST_CHECK enum err arrangement_stored(struct request *request, int64_t id,
                                       struct desk_arrangement *ret_arrangement);

/* Pages that are shown again after a mistake: the form as it was typed, NULL: as it is stored. */
MUST_CHECK enum err arrangement_people_page(struct request *request,
                                            const struct arrangement_form *typed,
                                            const struct arrangement_offer *offer, int status);
MUST_CHECK enum err arrangement_terms_page(struct request *request,
                                           const struct arrangement_form *typed, int status);
/* A version of the terms, as it was. */
struct terms_version {
    int64_t number;
    struct terms terms;
    const int64_t *months, *avoid;
    size_t month_count, avoid_count;
    struct str first_writer, signs_as, enclosures;
    struct str photos; /* a level; empty: the version does not say */
    struct utc made;
    int64_t made_by;
};
/* All, the newest first. */
MUST_CHECK enum err terms_versions(struct store *store, const struct arrangement_page *page,
                                   struct terms_version **ret_versions, size_t *ret_count);
/* Fills versions of the view. */
MUST_CHECK enum err terms_put_versions(struct store *store, struct arrangement_page *page);
MUST_CHECK enum err arrangement_state_page(struct request *request, int status);

/* ---- lists ---- */

enum { ARRANGEMENTS_ON_PAGE = 50 };

struct arrangements_filter {
    struct str state, kind, channel; /* empty: any; a channel: of anybody who takes part */
};
/* From a query or a form; false with a word that is none of them. */
bool arrangements_filter_get(const struct form *form, struct arrangements_filter *ret_filter);
/* "state=paused&kind=direct", for addresses. */
struct str arrangements_filter_query(struct request *request,
                                     const struct arrangements_filter *filter);
void arrangements_put_filter(struct request *request, const struct arrangements_filter *filter);

struct arrangement_found {
    const struct register_arrangement *arrangement;
    struct str by; /* what they are in order of: the child's folded name */
    struct register_match match;
};
/* Those that pass the filter and that the query finds (NULL: all), by the child's name. */
size_t arrangements_find(struct request *request, const struct register_view *view,
                         const struct arrangements_filter *filter,
                         const struct register_query *query, struct arrangement_found **ret_found);
/* Fills `found` of desk/arrangements. */
MUST_CHECK enum err arrangements_view(struct request *request, struct store *store,
                                      const struct register_view *view,
                                      const struct arrangement_found *found, size_t count);

/* One page of a list, answered as desk/arrangements; the query NULL: all. */
MUST_CHECK enum err arrangements_page(struct request *request,
                                      const struct arrangements_filter *filter,
                                      const struct str *typed, int64_t page);

#endif
