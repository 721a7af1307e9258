/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/reply.h"

#include <string.h>

#include "core/num.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- SMTP ---- */

/* The length of "5.1.1" at the start of text, or 0. */
static size_t status_length(struct str text)
{
    size_t i = 0, dots = 0, digits = 0;
    for (; i < text.len && i < MAIL_REPLY_STATUS_BYTES - 1; i++) {
        if (is_digit(text.at[i]) && digits < 3) {
            digits++;
        } else if (text.at[i] == '.' && digits > 0 && dots < 2) {
            dots++;
            digits = 0;
        } else {
            break;
        }
    }
    bool ends = i == text.len || text.at[i] == ' ';
    if (dots != 2 || digits == 0 || !ends || text.at[1] != '.') return 0;
    return text.at[0] == '2' || text.at[0] == '4' || text.at[0] == '5' ? i : 0;
}

struct mail_reply_smtp mail_reply_smtp(struct str line)
{
    struct mail_reply_smtp reply = {0};
    line = str_trim(line);
    int64_t code;
    if (!num_parse(str_slice(line, 0, 3), 200, 599, &code)) return reply;
    if (line.len > 3 && line.at[3] != '-' && line.at[3] != ' ') return reply;
    reply.code = (int)code;
    reply.last = line.len == 3 || line.at[3] == ' ';
    struct str text = str_from_byte(line, 4);
    size_t length = status_length(text);
    if (length) memcpy(reply.status, text.at, length);
    return reply;
}

enum mail_fault mail_reply_fault(struct str status)
{
    /* of the address: nothing else of class 5 but these, and 5.1.x (RFC 3463 §3.2) */
    static const char *const of_address[] = {"", "5.0.0", "5.2.0", "5.2.1"};
    /* the sender's address, or the way there */
    static const char *const of_sender[] = {"5.1.7", "5.1.8", "5.1.9"};
    /* full, too long, too large */
    static const char *const passing[] = {"5.2.2", "5.2.3", "5.3.4"};
    for (size_t i = 0; i < sizeof of_address / sizeof *of_address; i++)
        if (str_equal(status, str_from(of_address[i]))) return MAIL_FAULT_ADDRESS;
    for (size_t i = 0; i < sizeof of_sender / sizeof *of_sender; i++)
        if (str_equal(status, str_from(of_sender[i]))) return MAIL_FAULT_REFUSED;
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (str_equal(status, str_from(passing[i]))) return MAIL_FAULT_PASSING;
    if (str_starts(status, STR("5.1."))) return MAIL_FAULT_ADDRESS;
    bool is_passing = str_starts(status, STR("4")) || str_starts(status, STR("5.4."));
    return is_passing ? MAIL_FAULT_PASSING : MAIL_FAULT_REFUSED;
}

struct str mail_reply_status(int code)
{
    switch (code) {
    case 552: return STR("5.2.2");
    case 554: return STR("5.7.0");
    default: return code >= 500 ? STR("5.0.0") : STR("4.0.0");
    }
}

/* ---- IMAP ---- */

/* Takes the word before the next space off the front. */
static struct str take_word(struct str *rest)
{
    struct str word = {NULL, 0};
    str_split(rest, ' ', &word);
    return word;
}

static bool read_number(struct str text, int64_t max, int64_t *ret_number)
{
    return num_parse(text, 0, max, ret_number);
}

/* One of the words between the parentheses of FLAGS. */
static bool is_deleted_flag(struct str word)
{
    if (str_starts(word, STR("("))) word = str_from_byte(word, 1);
    if (str_ends(word, STR(")"))) word.len--;
    return str_same(word, STR("\\Deleted"));
}

/* "(UID 9 RFC822.SIZE 38 FLAGS (\Seen))", in any order, among other things; a literal or a string
 * ends it. */
