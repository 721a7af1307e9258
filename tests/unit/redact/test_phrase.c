/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/phrase.h"

#include "tests/unit/unit.h"

static const struct phrase_class classes[] = {{"YOU", "you|u|ya"}, {NULL, NULL}};

static const struct phrase table[] = {
    {1, "ring|phone me", "rings"},
    {2, "meet @YOU ~2 park", "meets"},
    {3, "i ?will|ll find* @YOU|him", "finds"},
    {4, "secret", "secret"},
    {0, NULL, NULL},
};

struct seen {
    const struct norm *norm;
    struct buf *out;
};

static void found(void *context, struct phrase_hit hit)
{
    struct seen *seen = context;
    size_t start = norm_word_start(seen->norm, hit.first),
           end = norm_word_end(seen->norm, hit.last);
    buf_print(seen->out, "%d[", hit.phrase->kind);
    buf_add(seen->out, str_slice(seen->norm->text, start, end));
    buf_add_c(seen->out, "]");
}

static void hits(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"Ring me, phone ME!", "1[Ring me]1[phone ME]"},
        {"ring. me", ""},
        {"ring\nme", "1[ring\nme]"},
        {"ring\n\nme", ""},
        {"meet u in park", "2[meet u in park]"},
        {"meet ya in the park", "2[meet ya in the park]"},
        {"meet ya in the big park", ""},
        {"meet you park", "2[meet you park]"},
        {"meet you. In park", ""},
        {"I will finding him", "3[I will finding him]"},
        {"i find u", "3[i find u]"},
        {"i fin u", ""},
        {"a SECRET", "4[SECRET]"},
        {"secrets", ""},
        {"ring", ""},
        {"i", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1000000);
        struct phrase_set *set = phrase_compile(table, classes, arena);
        struct norm norm;
        norm_fold(str_from(cases[i].text), arena, &norm);
        BUF(out, 1000);
        struct seen seen = {&norm, &out};
        for (size_t k = 0; k < norm.word_count; k++) phrase_at(set, &norm, k, found, &seen);
        assert_str(buf_str(&out), str_from(cases[i].expected));
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(hits))
