/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Boxes burnt into the pixels of an image that a cleaner made before (lib/sanitise/burn.h), which
 * may have been taken over: it is decoded here and nowhere else.
 */
#include <stdlib.h>
#include <vips/vips.h>

#include "sanitise/burn.h"
#include "sanitise/kind.h"
#include "worker/cleaner/module.h"

enum { QUALITY = 90, GREY = 96, ARENA_BYTES = 4 * 1024 * 1024 };

static void prepare(void)
{
    setenv("VIPSHOME", "/nonexistent", 1);
    setenv("VIPS_DISC_THRESHOLD", "2g", 1); /* there is no disc */
    if (VIPS_INIT("letterbox-cleaner")) _exit(1);
    vips_cache_set_max(0);
    vips_concurrency_set(2);
    vips_leak_set(FALSE);
}

static VipsImage *load(const struct job *job, struct str file)
{
    VipsImage *image = NULL;
    void *bytes = (void *)(uintptr_t)file.at;
    enum kind kind = kind_of(file);
    int failed = 1;
    if (kind == KIND_JPEG)
        failed = vips_jpegload_buffer(bytes, file.len, &image, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    else if (kind == KIND_PNG)
        failed = vips_pngload_buffer(bytes, file.len, &image, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    if (failed || !image) job_refuse(job, REFUSAL_MALFORMED);
    uint64_t pixels = (uint64_t)image->Xsize * (uint64_t)image->Ysize;
    if (pixels > job->page_pixels || image->Xsize > ANSWER_IMAGE_SIDE_MAX ||
        image->Ysize > ANSWER_IMAGE_SIDE_MAX)
        job_refuse(job, REFUSAL_TOO_MANY_PIXELS);
    return image;
}

/* Grey or RGB of 8 bits, in memory that can be drawn on. */
static VipsImage *canvas(const struct job *job, VipsImage *image)
{
    VipsImage *plain = NULL, *flat = NULL;
    VipsInterpretation wanted =
        image->Bands <= 2 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
    if (vips_colourspace(image, &plain, wanted, NULL)) job_refuse(job, REFUSAL_MALFORMED);
    if (vips_image_hasalpha(plain)) {
        if (vips_flatten(plain, &flat, NULL)) job_refuse(job, REFUSAL_MALFORMED);
        g_object_unref(plain);
        plain = flat;
    }
    if (plain->BandFmt != VIPS_FORMAT_UCHAR) job_refuse(job, REFUSAL_MALFORMED);
    VipsImage *drawn = vips_image_new_memory();
    if (vips_image_write(plain, drawn)) job_refuse(job, REFUSAL_MALFORMED);
    g_object_unref(plain);
    return drawn;
}

static void burn(const struct job *job, VipsImage *image, struct burn_box box)
{
    uint32_t left = box.x > BURN_MARGIN ? box.x - BURN_MARGIN : 0;
    uint32_t top = box.y > BURN_MARGIN ? box.y - BURN_MARGIN : 0;
    uint64_t right = (uint64_t)box.x + box.width + BURN_MARGIN;
    uint64_t bottom = (uint64_t)box.y + box.height + BURN_MARGIN;
    if (right > (uint64_t)image->Xsize) right = (uint64_t)image->Xsize;
    if (bottom > (uint64_t)image->Ysize) bottom = (uint64_t)image->Ysize;
    if (left >= right || top >= bottom) job_refuse(job, REFUSAL_MALFORMED);
    double ink[3] = {GREY, GREY, GREY};
    if (vips_draw_rect(image, ink, image->Bands, (int)left, (int)top, (int)(right - left),
                       (int)(bottom - top), "fill", TRUE, NULL))
        job_refuse(job, REFUSAL_MALFORMED);
}

static void clean(struct job *job)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct burn_box *boxes;
    size_t count;
    struct str file;
    if (burn_read(job->document, arena, &boxes, &count, &file) != OK)
        job_refuse(job, REFUSAL_MALFORMED);
    VipsImage *source = load(job, file), *image = canvas(job, source);
    g_object_unref(source);
    for (size_t i = 0; i < count; i++) burn(job, image, boxes[i]);
    void *bytes = NULL;
    size_t len = 0;
    if (vips_jpegsave_buffer(image, &bytes, &len, "Q", QUALITY, "strip", TRUE, "optimize_coding",
                             TRUE, NULL))
        job_refuse(job, REFUSAL_MALFORMED);
    struct part part = {
        .kind = PART_PAGE,
        .format = IMAGE_JPEG,
        .width = (uint32_t)image->Xsize,
        .height = (uint32_t)image->Ysize,
        .image = {bytes, len},
    };
    answer_picture(job->answer, &part);
    arena_free(&arena);
}

MODULE const struct module cleaner_module = {.prepare = prepare, .clean = clean};
