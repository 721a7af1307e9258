/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_TESTS_UNIT_REDACT_PROPOSED_H
#define LETTERBOX_TESTS_UNIT_REDACT_PROPOSED_H

#include <stdio.h>

#include "core/arena.h"
#include "redact/redact.h"
#include "tests/unit/unit.h"

/* What is proposed for a text, as "phone[07700 900142] name[Tregenza]", in the order of the text.
 */

struct proposal {
    const char *text, *expected;
    const char *terms;   /* "name=Tregenza; place=Looe", or NULL */
    const char *allowed; /* "Ann; Tom", or NULL */
    enum redact_channel channel;
};

static const struct redactor *the_redactor;
static struct arena *the_arena;

__attribute__((unused)) static int make_redactor(void **state)
{
    (void)state;
    the_arena = arena_new(32u * 1024 * 1024);
    the_redactor = redactor_new(the_arena);
    return 0;
}

__attribute__((unused)) static int end_redactor(void **state)
{
    (void)state;
    arena_free(&the_arena);
    return 0;
}

static inline size_t read_terms(const char *text, struct redact_term *terms)
{
    size_t count = 0;
    struct str rest = str_from(text), one, category;
    while (str_split(&rest, ';', &one)) {
        one = str_trim(one);
        assert_true(str_split(&one, '=', &category));
        assert_true(mark_category_get(category, &terms[count].category));
        terms[count++].term = one;
    }
    return count;
}

static inline size_t read_names(const char *text, struct str *names)
{
    size_t count = 0;
    struct str rest = str_from(text), one;
    while (str_split(&rest, ';', &one)) names[count++] = str_trim(one);
    return count;
}

static inline void propose_for(const struct proposal *proposal, struct arena *arena,
                               struct redact_result *ret_result)
{
    struct redact_term *terms = ARENA_MANY(arena, 50, struct redact_term);
    struct str *names = ARENA_MANY(arena, 50, struct str);
    struct redact_input input = {.text = str_from(proposal->text),
                                 .channel = proposal->channel,
                                 .terms = terms,
                                 .allowed = names};
    if (proposal->terms != NULL) input.term_count = read_terms(proposal->terms, terms);
    if (proposal->allowed != NULL) input.allowed_count = read_names(proposal->allowed, names);
    assert_ok(redact_letter(the_redactor, &input, arena, ret_result));
    assert_ok(marks_check(&ret_result->marks, input.text));
}

__attribute__((unused)) static void check_proposals(const struct proposal *cases, size_t count)
{
    size_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        ARENA(arena, 8u * 1024 * 1024);
        struct redact_result result;
        propose_for(&cases[i], arena, &result);
        BUF(text, 100000);
        for (size_t k = 0; k < result.marks.count; k++) {
            const struct mark *mark = &result.marks.at[k];
            if (k > 0) buf_add_byte(&text, ' ');
            buf_print(&text, "%s[", mark_category_word(mark->category));
            buf_add(&text, str_slice(str_from(cases[i].text), mark->start, mark->end));
            buf_add_byte(&text, ']');
            assert_true(mark->confidence >= 1 && mark->confidence <= 100);
            assert_true(mark->why.len > 0);
        }
        if (str_equal(buf_str(&text), str_from(cases[i].expected))) continue;
        bad++;
        fprintf(stderr, "%s\n    proposed: %.*s\n    expected: %s\n", cases[i].text, (int)text.len,
                text.at == NULL ? "" : text.at, cases[i].expected);
    }
    assert_int_equal(bad, 0);
}

#define PROPOSAL_MAIN(...)                                                 \
    int main(void)                                                         \
    {                                                                      \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                   \
        return cmocka_run_group_tests(tests, make_redactor, end_redactor); \
    }

#endif