static bool read_entry(struct str text, struct mail_reply_imap *reply)
{
    if (!str_starts(text, STR("("))) return false;
    text = str_from_byte(text, 1);
    if (str_ends(text, STR(")"))) text.len--;
    bool has_uid = false, has_size = false;
    while (text.len) {
        struct str name = take_word(&text);
        if (is_deleted_flag(name)) reply->deleted = true;
        if (!str_same(name, STR("UID")) && !str_same(name, STR("RFC822.SIZE"))) continue;
        int64_t number;
        bool is_uid = str_same(name, STR("UID"));
        if (!read_number(take_word(&text), is_uid ? UINT32_MAX : INT64_MAX, &number)) return false;
        if (is_uid) {
            if (number == 0 || has_uid) return false;
            reply->uid = (uint32_t)number;
            has_uid = true;
        } else {
            if (has_size) return false;
            reply->size = (uint64_t)number;
            has_size = true;
        }
    }
    return has_uid && has_size;
}

static void read_capabilities(struct str text, struct mail_reply_imap *reply)
{
    reply->kind = MAIL_REPLY_CAPABILITY;
    while (text.len) {
        struct str word = take_word(&text);
        if (str_same(word, STR("MOVE"))) reply->can_move = true;
        if (str_same(word, STR("UIDPLUS"))) reply->can_expunge_uid = true;
        /* RFC 9051 has both built in. */
        if (str_same(word, STR("IMAP4rev2"))) reply->can_move = reply->can_expunge_uid = true;
    }
}

/* "OK [CODE argument] words" */
static void read_state(struct str rest, struct mail_reply_imap *reply)
{
    if (!str_starts(rest, STR("["))) return;
    size_t end = str_find_byte(rest, ']');
    if (end == STR_NONE) return;
    struct str code = str_slice(rest, 1, end);
    struct str name = take_word(&code);
    int64_t number;
    if (str_same(name, STR("UIDVALIDITY"))) {
        if (!read_number(code, UINT32_MAX, &number) || number == 0) return;
        reply->kind = MAIL_REPLY_UIDVALIDITY;
        reply->number = (uint32_t)number;
    } else if (str_same(name, STR("CAPABILITY"))) {
        read_capabilities(code, reply);
    }
}

static void read_untagged(struct str rest, struct mail_reply_imap *reply)
{
    struct str word = take_word(&rest);
    int64_t number;
    if (str_same(word, STR("OK")) || str_same(word, STR("NO"))) {
        read_state(rest, reply);
    } else if (str_same(word, STR("CAPABILITY"))) {
        read_capabilities(rest, reply);
    } else if (read_number(word, UINT32_MAX, &number)) {
        struct str name = take_word(&rest);
        if (str_same(name, STR("EXISTS"))) {
            reply->kind = MAIL_REPLY_EXISTS;
            reply->number = (uint32_t)number;
        } else if (str_same(name, STR("FETCH")) && number > 0 && read_entry(rest, reply)) {
            reply->kind = MAIL_REPLY_ENTRY;
            reply->number = (uint32_t)number;
        }
    }
}

static bool is_tag(struct str word)
{
    if (word.len < 2 || word.len > 12) return false;
    for (size_t i = 0; i < word.len; i++)
        if (!is_digit(word.at[i]) && !(word.at[i] >= 'A' && word.at[i] <= 'Z')) return false;
    return true;
}

struct mail_reply_imap mail_reply_imap(struct str line)
{
    struct mail_reply_imap reply = {.kind = MAIL_REPLY_OTHER};
    struct str rest = str_trim(line);
    struct str first = take_word(&rest);
    if (str_equal(first, STR("*"))) {
        read_untagged(rest, &reply);
        return reply;
    }
    struct str word = take_word(&rest);
    bool ok = str_same(word, STR("OK"));
    if (!is_tag(first) || (!ok && !str_same(word, STR("NO")) && !str_same(word, STR("BAD"))))
        return reply;
    reply.kind = MAIL_REPLY_TAGGED;
    reply.ok = ok;
    reply.try_create = !ok && str_starts(rest, STR("[TRYCREATE]"));
    return reply;
}
