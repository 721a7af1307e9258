/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Compiling and rendering stand together (over 500 lines) because both know the token.
 *
 * A partial that stands alone on its line is indented: its white space goes before every line of
 * the partial's own text, not of the values in it. A text token therefore knows whether it starts a
 * line, and a tag at the start of a line has an empty text token before it.
 */
#include "core/tmpl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/num.h"

enum kind { TEXT, VALUE, RAW, SECTION, INVERTED, PARTIAL };

struct name {
    struct str *parts; /* none: the value in hand, "." */
    size_t count;
};

struct token {
    enum kind kind;
    bool line_start;     /* TEXT */
    struct str text;     /* TEXT; PARTIAL: its indent */
    struct name name;    /* VALUE, RAW, SECTION, INVERTED */
    struct token *inner; /* SECTION, INVERTED */
    struct str wanted;   /* PARTIAL: the name */
    const struct tmpl *partial;
    struct token *next;
};

struct tmpl {
    struct str name;
    struct token *tokens;
};

struct tmpl_set {
    struct arena *arena;
    enum tmpl_kind kind;
    struct tmpl *all;
    size_t count;
};

/* What marks a value as made by tmpl_html: no text of a person holds a control character. */
#define HTML_KEY "\001html"

/* ---- compiling ---- */

struct parser {
    struct tmpl_set *set;
    struct str file, source;
    size_t at;
    struct str open, close; /* delimiters */
    struct buf *problem;
    struct {
        struct token **tail;
        struct str name;
        size_t start;
    } nest[TMPL_DEPTH + 1];
    size_t depth;
};

static enum err bad(struct parser *parser, size_t at, const char *what)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < parser->source.len; i++) line += parser->source.at[i] == '\n';
    buf_print(parser->problem, "%.*s:%zu: %s", STR_ARG(parser->file), line, what);
    return ERR_BAD_TEMPLATE;
}

static struct token *push(struct parser *parser, enum kind kind)
{
    struct token *token = ARENA_ONE(parser->set->arena, struct token);
    token->kind = kind;
    *parser->nest[parser->depth].tail = token;
    parser->nest[parser->depth].tail = &token->next;
    return token;
}

static bool at_line_start(const struct parser *parser, size_t at)
{
    return at == 0 || parser->source.at[at - 1] == '\n';
}

static void push_text(struct parser *parser, size_t start, size_t end)
{
    struct token *token = push(parser, TEXT);
    token->text = str_slice(parser->source, start, end);
    token->line_start = at_line_start(parser, start);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool has_space(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_blank(s.at[i]) || s.at[i] == '\n' || s.at[i] == '\r') return true;
    return false;
}

/* "a.b.c" into its parts; "." into none. */
static enum err parse_name(struct parser *parser, size_t at, struct str text, struct name *ret_name)
{
    if (text.len == 0 || has_space(text)) return bad(parser, at, "a tag needs one name");
    if (str_equal(text, STR("."))) {
        *ret_name = (struct name){NULL, 0};
        return OK;
    }
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) count += text.at[i] == '.';
    struct name name = {ARENA_MANY(parser->set->arena, count, struct str), 0};
    struct str rest = text, part;
    while (str_split(&rest, '.', &part)) {
        if (part.len == 0) return bad(parser, at, "a name has an empty part");
        name.parts[name.count++] = part;
    }
    *ret_name = name;
    return OK;
}

static enum err parse_delimiters(struct parser *parser, size_t at, struct str text)
{
    struct str s = str_trim(text);
    size_t split = 0;
    while (split < s.len && !has_space(str_slice(s, split, split + 1))) split++;
    struct str open = str_slice(s, 0, split), close = str_trim(str_from_byte(s, split));
    if (!open.len || !close.len || has_space(close) || str_find_byte(open, '=') != STR_NONE ||
        str_find_byte(close, '=') != STR_NONE)
        return bad(parser, at, "delimiters are written {{=<% %>=}}");
    parser->open = open;
    parser->close = close;
    return OK;
}

