/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/code.h"
#include "core/num.h"
#include "core/utf8.h"
#include "redact/redact.h"
#include "server/desk/letter.h"

/*
 * What staff make of the proposals: marks kept or dropped for each recipient, marks of their own,
 * how boxes on a photo look, concerns looked at. Saved as the next version of the review; a form
 * that was made for an older one is refused.
 */
struct marking {
    struct request *request;
    int64_t id;
    struct desk_letter letter;
    struct review review; /* as it will be saved */
    size_t mark_room;
    const char *problem; /* with the words that were typed; the rest is saved */
};

static bool is_recipient(const struct marking *marking, int64_t party)
{
    for (size_t i = 0; i < marking->letter.recipient_count; i++)
        if (marking->letter.recipients[i].id == party) return true;
    return false;
}

/* ---- what is kept ---- */

static enum err take(struct marking *marking, struct str value)
{
    size_t dot = str_find_byte(value, '.');
    int64_t number, party;
    if (dot == STR_NONE || !num_parse(str_slice(value, 0, dot), 1, REVIEW_MARKS, &number) ||
        !code_id_get(str_from_byte(value, dot + 1), &party) || !is_recipient(marking, party))
        return ERR_BAD_INPUT;
    for (size_t i = 0; i < marking->review.mark_count; i++) {
        struct review_mark *mark = &marking->review.marks[i];
        if (mark->number != number) continue;
        if (!review_mark_is_for(mark, party)) mark->recipients[mark->recipient_count++] = party;
        return OK;
    }
    return ERR_BAD_INPUT;
}

static enum err read_takes(struct marking *marking)
{
    struct arena *arena = marking->request->arena;
    for (size_t i = 0; i < marking->review.mark_count; i++) {
        marking->review.marks[i].recipients = ARENA_MANY(arena, REVIEW_RECIPIENTS, int64_t);
        marking->review.marks[i].recipient_count = 0;
    }
    size_t at = 0;
    struct str value;
    while (form_next(&marking->request->form, "take", &at, &value)) TRY(take(marking, value));
    return OK;
}

static enum err read_seen(struct marking *marking)
{
    struct review *review = &marking->review;
    for (size_t i = 0; i < review->concern_count; i++) review->concerns[i].seen = false;
    size_t at = 0;
    struct str value;
    while (form_next(&marking->request->form, "seen", &at, &value)) {
        int64_t number;
        if (!num_parse(value, 1, REVIEW_CONCERNS, &number)) return ERR_BAD_INPUT;
        for (size_t i = 0; i < review->concern_count; i++)
            if (review->concerns[i].number == number) review->concerns[i].seen = true;
    }
    return OK;
}

/* look_PART: plain or soft, for each photo. */
static enum err read_looks(struct marking *marking)
{
    struct review *review = &marking->review;
    struct arena *arena = marking->request->arena;
    struct review_part *parts = ARENA_MANY(arena, review->part_count, struct review_part);
    for (size_t i = 0; i < review->part_count; i++) {
        parts[i] = review->parts[i];
        if (parts[i].kind != REVIEW_PHOTO) continue;
        struct str name = arena_print(arena, "look_%d", parts[i].number);
        struct str look = form_line(&marking->request->form, name.at);
        parts[i].is_soft = str_equal(look, STR("soft"));
        if (look.len && !parts[i].is_soft && !str_equal(look, STR("plain"))) return ERR_BAD_INPUT;
        if (look.len == 0) parts[i].is_soft = review->parts[i].is_soft;
    }
    review->parts = parts;
    return OK;
}

/* ---- what is added ---- */

static enum err add_mark(struct marking *marking, struct review_mark mark, struct str whom)
{
    struct review *review = &marking->review;
    if (review->mark_count == REVIEW_MARKS) return ERR_TOO_BIG;
    if (review->mark_count == marking->mark_room) return ERR_TOO_BIG;
    enum mark_category category;
    if (!mark_category_get(mark.category, &category)) return ERR_BAD_INPUT;
    int last = 0;
    for (size_t i = 0; i < review->mark_count; i++)
        if (review->marks[i].number > last) last = review->marks[i].number;
    mark.number = last + 1;
    mark.source = STR("staff");
    mark.confidence = 100;
    mark.recipients = ARENA_MANY(marking->request->arena, REVIEW_RECIPIENTS, int64_t);
    if (str_equal(whom, STR("all"))) {
        for (size_t i = 0; i < marking->letter.recipient_count; i++)
            mark.recipients[mark.recipient_count++] = marking->letter.recipients[i].id;
    } else {
        int64_t party;
        if (!code_id_get(whom, &party) || !is_recipient(marking, party)) return ERR_BAD_INPUT;
        mark.recipients[mark.recipient_count++] = party;
    }
    review->marks[review->mark_count++] = mark;
    return OK;
}

