/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/unseen.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/utf8.h"

enum {
    ZERO_WIDTH_NON_JOINER = 0x200c,
    ZERO_WIDTH_JOINER = 0x200d,
    TEXT_STYLE = 0xfe0e,
    EMOJI_STYLE = 0xfe0f,
    KEYCAP = 0x20e3,
    BLACK_FLAG = 0x1f3f4,
    TAG_FIRST = 0xe0000,
    TAG_END = 0xe007f,
};

static bool is_unseen(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0xad, 0xad},       {0x34f, 0x34f},   {0x61c, 0x61c},     {0x115f, 0x1160},
        {0x17b4, 0x17b5},   {0x180b, 0x180f}, {0x200b, 0x200f},   {0x202a, 0x202e},
        {0x2060, 0x206f},   {0x3164, 0x3164}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
        {0xffa0, 0xffa0},   {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
        {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (point >= ranges[i].first && point <= ranges[i].last) return true;
    return false;
}

/* A character that shows, and is of a script or an emoji that may need what shows nothing. */
static bool is_of_script(uint32_t point)
{
    return point >= 0x80 && !is_unseen(point);
}

static uint32_t peek(struct str rest)
{
    uint32_t point = 0;
    return utf8_next(&rest, &point) ? point : 0;
}

static bool is_needed(uint32_t before, uint32_t point, uint32_t after)
{
    switch (point) {
    case ZERO_WIDTH_NON_JOINER: return is_of_script(before) && is_of_script(after);
    /* also after the selector that is part of an emoji: a heart on fire */
    case ZERO_WIDTH_JOINER:
        return (is_of_script(before) || before == EMOJI_STYLE) && is_of_script(after);
    case TEXT_STYLE:
    case EMOJI_STYLE: return is_of_script(before) || after == KEYCAP;
    default: return false;
    }
}

/* The tags after a black flag that make it England's, Scotland's or Wales's; bytes, or 0. */
static size_t flag_at(struct str rest)
{
    static const char *const flags[] = {"gbeng", "gbsct", "gbwls"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        struct str at = rest;
        const char *letter = flags[i];
        uint32_t point = 0;
        while (*letter && utf8_next(&at, &point) &&
               point == (uint32_t)TAG_FIRST + (unsigned char)*letter)
            letter++;
        if (*letter == 0 && utf8_next(&at, &point) && point == TAG_END) return rest.len - at.len;
    }
    return 0;
}

/* ret_text may be NULL: they are only counted. */
static size_t walk(struct str text, struct buf *ret_text)
{
    size_t count = 0;
    uint32_t before = 0, point;
    struct str rest = text;
    while (rest.len) {
        if (!utf8_next(&rest, &point)) { /* no text at all: left as it is */
            if (ret_text) buf_add_byte(ret_text, rest.at[0]);
            rest = str_from_byte(rest, 1);
            continue;
        }
        if (is_unseen(point) && !is_needed(before, point, peek(rest))) {
            count++;
            continue;
        }
        if (ret_text) utf8_add(ret_text, point);
        before = point;
        size_t flag = point == BLACK_FLAG ? flag_at(rest) : 0;
        if (ret_text) buf_add(ret_text, str_slice(rest, 0, flag));
        rest = str_from_byte(rest, flag);
    }
    return count;
}

void unseen_drop(struct str text, struct buf *ret_text)
{
    (void)walk(text, ret_text);
}

size_t unseen_count(struct str text)
{
    return walk(text, NULL);
}
