/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/decision.h"

#include <string.h>

#include "core/code.h"
#include "core/json.h"
#include "core/limits.h"

bool decision_objects(struct str act)
{
    static const char *const acts[] = {"disagree", "return", "hold", "escalate", "ask"};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (str_equal(act, str_from(acts[i]))) return true;
    return false;
}

/* ---- writing ---- */

static json_t *write_span(const struct decision_span *span)
{
    json_t *list = json_array();
    json_add(list, json_integer(span->part));
    json_add(list, json_integer((json_int_t)span->start));
    json_add(list, json_integer((json_int_t)span->end));
    json_add(list, json_str(span->category));
    return list;
}

static json_t *write_box(const struct decision_box *box)
{
    json_t *list = json_array();
    json_add(list, json_integer(box->part));
    json_add(list, json_integer(box->x));
    json_add(list, json_integer(box->y));
    json_add(list, json_integer(box->w));
    json_add(list, json_integer(box->h));
    return list;
}

enum err decision_write(const struct decision *decision, struct buf *ret_json)
{
    JSON object = json_object();
    json_t *spans = json_array(), *boxes = json_array();
    BUF(digest, 2 * DECISION_DIGEST_BYTES);
    code_hex_put(&digest, decision->digest, DECISION_DIGEST_BYTES);
    for (size_t i = 0; i < decision->span_count; i++)
        json_add(spans, write_span(&decision->spans[i]));
    for (size_t i = 0; i < decision->box_count; i++)
        json_add(boxes, write_box(&decision->boxes[i]));
    json_put_str(object, "purpose", STR("decision"));
    json_put_str(object, "act", decision->act);
    json_put_id(object, "agency", decision->agency);
    json_put_id(object, "decision", decision->id);
    json_put_id(object, "letter", decision->letter);
    json_put_int(object, "version", decision->version);
    json_put_str(object, "digest", buf_str(&digest));
    json_put(object, "spans", spans);
    json_put(object, "boxes", boxes);
    json_put_id(object, "to", decision->to);
    json_put_str(object, "note", decision->note);
    json_put_str(object, "reason", decision->reason);
    json_put_str(object, "review", decision->review);
    return json_write(object, ret_json);
}

/* ---- reading ---- */

static bool number_at(const json_t *list, size_t at, int64_t max, int64_t *ret_number)
{
    const json_t *entry = json_array_get(list, at);
    if (!json_is_integer(entry)) return false;
    int64_t number = json_integer_value(entry);
    if (number < 0 || number > max) return false;
    *ret_number = number;
    return true;
}

static enum err read_span(const json_t *list, struct arena *arena, struct decision_span *span)
{
    int64_t part, start, end;
    if (json_array_size(list) != 4 || !number_at(list, 0, REVIEW_PARTS, &part) ||
        !number_at(list, 1, INT32_MAX, &start) || !number_at(list, 2, INT32_MAX, &end) ||
        !json_is_string(json_array_get(list, 3)))
        return ERR_BAD_JSON;
    *span = (struct decision_span){(int)part, (size_t)start, (size_t)end,
                                   arena_str(arena, json_text(json_array_get(list, 3)))};
    return OK;
}

static enum err read_box(const json_t *list, struct decision_box *box)
{
    int64_t numbers[5];
    if (json_array_size(list) != 5) return ERR_BAD_JSON;
    for (size_t i = 0; i < 5; i++)
        if (!number_at(list, i, i == 0 ? REVIEW_PARTS : INT32_MAX, &numbers[i]))
            return ERR_BAD_JSON;
    *box = (struct decision_box){(int)numbers[0], (uint32_t)numbers[1], (uint32_t)numbers[2],
                                 (uint32_t)numbers[3], (uint32_t)numbers[4]};
    return OK;
}

