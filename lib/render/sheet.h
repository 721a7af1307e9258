/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_SHEET_H
#define LETTERBOX_RENDER_SHEET_H

#include "core/buf.h"
#include "core/err.h"
#include "render/font.h"
#include "rules/report.h"

/*
 * A report on paper, as it leaves the agency: A4, each table with its definition, chart, numbers
 * and what adds up to what; at the foot of each sheet the report, its day and "Page 2 of 5". Drawn
 * as render/pdf.h draws letters, with the same promises about metadata.
 *
 * ERR_BAD_INPUT without an agency; ERR_BAD_UTF8; ERR_TOO_BIG past the buffer's maximum; ERR_RENDER
 * when the library could not.
 */
struct render_sheet {
    struct str agency;
    struct str about; /* of a timeline: whose it is; else empty */
    struct day printed;
};

MUST_CHECK enum err render_sheet_report(const struct render_fonts *fonts,
                                        const struct render_sheet *sheet,
                                        const struct report *report, struct buf *ret_pdf);
MUST_CHECK enum err render_sheet_timeline(const struct render_fonts *fonts,
                                          const struct render_sheet *sheet,
                                          const struct report_event *events, size_t count,
                                          struct buf *ret_pdf);

#endif
