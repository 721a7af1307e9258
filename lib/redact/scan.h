/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_SCAN_H
#define LETTERBOX_REDACT_SCAN_H

#include "redact/lexicon.h"
#include "redact/norm.h"

/*
 * What a reader of images mistook, mended in the folded text so that phrases and cues are found:
 * where a word is in no dictionary and would be with m for rn, o for 0 or l and i for 1, it becomes
 * that word; a lone l becomes i. Offsets still lead to the text as it was read.
 *
 *     "frorn rny rnurn, l arn ho1ding"  →  from my mum i am holding
 */
void scan_mend(struct norm *norm, const struct lexicon *lexicon);

#endif
