/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "core/limits.h"
#include "redact/release.h"
#include "render/pdf.h"
#include "rules/cover.h"
#include "rules/decision.h"
#include "sanitise/burn.h"
#include "worker/press/release.h"

/* Marks taken out of the text and out of the pixels, and what is left as a PDF. */

static struct render_part *add_shown(struct release *release)
{
    return &release->shown[release->shown_count++];
}

/* ---- text ---- */

static enum err compose_text(struct release_work *work, const struct decision *decision,
                             const struct press_item *item, struct release *release)
{
    struct arena *arena = work->job->arena;
    struct release_span *spans = ARENA_MANY(arena, decision->span_count, struct release_span);
    size_t count = 0;
    for (size_t i = 0; i < decision->span_count; i++)
        if (decision->spans[i].part == item->number)
            spans[count++] = (struct release_span){decision->spans[i].start, decision->spans[i].end,
                                                   decision->spans[i].category};
    BUF_SECRET(text, RENDER_TEXT_BYTES);
    TRY(release_text(item->content, spans, count, mask_wording_default(), arena, &text));
    struct str left = str_trim(buf_str(&text));
    if (left.len == 0) return OK;
    *add_shown(release) =
        (struct render_part){.kind = RENDER_TEXT, .text = arena_str(arena, buf_str(&text))};
    return OK;
}

/* ---- pages and photos ---- */

static bool covers(const struct cover_box *box, const struct review_part *part)
{
    return box->x == 0 && box->y == 0 && box->w >= part->width && box->h >= part->height;
}

/* ERR_BAD_INPUT for a box beside the image: it would hide nothing. */
static enum err read_boxes(const struct decision *decision, const struct review_part *described,
                           struct cover_box *boxes, size_t *ret_count, bool *ret_whole)
{
    *ret_count = 0;
    *ret_whole = false;
    for (size_t i = 0; i < decision->box_count; i++) {
        const struct decision_box *box = &decision->boxes[i];
        if (box->part != described->number) continue;
        if (box->w == 0 || box->h == 0 || box->x >= described->width || box->y >= described->height)
            return ERR_BAD_INPUT;
        boxes[*ret_count] = (struct cover_box){box->x, box->y, box->w, box->h};
        if (covers(&boxes[(*ret_count)++], described)) *ret_whole = true;
    }
    return OK;
}

static struct burn_box *burn_boxes(const struct cover *cover, const struct review_part *described,
                                   struct arena *arena)
{
    const enum burn_style style = described->is_soft ? BURN_NOISE : BURN_BLACK;
    struct burn_box *boxes = ARENA_MANY(arena, cover->count, struct burn_box);
    for (size_t i = 0; i < cover->count; i++) {
        const struct cover_rect *rect = &cover->rects[i];
        boxes[i] = (struct burn_box){rect->x, rect->y, rect->w, rect->h,
                                     rect->is_paper ? BURN_PAPER : style};
    }
    return boxes;
}

/*
 * Where words are gone a line would have a hole, and programs that read a PDF take what stands on
 * its other side for another column. So what follows on the line moves up to what stays before it:
 * nobody sees it, and who has the page read aloud hears it in order.
 */
struct closing {
    bool is_gone;   /* the word before, or the line's first */
    uint32_t start; /* where the next word may stand */
    uint32_t moved; /* by how much the line's words are moved to the left */
};

static void close_hole(struct closing *closing, const struct review_word *word, bool is_gone,
                       bool is_new_line, struct render_word *ret_word)
{
    if (is_new_line) *closing = (struct closing){.start = word->x};
    if (!is_gone) {
        if (closing->is_gone && word->x > closing->start) closing->moved = word->x - closing->start;
        if (closing->moved > word->x) closing->moved = 0; /* written from right to left */
        *ret_word =
            (struct render_word){word->x - closing->moved, word->y, word->w, word->h, word->text};
        closing->start = ret_word->x + word->w + word->h / 4; /* a space */
    }
    closing->is_gone = is_gone;
}

/* The words that stay, for the PDF and to be read aloud. */
static enum err put_words(const struct review_part *described, const struct cover *cover,
                          struct arena *arena, struct render_part *shown, struct str *ret_words)
{
    struct render_word *words = ARENA_MANY(arena, described->word_count, struct render_word);
    shown->words = words;
    struct closing closing = {0};
    for (size_t i = 0; i < described->word_count; i++) {
        bool is_new_line = i == 0 || described->words[i].gap >= REVIEW_GAP_LINE;
        close_hole(&closing, &described->words[i], cover->is_gone[i], is_new_line,
                   &words[shown->word_count]);
        if (!cover->is_gone[i]) shown->word_count++;
    }
    BUF_SECRET(text, RENDER_TEXT_BYTES);
    TRY(cover_text(described, cover, &text));
    *ret_words = arena_str(arena, buf_str(&text));
    return OK;
}

