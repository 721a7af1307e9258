/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Words and codes off the pixels of pictures that a cleaner made before (lib/sanitise/words.h),
 * which may have been taken over: they are decoded here and nowhere else.
 */
#include "sanitise/kind.h"
#include "worker/cleaner/words_read.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, DEPTH_GREY = 8 };

/* As it is, in colour: what stands on a coloured ground is lost in grey. */
static PIX *load(const struct job *job, struct str file)
{
    enum kind kind = kind_of(file);
    const l_uint8 *bytes = (const l_uint8 *)file.at;
    PIX *coloured = kind == KIND_JPEG  ? pixReadMemJpeg(bytes, file.len, 0, 1, NULL, 0)
                    : kind == KIND_PNG ? pixReadMemPng(bytes, file.len)
                                       : NULL;
    if (!coloured) job_refuse(job, REFUSAL_MALFORMED);
    uint64_t pixels = (uint64_t)pixGetWidth(coloured) * (uint64_t)pixGetHeight(coloured);
    if (pixels == 0 || pixels > job->page_pixels) job_refuse(job, REFUSAL_TOO_MANY_PIXELS);
    return coloured;
}

static void read_one(struct job *job, struct arena *arena, enum words_mode mode,
                     const struct words_picture *picture)
{
    job_page(job);
    PIX *pix = load(job, picture->image);
    struct words_list list = {
        .job = job,
        .arena = arena,
        .width = (uint32_t)pixGetWidth(pix),
        .height = (uint32_t)pixGetHeight(pix),
    };
    bool is_hard = false;
    if (mode == WORDS_SAMPLE) {
        words_of_boxes(&list, pix, picture->boxes, picture->box_count);
    } else {
        is_hard = words_of_page(&list, pix, mode == WORDS_PHOTO);
        PIX *grey = pixConvertTo8(pix, 0);
        if (!grey || pixGetDepth(grey) != DEPTH_GREY) job_refuse(job, REFUSAL_MALFORMED);
        words_of_codes(&list, grey);
        pixDestroy(&grey);
    }
    pixDestroy(&pix);
    struct part reading = {
        .kind = PART_READING,
        .is_doubtful = is_hard,
        .width = list.width,
        .height = list.height,
        .words = list.at,
        .word_count = list.count,
    };
    answer_picture(job->answer, &reading);
}

static void clean(struct job *job)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct words_picture *pictures;
    enum words_mode mode;
    size_t count;
    if (words_request_read(job->document, arena, &mode, &pictures, &count) != OK)
        job_refuse(job, REFUSAL_MALFORMED);
    for (size_t i = 0; i < count; i++) read_one(job, arena, mode, &pictures[i]);
}

MODULE const struct module cleaner_module = {.prepare = words_prepare, .clean = clean};
