/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Cells that hold several: people, addresses, numbers, entries of a leak list. */
#include <string.h>

#include "rules/cell.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- people ---- */

static bool is_title(struct str word)
{
    static const char *const titles[] = {"mr",  "mrs",  "ms",  "miss", "mx",  "dr",   "rev",
                                         "mr.", "mrs.", "ms.", "mx.",  "dr.", "rev.", "prof"};
    for (size_t i = 0; i < COUNT(titles); i++)
        if (str_same(word, str_from(titles[i]))) return true;
    return false;
}

static struct str next_word(struct str *rest)
{
    struct str word = {0};
    while (str_split(rest, ' ', &word))
        if (word.len) return word;
    return (struct str){0};
}

static size_t count_words(struct str text)
{
    size_t count = 0;
    while (next_word(&text).len) count++;
    return count;
}

static struct str last_word(struct str text)
{
    struct str last = {0}, word;
    while ((word = next_word(&text)).len) last = word;
    return last;
}

/* "Mrs  Ann Marsh" → "Ann Marsh"; before a surname alone the title stays. */
static struct str without_title(struct str name, struct arena *arena)
{
    BUF_SECRET(plain, PERSON_TEXT_BYTES);
    struct str rest = name, word;
    size_t words = count_words(name);
    while ((word = next_word(&rest)).len) {
        if (plain.len == 0 && is_title(word) && words > 2) {
            words--;
            continue;
        }
        if (plain.len) buf_add_byte(&plain, ' ');
        buf_add(&plain, word);
    }
    return arena_str(arena, buf_str(&plain));
}

/* Is a piece parted from the next one here? How many bytes that takes; 0: no. */
static size_t people_parted(struct str rest)
{
    static const char *const marks[] = {"\n", ";", "&", "+", "/"};
    for (size_t i = 0; i < COUNT(marks); i++)
        if (str_starts(rest, str_from(marks[i]))) return 1;
    if (rest.len > 5 && str_same(str_slice(rest, 0, 5), STR(" and "))) return 5;
    return 0;
}

static enum sheet_problem split_people(struct str cell, struct arena *arena, struct str *pieces,
                                       size_t *ret_count)
{
    size_t count = 0, start = 0;
    for (size_t i = 0; i <= cell.len;) {
        size_t gap = i < cell.len ? people_parted(str_from_byte(cell, i)) : 1;
        if (gap == 0) {
            i++;
            continue;
        }
        struct str piece = str_trim(str_slice(cell, start, i));
        i += gap;
        start = i;
        if (piece.len == 0) continue;
        if (count == PERSON_LIST) return SHEET_NAMES_MANY;
        pieces[count++] = without_title(piece, arena);
    }
    *ret_count = count;
    return SHEET_FINE;
}

/* "Marsh, Ann" cannot be told from two people; "Ann Marsh, Tom Marsh" can. */
static bool has_doubtful_comma(struct str cell)
{
    struct str rest = cell, piece;
    if (str_find_byte(cell, ',') == STR_NONE) return false;
    while (str_split(&rest, ',', &piece))
        if (count_words(str_trim(piece)) < 2) return true;
    return false;
}

static enum sheet_problem check_name_shape(struct str cell)
{
    size_t digits = 0;
    for (size_t i = 0; i < cell.len; i++) digits += is_digit(cell.at[i]);
    return digits > 6 || str_find_byte(cell, '@') != STR_NONE ? SHEET_NAME_SHAPE : SHEET_FINE;
}

enum sheet_problem cell_names(struct str cell, struct arena *arena, struct person_list *ret_names)
{
    struct str pieces[PERSON_LIST];
    struct person_list names = {.count = 0};
    size_t count = 0;
    enum sheet_problem problem = check_name_shape(cell);
    if (problem == SHEET_FINE && has_doubtful_comma(cell)) problem = SHEET_NAME_COMMA;
    if (problem != SHEET_FINE) return problem;
    struct str plain = arena_str(arena, cell);
    for (size_t i = 0; i < plain.len; i++)
        if (plain.at[i] == ',') ((char *)plain.at)[i] = ';';
    problem = split_people(plain, arena, pieces, &count);
    if (problem != SHEET_FINE) return problem;
    if (count == 0) return SHEET_MISSING;
    for (size_t i = 0; i < count; i++) {
        struct str name = pieces[i];
        struct str next = i + 1 < count ? pieces[i + 1] : STR("");
        if (count_words(name) == 1 && count_words(next) > 1)
            name = arena_print(arena, "%.*s %.*s", STR_ARG(name), STR_ARG(last_word(next)));
        if (person_list_add(&names, name) != OK) return SHEET_CELL_TOO_LONG;
    }
    *ret_names = names;
    return SHEET_FINE;
}

/* The first name, or nothing: "Mrs Marsh", "Okafor family". */
static struct str first_name(struct str name, bool may_be_lone, struct arena *arena)
{
    struct str rest = name, first = next_word(&rest), folded = cell_fold(name, arena), word;
    if (is_title(first) || (!may_be_lone && count_words(name) < 2)) return STR("");
    while ((word = next_word(&folded)).len)
        if (str_equal(word, STR("family")) || str_equal(word, STR("household"))) return STR("");
    return first;
}

