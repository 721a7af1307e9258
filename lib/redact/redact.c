/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/redact.h"

#include <string.h>

#include "core/utf8.h"
#include "redact/facts.h"
#include "redact/harm.h"
#include "redact/join.h"
#include "redact/lexicon.h"
#include "redact/like.h"
#include "redact/names.h"
#include "redact/pattern.h"
#include "redact/scan.h"
#include "redact/sense.h"

struct redactor {
    const struct lexicon *lexicon;
    const struct sense *sense;
};

const struct redactor *redactor_new(struct arena *arena)
{
    struct redactor *redactor = ARENA_ONE(arena, struct redactor);
    redactor->lexicon = lexicon_new(arena);
    redactor->sense = sense_new(arena);
    return redactor;
}

bool redact_direction_get(struct str word, enum redact_direction *ret_direction)
{
    if (str_equal(word, STR("adoptive-to-birth")))
        *ret_direction = REDACT_ADOPTIVE_TO_BIRTH;
    else if (str_equal(word, STR("birth-to-adoptive")))
        *ret_direction = REDACT_BIRTH_TO_ADOPTIVE;
    else
        return false;
    return true;
}

bool redact_channel_get(struct str word, enum redact_channel *ret_channel)
{
    if (str_equal(word, STR("web")))
        *ret_channel = REDACT_WEB;
    else if (str_equal(word, STR("email")))
        *ret_channel = REDACT_EMAIL;
    else if (str_equal(word, STR("scan-ocr")))
        *ret_channel = REDACT_SCAN_OCR;
    else
        return false;
    return true;
}

static enum err check(const struct redact_input *input)
{
    if (input->text.len > REDACT_TEXT_BYTES) return ERR_TOO_BIG;
    if (input->term_count > REDACT_TERMS || input->allowed_count > REDACT_TERMS) return ERR_TOO_BIG;
    if (!utf8_valid(input->text)) return ERR_BAD_UTF8;
    for (size_t i = 0; i < input->term_count; i++) {
        if (input->terms[i].term.len > REDACT_TERM_BYTES) return ERR_TOO_BIG;
        if (!utf8_valid(input->terms[i].term)) return ERR_BAD_UTF8;
    }
    for (size_t i = 0; i < input->allowed_count; i++) {
        if (input->allowed[i].len > REDACT_TERM_BYTES) return ERR_TOO_BIG;
        if (!utf8_valid(input->allowed[i])) return ERR_BAD_UTF8;
    }
    return OK;
}

/* ---- a text that was released before ---- */

/* Where the agency's own wording ("[name removed]") begins at or after `from`, and its length; 0
 * for nowhere. */
static size_t find_wording(const struct mask_wording *wording, struct str text, size_t from,
                           size_t *ret_at)
{
    for (size_t at = from; at < text.len; at++) {
        const char *bracket = memchr(text.at + at, '[', text.len - at);
        if (bracket == NULL) break;
        at = (size_t)(bracket - text.at);
        for (size_t i = 0; i < MARK_CATEGORY_COUNT; i++) {
            struct str words = wording->by_category[i];
            if (!str_starts(str_from_byte(text, at), words)) continue;
            *ret_at = at;
            return words.len;
        }
    }
    return 0;
}

/* The wording is nobody's words: "[school removed]" says of nothing beside it that it is a school,
 * and a sentence ends before it and behind it. */
static void veil_wording(const struct mask_wording *wording, struct norm *norm, struct arena *arena)
{
    size_t at, len = find_wording(wording, norm->text, 0, &at), word = 0;
    if (len == 0) return;
    for (; len > 0; len = find_wording(wording, norm->text, at + len, &at)) {
        while (word < norm->word_count && norm_word_start(norm, word) < at) word++;
        if (word > 0) norm->words[word - 1].gap |= GAP_END;
        for (; word < norm->word_count && norm_word_start(norm, word) < at + len; word++) {
            norm->rows[word] = NULL;
            norm->cues[word] = 0;
            norm->begins[word] = norm->kinds[word] = 0;
            norm->words[word].hash = 0;
            norm->words[word].flags = 0;
            norm->words[word].gap |= GAP_END;
        }
    }
    norm_measure(norm, arena);
}

