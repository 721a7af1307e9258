/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/limits.h"
#include "store/job.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/press/jobs.h"
#include "worker/press/prepare.h"

/*
 * A letter that arrived: opened, taken apart in the cleaner, looked through for each recipient, and
 * laid before staff.
 *
 *   received ──▶ in_review
 *       ├─ e-mail, its sender not known or not proved ──▶ quarantined ──(desk: match)──▶ received
 *       ├─ e-mail, from one side to an address of the other ──▶ quarantined ──(desk: a manager)──▶
 * received ├─ something in it is infected ──▶ quarantined ──(desk: a manager's override)──▶
 * received ├─ a bounce, an answer by a machine ──▶ set_aside └─ what cannot be prepared ──▶ failed,
 * and the job goes to staff with its reason
 *
 * Anybody can send any amount of mail, and a few kilobytes can cost the cleaner a minute. So whose
 * an e-mail is comes first, by its head alone: unless somebody known is proved to have sent it, the
 * rest is the job prepare_stranger, which comes after all others and which one lane of the press
 * never takes.
 *
 * A letter that was quarantined has its parts already: only the proposals are made, as a further
 * version of its review. So has one that staff gave back because somebody takes part only since it
 * came (desk: look): proposals for that recipient are added to what is there.
 */

struct reading {
    struct job *job;
    struct press_letter letter;
    struct press_review review;
    bool is_reviewed; /* there is a review, also when there are no parts */
};

static enum err read_letter(struct store *store, void *context)
{
    struct reading *reading = context;
    struct job *job = reading->job;
    struct press_letter *letter = &reading->letter;
    TRY(press_letter_read(store, job, letter));
    enum err code = press_review_read(store, job, letter->id, letter->version, &reading->review);
    if (code != OK && code != ERR_NOT_FOUND) return code;
    reading->is_reviewed = code == OK;
    if (letter->part_count == 0)
        return press_items_read(store, job, letter->originals, letter->original_count);
    TRY(press_items_read(store, job, letter->parts, letter->part_count));
    return code;
}

/* ---- the last transaction ---- */

struct writing {
    const struct prepare_sealed *sealed;
    const struct prepare_sender *sender; /* NULL: it was known before */
    const char *to;                      /* state */
    const char *act;                     /* for the audit */
};

/* The words on photos are read once the letter lies before staff. */
static enum err read_photos_later(struct store *store, const struct writing *writing)
{
    const struct review *review = &writing->sealed->prepare->review;
    for (size_t i = 0; i < review->part_count; i++)
        if (review->parts[i].kind == REVIEW_PHOTO && review->parts[i].word_count == 0)
            return store_do(store, QUERY_job_add_letter,
                            PARAMS(P_TEXT(STR("press")), P_TEXT(STR("read_photos")),
                                   P_INT(JOB_MAIL), P_INT(writing->sealed->letter->id)));
    return OK;
}

static enum err write_review(struct store *store, void *context)
{
    const struct writing *writing = context;
    const struct press_letter *letter = writing->sealed->letter;
    TRY(press_letter_move(store, letter, writing->to));
    TRY(prepare_store(store, writing->sealed));
    if (writing->sealed->prepare->is_infected)
        TRY(store_do(store, QUERY_letter_infected_set, PARAMS(P_INT(letter->id))));
    if (writing->sender && writing->sender->is_wrong_side)
        TRY(store_do(store, QUERY_letter_wrong_side_set, PARAMS(P_INT(letter->id))));
    if (writing->sender) TRY(prepare_note_bounce(store, letter->id, &writing->sender->bounce));
    if (str_equal(str_from(writing->to), STR("in_review"))) TRY(read_photos_later(store, writing));
    /* What carries a virus is still to come. */
    if (letter->arrangement && !writing->sealed->prepare->is_infected)
        TRY(store_do(store, QUERY_occasion_receive, PARAMS(P_INT(letter->id))));
    FAULT_POINT(prepare_written);
    return press_audit(store, writing->act, "letter", letter->id, NULL, 0);
}

static enum err finish(struct job *job, const struct press_letter *letter,
                       const struct prepare *prepare, struct writing writing)
{
    struct prepare_sealed sealed;
    TRY(prepare_seal(job, letter, prepare, &sealed));
    FAULT_POINT(prepare_sealed);
    writing.sealed = &sealed;
    return queue_finish(job, write_review, &writing);
}

/* ---- an e-mail's sender ---- */

struct matching {
    struct reading *reading;
    const struct prepare_sender *sender;
    struct prepare_answer *answer; /* NULL: none */
};

static enum err match(struct store *store, void *context)
{
    const struct matching *matching = context;
    struct reading *reading = matching->reading;
    ARENA(arena, (size_t)64 * 1024);
    struct store_rows rows;
    enum err code =
        store_query_one(store, QUERY_letter_match,
                        PARAMS(P_INT(reading->letter.id), P_INT(matching->sender->arrangement),
                               P_INT(matching->sender->party), P_TEXT(STR("received"))),
                        arena, &rows);
    if (code == ERR_NOT_FOUND) return ERR_CONFLICT;
    TRY(code);
    if (matching->answer) TRY(prepare_answer_store(store, matching->answer));
    return press_letter_read(store, reading->job, &reading->letter);
}