static enum err open_section(struct parser *parser, size_t at, enum kind kind, struct str text)
{
    struct name name;
    TRY(parse_name(parser, at, text, &name));
    if (parser->depth == TMPL_DEPTH) return bad(parser, at, "sections nest too deep");
    struct token *token = push(parser, kind);
    token->name = name;
    parser->depth++;
    parser->nest[parser->depth].tail = &token->inner;
    parser->nest[parser->depth].name = text;
    parser->nest[parser->depth].start = at;
    return OK;
}

static enum err close_section(struct parser *parser, size_t at, struct str text)
{
    if (parser->depth == 0) return bad(parser, at, "a section is closed that was not opened");
    if (!str_equal(text, parser->nest[parser->depth].name))
        return bad(parser, at, "another section is open than the one closed here");
    parser->depth--;
    return OK;
}

static enum err push_value(struct parser *parser, size_t at, bool raw, struct str text)
{
    struct name name;
    TRY(parse_name(parser, at, text, &name));
    if (parser->set->kind == TMPL_PAGE && raw && !str_ends(text, STR("_html")))
        return bad(parser, at, "on a page only a name that ends in _html may be raw");
    if (parser->set->kind == TMPL_TEXT && !raw)
        return bad(parser, at, "in a text write {{& name}}");
    push(parser, raw ? RAW : VALUE)->name = name;
    return OK;
}

/* One tag's kind and content, and where it ends. */
struct tag {
    char kind; /* # ^ / ! > & = or 0 for a plain value; { has become & */
    struct str text;
    size_t start, end;
};

static enum err read_tag(struct parser *parser, size_t start, struct tag *ret_tag)
{
    struct tag tag = {.start = start};
    size_t at = start + parser->open.len;
    char first = at < parser->source.len ? parser->source.at[at] : 0;
    char ending_byte = first == '{' ? '}' : first == '=' ? '=' : 0;
    if (first && strchr("#^/!>&={", first)) tag.kind = first, at++;
    struct str rest = str_from_byte(parser->source, at);
    size_t length = 0;
    for (;; length++) {
        size_t found = str_find(str_from_byte(rest, length), parser->close);
        if (found == STR_NONE) return bad(parser, start, "a tag is not closed");
        length += found;
        if (!ending_byte || (length > 0 && rest.at[length - 1] == ending_byte)) break;
        /* "}}}": the first brace belongs to the tag, the others close it. */
        if (ending_byte == '}' && rest.at[length] == '}' &&
            str_starts(str_from_byte(rest, length + 1), parser->close)) {
            length++;
            break;
        }
    }
    tag.end = at + length + parser->close.len;
    tag.text = str_trim(str_slice(rest, 0, ending_byte ? length - 1 : length));
    if (tag.kind == '{') tag.kind = '&';
    *ret_tag = tag;
    return OK;
}

/* Is the tag alone on its line? Then where its line starts and where the next one does. */
static bool stands_alone(const struct parser *parser, const struct tag *tag, size_t *ret_line,
                         size_t *ret_next)
{
    if (tag->kind == 0 || tag->kind == '&') return false;
    size_t line = tag->start, next = tag->end;
    while (line > 0 && is_blank(parser->source.at[line - 1])) line--;
    if (!at_line_start(parser, line)) return false;
    while (next < parser->source.len && is_blank(parser->source.at[next])) next++;
    if (next < parser->source.len) {
        struct str rest = str_from_byte(parser->source, next);
        if (!str_starts(rest, STR("\n")) && !str_starts(rest, STR("\r\n"))) return false;
        next += rest.at[0] == '\r' ? 2 : 1;
    }
    *ret_line = line;
    *ret_next = next;
    return true;
}

