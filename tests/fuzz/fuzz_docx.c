/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* DOCX and ODT archives: what is written again can be read again, and says the same; stripping is
 * final. */
#include <stdint.h>

#include "worker/cleaner/office_docx.c"
#include "worker/cleaner/office_odt.c"
#include "worker/cleaner/office_xml.c"
#include "worker/cleaner/office_zip.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_stripped(const struct zip *zip)
{
    for (size_t i = 0; i < zip->count; i++) {
        struct str name = zip->entries[i].name, xml = zip->entries[i].bytes;
        ASSERT(!str_starts(name, STR("docProps/")) && !str_starts(name, STR("word/vba")));
        ASSERT(!str_starts(name, STR("Basic/")) && !str_starts(name, STR("Versions/")));
        if (str_equal(name, STR("content.xml")))
            ASSERT(xml_find(xml, 0, "text:script") == STR_NONE);
        if (!str_starts(name, STR("word/")) || !str_ends(name, STR(".xml"))) continue;
        ASSERT(xml_find(xml, 0, "w:ins") == STR_NONE);
        ASSERT(xml_find(xml, 0, "w:commentReference") == STR_NONE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    ARENA(arena, 256 * 1024 * 1024);
    struct str file = {(const char *)bytes, len};
    struct zip zip, again;
    struct docx docx = {.hidden = buf_new(ANSWER_TEXT_BYTES_MAX)};
    if (zip_read(file, arena, &zip) != OK) return 0;
    (void)odt_is_locked(&zip);
    odt_strip(&zip, arena, &docx);
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
