/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/map.h"

#include "tests/unit/unit.h"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

static struct render_map_words words(const char *name, const char *more)
{
    struct render_map_words all = {0};
    render_map_add(&all, true, str_from(name));
    render_map_add(&all, false, str_from(more));
    render_map_add(&all, false, STR(""));
    render_map_add(&all, false, STR("Letters both ways"));
    return all;
}

static bool overlap(const struct render_map_box *a, const struct render_map_box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static const struct render_map_box *box_at(const struct render_map *map, int x, int y)
{
    for (size_t i = 0; i < map->box_count; i++) {
        const struct render_map_box *box = &map->boxes[i];
        if (x >= box->x && x < box->x + box->width && y > box->y && y < box->y + box->height)
            return box;
    }
    return NULL;
}

/* Whatever is on it, nothing stands on anything else, and all words are in their boxes. */
static void check_map(const struct render_map *map)
{
    for (size_t i = 0; i < map->box_count; i++) {
        const struct render_map_box *box = &map->boxes[i];
        assert_true(box->x >= 0 && box->x + box->width <= RENDER_MAP_WIDTH);
        assert_true(box->y >= 0 && box->y + box->height <= map->height);
        for (size_t k = 0; k < i; k++) assert_false(overlap(box, &map->boxes[k]));
        for (size_t k = 0; k < map->wall_count; k++) {
            const struct render_map_wall *wall = &map->walls[k];
            struct render_map_box as_box = {wall->x, wall->y, wall->width, wall->height, false};
            assert_false(overlap(box, &as_box));
        }
    }
    for (size_t i = 0; i < map->text_count; i++) {
        const struct render_map_text *text = &map->texts[i];
        const struct render_map_box *box = box_at(map, text->x, text->y);
        assert_non_null(box);
        assert_true(text->y - RENDER_MAP_SIZE >= box->y);
        assert_true(text->y + 4 <= box->y + box->height);
        int end = text->x + render_map_text_width(text->words, text->is_strong);
        assert_true(end <= box->x + box->width - RENDER_MAP_PAD);
        /* a line of another text is never nearer than a line's height */
        for (size_t k = 0; k < i; k++)
            if (map->texts[k].x == text->x)
                assert_true(abs(map->texts[k].y - text->y) >= RENDER_MAP_LINE);
    }
    for (size_t i = 0; i < map->line_count; i++) {
        const struct render_map_line *line = &map->lines[i];
        assert_non_null(box_at(map, RENDER_MAP_LEFT - 1, line->y));
        assert_non_null(box_at(map, RENDER_MAP_RIGHT, line->y));
        bool in_wall = false;
        for (size_t k = 0; k < map->wall_count; k++)
            in_wall |= map->walls[k].x > 0 && line->y >= map->walls[k].y &&
                       line->y < map->walls[k].y + map->walls[k].height;
        assert_true(in_wall == (line->way != FAMILY_OPEN));
    }
}

static void from_two_people_to_many_nothing_overlaps(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Ann Marsh",
        "Wolfeschlegelsteinhausenbergerdorff Featherstonehaugh-Cholmondeley",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "Bartholomew Wolstenholme and Persephone Wolstenholme",
        "Đặng Thị Ngọc Ánh",
        "王小明王小明王小明王小明王小明",
        "i",
    };
    for (size_t children = 1; children <= 7; children++)
        for (size_t parties = 1; parties <= 12; parties++) {
            ARENA(arena, ARENA_BYTES);
            struct render_map_pair pairs[12];
            struct render_map_band bands[7];
            struct render_map map;
            for (size_t i = 0; i < parties; i++)
                pairs[i] = (struct render_map_pair){
                    .words = words(names[i % COUNT(names)],
                                   "Beyond: a grandmother on the mother's side"),
                    .there = true,
                    .way = (enum family_way)((i + children) % 4)};
            for (size_t i = 0; i < children; i++)
                bands[i] = (struct render_map_band){
                    words(names[(i + parties) % COUNT(names)], "Beyond: Kayla"), i % 2 == 1, pairs,
                    parties};
            render_map(bands, children, arena, &map);
            assert_int_equal(map.box_count, children * (parties + 1));
            check_map(&map);
        }
}

/* All letters of what was put in come out, in their order: nothing is cut. */
static void long_words_are_wrapped_not_cut(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "Ann",
        "Ann Marsh",
        "Wolfeschlegelsteinhausenbergerdorff",
        "a Wolfeschlegelsteinhausenbergerdorff b",
        "  many   spaces between  ",
        "one two three four five six seven eight nine ten eleven twelve thirteen",
        "王小明王小明王小明王小明",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, ARENA_BYTES);
        struct render_map_band band = {.home = {.count = 0}};
        struct render_map map;
        BUF(put, 400);
        BUF(got, 400);
        render_map_add(&band.home, true, str_from(cases[i]));
        render_map(&band, 1, arena, &map);
        check_map(&map);
        for (const char *at = cases[i]; *at; at++)
            if (*at != ' ') buf_add_byte(&put, *at);
        for (size_t k = 0; k < map.text_count; k++)
            for (size_t n = 0; n < map.texts[k].words.len; n++)
                if (map.texts[k].words.at[n] != ' ') buf_add_byte(&got, map.texts[k].words.at[n]);
        assert_str(buf_str(&got), buf_str(&put));
    }
}

static void a_wall_is_open_where_letters_go(void **state)
{
    (void)state;
    ARENA(arena, ARENA_BYTES);
    const struct render_map_pair pairs[] = {
        {words("Ann", ""), true, true, false, FAMILY_OPEN},
        {words("Tom", ""), true, true, true, FAMILY_STOPPED},
        {words("Jo", ""), false, false, false, FAMILY_NONE},
        {words("Kim", ""), true, false, false, FAMILY_WAITS},
    };
    const struct render_map_band bands[] = {{words("Priya", ""), false, pairs, 4},
                                            {words("Una", ""), true, pairs, 1}};
    struct render_map map;
    render_map(bands, 2, arena, &map);
    check_map(&map);
    assert_int_equal(map.line_count, 4);
    assert_true(map.lines[1].meets);
    assert_int_equal(map.wall_count, 4); /* one between the homes; the middle in three pieces */
    assert_int_equal(map.walls[0].x, 0);
    assert_int_equal(map.walls[3].y + map.walls[3].height, map.height);
}

static void of_nobody_nothing_is_drawn(void **state)
{
    (void)state;
    ARENA(arena, ARENA_BYTES);
    struct render_map map;
    render_map(NULL, 0, arena, &map);
    assert_int_equal(map.height, 0);
    assert_int_equal(map.box_count + map.wall_count + map.text_count + map.line_count, 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(from_two_people_to_many_nothing_overlaps),
          cmocka_unit_test(long_words_are_wrapped_not_cut),
          cmocka_unit_test(a_wall_is_open_where_letters_go),
          cmocka_unit_test(of_nobody_nothing_is_drawn))