enum { FIELDS_MAX = 8 };

static size_t split(struct str value, struct str *ret_fields)
{
    size_t count = 0;
    struct str rest = value, field;
    while (count < FIELDS_MAX && str_split(&rest, ':', &field)) ret_fields[count++] = field;
    return rest.at == NULL ? count : 0;
}

static bool numbers(const struct str *fields, size_t count, int64_t *ret_numbers)
{
    for (size_t i = 0; i < count; i++)
        if (!num_parse(fields[i], 0, INT32_MAX, &ret_numbers[i])) return false;
    return true;
}

/* PART:START:END:CATEGORY:FOR */
static enum err add_span(struct marking *marking, struct str value)
{
    struct str fields[FIELDS_MAX];
    int64_t at[3];
    if (split(value, fields) != 5 || !numbers(fields, 3, at)) return ERR_BAD_INPUT;
    for (size_t i = 0; i < marking->review.part_count; i++) {
        const struct review_part *part = &marking->review.parts[i];
        struct str content = marking->letter.contents[i];
        if (part->number != at[0] || part->kind != REVIEW_TEXT) continue;
        size_t start = (size_t)at[1], end = (size_t)at[2];
        if (start >= end || end > content.len || !utf8_on_boundary(content, start) ||
            !utf8_on_boundary(content, end))
            return ERR_BAD_INPUT;
        return add_mark(
            marking,
            (struct review_mark){
                .part = part->number, .start = start, .end = end, .category = fields[3]},
            fields[4]);
    }
    return ERR_BAD_INPUT;
}

/* PART:X:Y:W:H:CATEGORY:FOR */
static enum err add_box(struct marking *marking, struct str value)
{
    struct str fields[FIELDS_MAX];
    int64_t at[5];
    if (split(value, fields) != 7 || !numbers(fields, 5, at)) return ERR_BAD_INPUT;
    const struct review_part *part = review_part(&marking->review, (int)at[0]);
    if (!part || part->kind == REVIEW_TEXT || at[3] == 0 || at[4] == 0 ||
        at[1] + at[3] > part->width || at[2] + at[4] > part->height)
        return ERR_BAD_INPUT;
    return add_mark(marking,
                    (struct review_mark){.part = part->number,
                                         .is_box = true,
                                         .x = (uint32_t)at[1],
                                         .y = (uint32_t)at[2],
                                         .w = (uint32_t)at[3],
                                         .h = (uint32_t)at[4],
                                         .category = fields[5]},
                    fields[6]);
}

/* Every place on an image where these words stand: each of their words is a box. */
static enum err add_words_on(struct marking *marking, const struct review_part *part,
                             struct str words, struct str category, struct str whom,
                             size_t *ret_found)
{
    struct arena *arena = marking->request->arena;
    BUF(joined, LIMIT_DOCUMENT_BYTES);
    size_t *at = ARENA_MANY(arena, part->word_count + 1, size_t);
    for (size_t i = 0; i < part->word_count; i++) {
        at[i] = joined.len;
        buf_add(&joined, part->words[i].text);
        buf_add_byte(&joined, ' ');
    }
    struct marks marks = {0};
    enum mark_category found;
    if (!mark_category_get(category, &found)) return ERR_BAD_INPUT;
    TRY(redact_find_words(buf_str(&joined), words, found, arena, &marks));
    for (size_t i = 0; i < marks.count; i++) {
        for (size_t j = 0; j < part->word_count; j++) {
            const struct review_word *word = &part->words[j];
            if (at[j] + word->text.len <= marks.at[i].start || at[j] >= marks.at[i].end) continue;
            ++*ret_found;
            TRY(add_mark(marking,
                         (struct review_mark){.part = part->number,
                                              .is_box = true,
                                              .x = word->x,
                                              .y = word->y,
                                              .w = word->w,
                                              .h = word->h,
                                              .category = category},
                         whom));
        }
    }
    return OK;
}

