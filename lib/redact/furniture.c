/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/furniture.h"

#include <string.h>

#include "core/err.h"

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

static bool starts_same(struct str line, struct str start)
{
    if (line.len < start.len || ((line.at[0] ^ start.at[0]) & ~0x20) != 0) return false;
    return str_same(str_slice(line, 0, start.len), start);
}

static bool starts_with_any(struct str line, const struct str *starts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (starts_same(line, starts[i])) return true;
    return false;
}

static bool ends_same(struct str line, struct str end)
{
    return line.len >= end.len && str_same(str_from_byte(line, line.len - end.len), end);
}

/* A string that is a constant of the program. */
#define TEXT(literal)                \
    {                                \
        literal, sizeof(literal) - 1 \
    }

/* "From:" "To:" … in the languages of our relatives' mail programs. */
static bool header_line(struct str line)
{
    static const struct str names[] = {
        TEXT("From:"),  TEXT("To:"),         TEXT("Cc:"),       TEXT("Bcc:"),
        TEXT("Date:"),  TEXT("Sent:"),       TEXT("Subject:"),  TEXT("Reply-To:"),
        TEXT("Od:"),    TEXT("Do:"),         TEXT("Data:"),     TEXT("Wysłano:"),
        TEXT("Temat:"), TEXT("Oddiwrth:"),   TEXT("At:"),       TEXT("Dyddiad:"),
        TEXT("Pwnc:"),  TEXT("Importance:"), TEXT("X-Mailer:"), TEXT("Message-ID:")};
    return starts_with_any(line, names, sizeof names / sizeof *names);
}

/* "-----Original Message-----" */
static bool named_rule(struct str line)
{
    enum { DASHES = 5 };
    size_t dashes = 0;
    if (str_find_byte(line, '-') == STR_NONE && str_find_byte(line, '_') == STR_NONE &&
        str_find_byte(line, '=') == STR_NONE)
        return false;
    for (size_t i = 0; i < line.len && dashes < DASHES; i++)
        dashes += line.at[i] == '-' || line.at[i] == '_' || line.at[i] == '=';
    if (dashes < DASHES) return false;
    bool named = false;
    static const struct str names[] = {TEXT("original message"), TEXT("forwarded message"),
                                       TEXT("begin forwarded"), TEXT("wiadomość oryginalna"),
                                       TEXT("neges wreiddiol")};
    for (size_t i = 0; !named && i < sizeof names / sizeof *names; i++) {
        struct str name = names[i];
        for (size_t at = 0; !named && at + name.len <= line.len && at < 40; at++)
            named = str_same(str_slice(line, at, at + name.len), name);
    }
    return named;
}

/* "On 3 Feb 2025, at 09:02, Somebody wrote:" may run over two more lines. */
static bool attribution_start(struct str line)
{
    static const struct str starts[] = {TEXT("On "), TEXT("W dniu "), TEXT("Ar "),
                                        TEXT("Am "), TEXT("Le "),     TEXT("Dnia ")};
    bool start = false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(line, starts[i])) start = true;
    if (!start) return false;
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] >= '0' && line.at[i] <= '9') return true;
    return false;
}

static bool attribution_end(struct str line)
{
    return ends_same(line, STR("wrote:")) || ends_same(line, STR("napisał:")) ||
           ends_same(line, STR("napisała:")) || ends_same(line, STR("napisał(a):")) ||
           ends_same(line, STR("ysgrifennodd:"));
}

static bool disclaimer_start(struct str line)
{
    static const struct str starts[] = {
        TEXT("This email and any"),
        TEXT("This e-mail and any"),
        TEXT("This message and any"),
        TEXT("This email is confident"),
        TEXT("This e-mail is confident"),
        TEXT("This message is intended"),
        TEXT("This email is intended"),
        TEXT("The information in this e"),
        TEXT("The information contained in"),
        TEXT("The contents of this e"),
        TEXT("If you are not the intend"),
        TEXT("If you have received this e"),
        TEXT("Please consider the env"),
        TEXT("Confidentiality notice"),
        TEXT("DISCLAIMER"),
        TEXT("This message has been scanned"),
        TEXT("This email has been scanned"),
        TEXT("Internet e-mail is not"),
    };
    return starts_with_any(line, starts, sizeof starts / sizeof *starts);
}

