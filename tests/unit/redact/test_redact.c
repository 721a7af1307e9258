/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/redact.h"

#include "tests/unit/redact/proposed.h"

static void once_removed_everywhere_removed(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Mrs Pellingham is nice. Pellingham's dog and PELLINGHAM too",
         "name[Pellingham] name[Pellingham] name[PELLINGHAM]", NULL, NULL, 0},
        {"your surname is Green and the green grass", "name[Green]", "name=Green", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* What was released proposes nothing more, and the wording is not taken for anything. */
static void released_twice_is_the_same(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Ann Tregenza, 4 Mill Lane, YO99 1AA, 07700 900123, jo@mail.example, born 4 June 2014",
         NULL, "name=Tregenza; name=removed; address=name", "Ann", 0},
        {"Mrs Pellingham at Tiny Tigers nursery knows Pellingham", NULL, NULL, NULL, 0},
        /* What the words that are gone said of those that stay. */
        {"head of it for a good thirty years. Your aunty, Dr Ngozi\nTregenza, is one.", NULL,
         "name=Tregenza", NULL, 0},
        {"He was granted by S.Pellingham and is in Oakfield halls at 4 Mill Lane.", NULL, NULL,
         NULL, 0},
        {"He goes to the Harbour Tregenza hut", NULL,
         "name=Tregenza; school=Wexcombe Harbour School", NULL, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 16u * 1024 * 1024);
        struct redact_result result;
        propose_for(&cases[i], arena, &result);
        assert_true(result.marks.count > 0);
        BUF(once, 10000);
        BUF(twice, 10000);
        assert_ok(
            mask_apply(str_from(cases[i].text), &result.marks, mask_wording_default(), &once));
        struct proposal again = cases[i];
        again.text = once.at;
        propose_for(&again, arena, &result);
        assert_ok(mask_apply(buf_str(&once), &result.marks, mask_wording_default(), &twice));
        assert_str(buf_str(&twice), buf_str(&once));
    }
}

/* Whose letter it is tells what a place is where nothing else does, and whom it gives away. */
static void whose_letter_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum redact_direction direction;
        enum mark_category category;
        const char *why; /* its end */
    } cases[] = {
        {"He is out there with the Pellingham Vale now.", REDACT_ADOPTIVE_TO_BIRTH, MARK_SCHOOL,
         "(could show where the child learns or plays)"},
        {"He is out there with the Pellingham Vale now.", REDACT_BIRTH_TO_ADOPTIVE, MARK_WORKPLACE,
         "(could show where the relative works)"},
        {"We have moved to Ockbury.", REDACT_ADOPTIVE_TO_BIRTH, MARK_PLACE,
         "(could show where the family lives or goes)"},
        {"We have moved to Ockbury.", REDACT_BIRTH_TO_ADOPTIVE, MARK_PLACE,
         "(could show where the relative lives or goes)"},
        {"It was for St Pellin's.", REDACT_BIRTH_TO_ADOPTIVE, MARK_PLACE,
         "(could show where the relative lives or goes)"},
        {"Mrs Pellingham came.", REDACT_BIRTH_TO_ADOPTIVE, MARK_NAME,
         "(could lead to the relative)"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 16u * 1024 * 1024);
        struct redact_input input = {.text = str_from(cases[i].text),
                                     .direction = cases[i].direction};
        struct redact_result result;
        assert_ok(redact_letter(the_redactor, &input, arena, &result));
        assert_int_equal(result.marks.count, 1);
        if (result.marks.at[0].category != cases[i].category ||
            !str_ends(result.marks.at[0].why, str_from(cases[i].why)))
            fail_msg("%s: %.*s", cases[i].text, STR_ARG(result.marks.at[0].why));
    }
}

static void bad_input(void **state)
{
    (void)state;
    ARENA(arena, REDACT_ARENA_BYTES);
    struct redact_result result;
    struct redact_input input = {.text = STR("a\xff")};
    assert_err(redact_letter(the_redactor, &input, arena, &result), ERR_BAD_UTF8);
    input.text = STR("fine");
    struct redact_term term = {MARK_NAME, STR("\xc3")};
    input.terms = &term;
    input.term_count = 1;
    assert_err(redact_letter(the_redactor, &input, arena, &result), ERR_BAD_UTF8);
    BUF(big, REDACT_TEXT_BYTES + 1);
    for (size_t i = 0; i <= REDACT_TEXT_BYTES; i++) buf_add_byte(&big, 'a');
    term.term = str_slice(buf_str(&big), 0, REDACT_TERM_BYTES + 1);
    assert_err(redact_letter(the_redactor, &input, arena, &result), ERR_TOO_BIG);
    term.term = STR("x");
    input.term_count = REDACT_TERMS + 1;
    assert_err(redact_letter(the_redactor, &input, arena, &result), ERR_TOO_BIG);
    input.term_count = 0;
    struct str name = STR("\xff");
    input.allowed = &name;
    input.allowed_count = 1;
    assert_err(redact_letter(the_redactor, &input, arena, &result), ERR_BAD_UTF8);
    input.allowed_count = 0;
    input.text = buf_str(&big);
    assert_err(redact_letter(the_redactor, &input, arena, &result), ERR_TOO_BIG);
    input.text.len--;
    assert_ok(redact_letter(the_redactor, &input, arena, &result));
    assert_int_equal(result.marks.count, 0);
    input.text = (struct str){NULL, 0};
    assert_ok(redact_letter(the_redactor, &input, arena, &result));
    assert_int_equal(result.marks.count + result.concerns.count + result.furniture.count, 0);
}

