/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The check that a file is nothing but a picture: width and height (two bytes each), then the file.
 */
#include <stdint.h>

#include "sanitise/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 4) return 0;
    uint32_t width = (uint32_t)(bytes[0] << 8 | bytes[1]),
             height = (uint32_t)(bytes[2] << 8 | bytes[3]);
    struct str file = {(const char *)bytes + 4, len - 4};
    bool is_jpeg = picture_check(IMAGE_JPEG, file, width, height) == OK;
    bool is_png = picture_check(IMAGE_PNG, file, width, height) == OK;
    ASSERT(!(is_jpeg && is_png));
    /* Neither a byte less nor a byte more. */
    if (is_jpeg || is_png)
        ASSERT(picture_check(is_png ? IMAGE_PNG : IMAGE_JPEG, str_slice(file, 0, file.len - 1),
                             width, height) != OK);
    return 0;
}
