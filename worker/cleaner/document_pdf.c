/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/document_pdf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cairo.h>
#include <poppler.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/utf8.h"
#include "worker/cleaner/document_encode.h"
#include "worker/cleaner/document_ink.h"

enum {
    DOTS_PER_INCH = 150,
    POINTS_PER_INCH = 72,
    SIDE_MAX = 3000, /* pixels: larger pages, as scanning apps make them, get fewer dots an inch */
    PAGE_FILE_BYTES_MAX = 64 * 1024 * 1024,
    ARENA_BYTES = 256 * 1024 * 1024,
};

/* The document while it is taken apart: nothing is written before all of it is known to be fine. */
struct pdf {
    struct job *job;
    struct arena *arena;
    PopplerDocument *document;
    int page_count;
    struct part *parts;
    struct buf hidden; /* of all pages */
    bool removed[REMOVED_COUNT];
    size_t word_count;
};

static void end_buf(void *object)
{
    buf_free(object);
}

/* ---- words ------------------------------------------------------------------------------------
 */

/* Words being gathered from one page. */
struct gatherer {
    struct pdf *pdf;
    struct part *part;
    const struct canvas *canvas;
    double scale; /* pixels a point */
    size_t room;
    enum gap gap;
};

static uint32_t clip(double value, uint32_t most)
{
    return value <= 0 ? 0 : value >= most ? most : (uint32_t)value;
}

/* The box of a rectangle in points from the upper left corner; false when nothing of it is on the
 * page. */
static bool place(const struct gatherer *gatherer, PopplerRectangle at, struct word *word)
{
    const struct part *part = gatherer->part;
    double scale = gatherer->scale;
    uint32_t left = clip(floor(fmin(at.x1, at.x2) * scale), part->width);
    uint32_t top = clip(floor(fmin(at.y1, at.y2) * scale), part->height);
    uint32_t right = clip(ceil(fmax(at.x1, at.x2) * scale), part->width);
    uint32_t bottom = clip(ceil(fmax(at.y1, at.y2) * scale), part->height);
    if (left >= right || top >= bottom) return false;
    word->x = left;
    word->y = top;
    word->width = right - left;
    word->height = bottom - top;
    return true;
}

/* How often the colour changes along a line of pixels, as at the edges of a letter's strokes. */
static size_t changes(const uint32_t *line, uint32_t width)
{
    enum { FAINT = 24 };
    size_t count = 0;
    for (uint32_t x = 1; x < width; x++)
        for (unsigned shift = 0; shift < 24; shift += 8) {
            int here = (int)(line[x] >> shift & 0xff), before = (int)(line[x - 1] >> shift & 0xff);
            if (abs(here - before) > FAINT) {
                count++;
                break;
            }
        }
    return count;
}

static size_t letters_of(struct str text)
{
    size_t count = 0;
    uint32_t point;
    while (text.len > 0 && utf8_next(&text, &point))
        if ((point | 0x20) - 'a' < 26 || point - '0' < 10 || point >= 0xc0) count++;
    return count;
}

/*
 * Can the word be seen in its box? Its letters have strokes in the middle of the line, and a bar
 * over them has its two ends at most, however the paper shows above and below it. Of signs any
 * change of colour will do.
 */
static bool shows_ink(const struct canvas *canvas, const struct word *word, struct str text)
{
    enum { LOWEST = 8, MOST = 4 };
    const uint32_t *first = canvas->pixels + word->y * canvas->stride + word->x;
    bool is_turned = word->height > 2 * word->width;
    uint32_t from = 0, to = word->height;
    size_t letters = letters_of(text), least = 1;
    if (letters > 0 && !is_turned && word->height >= LOWEST) {
        from = word->height / 4;
        to = word->height - word->height / 4;
        least = letters + 1 < MOST ? letters + 1 : MOST;
    }
    for (uint32_t y = from; y < to; y++) {
        const uint32_t *line = first + y * canvas->stride;
        if (changes(line, word->width) >= least) return true;
        if (least == 1 && y > from && ((line[0] ^ first[0]) & 0xffffff)) return true;
    }
    return false;
}

static struct word *room_for_word(struct gatherer *gatherer)
{
    struct part *part = gatherer->part;
    struct pdf *pdf = gatherer->pdf;
    if (part->word_count == ANSWER_PAGE_WORDS_MAX || pdf->word_count == ANSWER_WORDS_MAX)
        job_refuse(pdf->job, REFUSAL_TOO_MANY_WORDS);
    if (part->word_count == gatherer->room) {
        gatherer->room = gatherer->room ? gatherer->room * 2 : 256;
        struct word *words = ARENA_MANY(pdf->arena, gatherer->room, struct word);
        if (part->word_count) memcpy(words, part->words, part->word_count * sizeof *words);
        part->words = words;
    }
    return &part->words[part->word_count];
}

