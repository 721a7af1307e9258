/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/visit.h"
#include "sys/clock.h"

/* The meetings that the signed-in person was told of: those to come, and of the last month. */
enum { DAYS_BACK = 31 };

static void put_when(json_t *row, const struct visit_view *view)
{
    BUF(words, 120);
    struct day day = clock_day(view->starts);
    buf_print(&words, "%s ", day_weekday_name(day));
    day_put_long(&words, day);
    json_put_str(row, "day", buf_str(&words));
    buf_clear(&words);
    clock_put_time(&words, view->starts);
    json_put_str(row, "starts", buf_str(&words));
    buf_clear(&words);
    clock_put_time(&words, view->ends);
    json_put_str(row, "ends", buf_str(&words));
}

static void put_row(const struct portal_visit *visit, json_t *list)
{
    const struct visit_view *view = &visit->view;
    json_t *row = json_object();
    json_put_code(row, "id", visit->invite);
    json_put_bool(row, "on", view->news == VISIT_ON);
    json_put_bool(row, "off", view->news == VISIT_OFF);
    json_put_bool(row, "over", view->news == VISIT_OVER);
    json_put_bool(row, "ask", visit->is_sealed);
    put_when(row, view);
    json_put_str(row, "venue", view->venue);
    json_put_str(row, "room", view->room);
    json_put_str(row, "travel", view->travel);
    json_put_str(row, "note", view->note);
    json_add(list, row);
}

enum err get_visits(struct request *request)
{
    SEAL_PAIR(pair);
    struct store_rows rows;
    TRY(portal_pair(request, &pair));
    const struct store_ask ask = {QUERY_visit_self, PARAMS(P_INT(DAYS_BACK)), &rows};
    TRY(request_ask(request, &ask, 1));
    JSON list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct portal_visit visit;
        TRY(portal_visit_read(request, &pair, &rows, row, &visit));
        put_row(&visit, list);
    }
    portal_put_list(request->view, "visits", json_incref(list));
    return reply_page(request, "portal/visits");
}
