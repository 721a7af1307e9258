/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/furniture.h"

#include <string.h>

#include "core/buf.h"

enum {
    FURNITURE_MAX = 500,
    HEADER_LINES_LEAST = 3, /* of "From: … Sent: … To: …" to be a header block */
    LOOK_BACK_LINES = 4,    /* an attribution may be broken over so many lines */
    SIGNATURE_LINES_MAX = 15,
    DISCLAIMER_MARKS_LEAST = 2,
};

struct line {
    size_t start, end; /* without its line end */
};

struct page {
    struct str text;
    struct line *lines;
    size_t count;
};

static struct str line_text(const struct page *page, size_t index)
{
    return str_slice(page->text, page->lines[index].start, page->lines[index].end);
}

static bool is_blank(struct str line)
{
    return str_trim(line).len == 0;
}

/* ASCII letters without regard to case, all other bytes as they are. */
static bool has(struct str text, const char *part)
{
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= text.len; i++)
        if (str_same(str_slice(text, i, i + len), (struct str){part, len})) return true;
    return false;
}

static bool begins(struct str text, const char *part)
{
    size_t len = strlen(part);
    return text.len >= len && str_same(str_slice(text, 0, len), (struct str){part, len});
}

static bool ends(struct str text, const char *part)
{
    size_t len = strlen(part);
    return text.len >= len &&
           str_same(str_from_byte(text, text.len - len), (struct str){part, len});
}

static bool begins_with_one(struct str text, const char *const *parts)
{
    for (; *parts; parts++)
        if (begins(text, *parts)) return true;
    return false;
}

static bool ends_with_one(struct str text, const char *const *parts)
{
    for (; *parts; parts++)
        if (ends(text, *parts)) return true;
    return false;
}

/* ---- the phrases ------------------------------------------------------------------------------
 */

/* Lines above a quoted or passed-on message. */
static const char *const separators[] = {"-----original message-----",
                                         "----- original message -----",
                                         "---original message---",
                                         "-------- original message --------",
                                         "-----wiadomość oryginalna-----",
                                         "-----mesaj original-----",
                                         "-----neges wreiddiol-----",
                                         "________________________________",
                                         NULL};
static const char *const forward_separators[] = {"---------- forwarded message",
                                                 "-------- forwarded message",
                                                 "----- forwarded message",
                                                 "begin forwarded message:",
                                                 "---------- wiadomość przekazana",
                                                 "---------- przekazana wiadomość",
                                                 "---------- mesaj redirecționat",
                                                 "---------- mesaj redirectionat",
                                                 "---------- neges a anfonwyd ymlaen",
                                                 NULL};
/* An attribution begins with one of these and ends with one of those. */
static const char *const attribution_starts[] = {"on ", "w dniu ", "dnia ", "pe ",
                                                 "în ", "ar ",     "le ",   NULL};
static const char *const attribution_ends[] = {
    "wrote:",   "writes:", "napisał:",      "napisała:",       "napisał(a):", "pisze:",
    "a scris:", "scris:",  "ysgrifennodd:", "a ysgrifennodd:", NULL};
static const char *const header_names[] = {
    "from:",  "sent:",    "to:",      "cc:",    "subject:", "date:",      "reply-to:",
    "od:",    "wysłano:", "do:",      "dw:",    "temat:",   "data:",      "wysłane:",
    "de la:", "trimis:",  "către:",   "catre:", "subiect:", "oddi wrth:", "anfonwyd:",
    "at:",    "pwnc:",    "dyddiad:", NULL};
static const char *const device_signatures[] = {"sent from my ",
                                                "sent from outlook",
                                                "sent from yahoo",
                                                "sent from samsung",
                                                "get outlook for ",
                                                "sent via ",
                                                "wysłane z ",
                                                "wysłano z ",
                                                "trimis de pe ",
                                                "anfonwyd o fy ",
                                                "sent from mail for windows",
                                                "sent from the all new aol",
                                                NULL};
static const char *const disclaimer_marks[] = {"confidential",
                                               "intended solely",
                                               "intended only",
                                               "intended recipient",
                                               "if you have received",
                                               "received this email in error",
                                               "received this e-mail in error",
                                               "please delete",
                                               "notify the sender",
                                               "unauthorised",
                                               "unauthorized",
                                               "legally privileged",
                                               "virus",
                                               "does not accept liability",
                                               "consider the environment",
                                               "monitored",
                                               "registered in england",
                                               "poufne",
                                               "confidențial",
                                               "gyfrinachol",
                                               NULL};

