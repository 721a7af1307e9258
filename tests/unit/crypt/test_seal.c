/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/seal.h"

#include <sodium.h>

#include "crypt/kdf.h"
#include "tests/unit/unit.h"

/* Offsets in a record with one recipient. */
enum {
    BODY_AT = SEAL_BLOCK_START_BYTES + SEAL_RECIPIENT_BYTES,
    FRAMES_AT = BODY_AT + SEAL_HEADER_BYTES,
    FULL_FRAME = SEAL_FRAME_BYTES + SEAL_FRAME_EXTRA_BYTES,
    MAX = 2 * 1024 * 1024,
};

static const struct seal_binding binding = {SEAL_PARTY, 11, "party", 22, 3};
static struct seal_pair press, desk, stranger;

static int make_keys(void **state)
{
    (void)state;
    assert_ok(crypt_init());
    assert_ok(seal_pair_make(&press));
    assert_ok(seal_pair_make(&desk));
    assert_ok(seal_pair_make(&stranger));
    return 0;
}

/* len bytes that differ from place to place, none of them a padding byte at the end. */
static void add_content(struct buf *buf, size_t len)
{
    for (size_t i = 0; i < len; i++) buf_add_byte(buf, (char)('a' + (i * 7 + i / 251) % 26));
}

static void seal_to_press(struct str content, struct buf *sealed)
{
    assert_ok(seal_close(&binding, &press.public, 1, content, sealed));
}

static enum err open_as(const struct seal_binding *expected, const struct seal_pair *pair,
                        struct str sealed)
{
    BUF_SECRET(content, MAX);
    buf_add_c(&content, "before");
    enum err error = seal_open(expected, pair, 1, sealed, &content);
    if (error != OK) assert_buf(content, "before");
    return error;
}

static enum err open_changed(struct str sealed)
{
    return open_as(&binding, &press, sealed);
}

static void opens_what_was_sealed_at_every_length(void **state)
{
    (void)state;
    static const size_t lengths[] = {
        0,     1,     4094,  4095,  4096,   4097,   8191,   8192,          65534,
        65535, 65536, 65537, 69632, 131071, 131072, 131073, 3 * 65536 + 5,
    };
    for (size_t i = 0; i < COUNT(lengths); i++) {
        BUF(content, MAX);
        BUF(sealed, MAX);
        BUF_SECRET(opened, MAX);
        add_content(&content, lengths[i]);
        seal_to_press(buf_str(&content), &sealed);
        assert_int_equal(sealed.len, seal_length(lengths[i], 1));
        assert_ok(seal_open(&binding, &press, 1, buf_str(&sealed), &opened));
        assert_str(buf_str(&opened), buf_str(&content));
    }
}

static void short_content_is_padded_to_4_kib(void **state)
{
    (void)state;
    static const struct {
        size_t content, text;
    } cases[] = {{0, 4096}, {1, 4096}, {4095, 4096}, {4096, 8192}, {65535, 65536}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(content, MAX);
        BUF(sealed, MAX);
        add_content(&content, cases[i].content);
        seal_to_press(buf_str(&content), &sealed);
        assert_int_equal(sealed.len, FRAMES_AT + cases[i].text + SEAL_FRAME_EXTRA_BYTES);
    }
}

static void content_that_looks_like_padding_stays(void **state)
{
    (void)state;
    char content[100] = {'x', (char)0x80, 0, 0};
    BUF(sealed, MAX);
    BUF_SECRET(opened, MAX);
    seal_to_press((struct str){content, sizeof content}, &sealed);
    assert_ok(seal_open(&binding, &press, 1, buf_str(&sealed), &opened));
    assert_str(buf_str(&opened), ((struct str){content, sizeof content}));
}

static void nothing_of_the_content_stands_in_the_record(void **state)
{
    (void)state;
    BUF(one, MAX);
    BUF(two, MAX);
    seal_to_press(STR("Dear Kayla, we had a lovely summer."), &one);
    seal_to_press(STR("Dear Kayla, we had a lovely summer."), &two);
    assert_int_equal(str_find(buf_str(&one), STR("Kayla")), STR_NONE);
    assert_memory_not_equal(one.at + SEAL_BLOCK_START_BYTES + 16,
                            two.at + SEAL_BLOCK_START_BYTES + 16, 80);
    assert_memory_not_equal(one.at + FRAMES_AT, two.at + FRAMES_AT, 4096);
}

