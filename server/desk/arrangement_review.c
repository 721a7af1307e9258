/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement_review.h"

#include "core/code.h"
#include "core/json.h"
#include "sys/clock.h"

static bool takes_part(const struct arrangement_member *member)
{
    return !str_equal(member->state, STR("ended"));
}

static const struct arrangement_member *member_of(const struct desk_arrangement *arrangement,
                                                  int64_t party)
{
    for (size_t i = 0; i < arrangement->member_count; i++)
        if (arrangement->members[i].party.id == party) return &arrangement->members[i];
    return NULL;
}

/* ---- those that were done ---- */

static void put_answer(struct request *request, const struct desk_arrangement *arrangement,
                       const json_t *answer, json_t *list)
{
    const struct arrangement_member *member = member_of(arrangement, json_get_id(answer, "party"));
    json_t *row = json_object();
    json_put_str(row, "name",
                 member ? desk_party_name(request, &member->party)
                        : STR("Somebody who no longer takes part"));
    static const char *const keys[] = {"feels", "change", "news"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct str text = json_get_str(answer, keys[i]);
        if (text.len) json_put_str(row, keys[i], text);
    }
    json_add(list, row);
}

static enum err put_done(struct request *request, struct store *store,
                         const struct desk_keyring *keyring,
                         const struct desk_arrangement *arrangement, const struct store_rows *rows,
                         size_t row, json_t *list)
{
    struct str text;
    struct utc done;
    size_t index;
    json_t *answer;
    TRY(desk_open(request, keyring, SEAL_NOTE, "arrangement_review",
                  rows_int(rows, row, "review_id"), 1, rows_str(rows, row, "sealed_answers"),
                  &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    json_t *entry = json_object();
    json_add(list, entry);
    if (rows_utc(rows, row, "done_at", &done))
        TRY(desk_put_changed(request, store, keyring, done, rows_int(rows, row, "done_by"), entry));
    json_put(entry, "kind", desk_tagged(request, rows_str(rows, row, "kind")));
    struct str agreed = json_get_str(record, "agreed");
    if (agreed.len) json_put_str(entry, "agreed", agreed);
    json_t *answers = json_array();
    json_array_foreach(json_object_get(record, "answers"), index, answer)
        put_answer(request, arrangement, answer, answers);
    desk_put_list(entry, "answers", answers);
    return OK;
}

static enum err put_reviews(struct request *request, struct store *store,
                            const struct desk_keyring *keyring,
                            const struct desk_arrangement *arrangement)
{
    struct store_rows rows;
    struct day due;
    JSON done = json_array();
    TRY(store_query(store, QUERY_arrangement_review_of, PARAMS(P_INT(arrangement->id)),
                    request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        if (rows_str(&rows, row, "sealed_answers").len) {
            TRY(put_done(request, store, keyring, arrangement, &rows, row, done));
            continue;
        }
        json_t *open = json_object();
        json_put_code(open, "id", rows_int(&rows, row, "review_id"));
        json_put(open, "kind", desk_tagged(request, rows_str(&rows, row, "kind")));
        if (rows_day(&rows, row, "due_on", &due)) {
            desk_put_day(open, "due", due);
            json_put_bool(open, "late", due.number < clock_day(request->arrived).number);
        }
        json_put(request->view, "open", open); /* the oldest one is done first */
    }
    desk_put_list(request->view, "done", json_incref(done));
    return OK;
}

/* ---- the form ---- */

static void put_people(struct request *request, const struct desk_arrangement *arrangement)
{
    json_t *list = json_array();
    size_t feels = 0, change = 0, news = 0;
    for (size_t i = 0; i < arrangement->member_count; i++) {
        const struct arrangement_member *member = &arrangement->members[i];
        struct str text;
        if (!takes_part(member)) continue;
        json_t *row = json_object();
        json_put_code(row, "id", member->party.id);
        json_put_str(row, "name", desk_party_name(request, &member->party));
        /* what was typed, in the order of the fields */
        if (form_next(&request->form, "feels", &feels, &text)) json_put_str(row, "feels", text);
        if (form_next(&request->form, "change", &change, &text)) json_put_str(row, "change", text);
        if (form_next(&request->form, "news", &news, &text)) json_put_str(row, "news", text);
        json_add(list, row);
    }
    desk_put_list(request->view, "people", list);
}

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct request *request = page->request;
    if (page->arrangement.has_review)
        desk_put_day(request->view, "next", page->arrangement.review_on);
    if (!form_has(&request->form, "next_year"))
        desk_put_date(request, "next_",
                      day_add_months(clock_day(request->arrived), REVIEW_MOST_MONTHS));
    put_people(request, &page->arrangement);
    return put_reviews(request, store, &page->keyring, &page->arrangement);
}

enum err arrangement_reviews_page(struct request *request, int64_t id, int status)
{
    struct arrangement_page page = {.request = request, .id = id, .tab = "reviews", .fill = fill};
    return arrangement_page(&page, status);
}
