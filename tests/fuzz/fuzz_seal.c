/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Sealed records. By its first byte an input is
 *   'R'  a record as it is, opened with the key of the seeds, whole and in pieces: both agree
 *   else a change (kind, two numbers of two bytes) to a record that is made of the rest: what was
 *        changed does not open, what was not opens to what was sealed
 */
#include <stdint.h>
#include <string.h>

#include "crypt/seal.h"
#include "crypt/secretbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { MAX = 1024 * 1024, FULL_FRAME = SEAL_FRAME_BYTES + SEAL_FRAME_EXTRA_BYTES };

static const struct seal_binding binding = {SEAL_PARTY, 11, "party", 22, 3};

static void keys(struct seal_pair *ret_pair)
{
    struct secret secret;
    ASSERT(crypt_init() == OK);
    memset(secret.bytes, 0x42, sizeof secret.bytes);
    ASSERT(seal_pair_from(&secret, ret_pair) == OK);
}

static enum err open_in_pieces(const struct seal_pair *pair, struct str sealed, size_t step,
                               struct buf *content)
{
    ARENA(arena, 512 * 1024);
    struct seal_reader *reader = NULL;
    TRY(seal_reader_open(arena, &binding, pair, 1, seal_put_buf, content, &reader));
    for (size_t at = 0; at < sealed.len; at += step)
        TRY(seal_reader_add(reader, str_slice(sealed, at, at + step)));
    return seal_reader_finish(reader);
}

static void open_record(struct str record)
{
    SEAL_PAIR(pair);
    BUF_SECRET(whole, MAX);
    BUF_SECRET(pieces, MAX);
    BUF(block, MAX);
    keys(&pair);
    enum err error = seal_open(&binding, &pair, 1, record, &whole);
    enum err again = open_in_pieces(&pair, record, 1 + record.len / 7, &pieces);
    ASSERT(error == again);
    ASSERT(error == OK ? str_equal(buf_str(&whole), buf_str(&pieces)) : whole.len == 0);

    struct str first, body;
    struct seal_key_id ids[SEAL_RECIPIENTS_MAX];
    size_t count = 0;
    if (seal_split(record, &first, &body) != OK) return;
    ASSERT(seal_recipients(first, ids, &count) == OK && count >= 1);
    if (seal_rewrap(&binding, &pair, 1, first, body, &pair.public, 1, &block) != OK) return;
    buf_add(&block, body);
    buf_clear(&whole);
    ASSERT(seal_open(&binding, &pair, 1, buf_str(&block), &whole) == error);

    BUF_SECRET(content, MAX);
    ASSERT(secretbox_open(&pair.secret, BOX_ACCOUNT_SECRET, STR("b"), record, &content) != OK);
}

/* Changes the record; false when it is as it was. */
static bool change(struct buf *sealed, uint8_t kind, size_t a, size_t b)
{
    switch (kind % 6) {
    case 0: return false;
    case 1: sealed->at[a % sealed->len] ^= (char)(1 << b % 8); return true;
    case 2: sealed->len = a % sealed->len; return true;
    case 3:
        for (size_t i = 0; i <= b % 100; i++) buf_add_byte(sealed, (char)a);
        return true;
    case 4: /* a frame twice */
        if (sealed->len < FULL_FRAME) return false;
        buf_add(sealed, str_slice(buf_str(sealed), sealed->len - FULL_FRAME, sealed->len));
        return true;
    default: /* a piece taken out */
        memmove(sealed->at + a % sealed->len, sealed->at + a % sealed->len + 1,
                sealed->len - a % sealed->len - 1);
        sealed->len--;
        return true;
    }
}

static void change_record(uint8_t kind, size_t a, size_t b, struct str content)
{
    SEAL_PAIR(pair);
    BUF(text, MAX);
    BUF(sealed, MAX);
    BUF_SECRET(opened, MAX);
    keys(&pair);
    /* Some contents are made longer than a frame or two. */
    size_t times = content.len && kind >= 128 ? (kind & 3u) * SEAL_FRAME_BYTES / content.len : 0;
    for (size_t i = 0; i <= times; i++) buf_add(&text, content);
    ASSERT(buf_done(&text) == OK);
    ASSERT(seal_close(&binding, &pair.public, 1, buf_str(&text), &sealed) == OK);
    ASSERT(sealed.len == seal_length(text.len, 1));
    bool changed = change(&sealed, kind, a, b);
    enum err error = seal_open(&binding, &pair, 1, buf_str(&sealed), &opened);
    ASSERT(changed ? error != OK : error == OK);
    ASSERT(changed ? opened.len == 0 : str_equal(buf_str(&opened), buf_str(&text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str input = {(const char *)bytes, len};
    if (len == 0 || len > MAX / 8) return 0;
    if (bytes[0] == 'R') {
        open_record(str_from_byte(input, 1));
    } else if (len >= 5) {
        size_t a = (size_t)bytes[1] << 8 | bytes[2], b = (size_t)bytes[3] << 8 | bytes[4];
        change_record(bytes[0], a, b, str_from_byte(input, 5));
    }
    return 0;
}
