/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/review.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"

static const char *const kind_words[] = {"text", "page", "photo"};
static const struct str gaps[] = {{"", 0}, {" ", 1}, {"\n", 1}, {"\n\n", 2}};

/* ---- reading ---- */

static struct str text_of(const json_t *object, const char *key, struct arena *arena)
{
    return arena_str(arena, json_get_str(object, key));
}

static size_t number_of(const json_t *object, const char *key)
{
    return (size_t)json_get_int(object, key, 0, INT32_MAX, 0);
}

static uint32_t pixels_of(const json_t *object, const char *key)
{
    return (uint32_t)json_get_int(object, key, 0, INT32_MAX, 0);
}

static enum err length_of(const json_t *list, size_t max, size_t *ret_count)
{
    size_t count = json_array_size(list);
    if (count > max) return ERR_TOO_BIG;
    *ret_count = count;
    return OK;
}

static enum err read_texts(const json_t *object, const char *key, struct arena *arena,
                           struct str **ret_texts, size_t *ret_count)
{
    const json_t *list = json_object_get(object, key);
    size_t count;
    TRY(length_of(list, REVIEW_CONCERNS, &count));
    struct str *texts = ARENA_MANY(arena, count, struct str);
    for (size_t i = 0; i < count; i++)
        texts[i] = arena_str(arena, json_text(json_array_get(list, i)));
    *ret_texts = texts;
    *ret_count = count;
    return OK;
}

static enum err read_words(const json_t *list, struct arena *arena, struct review_part *part)
{
    TRY(length_of(list, REVIEW_WORDS, &part->word_count));
    part->words = ARENA_MANY(arena, part->word_count, struct review_word);
    for (size_t i = 0; i < part->word_count; i++) {
        const json_t *word = json_array_get(list, i);
        part->words[i] = (struct review_word){
            .x = pixels_of(word, "x"),
            .y = pixels_of(word, "y"),
            .w = pixels_of(word, "w"),
            .h = pixels_of(word, "h"),
            .gap = (enum review_gap)json_get_int(word, "gap", 0, REVIEW_GAP_PARAGRAPH,
                                                 REVIEW_GAP_SPACE),
            .text = text_of(word, "text", arena),
        };
    }
    return OK;
}

static enum err read_furniture(const json_t *list, struct arena *arena, struct review_part *part)
{
    TRY(length_of(list, REVIEW_CONCERNS, &part->furniture_count));
    part->furniture = ARENA_MANY(arena, part->furniture_count, struct review_range);
    for (size_t i = 0; i < part->furniture_count; i++) {
        const json_t *range = json_array_get(list, i);
        part->furniture[i] = (struct review_range){
            number_of(range, "start"), number_of(range, "end"), text_of(range, "kind", arena)};
    }
    return OK;
}

static enum err read_part(const json_t *object, struct arena *arena, struct review_part *part)
{
    struct str kind = json_get_str(object, "kind");
    size_t found = 0;
    while (found < 3 && !str_equal(kind, str_from(kind_words[found]))) found++;
    if (found == 3) return ERR_BAD_JSON;
    part->kind = (enum review_kind)found;
    part->number = (int)number_of(object, "number");
    part->from = (int)number_of(object, "from");
    part->origin = text_of(object, "origin", arena);
    part->type = text_of(object, "type", arena);
    part->bytes = number_of(object, "bytes");
    part->width = pixels_of(object, "width");
    part->height = pixels_of(object, "height");
    part->is_soft = part->kind == REVIEW_PHOTO && json_is_true(json_object_get(object, "soft"));
    TRY(read_words(json_object_get(object, "words"), arena, part));
    TRY(read_furniture(json_object_get(object, "furniture"), arena, part));
    TRY(read_texts(object, "removed", arena, &part->removed, &part->removed_count));
    TRY(read_texts(object, "warnings", arena, &part->warnings, &part->warning_count));
    return read_texts(object, "hidden", arena, &part->hidden, &part->hidden_count);
}

static enum err read_ids(const json_t *list, size_t max, struct arena *arena, int64_t **ret_ids,
                         size_t *ret_count)
{
    size_t count;
    TRY(length_of(list, max, &count));
    int64_t *ids = ARENA_MANY(arena, count, int64_t);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        ids[i] = text ? strtoll(text, NULL, 10) : 0;
        if (ids[i] <= 0) return ERR_BAD_JSON;
    }
    *ret_ids = ids;
    *ret_count = count;
    return OK;
}