static enum err take_tag(struct parser *parser, const struct tag *tag, struct str indent)
{
    switch (tag->kind) {
    case '!': return OK;
    case '=': return parse_delimiters(parser, tag->start, tag->text);
    case '#': return open_section(parser, tag->start, SECTION, tag->text);
    case '^': return open_section(parser, tag->start, INVERTED, tag->text);
    case '/': return close_section(parser, tag->start, tag->text);
    case '>': {
        if (tag->text.len == 0 || has_space(tag->text))
            return bad(parser, tag->start, "a partial needs one name");
        struct token *token = push(parser, PARTIAL);
        token->wanted = tag->text;
        token->text = indent;
        return OK;
    }
    default: return push_value(parser, tag->start, tag->kind == '&', tag->text);
    }
}

static enum err compile(struct tmpl_set *set, struct str file, struct str source,
                        struct buf *problem, struct tmpl *ret_tmpl)
{
    struct parser *parser = ARENA_ONE(set->arena, struct parser);
    *parser = (struct parser){
        .set = set,
        .file = file,
        .source = source,
        .open = STR("{{"),
        .close = STR("}}"),
        .problem = problem,
    };
    parser->nest[0].tail = &ret_tmpl->tokens;
    for (;;) {
        size_t found = str_find(str_from_byte(source, parser->at), parser->open);
        if (found == STR_NONE) break;
        size_t start = parser->at + found, line, next;
        struct tag tag;
        TRY(read_tag(parser, start, &tag));
        if (stands_alone(parser, &tag, &line, &next)) {
            if (parser->at < line) push_text(parser, parser->at, line);
            TRY(take_tag(parser, &tag, str_slice(source, line, start)));
            parser->at = next;
        } else {
            if (parser->at < start) push_text(parser, parser->at, start);
            if (at_line_start(parser, start)) push_text(parser, start, start);
            TRY(take_tag(parser, &tag, (struct str){NULL, 0}));
            parser->at = tag.end;
        }
    }
    if (parser->at < source.len) push_text(parser, parser->at, source.len);
    if (parser->depth)
        return bad(parser, parser->nest[parser->depth].start, "a section is not closed");
    return OK;
}

/* ---- the set ---- */

static const struct tmpl *find(const struct tmpl_set *set, struct str name)
{
    for (size_t i = 0; i < set->count; i++)
        if (str_equal(set->all[i].name, name)) return &set->all[i];
    return NULL;
}

static enum err link_tokens(struct tmpl_set *set, struct token *token, struct buf *problem)
{
    for (; token; token = token->next) {
        if (token->inner) TRY(link_tokens(set, token->inner, problem));
        if (token->kind != PARTIAL) continue;
        struct str name = token->wanted;
        if (str_find_byte(name, '/') == STR_NONE)
            name = arena_print(set->arena, "partials/%.*s", STR_ARG(name));
        token->partial = find(set, name);
        if (token->partial || set->kind == TMPL_SPEC) continue;
        buf_print(problem, "there is no template \"%.*s\"", STR_ARG(name));
        return ERR_BAD_TEMPLATE;
    }
    return OK;
}

static bool is_below(struct str name, struct str folder)
{
    return str_starts(name, folder) && name.len > folder.len && name.at[folder.len] == '/';
}

static bool is_wanted(struct str file, struct str folder, enum tmpl_kind kind)
{
    if (!str_ends(file, STR(".mustache"))) return false;
    if (folder.len == 0 || is_below(file, folder)) return true;
    return kind != TMPL_TEXT && is_below(file, STR("partials"));
}

static struct str content(const struct embedded_file *file)
{
    return (struct str){file->start, (size_t)(file->end - file->start)};
}

static enum err fill(struct tmpl_set *set, const struct embedded_file *files, struct str folder,
                     struct buf *problem)
{
    for (const struct embedded_file *file = files; file->name; file++) {
        struct str name = str_from(file->name);
        if (!is_wanted(name, folder, set->kind)) continue;
        struct tmpl *tmpl = &set->all[set->count++];
        tmpl->name = str_slice(name, 0, name.len - STR(".mustache").len);
        TRY(compile(set, name, content(file), problem, tmpl));
    }
    for (size_t i = 0; i < set->count; i++) TRY(link_tokens(set, set->all[i].tokens, problem));
    return OK;
}

