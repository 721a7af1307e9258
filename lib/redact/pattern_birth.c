/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/date.h"
#include "redact/month.h"
#include "redact/pattern_in.h"

/* Dates of birth: a date is one only where it is somebody's birth. */

/* "Nancy: 14-Mar-2015", "Rufus (8 August 2017)": a whole date right behind somebody's name. */
static bool after_name(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (word == 0 || norm->words[word - 1].gap_length > 3) return false;
    const struct word *before = &norm->words[word - 1];
    /* "Baby boy, 6th of May 2018" */
    if (before->gap == (GAP_COMMA | GAP_SPACE) && word > 1 && pattern_is(p, word - 1, "boy girl") &&
        pattern_is(p, word - 2, "baby"))
        return true;
    /* "my son (3 June 2015)" */
    if ((before->gap & (GAP_OPEN | GAP_COLON)) &&
        pattern_is(p, word - 1, "son daughter girl boy lad baby twins twin brother sister niece"))
        return true;
    if (!(before->gap & (GAP_COLON | GAP_OPEN | GAP_HYPHEN | GAP_SLASH | GAP_OTHER)) ||
        !(before->flags & WORD_CAPITAL))
        return false;
    if (before->flags & (WORD_DIGITS | WORD_MIXED) || before->count < 2) return false;
    return facts_allowed(p->facts, norm, word - 1) ||
           (lexicon_kinds(p->lexicon, before->hash) & LEXICON_FIRST) ||
           !lexicon_ordinary(p->lexicon, before->hash);
}

/* A first name of whatever list. */
static bool first_name(const struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    return (w->flags & WORD_CAPITAL) && (facts_allowed(p->facts, p->norm, word) ||
                                         (lexicon_kinds(p->lexicon, w->hash) & LEXICON_FIRST) ||
                                         (p->norm->cues[word] & CUE_BIT(FIRST)));
}

/* "Phoebe 31 March 2019", "she's 27.11.2013", "I am seventy on 1st May 1955" */
static bool of_somebody(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (word == 0) return false;
    const struct word *before = &norm->words[word - 1];
    if ((before->gap & (uint16_t) ~(GAP_SPACE | GAP_LINE | GAP_COMMA | GAP_COLON)) != 0)
        return false;
    if (pattern_is(p, word - 1, "shes hes theyre im mine his hers am she he have mam") &&
        !(before->gap & GAP_COMMA))
        return true;
    /* "Courtney's is 7.9.2016" */
    if (word >= 2 && pattern_is(p, word - 1, "is was") &&
        (norm->words[word - 2].flags & WORD_CAPITAL) &&
        !lexicon_ordinary(p->lexicon, norm->words[word - 2].hash))
        return true;
    if (word >= 2 && pattern_is(p, word - 1, "on is") &&
        pattern_after(p, word - 1, 3,
                      "seventy eighty sixty fifty forty thirty twenty eighteen "
                      "sixteen ten turn turns turned turning"))
        return true;
    /* "jordan is 19/02/2014", "an ellis 3 jan 2016", where all is small */
    if (norm->quiet) {
        size_t at = word - 1;
        if (at > 0 && pattern_is(p, at, "is was")) at--;
        const unsigned kinds = lexicon_kinds(p->lexicon, norm->words[at].hash);
        if (facts_allowed(p->facts, norm, at) ||
            (kinds & (LEXICON_FIRST | LEXICON_ORDINARY)) == LEXICON_FIRST)
            return true;
    }
    /* "my 40th, 17 Feb 85" */
    if ((before->gap & GAP_COMMA) && (before->flags & WORD_MIXED) && before->count == 4 &&
        norm->glyphs[before->glyph + 3].point == 'h')
        return true;
    bool name = facts_allowed(p->facts, norm, word - 1) ||
                (lexicon_kinds(p->lexicon, before->hash) & (LEXICON_FIRST | LEXICON_ORDINARY)) ==
                    LEXICON_FIRST;
    bool opens = word < 2 || (before->flags & WORD_OPENS) ||
                 (norm_gap_before(norm, word - 1) &
                  (GAP_COMMA | GAP_LINE | GAP_PARAGRAPH | GAP_END | GAP_STOP));
    bool figures = norm->words[word].count <= 2 && norm->words[word].gap_length == 1 &&
                   (norm->words[word].gap & (GAP_STOP | GAP_SLASH));
    /* "Jack 4.5.13": figures right behind a name, ordinary word or not. */
    if (figures && before->gap == GAP_SPACE && first_name(p, word - 1)) return true;
    return name && (before->flags & WORD_CAPITAL) && (opens || figures);
}

