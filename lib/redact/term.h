/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_TERM_H
#define LETTERBOX_REDACT_TERM_H

#include "core/str.h"
#include "redact/mark.h"

/* One entry of a recipient's leak list, as it is on file. Borrowed. */
struct redact_term {
    enum mark_category category;
    struct str term;
};

#endif
