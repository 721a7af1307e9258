/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_ADDR_H
#define LETTERBOX_MAIL_ADDR_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

/*
 * E-mail addresses and telephone numbers, as people type them and as headers carry them, and the
 * one form of each under which they are looked up (HMAC) and compared by the wrong-side guard.
 *
 * Shape (RFC 5322 §3.4, one mailbox; RFC 6531 for letters beyond ASCII):
 *
 *     jean@example.org      Jean Smith <jean@example.org>      "Smith, Jean" <jean@example.org>
 *
 * Comments and folded white space are skipped; a local part may be quoted. Refused: groups, lists,
 * routes, address literals ("[192.0.2.1]"), a domain of one label, and what RFC 5321 §4.5.3.1 has
 * no room for (local part 64 bytes, domain 255, label 63).
 *
 * Results lie in the arena. Pure. Everything fails with ERR_BAD_INPUT (or ERR_BAD_UTF8), and with
 * nothing else.
 */

enum { MAIL_ADDR_BYTES = 320, MAIL_ADDR_NAME_BYTES = 500 };

struct mail_addr {
    struct str name; /* what is shown, unquoted, may be empty; encoded words are left as they are */
    struct str local;  /* before the @, unquoted, in the case it was written */
    struct str domain; /* without a dot at its end, in the case it was written */
};

MUST_CHECK enum err mail_addr_parse(struct str text, struct arena *arena,
                                    struct mail_addr *ret_addr);

/*
 * "local@domain" for SMTP and headers; the local part is quoted where it needs it. Takes only what
 * mail_addr_parse gave.
 */
struct str mail_addr_spec(const struct mail_addr *addr, struct arena *arena);

/*
 * The form for looking up: the address alone, Unicode NFC, small letters in local part and domain.
 * Two spellings that a person would call the same address have one canonical form; mail servers
 * may tell "Jean" from "jean", people do not.
 */
MUST_CHECK enum err mail_addr_canonical(struct str text, struct arena *arena,
                                        struct str *ret_canonical);

/*
 * The form of a telephone number for looking up: "+" and 7 to 15 digits (ITU-T E.164). Spaces,
 * dashes, dots, slashes, brackets and an extension ("ext 12", "x12", "#12") do not count; a leading
 * 0 stands for `country` ("44"), 00 for +, and "(0)" after a country code for nothing.
 */
MUST_CHECK enum err mail_addr_phone(struct str text, struct str country, struct arena *arena,
                                    struct str *ret_canonical);

/*
 * The first of these numbers, as people typed them, that can get text messages, in the form above:
 * of those of `country` 44 a mobile one (07…), of others any. false: there is none.
 */
bool mail_addr_mobile(const struct str *numbers, size_t count, struct arena *arena,
                      struct str *ret_number);

#endif