/* "Child   MSTR C DUNNICLIFF   02/03/2014": a column of a form. */
static bool of_a_form(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    return word > 0 && norm->words[word - 1].gap == GAP_SPACE &&
           norm->words[word - 1].gap_length > 2 && (norm->words[word - 1].flags & WORD_CAPITAL) &&
           pattern_after(p, word, 5, "child children mstr master patient name pupil son daughter");
}

/* "4.11.14, 7lb 2oz" */
static bool by_weight(const struct norm *norm, size_t last)
{
    enum { NEAR = 5 };
    for (size_t i = last + 1; i < last + NEAR && i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        const struct glyph *g = norm->glyphs + w->glyph;
        if (!(w->flags & WORD_MIXED) || w->count < 3 || w->count > 5) continue;
        uint32_t a = g[w->count - 2].point, b = g[w->count - 1].point;
        if ((a == 'l' && b == 'b') || (a == 'b' && b == 's') || (a == 'k' && b == 'g')) return true;
    }
    return false;
}

/* "Kelly Marsden, 04/11/1986": too long ago to be the letter's own date. */
static bool of_full_name(struct patterns *p, size_t word, int year)
{
    enum { GROWN = 2012 };
    const struct norm *norm = p->norm;
    if (word < 2 || year > GROWN || norm->shouting) return false;
    if (norm->words[word - 1].gap != (GAP_COMMA | GAP_SPACE)) return false;
    return (norm->words[word - 1].flags & norm->words[word - 2].flags & WORD_CAPITAL) &&
           norm->words[word - 2].gap == GAP_SPACE &&
           !lexicon_ordinary(p->lexicon, norm->words[word - 1].hash);
}

/* "she will be 10 on 4th November 2024" */
static bool will_be(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    size_t on = word;
    while (on > 0 && pattern_is(p, on - 1, "on the")) on--;
    if (on == word || on < 2) return false;
    const struct word *age = &norm->words[on - 1];
    bool number = ((age->flags & WORD_DIGITS) && age->count <= 2) ||
                  pattern_is(p, on - 1,
                             "five six seven eight nine ten eleven twelve thirteen "
                             "fourteen fifteen sixteen seventeen eighteen");
    return number && pattern_is(p, on - 2, "be is was hell shell youll");
}

/* A date without its year that is somebody's birthday. */
static bool birthday(struct patterns *p, size_t word, size_t last)
{
    /* "his birthday's the 3rd of June", "my birthday is on 3 June" */
    if (pattern_after(p, word, 2, "birthday birthdays bday bdays") ||
        (pattern_after(p, word, 4, "birthday bday") && pattern_after(p, word, 3, "is was falls")))
        if (!pattern_after(p, word, 5, "happy merry party for present card")) return true;
    if (pattern_after(p, word, 4, "born bom urodzony urodzona nascut nascuta eni geni"))
        return true;
    return pattern_after(p, word, 3, "turned turns turning") &&
           !pattern_before(p, last, 3, "party cake disco meal tea sleepover");
}

/* A whole date right behind an official number: "JR 55 66 77 D, Oct 3rd 1988". */
static bool behind_number(struct patterns *p, size_t word)
{
    enum { NEAR = 3, BACK = 4 };
    size_t start = norm_word_start(p->norm, word);
    for (size_t i = p->marks->count; i > 0 && i + BACK > p->marks->count; i--) {
        const struct mark *mark = &p->marks->at[i - 1];
        if (mark->category == MARK_ID && mark->source == MARK_PATTERN && mark->end <= start &&
            mark->end + NEAR >= start)
            return norm_gap_before(p->norm, word) & GAP_COMMA;
    }
    return false;
}

