/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The redactor: channel and direction, then text, leak list ("category=term" lines) and allowed
 * names (lines), apart by 0x1f. Marks are settled, in the text and on code point boundaries,
 * concerns and furniture too; the agency's wording is never marked; masking what was masked changes
 * nothing of the wordings; and the same input gives the same answer.
 */
#include <stdint.h>
#include <string.h>

#include "core/utf8.h"
#include "redact/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { LINES = 40 };

static const struct redactor *the_redactor(void)
{
    static const struct redactor *redactor;
    __attribute__((used)) static struct arena *arena; /* reachable, for the leak checker */
    if (redactor == NULL) {
        arena = arena_new(32u * 1024 * 1024);
        redactor = redactor_new(arena);
    }
    return redactor;
}

/* How often the default wordings stand in a text; none may be touched by a mark. */
static size_t wordings(struct str text, const struct marks *marks)
{
    const struct mask_wording *wording = mask_wording_default();
    size_t count = 0;
    for (size_t at = 0; at < text.len; at++)
        for (size_t i = 0; text.at[at] == '[' && i < MARK_CATEGORY_COUNT; i++) {
            struct str words = wording->by_category[i];
            if (!str_starts(str_from_byte(text, at), words)) continue;
            count++;
            for (size_t j = 0; marks != NULL && j < marks->count; j++)
                ASSERT(marks->at[j].end <= at || marks->at[j].start >= at + words.len);
            break;
        }
    return count;
}

static void check_marks(struct str text, const struct marks *marks)
{
    ASSERT(marks_check(marks, text) == OK);
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->at[i];
        ASSERT(i == 0 || marks->at[i - 1].end <= mark->start);
        ASSERT(mark->start < mark->end && mark->end <= text.len);
        ASSERT(utf8_on_boundary(text, mark->start) && utf8_on_boundary(text, mark->end));
        ASSERT(mark->confidence >= 1 && mark->confidence <= 100 && mark->why.len > 0);
        ASSERT(mark->source < MARK_SOURCE_COUNT && utf8_valid(mark->why));
    }
    (void)wordings(text, marks);
}

/* Released, read again and released again: what was put in stays as it is. */
static void check_again(const struct redact_input *input, struct str released, struct arena *arena)
{
    struct redact_input next = *input;
    next.text = released;
    struct redact_result result;
    if (redact_letter(the_redactor(), &next, arena, &result) != OK) return; /* too long by now */
    check_marks(released, &result.marks);
    BUF(again, 64u * 1024 * 1024);
    ASSERT(mask_apply(released, &result.marks, mask_wording_default(), &again) == OK);
    ASSERT(utf8_valid(buf_str(&again)));
    ASSERT(wordings(buf_str(&again), NULL) >= wordings(released, NULL));
    if (result.marks.count == 0) ASSERT(str_equal(buf_str(&again), released));
}

static void check(const struct redact_input *input, const struct redact_result *result,
                  struct arena *arena)
{
    struct str text = input->text;
    check_marks(text, &result->marks);
    for (size_t i = 0; i < result->concerns.count; i++) {
        const struct concern *concern = &result->concerns.at[i];
        ASSERT(concern->start < concern->end && concern->end <= text.len);
        ASSERT(concern->kind < CONCERN_KIND_COUNT && utf8_valid(concern->why));
        ASSERT(utf8_on_boundary(text, concern->start) && utf8_on_boundary(text, concern->end));
        ASSERT(i == 0 || result->concerns.at[i - 1].start <= concern->start);
    }
    size_t last = 0;
    for (size_t i = 0; i < result->furniture.count; i++) {
        const struct furniture *piece = &result->furniture.at[i];
        ASSERT(piece->start >= last && piece->start < piece->end && piece->end <= text.len);
        ASSERT(utf8_on_boundary(text, piece->start) && utf8_on_boundary(text, piece->end));
        last = piece->end;
    }
    BUF(released, 16u * 1024 * 1024);
    ASSERT(mask_apply(text, &result->marks, mask_wording_default(), &released) == OK);
    ASSERT(utf8_valid(buf_str(&released)));
    check_again(input, buf_str(&released), arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 1 || len > 65536) return 0;
    struct redact_input input = {.channel = (enum redact_channel)(bytes[0] % 3),
                                 .direction = bytes[0] & 4 ? REDACT_ADOPTIVE_TO_BIRTH
                                                           : REDACT_BIRTH_TO_ADOPTIVE};
    struct str rest = {(const char *)bytes + 1, len - 1}, list = {"", 0}, names = {"", 0}, line;
    (void)str_split(&rest, 0x1f, &input.text);
    (void)str_split(&rest, 0x1f, &list);
    (void)str_split(&rest, 0x1f, &names);
    struct redact_term terms[LINES];
    struct str allowed[LINES];
    while (input.term_count < LINES && str_split(&list, '\n', &line)) {
        struct str category;
        struct redact_term *term = &terms[input.term_count];
        if (!str_split(&line, '=', &category) || !mark_category_get(category, &term->category))
            continue;
        term->term = line;
        input.term_count++;
    }
    while (input.allowed_count < LINES && str_split(&names, '\n', &line))
        allowed[input.allowed_count++] = line;
    input.terms = terms;
    input.allowed = allowed;
    ARENA(arena, REDACT_ARENA_BYTES);
    struct redact_result result, again;
    enum err code = redact_letter(the_redactor(), &input, arena, &result);
    ASSERT(code == OK || code == ERR_BAD_UTF8 || code == ERR_TOO_BIG);
    ASSERT(!arena_over(arena));
    if (code != OK) return 0;
    check(&input, &result, arena);
    ASSERT(redact_letter(the_redactor(), &input, arena, &again) == OK);
    ASSERT(again.marks.count == result.marks.count);
    for (size_t i = 0; i < again.marks.count; i++)
        ASSERT(again.marks.at[i].start == result.marks.at[i].start &&
               again.marks.at[i].end == result.marks.at[i].end);
    struct marks found;
    if (input.term_count > 0 &&
        redact_find_words(input.text, terms[0].term, MARK_NAME, arena, &found) == OK)
        ASSERT(marks_check(&found, input.text) == OK);
    struct redact_term *learned;
    size_t count;
    redact_learn(input.text, &result.marks, arena, &learned, &count);
    ASSERT(count <= result.marks.count);
    return 0;
}
