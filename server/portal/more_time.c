/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/more_time.h"

#include "sys/clock.h"

static const char *const choices[MORE_TIME_CHOICES] = {"weeks", "month", "months"};

enum { TWO_WEEKS_DAYS = 14 };

enum err more_time_read(struct store *store, void *more_time)
{
    struct more_time *more = more_time;
    struct request *request = more->request;
    struct store_rows rows, now;
    struct utc instant = request->arrived;
    struct day due = {0}, wait = {0};
    TRY(portal_contacts(request, store, more->pair, &more->contacts));
    TRY(store_query_one(store, QUERY_occasion_find_self, PARAMS(P_INT(request_number(request, 0))),
                        request->arena, &rows));
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, request->arena, &now));
    (void)rows_utc(&now, 0, "instant", &instant);
    (void)rows_day(&rows, 0, "due_on", &due);
    bool has_wait = rows_day(&rows, 0, "wait_until", &wait);
    more->arrangement = portal_arrangement(&rows, 0);
    more->today = clock_day(instant);
    more->base = remind_base(due, has_wait, wait);
    struct day from = more->base.number > more->today.number ? more->base : more->today;
    more->days[0] = (struct day){from.number + TWO_WEEKS_DAYS};
    more->days[1] = day_add_months(from, 1);
    more->days[2] = day_add_months(from, 2);
    for (size_t i = 0; i < MORE_TIME_CHOICES; i++)
        more->allowed[i] = remind_wait_allowed(due, more->base, more->today, more->days[i]);
    return OK;
}

enum err more_time_page(const struct more_time *more)
{
    struct request *request = more->request;
    json_t *list = json_array();
    for (size_t i = 0; i < MORE_TIME_CHOICES; i++) {
        if (!more->allowed[i]) continue;
        json_t *entry = portal_tagged(choices[i]);
        portal_put_day(entry, "day", more->days[i]);
        json_put_bool(entry, "first", json_array_size(list) == 0);
        json_add(list, entry);
    }
    json_put_str(request->view, "path", request->path);
    json_put_str(request->view, "who", portal_who(request, &more->contacts, more->arrangement));
    portal_put_day(request->view, "by", more->base);
    portal_put_list(request->view, "choices", list);
    return reply_page(request, "portal/more_time");
}

bool more_time_chosen(const struct more_time *more, size_t *ret_choice)
{
    struct str until = form_get(&more->request->form, "until");
    for (size_t i = 0; i < MORE_TIME_CHOICES; i++) {
        if (!more->allowed[i] || !str_equal(until, str_from(choices[i]))) continue;
        *ret_choice = i;
        return true;
    }
    return false;
}