static enum err read_marks(const json_t *object, struct arena *arena, struct decision *decision)
{
    const json_t *spans = json_object_get(object, "spans"),
                 *boxes = json_object_get(object, "boxes");
    if (!json_is_array(spans) || !json_is_array(boxes)) return ERR_BAD_JSON;
    decision->span_count = json_array_size(spans);
    decision->box_count = json_array_size(boxes);
    if (decision->span_count > REVIEW_MARKS || decision->box_count > REVIEW_MARKS)
        return ERR_TOO_BIG;
    decision->spans = ARENA_MANY(arena, decision->span_count, struct decision_span);
    decision->boxes = ARENA_MANY(arena, decision->box_count, struct decision_box);
    for (size_t i = 0; i < decision->span_count; i++)
        TRY(read_span(json_array_get(spans, i), arena, &decision->spans[i]));
    for (size_t i = 0; i < decision->box_count; i++)
        TRY(read_box(json_array_get(boxes, i), &decision->boxes[i]));
    return OK;
}

static enum err read_text(const json_t *object, const char *key, struct arena *arena,
                          struct str *ret_text)
{
    struct str text = json_get_str(object, key);
    if (text.len > LIMIT_RECORD_BYTES) return ERR_TOO_BIG;
    *ret_text = arena_str(arena, text);
    return OK;
}

enum err decision_read(struct str json, struct arena *arena, struct decision *ret_decision)
{
    JSON object = NULL;
    TRY(json_read(json, DECISION_BYTES, &object));
    if (!str_equal(json_get_str(object, "purpose"), STR("decision"))) return ERR_BAD_JSON;
    struct decision decision = {
        .agency = json_get_id(object, "agency"),
        .id = json_get_id(object, "decision"),
        .letter = json_get_id(object, "letter"),
        .to = json_get_id(object, "to"),
        .version = (int)json_get_int(object, "version", 1, INT32_MAX, 0),
    };
    if (!decision.agency || !decision.id || !decision.letter || !decision.version ||
        !code_hex_get(json_get_str(object, "digest"), decision.digest, sizeof decision.digest))
        return ERR_BAD_JSON;
    TRY(read_text(object, "act", arena, &decision.act));
    TRY(read_text(object, "note", arena, &decision.note));
    TRY(read_text(object, "reason", arena, &decision.reason));
    TRY(read_text(object, "review", arena, &decision.review));
    TRY(read_marks(object, arena, &decision));
    /* One byte string for one decision: what is written otherwise was not written by us. */
    BUF(again, DECISION_BYTES);
    TRY(decision_write(&decision, &again));
    if (!str_equal(buf_str(&again), json)) return ERR_BAD_JSON;
    *ret_decision = decision;
    return OK;
}

/* ---- against the review ---- */

void decision_marks(const struct review *review, struct arena *arena, struct decision *decision)
{
    decision->spans = ARENA_MANY(arena, review->mark_count, struct decision_span);
    decision->boxes = ARENA_MANY(arena, review->mark_count, struct decision_box);
    decision->span_count = decision->box_count = 0;
    for (size_t i = 0; i < review->mark_count; i++) {
        const struct review_mark *mark = &review->marks[i];
        if (!review_mark_is_for(mark, decision->to)) continue;
        if (mark->is_box)
            decision->boxes[decision->box_count++] =
                (struct decision_box){mark->part, mark->x, mark->y, mark->w, mark->h};
        else
            decision->spans[decision->span_count++] =
                (struct decision_span){mark->part, mark->start, mark->end, mark->category};
    }
}

bool decision_fits(const struct decision *decision, const struct review *review,
                   struct arena *arena)
{
    struct decision wanted = {.to = decision->to};
    decision_marks(review, arena, &wanted);
    if (wanted.span_count != decision->span_count || wanted.box_count != decision->box_count)
        return false;
    for (size_t i = 0; i < wanted.span_count; i++) {
        const struct decision_span *a = &wanted.spans[i], *b = &decision->spans[i];
        if (a->part != b->part || a->start != b->start || a->end != b->end ||
            !str_equal(a->category, b->category))
            return false;
    }
    return wanted.box_count == 0 ||
           memcmp(wanted.boxes, decision->boxes, wanted.box_count * sizeof *wanted.boxes) == 0;
}
