/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_AUTHRES_H
#define LETTERBOX_MAIL_AUTHRES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

/*
 * Did the server that received a mail find that it comes from the domain in its From? Read from
 * Authentication-Results headers (RFC 8601) that name a server we trust; anybody can write others.
 *
 *     Authentication-Results: mx.agency.gov.uk 1; dmarc=pass header.from=example.org;
 *         spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.org; dkim=pass
 * header.d=example.org
 *
 * What counts is only what is about the very domain in From: a DKIM signature or SPF of another
 * domain says nothing about it, nor does one of a domain above it, which may be a registry that
 * anybody has a name under (co.uk). Which domains belong together is the server's to say: it knows
 * the sender's DMARC policy, and says dmarc=pass. Where several trusted headers disagree,
 * the worse word wins, so that a forged "pass" beside the server's own "fail" gains nothing.
 *
 * Pure. Nothing here fails: a header that cannot be read says nothing (and malformed is set).
 */
enum mail_authres_word {
    MAIL_AUTHRES_NONE, /* nothing was said about it */
    MAIL_AUTHRES_PASS,
    MAIL_AUTHRES_WEAK, /* neutral, policy, temperror, softfail, an unknown word: no proof */
    MAIL_AUTHRES_FAIL, /* fail, hardfail, permerror */
};

struct mail_authres {
    enum mail_authres_word dmarc, dkim, spf; /* for the domain in From only */
    size_t headers;                          /* how many trusted ones were read */
    bool malformed;                          /* a trusted one could not be read to its end */
};

/*
 * In place of a server's name: it writes none, as Exchange Online does ("spf=pass …; dmarc=pass
 * …"). Then the header that is added first counts, and no other; it is to be the topmost of the
 * mail.
 */
#define MAIL_AUTHRES_NAMELESS "nameless"

/* Adds one header's value, unfolded or not. from_domain is the domain of the only From address. */
void mail_authres_add(struct mail_authres *authres, struct str value, struct str trusted_server,
                      struct str from_domain);

enum mail_authres_verdict {
    MAIL_AUTHRES_UNKNOWN,   /* no trusted word for or against */
    MAIL_AUTHRES_AUTHENTIC, /* DMARC passed, or DKIM or SPF did for this domain and none failed it
                             */
    MAIL_AUTHRES_SPOOFED,   /* DMARC failed, or without DMARC something failed and nothing passed */
};
enum mail_authres_verdict mail_authres_judge(const struct mail_authres *authres);

#endif
