/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/num.h"

enum { BLOCK_BYTES = 16 * 1024, ALIGN = _Alignof(max_align_t) };

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(max_align_t) char bytes[];
};

struct ending {
    struct ending *next;
    void (*end)(void *object);
    void *object;
};

struct arena {
    struct block *blocks; /* the newest first */
    struct ending *endings;
    size_t used, max;
    bool secret;
};

static struct block *block_new(size_t size)
{
    size_t total;
    ASSERT(num_add(sizeof(struct block), size, &total));
    struct block *block = calloc(1, total);
    ASSERT(block != NULL);
    block->size = size;
    return block;
}

static struct arena *arena_make(size_t max_bytes, bool secret)
{
    struct arena *arena = calloc(1, sizeof *arena);
    ASSERT(arena != NULL);
    ASSERT(max_bytes <= SIZE_MAX / 4);
    arena->max = max_bytes;
    arena->secret = secret;
    arena->blocks = block_new(BLOCK_BYTES);
    return arena;
}

struct arena *arena_new(size_t max_bytes)
{
    return arena_make(max_bytes, false);
}

struct arena *arena_new_secret(size_t max_bytes)
{
    return arena_make(max_bytes, true);
}

static void run_endings(struct arena *arena)
{
    struct ending *ending = arena->endings;
    arena->endings = NULL;
    for (; ending; ending = ending->next) ending->end(ending->object);
}

/* Frees the blocks from this one on, wiped if what is in them is secret. */
static void free_blocks(const struct arena *arena, struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;
        if (arena->secret) explicit_bzero(block->bytes, block->used);
        free(block);
        block = next;
    }
}

void arena_reset(struct arena *arena)
{
    run_endings(arena);
    struct block *block = arena->blocks;
    if (block->next == NULL) {
        explicit_bzero(block->bytes, block->used);
        block->used = 0;
    } else {
        size_t taken = 0;
        for (; block != NULL; block = block->next) taken += block->size;
        free_blocks(arena, arena->blocks);
        arena->blocks = block_new(taken <= ARENA_KEPT_BYTES ? taken : BLOCK_BYTES);
    }
    arena->used = 0;
}

void arena_free(struct arena **arena)
{
    if (!*arena) return;
    run_endings(*arena);
    free_blocks(*arena, (*arena)->blocks);
    free(*arena);
    *arena = NULL;
}

void *arena_take(struct arena *arena, size_t size)
{
    size_t rounded;
    ASSERT(num_add(size ? size : 1, ALIGN - 1, &rounded));
    rounded -= rounded % ALIGN;
    ASSERT(num_add(arena->used, rounded, &arena->used));
    ASSERT(arena->used <= arena->max * 4 + BLOCK_BYTES);
    struct block *block = arena->blocks;
    if (block->size - block->used < rounded) {
        block = block_new(rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES);
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *memory = block->bytes + block->used;
    block->used += rounded;
    return memory;
}

void *arena_take_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    ASSERT(num_multiply(count, size, &total));
    return arena_take(arena, total);
}

struct str arena_str(struct arena *arena, struct str s)
{
    char *copy = arena_take(arena, s.len + 1);
    if (s.len) memcpy(copy, s.at, s.len);
    return (struct str){copy, s.len};
}

const char *arena_c(struct arena *arena, struct str s)
{
    return arena_str(arena, s).at;
}

struct str arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0);
    char *text = arena_take(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return (struct str){text, (size_t)length};
}

void arena_on_end(struct arena *arena, void (*end)(void *object), void *object)
{
    struct ending *ending = ARENA_ONE(arena, struct ending);
    *ending = (struct ending){arena->endings, end, object};
    arena->endings = ending;
}

bool arena_over(const struct arena *arena)
{
    return arena->used > arena->max;
}
