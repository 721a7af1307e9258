/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/concern.h"
#include "redact/sense.h"
#include "tests/unit/unit.h"

static void what_says_it_most_lies_in_the_piece(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    struct norm norm;
    norm_fold(STR("Anyway it rained all week. I could wait for you by the swings on Saturday."),
              arena, &norm);
    size_t first = sense_piece(&norm, 0), count = sense_piece(&norm, first);
    struct sense_verdict verdicts[CONCERN_KIND_COUNT];
    const struct sense *sense = sense_new(arena);
    struct sense_heard *heard = ARENA_ONE(arena, struct sense_heard);
    sense_hear(sense, &norm, first, count, heard);
    sense_judge(sense, NULL, heard, NULL, verdicts);
    const struct sense_verdict *meeting = &verdicts[CONCERN_MEETING_REQUEST];
    assert_true(meeting->over > 0);
    assert_true(meeting->first >= first && meeting->first <= meeting->last);
    assert_true(meeting->last < first + count);
    assert_true(verdicts[CONCERN_BLAME].over <= 0);
}

static void what_stands_beside_it_counts(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    struct norm norm;
    norm_fold(STR("He likes trains."), arena, &norm);
    const struct sense *sense = sense_new(arena);
    struct sense_heard *heard = ARENA_ONE(arena, struct sense_heard);
    struct sense_verdict alone[CONCERN_KIND_COUNT], beside[CONCERN_KIND_COUNT];
    const double threats[CONCERN_KIND_COUNT] = {[CONCERN_THREAT] = 1};
    sense_hear(sense, &norm, 0, norm.word_count, heard);
    sense_judge(sense, NULL, heard, NULL, alone);
    sense_judge(sense, threats, heard, NULL, beside);
    assert_true(beside[CONCERN_THREAT].over > alone[CONCERN_THREAT].over);
}

/* More features than a piece may have: what goes beyond is passed over, as while learning. */
static void a_piece_of_long_words_is_judged_too(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    BUF(text, 10000);
    buf_add_c(&text, "the ");
    for (int word = 1; word < SENSE_PIECE_WORDS; word++) {
        for (int i = 0; i < 64; i++) buf_add_byte(&text, (char)('a' + word % 26));
        buf_add_byte(&text, ' ');
    }
    struct norm norm;
    norm_fold(buf_str(&text), arena, &norm);
    assert_int_equal(sense_piece(&norm, 0), SENSE_PIECE_WORDS);
    struct sense_verdict verdicts[CONCERN_KIND_COUNT];
    const struct sense *sense = sense_new(arena);
    struct sense_heard *heard = ARENA_ONE(arena, struct sense_heard);
    sense_hear(sense, &norm, 0, SENSE_PIECE_WORDS, heard);
    sense_judge(sense, NULL, heard, NULL, verdicts);
    for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++) assert_true(verdicts[kind].over <= 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(what_says_it_most_lies_in_the_piece),
          cmocka_unit_test(what_stands_beside_it_counts),
          cmocka_unit_test(a_piece_of_long_words_is_judged_too))