static void furniture_is_for_mail(void **state)
{
    (void)state;
    ARENA(arena, 16u * 1024 * 1024);
    struct redact_result result;
    struct proposal mail = {"Hi\n> ring 07700 900123\n", NULL, NULL, NULL, REDACT_EMAIL};
    propose_for(&mail, arena, &result);
    assert_int_equal(result.furniture.count, 1);
    assert_int_equal(result.marks.count, 1); /* identifiers inside it are marks too */
    mail.channel = REDACT_WEB;
    propose_for(&mail, arena, &result);
    assert_int_equal(result.furniture.count, 0);
}

static void words_named_by_staff(void **state)
{
    (void)state;
    ARENA(arena, 16u * 1024 * 1024);
    struct marks marks;
    struct str text = STR("The Red Lion, red  lion's bar, redlion, a red-faced lion, Réd Líon");
    assert_ok(redact_find_words(text, STR("red lion"), MARK_PLACE, arena, &marks));
    static const char *const found[] = {"Red Lion", "red  lion", "redlion", "Réd Líon"};
    assert_int_equal(marks.count, COUNT(found));
    for (size_t i = 0; i < COUNT(found); i++) {
        assert_str(str_slice(text, marks.at[i].start, marks.at[i].end), str_from(found[i]));
        assert_int_equal(marks.at[i].source, MARK_STAFF);
        assert_int_equal(marks.at[i].category, MARK_PLACE);
    }
    assert_ok(redact_find_words(text, STR(" - "), MARK_PLACE, arena, &marks));
    assert_int_equal(marks.count, 0);
    assert_err(redact_find_words(STR("\xff"), STR("x"), MARK_PLACE, arena, &marks), ERR_BAD_UTF8);
}

static void what_one_part_teaches(void **state)
{
    (void)state;
    ARENA(arena, 16u * 1024 * 1024);
    struct str text = STR("Ann Tregenza and Tregenza at Looe, J");
    struct marks marks = {0};
    static const size_t places[][2] = {{4, 12}, {17, 25}, {29, 33}, {35, 36}};
    for (size_t i = 0; i < COUNT(places); i++)
        marks_add(&marks, arena,
                  (struct mark){places[i][0], places[i][1], MARK_NAME, MARK_STAFF, 100, STR("x")});
    struct redact_term *terms;
    size_t count;
    redact_learn(text, &marks, arena, &terms, &count);
    assert_int_equal(count, 2);
    assert_str(terms[0].term, STR("Tregenza"));
    assert_str(terms[1].term, STR("Looe"));
}

static void words_of_the_enums(void **state)
{
    (void)state;
    enum redact_direction direction = REDACT_BIRTH_TO_ADOPTIVE;
    assert_true(redact_direction_get(STR("adoptive-to-birth"), &direction));
    assert_int_equal(direction, REDACT_ADOPTIVE_TO_BIRTH);
    assert_true(redact_direction_get(STR("birth-to-adoptive"), &direction));
    assert_false(redact_direction_get(STR("sideways"), &direction));
    enum redact_channel channel = REDACT_WEB;
    assert_true(redact_channel_get(STR("scan-ocr"), &channel));
    assert_int_equal(channel, REDACT_SCAN_OCR);
    assert_true(redact_channel_get(STR("email"), &channel));
    assert_true(redact_channel_get(STR("web"), &channel));
    assert_false(redact_channel_get(STR("fax"), &channel));
}

PROPOSAL_MAIN(cmocka_unit_test(whose_letter_it_is),
              cmocka_unit_test(once_removed_everywhere_removed),
              cmocka_unit_test(released_twice_is_the_same), cmocka_unit_test(bad_input),
              cmocka_unit_test(furniture_is_for_mail), cmocka_unit_test(words_named_by_staff),
              cmocka_unit_test(what_one_part_teaches), cmocka_unit_test(words_of_the_enums))
