/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "sys/clock.h"

/* An arrangement at a glance: who takes part, on what terms, what is next, and what is in the way.
 */

enum { OCCASIONS_NEXT = 6 };

/* What stands in the way of letters to somebody; NULL: nothing. */
static void put_people(const struct arrangement_page *page)
{
    struct request *request = page->request;
    json_t *list = json_array();
    for (size_t i = 0; i < page->arrangement.member_count; i++) {
        const struct arrangement_member *member = &page->arrangement.members[i];
        if (str_equal(member->state, STR("ended"))) continue;
        json_t *entry = json_object();
        const char *why =
            desk_party_trouble(member->party.state, member->party.channel,
                               member->party.address_confirmed, member->party.email_confirmed);
        json_put_code(entry, "id", member->party.id);
        json_put_str(entry, "name", desk_party_name(request, &member->party));
        json_put_str(entry, "relationship", member->party.person.relationship);
        json_put(entry, "side", desk_tagged(request, member->side));
        json_put(entry, "channel", desk_tagged(request, member->party.channel));
        if (why) json_put_str(entry, "trouble", str_from(why));
        json_put_bool(entry, "only_reads", !member->may_write);
        json_put_bool(entry, "only_writes", !member->may_receive);
        json_add(list, entry);
    }
    desk_put_list(request->view, "people", list);
}

static enum err put_occasions(struct store *store, struct arrangement_page *page)
{
    struct store_rows rows;
    json_t *list = json_array();
    size_t late = 0;
    TRY(store_query(store, QUERY_occasion_open_of_arrangement, PARAMS(P_INT(page->id)),
                    page->request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        late += str_equal(rows_str(&rows, row, "state"), STR("late"));
        if (row < OCCASIONS_NEXT) arrangement_put_occasion(page, &rows, row, list);
    }
    desk_put_list(page->request->view, "occasions", list);
    if (late) desk_put_number(page->request->view, "late", (int64_t)late);
    return OK;
}

static enum err put_letters(struct store *store, struct arrangement_page *page)
{
    struct request *request = page->request;
    struct store_rows rows;
    struct utc last;
    TRY(store_query_one(store, QUERY_arrangement_counts, PARAMS(P_INT(page->id)), request->arena,
                        &rows));
    desk_put_number(request->view, "letters", rows_int(&rows, 0, "letters"));
    if (rows_int(&rows, 0, "open"))
        desk_put_number(request->view, "open", rows_int(&rows, 0, "open"));
    if (rows_int(&rows, 0, "stuck"))
        desk_put_number(request->view, "stuck", rows_int(&rows, 0, "stuck"));
    if (rows_utc(&rows, 0, "last_at", &last))
        desk_put_instant(request->view, "last_letter", last, false);
    return OK;
}

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct request *request = page->request;
    const struct desk_arrangement *arrangement = &page->arrangement;
    json_put_str(request->view, "months",
                 register_months(request, arrangement->months, arrangement->month_count));
    json_put(request->view, "first_writer", desk_tagged(request, arrangement->first_writer));
    json_put(request->view, "photos", desk_tagged(request, arrangement->photo_level));
    json_put_bool(request->view, "two_person", arrangement->two_person);
    json_put_str(request->view, "risk", arrangement->risk);
    json_put_str(request->view, "note", arrangement->note);
    if (arrangement->has_review) {
        desk_put_day(request->view, "review", arrangement->review_on);
        json_put_bool(request->view, "review_due",
                      arrangement->review_on.number <= clock_day(request->arrived).number);
    }
    put_people(page);
    TRY(put_occasions(store, page));
    return put_letters(store, page);
}

enum err get_arrangements_ID(struct request *request)
{
    struct arrangement_page page = {
        .request = request, .id = request_number(request, 0), .tab = "", .fill = fill};
    return arrangement_page(&page, 200);
}
