/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_REVIEW_H
#define LETTERBOX_RULES_REVIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * The review of a letter as it stands sealed to the desk (docs/records.md): what came (its parts),
 * what is proposed or chosen to be taken out for whom (marks), what a reviewer must look at
 * (concerns). The press writes version 1, each saving at the desk the next. JSON read into a struct
 * and written back; ids of parties are numbers as text.
 *
 * A mark on a text is the bytes [start, end); a mark on an image a box in its pixels. Texts of a
 * review that was read live in the arena.
 *
 * On a photo staff choose how its boxes look: plain, or soft like something blurred, which is less
 * frightening over a face. Either is drawn without the picture (lib/sanitise/burn.h).
 *
 * ERR_BAD_JSON when it is not of this shape, ERR_TOO_BIG past a limit.
 */

enum {
    REVIEW_PARTS = 500,
    REVIEW_MARKS = 20000,
    REVIEW_CONCERNS = 5000,
    REVIEW_RECIPIENTS = 64,
    REVIEW_WORDS = 200000, /* on one page */
    REVIEW_PROPOSALS = 50,
    REVIEW_BYTES = 64 * 1024 * 1024,
};

enum review_kind { REVIEW_TEXT, REVIEW_PAGE, REVIEW_PHOTO };

/* What stands between a word and the one before it. */
enum review_gap { REVIEW_GAP_NONE, REVIEW_GAP_SPACE, REVIEW_GAP_LINE, REVIEW_GAP_PARAGRAPH };

struct review_word {
    uint32_t x, y, w, h;
    enum review_gap gap;
    struct str text;
};

struct review_range {
    size_t start, end;
    struct str kind; /* of e-mail furniture: quote, signature, disclaimer, forward-header */
};

struct review_part {
    int number; /* 1 for the first */
    enum review_kind kind;
    struct str origin; /* of a text: typed, mail, document */
    size_t bytes;      /* of a text */
    struct review_range *furniture;
    size_t furniture_count;
    struct str type; /* of an image: image/jpeg, image/png */
    uint32_t width, height;
    bool is_soft; /* of a photo: its boxes look so */
    struct review_word *words;
    size_t word_count;
    int from;            /* number of the original that it came from */
    struct str *removed; /* codes: exif-gps, author … */
    size_t removed_count;
    struct str *warnings; /* codes */
    size_t warning_count;
    struct str *hidden; /* text that was there and is not shown on it */
    size_t hidden_count;
};

struct review_mark {
    int number, part;
    bool is_box;
    size_t start, end;   /* bytes of a text */
    uint32_t x, y, w, h; /* pixels of an image */
    struct str category, source, why;
    int confidence;      /* in hundredths */
    int64_t *recipients; /* for whom it is taken out */
    size_t recipient_count;
};

struct review_concern {
    int number, part;
    size_t start, end;
    struct str category, why;
    bool seen; /* a person has looked at it */
};

/* What an e-mail says about itself; for staff, never released. */
struct review_mail {
    struct str from, name, subject, authentic; /* authentic: yes, no, unknown */
    /* OpenPGP: pinned (that person's own key), other (somebody else's), unknown, ended, bad, part
     * (not of all of it), unchecked; empty: not signed. */
    struct str signature;
    bool is_encrypted;
    struct str *to;
    size_t to_count;
};

/* Whose letter it may be. */
struct review_proposal {
    int64_t party;
    int64_t arrangement; /* 0: the party takes part in none, or the press can't tell which */
    struct str why;
};

/* Why a letter is kept apart. */
struct review_quarantine {
    struct str kind;   /* docs/records.md: unknown_sender, wrong_side, several, bounce … */
    struct str reason; /* a sentence */
    struct review_proposal *proposals;
    size_t proposal_count;
};

struct review {
    struct review_part *parts;
    size_t part_count;
    int64_t recipients[REVIEW_RECIPIENTS]; /* for whom it was looked through */
    size_t recipient_count;
    struct review_mark *marks;
    size_t mark_count;
    struct review_concern *concerns;
    size_t concern_count;
    struct str *warnings; /* sentences for staff about the whole letter */
    size_t warning_count;
    bool is_mail, is_quarantined;
    struct review_mail mail;
    struct review_quarantine quarantine;
};

MUST_CHECK enum err review_read(struct str json, struct arena *arena, struct review *ret_review);
/* A new reference. */
json_t *review_write(const struct review *review);

const struct review_part *review_part(const struct review *review, int number);
/* Was the letter looked through for this recipient? Without it nothing was proposed for them. */
bool review_is_for(const struct review *review, int64_t party);
/* Is the mark taken out for this recipient? */
bool review_mark_is_for(const struct review_mark *mark, int64_t party);

/*
 * The words of a page with what stands between them, and the byte where each word begins.
 * ERR_TOO_BIG past a limit.
 */
MUST_CHECK enum err review_join_words(const struct review_part *part, struct arena *arena,
                                      struct str *ret_text, size_t **ret_starts);

/*
 * The bytes of the screen digest: for each part in order review_digest_part and then the part's
 * own bytes; at the end review_digest_marks. Numbers are big-endian.
 *
 *   part    u32 number, one byte 't' 'p' 'f' 's' (text, page, photo, photo with soft boxes), u64
 *           length
 *   marks   u32 count; for each in the order of its number: u32 part; one byte 's' and u64 start,
 *           u64 end, or 'b' and u32 x, y, w, h; u16 length of the category and its bytes; u32
 *           count of recipients and their ids, ascending, u64 each
 */
void review_digest_part(const struct review_part *part, size_t bytes, struct buf *ret_bytes);
void review_digest_marks(const struct review *review, struct arena *arena, struct buf *ret_bytes);

#endif
