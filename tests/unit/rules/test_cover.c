/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cover.h"

#include "tests/unit/unit.h"

/* A page of typed text, each letter 10 pixels wide, a space too; lines of 24 pixels, 30 apart. */
enum { LETTER = 10, HIGH = 24, PITCH = 30, LEFT = 100, TOP = 60, WIDE = 1240, TALL = 1754 };
enum { WORDS = 200, LINE = (WIDE - 2 * LEFT) / LETTER };

static struct review_word *words_of(struct arena *arena, const char *text, size_t *ret_count)
{
    struct review_word *words = ARENA_MANY(arena, WORDS, struct review_word);
    struct str rest = str_from(text), line;
    uint32_t y = TOP;
    *ret_count = 0;
    for (; str_split(&rest, '\n', &line); y += PITCH) {
        struct str word;
        uint32_t x = LEFT;
        bool first = true;
        while (str_split(&line, ' ', &word)) {
            uint32_t w = (uint32_t)word.len * LETTER;
            if (word.len)
                words[(*ret_count)++] = (struct review_word){
                    x, y, w, HIGH, first ? REVIEW_GAP_LINE : REVIEW_GAP_SPACE, word};
            if (word.len) first = false;
            x += w + LETTER;
        }
    }
    return words;
}

static struct review_part page_of(struct arena *arena, const char *text)
{
    struct review_part part = {.number = 1, .kind = REVIEW_PAGE, .width = WIDE, .height = TALL};
    part.words = words_of(arena, text, &part.word_count);
    return part;
}

static const struct review_word *find(const struct review_part *part, const char *text)
{
    for (size_t i = 0; i < part->word_count; i++)
        if (str_equal(part->words[i].text, str_from(text))) return &part->words[i];
    fail_msg("no word %s", text);
    return NULL;
}

static struct cover_box box_of(const struct review_part *part, const char *text)
{
    const struct review_word *word = find(part, text);
    return (struct cover_box){word->x, word->y, word->w, word->h};
}

static bool hit(const struct cover_rect *rect, const struct review_word *word)
{
    return rect->x < word->x + word->w && word->x < rect->x + rect->w &&
           rect->y < word->y + word->h && word->y < rect->y + rect->h;
}

static bool holds(const struct cover_rect *rect, const struct review_word *word)
{
    return rect->x <= word->x && word->x + word->w <= rect->x + rect->w && rect->y <= word->y &&
           word->y + word->h <= rect->y + rect->h;
}

/* Words that stay are touched by nothing; each that is gone lies under the black or is blanked. */
static void check_words(const struct review_part *part, const struct cover *cover)
{
    for (size_t i = 0; i < part->word_count; i++) {
        bool is_touched = false, is_whole = false;
        for (size_t j = 0; j < cover->count; j++) {
            is_touched = is_touched || hit(&cover->rects[j], &part->words[i]);
            is_whole = is_whole || holds(&cover->rects[j], &part->words[i]);
        }
        assert_int_equal(is_touched, cover->is_gone[i]);
        assert_int_equal(is_whole, cover->is_gone[i]);
    }
}

static const struct cover_rect *only_black(const struct cover *cover)
{
    const struct cover_rect *found = NULL;
    for (size_t i = 0; i < cover->count; i++) {
        if (cover->rects[i].is_paper) continue;
        assert_null(found);
        found = &cover->rects[i];
    }
    assert_non_null(found);
    return found;
}

static void check_text(const struct review_part *part, const struct cover *cover,
                       const char *expected)
{
    BUF(text, 10000);
    assert_ok(cover_text(part, cover, &text));
    assert_str(buf_str(&text), str_from(expected));
}

static const char name[] = "Abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh";

static void widths_are_five(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
    } lines[] = {
        {"I saw ", " at the shop with all of her friends and the dog and a cat"},
        {"", " came to us on a day in the spring when it was warm and we were glad"},
        {"We went there with ", ""},
        {"", ""},
        {"Some words, then more of them, so that the name is at its end: with ", " too"},
        {"a b c d e f g h i j k ", " l m n o p q r s t u v w x y z a b c d e f g h i"},
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        uint32_t seen[10];
        size_t count = 0;
        for (int len = 1; len < (int)sizeof name - 1; len++) {
            ARENA(arena, 1000000);
            struct str line = arena_print(arena, "A first line of words.\n%s%.*s%s\nAnd a last.",
                                          lines[i].before, len, name, lines[i].after);
            if (strlen(lines[i].before) + (size_t)len + strlen(lines[i].after) > LINE) break;
            struct review_part part = page_of(arena, arena_c(arena, line));
            struct cover_box box = box_of(&part, arena_print(arena, "%.*s", len, name).at);
            struct cover cover;
            cover_page(&part, &box, 1, arena, &cover);
            check_words(&part, &cover);
            const struct cover_rect *black = only_black(&cover);
            size_t at = 0;
            while (at < count && seen[at] != black->w) at++;
            if (at == count) seen[count++] = black->w;
            assert_true(count <= 5);
            assert_int_equal(black->h, HIGH + 2 * COVER_MARGIN);
        }
        assert_true(count >= 3);
    }
}

