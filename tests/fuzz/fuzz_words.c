/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the module that reads words takes apart: a request that is read is, written again, the same.
 */
#include <stdint.h>

#include "sanitise/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str request = {(const char *)bytes, len};
    ARENA(arena, 8u * 1024 * 1024);
    struct words_picture *pictures;
    enum words_mode mode;
    size_t count;
    if (len > 64 * 1024 || words_request_read(request, arena, &mode, &pictures, &count) != OK)
        return 0;
    BUF(again, 128 * 1024);
    words_request_write(mode, pictures, count, &again);
    ASSERT(buf_done(&again) == OK && str_equal(buf_str(&again), request));
    return 0;
}
