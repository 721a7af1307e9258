/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

/* Places beside what is taken out already: "4 Mill Lane, Ockbury", "Ockbury and Little Ockbury". */

static size_t word_from(const struct norm *norm, size_t byte)
{
    size_t low = 0, high = norm->word_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (norm_word_start(norm, middle) < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool names_here(const struct names *n, size_t first, size_t last)
{
    bool any = false;
    for (size_t i = first; i <= last; i++) {
        if (facts_allowed(n->p->facts, n->norm, i) || IS(n, i, KIN) || IS(n, i, TITLE))
            return false;
        if (!names_safe(n, i) && !(n->kinds[i] & LEXICON_CITY)) any = true;
    }
    return any;
}

/* After an address: capitals up to the next comma, line end or postcode. */
static void after_address(struct names *n, size_t last)
{
    const struct norm *norm = n->norm;
    enum { HOPS = 3 };
    for (int hop = 0; hop < HOPS; hop++) {
        uint16_t gap = norm->words[last].gap;
        if (!(gap & (GAP_COMMA | GAP_LINE)) || (gap & (GAP_PARAGRAPH | GAP_END | GAP_STOP))) return;
        size_t first = last + 1;
        if (first >= norm->word_count || norm->words[last].gap_length > 40) return;
        if (!names_capital(n, first) || (norm->words[first].flags & (WORD_DIGITS | WORD_MIXED)))
            return;
        size_t end = names_run(n, first);
        uint16_t after = norm->words[end].gap;
        bool postcode = end + 1 < norm->word_count && (norm->words[end + 1].flags & WORD_MIXED);
        if (!postcode && !(after & (GAP_COMMA | GAP_LINE | GAP_PARAGRAPH | GAP_END | GAP_STOP)))
            return;
        if (names_here(n, first, end) &&
            !pattern_is(n->p, first, "tel mob fax phone dear email co county"))
            names_mark(n, first, end, MARK_PLACE, 70, "a name in an address");
        last = end;
    }
}

/* Before an address: "Rose Cottage, Back Lane", "The Vicarage, 2 Church Lane". */
static void house_before(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (word < 2 || norm->shouting) return;
    uint16_t gap = norm->words[word - 1].gap;
    if (!(gap & GAP_COMMA) || (gap & (uint16_t) ~(GAP_COMMA | GAP_SPACE | GAP_LINE))) return;
    size_t last = word - 1, first = last;
    if (!pattern_is(n->p, last,
                    "cottage cottages house farm farmhouse lodge barn vicarage rectory manse hall "
                    "bungalow villa view croft schoolhouse mill grange court tower flat lea dene "
                    "bank bothy steading cabin hostel"))
        return;
    if (!names_capital(n, last)) return;
    while (first > 0 && last - first < 3 && norm->words[first - 1].gap == GAP_SPACE &&
           names_capital(n, first - 1) && !(norm->words[first - 1].flags & WORD_DIGITS))
        first--;
    if (first == last) return;
    names_mark(n, first, last, MARK_ADDRESS, 70, "a house's name before its street");
}

/* Before a postcode: "Letchworth SG67 3JF". */
static void before_postcode(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (word == 0) return;
    uint16_t gap = norm->words[word - 1].gap;
    if (gap & (uint16_t) ~(GAP_SPACE | GAP_COMMA | GAP_LINE | GAP_STOP)) return;
    size_t last = word - 1, first = last;
    if (!names_capital(n, last) || (norm->words[last].flags & (WORD_DIGITS | WORD_MIXED))) return;
    while (first > 0 && last - first < 3 && names_joined(n, first - 1) &&
           names_capital(n, first - 1) && !(norm->words[first - 1].gap & GAP_LINE))
        first--;
    /* "8 Ockbury Loanen, BT97 6QH": whatever such a street is called */
    if (first > 0 && last > first && (gap & GAP_COMMA) && names_next(n, first - 1) &&
        norm->words[first - 1].count <= 3 &&
        (norm->words[first - 1].flags & (WORD_DIGITS | WORD_MIXED))) {
        names_mark(n, first - 1, last, MARK_ADDRESS, 75, "a number and a name before a postcode");
        return;
    }
    /* "my white Transit, SF93 OXL" is no place. */
    if (first > 0 && !(norm->words[first - 1].gap & (GAP_COMMA | GAP_LINE | GAP_PARAGRAPH)) &&
        !IS(n, first - 1, IN) && !IS(n, first - 1, STRICT) && !IS(n, first - 1, TO))
        return;
    if (pattern_is(n->p, first, "co county eircode postcode")) return;
    if (names_here(n, first, last) && norm->words[last].count > 2)
        names_mark(n, first, last, MARK_PLACE, 70, "a name before a postcode");
}

/* "Stanton Lacy and Bromfield": beside a place, by "and" or a comma, stands a place. */
static void and_another(struct names *n, size_t last)
{
    const struct norm *norm = n->norm;
    if (last + 2 >= norm->word_count) return;
    size_t first = last + 1;
    /* "Oldbury maybe, or Quinton" */
    if (pattern_is(n->p, first, "maybe perhaps possibly even probably") && names_next(n, last))
        last = first++;
    if (first + 1 >= norm->word_count) return;
    if (norm_word_is(norm, first, "and") || norm_word_is(norm, first, "or")) {
        bool comma = norm->words[last].gap == (GAP_COMMA | GAP_SPACE);
        if ((!names_next(n, last) && !comma) || !names_next(n, first)) return;
        first++;
        /* "and the Roadmender" */
        if (norm_word_is(norm, first, "the") && names_next(n, first) &&
            names_capital(n, first + 1) && !names_safe(n, first + 1) && !n->loose) {
            names_mark(n, first, names_run(n, first + 1), MARK_PLACE, 45,
                       "a name beside another place");
            return;
        }
    } else if (norm->words[last].gap != (GAP_COMMA | GAP_SPACE)) {
        return;
    }
    if (!names_shaped(n, first)) return;
    size_t end = names_run(n, first);
    bool british = n->kinds[first] & LEXICON_BRITISH;
    if (names_first_name(n, first) && !british) return;
    if (!british && end == first) return;
    if (names_here(n, first, end))
        names_mark(n, first, end, MARK_PLACE, 50, "a name beside another place");
}

/* A house's name with a capital, in quotes, on a line of its own or before a comma: "Seaview", the
 * Strand. */
static void quoted_house(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (norm->words[word].count < 4) return;
    uint16_t before = norm_gap_before(norm, word);
    if (!(before & GAP_QUOTE) || (word > 0 && !(before & (GAP_LINE | GAP_PARAGRAPH | GAP_COMMA))))
        return;
    if (before & (GAP_END | GAP_STOP | GAP_COLON)) return;
    size_t last = word;
    while (last < word + 2 && norm->words[last].gap == GAP_SPACE && names_capital(n, last + 1))
        last++;
    uint16_t after = norm->words[last].gap;
    if (!(after & GAP_QUOTE) || !(after & (GAP_COMMA | GAP_LINE | GAP_PARAGRAPH))) return;
    if (last + 1 >= norm->word_count || (after & (GAP_END | GAP_STOP))) return;
    if (!names_capital(n, last + 1) &&
        !(norm->words[last + 1].flags & (WORD_DIGITS | WORD_MIXED)) &&
        !norm_word_is(norm, last + 1, "the"))
        return;
    names_mark(n, word, last, MARK_ADDRESS, 65, "a house's name");
}

/* A line of a letterhead that begins with a capital: a house's name or a town, and nothing else. */
static void lone_line(struct names *n, size_t word)
{
    enum { HEAD = 420 };
    const struct norm *norm = n->norm;
    if (norm_word_start(norm, word) > HEAD) return;
    if (word > 0 && !(norm_gap_before(norm, word) & (GAP_LINE | GAP_PARAGRAPH))) return;
    if (norm_gap_before(norm, word) & (GAP_COLON | GAP_CLOSE)) return;
    size_t last = names_run(n, word);
    if (last + 1 >= norm->word_count || norm->words[word].count < 4) return;
    uint16_t after = norm->words[last].gap;
    if (!(after & (GAP_LINE | GAP_PARAGRAPH)) || (after & (GAP_END | GAP_COLON))) return;
    if (!names_here(n, word, last) && !(n->kinds[word] & LEXICON_CITY)) return;
    if (names_first_name(n, word) || IS(n, word, TIME) || IS(n, word, NATION)) return;
    if (pattern_is(n->p, word, "dear hello hiya letter page love date from subject sent")) return;
    /* Before the greeting only. */
    bool greeting = false;
    for (size_t i = last + 1; i < norm->word_count && i < last + 40 && !greeting; i++)
        greeting = pattern_is(n->p, i, "dear hello hiya hi");
    if (!greeting) return;
    bool town = (n->kinds[word] & LEXICON_BRITISH) || names_british(n, word, last);
    bool house = (after & GAP_COMMA) && !(after & GAP_PARAGRAPH);
    if (town)
        names_mark(n, word, last, MARK_PLACE, 60, "a town on a line of its own");
    else if (house)
        names_mark(n, word, last, MARK_ADDRESS, 50, "a line of an address");
}

void names_beside(struct names *n)
{
    for (size_t i = 0; i < n->norm->word_count; i++) {
        if (!names_capital(n, i)) continue;
        quoted_house(n, i);
        lone_line(n, i);
    }
    /* The marks that are added meanwhile are looked at too. */
    for (size_t i = 0; i < n->p->marks->count; i++) {
        const struct mark mark = n->p->marks->at[i];
        size_t first = word_from(n->norm, mark.start), last = word_from(n->norm, mark.end);
        if (last == 0 || first >= n->norm->word_count || n->norm->shouting) continue;
        last--;
        if (mark.category == MARK_ADDRESS) after_address(n, last);
        if (mark.category == MARK_ADDRESS) house_before(n, first);
        if (mark.category == MARK_POSTCODE) before_postcode(n, first);
        if (mark.category == MARK_PLACE && mark.confidence < 70) and_another(n, last);
    }
}
