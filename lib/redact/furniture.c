/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/furniture.h"

#include <string.h>

#include "core/err.h"
#include "redact/furniture_line.h"

static const char *const kind_words[] = {"quote", "signature", "disclaimer", "forward-header"};

const char *furniture_word(enum furniture_kind kind)
{
    ASSERT((unsigned)kind < FURNITURE_KIND_COUNT);
    return kind_words[kind];
}

bool furniture_get(struct str word, enum furniture_kind *ret_kind)
{
    for (unsigned i = 0; i < FURNITURE_KIND_COUNT; i++) {
        if (!str_equal(word, str_from(kind_words[i]))) continue;
        *ret_kind = (enum furniture_kind)i;
        return true;
    }
    return false;
}

static void add(struct furnitures *list, struct arena *arena, struct furniture piece)
{
    if (list->count > 0) {
        struct furniture *last = &list->at[list->count - 1];
        if (last->kind == piece.kind && last->end == piece.start) {
            last->end = piece.end;
            return;
        }
    }
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 8 : list->room * 2;
        struct furniture *at = ARENA_MANY(arena, room, struct furniture);
        if (list->count > 0) memcpy(at, list->at, list->count * sizeof *at);
        list->at = at;
        list->room = room;
    }
    list->at[list->count++] = piece;
}

/* Where the reader of the lines is. */
struct reading {
    struct str text;
    bool has_own; /* words of a person stood above */
    bool to_end;  /* all that is left is a quote */
};

/* The next line with anything on it. */
static bool next_full_line(struct str text, size_t at, struct furniture_line *ret_line)
{
    while (furniture_line_read(text, at, ret_line)) {
        if (ret_line->text.len > 0) return true;
        at = ret_line->end;
    }
    return false;
}

static bool is_quoted(const struct furniture_line *line)
{
    return line->text.len > 0 && line->text.at[0] == '>';
}

static bool is_quoted_after(struct str text, size_t at)
{
    struct furniture_line line;
    return next_full_line(text, at, &line) && is_quoted(&line);
}

/* ---- a header that stands in the text ---- */

struct block {
    size_t lines;
    bool has_from, has_sent, has_subject, has_address;
};

static bool is_header(const struct furniture_line *line)
{
    for (enum phrase kind = PHRASE_FROM; kind <= PHRASE_OTHER; kind++)
        if (furniture_line_begins(line, kind)) return true;
    return false;
}

static void note_header(struct block *block, const struct furniture_line *line)
{
    block->lines++;
    block->has_from |= furniture_line_begins(line, PHRASE_FROM);
    block->has_sent |= furniture_line_begins(line, PHRASE_SENT);
    block->has_subject |= furniture_line_begins(line, PHRASE_SUBJECT);
    block->has_address |= str_find_byte(line->text, '@') != STR_NONE;
}

/* "To: Kayla" and "From: Nana Jean" are a person's, as on a card: a header has a subject or an
 * address too. */
static bool is_whole(const struct block *block, bool is_after_rule)
{
    if (is_after_rule) return block->has_from || block->has_sent || block->has_subject;
    return block->lines >= 2 && block->has_from && (block->has_sent || block->has_subject) &&
           (block->has_subject || block->has_address);
}

/* Where the header that begins with this line ends, 0 if it is none. Between its lines there may be
 * an empty one each, and what did not fit on one. */
static size_t header_block(struct str text, const struct furniture_line *first, bool is_after_rule)
{
    enum { LINES = 24, MORE = 3 };
    if (!is_header(first)) return 0;
    struct furniture_line line = *first;
    struct block block = {0};
    size_t end = 0, more = 0;
    bool was_empty = false;
    for (int i = 0; i < LINES; i++) {
        if (is_header(&line)) {
            note_header(&block, &line);
            end = line.end;
            more = 0;
            was_empty = false;
        } else if (line.text.len == 0) {
            if (was_empty) break;
            was_empty = true;
        } else if (was_empty || ++more > MORE) {
            break;
        } else if (line.is_indented && end == line.start) {
            end = line.end;
        }
        if (!furniture_line_read(text, line.end, &line)) break;
    }
    return is_whole(&block, is_after_rule) ? end : 0;
}

