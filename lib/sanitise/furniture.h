/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_FURNITURE_H
#define LETTERBOX_SANITISE_FURNITURE_H

#include "core/arena.h"
#include "sanitise/letter.h"

/*
 * What of an e-mail's text is not the sender's own words: quoted messages with their attribution
 * lines and header blocks, signatures, disclaimers. Nothing is removed: the places are proposed for
 * removal, and the original keeps them. A sign-off ("Lots of love, Nana Jean") is the sender's own.
 *
 *   quote           lines that begin with '>', with the attribution above them ("On … wrote:"), and
 *                   everything under a header block or a line such as "-----Original Message-----"
 *   forward-header  that line or block itself, where a message is passed on
 *   signature       from a line "-- " to the end or to the next quote; "Sent from my …"
 *   disclaimer      a paragraph at the end in the language of such notices
 *
 * Attributions and header blocks are known in English, Polish, Romanian and Welsh.
 */
void furniture_find(struct mail *mail, struct arena *arena);

/* The text without its furniture: the sender's own words, trimmed. */
struct str furniture_own_text(const struct mail *mail, struct arena *arena);

#endif