static enum err read_mark(const json_t *object, struct arena *arena, struct review_mark *mark)
{
    mark->number = (int)number_of(object, "number");
    mark->part = (int)number_of(object, "part");
    mark->is_box = json_object_get(object, "w") != NULL;
    mark->start = number_of(object, "start");
    mark->end = number_of(object, "end");
    mark->x = pixels_of(object, "x");
    mark->y = pixels_of(object, "y");
    mark->w = pixels_of(object, "w");
    mark->h = pixels_of(object, "h");
    mark->category = text_of(object, "category", arena);
    mark->source = text_of(object, "source", arena);
    mark->why = text_of(object, "why", arena);
    mark->confidence = (int)json_get_int(object, "confidence", 0, 100, 0);
    return read_ids(json_object_get(object, "for"), REVIEW_RECIPIENTS, arena, &mark->recipients,
                    &mark->recipient_count);
}

static void read_concern(const json_t *object, struct arena *arena, struct review_concern *concern)
{
    *concern = (struct review_concern){
        .number = (int)number_of(object, "number"),
        .part = (int)number_of(object, "part"),
        .start = number_of(object, "start"),
        .end = number_of(object, "end"),
        .category = text_of(object, "category", arena),
        .why = text_of(object, "why", arena),
        .seen = json_get_bool(object, "seen"),
    };
}

static enum err read_mail(const json_t *object, struct arena *arena, struct review_mail *mail)
{
    mail->from = text_of(object, "from", arena);
    mail->name = text_of(object, "name", arena);
    mail->subject = text_of(object, "subject", arena);
    mail->authentic = text_of(object, "authentic", arena);
    mail->signature = text_of(object, "signature", arena);
    mail->is_encrypted = json_get_bool(object, "encrypted");
    return read_texts(object, "to", arena, &mail->to, &mail->to_count);
}

static enum err read_quarantine(const json_t *object, struct arena *arena,
                                struct review_quarantine *quarantine)
{
    const json_t *list = json_object_get(object, "proposals");
    quarantine->kind = text_of(object, "kind", arena);
    quarantine->reason = text_of(object, "reason", arena);
    TRY(length_of(list, REVIEW_PROPOSALS, &quarantine->proposal_count));
    quarantine->proposals = ARENA_MANY(arena, quarantine->proposal_count, struct review_proposal);
    for (size_t i = 0; i < quarantine->proposal_count; i++) {
        const json_t *entry = json_array_get(list, i);
        struct review_proposal *proposal = &quarantine->proposals[i];
        proposal->party = json_get_id(entry, "party");
        proposal->arrangement = json_get_id(entry, "arrangement");
        proposal->why = text_of(entry, "why", arena);
        if (proposal->party == 0) return ERR_BAD_JSON;
    }
    return OK;
}

static enum err read_all(const json_t *object, struct arena *arena, struct review *review)
{
    const json_t *list = json_object_get(object, "parts");
    TRY(length_of(list, REVIEW_PARTS, &review->part_count));
    review->parts = ARENA_MANY(arena, review->part_count, struct review_part);
    for (size_t i = 0; i < review->part_count; i++)
        TRY(read_part(json_array_get(list, i), arena, &review->parts[i]));

    list = json_object_get(object, "marks");
    TRY(length_of(list, REVIEW_MARKS, &review->mark_count));
    review->marks = ARENA_MANY(arena, review->mark_count, struct review_mark);
    for (size_t i = 0; i < review->mark_count; i++)
        TRY(read_mark(json_array_get(list, i), arena, &review->marks[i]));

    list = json_object_get(object, "concerns");
    TRY(length_of(list, REVIEW_CONCERNS, &review->concern_count));
    review->concerns = ARENA_MANY(arena, review->concern_count, struct review_concern);
    for (size_t i = 0; i < review->concern_count; i++)
        read_concern(json_array_get(list, i), arena, &review->concerns[i]);

    int64_t *ids;
    TRY(read_ids(json_object_get(object, "recipients"), REVIEW_RECIPIENTS, arena, &ids,
                 &review->recipient_count));
    if (review->recipient_count)
        memcpy(review->recipients, ids, review->recipient_count * sizeof *ids);
    const json_t *mail = json_object_get(object, "mail"),
                 *quarantine = json_object_get(object, "quarantine");
    review->is_mail = json_is_object(mail);
    review->is_quarantined = json_is_object(quarantine);
    if (review->is_mail) TRY(read_mail(mail, arena, &review->mail));
    if (review->is_quarantined) TRY(read_quarantine(quarantine, arena, &review->quarantine));
    return read_texts(object, "warnings", arena, &review->warnings, &review->warning_count);
}

enum err review_read(struct str json, struct arena *arena, struct review *ret_review)
{
    JSON object = NULL;
    TRY(json_read(json, REVIEW_BYTES, &object));
    if (!json_is_object(object)) return ERR_BAD_JSON;
    struct review review = {0};
    TRY(read_all(object, arena, &review));
    *ret_review = review;
    return OK;
}

/* ---- writing ---- */

