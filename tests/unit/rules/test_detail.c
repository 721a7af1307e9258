/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/detail.h"

#include "core/json.h"
#include "tests/unit/unit.h"

static struct person ann(void)
{
    struct person person = {.address = STR("1 Old Road\nLeeds"), .note = STR("ring first")};
    assert_ok(person_list_add(&person.emails, STR("ann@example.org")));
    assert_ok(person_list_add(&person.emails, STR("ann.work@example.org")));
    assert_ok(person_list_add(&person.phones, STR("07700 900001")));
    return person;
}

static void what_is_different(void **state)
{
    (void)state;
    struct person before = ann(), after = ann();
    struct detail detail = {.note = STR("as before")};
    assert_false(detail_between(&before, &after, &detail));
    assert_str(detail.note, STR("as before"));
    after.note = STR("another note is no change of how they are reached");
    assert_false(detail_between(&before, &after, &detail));
    after.phones.at[0] = STR("07700 900002");
    assert_true(detail_between(&before, &after, &detail));
    assert_false(detail.has_address || detail.has_emails);
    assert_true(detail.has_phones && detail.is_whole);
    after = ann();
    after.emails.count = 1; /* one that left is a change too */
    assert_true(detail_between(&before, &after, &detail));
    assert_true(detail.has_emails);
    after = ann();
    after.address = STR("");
    assert_true(detail_between(&before, &after, &detail));
    assert_true(detail.has_address);
}

static void there_and_back(void **state)
{
    (void)state;
    ARENA(arena, 64 * 1024);
    struct person before = ann(), after = ann();
    struct detail detail, back;
    after.address = STR("2 New Road\nYork");
    after.emails.count = 0;
    assert_true(detail_between(&before, &after, &detail));
    detail.note = STR("from Monday");
    JSON record = detail_write(&detail);
    BUF(text, 4096);
    assert_ok(json_write(record, &text));
    assert_ok(detail_read(buf_str(&text), arena, &back));
    assert_str(back.note, STR("from Monday"));
    assert_true(back.is_whole);
    assert_false(back.has_phones);
    assert_ok(detail_apply(&back, &before));
    assert_str(before.address, STR("2 New Road\nYork"));
    assert_int_equal(before.emails.count, 0);
    assert_int_equal(before.phones.count, 1);
    assert_str(before.note, STR("ring first"));
}

static void the_first_is_replaced(void **state)
{
    (void)state;
    ARENA(arena, 64 * 1024);
    static const struct {
        const char *json;
        const char *emails[3];
    } cases[] = {
        {"{\"emails\":[\"new@example.org\"]}", {"new@example.org", "ann.work@example.org"}},
        {"{\"emails\":[\"ann.work@example.org\"]}", {"ann.work@example.org"}},
        {"{\"phones\":[\"07700 900009\"]}", {"ann@example.org", "ann.work@example.org"}},
        {"{\"emails\":[],\"whole\":true}", {NULL}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct person person = ann();
        struct detail detail;
        assert_ok(detail_read(str_from(cases[i].json), arena, &detail));
        assert_ok(detail_apply(&detail, &person));
        size_t count = 0;
        for (; count < 3 && cases[i].emails[count]; count++)
            assert_str(person.emails.at[count], str_from(cases[i].emails[count]));
        assert_int_equal(person.emails.count, count);
    }
}

static void what_is_too_much_is_refused(void **state)
{
    (void)state;
    ARENA(arena, 256 * 1024);
    struct detail detail = {.note = STR("as before")};
    assert_err(detail_read(STR("[1]"), arena, &detail), ERR_BAD_JSON);
    assert_err(detail_read(STR("{"), arena, &detail), ERR_BAD_JSON);
    BUF(text, 32 * 1024);
    buf_add_c(&text, "{\"address\":\"");
    for (int i = 0; i <= PERSON_TEXT_BYTES; i++) buf_add_byte(&text, 'x');
    buf_add_c(&text, "\"}");
    assert_err(detail_read(buf_str(&text), arena, &detail), ERR_TOO_BIG);
    assert_str(detail.note, STR("as before"));
    struct person person = ann();
    for (size_t i = person.emails.count; i < PERSON_LIST; i++)
        assert_ok(person_list_add(&person.emails, STR("one@example.org")));
    struct detail more;
    assert_ok(detail_read(STR("{\"emails\":[\"a@example.org\",\"b@example.org\"]}"), arena, &more));
    assert_err(detail_apply(&more, &person), ERR_TOO_BIG);
    assert_int_equal(person.emails.count, PERSON_LIST);
    assert_str(person.emails.at[0], STR("ann@example.org"));
}

UNIT_MAIN(NULL, cmocka_unit_test(what_is_different), cmocka_unit_test(there_and_back),
          cmocka_unit_test(the_first_is_replaced), cmocka_unit_test(what_is_too_much_is_refused))
