/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cell.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/num.h"
#include "rules/language.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- text ---- */

static void end_mapped(utf8proc_uint8_t **mapped)
{
    if (*mapped) explicit_bzero(*mapped, strlen((const char *)*mapped));
    free(*mapped);
}

struct str cell_fold(struct str text, struct arena *arena)
{
    __attribute__((cleanup(end_mapped))) utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &mapped,
                     UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                         UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE);
    if (text.len == 0 || length < 0) return STR("");
    struct str rest = {(const char *)mapped, (size_t)length};
    char *folded = arena_take(arena, rest.len + 1);
    size_t at = 0;
    for (size_t i = 0; i < rest.len; i++) {
        bool is_space = rest.at[i] == ' ' || rest.at[i] == '\n' || rest.at[i] == '\t';
        if (is_space && (at == 0 || folded[at - 1] == ' ')) continue;
        folded[at++] = is_space ? ' ' : rest.at[i];
    }
    if (at && folded[at - 1] == ' ') at--;
    return (struct str){folded, at};
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char small(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

struct str cell_text(struct str cell)
{
    cell = str_trim(cell);
    bool is_marked = cell.len > 1 && cell.at[0] == '\'' && strchr("=+-@\t\r\n", cell.at[1]);
    return is_marked ? str_from_byte(cell, 1) : cell;
}

bool cell_says_nothing(struct str cell)
{
    static const char *const words[] = {"",
                                        "-",
                                        "--",
                                        "?",
                                        "n/a",
                                        "na",
                                        "n.a.",
                                        "none",
                                        "nil",
                                        "null",
                                        "unknown",
                                        "not known",
                                        "not applicable",
                                        "\xe2\x80\x93",
                                        "\xe2\x80\x94",
                                        "tbc"};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_same(cell, str_from(words[i]))) return true;
    return false;
}

bool cell_word(struct str cell, const char *const *words, size_t *ret_index)
{
    char plain[40];
    size_t count = 0;
    for (size_t i = 0; i < cell.len; i++) {
        char c = small(cell.at[i]);
        if (c == ' ' || c == '-' || c == '_') continue;
        if (count == sizeof plain) return false;
        plain[count++] = c;
    }
    for (size_t i = 0; words[i]; i++) {
        size_t at = 0;
        bool same = true;
        for (const char *c = words[i]; *c && same; c++) {
            if (*c == '_' || *c == '-') continue;
            same = at < count && plain[at++] == *c;
        }
        if (!same || at != count) continue;
        *ret_index = i;
        return true;
    }
    return false;
}

/* ---- months and dates ---- */

/* 1 to 12 for "mar", "march", "sept"; 0: none. */
static int month_of(struct str word)
{
    for (int month = 1; month <= 12; month++) {
        struct str name = str_from(day_month_name(month));
        if (word.len >= 3 && word.len <= name.len && str_same(word, str_slice(name, 0, word.len)))
            return month;
    }
    return 0;
}

/* Runs of digits and of letters, what parts them left out. */
struct tokens {
    struct str at[8];
    size_t count;
};

static bool take_tokens(struct str cell, const char *between, struct tokens *tokens)
{
    tokens->count = 0;
    for (size_t i = 0; i < cell.len;) {
        size_t start = i;
        bool digits = is_digit(cell.at[i]);
        if (digits || is_letter(cell.at[i])) {
            while (i < cell.len && (digits ? is_digit(cell.at[i]) : is_letter(cell.at[i]))) i++;
            if (tokens->count == COUNT(tokens->at)) return false;
            tokens->at[tokens->count++] = str_slice(cell, start, i);
        } else if (strchr(between, cell.at[i++]) == NULL) {
            return false;
        }
    }
    return true;
}

/* Off the end: "00:00:00", "T00:00". */
static struct str without_time(struct str cell)
{
    size_t colon = str_find_byte(cell, ':');
    if (colon == STR_NONE) return cell;
    size_t at = colon;
    while (at > 0 && is_digit(cell.at[at - 1])) at--;
    if (at == 0 || (cell.at[at - 1] != ' ' && cell.at[at - 1] != 'T')) return cell;
    for (size_t i = at; i < cell.len; i++)
        if (!is_digit(cell.at[i]) && !strchr(":.Z ", cell.at[i])) return cell;
    return str_trim(str_slice(cell, 0, at - 1));
}

static bool number_of(struct str digits, int *ret_number)
{
    int64_t number;
    if (digits.len > 4 || !num_parse(digits, 0, 9999, &number)) return false;
    *ret_number = (int)number;
    return true;
}

static bool is_ordinal(struct str word)
{
    return str_same(word, STR("st")) || str_same(word, STR("nd")) || str_same(word, STR("rd")) ||
           str_same(word, STR("th"));
}

/* "of" and the end of "3rd" say nothing. */
static void drop_small_words(struct tokens *tokens)
{
    size_t count = 0;
    for (size_t i = 0; i < tokens->count; i++)
        if (!is_ordinal(tokens->at[i]) && !str_same(tokens->at[i], STR("of")))
            tokens->at[count++] = tokens->at[i];
    tokens->count = count;
}

