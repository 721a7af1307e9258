/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/compose.h"

#include <string.h>

#include "core/code.h"
#include "core/day.h"
#include "core/utf8.h"
#include "mail/answer.h"

enum {
    LINE_COLUMNS = 76, /* of headers, quoted-printable and base64 */
    TEXT_COLUMNS = 72, /* of flowed text, without its trailing space */
    WORD_COLUMNS = 75, /* of one encoded word, RFC 2047 §2 */
    SUBJECT_BYTES = 500,
    TOKEN_BYTES = 60,
    TYPE_BYTES = 100,
    BASE64_LINE = 57, /* bytes that make 76 columns */
};

/* ---- checks ---- */

static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static bool is_token(struct str text, size_t max)
{
    if (text.len == 0 || text.len > max) return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_token_char(text.at[i])) return false;
    return true;
}

static bool is_type(struct str type)
{
    size_t slash = str_find_byte(type, '/');
    return slash != STR_NONE && is_token(str_slice(type, 0, slash), TYPE_BYTES) &&
           is_token(str_from_byte(type, slash + 1), TYPE_BYTES);
}

static bool is_message_id(struct str id)
{
    size_t at = str_find_byte(id, '@');
    return at != STR_NONE && is_token(str_slice(id, 0, at), 2 * TOKEN_BYTES) &&
           is_token(str_from_byte(id, at + 1), 255);
}

/* One line of valid text: what may stand in a header. */
static bool is_line(struct str text)
{
    uint32_t point;
    while (utf8_next(&text, &point))
        if (point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x2028 || point == 0x2029)
            return false;
    return text.len == 0;
}

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80) return false;
    return true;
}

/* ---- header lines ---- */

/* A header being written: remembers the column. */
struct line {
    struct buf *out;
    size_t column;
};

static struct line begin_header(struct buf *out, const char *name)
{
    buf_add_c(out, name);
    buf_add_byte(out, ':');
    return (struct line){out, strlen(name) + 1};
}

/* Adds " piece", on a new line when it would pass the edge. */
static void add_piece(struct line *line, struct str piece)
{
    if (line->column + 1 + piece.len > LINE_COLUMNS) {
        buf_add_c(line->out, "\r\n");
        line->column = 0;
    }
    buf_add_byte(line->out, ' ');
    buf_add(line->out, piece);
    line->column += 1 + piece.len;
}

static void end_header(struct line *line)
{
    buf_add_c(line->out, "\r\n");
}

/* Takes at most `max` bytes of whole code points off the front of *rest. */
static struct str take_points(struct str *rest, size_t max)
{
    struct str start = *rest, next = *rest;
    uint32_t point;
    while (utf8_next(&next, &point) && start.len - next.len <= max) *rest = next;
    return str_slice(start, 0, start.len - rest->len);
}

/* Encoded words "=?utf-8?B?…?=", each of whole characters. */
static void add_encoded_words(struct line *line, struct str text)
{
    const size_t frame = sizeof "=?utf-8?B?"
                                "?=" -
                         1;
    const size_t max = (WORD_COLUMNS - frame) / 4 * 3;
    while (text.len) {
        struct str piece = take_points(&text, max);
        BUF(word, WORD_COLUMNS + 1);
        buf_add_c(&word, "=?utf-8?B?");
        code_base64_put(&word, piece.at, piece.len);
        buf_add_c(&word, "?=");
        add_piece(line, buf_str(&word));
    }
}

/* Words as they are, folded between them; runs of spaces stay. */
static void add_plain_words(struct line *line, struct str text)
{
    struct str word;
    while (str_split(&text, ' ', &word)) add_piece(line, word);
}

/* Does unencoded text say what it shows? */
static bool is_plain(struct str text)
{
    if (!is_ascii(text) || str_find(text, STR("=?")) != STR_NONE) return false;
    if (text.len && (text.at[0] == ' ' || text.at[text.len - 1] == ' ')) return false;
    if (str_find(text, STR("  ")) != STR_NONE) return false;
    struct str rest = text, word;
    while (str_split(&rest, ' ', &word))
        if (word.len > LINE_COLUMNS - 12) return false;
    return true;
}

static void add_text_header(struct buf *out, const char *name, struct str text)
{
    struct line line = begin_header(out, name);
    if (!is_plain(text))
        add_encoded_words(&line, text);
    else if (text.len)
        add_plain_words(&line, text);
    end_header(&line);
}

