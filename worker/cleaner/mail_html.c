/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_html.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <gumbo.h>

#include "core/err.h"
#include "worker/cleaner/mail_depth.h"

enum { HIDDEN_CLASSES_MAX = 100, STYLE_BYTES_MAX = 512 };

/* The writer of a text: white space folded, blank lines bounded. */
struct lines {
    struct buf *text;
    unsigned quotes;      /* "> " before each line */
    unsigned breaks;      /* line ends that wait */
    bool space, has_text; /* a space waits; something was written */
};

struct walk {
    struct lines shown, hidden;
    struct str hidden_classes[HIDDEN_CLASSES_MAX];
    size_t hidden_class_count;
    unsigned hide_depth, pre_depth;
    struct html found;
};

/* ---- lines ------------------------------------------------------------------------------------
 */

static void break_line(struct lines *lines, unsigned count)
{
    if (lines->has_text && lines->breaks < count) lines->breaks = count;
    lines->space = false;
}

static void add_byte(struct lines *lines, char byte)
{
    if (!lines->has_text || lines->breaks > 0) {
        unsigned count = lines->has_text ? lines->breaks : 0;
        for (unsigned i = 0; i < count; i++) {
            buf_add_byte(lines->text, '\n');
            if (i + 1 < count)
                for (unsigned q = 0; q < lines->quotes; q++) buf_add_byte(lines->text, '>');
        }
        for (unsigned q = 0; q < lines->quotes; q++)
            buf_add_c(lines->text, q + 1 < lines->quotes ? ">" : "> ");
        lines->breaks = 0;
        lines->space = false;
        lines->has_text = true;
    } else if (lines->space) {
        buf_add_byte(lines->text, ' ');
        lines->space = false;
    }
    buf_add_byte(lines->text, byte);
}

static void add_folded(struct lines *lines, const char *text)
{
    for (const char *at = text; *at; at++) {
        bool is_hard = (unsigned char)at[0] == 0xc2 && (unsigned char)at[1] == 0xa0;
        if (is_hard) at++;
        if (is_hard || *at == ' ' || *at == '\t' || *at == '\n' || *at == '\r' || *at == '\f')
            lines->space = true;
        else
            add_byte(lines, *at);
    }
}

static void add_as_is(struct lines *lines, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '\n')
            break_line(lines, lines->breaks + 1);
        else
            add_byte(lines, *at);
    }
}

/* ---- what is hidden ---------------------------------------------------------------------------
 */

/* Lower case, without white space: "display:none;color:#fff". */
static void fold_style(const char *style, char *ret_folded)
{
    size_t len = 0;
    for (const char *at = style; *at && len < STYLE_BYTES_MAX - 1; at++)
        if (!isspace((unsigned char)*at)) ret_folded[len++] = (char)tolower((unsigned char)*at);
    ret_folded[len] = 0;
}

static bool has_word(const char *style, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = style; (at = strstr(at, word)); at += len) {
        bool starts = at == style || at[-1] == ';' || at[-1] == '{';
        bool ends = strchr(";}!", at[len]) || at[len] == 0; /* strchr finds the NUL too */
        if (starts && ends) return true;
    }
    return false;
}

/* A declaration list, folded. */
static bool style_hides(const char *style)
{
    static const char *const words[] = {
        "display:none",  "visibility:hidden",   "font-size:0", "font-size:0px",
        "font-size:0pt", "font-size:1px",       "opacity:0",   "opacity:0.0",
        "max-height:0",  "max-height:0px",      "height:0",    "height:0px",
        "mso-hide:all",  "text-indent:-9999px", "width:0",     "width:0px",
        "font-size:0em", "font-size:0%"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has_word(style, words[i])) return true;
    bool is_white = has_word(style, "color:white") || has_word(style, "color:#fff") ||
                    has_word(style, "color:#ffffff") || has_word(style, "color:transparent") ||
                    has_word(style, "color:rgb(255,255,255)");
    return is_white && !strstr(style, "background");
}

