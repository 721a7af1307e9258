/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_REPORT_H
#define LETTERBOX_LETTERBOXCTL_REPORT_H

#include "ops/letterboxctl/sign_in.h"
#include "rules/report.h"

/*
 * letterboxctl report, in two files: report.c reads the words of the command and prints,
 * report_ask.c asks the database and opens what is sealed.
 */
struct report_work {
    struct site site;
    struct signed_in who;
    enum report_code code;
    struct day from, to, today;
    int64_t arrangement;
    bool csv, exact;
    const char *pdf;
    int fd;               /* of --sign-in-fd, or -1 */
    struct str agency;    /* its name */
    struct str reference; /* of a timeline's arrangement; else empty */
    struct report report;
    struct report_event *events;
    size_t event_count;
};

/* Signs in, asks, prints. */
int report_signed(struct report_work *work);
/* The same for the region's host, without anybody signed in. */
int report_region(struct report_work *work);
int report_print(const struct report_work *work);

#endif