enum sheet_problem cell_date(struct str cell, struct day *ret_day)
{
    struct tokens tokens;
    struct day_parts parts = {0};
    cell = without_time(cell);
    if (!take_tokens(cell, " /.-,\t\n", &tokens)) return SHEET_DATE_SHAPE;
    drop_small_words(&tokens);
    if (tokens.count == 1 && tokens.at[0].len >= 4 && is_digit(tokens.at[0].at[0]))
        return SHEET_DATE_NUMBER;
    if (tokens.count != 3) return SHEET_DATE_SHAPE;
    bool is_iso = tokens.at[0].len == 4 && is_digit(tokens.at[0].at[0]);
    struct str day = tokens.at[is_iso ? 2 : 0], year = tokens.at[is_iso ? 0 : 2];
    struct str month = tokens.at[1];
    if (!number_of(day, &parts.day) || !number_of(year, &parts.year)) return SHEET_DATE_SHAPE;
    if (day.len > 2 || (year.len != 4 && year.len != 2)) return SHEET_DATE_SHAPE;
    if (is_letter(month.at[0]))
        parts.month = month_of(month);
    else if (month.len > 2 || !number_of(month, &parts.month))
        return SHEET_DATE_SHAPE;
    if (is_letter(month.at[0]) && parts.month == 0) return SHEET_DATE_SHAPE;
    if (year.len == 2) return SHEET_DATE_YEAR;
    return day_from(parts, ret_day) ? SHEET_FINE : SHEET_DATE_IMPOSSIBLE;
}

/* Words that say how often, or when about, and no month. */
static bool is_guess(struct str word)
{
    static const char *const words[] = {
        "spring",   "summer",  "autumn",    "winter",   "easter",    "christmas", "xmas",
        "twice",    "once",    "yearly",    "annual",   "annually",  "biannual",  "biannually",
        "year",     "monthly", "quarterly", "termly",   "every",     "two",       "three",
        "four",     "times",   "per",       "birthday", "birthdays", "holidays",  "half",
        "halfterm", "pa",      "end",       "early",    "late",      "mid",       "beginning",
        "start",    "around",  "about",     "each",     "months",    "school"};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_same(word, str_from(words[i]))) return true;
    return false;
}

/* One word of a months' cell, up to what is neither letter nor digit. */
static struct str take_word(struct str *rest)
{
    size_t start = 0, end;
    while (start < rest->len && !is_digit(rest->at[start]) && !is_letter(rest->at[start]) &&
           strchr(" ,;/&+.\n\t", rest->at[start]))
        start++;
    end = start;
    while (end < rest->len && (is_digit(rest->at[end]) || is_letter(rest->at[end]))) end++;
    if (end == start && start < rest->len) end = rest->len; /* what cannot be a month */
    struct str word = str_slice(*rest, start, end);
    *rest = str_from_byte(*rest, end);
    return word;
}

enum sheet_problem cell_months(struct str cell, struct months *ret_months)
{
    int numbers[12];
    size_t count = 0;
    enum sheet_problem problem = SHEET_FINE;
    for (struct str rest = cell, word = take_word(&rest); word.len; word = take_word(&rest)) {
        int month = month_of(word);
        if (str_same(word, STR("and"))) continue;
        if (is_guess(word)) return SHEET_MONTHS_GUESS;
        if (month == 0 && (word.len > 2 || !number_of(word, &month) || month < 1 || month > 12))
            problem = SHEET_MONTHS_SHAPE;
        bool is_known = false;
        for (size_t i = 0; i < count; i++) is_known = is_known || numbers[i] == month;
        if (problem == SHEET_FINE && !is_known) numbers[count++] = month;
    }
    if (problem != SHEET_FINE) return problem;
    if (count == 0 || months_from(numbers, count, ret_months) != OK) return SHEET_MONTHS_SHAPE;
    return SHEET_FINE;
}

/* ---- languages, formats and relations ---- */

enum sheet_problem cell_language(struct str cell, struct str *ret_code)
{
    return language_find(cell, ret_code) ? SHEET_FINE : SHEET_LANGUAGE;
}

enum sheet_problem cell_reads(struct str cell, struct str *ret_word)
{
    static const char *const names[] = {"usual",     "ordinary",    "standard",     "large",
                                        "big",       "large-print", "big-print",    "easy",
                                        "easy-read", "easy-words",  "easy-to-read", NULL};
    enum { FIRST_LARGE = 3, FIRST_EASY = 7 };
    size_t at;
    if (!cell_word(cell, names, &at)) return SHEET_READS;
    *ret_word = at >= FIRST_EASY ? STR("easy") : at >= FIRST_LARGE ? STR("large") : STR("usual");
    return SHEET_FINE;
}

static bool has_word(struct str folded, const char *start)
{
    struct str rest = folded, word;
    while (str_split(&rest, ' ', &word)) {
        while (word.len && !is_letter(word.at[0])) word = str_from_byte(word, 1);
        if (str_starts(word, str_from(start))) return true;
    }
    return false;
}

enum side cell_relation(struct str cell, struct arena *arena)
{
    struct str folded = cell_fold(cell, arena);
    bool is_sibling = has_word(folded, "sibling") || has_word(folded, "sister") ||
                      has_word(folded, "brother") || has_word(folded, "half-s") ||
                      has_word(folded, "half-b");
    if (is_sibling && (has_word(folded, "adopt") || has_word(folded, "famil") ||
                       has_word(folded, "parent") || has_word(folded, "carer")))
        return SIDE_SIBLING;
    if (has_word(folded, "foster") || has_word(folded, "carer")) return SIDE_OTHER;
    return SIDE_BIRTH;
}
