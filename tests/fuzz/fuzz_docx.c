/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* DOCX and ODT archives: what is written again can be read again, and says the same; stripping is
 * final. */
#include <stdint.h>

#include "worker/cleaner/office_docx.c"
#include "worker/cleaner/office_hidden.c"
#include "worker/cleaner/office_odt.c"
#include "worker/cleaner/office_plain.c"
#include "worker/cleaner/office_xml.c"
#include "worker/cleaner/office_zip.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_stripped(const struct zip *zip, bool is_odt)
{
    for (size_t i = 0; i < zip->count; i++) {
        struct str name = zip->entries[i].name, xml = zip->entries[i].bytes;
        ASSERT(!str_starts(name, is_odt ? STR("Basic/") : STR("docProps/")));
        ASSERT(!str_starts(name, is_odt ? STR("Versions/") : STR("word/vba")));
        if (!str_ends(name, STR(".xml")) || xml.len == 0) continue;
        ASSERT(xml_find(xml, 0, is_odt ? "text:script" : "w:ins") == STR_NONE);
        ASSERT(is_odt || xml_find(xml, 0, "w:commentReference") == STR_NONE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    ARENA(arena, 256 * 1024 * 1024);
    struct str file = {(const char *)bytes, len};
    struct zip zip, again;
    struct docx docx = {.hidden = buf_new(ANSWER_TEXT_BYTES_MAX)};
    if (zip_read(file, arena, &zip) != OK) return 0;
    zip_plain(&zip, arena);
    bool is_odt = zip_find(&zip, "content.xml");
    (void)odt_is_locked(&zip);
    enum err err = is_odt ? odt_strip(&zip, arena, &docx) : docx_strip(&zip, arena, &docx);
    BUF(plain, ZIP_BYTES_MAX);
    zip_write(&zip, &plain);
    if (err == OK && buf_done(&plain) == OK) {
        ASSERT(zip_read(buf_str(&plain), arena, &again) == OK);
        check_stripped(&again, is_odt);
    }
    buf_free(&docx.hidden);
    return 0;
}
