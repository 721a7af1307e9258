/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"
#include "store/blob.h"
#include "worker/press/prepare.h"

/* What is longer than this stands in a blob; the column takes 1 MiB. */
enum { REVIEW_COLUMN_BYTES = 512 * 1024 };

static enum err seal_parts(struct job *job, const struct seal_public *readers,
                           struct prepare_sealed *sealed)
{
    const struct review *review = &sealed->prepare->review;
    sealed->parts = ARENA_MANY(job->arena, review->part_count, struct prepare_blob);
    for (size_t i = 0; i < review->part_count; i++) {
        sealed->parts[i].id = random_id();
        TRY(press_seal(job, SEAL_PART, "part", sealed->letter->id, review->parts[i].number, readers,
                       2, sealed->prepare->contents[i], &sealed->parts[i].sealed));
    }
    return OK;
}

enum err prepare_seal(struct job *job, const struct press_letter *letter,
                      const struct prepare *prepare, struct prepare_sealed *ret_sealed)
{
    struct prepare_sealed sealed = {
        .job = job,
        .letter = letter,
        .prepare = prepare,
        .version = letter->version + (prepare->is_stored || prepare->is_reviewed ? 1 : 0),
    };
    struct seal_publics publics;
    TRY(press_publics(job, &publics));
    const struct seal_public readers[] = {publics.press, publics.desk};
    if (!prepare->is_stored) TRY(seal_parts(job, readers, &sealed));
    JSON object = review_write(&prepare->review);
    BUF_SECRET(text, REVIEW_BYTES);
    TRY(json_write(object, &text));
    TRY(press_seal(job, SEAL_BUNDLE, "review", letter->id, sealed.version, readers, 2,
                   buf_str(&text), &sealed.review));
    if (sealed.review.len > REVIEW_COLUMN_BYTES) sealed.review_blob = random_id();
    TRY(press_screen_digest(job, &prepare->review, prepare->contents, sealed.digest));
    *ret_sealed = sealed;
    return OK;
}

enum err prepare_reopen(struct job *job, const struct press_letter *letter,
                        const struct press_review *review, struct prepare *ret_prepare)
{
    struct prepare prepare = {.is_stored = true};
    TRY(press_parts_open(job, letter));
    TRY(press_review_open(job, letter->id, letter->version, review, &prepare.review));
    if (prepare.review.part_count != letter->part_count) return ERR_SEAL_BROKEN;
    prepare.review.is_quarantined = false;
    prepare.contents = ARENA_MANY(job->arena, letter->part_count, struct str);
    for (size_t i = 0; i < letter->part_count; i++) prepare.contents[i] = letter->parts[i].content;
    *ret_prepare = prepare;
    return OK;
}

static struct str part_kind(enum review_kind kind)
{
    return kind == REVIEW_TEXT ? STR("text") : kind == REVIEW_PAGE ? STR("page") : STR("photo");
}

static enum err store_parts(struct store *store, const struct prepare_sealed *sealed)
{
    const struct review *review = &sealed->prepare->review;
    for (size_t i = 0; i < review->part_count; i++) {
        const struct prepare_blob *blob = &sealed->parts[i];
        TRY(store_blob_put(store, blob->id, "part", 0, blob->sealed));
        TRY(store_do(store, QUERY_part_add,
                     PARAMS(P_INT(sealed->letter->id), P_INT(review->parts[i].number),
                            P_TEXT(part_kind(review->parts[i].kind)), P_INT(blob->id))));
    }
    return OK;
}

enum err prepare_store(struct store *store, const struct prepare_sealed *sealed)
{
    int64_t letter = sealed->letter->id;
    if (!sealed->prepare->is_stored) TRY(store_parts(store, sealed));
    if (sealed->review_blob)
        TRY(store_blob_put(store, sealed->review_blob, "review", 0, sealed->review));
    TRY(store_do(store, QUERY_review_add,
                 PARAMS(P_INT(letter), P_INT(sealed->version),
                        sealed->review_blob ? P_NULL : P_BYTES(sealed->review),
                        sealed->review_blob ? P_INT(sealed->review_blob) : P_NULL,
                        P_RAW(sealed->digest))));
    if (sealed->version == sealed->letter->version) return OK;
    ARENA(arena, (size_t)64 * 1024);
    struct store_rows rows;
    enum err code =
        store_query_one(store, QUERY_letter_version_next,
                        PARAMS(P_INT(letter), P_INT(sealed->letter->version)), arena, &rows);
    return code == ERR_NOT_FOUND ? ERR_CONFLICT : code;
}
