/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "core/limits.h"
#include "redact/release.h"
#include "render/pdf.h"
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

static bool covers(const struct burn_box *box, const struct part *page)
{
    return box->x == 0 && box->y == 0 && box->width >= page->width && box->height >= page->height;
}

static enum err compose_image(struct release_work *work, const struct decision *decision,
                              const struct review_part *described, const struct press_item *item,
                              struct release *release)
{
    struct job *job = work->job;
    const struct press *press = job->state;
    bool is_jpeg = str_equal(described->type, STR("image/jpeg"));
    struct part page = {
        .kind = described->kind == REVIEW_PAGE ? PART_PAGE : PART_PHOTO,
        .format = is_jpeg ? IMAGE_JPEG : IMAGE_PNG,
        .width = described->width,
        .height = described->height,
        .image = item->content,
    };
    struct burn_box *boxes = ARENA_MANY(job->arena, decision->box_count, struct burn_box);
    size_t count = 0;
    for (size_t i = 0; i < decision->box_count; i++) {
        const struct decision_box *box = &decision->boxes[i];
        if (box->part != item->number) continue;
        boxes[count] = (struct burn_box){box->x, box->y, box->w, box->h};
        /* what is covered from edge to edge is left out */
        if (covers(&boxes[count++], &page)) return OK;
    }
    struct part burnt = page;
    if (count > 0 || !is_jpeg)
        TRY(burn_page(press->spawner, &page, boxes, count, job->arena, &burnt));
    *add_shown(release) = (struct render_part){
        .kind = page.kind == PART_PAGE ? RENDER_PAGE : RENDER_PHOTO,
        .jpeg = burnt.image,
        .width = burnt.width,
        .height = burnt.height,
    };
    return OK;
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
    *add_shown(release) = (struct render_part){.kind = RENDER_TEXT, .text = words};
    release->photo_level = photo_level_word(PHOTO_NONE);
    return OK;
}

/* ---- the PDF ---- */

static struct str join_names(const struct person_list *names, struct arena *arena)
{
    struct str all = {NULL, 0};
    for (size_t i = 0; i < names->count; i++)
        all = i == 0 ? names->at[0]
                     : arena_print(arena, "%.*s%s%.*s", STR_ARG(all),
                                   i + 1 == names->count ? " and " : ", ", STR_ARG(names->at[i]));
    return all;
}

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
        .name = join_names(&person->names, arena),
        .address = person->address,
        .reference = arena_str(arena, buf_str(&reference)),
        .title = work->agency_name,
        .easy = release->to->wants_easy,
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