static bool is_atom_phrase(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_token_char(text.at[i]) && text.at[i] != ' ') return false;
    return str_find_byte(text, '.') == STR_NONE;
}

static void add_name(struct line *line, struct str name)
{
    if (!is_plain(name)) {
        add_encoded_words(line, name);
    } else if (is_atom_phrase(name)) {
        add_plain_words(line, name);
    } else {
        BUF(quoted, 2 * MAIL_ADDR_NAME_BYTES + 2);
        buf_add_byte(&quoted, '"');
        for (size_t i = 0; i < name.len; i++) {
            if (name.at[i] == '"' || name.at[i] == '\\') buf_add_byte(&quoted, '\\');
            buf_add_byte(&quoted, name.at[i]);
        }
        buf_add_byte(&quoted, '"');
        add_plain_words(line, buf_str(&quoted));
    }
}

static enum err add_addr_header(struct buf *out, const char *name, const struct mail_addr *addr)
{
    if (!is_line(addr->name) || addr->name.len > MAIL_ADDR_NAME_BYTES) return ERR_BAD_INPUT;
    if (!is_line(addr->local) || !is_line(addr->domain)) return ERR_BAD_INPUT;
    if (addr->local.len + addr->domain.len >= MAIL_ADDR_BYTES) return ERR_BAD_INPUT;
    ARENA(arena, 4096);
    struct str spec = mail_addr_spec(addr, arena);
    struct line line = begin_header(out, name);
    if (addr->name.len == 0) {
        add_piece(&line, spec);
    } else {
        BUF(angle, 2 * MAIL_ADDR_BYTES);
        buf_add_byte(&angle, '<');
        buf_add(&angle, spec);
        buf_add_byte(&angle, '>');
        add_name(&line, addr->name);
        add_piece(&line, buf_str(&angle));
    }
    end_header(&line);
    return OK;
}

/* RFC 5322 §3.3, in UTC. */
static void add_date(struct buf *out, struct utc date)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    int64_t seconds = date.us / UTC_SECOND_US - (date.us % UTC_SECOND_US < 0);
    int64_t day_seconds = UTC_DAY_US / UTC_SECOND_US;
    int64_t number = seconds / day_seconds - (seconds % day_seconds < 0);
    struct day day = {(int32_t)number};
    struct day_parts parts = day_parts(day);
    int time = (int)(seconds - number * day_seconds);
    buf_print(out, "Date: %s, %d %.3s %04d %02d:%02d:%02d +0000\r\n", days[day_weekday(day)],
              parts.day, day_month_name(parts.month), parts.year, time / 3600, time / 60 % 60,
              time % 60);
}

enum err mail_compose_message(const struct mail_compose_headers *headers, struct str entity,
                              struct buf *ret_message)
{
    if (!is_message_id(headers->message_id)) return ERR_BAD_INPUT;
    if (!is_line(headers->subject) || headers->subject.len > SUBJECT_BYTES) return ERR_BAD_INPUT;
    if (!str_starts(entity, STR("Content-Type: "))) return ERR_BAD_INPUT;
    if (!str_equal(mail_answer_id(headers->answers), headers->answers)) return ERR_BAD_INPUT;
    TRY(add_addr_header(ret_message, "From", &headers->from));
    TRY(add_addr_header(ret_message, "To", &headers->to));
    if (headers->reply_to.domain.len)
        TRY(add_addr_header(ret_message, "Reply-To", &headers->reply_to));
    add_text_header(ret_message, "Subject", headers->subject);
    add_date(ret_message, headers->date);
    buf_print(ret_message, "Message-ID: <%.*s>\r\n", STR_ARG(headers->message_id));
    if (headers->answers.len) {
        buf_print(ret_message, "In-Reply-To: <%.*s>\r\n", STR_ARG(headers->answers));
        buf_print(ret_message, "References: <%.*s>\r\n", STR_ARG(headers->answers));
    }
    if (headers->automatic) {
        buf_print(ret_message, "Auto-Submitted: auto-%s\r\n",
                  headers->is_answer ? "replied" : "generated");
        buf_add_c(ret_message, "X-Auto-Response-Suppress: All\r\n");
    }
    buf_add_c(ret_message, "MIME-Version: 1.0\r\n");
    buf_add(ret_message, entity);
    return buf_done(ret_message);
}

