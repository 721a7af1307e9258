/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_ICAL_H
#define LETTERBOX_RENDER_ICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "core/utc.h"
#include "rules/visit.h"

/*
 * Calendar files (RFC 5545), through libical: lines folded, texts escaped, times in UTC, so that no
 * calendar needs a zone of ours and summer time can't be wrong.
 *
 *   BEGIN:VCALENDAR … METHOD:PUBLISH, or CANCEL when the one visit is off
 *   BEGIN:VEVENT    UID, SEQUENCE, DTSTAMP, DTSTART, DTEND, SUMMARY, LOCATION, DESCRIPTION, STATUS
 *
 * For a family the event is made from a struct visit_view, which has no field for the other side,
 * and its summary is a neutral name: who shares the phone reads it. Nothing in a file names the
 * program. The files of two people have no id in common.
 *
 * ERR_NOT_FOUND for a person who was told nothing, ERR_TOO_BIG past the maximum of the buffer.
 */

/* Once in main, before confinement: libical reads its list of time zones. */
void render_ical_open(void);

struct ical_sheet {
    int64_t invite; /* this person's own id of it: the UID */
    int sequence;
    struct utc now;
    struct str summary; /* the neutral name of the service */
    struct str phone;   /* for questions; may be empty */
};
/* One person's file; what tells what the service is for stays out of it (visit_for_calendar). */
MUST_CHECK enum err render_ical_visit(const struct visit_view *view, const struct ical_sheet *sheet,
                                      struct buf *ret_file);

/* Of the visits that a member of staff supervises. */
struct ical_duty {
    int64_t visit;
    enum visit_state state;
    int sequence;
    struct utc starts, ends;
    struct str summary, venue, room;
};
MUST_CHECK enum err render_ical_duties(const struct ical_duty *duties, size_t count, struct utc now,
                                       struct buf *ret_file);

#endif
