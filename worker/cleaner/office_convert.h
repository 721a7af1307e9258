/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_CONVERT_H
#define LETTERBOX_CLEANER_OFFICE_CONVERT_H

#include "core/buf.h"
#include "worker/cleaner/module.h"

/*
 * LibreOffice, started inside this sandbox: no macros, no links followed, no network. It is gone
 * with all that it started when a call returns; what it made is as little to be trusted as what it
 * was given. A document of which it makes nothing ends the job with a refusal.
 */

/* One file in another form. `from` is the ending of the name that it is given under, `reader` the
 * one filter that may read it (NULL: whichever LibreOffice finds). */
void office_convert(struct job *job, struct str document, const char *from, const char *reader,
                    const char *to, const char *writer, struct buf *ret_file);

#endif
