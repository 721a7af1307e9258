/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_WALK_H
#define LETTERBOX_CLEANER_MAIL_WALK_H

#include <gmime/gmime.h>

#include "core/arena.h"
#include "core/buf.h"
#include "worker/cleaner/mail_head.h"
#include "worker/cleaner/module.h"

/*
 * The parts of a message, depth first: which text is the letter's, what else there is and what
 * becomes of it.
 *
 *   body       text parts shown in the message itself, one after another; of alternatives the plain
 *              text if it says anything, else the HTML
 *   texts      text parts that stand for themselves: attached texts, messages inside the message
 *   hidden     alternatives that say more than the chosen one, and what HTML hides
 *   kept       everything else that is no program: its bytes go out, for a cleaner of its own
 */
enum { WALK_TEXTS_MAX = 500 };

struct walk_text {
    uint32_t source;
    struct str text;
};

struct walk {
    struct job *job;
    struct arena *arena;
    struct head head;
    struct mail mail;
    struct buf body;
    struct walk_text *texts, *hidden;
    size_t text_count, hidden_count;
    struct finding *warnings;
    size_t warning_count;
    bool removed[REMOVED_COUNT]; /* of a page that is a document of its own */
    GMimeObject *root;           /* of the message: its part, whole */
    bool has_pgp_version;        /* "Version: 1" was there, and what is encrypted is to come */
};

void walk_init(struct walk *walk, struct job *job, struct arena *arena,
               GMimeParserOptions *options);
/* The whole message into walk.mail, body, texts, hidden and warnings. */
void walk_message(struct walk *walk, GMimeMessage *message);
void walk_warn(struct walk *walk, uint32_t source, enum warning warning);
/* A page of HTML that is a document of its own, as if it were a message of one part. */
void walk_html(struct walk *walk, struct str bytes);
/* A text that is a document of its own. False when it is too big. */
bool walk_plain_text(struct walk *walk, struct str bytes, struct buf *ret_text);

#endif
