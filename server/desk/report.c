/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/report.h"

#include <pthread.h>

#include "render/csv.h"
#include "render/sheet.h"
#include "store/report.h"
#include "sys/clock.h"

enum { FILE_BYTES = 16 * 1024 * 1024, DETAIL_BYTES = 300 };

enum err desk_report_as(const struct request *request, enum report_as *ret_as)
{
    struct str as = form_get(&request->query, "as");
    if (as.len == 0)
        *ret_as = REPORT_AS_PAGE;
    else if (str_equal(as, STR("csv")))
        *ret_as = REPORT_AS_CSV;
    else if (str_equal(as, STR("pdf")))
        *ret_as = REPORT_AS_PDF;
    else
        return ERR_NOT_FOUND;
    return OK;
}

/* ---- the days ---- */

/* What was typed in DAY, MONTH and YEAR of a link's query; otherwise, where nothing was. */
static void read_day(struct request *request, const char *const fields[3], struct day otherwise,
                     struct day *ret_day)
{
    int64_t day, month, year;
    bool is_typed = false;
    for (size_t i = 0; i < 3; i++) is_typed = is_typed || form_line(&request->query, fields[i]).len;
    *ret_day = otherwise;
    if (!is_typed) return;
    if (!form_int(&request->query, fields[0], 1, 31, &day) ||
        !form_int(&request->query, fields[1], 1, 12, &month) ||
        !form_int(&request->query, fields[2], 1900, 2200, &year) ||
        !day_from((struct day_parts){(int)year, (int)month, (int)day}, ret_day))
        request_problem(request, fields[0], "date-wrong");
}

static void read_days(struct desk_report *report)
{
    static const char *const from[] = {"from_day", "from_month", "from_year"};
    static const char *const to[] = {"to_day", "to_month", "to_year"};
    struct request *request = report->request;
    struct day edges[REPORT_YEARS + 1];
    size_t years;
    report->today = clock_day(request->arrived);
    read_day(request, to, report->today, &report->to);
    report->from = report_begins(report->code, report->to);
    if (report->code != REPORT_PURPOSE) read_day(request, from, report->from, &report->from);
    if (request_has_problem(request)) return;
    if (report->from.number > report->to.number)
        request_problem(request, "to_day", "days-order");
    else if (report_years(report->from, report->to, edges, &years) != OK)
        request_problem(request, "from_day", "days-many");
}

/* ---- what is sealed ---- */

static enum err count_relations(struct desk_report *report, struct store *store,
                                const struct desk_keyring *keyring, struct report_counts *counts)
{
    struct store_rows people;
    int64_t all = 0;
    TRY(register_open(report->request, store, keyring, report->view));
    TRY(store_report_people(store, report->to, counts->arena, &people));
    for (size_t row = 0; row < people.count; row++) {
        const struct register_party *party =
            register_party(report->view, rows_int(&people, row, "party_id"));
        bool is_adoptive = str_equal(rows_str(&people, row, "side"), STR("adoptive"));
        struct str word = party ? party->name->relation : STR("");
        int64_t n = rows_int(&people, row, "n");
        report_count(counts, STR("relation"),
                     is_adoptive ? STR("adoptive")
                     : word.len  ? word
                                 : STR("unknown"),
                     STR("number"), n);
        all += n;
    }
    report_count(counts, STR("relation"), STR("total"), STR("total"), all);
    return OK;
}

