/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Photos: JPEG and PNG to pixels and back. Upright, sRGB, no transparency, at most SIDE_MAX pixels
 * a side, without a byte beside the picture, and not more than 1.1 times as large as the original.
 */
#include <stdlib.h>
#include <string.h>
#include <vips/vips.h>

#include "sanitise/kind.h"
#include "worker/cleaner/image_container.h"
#include "worker/cleaner/module.h"

enum {
    SIDE_MAX = 4000,
    QUALITY_MOST = 90,
    QUALITY_USUAL = 85,
    QUALITY_LEAST = 40,
    QUALITY_STEP = 10,
    SMALL_BYTES = 4096, /* under this a file may grow: its tables alone take some hundred bytes */
    BARE_BYTES_MAX = 64 * 1024 * 1024,
};

static void prepare(void)
{
    /* No modules: they would bring in every other format. */
    setenv("VIPSHOME", "/nonexistent", 1);
    setenv("VIPS_DISC_THRESHOLD", "2g", 1); /* there is no disc */
    if (VIPS_INIT("letterbox-cleaner")) _exit(1);
    vips_cache_set_max(0);
    vips_concurrency_set(2);
    vips_leak_set(FALSE);
}

/* The image in hand; each step replaces it. A step that fails leaves it as it was. */
static bool replace(VipsImage **image, VipsImage **next, int failed)
{
    if (failed || !*next) {
        vips_error_clear();
        return false;
    }
    g_object_unref(*image);
    *image = *next;
    return true;
}

