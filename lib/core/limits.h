/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_LIMITS_H
#define LETTERBOX_CORE_LIMITS_H

/* Every limit that more than one room must agree on, with its unit in the name. */
enum {
    LIMIT_LINK_DAYS = 30,                      /* a link opens; as in link_add of sql/queries */
    LIMIT_FORM_BYTES = 256 * 1024,             /* an ordinary form post */
    LIMIT_FORM_FIELDS = 1000,                  /* fields of a form */
    LIMIT_LETTER_TEXT_BYTES = 128 * 1024,      /* a letter typed in the browser */
    LIMIT_FILES = 10,                          /* attachments of a letter */
    LIMIT_FILE_BYTES = 25 * 1024 * 1024,       /* one attachment */
    LIMIT_UPLOAD_BYTES = 100 * 1024 * 1024,    /* all attachments of a letter */
    LIMIT_MAIL_BYTES = 40 * 1024 * 1024,       /* one e-mail as received */
    LIMIT_RECORD_BYTES = 64 * 1024,            /* a sealed record of a person or arrangement */
    LIMIT_CHUNK_BYTES = 512 * 1024,            /* one row of a blob: libpq holds all of it */
    LIMIT_DOCUMENT_BYTES = 60 * 1024 * 1024,   /* one document into the cleaner */
    LIMIT_PAGES = 200,                         /* pages of one document */
    LIMIT_PAGE_PIXELS = 100 * 1000 * 1000,     /* one page */
    LIMIT_DOCUMENT_PIXELS = 300 * 1000 * 1000, /* all pages */
};

#endif
