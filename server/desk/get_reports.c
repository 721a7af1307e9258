/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/report.h"

/* Which reports there are; that of one arrangement is for a manager. */
enum err get_reports(struct request *request)
{
    static const enum report_code codes[] = {REPORT_PURPOSE, REPORT_PERIOD, REPORT_FOI};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        json_t *entry = json_object();
        json_put_str(entry, "name", str_from(report_word(codes[i])));
        json_put_str(entry, "title", str_from(report_title(codes[i])));
        json_put_str(entry, "purpose", str_from(report_purpose(codes[i])));
        json_add(list, entry);
    }
    desk_put_list(request->view, "reports", list);
    json_put_bool(request->view, "is_manager", request->session.role == ROLE_MANAGER);
    json_put_str(request->view, "timeline_title", str_from(report_title(REPORT_TIMELINE)));
    json_put_str(request->view, "timeline_purpose", str_from(report_purpose(REPORT_TIMELINE)));
    return reply_page(request, "desk/reports");
}
