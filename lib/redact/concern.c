/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/concern.h"

#include <string.h>

#include "core/err.h"
#include "redact/norm.h"
#include "redact/phrase.h"

static const char *const kind_words[] = {
#define CONCERN(code, word, label) word,
#include "redact/concern.def"
#undef CONCERN
};

static const char *const kind_labels[] = {
#define CONCERN(code, word, label) label,
#include "redact/concern.def"
#undef CONCERN
};

static const struct phrase_class classes[] = {
#define CLASS(name, words) {#name, words},
#define PHRASE(kind, text, why)
#include "redact/phrases.def"
#undef CLASS
#undef PHRASE
    {NULL, NULL},
};

static const struct phrase phrases[] = {
#define CLASS(name, words)
#define PHRASE(kind, text, why) {CONCERN_##kind, text, why},
#include "redact/phrases.def"
#undef CLASS
#undef PHRASE
    {0, NULL, NULL},
};

const char *concern_word(enum concern_kind kind)
{
    ASSERT((unsigned)kind < CONCERN_KIND_COUNT);
    return kind_words[kind];
}

const char *concern_label(enum concern_kind kind)
{
    ASSERT((unsigned)kind < CONCERN_KIND_COUNT);
    return kind_labels[kind];
}

bool concern_get(struct str word, enum concern_kind *ret_kind)
{
    for (unsigned i = 0; i < CONCERN_KIND_COUNT; i++) {
        if (!str_equal(word, str_from(kind_words[i]))) continue;
        *ret_kind = (enum concern_kind)i;
        return true;
    }
    return false;
}

const struct phrase_set *concern_phrases(struct arena *arena)
{
    return phrase_compile(phrases, classes, arena);
}

struct finding {
    const struct norm *norm;
    struct arena *arena;
    struct concerns list;
    size_t last[CONCERN_KIND_COUNT]; /* index + 1 of the kind's latest concern */
};

/* Hits of one kind that touch, or nearly, are one concern. */
enum { NEAR_BYTES = 24 };

static void found(void *context, struct phrase_hit hit)
{
    struct finding *finding = context;
    struct concern concern = {.start = norm_word_start(finding->norm, hit.first),
                              .end = norm_word_end(finding->norm, hit.last),
                              .kind = (enum concern_kind)hit.phrase->kind,
                              .why = str_from(hit.phrase->why)};
    struct concerns *list = &finding->list;
    size_t before = finding->last[concern.kind];
    if (before != 0 && concern.start <= list->at[before - 1].end + NEAR_BYTES) {
        if (concern.end > list->at[before - 1].end) list->at[before - 1].end = concern.end;
        return;
    }
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 16 : list->room * 2;
        struct concern *at = ARENA_MANY(finding->arena, room, struct concern);
        if (list->count > 0) memcpy(at, list->at, list->count * sizeof *at);
        list->at = at;
        list->room = room;
    }
    list->at[list->count++] = concern;
    finding->last[concern.kind] = list->count;
}

void concern_find(const struct phrase_set *set, const struct norm *norm, struct arena *arena,
                  struct concerns *ret_concerns)
{
    struct finding finding = {.norm = norm, .arena = arena};
    for (size_t i = 0; i < norm->word_count; i++) phrase_at(set, norm, i, found, &finding);
    *ret_concerns = finding.list;
}
