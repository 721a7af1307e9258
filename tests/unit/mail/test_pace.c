/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "core/arena.h"
#include "core/utc.h"
#include "mail/pace.h"

enum { RATE = 30, MANY = 100 };

#define SECOND UTC_SECOND_US
#define MINUTE (60 * SECOND)
#define START ((int64_t)1000 * SECOND)

static struct mail_pace pace;

static void begin(int64_t per_minute)
{
    mail_pace_init(&pace, per_minute, 7);
}

static int ask(const char *domain, int64_t now_us)
{
    return mail_pace_ask(&pace, str_from(domain), false, now_us);
}

static int press(const char *domain, int64_t now_us)
{
    return mail_pace_ask(&pace, str_from(domain), true, now_us);
}

static void strike(const char *domain, int64_t asked_us)
{
    mail_pace_struck(&pace, str_from(domain), asked_us, asked_us);
}

static void take(const char *domain, int64_t asked_us)
{
    mail_pace_taken(&pace, str_from(domain), asked_us, asked_us);
}

static void strikes_by_code(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool is_strike;
    } cases[] = {
        {"421", true},         {"421_4.7.0", true},   {"421_4.3.2", true},  {"450_4.7.1", true},
        {"451_4.7.26", true},  {"450", false},        {"451", false},       {"450_4.2.1", false},
        {"451_4.3.2", false},  {"452_4.7.1", false},  {"550_5.7.1", false}, {"4210", false},
        {"451_4.70.1", false}, {"notify_429", false}, {"", false},          {"42", false},
        {"450_4.7", false},    {"connect", false},    {"554_4.7.1", false}, {"250", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (mail_pace_is_strike(str_from(cases[i].code)) != cases[i].is_strike)
            fail_msg("%s", cases[i].code);
}

/*
 * Asks for so many mails at once and for each again when it was told to, late_us late; the moments
 * at which they went. Answers how often one was asked for.
 */
static int send_all(const char *domain, int count, int64_t late_us, int64_t *ret_sent)
{
    int64_t due[MANY];
    int asked = 0, sent = 0;
    for (int i = 0; i < count; i++) due[i] = START;
    while (sent < count) {
        int next = 0;
        for (int i = 1; i < count; i++)
            if (due[i] < due[next]) next = i;
        int seconds = ask(domain, due[next]);
        asked++;
        assert_true(asked < 10 * MANY);
        if (seconds == 0) {
            ret_sent[sent++] = due[next];
            due[next] = INT64_MAX;
        } else {
            due[next] += seconds * SECOND + late_us;
        }
    }
    return asked;
}

static void no_faster_than_the_rate_and_hardly_slower(void **state)
{
    (void)state;
    static const struct {
        int per_minute;
        int64_t late_us;
    } cases[] = {{30, 0}, {30, 700000}, {7, 0},        {60, 100000}, {60, 900000},
                 {90, 0}, {600, 0},     {600, 400000}, {1, 0},       {45, 500000}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t sent[MANY];
        int rate = cases[i].per_minute;
        begin(rate);
        int asked = send_all("large.example", MANY, cases[i].late_us, sent);
        for (int from = 0; from < MANY; from++)
            for (int to = from; to < MANY; to++) {
                int64_t us = sent[to] - sent[from];
                int64_t most = (us + MAIL_PACE_AHEAD_SECONDS * SECOND) * rate / MINUTE + 1;
                if (to - from + 1 > most)
                    fail_msg("%d a minute: %d mails in %lld us", rate, to - from + 1,
                             (long long)us);
            }
        int64_t least_us = (MANY - 1) * MINUTE / rate;
        if (sent[MANY - 1] - START > least_us + least_us / 5 + 4 * SECOND)
            fail_msg("%d a minute: all took %lld us", rate, (long long)(sent[MANY - 1] - START));
        /* who waits is hardly ever asked in vain; a line of over an hour is */
        if (rate > 1 && asked > 3 * MANY) fail_msg("%d a minute: asked %d times", rate, asked);
    }
}

static void domains_do_not_wait_for_each_other(void **state)
{
    (void)state;
    begin(RATE);
    for (int i = 0; i < 10; i++) (void)ask("large.example", START);
    assert_int_not_equal(ask("large.example", START), 0);
    assert_int_not_equal(ask("LARGE.Example", START), 0);
    assert_int_equal(ask("small.example", START), 0);
    assert_int_equal(ask("mail.large.example", START), 0);
}

static void without_a_limit_nothing_waits_but_for_strikes(void **state)
{
    (void)state;
    begin(0);
    for (int i = 0; i < MANY; i++) assert_int_equal(ask("large.example", START), 0);
    for (size_t i = 0; i < MAIL_PACE_DOMAINS; i++) assert_true(pace.domains[i].name == 0);
    strike("large.example", START);
    assert_int_equal(ask("large.example", START + SECOND), 29);
    assert_int_equal(ask("small.example", START + SECOND), 0);
}

static void strikes_double(void **state)
{
    (void)state;
    static const int wanted[] = {30, 60, 120, 240, 480, 480, 480};
    begin(RATE);
    int64_t now = START;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        assert_int_equal(ask("large.example", now), 0);
        strike("large.example", now);
        int64_t until = now + wanted[i] * SECOND;
        assert_int_not_equal(ask("large.example", until - 1), 0);
        now = until + MINUTE; /* the slow gap after it is a minute at most */
    }
    /* taken again, and soon as fast as before */
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ask("large.example", now), 0);
        take("large.example", now);
        now += MINUTE;
    }
    assert_int_equal(ask("large.example", now), 0);
    assert_int_equal(ask("large.example", now + 2 * SECOND), 0);
}

