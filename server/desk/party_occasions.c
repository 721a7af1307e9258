/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "server/desk/occasion.h"
#include "server/desk/party.h"

/* What is expected of a person, and what they wait for, in all their arrangements. */

enum { NEXT = 6 }; /* beside all that is late */

struct expected {
    struct request *request;
    const struct store_rows *rows;
    struct occasion_now now;
    struct desk_arrangement *arrangements;
    size_t count;
};

/* Each arrangement is read once. */
static enum err arrangement_of(struct expected *expected, struct store *store,
                               const struct desk_keyring *keyring, int64_t id,
                               const struct desk_arrangement **ret_arrangement)
{
    for (size_t i = 0; i < expected->count; i++)
        if (expected->arrangements[i].id == id) {
            *ret_arrangement = &expected->arrangements[i];
            return OK;
        }
    struct desk_arrangement *read = &expected->arrangements[expected->count];
    TRY(arrangement_read(expected->request, store, keyring, id, read));
    expected->count++;
    *ret_arrangement = read;
    return OK;
}

static json_t *put_one(const struct expected *expected, size_t row,
                       const struct desk_arrangement *arrangement, const char *other)
{
    struct request *request = expected->request;
    const struct store_rows *rows = expected->rows;
    struct day base = {0}, until;
    json_t *entry = json_object();
    (void)rows_day(rows, row, "due_on", &base);
    json_put_code(entry, "id", rows_int(rows, row, "occasion_id"));
    json_put_str(entry, "other",
                 arrangement_called(request, arrangement, rows_int(rows, row, other)));
    json_put_str(entry, "child", arrangement->child.adoptive_name);
    json_put(entry, "state", desk_tagged(request, rows_str(rows, row, "state")));
    desk_put_day(entry, "by", base);
    if (rows_day(rows, row, "wait_until", &until)) {
        desk_put_day(entry, "until", until);
        if (until.number > base.number) base = until;
    }
    int days = expected->now.today.number - base.number;
    if (days > 0)
        json_put_str(entry, "days",
                     arena_print(request->arena, days == 1 ? "%d day" : "%d days", days));
    return entry;
}

/* Those in which the party stands in the one place; who is in the other is named. */
static enum err put_list(struct expected *expected, struct store *store,
                         const struct desk_keyring *keyring, int64_t party, const char *self,
                         const char *other, json_t *object)
{
    const struct store_rows *rows = expected->rows;
    JSON list = json_array();
    size_t next = 0, more = 0;
    for (size_t row = 0; row < rows->count; row++) {
        const struct desk_arrangement *arrangement;
        if (rows_int(rows, row, self) != party) continue;
        if (!str_equal(rows_str(rows, row, "state"), STR("late")) && next++ >= NEXT) {
            more++;
            continue;
        }
        TRY(arrangement_of(expected, store, keyring, rows_int(rows, row, "arrangement_id"),
                           &arrangement));
        json_add(list, put_one(expected, row, arrangement, other));
    }
    if (json_array_size(list) == 0) return OK;
    json_t *all = json_object();
    json_put(all, "list", json_incref(list));
    if (more) desk_put_number(all, "more", (int64_t)more);
    json_put(object, str_equal(str_from(self), STR("from_party")) ? "from_them" : "to_them", all);
    return OK;
}

enum err party_put_occasions(struct request *request, struct store *store,
                             const struct desk_keyring *keyring, int64_t party, json_t *object)
{
    struct store_rows rows;
    struct expected expected = {.request = request, .rows = &rows};
    TRY(occasion_now(request, store, &expected.now));
    TRY(store_query(store, QUERY_occasion_open_of_party, PARAMS(P_INT(party)), request->arena,
                    &rows));
    expected.arrangements = ARENA_MANY(request->arena, rows.count + 1, struct desk_arrangement);
    TRY(put_list(&expected, store, keyring, party, "from_party", "to_party", object));
    return put_list(&expected, store, keyring, party, "to_party", "from_party", object);
}
