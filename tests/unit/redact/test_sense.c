/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/sense.h"

#include "tests/unit/unit.h"

static const struct sense_features *features(const char *text, struct arena *arena)
{
    struct norm norm;
    norm_fold(str_from(text), arena, &norm);
    struct sense_features *found = ARENA_ONE(arena, struct sense_features);
    sense_gather(sense_same_new(arena), NULL, &norm, 0, norm.word_count, found);
    assert_int_equal(found->all, found->count);
    return found;
}

/* How many of one text's features another has. */
static size_t shared(const char *text, const char *other)
{
    ARENA(arena, 8u * 1024 * 1024);
    const struct sense_features *one = features(text, arena), *two = features(other, arena);
    size_t same = 0;
    for (size_t i = 0; i < one->count; i++)
        for (size_t k = 0; k < two->count; k++)
            if (one->at[i].hash == two->at[k].hash) {
                same++;
                break;
            }
    return same;
}

static void a_piece_is_a_sentence_or_a_part_of_a_long_one(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    struct norm norm;
    norm_fold(STR("One two three. Four five! Six\n\nseven"), arena, &norm);
    assert_int_equal(sense_piece(&norm, 0), 3);
    assert_int_equal(sense_piece(&norm, 3), 2);
    assert_int_equal(sense_piece(&norm, 5), 1);
    BUF(text, 4096);
    for (int i = 0; i < 150; i++) buf_add_c(&text, i == 40 ? "and, " : "and ");
    norm_fold(buf_str(&text), arena, &norm);
    assert_int_equal(sense_piece(&norm, 0), 41);
    assert_int_equal(sense_piece(&norm, 41), SENSE_PIECE_WORDS);
}

static void typed_forms_and_endings_are_what_they_mean(void **state)
{
    (void)state;
    assert_true(shared("u wont regret", "you will not regret") >= 5);
    assert_true(shared("meeting", "meets") >= 1);
    assert_true(shared("regert this", "regret this") >= 2); /* letters, and "this" */
    assert_true(shared("ring 07700 900123", "ring 07700 900456") >= 4);
    assert_true(shared("the church", "the mosque") >= 2); /* a word of the same class */
    assert_int_equal(shared("elephant", "thimble"), 0);
    assert_int_equal(shared("frorn", "from"), shared("from", "from"));
    assert_int_equal(shared("wi1l", "will"), shared("will", "will"));
    assert_int_equal(shared("rnurn", "mum"), shared("mum", "mum"));
}

static void a_word_by_itself_has_what_it_has_in_a_piece(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    const struct sense_same *same = sense_same_new(arena);
    struct sense_features *own = ARENA_ONE(arena, struct sense_features);
    struct sense_known known;
    assert_true(sense_know(same, STR("elephants"), &known, own));
    const struct sense_features *all = features("elephants", arena);
    assert_int_equal(known.features, own->count);
    assert_int_equal(own->count, all->count); /* it is of no class */
    for (size_t i = 0; i < own->count; i++) assert_int_equal(own->at[i].hash, all->at[i].hash);
    assert_true(sense_know(same, STR("church"), &known, own));
    assert_true(known.classes != 0);
    assert_true(features("church", arena)->count > own->count);
    assert_false(sense_know(same, STR("dont"), &known, own)); /* "do not" */
}

static void a_piece_of_anything_ends(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    BUF(text, 70000);
    for (int i = 0; i < 60000; i++) buf_add_byte(&text, 'a');
    assert_true(features(text.at, arena)->count <= SENSE_FEATURES_MAX);
    assert_int_equal(features("", arena)->count, 0);
    assert_true(features("\xC3\xA9t\xC3\xA9 \xE6\x97\xA5\xE6\x9C\xAC", arena)->count > 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(a_piece_is_a_sentence_or_a_part_of_a_long_one),
          cmocka_unit_test(typed_forms_and_endings_are_what_they_mean),
          cmocka_unit_test(a_word_by_itself_has_what_it_has_in_a_piece),
          cmocka_unit_test(a_piece_of_anything_ends))
