/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_PRINT_H
#define LETTERBOX_DESK_PRINT_H

#include "server/desk/register.h"

/*
 * Letters that go by post. The press made a PDF and an address sheet of each, with the same code on
 * both; staff print them in batches. Each printing is journalled by the database after all checks,
 * in the transaction that writes the audit's row, before a byte is shown.
 */
enum { PRINT_BATCH_MOST = 50, PRINT_BYTES = 200 * 1024 * 1024 };

/* Answers with the print queue; problems noted so far are on it. */
MUST_CHECK enum err print_queue_page(struct request *request);
/* Answers with one batch. */
MUST_CHECK enum err print_batch_page(struct request *request, int64_t batch);
/* Answers with the batch's letters, or its address sheets, as one PDF. */
MUST_CHECK enum err print_reply(struct request *request, int64_t batch, bool sheets);

#endif