static void after_a_strike_mails_come_one_by_one(void **state)
{
    (void)state;
    begin(0);
    strike("large.example", START);
    strike("large.example", START + 30 * SECOND);
    int64_t again = START + 90 * SECOND;
    int count = 0;
    for (int64_t now = again; now < again + 40 * SECOND; now += SECOND / 10)
        count += ask("large.example", now) == 0;
    assert_in_range(count, 10, 12); /* four seconds apart, as no answer has come */
}

static void a_burst_is_one_strike(void **state)
{
    (void)state;
    begin(0);
    for (int i = 0; i < 16; i++) mail_pace_struck(&pace, STR("large.example"), START, START + i);
    assert_int_equal(ask("large.example", START + 31 * SECOND), 0);
    /* what was let go before the strike and is taken after it changes nothing */
    strike("large.example", START + 31 * SECOND);
    mail_pace_taken(&pace, STR("large.example"), START + 30 * SECOND, START + 32 * SECOND);
    assert_int_equal(ask("large.example", START + 32 * SECOND), 59);
}

static void strikes_are_forgotten(void **state)
{
    (void)state;
    begin(0);
    for (int i = 0; i < 5; i++) strike("large.example", START + i * 10 * MINUTE);
    int64_t later = START + 3 * 60 * MINUTE;
    for (int i = 0; i < MANY; i++) assert_int_equal(ask("large.example", later), 0);
}

static void what_presses_waits_for_its_turn_only(void **state)
{
    (void)state;
    begin(RATE);
    for (int i = 0; i < 50; i++) (void)ask("large.example", START);
    assert_in_range(ask("large.example", START), 90, 100);
    assert_in_range(press("large.example", START), 1, 2);
    strike("large.example", START);
    assert_int_equal(press("large.example", START + 4 * SECOND), 0);
    assert_int_not_equal(ask("large.example", START + 29 * SECOND), 0);
    /* one that is refused meanwhile is no further strike */
    strike("large.example", START + 4 * SECOND);
    assert_int_equal(ask("large.example", START + 31 * SECOND), 0);
}

static void nobody_waits_longer_than_an_hour(void **state)
{
    (void)state;
    begin(1);
    for (int i = 0; i < 500; i++)
        assert_in_range(ask("large.example", START), 0, MAIL_PACE_WAIT_SECONDS);
}

static void the_next_moment(void **state)
{
    (void)state;
    begin(RATE);
    assert_true(mail_pace_next(&pace, START) == INT64_MAX);
    while (ask("large.example", START) == 0) continue;
    int64_t next = mail_pace_next(&pace, START);
    assert_true(next > START && next <= START + 2 * SECOND);
    strike("large.example", START);
    assert_true(mail_pace_next(&pace, START) == START + 30 * SECOND);
    /* long after the last in the line was due */
    assert_true(mail_pace_next(&pace, START + 10 * MINUTE) == INT64_MAX);
}

/* However many domains there are, it stays as large as it is, and each is let go at some time. */
static void domains_beyond_the_places(void **state)
{
    (void)state;
    begin(RATE);
    ARENA(arena, (size_t)1024 * 1024);
    for (int i = 0; i < 4 * MAIL_PACE_DOMAINS; i++) {
        struct str domain = arena_print(arena, "d%d.example", i);
        assert_int_equal(mail_pace_ask(&pace, domain, false, START + i), 0);
    }
    /* one with a strike is the last to be forgotten */
    strike("large.example", START);
    for (int i = 0; i < 4 * MAIL_PACE_DOMAINS; i++)
        (void)mail_pace_ask(&pace, arena_print(arena, "e%d.example", i), false, START + i);
    assert_int_not_equal(ask("large.example", START + SECOND), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strikes_by_code),
        cmocka_unit_test(no_faster_than_the_rate_and_hardly_slower),
        cmocka_unit_test(domains_do_not_wait_for_each_other),
        cmocka_unit_test(without_a_limit_nothing_waits_but_for_strikes),
        cmocka_unit_test(strikes_double),
        cmocka_unit_test(after_a_strike_mails_come_one_by_one),
        cmocka_unit_test(a_burst_is_one_strike),
        cmocka_unit_test(strikes_are_forgotten),
        cmocka_unit_test(what_presses_waits_for_its_turn_only),
        cmocka_unit_test(nobody_waits_longer_than_an_hour),
        cmocka_unit_test(the_next_moment),
        cmocka_unit_test(domains_beyond_the_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