static bool signature_line(struct str line)
{
    return starts_same(line, STR("Sent from my ")) || starts_same(line, STR("Sent from Mail ")) ||
           starts_same(line, STR("Sent from Outlook")) ||
           starts_same(line, STR("Get Outlook for ")) || starts_same(line, STR("Sent via ")) ||
           starts_same(line, STR("Wysłano z ")) || starts_same(line, STR("Anfonwyd o ")) ||
           starts_same(line, STR("Sent with "));
}

struct line {
    struct str text;   /* trimmed */
    size_t start, end; /* with its line end */
    bool raw_dashes;   /* exactly "-- " */
};

static bool next_line(struct str text, size_t at, struct line *ret_line)
{
    if (at >= text.len) return false;
    struct str rest = str_from_byte(text, at);
    size_t length = str_find_byte(rest, '\n');
    size_t end = length == STR_NONE ? text.len : at + length + 1;
    struct str raw = str_slice(text, at, length == STR_NONE ? text.len : at + length);
    if (str_ends(raw, STR("\r"))) raw.len--;
    *ret_line = (struct line){str_trim(raw), at, end, str_equal(raw, STR("-- "))};
    return true;
}

/* Where the reader of the lines is. */
struct reading {
    struct str text;
    bool in_headers;               /* of a mail that was forwarded */
    bool to_end;                   /* all that is left is of the same kind */
    enum furniture_kind rest_kind; /* … of this one */
};

static bool is_header(struct reading *reading, const struct line *line)
{
    if (!header_line(line->text) && !(reading->in_headers && line->text.len > 0)) return false;
    /* One such line may be a person's ("To: my boy"); two in a row are a header. */
    struct line after;
    bool more = next_line(reading->text, line->end, &after) && header_line(after.text);
    if (more) reading->in_headers = true;
    return reading->in_headers;
}

/* Does a part begin here that goes on to the end: a signature, a disclaimer, the mail answered to?
 */
static bool begins_rest(const struct line *line, enum furniture_kind *ret_kind)
{
    if (line->raw_dashes || str_equal(line->text, STR("--")))
        *ret_kind = FURNITURE_SIGNATURE;
    else if (disclaimer_start(line->text))
        *ret_kind = FURNITURE_DISCLAIMER;
    else if (named_rule(line->text))
        *ret_kind = FURNITURE_QUOTE;
    else
        return false;
    return true;
}

/* "On 3 Feb … wrote:" of one to three lines; its end, 0 for none. */
static size_t attribution(struct str text, struct line line)
{
    enum { MORE = 2 }; /* lines */
    if (!attribution_start(line.text)) return 0;
    bool found = attribution_end(line.text);
    for (int more = 0; !found && more < MORE && next_line(text, line.end, &line); more++)
        found = attribution_end(line.text);
    return found ? line.end : 0;
}

/* The piece of furniture that is, or begins with, this line; false if a person wrote it. */
static bool piece_at(struct reading *reading, const struct line *line, struct furniture *ret_piece)
{
    *ret_piece = (struct furniture){line->start, line->end, FURNITURE_QUOTE};
    if (line->text.len > 0 && line->text.at[0] == '>') return true;
    if (reading->to_end &&
        !(reading->rest_kind == FURNITURE_SIGNATURE && disclaimer_start(line->text))) {
        ret_piece->kind = reading->rest_kind;
        return true;
    }
    if (is_header(reading, line)) {
        ret_piece->kind = FURNITURE_FORWARD_HEADER;
        return true;
    }
    if (reading->in_headers && line->text.len == 0) {
        reading->in_headers = false;
        return false;
    }
    if (begins_rest(line, &reading->rest_kind)) {
        reading->to_end = true;
        ret_piece->kind = reading->rest_kind;
        return true;
    }
    if (signature_line(line->text)) {
        ret_piece->kind = FURNITURE_SIGNATURE;
        return true;
    }
    const size_t end = attribution(reading->text, *line);
    if (end != 0) ret_piece->end = end;
    return end != 0;
}

void furniture_find(struct str text, struct arena *arena, struct furnitures *ret_furniture)
{
    struct furnitures list = {0};
    struct reading reading = {.text = text};
    struct line line;
    struct furniture piece;
    for (size_t at = 0; next_line(text, at, &line);) {
        const bool found = piece_at(&reading, &line, &piece);
        if (found) add(&list, arena, piece);
        at = found ? piece.end : line.end;
    }
    *ret_furniture = list;
}
