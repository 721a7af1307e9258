/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PRESS_RELEASE_H
#define LETTERBOX_PRESS_RELEASE_H

#include "crypt/kdf.h"
#include "render/view.h"
#include "rules/permit.h"
#include "worker/press/message.h"
#include "worker/press/press.h"

/*
 * The copy for one recipient, from a decision to rows in the database:
 *
 *   check     the decision fits this very letter (release_check.c)
 *   compose   marks taken out of text and pixels, a PDF (release_compose.c)
 *   archive   original and PDF as OpenPGP to the archive's keys (release_archive.c)
 *   send      what the recipient's channel needs: keys, a message, a print (release_send.c)
 *   store     all rows in one transaction, which the database guards (release_store.c)
 *
 * Where staff must do something first, a step answers with a refusal (rules/permit.h), and nothing
 * is written. Everything sealed and made lives in the job's arena.
 */

struct release_part {
    struct str kind; /* text, page, photo, words (of the picture before), pdf */
    struct str content;
    struct str for_recipient,
        for_desk; /* sealed; for_recipient is empty where nobody reads it here */
    int64_t recipient_blob, desk_blob;
};

struct release_archive {
    struct archive_item {
        bool is_original;
        int number;
        struct str message;
        unsigned char
            digest[KDF_MAC_BYTES]; /* of the message, to check it by when it is read back */
        int64_t id, blob;
    } * items;
    size_t count;
    struct str key_ids;
};

struct release {
    int64_t id, decision;
    bool is_note; /* a returned letter, to its own sender */
    const struct press_party *to;
    enum channel channel;
    const char *photo_level;
    struct render_part *shown; /* what it shows, in order */
    struct str *words;         /* of each: what is left on a page, to be read aloud */
    size_t shown_count;
    struct release_part *parts; /* the PDF is the last */
    size_t part_count;
    struct str pdf, archive_pdf; /* the archive's holds what may only be looked at too */
    struct release_archive archive;

    int64_t dispatch;
    struct seal_public readers[SEAL_RECIPIENTS_MAX]; /* accounts, or the link */
    size_t reader_count;
    struct message *messages;
    size_t message_count;
    struct release_link {
        int64_t id; /* 0: none */
        unsigned char token_hash[32], salt[PASSWORD_SALT_BYTES];
        struct str box, address;
    } link;
    struct release_print {
        int64_t id; /* 0: none */
        int64_t letter_blob, sheet_blob;
        struct str letter, sheet; /* sealed to the desk */
    } print;
};

/* What all releases of a letter have in common, read in one transaction. */
struct release_work {
    struct job *job;
    struct press_letter letter;
    struct press_review sealed_review;
    struct review review;
    struct seal_publics publics;
    struct str agency_name; /* neutral */
    bool plain_allowed;
    struct utc now;   /* by the database's clock */
    json_t *view;     /* for templates of mails; ends with the arena */
    bool has_archive; /* of the original */
    struct store_rows decisions, releases;
};

/* Letter, review, decisions, releases so far, agency. */
MUST_CHECK enum err release_read(struct store *store, struct release_work *work);

/*
 * Opens the decision in this row of work->decisions and holds it against the letter; the digest of
 * the screen is computed again from the very bytes. ERR_SEAL_BROKEN when a record does not open.
 */
struct decision;
MUST_CHECK enum err release_check(struct release_work *work, size_t row,
                                  struct decision *ret_decision, enum refused *ret_refusal);

MUST_CHECK enum err release_compose(struct release_work *work, const struct decision *decision,
                                    struct release *release, enum refused *ret_refusal);
/* A note: the words alone. */
MUST_CHECK enum err release_compose_note(struct release_work *work, struct str words,
                                         struct release *release);

/* What must be there before anything is made: an account, a PIN, a key … */
MUST_CHECK enum err release_prepare_channel(struct release_work *work, struct release *release,
                                            enum refused *ret_refusal);
/* After composing: messages and prints. */
MUST_CHECK enum err release_send(struct release_work *work, struct release *release,
                                 enum refused *ret_refusal);
/* All that a pack may be made from. */
MUST_CHECK enum err release_view(struct release_work *work, const struct release *release,
                                 bool with_view_only, struct recipient_view *ret_view);
/* The PDF of what is shown; with pictures that may only be looked at, or without. */
MUST_CHECK enum err release_pdf(struct release_work *work, const struct release *release,
                                bool with_view_only, struct str *ret_pdf);

MUST_CHECK enum err release_archive(struct release_work *work, struct release *release);

/*
 * From preparing the channel to storing: what burn_release and return_note do alike. The code of a
 * refusal, by us or by the database, is added to the buffer; it stays empty if all is well.
 */
MUST_CHECK enum err release_make(struct release_work *work, const struct decision *decision,
                                 struct release *release, struct buf *ret_code);

/* ---- OpenPGP (pgp_keys.c) ---- */

/* The agency's active keys for a purpose; public keys are brought into the home if missing. */
struct press_pgp_keys {
    struct pgp_fingerprint at[PGP_RECIPIENTS_MAX];
    size_t count;
    struct str key_ids; /* 16 bytes each */
};
MUST_CHECK enum err press_archive_keys(struct job *job, struct press_pgp_keys *ret_keys);
/* The key that signs mails. */
MUST_CHECK enum err press_mail_key(struct job *job, struct pgp_fingerprint *ret_fingerprint);
/* A person's pinned key, if it can be used now. */
MUST_CHECK enum err press_person_key(struct job *job, const struct person *person,
                                     struct pgp_fingerprint *ret_fingerprint,
                                     enum refused *ret_refusal);

#endif