static void a_neighbour_goes_whole(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "I saw Tregenza yesterday at the shop.\nLove Ann");
    struct cover_box box = box_of(&part, "Tregenza");
    struct cover cover;
    cover_page(&part, &box, 1, arena, &cover);
    check_words(&part, &cover);
    const struct cover_rect *black = only_black(&cover);
    assert_int_equal(black->x, box.x - LETTER / 2);
    assert_int_equal(black->w, 6 * HIGH);
    check_text(&part, &cover, "I saw [removed] at the shop.\nLove Ann");
}

static void neighbours_become_one(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part =
        page_of(arena, "We met Ann Mary Tregenza there again and all was well.");
    struct cover_box boxes[] = {box_of(&part, "Ann"), box_of(&part, "Mary"),
                                box_of(&part, "Tregenza")};
    struct cover cover;
    cover_page(&part, boxes, 3, arena, &cover);
    check_words(&part, &cover);
    assert_int_equal(only_black(&cover)->w, 10 * HIGH);
    check_text(&part, &cover, "We met [removed] again and all was well.");
    /* two names whose blacks meet are one, too */
    part = page_of(arena, "We met Ann n Joe there again and all was well.");
    struct cover_box two[] = {box_of(&part, "Ann"), box_of(&part, "Joe")};
    cover_page(&part, two, 2, arena, &cover);
    check_words(&part, &cover);
    assert_int_equal(only_black(&cover)->w, 6 * HIGH);
}

static void half_a_word_is_a_word(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "A line above it.\nI saw Tregenza\nA line below it.");
    const struct review_word *word = find(&part, "Tregenza");
    const struct cover_box halves[] = {
        {word->x, word->y, word->w / 2, word->h},     {word->x + 40, word->y, 40, word->h},
        {word->x, word->y, word->w, word->h / 2},     {word->x + 30, word->y + 10, 8, 4},
        {word->x, word->y + word->h / 2, word->w, 9}, {word->x - 2, word->y - 3, 90, 31},
    };
    struct cover exact, cover;
    struct cover_box box = box_of(&part, "Tregenza");
    cover_page(&part, &box, 1, arena, &exact);
    for (size_t i = 0; i < COUNT(halves); i++) {
        cover_page(&part, &halves[i], 1, arena, &cover);
        check_words(&part, &cover);
        assert_int_equal(only_black(&cover)->w, only_black(&exact)->w);
        check_text(&part, &cover, "A line above it.\nI saw [removed]\nA line below it.");
    }
}

/* A hand is not exact: the lines above and below stay, and the black does not touch them. */
static void a_graze_takes_nothing(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "A line above it.\nI Tregenza\nA line below it.");
    struct cover_box box = box_of(&part, "Tregenza");
    box.y -= PITCH - HIGH + 4;
    box.h += 2 * (PITCH - HIGH + 4);
    struct cover cover;
    cover_page(&part, &box, 1, arena, &cover);
    check_words(&part, &cover);
    assert_int_equal(only_black(&cover)->y, TOP + HIGH);
    assert_int_equal(only_black(&cover)->h, 2 * PITCH - HIGH);
}

static void drawn_freely_stays_as_drawn(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "Dear Ann\nLove");
    const struct cover_box face = {500, 600, 300, 200}, corner = {0, 1700, 50, 54};
    struct cover cover;
    cover_page(&part, &face, 1, arena, &cover);
    assert_int_equal(cover.count, 1);
    assert_memory_equal(&cover.rects[0], (&(struct cover_rect){498, 598, 304, 204, false}),
                        sizeof *cover.rects);
    cover_page(&part, &corner, 1, arena, &cover);
    assert_memory_equal(&cover.rects[0], (&(struct cover_rect){0, 1698, 52, 56, false}),
                        sizeof *cover.rects);
    check_text(&part, &cover, "Dear Ann\nLove");
    /* a signature below a word: both */
    const struct cover_box signature = {LEFT, TOP + PITCH, 200, 150};
    cover_page(&part, &signature, 1, arena, &cover);
    check_words(&part, &cover);
    assert_int_equal(cover.count, 2);
    assert_int_equal(cover.rects[1].h, 150 + 2 * COVER_MARGIN);
    check_text(&part, &cover, "Dear Ann\n[removed]");
    part.word_count = 0;
    cover_page(&part, &face, 1, arena, &cover);
    assert_int_equal(cover.count, 1);
    check_text(&part, &cover, "");
}

