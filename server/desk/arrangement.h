/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_ARRANGEMENT_H
#define LETTERBOX_DESK_ARRANGEMENT_H

#include "server/desk/register.h"

/* An arrangement on its page: a child, who may write to whom, and on what terms. */

enum { ARRANGEMENT_RELATIVES = 30, ARRANGEMENT_TEXT_BYTES = 4000 };

/* One party of an arrangement, as it stands in the database. */
struct arrangement_member {
    struct desk_party party;
    struct str side, state;
    bool may_write, may_receive;
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
};

MUST_CHECK enum err arrangement_read(struct request *request, struct store *store,
                                     const struct desk_keyring *keyring, int64_t id,
                                     struct desk_arrangement *ret_arrangement);

struct arrangement_form {
    int64_t version, child, child_version;
    struct str reference, kind, birth_name, adoptive_name, first_writer, photos, risk, court_order;
    struct str signs_as, enclosures, note;
    bool has_dob;
    struct day dob;
    int64_t adoptive; /* 0: nobody chosen */
    int64_t relatives[ARRANGEMENT_RELATIVES];
    size_t relative_count;
    int64_t months[12];
    size_t month_count;
    bool two_person;
};

void arrangement_form_of(const struct desk_arrangement *arrangement,
                         struct arrangement_form *ret_form);
/* What was typed, without a look at whether it makes sense. */
void arrangement_form_read(struct request *request, struct arrangement_form *ret_form);
/* Notes what is missing or wrong. */
void arrangement_form_check(struct request *request, struct arrangement_form *form, bool is_new);

/* What the page offers besides the form: people and children that a search found, and the one whom
 * the database would not have. */
struct arrangement_offer {
    const struct register_query *query; /* NULL: nothing was looked for */
    int64_t clash;
};
/* Fills the view of desk/arrangement; arrangement NULL: a new one. The names were taken before. */
MUST_CHECK enum err arrangement_page_view(struct request *request, struct store *store,
                                          const struct desk_keyring *keyring,
                                          const struct desk_arrangement *arrangement,
                                          const struct arrangement_form *form,
                                          const struct arrangement_offer *offer,
                                          struct register_view *names);

/* ---- keeping ---- */

struct arrangement_saving {
    struct request *request;
    const struct arrangement_form *form;
    const struct desk_arrangement *stored; /* NULL: a new one */
    int64_t id;
    int64_t clash; /* the party with whom it failed */
    bool is_fixed; /* the party stands on the other side already */
};
/* A store_work: writes everything and the audit's row; then /arrangements/ID. */
MUST_CHECK enum err arrangement_save(struct store *store, void *saving);
/* Notes the problem of a failed arrangement_save; other errors are handed on. */
MUST_CHECK enum err arrangement_save_failed(struct arrangement_saving *saving, enum err code);
/* Seals its record anew, for this version. */
MUST_CHECK enum err arrangement_seal(struct request *request, struct store *store, int64_t id,
                                     int64_t version, const struct desk_arrangement *facts,
                                     struct str *ret_sealed);

struct str arrangement_path(struct request *request, int64_t id);
/* Answers with the page of an arrangement, in a transaction of its own. */
MUST_CHECK enum err arrangement_page(struct request *request, int64_t id, int status);

/* ---- lists ---- */

enum { ARRANGEMENTS_ON_PAGE = 50, ARRANGEMENTS_FOUND = 100 };
/* Those in a state (empty: any) that the query finds (NULL: all), by the child's name. */
size_t arrangements_find(struct request *request, const struct register_view *view,
                         struct str state, const struct register_query *query,
                         const struct register_arrangement ***ret_found);
/* Fills `found` of desk/arrangements. */
void arrangements_view(struct request *request, const struct register_view *view,
                       const struct register_arrangement *const *arrangements, size_t count);

#endif
