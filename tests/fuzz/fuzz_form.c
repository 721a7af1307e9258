/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Forms: whatever is sent, what comes out is clean text, and no more fields than allowed. */
#include <stdint.h>

#include "core/form.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len > 65536) return 0;
    ARENA(arena, 1024 * 1024);
    struct form form;
    enum err code = form_read((struct str){(const char *)bytes, len}, 100, arena, &form);
    ASSERT(code == OK || code == ERR_BAD_INPUT || code == ERR_BAD_UTF8 || code == ERR_TOO_BIG);
    if (code != OK) return 0;
    ASSERT(form.count <= 100);
    for (size_t i = 0; i < form.count; i++) {
        ASSERT(utf8_valid(form.fields[i].name) && utf8_valid(form.fields[i].value));
        ASSERT(str_find_byte(form.fields[i].value, 0) == STR_NONE);
    }
    return 0;
}