/* ---- text ---- */

/* One line of flowed text with its soft break, if it has one. */
static void add_flowed_line(struct buf *out, struct str line, bool soft)
{
    bool stuff =
        line.len && (line.at[0] == ' ' || line.at[0] == '>' || str_starts(line, STR("From ")));
    if (stuff) buf_add_byte(out, ' ');
    buf_add(out, line);
    if (soft) buf_add_byte(out, ' ');
    buf_add_byte(out, '\n');
}

/* The byte index of the space at which to break, or the whole length: the last one before the edge,
 * else the first one after it. */
static size_t find_break(struct str line)
{
    size_t column = 0, last = 0, i = 0;
    struct str rest = line;
    uint32_t point;
    while (utf8_next(&rest, &point)) {
        if (point == ' ' && i > 0) {
            if (column > TEXT_COLUMNS) return last ? last : i;
            last = i;
        }
        column++;
        i = line.len - rest.len;
    }
    return column > TEXT_COLUMNS && last ? last : line.len;
}

static struct str without_end_spaces(struct str line)
{
    while (line.len && line.at[line.len - 1] == ' ') line.len--;
    return line;
}

/* A line without spaces at its start would lose a break made before more spaces, so breaks are
 * made at the last space of a run. */
static void add_flowed(struct buf *out, struct str text)
{
    struct str line;
    while (str_split(&text, '\n', &line)) {
        if (!text.at && line.len == 0) break; /* after the last newline */
        if (str_equal(line, STR("-- "))) {
            buf_add_c(out, "-- \n");
            continue;
        }
        line = without_end_spaces(line);
        for (;;) {
            size_t at = find_break(line);
            if (at == line.len) break;
            while (at + 1 < line.len && line.at[at + 1] == ' ') at++;
            add_flowed_line(out, str_slice(line, 0, at), true);
            line = str_from_byte(line, at + 1);
        }
        add_flowed_line(out, line, false);
    }
}

/* May the flowed text go as it is? */
static bool is_seven_bit(struct str text)
{
    struct str line;
    if (!is_ascii(text) || str_find(text, STR("=_")) != STR_NONE) return false;
    while (str_split(&text, '\n', &line)) {
        if (line.len > LINE_COLUMNS + 2) return false;
        if (line.len && (line.at[line.len - 1] == ' ' || line.at[line.len - 1] == '\t'))
            return false;
        if (str_starts(line, STR("From ")) || str_starts(line, STR("."))) return false;
    }
    return true;
}

static void add_crlf_lines(struct buf *out, struct str text)
{
    struct str line;
    while (str_split(&text, '\n', &line)) {
        if (!text.at && line.len == 0) break; /* after the last newline */
        buf_add(out, line);
        buf_add_c(out, "\r\n");
    }
}

/* RFC 2045 §6.7; each line of the text by itself. */
static void add_quoted_printable(struct buf *out, struct str text)
{
    static const char hex[] = "0123456789ABCDEF";
    struct str line;
    while (str_split(&text, '\n', &line)) {
        if (!text.at && line.len == 0) break;
        size_t column = 0;
        bool mask_first = str_starts(line, STR("From ")) || str_starts(line, STR("."));
        for (size_t i = 0; i < line.len; i++) {
            unsigned char c = (unsigned char)line.at[i];
            bool last = i + 1 == line.len;
            bool plain = (c > ' ' && c < 0x7f && c != '=') || (c == ' ' && !last);
            if (i == 0 && mask_first) plain = false;
            size_t width = plain ? 1 : 3;
            if (column + width > LINE_COLUMNS - 1) { /* room for the "=" of a soft break */
                buf_add_c(out, "=\r\n");
                column = 0;
            }
            if (plain) {
                buf_add_byte(out, (char)c);
            } else {
                buf_add_byte(out, '=');
                buf_add_byte(out, hex[c >> 4]);
                buf_add_byte(out, hex[c & 15]);
            }
            column += width;
        }
        buf_add_c(out, "\r\n");
    }
}

static bool is_text(struct str text)
{
    uint32_t point;
    while (utf8_next(&text, &point))
        if ((point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point <= 0x9f))
            return false;
    return text.len == 0;
}

