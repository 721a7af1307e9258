/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Giving an exchange to a worker, and back to the thread of its connection. */
#include "server/http/daemon.h"
#include "server/http/keeper.h"
#include "sys/log.h"

enum {
    SIGN_IN_WAITING = 64, /* in line for a sign-in worker */
    SIGN_IN_WAIT_SECONDS = 5,
    ADDRESS_WAITING = 8, /* of one network address: people behind one router */
    UNCLEAN_PART = 4,    /* one in so many sign-in workers serves unclean addresses */
};

void turn_finish(struct http_exchange *exchange, enum err code)
{
    if (code != OK) {
        enum err failed = reply_error(&exchange->request, code);
        ASSERT(failed == OK);
    }
    exchange->phase = READY;
}

/* The event thread has the exchange from here on, and may end it at once. */
static void hand_back(struct http_exchange *exchange)
{
    exchange->http->suspended--;
    daemon_resume(exchange);
}

static void check(struct http_exchange *exchange)
{
    enum err code = exchange_check(exchange);
    if (code == OK && !exchange->reply.made) code = upload_begin(exchange);
    if (code != OK || exchange->reply.made)
        turn_finish(exchange, code);
    else
        exchange->phase = BODY;
}

enum { READY_BYTES = 512 };

static void answer_ready(struct http_exchange *exchange)
{
    const struct http_service *service = exchange->http->service;
    enum err code = service->ready ? service->ready(service->app) : OK;
    reply_start(exchange, code == OK ? 200 : 503, "text/plain; charset=utf-8");
    exchange->reply.body = buf_new(READY_BYTES);
    buf_print(&exchange->reply.body, "%s\n", log_err(code));
    if (service->ready_words) service->ready_words(service->app, &exchange->reply.body);
    exchange->code = code;
    exchange->phase = READY;
}

/* Whoever may try stands in line with the other addresses: true, and it is gone. */
static bool admit(struct http_exchange *exchange)
{
    enum err code = exchange_check(exchange);
    if (code == OK && !exchange->reply.made) {
        exchange->phase = WORKING;
        exchange->turn.clean = exchange->request.clean_address;
        code = workers_add(exchange->http->sign_in_workers, exchange);
        if (code == OK) return true;
    }
    turn_finish(exchange, code);
    return false;
}

/* For a page no address is worse than another. */
static bool run_page(struct http_exchange *exchange)
{
    if (exchange->phase == ADMITTING && admit(exchange)) return true;
    if (exchange->phase == CHECKING)
        check(exchange);
    else if (exchange->phase == WORKING && exchange->request.route)
        turn_finish(exchange, exchange_work(exchange));
    else if (exchange->phase == WORKING)
        answer_ready(exchange);
    hand_back(exchange);
    return true;
}

static bool run_sign_in(struct http_exchange *exchange)
{
    turn_finish(exchange, exchange_work(exchange));
    bool clean = exchange->request.clean_address;
    hand_back(exchange);
    return clean;
}

static void turn_away(struct http_exchange *exchange)
{
    turn_finish(exchange, ERR_BUSY);
    hand_back(exchange);
}

bool turn_hand_over(struct http_exchange *exchange, enum phase phase)
{
    struct http *http = exchange->http;
    exchange->phase = phase;
    exchange->turn.owner = exchange;
    exchange->turn.clean = true;
    if (exchange->link) link_reply(exchange->link);
    http->suspended++; /* before closed is read: http_close looks in the other order */
    if (http->closed) {
        http->suspended--;
        return false;
    }
    daemon_suspend(exchange);
    if (workers_add(http->workers, exchange) != OK) turn_away(exchange);
    return true;
}

bool turn_hand_over_work(struct http_exchange *exchange)
{
    const struct route *route = exchange->request.route;
    return turn_hand_over(exchange, route && route->rate == RATE_SIGN_IN ? ADMITTING : WORKING);
}

/* Everybody may wait for a page, in turns; a sign-in costs too much for that. */
enum err turn_open_workers(struct http *http)
{
    static const struct workers_do page = {run_page, turn_away}, sign_in = {run_sign_in, turn_away};
    const struct http_service *service = http->service;
    struct line_limits pages = {
        .running = service->workers,
        .waiting = service->connections,
        .address_running = service->workers,
        .address_waiting = service->connections,
        .unclean_running = service->workers,
    };
    struct line_limits sign_ins = {
        .running = service->sign_in_workers,
        .waiting = SIGN_IN_WAITING,
        .address_running = 1,
        .address_waiting = ADDRESS_WAITING,
        .unclean_running = (service->sign_in_workers + UNCLEAN_PART - 1) / UNCLEAN_PART,
        .wait_us = SIGN_IN_WAIT_SECONDS * UTC_SECOND_US,
    };
    TRY(workers_open(&pages, &page, &http->workers));
    return workers_open(&sign_ins, &sign_in, &http->sign_in_workers);
}
