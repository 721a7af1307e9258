/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PORTAL_PORTAL_H
#define LETTERBOX_PORTAL_PORTAL_H

#include "core/conf.h"
#include "core/tmpl.h"
#include "crypt/keys.h"
#include "crypt/password.h"
#include "crypt/seal.h"
#include "server/http/request.h"

/*
 * What the portal's handlers share. The portal holds public keys, its host secret and the look-up
 * keys of sign-in; a person's own key only inside that person's request.
 */
struct portal {
    const struct conf *conf;
    const struct keys *keys;
    const struct secret *host;
    struct password_places *places;
    const struct tmpl_set *mails;
    struct db_pool *db;
};

/* The handlers of routes.def, each in the file of its name. */
#define ROUTE ROUTE_PROTOTYPE
#include "core/limits.h"
#include "server/portal/routes.def"
#undef ROUTE

/* ---- agencies ---- */

/* The press's, the desk's and the post's. */
MUST_CHECK enum err portal_publics(struct request *request, int64_t agency,
                                   struct seal_publics *ret_publics);

/* ---- the signed-in person's own key ---- */

/* Opened with the cookie. Declare the pair with SEAL_PAIR. */
MUST_CHECK enum err portal_pair(struct request *request, struct seal_pair *ret_pair);
/* Opens what was sealed to it. The text lives in the request's arena. */
MUST_CHECK enum err portal_open(struct request *request, const struct seal_pair *pair,
                                enum seal_purpose purpose, const char *table, int64_t row,
                                int64_t version, struct str sealed, struct str *ret_text);
MUST_CHECK enum err portal_seal(struct request *request, const struct seal_public *to,
                                enum seal_purpose purpose, const char *table, int64_t row,
                                int64_t version, struct str content, struct str *ret_sealed);

/* ---- signing in ---- */

/* An e-mail address in the form by which it is looked up; ERR_BAD_INPUT when it is none. */
MUST_CHECK enum err portal_email(struct request *request, struct str typed, struct str *ret_email);
/* Its look-up value in an agency. */
MUST_CHECK enum err portal_lookup(const struct request *request, int64_t agency, struct str email,
                                  unsigned char ret_value[32]);
/* The finished mail with a sign-in code, sealed to the post as message `message`. */
MUST_CHECK enum err portal_code_mail(struct request *request, int64_t agency, int64_t message,
                                     const char *code, struct str *ret_sealed);
enum { PORTAL_CODE_MINUTES = 10 };
/* The same for the mail that says what of the signed-in account was changed: "password", "second".
 */
MUST_CHECK enum err portal_changed_mail(struct request *request, int64_t message, const char *what,
                                        struct str *ret_sealed);
/* Notes the problem of a new password that is too short or too long. */
bool portal_password_fits(struct request *request, struct str password);

/* ---- whom the person may write to ---- */

/*
 * An arrangement's id is the same for both sides, who could compare it: it is never shown. What a
 * person sees in its stead is the id of the person's own place in it.
 */
struct portal_arrangement {
    int64_t unseen;
};
/* Of a row with arrangement_id. */
struct portal_arrangement portal_arrangement(const struct store_rows *rows, size_t row);

struct portal_contact {
    int64_t id, place; /* the person's own ids for them and for the arrangement */
    struct portal_arrangement arrangement;
    struct str label; /* "Ann (grandmother)" */
};
struct portal_contacts {
    struct portal_contact *at;
    size_t count;
    struct str own; /* what the agency calls the signed-in person: "Priya and Sam" */
};
MUST_CHECK enum err portal_contacts(struct request *request, struct store *store,
                                    const struct seal_pair *pair,
                                    struct portal_contacts *ret_contacts);
/* The same from rows of contact_self. */
MUST_CHECK enum err portal_contacts_read(struct request *request, const struct seal_pair *pair,
                                         const struct store_rows *rows,
                                         struct portal_contacts *ret_contacts);
/* The person's own ids for some of an arrangement's people; they live where they were taken from.
 */
struct portal_people {
    const int64_t *at;
    size_t count;
};
/* Of a row with contacts. */
struct portal_people portal_people(const struct store_rows *rows, size_t row);
/* "Ann (grandmother), Tom and Dee": everybody of an arrangement. */
struct str portal_who(struct request *request, const struct portal_contacts *contacts,
                      struct portal_arrangement arrangement);
