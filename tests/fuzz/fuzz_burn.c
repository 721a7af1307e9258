/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the burning module reads: boxes and image account for every byte of the request. */
#include <stdint.h>

#include "sanitise/burn.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    ARENA(arena, 4u * 1024 * 1024);
    struct burn_request request;
    if (burn_read((struct str){(const char *)bytes, len}, arena, &request) != OK) return 0;
    ASSERT(request.count <= BURN_BOXES);
    ASSERT(BURN_HEAD_BYTES + request.count * BURN_BOX_BYTES + request.image.len == len);
    for (size_t i = 0; i < request.count; i++) ASSERT(request.boxes[i].style < BURN_STYLES);
    return 0;
}
