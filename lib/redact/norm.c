/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/norm.h"

#include <utf8proc.h>

#include "core/err.h"
#include "core/utf8.h"
#include "redact/lookalike.h"

/* Letters and digits as they are folded, and their shapes: i, j and l are one, g and q. */
#define LETTER(letter, looks)                 \
    [letter] = {{letter, 0, 1, 0, looks}, 0}, \
    [letter - 'a' + 'A'] = {{letter, 0, 1, GLYPH_UPPER, looks}, ONE_UPPER}
#define DIGIT(digit, looks) [digit] = {{digit, 0, 1, GLYPH_DIGIT, looks}, ONE_DIGIT}

/* Upper-case letters and digits of a word, counted together. */
#define ONE_UPPER UINT64_C(1)
#define ONE_DIGIT (UINT64_C(1) << 32)

static const struct ascii {
    struct glyph glyph; /* at the start of the text; point 0: neither letter nor digit */
    uint64_t tally;     /* ONE_UPPER, ONE_DIGIT or 0 */
} folded_ascii[256] = {
    LETTER('a', 'a'), LETTER('b', 'b'), LETTER('c', 'c'), LETTER('d', 'd'), LETTER('e', 'e'),
    LETTER('f', 'f'), LETTER('g', 'g'), LETTER('h', 'h'), LETTER('i', 'l'), LETTER('j', 'l'),
    LETTER('k', 'k'), LETTER('l', 'l'), LETTER('m', 'm'), LETTER('n', 'n'), LETTER('o', 'o'),
    LETTER('p', 'p'), LETTER('q', 'g'), LETTER('r', 'r'), LETTER('s', 's'), LETTER('t', 't'),
    LETTER('u', 'u'), LETTER('v', 'v'), LETTER('w', 'w'), LETTER('x', 'x'), LETTER('y', 'y'),
    LETTER('z', 'z'), DIGIT('0', 'o'),  DIGIT('1', 'l'),  DIGIT('2', 'z'),  DIGIT('3', 'e'),
    DIGIT('4', 'a'),  DIGIT('5', 's'),  DIGIT('6', 'g'),  DIGIT('7', 't'),  DIGIT('8', 'b'),
    DIGIT('9', 'g'),
};

uint8_t norm_shape(uint32_t point)
{
    return point < 0x80 ? folded_ascii[point].glyph.shape : 0;
}

/* One word in the making. */
struct folding {
    struct norm *norm;
    struct word *word;   /* the one being built, or NULL */
    uint32_t hash;       /* of its glyphs so far */
    uint64_t tally;      /* of its glyphs so far */
    size_t apostrophe;   /* glyphs of the word before its last apostrophe; 0: it has none */
    bool held;           /* an apostrophe stands between the word and whatever comes */
    uint32_t gap_points; /* code points since the last word */
    uint16_t gap;        /* what they were */
    size_t all_letters, all_upper;
};

/* enum word_flag of a word of `count` glyphs, from what was counted in it. */
static inline uint8_t flags_of(uint64_t tally, uint32_t count)
{
    const uint32_t upper = (uint32_t)tally, digits = (uint32_t)(tally / ONE_DIGIT);
    unsigned flags = 0;
    if (digits > 0) flags = digits == count ? WORD_DIGITS : WORD_MIXED;
    if (upper > 1 && upper + digits == count) flags |= WORD_CAPS;
    return (uint8_t)flags;
}

static inline void word_end(struct folding *f)
{
    struct word *word = f->word;
    if (word == NULL) return;
    struct glyph *glyphs = f->norm->glyphs + word->glyph;
    const uint32_t count = (uint32_t)(f->norm->glyph_count - word->glyph);
    word->count = word->bare = count;
    word->hash = f->hash;
    if (f->apostrophe > 0 && count == f->apostrophe + 1 && glyphs[count - 1].point == 's') {
        word->bare = (uint32_t)f->apostrophe;
        word->flags |= WORD_POSSESSIVE;
        glyphs[word->bare - 1].flags |= GLYPH_BARE;
    }
    glyphs[0].flags |= GLYPH_FIRST;
    glyphs[count - 1].flags |= GLYPH_LAST;
    if (glyphs[0].flags & GLYPH_UPPER) word->flags |= WORD_CAPITAL;
    f->all_letters += count;
    if (f->tally != 0) {
        word->flags |= flags_of(f->tally, count);
        f->all_letters -= (uint32_t)(f->tally / ONE_DIGIT);
        f->all_upper += (uint32_t)f->tally;
    }
    f->word = NULL;
    f->held = false;
}

