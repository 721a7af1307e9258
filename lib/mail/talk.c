/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/talk.h"

#include "core/num.h"

enum { DEPTH_MAX = 20 };

struct mail_talk mail_talk_new(void)
{
    return (struct mail_talk){.text = buf_new(MAIL_TALK_LINE_BYTES)};
}

void mail_talk_free(struct mail_talk *talk)
{
    buf_free(&talk->text);
}

void mail_talk_restart(struct mail_talk *talk)
{
    struct buf text = talk->text;
    buf_clear(&text);
    *talk = (struct mail_talk){.text = text};
}

/* ---- what a line of data names ---- */

/* "* 3 FETCH (UID 9 FLAGS (\Seen) BODY[] {5}" */
struct items {
    bool has_end, in_quotes;
    uint32_t uid;
    unsigned uids;
    struct str last; /* before the last word, on the outermost level */
    struct str word; /* the last one there */
};

static bool is_data(struct str line)
{
    static const char *const words[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    if (!str_starts(line, STR("* "))) return false;
    line = str_from_byte(line, 2);
    struct str first;
    if (!str_split(&line, ' ', &first)) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_same(first, str_from(words[i]))) return false;
    return true;
}

/* What stands between the parentheses of FETCH; false for another line. */
static bool is_fetch(struct str line, struct str *ret_items)
{
    struct str star, number, name;
    int64_t value;
    if (!str_split(&line, ' ', &star) || !str_split(&line, ' ', &number) ||
        !str_split(&line, ' ', &name))
        return false;
    if (!num_parse(number, 1, UINT32_MAX, &value) || !str_same(name, STR("FETCH"))) return false;
    if (!str_starts(line, STR("("))) return false;
    *ret_items = str_from_byte(line, 1);
    return true;
}

static void note_word(struct items *items, struct str word)
{
    int64_t number;
    items->last = items->word;
    items->word = word;
    if (!str_same(items->last, STR("UID"))) return;
    items->uids++;
    items->uid = num_parse(word, 1, UINT32_MAX, &number) ? (uint32_t)number : 0;
}

/* The end of a quoted string that begins at i, or the length. */
static size_t quoted_end(struct str text, size_t i)
{
    for (i++; i < text.len && text.at[i] != '"'; i++)
        if (text.at[i] == '\\') i++;
    return i < text.len ? i : text.len;
}

/* Flags and the like, a level deeper, and quoted strings name nothing. False: no list. */
static bool read_items(struct str text, struct items *items)
{
    size_t depth = 1, start = 0;
    *items = (struct items){0};
    for (size_t i = 0; i <= text.len; i++) {
        char c = i < text.len ? text.at[i] : ' ';
        if (items->has_end) return i == text.len;
        if (c != ' ' && c != '(' && c != ')' && c != '"') continue;
        if (depth == 1 && i > start) note_word(items, str_slice(text, start, i));
        if (c == '"') i = quoted_end(text, i);
        if (c == '"' && i == text.len) items->in_quotes = true;
        if (c == '(' && ++depth > DEPTH_MAX) return false;
        if (c == ')') items->has_end = --depth == 0;
        start = i + 1;
    }
    return true;
}

/* ---- literals ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "… {5}": 1, and its length; 0: no literal; -1: one that makes no sense. */
static int literal_at_end(struct str part, uint64_t *ret_bytes)
{
    if (!str_ends(part, STR("}"))) return 0;
    size_t start = part.len - 1;
    while (start > 0 && (is_digit(part.at[start - 1]) || part.at[start - 1] == '+')) start--;
    if (start == 0 || part.at[start - 1] != '{') return 0;
    int64_t bytes;
    if (!num_parse(str_slice(part, start, part.len - 1), 0, INT64_MAX, &bytes)) return -1;
    *ret_bytes = (uint64_t)bytes;
    return 1;
}