struct str cell_first_names(const struct person_list *names, bool may_be_lone, struct arena *arena)
{
    BUF_SECRET(text, PERSON_LIST * (size_t)(PERSON_LINE_BYTES + 8));
    struct person_list first = {.count = 0};
    for (size_t i = 0; i < names->count; i++) {
        struct str one = first_name(names->at[i], may_be_lone, arena);
        if (one.len) first.at[first.count++] = one;
    }
    for (size_t i = 0; i < first.count; i++) {
        if (i) buf_add_c(&text, i + 1 == first.count ? " and " : ", ");
        buf_add(&text, first.at[i]);
    }
    return arena_str(arena, buf_str(&text));
}

bool cell_has_two_surnames(const struct person_list *names, struct arena *arena)
{
    for (size_t i = 1; i < names->count; i++)
        if (!str_equal(cell_fold(last_word(names->at[0]), arena),
                       cell_fold(last_word(names->at[i]), arena)))
            return true;
    return false;
}

/* ---- addresses and numbers ---- */

/* Parts at the bytes of `marks`, at white space around `or`, and at "/" where asked. */
static enum sheet_problem split(struct str cell, const char *marks, struct arena *arena,
                                struct person_list *ret_list)
{
    struct str text = arena_str(arena, cell);
    char *letters = (char *)text.at;
    ret_list->count = 0;
    for (size_t i = 0; i < text.len; i++) {
        struct str rest = str_from_byte(text, i);
        if (rest.len > 4 && str_same(str_slice(rest, 0, 4), STR(" or ")))
            memset(letters + i, '\n', 4);
        else if (rest.len > 5 && str_same(str_slice(rest, 0, 5), STR(" and ")))
            memset(letters + i, '\n', 5);
        else if (strchr(marks, letters[i]))
            letters[i] = '\n';
    }
    struct str piece;
    while (str_split(&text, '\n', &piece))
        if (person_list_add(ret_list, piece) != OK) return SHEET_CELL_TOO_LONG;
    return SHEET_FINE;
}

enum sheet_problem cell_emails(struct str cell, struct arena *arena, struct person_list *ret_list)
{
    return split(cell, ";, \t/", arena, ret_list);
}

/* "0113 496 0123 / 07700 900123": each half is a number of its own. */
static bool parts_at_slash(struct str cell)
{
    struct str rest = cell, piece;
    if (str_find_byte(cell, '/') == STR_NONE) return false;
    while (str_split(&rest, '/', &piece)) {
        size_t digits = 0;
        for (size_t i = 0; i < piece.len; i++) digits += is_digit(piece.at[i]);
        if (digits < 9) return false;
    }
    return true;
}

enum sheet_problem cell_phones(struct str cell, struct arena *arena, struct person_list *ret_list)
{
    return split(cell, parts_at_slash(cell) ? ";,/" : ";,", arena, ret_list);
}

bool cell_phone_was_number(struct str phone)
{
    size_t digits = 0;
    bool has_power = false;
    for (size_t i = 0; i < phone.len; i++) {
        digits += is_digit(phone.at[i]);
        has_power = has_power || phone.at[i] == 'E' || phone.at[i] == 'e';
        if (!is_digit(phone.at[i]) && !strchr(" .+Ee", phone.at[i])) return false;
    }
    return has_power || (digits >= 9 && digits <= 10 && phone.at[0] >= '1' && phone.at[0] <= '9');
}

struct str cell_address(struct str cell, struct arena *arena)
{
    BUF_SECRET(lines, PERSON_TEXT_BYTES);
    bool is_one_line = str_find_byte(cell, '\n') == STR_NONE;
    struct str rest = cell, line;
    bool after_number = false;
    while (str_split(&rest, is_one_line ? ',' : '\n', &line)) {
        line = str_trim(line);
        while (line.len && line.at[line.len - 1] == ',') line.len--;
        if (line.len == 0) continue;
        /* "14, Larkspur Avenue" is one line */
        if (lines.len) buf_add_byte(&lines, after_number ? ' ' : '\n');
        buf_add(&lines, line);
        after_number = is_one_line && line.len <= 4 && is_digit(line.at[0]);
    }
    return lines.over ? cell : arena_str(arena, buf_str(&lines));
}

enum sheet_problem cell_leaks(struct str cell, struct arena *arena, struct person_leak *ret_leaks,
                              size_t *ret_count)
{
    struct str text = arena_str(arena, cell), entry;
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '\n') ((char *)text.at)[i] = ';';
    while (str_split(&text, ';', &entry)) {
        entry = str_trim(entry);
        if (entry.len == 0) continue;
        size_t at = str_find_byte(entry, '=');
        if (at == STR_NONE) return SHEET_LEAK_SHAPE;
        struct str category = cell_fold(str_trim(str_slice(entry, 0, at)), arena);
        struct str term = str_trim(str_from_byte(entry, at + 1));
        if (category.len == 0 || term.len == 0) return SHEET_LEAK_SHAPE;
        if (term.len > PERSON_LINE_BYTES || count == CELL_LEAKS) return SHEET_CELL_TOO_LONG;
        ret_leaks[count++] = (struct person_leak){category, term};
    }
    *ret_count = count;
    return SHEET_FINE;
}
