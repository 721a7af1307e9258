/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/seal.h"

#include <sodium.h>
#include <string.h>

#include "crypt/kdf.h"
#include "sys/fault.h"

static const char block_magic[4] = {'L', 'B', 'X', 'R'};
static const char body_magic[4] = {'L', 'B', 'X', 'B'};

enum {
    VERSION = 1,
    BLOCK_MAX = SEAL_BLOCK_START_BYTES + SEAL_RECIPIENTS_MAX * SEAL_RECIPIENT_BYTES,
    BINDING_BYTES = 64, /* the start of the header, which the keys are bound to */
    COMMITMENT_AT = BINDING_BYTES,
    STREAM_AT = COMMITMENT_AT + SECRET_BYTES,
    SEALED_FRAME_BYTES = SEAL_FRAME_BYTES + SEAL_FRAME_EXTRA_BYTES,
};

_Static_assert(SEAL_FRAME_EXTRA_BYTES == crypto_secretstream_xchacha20poly1305_ABYTES, "frame");
_Static_assert(SEAL_HEADER_BYTES == STREAM_AT + crypto_secretstream_xchacha20poly1305_HEADERBYTES,
               "header");
_Static_assert(SEAL_RECIPIENT_BYTES == SEAL_KEY_ID_BYTES + crypto_box_SEALBYTES + SECRET_BYTES,
               "recipient");
_Static_assert(SEAL_KEY_BYTES == crypto_box_PUBLICKEYBYTES &&
                   sizeof(struct secret) == SEAL_KEY_BYTES,
               "key");
_Static_assert(SEAL_FRAME_BYTES % SEAL_PAD_BYTES == 0, "padding");

typedef crypto_secretstream_xchacha20poly1305_state stream_state;

static struct str bytes_str(const void *bytes, size_t len)
{
    return (struct str){bytes, len};
}

/* ---- keys ------------------------------------------------------------------------------------ */

enum err seal_pair_make(struct seal_pair *ret_pair)
{
    SECRET(secret);
    secret_random(&secret);
    return seal_pair_from(&secret, ret_pair);
}

enum err seal_pair_from(const struct secret *secret, struct seal_pair *ret_pair)
{
    struct seal_public key;
    if (FAULT_FAILS(seal_pair) || crypto_scalarmult_base(key.bytes, secret->bytes) != 0)
        return ERR_CRYPTO;
    ret_pair->public = key;
    ret_pair->secret = *secret;
    return OK;
}

void seal_pair_wipe(struct seal_pair *pair)
{
    secret_wipe(&pair->secret);
}

enum err seal_key_id(const struct seal_public *key, struct seal_key_id *ret_id)
{
    struct secret public_bytes, id;
    memcpy(public_bytes.bytes, key->bytes, sizeof public_bytes.bytes);
    TRY(kdf_derive(&public_bytes, KDF_SEAL_KEY_ID, (struct str){0}, &id));
    memcpy(ret_id->bytes, id.bytes, sizeof ret_id->bytes);
    return OK;
}

/* ---- recipient block ------------------------------------------------------------------------- */

static enum err block_write(const struct secret *content_key, const struct seal_public *recipients,
                            size_t count, struct buf *block)
{
    ASSERT(count >= 1 && count <= SEAL_RECIPIENTS_MAX);
    buf_add_bytes(block, block_magic, sizeof block_magic);
    buf_add_byte(block, VERSION);
    buf_add_byte(block, (char)count);
    for (size_t i = 0; i < count; i++) {
        struct seal_key_id id;
        TRY(seal_key_id(&recipients[i], &id));
        unsigned char sealed[crypto_box_SEALBYTES + SECRET_BYTES];
        if (FAULT_FAILS(seal_box) ||
            crypto_box_seal(sealed, content_key->bytes, SECRET_BYTES, recipients[i].bytes) != 0)
            return ERR_CRYPTO;
        buf_add_bytes(block, id.bytes, sizeof id.bytes);
        buf_add_bytes(block, sealed, sizeof sealed);
    }
    return buf_done(block);
}

