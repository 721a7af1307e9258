/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_SEAL_H
#define LETTERBOX_CRYPT_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "crypt/secret.h"

/*
 * Sealed records: the only form in which what a person wrote, or what identifies one, reaches the
 * database. This file writes and reads it; nothing else does.
 *
 * A sealed record is a recipient block and, behind it, a body. Numbers are big-endian.
 *
 *   RECIPIENT BLOCK                                        6 + 96 × count bytes
 *     0   4  "LBXR"
 *     4   1  version, 1
 *     5   1  count, 1 to 64
 *     6  96  for each recipient:
 *               0  16  key id: the first 16 bytes of HKDF(public key, "letterbox/1/seal/key-id")
 *              16  80  crypto_box_seal(content key) to the X25519 public key
 *
 *   BODY: HEADER                                           120 bytes
 *     0   4  "LBXB"
 *     4   1  version, 1
 *     5   1  purpose (crypt/purposes.def)
 *     6   2  zero
 *     8   8  agency id          \
 *    16   8  row id              | the binding: where this record belongs
 *    24   8  row version         |
 *    32  32  table, zero-padded /
 *    64  32  commitment = HKDF(content key, "letterbox/1/seal/commitment", bytes 0 to 63)
 *    96  24  header of the secretstream
 *   BODY: FRAMES                                           at least one
 *     each   secretstream_xchacha20poly1305 of up to 64 KiB of text, + 17 bytes; all but the last
 *            hold exactly 64 KiB and the tag MESSAGE, the last has the tag FINAL; additional data
 *            of every frame is the whole header; nothing follows.
 *     key    HKDF(content key, "letterbox/1/seal/stream", bytes 0 to 63)
 *     padding  Content under 64 KiB stands in one frame and is padded to a whole multiple of 4 KiB
 *            by ISO/IEC 7816-4 (a byte 0x80, then zeros; at least one byte). Content of 64 KiB and
 *            more takes two frames or more (the last may be empty) and is not padded.
 *
 * The content key is 32 random bytes, new for each record. The commitment is checked before the
 * first frame, so that recipients who were given different keys cannot read different texts. The
 * block is not part of what is authenticated: seal_rewrap gives a record to other recipients
 * without its content being touched. (Who can write to the database can therefore take a recipient
 * away; nobody can be added without the content key.) Sealing hides and proves no author.
 *
 * Two purposes of one row are told apart by the purpose, two columns of one purpose by `table`,
 * which may be written "table.column". The row version is the version of the row's content: it
 * rises whenever the record is sealed anew, so that an older one put back does not open.
 *
 * Errors: ERR_SEAL_BROKEN for everything that is not exactly what was sealed with this binding;
 * ERR_NO_KEY when none of the keys given is a recipient's; ERR_TOO_BIG past a maximum; ERR_CRYPTO
 * when a library fails. Every function here may be called by several threads on their own objects.
 */

enum {
    SEAL_FRAME_BYTES = 64 * 1024,
    SEAL_PAD_BYTES = 4 * 1024,
    SEAL_KEY_BYTES = 32,
    SEAL_KEY_ID_BYTES = 16,
    SEAL_RECIPIENTS_MAX = 64,
    SEAL_TABLE_BYTES = 32, /* a table's name is shorter */
    SEAL_BLOCK_START_BYTES = 6,
    SEAL_RECIPIENT_BYTES = SEAL_KEY_ID_BYTES + 80,
    SEAL_HEADER_BYTES = 120,
    SEAL_FRAME_EXTRA_BYTES = 17,
};

enum seal_purpose {
#define PURPOSE(name, number) SEAL_##name = (number),
#include "crypt/purposes.def"
#undef PURPOSE
};

/* Where a record belongs. Ids are positive or, where a record has no row of its own, 0. */
struct seal_binding {
    enum seal_purpose purpose;
    int64_t agency_id;
    const char *table; /* 1 to 31 characters a-z 0-9 _ . */
    int64_t row_id;
    int64_t row_version;
};

/* ---- keys ------------------------------------------------------------------------------------ */

struct seal_public {
    unsigned char bytes[SEAL_KEY_BYTES]; /* X25519 */
};

/* Those of an agency that its processes seal to. */
struct seal_publics {
    struct seal_public press, desk, post;
};

