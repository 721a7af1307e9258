/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/occasion.h"

#include "core/code.h"
#include "rules/permit.h"
#include "sys/clock.h"

enum { NOTE_BYTES = 2000 };

/* ---- reading ---- */

enum err occasion_now(struct request *request, struct store *store, struct occasion_now *ret_now)
{
    struct store_rows rows;
    struct utc instant = request->arrived;
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, request->arena, &rows));
    (void)rows_utc(&rows, 0, "instant", &instant);
    ret_now->today = clock_day(instant);
    TRY(store_query_one(store, QUERY_ladder_find, NO_PARAMS, request->arena, &rows));
    ret_now->version = rows_int(&rows, 0, "version");
    return store_remind_ladder(&rows, 0, &ret_now->ladder);
}

enum err occasion_read(struct request *request, struct store *store, int64_t id,
                       struct desk_occasion *ret_occasion)
{
    struct store_rows rows, facts;
    TRY(store_query_one(store, QUERY_occasion_find, PARAMS(P_INT(id)), request->arena, &rows));
    TRY(store_query(store, QUERY_remind_facts, PARAMS(P_NULL, P_INTS(&id, 1)), request->arena,
                    &facts));
    if (facts.count != 1) return ERR_NOT_FOUND;
    *ret_occasion = (struct desk_occasion){
        .id = id,
        .arrangement = rows_int(&rows, 0, "arrangement_id"),
        .from = rows_int(&rows, 0, "from_party"),
        .to = rows_int(&rows, 0, "to_party"),
        .letter = rows_int(&rows, 0, "letter_id"),
    };
    (void)rows_day(&rows, 0, "due_on", &ret_occasion->due);
    return store_remind_facts(&facts, 0, &ret_occasion->facts);
}

struct str occasion_path(struct request *request, int64_t id)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "/occasions/%s", code.at);
}

struct day occasion_base(const struct desk_occasion *occasion)
{
    const struct remind_facts *facts = &occasion->facts;
    return remind_base(facts->due, facts->has_wait, facts->wait_until);
}

int occasion_step(const struct desk_occasion *occasion)
{
    return occasion->facts.has_taken ? occasion->facts.taken : 0;
}

struct str occasion_called(struct request *request, const struct register_view *view,
                           int64_t arrangement, int64_t party)
{
    const struct register_party *found = register_party(view, party);
    const struct register_arrangement *in = register_arrangement(view, arrangement);
    for (size_t i = 0; found && in && i < in->side_count; i++)
        if (view->sides[in->first_side + i].party == party)
            return register_called(request, found, view->sides[in->first_side + i].side);
    return STR("");
}

/* ---- what was done ---- */

/* A sentence about a code of the ladder's stops, or of what a letter is refused for. */
static struct str why_of(struct str code)
{
    enum remind_stop stop;
    enum refused refusal;
    if (remind_stop_get(code, &stop)) return str_from(remind_stop_why(stop));
    return refused_get(code, &refusal) ? str_from(refused_why(refusal)) : STR("");
}

static enum err put_staff(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, const struct store_rows *chase,
                          size_t row, json_t *entry)
{
    struct str text;
    if (!rows_null(chase, row, "staff_id")) {
        TRY(desk_staff_name(request, store, keyring, rows_int(chase, row, "staff_id"), &text));
        json_put_str(entry, "by", text);
    }
    if (rows_null(chase, row, "sealed_note")) return OK;
    TRY(desk_open(request, keyring, SEAL_NOTE, "chase", rows_int(chase, row, "chase_id"), 1,
                  rows_str(chase, row, "sealed_note"), &text));
    json_put_str(entry, "note", text);
    return OK;
}

static enum err put_row(struct request *request, struct store *store,
                        const struct desk_keyring *keyring, const struct store_rows *chase,
                        size_t row, json_t *list)
{
    struct utc at = {0};
    struct day until;
    json_t *entry = json_object();
    json_add(list, entry);
    json_put_code(entry, "id", rows_int(chase, row, "chase_id"));
    (void)rows_utc(chase, row, "at", &at);
    desk_put_instant(entry, "when", at, true);
    desk_put_instant(entry, "day", at, false);
    json_put(entry, "what",
             desk_tagged(request, arena_print(request->arena, "%.*s_%.*s",
                                              STR_ARG(rows_str(chase, row, "act")),
                                              STR_ARG(rows_str(chase, row, "event")))));
    struct str event = rows_str(chase, row, "event");
    if (str_equal(event, STR("sent")) || str_equal(event, STR("maybe_sent")))
        json_put(entry, "channel", desk_tagged(request, rows_str(chase, row, "way")));
    struct str why = why_of(rows_str(chase, row, "code"));
    if (why.len) json_put_str(entry, "why", why);
    if (rows_day(chase, row, "until_on", &until)) desk_put_day(entry, "until", until);
    return put_staff(request, store, keyring, chase, row, entry);
}

/* Of a step that went on: what was made ready, or printed and is to be posted. */
static bool is_on_the_way(const struct store_rows *chase, size_t row)
{
    struct str event = rows_str(chase, row, "event");
    return str_equal(event, STR("asked")) || str_equal(event, STR("printed")) ||
           str_equal(event, STR("withheld"));
}

enum err occasion_put_done(struct request *request, struct store *store,
                           const struct desk_keyring *keyring, const struct store_rows *chase,
                           int64_t id, bool is_brief, json_t *object)
{
    JSON list = json_array();
    for (size_t row = 0; row < chase->count; row++)
        if (rows_int(chase, row, "occasion_id") == id && !(is_brief && is_on_the_way(chase, row)))
            TRY(put_row(request, store, keyring, chase, row, list));
    desk_put_list(object, "done", json_incref(list));
    return OK;
}

