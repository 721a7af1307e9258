/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/decide.h"

#include <string.h>

#include "core/code.h"
#include "crypt/secret.h"
#include "rules/decision.h"
#include "store/job.h"

/* The canonical byte string. */
static enum err write_decision(const struct decide *decide, int64_t id, struct buf *text)
{
    const struct desk_letter *letter = decide->letter;
    struct decision decision = {
        .act = str_from(decide->act),
        .agency = decide->request->session.agency,
        .id = id,
        .letter = letter->id,
        .to = decide->to,
        .version = letter->version,
        .note = decide->note,
        .reason = decide->reason,
        .review = decide->review,
    };
    memcpy(decision.digest, letter->digest, sizeof decision.digest);
    decision_marks(&letter->review, decide->request->arena, &decision);
    return decision_write(&decision, text);
}

enum err decide_record(struct store *store, const struct decide *decide)
{
    struct request *request = decide->request;
    const struct desk_letter *letter = decide->letter;
    struct seal_publics publics;
    struct str sealed;
    int64_t id = random_id();
    TRY(desk_publics(request, store, &publics));
    const struct seal_public readers[] = {publics.press, publics.desk};
    BUF_SECRET(text, DECISION_BYTES);
    TRY(write_decision(decide, id, &text));
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
    if (!desk_may_move(request, letter->state, str_from(state))) return ERR_FORBIDDEN;
    enum err code = store_query_one(store, QUERY_letter_state_set,
                                    PARAMS(P_INT(letter->id), P_TEXT(str_from(state)),
                                           P_TEXT(letter->state), P_INT(letter->version)),
                                    request->arena, &rows);
    return code == ERR_NOT_FOUND ? ERR_CONFLICT : code;
}

enum err decide_reopen(struct request *request, struct store *store, int64_t letter_id)
{
    struct desk_keyring keyring;
    struct desk_letter letter;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query_one(store, QUERY_letter_lock, PARAMS(P_INT(letter_id)), request->arena, &rows));
    TRY(desk_letter_read(request, store, &keyring, letter_id, DESK_WHOLE, &letter));
    if (str_equal(letter.state, STR("in_review"))) return OK; /* another copy was first */
    if (!letter.has_review || !desk_may_move(request, letter.state, STR("in_review")))
        return ERR_CONFLICT;
    TRY(desk_review_save(request, store, &letter, &letter.review));
    TRY(store_query(store, QUERY_letter_state_set,
                    PARAMS(P_INT(letter_id), P_TEXT(STR("in_review")), P_TEXT(letter.state),
                           P_INT(letter.version + 1)),
                    request->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

enum err decide_queue(struct request *request, struct store *store, const char *kind,
                      int64_t letter)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_job_close_of_letter, PARAMS(P_INT(letter), P_TEXT(str_from(kind))),
                    request->arena, &rows));
    return store_do(store, QUERY_job_add,
                    PARAMS(P_TEXT(STR("press")), P_TEXT(str_from(kind)), P_INT(JOB_DECIDED),
                           P_INT(letter), P_NULL, P_NULL, P_NULL, P_NULL, P_NULL, P_NULL));
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
