/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/password.h"

#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* The smallest Argon2id: these tests are about what is derived, not about its cost. */
#define SMALL ((struct password_cost){8, 1})

static struct secret host, other_host, account;
static struct password_places places;
static struct password_work work;

static int make_keys(void **state)
{
    (void)state;
    assert_ok(crypt_init());
    secret_random(&host);
    secret_random(&other_host);
    secret_random(&account);
    password_places_init(&places, 8, 200);
    work = (struct password_work){&places, &host, SMALL, true};
    return 0;
}

static void the_right_password_opens_the_secret(void **state)
{
    (void)state;
    struct password_row row;
    SECRET(opened);
    assert_ok(password_wrap(&work, STR("correct horse"), 7, &account, &row));
    assert_ok(password_open(&work, STR("correct horse"), 7, &row, &opened));
    assert_true(secret_equal(&opened, &account));
}

static void anything_else_opens_nothing(void **state)
{
    (void)state;
    struct password_row row;
    SECRET(opened);
    assert_ok(password_wrap(&work, STR("correct horse"), 7, &account, &row));
    static const struct str wrong[] = {STR("correct hors"), STR("Correct horse"), STR(""),
                                       STR("correct horse "), STR("correct horse\n")};
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_err(password_open(&work, wrong[i], 7, &row, &opened), ERR_NO_MATCH);
    assert_err(password_open(&work, STR("correct horse"), 8, &row, &opened), ERR_NO_MATCH);
    struct password_row changed = row;
    changed.cost.passes = 2;
    assert_err(password_open(&work, STR("correct horse"), 7, &changed, &opened), ERR_NO_MATCH);
    changed = row;
    changed.salt[3] ^= 1;
    assert_err(password_open(&work, STR("correct horse"), 7, &changed, &opened), ERR_NO_MATCH);
    changed = row;
    changed.wrapped[90] ^= 1;
    assert_err(password_open(&work, STR("correct horse"), 7, &changed, &opened), ERR_NO_MATCH);
    static const struct secret nothing;
    assert_true(secret_equal(&opened, &nothing));
}

static void the_right_password_without_the_host_secret_opens_nothing(void **state)
{
    (void)state;
    struct password_row row;
    SECRET(opened);
    assert_ok(password_wrap(&work, STR("correct horse"), 7, &account, &row));
    struct password_work thief = work;
    thief.host = &other_host;
    assert_err(password_open(&thief, STR("correct horse"), 7, &row, &opened), ERR_NO_MATCH);
}

static void spellings_of_one_character_are_one_password(void **state)
{
    (void)state;
    struct password_row row;
    SECRET(opened);
    assert_ok(password_wrap(&work, STR("caf\xc3\xa9 au lait"), 7, &account, &row));
    assert_ok(password_open(&work, STR("cafe\xcc\x81 au lait"), 7, &row, &opened));
    assert_err(password_open(&work, STR("cafe au lait"), 7, &row, &opened), ERR_NO_MATCH);
}

static void what_cannot_be_a_password_is_refused(void **state)
{
    (void)state;
    struct password_row row;
    BUF(long_text, 2 * PASSWORD_MAX_BYTES);
    for (int i = 0; i <= PASSWORD_MAX_BYTES; i++) buf_add_byte(&long_text, 'x');
    assert_err(password_wrap(&work, STR("\xff"), 7, &account, &row), ERR_BAD_UTF8);
    assert_err(password_wrap(&work, STR("a\0b"), 7, &account, &row), ERR_BAD_UTF8);
    assert_err(password_wrap(&work, buf_str(&long_text), 7, &account, &row), ERR_TOO_BIG);
}

