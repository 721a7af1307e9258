/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The wrapping of pictures. JPEG and PNG: the bare file is not longer, and has nothing left to take
 * off. TIFF, WebP, GIF, HEIC, BMP and Exif: read without a step outside, and the same each time.
 */
#include <stdint.h>

#include "worker/cleaner/image_container.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(struct container (*take)(struct str, struct buf *), struct str file)
{
    BUF(bare, 1024 * 1024);
    BUF(again, 1024 * 1024);
    struct container first = take(file, &bare);
    ASSERT(first.orientation >= 1 && first.orientation <= 8 && first.quality <= 100);
    ASSERT(bare.len <= file.len && buf_done(&bare) == OK);
    if (first.is_damaged) return;
    struct container second = take(buf_str(&bare), &again);
    ASSERT(!second.is_damaged && str_equal(buf_str(&bare), buf_str(&again)));
    for (int i = 0; i < REMOVED_COUNT; i++)
        ASSERT(!second.has[i] || i == REMOVED_ICC || i == REMOVED_TRANSPARENCY);
}

static void check_read(struct container (*read)(struct str), struct str file)
{
    struct container first = read(file), second = read(file);
    ASSERT(first.orientation >= 1 && first.orientation <= 8);
    ASSERT(!memcmp(first.has, second.has, sizeof first.has));
    /* What follows a file is no part of it. */
    ASSERT(!first.has[REMOVED_TRAILING] || file.len > 0);
}

static void check_bmp(struct str file)
{
    int64_t width, height;
    struct container container = container_bmp(file, &width, &height);
    ASSERT(height >= 0 && container.orientation == 1);
    ASSERT(width <= INT32_MAX && width >= INT32_MIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str file = {(const char *)bytes, len};
    struct container exif = {.orientation = 1};
    container_exif(file, &exif);
    ASSERT(exif.orientation >= 1 && exif.orientation <= 8);
    if (str_starts(file, STR("\xff\xd8\xff")))
        check(container_jpeg, file);
    else if (str_starts(file, STR("\x89PNG\r\n\x1a\n")))
        check(container_png, file);
    else if (str_starts(file, STR("BM")))
        check_bmp(file);
    else if (str_equal(str_slice(file, 4, 8), STR("ftyp")))
        check_read(container_heic, file);
    else if (str_starts(file, STR("RIFF")))
        check_read(container_webp, file);
    else if (str_starts(file, STR("GIF")))
        check_read(container_gif, file);
    else if (str_starts(file, STR("II")) || str_starts(file, STR("MM")))
        check_read(container_tiff, file);
    return 0;
}