enum err tmpl_set_open(const struct embedded_file *files, struct str folder, enum tmpl_kind kind,
                       struct buf *problem, struct tmpl_set **ret_set)
{
    /* A byte of a template costs at most some fifty bytes of tokens, a file one parser. */
    size_t bytes = 64 * 1024, count = 0;
    for (const struct embedded_file *file = files; file->name; file++) {
        if (!is_wanted(str_from(file->name), folder, kind)) continue;
        count++;
        size_t tokens;
        ASSERT(num_multiply(content(file).len, 64, &tokens));
        ASSERT(num_add(bytes, tokens, &bytes) && num_add(bytes, sizeof(struct parser), &bytes));
    }
    struct arena *arena = arena_new(bytes);
    struct tmpl_set *set = ARENA_ONE(arena, struct tmpl_set);
    *set = (struct tmpl_set){
        .arena = arena, .kind = kind, .all = ARENA_MANY(arena, count + 1, struct tmpl)};
    enum err code = fill(set, files, folder, problem);
    if (code != OK) {
        arena_free(&arena);
        return code;
    }
    *ret_set = set;
    return OK;
}

void tmpl_set_free(struct tmpl_set **set)
{
    if (!*set) return;
    struct arena *arena = (*set)->arena;
    arena_free(&arena);
    *set = NULL;
}

/* ---- rendering ---- */

struct scope {
    const struct scope *outer;
    const json_t *value;
};

struct indent {
    const struct indent *outer;
    struct str text;
};

struct render {
    enum tmpl_kind kind;
    struct buf *out;
    size_t depth, steps;
};

static const json_t *look_up(const struct scope *scope, const struct name *name)
{
    if (name->count == 0) return scope->value;
    const json_t *value = NULL;
    for (; scope && !value; scope = scope->outer)
        value = json_object_getn(scope->value, name->parts[0].at, name->parts[0].len);
    for (size_t i = 1; value && i < name->count; i++)
        value = json_object_getn(value, name->parts[i].at, name->parts[i].len);
    return value;
}

static bool is_true(const json_t *value)
{
    if (!value || json_is_null(value) || json_is_false(value)) return false;
    if (json_is_array(value)) return json_array_size(value) > 0;
    if (json_is_string(value)) return json_string_length(value) > 0;
    return true;
}

static void put_escaped(struct buf *out, struct str text)
{
    size_t done = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *entity;
        switch (text.at[i]) {
        case '&': entity = "&amp;"; break;
        case '<': entity = "&lt;"; break;
        case '>': entity = "&gt;"; break;
        case '"': entity = "&quot;"; break;
        case '\'': entity = "&#39;"; break;
        default: continue;
        }
        buf_add(out, str_slice(text, done, i));
        buf_add_c(out, entity);
        done = i + 1;
    }
    buf_add(out, str_from_byte(text, done));
}

/* The shortest digits that read back as the same number. */
static void put_real(struct buf *out, double number)
{
    char digits[32];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number) break;
    }
    buf_add_c(out, digits);
}

static enum err put_value(struct render *render, const json_t *value, bool raw)
{
    if (!value || json_is_null(value)) return OK;
    if (raw && render->kind == TMPL_PAGE) {
        const json_t *markup = json_object_get(value, HTML_KEY);
        if (!json_is_string(markup)) return ERR_BAD_TEMPLATE;
        buf_add(render->out, json_text(markup));
    } else if (json_is_string(value)) {
        if (raw)
            buf_add(render->out, json_text(value));
        else
            put_escaped(render->out, json_text(value));
    } else if (json_is_integer(value)) {
        buf_add_int(render->out, json_integer_value(value));
    } else if (json_is_real(value)) {
        put_real(render->out, json_real_value(value));
    } else if (json_is_boolean(value)) {
        buf_add_c(render->out, json_is_true(value) ? "true" : "false");
    } else {
        return ERR_BAD_TEMPLATE;
    }
    return OK;
}