/* A header, with or without a rule above it, from this line on: where it ends, 0 for none. */
static size_t headed(struct str text, const struct furniture_line *line, bool *ret_is_forward,
                     bool *ret_is_named)
{
    *ret_is_forward = furniture_line_rule(line, PHRASE_RULE_FORWARD);
    *ret_is_named = *ret_is_forward || furniture_line_rule(line, PHRASE_RULE_REPLY);
    if (!*ret_is_named && !furniture_line_bare_rule(line)) return header_block(text, line, false);
    struct furniture_line after;
    size_t end = 0;
    if (next_full_line(text, line->end, &after)) end = header_block(text, &after, *ret_is_named);
    return end == 0 && *ret_is_named ? line->end : end;
}

/* What stands under a header is what somebody else wrote, unless nothing stands above: then it is
 * all that there is, such as a letter that went to another address first. */
static bool take_headed(struct reading *reading, const struct furniture_line *line,
                        struct furniture *piece)
{
    bool is_forward, is_named;
    size_t end = headed(reading->text, line, &is_forward, &is_named);
    if (end == 0) return false;
    bool is_above_quote = is_quoted_after(reading->text, end);
    bool is_reply = !is_forward && (is_above_quote || reading->has_own);
    piece->end = end;
    piece->kind = is_reply ? FURNITURE_QUOTE : FURNITURE_FORWARD_HEADER;
    reading->to_end = reading->has_own && !is_above_quote;
    return true;
}

/* ---- "On 3 Feb 2025, at 09:02, Somebody wrote:" ---- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

struct dated {
    bool has_year, has_time, has_address;
};

static struct dated look_for_date(struct str words)
{
    struct dated found = {0};
    for (size_t i = 0; i + 2 < words.len; i++) {
        const char *at = words.at + i;
        bool begins = i == 0 || !is_digit(at[-1]);
        found.has_address |= at[1] == '@';
        if (!begins || !is_digit(at[0])) continue;
        size_t digits = 1;
        while (i + digits < words.len && is_digit(at[digits])) digits++;
        found.has_year |= digits == 4 && ((at[0] == '1' && at[1] == '9') || at[0] == '2');
        found.has_time |= digits <= 2 && i + digits + 2 < words.len &&
                          (at[digits] == ':' || at[digits] == '.') && is_digit(at[digits + 1]) &&
                          is_digit(at[digits + 2]);
    }
    return found;
}

static bool may_begin_attribution(const struct furniture_line *line)
{
    if (!line->is_whole || line->folded_len == 0) return false;
    return furniture_line_begins(line, PHRASE_ON) || is_digit(line->folded[0]) ||
           str_find_byte(line->text, '<') != STR_NONE ||
           furniture_holds((struct str){line->folded, line->folded_len}, PHRASE_WROTE_IN);
}

/* Such lines, one to three, of which this may be the first: their end and words, 0 for none. */
static size_t wrote(struct str text, struct furniture_line line, char *room, size_t room_bytes,
                    struct str *ret_words)
{
    enum { LINES = 3 };
    size_t len = 0;
    for (int i = 0; i < LINES; i++) {
        if (line.text.len == 0 || is_quoted(&line) || len + line.folded_len + 1 > room_bytes)
            return 0;
        if (len > 0) room[len++] = ' ';
        memcpy(room + len, line.folded, line.folded_len);
        len += line.folded_len;
        *ret_words = (struct str){room, len};
        if (furniture_ends(*ret_words, PHRASE_WROTE_END)) return line.end;
        if (str_ends(*ret_words, STR(":")) &&
            (furniture_holds(*ret_words, PHRASE_WROTE_IN) || str_ends(*ret_words, STR(">:"))))
            return line.end;
        if (!furniture_line_read(text, line.end, &line)) return 0;
    }
    return 0;
}

/* A person may write "On Saturday we wrote:". A mail program names the day and the hour or the
 * address, and what follows is quoted. */
static bool take_attribution(struct reading *reading, const struct furniture_line *line,
                             struct furniture *piece)
{
    enum { ROOM = 3 * (FURNITURE_LINE_FOLDED + 1) };
    if (!may_begin_attribution(line)) return false;
    char room[ROOM];
    struct str words;
    size_t end = wrote(reading->text, *line, room, sizeof room, &words);
    if (end == 0) return false;
    struct dated dated = look_for_date(words);
    bool is_dated = dated.has_year || dated.has_time;
    bool is_above_quote = is_quoted_after(reading->text, end);
    bool is_programs = is_above_quote
                           ? is_dated || dated.has_address
                           : is_dated && (dated.has_address || (dated.has_year && dated.has_time));
    if (!is_programs) return false;
    piece->end = end;
    reading->to_end = reading->has_own && !is_above_quote && dated.has_address;
    return true;
}

