/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_text.h"

#include <stdint.h>
#include <string.h>

#include "core/utf8.h"
#include "sanitise/answer.h"

/* ---- format=flowed ----------------------------------------------------------------------------
 */

static size_t quote_depth(struct str line)
{
    size_t depth = 0;
    while (depth < line.len && line.at[depth] == '>') depth++;
    return depth;
}

void text_unflow(struct str text, bool deletes_space, struct buf *ret_text)
{
    struct str rest = text, line;
    bool is_open = false; /* the line before flows on */
    size_t open_depth = 0;
    while (str_split(&rest, '\n', &line)) {
        size_t depth = quote_depth(line);
        struct str words = str_from_byte(line, depth);
        if (str_starts(words, STR(" "))) words = str_from_byte(words, 1);
        bool is_mark = str_equal(words, STR("-- "));
        bool continues = is_open && depth == open_depth && !is_mark;
        if (!continues) {
            if (ret_text->len > 0) buf_add_byte(ret_text, '\n');
            for (size_t i = 0; i < depth; i++) buf_add_byte(ret_text, '>');
            if (depth > 0 && words.len > 0) buf_add_byte(ret_text, ' ');
        }
        is_open = str_ends(words, STR(" ")) && !is_mark;
        open_depth = depth;
        if (is_open && deletes_space) words.len--;
        buf_add(ret_text, words);
    }
}

/* ---- inline OpenPGP ---------------------------------------------------------------------------
 */

static bool is_line(struct str line, const char *wanted)
{
    return str_equal(str_trim(line), str_from(wanted));
}

enum place { IN_TEXT, IN_MESSAGE, IN_SIGNED_HEAD, IN_SIGNED, IN_SIGNATURE };

void text_take_armour(struct str text, struct arena *arena, struct buf *ret_text,
                      struct armour *ret_armour)
{
    struct armour found = {0};
    struct str rest = text, line;
    enum place place = IN_TEXT;
    bool has_line = false; /* of the text */
    BUF(block, ANSWER_TEXT_BYTES_MAX);
    while (str_split(&rest, '\n', &line)) {
        bool is_full = found.block_count == sizeof found.blocks / sizeof *found.blocks;
        if (place == IN_TEXT && !is_full && is_line(line, "-----BEGIN PGP MESSAGE-----")) {
            place = IN_MESSAGE;
            buf_clear(&block);
        } else if (place == IN_TEXT && is_line(line, "-----BEGIN PGP SIGNED MESSAGE-----")) {
            place = IN_SIGNED_HEAD;
            found.is_signed = true;
            continue;
        } else if (place == IN_SIGNED && is_line(line, "-----BEGIN PGP SIGNATURE-----")) {
            place = IN_SIGNATURE;
        }
        switch (place) {
        case IN_TEXT: break;
        case IN_SIGNED:
            if (str_starts(line, STR("- "))) line = str_from_byte(line, 2);
            break;
        case IN_SIGNED_HEAD:
            if (str_trim(line).len == 0) place = IN_SIGNED;
            continue;
        case IN_SIGNATURE:
            if (is_line(line, "-----END PGP SIGNATURE-----")) place = IN_TEXT;
            continue;
        case IN_MESSAGE:
            buf_add(&block, line);
            buf_add_byte(&block, '\n');
            if (!is_line(line, "-----END PGP MESSAGE-----")) continue;
            found.blocks[found.block_count++] = arena_str(arena, buf_str(&block));
            buf_clear(&block);
            place = IN_TEXT;
            continue;
        }
        if (has_line) buf_add_byte(ret_text, '\n');
        buf_add(ret_text, line);
        has_line = true;
    }
    if (place == IN_MESSAGE) { /* one without its end is text like any other */
        if (has_line) buf_add_byte(ret_text, '\n');
        buf_add(ret_text, str_slice(buf_str(&block), 0, block.len - 1));
    }
    *ret_armour = found;
}

/* ---- comparing --------------------------------------------------------------------------------
 */

/* Letters and digits only, ASCII ones in lower case. */
static void fold(struct str text, struct buf *folded)
{
    uint32_t point;
    while (utf8_next(&text, &point)) {
        if (point >= 'A' && point <= 'Z') point += 'a' - 'A';
        bool counts =
            (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') || point >= 0xc0;
        if (counts && point != 0x200b && point != 0x200c && point != 0x200d && point != 0xfeff &&
            (point < 0x2000 || point > 0x206f))
            utf8_add(folded, point);
    }
}

/* Linear in practice: each line is looked for from where the one before was found, then from the
 * start. */
bool text_says_more(struct str chosen, struct str other)
{
    BUF(whole, ANSWER_TEXT_BYTES_MAX);
    BUF(one, ANSWER_TEXT_BYTES_MAX);
    fold(chosen, &whole);
    struct str rest = other, line;
    size_t from = 0;
    while (str_split(&rest, '\n', &line)) {
        buf_clear(&one);
        fold(line, &one);
        if (one.len == 0) continue;
        if (whole.len == 0) return true;
        struct str after = str_from_byte(buf_str(&whole), from);
        const void *found = memmem(after.at, after.len, one.at, one.len);
        if (!found) found = memmem(whole.at, whole.len, one.at, one.len);
        if (!found) return true;
        from = (size_t)((const char *)found - whole.at) + one.len;
    }
    return false;
}

bool text_has_bidi(struct str text)
{
    uint32_t point;
    while (utf8_next(&text, &point))
        if ((point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069))
            return true;
    return false;
}

bool text_has_uuencode(struct str text)
{
    struct str rest = text, line;
    bool has_begun = false;
    while (str_split(&rest, '\n', &line)) {
        bool is_begin =
            line.len > 10 && (str_starts(line, STR("begin 6")) || str_starts(line, STR("begin 7")));
        for (size_t i = 6; is_begin && i < 9; i++)
            is_begin = line.at[i] >= '0' && line.at[i] <= '7';
        if (is_begin) has_begun = true;
        if (has_begun && is_line(line, "end")) return true;
    }
    return false;
}
