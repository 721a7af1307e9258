/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PRESS_PRESS_H
#define LETTERBOX_PRESS_PRESS_H

#include "crypt/keys.h"
#include "crypt/seal.h"
#include "redact/redact.h"
#include "rules/person.h"
#include "sys/spawner.h"
#include "worker/queue/run.h"

/*
 * What every job of the press works with. The press opens letters at will and has no network; it
 * parses no outside format: documents and mails are taken apart by the cleaner, and what comes back
 * is checked as if it were hostile (lib/sanitise).
 */
struct press {
    const struct keys *keys;
    const struct spawner *spawner;
    const struct redactor *redactor;
    const char *gnupg_home;
};

/* An agency's public keys as the database has them. */
struct press_publics {
    struct seal_public press, desk, post;
};

/* Of the job's agency. ERR_NO_KEY when one is missing. */
MUST_CHECK enum err press_publics(struct job *job, struct press_publics *ret_publics);
/* The press's own key pairs of the job's agency, the youngest first. */
MUST_CHECK enum err press_pairs(struct job *job, const struct seal_pair **ret_pairs,
                                size_t *ret_count);

/* Opens a sealed column. The text lives in the job's arena. */
MUST_CHECK enum err press_open(struct job *job, enum seal_purpose purpose, const char *table,
                               int64_t row, int64_t version, struct str sealed,
                               struct str *ret_text);
/* The same for a blob that was read into a buffer; the content goes into a secret buffer. */
MUST_CHECK enum err press_open_into(struct job *job, enum seal_purpose purpose, const char *table,
                                    int64_t row, int64_t version, struct str sealed,
                                    struct buf *ret_content);
/* Seals for these recipients. The sealed bytes live in the job's arena. */
MUST_CHECK enum err press_seal(struct job *job, enum seal_purpose purpose, const char *table,
                               int64_t row, int64_t version, const struct seal_public *recipients,
                               size_t count, struct str content, struct str *ret_sealed);

/* ---- a letter and the people around it ---- */

struct press_party {
    int64_t id;
    struct str side, channel, language, state;
    bool is_writer, is_recipient;
    int64_t address_version;
    struct person person;
};

struct press_original {
    int number;
    struct str kind; /* text, mail, file */
    int64_t blob;
};

struct press_letter {
    int64_t id, arrangement, from_party;
    struct str channel, state;
    int version;
    struct press_original *originals;
    size_t original_count;
    struct press_party *parties; /* everybody in the arrangement, the writer too */
    size_t party_count;
    struct str child_birth_name, child_adoptive_name;
    struct str photo_level, arrangement_state;
    bool two_person;
};

/* Reads the job's letter, locked until the transaction ends, and opens the records around it. */
MUST_CHECK enum err press_letter_read(struct store *store, struct job *job,
                                      struct press_letter *ret_letter);

/* The writer; NULL while a letter is not matched. */
const struct press_party *press_writer(const struct press_letter *letter);

/* First names that may stay: of the parties and of the child, as this recipient knows it. */
const struct str *press_allowed(const struct press_letter *letter,
                                const struct press_party *recipient, struct arena *arena,
                                size_t *ret_count);

/* A random id that stands in what is sealed before the row is written. */
int64_t press_id(void);

#endif
