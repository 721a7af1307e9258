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
 * A letter that was decided upon, or that somebody changed while this read, stays as it is: a
 * decision fits what was on the screen. The second is tried again, since the job is.
 */

struct reading {
    struct job *job;
    struct press_letter letter;
    struct press_review review;
    bool is_open; /* to this job: before staff, and nobody decided upon this version */
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

static enum err read_letter(struct store *store, void *context)
{
    struct reading *reading = context;
    struct job *job = reading->job;
    struct press_letter *letter = &reading->letter;
    bool is_decided;
    TRY(press_letter_read(store, job, letter));
    TRY(find_decided(store, job, letter, &is_decided));
    reading->is_open = str_equal(letter->state, STR("in_review")) && !is_decided;
    if (!reading->is_open) return OK;
    TRY(press_items_read(store, job, letter->parts, letter->part_count));
    return press_review_read(store, job, letter->id, letter->version, &reading->review);
}

/* ---- the photos ---- */

static void add_words(const struct part *photo, struct arena *arena, struct review_part *part)
{
    part->words = ARENA_MANY(arena, photo->word_count, struct review_word);
    part->word_count = photo->word_count;
    for (size_t i = 0; i < photo->word_count; i++) {
        const struct word *word = &photo->words[i];
        part->words[i] = (struct review_word){
            word->x, word->y, word->width, word->height, (enum review_gap)word->gap, word->text};
    }
}

/* A photo that cannot be read is one that staff look at, as they do anyhow. */
static enum err read_all(struct job *job, struct prepare *prepare, size_t *ret_words)
{
    const struct press *press = job->state;
    struct clean_settings settings = press->cleaning;
    settings.until_us = job->until_us;
    *ret_words = 0;
    for (size_t i = 0; i < prepare->review.part_count; i++) {
        struct review_part *part = &prepare->review.parts[i];
        if (part->kind != REVIEW_PHOTO || part->word_count > 0) continue;
        struct part photo = {
            .kind = PART_PHOTO,
            .format = str_equal(part->type, STR("image/png")) ? IMAGE_PNG : IMAGE_JPEG,
            .width = part->width,
            .height = part->height,
            .image = prepare->contents[i],
        };
        bool is_read;
        TRY(words_read_photo(press->spawner, &settings, &photo, job->arena, &is_read));
        if (!is_read || photo.word_count == 0) continue;
        add_words(&photo, job->arena, part);
        *ret_words += photo.word_count;
    }
    return OK;
}

/* ---- the last transaction ---- */

static enum err write_review(struct store *store, void *context)
{
    const struct prepare_sealed *sealed = context;
    const struct press_letter *letter = sealed->letter;
    struct reading now = {.job = sealed->job};
    bool is_decided;
    TRY(press_letter_read(store, now.job, &now.letter));
    TRY(find_decided(store, now.job, &now.letter, &is_decided));
    if (is_decided || now.letter.version != letter->version ||
        !str_equal(now.letter.state, STR("in_review")))
        return ERR_CONFLICT;
    TRY(prepare_store(store, sealed));
    FAULT_POINT(photos_written);
    return press_audit(store, "photos_read", "letter", letter->id, NULL, 0);
}

enum err read_photos(struct job *job)
{
    struct reading reading = {.job = job};
    struct prepare prepare;
    struct prepare_sealed sealed;
    size_t words;
    TRY(queue_step(job, read_letter, &reading));
    if (!reading.is_open) return queue_finish(job, NULL, NULL);
    TRY(prepare_reopen(job, &reading.letter, &reading.review, &prepare));
    TRY(read_all(job, &prepare, &words));
    FAULT_POINT(photos_read);
    if (words == 0) return queue_finish(job, NULL, NULL);
    TRY(prepare_propose_photos(job, &reading.letter, &prepare));
    TRY(prepare_seal(job, &reading.letter, &prepare, &sealed));
    return queue_finish(job, write_review, &sealed);
}