static VipsImage *load(const struct job *job, enum kind kind, const struct buf *bare)
{
    VipsImage *image = NULL;
    void *bytes = bare->at;
    int failed = kind == KIND_JPEG
                     ? vips_jpegload_buffer(bytes, bare->len, &image, "fail_on", VIPS_FAIL_ON_NONE,
                                            "access", VIPS_ACCESS_SEQUENTIAL, NULL)
                     : vips_pngload_buffer(bytes, bare->len, &image, "fail_on", VIPS_FAIL_ON_NONE,
                                           "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    if (failed || !image) job_refuse(job, REFUSAL_MALFORMED);
    return image;
}

static bool turn(VipsImage **image, unsigned orientation)
{
    /* Exif orientations 1 to 8 as a mirroring and then a turn clockwise. */
    static const struct {
        bool is_mirrored;
        VipsAngle angle;
    } ways[9] = {
        [1] = {false, VIPS_ANGLE_D0},   [2] = {true, VIPS_ANGLE_D0},
        [3] = {false, VIPS_ANGLE_D180}, [4] = {true, VIPS_ANGLE_D180},
        [5] = {true, VIPS_ANGLE_D270},  [6] = {false, VIPS_ANGLE_D90},
        [7] = {true, VIPS_ANGLE_D90},   [8] = {false, VIPS_ANGLE_D270},
    };
    VipsImage *next = NULL;
    bool well = true;
    if (ways[orientation].is_mirrored)
        well = replace(image, &next, vips_flip(*image, &next, VIPS_DIRECTION_HORIZONTAL, NULL));
    next = NULL;
    if (ways[orientation].angle != VIPS_ANGLE_D0)
        well &= replace(image, &next, vips_rot(*image, &next, ways[orientation].angle, NULL));
    return well;
}

static void to_srgb(VipsImage **image, bool has_profile)
{
    VipsImage *next = NULL;
    if (has_profile &&
        replace(image, &next,
                vips_icc_transform(*image, &next, "srgb", "embedded", TRUE, "depth", 8, NULL)))
        return;
    next = NULL;
    bool is_grey = (*image)->Bands <= 2 && (*image)->Type != VIPS_INTERPRETATION_CMYK;
    int failed = vips_colourspace(
        *image, &next, is_grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, NULL);
    replace(image, &next, failed);
}

static bool shrink(VipsImage **image)
{
    int side = (*image)->Xsize > (*image)->Ysize ? (*image)->Xsize : (*image)->Ysize;
    if (side <= SIDE_MAX) return false;
    VipsImage *next = NULL;
    return replace(image, &next, vips_resize(*image, &next, (double)SIDE_MAX / side, NULL));
}

/* Into memory: decoded once, however often it is written. */
static VipsImage *draw(const struct job *job, enum kind kind, const struct buf *bare,
                       struct container *container)
{
    VipsImage *image = load(job, kind, bare);
    uint64_t pixels = (uint64_t)image->Xsize * (uint64_t)image->Ysize;
    if (image->Xsize > ANSWER_IMAGE_SIDE_MAX || image->Ysize > ANSWER_IMAGE_SIDE_MAX ||
        pixels > job->page_pixels || pixels > job->document_pixels)
        job_refuse(job, REFUSAL_TOO_MANY_PIXELS);
    container->has[REMOVED_SIZE] = shrink(&image);
    to_srgb(&image, container->has[REMOVED_ICC]);
    VipsImage *next = NULL;
    if (vips_image_hasalpha(image)) {
        VipsArrayDouble *white = vips_array_double_newv(1, 255.0);
        container->has[REMOVED_TRANSPARENCY] = true;
        bool well = replace(&image, &next, vips_flatten(image, &next, "background", white, NULL));
        vips_area_unref(VIPS_AREA(white));
        if (!well) job_refuse(job, REFUSAL_MALFORMED);
    }
    next = NULL;
    if (image->BandFmt != VIPS_FORMAT_UCHAR &&
        !replace(&image, &next, vips_cast_uchar(image, &next, NULL)))
        job_refuse(job, REFUSAL_MALFORMED);
    VipsImage *drawn = vips_image_new_memory();
    if (vips_image_write(image, drawn)) job_refuse(job, REFUSAL_MALFORMED);
    g_object_unref(image);
    if (!turn(&drawn, container->orientation)) job_refuse(job, REFUSAL_MALFORMED);
    return drawn;
}

struct file {
    void *bytes;
    size_t len;
};

static bool write_jpeg(VipsImage *image, unsigned quality, struct file *file)
{
    g_free(file->bytes);
    *file = (struct file){NULL, 0};
    bool well = !vips_jpegsave_buffer(image, &file->bytes, &file->len, "Q", (int)quality, "strip",
                                      TRUE, "optimize_coding", TRUE, NULL);
    if (!well) vips_error_clear();
    return well;
}

/* The library writes a resolution even when told to strip: only the picture's own chunks stay. */
static size_t bare_png(unsigned char *file, size_t len)
{
    size_t from = 8, to = 8;
    while (from + 12 <= len) {
        size_t data = (size_t)file[from] << 24 | (size_t)file[from + 1] << 16 |
                      (size_t)file[from + 2] << 8 | file[from + 3];
        if (data > len - from - 12) break;
        bool is_drawn = !memcmp(file + from + 4, "IHDR", 4) ||
                        !memcmp(file + from + 4, "PLTE", 4) ||
                        !memcmp(file + from + 4, "IDAT", 4) || !memcmp(file + from + 4, "IEND", 4);
        if (is_drawn) {
            memmove(file + to, file + from, data + 12);
            to += data + 12;
        }
        from += data + 12;
    }
    return to;
}

static bool write_png(VipsImage *image, struct file *file)
{
    void *bytes = NULL;
    size_t len = 0;
    if (vips_pngsave_buffer(image, &bytes, &len, "compression", 6, "filter",
                            VIPS_FOREIGN_PNG_FILTER_ALL, "strip", TRUE, NULL)) {
        vips_error_clear();
        return false;
    }
    *file = (struct file){bytes, bare_png(bytes, len)};
    return true;
}

static bool is_small_enough(const struct file *file, size_t original)
{
    return file->len <= SMALL_BYTES || file->len <= original + original / 10;
}

/* The format of the original where that is small enough, else a JPEG of falling quality. */
static enum image_format write_image(const struct job *job, VipsImage *image, enum kind kind,
                                     unsigned quality, struct file *file)
{
    /* A PNG that takes more than a byte a pixel is a photo. */
    uint64_t pixels = (uint64_t)image->Xsize * (uint64_t)image->Ysize;
    if (kind == KIND_PNG && job->document.len <= pixels + SMALL_BYTES) {
        if (!write_png(image, file)) job_refuse(job, REFUSAL_MALFORMED);
        if (is_small_enough(file, job->document.len)) return IMAGE_PNG;
    }
    unsigned q = quality == 0 || quality > QUALITY_MOST ? QUALITY_USUAL : quality;
    for (;;) {
        if (!write_jpeg(image, q, file)) job_refuse(job, REFUSAL_MALFORMED);
        if (is_small_enough(file, job->document.len) || q < QUALITY_LEAST + QUALITY_STEP)
            return IMAGE_JPEG;
        q -= QUALITY_STEP;
    }
}

static void clean(struct job *job)
{
    enum kind kind = kind_of(job->document);
    if (kind != KIND_JPEG && kind != KIND_PNG) job_refuse(job, REFUSAL_TYPE);
    struct buf bare = buf_new(BARE_BYTES_MAX);
    struct container container = kind == KIND_JPEG ? container_jpeg(job->document, &bare)
                                                   : container_png(job->document, &bare);
    if (buf_done(&bare) != OK) job_refuse(job, REFUSAL_TOO_BIG);
    VipsImage *image = draw(job, kind, &bare, &container);
    struct file file = {NULL, 0};
    enum image_format format = write_image(job, image, kind, container.quality, &file);
    struct part part = {
        .kind = PART_PHOTO,
        .format = format,
        .width = (uint32_t)image->Xsize,
        .height = (uint32_t)image->Ysize,
        .image = {file.bytes, file.len},
    };
    answer_picture(job->answer, &part);
    for (int i = 0; i < REMOVED_COUNT; i++)
        if (container.has[i]) answer_removed(job->answer, (enum removed)i, 1);
    if (container.is_damaged) answer_warning(job->answer, 0, WARNING_DAMAGED, 0);
}

MODULE const struct module cleaner_module = {.prepare = prepare, .clean = clean};
