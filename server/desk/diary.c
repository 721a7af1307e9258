/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/diary.h"
#include "sys/clock.h"

enum { FIRST_YEAR = 1990, LAST_YEAR = 2200 };

bool diary_month_get(const struct request *request, bool *ret_has, struct day *ret_first)
{
    struct str typed = form_line(&request->query, "month");
    struct day first;
    *ret_has = false;
    if (typed.len == 0) return true;
    if (typed.len != 7 || !day_get(arena_print(request->arena, "%.*s-01", STR_ARG(typed)), &first))
        return false;
    int year = day_parts(first).year;
    if (year < FIRST_YEAR || year > LAST_YEAR) return false;
    *ret_has = true;
    *ret_first = first;
    return true;
}

struct day diary_month_of(struct day day)
{
    return (struct day){day.number - day_parts(day).day + 1};
}

void diary_put_month(json_t *view, const char *key, struct day first)
{
    struct day_parts parts = day_parts(first);
    json_t *object = json_object();
    BUF(iso, 16);
    BUF(words, 40);
    day_put(&iso, first);
    buf_print(&words, "%s %d", day_month_name(parts.month), parts.year);
    json_put_str(object, "iso", str_slice(buf_str(&iso), 0, 7));
    json_put_str(object, "words", buf_str(&words));
    json_put(view, key, object);
}

enum err diary_today(struct request *request, struct store *store, struct day *ret_today)
{
    struct store_rows rows;
    struct utc now = request->arrived;
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, request->arena, &rows));
    (void)rows_utc(&rows, 0, "instant", &now);
    *ret_today = clock_day(now);
    return OK;
}
