/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_bounce.h"

#include <stdbool.h>

#include "core/buf.h"
#include "mail/reply.h"
#include "sanitise/answer.h"

static struct str clean_line(struct str text, struct arena *arena)
{
    BUF(plain, ANSWER_LINE_BYTES_MAX);
    answer_text_clean(str_trim(text), true, &plain);
    if (buf_done(&plain) != OK) return (struct str){NULL, 0};
    return arena_str(arena, str_trim(buf_str(&plain)));
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* "5.1.1" at the start of the text: its length, or 0. */
static size_t enhanced_code(struct str text)
{
    if (text.len < 5 || (text.at[0] != '2' && text.at[0] != '4' && text.at[0] != '5')) return 0;
    size_t at = 1;
    for (int group = 0; group < 2; group++) {
        if (at >= text.len || text.at[at] != '.') return 0;
        size_t digits = 0;
        for (at++; at < text.len && is_digit(text.at[at]) && digits < 3; at++) digits++;
        if (digits == 0) return 0;
    }
    return at < text.len && (is_digit(text.at[at]) || text.at[at] == '.') ? 0 : at;
}

static bool is_edge(struct str text, size_t at)
{
    return at == 0 || !(is_digit(text.at[at - 1]) || text.at[at - 1] == '.');
}

/* Yahoo says 554 of addresses that it does not have, as others do of what they dislike. */
static bool names_no_mailbox(struct str text)
{
    static const char *const words[] = {
        "no such",   "unknown user", "user unknown",    "doesn't have", "does not have",
        "not exist", "n't exist",    "not found",       "disabled",     "no mailbox",
        "no longer", "not a valid",  "invalid mailbox", "no account",   "unknown address",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str word = str_from(words[i]);
        for (size_t at = 0; at + word.len <= text.len; at++)
            if (str_same(str_slice(text, at, at + word.len), word)) return true;
    }
    return false;
}

/* The first code in a text, as RFC 3463 writes it; or what a bare "550" stands for. */
static struct str find_code(struct str text, struct arena *arena)
{
    for (size_t at = 0; at < text.len; at++) {
        size_t len = is_edge(text, at) ? enhanced_code(str_from_byte(text, at)) : 0;
        if (len > 0 && text.at[at] != '2') return clean_line(str_slice(text, at, at + len), arena);
    }
    for (size_t at = 0; at + 3 <= text.len; at++) {
        bool is_code = is_edge(text, at) && (text.at[at] == '4' || text.at[at] == '5') &&
                       is_digit(text.at[at + 1]) && is_digit(text.at[at + 2]);
        bool ends = at + 3 == text.len || text.at[at + 3] == ' ' || text.at[at + 3] == '-' ||
                    text.at[at + 3] == ':';
        if (!is_code || !ends) continue;
        int code =
            100 * (text.at[at] - '0') + 10 * (text.at[at + 1] - '0') + (text.at[at + 2] - '0');
        return code == 554 && names_no_mailbox(text) ? STR("5.0.0") : mail_reply_status(code);
    }
    return (struct str){NULL, 0};
}

static enum bounce_kind kind_of_code(struct str status)
{
    switch (mail_reply_fault(status)) {
    case MAIL_FAULT_ADDRESS: return BOUNCE_HARD;
    case MAIL_FAULT_PASSING: return BOUNCE_SOFT;
    case MAIL_FAULT_REFUSED: return BOUNCE_REFUSED;
    }
    ASSERT(false);
}

/* The value of a field at the start of a line, with its continuation lines left out. */
static bool field(struct str line, const char *name, struct str *ret_value)
{
    struct str wanted = str_from(name);
    if (line.len <= wanted.len || line.at[wanted.len] != ':' ||
        !str_same(str_slice(line, 0, wanted.len), wanted))
        return false;
    *ret_value = str_trim(str_from_byte(line, wanted.len + 1));
    return true;
}

/* "rfc822; a@b" without its type and brackets. */
static struct str plain_address(struct str value, struct arena *arena)
{
    size_t semicolon = str_find_byte(value, ';');
    if (semicolon != STR_NONE) value = str_trim(str_from_byte(value, semicolon + 1));
    if (str_starts(value, STR("<")) && str_ends(value, STR(">")))
        value = str_slice(value, 1, value.len - 1);
    return clean_line(value, arena);
}

struct recipient {
    struct str final, original, action, status, diagnostic;
};

static void note_recipient(struct bounce *bounce, const struct recipient *recipient,
                           struct arena *arena)
{
    enum bounce_kind kind = BOUNCE_NONE;
    struct str status = clean_line(recipient->status, arena);
    size_t len = enhanced_code(status);
    status = str_slice(status, 0, len);
    /* "5.0.0" tells nothing; what the other server said may. */
    if (str_equal(status, STR("5.0.0")) || status.len == 0) {
        struct str said = find_code(recipient->diagnostic, arena);
        if (said.len) status = said;
    }
    if (str_same(recipient->action, STR("failed")))
        kind = kind_of_code(status);
    else if (str_same(recipient->action, STR("delayed")))
        kind = BOUNCE_DELAY;
    bool is_worse =
        bounce->kind == BOUNCE_NONE || (bounce->kind == BOUNCE_DELAY && kind != BOUNCE_DELAY);
    if (kind == BOUNCE_NONE || !is_worse) return;
    struct str address = recipient->original.len ? recipient->original : recipient->final;
    bounce->kind = kind;
    bounce->recipient = plain_address(address, arena);
    bounce->status = status;
}

void bounce_from_status(struct bounce *bounce, struct str status_part, struct arena *arena)
{
    struct recipient recipient = {0};
    struct str rest = status_part, line;
    while (str_split(&rest, '\n', &line)) {
        line = str_ends(line, STR("\r")) ? str_slice(line, 0, line.len - 1) : line;
        if (line.len == 0) {
            note_recipient(bounce, &recipient, arena);
            recipient = (struct recipient){0};
            continue;
        }
        if (field(line, "Final-Recipient", &recipient.final) ||
            field(line, "Original-Recipient", &recipient.original) ||
            field(line, "Action", &recipient.action) || field(line, "Status", &recipient.status) ||
            field(line, "Diagnostic-Code", &recipient.diagnostic))
            continue;
    }
    note_recipient(bounce, &recipient, arena);
}

void bounce_from_text(struct bounce *bounce, struct str recipient, struct str text,
                      struct arena *arena)
{
    if (bounce->kind != BOUNCE_NONE || recipient.len == 0) return;
    size_t comma = str_find_byte(recipient, ',');
    bounce->recipient = plain_address(str_slice(recipient, 0, comma), arena);
    bounce->status = find_code(text, arena);
    bounce->kind = kind_of_code(bounce->status);
}

struct str bounce_original_id(struct str headers, struct arena *arena)
{
    struct str rest = headers, line, value;
    while (str_split(&rest, '\n', &line)) {
        if (str_trim(line).len == 0) break;
        if (!field(line, "Message-ID", &value)) continue;
        if (value.len == 0 && str_split(&rest, '\n', &line)) value = str_trim(line); /* folded */
        return clean_line(value, arena);
    }
    return (struct str){NULL, 0};
}