static bool begin_literal(struct mail_talk *talk, uint64_t bytes)
{
    struct items items;
    struct str text;
    talk->left = bytes;
    talk->at = MAIL_TALK_IN_OTHER;
    if (!is_fetch(buf_str(&talk->text), &text)) return true;
    if (!read_items(text, &items) || items.has_end || items.in_quotes || items.uids > 1)
        return false;
    if (!str_same(items.last, STR("BODY[]"))) return true;
    if (talk->has_message) return false;
    talk->at = MAIL_TALK_IN_MESSAGE;
    talk->has_message = true;
    talk->announced = bytes;
    talk->uid = items.uid;
    return true;
}

/* ---- one step ---- */

static struct mail_talk_event broken(struct mail_talk *talk)
{
    talk->at = MAIL_TALK_IN_RUINS;
    return (struct mail_talk_event){.kind = MAIL_TALK_BROKEN};
}

static struct mail_talk_event end_line(struct mail_talk *talk)
{
    struct mail_talk_event event = {.kind = MAIL_TALK_LINE, .text = buf_str(&talk->text)};
    talk->is_over = true;
    if (!talk->has_message) return event;
    struct items items;
    struct str text;
    if (!is_fetch(buf_str(&talk->text), &text) || !read_items(text, &items) || !items.has_end ||
        items.uids > 1)
        return broken(talk);
    return (struct mail_talk_event){
        .kind = MAIL_TALK_MESSAGE, .uid = items.uid, .announced = talk->announced};
}

/* Up to the end of a line, or of the bytes; false: it makes no sense. */
static bool gather(struct mail_talk *talk, struct str *bytes, bool *ret_ended)
{
    size_t end = str_find_byte(*bytes, '\n');
    struct str piece = str_slice(*bytes, 0, end == STR_NONE ? bytes->len : end + 1);
    *ret_ended = end != STR_NONE;
    *bytes = str_from_byte(*bytes, piece.len);
    if (str_find_byte(piece, 0) != STR_NONE) return false;
    buf_add(&talk->text, piece);
    if (buf_done(&talk->text) != OK) return false;
    if (!*ret_ended) return true;
    struct str line = buf_str(&talk->text);
    /* the first CR is that of the end */
    if (line.len < 2 || str_find_byte(line, '\r') != line.len - 2) return false;
    talk->text.len -= 2;
    return true;
}

/* False: more is needed. */
static bool read_line(struct mail_talk *talk, struct str *bytes, struct mail_talk_event *ret_event)
{
    bool has_ended;
    uint64_t literal = 0;
    int has = 0;
    if (!gather(talk, bytes, &has_ended)) {
        *ret_event = broken(talk);
        return true;
    }
    if (!has_ended) return false;
    struct str line = buf_str(&talk->text);
    if (is_data(line)) has = literal_at_end(str_from_byte(line, talk->part), &literal);
    talk->part = line.len;
    if (has > 0 && begin_literal(talk, literal)) return false;
    *ret_event = has == 0 ? end_line(talk) : broken(talk);
    return true;
}

/* False: it was read to its end, or is none of a message. */
static bool read_literal(struct mail_talk *talk, struct str *bytes,
                         struct mail_talk_event *ret_event)
{
    struct str piece =
        str_slice(*bytes, 0, talk->left < bytes->len ? (size_t)talk->left : bytes->len);
    bool is_message = talk->at == MAIL_TALK_IN_MESSAGE;
    *bytes = str_from_byte(*bytes, piece.len);
    talk->left -= piece.len;
    if (talk->left == 0) talk->at = MAIL_TALK_IN_LINE;
    if (!is_message || piece.len == 0) return false;
    *ret_event = (struct mail_talk_event){
        .kind = MAIL_TALK_PIECE, .text = piece, .uid = talk->uid, .announced = talk->announced};
    return true;
}

struct mail_talk_event mail_talk_next(struct mail_talk *talk, struct str *bytes)
{
    struct mail_talk_event event = {.kind = MAIL_TALK_MORE};
    if (talk->at == MAIL_TALK_IN_RUINS) return broken(talk);
    if (talk->is_over) mail_talk_restart(talk);
    while (bytes->len) {
        bool has = talk->at == MAIL_TALK_IN_LINE ? read_line(talk, bytes, &event)
                                                 : read_literal(talk, bytes, &event);
        if (has) break;
    }
    return event;
}