static void put_indent(struct buf *out, const struct indent *indent)
{
    if (!indent) return;
    put_indent(out, indent->outer);
    buf_add(out, indent->text);
}

static void put_text(struct buf *out, const struct token *token, const struct indent *indent)
{
    if (!indent) {
        buf_add(out, token->text);
        return;
    }
    if (token->line_start) put_indent(out, indent);
    for (struct str rest = token->text; rest.len;) {
        size_t end = str_find_byte(rest, '\n');
        if (end == STR_NONE || end + 1 == rest.len) {
            buf_add(out, rest);
            return;
        }
        buf_add(out, str_slice(rest, 0, end + 1));
        put_indent(out, indent);
        rest = str_from_byte(rest, end + 1);
    }
}

static enum err put_tokens(struct render *render, const struct token *token,
                           const struct scope *scope, const struct indent *indent);

static enum err put_section(struct render *render, const struct token *token,
                            const struct scope *scope, const struct indent *indent)
{
    const json_t *value = look_up(scope, &token->name);
    if (!is_true(value)) return OK;
    if (!json_is_array(value)) {
        struct scope inner = {scope, value};
        return put_tokens(render, token->inner, &inner, indent);
    }
    size_t i;
    const json_t *entry;
    json_array_foreach(value, i, entry)
    {
        struct scope inner = {scope, entry};
        if (++render->steps > TMPL_STEPS) return ERR_TOO_BIG;
        TRY(put_tokens(render, token->inner, &inner, indent));
    }
    return OK;
}

static enum err put_partial(struct render *render, const struct token *token,
                            const struct scope *scope, const struct indent *indent)
{
    if (!token->partial) return OK;
    struct indent inner = {indent, token->text};
    return put_tokens(render, token->partial->tokens, scope, token->text.at ? &inner : NULL);
}

static enum err put_token(struct render *render, const struct token *token,
                          const struct scope *scope, const struct indent *indent)
{
    switch (token->kind) {
    case TEXT: put_text(render->out, token, indent); return OK;
    case VALUE:
    case RAW: return put_value(render, look_up(scope, &token->name), token->kind == RAW);
    case SECTION: return put_section(render, token, scope, indent);
    case INVERTED:
        if (is_true(look_up(scope, &token->name))) return OK;
        return put_tokens(render, token->inner, scope, indent);
    case PARTIAL: return put_partial(render, token, scope, indent);
    }
    ASSERT(false);
    return ERR_BAD_TEMPLATE;
}

static enum err put_tokens(struct render *render, const struct token *token,
                           const struct scope *scope, const struct indent *indent)
{
    if (render->depth == TMPL_DEPTH) return ERR_BAD_TEMPLATE;
    render->depth++;
    for (; token; token = token->next) {
        if (++render->steps > TMPL_STEPS) return ERR_TOO_BIG;
        TRY(put_token(render, token, scope, indent));
        TRY(buf_done(render->out));
    }
    render->depth--;
    return OK;
}

enum err tmpl_render(const struct tmpl_set *set, struct str name, const json_t *view,
                     struct buf *ret_text)
{
    const struct tmpl *tmpl = find(set, name);
    if (!tmpl) return ERR_NOT_FOUND;
    struct render render = {.kind = set->kind, .out = ret_text};
    struct scope scope = {NULL, view};
    TRY(put_tokens(&render, tmpl->tokens, &scope, NULL));
    return buf_done(ret_text);
}

enum err tmpl_html(const struct tmpl_set *set, struct str name, const json_t *view,
                   size_t max_bytes, struct arena *arena, struct html *ret_html)
{
    ASSERT(set->kind == TMPL_PAGE);
    BUF(out, max_bytes);
    TRY(tmpl_render(set, name, view, &out));
    *ret_html = (struct html){arena_str(arena, buf_str(&out))};
    return OK;
}

json_t *tmpl_html_value(struct html html)
{
    json_t *value =
        json_pack("{s:s%}", HTML_KEY, html.markup.at ? html.markup.at : "", html.markup.len);
    ASSERT(value != NULL);
    return value;
}
