/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/packet.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <openssl/evp.h>

#include "core/code.h"

enum {
    TAG_PKESK = 1,
    TAG_SIGNATURE = 2,
    TAG_SKESK = 3,
    TAG_SECRET_KEY = 5,
    TAG_PUBLIC_KEY = 6,
    TAG_SECRET_SUBKEY = 7,
    TAG_UNPROTECTED = 9,
    TAG_MARKER = 10,
    TAG_TRUST = 12,
    TAG_USER_ID = 13,
    TAG_PUBLIC_SUBKEY = 14,
    TAG_USER_ATTRIBUTE = 17,
    TAG_SEIPD = 18,
    TAG_AEAD = 20, /* of drafts and GnuPG 2.3 */
};

/* ---- packets --------------------------------------------------------------------------------- */

static unsigned byte_at(struct str bytes, size_t at)
{
    return (unsigned char)bytes.at[at];
}

/* Takes a big-endian number off the front. */
static bool take_number(struct str *rest, size_t bytes, size_t *ret_number)
{
    if (rest->len < bytes) return false;
    size_t number = 0;
    for (size_t i = 0; i < bytes; i++) number = number << 8 | byte_at(*rest, i);
    *rest = str_from_byte(*rest, bytes);
    *ret_number = number;
    return true;
}

/* A length of the new form (§4.2.2); a partial one says so. */
static bool take_new_length(struct str *rest, size_t *ret_length, bool *ret_partial)
{
    size_t first = 0, second = 0;
    *ret_partial = false;
    if (!take_number(rest, 1, &first)) return false;
    if (first < 192) {
        *ret_length = first;
        return true;
    }
    if (first < 224) {
        if (!take_number(rest, 1, &second)) return false;
        *ret_length = ((first - 192) << 8) + second + 192;
        return true;
    }
    if (first == 255) return take_number(rest, 4, ret_length);
    *ret_length = (size_t)1 << (first & 31);
    *ret_partial = true;
    return true;
}

/* Takes one header off: its tag, the length of the body's first part, and whether more follows. */
struct header {
    unsigned tag;
    size_t length;
    bool partial;       /* new form: a further length follows this part */
    bool is_to_the_end; /* old form: no length at all */
};

/* The header of a packet that may be longer than the bytes that are there. */
static bool take_header_alone(struct str *rest, struct header *ret_header)
{
    size_t first = 0;
    struct header header = {0};
    if (!take_number(rest, 1, &first) || (first & 0x80) == 0) return false;
    if (first & 0x40) {
        header.tag = first & 0x3f;
        if (!take_new_length(rest, &header.length, &header.partial)) return false;
    } else {
        header.tag = first >> 2 & 0x0f;
        header.is_to_the_end = (first & 3) == 3;
        if (header.is_to_the_end)
            header.length = rest->len;
        else if (!take_number(rest, (size_t)1 << (first & 3), &header.length))
            return false;
    }
    if (header.tag == 0) return false;
    *ret_header = header;
    return true;
}

static bool take_header(struct str *rest, struct header *ret_header)
{
    struct header header;
    if (!take_header_alone(rest, &header) || header.length > rest->len) return false;
    *ret_header = header;
    return true;
}

/* §5.1 */
static bool read_pkesk(struct str body, struct packet_key_id *ret_id)
{
    static const struct packet_key_id hidden;
    if (body.len < 1 + PACKET_KEY_ID_BYTES + 1 || byte_at(body, 0) != 3) return false;
    memcpy(ret_id->bytes, body.at + 1, PACKET_KEY_ID_BYTES);
    return memcmp(ret_id->bytes, hidden.bytes, PACKET_KEY_ID_BYTES) != 0;
}

/* Does the packet, whose header is taken off, run exactly to the end of the bytes? */
static bool runs_to_the_end(struct header header, struct str rest)
{
    while (header.partial) {
        rest = str_from_byte(rest, header.length);
        if (!take_new_length(&rest, &header.length, &header.partial)) return false;
        if (header.length > rest.len) return false;
    }
    return header.length == rest.len;
}

/* §5.13: version 1, then at least a prefix and a digest (18 + 22 bytes). */
static bool is_seipd(struct header header, struct str rest)
{
    return header.length >= 1 && rest.len > 40 && byte_at(rest, 0) == 1 &&
           runs_to_the_end(header, rest);
}

enum err packet_recipients(struct str message, struct packet_key_id *ret_ids, size_t *ret_count)
{
    struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
    size_t count = 0;
    struct header header;
    while (take_header(&message, &header)) {
        if (header.tag == TAG_SEIPD) {
            if (count == 0 || !is_seipd(header, message)) return ERR_BAD_INPUT;
            memcpy(ret_ids, ids, count * sizeof *ids);
            *ret_count = count;
            return OK;
        }
        struct str body = str_slice(message, 0, header.length);
        if (header.tag != TAG_PKESK || header.partial || header.is_to_the_end ||
            count == PACKET_RECIPIENTS_MAX || !read_pkesk(body, &ids[count]))
            return ERR_BAD_INPUT;
        count++;
        message = str_from_byte(message, header.length);
    }
    return ERR_BAD_INPUT;
}

