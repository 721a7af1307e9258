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
    sense_judge(sense_new(arena), &norm, first, count, verdicts);
    const struct sense_verdict *meeting = &verdicts[CONCERN_MEETING_REQUEST];
    assert_true(meeting->over > 0);
    assert_true(meeting->first >= first && meeting->first <= meeting->last);
    assert_true(meeting->last < first + count);
    assert_true(verdicts[CONCERN_BLAME].over <= 0);
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
    sense_judge(sense_new(arena), &norm, 0, SENSE_PIECE_WORDS, verdicts);
    for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++) assert_true(verdicts[kind].over <= 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(what_says_it_most_lies_in_the_piece),
          cmocka_unit_test(a_piece_of_long_words_is_judged_too))
