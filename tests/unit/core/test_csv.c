/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/csv.h"

#include "tests/unit/unit.h"

enum { ARENA_BYTES = 200 * 1024 * 1024 };

/* "line: cell|cell" for each record, in lines. */
static void put_all(struct str file, struct buf *text)
{
    ARENA(arena, ARENA_BYTES);
    struct csv *csv;
    struct csv_record record;
    enum err code = csv_open(file, arena, &csv);
    if (code != OK) {
        buf_add_c(text, err_info(code)->name);
        return;
    }
    while ((code = csv_next(csv, arena, &record)) == OK) {
        buf_print(text, "%zu: ", record.line);
        for (size_t i = 0; i < record.count; i++) {
            if (i) buf_add_byte(text, '|');
            buf_add(text, record.cells[i]);
        }
        buf_add_byte(text, '\n');
    }
    if (code != ERR_NOT_FOUND) buf_print(text, "%zu: %s", record.line, err_info(code)->name);
    assert_err(csv_next(csv, arena, &record), ERR_NOT_FOUND);
}

static void records(void **state)
{
    (void)state;
    static const struct {
        const char *file, *records;
    } cases[] = {
        {"", ""},
        {"\n\r\n  \n", ""},
        {"a,b\n1,2\n", "1: a|b\n2: 1|2\n"},
        {"a,b\r\n1,2", "1: a|b\n2: 1|2\n"},
        {"a;b\n1,5;2\n", "1: a|b\n2: 1,5|2\n"},
        {"a\tb\n1\t2\n", "1: a|b\n2: 1|2\n"},
        {"a;\"b,c,d,e\";f\n1;2;3\n", "1: a|b,c,d,e|f\n2: 1|2|3\n"},
        {"sep=;\r\na,1;b\r\n", "2: a,1|b\n"},
        {"sep=;\na;b\n", "2: a|b\n"},
        {"a,b\n\"two\nlines\",2\nc,d\n", "1: a|b\n2: two\nlines|2\n4: c|d\n"},
        {"a,b\r\n\"two\r\nlines\",2\r\nc,d\r\n", "1: a|b\n2: two\nlines|2\n4: c|d\n"},
        {"a,b\rc,d\r", "1: a|b\n2: c|d\n"},
        {"a,b\n\n,,,\n   \n1,2\n", "1: a|b\n5: 1|2\n"},
        {"a,b\n\"he said \"\"yes\"\"\", x \n", "1: a|b\n2: he said \"yes\"|x\n"},
        {"a,b\n14 \"The Oaks\" Lane,2\n", "1: a|b\n2: 14 \"The Oaks\" Lane|2\n"},
        {"a,b\n,2\n1,\n", "1: a|b\n2: |2\n3: 1|\n"},
        {"a\tb\n\t2\n", "1: a|b\n2: |2\n"},
        {"\xef\xbb\xbf"
         "a,b\nZo\xc3\xab,2\n",
         "1: a|b\n2: Zo\xc3\xab|2\n"},
        {"a,b\nZoe\xcc\x88,2\n", "1: a|b\n2: Zo\xc3\xab|2\n"},
        {"a,b\nZo\xeb,\x80 5\n", "1: a|b\n2: Zo\xc3\xab|\xe2\x82\xac 5\n"},
        {"a,b\n1,\"open\n2,3\n", "1: a|b\n2: bad-input"},
        {"a,b\n1,\x01\n2,3\n", "1: a|b\n2: bad-utf8"},
        {"\xef\xbb\xbf"
         "a,b\n\xeb,2\n",
         "bad-utf8"},
        {"a,b\n\x81,2\n", "bad-utf8"},
        {"PK\x03\x04", "bad-utf8"},
        {"\xff\xfe"
         "a",
         "bad-utf8"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(text, 10000);
        put_all(str_from(cases[i].file), &text);
        assert_str(buf_str(&text), str_from(cases[i].records));
    }
}

static void zero_bytes_are_no_text(void **state)
{
    (void)state;
    BUF(text, 100);
    put_all(STR("a,b\n1\0,2\n"), &text);
    assert_buf(text, "bad-utf8");
}

static void limits(void **state)
{
    (void)state;
    BUF(file, CSV_FILE_BYTES + 10);
    BUF(text, 10000);
    buf_add_c(&file, "a,b\n\"");
    for (size_t i = 0; i < CSV_RECORD_BYTES; i++) buf_add_byte(&file, 'x');
    buf_add_c(&file, "\",2\n");
    put_all(buf_str(&file), &text);
    assert_buf(text, "1: a|b\n2: too-big");
    buf_clear(&file);
    buf_clear(&text);
    for (size_t i = 0; i < CSV_CELLS; i++) buf_add_c(&file, "x,");
    buf_add_c(&file, "x\n");
    put_all(buf_str(&file), &text);
    assert_buf(text, "1: too-big");
    buf_clear(&file);
    buf_clear(&text);
    for (size_t i = 0; i < CSV_FILE_BYTES + 1; i++) buf_add_byte(&file, '\n');
    put_all(buf_str(&file), &text);
    assert_buf(text, "too-big");
}

static void says_how_it_read(void **state)
{
    (void)state;
    ARENA(arena, ARENA_BYTES);
    struct csv *csv;
    assert_ok(csv_open(STR("a,b\nZo\xc3\xab\n"), arena, &csv));
    assert_int_equal(csv_text(csv), CSV_TEXT_UTF8);
    assert_ok(csv_open(STR("a,b\nZo\xeb\n"), arena, &csv));
    assert_int_equal(csv_text(csv), CSV_TEXT_WINDOWS);
}

UNIT_MAIN(NULL, cmocka_unit_test(records), cmocka_unit_test(zero_bytes_are_no_text),
          cmocka_unit_test(limits), cmocka_unit_test(says_how_it_read))
