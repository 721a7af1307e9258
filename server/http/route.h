/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_ROUTE_H
#define LETTERBOX_HTTP_ROUTE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

struct request;

/*
 * Which handler answers: a table made from routes.def.
 *
 *   ROUTE(get_letters_ID_pages_N, GET, "/letters/:ID/pages/:N", PARTY, NONE, 0, PAGE)
 *         handler                 method path                   who    form  body bytes, rate
 *
 * A segment that starts with a colon is a value: :N a number 1…9999, :TOKEN 43 letters of
 * base64url, any other (:ID, :PARTY) an id as its 12 letters. Paths are compared byte for byte, no
 * escape is understood, and "/a/" is not "/a". HEAD is answered as GET.
 */
enum http_method { HTTP_GET, HTTP_POST };

enum http_form {
    FORM_NONE,  /* no body is read */
    FORM_PLAIN, /* application/x-www-form-urlencoded */
    FORM_FILES, /* multipart/form-data, files go to the sink while they come in */
};

/* Who may ask; the stages and roles behind each stand in session.c. */
enum http_who {
    WHO_NONE,    /* anybody */
    WHO_BEGUN,   /* password right, code still missing */
    WHO_JOINING, /* joining code right, no password yet */
    WHO_PARTY,   /* signed in at the portal */
    WHO_LINK,    /* holds a link, PIN not given */
    WHO_READER,  /* PIN given */
    WHO_VISITOR, /* party or reader */
    WHO_STAFF,   /* anybody signed in at the desk */
    WHO_READS,   /* staff who may read letters: all but administrators */
    WHO_SEES,    /* who may look into the register and its lists: coordinator, manager, inspector */
    WHO_CHECKS,  /* who may decide, or decide second: checker, coordinator, manager */
    WHO_WORKS,   /* coordinator, manager */
    WHO_LEADS,   /* manager, administrator */
    WHO_MANAGER, /* manager */
    WHO_ADMIN,   /* administrator */
    WHO_COUNT
};

enum http_rate {
    RATE_PAGE,    /* made by the ordinary workers */
    RATE_SIGN_IN, /* costs Argon2id or guards a secret: own workers; an address with 5 failures in
                     10 minutes is refused before the handler */
};

struct route {
    const char *name;
    enum err (*handle)(struct request *request);
    enum http_method method;
    const char *path;
    enum http_who who;
    enum http_form form;
    size_t body_limit;
    enum http_rate rate;
};

#define ROUTE_PROTOTYPE(handler, method, path, who, form, body_limit, rate) \
    enum err handler(struct request *request);
#define ROUTE_ROW(handler, method, path, who, form, body_limit, rate) \
    {#handler, handler, HTTP_##method, path, WHO_##who, FORM_##form, body_limit, RATE_##rate},

enum { ROUTE_VALUES = 4 };
struct route_values {
    int64_t numbers[ROUTE_VALUES]; /* ids and numbers, in the order of the path */
    size_t count;
    struct str token;
};

/*
 * ERR_NOT_FOUND: no such path. ERR_METHOD: the path is there, but not with this method;
 * *ret_allowed then says with which: a bit 1 << enum http_method each.
 */
MUST_CHECK enum err route_find(const struct route *routes, size_t count, struct str method,
                               struct str path, struct route_values *ret_values,
                               const struct route **ret_route, unsigned *ret_allowed);

#endif
