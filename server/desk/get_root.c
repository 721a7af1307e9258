/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"
#include "server/desk/letter.h"
#include "server/desk/problems.h"
#include "sys/clock.h"

/* Today: what is new, what is late, what is risky. */
struct today {
    struct request *request;
};

enum { SHOWN = 10 };

static enum err put_rows(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, const struct store_rows *rows,
                         const char *key, const char *label)
{
    JSON list = json_array();
    for (size_t row = 0; row < rows->count; row++)
        TRY(desk_letter_row(request, store, keyring, rows, row, list));
    desk_put_list(request->view, key, json_incref(list));
    json_t *object = json_object_get(request->view, key);
    if (object) json_put_str(object, "label", str_from(label));
    return OK;
}

static enum err put_letters(struct request *request, struct store *store,
                            const struct desk_keyring *keyring, const char *state, const char *key,
                            const char *label)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_letter_list,
                    PARAMS(P_TEXT(str_from(state)), P_INT(SHOWN), P_INT(0)), request->arena,
                    &rows));
    return put_rows(request, store, keyring, &rows, key, label);
}

/* Those that this member may check: not what they entered or approved themselves. */
static enum err put_second_checks(struct request *request, struct store *store,
                                  const struct desk_keyring *keyring)
{
    struct store_rows rows;
    if (!desk_may_move(request, STR("second_check"), STR("approved"))) return OK;
    TRY(store_query(store, QUERY_letter_to_check, PARAMS(P_INT(SHOWN)), request->arena, &rows));
    return put_rows(request, store, keyring, &rows, "second_check", "Letters for a second check");
}

static enum err put_shelf(struct request *request, struct store *store,
                          const struct desk_keyring *keyring)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_letter_held_due, PARAMS(P_INT(SHOWN)), request->arena, &rows));
    return put_rows(request, store, keyring, &rows, "held_due", "Letters on the shelf");
}

static void put_counts(struct request *request, const struct store_rows *rows)
{
    static const struct {
        const char *key, *column;
    } table[] = {
        {"arrived", "arrived"},     {"to_read", "to_read"}, {"second_check", "second_check"},
        {"held", "held"},           {"late", "late"},       {"quarantined", "quarantined"},
        {"problems", "problems"},   {"prints", "to_print"}, {"changes", "changes"},
        {"reviews", "reviews_due"}, {"to_ring", "to_ring"},
    };
    json_t *counts = json_object();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        desk_put_number(counts, table[i].key, rows_int(rows, 0, table[i].column));
    json_put(request->view, "counts", counts);
}

/* How many of something wait; none: it is absent. */
static enum err put_waiting(struct request *request, struct store *store, enum query_id query,
                            const char *column, const char *key)
{
    struct store_rows rows;
    TRY(store_query_one(store, query, NO_PARAMS, request->arena, &rows));
    int64_t count = rows_int(&rows, 0, column);
    if (count) desk_put_number(request->view, key, count);
    return OK;
}

static enum err read_today(struct store *store, void *context)
{
    struct today *today = context;
    struct request *request = today->request;
    struct store_rows rows;
    json_object_clear(request->view);
    TRY(store_query_one(store, QUERY_today_counts, NO_PARAMS, request->arena, &rows));
    put_counts(request, &rows);
    TRY(problems_put_clock(request, store));
    TRY(store_query(store, QUERY_acting_mine, NO_PARAMS, request->arena, &rows));
    acting_put_choices(request, &rows);
    if (request->session.role == ROLE_ADMINISTRATOR) /* sees no letters */
        return put_waiting(request, store, QUERY_acting_waiting_count, "offers", "offers");
    /* Meetings that a block stopped: staff telephone. */
    TRY(put_waiting(request, store, QUERY_visit_stopped_count, "visits", "visits_stopped"));
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    if (request->session.role == ROLE_MANAGER) {
        TRY(put_waiting(request, store, QUERY_transfer_waiting_count, "moves", "moves"));
        TRY(put_letters(request, store, &keyring, "{escalated}", "escalated",
                        "Letters that a manager was asked about"));
    }
    TRY(put_second_checks(request, store, &keyring));
    TRY(put_letters(request, store, &keyring, "{in_review}", "to_read", "Letters to read"));
    if (request->session.role != ROLE_CHECKER) TRY(put_shelf(request, store, &keyring));
    return desk_audit(store, "today_shown", "", 0, "", 0);
}

enum err get_root(struct request *request)
{
    struct today today = {request};
    TRY(request_run(request, read_today, &today));
    struct day day = clock_day(request->arrived);
    BUF(words, 80);
    buf_print(&words, "%s ", day_weekday_name(day));
    day_put_long(&words, day);
    json_put_str(request->view, "day", buf_str(&words));
    return reply_page(request, "desk/today");
}
