/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/concern.h"

#include "tests/unit/redact/proposed.h"

/* Among the concerns of the text is the expected one; "" expects none at all. */
static void check(const char *text, const char *expected)
{
    bool is_there = false;
    ARENA(arena, 8u * 1024 * 1024);
    struct redact_result result;
    propose_for(&(struct proposal){text, NULL, NULL, NULL, 0}, arena, &result);
    BUF(out, 10000);
    size_t last = 0;
    for (size_t i = 0; i < result.concerns.count; i++) {
        const struct concern *concern = &result.concerns.at[i];
        assert_true(concern->start >= last && concern->end > concern->start);
        assert_true(concern->end <= strlen(text) && concern->why.len > 0);
        last = concern->start;
        if (i > 0) buf_add_byte(&out, ' ');
        buf_add_c(&out, concern_word(concern->kind));
        is_there = is_there || strcmp(concern_word(concern->kind), expected) == 0;
    }
    if (expected[0] ? !is_there : out.len > 0)
        fail_msg("%s: %.*s instead of %s", text, (int)out.len, out.at, expected);
}

static void what_a_reviewer_must_see(void **state)
{
    (void)state;
    check("Please ring me when you get this.", "contact-request");
    check("add me on facebook", "contact-request");
    check("dont go through the agency, write to me direct", "contact-request");
    check("Can we meet up in the park?", "meeting-request");
    check("I will be waiting outside the school gates", "meeting-request");
    check("You will be sorry.", "threat");
    check("I know where you live", "threat");
    check("The social worker took my baby", "blame");
    check("she lied about me", "blame");
    check("I will get you back one day", "promise-return");
    check("I have put £20 in the card. Here is some money for him", "gift-money");
    check("I do not want to be here any more", "self-harm");
    check("I tried to kill myself", "self-harm");
    check("he used to hit me", "abuse-disclosure");
    check("Dont tell your mum about this", "secret-message");
    check("our house is next to the church", "location-hint");
    check("Your grandad passed away in May", "sensitive-news");
}

static void what_is_no_concern(void **state)
{
    (void)state;
    check("", "");
    check("I love you and miss you so much, love Mummy xxx", "");
    check("I think about you every day and I cry sometimes.", "");
    check("She came third in the 800 m and loves her new bike.", "");
    check("We went to the seaside in August.", "");
}

static void words(void **state)
{
    (void)state;
    for (int i = 0; i < CONCERN_KIND_COUNT; i++) {
        enum concern_kind back = CONCERN_KIND_COUNT;
        assert_true(concern_get(str_from(concern_word((enum concern_kind)i)), &back));
        assert_int_equal(back, i);
        assert_true(strlen(concern_label((enum concern_kind)i)) > 0);
    }
    enum concern_kind kind = CONCERN_BLAME;
    assert_false(concern_get(STR("worry"), &kind));
    assert_int_equal(CONCERN_KIND_COUNT, 12);
}

PROPOSAL_MAIN(cmocka_unit_test(what_a_reviewer_must_see), cmocka_unit_test(what_is_no_concern),
              cmocka_unit_test(words))
