/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_NEUTRAL_H
#define LETTERBOX_RULES_NEUTRAL_H

#include <stdbool.h>

#include "core/str.h"

/*
 * Who shares a reader's phone sees host names, senders, subjects, certificates and page titles.
 * None of them may say what the service is for: "adopt", "child", "letterbox" (also "letter box",
 * "letter-box", "letter_box") and "famil", in capitals or not, alone or inside a word.
 */

/* The word that tells, or NULL. */
const char *neutral_tells(struct str text);

#endif