enum err mail_compose_text(struct str text, struct buf *ret_entity)
{
    if (!is_text(text)) return ERR_BAD_INPUT;
    BUF(flowed, ret_entity->max);
    add_flowed(&flowed, text);
    TRY(buf_done(&flowed));
    bool seven = is_seven_bit(buf_str(&flowed));
    buf_add_c(ret_entity, "Content-Type: text/plain; charset=utf-8; format=flowed\r\n");
    buf_print(ret_entity, "Content-Transfer-Encoding: %s\r\n\r\n",
              seven ? "7bit" : "quoted-printable");
    if (seven)
        add_crlf_lines(ret_entity, buf_str(&flowed));
    else
        add_quoted_printable(ret_entity, buf_str(&flowed));
    return buf_done(ret_entity);
}

/* ---- multiparts ---- */

/* "=_" stands in no body that is written here: not in base64, quoted-printable or armour, and text
 * that holds it goes quoted-printable (RFC 2045 §6.7 recommends such a boundary). */
static void add_boundary(struct buf *out, struct str token, const char *end)
{
    buf_print(out, "--=_%.*s%s\r\n", STR_ARG(token), end);
}

static void add_file(struct buf *out, const struct mail_compose_file *file)
{
    buf_print(out, "Content-Type: %.*s; name=\"%.*s\"\r\n", STR_ARG(file->type),
              STR_ARG(file->name));
    buf_print(out, "Content-Disposition: attachment; filename=\"%.*s\"\r\n", STR_ARG(file->name));
    buf_add_c(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    struct str rest = file->bytes;
    while (rest.len) {
        struct str piece = str_slice(rest, 0, BASE64_LINE);
        code_base64_put(out, piece.at, piece.len);
        buf_add_c(out, "\r\n");
        rest = str_from_byte(rest, piece.len);
    }
}

size_t mail_compose_file_room(size_t bytes)
{
    ASSERT(bytes < SIZE_MAX / 4);
    return (bytes / BASE64_LINE + 1) * (LINE_COLUMNS + 2) + 1000;
}

enum err mail_compose_mixed(struct str token, struct str text,
                            const struct mail_compose_file *files, size_t count,
                            struct buf *ret_entity)
{
    if (!is_token(token, TOKEN_BYTES)) return ERR_BAD_INPUT;
    for (size_t i = 0; i < count; i++)
        if (!is_type(files[i].type) || !is_token(files[i].name, TOKEN_BYTES)) return ERR_BAD_INPUT;
    buf_print(ret_entity, "Content-Type: multipart/mixed; boundary=\"=_%.*s\"\r\n\r\n",
              STR_ARG(token));
    add_boundary(ret_entity, token, "");
    TRY(mail_compose_text(text, ret_entity));
    for (size_t i = 0; i < count; i++) {
        buf_add_c(ret_entity, "\r\n");
        add_boundary(ret_entity, token, "");
        add_file(ret_entity, &files[i]);
    }
    buf_add_c(ret_entity, "\r\n");
    add_boundary(ret_entity, token, "--");
    return buf_done(ret_entity);
}

static bool is_armor(struct str armor)
{
    return str_starts(armor, STR("-----BEGIN PGP MESSAGE-----")) &&
           str_find(armor, STR("-----END PGP MESSAGE-----")) != STR_NONE && is_ascii(armor) &&
           is_text(armor) && str_find(armor, STR("=_")) == STR_NONE;
}

enum err mail_compose_encrypted(struct str token, struct str armor, struct buf *ret_entity)
{
    if (!is_token(token, TOKEN_BYTES) || !is_armor(armor)) return ERR_BAD_INPUT;
    buf_add_c(ret_entity, "Content-Type: multipart/encrypted;\r\n"
                          " protocol=\"application/pgp-encrypted\";\r\n");
    buf_print(ret_entity, " boundary=\"=_%.*s\"\r\n\r\n", STR_ARG(token));
    add_boundary(ret_entity, token, "");
    buf_add_c(ret_entity, "Content-Type: application/pgp-encrypted\r\n"
                          "Content-Description: PGP/MIME version identification\r\n"
                          "\r\n"
                          "Version: 1\r\n"
                          "\r\n");
    add_boundary(ret_entity, token, "");
    buf_add_c(ret_entity, "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
                          "Content-Description: OpenPGP encrypted message\r\n"
                          "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n"
                          "\r\n");
    add_crlf_lines(ret_entity, armor);
    buf_add_c(ret_entity, "\r\n");
    add_boundary(ret_entity, token, "--");
    return buf_done(ret_entity);
}
