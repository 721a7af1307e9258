/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_ARENA_H
#define LETTERBOX_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

/*
 * Memory with one life: one arena a request or job; everything ends together.
 *
 * Allocation never fails, but it is budgeted. Past the maximum the arena still gives memory and
 * says so in arena_over(); the loop that runs a request or job refuses the work with ERR_TOO_BIG
 * at the next look. Past four times the maximum it is a bug of ours (a limit at a door is
 * missing), and the process ends. Memory is zeroed when given. arena_free wipes what was given
 * from an arena made with arena_new_secret.
 */
struct arena;

struct arena *arena_new(size_t max_bytes);
/* The same; its memory is wiped before it is returned to the system and left out of core dumps. */
struct arena *arena_new_secret(size_t max_bytes);
/* Runs the registered clean-ups, last first, and frees. NULL is fine. Clears the pointer. */
void arena_free(struct arena **arena);
/*
 * As free and new, but what was taken is kept in one piece, up to ARENA_KEPT_BYTES of it: a loop
 * whose rounds take about as much finds its memory there, and asks the system for none.
 */
enum { ARENA_KEPT_BYTES = 4 * 1024 * 1024 };
void arena_reset(struct arena *arena);

/* size bytes, zeroed, aligned for any type. */
void *arena_take(struct arena *arena, size_t size);
/* count × size bytes, zeroed; the product is checked. */
void *arena_take_array(struct arena *arena, size_t count, size_t size);
#define ARENA_ONE(arena, type) ((type *)arena_take((arena), sizeof(type)))
#define ARENA_MANY(arena, count, type) ((type *)arena_take_array((arena), (count), sizeof(type)))

/* Copies; the copy has a NUL after its last byte that its length does not count. */
struct str arena_str(struct arena *arena, struct str s);
const char *arena_c(struct arena *arena, struct str s);
__attribute__((format(printf, 2, 3))) struct str arena_print(struct arena *arena,
                                                             const char *format, ...);

/* Calls end(object) when the arena ends: for objects of other libraries. */
void arena_on_end(struct arena *arena, void (*end)(void *object), void *object);

bool arena_over(const struct arena *arena);

/* For a block: ARENA(name, bytes); ends with the block. */
#define ARENA(name, max_bytes) \
    __attribute__((cleanup(arena_free))) struct arena *name = arena_new(max_bytes)

#endif
