/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_CLEANER_H
#define LETTERBOX_SANITISE_CLEANER_H

#include "core/arena.h"
#include "core/conf.h"
#include "core/err.h"
#include "core/str.h"
#include "sanitise/letter.h"
#include "sanitise/virus.h"
#include "sys/spawner.h"

/*
 * One document in, one letter out. The document is parsed in a sandbox of its own and nowhere else;
 * each attachment of an e-mail in a further one.
 *
 * A document that is not taken is no error: the letter says why in its refusal and holds nothing
 * else. An attachment that is not taken, took too long or killed its cleaner is FATE_REFUSED in the
 * mail's list, and the rest of the mail is there. After one that took too long the further ones are
 * FATE_CLOSED: a mail of many slow ones costs the time of one. What a document may take holds for
 * taking it apart and reading its pages (sanitise/words.h) together: pages that are not read by
 * then keep their words, with a warning.
 *
 * Where there is a virus scanner it sees each document, and each attachment that is kept, before
 * its sandbox does. One that is infected refuses the whole letter (REFUSAL_INFECTED): nobody is
 * shown what came beside it.
 *
 * Errors: ERR_SANDBOX the sandbox could not be made (retry when it can); ERR_CLEANER_DIED the
 * document ended its cleaner (to staff at once, no retry); ERR_CLEANER_ANSWER the same, worse: the
 * cleaner answered what it must not; ERR_SCANNER, ERR_SCANNER_FILE and ERR_SCANNER_SIZE of
 * virus_scan; ERR_MEMORY.
 */

enum clean_as {
    CLEAN_BY_BYTES, /* what its bytes say */
    CLEAN_AS_MAIL,  /* it came from a mailbox: whatever it looks like */
};

struct clean_settings {
    uint32_t wall_ms; /* for one document, and each sandbox; 0: the default */
    uint32_t pages;   /* most pages of a document; 0: the default */
    uint64_t page_pixels, document_pixels;
    uint32_t page_seconds;
    size_t document_bytes;   /* larger ones are refused unopened; 0: LIMIT_DOCUMENT_BYTES */
    bool reads_photos;       /* words and codes on photos too; those of pages always are */
    bool leaves_attachments; /* an e-mail's text alone; what is kept stays FATE_KEPT, unopened */
    int64_t until_us; /* by clock_monotonic_us: no sandbox runs longer; 0: as long as it may */
    struct virus_scans *scans; /* NULL: nothing is scanned */
    bool is_scanned;           /* the document was; what is attached to it was not */
};

/* What the configuration allows a document. */
struct clean_settings cleaner_settings(const struct conf *conf);

/* Settings may be NULL. The document need not outlive the call. */
MUST_CHECK enum err cleaner_clean(const struct spawner *spawner,
                                  const struct clean_settings *settings, enum clean_as as,
                                  struct str document, struct arena *arena,
                                  struct letter *ret_letter);

/* One sandbox of this kind over these bytes; the letter's kind is left to the caller. Errors as
 * above. */
MUST_CHECK enum err cleaner_run(const struct spawner *spawner,
                                const struct clean_settings *settings, enum sandbox_kind kind,
                                struct str document, struct arena *arena,
                                struct letter *ret_letter);

/* Starts one real sandbox with nothing in it, for /readyz and status. */
MUST_CHECK enum err cleaner_probe(const struct spawner *spawner);

#endif
