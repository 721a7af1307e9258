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

static uint32_t little(struct str bytes, size_t at, size_t width)
{
    uint32_t number = 0;
    for (size_t i = width; i-- > 0;) number = number << 8 | (unsigned char)bytes.at[at + i];
    return number;
}

static bool is_one_of(struct str type, const char *names)
{
    struct str rest = str_from(names), name;
    while (str_split(&rest, ' ', &name))
        if (str_equal(type, name)) return true;
    return false;
}

/* Editing data may repeat the place. */
static void note_xmp(struct str data, struct container *container)
{
    container->has[REMOVED_XMP] = true;
    if (str_find(data, STR("GPSLatitude")) != STR_NONE) container->has[REMOVED_EXIF_GPS] = true;
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
void container_exif(struct str bytes, struct container *container)
{
    container->has[REMOVED_EXIF] = true;
    if (str_starts(bytes, (struct str){"Exif\0\0", 6})) bytes = str_from_byte(bytes, 6);
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

/* ---- TIFF -------------------------------------------------------------------------------------
 */

/* What a tag of a page tells beside the picture; REMOVED_COUNT: nothing. */
static enum removed tag_tells(uint32_t tag)
{
    switch (tag) {
    case 0x010e: return REMOVED_COMMENT;  /* ImageDescription */
    case 0x013b:                          /* Artist */
    case 0x8298: return REMOVED_AUTHOR;   /* Copyright */
    case 0x010f:                          /* Make */
    case 0x0110:                          /* Model */
    case 0x8769: return REMOVED_EXIF;     /* Exif IFD */
    case 0x0131: return REMOVED_PRODUCER; /* Software */
    case 0x0132: return REMOVED_DATES;    /* DateTime */
    case 0x010d:                          /* DocumentName */
    case 0x011d: return REMOVED_TITLE;    /* PageName */
    case 0x02bc: return REMOVED_XMP;
    case 0x83bb:
    case 0x8649: return REMOVED_IPTC; /* IPTC, Photoshop */
    case 0x8773: return REMOVED_ICC;
    case 0x013c:                                /* HostComputer */
    case 0x014a: return REMOVED_OTHER_METADATA; /* further pictures inside */
    case TAG_GPS: return REMOVED_EXIF_GPS;
    default: return REMOVED_COUNT;
    }
}

struct container container_tiff(struct str file)
{
    enum { PAGES_MOST = 1000 };
    struct container container = {.orientation = 1};
    struct tiff tiff = {file, str_starts(file, STR("II"))};
    size_t at = tiff_number(&tiff, 4, 4);
    for (int page = 0; page < PAGES_MOST && at != 0; page++) {
        uint32_t entries = tiff_number(&tiff, at, 2);
        if (entries > TAG_NEXT_IFD_ENTRIES_MAX) return container;
        at += 2;
        for (uint32_t i = 0; i < entries; i++, at += 12) {
            enum removed told = tag_tells(tiff_number(&tiff, at, 2));
            if (told != REMOVED_COUNT) container.has[told] = true;
        }
        at = tiff_number(&tiff, at, 4);
    }
    return container;
}

/* ---- WebP, GIF --------------------------------------------------------------------------------
 */

struct container container_webp(struct str file)
{
    struct container container = {.orientation = 1};
    if (file.len < 12) return container;
    size_t end = 8 + (size_t)little(file, 4, 4);
    if (end < file.len) container.has[REMOVED_TRAILING] = true;
    if (end > file.len) end = file.len;
    for (size_t at = 12; at + 8 <= end;) {
        size_t len = little(file, at + 4, 4);
        if (len > end - at - 8) break;
        struct str type = str_slice(file, at, at + 4), data = str_slice(file, at + 8, at + 8 + len);
        if (str_equal(type, STR("EXIF")))
            container_exif(data, &container);
        else if (str_equal(type, STR("XMP ")))
            note_xmp(data, &container);
        else if (str_equal(type, STR("ICCP")))
            container.has[REMOVED_ICC] = true;
        else if (str_equal(type, STR("ANIM")))
            container.has[REMOVED_FRAMES] = true;
        else if (!is_one_of(type, "VP8L VP8X ALPH ANMF") && !str_equal(type, STR("VP8 ")))
            container.has[REMOVED_OTHER_METADATA] = true;
        at += 8 + len + (len & 1);
    }
    return container;
}

/* Over the sub-blocks that begin here; beyond the end of the file where they are cut short. */
static size_t after_blocks(struct str file, size_t at)
{
    while (at < file.len && file.at[at] != 0) at += 1 + (size_t)(unsigned char)file.at[at];
    return at < file.len ? at + 1 : file.len + 1;
}

static size_t colour_table(unsigned char flags)
{
    return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

struct container container_gif(struct str file)
{
    enum { HEAD = 13, IMAGE = 10 };
    struct container container = {.orientation = 1};
    if (file.len < HEAD) return container;
    size_t at = HEAD + colour_table((unsigned char)file.at[10]);
    unsigned frames = 0;
    while (at < file.len) {
        unsigned char block = (unsigned char)file.at[at];
        if (block == 0x3b) {
            container.has[REMOVED_TRAILING] = at + 1 < file.len;
            break;
        }
        if (block == 0x21 && at + 1 < file.len) {
            unsigned char label = (unsigned char)file.at[at + 1];
            if (label == 0xfe) container.has[REMOVED_COMMENT] = true;
            if (label == 0xf9 && at + 3 < file.len && (file.at[at + 3] & 1))
                container.has[REMOVED_TRANSPARENCY] = true;
            if (label == 0x01) container.has[REMOVED_OTHER_METADATA] = true;
            if (label == 0xff && !memmem(file.at + at, at + 16 < file.len ? 16 : 0, "NETSCAPE", 8))
                container.has[REMOVED_OTHER_METADATA] = true;
            at = after_blocks(file, at + 2);
        } else if (block == 0x2c && at + IMAGE < file.len) {
            frames++;
            at = after_blocks(file, at + IMAGE + colour_table((unsigned char)file.at[at + 9]) + 1);
        } else {
            container.is_damaged = true;
            break;
        }
    }
    if (at > file.len) container.is_damaged = true;
    container.has[REMOVED_FRAMES] = frames > 1;
    return container;
}

/* ---- HEIC, BMP --------------------------------------------------------------------------------
 */

/* The boxes of the file itself; what is said inside them the library tells. */
struct container container_heic(struct str file)
{
    enum { HEAD = 8, LONG_HEAD = 16 };
    struct container container = {.orientation = 1};
    size_t at = 0;
    while (at < file.len) {
        if (file.len - at < HEAD) break;
        uint64_t len = big(file, at, 4);
        struct str type = str_slice(file, at + 4, at + HEAD);
        if (len == 1 && file.len - at >= LONG_HEAD)
            len = (uint64_t)big(file, at + 8, 4) << 32 | big(file, at + 12, 4);
        if (len == 0) return container; /* to the end of the file */
        if (len < HEAD || len > file.len - at) break;
        if (is_one_of(type, "moov moof"))
            container.has[REMOVED_FRAMES] = true;
        else if (str_equal(type, STR("uuid")))
            container.has[REMOVED_OTHER_METADATA] = true;
        else if (!is_one_of(type, "ftyp meta mdat idat free skip"))
            container.has[REMOVED_TRAILING] = true; /* a film: "mpvd" */
        at += (size_t)len;
    }
    if (at < file.len) container.has[REMOVED_TRAILING] = true;
    return container;
}

/* Readers are content with half of the rows. */
static bool is_bmp_short(struct str file, int64_t width, int64_t height)
{
    enum { FULL_HEAD = 54, SIDE_MOST = 1 << 20 };
    if (little(file, 2, 4) > file.len) return true;
    if (file.len < FULL_HEAD || width < 0 || width > SIDE_MOST || height > SIDE_MOST) return false;
    uint32_t bits = little(file, 28, 2), packing = little(file, 30, 4);
    if (packing != 0 || bits > 32) return false;
    int64_t line = (width * bits + 31) / 32 * 4;
    return (int64_t)little(file, 10, 4) + line * height > (int64_t)file.len;
}

struct container container_bmp(struct str file, int64_t *ret_width, int64_t *ret_height)
{
    enum { HEAD = 26, CORE = 12 };
    struct container container = {.orientation = 1};
    *ret_width = *ret_height = 0;
    if (file.len < HEAD) return container;
    if (little(file, 14, 4) == CORE) {
        *ret_width = little(file, 18, 2);
        *ret_height = little(file, 20, 2);
    } else {
        *ret_width = (int32_t)little(file, 18, 4);
        *ret_height = (int32_t)little(file, 22, 4);
        if (*ret_height < 0) *ret_height = -*ret_height; /* the upper row first */
        container.is_damaged = is_bmp_short(file, *ret_width, *ret_height);
    }
    uint32_t size = little(file, 2, 4);
    if (size > HEAD && size < file.len) container.has[REMOVED_TRAILING] = true;
    return container;
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
        container_exif(str_from_byte(data, 6), container);
    else if (marker == 0xe1 && str_starts(data, STR("http://ns.adobe.com/x")))
        note_xmp(data, container);
    else if (marker == 0xe2 && str_starts(data, STR("ICC_PROFILE")))
        container->has[REMOVED_ICC] = true;
    else if (marker == 0xe2 && str_starts(data, (struct str){"MPF\0", 4})) /* further pictures */
        container->has[REMOVED_DEPTH_MAP] = true;
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
        container_exif(data, container);
    else if (str_equal(type, STR("iTXt")) && str_starts(data, STR("XML:com.adobe.xmp")))
        note_xmp(data, container);
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
