/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/image_container.h"

#include <stddef.h>
#include <string.h>

enum {
    TAG_ORIENTATION = 0x0112,
    TAG_GPS = 0x8825,
    TAG_NEXT_IFD_ENTRIES_MAX = 1000,
    QUANTISERS = 64,
};

static uint32_t big(struct str bytes, size_t at, size_t width)
{
    uint32_t number = 0;
    for (size_t i = 0; i < width; i++) number = number << 8 | (unsigned char)bytes.at[at + i];
    return number;
}

/* ---- Exif -------------------------------------------------------------------------------------
 */

struct tiff {
    struct str bytes;
    bool is_little;
};

/* 0 outside the bytes. */
static uint32_t tiff_number(const struct tiff *tiff, size_t at, size_t width)
{
    if (at > tiff->bytes.len || tiff->bytes.len - at < width) return 0;
    uint32_t number = 0;
    for (size_t i = 0; i < width; i++) {
        size_t byte = tiff->is_little ? width - 1 - i : i;
        number = number << 8 | (unsigned char)tiff->bytes.at[at + byte];
    }
    return number;
}

/* The first directory: orientation, whether there is a place, whether a second one (the thumbnail).
 */
static void read_exif(struct str bytes, struct container *container)
{
    container->has[REMOVED_EXIF] = true;
    struct tiff tiff = {bytes, str_starts(bytes, STR("II"))};
    if (!tiff.is_little && !str_starts(bytes, STR("MM"))) return;
    size_t at = tiff_number(&tiff, 4, 4);
    uint32_t entries = tiff_number(&tiff, at, 2);
    if (entries > TAG_NEXT_IFD_ENTRIES_MAX) return;
    at += 2;
    for (uint32_t i = 0; i < entries; i++, at += 12) {
        uint32_t tag = tiff_number(&tiff, at, 2);
        uint32_t value = tiff_number(&tiff, at + 8, 2);
        if (tag == TAG_ORIENTATION && value >= 1 && value <= 8) container->orientation = value;
        if (tag == TAG_GPS) container->has[REMOVED_EXIF_GPS] = true;
    }
    if (tiff_number(&tiff, at, 4) != 0) container->has[REMOVED_THUMBNAIL] = true;
}

/* ---- JPEG -------------------------------------------------------------------------------------
 */

/* The quality whose standard luminance table is nearest: as jpeglib scales it. */
static unsigned guess_quality(struct str table)
{
    enum { STANDARD_SUM = 3688 }; /* of the luminance table of T.81 annex K */
    if (table.len < 1 + QUANTISERS || (table.at[0] & 0xf0) != 0) return 0;
    unsigned sum = 0;
    for (size_t i = 1; i <= QUANTISERS; i++) sum += (unsigned char)table.at[i];
    unsigned scale = sum * 100 / STANDARD_SUM; /* in percent */
    if (scale == 0) return 100;
    unsigned quality = scale <= 100 ? (200 - scale) / 2 : 5000 / scale;
    return quality < 1 ? 1 : quality > 100 ? 100 : quality;
}

static void note_jpeg_segment(struct container *container, uint32_t marker, struct str data)
{
    if (marker == 0xe1 && str_starts(data, (struct str){"Exif\0", 5}))
        read_exif(str_from_byte(data, 6), container);
    else if (marker == 0xe1 && str_starts(data, STR("http://ns.adobe.com/x")))
        container->has[REMOVED_XMP] = true;
    else if (marker == 0xe2 && str_starts(data, STR("ICC_PROFILE")))
        container->has[REMOVED_ICC] = true;
    else if (marker == 0xed && str_starts(data, STR("Photoshop")))
        container->has[REMOVED_IPTC] = true;
    else if (marker == 0xfe)
        container->has[REMOVED_COMMENT] = true;
    else if (marker > 0xe0 && marker <= 0xef && marker != 0xee)
        container->has[REMOVED_OTHER_METADATA] = true;
}

static bool is_kept_segment(uint32_t marker, struct str data)
{
    bool is_application = marker >= 0xe0 && marker <= 0xef;
    if (marker == 0xfe) return false;
    return !is_application || marker == 0xe0 || marker == 0xee ||
           (marker == 0xe2 && str_starts(data, STR("ICC_PROFILE")));
}

