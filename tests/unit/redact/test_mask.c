/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/mask.h"

#include "core/arena.h"
#include "tests/unit/unit.h"

/* Marks are written as {category|text}. */
static struct str read_marks(const char *marked, struct arena *arena, struct marks *marks)
{
    struct buf *plain = ARENA_ONE(arena, struct buf);
    *plain = buf_new(10000);
    size_t start = 0;
    enum mark_category category = MARK_NAME;
    for (const char *c = marked; *c != '\0'; c++) {
        if (*c == '{') {
            struct str rest = str_from(c + 1), word;
            assert_true(str_split(&rest, '|', &word));
            assert_true(mark_category_get(word, &category));
            c += word.len + 1;
            start = plain->len;
        } else if (*c == '}') {
            marks_add(marks, arena,
                      (struct mark){start, plain->len, category, MARK_STAFF, 100, STR("x")});
        } else {
            buf_add_byte(plain, *c);
        }
    }
    struct str text = arena_str(arena, buf_str(plain));
    buf_free(plain);
    return text;
}

static void released_texts(void **state)
{
    (void)state;
    static const struct {
        const char *marked, *released;
    } cases[] = {
        {"", ""},
        {"nothing to hide", "nothing to hide"},
        {"{name|Smith}", "[name removed]"},
        {"Ann {name|Smith} rang", "Ann [name removed] rang"},
        {"{name|Smith}'s dog", "[name removed]'s dog"},
        /* Adjacent and alike: one, whatever the length. */
        {"{name|Ann} {name|Smith}", "[name removed]"},
        {"{name|A}-{name|Bee}, {name|C}\n{name|D}.", "[name removed]."},
        {"{name|A} and {name|B}", "[name removed] and [name removed]"},
        {"{name|A} {place|B}", "[name removed] [place removed]"},
        {"{name|A}\n\n{name|B}", "[name removed]\n\n[name removed]"},
        {"{name|A}! {name|B}", "[name removed]! [name removed]"},
        {"{address|4 Fore St}, {place|Looe}, {postcode|PL99 1AA}",
         "[address removed], [place removed], [postcode removed]"},
        {"x{phone|1}{email|2}{url|3}y",
         "x[phone number removed][e-mail removed][web address removed]y"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        struct marks marks = {0};
        struct str text = read_marks(cases[i].marked, arena, &marks);
        BUF(released, 10000);
        assert_ok(mask_apply(text, &marks, mask_wording_default(), &released));
        assert_str(buf_str(&released), str_from(cases[i].released));
    }
}

static void bad_marks_release_nothing(void **state)
{
    (void)state;
    ARENA(arena, 10000);
    struct marks marks = {0};
    marks_add(&marks, arena, (struct mark){3, 9, MARK_NAME, MARK_STAFF, 100, STR("x")});
    BUF(released, 100);
    assert_err(mask_apply(STR("short"), &marks, mask_wording_default(), &released), ERR_BAD_INPUT);
    assert_int_equal(released.len, 0);
    BUF(small, 10);
    marks.at[0] = (struct mark){0, 1, MARK_NAME, MARK_STAFF, 100, STR("x")};
    assert_err(mask_apply(STR("short"), &marks, mask_wording_default(), &small), ERR_TOO_BIG);
}

static void wordings(void **state)
{
    (void)state;
    assert_ok(mask_wording_check(mask_wording_default()));
    static const struct {
        const char *words;
        bool good;
    } cases[] = {
        {"[x]", true},
        {"[enw wedi'i dynnu]", true},
        {"[imię usunięte]", true},
        {"[]", false},
        {"name removed", false},
        {"[name] removed]", false},
        {"[name\nremoved]", false},
        {"[[x]]", false},
        {"", false},
        {"[\xff]", false},
        {"[123456789012345678901234567890123456789012345678901234567890]", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mask_wording wording = *mask_wording_default();
        wording.by_category[MARK_BANK] = str_from(cases[i].words);
        if ((mask_wording_check(&wording) == OK) != cases[i].good) fail_msg("%s", cases[i].words);
    }
    /* The agency's own. */
    ARENA(arena, 10000);
    struct mask_wording wording = *mask_wording_default();
    wording.by_category[MARK_NAME] = STR("[enw]");
    struct marks marks = {0};
    marks_add(&marks, arena, (struct mark){0, 3, MARK_NAME, MARK_STAFF, 100, STR("x")});
    BUF(released, 100);
    assert_err(mask_apply(STR("Siân"), &marks, &wording, &released), ERR_BAD_INPUT);
    marks.at[0].end = 5;
    assert_ok(mask_apply(STR("Siân"), &marks, &wording, &released));
    assert_buf(released, "[enw]");
}

UNIT_MAIN(NULL, cmocka_unit_test(released_texts), cmocka_unit_test(bad_marks_release_nothing),
          cmocka_unit_test(wordings))
