/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>

#include "core/code.h"
#include "core/utf8.h"
#include "redact/concern.h"
#include "redact/release.h"
#include "rules/cover.h"
#include "server/desk/letter.h"

/* The parts of a letter as the desk shows them: as they came, and as each recipient gets them. */

enum { SEGMENTS_MAX = 20000, QUOTE_BYTES = 160 };

struct str desk_part_heading(struct request *request, const struct review *review,
                             const struct review_part *part)
{
    int nth = 0;
    for (size_t i = 0; i < review->part_count; i++) {
        nth += review->parts[i].kind == part->kind;
        if (&review->parts[i] == part) break;
    }
    const char *word = part->kind == REVIEW_TEXT   ? "Letter"
                       : part->kind == REVIEW_PAGE ? "Page"
                                                   : "Photo";
    if (part->kind == REVIEW_TEXT && nth == 1) return STR("Letter");
    return arena_print(request->arena, "%s %d", word, nth);
}

/* ---- images ---- */

static json_t *page_view(struct request *request, const struct desk_letter *letter,
                         const struct review_part *part)
{
    json_t *page = json_object();
    BUF(id, 16);
    code_id_put(&id, letter->id);
    desk_put_number(page, "number", part->number);
    json_put_str(page, "src",
                 arena_print(request->arena, "/letters/%s/pages/%d", id.at, part->number));
    desk_put_number(page, "width", part->width);
    desk_put_number(page, "height", part->height);
    json_put_str(page, "alt", desk_part_heading(request, &letter->review, part));
    json_put_bool(page, "photo", part->kind == REVIEW_PHOTO);
    json_put_bool(page, "soft", part->is_soft);
    return page;
}

static json_t *box_view(const struct review_mark *mark)
{
    json_t *box = json_object();
    desk_put_number(box, "n", mark->number);
    desk_put_number(box, "x", mark->x);
    desk_put_number(box, "y", mark->y);
    desk_put_number(box, "w", mark->w);
    desk_put_number(box, "h", mark->h);
    json_put_bool(box, "on", mark->recipient_count > 0);
    return box;
}

/* ---- words ---- */

static struct str category_label(struct str category)
{
    enum mark_category found;
    if (mark_category_get(category, &found)) return str_from(mark_category_label(found));
    return str_equal(category, STR("photo")) ? STR("Photo") : STR("Quote or signature");
}

static struct str category_out(struct str category)
{
    enum mark_category found;
    if (mark_category_get(category, &found)) return mask_wording_default()->by_category[found];
    return STR("");
}

static int order_sizes(const void *left, const void *right)
{
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return (a > b) - (a < b);
}

/* Where the text is cut: at every start and end of a mark. */
static size_t cuts_of(struct request *request, const struct review *review, int part, size_t length,
                      size_t **ret_cuts)
{
    size_t *cuts = ARENA_MANY(request->arena, review->mark_count * 2 + 2, size_t), count = 0;
    cuts[count++] = 0;
    cuts[count++] = length;
    for (size_t i = 0; i < review->mark_count; i++) {
        const struct review_mark *mark = &review->marks[i];
        if (mark->part != part || mark->is_box || mark->end > length) continue;
        cuts[count++] = mark->start;
        cuts[count++] = mark->end;
    }
    qsort(cuts, count, sizeof *cuts, order_sizes);
    *ret_cuts = cuts;
    return count;
}

/* Of the marks over these bytes, the first that is taken out for anybody, else the first. */
static const struct review_mark *mark_over(const struct review *review, int part, size_t start,
                                           size_t end)
{
    const struct review_mark *found = NULL;
    for (size_t i = 0; i < review->mark_count; i++) {
        const struct review_mark *mark = &review->marks[i];
        if (mark->part != part || mark->is_box || mark->start > start || mark->end < end) continue;
        if (!found || (found->recipient_count == 0 && mark->recipient_count)) found = mark;
    }
    return found;
}

static bool is_for_all(const struct desk_letter *letter, const struct review_mark *mark)
{
    for (size_t i = 0; i < letter->recipient_count; i++)
        if (!review_mark_is_for(mark, letter->recipients[i].id)) return false;
    return true;
}

