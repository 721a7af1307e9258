/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a virus scanner answers: nothing but its two plain answers lets a document go on, and a name
 * is fit to be shown. The first byte says whether the scanner has had all of the document. */
#include <stdint.h>

#include "core/err.h"
#include "sanitise/virus.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0) return 0;
    ARENA(arena, 64 * 1024);
    bool is_whole = bytes[0] & 1;
    struct str answer = {(const char *)bytes + 1, len - 1}, name = STR("untouched");
    enum err code = virus_judge(answer, is_whole, arena, &name);
    if (code != OK) {
        ASSERT(code == ERR_SCANNER || code == ERR_SCANNER_SIZE);
        ASSERT(str_equal(name, STR("untouched")));
        return 0;
    }
    ASSERT((name.len == 0) == str_equal(answer, STR("stream: OK")));
    ASSERT(name.len > 0 || is_whole);
    if (str_equal(name, STR("without a name"))) return 0;
    ASSERT(name.len <= 100);
    for (size_t i = 0; i < name.len; i++) ASSERT(name.at[i] > ' ' && name.at[i] < 0x7f);
    return 0;
}