/* The length of the block that starts so; needs SEAL_BLOCK_START_BYTES. */
static enum err block_length(struct str start, size_t *ret_length)
{
    ASSERT(start.len >= SEAL_BLOCK_START_BYTES);
    size_t count = (unsigned char)start.at[5];
    if (memcmp(start.at, block_magic, sizeof block_magic) != 0 || start.at[4] != VERSION ||
        count < 1 || count > SEAL_RECIPIENTS_MAX)
        return ERR_SEAL_BROKEN;
    *ret_length = SEAL_BLOCK_START_BYTES + count * SEAL_RECIPIENT_BYTES;
    return OK;
}

enum err seal_split(struct str sealed, struct str *ret_block, struct str *ret_body)
{
    size_t length = 0;
    if (sealed.len < SEAL_BLOCK_START_BYTES) return ERR_SEAL_BROKEN;
    TRY(block_length(sealed, &length));
    if (sealed.len < length) return ERR_SEAL_BROKEN;
    *ret_block = str_slice(sealed, 0, length);
    *ret_body = str_from_byte(sealed, length);
    return OK;
}

enum err seal_recipients(struct str block, struct seal_key_id *ret_ids, size_t *ret_count)
{
    struct str rest;
    TRY(seal_split(block, &block, &rest));
    if (rest.len) return ERR_SEAL_BROKEN;
    size_t count = (block.len - SEAL_BLOCK_START_BYTES) / SEAL_RECIPIENT_BYTES;
    for (size_t i = 0; i < count; i++)
        memcpy(ret_ids[i].bytes, block.at + SEAL_BLOCK_START_BYTES + i * SEAL_RECIPIENT_BYTES,
               SEAL_KEY_ID_BYTES);
    *ret_count = count;
    return OK;
}

/*
 * The content key out of a whole block. The first entry with the id of one of the pairs counts; if
 * it does not open, the record is broken (a second entry with the same id is never tried).
 */
static enum err block_open(struct str block, const struct seal_pair *pairs, size_t count,
                           struct secret *ret_key)
{
    struct seal_key_id ids[SEAL_RECIPIENTS_MAX];
    size_t entries = 0;
    TRY(seal_recipients(block, ids, &entries));
    for (size_t p = 0; p < count; p++) {
        struct seal_key_id id;
        TRY(seal_key_id(&pairs[p].public, &id));
        for (size_t i = 0; i < entries; i++) {
            if (memcmp(ids[i].bytes, id.bytes, sizeof id.bytes) != 0) continue;
            const char *entry = block.at + SEAL_BLOCK_START_BYTES + i * SEAL_RECIPIENT_BYTES;
            SECRET(key);
            if (crypto_box_seal_open(key.bytes, (const unsigned char *)entry + SEAL_KEY_ID_BYTES,
                                     SEAL_RECIPIENT_BYTES - SEAL_KEY_ID_BYTES,
                                     pairs[p].public.bytes, pairs[p].secret.bytes) != 0)
                return ERR_SEAL_BROKEN;
            *ret_key = key;
            return OK;
        }
    }
    return ERR_NO_KEY;
}

/* ---- header ---------------------------------------------------------------------------------- */

static void put_u64(unsigned char *at, int64_t number)
{
    ASSERT(number >= 0);
    for (int i = 0; i < 8; i++) at[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i) & 0xff);
}

static void header_start(const struct seal_binding *binding, unsigned char start[BINDING_BYTES])
{
    size_t length = strlen(binding->table);
    ASSERT(length >= 1 && length < SEAL_TABLE_BYTES);
    ASSERT(strspn(binding->table, "abcdefghijklmnopqrstuvwxyz0123456789_.") == length);
    ASSERT((int)binding->purpose >= 1 && (int)binding->purpose <= 255);
    memset(start, 0, BINDING_BYTES);
    memcpy(start, body_magic, sizeof body_magic);
    start[4] = VERSION;
    start[5] = (unsigned char)binding->purpose;
    put_u64(start + 8, binding->agency_id);
    put_u64(start + 16, binding->row_id);
    put_u64(start + 24, binding->row_version);
    memcpy(start + 32, binding->table, length);
}