static void the_layout_is_the_documented_one(void **state)
{
    (void)state;
    BUF(sealed, MAX);
    const struct seal_public both[] = {press.public, desk.public};
    assert_ok(seal_close(&binding, both, 2, STR("x"), &sealed));
    struct str block, body;
    assert_ok(seal_split(buf_str(&sealed), &block, &body));
    assert_int_equal(block.len, 6 + 2 * 96);
    assert_memory_equal(block.at, "LBXR\x01\x02", 6);
    struct seal_key_id id, ids[SEAL_RECIPIENTS_MAX];
    size_t count = 0;
    assert_ok(seal_recipients(block, ids, &count));
    assert_int_equal(count, 2);
    assert_ok(seal_key_id(&desk.public, &id));
    assert_memory_equal(ids[1].bytes, id.bytes, 16);
    assert_memory_equal(block.at + 6 + 96, id.bytes, 16);
    static const unsigned char start[64] = {
        'L', 'B', 'X', 'B', 1, 12, 0, 0, [15] = 11, [23] = 22, [31] = 3, 'p', 'a', 'r', 't', 'y'};
    assert_memory_equal(body.at, start, sizeof start);
}

static void every_recipient_opens_it_and_nobody_else(void **state)
{
    (void)state;
    BUF(sealed, MAX);
    const struct seal_public both[] = {press.public, desk.public};
    assert_ok(seal_close(&binding, both, 2, STR("x"), &sealed));
    assert_ok(open_as(&binding, &press, buf_str(&sealed)));
    assert_ok(open_as(&binding, &desk, buf_str(&sealed)));
    assert_err(open_as(&binding, &stranger, buf_str(&sealed)), ERR_NO_KEY);
    BUF_SECRET(content, MAX);
    const struct seal_pair pairs[] = {stranger, desk};
    assert_ok(seal_open(&binding, pairs, 2, buf_str(&sealed), &content));
    assert_err(seal_open(&binding, pairs, 0, buf_str(&sealed), &content), ERR_NO_KEY);
}

/* The id of one key with the secret of another: a key that claims to be what it is not. */
static void a_wrong_key_under_the_right_id_opens_nothing(void **state)
{
    (void)state;
    BUF(sealed, MAX);
    seal_to_press(STR("x"), &sealed);
    struct seal_pair wrong = press;
    wrong.secret = stranger.secret;
    assert_err(open_as(&binding, &wrong, buf_str(&sealed)), ERR_SEAL_BROKEN);
}

static void another_binding_does_not_open(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct seal_binding binding;
    } cases[] = {
        {"purpose", {SEAL_CHILD, 11, "party", 22, 3}},
        {"agency", {SEAL_PARTY, 12, "party", 22, 3}},
        {"table", {SEAL_PARTY, 11, "child", 22, 3}},
        {"longer table", {SEAL_PARTY, 11, "party.note", 22, 3}},
        {"row", {SEAL_PARTY, 11, "party", 23, 3}},
        {"newer version", {SEAL_PARTY, 11, "party", 22, 4}},
        {"older version", {SEAL_PARTY, 11, "party", 22, 2}},
        {"row and version exchanged", {SEAL_PARTY, 11, "party", 3, 22}},
    };
    BUF(sealed, MAX);
    seal_to_press(STR("x"), &sealed);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_err(open_as(&cases[i].binding, &press, buf_str(&sealed)), ERR_SEAL_BROKEN);
    assert_ok(open_as(&binding, &press, buf_str(&sealed)));
}

/* The header rewritten to say where the record was moved to. */
static void a_forged_binding_does_not_open(void **state)
{
    (void)state;
    static const struct seal_binding moved = {SEAL_PARTY, 11, "party", 99, 3};
    BUF(sealed, MAX);
    BUF(there, MAX);
    seal_to_press(STR("x"), &sealed);
    assert_ok(seal_close(&moved, &press.public, 1, STR("y"), &there));
    memcpy(sealed.at + BODY_AT, there.at + BODY_AT, 64);
    assert_err(open_as(&moved, &press, buf_str(&sealed)), ERR_SEAL_BROKEN);
    memcpy(sealed.at + BODY_AT, there.at + BODY_AT, SEAL_HEADER_BYTES);
    assert_err(open_as(&moved, &press, buf_str(&sealed)), ERR_SEAL_BROKEN);
}

