/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/answer.h"

#include "mail/addr.h"

enum { ID_BYTES = 250 };

/* Local parts behind which there is no person (RFC 3834 §2, RFC 2142). */
static const char *const machines[] = {
    "mailer-daemon", "postmaster",   "noreply",      "no-reply",      "no_reply",
    "donotreply",    "do-not-reply", "do_not_reply", "bounce",        "bounces",
    "majordomo",     "listserv",     "daemon",       "notifications", "autoreply",
};
static const char *const beginnings[] = {"owner-", "bounce-", "bounces-", "noreply-", "no-reply-"};
static const char *const ends[] = {"-request", "-owner", "-bounces", "-bounce", "-relay"};

static bool ends_with(struct str text, struct str end)
{
    return text.len > end.len && str_same(str_from_byte(text, text.len - end.len), end);
}

static bool begins_with(struct str text, struct str start)
{
    return text.len > start.len && str_same(str_slice(text, 0, start.len), start);
}

static bool is_machine(struct str local)
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (str_same(local, str_from(machines[i]))) return true;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (begins_with(local, str_from(beginnings[i]))) return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(local, str_from(ends[i]))) return true;
    return false;
}

static bool is_own(struct str address, const struct mail_answer_own *own, size_t count,
                   struct arena *arena)
{
    struct str plain, other;
    struct mail_addr addr;
    if (mail_addr_canonical(address, arena, &plain) != OK ||
        mail_addr_parse(plain, arena, &addr) != OK)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (own[i].domain.len && str_same(addr.domain, own[i].domain)) return true;
        if (own[i].address.len && mail_addr_canonical(own[i].address, arena, &other) == OK &&
            str_equal(plain, other))
            return true;
    }
    return false;
}

bool mail_answer_may(const struct mail_answer_mail *mail, const struct mail_answer_own *own,
                     size_t own_count, struct arena *arena)
{
    struct mail_addr from;
    if (mail->is_automatic || mail->wants_no_answer) return false;
    if (mail_addr_parse(mail->from, arena, &from) != OK || is_machine(from.local)) return false;
    if (is_own(mail->from, own, own_count, arena)) return false;
    for (size_t i = 0; i < mail->to_count; i++)
        if (is_own(mail->to[i], own, own_count, arena)) return true;
    return false;
}

struct str mail_answer_id(struct str message_id)
{
    struct str id = str_trim(message_id);
    if (str_starts(id, STR("<")) && str_ends(id, STR(">"))) id = str_slice(id, 1, id.len - 1);
    size_t at = str_find_byte(id, '@');
    if (at == STR_NONE || at == 0 || at + 1 == id.len || id.len > ID_BYTES)
        return (struct str){NULL, 0};
    for (size_t i = 0; i < id.len; i++)
        if (id.at[i] <= ' ' || id.at[i] >= 0x7f || id.at[i] == '<' || id.at[i] == '>')
            return (struct str){NULL, 0};
    return id;
}