/* Does the stop after this word shorten it: "A. Okonkwo", "Mrs. Hext", "St. Blazey"? */
static bool shortened(const struct norm *norm, const struct word *word)
{
    static const char titles[][4] = {"mr", "mrs", "ms", "dr", "st", "rev", "fr", "sw", "ks", "ul"};
    const struct glyph *glyphs = norm->glyphs + word->glyph;
    if (word->count == 1) return (glyphs[0].flags & GLYPH_UPPER) && glyphs[0].point != 'i';
    if (word->count > 3) return false;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        size_t same = 0;
        while (same < word->count && glyphs[same].point == (unsigned char)titles[i][same]) same++;
        if (same == word->count && titles[i][same] == '\0') return true;
    }
    return false;
}

static bool opens_sentence(uint16_t gap)
{
    if (gap & (GAP_PARAGRAPH | GAP_END)) return true;
    if ((gap & GAP_STOP) && (gap & (GAP_SPACE | GAP_LINE))) return true;
    return (gap & GAP_LINE) && (gap & (GAP_COMMA | GAP_COLON));
}

/* enum word_flag of what stands before a word. */
static uint8_t flags_before(const struct folding *f, const struct word *word)
{
    const struct norm *norm = f->norm;
    unsigned flags = 0;
    bool first = norm->word_count == 0;
    bool stop_only = (f->gap & (uint16_t) ~(GAP_STOP | GAP_SPACE | GAP_LINE)) == 0;
    if (first || (opens_sentence(f->gap) && !(stop_only && shortened(norm, word - 1))))
        flags |= WORD_OPENS;
    if (first || (f->gap & (GAP_SPACE | GAP_LINE | GAP_PARAGRAPH))) flags |= WORD_WHITE;
    return (uint8_t)flags;
}

static inline uint8_t gap_length(const struct folding *f)
{
    return (uint8_t)(f->gap_points > UINT8_MAX ? UINT8_MAX : f->gap_points);
}

static inline void word_begin(struct folding *f)
{
    struct norm *norm = f->norm;
    struct word *word = &norm->words[norm->word_count];
    if (norm->word_count > 0) {
        word[-1].gap = f->gap;
        word[-1].gap_length = gap_length(f);
        word->flags = f->gap == GAP_SPACE ? WORD_WHITE : flags_before(f, word);
    } else {
        norm->lead = f->gap;
        word->flags = flags_before(f, word);
    }
    word->glyph = (uint32_t)norm->glyph_count;
    norm->word_count++;
    f->word = word;
    f->hash = NORM_HASH_START;
    f->tally = 0;
    f->apostrophe = 0;
    f->held = false;
    f->gap = 0;
    f->gap_points = 0;
}

/* A glyph goes on with the word, over an apostrophe if one is held, or begins one. */
static inline void word_go_on(struct folding *f)
{
    if (f->word == NULL) word_begin(f);
    if (!f->held) return;
    f->apostrophe = f->norm->glyph_count - f->word->glyph;
    f->held = false;
}

static void glyph_add(struct folding *f, struct glyph glyph)
{
    word_go_on(f);
    f->norm->glyphs[f->norm->glyph_count++] = glyph;
    f->hash = norm_hash_more(f->hash, glyph.point);
    if (glyph.flags & GLYPH_DIGIT) f->tally += ONE_DIGIT;
    if (glyph.flags & GLYPH_UPPER) f->tally += ONE_UPPER;
}

static inline struct glyph glyph_of(uint32_t point, size_t start, size_t end, bool upper)
{
    unsigned flags = (upper ? GLYPH_UPPER : 0) | (point >= '0' && point <= '9' ? GLYPH_DIGIT : 0);
    return (struct glyph){.point = point,
                          .start = (uint32_t)start,
                          .bytes = (uint16_t)(end - start),
                          .flags = (uint8_t)flags,
                          .shape = norm_shape(point)};
}