/* Checks header and commitment, and gives the key of the stream. */
static enum err header_check(const unsigned char *header, const unsigned char *expected_start,
                             const struct secret *content_key, struct secret *ret_stream_key)
{
    if (memcmp(header, expected_start, BINDING_BYTES) != 0) return ERR_SEAL_BROKEN;
    SECRET(commitment);
    struct str start = bytes_str(expected_start, BINDING_BYTES);
    TRY(kdf_derive(content_key, KDF_SEAL_COMMITMENT, start, &commitment));
    if (!bytes_equal(commitment.bytes, header + COMMITMENT_AT, SECRET_BYTES))
        return ERR_SEAL_BROKEN;
    return kdf_derive(content_key, KDF_SEAL_STREAM, start, ret_stream_key);
}

/* ---- writer ---------------------------------------------------------------------------------- */

struct seal_writer {
    stream_state stream;
    unsigned char header[SEAL_HEADER_BYTES];
    seal_put *put;
    void *sink;
    size_t held;    /* bytes of content in text */
    bool any_frame; /* one was written */
    bool ended;     /* finished, or failed */
    size_t room;    /* of text: a whole frame, or what one short record needs */
    unsigned char *text;
};

static void writer_end(void *object)
{
    struct seal_writer *writer = object;
    sodium_memzero(writer->text, writer->room);
    sodium_memzero(writer, sizeof *writer);
}

static enum err writer_put(struct seal_writer *writer, const void *bytes, size_t len)
{
    return writer->put(writer->sink, bytes_str(bytes, len));
}

static enum err writer_begin(struct seal_writer *writer, const struct seal_binding *binding,
                             const struct seal_public *recipients, size_t count)
{
    SECRET(content_key);
    SECRET(stream_key);
    SECRET(commitment);
    secret_random(&content_key);
    BUF(block, BLOCK_MAX);
    TRY(block_write(&content_key, recipients, count, &block));
    header_start(binding, writer->header);
    struct str start = bytes_str(writer->header, BINDING_BYTES);
    TRY(kdf_derive(&content_key, KDF_SEAL_COMMITMENT, start, &commitment));
    TRY(kdf_derive(&content_key, KDF_SEAL_STREAM, start, &stream_key));
    memcpy(writer->header + COMMITMENT_AT, commitment.bytes, SECRET_BYTES);
    if (FAULT_FAILS(seal_push_start) ||
        crypto_secretstream_xchacha20poly1305_init_push(&writer->stream, writer->header + STREAM_AT,
                                                        stream_key.bytes) != 0)
        return ERR_CRYPTO;
    TRY(writer_put(writer, block.at, block.len));
    return writer_put(writer, writer->header, sizeof writer->header);
}

static enum err writer_open(struct arena *arena, size_t room, const struct seal_binding *binding,
                            const struct seal_public *recipients, size_t count, seal_put *put,
                            void *sink, struct seal_writer **ret_writer)
{
    struct seal_writer *writer = ARENA_ONE(arena, struct seal_writer);
    writer->room = room;
    writer->text = arena_take(arena, room);
    arena_on_end(arena, writer_end, writer);
    writer->put = put;
    writer->sink = sink;
    TRY(writer_begin(writer, binding, recipients, count));
    *ret_writer = writer;
    return OK;
}

enum err seal_writer_open(struct arena *arena, const struct seal_binding *binding,
                          const struct seal_public *recipients, size_t count, seal_put *put,
                          void *sink, struct seal_writer **ret_writer)
{
    return writer_open(arena, SEAL_FRAME_BYTES, binding, recipients, count, put, sink, ret_writer);
}

