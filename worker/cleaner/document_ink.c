/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/document_ink.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

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
};

struct blot {
    uint32_t left, top, right, bottom;
};

/* A stretch of ink in one line of pixels, and the blot it belongs to. */
struct stretch {
    uint32_t from, to, blot;
};

struct blots {
    uint32_t *parents; /* of each blot: itself, or the one that it was joined to */
    struct blot *at;
    size_t count, room;
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

static void mask_words(const struct canvas *canvas, const struct word *words, size_t count,
                       uint8_t *marks, uint8_t *ink)
{
    for (size_t i = 0; i < count; i++) {
        const struct word *word = &words[i];
        if (!owns_ink(canvas, ink, word, marks)) continue;
        uint32_t left = word->x > MARGIN ? word->x - MARGIN : 0;
        uint32_t top = word->y > MARGIN ? word->y - MARGIN : 0;
        uint32_t right = word->x + word->width + MARGIN, bottom = word->y + word->height + MARGIN;
        if (right > canvas->width) right = canvas->width;
        if (bottom > canvas->height) bottom = canvas->height;
        for (uint32_t y = top; y < bottom; y++)
            memset(ink + (size_t)y * canvas->width + left, 0, right - left);
    }
}

/* One byte a pixel: is there ink that no word owns? NULL without memory. */
static uint8_t *find_ink(const struct canvas *canvas, const struct word *words, size_t count)
{
    uint8_t *ink = malloc((size_t)canvas->width * canvas->height);
    uint8_t *marks = malloc((size_t)canvas->width + canvas->height);
    if (!ink || !marks) {
        free(ink);
        free(marks);
        return NULL;
    }
    unsigned paper = paper_of(canvas);
    for (uint32_t y = 0; y < canvas->height; y++) {
        const uint32_t *line = canvas->pixels + y * canvas->stride;
        uint8_t *out = ink + (size_t)y * canvas->width;
        for (uint32_t x = 0; x < canvas->width; x++) {
            unsigned shade = light(line[x]);
            out[x] = shade + DARK < paper || shade > paper + DARK;
        }
    }
    mask_words(canvas, words, count, marks, ink);
    free(marks);
    return ink;
}

static uint32_t root(struct blots *blots, uint32_t blot)
{
    while (blots->parents[blot] != blot) {
        blots->parents[blot] = blots->parents[blots->parents[blot]];
        blot = blots->parents[blot];
    }
    return blot;
}

static uint32_t join(struct blots *blots, uint32_t a, uint32_t b)
{
    a = root(blots, a), b = root(blots, b);
    if (a == b) return a;
    struct blot *into = &blots->at[a], *from = &blots->at[b];
    if (from->left < into->left) into->left = from->left;
    if (from->top < into->top) into->top = from->top;
    if (from->right > into->right) into->right = from->right;
    if (from->bottom > into->bottom) into->bottom = from->bottom;
    blots->parents[b] = a;
    return a;
}

static bool add_blot(struct blots *blots, struct blot blot, uint32_t *ret_number)
{
    if (blots->count == blots->room) {
        size_t room = blots->room ? blots->room * 2 : 4096;
        struct blot *at = realloc(blots->at, room * sizeof *at);
        if (at) blots->at = at;
        uint32_t *parents = realloc(blots->parents, room * sizeof *parents);
        if (parents) blots->parents = parents;
        if (!at || !parents) return false;
        blots->room = room;
    }
    blots->parents[blots->count] = (uint32_t)blots->count;
    blots->at[blots->count] = blot;
    *ret_number = (uint32_t)blots->count++;
    return true;
}

/* The stretches of one line, each joined with those above that it touches. */
static bool add_line(struct blots *blots, const uint8_t *line, uint32_t width, uint32_t y,
                     const struct stretch *above, size_t above_count, struct stretch *here,
                     size_t *ret_count)
{
    size_t count = 0, next = 0;
    for (uint32_t x = 0; x < width; x++) {
        if (!line[x]) continue;
        struct stretch *stretch = &here[count++];
        stretch->from = x;
        while (x < width && line[x]) x++;
        stretch->to = x;
        if (!add_blot(blots, (struct blot){stretch->from, y, stretch->to, y + 1}, &stretch->blot))
            return false;
        while (next < above_count && above[next].to < stretch->from) next++;
        for (size_t k = next; k < above_count && above[k].from <= stretch->to; k++)
            stretch->blot = join(blots, above[k].blot, stretch->blot);
    }
    *ret_count = count;
    return true;
}

static bool find_blots(const struct canvas *canvas, const uint8_t *ink, struct blots *blots)
{
    size_t room = canvas->width / 2 + 1, above_count = 0;
    struct stretch *lines = malloc(2 * room * sizeof *lines);
    bool well = lines != NULL;
    for (uint32_t y = 0; y < canvas->height && well; y++) {
        struct stretch *above = lines + (y % 2 ? 0 : room), *here = lines + (y % 2 ? room : 0);
        size_t count = 0;
        well = add_line(blots, ink + (size_t)y * canvas->width, canvas->width, y, above,
                        above_count, here, &count);
        above_count = count;
    }
    free(lines);
    return well;
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
        if (blots->parents[i] != i) continue;
        uint32_t width = blot->right - blot->left, height = blot->bottom - blot->top;
        if (height >= 2 * LOWEST && height <= 3 * HIGHEST && width * 6 < height) bars++;
        if (width < CODE_SIDE || !is_square(blot)) continue;
        /* Blots stand in the order of their upper ends. */
        for (size_t k = i + 1; k < blots->count && k < i + AHEAD; k++)
            if (blots->parents[k] == k && is_corner(blot, &blots->at[k])) return true;
    }
    return bars >= BARS;
}

static bool looks_like_text(struct blots *blots)
{
    size_t count = 0;
    if (has_code(blots)) return true;
    for (size_t i = 0; i < blots->count; i++)
        if (blots->parents[i] == i && is_letter(&blots->at[i])) blots->at[count++] = blots->at[i];
    if (count > BLOTS_MAX) return true;
    if (count > 1) qsort(blots->at, count, sizeof *blots->at, by_left);
    for (size_t i = 0; i < count; i++)
        if (has_row(blots->at, count, i, ROW - 1)) return true;
    return false;
}

bool ink_without_words(const struct canvas *canvas, const struct word *words, size_t count)
{
    uint8_t *ink = find_ink(canvas, words, count);
    struct blots blots = {0};
    /* Without memory to look, it is read. */
    bool is_text = !ink || !find_blots(canvas, ink, &blots) || looks_like_text(&blots);
    free(ink);
    free(blots.at);
    free(blots.parents);
    return is_text;
}