/* Those of them; everybody where they are none. */
struct str portal_those(struct request *request, const struct portal_contacts *contacts,
                        struct portal_arrangement arrangement, struct portal_people people);
/* The person's own id for it; 0 where there is nobody to write to. */
int64_t portal_place(const struct portal_contacts *contacts, struct portal_arrangement arrangement);

/* ---- views ---- */

/* "3 March 2026", and "3 March 2026 at 8:15pm", in the time of the United Kingdom. */
void portal_put_day(json_t *object, const char *key, struct day day);
void portal_put_instant(json_t *object, const char *key, struct utc instant, bool with_time);
/* {"list":[…]} under the key, unless the list is empty (its reference is taken). */
void portal_put_list(json_t *view, const char *key, json_t *list);
/* {"code":"x","x":true}; the code is a word of ours. */
json_t *portal_tagged(const char *code);

/* ---- lists on several pages ---- */

/* Letters that the person sent (rows of letter_sent_self), as in the view of portal/home. */
json_t *portal_sent(struct request *request, const struct portal_contacts *contacts,
                    const struct store_rows *rows);
/* Releases that wait for the person or were read (rows of release_list_self). */
json_t *portal_received(struct request *request, const struct portal_contacts *contacts,
                        const struct store_rows *rows);

/* ---- writing ---- */

/* A draft as it stands sealed to its writer. */
struct portal_draft {
    /* made with the page, which saves and sends under it: however often, it is one draft */
    int64_t id;
    struct portal_arrangement arrangement; /* 0: not chosen yet */
    int64_t to[64];                        /* whom it is for; nobody: not chosen yet */
    size_t to_count;
    struct str text;
    int version;
    struct utc changed;
};
MUST_CHECK enum err portal_draft_find(struct request *request, struct store *store,
                                      const struct seal_pair *pair, int64_t id,
                                      struct portal_draft *ret_draft);
/* The same from a row of draft_find or draft_list. */
MUST_CHECK enum err portal_draft_open(struct request *request, const struct seal_pair *pair,
                                      const struct store_rows *rows, size_t row,
                                      struct portal_draft *ret_draft);
/* Those whom it is for; empty while nobody is chosen. */
struct str portal_draft_who(struct request *request, const struct portal_contacts *contacts,
                            const struct portal_draft *draft);
/* Its first words. */
struct str portal_draft_start(struct request *request, const struct portal_draft *draft);
/* What the form holds; notes its problems. Somebody's only contact is chosen without being asked.
 */
MUST_CHECK enum err portal_draft_form(struct request *request,
                                      const struct portal_contacts *contacts,
                                      struct portal_draft *ret_draft);
/*
 * Were files chosen in a form that goes without them? A browser sends their names in their place. A
 * draft keeps none.
 */
bool portal_draft_lost_files(struct request *request);
/* Chooses everybody of its arrangement. */
MUST_CHECK enum err portal_draft_everybody(const struct portal_contacts *contacts,
                                           struct portal_draft *draft);
/* Notes the problem of a letter that is for nobody yet. */
void portal_draft_check(struct request *request, const struct portal_draft *draft);
/* Adds it, or changes what was saved under its id. */
MUST_CHECK enum err portal_draft_save(struct request *request, struct store *store,
                                      const struct seal_pair *pair, struct portal_draft *draft);
/* Sets may_write of the view: is any arrangement (rows of contact_self) open to writing? */
void portal_may_write(struct request *request, const struct store_rows *rows);
/* Fills the view of portal/letter_write. */
void portal_draft_view(struct request *request, const struct portal_contacts *contacts,
                       const struct portal_draft *draft);

/* ---- reading a release ---- */

struct portal_release {
    int64_t id;
    const struct seal_pair *pair;
    const char *path; /* below which its pages stand: "/letters/4m8k…", "/open" */
};
/* Fills letter, note, removed, date and reference of the view, and for who reads by a link the day
 * until which it opens; refused when it may not be read. */
MUST_CHECK enum err portal_release_view(struct request *request,
                                        const struct portal_release *release);
/* The n-th image. */
MUST_CHECK enum err portal_release_page(struct request *request,
                                        const struct portal_release *release, int64_t number);
MUST_CHECK enum err portal_release_pdf(struct request *request,
                                       const struct portal_release *release);
/* The key pair of a link's reader. */
MUST_CHECK enum err portal_link_pair(struct request *request, struct seal_pair *ret_pair);

#endif
