/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/picture.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes being read, never past their end. */
struct reader {
    struct str rest;
    bool over;
};

static uint32_t number(struct reader *reader, size_t width)
{
    if (reader->rest.len < width) {
        reader->over = true;
        return 0;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < width; i++) value = value << 8 | (unsigned char)reader->rest.at[i];
    reader->rest = str_from_byte(reader->rest, width);
    return value;
}

static struct str piece(struct reader *reader, size_t len)
{
    if (reader->rest.len < len) {
        reader->over = true;
        return (struct str){NULL, 0};
    }
    struct str found = str_slice(reader->rest, 0, len);
    reader->rest = str_from_byte(reader->rest, len);
    return found;
}

/* ---- PNG --------------------------------------------------------------------------------------
 */

struct crc_table {
    uint32_t of[256];
};

static struct crc_table make_table(void)
{
    struct crc_table table;
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t sum = byte;
        for (int bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320U ^ sum >> 1 : sum >> 1;
        table.of[byte] = sum;
    }
    return table;
}

static uint32_t check_sum(const struct crc_table *table, struct str bytes)
{
    uint32_t sum = ~0U;
    for (size_t i = 0; i < bytes.len; i++)
        sum = table->of[(sum ^ (unsigned char)bytes.at[i]) & 0xff] ^ sum >> 8;
    return ~sum;
}

static bool is_plain_header(struct str data, uint32_t width, uint32_t height)
{
    enum { GREY = 0, COLOUR = 2, PALETTE = 3 };
    struct reader reader = {data, false};
    if (data.len != 13 || number(&reader, 4) != width || number(&reader, 4) != height) return false;
    uint32_t depth = number(&reader, 1), type = number(&reader, 1);
    bool is_palette = type == PALETTE && depth <= 8;
    return (is_palette || (depth <= 8 && type == GREY) || (depth == 8 && type == COLOUR)) &&
           number(&reader, 3) <= 1; /* deflate, the five filters, interlaced or not */
}

static bool is_plain_png(struct str file, uint32_t width, uint32_t height)
{
    const struct str signature = {"\x89PNG\r\n\x1a\n", 8};
    const struct crc_table table = make_table();
    struct reader reader = {file, false};
    if (!str_equal(piece(&reader, 8), signature)) return false;
    bool has_header = false, has_data = false;
    for (;;) {
        uint32_t len = number(&reader, 4);
        struct str typed = reader.rest.len >= 4 ? str_slice(reader.rest, 0, 4 + (size_t)len)
                                                : (struct str){NULL, 0};
        struct str type = piece(&reader, 4), data = piece(&reader, len);
        if (number(&reader, 4) != check_sum(&table, typed) || reader.over) return false;
        if (str_equal(type, STR("IHDR"))) {
            if (has_header || !is_plain_header(data, width, height)) return false;
            has_header = true;
        } else if (!has_header) {
            return false;
        } else if (str_equal(type, STR("IEND"))) {
            return len == 0 && has_data && reader.rest.len == 0;
        } else if (str_equal(type, STR("IDAT"))) {
            has_data = true;
        } else if (!str_equal(type, STR("PLTE")) || has_data || len > 768) {
            return false;
        }
    }
}

/* ---- JPEG -------------------------------------------------------------------------------------
 */

enum {
    MARKER_SOF0 = 0xc0,
    MARKER_SOF2 = 0xc2,
    MARKER_DHT = 0xc4,
    MARKER_RST0 = 0xd0,
    MARKER_RST7 = 0xd7,
    MARKER_SOI = 0xd8,
    MARKER_EOI = 0xd9,
    MARKER_SOS = 0xda,
    MARKER_DQT = 0xdb,
    MARKER_DRI = 0xdd,
    MARKER_APP0 = 0xe0,
    MARKER_APP14 = 0xee,
};

static bool is_frame_of_size(struct str data, uint32_t width, uint32_t height)
{
    struct reader reader = {data, false};
    if (number(&reader, 1) != 8 || number(&reader, 2) != height || number(&reader, 2) != width)
        return false;
    uint32_t components = number(&reader, 1);
    return (components == 1 || components == 3) && data.len == 6 + 3 * (size_t)components;
}

/* Up to the next marker that is not part of the scan's data; its code, or 0. */
static uint32_t skip_scan(struct reader *reader)
{
    for (;;) {
        size_t at = str_find_byte(reader->rest, (char)0xff);
        if (at == STR_NONE || at + 1 >= reader->rest.len) return 0;
        uint32_t code = (unsigned char)reader->rest.at[at + 1];
        reader->rest = str_from_byte(reader->rest, at + 2);
        if (code != 0 && (code < MARKER_RST0 || code > MARKER_RST7)) return code;
    }
}

static bool is_plain_segment(uint32_t marker, struct str data)
{
    switch (marker) {
    case MARKER_APP0:
        return data.len == 14 && !memcmp(data.at, "JFIF\0", 5) && data.at[12] == 0 &&
               data.at[13] == 0;
    case MARKER_APP14: return data.len == 12 && !memcmp(data.at, "Adobe", 5);
    case MARKER_DQT:
    case MARKER_DHT:
    case MARKER_DRI:
    case MARKER_SOS: return data.len > 0;
    default: return false;
    }
}

static bool is_plain_jpeg(struct str file, uint32_t width, uint32_t height)
{
    struct reader reader = {file, false};
    if (number(&reader, 2) != 0xff00 + MARKER_SOI) return false;
    bool has_frame = false, has_scan = false;
    uint32_t marker = number(&reader, 1) == 0xff ? number(&reader, 1) : 0;
    for (;;) {
        if (marker == MARKER_EOI) return has_scan && reader.rest.len == 0;
        uint32_t len = number(&reader, 2);
        struct str data = piece(&reader, len >= 2 ? len - 2 : 0);
        if (reader.over || len < 2) return false;
        if (marker >= MARKER_SOF0 && marker <= MARKER_SOF2) {
            if (has_frame || !is_frame_of_size(data, width, height)) return false;
            has_frame = true;
        } else if (!is_plain_segment(marker, data)) {
            return false;
        }
        if (marker == MARKER_SOS) {
            if (!has_frame) return false;
            has_scan = true;
            marker = skip_scan(&reader);
        } else {
            marker = number(&reader, 1) == 0xff ? number(&reader, 1) : 0;
        }
    }
}

enum err picture_check(enum image_format format, struct str file, uint32_t width, uint32_t height)
{
    if (width == 0 || height == 0) return ERR_BAD_INPUT;
    bool is_plain = format == IMAGE_PNG    ? is_plain_png(file, width, height)
                    : format == IMAGE_JPEG ? is_plain_jpeg(file, width, height)
                                           : false;
    return is_plain ? OK : ERR_BAD_INPUT;
}
