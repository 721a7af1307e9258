/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/date.h"
#include "redact/pattern_in.h"

/* Postcodes and number plates, also where their letters or numbers are words. */

static const char car_cues[] =
    "reg registration plate plates car van number numberplate drives drive "
    "rover morris defender campervan motability caravan tractor skoda kia honda renault peugeot "
    "citroen vauxhall seat mazda suzuki transit scooter trailer "
    "motor vehicle lorry taxi bike motorbike truck focus fiesta corsa golf "
    "astra mini bmw audi ford volvo nissan toyota bus";

static const char post_cues[] = "postcode postcodes pc post code kod pocztowy";

/* In the second half of a British postcode no C, I, K, M, O or V stands. */
static bool inward(const struct glyph *g)
{
    for (size_t i = 1; i < 3; i++)
        if (strchr("cikmov", (int)g[i].point) != NULL && g[i].point < 0x80) return false;
    return true;
}

static size_t in_digits(const struct glyph *g, size_t count)
{
    size_t digits = 0;
    for (size_t i = 0; i < count; i++)
        if (g[i].flags & GLYPH_DIGIT) digits++;
    return digits;
}

/* "01632 960 583. Let her": a whole word, and no letters of a code. */
static bool plain_word(const struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    return w->count > 2 && !(w->flags & (WORD_DIGITS | WORD_MIXED)) &&
           lexicon_ordinary(p->lexicon, w->hash);
}

/* What may be a postcode: its form, glyphs and words. */
struct post {
    const struct form *form;
    const struct glyph *glyphs;
    size_t first, last;
    bool cued;     /* "postcode" stands before it */
    bool capitals; /* all of them */
};

/* One word, its two halves, or every letter apart. */
static bool whole_post(const struct patterns *p, const struct post *post)
{
    const struct norm *norm = p->norm;
    const size_t words = post->last - post->first + 1, len = post->form->count;
    const size_t first = norm->words[post->first].count, last = norm->words[post->last].count;
    if (words == 1 || words == len || (words == 2 && last == 3)) return true;
    if (words > 4 || !post->capitals) return false;
    if (first == len - 3) return true;
    /* "DN 93 7 LU" */
    return words >= 3 && len >= 6 && first <= 2 && last >= 2 &&
           pattern_letters_in(post->glyphs, 1) + pattern_letters_in(post->glyphs + len - 2, 2) > 0;
}

/* Letters read as digits: do the halves still hold letters and digits of their own? */
static bool own_signs(const struct patterns *p, const struct post *post)
{
    const struct glyph *g = post->glyphs;
    const size_t len = post->form->count, out = len - 3;
    size_t letters = 0;
    for (size_t k = 0; k < len; k++)
        if (post->form->signs[k] == 'A' && !(g[k].flags & GLYPH_DIGIT)) letters++;
    if ((g[len - 2].flags & GLYPH_DIGIT) && (g[len - 1].flags & GLYPH_DIGIT)) return false;
    if (letters < 2) return false;
    const bool in_digit = g[out].flags & GLYPH_DIGIT;
    if (post->first == post->last && !post->capitals && !post->cued && in_digits(g, len) < 2)
        return false;
    if (in_digits(g, out) == 0 && !(post->cued || (post->capitals && p->scanned && in_digit)))
        return false;
    if (!in_digit && !(post->capitals || post->cued || p->scanned)) return false;
    return !(g[0].flags & GLYPH_DIGIT) || p->scanned || post->cued;
}

/* A number plate, or "gr8 1st", where nothing says that it is a postcode? */
static bool no_post(struct patterns *p, const struct post *post)
{
    const size_t len = post->form->count, words = post->last - post->first + 1;
    const struct glyph *in = post->glyphs + len - 3;
    if (post->cued) return false;
    /* "the white Transit, SF93 OXL" */
    if ((!(in->flags & GLYPH_DIGIT) || words == 1) && pattern_after(p, post->first, 5, car_cues))
        return true;
    if (pattern_after(p, post->first, 3, "reg registration plate plates numberplate")) return true;
    if (post->capitals) return false;
    const uint32_t a = in[1].point, b = in[2].point;
    bool ordinal = (a == 's' && b == 't') || (a == 'n' && b == 'd') || (a == 'r' && b == 'd') ||
                   (a == 't' && b == 'h');
    return ordinal || (words == 2 && len == 5);
}

static bool is_post(struct patterns *p, const struct post *post)
{
    const struct norm *norm = p->norm;
    const size_t len = post->form->count;
    if (post->last > post->first && plain_word(p, post->last)) return false;
    const bool halved = norm->words[post->first].count == len - 3 && len >= 6 && post->capitals;
    if (!inward(post->glyphs + len - 3) && !post->cued && !halved) return false;
    if (!post->cued && !whole_post(p, post)) return false;
    return own_signs(p, post) && !no_post(p, post);
}