static inline uint16_t gap_bit(uint32_t point)
{
    if (point == ' ') return GAP_SPACE;
    switch (point) {
    case '\t':
    case 0xa0:
    case 0x3000: return GAP_SPACE;
    case '\n':
    case '\r': return GAP_LINE;
    case '.':
    case 0xb7:
    case 0x2022:
    case 0x3002: return GAP_STOP;
    case '-':
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212: return GAP_HYPHEN;
    case ',': return GAP_COMMA;
    case '@': return GAP_AT;
    case '/':
    case '\\': return GAP_SLASH;
    case ':':
    case '=': return GAP_COLON;
    case '(':
    case '[':
    case '{':
    case '<': return GAP_OPEN;
    case ')':
    case ']':
    case '}':
    case '>': return GAP_CLOSE;
    case '_': return GAP_UNDERSCORE;
    case '+': return GAP_PLUS;
    case '!':
    case '?':
    case ';':
    case 0x2026: return GAP_END;
    case '"':
    case '\'':
    case '`':
    case 0x2018:
    case 0x2019:
    case 0x201c:
    case 0x201d: return GAP_QUOTE;
    default: return GAP_OTHER;
    }
}

static bool is_apostrophe(uint32_t point)
{
    if (point < 0x80) return point == '\'' || point == '`';
    return point == 0x2019 || point == 0x2bc || point == 0x2018 || point == 0xb4;
}

static void gap_add(struct folding *f, uint32_t point)
{
    if (is_apostrophe(point) && f->word != NULL && !f->held) {
        f->held = true; /* decided by what comes next */
        return;
    }
    bool held = f->held;
    word_end(f);
    if (held) {
        f->gap |= GAP_QUOTE;
        f->gap_points++;
    }
    uint16_t bit = gap_bit(point);
    if (bit == GAP_OTHER && point >= 0x80) {
        utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
        if (category == UTF8PROC_CATEGORY_ZS) bit = GAP_SPACE;
        if (category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP) bit = GAP_LINE;
    }
    if (bit == GAP_LINE && (f->gap & (GAP_LINE | GAP_PARAGRAPH))) bit = GAP_PARAGRAPH;
    f->gap |= bit;
    f->gap_points++;
}

/* gap_add of the space that stands between most words. */
static inline void gap_add_space(struct folding *f)
{
    if (f->held) {
        gap_add(f, ' ');
        return;
    }
    word_end(f);
    f->gap |= GAP_SPACE;
    f->gap_points++;
}

/* Letters and digits of ASCII, of which nearly all text is: returns where they end. */
static size_t fold_ascii(struct folding *f, struct str text, size_t at)
{
    word_go_on(f);
    struct glyph *glyph = f->norm->glyphs + f->norm->glyph_count;
    uint32_t hash = f->hash;
    uint64_t tally = f->tally;
    const size_t from = at;
    for (; at < text.len; at++, glyph++) {
        const struct ascii *one = &folded_ascii[(unsigned char)text.at[at]];
        if (one->glyph.point == 0) break;
        *glyph = one->glyph;
        glyph->start = (uint32_t)at;
        hash = norm_hash_more(hash, one->glyph.point);
        tally += one->tally;
    }
    f->norm->glyph_count += at - from;
    f->hash = hash;
    f->tally = tally;
    return at;
}

/* A point outside ASCII. */
static void fold_point(struct folding *f, uint32_t point, size_t start, size_t end)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
        category == UTF8PROC_CATEGORY_MC) {
        /* Belongs to the glyph before it, if that touches it. */
        if (f->word != NULL && !f->held) {
            struct glyph *last = &f->norm->glyphs[f->norm->glyph_count - 1];
            if (glyph_end(last) == start) glyph_stretch(last, (uint32_t)end);
        }
        return;
    }
    if (category == UTF8PROC_CATEGORY_CF) return; /* zero width, soft hyphen, direction marks */
    utf8proc_int32_t folded[18];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)point, folded, 18,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                &boundary);
    bool upper = category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
    size_t most = end - start,
           made = 0; /* the glyphs fit because no point makes more than its bytes */
    bool any = false;
    for (utf8proc_ssize_t i = 0; i < count && i < 18; i++) {
        uint32_t one = (uint32_t)folded[i];
        const char *ascii = one < 0x80 ? NULL : lookalike_ascii(one);
        if (ascii != NULL) {
            for (; *ascii != '\0' && made < most; ascii++, made++, any = true)
                glyph_add(f, glyph_of((unsigned char)*ascii, start, end, upper));
            continue;
        }
        utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)one);
        bool letter = kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
        if (!letter && kind != UTF8PROC_CATEGORY_ND) continue;
        if (made == most) break;
        glyph_add(f, glyph_of(one, start, end, upper));
        made++;
        any = true;
    }
    if (!any && count != 0) gap_add(f, count == 1 ? (uint32_t)folded[0] : point);
}

