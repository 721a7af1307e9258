/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_WORDS_READ_H
#define LETTERBOX_CLEANER_WORDS_READ_H

#include <stddef.h>

#include <leptonica/allheaders.h>

#include "core/arena.h"
#include "sanitise/letter.h"
#include "sanitise/words.h"
#include "worker/cleaner/module.h"

/* Words that grow while a picture is read. */
struct words_list {
    const struct job *job;
    struct arena *arena;
    struct word *at;
    size_t count, room;
    uint32_t width, height; /* of the picture */
};

/* Adds a word whose box may reach beyond the picture; what is no text is left out. */
void words_add(struct words_list *list, struct str text, enum gap gap, double x, double y,
               double width, double height);

/* Loads what letters look like; before the walls go up. */
void words_prepare(void);

/* All words of a page, also of one upside down, or photo. True: of a page that was hard to read. */
bool words_of_page(struct words_list *list, PIX *pix, bool is_photo);

/* One word for each box; "?" where none can be read. */
void words_of_boxes(struct words_list *list, PIX *pix, const struct words_box *boxes, size_t count);

/* What QR and bar codes say, each with its box. `pix`: grey, 8 bits. */
void words_of_codes(struct words_list *list, PIX *pix);

#endif