/* One word as poppler gives it; what cannot be seen goes to the hidden text. */
static void add_word(struct gatherer *gatherer, struct str text, PopplerRectangle at)
{
    BUF(plain, ANSWER_TEXT_BYTES_MAX);
    BUF(clean, ANSWER_WORD_BYTES_MAX);
    answer_text_clean(text, true, &plain);
    if (plain.len == 0) return;
    if (utf8_clean(buf_str(&plain), &clean) != OK || clean.len == 0) return;
    struct word *word = room_for_word(gatherer);
    if (!place(gatherer, at, word) || !shows_ink(gatherer->canvas, word, buf_str(&clean))) {
        gatherer->part->is_doubtful = true;
        struct buf *hidden = &gatherer->pdf->hidden;
        if (hidden->len > 0) buf_add_byte(hidden, gatherer->gap >= GAP_LINE ? '\n' : ' ');
        buf_add(hidden, buf_str(&clean));
        return;
    }
    word->gap = gatherer->part->word_count == 0 ? GAP_NONE : gatherer->gap;
    word->text = arena_str(gatherer->pdf->arena, buf_str(&clean));
    gatherer->part->word_count++;
    gatherer->pdf->word_count++;
    gatherer->gap = GAP_NONE;
}

static PopplerRectangle both(PopplerRectangle a, PopplerRectangle b)
{
    return (PopplerRectangle){fmin(a.x1, b.x1), fmin(a.y1, b.y1), fmax(a.x2, b.x2),
                              fmax(a.y2, b.y2)};
}

static enum gap wider(enum gap gap, uint32_t point)
{
    if (point == '\n' || point == '\f' || point == '\r')
        return gap >= GAP_LINE ? GAP_PARAGRAPH : GAP_LINE;
    return gap == GAP_NONE ? GAP_SPACE : gap;
}

static bool is_space(uint32_t point)
{
    return point <= ' ' || point == 0xa0 || point == 0x3000 ||
           (point >= 0x2000 && point <= 0x200b) || point == 0x2028 || point == 0x2029;
}

/* A word is what stands between white space; its box holds the boxes of its characters. */
static void gather_text(struct gatherer *gatherer, struct str text, const PopplerRectangle *boxes,
                        guint box_count)
{
    struct str rest = text;
    const char *start = NULL;
    PopplerRectangle box = {0};
    for (guint i = 0; i < box_count; i++) {
        const char *at = rest.at;
        uint32_t point;
        if (!utf8_next(&rest, &point)) break;
        size_t len = start ? (size_t)(at - start) : 0;
        bool ends = is_space(point) || len + 4 >= ANSWER_WORD_BYTES_MAX / 2;
        if (ends && start) {
            add_word(gatherer, (struct str){start, len}, box);
            start = NULL;
        }
        if (is_space(point)) {
            gatherer->gap = wider(gatherer->gap, point);
        } else if (!start) {
            start = at;
            box = boxes[i];
        } else {
            box = both(box, boxes[i]);
        }
    }
    if (start) add_word(gatherer, (struct str){start, (size_t)(rest.at - start)}, box);
}

/* Every word of a text that stands somewhere in an area (form field, note): each has the whole
 * area. */
static void gather_area(struct gatherer *gatherer, const char *text, PopplerRectangle area,
                        double page_height)
{
    PopplerRectangle box = {area.x1, page_height - area.y2, area.x2, page_height - area.y1};
    struct str rest = str_from(text), word = {NULL, 0};
    gatherer->gap = GAP_PARAGRAPH;
    while (rest.len > 0) {
        const char *at = rest.at;
        uint32_t point;
        if (!utf8_next(&rest, &point)) return;
        if (!is_space(point)) {
            if (word.len == 0) word.at = at;
            word.len += (size_t)(rest.at - at);
        }
        if (word.len > 0 && (is_space(point) || rest.len == 0)) {
            add_word(gatherer, word, box);
            word.len = 0;
            gatherer->gap = GAP_SPACE;
        }
    }
}