struct str occasion_waits(const struct desk_occasion *occasion, const struct store_rows *chase)
{
    struct str waits = STR("");
    if (occasion->facts.state != OCCASION_DUE && occasion->facts.state != OCCASION_LATE)
        return waits;
    bool is_handed = false, is_failed = false;
    for (size_t row = 0; row < chase->count; row++) {
        struct day base;
        struct str event = rows_str(chase, row, "event");
        if (rows_int(chase, row, "occasion_id") != occasion->id) continue;
        if (!rows_day(chase, row, "base_on", &base) ||
            base.number != occasion_base(occasion).number)
            continue;
        if (str_equal(event, STR("handed"))) is_handed = true;
        if (str_equal(event, STR("went_on"))) is_handed = is_failed = false;
        if (str_equal(event, STR("failed")) &&
            str_equal(rows_str(chase, row, "act"), STR("reminder")))
            is_failed = true;
        if (str_equal(event, STR("sent")) || str_equal(event, STR("posted")) ||
            str_equal(event, STR("called")))
            is_failed = false;
    }
    return is_handed ? STR("handed") : is_failed ? STR("failed") : STR("");
}

/* ---- what comes next ---- */

json_t *occasion_next(struct request *request, const struct occasion_now *now,
                      const struct desk_occasion *occasion, struct str waits)
{
    const struct remind_facts *facts = &occasion->facts;
    struct remind_due due;
    enum remind_stop stop = remind_stop(facts, REMIND_REMINDER, now->today);
    json_t *next;
    if (facts->state == OCCASION_RECEIVED) return desk_tagged(request, STR("received"));
    if (facts->state == OCCASION_WAIVED || facts->state == OCCASION_MISSED)
        return desk_tagged(request, STR("over"));
    if (stop != REMIND_FREE && stop != REMIND_STOP_MORE_TIME) {
        next = desk_tagged(request, STR("stopped"));
        json_put_str(next, "why", str_from(remind_stop_why(stop)));
        return next;
    }
    if (str_equal(waits, STR("handed"))) return desk_tagged(request, STR("ring"));
    if (str_equal(waits, STR("failed"))) return desk_tagged(request, STR("failed_to_send"));
    if (!remind_ahead(&now->ladder, facts, now->today, &due))
        return desk_tagged(request, STR("end"));
    next = desk_tagged(request, due.act == REMIND_STAFF ? STR("staff") : STR("notice"));
    /* the last one that somebody let go, and whose day is past, goes today */
    if (due.planned.number < now->today.number) due.planned = now->today;
    desk_put_day(next, "on", due.planned);
    return next;
}

enum err occasion_open(struct request *request, struct store *store, struct register_view *view,
                       struct occasion_view *ret_view, json_t **ret_object)
{
    int64_t id = request_number(request, 0);
    const struct desk_occasion *occasion = &ret_view->occasion;
    TRY(desk_keyring(request, store, &ret_view->keyring));
    TRY(register_open(request, store, &ret_view->keyring, view));
    TRY(occasion_read(request, store, id, &ret_view->occasion));
    TRY(occasion_now(request, store, &ret_view->now));
    TRY(store_query(store, QUERY_chase_of_occasions, PARAMS(P_INTS(&id, 1)), request->arena,
                    &ret_view->chase));
    const struct register_arrangement *in = register_arrangement(view, occasion->arrangement);
    json_t *object = json_object();
    json_put(request->view, "occasion", object);
    json_put_str(object, "path", occasion_path(request, id));
    json_put_str(object, "who",
                 occasion_called(request, view, occasion->arrangement, occasion->from));
    json_put_str(object, "to", occasion_called(request, view, occasion->arrangement, occasion->to));
    json_put_str(object, "child", in ? register_child_name(view, in) : STR(""));
    desk_put_day(object, "due", occasion->due);
    if (occasion->facts.has_wait) desk_put_day(object, "until", occasion->facts.wait_until);
    json_put(object, "state",
             desk_tagged(request, str_from(occasion_state_word(occasion->facts.state))));
    *ret_object = object;
    return OK;
}

/* ---- what staff do ---- */

struct str occasion_typed(struct request *request, const char *field)
{
    struct str typed = str_trim(form_get(&request->form, field));
    if (typed.len > NOTE_BYTES) request_problem(request, field, "text-too-long");
    return typed;
}

enum err occasion_seal(struct request *request, struct store *store, int64_t chase, struct str note,
                       struct store_param *ret_sealed)
{
    struct seal_publics publics;
    struct str sealed;
    *ret_sealed = P_NULL;
    if (note.len == 0) return OK;
    TRY(desk_publics(request, store, &publics));
    TRY(desk_seal(request, SEAL_NOTE, "chase", chase, 1, &publics.desk, 1, note, &sealed));
    *ret_sealed = P_BYTES(sealed);
    return OK;
}

enum err occasion_note(struct request *request, struct store *store,
                       const struct desk_occasion *occasion, const char *event, struct str note)
{
    int64_t chase = random_id();
    struct store_param sealed;
    TRY(occasion_seal(request, store, chase, note, &sealed));
    return store_do(store, QUERY_chase_add,
                    PARAMS(P_INT(chase), P_INT(occasion->id), P_TEXT(str_from(event)),
                           store_param_day(occasion_base(occasion), request->arena),
                           P_INT(occasion_step(occasion)), sealed));
}
