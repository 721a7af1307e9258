/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_LETTER_H
#define LETTERBOX_SANITISE_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"
#include "sanitise/kind.h"

/*
 * What came out of a document: an ordered list of parts, each a text or the image of a page or
 * photo with the words on it. All text is valid UTF-8 without control characters but newline and
 * tab. All memory is the arena's that was given when the letter was made.
 */

enum removed {
#define REMOVED(NAME, name, words) REMOVED_##NAME,
#include "sanitise/removed.def"
#undef REMOVED
    REMOVED_COUNT
};
enum warning {
#define WARNING(NAME, name, words) WARNING_##NAME,
#include "sanitise/warning.def"
#undef WARNING
    WARNING_COUNT
};
enum refusal {
#define REFUSAL(NAME, name, words) REFUSAL_##NAME,
#include "sanitise/refusal.def"
#undef REFUSAL
    REFUSAL_COUNT
};
const char *removed_name(enum removed removed);
const char *removed_words(enum removed removed);
const char *warning_name(enum warning warning);
const char *warning_words(enum warning warning);
const char *refusal_words(enum refusal refusal);

enum part_kind {
    PART_TEXT,
    PART_PAGE,
    PART_PHOTO,
    PART_READING, /* the words read off a picture, without it; in no letter (sanitise/words.h) */
    PART_KINDS
};

enum image_format { IMAGE_JPEG, IMAGE_PNG, IMAGE_FORMATS };

/* What stands between a word and the one before it. */
enum gap { GAP_NONE, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH, GAPS };

/* A word and its box, in pixels from the upper left corner, inside the image. */
struct word {
    uint32_t x, y, width, height;
    enum gap gap;
    struct str text;
};

struct part {
    enum part_kind kind;
    uint32_t source; /* 0: the document itself; else 1 + index into the mail's parts */
    struct str
        text; /* PART_TEXT; for pages and photos: the words in reading order, with their gaps */
    enum image_format format;
    uint32_t width, height; /* pixels */
    struct str image;       /* the JPEG or PNG file, without metadata */
    struct word *words;
    size_t word_count;
    /* Its words are missing or are not those of its pixels: to be read off them. Of a reading: it
     * was hard to read, and its words are guesses. */
    bool is_doubtful;
};

struct finding {
    uint32_t source; /* as in struct part */
    uint16_t code;   /* enum removed or enum warning */
    uint32_t number; /* how many, or which page; 0: not counted */
};

/* Text that was there and is not part of any page or of the chosen text: for staff to know of. */
struct hidden {
    uint32_t source;
    struct str text;
};

/* ---- mail -------------------------------------------------------------------------------------
 */

enum address_role {
    ADDRESS_FROM,
    ADDRESS_SENDER,
    ADDRESS_REPLY_TO,
    ADDRESS_TO,
    ADDRESS_CC,
    ADDRESS_DELIVERED, /* Bcc, and what servers write of where it went: Delivered-To … */
    ADDRESS_ROLES
};

struct address {
    enum address_role role;
    struct str name,
        mailbox; /* mailbox: local@domain as written, or empty if it could not be read */
};

/* Why an attachment or text part was not kept; the words are for staff. */
enum part_fate {
#define FATE(NAME, words) FATE_##NAME,
#include "sanitise/fate.def"
#undef FATE
    FATE_COUNT
};
const char *fate_words(enum part_fate fate);
struct mail_part;
/* Of one that is not kept: what its cleaner said, or its fate. */
const char *mail_part_words(const struct mail_part *part);

struct mail_part {
    struct str path;      /* "1.2": as IMAP numbers them */
    struct str type;      /* as labelled, lower case, "text/plain" when it says nothing */
    enum kind detected;   /* by its bytes */
    uint64_t bytes;       /* decoded */
    enum part_fate fate;  /* FATE_KEPT and FATE_TEXT are kept */
    enum refusal refusal; /* FATE_REFUSED: what its own cleaner said */
    struct str content;   /* FATE_KEPT: the decoded bytes, to be cleaned; else empty */
};

enum automatic {
    AUTOMATIC_NO,
    AUTOMATIC_REPLIED,   /* Auto-Submitted: auto-replied, vacation notices */
    AUTOMATIC_GENERATED, /* Auto-Submitted: auto-generated and the like */
    AUTOMATIC_BOUNCE,    /* a delivery report */
    AUTOMATIC_LIST,      /* from a list or in bulk */
    AUTOMATIC_READ,      /* a disposition notification */
    AUTOMATICS
};
const char *automatic_words(enum automatic automatic);

enum bounce_kind {
    BOUNCE_NONE,
    BOUNCE_HARD,    /* the address does not work */
    BOUNCE_SOFT,    /* not this time */
    BOUNCE_DELAY,   /* not yet */
    BOUNCE_REFUSED, /* not from us, or not this: the address may be right */
    BOUNCE_KINDS
};
struct bounce {
    enum bounce_kind kind;
    struct str recipient, status, original_message_id;
};

enum crypto_kind { CRYPTO_NONE, CRYPTO_PGP_MIME, CRYPTO_PGP_INLINE, CRYPTO_SMIME, CRYPTO_KINDS };

/*
 * OpenPGP data for the press, ASCII armour or binary: a message to decrypt, whose plaintext then
 * goes to a cleaner of its own; or a signature, with what it signs as it stands in the mail.
 */
struct packets {
    enum crypto_kind kind;
    uint32_t source;    /* 1 + index of its part */
    bool is_signature;  /* else a message */
    bool is_whole;      /* a signature: of all of the mail but its head */
    struct str bytes;   /* the message, or the signature */
    struct str content; /* what is signed; else empty */
};

struct mail {
    struct address *addresses;
    size_t address_count;
    struct str subject, message_id, in_reply_to, references;
    int64_t date_us;  /* INT64_MIN: none or unreadable */
    struct str *auth; /* Authentication-Results headers, unfolded, topmost first */
    size_t auth_count;
    enum automatic automatic;
    bool wants_no_answer; /* of a machine */
    struct bounce bounce;
    enum crypto_kind crypto;
    bool is_encrypted, is_signed;
    struct str text; /* the chosen text, whole; quotes and signatures: redact/furniture.h */
    struct mail_part *parts;
    size_t part_count;
    struct packets *packets;
    size_t packet_count;
};

/* The first address with that role, or NULL. */
const struct address *mail_address(const struct mail *mail, enum address_role role);

/* ---- the letter -------------------------------------------------------------------------------
 */

struct letter {
    enum kind kind;
    enum refusal refusal; /* other than REFUSAL_NONE: there is nothing else */
    /* REFUSAL_INFECTED: what the scanner calls it; and in which part of a mail, empty for the whole
     * document. */
    struct str virus, virus_path;
    struct part *parts;
    size_t part_count;
    struct finding *removed, *warnings;
    size_t removed_count, warning_count;
    struct hidden *hidden;
    size_t hidden_count;
    struct mail *mail; /* NULL unless it was an e-mail */
};

/* A further warning, or text that is not shown, of one source; the text is borrowed. */
void letter_warn(struct letter *letter, uint32_t source, enum warning warning, uint32_t number,
                 struct arena *arena);
void letter_hide(struct letter *letter, uint32_t source, struct str text, struct arena *arena);
/* The words in a row with their gaps: what the redactor reads. ERR_TOO_BIG. */
MUST_CHECK enum err letter_words_text(const struct word *words, size_t count, struct arena *arena,
                                      struct str *ret_text);
/* Parts and findings of one letter behind those of another. */
void letter_join(struct letter *letter, const struct letter *more, struct arena *arena);

#endif
