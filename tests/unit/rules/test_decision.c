/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decision.h"

#define DIGEST "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const char whole[] =
    "{\"act\":\"approve\",\"agency\":\"3\",\"boxes\":[[2,1,2,3,4]],\"decision\":\"9\","
    "\"digest\":\"" DIGEST "\",\"letter\":\"7\",\"note\":\"\",\"purpose\":\"decision\","
    "\"reason\":\"fine\",\"review\":\"\",\"spans\":[[1,3,7,\"name\"]],\"to\":\"5\",\"version\":2}";

static const char review_json[] =
    "{\"marks\":[{\"number\":1,\"part\":1,\"start\":3,\"end\":7,\"category\":\"name\","
    "\"for\":[\"5\"]},{\"number\":2,\"part\":1,\"start\":9,\"end\":12,\"category\":\"place\","
    "\"for\":[\"6\"]},{\"number\":3,\"part\":2,\"x\":1,\"y\":2,\"w\":3,\"h\":4,"
    "\"category\":\"place\",\"for\":[\"5\",\"6\"]}]}";

static void comes_back_as_it_was(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 20);
    struct decision decision;
    assert_int_equal(decision_read(str_from(whole), arena, &decision), OK);
    assert_int_equal(decision.id, 9);
    assert_int_equal(decision.to, 5);
    assert_int_equal(decision.version, 2);
    assert_int_equal(decision.digest[31], 31);
    assert_int_equal(decision.spans[0].end, 7);
    assert_int_equal(decision.boxes[0].h, 4);
    BUF(again, DECISION_BYTES);
    assert_int_equal(decision_write(&decision, &again), OK);
    assert_string_equal(again.at, whole);
}

static void another_way_of_writing_it_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *what, *instead;
    } changes[] = {
        {"\"purpose\":\"decision\"", "\"purpose\":\"other\""},
        {"\"version\":2", "\"version\":0"},
        {"\"version\":2", "\"version\":2 "},
        {"\"version\":2", "\"version\":2,\"word\":\"Otley\""},
        {"\"name\"", "7"},
        {"[2,1,2,3,4]", "[2,1,2,3]"},
        {"[2,1,2,3,4]", "[2,1,2,3,-4]"},
        {"[1,3,7,", "[1,3.5,7,"},
        {"0001", "01"},
        {"\"act\":\"approve\",\"agency\":\"3\"", "\"agency\":\"3\",\"act\":\"approve\""},
    };
    ARENA(arena, (size_t)1 << 20);
    struct decision decision;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *at = strstr(whole, changes[i].what);
        assert_non_null(at);
        BUF(changed, 2000);
        buf_add_bytes(&changed, whole, (size_t)(at - whole));
        buf_add_c(&changed, changes[i].instead);
        buf_add_c(&changed, at + strlen(changes[i].what));
        assert_int_not_equal(decision_read(buf_str(&changed), arena, &decision), OK);
    }
}

static void fits_what_the_review_takes_out_for_its_recipient_only(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 20);
    struct review review;
    struct decision decision;
    assert_int_equal(review_read(str_from(review_json), arena, &review), OK);
    assert_int_equal(decision_read(str_from(whole), arena, &decision), OK);
    assert_true(decision_fits(&decision, &review, arena));
    decision.to = 6;
    assert_false(decision_fits(&decision, &review, arena));
    decision_marks(&review, arena, &decision);
    assert_true(decision_fits(&decision, &review, arena));
    assert_int_equal(decision.spans[0].start, 9);
    decision.spans[0].end = 11;
    assert_false(decision_fits(&decision, &review, arena));
    decision_marks(&review, arena, &decision);
    decision.boxes[0].w = 2;
    assert_false(decision_fits(&decision, &review, arena));
    decision.box_count = 0;
    assert_false(decision_fits(&decision, &review, arena));
    decision.to = 8;
    decision.span_count = 0;
    assert_true(decision_fits(&decision, &review, arena));
}

static void what_objects(void **state)
{
    (void)state;
    static const char *const against[] = {"disagree", "return", "hold", "escalate", "ask"};
    for (size_t i = 0; i < sizeof against / sizeof *against; i++)
        assert_true(decision_objects(str_from(against[i])));
    assert_false(decision_objects(STR("approve")));
    assert_false(decision_objects(STR("second")));
    assert_false(decision_objects(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was),
        cmocka_unit_test(another_way_of_writing_it_is_refused),
        cmocka_unit_test(fits_what_the_review_takes_out_for_its_recipient_only),
        cmocka_unit_test(what_objects),
    };
    return cmocka_run_group_tests_name("rules/decision", tests, NULL, NULL);
}
