/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/addr.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/buf.h"
#include "core/utf8.h"

enum {
    LOCAL_BYTES = 64,
    DOMAIN_BYTES = 255,
    LABEL_BYTES = 63,
    PHONE_DIGITS_MIN = 7,
    PHONE_DIGITS_MAX = 15,
    PHONE_BYTES = 64, /* as typed */
};

/* ---- characters ---- */

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_beyond_ascii(char c)
{
    return (unsigned char)c >= 0x80;
}

/* RFC 5322 atext with RFC 6532. */
static bool is_atext(char c)
{
    return c != 0 && (is_letter_or_digit(c) || is_beyond_ascii(c) ||
                      strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A character that may stand in a quoted string or a comment once it is unfolded. */
static bool is_printable(char c)
{
    return is_beyond_ascii(c) || (c >= ' ' && c != 0x7f) || c == '\t';
}

/* ---- tokens ---- */

struct reader {
    struct str rest;
    char *room; /* for unquoted text: as much as there is text, for all of it together */
    bool bad;
};

static char peek(const struct reader *reader)
{
    return reader->rest.len ? reader->rest.at[0] : 0;
}

static char take(struct reader *reader)
{
    char c = reader->rest.at[0];
    reader->rest = str_from_byte(reader->rest, 1);
    return c;
}

/* Skips white space and comments, which may be nested. */
static void skip(struct reader *reader)
{
    size_t depth = 0;
    while (reader->rest.len) {
        char c = peek(reader);
        if (c == '(') {
            depth++;
        } else if (depth == 0) {
            if (!is_space(c)) return;
        } else if (c == ')') {
            depth--;
        } else if (c == '\\' && reader->rest.len > 1) {
            take(reader);
        } else if (!is_printable(c) && !is_space(c)) {
            break;
        }
        take(reader);
    }
    if (depth) reader->bad = true;
}

/* The text of a quoted string; the reader stands at its first quote. */
static struct str take_quoted(struct reader *reader)
{
    char *text = reader->room;
    size_t len = 0;
    take(reader);
    while (reader->rest.len) {
        char c = take(reader);
        if (c == '"') {
            reader->room += len;
            return (struct str){text, len};
        }
        if (c == '\r' || c == '\n') continue; /* folding */
        if (c == '\\' && reader->rest.len) c = take(reader);
        if (!is_printable(c)) break;
        text[len++] = c;
    }
    reader->bad = true;
    return (struct str){NULL, 0};
}

/* Atoms joined by dots; empty when none stands here. */
static struct str take_dotted(struct reader *reader)
{
    struct str start = reader->rest;
    while (reader->rest.len && (is_atext(peek(reader)) || peek(reader) == '.')) take(reader);
    return str_slice(start, 0, start.len - reader->rest.len);
}

/* ---- checks ---- */

static bool is_dot_atom(struct str text)
{
    if (text.len == 0 || text.at[0] == '.' || text.at[text.len - 1] == '.') return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '.' ? text.at[i - 1] == '.' : !is_atext(text.at[i])) return false;
    }
    return true;
}

static bool is_host_label(struct str label)
{
    if (label.len == 0 || label.len > LABEL_BYTES) return false;
    if (label.at[0] == '-' || label.at[label.len - 1] == '-') return false;
    for (size_t i = 0; i < label.len; i++) {
        char c = label.at[i];
        if (!is_letter_or_digit(c) && !is_beyond_ascii(c) && c != '-' && c != '_') return false;
    }
    return true;
}

static bool is_domain(struct str domain)
{
    if (domain.len > DOMAIN_BYTES) return false;
    size_t labels = 0;
    struct str rest = domain, label;
    while (str_split(&rest, '.', &label)) {
        if (!is_host_label(label)) return false;
        labels++;
    }
    return labels >= 2;
}

/* ---- parsing ---- */

struct words {
    struct buf *phrase; /* words so far, as a display name */
    struct str last;    /* the last word, which is the local part if an @ follows */
    size_t count;
};

static void add_word(struct words *words, struct str word)
{
    if (words->count) buf_add_byte(words->phrase, ' ');
    buf_add(words->phrase, word);
    words->last = word;
    words->count++;
}

static void read_words(struct reader *reader, struct words *words)
{
    for (;;) {
        skip(reader);
        if (reader->bad) return;
        char c = peek(reader);
        if (c == '"') {
            add_word(words, take_quoted(reader));
        } else if (c && (is_atext(c) || c == '.')) {
            add_word(words, take_dotted(reader));
        } else {
            return;
        }
        if (reader->bad) return;
    }
}

