/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PRESS_MESSAGE_H
#define LETTERBOX_PRESS_MESSAGE_H

#include <jansson.h>

#include "crypt/kdf.h"
#include "worker/press/press.h"

/*
 * A message on its way to the post: made and sealed first, written (with its job) in the
 * transaction of what it tells of. Notices name nothing but the service.
 */
struct message {
    const char *kind; /* link, waiting, released … */
    int64_t id;
    int64_t dispatch, party, account; /* 0: none */
    int64_t notice;                   /* the reminder that it carries; 0: none */
    struct str alias;                 /* the party's own, for answers; empty: none are expected */
    bool is_answer;                   /* to a mail, by a machine: nothing comes back of it */
    struct str answers;               /* the mail's Message-ID without brackets, or empty */
    char token[33];                   /* local part of its Message-ID; makes boundaries too */
    struct str body;                  /* sealed */
    int64_t body_blob;
    struct str address;                     /* sealed */
    bool has_digest;                        /* not of a number: no mail comes back from one */
    unsigned char to_digest[KDF_MAC_BYTES]; /* of the address */
    bool is_to_account;                     /* the address is the account's own, copied unread */
    bool is_text; /* for a telephone; the address is a number, and there is no dispatch */
    int64_t text_version, beside; /* of a text: its party's; the dispatch that it tells of, or 0 */
    int64_t address_version;
};

/* With a new id and token. */
struct message message_new(const char *kind, int64_t party, struct str alias);

/* What every template of a mail may say: {service{name, phone, email, hours}, portal}. */
MUST_CHECK enum err message_view(struct store *store, struct job *job, json_t **ret_view);

/* A notice from templates/mail/KIND, sealed. */
MUST_CHECK enum err message_from_template(struct job *job, const struct seal_publics *publics,
                                          const json_t *view, struct message *message);
/* The same for a telephone, from templates/mail/text_KIND. */
MUST_CHECK enum err message_for_phone(struct job *job, const struct seal_publics *publics,
                                      const json_t *view, struct message *message);
/* A text template of templates/mail, for other bodies: its subject and its text. */
MUST_CHECK enum err message_render(struct job *job, const char *name, const json_t *view,
                                   struct str *ret_subject, struct str *ret_text);
/* Any MIME entity, sealed. */
MUST_CHECK enum err message_from_entity(struct job *job, const struct seal_publics *publics,
                                        struct str subject, bool automatic, struct str entity,
                                        struct message *message);

/* To this address; a number, where the message is a text for a telephone. */
MUST_CHECK enum err message_to(struct job *job, const struct seal_publics *publics,
                               struct str address, struct message *message);
/* To where the account's owner signs in. ERR_NOT_FOUND if there is no such account any more. */
MUST_CHECK enum err message_to_account(struct store *store, struct job *job, int64_t account,
                                       struct message *message);

/*
 * The digest by which a mail that came back is known to name the address that the message went to;
 * it is that of this message alone. ERR_BAD_INPUT for what is no address.
 */
MUST_CHECK enum err message_to_digest(struct job *job, int64_t message, struct str address,
                                      unsigned char ret_digest[KDF_MAC_BYTES]);

/* Within the transaction: the message and the post's job. */
MUST_CHECK enum err message_store(struct store *store, const struct message *message);

#endif
