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

/* A line "Name: value" with a name that programs write into armour (RFC 9580 §6.2.2, §7.1, and
 * those before it): a letter's own "Mum: hello" is none. */
static bool is_armour_header(struct str line)
{
    static const char *const names[] = {
        "Hash:", "Version:", "Comment:", "Charset:", "MessageID:", "NotDashEscaped:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_starts(line, str_from(names[i]))) return true;
    return false;
}

/* May the line stand in a signature block: its headers, an empty line, base64, its checksum, its
 * end? */
static bool is_signature_line(struct str line)
{
    line = str_trim(line);
    if (is_armour_header(line) || is_line(line, "-----END PGP SIGNATURE-----")) return true;
    for (size_t i = 0; i < line.len; i++) {
        char byte = line.at[i];
        bool is_base64 = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                         (byte >= '0' && byte <= '9') || byte == '+' || byte == '/' || byte == '=';
        if (!is_base64) return false;
    }
    return true;
}

/* Lines with "\n" between them, none after the last. */
struct lines_out {
    struct buf *text;
    bool has_line;
};

static void add_line(struct lines_out *out, struct str line)
{
    if (out->has_line) buf_add_byte(out->text, '\n');
    buf_add(out->text, line);
    out->has_line = true;
}

/* What turned out to be no block is text like any other. */
static void return_block(struct lines_out *out, struct buf *block)
{
    if (block->len > 0) add_line(out, str_slice(buf_str(block), 0, block->len - 1));
    buf_clear(block);
}

enum place { IN_TEXT, IN_MESSAGE, IN_SIGNED_HEAD, IN_SIGNED, IN_SIGNATURE };

/* Where the line stands, that was at `place` up to here. */
static enum place place_at(enum place place, struct str line, bool is_full)
{
    if (place == IN_TEXT && !is_full && is_line(line, "-----BEGIN PGP MESSAGE-----"))
        return IN_MESSAGE;
    if (place == IN_TEXT && is_line(line, "-----BEGIN PGP SIGNED MESSAGE-----"))
        return IN_SIGNED_HEAD;
    if ((place == IN_SIGNED || place == IN_SIGNED_HEAD) &&
        is_line(line, "-----BEGIN PGP SIGNATURE-----"))
        return IN_SIGNATURE;
    return place;
}

void text_take_armour(struct str text, struct arena *arena, struct buf *ret_text,
                      struct armour *ret_armour)
{
    struct armour found = {0};
    struct str rest = text, line;
    enum place place = IN_TEXT;
    struct lines_out out = {ret_text, false};
    BUF(block, ANSWER_TEXT_BYTES_MAX + 1); /* what is swallowed until its end is seen */
    while (str_split(&rest, '\n', &line)) {
        bool is_full = found.block_count == sizeof found.blocks / sizeof *found.blocks;
        if (place == IN_SIGNATURE && !is_signature_line(line)) {
            return_block(&out, &block);
            place = IN_TEXT;
        }
        enum place before = place;
        place = place_at(place, line, is_full);
        if (place != before) buf_clear(&block);
        if (place == IN_SIGNED_HEAD) {
            found.is_signed = true;
            bool is_begin = before == IN_TEXT, is_empty = str_trim(line).len == 0;
            if (!is_begin && !is_armour_header(line)) place = IN_SIGNED;
            if (!is_begin && is_empty) continue;
        }
        if (place == IN_TEXT) {
            add_line(&out, line);
        } else if (place == IN_SIGNED) {
            add_line(&out, str_from_byte(line, str_starts(line, STR("- ")) ? 2 : 0));
        } else {
            buf_add(&block, line);
            buf_add_byte(&block, '\n');
        }
        if (place == IN_SIGNATURE && is_line(line, "-----END PGP SIGNATURE-----")) {
            buf_clear(&block);
            place = IN_TEXT;
        } else if (place == IN_MESSAGE && is_line(line, "-----END PGP MESSAGE-----")) {
            found.blocks[found.block_count++] = arena_str(arena, buf_str(&block));
            buf_clear(&block);
            place = IN_TEXT;
        }
    }
    if (place != IN_SIGNED) return_block(&out, &block);
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
