/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Addresses and telephone numbers: what is taken reads back, and its canonical form is its own. */
#include <stdint.h>

#include "core/utf8.h"
#include "mail/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = {(const char *)bytes, len};
    ARENA(arena, 65536);
    struct mail_addr addr, again;
    struct str canonical, twice;
    if (mail_addr_parse(text, arena, &addr) == OK) {
        struct str spec = mail_addr_spec(&addr, arena);
        ASSERT(mail_addr_parse(spec, arena, &again) == OK);
        ASSERT(str_equal(again.local, addr.local) && str_equal(again.domain, addr.domain));
        ASSERT(str_find_byte(spec, '\n') == STR_NONE && str_find_byte(spec, '\r') == STR_NONE);
    }
    if (mail_addr_canonical(text, arena, &canonical) == OK &&
        mail_addr_canonical(canonical, arena, &twice) == OK)
        ASSERT(str_equal(canonical, twice));
    if (mail_addr_phone(text, STR("44"), arena, &canonical) == OK) {
        ASSERT(mail_addr_phone(canonical, STR("44"), arena, &twice) == OK);
        ASSERT(str_equal(canonical, twice));
    }
    return 0;
}
