/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_REPORT_H
#define LETTERBOX_DESK_REPORT_H

#include "rules/report.h"
#include "server/desk/register.h"

/*
 * Reports at the desk: the page has exact numbers; what is taken out of it (?as=csv, ?as=pdf) has
 * small numbers hidden. Counts come from clear columns, with lb_report's rights (store/report.h);
 * relationships from the session's register, reasons from the decisions of the days asked for.
 *
 *   report.c        the days that were asked for, the counts, the answer
 *   report_view.c   tables for the page
 */
enum report_as { REPORT_AS_PAGE, REPORT_AS_CSV, REPORT_AS_PDF };

struct desk_report {
    struct request *request;
    enum report_code code;
    enum report_as as;
    struct day from, to, today;
    struct register_view *view; /* NULL: the report needs none */
    struct str agency;          /* its name */
    struct str reference;       /* of a timeline's arrangement; else empty */
    int64_t arrangement;
    struct report report;
    struct report_event *events;
    size_t event_count;
};

/* The whole answer for one of the reports on numbers. */
MUST_CHECK enum err desk_report_reply(struct request *request, enum report_code code);
/* ?as; ERR_NOT_FOUND for another. */
MUST_CHECK enum err desk_report_as(const struct request *request, enum report_as *ret_as);
/* The agency's name, and the audit's row: looked at, or taken out. */
MUST_CHECK enum err desk_report_note(struct desk_report *report, struct store *store);
/* As CSV or PDF. */
MUST_CHECK enum err desk_report_file(struct desk_report *report);
/* tables, when and the links of the page. */
void desk_report_put(const struct desk_report *report);

#endif