/* "local@domain"; the local part was read already if given. */
static enum err read_domain(struct reader *reader, struct str local, struct mail_addr *ret_addr)
{
    if (local.len == 0 || local.len > LOCAL_BYTES || peek(reader) != '@') return ERR_BAD_INPUT;
    take(reader);
    skip(reader);
    struct str domain = take_dotted(reader);
    if (domain.len && domain.at[domain.len - 1] == '.') domain.len--;
    if (reader->bad || !is_domain(domain)) return ERR_BAD_INPUT;
    ret_addr->local = local;
    ret_addr->domain = domain;
    return OK;
}

static enum err read_mailbox(struct reader *reader, struct buf *phrase, struct mail_addr *ret_addr)
{
    struct words words = {.phrase = phrase};
    bool first_quoted = false;
    skip(reader);
    first_quoted = peek(reader) == '"';
    read_words(reader, &words);
    if (reader->bad) return ERR_BAD_INPUT;
    if (peek(reader) == '@') {
        if (words.count != 1 || (!first_quoted && !is_dot_atom(words.last))) return ERR_BAD_INPUT;
        buf_clear(phrase);
        return read_domain(reader, words.last, ret_addr);
    }
    if (peek(reader) != '<') return ERR_BAD_INPUT;
    take(reader);
    skip(reader);
    if (reader->bad) return ERR_BAD_INPUT;
    bool quoted = peek(reader) == '"';
    struct str local = quoted ? take_quoted(reader) : take_dotted(reader);
    if (reader->bad || (!quoted && !is_dot_atom(local))) return ERR_BAD_INPUT;
    skip(reader);
    TRY(read_domain(reader, local, ret_addr));
    skip(reader);
    if (peek(reader) != '>') return ERR_BAD_INPUT;
    take(reader);
    return OK;
}

enum err mail_addr_parse(struct str text, struct arena *arena, struct mail_addr *ret_addr)
{
    if (text.len > MAIL_ADDR_BYTES + 2 * MAIL_ADDR_NAME_BYTES) return ERR_BAD_INPUT;
    if (!utf8_valid(text)) return ERR_BAD_UTF8;
    struct reader reader = {.rest = text, .room = arena_take(arena, text.len)};
    struct mail_addr addr = {0};
    BUF(phrase, MAIL_ADDR_NAME_BYTES);
    TRY(read_mailbox(&reader, &phrase, &addr));
    skip(&reader);
    if (reader.bad || reader.rest.len || buf_done(&phrase) != OK) return ERR_BAD_INPUT;
    /* C1 controls and other text that is not one line are no part of an address. */
    BUF(clean, MAIL_ADDR_BYTES + MAIL_ADDR_NAME_BYTES);
    if (utf8_clean(addr.local, &clean) != OK || utf8_clean(addr.domain, &clean) != OK ||
        utf8_clean(buf_str(&phrase), &clean) != OK ||
        str_find_byte(buf_str(&clean), '\n') != STR_NONE)
        return ERR_BAD_INPUT;
    addr.name = arena_str(arena, buf_str(&phrase));
    addr.local = arena_str(arena, addr.local);
    addr.domain = arena_str(arena, addr.domain);
    *ret_addr = addr;
    return OK;
}

struct str mail_addr_spec(const struct mail_addr *addr, struct arena *arena)
{
    BUF(spec, 2 * MAIL_ADDR_BYTES + 3);
    if (is_dot_atom(addr->local)) {
        buf_add(&spec, addr->local);
    } else {
        buf_add_byte(&spec, '"');
        for (size_t i = 0; i < addr->local.len; i++) {
            if (addr->local.at[i] == '"' || addr->local.at[i] == '\\') buf_add_byte(&spec, '\\');
            buf_add_byte(&spec, addr->local.at[i]);
        }
        buf_add_byte(&spec, '"');
    }
    buf_add_byte(&spec, '@');
    buf_add(&spec, addr->domain);
    ASSERT(buf_done(&spec) == OK);
    return arena_str(arena, buf_str(&spec));
}

/* ---- canonical forms ---- */

static void end_mapped(utf8proc_uint8_t **mapped)
{
    free(*mapped);
}

static utf8proc_int32_t to_small(utf8proc_int32_t point, void *data)
{
    (void)data;
    return utf8proc_tolower(point);
}

