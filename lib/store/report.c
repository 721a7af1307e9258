/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/report.h"

#include "sys/clock.h"

/* The instant at which the day begins, or the one after it. */
static struct store_param begins(struct day day, int later, struct arena *arena)
{
    BUF(text, 40);
    utc_put(&text, clock_day_start((struct day){day.number + later}));
    return P_TEXT(arena_str(arena, buf_str(&text)));
}

/* One query with lb_report's rights. On its own connection it has no others. */
static enum err with_rights(struct store *store, enum query_id query,
                            const struct store_param *params, size_t count, struct arena *arena,
                            struct store_rows *ret_rows)
{
    struct store_rows role;
    TRY(store_query(store, QUERY_report_rights_take, NO_PARAMS, arena, &role));
    TRY(store_query(store, query, params, count, arena, ret_rows));
    return store_query(store, QUERY_report_rights_leave, NO_PARAMS, arena, &role);
}

/* The edges of the years, as an array. */
static enum err edges_of(struct day from, struct day to, struct arena *arena,
                         struct store_param *ret_edges)
{
    struct day edges[REPORT_YEARS + 1];
    size_t years;
    BUF(array, 40 * (REPORT_YEARS + 2));
    TRY(report_years(from, to, edges, &years));
    for (size_t i = 0; i <= years; i++) {
        buf_add_byte(&array, i ? ',' : '{');
        utc_put(&array, clock_day_start(edges[i]));
    }
    buf_add_byte(&array, '}');
    TRY(buf_done(&array));
    *ret_edges = P_TEXT(arena_str(arena, buf_str(&array)));
    return OK;
}

static enum err ask(struct store *store, enum report_code report, struct day from, struct day to,
                    struct arena *arena, struct store_rows *ret_rows)
{
    struct store_param since = begins(from, 0, arena), until = begins(to, 1, arena), edges;
    switch (report) {
    case REPORT_PURPOSE:
        return with_rights(store, QUERY_report_purpose, PARAMS(until), arena, ret_rows);
    case REPORT_PERIOD:
        return with_rights(
            store, QUERY_report_period,
            PARAMS(since, until, store_param_day(from, arena), store_param_day(to, arena)), arena,
            ret_rows);
    case REPORT_FOI:
        TRY(edges_of(from, to, arena, &edges));
        return with_rights(store, QUERY_report_years, PARAMS(edges), arena, ret_rows);
    case REPORT_REGION:
        return with_rights(store, QUERY_report_region, PARAMS(since, until), arena, ret_rows);
    case REPORT_TIMELINE:
    case REPORT_COUNT: break;
    }
    return ERR_BAD_INPUT;
}

enum err store_report_counts(struct store *store, enum report_code report, struct day from,
                             struct day to, struct report_counts *counts)
{
    struct store_rows rows;
    TRY(ask(store, report, from, to, counts->arena, &rows));
    for (size_t row = 0; row < rows.count; row++)
        report_count(counts, rows_str(&rows, row, "part"), rows_str(&rows, row, "line"),
                     rows_str(&rows, row, "place"), rows_int(&rows, row, "n"));
    return OK;
}

enum err store_report_people(struct store *store, struct day day, struct arena *arena,
                             struct store_rows *ret_rows)
{
    return with_rights(store, QUERY_report_people, PARAMS(begins(day, 1, arena)), arena, ret_rows);
}

enum err store_report_held(struct store *store, struct day from, struct day to, struct arena *arena,
                           struct store_rows *ret_rows)
{
    return store_query(store, QUERY_report_held,
                       PARAMS(begins(from, 0, arena), begins(to, 1, arena)), arena, ret_rows);
}

enum err store_report_timeline(struct store *store, int64_t arrangement, struct arena *arena,
                               struct report_event **ret_events, size_t *ret_count)
{
    struct store_rows rows;
    TRY(with_rights(store, QUERY_report_timeline, PARAMS(P_INT(arrangement)), arena, &rows));
    if (rows.count == 0) return ERR_NOT_FOUND;
    struct report_event *events = ARENA_MANY(arena, rows.count, struct report_event);
    for (size_t row = 0; row < rows.count; row++) {
        (void)rows_utc(&rows, row, "at", &events[row].at);
        events[row].object = rows_int(&rows, row, "object_id");
        TRY(report_event_words(rows_str(&rows, row, "what"), rows_str(&rows, row, "detail"),
                               rows_str(&rows, row, "side"), arena, &events[row].words));
    }
    *ret_events = events;
    *ret_count = rows.count;
    return OK;
}
