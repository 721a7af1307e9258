/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/pace.h"

#include <stddef.h>

#include "core/utc.h"

enum { STRIKES_MAX = 5 };

#define SECOND_US UTC_SECOND_US
#define MINUTE_US (60 * SECOND_US)
#define AHEAD_US (MAIL_PACE_AHEAD_SECONDS * SECOND_US)
#define WAIT_US (MAIL_PACE_WAIT_SECONDS * SECOND_US)
#define FIRST_STRIKE_US (30 * SECOND_US)
#define FORGET_US (60 * MINUTE_US)
#define SLOW_US SECOND_US /* the least gap of a domain with a strike, not doubled */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void mail_pace_init(struct mail_pace *ret_pace, int64_t per_minute, uint64_t seed)
{
    *ret_pace = (struct mail_pace){.per_minute = per_minute, .seed = seed};
}

/* FNV-1a over small letters, after the seed; never 0. */
static uint64_t hash(const struct mail_pace *pace, struct str domain)
{
    uint64_t hash = 0xcbf29ce484222325U ^ pace->seed;
    for (size_t i = 0; i < domain.len; i++) {
        char c = domain.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        hash = (hash ^ (unsigned char)c) * 0x100000001b3U;
    }
    return hash ? hash : 1;
}

/* Before this the place holds something worth knowing. */
static int64_t busy_until(const struct mail_pace_domain *domain)
{
    int64_t until = later(domain->turn_us, domain->line_us);
    return domain->strikes ? later(until, domain->until_us + FORGET_US) : until;
}

static struct mail_pace_domain *find(struct mail_pace *pace, struct str name, int64_t now_us)
{
    uint64_t wanted = hash(pace, name);
    for (size_t i = 0; i < MAIL_PACE_DOMAINS; i++) {
        struct mail_pace_domain *domain = &pace->domains[i];
        if (domain->name != wanted) continue;
        if (domain->strikes && now_us - domain->until_us >= FORGET_US) domain->strikes = 0;
        return domain;
    }
    return NULL;
}

static struct mail_pace_domain *find_or_add(struct mail_pace *pace, struct str name, int64_t now_us)
{
    struct mail_pace_domain *found = find(pace, name, now_us);
    if (found) return found;
    struct mail_pace_domain *place = &pace->domains[0];
    for (size_t i = 0; i < MAIL_PACE_DOMAINS && place->name; i++) {
        struct mail_pace_domain *domain = &pace->domains[i];
        if (!domain->name || busy_until(domain) < busy_until(place)) place = domain;
    }
    *place = (struct mail_pace_domain){.name = hash(pace, name)};
    return place;
}

/* Between two mails, without strikes. */
static int64_t plain_gap(const struct mail_pace *pace)
{
    return pace->per_minute ? MINUTE_US / pace->per_minute : 0;
}

/* The line of a domain with strikes moves as if it had none but slowly: they may soon be off. */
static int64_t line_gap(const struct mail_pace *pace, const struct mail_pace_domain *domain)
{
    return domain->strikes ? later(plain_gap(pace), SLOW_US) : plain_gap(pace);
}

static int64_t gap(const struct mail_pace *pace, const struct mail_pace_domain *domain)
{
    int64_t plain = plain_gap(pace);
    if (!domain->strikes) return plain;
    return later(plain, sooner(later(plain, SLOW_US) << domain->strikes, MINUTE_US));
}

static int seconds_up(int64_t us)
{
    return (int)later((us + SECOND_US - 1) / SECOND_US, 1);
}

/* When the next mail may go. */
static int64_t may_go(const struct mail_pace_domain *domain, bool presses)
{
    int64_t from_us = domain->turn_us - AHEAD_US;
    return presses || !domain->strikes ? from_us : later(from_us, domain->until_us);
}

int mail_pace_ask(struct mail_pace *pace, struct str name, bool presses, int64_t now_us)
{
    struct mail_pace_domain *domain = find(pace, name, now_us);
    if (!domain && !pace->per_minute) return 0;
    if (!domain) domain = find_or_add(pace, name, now_us);
    int64_t from_us = may_go(domain, presses);
    if (now_us >= from_us) {
        domain->turn_us = later(domain->turn_us, now_us) + gap(pace, domain);
        return 0;
    }
    if (presses) return seconds_up(sooner(from_us - now_us, WAIT_US));
    int64_t most_us = now_us + WAIT_US;
    int64_t place_us = sooner(later(later(domain->line_us, domain->turn_us), from_us), most_us);
    domain->line_us = sooner(place_us + line_gap(pace, domain), most_us);
    return seconds_up(place_us - now_us);
}

void mail_pace_taken(struct mail_pace *pace, struct str name, int64_t asked_us, int64_t now_us)
{
    struct mail_pace_domain *domain = find(pace, name, now_us);
    if (!domain || !domain->strikes || asked_us < domain->until_us) return;
    domain->strikes--;
    domain->turn_us = sooner(domain->turn_us, now_us + gap(pace, domain));
}

void mail_pace_struck(struct mail_pace *pace, struct str name, int64_t asked_us, int64_t now_us)
{
    struct mail_pace_domain *domain = find_or_add(pace, name, now_us);
    if (domain->strikes && asked_us < domain->until_us) return;
    if (domain->strikes < STRIKES_MAX) domain->strikes++;
    domain->until_us = now_us + (FIRST_STRIKE_US << (domain->strikes - 1));
}

int64_t mail_pace_next(const struct mail_pace *pace, int64_t now_us)
{
    int64_t next_us = INT64_MAX;
    for (size_t i = 0; i < MAIL_PACE_DOMAINS; i++) {
        const struct mail_pace_domain *domain = &pace->domains[i];
        /* the last in the line comes a gap before its end, and a second late at most */
        bool waits = domain->line_us && domain->line_us + 2 * SECOND_US > now_us;
        if (waits) next_us = sooner(next_us, later(may_go(domain, false), now_us));
    }
    return next_us;
}

bool mail_pace_is_strike(struct str code)
{
    if (str_equal(str_slice(code, 0, 3), STR("421"))) return code.len == 3 || code.at[3] == '_';
    struct str start = str_slice(code, 0, 8);
    return str_equal(start, STR("450_4.7.")) || str_equal(start, STR("451_4.7."));
}
