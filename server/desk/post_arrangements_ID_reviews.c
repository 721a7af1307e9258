/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "core/json.h"
#include "server/desk/arrangement_review.h"
#include "sys/clock.h"

/* Keeps what each side said in a review, and sets the day of the next. */

struct reviewing {
    struct request *request;
    struct review_form form;
};

/* The fields of each person stand together: the n-th of each is the n-th person's. */
static void read_answers(struct request *request, struct review_form *form)
{
    static const char *const fields[] = {"feels", "change", "news"};
    size_t at[3] = {0}, parties = 0;
    struct str code;
    while (form_next(&request->form, "party", &parties, &code) &&
           form->count < sizeof form->answers / sizeof *form->answers) {
        struct review_answer *answer = &form->answers[form->count++];
        struct str *texts[] = {&answer->feels, &answer->change, &answer->news};
        if (!code_id_get(code, &answer->party)) answer->party = 0;
        for (size_t i = 0; i < 3; i++) {
            if (!form_next(&request->form, fields[i], &at[i], texts[i])) *texts[i] = STR("");
            *texts[i] = str_trim(*texts[i]);
            if (texts[i]->len > REVIEW_ANSWER_BYTES)
                request_problem(request, "people", "text-too-long");
        }
    }
}

static void read_form(struct request *request, struct review_form *form)
{
    bool is_answered = false;
    read_answers(request, form);
    for (size_t i = 0; i < form->count; i++)
        is_answered |=
            form->answers[i].feels.len || form->answers[i].change.len || form->answers[i].news.len;
    form->agreed = str_trim(form_get(&request->form, "agreed"));
    if (form->agreed.len > REVIEW_ANSWER_BYTES) request_problem(request, "agreed", "text-too-long");
    /* Nobody may be found, or want to answer: then it is said what was tried. */
    if (!is_answered && form->agreed.len == 0) request_problem(request, "agreed", "review-empty");
    (void)form_id(&request->form, "review", &form->review);
    struct day today = clock_day(request->arrived);
    form->has_next = desk_date(request, "next_", &form->next);
    if (!form->has_next) return;
    if (form->next.number <= today.number) request_problem(request, "next_day", "date-past");
    if (form->next.number > day_add_months(today, REVIEW_MOST_MONTHS).number)
        request_problem(request, "next_day", "review-far");
}

static enum err seal(struct reviewing *reviewing, struct store *store, int64_t review,
                     struct str *ret_sealed)
{
    struct request *request = reviewing->request;
    const struct review_form *form = &reviewing->form;
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    JSON record = json_object();
    json_t *answers = json_array();
    json_put(record, "answers", answers);
    for (size_t i = 0; i < form->count; i++) {
        const struct review_answer *answer = &form->answers[i];
        json_t *row = json_object();
        json_put_id(row, "party", answer->party);
        json_put_str(row, "feels", answer->feels);
        json_put_str(row, "change", answer->change);
        json_put_str(row, "news", answer->news);
        json_add(answers, row);
    }
    json_put_str(record, "agreed", form->agreed);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    return desk_seal(request, SEAL_NOTE, "arrangement_review", review, 1, &publics.desk, 1,
                     buf_str(&text), ret_sealed);
}

static enum err keep(struct store *store, void *context)
{
    struct reviewing *reviewing = context;
    struct request *request = reviewing->request;
    const struct review_form *form = &reviewing->form;
    struct store_rows rows;
    struct str sealed;
    int64_t review = form->review;
    int64_t arrangement = request_number(request, 0);
    TRY(store_query_one(store, QUERY_arrangement_find, PARAMS(P_INT(arrangement)), request->arena,
                        &rows));
    if (review == 0) {
        review = random_id();
        TRY(store_query(store, QUERY_arrangement_review_add,
                        PARAMS(P_INT(review), P_INT(arrangement)), request->arena, &rows));
        if (rows.count == 0) return ERR_CONFLICT; /* one came on the list meanwhile */
    }
    TRY(seal(reviewing, store, review, &sealed));
    TRY(store_query(store, QUERY_arrangement_review_done, PARAMS(P_INT(review), P_BYTES(sealed)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    TRY(store_query_one(store, QUERY_arrangement_review_next,
                        PARAMS(P_INT(arrangement), store_param_day(form->next, request->arena)),
                        request->arena, &rows));
    request_then(request, "%s", arrangement_path(request, arrangement, "reviews").at);
    return desk_audit(store, "review_done", "arrangement", arrangement, "review", review);
}

enum err post_arrangements_ID_reviews(struct request *request)
{
    struct reviewing reviewing = {.request = request};
    int status = 422;
    read_form(request, &reviewing.form);
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, keep, &reviewing);
        if (code == OK) return reply_then(request, "review-done");
        if (code != ERR_CONFLICT) return code;
        request_problem(request, "", "changed-meanwhile");
        status = 409;
    }
    return arrangement_reviews_page(request, request_number(request, 0), status);
}
