/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_CMS_H
#define LETTERBOX_CLEANER_MAIL_CMS_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/str.h"

/*
 * What a signed S/MIME message holds that is not readable beside its signature (RFC 8551 §3.5.2:
 * "smime.p7m", signed-data of RFC 5652). Nobody checks the signature: it says no more than a letter
 * without one. False: it is nothing of the kind, or only the signature of what stands elsewhere.
 */
bool cms_signed_content(struct str bytes, struct buf *content);

#endif