static enum err add_words_in(struct marking *marking, const struct review_part *part,
                             struct str content, struct str words, struct str category,
                             struct str whom, size_t *ret_found)
{
    struct marks marks = {0};
    enum mark_category found;
    if (!mark_category_get(category, &found)) return ERR_BAD_INPUT;
    TRY(redact_find_words(content, words, found, marking->request->arena, &marks));
    for (size_t i = 0; i < marks.count; i++) {
        ++*ret_found;
        TRY(add_mark(marking,
                     (struct review_mark){.part = part->number,
                                          .start = marks.at[i].start,
                                          .end = marks.at[i].end,
                                          .category = category},
                     whom));
    }
    return OK;
}

static enum err add_words(struct marking *marking)
{
    const struct form *form = &marking->request->form;
    struct str words = form_line(form, "words"), category = form_line(form, "words_category");
    struct str whom = form_line(form, "words_for");
    size_t found = 0;
    bool is_asked = str_equal(form_line(form, "next"), STR("add")) && !form_count(form, "add") &&
                    !form_count(form, "box");
    if (words.len == 0) {
        if (is_asked) marking->problem = "words-missing";
        return OK;
    }
    if (whom.len == 0) whom = STR("all");
    for (size_t i = 0; i < marking->review.part_count; i++) {
        const struct review_part *part = &marking->review.parts[i];
        if (part->kind == REVIEW_TEXT)
            TRY(add_words_in(marking, part, marking->letter.contents[i], words, category, whom,
                             &found));
        else
            TRY(add_words_on(marking, part, words, category, whom, &found));
    }
    if (found == 0) marking->problem = "words-not-found";
    return OK;
}

static enum err read_added(struct marking *marking)
{
    const struct form *form = &marking->request->form;
    /* room for all that this form can add: a mark a field, and what named words find */
    size_t room = marking->review.mark_count + form->count + REVIEW_CONCERNS;
    struct review_mark *marks = ARENA_MANY(marking->request->arena, room, struct review_mark);
    if (marking->review.mark_count)
        memcpy(marks, marking->review.marks, marking->review.mark_count * sizeof *marks);
    marking->review.marks = marks;
    marking->mark_room = room;
    size_t at = 0;
    struct str value;
    while (form_next(form, "add", &at, &value)) TRY(add_span(marking, value));
    at = 0;
    while (form_next(form, "box", &at, &value)) TRY(add_box(marking, value));
    return add_words(marking);
}

/* ---- saving ---- */

/* Who looks and changes nothing makes no next version, which would take back copies that wait. */
static enum err save_changed(struct store *store, struct marking *marking)
{
    JSON before = review_write(&marking->letter.review);
    marking->review = marking->letter.review;
    TRY(read_takes(marking));
    TRY(read_seen(marking));
    TRY(read_looks(marking));
    TRY(read_added(marking));
    JSON after = review_write(&marking->review);
    if (json_equal(before, after)) return OK;
    TRY(desk_review_save(marking->request, store, &marking->letter, &marking->review));
    return desk_audit(store, "marks_saved", "letter", marking->id, "", 0);
}

static enum err save(struct store *store, void *context)
{
    struct marking *marking = context;
    struct request *request = marking->request;
    struct desk_keyring keyring;
    int64_t version;
    marking->problem = NULL;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_letter_read(request, store, &keyring, marking->id, DESK_WHOLE, &marking->letter));
    if (!desk_may_mark(request, &marking->letter) || !marking->letter.has_review)
        return ERR_CONFLICT;
    if (!form_int(&request->form, "version", 1, INT32_MAX, &version)) return ERR_BAD_INPUT;
    if (version != marking->letter.version) return ERR_CONFLICT;
    TRY(save_changed(store, marking));
    BUF(id, 16);
    code_id_put(&id, marking->id);
    bool decide = str_equal(form_line(&request->form, "next"), STR("decide"));
    request_then(request, "/letters/%s%s", id.at, decide && !marking->problem ? "/decision" : "");
    return OK;
}

enum err post_letters_ID_marks(struct request *request)
{
    struct marking marking = {.request = request, .id = request_number(request, 0)};
    TRY(request_run_once(request, save, &marking));
    if (marking.problem) {
        request_problem(request, "words", marking.problem);
        return desk_letter_page(request, marking.id);
    }
    return reply_then(request, "marks-saved");
}
