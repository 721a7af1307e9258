/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_NOTIFY_FORM_H
#define LETTERBOX_MAIL_NOTIFY_FORM_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "core/utc.h"

/*
 * What is said to GOV.UK Notify and what it answers, as text; lib/mail/notify.h carries it.
 * Source: docs.notifications.service.gov.uk/rest-api.html, version 2; RFC 7519 and RFC 7515.
 *
 *     key      NAME-SERVICE-SECRET, where SERVICE and SECRET are UUIDs
 *     token    base64url({"alg":"HS256","typ":"JWT"}) . base64url({"iss":SERVICE,"iat":seconds}) .
 *              base64url(HMAC-SHA-256 of what stands before, under the SECRET's 36 characters)
 *     notice {"template_id":…,"email_address"|"phone_number":…,"personalisation":{…},"reference":…}
 *              personalisation is {"subject","text"} of an e-mail and {"text"} of a text message
 *     status   one notification, or {"notifications":[…]} with the newest first
 *
 * Notify takes a token for 30 seconds, so it is made for each request. Limits: a text message has
 * at most 918 characters, an answer that is read 256 KiB.
 */
enum {
    MAIL_NOTIFY_ID_LETTERS = 36,
    MAIL_NOTIFY_KEY_BYTES = 400,
    MAIL_NOTIFY_STATUS_BYTES = 41,
    MAIL_NOTIFY_TEXT_CHARACTERS = 918,
    MAIL_NOTIFY_ANSWER_BYTES = 256 * 1024,
};

/* A lower-case UUID as text, 8-4-4-4-12. */
bool mail_notify_is_id(struct str text);

struct mail_notify_key {
    char service[MAIL_NOTIFY_ID_LETTERS + 1];
    char secret[MAIL_NOTIFY_ID_LETTERS + 1]; /* the owner wipes it */
};
/* false: it is no key of that form. */
bool mail_notify_key_get(struct str text, struct mail_notify_key *ret_key);

/* A token that is good for some seconds from now. ERR_CRYPTO when there is no memory for it. */
MUST_CHECK enum err mail_notify_token(const struct mail_notify_key *key, struct utc now,
                                      struct buf *ret_token);

struct mail_notify_notice {
    bool is_text;         /* a text message; else an e-mail */
    struct str to;        /* an e-mail address, or "+" and digits */
    struct str template;  /* its id with Notify */
    struct str subject;   /* of an e-mail */
    struct str text;      /* neutral words, UTF-8 */
    struct str reference; /* random, ours; the same at each attempt */
    struct str sender; /* id of a reply-to address, or of a text message's sender; empty: theirs */
};
/* ERR_TOO_BIG for a text message that is too long. */
MUST_CHECK enum err mail_notify_body(const struct mail_notify_notice *notice, struct buf *ret_json);

/* The id in the answer to a notice that was taken; false: there is none. */
bool mail_notify_id_get(struct str answer, char ret_id[MAIL_NOTIFY_ID_LETTERS + 1]);

struct mail_notify_found {
    char id[MAIL_NOTIFY_ID_LETTERS + 1];
    char status[MAIL_NOTIFY_STATUS_BYTES]; /* created, sending, delivered, permanent-failure … */
};
/*
 * Of one notification, or of the newest in a list that did not fail; where all failed, of the
 * newest. ERR_NOT_FOUND: the list is empty. ERR_BAD_JSON: it is neither.
 */
MUST_CHECK enum err mail_notify_status(struct str answer, struct mail_notify_found *ret_found);
/* Ends in "-failure": it did not arrive and will not. */
bool mail_notify_failed(const struct mail_notify_found *found);

#endif