static json_t *text_view(struct request *request, const struct desk_letter *letter,
                         const struct review_part *part, struct str content)
{
    const struct review *review = &letter->review;
    size_t *cuts, count = cuts_of(request, review, part->number, content.len, &cuts);
    json_t *list = json_array(), *segments = json_object(), *text = json_object();
    for (size_t i = 0; i + 1 < count; i++) {
        if (cuts[i] == cuts[i + 1]) continue;
        json_t *segment = json_object();
        desk_put_number(segment, "start", (int64_t)cuts[i]);
        json_put_str(segment, "words", str_slice(content, cuts[i], cuts[i + 1]));
        const struct review_mark *mark = mark_over(review, part->number, cuts[i], cuts[i + 1]);
        if (mark) {
            json_t *over = json_object();
            desk_put_number(over, "n", mark->number);
            json_put_bool(over, "on", mark->recipient_count > 0);
            json_put_bool(over, "some", mark->recipient_count > 0 && !is_for_all(letter, mark));
            json_put_str(over, "out", category_out(mark->category));
            json_put(segment, "mark", over);
        }
        json_add(list, segment);
    }
    json_put(segments, "list", list);
    json_put(text, "segments", segments);
    return text;
}

/* ---- copies ---- */

static size_t spans_for(struct request *request, const struct review *review, int part,
                        int64_t party, struct release_span **ret_spans)
{
    struct release_span *spans =
        ARENA_MANY(request->arena, review->mark_count, struct release_span);
    size_t count = 0;
    for (size_t i = 0; i < review->mark_count; i++) {
        const struct review_mark *mark = &review->marks[i];
        if (mark->part == part && !mark->is_box && review_mark_is_for(mark, party))
            spans[count++] = (struct release_span){mark->start, mark->end, mark->category};
    }
    *ret_spans = spans;
    return count;
}

static void add_segment(json_t *list, struct str words, bool removed)
{
    if (words.len == 0) return;
    json_t *segment = json_object();
    json_put_str(segment, "words", words);
    json_put_bool(segment, "removed", removed);
    json_add(list, segment);
}

/* The length of a wording that the text begins with, or 0. */
static size_t wording_at(struct str text)
{
    const struct mask_wording *wording = mask_wording_default();
    for (size_t i = 0; i < MARK_CATEGORY_COUNT; i++)
        if (str_starts(text, wording->by_category[i])) return wording->by_category[i].len;
    return 0;
}

/* The released text, cut where a wording stands so that it can be shown as such. */
static json_t *released_view(struct str released)
{
    json_t *list = json_array(), *segments = json_object(), *text = json_object();
    size_t from = 0;
    for (size_t at = 0; at < released.len;) {
        size_t length = released.at[at] == '[' ? wording_at(str_from_byte(released, at)) : 0;
        if (length == 0) {
            at++;
            continue;
        }
        add_segment(list, str_slice(released, from, at), false);
        add_segment(list, str_slice(released, at, at + length), true);
        at += length;
        from = at;
    }
    add_segment(list, str_from_byte(released, from), false);
    json_put(segments, "list", list);
    json_put(text, "segments", segments);
    return text;
}

static bool is_whole(const struct review_mark *mark, const struct review_part *part)
{
    return mark->is_box && mark->part == part->number && mark->x == 0 && mark->y == 0 &&
           mark->w >= part->width && mark->h >= part->height;
}

/* Why nothing of an image goes to this party, or NULL: covered from edge to edge it is left out. */
static const char *why_withheld(const struct desk_letter *letter, const struct review_part *part,
                                int64_t party)
{
    for (size_t i = 0; i < letter->review.mark_count; i++) {
        const struct review_mark *mark = &letter->review.marks[i];
        if (is_whole(mark, part) && review_mark_is_for(mark, party))
            return "It is taken out whole: kept, not sent.";
    }
    if (part->kind == REVIEW_PHOTO && str_equal(letter->photo_level, STR("none")))
        return "The agreement allows no photos. Take it out, or this copy cannot be sent.";
    return NULL;
}

