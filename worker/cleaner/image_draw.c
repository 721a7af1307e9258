/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/image_draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUALITY_MOST = 90,
    QUALITY_USUAL = 85,
    QUALITY_LEAST = 40,
    SMALL_BYTES = 4096, /* under this a file may grow: its tables alone take some hundred bytes */
};

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
    if (side <= IMAGE_SIDE_MAX) return false;
    VipsImage *next = NULL;
    return replace(image, &next, vips_resize(*image, &next, (double)IMAGE_SIDE_MAX / side, NULL));
}

void image_measure(struct picture *picture, int64_t width, int64_t height)
{
    const struct job *job = picture->job;
    if (width <= 0 || height <= 0) job_refuse(job, REFUSAL_MALFORMED);
    if (width > ANSWER_IMAGE_SIDE_MAX || height > ANSWER_IMAGE_SIDE_MAX)
        job_refuse(job, REFUSAL_TOO_MANY_PIXELS);
    uint64_t pixels = (uint64_t)width * (uint64_t)height;
    picture->pixels += pixels;
    if (pixels > job->page_pixels || picture->pixels > job->document_pixels)
        job_refuse(job, REFUSAL_TOO_MANY_PIXELS);
}

/* Into memory: decoded once, however often it is looked at and written. */
static VipsImage *in_memory(const struct job *job, VipsImage *image)
{
    VipsImage *drawn = vips_image_new_memory();
    if (vips_image_write(image, drawn)) job_refuse(job, REFUSAL_MALFORMED);
    g_object_unref(image);
    return drawn;
}

static VipsImage *draw(struct picture *picture, VipsImage *image)
{
    const struct job *job = picture->job;
    struct container *container = &picture->container;
    if (shrink(&image)) container->has[REMOVED_SIZE] = true;
    to_srgb(&image, vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0);
    VipsImage *next = NULL;
    if (vips_image_hasalpha(image)) {
        VipsArrayDouble *white = vips_array_double_newv(1, 255.0);
        /* What is missing of a GIF has no colour either: it tells of its own before. */
        if (picture->kind != KIND_GIF) container->has[REMOVED_TRANSPARENCY] = true;
        bool well = replace(&image, &next, vips_flatten(image, &next, "background", white, NULL));
        vips_area_unref(VIPS_AREA(white));
        if (!well) job_refuse(job, REFUSAL_MALFORMED);
    }
    next = NULL;
    if (image->BandFmt != VIPS_FORMAT_UCHAR &&
        !replace(&image, &next, vips_cast_uchar(image, &next, NULL)))
        job_refuse(job, REFUSAL_MALFORMED);
    /* It may have come line by line, and a turn needs it all. */
    VipsImage *drawn = in_memory(job, image);
    if (container->orientation == 1) return drawn;
    if (!turn(&drawn, container->orientation)) job_refuse(job, REFUSAL_MALFORMED);
    return in_memory(job, drawn);
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

/* palette_bits: 0 for a colour a pixel. */
static bool write_png(VipsImage *image, int palette_bits, struct file *file)
{
    void *bytes = NULL;
    size_t len = 0;
    if (vips_pngsave_buffer(image, &bytes, &len, "compression", 6, "filter",
                            palette_bits ? VIPS_FOREIGN_PNG_FILTER_NONE
                                         : VIPS_FOREIGN_PNG_FILTER_ALL,
                            "strip", TRUE, "palette", palette_bits > 0, "bitdepth",
                            palette_bits ? palette_bits : 8, "dither", 0.0, NULL)) {
        vips_error_clear();
        return false;
    }
    *file = (struct file){bytes, bare_png(bytes, len)};
    return true;
}

/* The most that a channel of the written file differs from the image; 255: can't be told. */
static double difference(VipsImage *image, const struct file *file)
{
    double most = 255;
    VipsImage **step = (VipsImage **)vips_object_local_array(VIPS_OBJECT(image), 3);
    if (!(step[0] = vips_image_new_from_buffer(file->bytes, file->len, "", NULL)) ||
        vips_subtract(image, step[0], &step[1], NULL) || vips_abs(step[1], &step[2], NULL) ||
        vips_max(step[2], &most, NULL))
        vips_error_clear();
    return most;
}

/* With few colours, as G4 faxes and GIFs have: 1 or 8 bits a pixel. Leaves the file as it was where
 * that is not exactly the image. */
static void write_palette(VipsImage *image, struct file *file)
{
    static const int bits[] = {1, 8};
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        struct file made = {NULL, 0};
        if (!write_png(image, bits[i], &made)) return;
        if (difference(image, &made) == 0) {
            g_free(file->bytes);
            *file = made;
            return;
        }
        g_free(made.bytes);
    }
}

static bool is_small_enough(const struct file *file, size_t original)
{
    return file->len <= SMALL_BYTES || file->len <= original + original / 10;
}

/* Most of a drawing's pixels are like their left neighbour; looked at in some rows. */
static bool is_drawn(const VipsImage *image)
{
    enum { ROWS = 64, EVEN_PERCENT = 70 };
    const VipsPel *pixels = (const VipsPel *)image->data;
    size_t bands = (size_t)image->Bands, width = (size_t)image->Xsize;
    uint64_t even = 0, seen = 0;
    for (int row = 0; row < ROWS; row++) {
        size_t y = (size_t)image->Ysize * (size_t)row / ROWS;
        const VipsPel *line = pixels + y * width * bands;
        for (size_t x = 1; x < width; x++, seen++)
            if (!memcmp(line + x * bands, line + (x - 1) * bands, bands)) even++;
    }
    return even * 100 >= seen * EVEN_PERCENT;
}

