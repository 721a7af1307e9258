/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/month.h"

#include <string.h>

#include "redact/words.h"

static const struct {
    const char *name;
    int month;
} months[] = {
    {"january", 1},    {"february", 2},      {"march", 3},      {"april", 4},
    {"may", 5},        {"june", 6},          {"july", 7},       {"august", 8},
    {"september", 9},  {"october", 10},      {"november", 11},  {"december", 12},
    {"jan", 1},        {"feb", 2},           {"febuary", 2},    {"mar", 3},
    {"apr", 4},        {"jun", 6},           {"jul", 7},        {"aug", 8},
    {"sep", 9},        {"sept", 9},          {"oct", 10},       {"nov", 11},
    {"dec", 12},       {"ionawr", 1},        {"chwefror", 2},   {"mawrth", 3},
    {"ebrill", 4},     {"mai", 5},           {"mehefin", 6},    {"gorffennaf", 7},
    {"awst", 8},       {"medi", 9},          {"hydref", 10},    {"tachwedd", 11},
    {"rhagfyr", 12},   {"fawrth", 3},        {"fai", 5},        {"fehefin", 6},
    {"orffennaf", 7},  {"fedi", 9},          {"dachwedd", 11},  {"ragfyr", 12},
    {"stycznia", 1},   {"lutego", 2},        {"marca", 3},      {"kwietnia", 4},
    {"maja", 5},       {"czerwca", 6},       {"lipca", 7},      {"sierpnia", 8},
    {"wrzesnia", 9},   {"pazdziernika", 10}, {"listopada", 11}, {"grudnia", 12},
    {"styczen", 1},    {"luty", 2},          {"marzec", 3},     {"kwiecien", 4},
    {"maj", 5},        {"czerwiec", 6},      {"lipiec", 7},     {"sierpien", 8},
    {"wrzesien", 9},   {"listopad", 11},     {"grudzien", 12},  {"ianuarie", 1},
    {"februarie", 2},  {"martie", 3},        {"aprilie", 4},    {"iunie", 6},
    {"iulie", 7},      {"septembrie", 9},    {"octombrie", 10}, {"noiembrie", 11},
    {"decembrie", 12}, {"sausio", 1},        {"vasario", 2},    {"kovo", 3},
    {"balandzio", 4},  {"geguzes", 5},       {"birzelio", 6},   {"liepos", 7},
    {"rugpjucio", 8},  {"rugsejo", 9},       {"spalio", 10},    {"lapkricio", 11},
    {"gruodzio", 12},  {"febuary", 2},       {"feburary", 2},   {"janury", 1},
    {"agust", 8},      {"setember", 9},      {"octber", 10},    {"novemeber", 11},
    {"decmber", 12},   {"juli", 7},          {"apil", 4},       {"septmber", 9},
    {"janeiro", 1},    {"fevereiro", 2},     {"marco", 3},      {"abril", 4},
    {"maio", 5},       {"junho", 6},         {"julho", 7},      {"setembro", 9},
    {"outubro", 10},   {"novembro", 11},     {"dezembro", 12},
};

/* The same, and as a scanner reads them. */
static const char month_words[] =
    "january february march april may june july august september october november december jan feb "
    "febuary mar apr jun jul aug sep sept oct nov dec ionawr chwefror mawrth ebrill mai mehefin "
    "gorffennaf awst medi hydref tachwedd rhagfyr fawrth fai fehefin orffennaf fedi dachwedd "
    "ragfyr "
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada "
    "grudnia septernber novernber decernber styczen luty marzec kwiecien maj czerwiec lipiec "
    "sierpien wrzesien listopad grudzien ianuarie februarie martie aprilie iunie iulie septembrie "
    "octombrie noiembrie decembrie sausio vasario kovo balandzio geguzes birzelio liepos rugpjucio "
    "rugsejo spalio lapkricio gruodzio feburary janury agust setember octber novemeber decmber "
    "juli apil septmber janeiro fevereiro marco abril maio junho julho setembro outubro novembro "
    "dezembro";
/* The word with rn for m. */
static bool misread(const struct norm *norm, size_t word, const char *name)
{
    const struct word *w = &norm->words[word];
    const struct glyph *g = &norm->glyphs[w->glyph];
    size_t at = 0;
    for (; *name != '\0'; name++) {
        if (at < w->count && g[at].point == (unsigned char)*name) {
            at++;
        } else if (*name == 'm' && at + 1 < w->count && g[at].point == 'r' &&
                   g[at + 1].point == 'n') {
            at += 2;
        } else {
            return false;
        }
    }
    return at == w->count;
}

/* "0ctober", "Apri1" */
static int month_by_shape(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    const struct glyph *g = &norm->glyphs[w->glyph];
    for (int i = 0; i < 12; i++) {
        const char *name = months[i].name;
        size_t same = 0;
        while (same < w->count && name[same] != '\0' &&
               g[same].shape == norm_shape((unsigned char)name[same]))
            same++;
        if (same == w->count && name[same] == '\0') return months[i].month;
    }
    return 0;
}

/* "Septmber", "Decemeber", "Mareh": one letter wrong, missing or too many. */
static int month_misspelt(const struct norm *norm, size_t word)
{
    enum { SHORTEST = 7 };
    const struct word *w = &norm->words[word];
    const struct glyph *g = &norm->glyphs[w->glyph];
    for (int i = 0; i < 12; i++) {
        const char *name = months[i].name;
        if (g[0].point != (unsigned char)name[0]) continue;
        size_t len = strlen(name), start = 1, end = 0;
        if (len < SHORTEST || w->count + 1 < len || w->count > len + 1) continue;
        while (start < len && start < w->count && g[start].point == (unsigned char)name[start])
            start++;
        while (end < len - start && end < w->count - start &&
               g[w->count - 1 - end].point == (unsigned char)name[len - 1 - end])
            end++;
        size_t most = len > w->count ? len : w->count;
        if (start + end + 1 >= most) return months[i].month;
    }
    return 0;
}

bool month_listed(const struct norm *norm, size_t word)
{
    return words_has(norm, word, WORDS_BEGIN(BEGINS_DATE, month_words));
}

int month_of(const struct norm *norm, size_t word)
{
    uint32_t count = norm->words[word].count;
    uint32_t first = norm->glyphs[norm->words[word].glyph].point;
    if (count < 3 || count > 13) return 0;
    if ((norm->words[word].flags & WORD_MIXED) && count >= 4) return month_by_shape(norm, word);
    if (!month_listed(norm, word))
        return norm->rows[word] == NULL && count >= 6 ? month_misspelt(norm, word) : 0;
    for (size_t i = 0; i < sizeof months / sizeof *months; i++)
        if (first == (unsigned char)months[i].name[0] && norm_word_is(norm, word, months[i].name))
            return months[i].month;
    /* "Novernber": as a scanner reads it. */
    for (size_t i = 0; i < 12 && count >= 8; i++)
        if (misread(norm, word, months[i].name)) return months[i].month;
    return 0;
}
