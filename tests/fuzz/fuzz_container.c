/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The wrapping of JPEG and PNG files: the bare file is not longer, and has nothing left to take
 * off. */
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str file = {(const char *)bytes, len};
    if (str_starts(file, STR("\xff\xd8\xff")))
        check(container_jpeg, file);
    else if (str_starts(file, STR("\x89PNG\r\n\x1a\n")))
        check(container_png, file);
    return 0;
}