/* A PNG that takes more than a byte a pixel holds a photo. */
static bool may_be_drawing(const struct picture *picture, const VipsImage *image)
{
    uint64_t pixels = (uint64_t)image->Xsize * (uint64_t)image->Ysize;
    switch (picture->kind) {
    case KIND_PNG: return picture->original_bytes <= pixels + SMALL_BYTES;
    case KIND_TIFF:
    case KIND_GIF:
    case KIND_BMP: return is_drawn(image);
    default: return false;
    }
}

/* The quality next to try, when the last file was so much too large: what a JPEG takes goes with it
 * roughly so. */
static unsigned lower(unsigned quality, const struct file *file, size_t original)
{
    enum { STEP = 5 };
    static const unsigned shares[] = {100, 80, 69, 62, 56, 51,
                                      47,  44, 41, 38, 36}; /* of 90, 85 … */
    enum { SHARES = sizeof shares / sizeof *shares };
    size_t at = quality >= QUALITY_MOST ? 0 : (QUALITY_MOST - quality + STEP - 1) / STEP;
    uint64_t wanted = (uint64_t)shares[at < SHARES ? at : SHARES - 1] * (original + original / 10);
    size_t next = at + 1;
    while (next + 1 < SHARES && (uint64_t)shares[next] * file->len > wanted) next++;
    unsigned made = QUALITY_MOST - (unsigned)next * STEP;
    return made < QUALITY_LEAST ? QUALITY_LEAST : made;
}

/* Other kinds pack closer than a JPEG can: what is left is fewer pixels. */
static void write_smaller(struct picture *picture, VipsImage **image, struct file *file)
{
    enum { TRIES = 6, SIDE_LEAST = 64 };
    const double least = 0.5, margin = 0.95;
    for (int i = 0; i < TRIES && !is_small_enough(file, picture->original_bytes); i++) {
        double scale = margin * sqrt((double)picture->original_bytes * 1.1 / (double)file->len);
        if (scale < least) scale = least;
        if ((*image)->Xsize * scale < SIDE_LEAST || (*image)->Ysize * scale < SIDE_LEAST) return;
        VipsImage *next = NULL;
        if (!replace(image, &next, vips_resize(*image, &next, scale, NULL)))
            job_refuse(picture->job, REFUSAL_MALFORMED);
        *image = in_memory(picture->job, *image);
        picture->container.has[REMOVED_SIZE] = true;
        if (!write_jpeg(*image, QUALITY_LEAST, file)) job_refuse(picture->job, REFUSAL_MALFORMED);
    }
}

/* A PNG where it is a drawing and small enough, else a JPEG of falling quality and then size. */
static enum image_format write_image(struct picture *picture, VipsImage **drawn, struct file *file)
{
    const struct job *job = picture->job;
    VipsImage *image = *drawn;
    struct file png = {NULL, 0};
    if (may_be_drawing(picture, image)) {
        if (!write_png(image, 0, &png)) job_refuse(job, REFUSAL_MALFORMED);
        if (!is_small_enough(&png, picture->original_bytes)) write_palette(image, &png);
        if (picture->kind == KIND_PNG && is_small_enough(&png, picture->original_bytes)) {
            *file = png;
            return IMAGE_PNG;
        }
    }
    unsigned quality = picture->container.quality;
    if (quality == 0 || quality > QUALITY_MOST) quality = QUALITY_USUAL;
    for (;;) {
        if (!write_jpeg(image, quality, file)) job_refuse(job, REFUSAL_MALFORMED);
        if (png.bytes && png.len <= file->len) {
            g_free(file->bytes);
            *file = png;
            return IMAGE_PNG;
        }
        if (is_small_enough(file, picture->original_bytes) || quality <= QUALITY_LEAST) break;
        quality = lower(quality, file, picture->original_bytes);
    }
    g_free(png.bytes);
    write_smaller(picture, drawn, file);
    return IMAGE_JPEG;
}

void image_answer(struct picture *picture, VipsImage *image)
{
    image = draw(picture, image);
    struct file file = {NULL, 0};
    enum image_format format = write_image(picture, &image, &file);
    struct part part = {
        .kind = picture->part,
        .is_doubtful = picture->part == PART_PAGE, /* a scan's words are to be read */
        .format = format,
        .width = (uint32_t)image->Xsize,
        .height = (uint32_t)image->Ysize,
        .image = {file.bytes, file.len},
    };
    answer_picture(picture->job->answer, &part);
    g_free(file.bytes);
    g_object_unref(image);
}

void image_findings(const struct picture *picture)
{
    struct answer *answer = picture->job->answer;
    for (int i = 0; i < REMOVED_COUNT; i++)
        if (picture->container.has[i]) answer_removed(answer, (enum removed)i, 1);
    if (picture->container.is_damaged) answer_warning(answer, 0, WARNING_DAMAGED, 0);
}