static void truncated_records_do_not_open(void **state)
{
    (void)state;
    BUF(content, MAX);
    BUF(sealed, MAX);
    add_content(&content, 2 * SEAL_FRAME_BYTES + 10);
    seal_to_press(buf_str(&content), &sealed);
    for (size_t len = 0; len < FRAMES_AT + 100; len++)
        assert_err(open_changed((struct str){sealed.at, len}), ERR_SEAL_BROKEN);
    static const size_t lengths[] = {
        FRAMES_AT + FULL_FRAME - 1, FRAMES_AT + FULL_FRAME,         FRAMES_AT + FULL_FRAME + 1,
        FRAMES_AT + 2 * FULL_FRAME, FRAMES_AT + 2 * FULL_FRAME + 1, FRAMES_AT + 2 * FULL_FRAME + 26,
    };
    for (size_t i = 0; i < COUNT(lengths); i++)
        assert_err(open_changed((struct str){sealed.at, lengths[i]}), ERR_SEAL_BROKEN);
    assert_int_equal(sealed.len, FRAMES_AT + 2 * FULL_FRAME + 27);
    assert_ok(open_changed(buf_str(&sealed)));
}

static void extended_records_do_not_open(void **state)
{
    (void)state;
    BUF(sealed, MAX);
    BUF(other, MAX);
    seal_to_press(STR("x"), &sealed);
    seal_to_press(STR("y"), &other);
    size_t whole = sealed.len;
    buf_add_byte(&sealed, 0);
    assert_err(open_changed(buf_str(&sealed)), ERR_SEAL_BROKEN);
    sealed.len = whole;
    buf_add(&sealed, str_from_byte(buf_str(&other), FRAMES_AT));
    assert_err(open_changed(buf_str(&sealed)), ERR_SEAL_BROKEN);
    sealed.len = whole;
    buf_add(&sealed, str_slice(buf_str(&sealed), FRAMES_AT, whole));
    assert_err(open_changed(buf_str(&sealed)), ERR_SEAL_BROKEN);
}

/* A second record behind a whole multi-frame one, so that frame borders fit. */
static void a_frame_behind_the_last_does_not_open(void **state)
{
    (void)state;
    BUF(content, MAX);
    BUF(sealed, MAX);
    add_content(&content, 2 * SEAL_FRAME_BYTES);
    seal_to_press(buf_str(&content), &sealed);
    assert_int_equal(sealed.len, FRAMES_AT + 2 * FULL_FRAME);
    buf_add(&sealed, str_slice(buf_str(&sealed), FRAMES_AT, FRAMES_AT + FULL_FRAME));
    assert_err(open_changed(buf_str(&sealed)), ERR_SEAL_BROKEN);
}