/* As the press will burn them: a box over words is wider than what was drawn. */
static void put_burnt(struct request *request, const struct desk_letter *letter,
                      const struct review_part *part, int64_t party, json_t *page)
{
    const struct review *review = &letter->review;
    struct cover_box *boxes = ARENA_MANY(request->arena, review->mark_count, struct cover_box);
    size_t count = 0;
    for (size_t i = 0; i < review->mark_count; i++) {
        const struct review_mark *mark = &review->marks[i];
        if (mark->part == part->number && mark->is_box && review_mark_is_for(mark, party))
            boxes[count++] = (struct cover_box){mark->x, mark->y, mark->w, mark->h};
    }
    struct cover cover;
    cover_page(part, boxes, count, request->arena, &cover);
    json_t *list = json_array();
    for (size_t i = 0; i < cover.count; i++) {
        const struct cover_rect *rect = &cover.rects[i];
        json_t *box = json_object();
        desk_put_number(box, "x", rect->x);
        desk_put_number(box, "y", rect->y);
        desk_put_number(box, "w", rect->w);
        desk_put_number(box, "h", rect->h);
        json_put_bool(box, "paper", rect->is_paper);
        json_add(list, box);
    }
    desk_put_list(page, "boxes", list);
    json_put_bool(page, "crowded", cover.is_crowded);
}

json_t *desk_copy_view(struct request *request, const struct desk_letter *letter,
                       const struct review_part *part, struct str content, int64_t party)
{
    json_t *copy = json_object();
    const char *withheld = part->kind == REVIEW_TEXT ? NULL : why_withheld(letter, part, party);
    if (withheld) {
        json_put_str(copy, "withheld", str_from(withheld));
        return copy;
    }
    if (part->kind == REVIEW_TEXT) {
        struct release_span *spans;
        size_t count = spans_for(request, &letter->review, part->number, party, &spans);
        BUF_SECRET(released, content.len * 2 + 4096);
        if (release_text(content, spans, count, mask_wording_default(), request->arena,
                         &released) != OK)
            json_put_str(copy, "withheld",
                         STR("A mark does not fit this text. Look at the marks."));
        else
            json_put(copy, "text", released_view(buf_str(&released)));
        return copy;
    }
    json_t *page = page_view(request, letter, part);
    put_burnt(request, letter, part, party, page);
    json_put(copy, "page", page);
    return copy;
}

/* ---- the lists of the page ---- */

/* What the cleaner found on it. A picture of which no word was read, or none yet, says so. */
static void put_findings(const struct review_part *part, json_t *object)
{
    json_t *alerts = json_array(), *taken_off = json_array(), *unsent = json_array();
    for (size_t i = 0; i < part->warning_count; i++)
        json_add(alerts, json_str(desk_warning_words(part->warnings[i])));
    for (size_t i = 0; i < part->removed_count; i++)
        json_add(taken_off, json_str(desk_removed_words(part->removed[i])));
    for (size_t i = 0; i < part->hidden_count; i++) json_add(unsent, json_str(part->hidden[i]));
    desk_put_list(object, "alerts", alerts);
    desk_put_list(object, "taken_off", taken_off);
    desk_put_list(object, "unsent", unsent);
    json_put_bool(object, "unread", part->kind != REVIEW_TEXT && part->word_count == 0);
}

static json_t *part_view(struct request *request, const struct desk_letter *letter, size_t nth)
{
    const struct review *review = &letter->review;
    const struct review_part *part = &review->parts[nth];
    json_t *object = json_object(), *copies = json_array();
    struct str heading = desk_part_heading(request, review, part);
    desk_put_number(object, "number", part->number);
    json_put_str(object, "heading", heading);
    put_findings(part, object);
    if (part->kind == REVIEW_TEXT) {
        json_put(object, "text", text_view(request, letter, part, letter->contents[nth]));
    } else {
        json_t *page = page_view(request, letter, part), *boxes = json_array();
        for (size_t i = 0; i < review->mark_count; i++)
            if (review->marks[i].part == part->number && review->marks[i].is_box)
                json_add(boxes, box_view(&review->marks[i]));
        desk_put_list(page, "boxes", boxes);
        json_put(object, "page", page);
    }
    for (size_t i = 0; i < letter->recipient_count; i++) {
        const struct desk_party *party = &letter->recipients[i];
        json_t *copy = desk_copy_view(request, letter, part, letter->contents[nth], party->id);
        json_put_code(copy, "party", party->id);
        json_put_str(copy, "name", desk_party_name(request, party));
        json_put_str(copy, "heading", heading);
        json_add(copies, copy);
    }
    desk_put_list(object, "copies", copies);
    return object;
}

