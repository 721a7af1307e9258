/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PRESS_PRESS_H
#define LETTERBOX_PRESS_PRESS_H

#include "core/tmpl.h"
#include "crypt/keys.h"
#include "crypt/password.h"
#include "crypt/pgp.h"
#include "crypt/seal.h"
#include "render/font.h"
#include "rules/person.h"
#include "rules/review.h"
#include "sanitise/cleaner.h"
#include "sanitise/virus.h"
#include "sys/spawner.h"
#include "worker/queue/run.h"

struct redactor;

/* Where an agency's mail arrives, as letterbox-post has it. */
struct press_mailbox {
    struct str agency;                /* its short name */
    struct str address, reply_domain; /* either may be empty */
    bool acknowledges;                /* people are told that their mail has arrived */
};
enum { PRESS_MAILBOXES = 6 };

/*
 * What every job of the press works with. The press opens letters at will and has no network; it
 * parses no outside format: documents and mails are taken apart by the cleaner, and what comes back
 * is checked as if it were hostile (lib/sanitise). Each lane has one of its own; what several lanes
 * share in it does not change, or has a lock.
 */
struct press {
    const struct keys *keys;
    const struct spawner *spawner;
    const struct redactor *redactor;
    struct clean_settings cleaning; /* what a document may cost */
    struct tmpl_set *templates;     /* templates/mail */
    struct password_places *places;
    struct str authserv; /* whose Authentication-Results are believed; empty: nobody's */
    struct str origin;   /* "https://portal.example" as people reach the portal */
    struct virus_scanner scanner;
    struct press_mailbox mailboxes[PRESS_MAILBOXES]; /* without an agency: none */
    struct str sender;         /* address of agencies whose mailbox has none; or empty */
    const struct str *texting; /* short names of the agencies that can send text messages */
    size_t texting_count;
    /* of the lane alone */
    struct pgp *pgp;
    struct render_fonts *fonts;
    int64_t scanner_rests_until_us; /* by clock_monotonic_us; see prepare_scan.c */
};

/* ---- sealing ---- */

/* The public keys of the job's agency. ERR_NO_KEY when one is missing. */
MUST_CHECK enum err press_publics(struct job *job, struct seal_publics *ret_publics);

/* Opens a sealed column. The text lives in the job's arena. */
MUST_CHECK enum err press_open(struct job *job, enum seal_purpose purpose, const char *table,
                               int64_t row, int64_t version, struct str sealed,
                               struct str *ret_text);
/* The same for a blob: the content is a buffer that ends with the job. */
MUST_CHECK enum err press_open_blob(struct job *job, enum seal_purpose purpose, const char *table,
                                    int64_t row, int64_t version, struct str sealed,
                                    struct str *ret_content);
/* Seals for these recipients. The sealed bytes end with the job. */
MUST_CHECK enum err press_seal(struct job *job, enum seal_purpose purpose, const char *table,
                               int64_t row, int64_t version, const struct seal_public *recipients,
                               size_t count, struct str content, struct str *ret_sealed);
/* Reads a blob's sealed bytes, which end with the job. */
MUST_CHECK enum err press_blob_read(struct store *store, struct job *job, int64_t blob,
                                    struct str *ret_sealed);

/* An empty buffer for what must not stay in memory; it ends with the job. */
struct buf *press_buf(struct job *job, size_t max_bytes);

/* ---- a letter and the people around it ---- */

struct press_party {
    int64_t id;
    struct str side, channel, language, state;
    struct str alias; /* local part of its own address with us */
    bool is_writer, is_recipient;
    bool wants_large, has_consented; /* large print; to letters by plain e-mail */
    bool office_only;                /* letters are shown to it at the office */
    int64_t address_version, text_version;
    struct person person;
};

/* Something that a letter came as, or a part of what it became. */
struct press_item {
    int number;
    struct str kind; /* text, mail, file; text, page, photo */
    int64_t blob;
    struct str sealed, content; /* as they were read, then opened */
};

struct press_letter {
    int64_t id, arrangement, from_party;
    struct str channel, state;
    int version;
    bool is_infected;   /* a virus was found in it */
    bool is_overridden; /* a manager has it opened although it carries a virus */
    bool is_wrong_side; /* it came from one side of a child to an address of the other */
    struct press_item *originals, *parts;
    size_t original_count, part_count;
    struct press_party *parties; /* everybody in the arrangement, the writer too */
    size_t party_count;
    struct str child_birth_name, child_adoptive_name;
    struct str photo_level;
};

/* Reads the job's letter, locked until the transaction ends, and opens the records around it. */
MUST_CHECK enum err press_letter_read(struct store *store, struct job *job,
                                      struct press_letter *ret_letter);
/* Reads the sealed bytes of originals or parts. */
MUST_CHECK enum err press_items_read(struct store *store, struct job *job, struct press_item *items,
                                     size_t count);
/* Opens them. A file begins with a line that says what its owner called it (docs/records.md). */
MUST_CHECK enum err press_originals_open(struct job *job, const struct press_letter *letter);
MUST_CHECK enum err press_parts_open(struct job *job, const struct press_letter *letter);

/* The review of a version of the letter, as it stands sealed. ERR_NOT_FOUND if there is none. */
struct press_review {
    struct str sealed;
    unsigned char digest[32]; /* that was kept with it */
};
MUST_CHECK enum err press_review_read(struct store *store, struct job *job, int64_t letter,
                                      int version, struct press_review *ret_review);
MUST_CHECK enum err press_review_open(struct job *job, int64_t letter, int version,
                                      const struct press_review *sealed, struct review *ret_review);
/* The screen digest of a review over the parts' own bytes (rules/review.h). */
MUST_CHECK enum err press_screen_digest(struct job *job, const struct review *review,
                                        const struct str *contents, unsigned char ret_digest[32]);

/* The writer; NULL while a letter is not matched. */
const struct press_party *press_writer(const struct press_letter *letter);
const struct press_party *press_party(const struct press_letter *letter, int64_t party);

/* "Ann, Bob and Cleo": as on an envelope. */
struct str press_names(const struct person_list *names, struct arena *arena);

/* First names that may stay: of the parties and of the child, as this recipient knows it. */
const struct str *press_allowed(const struct press_letter *letter,
                                const struct press_party *recipient, struct arena *arena,
                                size_t *ret_count);

/* Within a transaction: from the state and version that this step began from, or ERR_CONFLICT. */
MUST_CHECK enum err press_letter_move(struct store *store, const struct press_letter *letter,
                                      const char *to);
/* Last in a transaction: a row of the audit. about_kind may be NULL. */
MUST_CHECK enum err press_audit(struct store *store, const char *act, const char *kind, int64_t id,
                                const char *about_kind, int64_t about);

#endif
