/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/document_ink.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "worker/cleaner/document_blots.h"

enum {
    DARK = 72,         /* as much darker or lighter than the paper is ink */
    LOWEST = 8,        /* pixels: text of 5 points has capitals of 8 at 150 dots an inch */
    HIGHEST = 120,     /* … of 80 points */
    WIDEST = 3,        /* times its height */
    BLOTS_MAX = 20000, /* of text size; a page with more is a picture, and is read */
    ROW = 3,           /* blots in a row that look like a word */
    CODE_SIDE = 12,    /* pixels, at least: the square in a corner of a QR code */
    BARS = 10,         /* thin and high blots: a bar code */
    MARGIN = 4,        /* pixels round a word's box that are its own */
    TALLEST = 80,      /* pixels: a word of 38 points; larger ones own nothing */
    FAINT = 28,        /* as much as a colour differs within REACH is a stroke's edge */
    REACH = 2,         /* pixels: a scan's edges are soft */
    STRAIGHT = 40,     /* pixels: longer than an edge of text is straight */
    THIN = 8,          /* pixels: what lies beside a line, an edge or a frame */
    PIXEL_BYTES = sizeof(uint32_t),
    DRAWN = 32, /* pixels: wider or higher is more than a bullet or a box to tick */
};

static unsigned light(uint32_t pixel)
{
    return ((pixel >> 16 & 0xff) * 77 + (pixel >> 8 & 0xff) * 150 + (pixel & 0xff) * 29) >> 8;
}

/* Most pixels of a page are its paper. */
static unsigned paper_of(const struct canvas *canvas)
{
    enum { STEP = 7, SHADES = 256 };
    uint32_t counts[SHADES] = {0};
    for (uint32_t y = 0; y < canvas->height; y += STEP)
        for (uint32_t x = 0; x < canvas->width; x += STEP)
            counts[light(canvas->pixels[y * canvas->stride + x])]++;
    unsigned most = 0;
    for (unsigned i = 1; i < SHADES; i++)
        if (counts[i] > counts[most]) most = i;
    return most;
}

/* Stretches of marked places: how many, and the longest two. */
struct runs {
    uint32_t count, longest, second;
};

static struct runs runs_of(const uint8_t *marks, uint32_t count)
{
    struct runs runs = {0};
    for (uint32_t at = 0; at < count; at++) {
        if (!marks[at]) continue;
        uint32_t from = at;
        while (at < count && marks[at]) at++;
        runs.count++;
        if (at - from > runs.longest) {
            runs.second = runs.longest;
            runs.longest = at - from;
        } else if (at - from > runs.second) {
            runs.second = at - from;
        }
    }
    return runs;
}

static uint32_t signs_of(struct str text)
{
    uint32_t count = 0, point;
    while (text.len > 0 && utf8_next(&text, &point)) count++;
    return count;
}

/*
 * Is the ink in the word's box as that of such a word is? A box may lie over anything: it is no
 * wider than its letters are, and in it stands one line, about as high as the box, of hardly more
 * pieces than the word has letters. `marks`: room for a line and a column of the page.
 */
static bool owns_ink(const struct canvas *canvas, const uint8_t *ink, const struct word *word,
                     uint8_t *marks)
{
    uint32_t signs = signs_of(word->text);
    bool is_turned = signs > 2 && word->height > 2 * word->width; /* it runs up or down the page */
    uint32_t tall = is_turned ? word->width : word->height;
    uint32_t wide = is_turned ? word->height : word->width;
    if (tall > TALLEST || wide > tall * (signs + 1)) return false;
    uint8_t *columns = marks, *rows = marks + word->width;
    memset(marks, 0, (size_t)word->width + word->height);
    for (uint32_t y = 0; y < word->height; y++) {
        const uint8_t *line = ink + (size_t)(word->y + y) * canvas->width + word->x;
        for (uint32_t x = 0; x < word->width; x++) {
            columns[x] |= line[x];
            rows[y] |= line[x];
        }
    }
    struct runs lines = runs_of(is_turned ? columns : rows, tall);
    struct runs pieces = runs_of(is_turned ? rows : columns, wide);
    return lines.longest * 4 >= tall && lines.second * 5 < tall && pieces.count <= 2 * signs + 2;
}

static bool has_marks(const uint8_t *map, size_t width, const struct word *word)
{
    for (uint32_t y = 0; y < word->height; y++)
        if (memchr(map + (size_t)(word->y + y) * width + word->x, 1, word->width)) return true;
    return false;
}

/* Which words own what stands in their boxes: dark ink, or where there is none, pale strokes. */
static void find_owners(const struct canvas *canvas, const uint8_t *ink, const uint8_t *edges,
                        const struct word *words, size_t count, uint8_t *marks, bool *ret_owns)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t *map = has_marks(ink, canvas->width, &words[i]) ? ink : edges;
        ret_owns[i] = owns_ink(canvas, map, &words[i], marks);
    }
}

