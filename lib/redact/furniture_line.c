/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/furniture_line.h"

#include <stdint.h>
#include <string.h>

#include "core/utf8.h"

enum { RULE_DASHES = 5, RULE_MORE = 24 /* bytes that may follow the phrase in a rule */ };

/* The phrases of one kind; the last one is NULL. */
#define PHRASES(KIND, ...) static const char *const list_##KIND[] = {__VA_ARGS__, NULL};
#include "redact/furniture.def"
#undef PHRASES

static const char *const *const lists[PHRASE_KINDS] = {
#define PHRASES(KIND, ...) [PHRASE_##KIND] = list_##KIND,
#include "redact/furniture.def"
#undef PHRASES
};

/* ---- folding ---- */

/* U+00C0 to U+017F without their accents. */
static const char plain_letters[] = "aaaaaaaceeeeiiiidnooooo?ouuuuyts"
                                    "aaaaaaaceeeeiiiidnooooo?ouuuuyty"
                                    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkk"
                                    "llllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuww"
                                    "yyyzzzzzzs";

static inline char fold_point(uint32_t point)
{
    if (point >= 'a' && point <= 'z') return (char)point;
    if (point >= 'A' && point <= 'Z') return (char)(point + ('a' - 'A'));
    if (point < 0x80) return (char)point;
    if (point == 0xa0 || point == 0x202f || point == 0x2009) return ' ';
    if (point >= 0xc0 && point <= 0x17f) return plain_letters[point - 0xc0];
    if (point == 0x218 || point == 0x219) return 's';
    if (point == 0x21a || point == 0x21b) return 't';
    if (point >= 0x2010 && point <= 0x2015) return '-';
    if (point == 0x2018 || point == 0x2019) return '\'';
    return '?';
}

static bool is_white(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Returns how much of the room is used; *ret_all: the text had room. */
static size_t fold(struct str text, char *room, size_t room_bytes, bool *ret_all)
{
    size_t len = 0, at = 0;
    bool wants_space = false;
    while (at < text.len) {
        uint32_t point = (unsigned char)text.at[at];
        if (point < 0x80) {
            at++;
        } else {
            struct str rest = str_from_byte(text, at);
            if (!utf8_next(&rest, &point)) break;
            at = text.len - rest.len;
        }
        char byte = fold_point(point);
        if (is_white(byte)) {
            wants_space = len > 0;
            continue;
        }
        if (byte == '*' || point == 0xfeff || (point >= 0x200b && point <= 0x200f)) continue;
        if (len + 2 > room_bytes) {
            *ret_all = false;
            return len;
        }
        if (wants_space) room[len++] = ' ';
        wants_space = false;
        room[len++] = byte;
    }
    *ret_all = true;
    return len;
}

size_t furniture_fold(struct str text, char *room, size_t room_bytes)
{
    bool is_all;
    return fold(text, room, room_bytes, &is_all);
}

/* ---- phrases ---- */

/* How long the phrase is if the text begins with it, else 0. */
static size_t starts(struct str text, const char *phrase)
{
    size_t at = 0;
    while (phrase[at] && at < text.len && phrase[at] == text.at[at]) at++;
    return phrase[at] ? 0 : at;
}

static struct str folded_of(const struct furniture_line *line)
{
    return (struct str){line->folded, line->folded_len};
}

static bool is_header_name(enum phrase kind)
{
    return kind <= PHRASE_OTHER;
}

static bool begins(struct str folded, enum phrase kind)
{
    for (const char *const *phrase = lists[kind]; *phrase; phrase++) {
        size_t end = folded.at[0] == **phrase ? starts(folded, *phrase) : 0;
        if (end == 0) continue;
        if (!is_header_name(kind)) return true;
        struct str rest = str_from_byte(folded, end);
        if (str_starts(rest, STR(":")) || str_starts(rest, STR(" :"))) return true;
    }
    return false;
}

/* Those that the beginning of a line is looked at for. */
static unsigned all_begins(struct str folded)
{
    static const enum phrase kinds[] = {PHRASE_FROM,    PHRASE_SENT,   PHRASE_TO,
                                        PHRASE_SUBJECT, PHRASE_OTHER,  PHRASE_ON,
                                        PHRASE_DEVICE,  PHRASE_NOTICE, PHRASE_FOLDED_AWAY};
    unsigned found = 0;
    if (folded.len == 0) return 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (begins(folded, kinds[i])) found |= 1U << kinds[i];
    return found;
}

bool furniture_line_begins(const struct furniture_line *line, enum phrase kind)
{
    return line->begins >> kind & 1;
}

bool furniture_ends(struct str folded, enum phrase kind)
{
    for (const char *const *phrase = lists[kind]; *phrase; phrase++)
        if (str_ends(folded, str_from(*phrase))) return true;
    return false;
}

bool furniture_holds(struct str folded, enum phrase kind)
{
    for (const char *const *phrase = lists[kind]; *phrase; phrase++)
        if (memmem(folded.at, folded.len, *phrase, strlen(*phrase))) return true;
    return false;
}

/* ---- lines ---- */

bool furniture_line_read(struct str text, size_t at, struct furniture_line *ret_line)
{
    if (at >= text.len) return false;
    struct str rest = str_from_byte(text, at);
    size_t length = str_find_byte(rest, '\n');
    size_t end = length == STR_NONE ? text.len : at + length;
    struct str raw = str_slice(text, at, end);
    if (str_ends(raw, STR("\r"))) raw.len--;
    ret_line->text = str_trim(raw);
    ret_line->start = at;
    ret_line->end = length == STR_NONE ? end : end + 1;
    ret_line->is_mark = str_equal(raw, STR("-- "));
    ret_line->is_indented = raw.len > 0 && is_white(raw.at[0]);
    ret_line->folded_len =
        fold(ret_line->text, ret_line->folded, sizeof ret_line->folded, &ret_line->is_whole);
    ret_line->begins = all_begins(folded_of(ret_line));
    return true;
}

static bool is_dash(char byte)
{
    return byte == '-' || byte == '_' || byte == '=' || byte == '~';
}

/* The folded line without dashes at its ends; how many there were. */
static struct str undashed(const struct furniture_line *line, size_t *ret_dashes)
{
    struct str rest = folded_of(line);
    size_t dashes = 0;
    while (rest.len > 0 && (is_dash(rest.at[0]) || rest.at[0] == ' ')) {
        dashes += is_dash(rest.at[0]);
        rest = str_from_byte(rest, 1);
    }
    while (rest.len > 0 && (is_dash(rest.at[rest.len - 1]) || rest.at[rest.len - 1] == ' ')) {
        dashes += is_dash(rest.at[rest.len - 1]);
        rest.len--;
    }
    *ret_dashes = dashes;
    return rest;
}

bool furniture_line_rule(const struct furniture_line *line, enum phrase kind)
{
    size_t dashes;
    struct str inner = undashed(line, &dashes);
    if (!line->is_whole || inner.len == 0) return false;
    bool is_bare = dashes == 0 && str_ends(inner, STR(":")); /* Apple Mail writes it without */
    if (is_bare) inner.len--;
    if (!is_bare && dashes < RULE_DASHES) return false;
    for (const char *const *phrase = lists[kind]; *phrase; phrase++) {
        size_t end = starts(inner, *phrase);
        if (end && inner.len - end <= (is_bare ? 0 : RULE_MORE)) return true;
    }
    return false;
}

bool furniture_line_bare_rule(const struct furniture_line *line)
{
    size_t dashes;
    return undashed(line, &dashes).len == 0 && dashes >= RULE_DASHES;
}
