/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/document_encode.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <png.h>

#include "core/arena.h"

enum {
    COLOURS_MAX = 256,
    SLOTS = 1024, /* of the colour table; a power of two, four times the colours */
    JPEG_QUALITY = 85,
    PNG_LEVEL = 4,
    EVEN_PERCENT =
        70, /* of a page's pixels are like their left neighbour: drawn, not photographed */
};

struct colours {
    uint32_t slots[SLOTS]; /* colour + 1, 0 free */
    uint8_t index[SLOTS];
    uint32_t list[COLOURS_MAX];
    unsigned count;
    bool is_over, is_grey;
    uint64_t even;
};

static uint32_t colour_of(const struct canvas *canvas, uint32_t x, uint32_t y)
{
    return canvas->pixels[y * canvas->stride + x] & 0xffffff;
}

static unsigned slot_of(const struct colours *colours, uint32_t colour)
{
    unsigned slot = (colour * 2654435761U) >> 22; /* the upper 10 bits */
    while (colours->slots[slot] && colours->slots[slot] != colour + 1) slot = (slot + 1) % SLOTS;
    return slot;
}

static void add_colour(struct colours *colours, uint32_t colour)
{
    uint32_t red = colour >> 16, green = colour >> 8 & 0xff, blue = colour & 0xff;
    if (red != green || green != blue) colours->is_grey = false;
    if (colours->is_over) return;
    unsigned slot = slot_of(colours, colour);
    if (colours->slots[slot]) return;
    if (colours->count == COLOURS_MAX) {
        colours->is_over = true;
        return;
    }
    colours->slots[slot] = colour + 1;
    colours->index[slot] = (uint8_t)colours->count;
    colours->list[colours->count++] = colour;
}

static void count_colours(const struct canvas *canvas, struct colours *colours)
{
    colours->is_grey = true;
    for (uint32_t y = 0; y < canvas->height; y++) {
        uint32_t before = ~0U;
        for (uint32_t x = 0; x < canvas->width; x++) {
            uint32_t colour = colour_of(canvas, x, y);
            if (colour == before)
                colours->even++;
            else
                add_colour(colours, colour);
            before = colour;
        }
    }
}

/* ---- PNG --------------------------------------------------------------------------------------
 */

static void png_put(png_structp png, png_bytep bytes, png_size_t len)
{
    struct buf *file = png_get_io_ptr(png);
    buf_add_bytes(file, bytes, len);
}

static void png_flush_nothing(png_structp png)
{
    (void)png;
}

static void png_rows(png_structp png, const struct canvas *canvas, const struct colours *colours,
                     uint8_t *row)
{
    for (uint32_t y = 0; y < canvas->height; y++) {
        for (uint32_t x = 0; x < canvas->width; x++) {
            uint32_t colour = colour_of(canvas, x, y);
            row[x] = colours->is_grey ? (uint8_t)colour : colours->index[slot_of(colours, colour)];
        }
        png_write_row(png, row);
    }
}

static void png_head(png_structp png, png_infop info, const struct canvas *canvas,
                     const struct colours *colours)
{
    int type = colours->is_grey ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_PALETTE;
    png_set_IHDR(png, info, canvas->width, canvas->height, 8, type, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (!colours->is_grey) {
        png_color palette[COLOURS_MAX];
        for (unsigned i = 0; i < colours->count; i++)
            palette[i] = (png_color){(png_byte)(colours->list[i] >> 16),
                                     (png_byte)(colours->list[i] >> 8), (png_byte)colours->list[i]};
        png_set_PLTE(png, info, palette, (int)colours->count);
    }
    png_set_compression_level(png, PNG_LEVEL);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_write_info(png, info);
}

static bool write_png(const struct canvas *canvas, const struct colours *colours, struct buf *file)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    uint8_t *volatile row = malloc(canvas->width);
    if (!info || !row || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        free(row);
        return false;
    }
    png_set_write_fn(png, file, png_put, png_flush_nothing);
    png_head(png, info, canvas, colours);
    png_rows(png, canvas, colours, row);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    free(row);
    return true;
}

/* ---- JPEG -------------------------------------------------------------------------------------
 */

struct jpeg_failure {
    struct jpeg_error_mgr manager;
    jmp_buf back;
};

static void jpeg_failed(j_common_ptr jpeg)
{
    struct jpeg_failure *failure = (struct jpeg_failure *)jpeg->err;
    longjmp(failure->back, 1);
}

static void jpeg_quiet(j_common_ptr jpeg)
{
    (void)jpeg;
}

static void jpeg_rows(struct jpeg_compress_struct *jpeg, const struct canvas *canvas, bool is_grey,
                      uint8_t *row)
{
    for (uint32_t y = 0; y < canvas->height; y++) {
        for (uint32_t x = 0; x < canvas->width; x++) {
            uint32_t colour = colour_of(canvas, x, y);
            if (is_grey) {
                row[x] = (uint8_t)colour;
                continue;
            }
            row[3 * x] = (uint8_t)(colour >> 16);
            row[3 * x + 1] = (uint8_t)(colour >> 8);
            row[3 * x + 2] = (uint8_t)colour;
        }
        JSAMPROW rows[] = {row};
        jpeg_write_scanlines(jpeg, rows, 1);
    }
}

static void jpeg_head(struct jpeg_compress_struct *jpeg, const struct canvas *canvas, bool is_grey)
{
    jpeg->image_width = canvas->width;
    jpeg->image_height = canvas->height;
    jpeg->input_components = is_grey ? 1 : 3;
    jpeg->in_color_space = is_grey ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, JPEG_QUALITY, TRUE);
    jpeg->optimize_coding = TRUE;
    /* Text in colour keeps its edges. */
    jpeg->comp_info[0].h_samp_factor = jpeg->comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(jpeg, TRUE);
}

static bool write_jpeg(const struct canvas *canvas, bool is_grey, struct buf *file)
{
    struct jpeg_compress_struct jpeg = {0};
    struct jpeg_failure failure;
    unsigned char *bytes = NULL;
    unsigned long len = 0;
    jpeg.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = jpeg_failed;
    failure.manager.output_message = jpeg_quiet;
    uint8_t *volatile row = malloc((size_t)canvas->width * 3);
    if (!row || setjmp(failure.back)) {
        jpeg_destroy_compress(&jpeg);
        free(row);
        return false;
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &len);
    jpeg_head(&jpeg, canvas, is_grey);
    jpeg_rows(&jpeg, canvas, is_grey, row);
    jpeg_finish_compress(&jpeg);
    buf_add_bytes(file, bytes, len);
    jpeg_destroy_compress(&jpeg);
    free(bytes);
    free(row);
    return true;
}

bool encode_page(const struct canvas *canvas, struct buf *ret_file, enum image_format *ret_format)
{
    struct colours *colours = calloc(1, sizeof *colours);
    if (!colours) return false;
    count_colours(canvas, colours);
    uint64_t pixels = (uint64_t)canvas->width * canvas->height;
    bool is_drawn = colours->even * 100 >= pixels * EVEN_PERCENT;
    bool is_png = is_drawn && (colours->is_grey || !colours->is_over);
    bool well = is_png ? write_png(canvas, colours, ret_file)
                       : write_jpeg(canvas, colours->is_grey, ret_file);
    free(colours);
    *ret_format = is_png ? IMAGE_PNG : IMAGE_JPEG;
    return well && buf_done(ret_file) == OK;
}