static enum err compose_image(struct release_work *work, const struct decision *decision,
                              const struct review_part *described, const struct press_item *item,
                              struct release *release)
{
    struct arena *arena = work->job->arena;
    const struct press *press = work->job->state;
    bool is_jpeg = str_equal(described->type, STR("image/jpeg")), is_whole;
    struct part page = {
        .kind = described->kind == REVIEW_PAGE ? PART_PAGE : PART_PHOTO,
        .format = is_jpeg ? IMAGE_JPEG : IMAGE_PNG,
        .width = described->width,
        .height = described->height,
        .image = item->content,
    };
    struct cover_box *boxes = ARENA_MANY(arena, decision->box_count, struct cover_box);
    size_t count;
    TRY(read_boxes(decision, described, boxes, &count, &is_whole));
    if (is_whole) return OK; /* what is covered from edge to edge is left out */
    struct cover cover;
    cover_page(described, boxes, count, arena, &cover);
    struct part burnt = page;
    if (cover.count > 0 || !is_jpeg)
        TRY(burn_page(press->spawner, &press->cleaning, &page, burn_boxes(&cover, described, arena),
                      cover.count, arena, &burnt));
    struct str *words = &release->words[release->shown_count];
    struct render_part *shown = add_shown(release);
    *shown = (struct render_part){
        .kind = page.kind == PART_PAGE ? RENDER_PAGE : RENDER_PHOTO,
        .jpeg = burnt.image,
        .width = burnt.width,
        .height = burnt.height,
    };
    return put_words(described, &cover, arena, shown, words);
}

/*
 * The level that the pictures need. Whether there is a face on one is for the person who approved
 * it to judge: photos need what the arrangement allows, and at least something.
 */
static const char *level_needed(const struct release_work *work, const struct release *release)
{
    bool has_photo = false;
    for (size_t i = 0; i < release->shown_count; i++)
        if (release->shown[i].kind == RENDER_PHOTO) has_photo = true;
    if (!has_photo) return photo_level_word(PHOTO_NONE);
    enum photo_level level = PHOTO_NONE;
    if (!photo_level_get(work->letter.photo_level, &level) || level == PHOTO_NONE)
        level = PHOTO_NO_FACE;
    return photo_level_word(level);
}

enum err release_compose(struct release_work *work, const struct decision *decision,
                         struct release *release, enum refused *ret_refusal)
{
    const struct press_letter *letter = &work->letter;
    release->shown = ARENA_MANY(work->job->arena, letter->part_count, struct render_part);
    release->words = ARENA_MANY(work->job->arena, letter->part_count, struct str);
    for (size_t i = 0; i < letter->part_count; i++) {
        const struct press_item *item = &letter->parts[i];
        const struct review_part *described = review_part(&work->review, item->number);
        if (!described) return ERR_SEAL_BROKEN;
        if (described->kind == REVIEW_TEXT)
            TRY(compose_text(work, decision, item, release));
        else
            TRY(compose_image(work, decision, described, item, release));
    }
    release->photo_level = level_needed(work, release);
    *ret_refusal = release->shown_count ? PERMITTED : REFUSED_NOTHING_LEFT;
    return OK;
}

enum err release_compose_note(struct release_work *work, struct str words, struct release *release)
{
    release->shown = ARENA_MANY(work->job->arena, 1, struct render_part);
    release->words = ARENA_MANY(work->job->arena, 1, struct str);
    *add_shown(release) = (struct render_part){.kind = RENDER_TEXT, .text = words};
    release->photo_level = photo_level_word(PHOTO_NONE);
    return OK;
}

/* ---- the PDF ---- */

enum err release_view(struct release_work *work, const struct release *release, bool with_view_only,
                      struct recipient_view *ret_view)
{
    struct arena *arena = work->job->arena;
    const struct person *person = &release->to->person;
    struct render_part *parts = ARENA_MANY(arena, release->shown_count, struct render_part);
    size_t count = 0;
    bool is_view_only = str_equal(str_from(release->photo_level), STR("view_only"));
    for (size_t i = 0; i < release->shown_count; i++)
        if (with_view_only || !is_view_only || release->shown[i].kind != RENDER_PHOTO)
            parts[count++] = release->shown[i];
    BUF(reference, 32);
    code_reference_put(&reference, release->print.id ? release->print.id : release->id);
    *ret_view = (struct recipient_view){
        .name = press_names(&person->names, arena),
        .address = release->to->office_only ? STR("") : person->address,
        .office = release->to->office_only,
        .reference = arena_str(arena, buf_str(&reference)),
        .title = work->agency_name,
        .is_large = release->to->wants_large,
        .parts = parts,
        .part_count = count,
    };
    return OK;
}

enum err release_pdf(struct release_work *work, const struct release *release, bool with_view_only,
                     struct str *ret_pdf)
{
    const struct press *press = work->job->state;
    struct recipient_view view;
    TRY(release_view(work, release, with_view_only, &view));
    struct buf *pdf = press_buf(work->job, LIMIT_DOCUMENT_BYTES);
    TRY(render_pdf_letters(press->fonts, &view, 1, pdf));
    *ret_pdf = buf_str(pdf);
    return OK;
}
