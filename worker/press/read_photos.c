/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/words.h"
#include "store/job.h"
#include "sys/fault.h"
#include "worker/press/jobs.h"
#include "worker/press/prepare.h"

/*
 * Words on the photos of a letter that staff see already: badges, signs, plates, what a QR code
 * says. They take seconds to read, and a letter must not wait for them. What they could give away
 * is proposed as boxes in a further version of the review.
 *
 * A letter that was decided upon stays as it is, also where that was while this read: a decision
 * fits what was on the screen. Where staff changed something meanwhile the job is tried again.
 */

enum { TELL_SECONDS = 10 };

struct reading {
    struct job *job;
    struct press_letter letter;
    struct press_review review;
    bool is_untouched; /* every version of its review is the press's */
    bool is_open;      /* to this job: before staff, and nobody decided upon this version */
};

static enum err find_decided(struct store *store, struct job *job,
                             const struct press_letter *letter, bool *ret_is_decided)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_decision_list, PARAMS(P_INT(letter->id)), job->arena, &rows));
    *ret_is_decided = false;
    for (size_t i = 0; i < rows.count; i++)
        if (rows_int(&rows, i, "letter_version") == letter->version) *ret_is_decided = true;
    return OK;
}

/*
 * A version may stand on the one before it, and keep what staff made of that. Before the first of
 * those there is none: the letter was new then, or was taken apart anew or out of quarantine.
 */
static enum err find_untouched(struct store *store, const struct press_letter *letter,
                               bool *ret_is_untouched)
{
    enum { VERSIONS_MOST = 20 }; /* of more, staff have made some */
    *ret_is_untouched = false;
    for (int version = letter->version; version > letter->version - VERSIONS_MOST; version--) {
        ARENA(arena, (size_t)4 * 1024 * 1024);
        struct store_rows rows;
        enum err code = store_query_one(store, QUERY_review_find,
                                        PARAMS(P_INT(letter->id), P_INT(version)), arena, &rows);
        if (code == ERR_NOT_FOUND) {
            *ret_is_untouched = true;
            return OK;
        }
        TRY(code);
        if (!rows_null(&rows, 0, "made_by")) return OK;
    }
    return OK;
}

static enum err read_state(struct store *store, struct reading *reading)
{
    bool is_decided;
    TRY(press_letter_read(store, reading->job, &reading->letter));
    TRY(find_decided(store, reading->job, &reading->letter, &is_decided));
    reading->is_open = str_equal(reading->letter.state, STR("in_review")) && !is_decided;
    return OK;
}

static enum err read_letter(struct store *store, void *context)
{
    struct reading *reading = context;
    struct job *job = reading->job;
    struct press_letter *letter = &reading->letter;
    TRY(read_state(store, reading));
    if (!reading->is_open) return OK;
    TRY(find_untouched(store, letter, &reading->is_untouched));
    TRY(press_items_read(store, job, letter->parts, letter->part_count));
    return press_review_read(store, job, letter->id, letter->version, &reading->review);
}

/* ---- the photos ---- */

static bool has_warning(const struct review_part *part, struct str warning)
{
    for (size_t i = 0; i < part->warning_count; i++)
        if (str_equal(part->warnings[i], warning)) return true;
    return false;
}

/* Staff must look at it with more care than at one in which nothing was found. */
static void warn_not_read(struct job *job, struct review_part *part)
{
    struct str *all = ARENA_MANY(job->arena, part->warning_count + 1, struct str);
    for (size_t i = 0; i < part->warning_count; i++) all[i] = part->warnings[i];
    all[part->warning_count++] = str_from(warning_name(WARNING_NOT_READ));
    part->warnings = all;
}

static enum err read_one(struct job *job, const struct clean_settings *settings,
                         struct prepare *prepare, size_t at, bool *ret_is_changed)
{
    const struct press *press = job->state;
    struct review_part *part = &prepare->review.parts[at];
    struct part photo = {
        .kind = PART_PHOTO,
        .format = str_equal(part->type, STR("image/png")) ? IMAGE_PNG : IMAGE_JPEG,
        .width = part->width,
        .height = part->height,
        .image = prepare->contents[at],
    };
    bool is_read;
    TRY(words_read_photo(press->spawner, settings, &photo, job->arena, &is_read));
    if (!is_read || photo.word_count > prepare_words_left(&prepare->review)) {
        warn_not_read(job, part);
        *ret_is_changed = true;
    } else if (photo.word_count > 0) {
        prepare_add_words(&photo, job->arena, part);
        *ret_is_changed = true;
    }
    return OK;
}

static enum err read_all(struct job *job, struct prepare *prepare, bool *ret_is_changed)
{
    const struct press *press = job->state;
    struct clean_settings settings = press->cleaning;
    /* What is not read by then is told, which takes a moment too. */
    settings.until_us = job->until_us - TELL_SECONDS * UTC_SECOND_US;
    *ret_is_changed = false;
    for (size_t i = 0; i < prepare->review.part_count; i++) {
        const struct review_part *part = &prepare->review.parts[i];
        if (part->kind == REVIEW_PHOTO && part->word_count == 0 &&
            !has_warning(part, str_from(warning_name(WARNING_NOT_READ))))
            TRY(read_one(job, &settings, prepare, i, ret_is_changed));
    }
    return OK;
}

/* ---- the last transaction ---- */

static enum err write_review(struct store *store, void *context)
{
    const struct prepare_sealed *sealed = context;
    const struct press_letter *letter = sealed->letter;
    struct reading now = {.job = sealed->job};
    TRY(read_state(store, &now));
    if (!now.is_open) return OK;
    if (now.letter.version != letter->version) return ERR_BUSY;
    TRY(prepare_store(store, sealed));
    FAULT_POINT(photos_written);
    return press_audit(store, "photos_read", "letter", letter->id, NULL, 0);
}

enum err read_photos(struct job *job)
{
    struct reading reading = {.job = job};
    struct prepare prepare;
    struct prepare_sealed sealed;
    bool is_changed;
    TRY(queue_step(job, read_letter, &reading));
    if (!reading.is_open) return queue_finish(job, NULL, NULL);
    TRY(prepare_reopen(job, &reading.letter, &reading.review, &prepare));
    TRY(read_all(job, &prepare, &is_changed));
    FAULT_POINT(photos_read);
    if (!is_changed) return queue_finish(job, NULL, NULL);
    TRY(prepare_propose_photos(job, &reading.letter, reading.is_untouched, &prepare));
    TRY(prepare_seal(job, &reading.letter, &prepare, &sealed));
    return queue_finish(job, write_review, &sealed);
}