static void mask_words(const struct canvas *canvas, const struct word *words, const bool *owns,
                       size_t count, uint8_t *map)
{
    for (size_t i = 0; i < count; i++) {
        const struct word *word = &words[i];
        if (!owns[i]) continue;
        uint32_t left = word->x > MARGIN ? word->x - MARGIN : 0;
        uint32_t top = word->y > MARGIN ? word->y - MARGIN : 0;
        uint32_t right = word->x + word->width + MARGIN, bottom = word->y + word->height + MARGIN;
        if (right > canvas->width) right = canvas->width;
        if (bottom > canvas->height) bottom = canvas->height;
        for (uint32_t y = top; y < bottom; y++)
            memset(map + (size_t)y * canvas->width + left, 0, right - left);
    }
}

/* One byte a pixel: is there ink? */
static void find_ink(const struct canvas *canvas, uint8_t *ink)
{
    unsigned paper = paper_of(canvas);
    for (uint32_t y = 0; y < canvas->height; y++) {
        const uint32_t *line = canvas->pixels + y * canvas->stride;
        uint8_t *out = ink + (size_t)y * canvas->width;
        for (uint32_t x = 0; x < canvas->width; x++) {
            unsigned shade = light(line[x]);
            out[x] = shade + DARK < paper || shade > paper + DARK;
        }
    }
}

static bool is_letter(const struct blot *blot)
{
    uint32_t width = blot->right - blot->left, height = blot->bottom - blot->top;
    return height >= LOWEST && height <= HIGHEST && width <= WIDEST * height && width * 8 >= height;
}

static int by_left(const void *a, const void *b)
{
    const struct blot *one = a, *other = b;
    return one->left < other->left ? -1 : one->left > other->left;
}

/* May `next` be the letter behind `blot`? */
static bool follows(const struct blot *blot, const struct blot *next)
{
    uint32_t height = blot->bottom - blot->top, other = next->bottom - next->top;
    uint32_t tall = height > other ? height : other;
    if (next->left + 2 < blot->right || next->left > blot->right + tall) return false;
    if (height > 2 * other + 2 || other > 2 * height + 2) return false;
    uint32_t top = blot->top > next->top ? blot->top : next->top;
    uint32_t bottom = blot->bottom < next->bottom ? blot->bottom : next->bottom;
    return bottom > top && (bottom - top) * 2 >= (height < other ? height : other);
}

/* The letters stand in the order of their left sides. */
static bool has_row(const struct blot *letters, size_t count, size_t at, int rest)
{
    enum { AHEAD = 64 };
    if (rest == 0) return true;
    const struct blot *blot = &letters[at];
    for (size_t i = at + 1; i < count && i < at + AHEAD; i++) {
        if (letters[i].left > blot->right + HIGHEST) break;
        if (follows(blot, &letters[i]) && has_row(letters, count, i, rest - 1)) return true;
    }
    return false;
}

static bool is_square(const struct blot *blot)
{
    uint32_t width = blot->right - blot->left, height = blot->bottom - blot->top;
    return width * 5 <= height * 6 && height * 5 <= width * 6;
}

/* A square ring of seven with a square of three in its middle: the corner of a QR code. */
static bool is_corner(const struct blot *ring, const struct blot *middle)
{
    uint32_t side = ring->right - ring->left, inner = middle->right - middle->left;
    if (middle->left <= ring->left || middle->right >= ring->right || middle->top <= ring->top ||
        middle->bottom >= ring->bottom || !is_square(middle))
        return false;
    return inner * 7 >= side * 2 && inner * 7 <= side * 4;
}

/* A QR or bar code? */
static bool has_code(const struct blots *blots)
{
    enum { AHEAD = 400 };
    size_t bars = 0;
    for (size_t i = 0; i < blots->count; i++) {
        const struct blot *blot = &blots->at[i];
        uint32_t width = blot->right - blot->left, height = blot->bottom - blot->top;
        if (height >= 2 * LOWEST && height <= 3 * HIGHEST && width * 6 < height) bars++;
        if (width < CODE_SIDE || !is_square(blot)) continue;
        /* Blots stand in the order of their upper ends. */
        for (size_t k = i + 1; k < blots->count && k < i + AHEAD; k++)
            if (is_corner(blot, &blots->at[k])) return true;
    }
    return bars >= BARS;
}

static bool looks_like_text(struct blots *blots)
{
    size_t count = 0;
    if (has_code(blots)) return true;
    for (size_t i = 0; i < blots->count; i++)
        if (is_letter(&blots->at[i])) blots->at[count++] = blots->at[i];
    if (count > BLOTS_MAX) return true;
    if (count > 1) qsort(blots->at, count, sizeof *blots->at, by_left);
    for (size_t i = 0; i < count; i++)
        if (has_row(blots->at, count, i, ROW - 1)) return true;
    return false;
}

