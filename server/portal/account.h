/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PORTAL_ACCOUNT_H
#define LETTERBOX_PORTAL_ACCOUNT_H

#include "server/portal/portal.h"

/* The signed-in account as its own pages need it. */
struct own_account {
    struct password_row row;
    bool by_app;
    struct str sealed_totp;
    int64_t totp_version;
};
MUST_CHECK enum err account_read(struct request *request, struct own_account *ret_account);
/* Answers with the page of the account, with the problems that were noted. */
MUST_CHECK enum err account_page(struct request *request, const struct own_account *account);
/* Whose failures are counted, beside those of the network address. */
struct str account_whose(struct request *request);
/* ERR_NO_MATCH for another password than the account's; wrong ones are counted. */
MUST_CHECK enum err account_check_password(struct request *request,
                                           const struct own_account *account, struct str password);
/*
 * The secret of the app that is being set up, opened; made by post_account_second. ERR_NOT_FOUND
 * when none is: once an app is in use its secret is shown to nobody.
 */
MUST_CHECK enum err account_new_secret(struct request *request, const struct own_account *account,
                                       struct str *ret_secret);
/* What the page of the app shows. */
MUST_CHECK enum err account_totp_page(struct request *request, struct str secret);
MUST_CHECK enum err account_uri(struct request *request, struct str secret, struct buf *ret_uri);

/*
 * What the owner is told by mail at the account's own address when its password or second factor
 * was changed: a thief may have done it. Made first, then queued in the transaction of the change;
 * the database itself writes the change to the audit.
 */
struct account_notice {
    int64_t message;
    struct str body; /* sealed to the post */
};
MUST_CHECK enum err account_notice_make(struct request *request, const char *what,
                                        struct account_notice *ret_notice);
MUST_CHECK enum err account_notice_add(struct store *store, const struct account_notice *notice);

struct account_second {
    const char *factor;     /* "email", "totp" */
    struct str sealed_totp; /* empty: none */
    int64_t version;        /* that the secret is sealed for */
    int64_t totp_step;      /* of the code that confirmed the app, which is used up; 0: none */
};
/* Queues the notice too, if the account's factor is another from now on. */
MUST_CHECK enum err account_set_second(struct request *request, const struct own_account *account,
                                       const struct account_second *second);

#endif
