/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compound files: looked at without a step outside, and the same each time. */
#include <stdint.h>
#include <string.h>

#include "core/err.h"
#include "worker/cleaner/office_ole.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str file = {(const char *)bytes, len};
    struct ole ole = ole_look(file), again = ole_look(file);
    ASSERT(ole.is_word == again.is_word && ole.is_locked == again.is_locked);
    ASSERT(len >= 512 || !ole.is_readable);
    return 0;
}