/* "11 May 2025 at 19:20": when something was sent. */
static bool with_time(const struct patterns *p, size_t last)
{
    const struct norm *norm = p->norm;
    size_t hour = last + 1;
    if (hour < norm->word_count && norm_word_is(norm, hour, "at")) hour++;
    if (hour + 1 >= norm->word_count || norm->words[last].gap_length > 3) return false;
    return (norm->words[hour].flags & norm->words[hour + 1].flags & WORD_DIGITS) &&
           norm->words[hour].count <= 2 && norm->words[hour + 1].count == 2 &&
           norm->words[hour].gap == GAP_COLON && norm->words[hour].gap_length == 1;
}

/* In a line of an e-mail's head: "Date: Sun, 11 May 2025". */
static bool in_header(const struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    for (size_t i = word; i > 0 && i + 4 > word; i--) {
        if (pattern_is(p, i - 1, "date sent received dyddiad data datum wyslano trimis") &&
            (norm->words[i - 1].gap & GAP_COLON) &&
            (i == 1 || (norm_gap_before(norm, i - 1) & (GAP_LINE | GAP_PARAGRAPH))))
            return true;
        if (norm->words[i - 1].gap & (GAP_LINE | GAP_PARAGRAPH)) return false;
    }
    return false;
}

/* "Sunday, 14 June", and nothing else on its line: when the letter was written. */
static bool over_the_letter(const struct patterns *p, size_t word, size_t last)
{
    const uint16_t ends = GAP_LINE | GAP_PARAGRAPH | GAP_END;
    if (word == 0 || p->norm->words[word - 1].gap_length > 2 ||
        (p->norm->words[word - 1].gap & ends) || !(p->norm->words[last].gap & ends))
        return false;
    return pattern_is(p, word - 1,
                      "monday tuesday wednesday thursday friday saturday sunday mon tues tue weds "
                      "wed thurs thu fri sat sun") &&
           (word == 1 || (p->norm->words[word - 2].gap & ends));
}

static const char birth_words[] =
    "lat urodziny urodzin penblwydd oed implineste ani born birthday dob birth bday turn turned "
    "turns turning cake candles card party presents age aged";

/* A number of at most `most` digits, -1 for none. */
static int small_number(const struct norm *norm, size_t word, size_t most)
{
    if (word >= norm->word_count) return -1;
    const struct word *w = &norm->words[word];
    if (!(w->flags & WORD_DIGITS) || w->count > most) return -1;
    int value = 0;
    for (size_t i = 0; i < w->count; i++)
        value = value * 10 + (int)pattern_digit(&norm->glyphs[w->glyph + i]);
    return value;
}

static void listed_birth(struct patterns *p, size_t first, size_t last,
                         const struct redact_term *term)
{
    marks_add(p->marks, p->arena,
              (struct mark){
                  norm_word_start(p->norm, first), norm_word_end(p->norm, last), MARK_DOB,
                  MARK_LEAK_LIST, 97,
                  arena_print(p->arena, "protected date of birth '%.*s'", STR_ARG(term->term))});
}

/* "04111986", "04 11 1986", "4 XI 1986": may it be a day, a month and a year? */
static bool figures_fit(const struct norm *norm, size_t word, int value, size_t *ret_last)
{
    enum { SHORT_FORM = 6, LONG_FORM = 8, CENTURY = 100, DAYS = 31, MONTHS = 12 };
    static const char roman[] = "i ii iii iv v vi vii viii ix x xi xii";
    const struct word *w = &norm->words[word];
    int day = value, month = -1;
    size_t last = word;
    if (w->count == SHORT_FORM) {
        day = value / (CENTURY * CENTURY), month = value / CENTURY % CENTURY;
    } else if (w->count == LONG_FORM) {
        day = value / (CENTURY * CENTURY * CENTURY);
        month = value / (CENTURY * CENTURY) % CENTURY;
    } else if (w->count <= 2 && word + 2 < norm->word_count) {
        month = small_number(norm, word + 1, 2);
        if (month < 0 && words_has(norm, word + 1, WORDS(roman))) month = 1;
        int year = small_number(norm, word + 2, 4);
        if (year < 0 || norm->words[word].gap_length > 3 || norm->words[word + 1].gap_length > 3)
            return false;
        last = word + 2;
    }
    if (day < 1 || day > DAYS || month < 1 || month > MONTHS) return false;
    *ret_last = last;
    return true;
}