static enum err writer_frame(struct seal_writer *writer, unsigned char tag)
{
    unsigned char sealed[SEALED_FRAME_BYTES]; /* of the thread, not of each of many writers */
    unsigned long long length = 0;
    if (FAULT_FAILS(seal_push) || crypto_secretstream_xchacha20poly1305_push(
                                      &writer->stream, sealed, &length, writer->text, writer->held,
                                      writer->header, sizeof writer->header, tag) != 0)
        return ERR_CRYPTO;
    writer->held = 0;
    writer->any_frame = true;
    return writer_put(writer, sealed, (size_t)length);
}

static enum err writer_add(struct seal_writer *writer, struct str content)
{
    while (content.len) {
        /* A full frame waits until it is known not to be the last. */
        if (writer->held == SEAL_FRAME_BYTES)
            TRY(writer_frame(writer, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE));
        size_t room = SEAL_FRAME_BYTES - writer->held;
        size_t taken = content.len < room ? content.len : room;
        memcpy(writer->text + writer->held, content.at, taken);
        writer->held += taken;
        content = str_from_byte(content, taken);
    }
    return OK;
}

static size_t padded_length(size_t content_bytes)
{
    return (content_bytes / SEAL_PAD_BYTES + 1) * SEAL_PAD_BYTES;
}