enum err packet_first_tag(struct str bytes, unsigned *ret_tag)
{
    struct header header;
    if (!take_header(&bytes, &header)) return ERR_BAD_INPUT;
    *ret_tag = header.tag;
    return OK;
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* §12.2: SHA-1 over 0x99, the length, and the body. */
static enum err fingerprint_of(struct str body, char ret_hex[41])
{
    unsigned char head[3] = {0x99, (unsigned char)(body.len >> 8), (unsigned char)body.len};
    unsigned char digest[20];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_done = context && body.len <= 0xffff &&
                   EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1 &&
                   EVP_DigestUpdate(context, head, sizeof head) == 1 &&
                   EVP_DigestUpdate(context, body.at, body.len) == 1 &&
                   EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (!is_done) return ERR_CRYPTO;
    for (size_t i = 0; i < sizeof digest; i++) {
        static const char letters[] = "0123456789ABCDEF";
        ret_hex[2 * i] = letters[digest[i] >> 4];
        ret_hex[2 * i + 1] = letters[digest[i] & 15];
    }
    ret_hex[40] = '\0';
    return OK;
}

/* §5.5.2: version 4, four bytes of time, the algorithm. RSA, Elgamal and ECDH can encrypt (§9.1).
 */
static bool read_key_head(struct str body, int64_t *ret_made, bool *ret_encrypts)
{
    size_t version = 0, made = 0, algorithm = 0;
    if (!take_number(&body, 1, &version) || !take_number(&body, 4, &made) ||
        !take_number(&body, 1, &algorithm) || version != 4)
        return false;
    *ret_made = (int64_t)made;
    *ret_encrypts = algorithm == 1 || algorithm == 2 || algorithm == 16 || algorithm == 18;
    return true;
}

/* §5.2.3.1: what a signature's hashed part says of when it was made and how long the key lasts. */
static void read_signature(struct str body, int64_t *ret_signed, int64_t *ret_lasts)
{
    size_t head = 0, kind = 0, length = 0;
    if (!take_number(&body, 1, &head) || head != 4 || !take_number(&body, 1, &kind)) return;
    bool is_about_key = (kind >= 0x10 && kind <= 0x13) || kind == 0x1f;
    if (!is_about_key || !take_number(&body, 2, &head) || !take_number(&body, 2, &length) ||
        length > body.len)
        return;
    struct str rest = str_slice(body, 0, length);
    int64_t made = 0, lasts = 0;
    bool partial;
    while (take_new_length(&rest, &length, &partial) && length > 0 && length <= rest.len) {
        struct str inside = str_from_byte(str_slice(rest, 0, length), 1);
        unsigned type = byte_at(rest, 0) & 0x7f;
        size_t number = 0;
        if (type == 2 && take_number(&inside, 4, &number)) made = (int64_t)number;
        if (type == 9 && take_number(&inside, 4, &number)) lasts = (int64_t)number;
        rest = str_from_byte(rest, length);
    }
    if (made < *ret_signed) return; /* an older one says nothing any more */
    *ret_signed = made;
    *ret_lasts = lasts;
}

struct key_reading {
    struct packet_key key;
    bool has_user, in_subkeys;
    int64_t newest, lasts;
};

static enum err read_key_packet(unsigned tag, struct str body, struct key_reading *reading)
{
    int64_t made;
    bool encrypts;
    switch (tag) {
    case TAG_PUBLIC_SUBKEY:
        reading->in_subkeys = true;
        if (read_key_head(body, &made, &encrypts) && encrypts) reading->key.can_encrypt = true;
        return OK;
    case TAG_USER_ID:
        if (!reading->has_user) reading->key.user = body;
        reading->has_user = true;
        return OK;
    case TAG_SIGNATURE:
        if (!reading->in_subkeys) read_signature(body, &reading->newest, &reading->lasts);
        return OK;
    case TAG_MARKER:
    case TAG_TRUST:
    case TAG_USER_ATTRIBUTE: return OK;
    case TAG_PUBLIC_KEY:
    case TAG_SECRET_KEY:
    case TAG_SECRET_SUBKEY: return ERR_PGP_KEY;
    default: return ERR_BAD_INPUT;
    }
}

enum err packet_public_key(struct str bytes, struct packet_key *ret_key)
{
    struct key_reading reading = {0};
    struct header header;
    if (!take_header(&bytes, &header) || header.partial || header.is_to_the_end)
        return ERR_BAD_INPUT;
    if (header.tag != TAG_PUBLIC_KEY) return ERR_PGP_KEY;
    struct str primary = str_slice(bytes, 0, header.length);
    if (!read_key_head(primary, &reading.key.made, &reading.key.can_encrypt)) return ERR_PGP_KEY;
    TRY(fingerprint_of(primary, reading.key.fingerprint));
    bytes = str_from_byte(bytes, header.length);
    while (bytes.len) {
        if (!take_header(&bytes, &header) || header.partial || header.is_to_the_end)
            return ERR_BAD_INPUT;
        TRY(read_key_packet(header.tag, str_slice(bytes, 0, header.length), &reading));
        bytes = str_from_byte(bytes, header.length);
    }
    if (reading.lasts) reading.key.ends = reading.key.made + reading.lasts;
    *ret_key = reading.key;
    return OK;
}

/* ---- armor ----------------------------------------------------------------------------------- */

/* §6.1 */
static uint32_t crc24(struct str bytes)
{
    uint32_t crc = 0xb704ce;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (uint32_t)byte_at(bytes, i) << 16;
        for (int bit = 0; bit < 8; bit++) {
            crc <<= 1;
            if (crc & 0x1000000) crc ^= 0x1864cfb;
        }
    }
    return crc & 0xffffff;
}