static void put_number(json_t *object, const char *key, size_t number)
{
    json_put_int(object, key, (int64_t)number);
}

static void put_box(json_t *object, uint32_t x, uint32_t y, uint32_t w, uint32_t h)
{
    json_put_int(object, "x", x);
    json_put_int(object, "y", y);
    json_put_int(object, "w", w);
    json_put_int(object, "h", h);
}

static void put_texts(json_t *object, const char *key, const struct str *texts, size_t count)
{
    if (count == 0) return;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) json_add(list, json_str(texts[i]));
    json_put(object, key, list);
}

static json_t *write_id(int64_t id)
{
    BUF(digits, 24);
    buf_add_int(&digits, id);
    return json_str(buf_str(&digits));
}

static void put_ids(json_t *object, const char *key, const int64_t *ids, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) json_add(list, write_id(ids[i]));
    json_put(object, key, list);
}

static void put_range(json_t *object, size_t start, size_t end)
{
    put_number(object, "start", start);
    put_number(object, "end", end);
}

static void write_text_part(json_t *object, const struct review_part *part)
{
    json_put_str(object, "origin", part->origin);
    put_number(object, "bytes", part->bytes);
    if (part->furniture_count == 0) return;
    json_t *list = json_array();
    for (size_t i = 0; i < part->furniture_count; i++) {
        json_t *range = json_object();
        put_range(range, part->furniture[i].start, part->furniture[i].end);
        json_put_str(range, "kind", part->furniture[i].kind);
        json_add(list, range);
    }
    json_put(object, "furniture", list);
}

static void write_image_part(json_t *object, const struct review_part *part)
{
    json_put_str(object, "type", part->type);
    json_put_int(object, "width", part->width);
    json_put_int(object, "height", part->height);
    if (part->is_soft) json_put_bool(object, "soft", true);
    json_t *list = json_array();
    for (size_t i = 0; i < part->word_count; i++) {
        const struct review_word *word = &part->words[i];
        json_t *entry = json_object();
        put_box(entry, word->x, word->y, word->w, word->h);
        if (word->gap != REVIEW_GAP_SPACE) json_put_int(entry, "gap", word->gap);
        json_put_str(entry, "text", word->text);
        json_add(list, entry);
    }
    json_put(object, "words", list);
}

static json_t *write_part(const struct review_part *part)
{
    json_t *object = json_object();
    json_put_int(object, "number", part->number);
    json_put_str(object, "kind", str_from(kind_words[part->kind]));
    json_put_int(object, "from", part->from);
    if (part->kind == REVIEW_TEXT)
        write_text_part(object, part);
    else
        write_image_part(object, part);
    put_texts(object, "removed", part->removed, part->removed_count);
    put_texts(object, "warnings", part->warnings, part->warning_count);
    put_texts(object, "hidden", part->hidden, part->hidden_count);
    return object;
}

static json_t *write_mark(const struct review_mark *mark)
{
    json_t *object = json_object();
    json_put_int(object, "number", mark->number);
    json_put_int(object, "part", mark->part);
    if (mark->is_box)
        put_box(object, mark->x, mark->y, mark->w, mark->h);
    else
        put_range(object, mark->start, mark->end);
    json_put_str(object, "category", mark->category);
    json_put_str(object, "source", mark->source);
    json_put_str(object, "why", mark->why);
    json_put_int(object, "confidence", mark->confidence);
    put_ids(object, "for", mark->recipients, mark->recipient_count);
    return object;
}

static json_t *write_concern(const struct review_concern *concern)
{
    json_t *object = json_object();
    json_put_int(object, "number", concern->number);
    json_put_int(object, "part", concern->part);
    put_range(object, concern->start, concern->end);
    json_put_str(object, "category", concern->category);
    json_put_str(object, "why", concern->why);
    json_put_bool(object, "seen", concern->seen);
    return object;
}

static json_t *write_mail(const struct review_mail *mail)
{
    json_t *object = json_object();
    json_put_str(object, "from", mail->from);
    json_put_str(object, "name", mail->name);
    json_put_str(object, "subject", mail->subject);
    json_put_str(object, "authentic", mail->authentic);
    if (mail->signature.len) json_put_str(object, "signature", mail->signature);
    if (mail->is_encrypted) json_put_bool(object, "encrypted", true);
    put_texts(object, "to", mail->to, mail->to_count);
    return object;
}

static json_t *write_quarantine(const struct review_quarantine *quarantine)
{
    json_t *object = json_object(), *list = json_array();
    json_put_str(object, "kind", quarantine->kind);
    json_put_str(object, "reason", quarantine->reason);
    for (size_t i = 0; i < quarantine->proposal_count; i++) {
        const struct review_proposal *proposal = &quarantine->proposals[i];
        json_t *entry = json_object();
        json_put_id(entry, "party", proposal->party);
        if (proposal->arrangement) json_put_id(entry, "arrangement", proposal->arrangement);
        json_put_str(entry, "why", proposal->why);
        json_add(list, entry);
    }
    json_put(object, "proposals", list);
    return object;
}

