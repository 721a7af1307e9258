/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef WORKER_PRESS_TEXTING_H
#define WORKER_PRESS_TEXTING_H

#include "rules/person.h"
#include "worker/queue/run.h"

/*
 * The number for text messages to a party that has these telephones: a mobile's, if they agreed to
 * texts and the agency can send them; else empty. Whether they agree is looked at again when the
 * text leaves.
 */
MUST_CHECK enum err texting_number(struct job *job, int64_t party, const struct person_list *phones,
                                   struct str *ret_number);

#endif