struct seal_key_id {
    unsigned char bytes[SEAL_KEY_ID_BYTES];
};

/* A key pair; the holder wipes it: declare it with SEAL_PAIR(name). */
struct seal_pair {
    struct seal_public public;
    struct secret secret;
};

#define SEAL_PAIR(name) \
    __attribute__((cleanup(seal_pair_wipe))) struct seal_pair name = {.public = {{0}}}

MUST_CHECK enum err seal_pair_make(struct seal_pair *ret_pair);
/* The pair whose secret is already there (from a key file, a password, a link). */
MUST_CHECK enum err seal_pair_from(const struct secret *secret, struct seal_pair *ret_pair);
void seal_pair_wipe(struct seal_pair *pair);
MUST_CHECK enum err seal_key_id(const struct seal_public *key, struct seal_key_id *ret_id);

/* ---- whole records --------------------------------------------------------------------------- */

/* Bytes that content of this length takes when sealed to so many recipients. */
size_t seal_length(size_t content_bytes, size_t recipients);

/* Adds the sealed record to the buffer, or nothing. */
MUST_CHECK enum err seal_close(const struct seal_binding *binding,
                               const struct seal_public *recipients, size_t count,
                               struct str content, struct buf *ret_sealed);

/*
 * Adds the whole content to the buffer, which must be a secret one (buf_new_secret), or nothing.
 * Any of the pairs may be the recipient; a key that was replaced is given beside the new one.
 */
MUST_CHECK enum err seal_open(const struct seal_binding *expected, const struct seal_pair *pairs,
                              size_t count, struct str sealed, struct buf *ret_content);

/* ---- streams --------------------------------------------------------------------------------- */

/* Takes the next bytes; an error stops the stream and is handed on. */
typedef enum err seal_put(void *sink, struct str bytes);

/* A seal_put that adds to a struct buf. */
MUST_CHECK enum err seal_put_buf(void *buf, struct str bytes);

/*
 * Seals content as it comes, in constant memory (about 65 KiB, in the arena, wiped when it ends).
 * The first call of put brings exactly the recipient block, the second exactly the header, so that
 * a store may keep the block apart from the body. Without finish, what was written does not open.
 * After an error only the arena's end is left.
 */
struct seal_writer;
MUST_CHECK enum err seal_writer_open(struct arena *arena, const struct seal_binding *binding,
                                     const struct seal_public *recipients, size_t count,
                                     seal_put *put, void *sink, struct seal_writer **ret_writer);
MUST_CHECK enum err seal_writer_add(struct seal_writer *writer, struct str content);
MUST_CHECK enum err seal_writer_finish(struct seal_writer *writer);

/*
 * Opens a record as it comes (block, then body, in pieces of any size), in constant memory. Each
 * frame given to put is genuine, but that the record is whole is known only when finish answers
 * OK: put may store (a memfd, a locked buffer) and must not act. On any error throw away what came.
 */
struct seal_reader;
MUST_CHECK enum err seal_reader_open(struct arena *arena, const struct seal_binding *expected,
                                     const struct seal_pair *pairs, size_t count, seal_put *put,
                                     void *sink, struct seal_reader **ret_reader);
MUST_CHECK enum err seal_reader_add(struct seal_reader *reader, struct str sealed);
MUST_CHECK enum err seal_reader_finish(struct seal_reader *reader);

/* ---- recipients ------------------------------------------------------------------------------ */

/* Parts a record (or its first bytes) into block and rest; ERR_SEAL_BROKEN if there is no block. */
MUST_CHECK enum err seal_split(struct str sealed, struct str *ret_block, struct str *ret_body);

/* The key ids of a block, in its order; room for SEAL_RECIPIENTS_MAX. */
MUST_CHECK enum err seal_recipients(struct str block, struct seal_key_id *ret_ids,
                                    size_t *ret_count);

/*
 * Adds a new block for these recipients (instead of the old ones) to the buffer, or nothing. Needs
 * the block and at least the header of the body; the commitment is checked, so that what the new
 * recipients get is the key of this very body.
 */
MUST_CHECK enum err seal_rewrap(const struct seal_binding *expected, const struct seal_pair *pairs,
                                size_t pair_count, struct str block, struct str body,
                                const struct seal_public *recipients, size_t count,
                                struct buf *ret_block);

#endif
