/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_failure.h"

#include "core/buf.h"
#include "sanitise/answer.h"
#include "worker/cleaner/mail_bounce.h"

enum {
    ADDRESS_BYTES = 320,
    READ_BYTES = 64 * 1024, /* of a report: the rest is what came back */
};

/* Does the text have one of the phrases? Capitals do not matter. */
static bool says(struct str text, const char *const *phrases)
{
    for (; *phrases; phrases++) {
        struct str phrase = str_from(*phrases);
        for (size_t i = 0; i + phrase.len <= text.len; i++)
            if (str_same(str_slice(text, i, i + phrase.len), phrase)) return true;
    }
    return false;
}

/* ---- is it one? ---- */

static bool is_mail_server(struct str from)
{
    static const char *const names[] = {"mailer-daemon",     "mailer_daemon", "postmaster",
                                        "mail-daemon",       "mailerdaemon",  "mdaemon",
                                        "microsoftexchange", "mail-delivery", NULL};
    struct str local = str_slice(from, 0, str_find_byte(from, '@'));
    for (const char *const *name = names; *name; name++) {
        struct str start = str_from(*name);
        if (local.len >= start.len && str_same(str_slice(local, 0, start.len), start)) return true;
    }
    return false;
}

bool failure_is(struct str from, struct str return_path, struct str subject)
{
    static const char *const subjects[] = {"undeliver",
                                           "undelivered",
                                           "undeliverable",
                                           "delivery status notification",
                                           "delivery failure",
                                           "delivery failed",
                                           "delivery has failed",
                                           "delivery problem",
                                           "delivery notification",
                                           "delivery error",
                                           "failure notice",
                                           "failure delivery",
                                           "failed delivery",
                                           "failed mail",
                                           "mail failed",
                                           "mail failure",
                                           "mail system error",
                                           "message delayed",
                                           "message not delivered",
                                           "nondeliverable",
                                           "non-deliver",
                                           "non deliver",
                                           "not delivered",
                                           "could not be delivered",
                                           "could not send message",
                                           "returned mail",
                                           "returned to sender",
                                           "delayed mail",
                                           "delivery delayed",
                                           "delayed",
                                           "user unknown",
                                           "mailbox full",
                                           "mailbox is full",
                                           "quota",
                                           "warning: message",
                                           "warning: could not send",
                                           "niedostarcz",
                                           "nie udało się dostarczyć",
                                           "nie można dostarczyć",
                                           "nelivrat",
                                           "nu s-a putut livra",
                                           "methwyd danfon",
                                           "nu a putut fi livrat",
                                           NULL};
    bool is_null = str_equal(str_trim(return_path), STR("<>"));
    return (is_null || is_mail_server(from)) && says(subject, subjects);
}

/* ---- whom ---- */

static bool is_address_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-' ||
           byte == '+' || byte == '\'' || byte == '=' || byte == '&' || byte == '~' ||
           (unsigned char)byte >= 0x80;
}

/* The address around the @ at `at`, or empty. */
static struct str address_around(struct str text, size_t at)
{
    size_t start = at, end = at + 1;
    while (start > 0 && is_address_byte(text.at[start - 1])) start--;
    while (end < text.len && is_address_byte(text.at[end])) end++;
    while (end > at + 1 &&
           (text.at[end - 1] == '.' || text.at[end - 1] == '-' || text.at[end - 1] == '\''))
        end--;
    while (start < at && (text.at[start] == '\'' || text.at[start] == '.')) start++;
    struct str address = str_slice(text, start, end);
    bool has_domain = str_find_byte(str_slice(text, at + 1, end), '.') != STR_NONE;
    if (start == at || !has_domain || address.len > ADDRESS_BYTES) return (struct str){NULL, 0};
    return address;
}

static bool is_one_of(struct str address, const struct str *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_same(address, all[i])) return true;
    return false;
}

/* The first address of the text that may be the one that was written to. */
static struct str first_address(struct str text, const struct str *own, size_t own_count,
                                bool at_line_start)
{
    struct str rest = text, line;
    while (str_split(&rest, '\n', &line)) {
        struct str plain = str_trim(line);
        struct str all = plain;
        /* "<a@b>:", "a@b", "To: a@b", "Recipient: a@b" stand first in their line */
        for (size_t at = 0; at < all.len; at++) {
            if (all.at[at] != '@') continue;
            struct str address = address_around(all, at);
            if (address.len == 0 || is_mail_server(address) || is_one_of(address, own, own_count))
                continue;
            size_t before = (size_t)(address.at - all.at);
            bool is_first = before == 0 || (before == 1 && all.at[0] == '<');
            if (!at_line_start || is_first) return address;
            break;
        }
    }
    return (struct str){NULL, 0};
}

