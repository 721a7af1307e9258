/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_STORE_REPORT_H
#define LETTERBOX_STORE_REPORT_H

#include "rules/report.h"
#include "store/db.h"

/*
 * The counts of a report, asked from clear columns with lb_report's rights and no others: the
 * signed-in desk takes these in the middle of its transaction and lays them down again, so that a
 * mistake in a report's query reads nothing sealed. Row security bounds them to the session's
 * agency and to the roles that see reports; on a connection of its own lb_report sees no row, but
 * may ask for the region's counts.
 *
 * Days are civil dates of the zone (sys/clock.h); the last is in it.
 */

/* Adds the counts of a report on numbers to *counts. */
MUST_CHECK enum err store_report_counts(struct store *store, enum report_code report,
                                        struct day from, struct day to,
                                        struct report_counts *counts);

/* Who takes part in what was open at the end of the day: party_id, side, n. */
MUST_CHECK enum err store_report_people(struct store *store, struct day day, struct arena *arena,
                                        struct store_rows *ret_rows);

/* As the desk itself: decision_id and sealed_decision of each letter that was put on the shelf. */
MUST_CHECK enum err store_report_held(struct store *store, struct day from, struct day to,
                                      struct arena *arena, struct store_rows *ret_rows);

/* What happened in an arrangement. ERR_NOT_FOUND when the agency has none of that id. */
MUST_CHECK enum err store_report_timeline(struct store *store, int64_t arrangement,
                                          struct arena *arena, struct report_event **ret_events,
                                          size_t *ret_count);

#endif
