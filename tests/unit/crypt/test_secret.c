/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/secret.h"

#include "tests/unit/unit.h"

static void comparing_and_wiping(void **state)
{
    (void)state;
    assert_ok(crypt_init());
    assert_ok(crypt_init());
    struct secret one, two;
    static const struct secret nothing;
    secret_random(&one);
    two = one;
    assert_true(secret_equal(&one, &two));
    two.bytes[31] ^= 0x80;
    assert_false(secret_equal(&one, &two));
    assert_false(bytes_equal(one.bytes, two.bytes, 32));
    assert_true(bytes_equal(one.bytes, two.bytes, 31));
    secret_wipe(&one);
    assert_true(secret_equal(&one, &nothing));
}

static void random_numbers_stay_below_the_bound(void **state)
{
    (void)state;
    bool seen[7] = {false};
    for (int i = 0; i < 1000; i++) {
        uint32_t number = random_below(7);
        assert_in_range(number, 0, 6);
        seen[number] = true;
    }
    for (int i = 0; i < 7; i++) assert_true(seen[i]);
    assert_int_equal(random_below(1), 0);
    unsigned char one[16] = {0}, two[16] = {0};
    random_bytes(one, sizeof one);
    random_bytes(two, sizeof two);
    assert_memory_not_equal(one, two, sizeof one);
}

UNIT_MAIN(NULL, cmocka_unit_test(comparing_and_wiping),
          cmocka_unit_test(random_numbers_stay_below_the_bound))
