/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The cleaner's answer: whatever it says, what is taken of it keeps every promise of answer.h. */
#include <stdint.h>

#include "core/utf8.h"
#include "sanitise/answer.h"
#include "sanitise/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_part(const struct part *part, size_t sources)
{
    ASSERT(part->source <= sources && utf8_valid(part->text));
    if (part->kind == PART_TEXT) {
        ASSERT(part->image.len == 0 && part->word_count == 0);
        return;
    }
    ASSERT(picture_check(part->format, part->image, part->width, part->height) == OK);
    for (size_t i = 0; i < part->word_count; i++) {
        const struct word *word = &part->words[i];
        ASSERT(word->text.len > 0 && word->width > 0 && word->height > 0);
        ASSERT((uint64_t)word->x + word->width <= part->width);
        ASSERT((uint64_t)word->y + word->height <= part->height);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    ARENA(arena, 64 * 1024 * 1024);
    struct letter letter;
    if (answer_read((struct str){(const char *)bytes, len}, arena, &letter) != OK) return 0;
    size_t sources = letter.mail ? letter.mail->part_count : 0;
    ASSERT(letter.refusal == REFUSAL_NONE || letter.part_count == 0);
    for (size_t i = 0; i < letter.part_count; i++) check_part(&letter.parts[i], sources);
    for (size_t i = 0; i < letter.removed_count; i++)
        ASSERT(removed_words((enum removed)letter.removed[i].code)[0]);
    for (size_t i = 0; i < letter.warning_count; i++)
        ASSERT(warning_words((enum warning)letter.warnings[i].code)[0]);
    for (size_t i = 0; i < letter.hidden_count; i++) ASSERT(utf8_valid(letter.hidden[i].text));
    for (size_t i = 0; i < sources; i++) {
        const struct mail_part *part = &letter.mail->parts[i];
        ASSERT(part->content.len == 0 || part->fate == FATE_KEPT);
        fate_words(part->fate);
        kind_type(part->detected);
    }
    return 0;
}
