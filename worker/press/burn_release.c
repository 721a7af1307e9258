/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "rules/decision.h"
#include "sys/fault.h"
#include "worker/press/jobs.h"
#include "worker/press/release.h"

/*
 * An approved letter: for each recipient a copy of what may leave, archived, sealed and on its way.
 *
 *   approved ──▶ composed ──▶ released
 *       │            (the database: when the last dispatch is there)
 *       └─ one copy was refused ──▶ in_review, and the job goes to staff with the code; the other
 *          recipients' copies are made all the same
 *
 * Each copy is one transaction; what is there already is not made again, so the job may be killed
 * anywhere and come again.
 */

static enum err read_all(struct store *store, void *context)
{
    return release_read(store, context);
}

/* Is a copy of this version for this party there, and was it not taken back? */
static bool is_released(const struct release_work *work, int64_t to)
{
    const struct store_rows *rows = &work->releases;
    for (size_t i = 0; i < rows->count; i++)
        if (rows_int(rows, i, "to_party") == to &&
            rows_int(rows, i, "letter_version") == work->letter.version &&
            str_equal(rows_str(rows, i, "kind"), STR("letter")) &&
            !str_equal(rows_str(rows, i, "state"), STR("withdrawn")))
            return true;
    return false;
}

static bool is_approval(const struct release_work *work, size_t row)
{
    const struct store_rows *rows = &work->decisions;
    return str_equal(rows_str(rows, row, "kind"), STR("approve")) &&
           rows_int(rows, row, "letter_version") == work->letter.version;
}

/* Is this row the newest approval of this version for its recipient, and nobody objected since? */
static bool is_in_force(const struct release_work *work, size_t row)
{
    const struct store_rows *rows = &work->decisions;
    if (!is_approval(work, row)) return false;
    int64_t to = rows_int(rows, row, "to_party");
    for (size_t i = row + 1; i < rows->count; i++) {
        if (rows_int(rows, i, "letter_version") != work->letter.version) continue;
        int64_t about = rows_int(rows, i, "to_party");
        if (is_approval(work, i)
                ? about == to
                : decision_objects(rows_str(rows, i, "kind")) && (about == 0 || about == to))
            return false;
    }
    return true;
}

static enum err release_one(struct release_work *work, size_t row, struct buf *code)
{
    enum refused refusal;
    struct decision decision;
    TRY(release_check(work, row, &decision, &refusal));
    FAULT_POINT(release_checked);
    struct release *release = ARENA_ONE(work->job->arena, struct release);
    release->decision = rows_int(&work->decisions, row, "decision_id");
    release->to = press_party(&work->letter, rows_int(&work->decisions, row, "to_party"));
    if (refusal == PERMITTED && !release->to) refusal = REFUSED_RECIPIENT_UNKNOWN;
    if (refusal == PERMITTED) return release_make(work, &decision, release, code);
    buf_add_c(code, refused_code(refusal));
    return OK;
}

/* ---- the end ---- */

static enum err move_on(struct store *store, void *context)
{
    const struct release_work *work = context;
    /* the database goes on to released once each copy is with its recipient */
    TRY(press_letter_move(store, &work->letter, "composed"));
    return press_audit(store, "letter_composed", "letter", work->letter.id, NULL, 0);
}

static enum err give_back(struct store *store, void *context)
{
    const struct release_work *work = context;
    TRY(press_letter_move(store, &work->letter, "in_review"));
    return press_audit(store, "letter_given_back", "letter", work->letter.id, NULL, 0);
}

static enum err burn(struct release_work *work)
{
    struct job *job = work->job;
    BUF(first, 64);
    TRY(press_publics(job, &work->publics));
    TRY(queue_step(job, read_all, work));
    if (!str_equal(work->letter.state, STR("approved"))) return queue_finish(job, NULL, NULL);
    FAULT_POINT(release_read);
    size_t approved = 0;
    for (size_t row = 0; row < work->decisions.count; row++) {
        BUF(code, 64);
        if (!is_in_force(work, row)) continue;
        approved++;
        if (is_released(work, rows_int(&work->decisions, row, "to_party"))) continue;
        TRY(release_one(work, row, &code));
        if (first.len == 0) buf_add(&first, buf_str(&code));
    }
    if (approved == 0) buf_add_c(&first, refused_code(REFUSED_NOTHING_APPROVED));
    if (first.len) return queue_give_up(job, first.at, give_back, work);
    return queue_finish(job, move_on, work);
}

enum err burn_release(struct job *job)
{
    struct release_work *work = ARENA_ONE(job->arena, struct release_work);
    work->job = job;
    enum err code = burn(work);
    /* What no retry mends leaves the letter where staff can do something about it. */
    if (!job->finished && queue_is_final(job, code) && work->letter.id &&
        str_equal(work->letter.state, STR("approved"))) {
        BUF(name, 64);
        queue_code(code, &name);
        TRY(queue_give_up(job, name.at, give_back, work));
    }
    return code;
}
