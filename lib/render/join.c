/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/join.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/num.h"

enum {
    OBJECTS_MAX = 100000, /* of one file */
    FILES_MAX = 10000,
    ENTRY_BYTES = 20, /* a line of the table of objects (ISO 32000-1, 7.5.4) */
    TAIL_BYTES = 1024,
    OFFSET_MAX = 2000000000,
};

struct object {
    size_t number, start, end; /* bytes of the file, "7 0 obj" and "endobj" included */
    bool is_used;
};

struct pdf {
    struct str file;
    struct object *objects; /* 0 … count - 1; the first is never used */
    size_t count;
    size_t table; /* where the table begins */
    size_t root, info, pages;
    size_t page_count;
};

/* ---- reading ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes a decimal number off the front. */
static bool take_number(struct str *rest, size_t *ret_number)
{
    size_t len = 0;
    int64_t number;
    while (len < rest->len && is_digit(rest->at[len])) len++;
    if (!num_parse(str_slice(*rest, 0, len), 0, OFFSET_MAX, &number)) return false;
    *rest = str_from_byte(*rest, len);
    *ret_number = (size_t)number;
    return true;
}

static bool take(struct str *rest, struct str word)
{
    if (!str_starts(*rest, word)) return false;
    *rest = str_from_byte(*rest, word.len);
    return true;
}

/* "/Root 12 0 R" in a dictionary. */
static bool find_reference(struct str text, struct str key, size_t *ret_number)
{
    size_t at = str_find(text, key);
    if (at == STR_NONE) return false;
    struct str rest = str_from_byte(text, at + key.len);
    return take(&rest, STR(" ")) && take_number(&rest, ret_number) && str_starts(rest, STR(" 0 R"));
}

static bool read_trailer(struct pdf *pdf)
{
    struct str file = pdf->file;
    size_t tail = file.len > TAIL_BYTES ? file.len - TAIL_BYTES : 0;
    struct str last = str_from_byte(file, tail);
    size_t trailer = str_find(last, STR("trailer\n")), start = str_find(last, STR("startxref\n"));
    if (trailer == STR_NONE || start == STR_NONE || start < trailer) return false;
    struct str words = str_slice(last, trailer, start);
    struct str rest = str_from_byte(last, start + STR("startxref\n").len);
    return take_number(&rest, &pdf->table) && str_equal(rest, STR("\n%%EOF\n")) &&
           pdf->table < file.len && find_reference(words, STR("/Root"), &pdf->root) &&
           find_reference(words, STR("/Info"), &pdf->info);
}

/* "0000012345 00000 n \n" */
static bool read_entry(struct str line, struct object *object)
{
    size_t start, generation;
    if (line.len != ENTRY_BYTES || !take_number(&line, &start) || !take(&line, STR(" ")) ||
        !take_number(&line, &generation))
        return false;
    object->start = start;
    object->is_used = str_equal(line, STR(" n \n"));
    return object->is_used ? generation == 0 : str_equal(line, STR(" f \n"));
}

static bool read_table(struct pdf *pdf, struct arena *arena)
{
    struct str rest = str_from_byte(pdf->file, pdf->table);
    if (!take(&rest, STR("xref\n0 ")) || !take_number(&rest, &pdf->count) ||
        !take(&rest, STR("\n")) || pdf->count == 0 || pdf->count > OBJECTS_MAX ||
        rest.len < pdf->count * ENTRY_BYTES)
        return false;
    pdf->objects = ARENA_MANY(arena, pdf->count, struct object);
    for (size_t i = 0; i < pdf->count; i++) {
        pdf->objects[i].number = i;
        if (!read_entry(str_slice(rest, i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES), &pdf->objects[i]))
            return false;
    }
    return !pdf->objects[0].is_used;
}

static int by_start(const void *a, const void *b)
{
    const struct object *one = *(const struct object *const *)a;
    const struct object *other = *(const struct object *const *)b;
    return (one->start > other->start) - (one->start < other->start);
}