/* ---- the copy that came back ---- */

/* Where the report ends and what came back begins; the text's length if nothing did. */
static size_t copy_start(struct str text)
{
    static const char *const marks[] = {"below this line is a copy",
                                        "this is a copy of the message",
                                        "original message headers",
                                        "original message follows",
                                        "your original message",
                                        "----- original message",
                                        "-----original message",
                                        "----- message header",
                                        "message headers follow",
                                        "unsent message follows",
                                        "unsent message below",
                                        "returned message follows",
                                        "the header of the message",
                                        "return-path:",
                                        "received:",
                                        NULL};
    struct str rest = text, line;
    while (str_split(&rest, '\n', &line))
        if (says(line, marks)) return (size_t)(line.at - text.at);
    return text.len;
}

/* A Message-ID line anywhere in it. */
static struct str message_id_in(struct str copy, struct arena *arena)
{
    static const char *const name[] = {"message-id:", NULL};
    struct str rest = copy;
    while (rest.len) {
        struct str line;
        struct str here = rest;
        if (!str_split(&rest, '\n', &line)) break;
        struct str plain = str_trim(line);
        if (plain.len < 11 || !says(str_slice(plain, 0, 11), name)) continue;
        /* bounce_original_id reads a block of headers, and a value on the next line too */
        size_t indent = (size_t)(plain.at - here.at);
        return bounce_original_id(str_from_byte(here, indent), arena);
    }
    return (struct str){NULL, 0};
}

/* ---- why ---- */

static const char *const full_words[] = {"mailbox is full",
                                         "mailbox full",
                                         "mailbox has exceeded",
                                         "mailbox size limit",
                                         "over quota",
                                         "overquota",
                                         "out of storage",
                                         "insufficient storage",
                                         "quota exceeded",
                                         "exceeded storage",
                                         "exceeded the storage",
                                         "exceeds the quota",
                                         "disk quota",
                                         "exceeded its quota",
                                         "quota has been",
                                         "skrzynka jest pe",
                                         "przekroczony limit",
                                         "este plin",
                                         "mae'r blwch yn llawn",
                                         "not enough space",
                                         "skrzynka odbiorcza jest pełna",
                                         "căsuța poștală este plină",
                                         NULL};
static const char *const late_words[] = {"delayed",
                                         "will be retried",
                                         "not yet been delivered",
                                         "not been delivered yet",
                                         "keep trying",
                                         "continue to try",
                                         "still being retried",
                                         "do not need to resend",
                                         "this is a warning message only",
                                         "could not send message for past",
                                         NULL};
static const char *const over_words[] = {
    "permanent error", "permanent failure", "giving up",           "given up",
    "has failed",      "fatal error",       "will not be retried", NULL};

static bool is_vague(struct str status)
{
    return status.len == 0 || str_equal(status, STR("5.0.0")) || str_equal(status, STR("4.0.0"));
}

void failure_refine(struct bounce *bounce, struct str text, struct arena *arena)
{
    if (bounce->kind != BOUNCE_HARD || !is_vague(bounce->status)) return;
    text = str_slice(text, 0, READ_BYTES);
    struct str report = str_slice(text, 0, copy_start(text));
    struct bounce found = {0};
    bounce_from_text(&found, STR("x@y.z"), report, arena);
    if (!is_vague(found.status)) {
        bounce->status = found.status;
        bounce->kind = found.kind;
    }
    if (says(report, full_words)) bounce->kind = BOUNCE_SOFT;
}

void failure_from_text(struct bounce *bounce, struct str subject, struct str text,
                       const struct str *own, size_t own_count, struct arena *arena)
{
    text = str_slice(text, 0, READ_BYTES);
    size_t end = copy_start(text);
    struct str report = str_slice(text, 0, end), copy = str_from_byte(text, end);
    if (bounce->original_message_id.len == 0)
        bounce->original_message_id = message_id_in(copy.len ? copy : report, arena);
    if (bounce->kind != BOUNCE_NONE) return;
    struct str recipient = first_address(report, own, own_count, true);
    if (recipient.len == 0) recipient = first_address(report, own, own_count, false);
    if (recipient.len == 0) return;
    bounce_from_text(bounce, recipient, report, arena);
    failure_refine(bounce, report, arena);
    if ((says(subject, late_words) || says(report, late_words)) && !says(report, over_words) &&
        !str_starts(bounce->status, STR("5")))
        bounce->kind = BOUNCE_DELAY;
}