/* Only of the days asked for: report_held answers with no other. */
static enum err count_reasons(const struct desk_report *report, struct store *store,
                              const struct desk_keyring *keyring, struct report_counts *counts)
{
    struct store_rows rows;
    TRY(store_report_held(store, report->from, report->to, counts->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct str text, reason = STR("sealed");
        enum err code = desk_open(report->request, keyring, SEAL_DECISION, "decision",
                                  rows_int(&rows, row, "decision_id"), 1,
                                  rows_str(&rows, row, "sealed_decision"), &text);
        if (code == OK) {
            JSON decision = NULL;
            TRY(json_read(text, LIMIT_RECORD_BYTES * (size_t)16, &decision));
            reason = arena_str(counts->arena, report_reason(json_get_str(decision, "reason")));
        } else if (code != ERR_SEAL_BROKEN && code != ERR_NO_KEY) {
            return code; /* one that does not open must not take the others with it */
        }
        report_count(counts, STR("held"), reason, STR("number"), 1);
    }
    report_count(counts, STR("held"), STR("total"), STR("total"), (int64_t)rows.count);
    return OK;
}

/* ---- the answer ---- */

enum err desk_report_note(struct desk_report *report, struct store *store)
{
    struct request *request = report->request;
    struct store_rows rows;
    BUF(detail, DETAIL_BYTES);
    bool is_one = report->code == REPORT_TIMELINE;
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, request->arena, &rows));
    report->agency = rows_str(&rows, 0, "name");
    buf_add_c(&detail, report_title(report->code));
    if (!is_one) {
        buf_add_c(&detail, ", ");
        report_put_when(&detail, &report->report);
    }
    const char *kind = is_one ? "arrangement" : NULL;
    if (report->as == REPORT_AS_PAGE)
        return desk_audit_why(request, store, "report_shown", kind, report->arrangement, NULL, 0,
                              "report", buf_str(&detail));
    return desk_audit_why(request, store, "report_taken", kind, report->arrangement, NULL, 0,
                          "report", buf_str(&detail));
}

static enum err build(struct store *store, void *context)
{
    struct desk_report *report = context;
    struct request *request = report->request;
    struct report_counts counts = {.arena = request->arena};
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_report_counts(store, report->code, report->from, report->to, &counts));
    if (report->code == REPORT_PURPOSE) TRY(count_relations(report, store, &keyring, &counts));
    if (report->code == REPORT_PERIOD) TRY(count_reasons(report, store, &keyring, &counts));
    TRY(report_build(report->code, report->from, report->to, &counts, request->arena,
                     &report->report));
    return desk_report_note(report, store);
}

/* "letterbox-period-2026-09-30.csv" */
static const char *file_name(const struct desk_report *report, const char *ending)
{
    BUF(day, 20);
    day_put(&day, report->to);
    return arena_print(report->request->arena, "letterbox-%s-%s.%s", report_word(report->code),
                       day.at, ending)
        .at;
}

static enum err draw(struct desk_report *report, struct buf *pdf)
{
    const struct desk *desk = report->request->app;
    const struct render_sheet sheet = {
        .agency = report->agency, .about = report->reference, .printed = report->today};
    pthread_mutex_lock(desk->fonts_lock);
    enum err code =
        report->code == REPORT_TIMELINE
            ? render_sheet_timeline(desk->fonts, &sheet, report->events, report->event_count, pdf)
            : render_sheet_report(desk->fonts, &sheet, &report->report, pdf);
    pthread_mutex_unlock(desk->fonts_lock);
    return code;
}

static enum err write_csv(const struct desk_report *report, struct buf *csv)
{
    if (report->code == REPORT_TIMELINE)
        render_csv_timeline(csv, report->events, report->event_count, report->agency,
                            report->reference, report->today);
    else
        render_csv_report(csv, &report->report, report->agency, report->today);
    return buf_done(csv);
}

enum err desk_report_file(struct desk_report *report)
{
    struct buf bytes = buf_new(FILE_BYTES);
    bool is_csv = report->as == REPORT_AS_CSV;
    enum err code = is_csv ? write_csv(report, &bytes) : draw(report, &bytes);
    if (code != OK) {
        buf_free(&bytes);
        return code;
    }
    return reply_bytes(report->request, is_csv ? "text/csv; charset=utf-8" : "application/pdf",
                       file_name(report, is_csv ? "csv" : "pdf"), &bytes);
}

enum err desk_report_reply(struct request *request, enum report_code code)
{
    REGISTER(view);
    struct desk_report report = {.request = request, .code = code};
    TRY(desk_report_as(request, &report.as));
    read_days(&report);
    if (request_has_problem(request)) {
        desk_report_put(&report);
        return reply_page(request, "desk/report");
    }
    if (code == REPORT_PURPOSE) {
        TRY(register_take(request, &view));
        report.view = &view;
    }
    TRY(request_run(request, build, &report));
    if (report.as != REPORT_AS_PAGE) return desk_report_file(&report);
    desk_report_put(&report);
    return reply_page(request, "desk/report");
}
