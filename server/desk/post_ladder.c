/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/ladder.h"

/* Changes when people are reminded: a new version, from now on. */
struct changing {
    struct request *request;
    struct remind_ladder ladder;
    size_t rows[REMIND_STEPS]; /* of the form, in which each step stands */
    int64_t version;
};

static void read_step(struct changing *changing, size_t row)
{
    struct request *request = changing->request;
    struct remind_ladder *ladder = &changing->ladder;
    const char *days = ladder_field(request, "days", row);
    int64_t number;
    if (str_trim(form_get(&request->form, days)).len == 0) return;
    if (!form_int(&request->form, days, 0, REMIND_DAY_MOST, &number)) {
        request_problem(request, days, "ladder-day");
        return;
    }
    bool is_before =
        str_equal(form_get(&request->form, ladder_field(request, "when", row)), STR("before"));
    changing->rows[ladder->count] = row;
    ladder->steps[ladder->count++] = (struct remind_step){
        .day = (int)(is_before ? -number : number),
        .is_staff =
            str_equal(form_get(&request->form, ladder_field(request, "act", row)), STR("staff")),
    };
}

static void check(struct changing *changing)
{
    struct request *request = changing->request;
    size_t at;
    enum remind_fault fault = remind_ladder_fault(&changing->ladder, &at);
    const char *field = ladder_field(request, "days", changing->rows[at]);
    switch (fault) {
    case LADDER_FINE: return;
    case LADDER_SHORT: request_problem(request, "days_1", "ladder-short"); return;
    case LADDER_LONG: /* the form has no more rows */
    case LADDER_DAY: request_problem(request, field, "ladder-day"); return;
    case LADDER_ORDER: request_problem(request, field, "ladder-order"); return;
    case LADDER_LAST: request_problem(request, field, "ladder-last"); return;
    case LADDER_HUMAN: request_problem(request, field, "ladder-human"); return;
    case LADDER_TELL: request_problem(request, "tell_after", "ladder-tell"); return;
    }
}

static void read_form(struct changing *changing)
{
    struct request *request = changing->request;
    int64_t tell = 0;
    for (size_t row = 0; row < REMIND_STEPS; row++) read_step(changing, row);
    if (!form_int(&request->form, "tell_after", REMIND_TELL_LEAST, REMIND_TELL_MOST, &tell))
        request_problem(request, "tell_after", "ladder-tell");
    changing->ladder.tell_after = (int)tell;
    if (!request_has_problem(request)) check(changing);
}

static enum err change(struct store *store, void *context)
{
    const struct changing *changing = context;
    struct request *request = changing->request;
    const struct remind_ladder *ladder = &changing->ladder;
    struct occasion_now now;
    struct store_rows rows;
    int64_t days[REMIND_STEPS], staff_days[REMIND_STEPS];
    size_t staff_count = 0;
    TRY(occasion_now(request, store, &now));
    if (now.version != changing->version) return ERR_CONFLICT;
    for (size_t i = 0; i < ladder->count; i++) {
        days[i] = ladder->steps[i].day;
        if (ladder->steps[i].is_staff) staff_days[staff_count++] = days[i];
    }
    TRY(store_query(store, QUERY_ladder_add,
                    PARAMS(P_INT(changing->version + 1), P_INTS(days, ladder->count),
                           P_INTS(staff_days, staff_count), P_INT(ladder->tell_after)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    request_then(request, "/ladder");
    return desk_audit(store, "ladder_changed", NULL, 0, NULL, 0);
}

enum err post_ladder(struct request *request)
{
    struct changing changing = {.request = request};
    if (!form_int(&request->form, "version", 1, INT32_MAX, &changing.version)) return ERR_BAD_INPUT;
    read_form(&changing);
    if (request_has_problem(request)) return ladder_page(request, 422);
    enum err code = request_run_once(request, change, &changing);
    if (code == OK) return reply_then(request, "ladder-changed");
    if (code != ERR_CONFLICT) return code;
    request_problem(request, "", "changed-meanwhile");
    return ladder_page(request, 409);
}
