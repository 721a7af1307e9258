/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/redact.h"
#include "rules/permit.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/press/prepare.h"

/*
 * The redactor looks at each part for each recipient, since each may know different things. What
 * it finds for several recipients at the same place is one mark, taken out for all of them.
 */
struct propose {
    struct job *job;
    bool is_learning;  /* nothing is marked: terms are gathered for the letter's other parts */
    struct marks *own; /* of each part, what was found in it by itself; NULL with one part only */
    const struct press_letter *letter;
    struct prepare *prepare;
    const struct press_party *recipient;
    struct redact_term *terms; /* the recipient's leak list, then what other parts taught */
    size_t term_count, leak_count;
    const struct str *allowed;
    size_t allowed_count;
    size_t mark_room, concern_room;
    size_t marks_before, recipients_before; /* in the review as it stood */
    bool photos_only;                       /* only they are marked; all else teaches */
};

static enum redact_direction direction(const struct press_letter *letter)
{
    const struct press_party *writer = press_writer(letter);
    bool birth = str_equal(writer->side, STR("birth")) || str_equal(writer->side, STR("other"));
    return birth ? REDACT_BIRTH_TO_ADOPTIVE : REDACT_ADOPTIVE_TO_BIRTH;
}

static enum redact_channel channel_of(const struct review_part *part)
{
    if (part->kind != REVIEW_TEXT) return REDACT_SCAN_OCR;
    return str_equal(part->origin, STR("mail")) ? REDACT_EMAIL : REDACT_WEB;
}

static struct review_mark *find_same(struct review *review, const struct review_mark *mark)
{
    for (size_t i = 0; i < review->mark_count; i++) {
        struct review_mark *other = &review->marks[i];
        if (other->part == mark->part && other->is_box == mark->is_box &&
            other->start == mark->start && other->end == mark->end && other->x == mark->x &&
            other->y == mark->y && other->w == mark->w && other->h == mark->h &&
            str_equal(other->category, mark->category))
            return other;
    }
    return NULL;
}

static enum err put_mark(struct propose *propose, struct review_mark mark)
{
    struct review *review = &propose->prepare->review;
    struct arena *arena = propose->job->arena;
    struct review_mark *same = find_same(review, &mark);
    if (!same) {
        if (review->mark_count == propose->mark_room) {
            size_t room = propose->mark_room ? propose->mark_room * 2 : 64;
            if (room > REVIEW_MARKS * 2) return ERR_TOO_BIG;
            struct review_mark *larger = ARENA_MANY(arena, room, struct review_mark);
            if (review->mark_count)
                memcpy(larger, review->marks, review->mark_count * sizeof *larger);
            review->marks = larger;
            propose->mark_room = room;
        }
        same = &review->marks[review->mark_count++];
        *same = mark;
        same->number = (int)review->mark_count;
        same->recipients = ARENA_MANY(arena, REVIEW_RECIPIENTS, int64_t);
        same->recipient_count = 0;
    }
    if (review_mark_is_for(same, propose->recipient->id)) return OK;
    if (same->recipient_count == REVIEW_RECIPIENTS) return ERR_TOO_BIG;
    same->recipients[same->recipient_count++] = propose->recipient->id;
    return OK;
}

static enum err put_concern(struct propose *propose, struct review_concern concern)
{
    struct review *review = &propose->prepare->review;
    for (size_t i = 0; i < review->concern_count; i++) {
        const struct review_concern *other = &review->concerns[i];
        if (other->part == concern.part && other->start == concern.start &&
            other->end == concern.end && str_equal(other->category, concern.category))
            return OK;
    }
    if (review->concern_count == propose->concern_room) {
        size_t room = propose->concern_room ? propose->concern_room * 2 : 32;
        if (room > REVIEW_CONCERNS * 2) return ERR_TOO_BIG;
        struct review_concern *larger =
            ARENA_MANY(propose->job->arena, room, struct review_concern);
        if (review->concern_count)
            memcpy(larger, review->concerns, review->concern_count * sizeof *larger);
        review->concerns = larger;
        propose->concern_room = room;
    }
    concern.number = (int)review->concern_count + 1;
    review->concerns[review->concern_count++] = concern;
    return OK;
}