static void a_changed_password_keeps_the_secret(void **state)
{
    (void)state;
    struct password_row row, changed;
    SECRET(opened);
    assert_ok(password_wrap(&work, STR("first"), 7, &account, &row));
    assert_err(password_change(&work, STR("wrong"), STR("second"), 7, &row, &changed),
               ERR_NO_MATCH);
    assert_ok(password_change(&work, STR("first"), STR("second"), 7, &row, &changed));
    assert_memory_not_equal(row.salt, changed.salt, sizeof row.salt);
    assert_ok(password_open(&work, STR("second"), 7, &changed, &opened));
    assert_true(secret_equal(&opened, &account));
    assert_err(password_open(&work, STR("first"), 7, &changed, &opened), ERR_NO_MATCH);
}

static void an_account_costs_64_mib_three_times(void **state)
{
    (void)state;
    assert_int_equal(PASSWORD_COST.kib, 65536);
    assert_int_equal(PASSWORD_COST.passes, 3);
}

static void rows_come_from_columns_with_bounds(void **state)
{
    (void)state;
    char salt[17] = {1}, wrapped[PASSWORD_WRAPPED_BYTES + 1] = {2};
    static const struct {
        int64_t kib, passes;
        size_t salt, wrapped;
        enum err expected;
    } cases[] = {
        {65536, 3, 16, PASSWORD_WRAPPED_BYTES, OK},
        {7, 3, 16, PASSWORD_WRAPPED_BYTES, ERR_SEAL_BROKEN},
        {1048577, 3, 16, PASSWORD_WRAPPED_BYTES, ERR_SEAL_BROKEN},
        {65536, 0, 16, PASSWORD_WRAPPED_BYTES, ERR_SEAL_BROKEN},
        {65536, 101, 16, PASSWORD_WRAPPED_BYTES, ERR_SEAL_BROKEN},
        {65536, 3, 15, PASSWORD_WRAPPED_BYTES, ERR_SEAL_BROKEN},
        {65536, 3, 17, PASSWORD_WRAPPED_BYTES, ERR_SEAL_BROKEN},
        {65536, 3, 16, PASSWORD_WRAPPED_BYTES - 1, ERR_SEAL_BROKEN},
        {65536, 3, 16, PASSWORD_WRAPPED_BYTES + 1, ERR_SEAL_BROKEN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct password_row row;
        assert_err(password_row_from(cases[i].kib, cases[i].passes,
                                     (struct str){salt, cases[i].salt},
                                     (struct str){wrapped, cases[i].wrapped}, &row),
                   cases[i].expected);
    }
}

/* ---- places ---------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void the_third_waits_and_is_then_asked_to_try_again(void **state)
{
    (void)state;
    struct password_places two;
    password_places_init(&two, 8, 60);
    assert_ok(password_place_take(&two, true));
    assert_ok(password_place_take(&two, true));
    int64_t began = now_ms();
    assert_err(password_place_take(&two, true), ERR_BUSY);
    int64_t waited = now_ms() - began;
    assert_in_range(waited, 59, 5000);
    password_place_give(&two, true);
    assert_ok(password_place_take(&two, true));
    password_place_give(&two, true);
    password_place_give(&two, true);
    password_places_done(&two);
}

static void one_place_is_kept_for_clean_addresses(void **state)
{
    (void)state;
    struct password_places two;
    password_places_init(&two, 8, 20);
    assert_ok(password_place_take(&two, false));
    assert_err(password_place_take(&two, false), ERR_BUSY);
    assert_ok(password_place_take(&two, true));
    password_place_give(&two, false);
    assert_ok(password_place_take(&two, false));
    password_place_give(&two, false);
    password_place_give(&two, true);
    password_places_done(&two);
}

struct caller {
    struct password_places *places;
    bool clean;
    enum err error;
    int64_t order;
    pthread_t thread;
};

static void *take_and_give(void *object)
{
    static _Atomic int64_t turn;
    struct caller *caller = object;
    caller->error = password_place_take(caller->places, caller->clean);
    if (caller->error != OK) return NULL;
    caller->order = ++turn;
    usleep(2000);
    password_place_give(caller->places, caller->clean);
    return NULL;
}

static unsigned waiting(struct password_places *line)
{
    pthread_mutex_lock(&line->lock);
    unsigned count = line->waiting;
    pthread_mutex_unlock(&line->lock);
    return count;
}

static void call(struct caller *caller, struct password_places *line, bool clean)
{
    *caller = (struct caller){.places = line, .clean = clean};
    unsigned before = waiting(line);
    assert_int_equal(pthread_create(&caller->thread, NULL, take_and_give, caller), 0);
    while (waiting(line) == before) usleep(500);
}

static void a_place_goes_to_the_first_who_may_have_it(void **state)
{
    (void)state;
    struct password_places two;
    struct caller callers[4];
    static const bool clean[] = {false, true, false, true};
    password_places_init(&two, 8, 5000);
    assert_ok(password_place_take(&two, false));
    assert_ok(password_place_take(&two, true));
    for (size_t i = 0; i < COUNT(callers); i++) call(&callers[i], &two, clean[i]);
    /* A clean place comes free: not for the first in the line, for the first clean one. */
    password_place_give(&two, true);
    assert_int_equal(pthread_join(callers[1].thread, NULL), 0);
    assert_int_equal(pthread_join(callers[3].thread, NULL), 0);
    assert_true(callers[1].order < callers[3].order);
    assert_int_equal(waiting(&two), 2);
    password_place_give(&two, false);
    for (size_t i = 0; i < COUNT(callers); i += 2)
        assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
    assert_true(callers[0].order < callers[2].order);
    for (size_t i = 0; i < COUNT(callers); i++) assert_ok(callers[i].error);
    password_places_done(&two);
}