/* Is there nothing to read in these bytes? */
static bool blank(struct str text, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            return false;
    }
    return true;
}

/* Takes the wording out of the marks, and guesses right beside it: what was left there was seen
 * with the words that are gone. */
static void spare_wording(const struct mask_wording *wording, struct str text, struct arena *arena,
                          struct marks *marks)
{
    enum { UNSURE = 75 };
    size_t at = 0, len = marks->count == 0 ? 0 : find_wording(wording, text, 0, &at);
    if (len == 0) return;
    struct marks left = {0};
    size_t before = SIZE_MAX; /* the end of the wording before */
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark mark = marks->at[i];
        while (len > 0 && at + len <= mark.start) {
            before = at + len;
            len = find_wording(wording, text, before, &at);
        }
        bool guess = mark.source == MARK_UNLISTED || mark.source == MARK_REPEAT ||
                     mark.category == MARK_URL || mark.category == MARK_HANDLE ||
                     mark.confidence <= UNSURE;
        bool beside = (before != SIZE_MAX && blank(text, before, mark.start)) ||
                      (len > 0 && at >= mark.end && blank(text, mark.end, at));
        if (guess && beside) continue;
        struct marks pieces = {0};
        marks_add(&pieces, arena, mark);
        while (len > 0 && at < mark.end) {
            marks_subtract(&pieces, arena, text, at, at + len);
            if (at + len >= mark.end) break;
            before = at + len;
            len = find_wording(wording, text, before, &at);
        }
        for (size_t k = 0; k < pieces.count; k++) marks_add(&left, arena, pieces.at[k]);
    }
    *marks = left;
}

/* ---- the same words elsewhere ---- */

struct sought {
    const struct glyph *glyphs;
    size_t count;
    uint32_t hash; /* of the first word */
    size_t mark;
    size_t next; /* of the same slot, + 1 */
};

struct seeking {
    const struct norm *norm;
    struct sought *sought;
    size_t count;
    size_t *slots;
    size_t slot_mask;
};

