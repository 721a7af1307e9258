/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a sandbox costs: started empty, and with each module over the smallest document of its kind.
 * Then a photo of 12 megapixels and a page of text. Medians; prints `name value unit` a line.
 * Run from the folder above tests/, after `make all bench-programs`.
 */
#include <cairo-pdf.h>
#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "sanitise/cleaner.h"
#include "sys/clock.h"

enum { TIMES = 21, FEW = 5, ARENA_BYTES = 64 * 1024 * 1024, PAGES = 10, WIDE = 4000, HIGH = 3000 };

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static double median_ms(int64_t *us, size_t count)
{
    qsort(us, count, sizeof *us, by_size);
    return (double)us[count / 2] / 1000;
}

static void stop(const char *what, enum err code)
{
    fprintf(stderr, "bench_sandbox: %s: %s\n", what, err_info(code)->name);
    exit(1);
}

static void measure_empty(const struct spawner *spawner)
{
    int64_t us[TIMES];
    for (size_t i = 0; i < TIMES; i++) {
        int64_t start = clock_monotonic_us();
        enum err code = cleaner_probe(spawner);
        if (code != OK) stop("empty", code);
        us[i] = clock_monotonic_us() - start;
    }
    printf("sandbox_start_empty %.1f ms\n", median_ms(us, TIMES));
}

/* The median of so many cleanings, divided by `per`. */
static void measure(const struct spawner *spawner, const char *name, struct str document,
                    size_t times, double per)
{
    int64_t us[TIMES];
    for (size_t i = 0; i < times; i++) {
        ARENA(arena, ARENA_BYTES);
        struct letter letter;
        int64_t start = clock_monotonic_us();
        enum err code = cleaner_clean(spawner, NULL, CLEAN_BY_BYTES, document, arena, &letter);
        if (code != OK || letter.refusal != REFUSAL_NONE) stop(name, code);
        us[i] = clock_monotonic_us() - start;
    }
    printf("%s %.1f ms\n", name, median_ms(us, times) / per);
}

static cairo_status_t put(void *to, const unsigned char *bytes, unsigned int len)
{
    buf_add_bytes(to, bytes, len);
    return buf_done(to) == OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void make_pdf(struct buf *pdf, int pages)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(put, pdf, 595, 842);
    cairo_t *cairo = cairo_create(surface);
    cairo_select_font_face(cairo, "Liberation Sans", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, 12);
    for (int page = 0; page < pages; page++) {
        for (int line = 0; line < 40; line++) {
            cairo_move_to(cairo, 60, 80 + line * 17);
            cairo_show_text(cairo,
                            "We went to the seaside and the weather was kind to us all week.");
        }
        cairo_show_page(cairo);
    }
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
}

/* A picture with detail everywhere, as a photo has it. */
static void make_png(struct buf *png, int width, int height)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    uint32_t noise = 1;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            noise = noise * 1664525 + 1013904223;
            uint32_t red = (uint32_t)(x * 200 / width) + (noise >> 29);
            uint32_t green = (uint32_t)(y * 200 / height) + (noise >> 26 & 7);
            uint32_t blue = (uint32_t)((x + y) * 100 / (width + height)) + (noise >> 23 & 15);
            uint32_t colour = red << 16 | green << 8 | blue;
            memcpy(pixels + y * stride + x * 4, &colour, sizeof colour);
        }
    cairo_surface_mark_dirty(surface);
    cairo_surface_write_to_png_stream(surface, put, png);
    cairo_surface_destroy(surface);
}

/* The cleaner itself makes a JPEG of a photo. */
static void make_jpeg(const struct spawner *spawner, struct str png, struct arena *arena,
                      struct str *ret_jpeg)
{
    struct letter letter;
    enum err code = cleaner_clean(spawner, NULL, CLEAN_BY_BYTES, png, arena, &letter);
    if (code != OK || letter.part_count != 1 || letter.parts[0].format != IMAGE_JPEG)
        stop("the photo", code);
    *ret_jpeg = letter.parts[0].image;
}

int main(void)
{
    struct spawner *spawner;
    enum err code = spawner_open(&(struct spawner_settings){.folder = "build"}, &spawner);
    if (code != OK) stop("spawner", code);
    ARENA(arena, ARENA_BYTES);
    BUF(dot, 64 * 1024);
    BUF(photo, 64 * 1024 * 1024);
    BUF(page, 1024 * 1024);
    BUF(pages, 1024 * 1024);
    make_png(&dot, 8, 8);
    make_png(&photo, WIDE, HIGH);
    make_pdf(&page, 1);
    make_pdf(&pages, PAGES);

    measure_empty(spawner);
    measure(spawner, "sandbox_start_mail", STR("From: a@b.example\nTo: c@d.example\n\nhello\n"),
            TIMES, 1);
    measure(spawner, "sandbox_start_image", buf_str(&dot), TIMES, 1);
    measure(spawner, "clean_pdf_one_page", buf_str(&page), TIMES, 1);
    measure(spawner, "clean_pdf_per_page_of_10", buf_str(&pages), FEW, PAGES);
    struct str jpeg;
    make_jpeg(spawner, buf_str(&photo), arena, &jpeg);
    measure(spawner, "clean_image_12_megapixels", jpeg, FEW, 1);
    spawner_close(&spawner);
    return 0;
}
