/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/small.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/unit.h"

enum { CELLS = 40, SUMS = 20 };

/* A table of numbers with its sums, as a report has it. */
struct table {
    struct small_cell cells[CELLS];
    size_t count;
    struct small_sum sums[SUMS];
    size_t sum_count;
};

static void term(struct small_sum *sum, size_t cell, int sign)
{
    sum->terms[sum->count++] = (struct small_term){cell, sign};
}

/* A list of numbers with their total last. */
static void make_list(struct table *table, const int *numbers, size_t count)
{
    *table = (struct table){.count = count + 1, .sum_count = 1};
    for (size_t i = 0; i < count; i++) {
        table->cells[i].number = numbers[i];
        table->cells[count].number += numbers[i];
        term(&table->sums[0], i, 1);
    }
    term(&table->sums[0], count, -1);
}

/* rows × columns with totals at the right and below. */
static void make_cross(struct table *table, const int *numbers, size_t rows, size_t columns)
{
    size_t wide = columns + 1;
    *table = (struct table){.count = (rows + 1) * wide, .sum_count = rows + 1 + wide};
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++) {
            int64_t number = numbers[row * columns + column];
            table->cells[row * wide + column].number = number;
            table->cells[row * wide + columns].number += number;
            table->cells[rows * wide + column].number += number;
            table->cells[rows * wide + columns].number += number;
        }
    for (size_t row = 0; row <= rows; row++)
        for (size_t column = 0; column <= columns; column++) {
            term(&table->sums[row], row * wide + column, column < columns ? 1 : -1);
            term(&table->sums[rows + 1 + column], row * wide + column, row < rows ? 1 : -1);
        }
}

/* ---- who reads the printed table, and tries everything ---- */

struct reader {
    const struct table *table;
    int64_t guess[CELLS];
    size_t hidden[CELLS], hidden_count;
    bool could_differ[CELLS];
    size_t left; /* hidden numbers that are not known to have two answers */
    unsigned long tries;
};

static bool fits(const struct reader *reader, size_t guessed)
{
    for (size_t s = 0; s < reader->table->sum_count; s++) {
        const struct small_sum *sum = &reader->table->sums[s];
        int64_t rest = 0;
        bool is_whole = true;
        for (size_t t = 0; t < sum->count; t++) {
            rest += sum->terms[t].sign * reader->guess[sum->terms[t].cell];
            for (size_t h = guessed; h < reader->hidden_count; h++)
                if (reader->hidden[h] == sum->terms[t].cell) is_whole = false;
        }
        if (is_whole && rest != 0) return false;
    }
    return true;
}

static void guess_all(struct reader *reader, size_t at)
{
    if (reader->left == 0 || ++reader->tries > 3000000) return;
    if (at == reader->hidden_count) {
        for (size_t h = 0; h < reader->hidden_count; h++) {
            size_t cell = reader->hidden[h];
            if (reader->could_differ[cell] ||
                reader->guess[cell] == reader->table->cells[cell].number)
                continue;
            reader->could_differ[cell] = true;
            reader->left--;
        }
        return;
    }
    size_t cell = reader->hidden[at];
    enum small_shown shown = reader->table->cells[cell].shown;
    int64_t number = reader->table->cells[cell].number;
    int64_t least = shown == SMALL_LOW ? 1 : shown == SMALL_HIDDEN ? SMALL_FROM : 0;
    int64_t most = shown == SMALL_LOW ? SMALL_FROM - 1 : number + 3;
    if (shown != SMALL_LOW && number - 3 > least) least = number - 3; /* near ones are enough */
    for (int64_t n = least; n <= most; n++) {
        reader->guess[cell] = n;
        if (fits(reader, at + 1)) guess_all(reader, at + 1);
    }
    reader->guess[cell] = number;
}

static void nobody_can_tell(const struct table *table)
{
    struct reader reader = {.table = table};
    for (size_t i = 0; i < table->count; i++) {
        reader.guess[i] = table->cells[i].number;
        if (table->cells[i].shown != SMALL_SHOWN) reader.hidden[reader.hidden_count++] = i;
        bool is_small = table->cells[i].number > 0 && table->cells[i].number < SMALL_FROM;
        assert_false(is_small && table->cells[i].shown == SMALL_SHOWN);
        assert_false(is_small && table->cells[i].shown == SMALL_HIDDEN);
    }
    reader.left = reader.hidden_count;
    guess_all(&reader, 0);
    if (reader.left == 0) return;
    for (size_t i = 0; i < table->count; i++) {
        char text[40];
        BUF(shown, 20);
        small_put(&shown, &table->cells[i]);
        snprintf(text, sizeof text, "%lld as %s", (long long)table->cells[i].number, shown.at);
        print_message("%s%s", text, i + 1 < table->count ? ", " : "\n");
    }
    fail_msg("%zu of %zu hidden numbers can be worked out", reader.left, reader.hidden_count);
}