/* An object ends where the next one in the file begins. */
static bool read_extents(struct pdf *pdf, struct arena *arena)
{
    struct object **order = ARENA_MANY(arena, pdf->count, struct object *);
    size_t count = 0;
    for (size_t i = 0; i < pdf->count; i++)
        if (pdf->objects[i].is_used) order[count++] = &pdf->objects[i];
    qsort(order, count, sizeof *order, by_start);
    for (size_t i = 0; i < count; i++) {
        order[i]->end = i + 1 < count ? order[i + 1]->start : pdf->table;
        if (order[i]->start >= order[i]->end) return false;
        struct str text = str_slice(pdf->file, order[i]->start, order[i]->end);
        size_t number;
        if (!take_number(&text, &number) || number != order[i]->number ||
            !take(&text, STR(" 0 obj\n")) || !str_ends(text, STR("endobj\n")))
            return false;
    }
    return true;
}

/* The object without "7 0 obj\n". */
static struct str body_of(const struct pdf *pdf, size_t number)
{
    struct str text = {NULL, 0};
    size_t same;
    if (number >= pdf->count || !pdf->objects[number].is_used) return text;
    text = str_slice(pdf->file, pdf->objects[number].start, pdf->objects[number].end);
    if (!take_number(&text, &same) || !take(&text, STR(" 0 obj\n"))) return (struct str){NULL, 0};
    return text;
}

static bool read_tree(struct pdf *pdf)
{
    struct str catalogue = body_of(pdf, pdf->root);
    if (!find_reference(catalogue, STR("/Pages"), &pdf->pages)) return false;
    struct str tree = body_of(pdf, pdf->pages);
    size_t at = str_find(tree, STR("/Count "));
    if (!str_starts(tree, STR("<< /Type /Pages")) || at == STR_NONE) return false;
    struct str rest = str_from_byte(tree, at + STR("/Count ").len);
    return take_number(&rest, &pdf->page_count) && body_of(pdf, pdf->info).len > 0;
}

static enum err read_pdf(struct str file, struct arena *arena, struct pdf *ret_pdf)
{
    struct pdf pdf = {.file = file};
    if (!str_starts(file, STR("%PDF-1.")) || !read_trailer(&pdf) || !read_table(&pdf, arena) ||
        !read_extents(&pdf, arena) || !read_tree(&pdf))
        return ERR_BAD_INPUT;
    *ret_pdf = pdf;
    return OK;
}

/* ---- writing ---- */

static bool is_delimiter(char c)
{
    return memchr(" \n\r\t/<>[]()%", c, 12) != NULL;
}

/* Bytes of a token that is copied as it is: a name, a text, a comment, a word. */
static size_t token_length(struct str text)
{
    size_t at = 1, depth = 1;
    if (text.at[0] == '(') {
        while (at < text.len && depth > 0) {
            if (text.at[at] == '\\' && at + 1 < text.len)
                at++;
            else if (text.at[at] == '(')
                depth++;
            else if (text.at[at] == ')')
                depth--;
            at++;
        }
        return at;
    }
    if (text.at[0] == '%') {
        while (at < text.len && text.at[at] != '\n') at++;
        return at;
    }
    if (text.at[0] != '/' && is_delimiter(text.at[0])) return 1;
    while (at < text.len && !is_delimiter(text.at[at])) at++;
    return at;
}

/* "12 0 R": takes it off and answers its number. */
static bool take_reference(struct str *rest, size_t *ret_number)
{
    struct str copy = *rest;
    if (!take_number(&copy, ret_number) || !take(&copy, STR(" 0 R"))) return false;
    if (copy.len > 0 && !is_delimiter(copy.at[0])) return false;
    *rest = copy;
    return true;
}

/* Copies the words of an object; what they refer to has its number raised. */
static void add_words(struct buf *out, struct str words, size_t raised)
{
    while (words.len > 0) {
        size_t number;
        if (is_digit(words.at[0]) && take_reference(&words, &number)) {
            buf_print(out, "%zu 0 R", number + raised);
            continue;
        }
        size_t len = token_length(words);
        buf_add(out, str_slice(words, 0, len));
        words = str_from_byte(words, len);
    }
}