/* Half of one: "our postcode is LS57", "postcode area BD9". */
static void half_post(struct patterns *p, size_t word)
{
    static const struct form halves[] = {FORM("AA9A"), FORM("AA99"), FORM("AA9"),
                                         FORM("A9A"),  FORM("A99"),  FORM("A9")};
    if (!(p->norm->words[word].flags & WORD_MIXED) ||
        !pattern_after(p, word, 4, "postcode postcodes"))
        return;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        size_t last;
        if (!pattern_form(p, word, &halves[i], 1, false, &last)) continue;
        pattern_mark(p, word, last, MARK_POSTCODE, 75, "half a postcode");
        return;
    }
}

/* "12a Ayres Rd, m67 oNN": right behind a street. */
static bool behind_address(const struct patterns *p, size_t word)
{
    enum { NEAR = 3, BACK = 3 };
    const size_t start = norm_word_start(p->norm, word), count = p->marks->count;
    if (!(p->norm->words[word].flags & WORD_MIXED)) return false;
    for (size_t i = count; i > 0 && i + BACK > count; i--) {
        const struct mark *mark = &p->marks->at[i - 1];
        if (mark->category == MARK_ADDRESS && mark->end <= start && mark->end + NEAR >= start)
            return true;
    }
    return false;
}

void pattern_postcode(struct patterns *p, size_t word)
{
    static const struct form forms[] = {FORM("AA9A9AA"), FORM("AA999AA"), FORM("AA99AA"),
                                        FORM("A9A9AA"),  FORM("A999AA"),  FORM("A99AA")};
    struct post post = {.glyphs = p->norm->glyphs + p->norm->words[word].glyph, .first = word};
    if (!pattern_sign_fits(post.glyphs, 'A', true) || !pattern_digit_in(p, word, 1, 2)) return;
    post.cued = behind_address(p, word) || (pattern_after(p, word, 3, post_cues) &&
                                            !pattern_after(p, word, 2, "office offices"));
    /* "ls 98 4lw": of small letters, only where each stands apart */
    if (!post.cued && pattern_is_plain(p, word) && p->norm->words[word].count > 1) return;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        post.form = &forms[i];
        if (!pattern_form(p, word, post.form, SIZE_MAX, true, &post.last)) continue;
        post.capitals = pattern_upper(p, word, post.last);
        if (!is_post(p, &post)) continue;
        pattern_mark(p, word, post.last, MARK_POSTCODE, post.capitals || post.cued ? 97 : 90,
                     "has the form of a postcode");
        return;
    }
    half_post(p, word);
}

static const char alphabet[] =
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike "
    "november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu";
static const char counted[] =
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety";

/* "alpha bravo one two charlie delta echo" */
static void radio_words(struct patterns *p, size_t word)
{
    enum { LETTERS = 3, WORDS_LEAST = 4, WORDS_MOST = 14, PLATE = 7 };
    if (!pattern_begins(p, word, BEGINS_SPELLED, alphabet)) return;
    if (word > 0 && pattern_next(p, word - 1, GAP_SPACE | GAP_COMMA | GAP_HYPHEN, 2) &&
        pattern_is(p, word - 1, alphabet))
        return;
    size_t last = word, letters = 0, numbers = 0;
    for (size_t i = word; i < word + WORDS_MOST && i < p->norm->word_count; i++) {
        if (pattern_is(p, i, alphabet))
            letters++;
        else if (pattern_is(p, i, counted) || (p->norm->words[i].flags & WORD_DIGITS))
            numbers++;
        else
            break;
        last = i;
        if (!pattern_next(p, i, GAP_SPACE | GAP_COMMA | GAP_HYPHEN, 2)) break;
    }
    if (letters < LETTERS || letters + numbers < WORDS_LEAST) return;
    bool plate = numbers > 0 && letters + numbers <= PLATE;
    pattern_mark(p, word, last, plate ? MARK_VEHICLE : MARK_ID, 75, "spelled out in radio words");
}

/* "LS fifty seven three QT", "AB twelve CDE": a code whose numbers are words. */
static void spelled_code(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    if (w->count > 2 || (w->flags & WORD_DIGITS) || !pattern_upper(p, word, word)) return;
    size_t at = word + 1, numbers = 0;
    while (at < norm->word_count && numbers < 4 &&
           pattern_next(p, at - 1, GAP_SPACE | GAP_HYPHEN, 1) &&
           pattern_begins(p, at, BEGINS_SPELLED, counted))
        at++, numbers++;
    if (numbers == 0 || at >= norm->word_count || !pattern_next(p, at - 1, GAP_SPACE, 1)) return;
    const struct word *end = &norm->words[at];
    if ((end->flags & WORD_DIGITS) || !pattern_upper(p, at, at)) return;
    if (end->count == 2 && numbers >= 2)
        pattern_mark(p, word, at, MARK_POSTCODE, 85, "a postcode in words");
    else if (end->count == 3 && w->count == 2)
        pattern_mark(p, word, at, MARK_VEHICLE, 85, "a number plate in words");
}

