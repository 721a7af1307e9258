/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_PACE_H
#define LETTERBOX_MAIL_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/*
 * When may the next mail go to a domain? Mail providers put off, and in the end refuse, who sends
 * many mails to one of their domains at once. Pure: the caller reads the clock (microseconds of one
 * that never runs back) and keeps the struct to one thread at a time. It has no pointers, so it may
 * lie in memory that processes share.
 *
 *   per_minute   each mail moves its domain's turn on by a gap of 60 s / per_minute. One may go up
 *                to MAIL_PACE_AHEAD_SECONDS before its turn: those who wait come back by whole
 *                seconds, and the average must hold all the same. In t seconds at most
 *                (t + MAIL_PACE_AHEAD_SECONDS) * per_minute / 60 + 1 mails are let go.
 *   the line     who has to wait is told when to ask again, a gap after the one told before. Order
 *                is not promised: who asks in time may go before one that waits.
 *   a strike     the domain refused for now because of the rate: nothing goes for 30 s, 1 minute,
 *                2 … 8 minutes with each further strike, and then with a gap of at least 1 s that
 *                doubles with each strike, to a minute at most. Each mail that is taken takes one
 *                strike off; an hour without one, all. What was on its way when a strike came adds
 *                none.
 *   a mail that presses   (somebody waits for it, or its time is over) waits for its turn, but not
 *                in the line, and for no strike.
 *
 * Names of domains are kept as hashes. There are places for MAIL_PACE_DOMAINS; when all are taken
 * the domain that is free the soonest loses its place, and what it had to wait is forgotten.
 */
enum {
    MAIL_PACE_DOMAINS = 256,
    MAIL_PACE_AHEAD_SECONDS = 2,
    MAIL_PACE_WAIT_SECONDS = 60 * 60, /* the longest that anybody is told to wait */
};

struct mail_pace_domain {
    uint64_t name;    /* 0: a free place */
    int64_t turn_us;  /* of the next mail */
    int64_t line_us;  /* of the next that has to wait */
    int64_t until_us; /* nothing before, because of a strike */
    int strikes;
};

struct mail_pace {
    int64_t per_minute; /* 0: only strikes hold mail up */
    uint64_t seed;      /* of the hashes */
    struct mail_pace_domain domains[MAIL_PACE_DOMAINS];
};

void mail_pace_init(struct mail_pace *ret_pace, int64_t per_minute, uint64_t seed);

/* 0: a mail may go now, and counts as gone. Else the seconds after which to ask again. */
int mail_pace_ask(struct mail_pace *pace, struct str domain, bool presses, int64_t now_us);

/* What the domain said to a mail that mail_pace_ask let go at asked_us. */
void mail_pace_taken(struct mail_pace *pace, struct str domain, int64_t asked_us, int64_t now_us);
void mail_pace_struck(struct mail_pace *pace, struct str domain, int64_t asked_us, int64_t now_us);

/* The first moment at which something that waits may go; INT64_MAX: nothing waits. */
int64_t mail_pace_next(const struct mail_pace *pace, int64_t now_us);

/*
 * Is this a temporary refusal because of the rate? A code as in struct mail_smtp_result: 421 with
 * any status, 450 and 451 with 4.7.x (RFC 3463 §3.8: policy).
 */
bool mail_pace_is_strike(struct str code);

#endif