/* Class names that a style sheet hides: ".name{…display:none…}". */
static void read_sheet(struct walk *walk, struct str sheet)
{
    struct str rest = sheet, rule;
    while (str_split(&rest, '}', &rule)) {
        size_t open = str_find_byte(rule, '{');
        if (open == STR_NONE) continue;
        struct str body = str_from_byte(rule, open + 1), names = str_slice(rule, 0, open), name;
        char folded[STYLE_BYTES_MAX], plain[STYLE_BYTES_MAX];
        size_t len = body.len < STYLE_BYTES_MAX - 1 ? body.len : STYLE_BYTES_MAX - 1;
        if (len) memcpy(plain, body.at, len);
        plain[len] = 0;
        fold_style(plain, folded);
        if (!style_hides(folded)) continue;
        while (str_split(&names, ',', &name)) {
            size_t dot = str_find_byte(name, '.');
            if (dot == STR_NONE || walk->hidden_class_count == HIDDEN_CLASSES_MAX) continue;
            walk->hidden_classes[walk->hidden_class_count++] =
                str_trim(str_from_byte(name, dot + 1));
        }
    }
}

static bool class_hides(const struct walk *walk, const char *classes)
{
    struct str rest = str_from(classes), one;
    while (str_split(&rest, ' ', &one))
        for (size_t i = 0; i < walk->hidden_class_count; i++)
            if (str_equal(one, walk->hidden_classes[i])) return true;
    return false;
}

static const char *attribute(const GumboElement *element, const char *name)
{
    const GumboAttribute *found = gumbo_get_attribute(&element->attributes, name);
    return found ? found->value : NULL;
}

static bool element_hides(const struct walk *walk, const GumboElement *element)
{
    const char *style = attribute(element, "style"), *classes = attribute(element, "class");
    if (attribute(element, "hidden")) return true;
    if (classes && class_hides(walk, classes)) return true;
    if (!style) return false;
    char folded[STYLE_BYTES_MAX];
    fold_style(style, folded);
    return style_hides(folded);
}

/* ---- the walk ---------------------------------------------------------------------------------
 */

static bool is_no_text(GumboTag tag)
{
    return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_HEAD ||
           tag == GUMBO_TAG_TITLE || tag == GUMBO_TAG_TEMPLATE;
}

/* Some programs show what stands in them, others don't. */
static bool is_inset(GumboTag tag)
{
    return tag == GUMBO_TAG_OBJECT || tag == GUMBO_TAG_IFRAME || tag == GUMBO_TAG_SVG ||
           tag == GUMBO_TAG_NOSCRIPT;
}

/* How many line ends an element has before and after it. */
static unsigned breaks_of(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_PRE: return 2;
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_HR: return 1;
    default: return 0;
    }
}

static bool is_remote(const char *address)
{
    return address && (!strncasecmp(address, "http:", 5) || !strncasecmp(address, "https:", 6) ||
                       !strncmp(address, "//", 2));
}

/* Does a style ask for something: "url(http:…" or "@import"? */
static bool style_is_remote(const char *style)
{
    if (strcasestr(style, "@import")) return true;
    for (const char *at = style; (at = strcasestr(at, "url("));) {
        at += 4;
        while (*at == ' ' || *at == '"' || *at == '\'') at++;
        if (is_remote(at)) return true;
    }
    return false;
}

/* Attributes that make a program fetch something, whatever it is for. */
static bool asks(const GumboElement *element)
{
    static const char *const names[] = {"src", "background", "poster", "data", "srcset"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_remote(attribute(element, names[i]))) return true;
    const char *style = attribute(element, "style");
    bool is_link = element->tag == GUMBO_TAG_LINK && is_remote(attribute(element, "href"));
    return is_link || (style && style_is_remote(style));
}

static void add_apart(struct lines *lines, const char *words)
{
    if (!words || !*words) return;
    break_line(lines, 1);
    add_folded(lines, words);
    break_line(lines, 1);
}

