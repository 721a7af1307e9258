/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_REPORT_IN_H
#define LETTERBOX_RULES_REPORT_IN_H

#include "rules/report.h"

/* For report.c and report_sum.c alone. */

enum { REPORT_FLOW_COLUMNS = 5 };
/* Start + new + open again - ended - end = 0. */
int report_flow_sign(size_t column);
bool report_total_below(enum report_layout layout);
bool report_total_right(enum report_layout layout);
/* Decides what of the numbers leaves the agency. */
MUST_CHECK enum err report_hide(struct report *report, struct arena *arena);

#endif
