/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_VIRUS_H
#define LETTERBOX_SANITISE_VIRUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/conf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * Asks clamd about a document, over its unix socket (clamd(8), INSTREAM):
 *
 *   we    zINSTREAM\0   { u32 length, big-endian; bytes }…   u32 0
 *   it    stream: OK\0
 *         stream: NAME FOUND\0
 *         INSTREAM size limit exceeded. ERROR\0     at once, before it has had all
 *
 * Nothing else is taken for an answer, and OK only after it has had every byte: a scanner that
 * answers nonsense, half, or too long is one that did not answer. NAME is what the scanner says: it
 * is shown only if it is short and plain.
 *
 * clamd passes what is larger than its own limits without a look, unless AlertExceedsMax is set;
 * what it then says (Heuristics.Limits.Exceeded…) counts here as too big, not as a virus.
 */

enum virus_rule {
    VIRUS_OFF,
    VIRUS_IF_AVAILABLE, /* a document that could not be looked at goes on, and staff are told */
    VIRUS_REQUIRED,     /* it waits */
};
struct virus_scanner {
    enum virus_rule rule;
    const char *socket;
};
/* As [press] clamd and clamd_socket have it. Gives NULL, or in words what is wrong with them. */
const char *virus_configure(const struct conf *conf, struct virus_scanner *ret_scanner);

/* How the scans of one letter go; begin with the scanner alone. */
struct virus_scans {
    struct virus_scanner scanner;
    size_t clean;     /* documents in which it found nothing */
    bool is_away;     /* it did not answer: it is not asked again, each try may take its time */
    bool was_too_big; /* a document was, and was not looked at */
};

/*
 * Gives the name of what was found, in the arena; empty when nothing was found, or when the rule
 * lets the document go on unseen (the scans say so). until_us is by clock_monotonic_us; 0: as long
 * as a scan may take.
 *
 * Errors, only where the rule is VIRUS_REQUIRED: ERR_SCANNER it is away; ERR_SCANNER_FILE it is
 * there (virus_ping), but refuses this document, is too slow with it, or answers what it must not;
 * ERR_SCANNER_SIZE the document is too big for it.
 */
MUST_CHECK enum err virus_scan(struct virus_scans *scans, struct str document, int64_t until_us,
                               struct arena *arena, struct str *ret_name);

/*
 * What an answer to INSTREAM means, without the zero that ends it; is_whole: the scanner has had
 * all of the document. Errors, whatever the rule: ERR_SCANNER it is no plain answer;
 * ERR_SCANNER_SIZE.
 */
MUST_CHECK enum err virus_judge(struct str answer, bool is_whole, struct arena *arena,
                                struct str *ret_name);

/* Does it answer? In a second at most. ERR_SCANNER. */
MUST_CHECK enum err virus_ping(const char *socket);

#endif
