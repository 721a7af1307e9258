/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/decide.h"

#include "core/code.h"
#include "crypt/secret.h"

static json_t *number_list(const int64_t *numbers, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) json_add(list, json_integer(numbers[i]));
    return list;
}

/* What is taken out for this recipient. */
static void put_marks(json_t *record, const struct desk_letter *letter, int64_t to)
{
    json_t *spans = json_array(), *boxes = json_array();
    for (size_t i = 0; i < letter->review.mark_count; i++) {
        const struct review_mark *mark = &letter->review.marks[i];
        if (!review_mark_is_for(mark, to)) continue;
        if (mark->is_box) {
            const int64_t box[] = {mark->part, mark->x, mark->y, mark->w, mark->h};
            json_add(boxes, number_list(box, 5));
        } else {
            const int64_t span[] = {mark->part, (int64_t)mark->start, (int64_t)mark->end};
            json_t *entry = number_list(span, 3);
            json_add(entry, json_str(mark->category));
            json_add(spans, entry);
        }
    }
    json_put(record, "spans", spans);
    json_put(record, "boxes", boxes);
}

static json_t *canonical(const struct decide *decide, int64_t id)
{
    const struct desk_letter *letter = decide->letter;
    json_t *record = json_object();
    BUF(hex, 100);
    code_hex_put(&hex, letter->digest, sizeof letter->digest);
    json_put_str(record, "purpose", STR("decision"));
    json_put_str(record, "act", str_from(decide->act));
    json_put_id(record, "agency", decide->request->session.agency);
    json_put_id(record, "decision", id);
    json_put_id(record, "letter", letter->id);
    json_put_int(record, "version", letter->version);
    json_put_str(record, "digest", buf_str(&hex));
    json_put_id(record, "to", decide->to);
    json_put_str(record, "note", decide->note);
    json_put_str(record, "reason", decide->reason);
    json_put_str(record, "review", decide->review);
    put_marks(record, letter, decide->to);
    return record;
}

enum err decide_record(struct store *store, const struct decide *decide)
{
    struct request *request = decide->request;
    const struct desk_letter *letter = decide->letter;
    struct desk_publics publics;
    struct str sealed;
    int64_t id = desk_id();
    TRY(desk_publics(request, store, &publics));
    const struct seal_public readers[] = {publics.press, publics.desk};
    JSON record = canonical(decide, id);
    BUF_SECRET(text, REVIEW_BYTES);
    TRY(json_write(record, &text));
    TRY(desk_seal(request, SEAL_DECISION, "decision", id, 1, readers, 2, buf_str(&text), &sealed));
    return store_do(store, QUERY_decision_add,
                    PARAMS(P_INT(id), P_INT(letter->id), P_INT(letter->version),
                           decide->to ? P_INT(decide->to) : P_NULL, P_TEXT(str_from(decide->act)),
                           P_RAW(letter->digest), P_BYTES(sealed)));
}

enum err decide_move(struct request *request, struct store *store, const struct desk_letter *letter,
                     const char *state)
{
    struct store_rows rows;
    enum err code = store_query_one(store, QUERY_letter_state_set,
                                    PARAMS(P_INT(letter->id), P_TEXT(str_from(state)),
                                           P_TEXT(letter->state), P_INT(letter->version)),
                                    request->arena, &rows);
    return code == ERR_NOT_FOUND ? ERR_CONFLICT : code;
}

enum err decide_queue(struct store *store, const char *kind, int64_t letter)
{
    return store_do(store, QUERY_job_add,
                    PARAMS(P_TEXT(STR("press")), P_TEXT(str_from(kind)), P_INT(3), P_INT(letter),
                           P_NULL, P_NULL, P_NULL, P_NULL, P_NULL, P_NULL));
}

enum err decide_check(struct request *request, const struct desk_letter *letter, bool with_digest)
{
    int64_t version;
    unsigned char typed[32], now[32];
    if (!form_int(&request->form, "version", 1, INT32_MAX, &version)) return ERR_BAD_INPUT;
    if (version != letter->version) return ERR_CONFLICT;
    if (!with_digest) return OK;
    if (!code_hex_get(form_line(&request->form, "digest"), typed, sizeof typed))
        return ERR_BAD_INPUT;
    TRY(desk_screen_digest(request, &letter->review, letter->contents, now));
    bool same = bytes_equal(typed, now, sizeof now) && bytes_equal(letter->digest, now, sizeof now);
    return same ? OK : ERR_CONFLICT;
}
