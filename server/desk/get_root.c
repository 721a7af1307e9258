/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"
#include "server/desk/problems.h"
#include "sys/clock.h"

/* Today: what is new, what is late, what is risky. */
struct today {
    struct request *request;
};

enum { SHOWN = 10 };

static enum err put_letters(struct request *request, struct store *store,
                            const struct desk_keyring *keyring, const char *states, const char *key,
                            const char *label)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_letter_list,
                    PARAMS(P_TEXT(str_from(states)), P_INT(SHOWN), P_INT(0)), request->arena,
                    &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        enum err code = desk_letter_row(request, store, keyring, &rows, row, list);
        if (code != OK) {
            json_decref(list);
            return code;
        }
    }
    desk_put_list(request->view, key, list);
    json_t *object = json_object_get(request->view, key);
    if (object) json_put_str(object, "label", str_from(label));
    return OK;
}

static void put_counts(struct request *request, const struct store_rows *rows)
{
    static const struct {
        const char *key, *column;
    } table[] = {
        {"arrived", "arrived"},   {"to_read", "to_read"}, {"second_check", "second_check"},
        {"held", "held"},         {"late", "late"},       {"quarantined", "quarantined"},
        {"problems", "problems"}, {"prints", "to_print"},
    };
    json_t *counts = json_object();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        desk_put_number(counts, table[i].key, rows_int(rows, 0, table[i].column));
    json_put(request->view, "counts", counts);
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
    if (request->session.role == ROLE_ADMINISTRATOR) return OK; /* sees no letters */
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(put_letters(request, store, &keyring, "{in_review,escalated}", "to_read",
                    "Letters to read"));
    TRY(put_letters(request, store, &keyring, "{second_check}", "second_check",
                    "Letters for a second check"));
    return desk_audit(store, "today_shown", "", 0, "", 0);
}

enum err get_root(struct request *request)
{
    static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
    struct today today = {request};
    TRY(request_run(request, read_today, &today));
    struct day day = clock_day(request->arrived);
    BUF(words, 80);
    buf_print(&words, "%s ", days[day_weekday(day)]);
    day_put_long(&words, day);
    json_put_str(request->view, "day", buf_str(&words));
    return reply_page(request, "desk/today");
}
