/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON: what is read and written reads back as itself, byte for byte from the second time on. */
#include <stdint.h>

#include "core/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len > 65536) return 0;
    JSON first = NULL;
    if (json_read((struct str){(const char *)bytes, len}, 65536, &first) != OK) return 0;
    BUF(once, 1024 * 1024);
    BUF(twice, 1024 * 1024);
    ASSERT(json_write(first, &once) == OK);
    JSON second = NULL;
    ASSERT(json_read(buf_str(&once), 1024 * 1024, &second) == OK);
    ASSERT(json_write(second, &twice) == OK);
    ASSERT(str_equal(buf_str(&once), buf_str(&twice)));
    return 0;
}
