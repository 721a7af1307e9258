/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/sought.h"
#include "core/buf.h"
#include "core/num.h"

enum { PIECES = 5, WORD = 12 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- days ---- */

/* A number, or a run of letters; "27th" is a number and what may follow it. */
struct piece {
    struct str text;
    bool is_number;
    int64_t number;
    int month; /* of letters: the month that they name or begin to, 0: none */
};

/* "Mar", "march", "sept": three letters or more of a month's name. */
static int month_of(struct str word)
{
    for (int month = 1; word.len >= 3 && month <= 12; month++) {
        struct str name = str_from(day_month_name(month));
        if (word.len <= name.len && str_same(word, str_slice(name, 0, word.len))) return month;
    }
    return 0;
}

/* Words that stand in a date and say nothing: "27th of March". */
static bool is_filler(struct str word, bool after_number)
{
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    if (str_same(word, STR("of")) || str_same(word, STR("the"))) return true;
    for (size_t i = 0; after_number && i < sizeof endings / sizeof *endings; i++)
        if (str_same(word, str_from(endings[i]))) return true;
    return false;
}

/* False with more pieces than a date has, or a word that is no month. */
static bool read_pieces(struct str typed, struct piece pieces[PIECES], size_t *ret_count)
{
    size_t count = 0;
    for (size_t at = 0; at < typed.len;) {
        size_t start = at;
        bool is_number = is_digit(typed.at[at]);
        if (!is_number && !is_letter(typed.at[at])) {
            if ((unsigned char)typed.at[at] >= 0x80) return false;
            at++;
            continue;
        }
        while (at < typed.len && (is_number ? is_digit(typed.at[at]) : is_letter(typed.at[at])))
            at++;
        struct piece piece = {.text = str_slice(typed, start, at), .is_number = is_number};
        bool touches = start > 0 && is_digit(typed.at[start - 1]);
        if (!is_number && is_filler(piece.text, touches)) continue;
        if (is_number && !num_parse(piece.text, 0, 99999999, &piece.number)) return false;
        if (!is_number && (piece.month = month_of(piece.text)) == 0) return false;
        if (count == PIECES) return false;
        pieces[count++] = piece;
    }
    *ret_count = count;
    return true;
}

static bool year_of(const struct piece *piece, struct day today, int *ret_year)
{
    int this_year = day_parts(today).year;
    if (!piece->is_number || (piece->text.len != 2 && piece->text.len != 4)) return false;
    int year = (int)piece->number;
    if (piece->text.len == 2) {
        year += this_year - this_year % 100;
        if (year > this_year) year -= 100;
    }
    *ret_year = year;
    return year >= 1900 && year <= 2200;
}

static bool month_from(const struct piece *piece, int *ret_month)
{
    int64_t month = piece->is_number ? piece->number : piece->month;
    *ret_month = (int)month;
    return month >= 1 && month <= 12 && piece->text.len <= WORD;
}

static bool one_day(const struct piece *day, const struct piece *month, const struct piece *year,
                    struct day today, struct sought_days *ret_days)
{
    struct day_parts parts = {0};
    if (!day->is_number || day->text.len > 2 || !month_from(month, &parts.month) ||
        !year_of(year, today, &parts.year))
        return false;
    parts.day = (int)day->number;
    if (parts.day < 1 || parts.day > 31 || !day_from(parts, &ret_days->from)) return false;
    ret_days->to = ret_days->from;
    return true;
}

static bool whole_month(const struct piece *month, const struct piece *year, struct day today,
                        struct sought_days *ret_days)
{
    struct day_parts parts = {.day = 1};
    if (year->text.len != 4 || !month_from(month, &parts.month) ||
        !year_of(year, today, &parts.year) || !day_from(parts, &ret_days->from))
        return false;
    parts.day = day_month_length(parts.year, parts.month);
    return day_from(parts, &ret_days->to);
}

/* 27032019 */
static bool eight_digits(const struct piece *all, struct day today, struct sought_days *ret_days)
{
    struct piece day = {str_slice(all->text, 0, 2), true, all->number / 1000000, 0};
    struct piece month = {str_slice(all->text, 2, 4), true, all->number / 10000 % 100, 0};
    struct piece year = {str_slice(all->text, 4, 8), true, all->number % 10000, 0};
    return one_day(&day, &month, &year, today, ret_days);
}

bool sought_days(struct str typed, struct day today, struct sought_days *ret_days)
{
    struct piece pieces[PIECES] = {0};
    struct sought_days days = {0};
    size_t count;
    bool is_date = false;
    if (!read_pieces(typed, pieces, &count)) return false;
    if (count == 1 && pieces[0].is_number && pieces[0].text.len == 8)
        is_date = eight_digits(&pieces[0], today, &days);
    if (count == 2) is_date = whole_month(&pieces[0], &pieces[1], today, &days);
    if (count == 3 && pieces[0].is_number && pieces[0].text.len == 4)
        is_date = one_day(&pieces[2], &pieces[1], &pieces[0], today, &days);
    else if (count == 3 && pieces[0].is_number)
        is_date = one_day(&pieces[0], &pieces[1], &pieces[2], today, &days);
    else if (count == 3)
        is_date = one_day(&pieces[1], &pieces[0], &pieces[2], today, &days);
    if (is_date) *ret_days = days;
    return is_date;
}

/* ---- telephone numbers and postcodes ---- */

bool sought_is_phone(struct str typed)
{
    size_t digits = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (is_digit(c))
            digits++;
        else if (c != ' ' && c != '+' && c != '-' && c != '(' && c != ')')
            return false;
    }
    return digits >= 5;
}

/* A letter or two, a digit, perhaps a digit or letter; then a digit and two letters. */
bool sought_is_postcode(struct str compact)
{
    if (compact.len < 5 || compact.len > 7) return false;
    struct str out = str_slice(compact, 0, compact.len - 3), in = str_from_byte(compact, out.len);
    if (!is_digit(in.at[0]) || !is_letter(in.at[1]) || !is_letter(in.at[2])) return false;
    size_t letters = out.len > 1 && is_letter(out.at[1]) ? 2 : 1, rest = out.len - letters;
    if (!is_letter(out.at[0]) || rest < 1 || rest > 2 || !is_digit(out.at[letters])) return false;
    return rest == 1 || is_digit(out.at[letters + 1]) || is_letter(out.at[letters + 1]);
}

/* Where the word begins that ends at `end`. */
static size_t word_at(struct str line, size_t end)
{
    while (end > 0 && line.at[end - 1] != ' ') end--;
    return end;
}

size_t sought_postcode_at(struct str line)
{
    enum { COMPACT = 8 };
    size_t last = word_at(line, line.len), gap = last;
    while (gap > 0 && line.at[gap - 1] == ' ') gap--;
    size_t first = word_at(line, gap);
    struct str out = str_slice(line, first, gap), in = str_from_byte(line, last);
    BUF(compact, COMPACT);
    if (sought_is_postcode(in)) return last;
    if (out.len + in.len >= COMPACT) return line.len;
    buf_add(&compact, out);
    buf_add(&compact, in);
    return out.len && sought_is_postcode(buf_str(&compact)) ? first : line.len;
}
