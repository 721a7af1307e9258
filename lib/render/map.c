/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/map.h"

#include <string.h>

#include "core/utf8.h"

enum {
    BOX_GAP = 12,
    BAND_GAP = 26,
    BASELINE = 12, /* below the top of a line */
    DOOR = 11,     /* half of a gap in the wall */
    WALL_X = (RENDER_MAP_LEFT + RENDER_MAP_RIGHT - RENDER_MAP_WALL) / 2,
};

void render_map_add(struct render_map_words *words, bool is_strong, struct str text)
{
    if (text.len == 0) return;
    ASSERT(words->count < RENDER_MAP_WORDS);
    words->at[words->count].words = text;
    words->at[words->count++].is_strong = is_strong;
}

/* ---- how wide words are ---- */

/* In thousandths of the size of the letters: the widest of its kind in Arial. */
static int advance(uint32_t point)
{
    if (point >= 0x250) return point >= 0x1100 ? 1050 : 840;
    if (point >= 0x80) return 780;
    if (strchr("ijl'|", (int)point)) return 230;
    if (strchr("ft.,:;!/ I[]()-r", (int)point)) return 335;
    if (strchr("mMW%@", (int)point)) return point == 'W' || point == '@' ? 1020 : 890;
    if (point == 'w' || (point >= 'A' && point <= 'Z')) return 780;
    return 570;
}

static int width_of(uint32_t point, bool is_strong)
{
    return advance(point) + (is_strong ? 60 : 0);
}

static int to_units(int thousandths)
{
    return (thousandths * RENDER_MAP_SIZE + 999) / 1000;
}

int render_map_text_width(struct str text, bool is_strong)
{
    int width = 0;
    uint32_t point;
    while (utf8_next(&text, &point)) width += width_of(point, is_strong);
    return to_units(width);
}

/* Takes from the text what fits: whole words, or a part of one that is too long by itself. */
static struct str take_line(struct str *text, bool is_strong, int room)
{
    struct str rest = *text = str_trim(*text);
    size_t fits = 0, end = 0; /* bytes up to the last letter that fits; up to the last word's end */
    int width = 0;
    uint32_t point;
    while (utf8_next(&rest, &point)) {
        if (point == ' ') end = fits;
        width += width_of(point, is_strong);
        if (to_units(width) > room && fits > 0) break;
        fits = text->len - rest.len;
    }
    if (fits == text->len) end = fits;
    if (end == 0) end = fits;
    struct str line = str_slice(*text, 0, end);
    *text = str_trim(str_slice(*text, end, text->len));
    return line;
}

static size_t lines_of(const struct render_map_words *words, int room)
{
    size_t lines = 0;
    for (size_t i = 0; i < words->count; i++)
        for (struct str text = str_trim(words->at[i].words); text.len; lines++)
            (void)take_line(&text, words->at[i].is_strong, room);
    return lines;
}

static int height_of(const struct render_map_words *words, int width)
{
    return (int)lines_of(words, width - 2 * RENDER_MAP_PAD) * RENDER_MAP_LINE + 2 * RENDER_MAP_PAD;
}

/* ---- what is put down ---- */

/* Half of a border's line stays free on either side. */
enum { EDGE = 1, HOME_WIDTH = RENDER_MAP_LEFT - EDGE };
enum { OTHER_WIDTH = RENDER_MAP_WIDTH - RENDER_MAP_RIGHT - EDGE };

/* Room for all of it. */
static struct render_map make_room(const struct render_map_band *bands, size_t count,
                                   struct arena *arena)
{
    size_t pairs = 0, texts = 0;
    for (size_t i = 0; i < count; i++) {
        pairs += bands[i].count;
        texts += lines_of(&bands[i].home, HOME_WIDTH - 2 * RENDER_MAP_PAD);
        for (size_t k = 0; k < bands[i].count; k++)
            texts += lines_of(&bands[i].pairs[k].words, OTHER_WIDTH - 2 * RENDER_MAP_PAD);
    }
    return (struct render_map){
        .boxes = ARENA_MANY(arena, pairs + count + 1, struct render_map_box),
        .texts = ARENA_MANY(arena, texts + 1, struct render_map_text),
        .lines = ARENA_MANY(arena, pairs + 1, struct render_map_line),
        .walls = ARENA_MANY(arena, pairs + count + 1, struct render_map_wall),
    };
}

static void put_wall(struct render_map *map, int x, int y, int width, int height)
{
    if (height > 0) map->walls[map->wall_count++] = (struct render_map_wall){x, y, width, height};
}

static void put_box(struct render_map *map, struct render_map_box box,
                    const struct render_map_words *words)
{
    int y = box.y + RENDER_MAP_PAD + BASELINE;
    map->boxes[map->box_count++] = box;
    for (size_t i = 0; i < words->count; i++)
        for (struct str text = str_trim(words->at[i].words); text.len; y += RENDER_MAP_LINE) {
            bool is_strong = words->at[i].is_strong;
            struct str line = take_line(&text, is_strong, box.width - 2 * RENDER_MAP_PAD);
            map->texts[map->text_count++] =
                (struct render_map_text){box.x + RENDER_MAP_PAD, y, line, is_strong};
        }
}

/* The boxes beyond the wall, from y on; the height of all. */
static int put_pairs(struct render_map *map, const struct render_map_band *band, int y)
{
    int top = y;
    for (size_t i = 0; i < band->count; i++) {
        const struct render_map_pair *pair = &band->pairs[i];
        struct render_map_box box = {RENDER_MAP_RIGHT, y, OTHER_WIDTH,
                                     height_of(&pair->words, OTHER_WIDTH), false};
        put_box(map, box, &pair->words);
        if (pair->way != FAMILY_NONE)
            map->lines[map->line_count++] = (struct render_map_line){
                y + box.height / 2, pair->there, pair->back, pair->meets, pair->way};
        y += box.height + BOX_GAP;
    }
    return band->count ? y - BOX_GAP - top : 0;
}

/* Open where letters go. */
static void put_middle_wall(struct render_map *map)
{
    int from = 0;
    for (size_t i = 0; i < map->line_count; i++) {
        const struct render_map_line *line = &map->lines[i];
        if (line->way != FAMILY_OPEN) continue;
        put_wall(map, WALL_X, from, RENDER_MAP_WALL, line->y - DOOR - from);
        from = line->y + DOOR;
    }
    put_wall(map, WALL_X, from, RENDER_MAP_WALL, map->height - from);
}

void render_map(const struct render_map_band *bands, size_t count, struct arena *arena,
                struct render_map *ret_map)
{
    struct render_map map = make_room(bands, count, arena);
    int y = EDGE;
    for (size_t i = 0; i < count; i++) {
        if (bands[i].wall_above)
            put_wall(&map, 0, y - (BAND_GAP + RENDER_MAP_WALL) / 2, WALL_X, RENDER_MAP_WALL);
        int height = height_of(&bands[i].home, HOME_WIDTH);
        int beyond = put_pairs(&map, &bands[i], y);
        if (beyond > height) height = beyond;
        put_box(&map, (struct render_map_box){EDGE, y, HOME_WIDTH, height, true}, &bands[i].home);
        y += height + BAND_GAP;
    }
    map.height = count ? y - BAND_GAP + EDGE : 0;
    put_middle_wall(&map);
    *ret_map = map;
}
