/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/demo_edges.h"

#include "core/json.h"
#include "core/limits.h"
#include "ops/letterboxctl/demo_moves.h"
#include "rules/detail.h"

/* ---- people ---- */

static enum err party_state(struct store *store, int64_t party, const char *state)
{
    return store_do(store, QUERY_party_state_set, PARAMS(P_INT(party), P_TEXT(str_from(state))));
}

static enum err place_of(struct store *store, const struct demo_edge_place *place,
                         const char *state)
{
    struct store_rows rows;
    return store_query_one(store, QUERY_arrangement_party_place,
                           PARAMS(P_INT(place->arrangement), P_INT(place->relatives[0]),
                                  P_TEXT(str_from(state)), P_TEXT(STR("active"))),
                           place->arena, &rows);
}

static enum err takes_part(struct store *store, const struct demo_edge_place *place, size_t index,
                           const char *state, bool may_write, bool may_receive)
{
    struct store_rows rows;
    return store_query_one(store, QUERY_arrangement_party_set,
                           PARAMS(P_INT(place->arrangement), P_INT(place->relatives[index]),
                                  P_TEXT(str_from(state)), P_BOOL(may_write), P_BOOL(may_receive)),
                           place->arena, &rows);
}

/* One writes and does not read, the other reads and does not write. */
static enum err differ(struct store *store, const struct demo_edge_place *place)
{
    TRY(takes_part(store, place, 0, "active", true, false));
    return place->relative_count > 1 ? takes_part(store, place, 1, "active", false, true) : OK;
}

/* As the desk keeps it: sealed to staff, until somebody has checked it. */
static enum err tell_change(struct store *store, const struct demo_edge_place *place)
{
    const struct site_agency *agency = &place->loader->session->agency;
    int64_t change = random_id();
    const struct seal_binding binding = {SEAL_NOTE, agency->id, "detail_change", change, 1};
    struct detail detail = {.has_phones = true, .note = STR("She rang: a new mobile.")};
    struct store_rows rows;
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    BUF(sealed, 2 * (size_t)LIMIT_RECORD_BYTES);
    TRY(person_list_add(&detail.phones, STR("07700 900999")));
    JSON record = detail_write(&detail);
    TRY(json_write(record, &text));
    TRY(seal_close(&binding, &agency->desk, 1, buf_str(&text), &sealed));
    return store_query_one(store, QUERY_detail_change_add,
                           PARAMS(P_INT(change), P_INT(place->relatives[0]), P_BOOL(false),
                                  P_BOOL(false), P_BOOL(true), P_BYTES(buf_str(&sealed))),
                           place->arena, &rows);
}

/* ---- the child ---- */

static enum err child(struct store *store, const struct demo_edge_place *place, const char *state,
                      const char *wish)
{
    struct store_rows rows;
    return store_query_one(store, QUERY_child_standing_set,
                           PARAMS(P_INT(place->child), P_TEXT(str_from(state)),
                                  P_TEXT(str_from(wish)), P_TEXT(STR("living")),
                                  P_TEXT(STR("unknown"))),
                           place->arena, &rows);
}

/* Nothing is agreed anew about somebody who is grown up: a date of birth that was wrong is put
 * right. */
static enum err grown(struct store *store, const struct demo_edge_place *place)
{
    const struct site_agency *agency = &place->loader->session->agency;
    const struct seal_public to[] = {agency->press, agency->desk};
    const struct seal_binding binding = {SEAL_CHILD, agency->id, "child", place->child, 2};
    struct day_parts parts = day_parts(day_add_months(place->loader->today, -4));
    struct day born, eighteenth;
    struct store_rows rows;
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    BUF(sealed, 2 * (size_t)LIMIT_RECORD_BYTES);
    BUF(dob, 16);
    parts.day = 1;
    ASSERT(day_from(parts, &eighteenth));
    parts.year -= 18;
    ASSERT(day_from(parts, &born));
    day_put(&dob, born);
    JSON record = json_object();
    json_put_str(record, "birth_name", place->who->birth_name);
    json_put_str(record, "adoptive_name", place->who->adoptive_name);
    json_put_str(record, "dob", buf_str(&dob));
    TRY(json_write(record, &text));
    TRY(seal_close(&binding, to, 2, buf_str(&text), &sealed));
    return store_query_one(store, QUERY_child_change,
                           PARAMS(P_INT(place->child), P_BYTES(buf_str(&sealed)),
                                  store_param_day(eighteenth, place->arena), P_INT(1)),
                           place->arena, &rows);
}

/* ---- dates ---- */

static enum err review(struct store *store, const struct demo_edge_place *place, int days)
{
    struct store_rows rows;
    struct day day = {place->loader->today.number + days};
    return store_query_one(store, QUERY_arrangement_review_next,
                           PARAMS(P_INT(place->arrangement), store_param_day(day, place->arena)),
                           place->arena, &rows);
}

static struct store_param one_day(const struct demo_edge_place *place, struct day day)
{
    BUF(text, 20);
    buf_add_byte(&text, '{');
    day_put(&text, day);
    buf_add_byte(&text, '}');
    return P_TEXT(arena_str(place->arena, buf_str(&text)));
}