static void add_object(struct buf *out, const struct pdf *pdf, size_t number, size_t raised,
                       size_t tree)
{
    struct str body = body_of(pdf, number);
    size_t stream = str_find(body, STR("\nstream\n"));
    struct str words = stream == STR_NONE ? body : str_slice(body, 0, stream);
    buf_print(out, "%zu 0 obj\n", number + raised);
    if (number == pdf->pages) {
        buf_print(out, "<< /Parent %zu 0 R", tree);
        words = str_from_byte(words, 2);
    }
    add_words(out, words, raised);
    if (stream != STR_NONE) buf_add(out, str_from_byte(body, stream));
}

struct joining {
    struct pdf *pdfs;
    size_t count;
    size_t *offsets; /* of each new object; 0: none */
    size_t objects;  /* new numbers are below this */
    size_t tree, root;
    struct buf *out;
};

static void add_files(struct joining *joining)
{
    size_t raised = 0;
    for (size_t i = 0; i < joining->count; i++) {
        const struct pdf *pdf = &joining->pdfs[i];
        for (size_t number = 1; number < pdf->count; number++) {
            if (!pdf->objects[number].is_used) continue;
            joining->offsets[number + raised] = joining->out->len;
            add_object(joining->out, pdf, number, raised, joining->tree);
        }
        raised += pdf->count - 1;
    }
}

static void add_tree(struct joining *joining)
{
    size_t raised = 0, pages = 0;
    joining->offsets[joining->tree] = joining->out->len;
    buf_print(joining->out, "%zu 0 obj\n<< /Type /Pages\n   /Kids [", joining->tree);
    for (size_t i = 0; i < joining->count; i++) {
        buf_print(joining->out, " %zu 0 R", joining->pdfs[i].pages + raised);
        raised += joining->pdfs[i].count - 1;
        pages += joining->pdfs[i].page_count;
    }
    buf_print(joining->out, " ]\n   /Count %zu\n>>\nendobj\n", pages);
    joining->offsets[joining->root] = joining->out->len;
    buf_print(joining->out, "%zu 0 obj\n<< /Type /Catalog\n   /Pages %zu 0 R\n>>\nendobj\n",
              joining->root, joining->tree);
}

static void add_table(const struct joining *joining)
{
    size_t table = joining->out->len;
    buf_print(joining->out, "xref\n0 %zu\n0000000000 65535 f \n", joining->objects);
    for (size_t i = 1; i < joining->objects; i++) {
        if (joining->offsets[i])
            buf_print(joining->out, "%010zu 00000 n \n", joining->offsets[i]);
        else
            buf_add_c(joining->out, "0000000000 65535 f \n");
    }
    buf_print(joining->out,
              "trailer\n<< /Size %zu\n   /Root %zu 0 R\n   /Info %zu 0 R\n>>\nstartxref\n%zu\n"
              "%%%%EOF\n",
              joining->objects, joining->root, joining->pdfs[0].info, table);
}

enum { ARENA_BYTES = 512 * 1024 * 1024 };

enum err render_join(const struct str *files, size_t count, struct buf *ret_pdf)
{
    if (count == 0 || count > FILES_MAX) return ERR_BAD_INPUT;
    ARENA(arena, ARENA_BYTES);
    struct joining joining = {.count = count, .objects = 1, .out = ret_pdf};
    joining.pdfs = ARENA_MANY(arena, count, struct pdf);
    for (size_t i = 0; i < count; i++) {
        TRY(read_pdf(files[i], arena, &joining.pdfs[i]));
        joining.objects += joining.pdfs[i].count - 1;
    }
    joining.tree = joining.objects++;
    joining.root = joining.objects++;
    joining.offsets = ARENA_MANY(arena, joining.objects, size_t);
    buf_add_c(ret_pdf, "%PDF-1.5\n%\xb5\xed\xae\xfb\n");
    add_files(&joining);
    add_tree(&joining);
    add_table(&joining);
    return buf_done(ret_pdf);
}

enum err render_join_pages(struct str file, size_t *ret_pages)
{
    struct pdf pdf;
    ARENA(arena, ARENA_BYTES);
    TRY(read_pdf(file, arena, &pdf));
    *ret_pages = pdf.page_count;
    return OK;
}