json_t *review_write(const struct review *review)
{
    json_t *object = json_object(), *parts = json_array(), *marks = json_array(),
           *concerns = json_array();
    for (size_t i = 0; i < review->part_count; i++) json_add(parts, write_part(&review->parts[i]));
    for (size_t i = 0; i < review->mark_count; i++) json_add(marks, write_mark(&review->marks[i]));
    for (size_t i = 0; i < review->concern_count; i++)
        json_add(concerns, write_concern(&review->concerns[i]));
    json_put(object, "parts", parts);
    json_put(object, "marks", marks);
    json_put(object, "concerns", concerns);
    put_ids(object, "recipients", review->recipients, review->recipient_count);
    put_texts(object, "warnings", review->warnings, review->warning_count);
    if (review->is_mail) json_put(object, "mail", write_mail(&review->mail));
    if (review->is_quarantined)
        json_put(object, "quarantine", write_quarantine(&review->quarantine));
    return object;
}

/* ---- asking ---- */

const struct review_part *review_part(const struct review *review, int number)
{
    for (size_t i = 0; i < review->part_count; i++)
        if (review->parts[i].number == number) return &review->parts[i];
    return NULL;
}

bool review_is_for(const struct review *review, int64_t party)
{
    for (size_t i = 0; i < review->recipient_count; i++)
        if (review->recipients[i] == party) return true;
    return false;
}

bool review_mark_is_for(const struct review_mark *mark, int64_t party)
{
    for (size_t i = 0; i < mark->recipient_count; i++)
        if (mark->recipients[i] == party) return true;
    return false;
}

enum err review_join_words(const struct review_part *part, struct arena *arena,
                           struct str *ret_text, size_t **ret_starts)
{
    BUF_SECRET(text, REVIEW_BYTES);
    size_t *starts = ARENA_MANY(arena, part->word_count + 1, size_t);
    for (size_t i = 0; i < part->word_count; i++) {
        if (i > 0) buf_add(&text, gaps[part->words[i].gap]);
        starts[i] = text.len;
        buf_add(&text, part->words[i].text);
    }
    starts[part->word_count] = text.len;
    TRY(buf_done(&text));
    *ret_text = arena_str(arena, buf_str(&text));
    *ret_starts = starts;
    return OK;
}

void review_digest_part(const struct review_part *part, size_t bytes, struct buf *ret_bytes)
{
    buf_add_u32(ret_bytes, (uint32_t)part->number);
    buf_add_byte(ret_bytes, part->is_soft ? 's' : "tpf"[part->kind]);
    buf_add_u64(ret_bytes, bytes);
}

static int order_marks(const void *left, const void *right)
{
    const struct review_mark *const *a = left, *const *b = right;
    return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

static int order_ids(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void digest_mark(const struct review_mark *mark, struct arena *arena, struct buf *bytes)
{
    buf_add_u32(bytes, (uint32_t)mark->part);
    if (mark->is_box) {
        buf_add_byte(bytes, 'b');
        buf_add_u32(bytes, mark->x);
        buf_add_u32(bytes, mark->y);
        buf_add_u32(bytes, mark->w);
        buf_add_u32(bytes, mark->h);
    } else {
        buf_add_byte(bytes, 's');
        buf_add_u64(bytes, mark->start);
        buf_add_u64(bytes, mark->end);
    }
    buf_add_u16(bytes, (uint16_t)mark->category.len);
    buf_add(bytes, mark->category);
    int64_t *ids = ARENA_MANY(arena, mark->recipient_count, int64_t);
    for (size_t i = 0; i < mark->recipient_count; i++) ids[i] = mark->recipients[i];
    qsort(ids, mark->recipient_count, sizeof *ids, order_ids);
    buf_add_u32(bytes, (uint32_t)mark->recipient_count);
    for (size_t i = 0; i < mark->recipient_count; i++) buf_add_u64(bytes, (uint64_t)ids[i]);
}

void review_digest_marks(const struct review *review, struct arena *arena, struct buf *ret_bytes)
{
    const struct review_mark **marks =
        ARENA_MANY(arena, review->mark_count, const struct review_mark *);
    for (size_t i = 0; i < review->mark_count; i++) marks[i] = &review->marks[i];
    qsort(marks, review->mark_count, sizeof(struct review_mark *), order_marks);
    buf_add_u32(ret_bytes, (uint32_t)review->mark_count);
    for (size_t i = 0; i < review->mark_count; i++) digest_mark(marks[i], arena, ret_bytes);
}
