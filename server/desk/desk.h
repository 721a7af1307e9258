/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_DESK_H
#define LETTERBOX_DESK_DESK_H

#include <pthread.h>

#include "core/conf.h"
#include "core/limits.h"
#include "crypt/keys.h"
#include "crypt/password.h"
#include "crypt/seal.h"
#include "render/font.h"
#include "rules/person.h"
#include "rules/review.h"
#include "sanitise/virus.h"
#include "server/http/request.h"

/*
 * What the desk's handlers share. The desk holds public keys, its host secret, look-up keys and the
 * key of screen digests; the desk secret opens only inside the request of a signed-in member of
 * staff: the session's cookie opens the member's own key, and that opens the grant.
 */
struct desk {
    const struct conf *conf;
    const struct keys *keys;
    const struct secret *host;
    struct password_places *places;
    struct db_pool *db;
    struct registers *registers; /* server/desk/register.h */
    struct render_fonts *fonts;  /* of reports on paper: one at a time draws */
    pthread_mutex_t *fonts_lock;
    struct virus_scanner scanner; /* only to tell whether it answers */
};

/* The handlers of routes.def, each in the file of its name. */
#define ROUTE ROUTE_PROTOTYPE
#include "server/desk/routes.def"
#undef ROUTE

/* ---- the desk's secret ---- */

/* The signed-in member's own pair; declare it with SEAL_PAIR. */
MUST_CHECK enum err desk_own_pair(struct request *request, struct seal_pair *ret_pair);
/*
 * The desk's pairs that the member was granted, the present one and older ones. They live in the
 * request's (secret) arena. ERR_FORBIDDEN for a member without a grant.
 */
struct desk_keyring {
    struct seal_pair *pairs;
    size_t count;
};
MUST_CHECK enum err desk_keyring(struct request *request, struct store *store,
                                 struct desk_keyring *ret_keyring);
/* The agency's public keys. */
MUST_CHECK enum err desk_publics(struct request *request, struct store *store,
                                 struct seal_publics *ret_publics);

/* Opens a sealed column; the text lives in the request's arena. */
MUST_CHECK enum err desk_open(struct request *request, const struct desk_keyring *keyring,
                              enum seal_purpose purpose, const char *table, int64_t row,
                              int64_t version, struct str sealed, struct str *ret_text);
/* Opens a blob into a secret buffer. */
MUST_CHECK enum err desk_open_blob(struct request *request, struct store *store,
                                   const struct desk_keyring *keyring, enum seal_purpose purpose,
                                   const char *table, int64_t row, int64_t version, int64_t blob,
                                   struct buf *ret_content);
MUST_CHECK enum err desk_seal(struct request *request, enum seal_purpose purpose, const char *table,
                              int64_t row, int64_t version, const struct seal_public *to,
                              size_t count, struct str content, struct str *ret_sealed);
/* To the desk of the binding's agency, perhaps another: it alone opens it. */
MUST_CHECK enum err desk_seal_to(struct request *request, struct store *store,
                                 const struct seal_binding *binding, struct str content,
                                 struct str *ret_sealed);

/* ---- audit ---- */

/* Before anything is shown: what the member does, with what, about whom. Ids may be 0. */
MUST_CHECK enum err desk_audit(struct store *store, const char *act, const char *object_kind,
                               int64_t object, const char *about_kind, int64_t about);
/* A reason or the like for the audit's row about this object, sealed to the desk: {"key":"text"}.
 */
MUST_CHECK enum err desk_audit_seal(struct request *request, struct store *store, int64_t object,
                                    const char *key, struct str text, struct str *ret_sealed);
/* The same with a reason or the like, sealed to the desk: {"key":"text"}. An empty text is none. */
MUST_CHECK enum err desk_audit_why(struct request *request, struct store *store, const char *act,
                                   const char *object_kind, int64_t object, const char *about_kind,
                                   int64_t about, const char *key, struct str text);

/* ---- people ---- */