static void a_long_line_is_refused_at_once(void **state)
{
    (void)state;
    struct password_places two;
    struct caller callers[3];
    password_places_init(&two, 3, 5000);
    assert_ok(password_place_take(&two, true));
    assert_ok(password_place_take(&two, true));
    call(&callers[0], &two, false);
    call(&callers[1], &two, false);
    assert_err(password_place_take(&two, false), ERR_BUSY); /* half of the line */
    call(&callers[2], &two, true);
    assert_err(password_place_take(&two, true), ERR_BUSY); /* the whole line */
    password_place_give(&two, true);
    password_place_give(&two, true);
    for (size_t i = 0; i < COUNT(callers); i++) {
        assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
        assert_ok(callers[i].error);
    }
    password_places_done(&two);
}

static void failures_give_the_place_back(void **state)
{
    (void)state;
    struct password_row row;
    setenv("LETTERBOX_FAULT", "password_argon:fail", 1);
    for (int i = 0; i < 3; i++)
        assert_err(password_wrap(&work, STR("x"), 7, &account, &row), ERR_CRYPTO);
    setenv("LETTERBOX_FAULT", "secretbox_close:fail", 1);
    assert_err(password_wrap(&work, STR("x"), 7, &account, &row), ERR_CRYPTO);
    unsetenv("LETTERBOX_FAULT");
    assert_int_equal(places.used, 0);
    assert_ok(password_wrap(&work, STR("x"), 7, &account, &row));
}

UNIT_MAIN(make_keys, cmocka_unit_test(the_right_password_opens_the_secret),
          cmocka_unit_test(anything_else_opens_nothing),
          cmocka_unit_test(the_right_password_without_the_host_secret_opens_nothing),
          cmocka_unit_test(spellings_of_one_character_are_one_password),
          cmocka_unit_test(what_cannot_be_a_password_is_refused),
          cmocka_unit_test(a_changed_password_keeps_the_secret),
          cmocka_unit_test(an_account_costs_64_mib_three_times),
          cmocka_unit_test(rows_come_from_columns_with_bounds),
          cmocka_unit_test(the_third_waits_and_is_then_asked_to_try_again),
          cmocka_unit_test(one_place_is_kept_for_clean_addresses),
          cmocka_unit_test(a_place_goes_to_the_first_who_may_have_it),
          cmocka_unit_test(a_long_line_is_refused_at_once),
          cmocka_unit_test(failures_give_the_place_back))