/* Of a letter that was looked through before: what was taken out for all is for this one too. */
static enum err join_marks(struct propose *propose)
{
    struct review *review = &propose->prepare->review;
    for (size_t i = 0; i < propose->marks_before; i++) {
        struct review_mark *mark = &review->marks[i];
        bool is_for_all = mark->recipient_count > 0;
        for (size_t j = 0; j < propose->recipients_before && is_for_all; j++)
            is_for_all = review_mark_is_for(mark, review->recipients[j]);
        if (!is_for_all) continue;
        if (mark->recipient_count == REVIEW_RECIPIENTS) return ERR_TOO_BIG;
        mark->recipients[mark->recipient_count++] = propose->recipient->id;
    }
    return OK;
}

/* What staff made of an earlier version stays; each mark gets room for more recipients. */
static void keep_marks(struct propose *propose)
{
    struct review *review = &propose->prepare->review;
    propose->mark_room = propose->marks_before = review->mark_count;
    propose->recipients_before = review->recipient_count;
    propose->concern_room = review->concern_count;
    for (size_t i = 0; i < review->mark_count; i++) {
        struct review_mark *mark = &review->marks[i];
        int64_t *room = ARENA_MANY(propose->job->arena, REVIEW_RECIPIENTS, int64_t);
        for (size_t j = 0; j < mark->recipient_count; j++) room[j] = mark->recipients[j];
        mark->recipients = room;
    }
}

static struct review_mark mark_from(const struct mark *mark, int part)
{
    return (struct review_mark){
        .part = part,
        .start = mark->start,
        .end = mark->end,
        .category = str_from(mark_category_word(mark->category)),
        .source = str_from(mark_source_word(mark->source)),
        .why = mark->why,
        .confidence = mark->confidence,
    };
}

/* Every word that a mark touches becomes a box. */
static enum err box_words(struct propose *propose, const struct review_part *part, const size_t *at,
                          const struct mark *mark)
{
    for (size_t i = 0; i < part->word_count; i++) {
        size_t start = at[i], end = at[i] + part->words[i].text.len;
        if (end <= mark->start || start >= mark->end) continue;
        struct review_mark box = mark_from(mark, part->number);
        box.is_box = true;
        box.start = box.end = 0;
        box.x = part->words[i].x;
        box.y = part->words[i].y;
        box.w = part->words[i].w;
        box.h = part->words[i].h;
        TRY(put_mark(propose, box));
    }
    return OK;
}

/* Each name costs a look at each word of the letter. */
static void learn(struct propose *propose, struct str text, const struct marks *marks)
{
    struct arena *arena = propose->job->arena;
    struct redact_term *learnt;
    size_t count;
    redact_learn(text, marks, arena, &learnt, &count);
    size_t room = PREPARE_LEARNT - (propose->term_count - propose->leak_count);
    if (count > room) {
        count = room;
        prepare_warn(propose->job, &propose->prepare->review,
                     STR("The letter has more names and places than the program can follow. What "
                         "is taken out in one item may stand in another one. Read every word."));
    }
    struct redact_term *all = ARENA_MANY(arena, propose->term_count + count, struct redact_term);
    if (propose->term_count) memcpy(all, propose->terms, propose->term_count * sizeof *all);
    for (size_t i = 0; i < count; i++) all[propose->term_count + i] = learnt[i];
    propose->terms = all;
    propose->term_count += count;
}

/* What is found in a part by itself, with the reasons that its reader's list and the rules give. */
static void keep_own(struct propose *propose, size_t at, const struct marks *found)
{
    struct arena *arena = propose->job->arena;
    struct marks own = {0};
    for (size_t i = 0; i < found->count; i++) {
        struct mark mark = found->at[i];
        mark.why = arena_str(arena, mark.why);
        marks_add(&own, arena, mark);
    }
    propose->own[at] = own;
}

