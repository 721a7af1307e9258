/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/burn.h"

#include <string.h>

#include "core/limits.h"
#include "sys/rand.h"

static const struct str magic = {"LBXB\x02", 5};

static void write_request(struct buf *request, struct str image, const struct burn_box *boxes,
                          size_t count)
{
    unsigned char seed[BURN_SEED_BYTES];
    rand_bytes(seed, sizeof seed);
    buf_add(request, magic);
    buf_add_bytes(request, seed, sizeof seed);
    buf_add_u32(request, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        buf_add_u32(request, boxes[i].x);
        buf_add_u32(request, boxes[i].y);
        buf_add_u32(request, boxes[i].width);
        buf_add_u32(request, boxes[i].height);
        buf_add_byte(request, (char)boxes[i].style);
    }
    buf_add(request, image);
}

static uint32_t number_at(struct str bytes, size_t at)
{
    const unsigned char *b = (const unsigned char *)bytes.at + at;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

enum err burn_read(struct str request, struct arena *arena, struct burn_request *ret_request)
{
    if (request.len < BURN_HEAD_BYTES || !str_starts(request, magic)) return ERR_BAD_INPUT;
    uint32_t count = number_at(request, magic.len + BURN_SEED_BYTES);
    if (count > BURN_BOXES || request.len - BURN_HEAD_BYTES < (size_t)count * BURN_BOX_BYTES)
        return ERR_BAD_INPUT;
    struct burn_box *boxes = ARENA_MANY(arena, count + 1, struct burn_box);
    for (size_t i = 0; i < count; i++) {
        size_t at = BURN_HEAD_BYTES + i * BURN_BOX_BYTES;
        unsigned char style = (unsigned char)request.at[at + 16];
        if (style >= BURN_STYLES) return ERR_BAD_INPUT;
        boxes[i] = (struct burn_box){number_at(request, at), number_at(request, at + 4),
                                     number_at(request, at + 8), number_at(request, at + 12),
                                     (enum burn_style)style};
    }
    *ret_request = (struct burn_request){
        .boxes = boxes,
        .count = count,
        .image = str_from_byte(request, BURN_HEAD_BYTES + (size_t)count * BURN_BOX_BYTES),
    };
    memcpy(ret_request->seed, request.at + magic.len, BURN_SEED_BYTES);
    return OK;
}

enum err burn_page(const struct spawner *spawner, const struct clean_settings *settings,
                   const struct part *page, const struct burn_box *boxes, size_t count,
                   struct arena *arena, struct part *ret_page)
{
    if (count > BURN_BOXES || page->kind == PART_TEXT) return ERR_BAD_INPUT;
    for (size_t i = 0; i < count; i++)
        if (boxes[i].width == 0 || boxes[i].height == 0 || boxes[i].x >= page->width ||
            boxes[i].y >= page->height || boxes[i].style >= BURN_STYLES)
            return ERR_BAD_INPUT;
    BUF_SECRET(request, LIMIT_DOCUMENT_BYTES);
    write_request(&request, page->image, boxes, count);
    TRY(buf_done(&request));
    struct clean_settings own = settings ? *settings : (struct clean_settings){0};
    own.page_pixels = own.document_pixels = (uint64_t)page->width * page->height;
    struct letter letter;
    TRY(cleaner_run(spawner, &own, SANDBOX_BURN, buf_str(&request), arena, &letter));
    if (letter.refusal != REFUSAL_NONE || letter.part_count != 1 || letter.mail != NULL)
        return ERR_CLEANER_ANSWER;
    const struct part *burnt = &letter.parts[0];
    if (burnt->kind == PART_TEXT || burnt->format != IMAGE_JPEG || burnt->width != page->width ||
        burnt->height != page->height || burnt->word_count != 0)
        return ERR_CLEANER_ANSWER;
    *ret_page = (struct part){.kind = page->kind,
                              .source = page->source,
                              .format = IMAGE_JPEG,
                              .width = burnt->width,
                              .height = burnt->height,
                              .image = burnt->image};
    return OK;
}
