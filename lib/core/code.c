/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"

#include <string.h>

void code_hex_put(struct buf *buf, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++) {
        buf_add_byte(buf, digits[at[i] >> 4]);
        buf_add_byte(buf, digits[at[i] & 15]);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool code_hex_get(struct str text, void *ret_bytes, size_t len)
{
    if (text.len / 2 != len || text.len % 2 != 0) return false;
    for (size_t i = 0; i < text.len; i++)
        if (hex_value(text.at[i]) < 0) return false;
    unsigned char *out = ret_bytes;
    for (size_t i = 0; i < len; i++)
        out[i] = (unsigned char)(hex_value(text.at[2 * i]) << 4 | hex_value(text.at[2 * i + 1]));
    return true;
}

static const char url_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char plain_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void base64_put(struct buf *buf, const unsigned char *bytes, size_t len, const char *letters,
                       bool pad)
{
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t three = (uint32_t)bytes[i] << 16;
        if (left > 1) three |= (uint32_t)bytes[i + 1] << 8;
        if (left > 2) three |= bytes[i + 2];
        buf_add_byte(buf, letters[three >> 18]);
        buf_add_byte(buf, letters[three >> 12 & 63]);
        if (left > 1)
            buf_add_byte(buf, letters[three >> 6 & 63]);
        else if (pad)
            buf_add_byte(buf, '=');
        if (left > 2)
            buf_add_byte(buf, letters[three & 63]);
        else if (pad)
            buf_add_byte(buf, '=');
    }
}

void code_base64url_put(struct buf *buf, const void *bytes, size_t len)
{
    base64_put(buf, bytes, len, url_letters, false);
}

void code_base64_put(struct buf *buf, const void *bytes, size_t len)
{
    base64_put(buf, bytes, len, plain_letters, true);
}

static int base64_value(char c, const char *letters)
{
    const char *found = c ? strchr(letters, c) : NULL;
    return found ? (int)(found - letters) : -1;
}

/* The bytes of text without padding; bits left over must be zero. */
static bool base64_get(struct str text, const char *letters, struct buf *out)
{
    if (text.len % 4 == 1) return false;
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = base64_value(text.at[i], letters);
        if (value < 0) return false;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            buf_add_byte(out, (char)(bits >> held & 0xff));
            bits &= (1u << held) - 1;
        }
    }
    return bits == 0;
}

bool code_base64url_get(struct str text, void *ret_bytes, size_t len)
{
    BUF_SECRET(out, len);
    if (!base64_get(text, url_letters, &out) || buf_done(&out) != OK || out.len != len)
        return false;
    if (len) memcpy(ret_bytes, out.at, len);
    return true;
}

bool code_base64_get(struct str text, struct buf *ret_bytes)
{
    BUF_SECRET(packed, text.len);
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(" \t\r\n", text.at[i]) || text.at[i] == 0) buf_add_byte(&packed, text.at[i]);
    struct str rest = buf_str(&packed);
    if (rest.len % 4 != 0) return false;
    if (str_ends(rest, STR("==")))
        rest.len -= 2;
    else if (str_ends(rest, STR("=")))
        rest.len -= 1;
    BUF_SECRET(out, text.len);
    if (!base64_get(rest, plain_letters, &out) || buf_done(&out) != OK) return false;
    buf_add(ret_bytes, buf_str(&out));
    return true;
}

int code_letter_value(char letter)
{
    if (letter >= 'a' && letter <= 'z') letter = (char)(letter - 'a' + 'A');
    if (letter == 'I' || letter == 'L') letter = '1';
    if (letter == 'O') letter = '0';
    const char *found = letter ? strchr(CODE_LETTERS, letter) : NULL;
    return found ? (int)(found - CODE_LETTERS) : -1;
}

bool code_letters_get(struct str typed, size_t letters, char *ret_plain)
{
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        count = 0;
        for (size_t i = 0; i < typed.len; i++) {
            if (typed.at[i] == '-' || typed.at[i] == ' ') continue;
            int value = code_letter_value(typed.at[i]);
            if (value < 0) return false;
            if (pass == 1) ret_plain[count] = CODE_LETTERS[value];
            count++;
        }
        if (count != letters) return false;
    }
    return true;
}

static void id_letters(int64_t id, char *ret_letters)
{
    ASSERT(id > 0 && id >> 60 == 0);
    for (int i = CODE_ID_LETTERS; i-- > 0; id >>= 5) ret_letters[i] = CODE_LETTERS[id & 31];
}

void code_id_put(struct buf *buf, int64_t id)
{
    char letters[CODE_ID_LETTERS];
    id_letters(id, letters);
    for (int i = 0; i < CODE_ID_LETTERS; i++) {
        char c = letters[i];
        buf_add_byte(buf, c >= 'A' ? (char)(c - 'A' + 'a') : c);
    }
}

void code_reference_put(struct buf *buf, int64_t id)
{
    char letters[CODE_ID_LETTERS];
    id_letters(id, letters);
    for (int i = 0; i < CODE_ID_LETTERS; i++) {
        if (i && i % 4 == 0) buf_add_byte(buf, '-');
        buf_add_byte(buf, letters[i]);
    }
}

bool code_id_get(struct str text, int64_t *ret_id)
{
    char letters[CODE_ID_LETTERS];
    if (!code_letters_get(text, CODE_ID_LETTERS, letters)) return false;
    int64_t id = 0;
    for (int i = 0; i < CODE_ID_LETTERS; i++) id = id << 5 | code_letter_value(letters[i]);
    if (id <= 0) return false;
    *ret_id = id;
    return true;
}