/* What was read from a scan is as high as its letters; the black is not. */
static void height_tells_nothing(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "I saw mum there today\nand that was good.");
    struct cover_box box = box_of(&part, "mum");
    struct cover tall, low;
    cover_page(&part, &box, 1, arena, &tall);
    part.words[2].y += 8;
    part.words[2].h = 10;
    box = box_of(&part, "mum");
    cover_page(&part, &box, 1, arena, &low);
    assert_memory_equal(only_black(&low), only_black(&tall), sizeof *tall.rects);
}

/* The blocks of a JPEG hold traces of what stands beside them. */
static void a_jpeg_is_covered_to_its_blocks(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "We saw Tregenza\nat the shop");
    part.type = STR("image/jpeg");
    const struct cover_box face = {500, 600, 300, 200}, name_box = box_of(&part, "Tregenza");
    struct cover cover;
    cover_page(&part, &face, 1, arena, &cover);
    assert_memory_equal(&cover.rects[0], (&(struct cover_rect){494, 590, 324, 228, false}),
                        sizeof *cover.rects);
    cover_page(&part, &name_box, 1, arena, &cover);
    check_words(&part, &cover);
    assert_int_equal(only_black(&cover)->w, 6 * HIGH);
    assert_int_equal(only_black(&cover)->y, 46);
    assert_int_equal(only_black(&cover)->h, TOP + PITCH - 46);
    const struct cover_box edge = {WIDE - 5, TALL - 5, 5, 5};
    cover_page(&part, &edge, 1, arena, &cover);
    assert_int_equal(cover.rects[0].x + cover.rects[0].w, WIDE);
    assert_int_equal(cover.rects[0].y + cover.rects[0].h, TALL);
}

static void on_a_photo_a_hand_draws_what_it_means(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "Wexcombe School\nII| ~");
    part.kind = REVIEW_PHOTO;
    const struct review_word *leaves = find(&part, "II|");
    const struct cover_box face = {leaves->x + 20, leaves->y, 300, 200},
                           badge = box_of(&part, "Wexcombe");
    struct cover cover;
    cover_page(&part, &face, 1, arena, &cover);
    assert_int_equal(cover.count, 1);
    assert_int_equal(cover.rects[0].w, 300 + 2 * COVER_MARGIN);
    check_text(&part, &cover, "Wexcombe School\n[removed]");
    cover_page(&part, &badge, 1, arena, &cover);
    assert_int_equal(only_black(&cover)->w, 6 * HIGH);
    check_text(&part, &cover, "[removed]\nII| ~");
}

/* A watermark's box is as large as the page: what the black takes of it is not blanked. */
static void words_over_others(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part =
        page_of(arena, "DRAFT\nI saw Tregenza there and then again too\nand more of it here");
    part.words[0].y = 0;
    part.words[0].w = part.words[0].h = 250;
    struct cover_box box = box_of(&part, "more");
    struct cover cover;
    cover_page(&part, &box, 1, arena, &cover);
    for (size_t i = 0; i < cover.count; i++) assert_true(cover.rects[i].h < 2 * HIGH);
    assert_true(cover.is_gone[0]);
    assert_false(cover.is_gone[1]);
    assert_false(cover.is_gone[3]);
}

static void columns_are_apart(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "a word of Tregenza             another column here\n"
                                             "Tregenza2                      and so on it goes");
    const struct cover_box boxes[] = {box_of(&part, "Tregenza"), box_of(&part, "Tregenza2")};
    struct cover cover;
    for (size_t i = 0; i < 2; i++) {
        cover_page(&part, &boxes[i], 1, arena, &cover);
        check_words(&part, &cover);
        only_black(&cover);
        for (size_t j = 0; j < part.word_count; j++)
            if (part.words[j].x > 400) assert_false(cover.is_gone[j]);
    }
}

/* Words in one place (those of a form's field have its box) go together. */
static void words_in_one_box(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct review_part part = page_of(arena, "Name: Ann Tregenza");
    part.words[1].w = part.words[2].w = 200;
    part.words[2].x = part.words[1].x;
    struct cover_box box = box_of(&part, "Ann");
    struct cover cover;
    cover_page(&part, &box, 1, arena, &cover);
    check_text(&part, &cover, "Name: [removed]");
}

UNIT_MAIN(NULL, cmocka_unit_test(widths_are_five), cmocka_unit_test(a_neighbour_goes_whole),
          cmocka_unit_test(neighbours_become_one), cmocka_unit_test(half_a_word_is_a_word),
          cmocka_unit_test(a_graze_takes_nothing), cmocka_unit_test(drawn_freely_stays_as_drawn),
          cmocka_unit_test(height_tells_nothing), cmocka_unit_test(a_jpeg_is_covered_to_its_blocks),
          cmocka_unit_test(on_a_photo_a_hand_draws_what_it_means),
          cmocka_unit_test(words_over_others), cmocka_unit_test(columns_are_apart),
          cmocka_unit_test(words_in_one_box))
