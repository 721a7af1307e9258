/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_MAP_H
#define LETTERBOX_RENDER_MAP_H

#include "core/arena.h"
#include "rules/family.h"

/*
 * The family map as a picture: only where things stand; a template makes SVG of it
 * (templates/partials/family_map.mustache), as it does of a chart (render/chart.h).
 *
 *     0            left         wall          right          320
 *     ┌──────────────┐           ║            ┌──────────────┐
 *     │ Kayla Shah   │◀──────────╫───────────▶│ Ann Marsh    │   a gap in the wall: letters go
 *     │ Beyond: …    │           ║            └──────────────┘
 *     │ Priya Shah   │           ║            ┌──────────────┐
 *     │              │─ ─ ─ ─ ─(Ⅱ)─ ─ ─ ─ ─ ─▶│ Tom Marsh    │   waits; a cross: stopped
 *     └──────────────┘           ║            └──────────────┘
 *     ═══════════════════════════║                               other homes: a wall between them
 * too
 *
 * One band for each home, one box for each person beyond the wall; lines run straight across, so
 * that none crosses another or a box, however many there are. Words are wrapped to their box with
 * widths that no usual typeface exceeds, a long one is broken; nothing is cut.
 *
 * Whole units, RENDER_MAP_WIDTH wide: as wide as a telephone, so that its words can be read there.
 */
enum {
    RENDER_MAP_WIDTH = 320,
    RENDER_MAP_LEFT = 128,  /* right edge of the left boxes */
    RENDER_MAP_RIGHT = 180, /* left edge of the right ones */
    RENDER_MAP_WALL = 6,    /* how thick */
    RENDER_MAP_PAD = 6,     /* between a box and its words */
    RENDER_MAP_SIZE = 13,   /* of the letters */
    RENDER_MAP_LINE = 17,
    RENDER_MAP_WORDS = 8, /* texts in a box */
};

/* What stands in a box, from top to bottom. */
struct render_map_words {
    struct {
        struct str words; /* empty ones are passed over */
        bool is_strong;
    } at[RENDER_MAP_WORDS];
    size_t count;
};
void render_map_add(struct render_map_words *words, bool is_strong, struct str text);

struct render_map_pair {
    struct render_map_words words;
    bool there, back; /* where the line has its points: to the right, to the left */
    bool meets;       /* a double line */
    enum family_way way;
};

struct render_map_band {
    struct render_map_words home;
    bool wall_above;
    const struct render_map_pair *pairs;
    size_t count;
};

struct render_map_box {
    int x, y, width, height;
    bool is_home;
};
struct render_map_text {
    int x, y; /* of the baseline */
    struct str words;
    bool is_strong;
};
struct render_map_line {
    int y;
    bool there, back, meets;
    enum family_way way;
};
struct render_map_wall {
    int x, y, width, height;
};

struct render_map {
    struct render_map_box *boxes;
    struct render_map_text *texts;
    struct render_map_line *lines;
    struct render_map_wall *walls;
    size_t box_count, text_count, line_count, wall_count;
    int height;
};

void render_map(const struct render_map_band *bands, size_t count, struct arena *arena,
                struct render_map *ret_map);

/* At least as wide as the text is in Arial, Liberation Sans or a narrower face. */
int render_map_text_width(struct str text, bool is_strong);

#endif
