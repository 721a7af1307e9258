/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

/* A cleaned page or photo; the original file is never served. */
struct page {
    struct request *request;
    struct buf content;
};

static enum err read_page(struct store *store, void *context)
{
    struct page *page = context;
    struct request *request = page->request;
    struct desk_keyring keyring;
    int64_t letter = request_number(request, 0);
    buf_clear(&page->content);
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_part_read(request, store, &keyring, letter, (int)request_number(request, 1),
                       &page->content));
    return desk_audit(store, "page_read", "letter", letter, "", 0);
}

enum err get_letters_ID_pages_N(struct request *request)
{
    struct page page = {request, buf_new_secret(LIMIT_DOCUMENT_BYTES)};
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