struct desk_party {
    int64_t id;
    struct str kind, side, channel, state, language;
    struct str
        reads; /* usual, large (print), easy (words, in large print); not of desk_party_row */
    bool plain_consent, address_confirmed, email_confirmed;
    bool text_consent, ask_first; /* of party_find in party.h alone */
    bool has_details_changed;     /* of the same: the next letter is read by two */
    int64_t record_version, address_version;
    struct str alias_token;
    struct utc changed; /* of desk_party_find */
    int64_t changed_by; /* 0: not known */
    struct person person;
};
MUST_CHECK enum err desk_party_find(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring, int64_t id,
                                    struct desk_party *ret_party);
/* From a row with the columns of arrangement_party_list or letter_recipients. */
MUST_CHECK enum err desk_party_row(struct request *request, const struct desk_keyring *keyring,
                                   const struct store_rows *rows, size_t row,
                                   struct desk_party *ret_party);
/* What staff call the party in lists: its names joined. */
struct str desk_party_name(struct request *request, const struct desk_party *party);
/* What stands in the way of letters to somebody; NULL: nothing. */
const char *desk_party_trouble(struct str state, struct str channel, bool address_confirmed,
                               bool email_confirmed);
/* "the Okafor family" for a family, by the side on which it stands; else the name itself. */
struct str desk_called(struct request *request, struct str name, struct str side);

struct desk_child {
    int64_t id, record_version;
    struct str birth_name, adoptive_name, dob;
    struct str order_date, removal_date; /* empty: not known */
};
MUST_CHECK enum err desk_child_find(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring, int64_t id,
                                    struct desk_child *ret_child);
/* The name of a member of staff. */
MUST_CHECK enum err desk_staff_name(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring, int64_t id,
                                    struct str *ret_name);

/* ---- views ---- */

/* "Ann, Tom and Jo"; of none nothing. */
struct str desk_joined(struct request *request, const struct str *words, size_t count);
/* With its first letter large, where that is one of ours ("the Okafor family"). */
struct str desk_sentence(struct request *request, struct str words);
void desk_put_day(json_t *object, const char *key, struct day day);
void desk_put_instant(json_t *object, const char *key, struct utc instant, bool with_time);
void desk_put_number(json_t *object, const char *key, int64_t number);
void desk_put_list(json_t *view, const char *key, json_t *list);
/* {"code":"x","x":true} for a word of ours. */
json_t *desk_tagged(struct request *request, struct str code);
/* form.FIELD.value, .is.CODE and .on of a form that shows what is stored. */
void desk_put_value(struct request *request, const char *field, struct str value);
void desk_put_is(struct request *request, const char *field, struct str code);
void desk_put_on(struct request *request, const char *field, bool on);
/* form.day, .month and .year (with a prefix: "dob_") of a date. */
void desk_put_date(struct request *request, const char *prefix, struct day day);
/* A tick box of a list, by id: what was ticked, on a form that is shown again after a mistake. */
bool desk_ticked(const struct request *request, const char *field, int64_t id, bool otherwise);
/* What was typed in such fields; notes a problem at the first one. False without a whole date. */
bool desk_date(struct request *request, const char *prefix, struct day *ret_day);
bool desk_date_typed(const struct request *request, const char *prefix);
/* {list: [{code, label, out}]}: what a mark can take out. */
json_t *desk_categories(void);
/* Empty for a word that is none of them. */
struct str desk_category_label(struct str word);
/* "3 March 2026 by Joan Barker" under the key "updated". */
MUST_CHECK enum err desk_put_changed(struct request *request, struct store *store,
                                     const struct desk_keyring *keyring, struct utc instant,
                                     int64_t staff, json_t *object);
/* In a list each row may have a form of its own: what was typed in the field of the row that the
 * path names, and its mistake (noted with desk_row_problem), as FIELD.value and .error of the row.
 */
void desk_row_problem(struct request *request, const char *field, const char *code);
void desk_put_row_field(struct request *request, const char *field, int64_t id, json_t *row);
/* Newer and older pages of a list, with the query that stays ("state=held", or ""). */
void desk_put_pages(struct request *request, const char *query, int64_t page, bool more);
/* ?page, from 1; false when it is no page. */
bool desk_page(const struct request *request, int64_t *ret_page);

#endif