/* A date of birth of the list in figures of other forms: "030514", "3 5 14", "birthday 3/5". */
static void birth_in_figures(struct patterns *p, size_t word)
{
    enum { SHORT_FORM = 6, LONG_FORM = 8, CENTURY = 100, YOUNG = 40 };
    const struct norm *norm = p->norm;
    const struct redact_term *term = NULL;
    size_t last = word;
    const struct word *w = &norm->words[word];
    int value = small_number(norm, word, LONG_FORM);
    if (value < 0) return;
    bool cued = pattern_after(p, word, 3, "dob birth birthdate") ||
                (word >= 3 && norm_word_is(norm, word - 3, "d") &&
                 norm_word_is(norm, word - 2, "o") && norm_word_is(norm, word - 1, "b"));
    if (cued && figures_fit(norm, word, value, &last)) {
        pattern_mark(p, word, last, MARK_DOB, 90, "a date given as a date of birth");
        return;
    }
    if (w->count == SHORT_FORM) {
        int year = value % CENTURY;
        term = facts_birth(p->facts, year < YOUNG ? 2000 + year : 1900 + year,
                           value / CENTURY % CENTURY, value / (CENTURY * CENTURY));
    } else if (w->count == LONG_FORM) {
        int rest = value / (CENTURY * CENTURY);
        term = facts_birth(p->facts, value % (CENTURY * CENTURY), rest % CENTURY, rest / CENTURY);
        if (term == NULL)
            term = facts_birth(p->facts, rest, value / CENTURY % CENTURY, value % CENTURY);
    } else if (w->count <= 2) {
        const uint16_t signs = GAP_SPACE | GAP_SLASH | GAP_STOP | GAP_HYPHEN | GAP_COMMA;
        int month = small_number(norm, word + 1, 2), year = small_number(norm, word + 2, 4);
        if (month < 1 || !pattern_next(p, word, signs, 3)) return;
        if (year >= 0 && pattern_next(p, word + 1, signs, 3)) {
            if (year < CENTURY) year += year < YOUNG ? 2000 : 1900;
            if (year < 1900) return;
            term = facts_birth(p->facts, year, month, value);
            last = word + 2;
        } else if ((norm->words[word].gap & (GAP_SLASH | GAP_STOP)) &&
                   norm->words[word].gap_length == 1 &&
                   (pattern_after(p, word, 6, birth_words) ||
                    pattern_before(p, word + 1, 4, birth_words))) {
            term = facts_birth(p->facts, 0, month, value);
            last = word + 1;
        }
    }
    if (term != NULL) listed_birth(p, word, last, term);
}

/* "the 3rd of May", not "Boxing Day": of a day on the list nobody speaks by chance. */
static bool is_day_and_month(const struct norm *norm, const struct date *date)
{
    for (size_t i = date->first; i <= date->last; i++)
        if (month_of(norm, i) == date->month) return true;
    return false;
}