/* Digits, or up to three capitals. */
static bool of_code(struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    return (w->flags & (WORD_DIGITS | WORD_MIXED)) ||
           (w->count <= 3 && pattern_upper(p, word, word));
}

/* "reg is QIZ 99447", "plate K3LLY": right behind such a word, a code of whatever form. */
static void cued_plate(struct patterns *p, size_t word)
{
    enum { SHORTEST = 4, LONGEST = 8 };
    const struct norm *norm = p->norm;
    if (!of_code(p, word)) return;
    if (!pattern_after(p, word, 3,
                       "reg registration registered plate plates numberplate regplate") &&
        !(pattern_after(p, word, 1, "is") && norm->words[word].count >= 2 &&
          pattern_after(p, word, 10, "reg registration numberplate")))
        return;
    if (pattern_after(p, word, 3, "company charity co vat")) return;
    size_t digits = 0, letters = 0, last = word;
    for (size_t i = word; i < word + 3 && i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        if (!of_code(p, i)) break;
        for (size_t k = 0; k < w->count; k++)
            if (norm->glyphs[w->glyph + k].flags & GLYPH_DIGIT)
                digits++;
            else
                letters++;
        last = i;
        if (!pattern_next(p, i, GAP_SPACE | GAP_HYPHEN, 1)) break;
    }
    if (digits == 0 || letters == 0 || digits + letters < SHORTEST || digits + letters > LONGEST)
        return;
    pattern_mark(p, word, last, MARK_VEHICLE, 85, "a code after a word like 'reg' or 'plate'");
}

void pattern_spelled(struct patterns *p, size_t word)
{
    radio_words(p, word);
    spelled_code(p, word);
    pattern_sort_code_said(p, word);
}

void pattern_vehicle(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    cued_plate(p, word);
    if (w->count > 7 || !pattern_digit_in(p, word, 1, 3)) return;
    if (!pattern_sign_fits(&norm->glyphs[w->glyph], 'A', true)) return;
    const bool cued = pattern_after(p, word, 6, car_cues);
    if (!cued && pattern_is_plain(p, word)) return; /* only capitals are one of themselves */
    if ((norm->glyphs[w->glyph].flags & GLYPH_DIGIT) && !p->scanned && !cued) return;
    size_t last;
    if (pattern_form_at(p, word, "AA99AAA", cued ? 7 : 3, p->scanned || cued, &last)) {
        bool capitals = pattern_upper(p, word, last);
        size_t letters = 0;
        for (size_t i = 0; i < 7; i++)
            if (!(norm->glyphs[w->glyph + i].flags & GLYPH_DIGIT)) letters++;
        struct date date;
        bool other = letters < 4 || (letters > 5 && !capitals) ||
                     date_at(norm, word + 1 < norm->word_count ? word + 1 : word, &date);
        if (!cued && norm->shouting && plain_word(p, last)) other = true;
        /* "a bus driver, a man of 91 and a girl" */
        if (!capitals && last == word + 2 && plain_word(p, word) && plain_word(p, last))
            other = true;
        bool shape =
            last == word || (w->count == 4 && norm->words[word + 1].count == 3) || cued ||
            (last == word + 2 && w->count == 2 && norm->words[last].count == 3 && capitals);
        if (shape && !other &&
            (capitals || cued || (last == word && !lexicon_ordinary(p->lexicon, w->hash)))) {
            pattern_mark(p, word, last, MARK_VEHICLE, capitals ? 95 : 85,
                         "has the form of a number plate");
            return;
        }
    }
    static const struct form old[] = {FORM("A999AAA"), FORM("A99AAA"), FORM("A9AAA"),
                                      FORM("AAA999A"), FORM("AAA99A"), FORM("AAA9A"),
                                      FORM("AAA9999"), FORM("AA9999"), FORM("AAA999")};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        if (!pattern_form(p, word, &old[i], cued ? 3 : 2, p->scanned && cued, &last)) continue;
        bool capitals = pattern_upper(p, word, last);
        bool irish = i >= 6;
        if (!capitals && !(cued && last == word)) continue;
        if (irish && (!cued || !capitals)) continue;
        if (irish && pattern_next(p, last, GAP_SPACE, 1) &&
            (norm->words[last + 1].flags & WORD_DIGITS))
            continue; /* "PL 4471 0932" */
        if (last != word && !pattern_next(p, word, GAP_SPACE | GAP_HYPHEN, 1)) continue;
        if (last != word && !cued && norm->words[word].count < 3 && norm->words[last].count < 3)
            continue;
        if (i < 6 && !cued && old[i].count < 7) continue;
        pattern_mark(p, word, last, MARK_VEHICLE, cued ? 90 : 70, "has the form of a number plate");
        return;
    }
}
