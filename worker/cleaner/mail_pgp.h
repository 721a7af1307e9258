/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_PGP_H
#define LETTERBOX_CLEANER_MAIL_PGP_H

#include "worker/cleaner/mail_walk.h"

/*
 * OpenPGP in an e-mail (RFC 3156; RFC 9788 and the drafts before it for what protects the head).
 * Nothing is decrypted or checked here: the cleaner has no key. Messages and signatures are handed
 * out to the press with the answer.
 */

/* What is larger stays unchecked, and staff are told: it stands twice in the answer. */
enum { PGP_SIGNED_MAX = 8 * 1024 * 1024, PGP_SIGNATURE_MAX = 64 * 1024 };

void pgp_add_message(struct walk *walk, enum crypto_kind kind, uint32_t source, struct str bytes);
/*
 * A signature of this part of the message. False when there is too much to hand out, or no room:
 * then it stays unchecked.
 */
bool pgp_add_signature(struct walk *walk, uint32_t source, GMimeObject *signed_part,
                       struct str signature, bool is_whole);

/* A file that is one encrypted message: by its first bytes, and its name where these say little. */
bool pgp_is_message(struct str bytes, const char *name);

/*
 * A part that only repeats the protected head for older programs: "Subject: …" and the like, in a
 * part of its own or above the text (RFC 9788 §5.2.2). Of the text, the bytes that it takes; else
 * 0.
 */
bool pgp_is_legacy_part(GMimeObject *object);
size_t pgp_legacy_lines(GMimeObject *object, struct str text);

/*
 * The object whose head is the message's protected one: the first part of what is signed, where
 * the message inside is signed once more; else the message itself.
 */
GMimeObject *pgp_protected_head(GMimeMessage *message);

#endif