/* The part's own finding in these bytes; without one, only another part's terms found it. */
static struct mark with_reason(const struct propose *propose, size_t at, struct mark mark)
{
    if (!propose->own) return mark;
    const struct marks *own = &propose->own[at];
    size_t low = 0, high = own->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (own->at[middle].start < mark.start)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < own->count && own->at[low].start == mark.start && own->at[low].end == mark.end)
        return own->at[low];
    mark.source = MARK_REPEAT;
    mark.why = STR(REDACT_WHY_REPEAT);
    return mark;
}

static enum err mark_all(struct propose *propose, size_t at, const struct redact_result *result,
                         const size_t *word_at)
{
    const struct review_part *part = &propose->prepare->review.parts[at];
    for (size_t i = 0; i < result->marks.count; i++) {
        struct mark mark = with_reason(propose, at, result->marks.at[i]);
        mark.why = arena_str(propose->job->arena, mark.why);
        if (word_at)
            TRY(box_words(propose, part, word_at, &mark));
        else
            TRY(put_mark(propose, mark_from(&mark, part->number)));
    }
    for (size_t i = 0; i < result->concerns.count; i++) {
        const struct concern *concern = &result->concerns.at[i];
        TRY(put_concern(propose, (struct review_concern){
                                     .part = part->number,
                                     .start = concern->start,
                                     .end = concern->end,
                                     .category = str_from(concern_word(concern->kind)),
                                     .why = arena_str(propose->job->arena, concern->why),
                                 }));
    }
    return OK;
}

/* A part may have a million letters, and a letter many parts: staff read what there is no time for.
 */
static bool is_late(struct propose *propose, const struct review_part *part)
{
    if (clock_monotonic_us() < propose->job->until_us && !FAULT_FAILS(propose_late)) return false;
    prepare_warn(propose->job, &propose->prepare->review,
                 arena_print(propose->job->arena,
                             "The program had no time to look through all of item %d. Read every "
                             "word of it.",
                             part->from));
    return true;
}

static enum err look(struct propose *propose, size_t at)
{
    const struct press *press = propose->job->state;
    const struct review_part *part = &propose->prepare->review.parts[at];
    struct str text = propose->prepare->contents[at];
    if (is_late(propose, part)) return OK;
    size_t *word_at = NULL;
    if (part->kind != REVIEW_TEXT)
        TRY(review_join_words(part, propose->job->arena, &text, &word_at));
    if (text.len == 0) return OK;
    struct redact_input input = {
        .text = text,
        .direction = direction(propose->letter),
        .channel = channel_of(part),
        .allowed = propose->allowed,
        .allowed_count = propose->allowed_count,
        .terms = propose->terms,
        .term_count = propose->is_learning ? propose->leak_count : propose->term_count,
    };
    ARENA(arena, REDACT_ARENA_BYTES);
    struct redact_result result;
    TRY(redact_letter(press->redactor, &input, arena, &result));
    if (!propose->is_learning) return mark_all(propose, at, &result, word_at);
    keep_own(propose, at, &result.marks);
    learn(propose, text, &result.marks);
    return OK;
}

static void take_leak_list(struct propose *propose)
{
    const struct person *person = &propose->recipient->person;
    propose->terms = ARENA_MANY(propose->job->arena, person->leak_count, struct redact_term);
    propose->term_count = 0;
    for (size_t i = 0; i < person->leak_count; i++) {
        struct redact_term term = {.term = person->leaks[i].term};
        if (mark_category_get(person->leaks[i].category, &term.category))
            propose->terms[propose->term_count++] = term;
    }
}

