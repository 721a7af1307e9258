/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_NOTIFY_H
#define LETTERBOX_MAIL_NOTIFY_H

#include "mail/notify_form.h"
#include "mail/server.h"
#include "mail/smtp.h"

/*
 * Notices by GOV.UK Notify (libcurl, HTTPS; plain HTTP to this very host only). Each request has a
 * connection of its own: libcurl repeats what it sent when a kept one turns out to be closed, and a
 * notice must not be given twice.
 *
 *     POST /v2/notifications/email, /v2/notifications/sms
 *     GET  /v2/notifications/ID, /v2/notifications?reference=…
 *
 * What became of a notice is told as SMTP's is (mail/smtp.h), with "notify_" before the code:
 *
 *     accepted  201: it will be carried; what becomes of it is asked later
 *     refused   400 and other 4xx: it will not take it, ever
 *     later     not taken: 401, 403 (our key, or our clock), 408, 429 (too many at once or today),
 *               5xx, 3xx, no connection, no TLS
 *     unknown   all of the request was given and no answer came; 504, and 2xx that is no 201
 *
 * Notify does not see that a reference came before. So whoever tries again asks by the reference
 * first whether an earlier attempt was taken after all. The key is in no URL and no message; of
 * Notify's words only the code leaves this room in clear.
 */
struct mail_notify {
    struct mail_server server; /* MAIL_TLS_IMPLICIT or MAIL_TLS_NONE */
    struct mail_notify_key key;
};

/* "notify_429", "notify_connect" … */
enum { MAIL_NOTIFY_CODE_BYTES = MAIL_SMTP_CODE_BYTES };

/*
 * now by the system's clock (Notify wants it right to 30 seconds). ret_id stays empty where Notify
 * told none. ERR_BAD_INPUT and ERR_TOO_BIG before anything is sent; every other trouble is a
 * result.
 */
MUST_CHECK enum err mail_notify_send(const struct mail_notify *service,
                                     const struct mail_notify_notice *notice, struct utc now,
                                     struct mail_smtp_result *ret_result,
                                     char ret_id[MAIL_NOTIFY_ID_LETTERS + 1]);

/*
 * What became of a notice, by its id, or (id empty) by its reference. ERR_NOT_FOUND: Notify knows
 * none. ERR_NET: it could not be asked, and ret_code says why.
 */
MUST_CHECK enum err mail_notify_look(const struct mail_notify *service, struct str id,
                                     struct str reference, struct utc now,
                                     struct mail_notify_found *ret_found,
                                     char ret_code[MAIL_NOTIFY_CODE_BYTES]);

#endif