static enum err find_sender(struct reading *reading, struct prepare *prepare, bool *ret_goes_on)
{
    struct job *job = reading->job;
    struct prepare_sender sender;
    TRY(prepare_find_sender(job, prepare, &sender));
    *ret_goes_on = sender.party != 0;
    if (sender.party) {
        struct matching matching = {reading, &sender, NULL};
        TRY(prepare_answer_make(job, reading->letter.id, prepare, &sender, &matching.answer));
        TRY(queue_step(job, match, &matching));
        FAULT_POINT(prepare_matched);
        return OK;
    }
    struct writing writing = {
        .sender = &sender,
        .to = sender.is_aside ? "set_aside" : "quarantined",
        .act = sender.is_aside ? "letter_set_aside" : "letter_quarantined",
    };
    if (sender.is_wrong_side) writing.act = "letter_wrong_side";
    return finish(job, &reading->letter, prepare, writing);
}

/* ---- strangers ---- */

struct putting_off {
    int64_t letter;
    enum job_priority priority;
};

static enum err put_off(struct store *store, void *context)
{
    const struct putting_off *off = context;
    return store_do(store, QUERY_job_add_letter,
                    PARAMS(P_TEXT(STR("press")), P_TEXT(STR("prepare_stranger")),
                           P_INT(off->priority), P_INT(off->letter)));
}

static enum err put_off_as(struct reading *reading, enum job_priority priority)
{
    struct putting_off off = {.letter = reading->letter.id, .priority = priority};
    return queue_finish(reading->job, put_off, &off);
}

/* Of an e-mail that nobody has looked at: the job ends here unless somebody known sent it. */
static enum err look(struct reading *reading, bool *ret_goes_on)
{
    struct job *job = reading->job;
    enum prepare_who who;
    TRY(prepare_look(job, &reading->letter, &who));
    FAULT_POINT(prepare_looked);
    *ret_goes_on = who == PREPARE_KNOWN;
    if (who == PREPARE_KNOWN) return OK;
    return put_off_as(reading, who == PREPARE_UNPROVED ? JOB_UNPROVED : JOB_STRANGER);
}

/* ---- viruses ---- */

static enum err keep_apart(struct reading *reading, struct prepare *prepare)
{
    TRY(prepare_quarantine(reading->job, &reading->letter, prepare));
    return finish(reading->job, &reading->letter, prepare,
                  (struct writing){.to = "quarantined", .act = "letter_infected"});
}

/* ---- the job ---- */

static enum err take_apart(struct reading *reading, bool from_anybody, struct prepare *prepare,
                           bool *ret_goes_on)
{
    const struct press_letter *letter = &reading->letter;
    *prepare = (struct prepare){.is_reviewed = reading->is_reviewed};
    *ret_goes_on = false;
    TRY(press_originals_open(reading->job, letter));
    FAULT_POINT(prepare_opened);
    /* Whatever the scanner says today, or if there is none any more. */
    if (letter->is_infected && !letter->is_overridden) {
        prepare->is_infected = true;
        prepare_warn(reading->job, &prepare->review,
                     STR("A virus was found in this letter when it came."));
        return keep_apart(reading, prepare);
    }
    bool is_unknown = !from_anybody && letter->arrangement == 0;
    int64_t until_us = clock_monotonic_us() + PREPARE_LOOK_SECONDS * UTC_SECOND_US;
    enum err code = prepare_scan(reading->job, letter, is_unknown ? until_us : 0, prepare);
    /* A file made to keep the scanner busy keeps nobody else's letter waiting. */
    if (is_unknown && !prepare->is_infected && clock_monotonic_us() >= until_us)
        return put_off_as(reading, JOB_STRANGER);
    TRY(code);
    if (prepare->is_infected) return keep_apart(reading, prepare);
    *ret_goes_on = true;
    if (is_unknown) TRY(look(reading, ret_goes_on));
    if (!*ret_goes_on) return OK;
    TRY(prepare_parts(reading->job, letter, prepare));
    FAULT_POINT(prepare_cleaned);
    *ret_goes_on = !prepare->is_infected;
    if (prepare->is_infected) return keep_apart(reading, prepare);
    prepare_warn_unscanned(reading->job, letter, prepare);
    return OK;
}

static enum err prepare_one(struct job *job, struct reading *reading, bool from_anybody)
{
    struct prepare prepare;
    bool goes_on = true;
    TRY(queue_step(job, read_letter, reading));
    struct press_letter *letter = &reading->letter;
    /* A job that comes again after its work was done; staff may have a failed one tried again. */
    if (!str_equal(letter->state, STR("received")) && !str_equal(letter->state, STR("failed")))
        return queue_finish(job, NULL, NULL);
    if (letter->part_count)
        TRY(prepare_reopen(job, letter, &reading->review, &prepare));
    else
        TRY(take_apart(reading, from_anybody, &prepare, &goes_on));
    prepare.was_wrong_side = letter->is_wrong_side;
    if (goes_on && letter->arrangement == 0) TRY(find_sender(reading, &prepare, &goes_on));
    if (!goes_on) return OK;
    TRY(prepare_propose(job, letter, &prepare));
    return finish(job, letter, &prepare,
                  (struct writing){.to = "in_review", .act = "letter_prepared"});
}

static enum err mark_failed(struct store *store, void *context)
{
    const struct press_letter *letter = context;
    if (!str_equal(letter->state, STR("failed"))) TRY(press_letter_move(store, letter, "failed"));
    return press_audit(store, "letter_failed", "letter", letter->id, NULL, 0);
}

enum err prepare_run(struct job *job, bool from_anybody)
{
    struct reading reading = {.job = job};
    enum err code = prepare_one(job, &reading, from_anybody);
    bool is_hopeless = code == ERR_CLEANER_DIED || code == ERR_CLEANER_ANSWER;
    if (reading.letter.id && !job->finished && (is_hopeless || queue_is_final(job, code))) {
        BUF(name, 64);
        queue_code(code, &name);
        TRY(queue_give_up(job, name.at, mark_failed, &reading.letter));
    }
    return code;
}

enum err prepare_letter(struct job *job)
{
    return prepare_run(job, false);
}
