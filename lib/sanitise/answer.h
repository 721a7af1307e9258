/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_ANSWER_H
#define LETTERBOX_SANITISE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "sanitise/letter.h"

/*
 * The cleaner's answer, byte by byte: written in the sandbox, read by whoever asked as if a
 * taken-over cleaner had written it. Numbers are big-endian; str = u32 length, then bytes.
 *
 *   answer   "LBXA" u8 version (1), then records; the last is END; nothing follows
 *   record   u8 type, u32 length of the payload, payload, filled exactly
 *
 *   REFUSED  'R'  u8 refusal (not NONE). Then only END may follow, and nothing came before.
 *   TEXT     'T'  u32 source, str text
 *   PICTURE  'P'  u32 source, u8 part kind, u8 doubtful (0, 1), u8 format, u32 width, u32 height,
 *                 str image (empty for a reading), u32 words, each: u32 x, u32 y, u32 width,
 *                 u32 height, u8 gap, str text
 *   REMOVED  'X'  u32 source, u16 code, u32 number
 *   WARNING  'W'  u32 source, u16 code, u32 number
 *   HIDDEN   'H'  u32 source, str text
 *   MAIL     'M'  at most one, before the five below: str subject, str message id, str in reply to,
 *                 str references, u64 date (two's complement microseconds), u8 automatic,
 *                 u8 wants no answer (0, 1), u8 bounce kind, str recipient, str status,
 *                 str original message id, u8 crypto kind, u8 encrypted (0, 1), u8 signed (0, 1)
 *   ADDRESS  'A'  u8 role, str name, str mailbox
 *   AUTH     'U'  str header
 *   MPART    'B'  str path, str type, u16 detected kind, u64 bytes, u8 fate, str content (not text;
 *                 empty unless the fate is kept)
 *   PACKETS  'G'  u8 crypto kind, u32 source, u8 form (0 a message, 1 a signature, 2 one of the
 *                 whole mail), str bytes (not text), str content (not text; empty of a message)
 *   END      'E'  u32 number of records before this one
 *
 * source is 0 for the document itself, else 1 + the index of an MPART record, which may follow
 * later. Every str but image, content and bytes is text: valid UTF-8 without control characters but
 * newline and tab, and in fields other than text without these two. Images pass picture_check
 * (sanitise/picture.h): nothing in them but the picture, and of the size that is claimed. Boxes lie
 * inside the image.
 *
 * Limits: below; one more of anything makes the whole answer worthless. Errors: ERR_CLEANER_ANSWER.
 */

enum {
    ANSWER_BYTES_MAX = 256 * 1024 * 1024,
    ANSWER_RECORDS_MAX = 20 * 1000,
    ANSWER_PARTS_MAX = 2000,
    ANSWER_FINDINGS_MAX = 4000,
    ANSWER_HIDDEN_MAX = 1000,
    ANSWER_TEXT_BYTES_MAX = 4 * 1024 * 1024,   /* one text */
    ANSWER_TEXTS_BYTES_MAX = 16 * 1024 * 1024, /* all texts and words */
    ANSWER_LINE_BYTES_MAX = 64 * 1024,         /* one field without line ends */
    ANSWER_WORD_BYTES_MAX = 1024,
    ANSWER_PAGE_WORDS_MAX = 20 * 1000,
    ANSWER_WORDS_MAX = 200 * 1000, /* all pages */
    ANSWER_MAIL_PARTS_MAX = 1000,
    ANSWER_ADDRESSES_MAX = 1000,
    ANSWER_AUTH_MAX = 50,
    ANSWER_PACKETS_MAX = 20,
    ANSWER_IMAGE_SIDE_MAX = 65535,
};

/*
 * Reads a whole answer. The letter's texts, images and contents point into the bytes, which must
 * live as long as the arena. The letter's kind is left to the caller.
 */
MUST_CHECK enum err answer_read(struct str bytes, struct arena *arena, struct letter *ret_letter);

/* ---- written in the sandbox -------------------------------------------------------------------
 */

/* Each record is written at once; the first failure to write ends the process. */
struct answer {
    int fd;
    uint32_t records;
};

struct answer answer_open(int fd);
/* The whole answer of a document that was not taken; nothing may have been written but answer_open.
 */
void answer_refuse(struct answer *answer, enum refusal refusal);
void answer_text(struct answer *answer, uint32_t source, struct str text);
void answer_picture(struct answer *answer, const struct part *part);
void answer_removed(struct answer *answer, enum removed removed, uint32_t number);
void answer_warning(struct answer *answer, uint32_t source, enum warning warning, uint32_t number);
void answer_hidden(struct answer *answer, uint32_t source, struct str text);
/* Everything of the mail but its text. */
void answer_mail(struct answer *answer, const struct mail *mail);
void answer_end(struct answer *answer);

/*
 * Text as an answer may hold it: valid UTF-8; control characters left out, tabs and line ends made
 * plain; in a line, line ends and tabs become spaces. True when bytes had to be replaced by U+FFFD.
 */
bool answer_text_clean(struct str text, bool is_line, struct buf *ret_text);

#endif
