/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/print.h"
#include "sys/clock.h"

/* What of a batch was posted, and when. */
struct posting {
    struct request *request;
    int64_t batch;
    int64_t dispatches[PRINT_BATCH_MOST];
    size_t count, noted;
    struct day day;
    struct str proof;
};

static bool is_ticked(const struct posting *posting, int64_t dispatch)
{
    for (size_t i = 0; i < posting->count; i++)
        if (posting->dispatches[i] == dispatch) return true;
    return false;
}

static enum err note(struct store *store, void *context)
{
    struct posting *posting = context;
    struct request *request = posting->request;
    struct store_rows rows, noted;
    int64_t done[PRINT_BATCH_MOST], parties[PRINT_BATCH_MOST];
    size_t count = 0;
    TRY(store_query(store, QUERY_print_batch, PARAMS(P_INT(posting->batch)), request->arena,
                    &rows));
    for (size_t row = 0; row < rows.count && count < PRINT_BATCH_MOST; row++) {
        if (!is_ticked(posting, rows_int(&rows, row, "dispatch_id"))) continue;
        int64_t print = rows_int(&rows, row, "print_id");
        TRY(store_query_one(store, QUERY_print_posted,
                            PARAMS(P_INT(print), store_param_day(posting->day, request->arena)),
                            request->arena, &noted));
        if (!rows_null(&noted, 0, "refusal")) continue;
        done[count] = print;
        parties[count++] = rows_int(&rows, row, "to_party");
    }
    if (count == 0) return ERR_CONFLICT;
    for (size_t i = 0; i < count; i++)
        TRY(desk_audit_why(request, store, "letter_posted", "print", done[i], "party", parties[i],
                           "proof", posting->proof));
    posting->noted = count;
    request_then(request, "/prints");
    return OK;
}

static void read_form(struct posting *posting)
{
    struct request *request = posting->request;
    struct str value;
    for (size_t at = 0; form_next(&request->form, "dispatch", &at, &value);) {
        int64_t dispatch;
        if (code_id_get(value, &dispatch) && posting->count < PRINT_BATCH_MOST)
            posting->dispatches[posting->count++] = dispatch;
    }
    if (posting->count == 0) request_problem(request, "dispatch", "dispatch-missing");
    if (desk_date(request, "", &posting->day) &&
        posting->day.number > clock_day(request->arrived).number)
        request_problem(request, "day", "date-to-come");
    posting->proof = form_line(&request->form, "proof");
    if (posting->proof.len > 300) request_problem(request, "proof", "text-too-long");
}

enum err post_prints_ID_posted(struct request *request)
{
    struct posting posting = {.request = request, .batch = request_number(request, 0)};
    read_form(&posting);
    if (request_has_problem(request)) return print_batch_page(request, posting.batch);
    TRY(request_run_once(request, note, &posting));
    /* a second click notes nothing and is told what the first was */
    bool is_whole = posting.noted == 0 || posting.noted == posting.count;
    return reply_then(request, is_whole ? "print-posted" : "print-posted-some");
}
