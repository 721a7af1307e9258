/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/csv.h"

#include <csv.h>

#include "core/buf.h"
#include "core/utf8.h"

struct csv {
    struct csv_parser parser;
    enum csv_text text;
    struct str rest; /* UTF-8 */
    size_t line;     /* of the next byte */
    bool ended;
    /* of the record that is being read */
    struct arena *arena;
    struct csv_record record;
    struct str cells[CSV_CELLS];
    bool is_whole, says_something;
    enum err code;
};

/* ---- text ---- */

/* Bytes 80 to 9F of windows-1252; 0: none. */
static const uint16_t windows[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

static enum err from_windows(struct str file, struct arena *arena, struct str *ret_text)
{
    BUF_SECRET(text, 3 * (size_t)CSV_FILE_BYTES);
    for (size_t i = 0; i < file.len; i++) {
        unsigned char byte = (unsigned char)file.at[i];
        uint32_t point = byte >= 0x80 && byte < 0xa0 ? windows[byte - 0x80] : byte;
        if (point == 0) return ERR_BAD_UTF8;
        utf8_add(&text, point);
    }
    TRY(buf_done(&text));
    *ret_text = arena_str(arena, buf_str(&text));
    return OK;
}

static enum err decode(struct csv *csv, struct str file, struct arena *arena)
{
    static const struct str mark = {"\xef\xbb\xbf", 3};
    if (str_find_byte(file, 0) != STR_NONE || str_starts(file, STR("PK\x03\x04")) ||
        str_starts(file, STR("\xff\xfe")) || str_starts(file, STR("\xfe\xff")) ||
        str_starts(file, STR("\xd0\xcf\x11\xe0")))
        return ERR_BAD_UTF8;
    bool is_marked = str_starts(file, mark);
    csv->rest = is_marked ? str_from_byte(file, mark.len) : file;
    if (utf8_valid(csv->rest)) return OK;
    if (is_marked) return ERR_BAD_UTF8;
    csv->text = CSV_TEXT_WINDOWS;
    return from_windows(file, arena, &csv->rest);
}

/* ---- what parts cells ---- */

static char most_of(struct str text)
{
    static const char separators[] = {',', ';', '\t'};
    size_t counts[sizeof separators] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"') quoted = !quoted;
        if (quoted) continue;
        if (text.at[i] == '\n' || text.at[i] == '\r') {
            if (counts[0] + counts[1] + counts[2]) break;
            continue;
        }
        for (size_t k = 0; k < sizeof separators; k++) counts[k] += text.at[i] == separators[k];
    }
    for (size_t k = 1; k < sizeof separators; k++)
        if (counts[k] > counts[best]) best = k;
    return separators[best];
}

/* "sep=;" on a line of its own. */
static bool take_hint(struct csv *csv, char *ret_separator)
{
    struct str text = csv->rest;
    if (text.len < 6 || !str_same(str_slice(text, 0, 4), STR("sep="))) return false;
    if (text.at[5] != '\r' && text.at[5] != '\n') return false;
    *ret_separator = text.at[4];
    csv->rest =
        str_from_byte(text, text.at[5] == '\r' && text.len > 6 && text.at[6] == '\n' ? 7 : 6);
    csv->line = 2;
    return true;
}

static int is_blank(unsigned char byte)
{
    return byte == ' ';
}

static void end_parser(void *csv)
{
    csv_free(&((struct csv *)csv)->parser);
}

enum err csv_open(struct str file, struct arena *arena, struct csv **ret_csv)
{
    if (file.len > CSV_FILE_BYTES) return ERR_TOO_BIG;
    struct csv *csv = ARENA_ONE(arena, struct csv);
    csv->line = 1;
    TRY(decode(csv, file, arena));
    char separator;
    if (!take_hint(csv, &separator)) separator = most_of(csv->rest);
    if (csv_init(&csv->parser, 0) != 0) return ERR_MEMORY;
    arena_on_end(arena, end_parser, csv);
    csv_set_delim(&csv->parser, (unsigned char)separator);
    csv_set_space_func(&csv->parser, is_blank);
    *ret_csv = csv;
    return OK;
}

enum csv_text csv_text(const struct csv *csv)
{
    return csv->text;
}

/* ---- records ---- */

static void take_cell(void *bytes, size_t len, void *context)
{
    struct csv *csv = context;
    struct str cell = {bytes, len};
    if (csv->code != OK) return;
    if (csv->record.count == CSV_CELLS) {
        csv->code = ERR_TOO_BIG;
        return;
    }
    BUF_SECRET(text, 4 * (size_t)CSV_RECORD_BYTES);
    csv->code = utf8_clean(cell, &text);
    if (csv->code != OK) return;
    struct str trimmed = str_trim(buf_str(&text));
    if (trimmed.len) csv->says_something = true;
    csv->cells[csv->record.count++] = arena_str(csv->arena, trimmed);
}

static void take_end(int byte, void *context)
{
    (void)byte;
    ((struct csv *)context)->is_whole = true;
}

static void begin(struct csv *csv)
{
    csv->record.count = 0;
    csv->is_whole = csv->says_something = false;
    csv->code = OK;
}

/* Reads to the end of a record, which may say nothing. */
static enum err read_record(struct csv *csv)
{
    bool has_begun = false;
    size_t bytes = 0;
    char separator = (char)csv_get_delim(&csv->parser);
    begin(csv);
    while (csv->rest.len && !csv->is_whole) {
        char byte = csv->rest.at[0];
        if (!has_begun) csv->record.line = csv->line;
        if (byte == separator || (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n'))
            has_begun = true;
        if (++bytes > CSV_RECORD_BYTES) return ERR_TOO_BIG;
        if (csv_parse(&csv->parser, &byte, 1, take_cell, take_end, csv) != 1) return ERR_MEMORY;
        csv->rest = str_from_byte(csv->rest, 1);
        bool ends_line = byte == '\n' || (byte == '\r' && !str_starts(csv->rest, STR("\n")));
        if (ends_line) csv->line++;
        if (ends_line && !has_begun) bytes = 0;
    }
    if (csv->is_whole) return csv->code;
    csv->ended = true;
    if (!has_begun) return ERR_NOT_FOUND;
    /* only so libcsv tells of a quotation mark that is open at the end */
    if (csv_set_opts(&csv->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) return ERR_MEMORY;
    if (csv_fini(&csv->parser, take_cell, take_end, csv) != 0) return ERR_BAD_INPUT;
    if (!csv->is_whole) return ERR_NOT_FOUND;
    return csv->code;
}

enum err csv_next(struct csv *csv, struct arena *arena, struct csv_record *ret_record)
{
    csv->arena = arena;
    do {
        enum err code = csv->ended ? ERR_NOT_FOUND : read_record(csv);
        ret_record->line = csv->record.line;
        if (code != OK) {
            csv->ended = true;
            return code;
        }
    } while (!csv->says_something);
    struct str *cells = ARENA_MANY(arena, csv->record.count, struct str);
    for (size_t i = 0; i < csv->record.count; i++) cells[i] = csv->cells[i];
    *ret_record =
        (struct csv_record){.line = csv->record.line, .cells = cells, .count = csv->record.count};
    return OK;
}
