/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_limits.h"

#include <stdint.h>
#include <string.h>

/* The bytes up to and with the next line end. */
static struct str take_line(struct str *rest)
{
    size_t end = str_find_byte(*rest, '\n');
    struct str line = str_slice(*rest, 0, end == STR_NONE ? rest->len : end + 1);
    *rest = str_from_byte(*rest, line.len);
    return line;
}

static bool is_empty_line(struct str line)
{
    return str_equal(line, STR("\n")) || str_equal(line, STR("\r\n"));
}

/* ---- the names of boundaries ---- */

/* Their hashes, open addressing; 0 is a free place. Two names with one hash count as one, which
 * counts no fewer boundaries. */
struct names {
    uint64_t at[2 * BOUNDARY_NAMES_MAX];
    size_t count;
    bool is_any; /* a name could not be read: each line may be a boundary */
};

static uint64_t hash_of(struct str name)
{
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */
    for (size_t i = 0; i < name.len; i++) hash = (hash ^ (unsigned char)name.at[i]) * 0x100000001b3;
    return hash ? hash : 1;
}

/* Where the hash stands, or the free place where it would. */
static size_t place_of(const struct names *names, uint64_t hash)
{
    enum { MASK = 2 * BOUNDARY_NAMES_MAX - 1 };
    size_t at = (size_t)(hash & MASK);
    while (names->at[at] && names->at[at] != hash) at = (at + 1) & MASK;
    return at;
}

static bool is_named(const struct names *names, struct str name)
{
    return names->at[place_of(names, hash_of(name))] != 0;
}

static void add_name(struct names *names, struct str name)
{
    if (is_named(names, name)) return;
    if (names->count == BOUNDARY_NAMES_MAX) {
        names->is_any = true;
        return;
    }
    uint64_t hash = hash_of(name);
    names->at[place_of(names, hash)] = hash;
    names->count++;
}

static bool is_gap(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Does a parameter called "boundary" end before this "="? Also boundary*0*=, and a comment between,
 * of which only the end is looked at. */
static bool names_boundary(struct str message, size_t at, bool *ret_is_plain)
{
    static const struct str word = {"boundary", 8};
    *ret_is_plain = true;
    while (at > 0 && is_gap(message.at[at - 1])) at--;
    if (at > 0 && message.at[at - 1] == ')') {
        *ret_is_plain = false;
        return true;
    }
    while (at > 0 && (message.at[at - 1] == '*' ||
                      (message.at[at - 1] >= '0' && message.at[at - 1] <= '9'))) {
        *ret_is_plain = false;
        at--;
    }
    return at >= word.len && str_same(str_slice(message, at - word.len, at), word);
}

/* The value behind "=": a token, or a string in quotes on one line. False: something else. */
static bool read_value(struct str rest, struct str *ret_name)
{
    enum { NAME_BYTES_MAX = 998 };
    while (rest.len > 0 && is_gap(rest.at[0])) rest = str_from_byte(rest, 1);
    bool is_quoted = rest.len > 0 && rest.at[0] == '"';
    if (is_quoted) rest = str_from_byte(rest, 1);
    for (size_t i = 0; i < rest.len && i <= NAME_BYTES_MAX; i++) {
        char byte = rest.at[i];
        bool ends = is_quoted ? byte == '"' : is_gap(byte) || byte == ';';
        if (ends) {
            *ret_name = str_slice(rest, 0, i);
            while (ret_name->len > 0 && is_gap(ret_name->at[ret_name->len - 1])) ret_name->len--;
            return ret_name->len > 0;
        }
        /* Escapes, encoded words, comments, what is not ASCII: parsers differ about them. */
        if (byte < ' ' || byte == '\\' || byte == 0x7f ||
            (!is_quoted && strchr("()<>@,:\"/[]?=", byte)) ||
            (byte == '=' && i + 1 < rest.len && rest.at[i + 1] == '?'))
            return false;
    }
    return false;
}

/* The names given in a line; a name may stand on the line after its "=". */
static void note_names(struct names *names, struct str message, struct str line)
{
    size_t at = (size_t)(line.at - message.at), end = at + line.len;
    const char *sign;
    bool is_plain;
    while (at < end && (sign = memchr(message.at + at, '=', end - at))) {
        at = (size_t)(sign - message.at);
        if (names_boundary(message, at, &is_plain)) {
            struct str name;
            if (is_plain && read_value(str_from_byte(message, at + 1), &name))
                add_name(names, name);
            else
                names->is_any = true;
        }
        at++;
    }
}

/* ---- counting ---- */

/* A line that parsers may take for a boundary, or for the last one of its kind. */
static bool may_be_boundary(const struct names *names, struct str line)
{
    if (line.len < 3 || line.at[0] != '-' || line.at[1] != '-') return false;
    line = str_from_byte(line, 2);
    while (line.len > 0 && is_gap(line.at[line.len - 1])) line.len--;
    if (names->is_any) return line.len > 0;
    return line.len > 0 &&
           (is_named(names, line) ||
            (str_ends(line, STR("--")) && is_named(names, str_slice(line, 0, line.len - 2))));
}

/* How many bytes of the message hold no more boundaries than are allowed. */
static size_t count_boundaries(struct str message, struct mail_limits *limits)
{
    struct names names = {.count = 0};
    struct str rest = message;
    size_t boundaries = 0;
    while (rest.len > 0) {
        size_t at = message.len - rest.len;
        struct str line = take_line(&rest);
        if (!names.is_any) note_names(&names, message, line);
        if (!may_be_boundary(&names, line) || ++boundaries <= MAIL_BOUNDARIES_MAX) continue;
        limits->has_too_many_parts = true;
        return at;
    }
    return message.len;
}

struct str mail_limit(struct str message, struct buf *room, struct mail_limits *ret_limits)
{
    struct mail_limits limits = {0};
    struct str rest = message;
    if (str_starts(message, STR("From ")) || str_starts(message, STR(">From "))) {
        take_line(&rest);
        message = rest;
    }
    message = str_slice(message, 0, count_boundaries(message, &limits));
    rest = message;
    size_t kept = 0; /* bytes of whole header lines within the limit */
    bool has_end = false;
    while (rest.len > 0) {
        struct str line = take_line(&rest);
        if (is_empty_line(line)) {
            rest = str_from_byte(message, message.len - rest.len - line.len);
            has_end = true;
            break;
        }
        size_t end = message.len - rest.len;
        if (end <= MAIL_HEADER_BYTES_MAX)
            kept = end;
        else
            limits.has_long_header = true;
    }
    /* "--" lines in the header itself: what followed them was cut off with the parts. */
    if (limits.has_too_many_parts && !has_end) limits.has_long_header = true;
    limits.has_nul = kept > 0 && memchr(message.at, 0, kept);
    *ret_limits = limits;
    if (!limits.has_long_header && !limits.has_nul) return message;
    for (size_t i = 0; i < kept; i++) buf_add_byte(room, message.at[i] ? message.at[i] : '?');
    if (kept == 0) buf_add_c(room, "\n"); /* one line of it all */
    buf_add(room, rest);
    return buf_str(room);
}