static struct str words_under(const struct desk_letter *letter, const struct review_mark *mark)
{
    for (size_t i = 0; i < letter->review.part_count; i++) {
        const struct review_part *part = &letter->review.parts[i];
        if (part->number != mark->part) continue;
        if (!mark->is_box) return str_slice(letter->contents[i], mark->start, mark->end);
        for (size_t j = 0; j < part->word_count; j++)
            if (part->words[j].x == mark->x && part->words[j].y == mark->y &&
                part->words[j].w == mark->w && part->words[j].h == mark->h)
                return part->words[j].text;
    }
    return (struct str){NULL, 0};
}

static json_t *mark_view(struct request *request, const struct desk_letter *letter,
                         const struct review_mark *mark)
{
    json_t *object = json_object(), *takes = json_array();
    struct str what = words_under(letter, mark);
    desk_put_number(object, "n", mark->number);
    json_put_bool(object, "box", mark->is_box);
    if (what.len > QUOTE_BYTES) {
        size_t end = QUOTE_BYTES;
        while (!utf8_on_boundary(what, end)) end--;
        what = arena_print(request->arena, "%.*s …", (int)end, what.at);
    }
    if (what.len) json_put_str(object, "what", what);
    const struct review_part *part = review_part(&letter->review, mark->part);
    if (part) json_put_str(object, "where", desk_part_heading(request, &letter->review, part));
    json_put_str(object, "label", category_label(mark->category));
    json_put(object, "source", desk_tagged(request, mark->source));
    struct str why = desk_why_words(request, mark);
    if (why.len) json_put_str(object, "why", why);
    for (size_t i = 0; i < letter->recipient_count; i++) {
        json_t *take = json_object();
        json_put_code(take, "party", letter->recipients[i].id);
        json_put_str(take, "name", desk_party_name(request, &letter->recipients[i]));
        json_put_bool(take, "on", review_mark_is_for(mark, letter->recipients[i].id));
        json_add(takes, take);
    }
    desk_put_list(object, "takes", takes);
    return object;
}

static json_t *concern_view(const struct desk_letter *letter, const struct review_concern *concern)
{
    json_t *object = json_object();
    enum concern_kind kind;
    desk_put_number(object, "n", concern->number);
    json_put_str(object, "label",
                 concern_get(concern->category, &kind) ? str_from(concern_label(kind))
                                                       : concern->category);
    for (size_t i = 0; i < letter->review.part_count; i++)
        if (letter->review.parts[i].number == concern->part)
            json_put_str(object, "quote",
                         str_slice(letter->contents[i], concern->start, concern->end));
    json_put_str(object, "why", concern->why);
    json_put_bool(object, "seen", concern->seen);
    return object;
}

static void put_categories(struct request *request)
{
    json_t *list = json_array();
    for (int i = 0; i < MARK_CATEGORY_COUNT; i++) {
        json_t *entry = json_object();
        json_put_str(entry, "code", str_from(mark_category_word((enum mark_category)i)));
        json_put_str(entry, "label", str_from(mark_category_label((enum mark_category)i)));
        json_put_str(entry, "out", mask_wording_default()->by_category[i]);
        json_add(list, entry);
    }
    desk_put_list(request->view, "categories", list);
}

void desk_review_view(struct request *request, const struct desk_letter *letter)
{
    const struct review *review = &letter->review;
    json_t *parts = json_array(), *marks = json_array(), *concerns = json_array();
    for (size_t i = 0; i < review->part_count; i++) json_add(parts, part_view(request, letter, i));
    for (size_t i = 0; i < review->mark_count; i++)
        json_add(marks, mark_view(request, letter, &review->marks[i]));
    for (size_t i = 0; i < review->concern_count; i++)
        json_add(concerns, concern_view(letter, &review->concerns[i]));
    desk_put_list(request->view, "parts", parts);
    desk_put_list(request->view, "marks", marks);
    desk_put_list(request->view, "concerns", concerns);
    put_categories(request);
}
