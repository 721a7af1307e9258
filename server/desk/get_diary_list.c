/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/diary.h"
#include "server/desk/register.h"

/* What is late, due, missed, here or not needed any more: of a day, a month or all, the earliest
 * first. Who is late keeps somebody waiting: each row says whom. */

enum { OCCASIONS_ON_PAGE = 50, LONG_AGO = -30000, FAR_AHEAD = 100000 /* days since 1970 */ };

static const struct tab {
    const char *code, *states;
} tabs[] = {{"late", "{late}"},     {"due", "{due}"},
            {"missed", "{missed}"}, {"received", "{received}"},
            {"waived", "{waived}"}, {"all", "{late,due,missed,received,waived}"}};
enum { TABS = sizeof tabs / sizeof *tabs };

struct listing {
    struct request *request;
    const struct tab *tab;
    struct str kind; /* empty: any */
    bool has_month, has_day;
    struct day month, day;
    int64_t page;
    struct register_view *view;
};

static struct str called(const struct listing *listing, int64_t arrangement, int64_t party)
{
    const struct register_view *view = listing->view;
    const struct register_party *found = register_party(view, party);
    const struct register_arrangement *in = register_arrangement(view, arrangement);
    for (size_t i = 0; found && in && i < in->side_count; i++)
        if (view->sides[in->first_side + i].party == party)
            return register_called(listing->request, found, view->sides[in->first_side + i].side);
    return STR("");
}

static void put_days(struct request *request, struct str state, int days, json_t *entry)
{
    const char *unit = days == 1 || days == -1 ? "day" : "days";
    if (str_equal(state, STR("late")) && days > 0)
        json_put_str(entry, "days", arena_print(request->arena, "%d %s late", days, unit));
    if (str_equal(state, STR("due")) && days == 0) json_put_str(entry, "days", STR("today"));
    if (str_equal(state, STR("due")) && days < 0)
        json_put_str(entry, "days", arena_print(request->arena, "in %d %s", -days, unit));
}

static void put_row(const struct listing *listing, const struct store_rows *rows, size_t row,
                    struct day today, json_t *list)
{
    struct request *request = listing->request;
    int64_t arrangement = rows_int(rows, row, "arrangement_id");
    const struct register_arrangement *in = register_arrangement(listing->view, arrangement);
    struct day by = today;
    struct utc reminded;
    json_t *entry = json_object();
    json_add(list, entry);
    (void)rows_day(rows, row, "due_on", &by);
    json_put_code(entry, "id", rows_int(rows, row, "occasion_id"));
    json_put_code(entry, "arrangement", arrangement);
    json_put_str(entry, "child", in ? register_child_name(listing->view, in) : STR(""));
    json_put_str(
        entry, "who",
        desk_sentence(request, called(listing, arrangement, rows_int(rows, row, "from_party"))));
    json_put_str(entry, "to", called(listing, arrangement, rows_int(rows, row, "to_party")));
    json_put(entry, "state", desk_tagged(request, rows_str(rows, row, "state")));
    desk_put_day(entry, "by", by);
    put_days(request, rows_str(rows, row, "state"), today.number - by.number, entry);
    if (rows_utc(rows, row, "reminded_at", &reminded))
        desk_put_instant(entry, "chased", reminded, false);
}

/* What is being looked at, for the form, the links and the pages. */
static struct str put_filter(const struct listing *listing)
{
    struct request *request = listing->request;
    struct str query = arena_print(request->arena, "state=%s", listing->tab->code);
    BUF(iso, 16);
    desk_put_is(request, "state", str_from(listing->tab->code));
    desk_put_is(request, "kind", listing->kind);
    if (listing->kind.len)
        query =
            arena_print(request->arena, "%.*s&kind=%.*s", STR_ARG(query), STR_ARG(listing->kind));
    if (listing->has_day) {
        day_put(&iso, listing->day);
        desk_put_day(request->view, "day", listing->day);
        json_put_str(request->view, "day_iso", buf_str(&iso));
        return arena_print(request->arena, "%.*s&day=%s", STR_ARG(query), iso.at);
    }
    if (!listing->has_month) return query;
    diary_put_month(request->view, "month", listing->month);
    day_put(&iso, listing->month);
    return arena_print(request->arena, "%.*s&month=%.7s", STR_ARG(query), iso.at);
}

static enum err list(struct store *store, void *context)
{
    const struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    struct day today, from = {LONG_AGO}, until = {FAR_AHEAD};
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, listing->view));
    TRY(diary_today(request, store, &today));
    if (listing->has_month) {
        from = listing->month;
        until.number = day_add_months(from, 1).number - 1;
    }
    if (listing->has_day) from = until = listing->day;
    TRY(store_query(
        store, QUERY_occasion_list,
        PARAMS(P_TEXT(str_from(listing->tab->states)), store_param_day(from, request->arena),
               store_param_day(until, request->arena),
               listing->kind.len ? P_TEXT(listing->kind) : P_NULL, P_INT(OCCASIONS_ON_PAGE + 1),
               P_INT((listing->page - 1) * OCCASIONS_ON_PAGE)),
        request->arena, &rows));
    json_t *entries = json_array();
    for (size_t row = 0; row < rows.count && row < OCCASIONS_ON_PAGE; row++)
        put_row(listing, &rows, row, today, entries);
    desk_put_list(request->view, "occasions", entries);
    desk_put_pages(request, put_filter(listing).at, listing->page, rows.count > OCCASIONS_ON_PAGE);
    return desk_audit(store, "diary_listed", NULL, 0, NULL, 0);
}

static bool read_filter(struct listing *listing)
{
    const struct form *query = &listing->request->query;
    struct str state = form_line(query, "state"), day = form_line(query, "day");
    listing->kind = form_line(query, "kind");
    for (size_t i = 0; i < TABS; i++)
        if (str_equal(state.len ? state : STR("late"), str_from(tabs[i].code)))
            listing->tab = &tabs[i];
    listing->has_day = day.len > 0;
    if (listing->has_day && !day_get(day, &listing->day)) return false;
    return listing->tab &&
           (listing->kind.len == 0 || str_equal(listing->kind, STR("indirect")) ||
            str_equal(listing->kind, STR("direct")) || str_equal(listing->kind, STR("one_way"))) &&
           diary_month_get(listing->request, &listing->has_month, &listing->month) &&
           desk_page(listing->request, &listing->page);
}

enum err get_diary_list(struct request *request)
{
    REGISTER(view);
    struct listing listing = {.request = request, .view = &view};
    if (!read_filter(&listing)) return ERR_NOT_FOUND;
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/diary_list");
}