static void reordered_repeated_and_dropped_frames_do_not_open(void **state)
{
    (void)state;
    BUF(content, MAX);
    BUF(sealed, MAX);
    add_content(&content, 3 * SEAL_FRAME_BYTES + 10);
    seal_to_press(buf_str(&content), &sealed);
    struct str start = str_slice(buf_str(&sealed), 0, FRAMES_AT), frames[4];
    for (size_t i = 0; i < 4; i++)
        frames[i] = str_slice(buf_str(&sealed), FRAMES_AT + i * FULL_FRAME,
                              FRAMES_AT + (i + 1) * FULL_FRAME);
    static const struct {
        const char *order;
        enum err expected;
    } cases[] = {
        {"0123", OK},
        {"1023", ERR_SEAL_BROKEN},
        {"0213", ERR_SEAL_BROKEN},
        {"00123", ERR_SEAL_BROKEN},
        {"01223", ERR_SEAL_BROKEN},
        {"023", ERR_SEAL_BROKEN},
        {"123", ERR_SEAL_BROKEN},
        {"013", ERR_SEAL_BROKEN},
        {"03", ERR_SEAL_BROKEN},
        {"3", ERR_SEAL_BROKEN},
        {"012", ERR_SEAL_BROKEN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(changed, MAX);
        buf_add(&changed, start);
        for (const char *frame = cases[i].order; *frame; frame++)
            buf_add(&changed, frames[*frame - '0']);
        assert_err(open_changed(buf_str(&changed)), cases[i].expected);
    }
}

/* Parts of two records with the same binding and recipient put together. */
static void spliced_records_do_not_open(void **state)
{
    (void)state;
    BUF(content, MAX);
    BUF(one, MAX);
    BUF(two, MAX);
    add_content(&content, 2 * SEAL_FRAME_BYTES + 10);
    seal_to_press(buf_str(&content), &one);
    seal_to_press(buf_str(&content), &two);
    static const size_t borders[] = {
        SEAL_BLOCK_START_BYTES + SEAL_KEY_ID_BYTES,
        BODY_AT,
        BODY_AT + 64,
        BODY_AT + 96,
        FRAMES_AT,
        FRAMES_AT + FULL_FRAME,
        FRAMES_AT + 2 * FULL_FRAME,
    };
    for (size_t i = 0; i < COUNT(borders); i++) {
        BUF(spliced, MAX);
        buf_add(&spliced, str_slice(buf_str(&one), 0, borders[i]));
        buf_add(&spliced, str_from_byte(buf_str(&two), borders[i]));
        assert_err(open_changed(buf_str(&spliced)),
                   borders[i] <= SEAL_BLOCK_START_BYTES + SEAL_KEY_ID_BYTES ? OK : ERR_SEAL_BROKEN);
    }
}

static void two_content_keys_do_not_open(void **state)
{
    (void)state;
    const struct seal_public both[] = {press.public, desk.public};
    BUF(one, MAX);
    BUF(two, MAX);
    assert_ok(seal_close(&binding, both, 2, STR("for the press"), &one));
    assert_ok(seal_close(&binding, both, 2, STR("for the desk"), &two));
    /* The desk's entry of the second record in the first: the desk would get another key. */
    size_t desk_at = SEAL_BLOCK_START_BYTES + SEAL_RECIPIENT_BYTES;
    memcpy(one.at + desk_at, two.at + desk_at, SEAL_RECIPIENT_BYTES);
    assert_ok(open_as(&binding, &press, buf_str(&one)));
    assert_err(open_as(&binding, &desk, buf_str(&one)), ERR_SEAL_BROKEN);
    /* Nor may it be spread by wrapping it anew. */
    struct str block, body;
    BUF(fresh, MAX);
    assert_ok(seal_split(buf_str(&one), &block, &body));
    assert_err(seal_rewrap(&binding, &desk, 1, block, body, both, 2, &fresh), ERR_SEAL_BROKEN);
    assert_int_equal(fresh.len, 0);
}

static void every_flipped_bit_is_refused(void **state)
{
    (void)state;
    BUF(sealed, MAX);
    seal_to_press(STR("A small sample."), &sealed);
    for (size_t i = 0; i < sealed.len; i++) {
        char before = sealed.at[i];
        /* All bits where the format is ours, one of each byte of the long ciphertext. */
        for (int bit = 0; bit < 8; bit++) {
            if (i >= FRAMES_AT + 64 && i < sealed.len - 64 && bit != (int)(i % 8)) continue;
            sealed.at[i] = (char)(before ^ 1 << bit);
            enum err error = open_changed(buf_str(&sealed));
            if (error != ERR_SEAL_BROKEN && error != ERR_NO_KEY)
                fail_msg("byte %zu, bit %d: %s", i, bit, err_info(error)->name);
        }
        sealed.at[i] = before;
    }
    assert_ok(open_changed(buf_str(&sealed)));
}

/* ---- records made by hand -------------------------------------------------------------------- */

enum {
    MESSAGE = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
    PUSH = crypto_secretstream_xchacha20poly1305_TAG_PUSH,
    REKEY = crypto_secretstream_xchacha20poly1305_TAG_REKEY,
    FINAL = crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    END = -1,
};

struct hand_frame {
    size_t len;    /* bytes of text, 'x' each */
    size_t marker; /* where 0x80 and then zeros begin; none if past the end */
    int tag;
};

static void put_content_key(const struct secret *content_key, struct buf *record)
{
    struct seal_key_id id;
    unsigned char box[80];
    assert_ok(seal_key_id(&press.public, &id));
    assert_int_equal(crypto_box_seal(box, content_key->bytes, 32, press.public.bytes), 0);
    buf_add(record, STR("LBXR\x01\x01"));
    buf_add_bytes(record, id.bytes, sizeof id.bytes);
    buf_add_bytes(record, box, sizeof box);
}

static void put_frame(crypto_secretstream_xchacha20poly1305_state *stream, struct str header,
                      const struct hand_frame *frame, struct buf *record)
{
    BUF(text, MAX);
    unsigned char sealed[FULL_FRAME + 16];
    unsigned long long length = 0;
    for (size_t i = 0; i < frame->len; i++)
        buf_add_byte(&text, (char)(i < frame->marker ? 'x' : i == frame->marker ? 0x80 : 0));
    assert_int_equal(crypto_secretstream_xchacha20poly1305_push(
                         stream, sealed, &length, (const unsigned char *)text.at, text.len,
                         (const unsigned char *)header.at, header.len, (unsigned char)frame->tag),
                     0);
    buf_add_bytes(record, sealed, (size_t)length);
}

/* A record as the header of seal.h describes it, without the code that it describes. */
static void make_by_hand(const struct hand_frame *frames, struct buf *record)
{
    SECRET(content_key);
    SECRET(commitment);
    SECRET(stream_key);
    secret_random(&content_key);
    put_content_key(&content_key, record);
    size_t header_at = record->len;
    buf_add(record, STR("LBXB\x01\x0c\0\0"));
    buf_add_u64(record, 11);
    buf_add_u64(record, 22);
    buf_add_u64(record, 3);
    buf_add(record, STR("party\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    struct str start = str_from_byte(buf_str(record), header_at);
    assert_int_equal(start.len, 64);
    assert_ok(kdf_derive(&content_key, KDF_SEAL_COMMITMENT, start, &commitment));
    assert_ok(kdf_derive(&content_key, KDF_SEAL_STREAM, start, &stream_key));
    buf_add_bytes(record, commitment.bytes, 32);
    unsigned char stream_header[24], header[120];
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_secretstream_xchacha20poly1305_init_push(&stream, stream_header, stream_key.bytes);
    buf_add_bytes(record, stream_header, sizeof stream_header);
    memcpy(header, record->at + header_at, sizeof header);
    for (; frames->tag != END; frames++)
        put_frame(&stream, (struct str){(const char *)header, sizeof header}, frames, record);
}

static void records_made_by_hand(void **state)
{
    (void)state;
    enum { NONE = 1000000, FULL = SEAL_FRAME_BYTES };
    static const struct {
        const char *what;
        struct hand_frame frames[4];
        int64_t content; /* -1: refused */
    } cases[] = {
        {"one frame", {{4096, 100, FINAL}, {.tag = END}}, 100},
        {"an empty content", {{4096, 0, FINAL}, {.tag = END}}, 0},
        {"the longest padded", {{FULL, 65535, FINAL}, {.tag = END}}, 65535},
        {"two frames", {{FULL, NONE, MESSAGE}, {7, NONE, FINAL}, {.tag = END}}, FULL + 7},
        {"an empty last frame", {{FULL, NONE, MESSAGE}, {0, NONE, FINAL}, {.tag = END}}, FULL},
        {"no padding", {{4096, NONE, FINAL}, {.tag = END}}, -1},
        {"padding to another size", {{4000, 100, FINAL}, {.tag = END}}, -1},
        {"more padding than needed", {{8192, 100, FINAL}, {.tag = END}}, -1},
        {"nothing but a tag", {{0, NONE, FINAL}, {.tag = END}}, -1},
        {"no frame", {{.tag = END}}, -1},
        {"no last frame", {{FULL, NONE, MESSAGE}, {.tag = END}}, -1},
        {"a message as the last", {{4096, 100, MESSAGE}, {.tag = END}}, -1},
        {"a push as the last", {{4096, 100, PUSH}, {.tag = END}}, -1},
        {"a push", {{FULL, NONE, PUSH}, {7, NONE, FINAL}, {.tag = END}}, -1},
        {"a new key", {{FULL, NONE, REKEY}, {7, NONE, FINAL}, {.tag = END}}, -1},
        {"two last frames", {{FULL, NONE, FINAL}, {7, NONE, FINAL}, {.tag = END}}, -1},
        {"a short frame before", {{100, NONE, MESSAGE}, {7, NONE, FINAL}, {.tag = END}}, -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(record, MAX);
        BUF_SECRET(content, MAX);
        make_by_hand(cases[i].frames, &record);
        enum err error = seal_open(&binding, &press, 1, buf_str(&record), &content);
        if (error != (cases[i].content < 0 ? ERR_SEAL_BROKEN : OK))
            fail_msg("%s: %s", cases[i].what, err_info(error)->name);
        assert_int_equal(content.len, cases[i].content < 0 ? 0 : cases[i].content);
    }
}

static void blocks_with_bad_counts_do_not_open(void **state)
{
    (void)state;
    static const unsigned char counts[] = {0, 2, 65, 255};
    BUF(sealed, MAX);
    seal_to_press(STR("x"), &sealed);
    for (size_t i = 0; i < COUNT(counts); i++) {
        sealed.at[5] = (char)counts[i];
        assert_err(open_changed(buf_str(&sealed)), ERR_SEAL_BROKEN);
    }
}

static void sixty_four_recipients_are_the_most(void **state)
{
    (void)state;
    struct seal_public many[SEAL_RECIPIENTS_MAX];
    for (size_t i = 0; i < COUNT(many); i++) many[i] = desk.public;
    many[63] = press.public;
    BUF(sealed, MAX);
    assert_ok(seal_close(&binding, many, COUNT(many), STR("x"), &sealed));
    assert_int_equal(sealed.len, seal_length(1, 64));
    assert_ok(open_as(&binding, &press, buf_str(&sealed)));
}

static void rewrapping_changes_the_recipients_alone(void **state)
{
    (void)state;
    BUF(sealed, MAX);
    BUF(moved, MAX);
    seal_to_press(STR("x"), &sealed);
    struct str block, body;
    assert_ok(seal_split(buf_str(&sealed), &block, &body));
    assert_ok(seal_rewrap(&binding, &press, 1, block, body, &desk.public, 1, &moved));
    buf_add(&moved, body);
    assert_ok(open_as(&binding, &desk, buf_str(&moved)));
    assert_err(open_as(&binding, &press, buf_str(&moved)), ERR_NO_KEY);

    BUF(none, MAX);
    static const struct seal_binding other = {SEAL_PARTY, 11, "party", 22, 4};
    const struct seal_public *to = &desk.public;
    assert_err(seal_rewrap(&binding, &stranger, 1, block, body, to, 1, &none), ERR_NO_KEY);
    assert_err(seal_rewrap(&other, &press, 1, block, body, to, 1, &none), ERR_SEAL_BROKEN);
    struct str start = str_slice(body, 0, SEAL_HEADER_BYTES - 1);
    assert_err(seal_rewrap(&binding, &press, 1, block, start, to, 1, &none), ERR_SEAL_BROKEN);
    assert_int_equal(none.len, 0);
}

struct pieces {
    struct buf all;
    size_t count, lengths[8];
};

static enum err put_pieces(void *sink, struct str bytes)
{
    struct pieces *pieces = sink;
    if (pieces->count < COUNT(pieces->lengths)) pieces->lengths[pieces->count] = bytes.len;
    pieces->count++;
    return seal_put_buf(&pieces->all, bytes);
}

static void streams_in_pieces_of_any_size(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 7, 4096, 65536, 65537, 200000};
    BUF(content, MAX);
    add_content(&content, 150000);
    for (size_t i = 0; i < COUNT(steps); i++) {
        ARENA(arena, 512 * 1024);
        struct pieces pieces = {.all = buf_new(MAX)};
        struct seal_writer *writer = NULL;
        struct seal_reader *reader = NULL;
        assert_ok(
            seal_writer_open(arena, &binding, &press.public, 1, put_pieces, &pieces, &writer));
        for (size_t at = 0; at < content.len; at += steps[i])
            assert_ok(seal_writer_add(writer, str_slice(buf_str(&content), at, at + steps[i])));
        assert_ok(seal_writer_finish(writer));
        assert_int_equal(pieces.lengths[0], BODY_AT);
        assert_int_equal(pieces.lengths[1], SEAL_HEADER_BYTES);
        assert_int_equal(pieces.lengths[2], FULL_FRAME);
        assert_int_equal(pieces.count, 5);
        assert_int_equal(pieces.all.len, seal_length(content.len, 1));

        BUF_SECRET(opened, MAX);
        assert_ok(seal_reader_open(arena, &binding, &press, 1, seal_put_buf, &opened, &reader));
        for (size_t at = 0; at < pieces.all.len; at += steps[i])
            assert_ok(seal_reader_add(reader, str_slice(buf_str(&pieces.all), at, at + steps[i])));
        assert_ok(seal_reader_finish(reader));
        assert_str(buf_str(&opened), buf_str(&content));
        buf_free(&pieces.all);
    }
}

static enum err put_refused(void *sink, struct str bytes)
{
    size_t *left = sink;
    if (bytes.len > *left) return ERR_DISK_FULL;
    *left -= bytes.len;
    return OK;
}

static void an_error_of_the_sink_is_handed_on(void **state)
{
    (void)state;
    ARENA(arena, 1024 * 1024);
    struct seal_writer *writer = NULL;
    size_t room = 10;
    const struct seal_public *to = &press.public;
    assert_err(seal_writer_open(arena, &binding, to, 1, put_refused, &room, &writer),
               ERR_DISK_FULL);
    assert_null(writer);
    room = 1000;
    assert_ok(seal_writer_open(arena, &binding, to, 1, put_refused, &room, &writer));
    BUF(content, MAX);
    add_content(&content, SEAL_FRAME_BYTES + 1);
    assert_err(seal_writer_add(writer, buf_str(&content)), ERR_DISK_FULL);
}

static void a_full_buffer_is_left_as_it_was(void **state)
{
    (void)state;
    BUF(sealed, MAX);
    BUF(small, 1000);
    BUF_SECRET(opened, 10);
    buf_add_c(&small, "kept");
    assert_err(seal_close(&binding, &press.public, 1, STR("x"), &small), ERR_TOO_BIG);
    assert_buf(small, "kept");
    seal_to_press(STR("eleven char"), &sealed);
    assert_err(seal_open(&binding, &press, 1, buf_str(&sealed), &opened), ERR_TOO_BIG);
    assert_int_equal(opened.len, 0);
}

static void a_failing_library_is_an_error(void **state)
{
    (void)state;
    static const char *const faults[] = {"seal_box:fail", "seal_push_start:fail", "seal_push:fail",
                                         "crypt_derive:fail"};
    for (size_t i = 0; i < COUNT(faults); i++) {
        BUF(sealed, MAX);
        setenv("LETTERBOX_FAULT", faults[i], 1);
        enum err error = seal_close(&binding, &press.public, 1, STR("x"), &sealed);
        unsetenv("LETTERBOX_FAULT");
        assert_err(error, ERR_CRYPTO);
        assert_int_equal(sealed.len, 0);
    }
    SEAL_PAIR(pair);
    setenv("LETTERBOX_FAULT", "seal_pair:fail", 1);
    assert_err(seal_pair_make(&pair), ERR_CRYPTO);
    unsetenv("LETTERBOX_FAULT");
}

static void the_same_secret_makes_the_same_pair(void **state)
{
    (void)state;
    SEAL_PAIR(pair);
    assert_ok(seal_pair_from(&press.secret, &pair));
    assert_memory_equal(pair.public.bytes, press.public.bytes, SEAL_KEY_BYTES);
    assert_true(secret_equal(&pair.secret, &press.secret));
    assert_false(secret_equal(&pair.secret, &desk.secret));
}

UNIT_MAIN(make_keys, cmocka_unit_test(opens_what_was_sealed_at_every_length),
          cmocka_unit_test(short_content_is_padded_to_4_kib),
          cmocka_unit_test(content_that_looks_like_padding_stays),
          cmocka_unit_test(nothing_of_the_content_stands_in_the_record),
          cmocka_unit_test(the_layout_is_the_documented_one),
          cmocka_unit_test(every_recipient_opens_it_and_nobody_else),
          cmocka_unit_test(a_wrong_key_under_the_right_id_opens_nothing),
          cmocka_unit_test(another_binding_does_not_open),
          cmocka_unit_test(a_forged_binding_does_not_open),
          cmocka_unit_test(truncated_records_do_not_open),
          cmocka_unit_test(extended_records_do_not_open),
          cmocka_unit_test(a_frame_behind_the_last_does_not_open),
          cmocka_unit_test(reordered_repeated_and_dropped_frames_do_not_open),
          cmocka_unit_test(spliced_records_do_not_open),
          cmocka_unit_test(two_content_keys_do_not_open),
          cmocka_unit_test(every_flipped_bit_is_refused), cmocka_unit_test(records_made_by_hand),
          cmocka_unit_test(blocks_with_bad_counts_do_not_open),
          cmocka_unit_test(sixty_four_recipients_are_the_most),
          cmocka_unit_test(rewrapping_changes_the_recipients_alone),
          cmocka_unit_test(streams_in_pieces_of_any_size),
          cmocka_unit_test(an_error_of_the_sink_is_handed_on),
          cmocka_unit_test(a_full_buffer_is_left_as_it_was),
          cmocka_unit_test(a_failing_library_is_an_error),
          cmocka_unit_test(the_same_secret_makes_the_same_pair))