/* ---- what an organisation's server adds ---- */

/* A paragraph that is a notice; one of its first lines says so. */
static bool is_notice(struct str text, const struct furniture_line *first, size_t *ret_end)
{
    enum { ROOM = 2000, LINES = 4 };
    char room[ROOM];
    struct furniture_line line;
    size_t start = first->start, end = first->end;
    for (int i = 0; furniture_line_read(text, end, &line) && line.text.len > 0; i++) {
        if (is_quoted(&line)) break;
        if (i == LINES - 1) {
            struct str begun = str_slice(text, start, end);
            struct str words = {room, furniture_fold(begun, room, sizeof room)};
            if (!furniture_holds(words, PHRASE_NOTICE_WORD)) return false;
        }
        end = line.end;
    }
    struct str words = {room, furniture_fold(str_slice(text, start, end), room, sizeof room)};
    *ret_end = end;
    return furniture_holds(words, PHRASE_NOTICE_WORD);
}

static bool take_notice(struct reading *reading, const struct furniture_line *line,
                        struct furniture *piece)
{
    if (!furniture_line_begins(line, PHRASE_NOTICE)) return false;
    if (!is_notice(reading->text, line, &piece->end)) return false;
    piece->kind = FURNITURE_DISCLAIMER;
    struct furniture_line after;
    size_t end;
    while (next_full_line(reading->text, piece->end, &after) && !is_quoted(&after) &&
           (furniture_line_bare_rule(&after) || furniture_line_begins(&after, PHRASE_NOTICE)) &&
           is_notice(reading->text, &after, &end))
        piece->end = end;
    return true;
}

/* ---- signatures ---- */

/* Does anything else of a program's begin with this line? */
static bool is_other_piece(struct reading *reading, const struct furniture_line *line)
{
    struct reading aside = *reading;
    struct furniture piece = {0};
    return is_quoted(line) || take_headed(&aside, line, &piece) ||
           take_attribution(&aside, line, &piece) || take_notice(&aside, line, &piece);
}

/* "-- " and what follows, if that is no longer than a signature; "--" may be a person's, between
 * two pieces of a letter. */
static bool take_signature(struct reading *reading, const struct furniture_line *line,
                           struct furniture *piece)
{
    enum { LINES = 20, BYTES = 2000, BARE_LINES = 6, BARE_BYTES = 300 };
    bool is_bare = !line->is_mark;
    if (is_bare && !str_equal(line->text, STR("--"))) return false;
    struct furniture_line next;
    size_t end = line->end, lines = 0;
    while (furniture_line_read(reading->text, end, &next) && !is_other_piece(reading, &next)) {
        bool is_empty = next.text.len == 0;
        lines += !is_empty;
        end = next.end;
        if (lines > (is_bare ? BARE_LINES : LINES) ||
            end - line->start > (is_bare ? BARE_BYTES : BYTES))
            return false;
    }
    piece->end = end;
    piece->kind = FURNITURE_SIGNATURE;
    return true;
}

/* ---- all of it --------------------------------------------------------------------------------
 */

/* The piece of furniture that begins with this line; false if a person wrote it. */
static bool piece_at(struct reading *reading, const struct furniture_line *line,
                     struct furniture *ret_piece)
{
    *ret_piece = (struct furniture){line->start, line->end, FURNITURE_QUOTE};
    if (reading->to_end || is_quoted(line)) return true;
    if (line->text.len == 0) return false;
    if (furniture_line_begins(line, PHRASE_FOLDED_AWAY)) return true;
    if (furniture_line_begins(line, PHRASE_DEVICE) && line->is_whole) {
        ret_piece->kind = FURNITURE_SIGNATURE;
        return true;
    }
    return take_signature(reading, line, ret_piece) || take_headed(reading, line, ret_piece) ||
           take_attribution(reading, line, ret_piece) || take_notice(reading, line, ret_piece);
}

void furniture_find(struct str text, struct arena *arena, struct furnitures *ret_furniture)
{
    struct furnitures list = {0};
    struct reading reading = {.text = text};
    struct furniture_line line;
    struct furniture piece;
    for (size_t at = 0; furniture_line_read(text, at, &line);) {
        const bool found = piece_at(&reading, &line, &piece);
        if (found)
            add(&list, arena, piece);
        else if (line.text.len > 0)
            reading.has_own = true;
        at = found ? piece.end : line.end;
    }
    *ret_furniture = list;
}
