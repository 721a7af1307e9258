/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/code.h"
#include "core/json.h"
#include "rules/review.h"

static const char whole[] =
    "{\"concerns\":[{\"category\":\"threat\",\"end\":9,\"number\":1,\"part\":1,\"seen\":true,"
    "\"start\":2,\"why\":\"w\"}],"
    "\"mail\":{\"authentic\":\"no\",\"encrypted\":true,\"from\":\"ann@example.org\","
    "\"name\":\"Ann\",\"signature\":\"bad\",\"subject\":\"Hello\",\"to\":[\"post@example.org\"]},"
    "\"marks\":[{\"category\":\"name\",\"confidence\":98,\"end\":7,\"for\":[\"12\",\"5\"],"
    "\"number\":2,\"part\":1,\"source\":\"leak-list\",\"start\":3,\"why\":\"on file\"},"
    "{\"category\":\"place\",\"confidence\":50,\"for\":[],\"h\":4,\"number\":1,\"part\":2,"
    "\"source\":\"staff\",\"w\":3,\"why\":\"\",\"x\":1,\"y\":2}],"
    "\"parts\":[{\"bytes\":20,\"from\":1,\"furniture\":[{\"end\":20,\"kind\":\"quote\","
    "\"start\":10}],\"kind\":\"text\",\"number\":1,\"origin\":\"mail\"},"
    "{\"from\":2,\"height\":7,\"kind\":\"photo\",\"number\":2,\"removed\":[\"exif-gps\"],"
    "\"soft\":true,\"type\":\"image/"
    "jpeg\",\"width\":9,\"words\":[{\"h\":1,\"text\":\"Hi\",\"w\":2,\"x\":3,"
    "\"y\":4},{\"gap\":2,\"h\":1,\"text\":\"you\",\"w\":2,\"x\":3,\"y\":6}]}],"
    "\"quarantine\":{\"kind\":\"several\",\"proposals\":[{\"arrangement\":\"8\","
    "\"party\":\"5\",\"why\":\"w\"},{\"party\":\"6\",\"why\":\"\"}],\"reason\":\"Two.\"},"
    "\"recipients\":[\"5\",\"12\"],\"warnings\":[\"Look.\"]}";

static void comes_back_as_it_was(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 20);
    struct review review;
    assert_int_equal(review_read(str_from(whole), arena, &review), OK);
    assert_int_equal(review.part_count, 2);
    assert_true(review.marks[1].is_box);
    assert_true(review_mark_is_for(&review.marks[0], 5));
    assert_false(review_mark_is_for(&review.marks[0], 6));
    assert_int_equal(review_part(&review, 2)->width, 9);
    assert_null(review_part(&review, 3));
    assert_true(review_part(&review, 2)->is_soft);
    assert_int_equal(review.quarantine.proposals[0].arrangement, 8);
    assert_int_equal(review.quarantine.proposals[1].arrangement, 0);
    struct str text;
    size_t *starts;
    assert_int_equal(review_join_words(&review.parts[1], arena, &text, &starts), OK);
    assert_true(str_equal(text, STR("Hi\nyou")));
    assert_int_equal(starts[1], 3);
    JSON object = review_write(&review);
    BUF(again, 10000);
    assert_int_equal(json_write(object, &again), OK);
    assert_string_equal(again.at, whole);
}

static void digest_bytes_are_as_documented(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 20);
    struct review review;
    assert_int_equal(review_read(str_from(whole), arena, &review), OK);
    BUF(bytes, 1000);
    review_digest_part(&review.parts[1], 258, &bytes);
    review_digest_marks(&review, arena, &bytes);
    BUF(hex, 2000);
    code_hex_put(&hex, bytes.at, bytes.len);
    assert_string_equal(hex.at, "00000002"
                                "73"
                                "0000000000000102"
                                "00000002"
                                "00000002"
                                "62"
                                "00000001000000020000000300000004"
                                "0005"
                                "706c616365"
                                "00000000"
                                "00000001"
                                "73"
                                "00000000000000030000000000000007"
                                "0004"
                                "6e616d65"
                                "00000002"
                                "0000000000000005"
                                "000000000000000c");
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "[]",
        "{",
        "{\"parts\":[{\"kind\":\"film\"}]}",
        "{\"recipients\":[\"-4\"]}",
        "{\"recipients\":[7]}",
        "{\"marks\":[{\"for\":[\"x\"]}]}",
        "{\"quarantine\":{\"proposals\":[{\"arrangement\":\"5\"}]}}",
    };
    ARENA(arena, (size_t)1 << 20);
    struct review review;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(review_read(str_from(bad[i]), arena, &review), ERR_BAD_JSON);
    assert_int_equal(review_read(STR("{}"), arena, &review), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was),
        cmocka_unit_test(digest_bytes_are_as_documented),
        cmocka_unit_test(other_shapes_are_refused),
    };
    return cmocka_run_group_tests_name("rules/review", tests, NULL, NULL);
}
