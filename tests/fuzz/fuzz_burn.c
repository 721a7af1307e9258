/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the burning module reads: boxes and image account for every byte of the request. */
#include <stdint.h>

#include "sanitise/burn.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str request = {(const char *)bytes, len}, image;
    ARENA(arena, 4u * 1024 * 1024);
    struct burn_box *boxes;
    size_t count;
    if (burn_read(request, arena, &boxes, &count, &image) != OK) return 0;
    ASSERT(count <= BURN_BOXES);
    ASSERT(BURN_HEAD_BYTES + count * BURN_BOX_BYTES + image.len == len);
    return 0;
}
