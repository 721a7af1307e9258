/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_FAILURE_H
#define LETTERBOX_CLEANER_MAIL_FAILURE_H

#include "core/arena.h"
#include "sanitise/letter.h"

/*
 * Delivery reports that say so in words only, as mail servers wrote them before RFC 3464 and some
 * still do (qmail, old Exchange, gateways, providers' own):
 *
 *     From: MAILER-DAEMON@mx.example            or a null return path
 *     Subject: failure notice                   what such reports are called
 *
 *     <nana@relatives.example>:                 whom, in a line of its own or after "to"
 *     550 5.1.1 User unknown                    why, by a code or in words
 *
 *     --- Below this line is a copy …           what came back
 *     Message-ID: <0123…@agency.example>
 *
 * Both a machine's sender and such a subject are asked for: a person may write under either.
 */

/* Is it one, by its head? return_path: "<>" for a null one, empty if it is not known. */
bool failure_is(struct str from, struct str return_path, struct str subject);

/*
 * Who could not be reached and why, and which message came back, from the words of a report; own
 * are the addresses that the report itself was sent to. What the bounce has already stays.
 */
void failure_from_text(struct bounce *bounce, struct str subject, struct str text,
                       const struct str *own, size_t own_count, struct arena *arena);

/*
 * A code that tells nothing ("5.0.0") is made better by the words beside it: a mailbox that is full
 * is no address that is gone. Exim's reports always have that code.
 */
void failure_refine(struct bounce *bounce, struct str text, struct arena *arena);

#endif
