/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_SESSION_H
#define LETTERBOX_HTTP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"
#include "core/utc.h"
#include "crypt/secret.h"
#include "server/http/route.h"
#include "store/db.h"

/*
 * Whose request it is. A cookie is 32 random bytes; the row of its session is found by one HKDF of
 * it, the token in its forms is another (crypt/token.h). Somebody who is not signed in has a cookie
 * without a row, so that the forms before sign-in are guarded in the same way. The cookie is new at
 * every sign-in.
 *
 * The portal has two: __Host-portal for people with an account, __Host-link for readers of a link,
 * which first holds the link's own token and, once the PIN was right, a session's. A third,
 * __Host-reader, outlives the session: it opens nothing, and only shows that a link is read in a
 * second browser.
 */
enum session_kind { SESSION_NONE, SESSION_PORTAL, SESSION_DESK, SESSION_LINK };
enum session_stage { STAGE_NONE, STAGE_JOINING, STAGE_PASSWORD, STAGE_FULL };
enum staff_role {
    ROLE_NONE,
    ROLE_CHECKER,
    ROLE_COORDINATOR,
    ROLE_MANAGER,
    ROLE_ADMINISTRATOR,
    ROLE_INSPECTOR,
};

enum http_cookie { COOKIE_MAIN, COOKIE_LINK, COOKIE_READER, COOKIE_COUNT };

struct session {
    enum session_kind kind; /* SESSION_NONE: not signed in */
    enum session_stage stage;
    enum staff_role role;
    int64_t agency, account, party, staff, join, link, release; /* 0 where it has none */
    struct str sealed_secret;
    struct utc idle_ends, ends;
    struct secret id; /* what the database is told: the gate's value */
};

/* What a `who` asks of the session. */
struct session_rule {
    enum http_cookie cookie;
    unsigned kinds, stages, roles; /* bits; 0: no matter */
    const char *away;              /* where a GET without a session is sent; NULL: an error page */
};
const struct session_rule *session_rule(enum http_who who);
bool session_fits(const struct session_rule *rule, const struct session *session);

/* The session of a cookie, in whatever stage; kind SESSION_NONE when there is none. */
MUST_CHECK enum err session_find(struct db_pool *db, const struct secret *cookie,
                                 struct arena *arena, struct session *ret_session);
/* Ends it; quiet when there is none. */
MUST_CHECK enum err session_end(struct db_pool *db, const struct session *session);

const char *session_role_name(enum staff_role role);

#endif
