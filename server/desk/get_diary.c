/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/diary.h"

/* A month of the diary: how much is due on each day, and how it stands. */

enum { WEEK = 7 };

struct showing {
    struct request *request;
    bool has_month;
    struct day month; /* its first day */
};

/* The counts of a day: rows are in order of the days; *at is where the next one's begin. */
static void put_counts(struct request *request, const struct store_rows *rows, size_t *at,
                       struct day day, json_t *cell)
{
    struct day due;
    for (; *at < rows->count && rows_day(rows, *at, "due_on", &due) && due.number <= day.number;
         (*at)++) {
        if (due.number < day.number) continue;
        json_put_bool(cell, "any", true);
        desk_put_number(cell, arena_c(request->arena, rows_str(rows, *at, "state")),
                        rows_int(rows, *at, "count"));
    }
}

/* Weeks from Monday to Sunday; days of the months beside it are empty. */
static json_t *weeks(struct request *request, const struct store_rows *rows, struct day first,
                     struct day last, struct day today)
{
    json_t *list = json_array();
    size_t at = 0;
    struct day day = {first.number - (day_weekday(first) + WEEK - 1) % WEEK};
    while (day.number <= last.number) {
        json_t *week = json_object(), *cells = json_array();
        for (int i = 0; i < WEEK; i++, day.number++) {
            json_t *cell = json_object();
            json_add(cells, cell);
            if (day.number < first.number || day.number > last.number) continue;
            BUF(iso, 16);
            day_put(&iso, day);
            json_put_str(cell, "iso", buf_str(&iso));
            desk_put_day(cell, "long", day);
            desk_put_number(cell, "day", day_parts(day).day);
            json_put_bool(cell, "today", day.number == today.number);
            put_counts(request, rows, &at, day, cell);
        }
        desk_put_list(week, "days", cells);
        json_add(list, week);
    }
    return list;
}

static enum err show(struct store *store, void *context)
{
    struct showing *showing = context;
    struct request *request = showing->request;
    struct store_rows rows;
    struct day today;
    TRY(diary_today(request, store, &today));
    struct day first = showing->has_month ? showing->month : diary_month_of(today);
    struct day last = {day_add_months(first, 1).number - 1};
    TRY(store_query(
        store, QUERY_occasion_days,
        PARAMS(store_param_day(first, request->arena), store_param_day(last, request->arena)),
        request->arena, &rows));
    desk_put_list(request->view, "weeks", weeks(request, &rows, first, last, today));
    diary_put_month(request->view, "month", first);
    diary_put_month(request->view, "before", day_add_months(first, -1));
    diary_put_month(request->view, "after", day_add_months(first, 1));
    return desk_audit(store, "diary_shown", NULL, 0, NULL, 0);
}

enum err get_diary(struct request *request)
{
    struct showing showing = {.request = request};
    if (!diary_month_get(request, &showing.has_month, &showing.month)) return ERR_NOT_FOUND;
    TRY(request_run(request, show, &showing));
    return reply_page(request, "desk/diary");
}
