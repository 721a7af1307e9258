/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/feast.h"

#include <string.h>

#include "redact/words.h"

enum { SHORTEST = 6, LONGEST = 24 }; /* letters of a name */

static const struct {
    const char *name; /* its words put together */
    int month, day;
} feasts[] = {
    {"christmasday", 12, 25},   {"xmasday", 12, 25},      {"christmaseve", 12, 24},
    {"xmaseve", 12, 24},        {"boxingday", 12, 26},    {"newyearsday", 1, 1},
    {"newyearday", 1, 1},       {"newyearseve", 12, 31},  {"newyeareve", 12, 31},
    {"hogmanay", 12, 31},       {"valentinesday", 2, 14}, {"valentineday", 2, 14},
    {"stvalentinesday", 2, 14}, {"stdavidsday", 3, 1},    {"stpatricksday", 3, 17},
    {"stpaddysday", 3, 17},     {"paddysday", 3, 17},     {"aprilfoolsday", 4, 1},
    {"aprilfools", 4, 1},       {"aprilfoolday", 4, 1},   {"stgeorgesday", 4, 23},
    {"mayday", 5, 1},           {"halloween", 10, 31},    {"allsaintsday", 11, 1},
    {"allsoulsday", 11, 2},     {"bonfirenight", 11, 5},  {"guyfawkesnight", 11, 5},
    {"guyfawkes", 11, 5},       {"fireworknight", 11, 5}, {"fireworksnight", 11, 5},
    {"armisticeday", 11, 11},   {"standrewsday", 11, 30}, {"ststephensday", 12, 26},
    {"burnsnight", 1, 25},      {"twelfthnight", 1, 5},   {"leapday", 2, 29},
    {"leapyearday", 2, 29},     {"midsummersday", 6, 24}, {"midsummerday", 6, 24},
    {"michaelmas", 9, 29},      {"dyddnadolig", 12, 25},  {"dyddgwyldewi", 3, 1},
    {"nosgalan", 12, 31},       {"wigilia", 12, 24},      {"wigilie", 12, 24},
    {"stjohnsday", 6, 24},      {"stnicholasday", 12, 6}, {"independenceday", 7, 4},
    {"stswithinsday", 7, 15},   {"stswithunsday", 7, 15}, {"candlemas", 2, 2},
    {"groundhogday", 2, 2},     {"maythefourth", 5, 4},   {"epiphany", 1, 6},
};

static const char firsts[] = "christmas xmas boxing new hogmanay valentines valentine st saint "
                             "paddys april may halloween all bonfire guy firework fireworks "
                             "armistice burns twelfth leap midsummers midsummer michaelmas dydd "
                             "nos wigilia wigilie independence candlemas groundhog epiphany "
                             "christrnas xrnas";

/* A name as it is put together from words; "rn" is read as m. */
struct name {
    char letters[LONGEST];
    size_t len;
};

static bool add_word(struct name *name, const struct norm *norm, const struct word *w)
{
    if (name->len + w->count >= LONGEST) return false;
    const struct glyph *g = norm->glyphs + w->glyph;
    for (size_t i = 0; i < w->count; i++) {
        const uint32_t point = g[i].point;
        bool pair = point == 'r' && i + 1 < w->count && g[i + 1].point == 'n';
        name->letters[name->len++] = pair ? 'm' : (char)(point < 0x80 ? point : '?');
        if (pair) i++;
    }
    name->letters[name->len] = '\0';
    return true;
}

static bool goes_on(const struct word *w)
{
    const uint16_t signs = GAP_SPACE | GAP_LINE | GAP_STOP | GAP_QUOTE;
    return (w->gap & ~signs) == 0 && w->gap_length <= 3;
}

bool feast_at(const struct norm *norm, size_t word, struct feast *ret_feast)
{
    enum { WORDS_MOST = 4 };
    if (!words_has(norm, word, WORDS_BEGIN(BEGINS_DATE, firsts))) return false;
    struct name name = {.len = 0};
    for (size_t at = word; at < word + WORDS_MOST && at < norm->word_count; at++) {
        if (at > word && !goes_on(&norm->words[at - 1])) break;
        if (!add_word(&name, norm, &norm->words[at])) break;
        if (name.len < SHORTEST) continue;
        for (size_t i = 0; i < sizeof feasts / sizeof *feasts; i++) {
            if (feasts[i].name[0] != name.letters[0] || strcmp(feasts[i].name, name.letters) != 0)
                continue;
            *ret_feast = (struct feast){feasts[i].month, feasts[i].day, at};
            return true;
        }
    }
    return false;
}
