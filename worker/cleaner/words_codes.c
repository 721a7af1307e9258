/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>

#include <zbar.h>

#include "core/utf8.h"
#include "sanitise/answer.h"
#include "worker/cleaner/words_read.h"

/* As much as one word may hold. */
static struct str first_piece(struct str word)
{
    enum { MOST = ANSWER_WORD_BYTES_MAX / 2 };
    if (word.len <= MOST) return word;
    size_t cut = MOST;
    while (cut > 1 && !utf8_on_boundary(word, cut)) cut--;
    return str_slice(word, 0, cut);
}

/* Every word of what it says has the box of the whole code. */
static void add_code(struct words_list *list, const zbar_symbol_t *symbol)
{
    unsigned points = zbar_symbol_get_loc_size(symbol);
    int left = INT32_MAX, top = INT32_MAX, right = 0, bottom = 0;
    for (unsigned i = 0; i < points; i++) {
        int x = zbar_symbol_get_loc_x(symbol, i), y = zbar_symbol_get_loc_y(symbol, i);
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
    }
    if (points == 0) left = top = 0, right = (int)list->width, bottom = (int)list->height;
    /* A bar code's points stand on one line. */
    struct str rest = {zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol)}, line;
    enum gap gap = GAP_PARAGRAPH;
    while (rest.len > 0 && str_split(&rest, '\n', &line)) {
        struct str word;
        while (line.len > 0 && str_split(&line, ' ', &word)) {
            while (word.len > 0) { /* an address may be long */
                struct str piece = first_piece(word);
                words_add(list, piece, gap, left, top, right - left + 1, bottom - top + 1);
                word = str_from_byte(word, piece.len);
                gap = word.len > 0 ? GAP_NONE : GAP_SPACE;
            }
        }
        if (gap == GAP_SPACE) gap = GAP_LINE;
    }
}

void words_of_codes(struct words_list *list, PIX *pix)
{
    size_t len = (size_t)list->width * list->height;
    unsigned char *grey = malloc(len);
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();
    if (!grey || !scanner || !image) job_refuse(list->job, REFUSAL_MALFORMED);
    for (uint32_t y = 0; y < list->height; y++) {
        const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
        for (uint32_t x = 0; x < list->width; x++)
            grey[(size_t)y * list->width + x] = (unsigned char)GET_DATA_BYTE(line, x);
    }
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, list->width, list->height);
    zbar_image_set_data(image, grey, len, NULL);
    if (zbar_scan_image(scanner, image) > 0)
        for (const zbar_symbol_t *one = zbar_image_first_symbol(image); one;
             one = zbar_symbol_next(one))
            add_code(list, one);
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    free(grey);
}
