/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

/* A cleaned page or photo; the original file is never served. */
struct page {
    struct request *request;
    int64_t letter;
    int number;
    struct buf content;
};

static enum err read_page(struct store *store, void *context)
{
    struct page *page = context;
    struct request *request = page->request;
    struct desk_keyring keyring;
    buf_clear(&page->content);
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_part_read(request, store, &keyring, page->letter, page->number, &page->content));
    return desk_audit(store, "page_read", "letter", page->letter, "", 0);
}

enum err desk_part_reply(struct request *request, int64_t letter, int number)
{
    struct page page = {request, letter, number, buf_new_secret(LIMIT_DOCUMENT_BYTES)};
    enum err code = request_run(request, read_page, &page);
    struct str bytes = buf_str(&page.content);
    const char *type = str_starts(bytes, STR("\x89PNG"))        ? "image/png"
                       : str_starts(bytes, STR("\xff\xd8\xff")) ? "image/jpeg"
                                                                : NULL;
    if (code == OK && !type) code = ERR_NOT_FOUND; /* a text is no page */
    if (code != OK) {
        buf_free(&page.content);
        return code;
    }
    return reply_bytes(request, type, NULL, &page.content);
}
