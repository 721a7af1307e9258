/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/json.h"
#include "crypt/secret.h"
#include "rules/decision.h"
#include "worker/press/release.h"

static void end_view(void *view)
{
    json_decref(view);
}

static enum err read_agency(struct store *store, struct release_work *work)
{
    struct job *job = work->job;
    struct store_rows rows;
    TRY(message_view(store, job, &work->view));
    arena_on_end(job->arena, end_view, work->view);
    work->agency_name = json_get_str(json_object_get(work->view, "service"), "name");
    TRY(store_query_one(store, QUERY_agency_policy, NO_PARAMS, job->arena, &rows));
    work->plain_allowed = rows_bool(&rows, 0, "plain_email_allowed");
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, job->arena, &rows));
    return rows_utc(&rows, 0, "instant", &work->now) ? OK : ERR_DB;
}

static enum err read_archived(struct store *store, struct release_work *work)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_archive_of_letter, PARAMS(P_INT(work->letter.id)),
                    work->job->arena, &rows));
    work->has_archive = false;
    for (size_t i = 0; i < rows.count; i++)
        if (str_equal(rows_str(&rows, i, "kind"), STR("original"))) work->has_archive = true;
    return OK;
}

enum err release_read(struct store *store, struct release_work *work)
{
    struct job *job = work->job;
    struct press_letter *letter = &work->letter;
    TRY(press_letter_read(store, job, letter));
    TRY(store_query(store, QUERY_decision_list, PARAMS(P_INT(letter->id)), job->arena,
                    &work->decisions));
    TRY(store_query(store, QUERY_release_of_letter, PARAMS(P_INT(letter->id)), job->arena,
                    &work->releases));
    TRY(read_archived(store, work));
    TRY(read_agency(store, work));
    TRY(press_items_read(store, job, letter->parts, letter->part_count));
    if (!work->has_archive)
        TRY(press_items_read(store, job, letter->originals, letter->original_count));
    return press_review_read(store, job, letter->id, letter->version, &work->sealed_review);
}

/* What is opened once for all recipients. */
static enum err open_letter(struct release_work *work)
{
    struct press_letter *letter = &work->letter;
    if (work->review.parts) return OK;
    TRY(press_parts_open(work->job, letter));
    TRY(press_review_open(work->job, letter->id, letter->version, &work->sealed_review,
                          &work->review));
    return work->review.part_count == letter->part_count ? OK : ERR_SEAL_BROKEN;
}

static bool is_about(const struct decision *decision, const struct release_work *work, size_t row)
{
    const struct store_rows *rows = &work->decisions;
    unsigned char digest[DECISION_DIGEST_BYTES];
    return decision->agency == work->job->agency &&
           decision->id == rows_int(rows, row, "decision_id") &&
           decision->letter == work->letter.id &&
           decision->version == rows_int(rows, row, "letter_version") &&
           decision->version == work->letter.version &&
           decision->to == rows_int(rows, row, "to_party") &&
           str_equal(decision->act, rows_str(rows, row, "kind")) &&
           rows_raw(rows, row, "screen_digest", digest, sizeof digest) &&
           bytes_equal(digest, decision->digest, sizeof digest);
}

/* Does the screen that was decided upon show these very bytes and marks? */
static enum err is_this_screen(struct release_work *work, const struct decision *decision,
                               bool *ret_same)
{
    struct arena *arena = work->job->arena;
    const struct press_letter *letter = &work->letter;
    struct str *contents = ARENA_MANY(arena, letter->part_count, struct str);
    unsigned char digest[DECISION_DIGEST_BYTES];
    for (size_t i = 0; i < letter->part_count; i++) contents[i] = letter->parts[i].content;
    TRY(press_screen_digest(work->job, &work->review, contents, digest));
    *ret_same = bytes_equal(digest, decision->digest, sizeof digest) &&
                bytes_equal(digest, work->sealed_review.digest, sizeof digest);
    return OK;
}

enum err release_check(struct release_work *work, size_t row, struct decision *ret_decision,
                       enum refused *ret_refusal)
{
    struct job *job = work->job;
    struct decision decision;
    struct str text;
    bool is_same;
    TRY(open_letter(work));
    TRY(press_open(job, SEAL_DECISION, "decision", rows_int(&work->decisions, row, "decision_id"),
                   1, rows_str(&work->decisions, row, "sealed_decision"), &text));
    enum err code = decision_read(text, job->arena, &decision);
    if (code == ERR_BAD_JSON || code == ERR_TOO_BIG) {
        *ret_refusal = REFUSED_DECISION_BROKEN;
        return OK;
    }
    TRY(code);
    TRY(is_this_screen(work, &decision, &is_same));
    /* A return says nothing about marks. */
    bool fits = decision.to == 0 || decision_fits(&decision, &work->review, job->arena);
    *ret_refusal =
        is_same && fits && is_about(&decision, work, row) ? PERMITTED : REFUSED_DECISION_BROKEN;
    if (*ret_refusal == PERMITTED && decision.to && !review_is_for(&work->review, decision.to))
        *ret_refusal = REFUSED_NOT_LOOKED;
    *ret_decision = decision;
    return OK;
}
