/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_zip.h"

#include <stdint.h>
#include <string.h>

#include <zlib.h>

enum {
    END_BYTES = 22,
    TAIL_BYTES = 65557, /* the end record and the longest comment */
    ENTRY_BYTES = 46,   /* of the central directory, before its name */
    LOCAL_BYTES = 30,
    STORED = 0,
    DEFLATED = 8,
    FLAG_ENCRYPTED = 1,
};

static uint32_t little(struct str bytes, size_t at, size_t width)
{
    uint32_t number = 0;
    for (size_t i = width; i-- > 0;) number = number << 8 | (unsigned char)bytes.at[at + i];
    return number;
}

static size_t find_end(struct str file)
{
    size_t from = file.len > TAIL_BYTES ? file.len - TAIL_BYTES : 0;
    if (file.len < END_BYTES) return STR_NONE;
    for (size_t at = file.len - END_BYTES + 1; at-- > from;)
        if (!memcmp(file.at + at, "PK\5\6", 4)) return at;
    return STR_NONE;
}

static enum err inflate_all(struct str packed, struct str *bytes)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.at, .avail_in = (uInt)packed.len};
    stream.next_out = (Bytef *)(uintptr_t)bytes->at;
    stream.avail_out = (uInt)bytes->len;
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return ERR_MEMORY;
    int result = inflate(&stream, Z_FINISH);
    bool is_whole = result == Z_STREAM_END && stream.total_out == bytes->len;
    inflateEnd(&stream);
    return is_whole ? OK : ERR_BAD_INPUT;
}

/* One entry by its row of the central directory, whose name has been taken. */
static enum err read_entry(struct str file, size_t row, struct arena *arena,
                           struct zip_entry *entry)
{
    uint32_t method = little(file, row + 10, 2), packed_len = little(file, row + 20, 4);
    size_t len = little(file, row + 24, 4), local = little(file, row + 42, 4);
    if (little(file, row + 8, 2) & FLAG_ENCRYPTED) return ERR_FORBIDDEN;
    if (len > ZIP_ENTRY_BYTES_MAX) return ERR_TOO_BIG;
    if (local > file.len || file.len - local < LOCAL_BYTES ||
        memcmp(file.at + local, "PK\3\4", 4) != 0)
        return ERR_BAD_INPUT;
    size_t start = local + LOCAL_BYTES + little(file, local + 26, 2) + little(file, local + 28, 2);
    if (start > file.len || file.len - start < packed_len) return ERR_BAD_INPUT;
    struct str packed = str_slice(file, start, start + packed_len);
    if (method == STORED) {
        if (packed.len != len) return ERR_BAD_INPUT;
        entry->bytes = packed;
        return OK;
    }
    if (method != DEFLATED) return ERR_BAD_INPUT;
    struct str bytes = {arena_take(arena, len + 1), len};
    TRY(inflate_all(packed, &bytes));
    entry->bytes = bytes;
    return OK;
}

enum err zip_read(struct str file, struct arena *arena, struct zip *ret_zip)
{
    size_t end = find_end(file), total = 0;
    if (end == STR_NONE) return ERR_BAD_INPUT;
    size_t count = little(file, end + 10, 2), row = little(file, end + 16, 4);
    if (count > ZIP_ENTRIES_MAX) return ERR_TOO_BIG;
    struct zip zip = {ARENA_MANY(arena, count, struct zip_entry), count};
    for (size_t i = 0; i < count; i++) {
        if (row > end || end - row < ENTRY_BYTES || memcmp(file.at + row, "PK\1\2", 4) != 0)
            return ERR_BAD_INPUT;
        size_t name = little(file, row + 28, 2);
        size_t skip = ENTRY_BYTES + name + little(file, row + 30, 2) + little(file, row + 32, 2);
        if (skip > end - row) return ERR_BAD_INPUT;
        zip.entries[i].name = str_slice(file, row + ENTRY_BYTES, row + ENTRY_BYTES + name);
        total += little(file, row + 24, 4);
        if (total > ZIP_BYTES_MAX) return ERR_TOO_BIG;
        TRY(read_entry(file, row, arena, &zip.entries[i]));
        row += skip;
    }
    *ret_zip = zip;
    return OK;
}

struct zip_entry *zip_find(const struct zip *zip, const char *name)
{
    for (size_t i = 0; i < zip->count; i++)
        if (str_equal(zip->entries[i].name, str_from(name))) return &zip->entries[i];
    return NULL;
}

static void add_little(struct buf *buf, uint32_t number, unsigned width)
{
    for (unsigned i = 0; i < width; i++) buf_add_byte(buf, (char)(number >> (8 * i)));
}

/* What the local header and the directory's row have in common, from the version on. */
static void add_facts(struct buf *buf, const struct zip_entry *entry)
{
    add_little(buf, 20, 2);     /* version needed */
    add_little(buf, 0, 2);      /* flags */
    add_little(buf, STORED, 2); /* method */
    add_little(buf, 0, 2);      /* time and day: 1 January 1980 */
    add_little(buf, 0x21, 2);
    add_little(buf, (uint32_t)crc32(0, (const Bytef *)entry->bytes.at, (uInt)entry->bytes.len), 4);
    add_little(buf, (uint32_t)entry->bytes.len, 4);
    add_little(buf, (uint32_t)entry->bytes.len, 4);
    add_little(buf, (uint32_t)entry->name.len, 2);
    add_little(buf, 0, 2); /* extra */
}

void zip_write(const struct zip *zip, struct buf *ret_file)
{
    BUF(directory, ZIP_BYTES_MAX);
    uint32_t count = 0;
    for (size_t i = 0; i < zip->count; i++) {
        const struct zip_entry *entry = &zip->entries[i];
        if (entry->is_left_out) continue;
        buf_add_c(&directory, "PK\1\2");
        add_little(&directory, 20, 2); /* made by */
        add_facts(&directory, entry);
        add_little(&directory, 0, 2); /* comment */
        add_little(&directory, 0, 4); /* disk, internal attributes */
        add_little(&directory, 0, 4); /* external attributes */
        add_little(&directory, (uint32_t)ret_file->len, 4);
        buf_add(&directory, entry->name);
        buf_add_c(ret_file, "PK\3\4");
        add_facts(ret_file, entry);
        buf_add(ret_file, entry->name);
        buf_add(ret_file, entry->bytes);
        count++;
    }
    uint32_t start = (uint32_t)ret_file->len;
    buf_add(ret_file, buf_str(&directory));
    buf_add_c(ret_file, "PK\5\6");
    add_little(ret_file, 0, 4); /* disks */
    add_little(ret_file, count, 2);
    add_little(ret_file, count, 2);
    add_little(ret_file, (uint32_t)directory.len, 4);
    add_little(ret_file, start, 4);
    add_little(ret_file, 0, 2); /* comment */
}