/* What was typed into a form is read like any text; a hidden field is not. */
static void add_field(struct walk *walk, const GumboElement *element, struct lines *lines)
{
    const char *type = attribute(element, "type"), *value = attribute(element, "value");
    if (type && !strcasecmp(type, "hidden"))
        add_apart(&walk->hidden, value);
    else if (value && *value &&
             (!type || (strcasecmp(type, "checkbox") != 0 && strcasecmp(type, "radio") != 0)))
        add_folded(lines, value);
}

static void enter(struct walk *walk, const GumboElement *element)
{
    struct lines *lines = walk->hide_depth ? &walk->hidden : &walk->shown;
    bool hides = is_inset(element->tag) || element_hides(walk, element);
    if (walk->hide_depth || hides) walk->hide_depth++;
    break_line(lines, breaks_of(element->tag));
    if (element->tag == GUMBO_TAG_BR) break_line(lines, lines->breaks + 1);
    if (element->tag == GUMBO_TAG_LI) add_folded(lines, "- ");
    if (element->tag == GUMBO_TAG_TD || element->tag == GUMBO_TAG_TH) lines->space = true;
    if (element->tag == GUMBO_TAG_BLOCKQUOTE) walk->shown.quotes++;
    if (element->tag == GUMBO_TAG_PRE) walk->pre_depth++;
    if (element->tag == GUMBO_TAG_INPUT) add_field(walk, element, lines);
    if (element->tag == GUMBO_TAG_IMG) {
        const char *source = attribute(element, "src");
        add_apart(&walk->hidden, attribute(element, "alt"));
        if (source && !strncasecmp(source, "data:", 5)) walk->found.has_data = true;
    }
}

static void leave(struct walk *walk, const GumboElement *element)
{
    struct lines *lines = walk->hide_depth ? &walk->hidden : &walk->shown;
    break_line(lines, breaks_of(element->tag));
    if (element->tag == GUMBO_TAG_BLOCKQUOTE && walk->shown.quotes > 0) walk->shown.quotes--;
    if (element->tag == GUMBO_TAG_PRE && walk->pre_depth > 0) walk->pre_depth--;
    if (walk->hide_depth) walk->hide_depth--;
}

static bool is_blank(const char *text)
{
    for (; *text; text++)
        if (!isspace((unsigned char)*text)) return false;
    return true;
}

static void take_text(struct walk *walk, const GumboNode *node)
{
    const char *text = node->v.text.text;
    struct lines *lines = walk->hide_depth ? &walk->hidden : &walk->shown;
    if (walk->hide_depth && !is_blank(text)) walk->found.hides = true;
    if (walk->pre_depth)
        add_as_is(lines, text);
    else
        add_folded(lines, text);
}

/* The style sheets come first, wherever they stand. No recursion: a page may nest as deep as it
 * likes. */
static const GumboNode *next_node(const GumboNode *node, const GumboNode *root, bool goes_in,
                                  struct walk *walk)
{
    bool has_children = node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
    if (goes_in && has_children && node->v.element.children.length > 0)
        return node->v.element.children.data[0];
    for (;;) {
        if (has_children && goes_in && walk) leave(walk, &node->v.element);
        if (node == root) return NULL;
        const GumboNode *parent = node->parent;
        size_t next = node->index_within_parent + 1;
        if (next < parent->v.element.children.length) return parent->v.element.children.data[next];
        node = parent;
        has_children = goes_in = true;
    }
}

static void read_sheets(struct walk *walk, const GumboElement *element)
{
    for (unsigned i = 0; i < element->children.length; i++) {
        const GumboNode *child = element->children.data[i];
        if (child->type != GUMBO_NODE_TEXT) continue;
        read_sheet(walk, str_from(child->v.text.text));
        if (style_is_remote(child->v.text.text)) walk->found.is_remote = true;
    }
}

