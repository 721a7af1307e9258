/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/arena.h"

#include "tests/unit/unit.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    static const size_t sizes[] = {0, 1, 7, 16, 17, 1000, 16 * 1024, 100000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        unsigned char *memory = arena_take(arena, sizes[i]);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t b = 0; b < sizes[i]; b++) assert_int_equal(memory[b], 0);
        memset(memory, 0xaa, sizes[i]);
    }
    int64_t *many = ARENA_MANY(arena, 10, int64_t);
    for (int i = 0; i < 10; i++) assert_int_equal(many[i], 0);
    assert_int_equal(*ARENA_ONE(arena, int64_t), 0);
}

static void the_budget_is_watched_not_enforced(void **state)
{
    (void)state;
    ARENA(arena, 1000);
    arena_take(arena, 992);
    assert_false(arena_over(arena));
    arena_take(arena, 100);
    assert_true(arena_over(arena));
    arena_reset(arena);
    assert_false(arena_over(arena));
}

static void strings_are_copied_with_a_nul(void **state)
{
    (void)state;
    ARENA(arena, 10000);
    char source[] = "hello";
    struct str copy = arena_str(arena, (struct str){source, 5});
    const char *text = arena_c(arena, (struct str){source, 4});
    struct str printed = arena_print(arena, "%s-%d", source, 42);
    memset(source, 'x', 5);
    assert_str(copy, STR("hello"));
    assert_int_equal(copy.at[5], 0);
    assert_string_equal(text, "hell");
    assert_str(printed, STR("hello-42"));
    assert_str(arena_str(arena, (struct str){NULL, 0}), STR(""));
    assert_string_equal(arena_c(arena, (struct str){NULL, 0}), "");
}

static char order[8];

static void note(void *object)
{
    strcat(order, object);
}

static void endings_run_last_first_and_once(void **state)
{
    (void)state;
    order[0] = 0;
    static char a[] = "a", b[] = "b", c[] = "c";
    struct arena *arena = arena_new(1000);
    arena_on_end(arena, note, a);
    arena_on_end(arena, note, b);
    arena_reset(arena);
    assert_string_equal(order, "ba");
    arena_on_end(arena, note, c);
    arena_free(&arena);
    assert_string_equal(order, "bac");
    assert_null(arena);
    arena_free(&arena);
}

static void a_reset_arena_gives_zeroed_memory_again(void **state)
{
    (void)state;
    struct arena *arena = arena_new_secret(1000000);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20; i++) {
            unsigned char *memory = arena_take(arena, 3000);
            for (int b = 0; b < 3000; b++) assert_int_equal(memory[b], 0);
            memset(memory, 0xaa, 3000);
        }
        arena_reset(arena);
    }
    arena_free(&arena);
}

/* Rounds that take the same find their memory where the last one had it. */
static void a_loop_keeps_its_memory(void **state)
{
    (void)state;
    ARENA(arena, (size_t)64 * 1024 * 1024);
    const void *kept = NULL;
    for (int round = 0; round < 4; round++) {
        const void *first = arena_take(arena, 100000);
        for (int i = 0; i < 20; i++) arena_take(arena, 50000);
        if (round > 1) assert_ptr_equal(first, kept);
        kept = first;
        arena_reset(arena);
    }
    arena_take(arena, ARENA_KEPT_BYTES + 1);
    arena_take(arena, 1);
    arena_reset(arena);
    assert_false(arena_over(arena));
}

UNIT_MAIN(NULL, cmocka_unit_test(memory_is_zeroed_and_aligned),
          cmocka_unit_test(the_budget_is_watched_not_enforced),
          cmocka_unit_test(strings_are_copied_with_a_nul),
          cmocka_unit_test(endings_run_last_first_and_once),
          cmocka_unit_test(a_reset_arena_gives_zeroed_memory_again),
          cmocka_unit_test(a_loop_keeps_its_memory))