static enum err fold(struct str text, struct buf *ret_folded)
{
    __attribute__((cleanup(end_mapped))) utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t length =
        utf8proc_map_custom((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &mapped,
                            UTF8PROC_STABLE | UTF8PROC_COMPOSE, to_small, NULL);
    if (length < 0) return ERR_BAD_UTF8;
    buf_add_bytes(ret_folded, mapped, (size_t)length);
    return OK;
}

enum err mail_addr_canonical(struct str text, struct arena *arena, struct str *ret_canonical)
{
    struct mail_addr addr;
    TRY(mail_addr_parse(str_trim(text), arena, &addr));
    struct str spec = mail_addr_spec(&addr, arena);
    BUF(once, 4 * MAIL_ADDR_BYTES);
    BUF(folded, 16 * MAIL_ADDR_BYTES);
    /* Twice: small letters may compose into others once they stand side by side. */
    TRY(fold(spec, &once));
    TRY(fold(buf_str(&once), &folded));
    if (buf_done(&once) != OK || buf_done(&folded) != OK) return ERR_BAD_INPUT;
    *ret_canonical = arena_str(arena, buf_str(&folded));
    return OK;
}

/* The text before an extension: "ext", "x" or "#" and digits. */
static struct str without_extension(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '#' || c == 'x' || c == 'X' || c == 'e' || c == 'E')
            return str_trim(str_slice(text, 0, i));
    }
    return text;
}

static bool is_extension(struct str text)
{
    static const char *const words[] = {"extension", "ext.", "ext", "x", "#"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str word = str_from(words[i]);
        if (text.len < word.len || !str_same(str_slice(text, 0, word.len), word)) continue;
        struct str digits = str_trim(str_from_byte(text, word.len));
        for (size_t j = 0; j < digits.len; j++)
            if (digits.at[j] < '0' || digits.at[j] > '9') return false;
        return digits.len > 0 && digits.len <= 8;
    }
    return false;
}

enum err mail_addr_phone(struct str text, struct str country, struct arena *arena,
                         struct str *ret_canonical)
{
    text = str_trim(text);
    if (text.len > PHONE_BYTES) return ERR_BAD_INPUT;
    struct str number = without_extension(text);
    struct str extension = str_trim(str_from_byte(text, number.len));
    if (extension.len && !is_extension(extension)) return ERR_BAD_INPUT;

    char digits[PHONE_BYTES];
    size_t count = 0;
    bool plus = false;
    for (size_t i = 0; i < number.len; i++) {
        char c = number.at[i];
        struct str rest = str_from_byte(number, i);
        if (c >= '0' && c <= '9') {
            digits[count++] = c;
        } else if (c == '+' && count == 0 && !plus) {
            plus = true;
        } else if (count && str_starts(rest, STR("(0)")) && (plus || digits[0] == '0')) {
            /* "+44 (0)20", also "0044 (0)20": the nought is not dialled after a country code */
            if (plus || str_starts((struct str){digits, count}, STR("00"))) i += 2;
        } else if (c == 0 || !strchr(" \t-./()", c)) {
            return ERR_BAD_INPUT;
        }
    }
    struct str dialled = {digits, count};
    BUF(canonical, 2 * PHONE_BYTES);
    buf_add_byte(&canonical, '+');
    if (plus) {
        if (count && digits[0] == '0') return ERR_BAD_INPUT;
    } else if (str_starts(dialled, STR("00"))) {
        dialled = str_from_byte(dialled, 2);
        if (str_starts(dialled, STR("0"))) return ERR_BAD_INPUT;
    } else if (str_starts(dialled, STR("0"))) {
        dialled = str_from_byte(dialled, 1);
        buf_add(&canonical, country);
    } else if (!str_starts(dialled, country) || dialled.len < country.len + 9) {
        /* neither a national number nor a country code: nobody could dial it from elsewhere */
        return ERR_BAD_INPUT;
    }
    buf_add(&canonical, dialled);
    if (canonical.len < 1 + PHONE_DIGITS_MIN || canonical.len > 1 + PHONE_DIGITS_MAX)
        return ERR_BAD_INPUT;
    *ret_canonical = arena_str(arena, buf_str(&canonical));
    return OK;
}

bool mail_addr_mobile(const struct str *numbers, size_t count, struct arena *arena,
                      struct str *ret_number)
{
    for (size_t i = 0; i < count; i++) {
        struct str number;
        if (mail_addr_phone(numbers[i], STR("44"), arena, &number) != OK) continue;
        if (str_starts(number, STR("+44")) && !str_starts(number, STR("+447"))) continue;
        *ret_number = number;
        return true;
    }
    return false;
}
