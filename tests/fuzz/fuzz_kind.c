/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Kinds by bytes: always one of the list, and the same for the same bytes. */
#include <stdint.h>

#include "core/err.h"
#include "sanitise/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str document = {(const char *)bytes, len};
    enum kind kind = kind_of(document);
    ASSERT(kind_type(kind)[0] != 0 && kind_of(document) == kind);
    ASSERT((kind == KIND_EMPTY) == (len == 0));
    return 0;
}