static void gather_fields(struct gatherer *gatherer, PopplerPage *page, double height)
{
    GList *fields = poppler_page_get_form_field_mapping(page);
    for (GList *one = fields; one; one = one->next) {
        PopplerFormFieldMapping *mapping = one->data;
        gatherer->pdf->removed[REMOVED_FORM_FIELDS] = true;
        char *text = NULL;
        if (poppler_form_field_get_field_type(mapping->field) == POPPLER_FORM_FIELD_TEXT)
            text = poppler_form_field_text_get_text(mapping->field);
        else if (poppler_form_field_get_field_type(mapping->field) == POPPLER_FORM_FIELD_CHOICE)
            text = poppler_form_field_choice_get_text(mapping->field);
        if (text) gather_area(gatherer, text, mapping->area, height);
        g_free(text);
    }
    poppler_page_free_form_field_mapping(fields);
}

/* Text notes drawn on the page are words; what only opens on a click is hidden text. */
static void gather_notes(struct gatherer *gatherer, PopplerPage *page, double height)
{
    GList *notes = poppler_page_get_annot_mapping(page);
    for (GList *one = notes; one; one = one->next) {
        PopplerAnnotMapping *mapping = one->data;
        PopplerAnnotType type = poppler_annot_get_annot_type(mapping->annot);
        if (type == POPPLER_ANNOT_LINK || type == POPPLER_ANNOT_WIDGET) continue;
        if (type == POPPLER_ANNOT_FILE_ATTACHMENT)
            gatherer->pdf->removed[REMOVED_ATTACHMENTS] = true;
        gatherer->pdf->removed[REMOVED_COMMENTS] = true;
        char *text = poppler_annot_get_contents(mapping->annot);
        if (text && type == POPPLER_ANNOT_FREE_TEXT) {
            gather_area(gatherer, text, mapping->area, height);
        } else if (text && *text) {
            answer_text_clean(str_from(text), false, &gatherer->pdf->hidden);
            buf_add_byte(&gatherer->pdf->hidden, '\n');
        }
        g_free(text);
    }
    poppler_page_free_annot_mapping(notes);
}

static void gather_words(struct pdf *pdf, PopplerPage *page, struct part *part,
                         const struct canvas *canvas, double scale)
{
    struct gatherer gatherer = {.pdf = pdf, .part = part, .canvas = canvas, .scale = scale};
    double width, height;
    poppler_page_get_size(page, &width, &height);
    char *text = poppler_page_get_text(page);
    PopplerRectangle *boxes = NULL;
    guint box_count = 0;
    if (text && poppler_page_get_text_layout(page, &boxes, &box_count))
        gather_text(&gatherer, str_from(text), boxes, box_count);
    g_free(boxes);
    g_free(text);
    /* Words of fields and notes have a whole area each, which owns no ink. */
    size_t placed = part->word_count;
    gather_fields(&gatherer, page, height);
    gather_notes(&gatherer, page, height);
    GList *links = poppler_page_get_link_mapping(page);
    if (links) pdf->removed[REMOVED_LINKS] = true;
    poppler_page_free_link_mapping(links);
    if (ink_without_words(canvas, part->words, placed)) part->is_doubtful = true;
}

/* ---- pages ------------------------------------------------------------------------------------
 */

/* Pixels a point. */
static double scale_of(PopplerPage *page, double *ret_width, double *ret_height)
{
    poppler_page_get_size(page, ret_width, ret_height);
    double side = fmax(*ret_width, *ret_height);
    double scale = (double)DOTS_PER_INCH / POINTS_PER_INCH;
    return side * scale > SIDE_MAX ? SIDE_MAX / side : scale;
}

static void draw_page(struct pdf *pdf, PopplerPage *page, struct part *part)
{
    double width, height, scale = scale_of(page, &width, &height);
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)part->width, (int)part->height);
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_scale(cairo, scale, scale);
    poppler_page_render(page, cairo);
    bool well = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    if (!well || !pixels) job_refuse(pdf->job, REFUSAL_MALFORMED);
    struct canvas canvas = {(const uint32_t *)(const void *)pixels, part->width, part->height,
                            (size_t)cairo_image_surface_get_stride(surface) / sizeof(uint32_t)};
    gather_words(pdf, page, part, &canvas, scale);
    struct buf *file = ARENA_ONE(pdf->arena, struct buf);
    *file = buf_new(PAGE_FILE_BYTES_MAX);
    arena_on_end(pdf->arena, end_buf, file);
    if (!encode_page(&canvas, file, &part->format)) job_refuse(pdf->job, REFUSAL_TOO_BIG);
    part->image = buf_str(file);
    cairo_surface_destroy(surface);
}

