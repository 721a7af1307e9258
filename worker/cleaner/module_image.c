/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Photos and scans that the image library itself reads: JPEG, PNG, TIFF, WebP, GIF. */
#include "worker/cleaner/image_draw.h"
#include "worker/cleaner/vips_prepare.h"

enum { BARE_BYTES_MAX = 64 * 1024 * 1024, SCAN_PIXELS_LEAST = 1000 };

/* Page numbers count from 0; a picture that is damaged further on is shown as far as it goes. */
static VipsImage *load(const struct job *job, enum kind kind, struct str file, int page)
{
    VipsImage *image = NULL;
    void *bytes = (void *)(uintptr_t)file.at;
    int failed = 1;
    switch (kind) {
    case KIND_JPEG:
        failed = vips_jpegload_buffer(bytes, file.len, &image, "fail_on", VIPS_FAIL_ON_NONE,
                                      "access", VIPS_ACCESS_SEQUENTIAL, NULL);
        break;
    case KIND_PNG:
        failed = vips_pngload_buffer(bytes, file.len, &image, "fail_on", VIPS_FAIL_ON_NONE,
                                     "access", VIPS_ACCESS_SEQUENTIAL, NULL);
        break;
    case KIND_TIFF:
        failed = vips_tiffload_buffer(bytes, file.len, &image, "page", page, "fail_on",
                                      VIPS_FAIL_ON_NONE, NULL);
        break;
    case KIND_WEBP: failed = vips_webpload_buffer(bytes, file.len, &image, "n", 1, NULL); break;
    case KIND_GIF: failed = vips_gifload_buffer(bytes, file.len, &image, "n", 1, NULL); break;
    default: break;
    }
    if (failed || !image) job_refuse(job, REFUSAL_MALFORMED);
    return image;
}

static int number_of(const VipsImage *image, const char *name, int otherwise)
{
    int number = otherwise;
    if (vips_image_get_typeof(image, name) != 0 && vips_image_get_int(image, name, &number) != 0)
        return otherwise;
    return number;
}

/* A page of text, not a photo: black and white, or one of several. */
static bool is_scan(const VipsImage *image, int pages)
{
    if (pages > 1) return true;
    return image->Bands == 1 && number_of(image, "bits-per-sample", 8) == 1 &&
           image->Ysize >= SCAN_PIXELS_LEAST;
}

static void clean_tiff(struct picture *picture)
{
    const struct job *job = picture->job;
    picture->container = container_tiff(job->document);
    VipsImage *first = load(job, KIND_TIFF, job->document, 0);
    int pages = number_of(first, "n-pages", 1);
    if (pages < 1) job_refuse(job, REFUSAL_NO_PAGES);
    if ((uint32_t)pages > job->pages) job_refuse(job, REFUSAL_TOO_MANY_PAGES);
    picture->part = is_scan(first, pages) ? PART_PAGE : PART_PHOTO;
    picture->original_bytes = job->document.len / (size_t)pages;
    g_object_unref(first);
    /* Every size is known before a page is answered: a refusal stands alone. */
    for (int page = 0; page < pages; page++) {
        VipsImage *image = load(job, KIND_TIFF, job->document, page);
        image_measure(picture, image->Xsize, image->Ysize);
        g_object_unref(image);
    }
    for (int page = 0; page < pages; page++) {
        job_page(job);
        VipsImage *image = load(job, KIND_TIFF, job->document, page);
        int way = number_of(image, VIPS_META_ORIENTATION, 1);
        picture->container.orientation = way >= 1 && way <= 8 ? (unsigned)way : 1;
        image_answer(picture, image);
    }
}

static void clean_one(struct picture *picture)
{
    struct job *job = picture->job;
    struct buf bare = buf_new(BARE_BYTES_MAX);
    struct str file = job->document;
    switch (picture->kind) {
    case KIND_JPEG: picture->container = container_jpeg(file, &bare); break;
    case KIND_PNG: picture->container = container_png(file, &bare); break;
    case KIND_WEBP: picture->container = container_webp(file); break;
    default: picture->container = container_gif(file); break;
    }
    if (buf_done(&bare) != OK) job_refuse(job, REFUSAL_TOO_BIG);
    if (bare.len > 0) file = buf_str(&bare);
    VipsImage *image = load(job, picture->kind, file, 0);
    image_measure(picture, image->Xsize, image->Ysize);
    image_answer(picture, image);
}

static void clean(struct job *job)
{
    struct picture picture = {
        .job = job,
        .kind = kind_of(job->document),
        .original_bytes = job->document.len,
        .part = PART_PHOTO,
    };
    switch (picture.kind) {
    case KIND_JPEG:
    case KIND_PNG:
    case KIND_WEBP:
    case KIND_GIF: clean_one(&picture); break;
    case KIND_TIFF: clean_tiff(&picture); break;
    default: job_refuse(job, REFUSAL_TYPE);
    }
    image_findings(&picture);
}

MODULE const struct module cleaner_module = {.prepare = vips_prepare, .clean = clean};