/* What is taken out of one part is taken out of all: with several, they are gone through twice. */
static enum err propose_for(struct propose *propose)
{
    size_t count = propose->prepare->review.part_count;
    take_leak_list(propose);
    propose->leak_count = propose->term_count;
    propose->allowed = press_allowed(propose->letter, propose->recipient, propose->job->arena,
                                     &propose->allowed_count);
    propose->own = count > 1 ? ARENA_MANY(propose->job->arena, count, struct marks) : NULL;
    propose->is_learning = true;
    for (size_t i = 0; i < count && count > 1; i++) TRY(look(propose, i));
    propose->is_learning = false;
    const struct review *review = &propose->prepare->review;
    for (size_t i = 0; i < count; i++)
        if (!propose->photos_only || review->parts[i].kind == REVIEW_PHOTO) TRY(look(propose, i));
    return OK;
}

/* Quoted replies, signatures and the like are proposed to go, for every recipient. */
static enum err propose_furniture(struct propose *propose)
{
    const struct review *review = &propose->prepare->review;
    for (size_t i = 0; i < review->part_count; i++) {
        const struct review_part *part = &review->parts[i];
        for (size_t j = 0; j < part->furniture_count; j++)
            TRY(put_mark(propose, (struct review_mark){
                                      .part = part->number,
                                      .start = part->furniture[j].start,
                                      .end = part->furniture[j].end,
                                      .category = STR("furniture"),
                                      .source = STR("furniture"),
                                      .why = part->furniture[j].kind,
                                      .confidence = 90,
                                  }));
    }
    return OK;
}

/*
 * Where the agreement allows no photos each is proposed to go whole. As a mark, so that it is part
 * of what is decided upon: an agreement that changes afterwards sends no photo that nobody
 * approved.
 */
static enum err propose_photos(struct propose *propose)
{
    const struct review *review = &propose->prepare->review;
    enum photo_level level;
    if (photo_level_get(propose->letter->photo_level, &level) && level != PHOTO_NONE) return OK;
    for (size_t i = 0; i < review->part_count; i++) {
        const struct review_part *part = &review->parts[i];
        if (part->kind != REVIEW_PHOTO) continue;
        TRY(put_mark(propose, (struct review_mark){
                                  .part = part->number,
                                  .is_box = true,
                                  .w = part->width,
                                  .h = part->height,
                                  .category = STR("photo"),
                                  .source = STR("agreement"),
                                  .why = STR("no photos are allowed"),
                                  .confidence = 100,
                              }));
    }
    return OK;
}

enum err prepare_propose(struct job *job, const struct press_letter *letter,
                         struct prepare *prepare)
{
    struct propose propose = {.job = job, .letter = letter, .prepare = prepare};
    struct review *review = &prepare->review;
    if (!press_writer(letter)) return ERR_DB;
    keep_marks(&propose);
    for (size_t i = 0; i < letter->party_count; i++) {
        const struct press_party *party = &letter->parties[i];
        /* also for who receives nothing just now: a pause may end before the letter is decided */
        if (!party->is_recipient || review_is_for(review, party->id)) continue;
        if (review->recipient_count == REVIEW_RECIPIENTS) return ERR_TOO_BIG;
        propose.recipient = party;
        if (propose.recipients_before) TRY(join_marks(&propose));
        review->recipients[review->recipient_count++] = party->id;
        TRY(propose_for(&propose));
        TRY(propose_furniture(&propose));
        TRY(propose_photos(&propose));
    }
    return OK;
}

enum err prepare_propose_photos(struct job *job, const struct press_letter *letter,
                                bool is_untouched, struct prepare *prepare)
{
    struct review *review = &prepare->review;
    if (is_untouched) {
        review->recipient_count = review->mark_count = review->concern_count = 0;
        return prepare_propose(job, letter, prepare);
    }
    struct propose propose = {
        .job = job, .letter = letter, .prepare = prepare, .photos_only = true};
    if (!press_writer(letter)) return ERR_DB;
    keep_marks(&propose);
    for (size_t i = 0; i < letter->party_count; i++) {
        const struct press_party *party = &letter->parties[i];
        if (!party->is_recipient || !review_is_for(review, party->id)) continue;
        propose.recipient = party;
        TRY(propose_for(&propose));
    }
    return OK;
}