/* ---- strokes ----------------------------------------------------------------------------------
 */

static void differ(const uint8_t *a, const uint8_t *b, size_t len, uint8_t *far)
{
    for (size_t i = 0; i < len; i++) {
        unsigned more = a[i] > b[i] ? (unsigned)(a[i] - b[i]) : (unsigned)(b[i] - a[i]);
        far[i] |= more > FAINT;
    }
}

/* One byte a pixel: does the colour change here, to the right or below? far: room for a line of
 * pixels. */
static void find_edges(const struct canvas *canvas, uint8_t *far, uint8_t *edges)
{
    const size_t width = canvas->width, across = width > REACH ? width - REACH : 0;
    for (uint32_t y = 0; y < canvas->height; y++) {
        const uint8_t *line = (const uint8_t *)(canvas->pixels + y * canvas->stride);
        memset(far, 0, width * PIXEL_BYTES);
        differ(line, line + REACH * PIXEL_BYTES, across * PIXEL_BYTES, far);
        if (y + REACH < canvas->height)
            differ(line, line + REACH * canvas->stride * PIXEL_BYTES, width * PIXEL_BYTES, far);
        for (size_t x = 0; x < width; x++) {
            const uint8_t *at = far + x * PIXEL_BYTES;
            edges[y * width + x] = at[0] | at[1] | at[2];
        }
    }
}

enum { RULE = 2 }; /* in a map of edges */

/* Is there little else on both sides of a run? step: of its pixels; aside: to its neighbours. */
static bool is_alone(const uint8_t *first, size_t len, size_t step, bool has_before, bool has_after,
                     size_t aside)
{
    size_t beside = 0;
    for (size_t i = 0; i < len; i++) {
        const uint8_t *at = first + i * step;
        bool before = has_before && *(at - aside), after = has_after && at[aside];
        if (before || after) beside++;
    }
    return beside * 4 <= len;
}

static void mark_rule(uint8_t *first, size_t len, size_t step)
{
    for (size_t i = 0; i < len; i++) first[i * step] |= RULE;
}

/* Lines, frames and the edges of plain areas are no strokes of text. */
static void drop_rules(uint8_t *edges, size_t width, size_t height)
{
    for (size_t y = 0; y < height; y++) {
        uint8_t *line = edges + y * width;
        for (size_t x = 0, from = 0; x <= width; x++) {
            if (x < width && line[x]) continue;
            if (x - from >= STRAIGHT &&
                is_alone(line + from, x - from, 1, y >= THIN, y + THIN < height, THIN * width))
                mark_rule(line + from, x - from, 1);
            from = x + 1;
        }
    }
    for (size_t x = 0; x < width; x++)
        for (size_t y = 0, from = 0; y <= height; y++) {
            if (y < height && edges[y * width + x]) continue;
            if (y - from >= STRAIGHT && is_alone(edges + from * width + x, y - from, width,
                                                 x >= THIN, x + THIN < width, THIN))
                mark_rule(edges + from * width + x, y - from, width);
            from = y + 1;
        }
    for (size_t i = 0; i < width * height; i++)
        if (edges[i] & RULE) edges[i] = 0;
}

/* Handwriting, pale or coloured letters, logos, photos: is anything drawn that no word owns? */
static bool has_strokes(struct blots *blots)
{
    for (size_t i = 0; i < blots->count; i++) {
        uint32_t width = blots->at[i].right - blots->at[i].left;
        uint32_t height = blots->at[i].bottom - blots->at[i].top;
        if (width >= LOWEST && height >= LOWEST && (width >= DRAWN || height >= DRAWN)) return true;
    }
    return looks_like_text(blots);
}

static bool shows_text(const struct canvas *canvas, const uint8_t *map,
                       bool (*looks)(struct blots *))
{
    struct blots blots = {0};
    /* Without memory to look, it is read. */
    bool shows = !blots_find(map, canvas->width, canvas->height, &blots) || looks(&blots);
    blots_free(&blots);
    return shows;
}

bool ink_without_words(const struct canvas *canvas, const struct word *words, size_t count)
{
    const size_t width = canvas->width, height = canvas->height;
    uint8_t *ink = malloc(width * height), *edges = malloc(width * height);
    uint8_t *room = malloc(width * PIXEL_BYTES + height);
    bool *owns = calloc(count + 1, sizeof *owns), shows = true;
    if (ink && edges && room && owns) {
        find_ink(canvas, ink);
        find_edges(canvas, room, edges);
        find_owners(canvas, ink, edges, words, count, room, owns);
        mask_words(canvas, words, owns, count, ink);
        mask_words(canvas, words, owns, count, edges);
        drop_rules(edges, width, height);
        shows = shows_text(canvas, ink, looks_like_text) || shows_text(canvas, edges, has_strokes);
    }
    free(ink);
    free(edges);
    free(room);
    free(owns);
    return shows;
}