static bool is_marker(struct str line, const char *start, struct str kind)
{
    BUF(marker, 100);
    buf_print(&marker, "%s %.*s-----", start, STR_ARG(kind));
    return buf_done(&marker) == OK && str_equal(str_trim(line), buf_str(&marker));
}

/* The checksum line: "=" and four letters for three bytes. */
static bool is_checksum_right(struct str line, struct str bytes)
{
    BUF(sum, 3);
    if (!code_base64_get(str_from_byte(line, 1), &sum) || sum.len != 3) return false;
    struct str three = buf_str(&sum);
    return (byte_at(three, 0) << 16 | byte_at(three, 1) << 8 | byte_at(three, 2)) == crc24(bytes);
}

/* Skips headers ("Comment: …") up to the empty line. */
static bool skip_headers(struct str *rest)
{
    struct str line;
    while (str_split(rest, '\n', &line)) {
        line = str_trim(line);
        if (line.len == 0) return true;
        if (str_find(line, STR(": ")) == STR_NONE && !str_ends(line, STR(":"))) return false;
    }
    return false;
}

enum err packet_armor_open(struct str armored, struct str kind, struct buf *ret_bytes)
{
    ASSERT(kind.len < 50);
    struct str rest = str_trim(armored), line, checksum = {NULL, 0};
    if (!str_split(&rest, '\n', &line) || !is_marker(line, "-----BEGIN", kind) ||
        !skip_headers(&rest))
        return ERR_BAD_INPUT;
    BUF(letters, armored.len);
    BUF(bytes, armored.len);
    bool ended = false;
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (is_marker(line, "-----END", kind)) {
            ended = true;
            break;
        }
        if (checksum.len) return ERR_BAD_INPUT;
        if (str_starts(line, STR("=")))
            checksum = line;
        else
            buf_add(&letters, line);
    }
    if (!ended || rest.len) return ERR_BAD_INPUT;
    if (!code_base64_get(buf_str(&letters), &bytes)) return ERR_BAD_INPUT;
    if (checksum.len && !is_checksum_right(checksum, buf_str(&bytes))) return ERR_BAD_INPUT;
    if (bytes.len == 0) return ERR_BAD_INPUT;
    buf_add(ret_bytes, buf_str(&bytes));
    return buf_done(ret_bytes);
}

/* ---- messages from outside ------------------------------------------------------------------- */

enum { START_LETTERS = 64 * 1024 }; /* sixteen session keys of RSA 8192 take half of it */

/* The start of what the armor holds, without its checksum: GnuPG looks at that. */
static void take_armor_start(struct str armored, struct buf *bytes)
{
    struct str rest = str_trim(armored), line;
    BUF(letters, START_LETTERS);
    if (!str_split(&rest, '\n', &line) || !skip_headers(&rest)) return;
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (str_starts(line, STR("=")) || str_starts(line, STR("-")) ||
            letters.len + line.len > START_LETTERS)
            break;
        buf_add(&letters, line);
    }
    struct str whole = buf_str(&letters);
    if (!code_base64_get(str_slice(whole, 0, whole.len / 4 * 4), bytes)) buf_clear(bytes);
}

static enum packet_sealing sealing_of(struct str message)
{
    size_t keys = 0, phrases = 0;
    struct header header;
    while (take_header_alone(&message, &header)) {
        switch (header.tag) {
        case TAG_PKESK: keys++; break;
        case TAG_SKESK: phrases++; break;
        case TAG_MARKER: break;
        case TAG_SEIPD:
        case TAG_AEAD: return keys ? PACKET_SEALED : PACKET_NO_KEY;
        case TAG_UNPROTECTED: return PACKET_UNPROTECTED;
        default: return PACKET_NOT_SEALED;
        }
        if (keys + phrases > PACKET_RECIPIENTS_MAX) return PACKET_MANY_KEYS;
        if (header.partial || header.is_to_the_end || header.length > message.len) break;
        message = str_from_byte(message, header.length);
    }
    return PACKET_NOT_SEALED;
}

enum packet_sealing packet_sealing(struct str message)
{
    BUF(bytes, START_LETTERS);
    if (!str_starts(str_trim(message), STR("-----BEGIN PGP MESSAGE"))) return sealing_of(message);
    take_armor_start(message, &bytes);
    return sealing_of(buf_str(&bytes));
}