/* The size of every page, before one is drawn. */
static void measure(struct pdf *pdf)
{
    uint64_t pixels = 0;
    for (int i = 0; i < pdf->page_count; i++) {
        struct part *part = &pdf->parts[i];
        PopplerPage *page = poppler_document_get_page(pdf->document, i);
        if (!page) job_refuse(pdf->job, REFUSAL_MALFORMED);
        double width, height, scale = scale_of(page, &width, &height);
        g_object_unref(page);
        /* A hair's breadth off a whole number is that number. */
        width = ceil(width * scale - 1e-6);
        height = ceil(height * scale - 1e-6);
        if (!(width >= 1 && height >= 1)) job_refuse(pdf->job, REFUSAL_MALFORMED);
        if (width * height > (double)pdf->job->page_pixels)
            job_refuse(pdf->job, REFUSAL_TOO_MANY_PIXELS);
        part->kind = PART_PAGE;
        part->width = (uint32_t)width;
        part->height = (uint32_t)height;
        pixels += (uint64_t)part->width * part->height;
    }
    if (pixels > pdf->job->document_pixels) job_refuse(pdf->job, REFUSAL_TOO_MANY_PIXELS);
}

/* ---- what lies beside the pages ----------------------------------------------------------------
 */

static void note_text(struct pdf *pdf, enum removed what, char *text)
{
    if (text && *text) pdf->removed[what] = true;
    g_free(text);
}

static void note_properties(struct pdf *pdf)
{
    PopplerDocument *document = pdf->document;
    note_text(pdf, REMOVED_TITLE, poppler_document_get_title(document));
    note_text(pdf, REMOVED_AUTHOR, poppler_document_get_author(document));
    note_text(pdf, REMOVED_SUBJECT, poppler_document_get_subject(document));
    note_text(pdf, REMOVED_KEYWORDS, poppler_document_get_keywords(document));
    note_text(pdf, REMOVED_PRODUCER, poppler_document_get_creator(document));
    note_text(pdf, REMOVED_PRODUCER, poppler_document_get_producer(document));
    note_text(pdf, REMOVED_XMP, poppler_document_get_metadata(document));
    if (poppler_document_get_creation_date(document) != (time_t)-1 ||
        poppler_document_get_modification_date(document) != (time_t)-1)
        pdf->removed[REMOVED_DATES] = true;
    if (poppler_document_has_attachments(document)) pdf->removed[REMOVED_ATTACHMENTS] = true;
    if (poppler_document_has_javascript(document)) pdf->removed[REMOVED_SCRIPTS] = true;
}

/* Layers that are switched off, and of layers in layers. */
static bool has_hidden_layer(PopplerLayersIter *layers, int depth)
{
    enum { DEPTH_MAX = 50 };
    if (!layers) return false;
    bool is_hidden = depth > DEPTH_MAX;
    do {
        PopplerLayer *layer = poppler_layers_iter_get_layer(layers);
        if (layer) {
            is_hidden |= !poppler_layer_is_visible(layer);
            g_object_unref(layer);
        }
        PopplerLayersIter *inner = is_hidden ? NULL : poppler_layers_iter_get_child(layers);
        is_hidden |= has_hidden_layer(inner, depth + 1);
        poppler_layers_iter_free(inner);
    } while (!is_hidden && poppler_layers_iter_next(layers));
    return is_hidden;
}

/* What describes a picture to who cannot see it. */
static bool has_description(PopplerStructureElementIter *elements, int depth, size_t *left)
{
    enum { DEPTH_MAX = 50 };
    if (!elements) return false;
    bool has = depth > DEPTH_MAX;
    do {
        if ((*left)-- == 0) return true;
        PopplerStructureElement *element = poppler_structure_element_iter_get_element(elements);
        char *text = element ? poppler_structure_element_get_alt_text(element) : NULL;
        has |= text && *text;
        g_free(text);
        if (element) g_object_unref(element);
        PopplerStructureElementIter *inner =
            has ? NULL : poppler_structure_element_iter_get_child(elements);
        has |= has_description(inner, depth + 1, left);
        poppler_structure_element_iter_free(inner);
    } while (!has && poppler_structure_element_iter_next(elements));
    return has;
}