static void find_sheets(struct walk *walk, const GumboNode *root)
{
    struct html *found = &walk->found;
    for (const GumboNode *node = root; node; node = next_node(node, root, true, NULL)) {
        if (node->type == GUMBO_NODE_COMMENT) found->has_comments = true;
        if (node->type != GUMBO_NODE_ELEMENT) continue;
        const GumboElement *element = &node->v.element;
        if (element->tag == GUMBO_TAG_STYLE) read_sheets(walk, element);
        if (element->tag == GUMBO_TAG_SCRIPT) found->has_scripts = true;
        if (element->tag == GUMBO_TAG_TITLE && element->children.length > 0)
            found->has_title = true;
        if (asks(element)) found->is_remote = true;
    }
}

static void find_text(struct walk *walk, const GumboNode *root)
{
    for (const GumboNode *node = root; node;) {
        bool goes_in = true;
        if (node->type == GUMBO_NODE_ELEMENT) {
            goes_in = !is_no_text(node->v.element.tag);
            if (goes_in) enter(walk, &node->v.element);
        } else if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
                   node->type == GUMBO_NODE_CDATA) {
            take_text(walk, node);
        } else if (node->type == GUMBO_NODE_TEMPLATE) {
            goes_in = false;
        }
        node = next_node(node, root, goes_in, walk);
    }
}

/*
 * The library's own clean-up of a tree recurses as deep as the page: what it takes is kept in a
 * chain instead, and given back from there.
 */
struct piece {
    struct piece *before, *after;
    _Alignas(max_align_t) char bytes[];
};

static void *take(void *chain, size_t size)
{
    struct piece *first = chain, *piece = malloc(sizeof *piece + size);
    ASSERT(piece != NULL);
    *piece = (struct piece){first, first->after};
    if (first->after) first->after->before = piece;
    first->after = piece;
    return piece->bytes;
}

static void give_back(void *chain, void *memory)
{
    (void)chain;
    if (!memory) return;
    struct piece *piece = (struct piece *)(void *)((char *)memory - offsetof(struct piece, bytes));
    piece->before->after = piece->after;
    if (piece->after) piece->after->before = piece->before;
    free(piece);
}

/* ---- pages that nest too deeply ----------------------------------------------------------------
 */

/* Everything between tags but scripts and styles, whatever a reader would see of it. */
static void bare_text(struct str html, struct lines *hidden)
{
    bool is_tag = false;
    char piece[2] = {0, 0};
    for (size_t at = 0; at < html.len; at++) {
        if (html.at[at] == '<') {
            GumboTag tag = depth_tag(str_from_byte(html, at + 1));
            is_tag = true;
            hidden->space = true;
            if (tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE) at = depth_end(html, at, tag);
        } else if (html.at[at] == '>' && is_tag) {
            is_tag = false;
        } else if (!is_tag && html.at[at] != 0) {
            piece[0] = html.at[at];
            bool is_byte_of_point = (unsigned char)piece[0] >= 0x80;
            if (is_byte_of_point)
                add_byte(hidden, piece[0]);
            else
                add_folded(hidden, piece);
        }
    }
}

bool html_text(struct str html, struct buf *ret_text, struct buf *ret_hidden, struct html *ret_html)
{
    if (depth_is_over(html)) {
        struct lines hidden = {.text = ret_hidden};
        bare_text(html, &hidden);
        *ret_html = (struct html){.is_too_deep = true};
        return buf_done(ret_hidden) == OK;
    }
    struct piece chain = {NULL, NULL};
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = take;
    options.deallocator = give_back;
    options.userdata = &chain;
    const GumboOutput *output =
        gumbo_parse_with_options(&options, html.at ? html.at : "", html.len);
    struct walk *walk = take(&chain, sizeof *walk);
    *walk = (struct walk){.shown = {.text = ret_text}, .hidden = {.text = ret_hidden}};
    find_sheets(walk, output->root);
    find_text(walk, output->root);
    *ret_html = walk->found;
    while (chain.after) give_back(&chain, chain.after->bytes);
    return buf_done(ret_text) == OK && buf_done(ret_hidden) == OK;
}
