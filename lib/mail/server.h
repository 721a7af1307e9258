/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_SERVER_H
#define LETTERBOX_MAIL_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/str.h"

/*
 * How a mail server is reached: what SMTP and IMAP have in common. Names are resolved, sockets
 * opened and TLS spoken by libcurl. Proxies, .netrc and environment variables have no say.
 */

/* Without TLS only a server on this very host is spoken to (an MTA's submission port, tests). */
enum mail_tls { MAIL_TLS_IMPLICIT, MAIL_TLS_STARTTLS, MAIL_TLS_NONE };

struct mail_server {
    const char *host;
    int port;
    enum mail_tls tls;
    const char *user;     /* NULL or "": no signing in */
    const char *password; /* with user; or else */
    const char *bearer;   /* an OAuth 2 access token (XOAUTH2, OAUTHBEARER) */
    const char *ca_file;  /* NULL: the system's */
    int connect_seconds;  /* 0: 15 */
    int silence_seconds;  /* longest wait for an answer, and for the next 100 bytes/s; 0: 60 */
    int whole_seconds;    /* one operation from start to end; 0: 300 */
};

/* The same with its defaults, for who waits without libcurl. */
struct mail_server_limits {
    int silence_seconds, whole_seconds, bytes_a_second;
};
struct mail_server_limits mail_server_limits(const struct mail_server *server);

/* Readies libcurl; call once in main, before threads and before the process confines itself. */
MUST_CHECK enum err mail_server_init(void);

/* "implicit", "starttls" or "none"; false otherwise. */
bool mail_server_tls_get(struct str text, enum mail_tls *ret_tls);

/* A host for which MAIL_TLS_NONE is allowed: localhost, *.localhost, 127.0.0.0/8, ::1. */
bool mail_server_is_local(struct str host);

/* For smtp.c, wire.c and notify.c. ERR_CONFIG for a server that may not be used like that. */
MUST_CHECK enum err mail_server_apply(const struct mail_server *server, void *curl);

/* Why libcurl gave up, as a short code for journals: "resolve", "connect", "tls", "login", … */
const char *mail_server_code(int curl_code);

#endif