/* Do the words beside a date say that somebody was born on it? */
static bool words_of_birth(struct patterns *p, const struct date *date)
{
    const size_t word = date->first, last = date->last;
    return pattern_before(p, last, 10, "born bom birth birthday bday weighed weighing") ||
           pattern_after(
               p, word, 12,
               "born bom d0b dob birth birthdate birthday bday urodzony urodzona nasterii "
               "nastere urodzenia dateofbirth "
               "urodzin urodziny urodzil urodzila urodziles urodzilas geni eni anwyd "
               "ganed ganwyd penblwydd blwydd nascut nascuta gimes gime arrived "
               "delivered "
               "birthdays bday bdays bithday brithday birfday burthday bron borned "
               "bornd") ||
           pattern_after(p, word, 5, "turned turns turning had") ||
           pattern_after(p, word, 9,
                         "tattoo tattooed tattoos tatoo tattoe tat inked engraved bracelet locket "
                         "necklace wristband band cord wrist ankle etched engraving forearm held "
                         "newborn gave pregnant "
                         "labour labor caesarean "
                         "section induced midwife weighed") ||
           pattern_before(p, last, 8,
                          "lb lbs oz ounces labour caesarean midwife mummy came arrived became "
                          "tattoo tattooed baby etched world wrist inked delivered newborn forearm "
                          "happiest birthed") ||
           (pattern_after(p, word, 2, "came arrived") && pattern_after(p, word, 9, "due")) ||
           (pattern_before(p, last, 4, "best") && pattern_before(p, last, 8, "life")) ||
           pattern_after(p, word, 5,
                         "world life scorpio aries taurus gemini cancer leo virgo libra "
                         "sagittarius capricorn aquarius pisces");
}

/* "D.O.B. 2 Jan 1989", "b. 2 Jan 1989", "ur. 2.1.89", "2 Jan 1989 (dob)" */
static bool short_for_birth(struct patterns *p, const struct date *date)
{
    const struct norm *norm = p->norm;
    const size_t word = date->first;
    if (pattern_is(p, date->last + 1, "dob birth born")) return true;
    if (word == 0) return false;
    const bool near = norm->words[word - 1].gap_length <= 2;
    if (pattern_is(p, word - 1, "ur nar") && near) return true;
    if (!norm_word_is(norm, word - 1, "b")) return false;
    return near ||
           (word >= 3 && norm_word_is(norm, word - 3, "d") && norm_word_is(norm, word - 2, "o"));
}

/* "When you were born you had black hair. It was the third of May 2013", "What day was he born? I
 * looked it up, 3 May 2013": of the sentence before. */
static bool it_was_then(struct patterns *p, const struct date *date)
{
    enum { NEAR = 30 };
    const struct norm *norm = p->norm;
    size_t word = date->first;
    if (word > 0 && pattern_is(p, word - 1, "the on")) word--;
    if (word > 0 && pattern_is(p, word - 1, "the on")) word--;
    if (word < 2) return false;
    const bool was = pattern_is(p, word - 1, "was") && pattern_is(p, word - 2, "it that");
    const bool apart = norm_gap_before(norm, word) & (GAP_COMMA | GAP_COLON | GAP_END);
    if (!was && !apart) return false;
    for (size_t i = word - 2; i > 0 && i + NEAR > word; i--) {
        if (norm->words[i - 1].gap & GAP_PARAGRAPH) return false;
        if (pattern_is(p, i - 1, "born birth midwife labour newborn")) return true;
    }
    return false;
}

/* "you were first, on 30/07/2016. Ellis: you were second, on 31 July 2016" */
static bool with_another(struct patterns *p, const struct date *date)
{
    enum { NEAR = 160 };
    const size_t start = norm_word_start(p->norm, date->first);
    if (date->first < 2) return false;
    /* "you will be 12 on the 9.11. Bailey, yours is the 30.06.2015" */
    const bool whose = pattern_is(p, date->first - 1, "the is") &&
                       pattern_after(p, date->first, 2, "your youre yours his hers hes shes");
    if (!whose && !pattern_is(p, date->first - 1, "on upon")) return false;
    if (!whose && !pattern_after(p, date->first, 4, "first second") &&
        !first_name(p, date->first - 2))
        return false;
    for (size_t i = p->marks->count; i > 0; i--) {
        const struct mark *mark = &p->marks->at[i - 1];
        if (mark->category == MARK_DOB && mark->end <= start && mark->end + NEAR >= start)
            return true;
    }
    return false;
}

