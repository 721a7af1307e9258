/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/report.h"

enum err get_reports_purpose(struct request *request)
{
    return desk_report_reply(request, REPORT_PURPOSE);
}
