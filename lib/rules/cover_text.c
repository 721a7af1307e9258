/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cover.h"

enum err cover_text(const struct review_part *part, const struct cover *cover, struct buf *ret_text)
{
    static const struct str gaps[] = {{"", 0}, {" ", 1}, {"\n", 1}, {"\n\n", 2}};
    bool any = false, was_gone = false;
    size_t gap = REVIEW_GAP_NONE;
    for (size_t i = 0; i < part->word_count && !any; i++) any = !cover->is_gone[i];
    for (size_t i = 0; i < part->word_count && any; i++) {
        if (i > 0 && part->words[i].gap > gap) gap = part->words[i].gap;
        if (cover->is_gone[i] && was_gone) continue;
        if (gap == REVIEW_GAP_NONE && (was_gone || (i > 0 && cover->is_gone[i])))
            gap = REVIEW_GAP_SPACE;
        if (ret_text->len) buf_add(ret_text, gaps[gap]);
        buf_add(ret_text, cover->is_gone[i] ? STR("[removed]") : part->words[i].text);
        was_gone = cover->is_gone[i];
        gap = REVIEW_GAP_NONE;
    }
    return buf_done(ret_text);
}
