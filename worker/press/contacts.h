/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PRESS_CONTACTS_H
#define LETTERBOX_PRESS_CONTACTS_H

#include "worker/press/press.h"

/*
 * Labels: what each party's accounts may know the others as, and what they are called themselves
 * (docs/records.md). A party that has no account has nobody to seal a label to: it gets one when
 * an account is made.
 */
struct contacts_label {
    int64_t contact;
    int64_t version_before;
    struct str sealed;
};

/* What the job's party may know of a meeting, for all its accounts of now. */
struct contacts_sheet {
    int64_t invite;
    int64_t version_before;
    struct str sealed;
};

struct contacts {
    struct contacts_label *labels;
    size_t count;
    struct contacts_sheet *sheets;
    size_t sheet_count;
};

/* The labels around the job's party, and its sheets, sealed; read in one transaction. */
MUST_CHECK enum err contacts_label(struct store *store, struct job *job,
                                   struct contacts *ret_contacts);
/* Within the last transaction. ERR_CONFLICT when another job was quicker. */
MUST_CHECK enum err contacts_store(struct store *store, const struct contacts *contacts);

#endif