static enum err writer_finish(struct seal_writer *writer)
{
    if (!writer->any_frame && writer->held == SEAL_FRAME_BYTES)
        TRY(writer_frame(writer, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE));
    if (!writer->any_frame) {
        size_t padded = padded_length(writer->held);
        memset(writer->text + writer->held, 0, padded - writer->held);
        writer->text[writer->held] = 0x80;
        writer->held = padded;
    }
    return writer_frame(writer, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

enum err seal_writer_add(struct seal_writer *writer, struct str content)
{
    ASSERT(!writer->ended);
    enum err error = writer_add(writer, content);
    writer->ended = error != OK;
    return error;
}

enum err seal_writer_finish(struct seal_writer *writer)
{
    ASSERT(!writer->ended);
    writer->ended = true;
    return writer_finish(writer);
}

enum err seal_put_buf(void *buf, struct str bytes)
{
    buf_add(buf, bytes);
    return buf_done(buf);
}

/* ---- reader ---------------------------------------------------------------------------------- */

enum reader_at { AT_BLOCK_START, AT_BLOCK, AT_HEADER, AT_FRAMES, AT_END };

struct seal_reader {
    stream_state stream;
    unsigned char expected_start[BINDING_BYTES];
    unsigned char header[SEAL_HEADER_BYTES];
    const struct seal_pair *pairs;
    size_t pair_count;
    struct secret content_key;
    seal_put *put;
    void *sink;
    enum reader_at at;
    bool any_frame;
    size_t held, wanted; /* bytes in sealed; bytes that the next step needs */
    size_t room;         /* of both: a whole sealed frame, or the whole of a short record */
    unsigned char *sealed, *text;
};

_Static_assert(BLOCK_MAX <= SEALED_FRAME_BYTES, "the block fits the reader's buffer");

static void reader_end(void *object)
{
    struct seal_reader *reader = object;
    sodium_memzero(reader->text, reader->room);
    sodium_memzero(reader, sizeof *reader);
}

static enum err reader_open(struct arena *arena, size_t room, const struct seal_binding *expected,
                            const struct seal_pair *pairs, size_t count, seal_put *put, void *sink,
                            struct seal_reader **ret_reader)
{
    struct seal_reader *reader = ARENA_ONE(arena, struct seal_reader);
    reader->room = room;
    reader->sealed = arena_take(arena, room);
    reader->text = arena_take(arena, room);
    arena_on_end(arena, reader_end, reader);
    header_start(expected, reader->expected_start);
    reader->pairs = pairs;
    reader->pair_count = count;
    reader->put = put;
    reader->sink = sink;
    reader->at = AT_BLOCK_START;
    reader->wanted = SEAL_BLOCK_START_BYTES;
    *ret_reader = reader;
    return OK;
}

enum err seal_reader_open(struct arena *arena, const struct seal_binding *expected,
                          const struct seal_pair *pairs, size_t count, seal_put *put, void *sink,
                          struct seal_reader **ret_reader)
{
    return reader_open(arena, SEALED_FRAME_BYTES, expected, pairs, count, put, sink, ret_reader);
}

/* The length of the content in a padded frame. */
static enum err unpad(const unsigned char *text, size_t len, size_t *ret_len)
{
    if (len == 0 || len % SEAL_PAD_BYTES != 0) return ERR_SEAL_BROKEN;
    size_t end = len;
    while (end > 0 && text[end - 1] == 0) end--;
    if (end == 0 || text[end - 1] != 0x80 || len - end >= SEAL_PAD_BYTES) return ERR_SEAL_BROKEN;
    *ret_len = end - 1;
    return OK;
}

static enum err reader_frame(struct seal_reader *reader, bool last)
{
    unsigned long long length = 0;
    unsigned char tag = 0xff;
    if (reader->held < SEAL_FRAME_EXTRA_BYTES) return ERR_SEAL_BROKEN;
    if (crypto_secretstream_xchacha20poly1305_pull(&reader->stream, reader->text, &length, &tag,
                                                   reader->sealed, reader->held, reader->header,
                                                   sizeof reader->header) != 0)
        return ERR_SEAL_BROKEN;
    unsigned char wanted = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    if (tag != wanted) return ERR_SEAL_BROKEN;
    size_t content = (size_t)length;
    if (last && !reader->any_frame) TRY(unpad(reader->text, content, &content));
    reader->any_frame = true;
    reader->held = 0;
    return reader->put(reader->sink, bytes_str(reader->text, content));
}

/* All bytes wanted for this step are there. */
static enum err reader_step(struct seal_reader *reader)
{
    struct str bytes = bytes_str(reader->sealed, reader->held);
    SECRET(stream_key);
    switch (reader->at) {
    case AT_BLOCK_START: reader->at = AT_BLOCK; return block_length(bytes, &reader->wanted);
    case AT_BLOCK:
        TRY(block_open(bytes, reader->pairs, reader->pair_count, &reader->content_key));
        reader->at = AT_HEADER;
        reader->wanted = SEAL_HEADER_BYTES;
        break;
    case AT_HEADER:
        memcpy(reader->header, bytes.at, sizeof reader->header);
        TRY(header_check(reader->header, reader->expected_start, &reader->content_key,
                         &stream_key));
        secret_wipe(&reader->content_key);
        if (crypto_secretstream_xchacha20poly1305_init_pull(
                &reader->stream, reader->header + STREAM_AT, stream_key.bytes) != 0)
            return ERR_SEAL_BROKEN;
        reader->at = AT_FRAMES;
        reader->wanted = SEALED_FRAME_BYTES;
        break;
    case AT_FRAMES: return reader_frame(reader, false);
    case AT_END: ASSERT(reader->at != AT_END);
    }
    reader->held = 0;
    return OK;
}

static enum err reader_add(struct seal_reader *reader, struct str sealed)
{
    while (sealed.len) {
        /* A step is taken when more bytes follow: a full frame may yet be the last. */
        if (reader->held == reader->wanted) TRY(reader_step(reader));
        size_t room = reader->wanted - reader->held;
        size_t taken = sealed.len < room ? sealed.len : room;
        ASSERT(reader->held + taken <= reader->room);
        memcpy(reader->sealed + reader->held, sealed.at, taken);
        reader->held += taken;
        sealed = str_from_byte(sealed, taken);
    }
    return OK;
}

enum err seal_reader_add(struct seal_reader *reader, struct str sealed)
{
    ASSERT(reader->at != AT_END);
    enum err error = reader_add(reader, sealed);
    if (error != OK) reader->at = AT_END;
    return error;
}

enum err seal_reader_finish(struct seal_reader *reader)
{
    ASSERT(reader->at != AT_END);
    enum err error = reader->at == AT_FRAMES ? reader_frame(reader, true) : ERR_SEAL_BROKEN;
    reader->at = AT_END;
    return error;
}

/* ---- whole records --------------------------------------------------------------------------- */

size_t seal_length(size_t content_bytes, size_t recipients)
{
    ASSERT(content_bytes <= SIZE_MAX / 2 && recipients <= SEAL_RECIPIENTS_MAX);
    size_t fixed =
        SEAL_BLOCK_START_BYTES + recipients * SEAL_RECIPIENT_BYTES + (size_t)SEAL_HEADER_BYTES;
    if (content_bytes < SEAL_FRAME_BYTES)
        return fixed + padded_length(content_bytes) + SEAL_FRAME_EXTRA_BYTES;
    size_t frames = content_bytes == SEAL_FRAME_BYTES
                        ? 2
                        : (content_bytes + SEAL_FRAME_BYTES - 1) / SEAL_FRAME_BYTES;
    return fixed + content_bytes + frames * SEAL_FRAME_EXTRA_BYTES;
}

/* Takes back what was added past this length. */
static void cut(struct buf *buf, size_t length)
{
    if (buf->len > length) sodium_memzero(buf->at + length, buf->len - length);
    buf->len = length;
}

/* Room for a writer or reader. */
enum { ONE_SHOT_BYTES = 192 * 1024 };

enum err seal_close(const struct seal_binding *binding, const struct seal_public *recipients,
                    size_t count, struct str content, struct buf *ret_sealed)
{
    ARENA(arena, ONE_SHOT_BYTES);
    struct seal_writer *writer = NULL;
    size_t before = ret_sealed->len;
    size_t room = content.len < SEAL_FRAME_BYTES ? padded_length(content.len) : SEAL_FRAME_BYTES;
    enum err error =
        writer_open(arena, room, binding, recipients, count, seal_put_buf, ret_sealed, &writer);
    if (error == OK) error = seal_writer_add(writer, content);
    if (error == OK) error = seal_writer_finish(writer);
    if (error != OK) cut(ret_sealed, before);
    return error;
}

enum err seal_open(const struct seal_binding *expected, const struct seal_pair *pairs, size_t count,
                   struct str sealed, struct buf *ret_content)
{
    ASSERT(ret_content->secret);
    ARENA(arena, ONE_SHOT_BYTES);
    struct seal_reader *reader = NULL;
    size_t before = ret_content->len;
    size_t room = sealed.len < SEALED_FRAME_BYTES ? sealed.len : SEALED_FRAME_BYTES;
    enum err error =
        reader_open(arena, room, expected, pairs, count, seal_put_buf, ret_content, &reader);
    if (error == OK) error = seal_reader_add(reader, sealed);
    if (error == OK) error = seal_reader_finish(reader);
    if (error != OK) cut(ret_content, before);
    return error;
}

enum err seal_rewrap(const struct seal_binding *expected, const struct seal_pair *pairs,
                     size_t pair_count, struct str block, struct str body,
                     const struct seal_public *recipients, size_t count, struct buf *ret_block)
{
    if (body.len < SEAL_HEADER_BYTES) return ERR_SEAL_BROKEN;
    SECRET(content_key);
    SECRET(stream_key);
    unsigned char start[BINDING_BYTES];
    header_start(expected, start);
    TRY(block_open(block, pairs, pair_count, &content_key));
    TRY(header_check((const unsigned char *)body.at, start, &content_key, &stream_key));
    BUF(fresh, BLOCK_MAX);
    TRY(block_write(&content_key, recipients, count, &fresh));
    size_t before = ret_block->len;
    buf_add(ret_block, buf_str(&fresh));
    enum err error = buf_done(ret_block);
    if (error != OK) cut(ret_block, before);
    return error;
}
