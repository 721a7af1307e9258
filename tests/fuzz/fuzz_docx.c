/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* DOCX archives: what is written again can be read again, and says the same; stripping is final. */
#include <stdint.h>

#include "worker/cleaner/office_docx.c"
#include "worker/cleaner/office_zip.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_stripped(const struct zip *zip)
{
    for (size_t i = 0; i < zip->count; i++) {
        struct str name = zip->entries[i].name, xml = zip->entries[i].bytes;
        ASSERT(!str_starts(name, STR("docProps/")) && !str_starts(name, STR("word/vba")));
        if (!str_starts(name, STR("word/")) || !str_ends(name, STR(".xml"))) continue;
        ASSERT(find_tag(xml, 0, "w:ins") == STR_NONE);
        ASSERT(find_tag(xml, 0, "w:commentReference") == STR_NONE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    ARENA(arena, 256 * 1024 * 1024);
    struct zip zip, again;
    struct docx docx;
    if (zip_read((struct str){(const char *)bytes, len}, arena, &zip) != OK) return 0;
    docx_strip(&zip, arena, &docx);
    BUF(plain, ZIP_BYTES_MAX);
    zip_write(&zip, &plain);
    if (buf_done(&plain) == OK) {
        ASSERT(zip_read(buf_str(&plain), arena, &again) == OK);
        check_stripped(&again);
    }
    buf_free(&docx.hidden);
    return 0;
}
