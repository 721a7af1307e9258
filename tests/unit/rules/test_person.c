/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/json.h"
#include "rules/person.h"

static void full_record_comes_back(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 20);
    static const char text[] =
        "{\"address\":\"1 High Street\\nLeeds\",\"emails\":[\"a@b.example\"],"
        "\"key\":{\"armor\":\"-----\",\"confirmed\":true,\"fingerprint\":\"AB\"},"
        "\"known_as\":\"Ann\",\"leak\":[{\"category\":\"name\",\"term\":\"Ogilvie\"}],"
        "\"names\":[\"Ann Smith\",\"Bob Smith\"],\"note\":\"\",\"phones\":[],"
        "\"pin\":\"123456\",\"reachable\":true}";
    struct person person;
    assert_int_equal(person_read(str_from(text), arena, &person), OK);
    assert_int_equal(person.names.count, 2);
    assert_true(str_equal(person.leaks[0].term, STR("Ogilvie")));
    JSON record = person_write(&person);
    BUF(again, 10000);
    assert_int_equal(json_write(record, &again), OK);
    assert_string_equal(again.at, text);
}

static void limits_are_refused(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 20);
    struct person person;
    JSON record = json_object();
    json_t *names = json_array();
    for (int i = 0; i <= PERSON_LIST; i++) json_add(names, json_str(STR("x")));
    json_put(record, "names", names);
    BUF(text, 100000);
    assert_int_equal(json_write(record, &text), OK);
    assert_int_equal(person_read(buf_str(&text), arena, &person), ERR_TOO_BIG);
    assert_int_equal(person_read(STR("[]"), arena, &person), ERR_BAD_JSON);
    assert_int_equal(person_read(STR("{"), arena, &person), ERR_BAD_JSON);
    assert_int_equal(person_read(STR("{}"), arena, &person), OK);
    assert_int_equal(person.names.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_record_comes_back),
        cmocka_unit_test(limits_are_refused),
    };
    return cmocka_run_group_tests_name("rules/person", tests, NULL, NULL);
}
