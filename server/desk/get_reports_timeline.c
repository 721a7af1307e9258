/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/report.h"
#include "store/report.h"
#include "sys/clock.h"

/* What happened in one arrangement, for a complaint or the ombudsman: a manager takes it out. */

static enum err build(struct store *store, void *context)
{
    struct desk_report *report = context;
    TRY(store_report_timeline(store, report->arrangement, report->request->arena, &report->events,
                              &report->event_count));
    return desk_report_note(report, store);
}

static void put_events(const struct desk_report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->event_count; i++) {
        json_t *entry = json_object();
        BUF(when, 100);
        clock_put(&when, report->events[i].at);
        json_put_str(entry, "when", buf_str(&when));
        json_put_str(entry, "what", report->events[i].words);
        if (report->events[i].object) json_put_reference(entry, "letter", report->events[i].object);
        json_add(list, entry);
    }
    desk_put_list(report->request->view, "events", list);
}

/* As people read it, or the code in the address bar. */
static bool read_reference(struct str typed, int64_t *ret_id)
{
    char plain[CODE_ID_LETTERS + 1] = "";
    if (!code_letters_get(typed, CODE_ID_LETTERS, plain)) return false;
    for (size_t i = 0; i < CODE_ID_LETTERS; i++)
        if (plain[i] >= 'A' && plain[i] <= 'Z') plain[i] = (char)(plain[i] - 'A' + 'a');
    return code_id_get((struct str){plain, CODE_ID_LETTERS}, ret_id);
}

enum err get_reports_timeline(struct request *request)
{
    struct desk_report report = {.request = request, .code = REPORT_TIMELINE};
    struct str typed = form_line(&request->query, "arrangement");
    BUF(reference, 40);
    TRY(desk_report_as(request, &report.as));
    report.today = report.from = report.to = clock_day(request->arrived);
    json_put_str(request->view, "title", str_from(report_title(report.code)));
    json_put_str(request->view, "purpose", str_from(report_purpose(report.code)));
    desk_put_value(request, "arrangement", typed);
    if (typed.len == 0) return reply_page(request, "desk/report_timeline");
    enum err code = read_reference(typed, &report.arrangement)
                        ? request_run(request, build, &report)
                        : ERR_NOT_FOUND;
    if (code == ERR_NOT_FOUND) {
        request_problem(request, "arrangement", "arrangement-unknown");
        return reply_page(request, "desk/report_timeline");
    }
    TRY(code);
    code_reference_put(&reference, report.arrangement);
    report.reference = arena_str(request->arena, buf_str(&reference));
    if (report.as != REPORT_AS_PAGE) return desk_report_file(&report);
    json_put_str(request->view, "reference", report.reference);
    json_put_code(request->view, "id", report.arrangement);
    put_events(&report);
    return reply_page(request, "desk/report_timeline");
}