/* What the whole of the text says of its capitals. */
static void judge_case(struct norm *norm, const struct folding *f)
{
    size_t opening = 0, capital = 0, capitals = 0;
    for (size_t i = 0; i < norm->word_count; i++) {
        if (norm->words[i].flags & WORD_CAPITAL) capitals++;
        if (!(norm->words[i].flags & WORD_OPENS)) continue;
        opening++;
        if (norm->words[i].flags & WORD_CAPITAL) capital++;
    }
    norm->shouting = f->all_letters > 20 && f->all_upper * 5 > f->all_letters * 3;
    norm->quiet = capitals == 0 || (opening >= 3 && capital * 3 < opening);
}

void norm_fold(struct str text, struct arena *arena, struct norm *ret_norm)
{
    ASSERT(text.len < UINT32_MAX / 2);
    struct norm norm = {.text = text};
    norm.glyphs = ARENA_MANY(arena, text.len + 1, struct glyph);
    norm.words = ARENA_MANY(arena, text.len / 2 + 2, struct word); /* a byte between each two */
    struct folding f = {.norm = &norm};
    size_t at = 0;
    while (at < text.len) {
        unsigned char byte = (unsigned char)text.at[at];
        if (byte < 0x80) {
            if (folded_ascii[byte].glyph.point != 0)
                at = fold_ascii(&f, text, at);
            else if (byte == ' ')
                gap_add_space(&f), at++;
            else
                gap_add(&f, byte), at++;
            continue;
        }
        struct str rest = str_from_byte(text, at);
        size_t before = rest.len;
        uint32_t point;
        ASSERT(utf8_next(&rest, &point));
        size_t end = at + (before - rest.len);
        fold_point(&f, point, at, end);
        at = end;
    }
    word_end(&f);
    if (norm.word_count > 0) {
        struct word *last = &norm.words[norm.word_count - 1];
        last->gap = f.gap | GAP_END;
        last->gap_length = gap_length(&f);
    }
    judge_case(&norm, &f);
    *ret_norm = norm;
}

/* "St. Mary's": the stop behind a short word ends no sentence. */
static bool sentence_ends(const struct word *word)
{
    enum { SHORT = 3 };
    if (word->gap & (GAP_END | GAP_PARAGRAPH)) return true;
    return (word->gap & GAP_STOP) && (word->gap & GAP_SPACE) && word->count > SHORT;
}

void norm_measure(struct norm *norm, struct arena *arena)
{
    norm->sentence = ARENA_MANY(arena, norm->word_count + 1, uint32_t);
    uint32_t first = 0;
    for (uint32_t i = 0; i < norm->word_count; i++) {
        norm->sentence[i] = first;
        if (sentence_ends(&norm->words[i])) first = i + 1;
    }
    norm->sentence[norm->word_count] = first;
}

size_t norm_word_bare_end(const struct norm *norm, size_t word)
{
    return glyph_end(&norm->glyphs[norm->words[word].glyph + norm->words[word].bare - 1]);
}

size_t norm_word_of(const struct norm *norm, size_t glyph)
{
    size_t low = 0, high = norm->word_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (norm->words[middle].glyph <= glyph)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct str norm_gap(const struct norm *norm, size_t word)
{
    size_t start = norm_word_end(norm, word);
    size_t end = word + 1 < norm->word_count ? norm_word_start(norm, word + 1) : norm->text.len;
    return str_slice(norm->text, start, end);
}

bool norm_word_is(const struct norm *norm, size_t word, const char *ascii)
{
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    for (size_t i = 0; i < w->count; i++) /* no point is NUL */
        if (glyphs[i].point != (unsigned char)ascii[i]) return false;
    return ascii[w->count] == '\0';
}