/* A letter of the household that was due so many months ago, at the end of the month. */
static enum err due(struct store *store, const struct demo_edge_place *place, int months)
{
    struct day_parts parts = day_parts(day_add_months(place->loader->today, -months));
    struct store_rows rows;
    struct day month;
    parts.day = 1;
    ASSERT(day_from(parts, &month));
    return store_query_one(store, QUERY_occasion_open,
                           PARAMS(P_INTS(&place->arrangement, 1), P_INTS(&place->home, 1),
                                  P_INTS(place->relatives, 1), one_day(place, month),
                                  one_day(place, (struct day){day_add_months(month, 1).number - 1}),
                                  P_INTS(&(int64_t){1}, 1)),
                           place->arena, &rows);
}

static enum err occasion_of(struct store *store, const struct demo_edge_place *place,
                            int64_t *ret_occasion)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_occasion_of_arrangement, PARAMS(P_INT(place->arrangement)),
                    place->arena, &rows));
    if (rows.count == 0) return ERR_NOT_FOUND;
    *ret_occasion = rows_int(&rows, 0, "occasion_id");
    return OK;
}

static enum err more_time(struct store *store, const struct demo_edge_place *place)
{
    int64_t occasion;
    struct store_rows rows;
    struct day today = place->loader->today, until = {today.number + 21};
    TRY(due(store, place, 1));
    TRY(occasion_of(store, place, &occasion));
    return store_query_one(store, QUERY_occasion_wait,
                           PARAMS(P_INT(occasion), store_param_day(until, place->arena),
                                  store_param_day(today, place->arena), P_INT(random_id()), P_NULL),
                           place->arena, &rows);
}

static enum err waive(struct store *store, const struct demo_edge_place *place)
{
    int64_t occasion;
    struct store_rows rows;
    TRY(due(store, place, 1));
    TRY(occasion_of(store, place, &occasion));
    return store_query_one(store, QUERY_occasion_waive, PARAMS(P_INT(occasion), P_TEXT(STR("due"))),
                           place->arena, &rows);
}

/* ---- another household, another agency ---- */

static enum err apart(struct store *store, const struct demo_edge_place *place)
{
    return store_do(store, QUERY_apart_add,
                    PARAMS(P_INT(place->home), P_INT(place->other_home), P_BOOL(false)));
}

static enum err propose(struct store *store, const struct demo_edge_place *place)
{
    const struct demo_loader *loader = place->loader;
    const struct site_agency *agency = &loader->session->agency;
    int64_t transfer = random_id();
    const struct seal_binding binding = {SEAL_NOTE, agency->id, "transfer", transfer, 1};
    struct store_rows rows;
    BUF(sealed, 2 * (size_t)LIMIT_RECORD_BYTES);
    TRY(seal_close(&binding, &agency->desk, 1, STR(DEMO_MOVE_REASON), &sealed));
    TRY(store_query_one(store, QUERY_transfer_propose,
                        PARAMS(P_INT(transfer), P_INT(place->arrangement), P_INT(loader->other->id),
                               P_BYTES(buf_str(&sealed))),
                        place->arena, &rows));
    return rows_str(&rows, 0, "refusal").len ? ERR_CONFLICT : OK;
}

/* ---- all of them ---- */

enum err demo_edge_add(struct store *store, const struct demo_edge_place *place,
                       enum demo_edge edge)
{
    int64_t one = place->relatives[0];
    switch (edge) {
    case DEMO_EDGE_NONE:
    case DEMO_EDGE_ELSEWHERE: return OK; /* it was loaded so */
    case DEMO_EDGE_PAUSE: return party_state(store, one, "paused");
    case DEMO_EDGE_LEFT: return party_state(store, one, "ended");
    case DEMO_EDGE_MOVED: return party_state(store, one, "moved");
    case DEMO_EDGE_DIED: return party_state(store, one, "dead");
    case DEMO_EDGE_PAUSE_HERE: return place_of(store, place, "paused");
    case DEMO_EDGE_NOT_READY: return place_of(store, place, "not_ready");
    case DEMO_EDGE_LEFT_HERE: return takes_part(store, place, 0, "ended", false, false);
    case DEMO_EDGE_PRISON:
    case DEMO_EDGE_REFUGE:
        return store_do(store, QUERY_party_ask_first_set, PARAMS(P_INT(one), P_BOOL(true)));
    case DEMO_EDGE_DIFFER: return differ(store, place);
    case DEMO_EDGE_CHANGE: return tell_change(store, place);
    case DEMO_EDGE_CHILD_DIED: return child(store, place, "dead", "unknown");
    case DEMO_EDGE_GOES_ON: return child(store, place, "living", "go_on");
    case DEMO_EDGE_STOP: return child(store, place, "living", "stop");
    case DEMO_EDGE_VETO: return child(store, place, "living", "veto");
    case DEMO_EDGE_GROWN: return grown(store, place);
    case DEMO_EDGE_REVIEW_SOON: return review(store, place, 20);
    case DEMO_EDGE_REVIEW_LATE: return review(store, place, -20);
    case DEMO_EDGE_REVIEW_DEBT: return review(store, place, -130);
    case DEMO_EDGE_MISSED: return due(store, place, 5);
    case DEMO_EDGE_MORE_TIME: return more_time(store, place);
    case DEMO_EDGE_WAIVED: return waive(store, place);
    case DEMO_EDGE_APART: return apart(store, place);
    case DEMO_EDGE_PROPOSED:
    case DEMO_EDGE_OFFERED:
    case DEMO_EDGE_TAKEN: return propose(store, place);
    case DEMO_EDGES: break;
    }
    ASSERT(false);
}
