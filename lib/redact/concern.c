/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/concern.h"

#include <string.h>

#include "core/err.h"
#include "redact/norm.h"
#include "redact/sense.h"

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

struct finding {
    const struct norm *norm;
    struct arena *arena;
    struct concerns list;
    size_t latest[CONCERN_KIND_COUNT]; /* index + 1 of the kind's latest concern */
    size_t until[CONCERN_KIND_COUNT];  /* the word after its last piece */
};

static void add(struct finding *f, struct concern concern)
{
    struct concerns *list = &f->list;
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 16 : list->room * 2;
        struct concern *at = ARENA_MANY(f->arena, room, struct concern);
        if (list->count > 0) memcpy(at, list->at, list->count * sizeof *at);
        list->at = at;
        list->room = room;
    }
    list->at[list->count++] = concern;
    f->latest[concern.kind] = list->count;
}

static struct str why_of(const struct finding *f, const struct sense_verdict *verdict)
{
    size_t start = norm_word_start(f->norm, verdict->first);
    struct str said = str_slice(f->norm->text, start, norm_word_end(f->norm, verdict->last));
    return arena_print(f->arena, "sounds like it, most of all “%.*s”", STR_ARG(said));
}

static void take(struct finding *f, size_t first, size_t count,
                 const struct sense_verdict verdicts[CONCERN_KIND_COUNT])
{
    size_t end = norm_word_end(f->norm, first + count - 1);
    for (int kind = 0; kind < CONCERN_KIND_COUNT; kind++) {
        if (verdicts[kind].over <= 0) continue;
        if (f->latest[kind] && f->until[kind] == first)
            f->list.at[f->latest[kind] - 1].end = end;
        else
            add(f, (struct concern){.start = norm_word_start(f->norm, first),
                                    .end = end,
                                    .kind = (enum concern_kind)kind,
                                    .why = why_of(f, &verdicts[kind])});
        f->until[kind] = first + count;
    }
}

void concern_find(const struct sense *sense, const struct norm *norm, struct arena *arena,
                  struct concerns *ret_concerns)
{
    struct finding finding = {.norm = norm, .arena = arena};
    struct sense_verdict verdicts[CONCERN_KIND_COUNT];
    double before[CONCERN_KIND_COUNT];
    /* Their 64 KiB are read as far as they were written: clearing them costs more than a letter. */
    __attribute__((uninitialized)) struct sense_heard heard[2];
    struct sense_heard *here = &heard[0], *next = &heard[1];
    size_t at = 0;
    if (norm->word_count > 0) sense_hear(sense, norm, 0, sense_piece(norm, 0), here);
    while (at < norm->word_count) {
        size_t after = at + here->count;
        bool more = after < norm->word_count;
        if (more) sense_hear(sense, norm, after, sense_piece(norm, after), next);
        sense_judge(sense, at > 0 ? before : NULL, here, more ? next->sounds : NULL, verdicts);
        take(&finding, at, here->count, verdicts);
        memcpy(before, here->sounds, sizeof before);
        struct sense_heard *free = here;
        here = next;
        next = free;
        at = after;
    }
    *ret_concerns = finding.list;
}
