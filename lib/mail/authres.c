/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/authres.h"

#include <string.h>

enum { RESULTS_MAX = 64, PROPERTIES_MAX = 64, VALUE_BYTES_MAX = 16 * 1024 };

/* ---- tokens: RFC 2045 values, quoted strings, white space and comments ---- */

struct reader {
    struct str rest;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char peek(const struct reader *reader)
{
    return reader->rest.len ? reader->rest.at[0] : 0;
}

static void step(struct reader *reader)
{
    reader->rest = str_from_byte(reader->rest, 1);
}

/* False when a comment does not end. */
static bool skip(struct reader *reader)
{
    size_t depth = 0;
    for (; reader->rest.len; step(reader)) {
        char c = peek(reader);
        if (depth && c == '\\')
            step(reader);
        else if (c == '(')
            depth++;
        else if (depth && c == ')')
            depth--;
        else if (!depth && !is_space(c))
            break;
    }
    return depth == 0;
}

static bool is_value_char(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f && !strchr("();,\"=", c);
}

/* A bare word: of value characters but `stop`. Empty when none stands here. */
static struct str take_word(struct reader *reader, char stop)
{
    struct str start = reader->rest;
    while (reader->rest.len && is_value_char(peek(reader)) && peek(reader) != stop) step(reader);
    return str_slice(start, 0, start.len - reader->rest.len);
}

/* A bare or quoted value; a quoted one is given without its quotes, escapes left as they are; of an
 * address with a quoted local part the domain. */
static bool take_value(struct reader *reader, struct str *ret_value)
{
    if (peek(reader) != '"') {
        *ret_value = take_word(reader, 0);
        /* signatures hold '=' without quotes, against the RFC */
        while (peek(reader) == '=') {
            step(reader);
            struct str more = take_word(reader, 0);
            ret_value->len = (size_t)(more.at + more.len - ret_value->at);
        }
        return ret_value->len > 0;
    }
    step(reader);
    struct str start = reader->rest;
    while (reader->rest.len && peek(reader) != '"') {
        if (peek(reader) == '\\') step(reader);
        step(reader);
    }
    if (!reader->rest.len) return false;
    *ret_value = str_slice(start, 0, start.len - reader->rest.len);
    step(reader);
    if (peek(reader) != '@') return true;
    step(reader); /* it was the local part of an address */
    *ret_value = take_word(reader, 0);
    return ret_value->len > 0;
}

static bool take_sign(struct reader *reader, char sign)
{
    if (!skip(reader) || peek(reader) != sign) return false;
    step(reader);
    return skip(reader);
}

/* ---- meaning ---- */

/* The domain of "example.org", "@example.org" or "jean@example.org", without a dot at its end. */
static struct str domain_of(struct str value)
{
    for (size_t i = value.len; i-- > 0;) {
        if (value.at[i] != '@') continue;
        value = str_from_byte(value, i + 1);
        break;
    }
    if (value.len && value.at[value.len - 1] == '.') value.len--;
    return value;
}

static bool is_about(struct str value, struct str from_domain)
{
    struct str domain = domain_of(value);
    return domain.len > 0 && str_same(domain, domain_of(from_domain));
}

static enum mail_authres_word word_of(struct str result)
{
    if (str_same(result, STR("pass"))) return MAIL_AUTHRES_PASS;
    if (str_same(result, STR("fail")) || str_same(result, STR("hardfail")) ||
        str_same(result, STR("permerror")))
        return MAIL_AUTHRES_FAIL;
    if (str_same(result, STR("none"))) return MAIL_AUTHRES_NONE;
    return MAIL_AUTHRES_WEAK;
}

/* One "method=result" and what it is about. */
struct result {
    struct str method, word;
    struct str header_from, header_d, header_i, mailfrom;
};

/* How much worse than nothing; the larger wins between headers. */
static void note_worse(enum mail_authres_word *ret_word, enum mail_authres_word word)
{
    if (word > *ret_word) *ret_word = word;
}

/* Of several signatures one that passes is enough (RFC 6376 §6.1). */
static void note_better(enum mail_authres_word *ret_word, enum mail_authres_word word)
{
    if (word == MAIL_AUTHRES_NONE || *ret_word == MAIL_AUTHRES_PASS) return;
    if (word == MAIL_AUTHRES_PASS || *ret_word == MAIL_AUTHRES_NONE || word < *ret_word)
        *ret_word = word;
}

static void apply(struct mail_authres *header, const struct result *result, struct str from_domain)
{
    enum mail_authres_word word = word_of(result->word);
    if (str_same(result->method, STR("dmarc"))) {
        /* One that does not name its domain can only take trust away. */
        bool is_unnamed = result->header_from.len == 0;
        if (is_unnamed ? word == MAIL_AUTHRES_FAIL : is_about(result->header_from, from_domain))
            note_worse(&header->dmarc, word);
    } else if (str_same(result->method, STR("dkim"))) {
        struct str about = result->header_d.len ? result->header_d : result->header_i;
        if (is_about(about, from_domain)) note_better(&header->dkim, word);
    } else if (str_same(result->method, STR("spf"))) {
        if (is_about(result->mailfrom, from_domain)) note_worse(&header->spf, word);
    }
}

/* "ptype.property=value" after the result. */
static bool read_property(struct reader *reader, struct result *result)
{
    struct str name = take_word(reader, 0), value;
    if (name.len == 0 || !take_sign(reader, '=') || !take_value(reader, &value)) return false;
    if (str_same(name, STR("header.from")))
        result->header_from = value;
    else if (str_same(name, STR("header.d")))
        result->header_d = value;
    else if (str_same(name, STR("header.i")))
        result->header_i = value;
    else if (str_same(name, STR("smtp.mailfrom")))
        result->mailfrom = value;
    return skip(reader);
}

/* "; method[/version]=result property=value …"; false at what cannot be read. */
static bool read_result(struct reader *reader, struct result *result)
{
    struct str method = take_word(reader, '/');
    if (method.len == 0 || !skip(reader)) return false;
    if (str_same(method, STR("none")) && (peek(reader) == ';' || !reader->rest.len)) {
        *result = (struct result){.method = method};
        return true;
    }
    if (peek(reader) == '/') {
        step(reader);
        if (!skip(reader) || take_word(reader, 0).len == 0) return false;
    }
    if (!take_sign(reader, '=')) return false;
    struct str word = take_word(reader, 0);
    if (word.len == 0 || !skip(reader)) return false;
    *result = (struct result){.method = method, .word = word};
    for (size_t i = 0; reader->rest.len && peek(reader) != ';'; i++)
        if (i == PROPERTIES_MAX || !read_property(reader, result)) return false;
    return true;
}

/* The name of the server that says so, and a version of the format; only version 1 is known. */
static bool read_server(struct reader *reader, struct str *ret_server)
{
    if (!skip(reader) || !take_value(reader, ret_server) || !skip(reader)) return false;
    struct str version = take_word(reader, 0);
    if (version.len && !str_equal(version, STR("1"))) return false;
    return skip(reader);
}

/* is_first: the first result stands here, with no ';' before it. */
static void add_results(struct mail_authres *authres, struct reader *reader, bool is_first,
                        struct str from_domain)
{
    struct mail_authres header = {0};
    bool whole = true;
    for (size_t count = 0; whole && (is_first || peek(reader) == ';'); count++) {
        if (!is_first) step(reader);
        is_first = false;
        struct result result;
        whole = count < RESULTS_MAX && skip(reader);
        if (!whole || !reader->rest.len) break; /* a ';' at the end is no harm */
        whole = read_result(reader, &result);
        if (whole) apply(&header, &result, from_domain);
    }
    if (!whole || reader->rest.len) {
        /* A pass may stand before what cannot be read and its end after it: trust none of it. */
        authres->malformed = true;
        if (header.dmarc == MAIL_AUTHRES_PASS) header.dmarc = MAIL_AUTHRES_WEAK;
        if (header.dkim == MAIL_AUTHRES_PASS) header.dkim = MAIL_AUTHRES_WEAK;
        if (header.spf == MAIL_AUTHRES_PASS) header.spf = MAIL_AUTHRES_WEAK;
    }
    note_worse(&authres->dmarc, header.dmarc);
    note_worse(&authres->dkim, header.dkim);
    note_worse(&authres->spf, header.spf);
}

void mail_authres_add(struct mail_authres *authres, struct str value, struct str trusted_server,
                      struct str from_domain)
{
    struct reader reader = {value};
    struct str server;
    bool is_nameless = str_equal(trusted_server, STR(MAIL_AUTHRES_NAMELESS));
    if (trusted_server.len == 0 || from_domain.len == 0) return;
    if (is_nameless ? authres->headers > 0
                    : !read_server(&reader, &server) || !str_same(server, trusted_server))
        return;
    authres->headers++;
    if (value.len > VALUE_BYTES_MAX)
        authres->malformed = true;
    else
        add_results(authres, &reader, is_nameless, from_domain);
}

enum mail_authres_verdict mail_authres_judge(const struct mail_authres *authres)
{
    if (authres->dmarc == MAIL_AUTHRES_FAIL) return MAIL_AUTHRES_SPOOFED;
    if (authres->dmarc == MAIL_AUTHRES_PASS) return MAIL_AUTHRES_AUTHENTIC;
    bool passed = authres->dkim == MAIL_AUTHRES_PASS || authres->spf == MAIL_AUTHRES_PASS;
    bool failed = authres->dkim == MAIL_AUTHRES_FAIL || authres->spf == MAIL_AUTHRES_FAIL;
    if (passed && !failed) return MAIL_AUTHRES_AUTHENTIC;
    if (failed && !passed) return MAIL_AUTHRES_SPOOFED;
    return MAIL_AUTHRES_UNKNOWN;
}