/* Where the data of a scan ends: at the next marker that is not part of it, or at the end. */
static size_t end_of_scan(struct str file, size_t at)
{
    for (; at + 1 < file.len; at++) {
        unsigned char code = (unsigned char)file.at[at + 1];
        if ((unsigned char)file.at[at] == 0xff && code != 0 && code != 0xff &&
            (code < 0xd0 || code > 0xd7))
            return at;
    }
    return file.len;
}

struct container container_jpeg(struct str file, struct buf *ret_bare)
{
    struct container container = {.orientation = 1};
    size_t at = 2;
    buf_add(ret_bare, str_slice(file, 0, 2));
    for (;;) {
        if (at + 4 > file.len || (unsigned char)file.at[at] != 0xff) break;
        uint32_t marker = (unsigned char)file.at[at + 1];
        if (marker == 0xff) { /* fill */
            at++;
            continue;
        }
        size_t len = big(file, at + 2, 2);
        if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9) || len < 2 ||
            len > file.len - at - 2)
            break;
        struct str segment = str_slice(file, at, at + 2 + len), data = str_from_byte(segment, 4);
        note_jpeg_segment(&container, marker, data);
        if (marker == 0xdb && container.quality == 0) container.quality = guess_quality(data);
        if (is_kept_segment(marker, data)) buf_add(ret_bare, segment);
        at += 2 + len;
        if (marker != 0xda) continue;
        size_t end = end_of_scan(file, at);
        buf_add(ret_bare, str_slice(file, at, end));
        at = end;
        if (at + 2 <= file.len && (unsigned char)file.at[at + 1] == 0xd9) {
            buf_add(ret_bare, str_slice(file, at, at + 2));
            container.has[REMOVED_TRAILING] = at + 2 < file.len;
            return container;
        }
    }
    /* Cut short or odd: the library makes of it what it can. */
    container.is_damaged = true;
    buf_clear(ret_bare);
    buf_add(ret_bare, file);
    return container;
}

/* ---- PNG --------------------------------------------------------------------------------------
 */

static void note_png_chunk(struct container *container, struct str type, struct str data)
{
    if (str_equal(type, STR("eXIf")))
        read_exif(data, container);
    else if (str_equal(type, STR("iTXt")) && str_starts(data, STR("XML:com.adobe.xmp")))
        container->has[REMOVED_XMP] = true;
    else if (str_equal(type, STR("zTXt")) && str_starts(data, STR("Raw profile type")))
        container->has[REMOVED_EXIF] = true;
    else if (str_equal(type, STR("tEXt")) || str_equal(type, STR("iTXt")) ||
             str_equal(type, STR("zTXt")))
        container->has[REMOVED_COMMENT] = true;
    else if (str_equal(type, STR("iCCP")))
        container->has[REMOVED_ICC] = true;
    else if (str_equal(type, STR("acTL")) || str_equal(type, STR("fdAT")))
        container->has[REMOVED_FRAMES] = true;
    else if (str_equal(type, STR("tRNS")))
        container->has[REMOVED_TRANSPARENCY] = true;
    else
        container->has[REMOVED_OTHER_METADATA] = true;
}

static bool is_one_of(struct str type, const char *names)
{
    struct str rest = str_from(names), name;
    while (str_split(&rest, ' ', &name))
        if (str_equal(type, name)) return true;
    return false;
}

struct container container_png(struct str file, struct buf *ret_bare)
{
    struct container container = {.orientation = 1};
    size_t at = 8;
    buf_add(ret_bare, str_slice(file, 0, 8));
    while (at + 12 <= file.len) {
        size_t len = big(file, at, 4);
        if (len > file.len - at - 12) break;
        struct str chunk = str_slice(file, at, at + 12 + len), type = str_slice(chunk, 4, 8);
        struct str data = str_slice(chunk, 8, 8 + len);
        at += 12 + len;
        bool is_drawn = is_one_of(type, "IHDR PLTE IDAT IEND");
        if (!is_drawn && !is_one_of(type, "gAMA cHRM sRGB pHYs bKGD sBIT hIST sPLT"))
            note_png_chunk(&container, type, data);
        if (is_drawn || is_one_of(type, "tRNS gAMA iCCP sRGB")) buf_add(ret_bare, chunk);
        if (str_equal(type, STR("IEND"))) {
            container.has[REMOVED_TRAILING] = at < file.len;
            return container;
        }
    }
    container.is_damaged = true;
    buf_clear(ret_bare);
    buf_add(ret_bare, file);
    return container;
}
