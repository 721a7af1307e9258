/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_OAUTH_H
#define LETTERBOX_MAIL_OAUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * OAuth 2 for a mail account (RFC 6749; Microsoft 365): the access token that signs in to IMAP or
 * SMTP in place of a password, had from a token endpoint over TLS (libcurl).
 *
 *   without a refresh token   grant_type=client_credentials, client_id, client_secret, scope (§4.4)
 *   with one                  grant_type=refresh_token, refresh_token, client_id, scope, and the
 *                             client_secret where there is one (§6)
 *
 * A token is kept in memory, and a new one asked for two minutes before its end (or at half of a
 * short life), and once when the mail server refuses it. After a failure the endpoint is left alone
 * for 5 s, 10 s, … 5 min: `mail_oauth_token` answers with the same failure meanwhile.
 *
 * A server may put a new refresh token in the old one's place. It is written over the file (whole,
 * mode 0600) before the access token is used, so the file's folder must be writable; processes that
 * share the file take turns by a lock on one beside it, and each reads the file before it asks.
 *
 * Secrets stand in the request's body and nowhere else: in no URL, log, or text of an error.
 * Answers are at most 64 KiB and come within 15 s. No redirection is followed.
 *
 * Errors: ERR_NET for all trouble outside (mail_oauth_code says which); ERR_CONFIG for a URL that
 * is not https (http to this host only), or a refresh-token file that cannot be used.
 */
struct mail_oauth;

struct mail_oauth_client {
    const char *token_url;
    const char *client_id;
    const char *client_secret; /* "": none */
    const char *scope;         /* "": none is asked for */
    const char *refresh_file;  /* "": client credentials */
    const char *ca_file;       /* "": the system's */
};

/* Copies what it is given. */
MUST_CHECK enum err mail_oauth_open(const struct mail_oauth_client *client,
                                    struct mail_oauth **ret_oauth);
void mail_oauth_free(struct mail_oauth **oauth);

/*
 * A token that is good now; borrowed until the next call. *ret_changed: it is another than the last
 * call's, and connections that were signed in to with that one are to be opened anew.
 */
MUST_CHECK enum err mail_oauth_token(struct mail_oauth *oauth, const char **ret_token,
                                     bool *ret_changed);
/*
 * The mail server refused the token. True: it is forgotten, and a new one is worth asking for now.
 * False: the last one was refused just like it; the pause of a failure holds.
 */
bool mail_oauth_refused(struct mail_oauth *oauth);
/* The mail server took the token. */
void mail_oauth_accepted(struct mail_oauth *oauth);

/*
 * Why the last call failed, for the log: "oauth_connect", "oauth_tls", "oauth_timeout",
 * "oauth_answer" (what came is no answer), "oauth_file", "oauth_login" (the pause after the mail
 * server refused two tokens), or the endpoint's own word of RFC 6749
 * §5.2, "oauth_invalid_grant"; other words of it are "oauth_refused".
 */
const char *mail_oauth_code(const struct mail_oauth *oauth);

/* ---- an answer of the endpoint ---- */

enum { MAIL_OAUTH_TOKEN_BYTES = 16 * 1024, MAIL_OAUTH_ANSWER_BYTES = 64 * 1024 };

struct mail_oauth_answer {
    struct buf token, refresh; /* secret; the caller's; refresh empty: the old one stays */
    int64_t seconds;           /* the token's life; 300 where none is said */
    const char *error;         /* as in mail_oauth_code; NULL: there is a token */
};

/*
 * Reads RFC 6749 §5.1 and §5.2. A token that could not stand in a line of SASL (RFC 6750 §2.1:
 * VCHAR only), another token type than Bearer, or a life of 0 is no answer.
 */
void mail_oauth_answer_read(struct str body, long http_status,
                            struct mail_oauth_answer *ret_answer);

#endif
