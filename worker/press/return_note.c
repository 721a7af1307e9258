/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/decision.h"
#include "worker/press/jobs.h"
#include "worker/press/release.h"

/*
 * A letter that goes back to its sender with a question or a reason: the note is a release of its
 * own kind, by the sender's own channel. The letter stays in state returned. A note that cannot go
 * (no account, no address …) is a job for staff, with the code.
 */

static enum err read_all(struct store *store, void *context)
{
    return release_read(store, context);
}

/* The newest return of the version in force; STR_NONE if there is none. */
static size_t find_return(const struct release_work *work)
{
    for (size_t row = work->decisions.count; row-- > 0;)
        if (str_equal(rows_str(&work->decisions, row, "kind"), STR("return")) &&
            rows_int(&work->decisions, row, "letter_version") == work->letter.version)
            return row;
    return STR_NONE;
}

static bool is_noted(const struct release_work *work)
{
    for (size_t i = 0; i < work->releases.count; i++)
        if (rows_int(&work->releases, i, "letter_version") == work->letter.version &&
            str_equal(rows_str(&work->releases, i, "kind"), STR("note")))
            return true;
    return false;
}

static enum err make_note(struct release_work *work, size_t row, struct buf *code)
{
    enum refused refusal;
    struct decision decision;
    struct release *release = ARENA_ONE(work->job->arena, struct release);
    TRY(release_check(work, row, &decision, &refusal));
    release->is_note = true;
    release->decision = rows_int(&work->decisions, row, "decision_id");
    release->to = press_writer(&work->letter);
    if (refusal == PERMITTED && !release->to) refusal = REFUSED_SENDER_UNKNOWN;
    if (refusal == PERMITTED && str_trim(decision.note).len == 0) refusal = REFUSED_NOTHING_LEFT;
    if (refusal != PERMITTED) {
        buf_add_c(code, refused_code(refusal));
        return OK;
    }
    TRY(release_compose_note(work, decision.note, release));
    return release_make(work, &decision, release, code);
}

enum err return_note(struct job *job)
{
    struct release_work *work = ARENA_ONE(job->arena, struct release_work);
    work->job = job;
    BUF(code, 64);
    TRY(press_publics(job, &work->publics));
    TRY(queue_step(job, read_all, work));
    size_t row = find_return(work);
    bool is_wanted = str_equal(work->letter.state, STR("returned")) && row != STR_NONE;
    if (!is_wanted || is_noted(work)) return queue_finish(job, NULL, NULL);
    TRY(make_note(work, row, &code));
    if (code.len) return queue_give_up(job, code.at, NULL, NULL);
    return queue_finish(job, NULL, NULL);
}
