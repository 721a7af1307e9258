/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/letter.h"

#include <string.h>

#include "core/buf.h"
#include "sanitise/answer.h"

struct description {
    const char *name, *words;
};

static const struct description removals[REMOVED_COUNT] = {
#define REMOVED(NAME, name, words) [REMOVED_##NAME] = {name, words},
#include "sanitise/removed.def"
#undef REMOVED
};
static const struct description warnings[WARNING_COUNT] = {
#define WARNING(NAME, name, words) [WARNING_##NAME] = {name, words},
#include "sanitise/warning.def"
#undef WARNING
};
static const char *const refusals[REFUSAL_COUNT] = {
#define REFUSAL(NAME, name, words) [REFUSAL_##NAME] = words,
#include "sanitise/refusal.def"
#undef REFUSAL
};
static const char *const fates[FATE_COUNT] = {
#define FATE(NAME, words) [FATE_##NAME] = words,
#include "sanitise/fate.def"
#undef FATE
};
static const char *const automatics[AUTOMATICS] = {
    [AUTOMATIC_NO] = "",
    [AUTOMATIC_REPLIED] = "an automatic reply",
    [AUTOMATIC_GENERATED] = "made by a program",
    [AUTOMATIC_BOUNCE] = "a report that a message was not delivered",
    [AUTOMATIC_LIST] = "sent to a list or in bulk",
    [AUTOMATIC_READ] = "a report that a message was read",
};
const char *removed_name(enum removed removed)
{
    ASSERT((unsigned)removed < REMOVED_COUNT);
    return removals[removed].name;
}

const char *removed_words(enum removed removed)
{
    ASSERT((unsigned)removed < REMOVED_COUNT);
    return removals[removed].words;
}

const char *warning_name(enum warning warning)
{
    ASSERT((unsigned)warning < WARNING_COUNT);
    return warnings[warning].name;
}

const char *warning_words(enum warning warning)
{
    ASSERT((unsigned)warning < WARNING_COUNT);
    return warnings[warning].words;
}

const char *refusal_words(enum refusal refusal)
{
    ASSERT((unsigned)refusal < REFUSAL_COUNT);
    return refusals[refusal];
}

const char *fate_words(enum part_fate fate)
{
    ASSERT((unsigned)fate < FATE_COUNT);
    return fates[fate];
}

const char *mail_part_words(const struct mail_part *part)
{
    bool was_refused = part->fate == FATE_REFUSED && part->refusal != REFUSAL_NONE;
    return was_refused ? refusal_words(part->refusal) : fate_words(part->fate);
}

const char *automatic_words(enum automatic automatic)
{
    ASSERT((unsigned)automatic < AUTOMATICS);
    return automatics[automatic];
}

const struct address *mail_address(const struct mail *mail, enum address_role role)
{
    for (size_t i = 0; i < mail->address_count; i++)
        if (mail->addresses[i].role == role) return &mail->addresses[i];
    return NULL;
}

/* One array after another. */
#define APPEND(arena, type, array, count, more, more_count)                             \
    do {                                                                                \
        type *joined_ = ARENA_MANY((arena), (count) + (more_count), type);              \
        if (count) memcpy(joined_, (array), (count) * sizeof(type));                    \
        if (more_count) memcpy(joined_ + (count), (more), (more_count) * sizeof(type)); \
        (array) = joined_;                                                              \
        (count) += (more_count);                                                        \
    } while (0)

void letter_join(struct letter *letter, const struct letter *more, struct arena *arena)
{
    APPEND(arena, struct part, letter->parts, letter->part_count, more->parts, more->part_count);
    APPEND(arena, struct finding, letter->removed, letter->removed_count, more->removed,
           more->removed_count);
    APPEND(arena, struct finding, letter->warnings, letter->warning_count, more->warnings,
           more->warning_count);
    APPEND(arena, struct hidden, letter->hidden, letter->hidden_count, more->hidden,
           more->hidden_count);
}

void letter_warn(struct letter *letter, uint32_t source, enum warning warning, uint32_t number,
                 struct arena *arena)
{
    struct finding finding = {source, (uint16_t)warning, number};
    APPEND(arena, struct finding, letter->warnings, letter->warning_count, &finding, 1);
}

void letter_hide(struct letter *letter, uint32_t source, struct str text, struct arena *arena)
{
    struct hidden hidden = {source, text};
    APPEND(arena, struct hidden, letter->hidden, letter->hidden_count, &hidden, 1);
}

enum err letter_words_text(const struct word *words, size_t count, struct arena *arena,
                           struct str *ret_text)
{
    static const char *const gaps[GAPS] = {
        [GAP_NONE] = "", [GAP_SPACE] = " ", [GAP_LINE] = "\n", [GAP_PARAGRAPH] = "\n\n"};
    BUF(text, ANSWER_TEXTS_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i) buf_add_c(&text, gaps[words[i].gap]);
        buf_add(&text, words[i].text);
    }
    TRY(buf_done(&text));
    *ret_text = arena_str(arena, buf_str(&text));
    return OK;
}