/* ---- tables ---- */

static void lists(void **state)
{
    (void)state;
    static const struct {
        int numbers[6];
        const char *shown;
    } cases[] = {
        {{12, 3, 9}, "12 <5 * 24 "},  {{12, 9, 7}, "12 9 7 28 "},   {{0, 3, 9}, "0 <5 * 12 "},
        {{2, 3, 20}, "<5 <5 20 25 "}, {{1, 1, 20}, "<5 <5 * 22 "},  {{4, 4, 20}, "<5 <5 * 28 "},
        {{1, 5, 30}, "<5 * * 36 "},   {{3, 0, 0}, "<5 0 0 <5 "},    {{0, 0, 0}, "0 0 0 0 "},
        {{1, 6, 30}, "<5 * 30 37 "},  {{1, 1, 1, 1}, "* * * * * "}, {{5, 5, 5}, "5 5 5 15 "},
        {{1, 5, 0}, "<5 * 0 * "},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct table table;
        size_t count = i == 10 ? 4 : 3;
        BUF(shown, 200);
        make_list(&table, cases[i].numbers, count);
        small_suppress(table.cells, table.count, table.sums, table.sum_count);
        for (size_t c = 0; c < table.count; c++) {
            small_put(&shown, &table.cells[c]);
            buf_add_byte(&shown, ' ');
        }
        assert_string_equal(shown.at, cases[i].shown);
        nobody_can_tell(&table);
    }
}

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16;
}

static void no_list_tells(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 4000; round++) {
        int numbers[5];
        struct table table;
        size_t count = 1 + next(&seed) % COUNT(numbers);
        unsigned most = 2 + next(&seed) % 14;
        for (size_t i = 0; i < count; i++) numbers[i] = (int)(next(&seed) % most);
        make_list(&table, numbers, count);
        small_suppress(table.cells, table.count, table.sums, table.sum_count);
        nobody_can_tell(&table);
    }
}

static void no_cross_tells(void **state)
{
    (void)state;
    unsigned seed = 11;
    for (int round = 0; round < 700; round++) {
        int numbers[6];
        struct table table;
        size_t rows = 1 + next(&seed) % 2, columns = 1 + next(&seed) % 3;
        unsigned most = 2 + next(&seed) % 20;
        for (size_t i = 0; i < rows * columns; i++) numbers[i] = (int)(next(&seed) % most);
        make_cross(&table, numbers, rows, columns);
        small_suppress(table.cells, table.count, table.sums, table.sum_count);
        nobody_can_tell(&table);
    }
}

/* Start + new - ended = end, each of them printed: the year's end is the next one's start. */
static void no_flow_tells(void **state)
{
    (void)state;
    unsigned seed = 13;
    for (int round = 0; round < 3000; round++) {
        struct table table = {.count = 7, .sum_count = 2};
        int64_t open = next(&seed) % 14;
        table.cells[0].number = open;
        for (size_t year = 0; year < 2; year++) {
            size_t at = 3 * year; /* start, new, ended, and the next start */
            int64_t began = next(&seed) % 9, ended = next(&seed) % ((unsigned)open + 1);
            open += began - ended;
            table.cells[at + 1].number = began;
            table.cells[at + 2].number = ended;
            table.cells[at + 3].number = open;
            term(&table.sums[year], at, 1);
            term(&table.sums[year], at + 1, 1);
            term(&table.sums[year], at + 2, -1);
            term(&table.sums[year], at + 3, -1);
        }
        small_suppress(table.cells, table.count, table.sums, table.sum_count);
        nobody_can_tell(&table);
    }
}

static void large_numbers_stay(void **state)
{
    (void)state;
    static const int numbers[] = {300, 40, 9, 120, 60, 31};
    struct table table;
    make_cross(&table, numbers, 2, 3);
    small_suppress(table.cells, table.count, table.sums, table.sum_count);
    for (size_t i = 0; i < table.count; i++) assert_int_equal(table.cells[i].shown, SMALL_SHOWN);
}

static void too_many_are_not_shown(void **state)
{
    (void)state;
    size_t count = SMALL_CELLS + 1;
    struct small_cell *cells = calloc(count, sizeof *cells);
    assert_non_null(cells);
    small_suppress(cells, count, NULL, 0);
    assert_int_equal(cells[SMALL_CELLS].shown, SMALL_BLANK);
    free(cells);
}

UNIT_MAIN(NULL, cmocka_unit_test(lists), cmocka_unit_test(no_list_tells),
          cmocka_unit_test(no_cross_tells), cmocka_unit_test(no_flow_tells),
          cmocka_unit_test(large_numbers_stay), cmocka_unit_test(too_many_are_not_shown))
