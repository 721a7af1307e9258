/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Boxes burnt into the pixels of an image that a cleaner made before (lib/sanitise/burn.h), which
 * may have been taken over: it is decoded here and nowhere else.
 */
#include <vips/vips.h>

#include "sanitise/burn.h"
#include "sanitise/kind.h"
#include "worker/cleaner/burn_noise.h"
#include "worker/cleaner/module.h"
#include "worker/cleaner/vips_prepare.h"

enum { QUALITY = 90, GREY = 96, PAPER = 255, ARENA_BYTES = 8 * 1024 * 1024 };

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

/* The box as far as it lies on the image. */
static VipsRect on_image(const struct job *job, const VipsImage *image, const struct burn_box *box)
{
    uint64_t right = (uint64_t)box->x + box->width, bottom = (uint64_t)box->y + box->height;
    if (right > (uint64_t)image->Xsize) right = (uint64_t)image->Xsize;
    if (bottom > (uint64_t)image->Ysize) bottom = (uint64_t)image->Ysize;
    if (box->x >= right || box->y >= bottom) job_refuse(job, REFUSAL_MALFORMED);
    return (VipsRect){(int)box->x, (int)box->y, (int)(right - box->x), (int)(bottom - box->y)};
}

static void draw_noise(VipsImage *image, VipsRect at, const struct burn_request *request,
                       size_t nth)
{
    /* in memory the image is rows of bytes without anything between them */
    const size_t bands = (size_t)image->Bands, row = (size_t)image->Xsize * bands;
    const struct burn_noise noise = {request->seed, (uint32_t)nth, (uint32_t)at.width,
                                     (uint32_t)at.height, (uint32_t)bands};
    for (int y = 0; y < at.height; y++)
        burn_noise_row(&noise, (uint32_t)y,
                       image->data + (size_t)(at.top + y) * row + (size_t)at.left * bands);
}

static void burn(const struct job *job, VipsImage *image, const struct burn_request *request,
                 size_t nth)
{
    const struct burn_box *box = &request->boxes[nth];
    VipsRect at = on_image(job, image, box);
    if (box->style == BURN_NOISE) {
        if (vips_image_inplace(image)) job_refuse(job, REFUSAL_MALFORMED);
        draw_noise(image, at, request, nth);
        return;
    }
    double shade = box->style == BURN_PAPER ? PAPER : GREY, ink[3] = {shade, shade, shade};
    if (vips_draw_rect(image, ink, image->Bands, at.left, at.top, at.width, at.height, "fill", TRUE,
                       NULL))
        job_refuse(job, REFUSAL_MALFORMED);
}

static void clean(struct job *job)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct burn_request request;
    if (burn_read(job->document, arena, &request) != OK) job_refuse(job, REFUSAL_MALFORMED);
    VipsImage *source = load(job, request.image), *image = canvas(job, source);
    g_object_unref(source);
    for (size_t i = 0; i < request.count; i++) burn(job, image, &request, i);
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

MODULE const struct module cleaner_module = {.prepare = vips_prepare, .clean = clean};