/* ---- lines ------------------------------------------------------------------------------------
 */

static struct page make_page(struct str text, struct arena *arena)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) count += text.at[i] == '\n';
    struct page page = {text, ARENA_MANY(arena, count, struct line), 0};
    size_t start = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.at[i] != '\n') continue;
        page.lines[page.count++] = (struct line){start, i};
        start = i + 1;
    }
    return page;
}

static bool is_quoted(struct str line)
{
    line = str_trim(line);
    return line.len > 0 && line.at[0] == '>';
}

/* How many lines from here on are a header block; 0 if there is none. */
static size_t header_block(const struct page *page, size_t at)
{
    size_t named = 0, i = at;
    for (; i < page->count; i++) {
        struct str line = str_trim(line_text(page, i));
        while (line.len > 0 && line.at[0] == '*') line = str_from_byte(line, 1); /* bold as text */
        if (line.len == 0) break;
        if (begins_with_one(line, header_names))
            named++;
        else if (named == 0 || named + 2 < i - at)
            break;
    }
    return named >= HEADER_LINES_LEAST ? i - at : 0;
}

/*
 * Whether an attribution begins here, over how many lines. It names a time or an address: a
 * sender's own "On Monday she wrote:" does not.
 */
static size_t attribution(const struct page *page, size_t at)
{
    struct str first = str_trim(line_text(page, at));
    if (!begins_with_one(first, attribution_starts)) return 0;
    for (size_t lines = 1; lines <= LOOK_BACK_LINES && at + lines <= page->count; lines++) {
        struct str whole =
            str_slice(page->text, page->lines[at].start, page->lines[at + lines - 1].end);
        struct str last = str_trim(line_text(page, at + lines - 1));
        if (last.len == 0) return 0;
        if (!ends_with_one(last, attribution_ends)) continue;
        bool names_sender =
            str_find_byte(whole, '@') != STR_NONE || str_find_byte(whole, '<') != STR_NONE;
        bool names_time =
            str_find(whole, STR("20")) != STR_NONE && str_find_byte(whole, ':') != STR_NONE;
        return names_sender || names_time ? lines : 0;
    }
    return 0;
}

/* ---- finding ----------------------------------------------------------------------------------
 */

struct finder {
    struct page page;
    struct furniture *found;
    size_t count;
};

static void note(struct finder *finder, enum furniture_kind kind, size_t from, size_t to)
{
    if (finder->count == FURNITURE_MAX || from >= to) return;
    size_t start = finder->page.lines[from].start, end = finder->page.lines[to - 1].end;
    if (start < end) finder->found[finder->count++] = (struct furniture){kind, start, end};
}

/* Lines that begin with '>' and blank ones between them; the first line after. */
static size_t end_of_quote(const struct page *page, size_t at)
{
    size_t end = at;
    for (size_t i = at; i < page->count; i++) {
        struct str line = line_text(page, i);
        if (is_quoted(line))
            end = i + 1;
        else if (!is_blank(line))
            break;
    }
    return end;
}

static bool is_signature_mark(struct str line)
{
    return str_equal(line, STR("-- ")) || str_equal(line, STR("--"));
}

static bool begins_quote(const struct page *page, size_t at)
{
    return is_quoted(line_text(page, at)) || attribution(page, at) > 0 ||
           header_block(page, at) > 0 ||
           begins_with_one(str_trim(line_text(page, at)), separators) ||
           begins_with_one(str_trim(line_text(page, at)), forward_separators);
}

static size_t end_of_signature(const struct page *page, size_t at)
{
    size_t end = at + 1;
    while (end < page->count && end - at <= SIGNATURE_LINES_MAX && !begins_quote(page, end)) end++;
    return end;
}

static size_t skip_blank(const struct page *page, size_t at)
{
    while (at < page->count && is_blank(line_text(page, at))) at++;
    return at;
}

/* A message passed on or quoted without marks: its head, and for a quote all that follows. */
static size_t take_block(struct finder *finder, size_t at, bool is_forward, size_t head_lines)
{
    struct page *page = &finder->page;
    if (is_forward) {
        note(finder, FURNITURE_FORWARD_HEADER, at, at + head_lines);
        return at + head_lines;
    }
    note(finder, FURNITURE_QUOTE, at, page->count);
    return page->count;
}