/* "he is Kofi because he came on a Friday, the 3rd October 2014" */
static bool came_on_a(struct patterns *p, const struct date *date)
{
    enum { NEAR = 4 };
    const size_t word = date->first;
    for (size_t i = 2; i <= NEAR + 1 && i < word; i++)
        if (pattern_is(p, word - i, "came arrived") && pattern_is(p, word - i + 1, "on") &&
            pattern_is(p, word - i + 2, "a") && pattern_is(p, word - i - 1, "he she you they i"))
            return true;
    return false;
}

static bool day_of_birth(struct patterns *p, const struct date *date)
{
    return words_of_birth(p, date) || it_was_then(p, date) || came_on_a(p, date) ||
           with_another(p, date) || short_for_birth(p, date) || by_weight(p->norm, date->last) ||
           of_full_name(p, date->first, date->year) || will_be(p, date->first) ||
           behind_number(p, date->first) || after_name(p, date->first) ||
           of_a_form(p, date->first) || of_somebody(p, date->first);
}

/* Is it the date of the letter, of a mail, of a meeting? */
static bool of_something_else(struct patterns *p, const struct date *date)
{
    const size_t word = date->first;
    if (word > 0 && pattern_is(p, word - 1, "sent date dated wrote received") &&
        !(word > 1 && pattern_is(p, word - 2, "birth")) &&
        !pattern_after(p, word, 5, "birthday born dob"))
        return true;
    if (in_header(p, word)) return true;
    if (with_time(p, date->last) && !pattern_after(p, word, 5, "born bom birth arrived dob"))
        return true;
    return date->year == 0 && over_the_letter(p, word, date->last);
}

/* Marks a date of birth that is on the list; false if it is none, or not meant. */
static bool listed(struct patterns *p, const struct date *date)
{
    const struct norm *norm = p->norm;
    const struct redact_term *term = facts_birth(p->facts, date->year, date->month, date->day);
    if (term == NULL) return false;
    /* "It is the first of May and there is not one cloud" */
    size_t is = date->first;
    if (is > 0 && pattern_is(p, is - 1, "the")) is--;
    if (date->year == 0 && is > 1 && pattern_is(p, is - 1, "is its") &&
        pattern_is(p, is - (pattern_is(p, is - 1, "its") ? 1 : 2), "it its today") &&
        !pattern_after(p, is, 12, birth_words) && !pattern_before(p, date->last, 8, birth_words))
        return false;
    if (date->year == 0 && !is_day_and_month(norm, date) &&
        !pattern_after(p, date->first, 12, birth_words) &&
        !pattern_before(p, date->last, 8, birth_words))
        return false;
    bool the = date->first > 0 && norm_word_is(norm, date->first - 1, "the");
    listed_birth(p, the ? date->first - 1 : date->first, date->last, term);
    return true;
}

/* "b. 2 Jan 1989", but "D.O.B. 2 Jan 1989": the word before a date that goes with it. */
static bool goes_with(struct patterns *p, size_t before)
{
    if (pattern_is(p, before, "the")) return true;
    return pattern_is(p, before, "b") && !(before > 0 && pattern_is(p, before - 1, "o"));
}

void pattern_birth(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    struct date date;
    birth_in_figures(p, word);
    if (!date_at(norm, word, &date)) return;
    if (of_something_else(p, &date) || listed(p, &date)) return;
    if (date.year == 0) {
        /* "born on the 3rd of May", "turns nine on Boxing Day"; wishes for a birthday stay. */
        if (!birthday(p, word, date.last)) return;
        if (word > 0 && norm_word_is(norm, word - 1, "the")) date.first--;
        pattern_mark(p, date.first, date.last, MARK_DOB, 70, "a birthday");
        return;
    }
    if (!day_of_birth(p, &date)) return;
    if (word > 0 && goes_with(p, word - 1)) date.first--;
    if (pattern_next(p, date.last, GAP_SPACE, 1) && pattern_is(p, date.last + 1, "r"))
        date.last++; /* "24 sierpnia 2018 r." */
    pattern_mark(p, date.first, date.last, MARK_DOB, 92, "a date given as a date of birth");
}
