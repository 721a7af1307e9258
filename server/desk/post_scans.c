/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/scan.h"
#include "server/http/spool.h"
#include "store/job.h"
#include "sys/clock.h"
#include "sys/fault.h"

/*
 * Takes in a scan. The files were sealed to the press while they came in; one transaction keeps
 * them with the letter, the job for the press and the audit's row. Who entered it does not approve
 * it alone.
 */
struct entering {
    struct request *request;
    struct scan_form form;
};

static enum err seal_entry(struct request *request, struct store *store, int64_t letter,
                           const struct scan_form *form, struct str *ret_sealed)
{
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    JSON entry = json_object();
    json_put_str(entry, "what", form->what);
    json_put_str(entry, "kept_where", form->kept_where);
    json_put_str(entry, "helper", form->helper);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(entry, &text));
    return desk_seal(request, SEAL_NOTE, "letter", letter, 1, &publics.desk, 1, buf_str(&text),
                     ret_sealed);
}

static enum err keep(struct store *store, void *context)
{
    struct entering *entering = context;
    struct request *request = entering->request;
    const struct scan_form *form = &entering->form;
    int64_t letter = spool_letter(request);
    struct str sealed;
    TRY(seal_entry(request, store, letter, form, &sealed));
    TRY(store_do(store, QUERY_letter_add_paper,
                 PARAMS(P_INT(letter), P_INT(form->arrangement), P_INT(form->party),
                        store_param_day(form->day, request->arena), P_BYTES(sealed))));
    TRY(spool_keep(request, store));
    TRY(store_do(store, QUERY_job_add_letter,
                 PARAMS(P_TEXT(STR("press")), P_TEXT(STR("prepare_letter")), P_INT(JOB_USUAL),
                        P_INT(letter))));
    BUF(code, 16);
    code_id_put(&code, letter);
    request_then(request, "/scans/%s", code.at);
    TRY(desk_audit(store, "letter_entered", "letter", letter, "party", form->party));
    FAULT_POINT(desk_scan_before_commit);
    return OK;
}

static void check(struct entering *entering)
{
    struct request *request = entering->request;
    struct scan_form *form = &entering->form;
    if (form->party == 0) request_problem(request, "sender", "sender-missing");
    if (form->what.len == 0) request_problem(request, "what", "what-missing");
    form->has_day = desk_date(request, "", &form->day);
    if (form->has_day && form->day.number > clock_day(request->arrived).number)
        request_problem(request, "day", "date-to-come");
    if (form->kept_where.len > 300) request_problem(request, "kept_where", "text-too-long");
    if (form->helper.len > 300) request_problem(request, "helper", "text-too-long");
    request_check_files(request);
    if (request->file_count == 0 && request->files_fit == FILES_FIT)
        request_problem(request, "file", "file-missing");
}

enum err post_scans(struct request *request)
{
    struct entering entering = {.request = request};
    scan_form_read(request, &entering.form);
    check(&entering);
    if (request_has_problem(request)) {
        json_put_bool(request->view, "files_dropped",
                      request->file_count > 0 || request->files_fit != FILES_FIT);
        return scan_page(request, &entering.form, 0, form_line(&request->form, "q"));
    }
    TRY(request_run_once(request, keep, &entering));
    FAULT_POINT(desk_scan_after_commit);
    return reply_then(request, NULL);
}