static void note_structure(struct pdf *pdf)
{
    size_t left = 100000; /* elements: with more, one is taken to be a description */
    PopplerLayersIter *layers = poppler_layers_iter_new(pdf->document);
    if (has_hidden_layer(layers, 0)) pdf->removed[REMOVED_LAYERS] = true;
    poppler_layers_iter_free(layers);
    PopplerStructureElementIter *elements = poppler_structure_element_iter_new(pdf->document);
    if (has_description(elements, 0, &left)) pdf->removed[REMOVED_ALTERNATIVE_TEXT] = true;
    poppler_structure_element_iter_free(elements);
    PopplerIndexIter *outline = poppler_index_iter_new(pdf->document);
    if (outline) pdf->removed[REMOVED_OUTLINE] = true;
    poppler_index_iter_free(outline);
}

/* What the library tells of in one place only, or not at all; these names are also seen where
 * nothing packs them. */
static void note_names(struct pdf *pdf, struct str bytes)
{
    static const struct {
        const char *name;
        enum removed what;
    } names[] = {
        {"/JavaScript", REMOVED_SCRIPTS},       {"/Launch", REMOVED_SCRIPTS},
        {"/SubmitForm", REMOVED_SCRIPTS},       {"/ImportData", REMOVED_SCRIPTS},
        {"/EmbeddedFile", REMOVED_ATTACHMENTS}, {"/Alt", REMOVED_ALTERNATIVE_TEXT},
        {"/Thumb", REMOVED_THUMBNAIL},          {"/PieceInfo", REMOVED_OTHER_METADATA},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *at = bytes.at;
        size_t len = strlen(names[i].name);
        while ((at = memmem(at, bytes.len - (size_t)(at - bytes.at), names[i].name, len))) {
            at += len;
            /* "/Alternate" is another name. */
            if (at == bytes.at + bytes.len || (*at | 0x20) < 'a' || (*at | 0x20) > 'z' ||
                names[i].what == REMOVED_ATTACHMENTS)
                pdf->removed[names[i].what] = true;
        }
    }
}

static void open_document(struct pdf *pdf, struct str bytes)
{
    GBytes *data = g_bytes_new_static(bytes.at, bytes.len);
    GError *error = NULL;
    pdf->document = poppler_document_new_from_bytes(data, NULL, &error);
    if (!pdf->document) {
        bool is_locked = error && error->code == POPPLER_ERROR_ENCRYPTED;
        job_refuse(pdf->job, is_locked ? REFUSAL_ENCRYPTED : REFUSAL_MALFORMED);
    }
    pdf->page_count = poppler_document_get_n_pages(pdf->document);
    if (pdf->page_count <= 0) job_refuse(pdf->job, REFUSAL_NO_PAGES);
    if ((uint32_t)pdf->page_count > pdf->job->pages) job_refuse(pdf->job, REFUSAL_TOO_MANY_PAGES);
}

static void write_findings(struct pdf *pdf)
{
    struct answer *answer = pdf->job->answer;
    if (pdf->hidden.len > 0) {
        answer_hidden(answer, 0, buf_str(&pdf->hidden));
        answer_warning(answer, 0, WARNING_HIDDEN_TEXT, 0);
        pdf->removed[REMOVED_HIDDEN_TEXT] = true;
    }
    for (int i = 0; i < REMOVED_COUNT; i++)
        if (pdf->removed[i]) answer_removed(answer, (enum removed)i, 1);
}

void document_pdf(struct job *job, struct str bytes, const bool *also_removed)
{
    struct pdf pdf = {
        .job = job, .arena = arena_new(ARENA_BYTES), .hidden = buf_new(ANSWER_TEXT_BYTES_MAX)};
    if (also_removed) memcpy(pdf.removed, also_removed, sizeof pdf.removed);
    open_document(&pdf, bytes);
    /* Of a PDF that was made here they are nobody's. */
    if (!also_removed) {
        note_properties(&pdf);
        note_structure(&pdf);
    }
    note_names(&pdf, bytes);
    pdf.parts = ARENA_MANY(pdf.arena, (size_t)pdf.page_count, struct part);
    measure(&pdf);
    for (int i = 0; i < pdf.page_count; i++) {
        job_page(job);
        PopplerPage *page = poppler_document_get_page(pdf.document, i);
        if (!page) job_refuse(job, REFUSAL_MALFORMED);
        draw_page(&pdf, page, &pdf.parts[i]);
        g_object_unref(page);
    }
    if (buf_done(&pdf.hidden) != OK) job_refuse(job, REFUSAL_TOO_MANY_WORDS);
    for (int i = 0; i < pdf.page_count; i++) answer_picture(job->answer, &pdf.parts[i]);
    write_findings(&pdf);
}