/* The furniture that begins on this line; returns the line after it, or the same. */
static size_t take_one(struct finder *finder, size_t at)
{
    struct page *page = &finder->page;
    struct str line = line_text(page, at), trimmed = str_trim(line);
    if (is_quoted(line)) {
        size_t end = end_of_quote(page, at);
        note(finder, FURNITURE_QUOTE, at, end);
        return end;
    }
    size_t lines = attribution(page, at);
    if (lines > 0) {
        size_t next = skip_blank(page, at + lines);
        if (next < page->count && is_quoted(line_text(page, next))) {
            size_t end = end_of_quote(page, next);
            note(finder, FURNITURE_QUOTE, at, end);
            return end;
        }
        return take_block(finder, at, false, lines);
    }
    if (begins_with_one(trimmed, forward_separators)) {
        size_t head = skip_blank(page, at + 1), block = header_block(page, head);
        return take_block(finder, at, true, block ? head + block - at : 1);
    }
    if (begins_with_one(trimmed, separators)) {
        size_t head = skip_blank(page, at + 1);
        bool is_rule = trimmed.at[0] == '_';
        if (!is_rule || header_block(page, head) > 0) return take_block(finder, at, false, 1);
    }
    if (header_block(page, at) > 0) return take_block(finder, at, false, 1);
    if (is_signature_mark(line)) {
        size_t end = end_of_signature(page, at);
        note(finder, FURNITURE_SIGNATURE, at, end);
        return end;
    }
    if (begins_with_one(trimmed, device_signatures)) {
        note(finder, FURNITURE_SIGNATURE, at, at + 1);
        return at + 1;
    }
    return at;
}

/* A paragraph in the language of disclaimers; only at the end, where nothing of the sender's
 * follows. */
static bool is_disclaimer(struct str paragraph)
{
    int marks = 0;
    for (const char *const *mark = disclaimer_marks; *mark; mark++) marks += has(paragraph, *mark);
    return marks >= DISCLAIMER_MARKS_LEAST;
}

static bool is_taken(const struct finder *finder, size_t line)
{
    for (size_t i = 0; i < finder->count; i++)
        if (finder->page.lines[line].start >= finder->found[i].start &&
            finder->page.lines[line].end <= finder->found[i].end)
            return true;
    return false;
}

static void find_disclaimers(struct finder *finder)
{
    const struct page *page = &finder->page;
    size_t end = page->count;
    while (end > 0) {
        if (is_blank(line_text(page, end - 1)) || is_taken(finder, end - 1)) {
            end--;
            continue;
        }
        size_t start = end;
        while (start > 0 && !is_blank(line_text(page, start - 1)) && !is_taken(finder, start - 1))
            start--;
        struct str paragraph =
            str_slice(page->text, page->lines[start].start, page->lines[end - 1].end);
        if (!is_disclaimer(paragraph)) return;
        note(finder, FURNITURE_DISCLAIMER, start, end);
        end = start;
    }
}

static void sort(struct furniture *found, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && found[j].start < found[j - 1].start; j--) {
            struct furniture swap = found[j];
            found[j] = found[j - 1];
            found[j - 1] = swap;
        }
}

void furniture_find(struct mail *mail, struct arena *arena)
{
    struct finder finder = {make_page(mail->text, arena),
                            ARENA_MANY(arena, FURNITURE_MAX, struct furniture), 0};
    for (size_t at = 0; at < finder.page.count;) {
        size_t next = take_one(&finder, at);
        at = next > at ? next : at + 1;
    }
    find_disclaimers(&finder);
    sort(finder.found, finder.count);
    mail->furniture = finder.found;
    mail->furniture_count = finder.count;
}

struct str furniture_own_text(const struct mail *mail, struct arena *arena)
{
    BUF(own, mail->text.len + 1);
    size_t at = 0;
    for (size_t i = 0; i < mail->furniture_count; i++) {
        buf_add(&own, str_slice(mail->text, at, mail->furniture[i].start));
        at = mail->furniture[i].end;
    }
    buf_add(&own, str_from_byte(mail->text, at));
    ASSERT(buf_done(&own) == OK);
    return arena_str(arena, str_trim(buf_str(&own)));
}
