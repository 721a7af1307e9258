/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Uploads: cut in whatever way, a body is read alike; events come in order. The first byte says how
 * it is cut. */
#include <stdint.h>

#include "core/buf.h"
#include "server/http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct seen {
    bool inside;
    struct buf text;
};

static enum err begin(void *context, const struct multipart_part *part)
{
    struct seen *seen = context;
    ASSERT(!seen->inside);
    seen->inside = true;
    buf_print(&seen->text, "[%.*s|%.*s|", STR_ARG(part->name), STR_ARG(part->file_name));
    return OK;
}

static enum err data(void *context, struct str piece)
{
    struct seen *seen = context;
    ASSERT(seen->inside && piece.len > 0);
    buf_add(&seen->text, piece);
    return OK;
}

static enum err end(void *context)
{
    struct seen *seen = context;
    ASSERT(seen->inside);
    seen->inside = false;
    buf_add_byte(&seen->text, ']');
    return OK;
}

static enum err read_body(struct str body, size_t piece, struct seen *seen)
{
    static const struct multipart_events events = {begin, data, end};
    ARENA(arena, 256 * 1024);
    struct multipart *multipart;
    ASSERT(multipart_open(STR("multipart/form-data; boundary=b"), &events, seen, arena,
                          &multipart) == OK);
    while (body.len) {
        TRY(multipart_take(multipart, str_slice(body, 0, piece)));
        body = str_from_byte(body, piece);
    }
    return multipart_finish(multipart);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 1 || len > 65536) return 0;
    struct str body = {(const char *)bytes + 1, len - 1};
    struct seen whole = {.text = buf_new(256 * 1024)}, cut = {.text = buf_new(256 * 1024)};
    enum err code = read_body(body, body.len, &whole);
    ASSERT(read_body(body, bytes[0] ? bytes[0] : 256, &cut) == code);
    if (code == OK) {
        ASSERT(!whole.inside);
        ASSERT(str_equal(buf_str(&whole.text), buf_str(&cut.text)));
    }
    buf_free(&whole.text);
    buf_free(&cut.text);
    return 0;
}