static size_t word_at(const struct norm *norm, size_t byte)
{
    size_t low = 0, high = norm->word_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (norm_word_end(norm, middle) <= byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool ends_here(const struct norm *norm, size_t glyph)
{
    return norm->glyphs[glyph].flags & (GLYPH_LAST | GLYPH_BARE);
}

static void seek(struct seeking *seeking, struct sought sought)
{
    size_t slot = sought.hash & seeking->slot_mask;
    for (size_t at = seeking->slots[slot]; at != 0; at = seeking->sought[at - 1].next) {
        const struct sought *other = &seeking->sought[at - 1];
        if (other->count == sought.count && like_same(other->glyphs, sought.glyphs, sought.count))
            return;
    }
    sought.next = seeking->slots[slot];
    seeking->sought[seeking->count++] = sought;
    seeking->slots[slot] = seeking->count;
}

/*
 * What is sought elsewhere: what is removed, but for a lone ordinary word, which was judged by its
 * neighbours, and what is under three letters.
 */
static void seek_marks(struct seeking *seeking, const struct redactor *redactor,
                       const struct facts *facts, const struct marks *marks)
{
    const struct norm *norm = seeking->norm;
    for (size_t i = 0; i < marks->count; i++) {
        size_t first = word_at(norm, marks->at[i].start);
        if (first >= norm->word_count || norm_word_start(norm, first) < marks->at[i].start)
            continue;
        const struct word *w = &norm->words[first];
        size_t count = 0;
        while (w->glyph + count < norm->glyph_count &&
               glyph_end(&norm->glyphs[w->glyph + count]) <= marks->at[i].end)
            count++;
        bool lone = count <= w->count;
        if (count < 3) continue;
        uint32_t hash = lone ? norm_hash(norm->glyphs + w->glyph, count) : w->hash;
        if (lone && (lexicon_ordinary(redactor->lexicon, hash) ||
                     (w->flags & WORD_DIGITS && count < 5) || facts_allowed(facts, norm, first)))
            continue;
        seek(seeking, (struct sought){norm->glyphs + w->glyph, count, hash, i, 0});
    }
}

/* Marks the word, and what is sought with it, where its hash is the first one's of that. */
static void find_again(const struct seeking *seeking, size_t word, uint32_t hash,
                       struct arena *arena, struct marks *marks)
{
    const struct norm *norm = seeking->norm;
    const size_t glyph = norm->words[word].glyph, start = norm_word_start(norm, word);
    size_t at = seeking->slots[hash & seeking->slot_mask];
    for (; at != 0; at = seeking->sought[at - 1].next) {
        const struct sought *sought = &seeking->sought[at - 1];
        if (sought->hash != hash || glyph + sought->count > norm->glyph_count) continue;
        struct mark mark = marks->at[sought->mark];
        if (mark.start == start) continue; /* it is the one */
        if (!like_same(norm->glyphs + glyph, sought->glyphs, sought->count)) continue;
        if (!ends_here(norm, glyph + sought->count - 1)) continue;
        mark.start = start;
        mark.end = glyph_end(&norm->glyphs[glyph + sought->count - 1]);
        mark.source = MARK_REPEAT;
        mark.why = STR(REDACT_WHY_REPEAT);
        marks_add(marks, arena, mark);
    }
}

/* What is removed once is proposed everywhere it stands. */
static void repeat(const struct redactor *redactor, const struct norm *norm,
                   const struct facts *facts, struct arena *arena, struct marks *marks)
{
    struct seeking seeking = {.norm = norm};
    size_t slots = 64;
    while (slots < marks->count * 16) slots *= 2;
    seeking.slots = ARENA_MANY(arena, slots, size_t);
    seeking.slot_mask = slots - 1;
    seeking.sought = ARENA_MANY(arena, marks->count + 1, struct sought);
    seek_marks(&seeking, redactor, facts, marks);
    if (seeking.count == 0) return;
    size_t settled = marks->count;
    for (size_t word = 0; word < norm->word_count; word++) {
        const struct word *w = &norm->words[word];
        if (seeking.slots[w->hash & seeking.slot_mask] != 0)
            find_again(&seeking, word, w->hash, arena, marks);
        if (w->bare != w->count) find_again(&seeking, word, norm_bare_hash(norm, w), arena, marks);
    }
    if (marks->count > settled) marks_settle(marks, norm->text);
}

/* "James Bond", "Taylor Swift": whom everybody knows is left in, whatever is on file. */
static void spare_famous(const struct redactor *redactor, const struct norm *norm,
                         struct arena *arena, struct marks *marks)
{
    if (marks->count == 0) return;
    const struct words *known = lexicon_words(redactor->lexicon);
    for (size_t word = 0; word + 1 < norm->word_count; word++) {
        const struct word *w = &norm->words[word], *next = w + 1;
        if (w->gap != GAP_SPACE || !(w->flags & next->flags & WORD_CAPITAL)) continue;
        uint32_t hash = norm_hash(norm->glyphs + w->glyph, w->count + next->bare);
        if (!(words_cues(known, hash) & CUE_BIT(FAMOUS))) continue;
        /* "at the Eric Morecambe": named after somebody */
        if (word > 0 && norm_word_is(norm, word - 1, "the") &&
            (lexicon_kinds(redactor->lexicon, w->hash) & (LEXICON_FIRST | LEXICON_ORDINARY)) ==
                LEXICON_FIRST)
            continue;
        marks_subtract(marks, arena, norm->text, norm_word_start(norm, word),
                       norm_word_end(norm, word + 1));
    }
}

enum err redact_letter(const struct redactor *redactor, const struct redact_input *input,
                       struct arena *arena, struct redact_result *ret_result)
{
    TRY(check(input));
    struct redact_result result = {0};
    struct norm norm;
    norm_fold(input->text, arena, &norm);
    const struct facts *facts = facts_compile(input->terms, input->term_count, input->allowed,
                                              input->allowed_count, redactor->lexicon, arena);
    const bool scanned = input->channel == REDACT_SCAN_OCR;
    const bool from_relative = input->direction == REDACT_BIRTH_TO_ADOPTIVE;
    if (scanned) scan_mend(&norm, redactor->lexicon);
    const struct mask_wording *wording =
        input->wording != NULL ? input->wording : mask_wording_default();
    lexicon_read(redactor->lexicon, &norm, arena);
    veil_wording(wording, &norm, arena);
    facts_find(facts, &norm, scanned, arena, &result.marks);
    struct patterns patterns = {.norm = &norm,
                                .facts = facts,
                                .lexicon = redactor->lexicon,
                                .scanned = scanned,
                                .from_relative = from_relative,
                                .arena = arena,
                                .marks = &result.marks};
    pattern_find(&patterns);
    struct norm whole;
    size_t near = JOIN_NEAR + facts_longest(facts);
    if (join_words(&norm, redactor->lexicon, near, arena, &whole)) {
        facts_find(facts, &whole, scanned, arena, &result.marks);
        patterns.norm = &whole;
        patterns.link_end = 0;
        pattern_find(&patterns);
        patterns.norm = &norm;
    }
    names_find(&patterns);
    marks_settle(&result.marks, input->text);
    spare_famous(redactor, &norm, arena, &result.marks);
    repeat(redactor, &norm, facts, arena, &result.marks);
    spare_wording(wording, input->text, arena, &result.marks);
    harm_tell(&result.marks, from_relative, arena);
    concern_find(redactor->sense, &norm, arena, &result.concerns);
    if (input->channel == REDACT_EMAIL) furniture_find(input->text, arena, &result.furniture);
    *ret_result = result;
    return OK;
}

enum err redact_find_words(struct str text, struct str words, enum mark_category category,
                           struct arena *arena, struct marks *ret_marks)
{
    if (text.len > REDACT_TEXT_BYTES || words.len > REDACT_TERM_BYTES) return ERR_TOO_BIG;
    if (!utf8_valid(text) || !utf8_valid(words)) return ERR_BAD_UTF8;
    struct norm norm, sought;
    norm_fold(text, arena, &norm);
    norm_fold(words, arena, &sought);
    struct marks marks = {0};
    for (size_t word = 0; word < norm.word_count && sought.glyph_count > 0; word++) {
        size_t at = norm.words[word].glyph, count = sought.glyph_count;
        if (at + count > norm.glyph_count) break;
        if (!like_same(norm.glyphs + at, sought.glyphs, count)) continue;
        if (!ends_here(&norm, at + count - 1)) continue;
        marks_add(&marks, arena,
                  (struct mark){norm.glyphs[at].start, glyph_end(&norm.glyphs[at + count - 1]),
                                category, MARK_STAFF, 100, STR("words named by staff")});
    }
    marks_settle(&marks, text);
    *ret_marks = marks;
    return OK;
}

void redact_learn(struct str text, const struct marks *marks, struct arena *arena,
                  struct redact_term **ret_terms, size_t *ret_count)
{
    struct redact_term *terms = ARENA_MANY(arena, marks->count + 1, struct redact_term);
    size_t count = 0, slots = 64;
    while (slots < marks->count * 2) slots *= 2;
    size_t *seen = ARENA_MANY(arena, slots, size_t);
    for (size_t i = 0; i < marks->count && count < REDACT_TERMS; i++) {
        struct redact_term term = {marks->at[i].category,
                                   str_slice(text, marks->at[i].start, marks->at[i].end)};
        if (term.term.len < 3 || term.term.len > REDACT_TERM_BYTES) continue;
        size_t at = norm_hash_ascii(term.term.at, term.term.len) & (slots - 1);
        while (seen[at] != 0 && !str_equal(terms[seen[at] - 1].term, term.term))
            at = (at + 1) & (slots - 1);
        if (seen[at] != 0) continue;
        terms[count++] = term;
        seen[at] = count;
    }
    *ret_terms = terms;
    *ret_count = count;
}
