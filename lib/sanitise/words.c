/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/words.h"

#include <string.h>

#include "core/limits.h"
#include "core/utf8.h"
#include "sanitise/answer.h"
#include "sys/clock.h"
#include "sys/rand.h"

static const struct str magic = {"LBXW\x01", 5};

enum {
    SAMPLE_LETTERS_LEAST = 4, /* of a word in the sample */
    SAMPLE_HEIGHT_MOST = 80,  /* pixels: higher ones are the areas of form fields and notes */
    ALIKE_GLYPHS = 64,
};

/* ---- the request ------------------------------------------------------------------------------
 */

void words_request_write(enum words_mode mode, const struct words_picture *pictures, size_t count,
                         struct buf *request)
{
    buf_add(request, magic);
    buf_add_byte(request, (char)mode);
    buf_add_u32(request, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        const struct words_picture *picture = &pictures[i];
        buf_add_u32(request, (uint32_t)picture->box_count);
        for (size_t k = 0; k < picture->box_count; k++) {
            buf_add_u32(request, picture->boxes[k].x);
            buf_add_u32(request, picture->boxes[k].y);
            buf_add_u32(request, picture->boxes[k].width);
            buf_add_u32(request, picture->boxes[k].height);
        }
        buf_add_u32(request, (uint32_t)picture->image.len);
        buf_add(request, picture->image);
    }
}

static bool take(struct str *rest, uint32_t *ret_number)
{
    if (rest->len < sizeof *ret_number) return false;
    const unsigned char *b = (const unsigned char *)rest->at;
    *ret_number = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    *rest = str_from_byte(*rest, sizeof *ret_number);
    return true;
}

static bool take_picture(struct str *rest, struct arena *arena, struct words_picture *picture)
{
    uint32_t boxes, len;
    if (!take(rest, &boxes) || boxes > WORDS_BOXES) return false;
    picture->boxes = ARENA_MANY(arena, boxes + 1, struct words_box);
    picture->box_count = boxes;
    for (uint32_t i = 0; i < boxes; i++) {
        struct words_box *box = &picture->boxes[i];
        if (!take(rest, &box->x) || !take(rest, &box->y) || !take(rest, &box->width) ||
            !take(rest, &box->height))
            return false;
    }
    if (!take(rest, &len) || len > rest->len) return false;
    picture->image = str_slice(*rest, 0, len);
    *rest = str_from_byte(*rest, len);
    return true;
}

enum err words_request_read(struct str request, struct arena *arena, enum words_mode *ret_mode,
                            struct words_picture **ret_pictures, size_t *ret_count)
{
    if (request.len < magic.len + 1 || !str_starts(request, magic)) return ERR_BAD_INPUT;
    unsigned char mode = (unsigned char)request.at[magic.len];
    struct str rest = str_from_byte(request, magic.len + 1);
    uint32_t count;
    if (mode >= WORDS_MODES || !take(&rest, &count) || count == 0 || count > WORDS_PICTURES)
        return ERR_BAD_INPUT;
    struct words_picture *pictures = ARENA_MANY(arena, count, struct words_picture);
    for (uint32_t i = 0; i < count; i++)
        if (!take_picture(&rest, arena, &pictures[i])) return ERR_BAD_INPUT;
    if (rest.len != 0) return ERR_BAD_INPUT;
    *ret_mode = (enum words_mode)mode;
    *ret_pictures = pictures;
    *ret_count = count;
    return OK;
}

/* ---- are they the same word? ------------------------------------------------------------------
 */

/* Letters and digits, folded; what a reader takes for one another is one. */
static size_t plain(struct str word, uint32_t *glyphs)
{
    size_t count = 0;
    uint32_t point;
    while (word.len > 0 && count < ALIKE_GLYPHS && utf8_next(&word, &point)) {
        if (point >= 'A' && point <= 'Z') point += 'a' - 'A';
        bool is_sign = (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') ||
                       (point > 0xbf && point < 0x2000) || point >= 0x3000;
        if (!is_sign) continue;
        if (point == '0') point = 'o';
        if (point == '1' || point == 'i' || point == '|') point = 'l';
        if (point == '5') point = 's';
        glyphs[count++] = point;
    }
    return count;
}

/* Damerau-Levenshtein's insertions, deletions and changes, in one row. */
static size_t distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    size_t row[ALIKE_GLYPHS + 1];
    for (size_t k = 0; k <= b_count; k++) row[k] = k;
    for (size_t i = 1; i <= a_count; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b_count; k++) {
            size_t above = row[k], best = corner + (a[i - 1] == b[k - 1] ? 0 : 1);
            if (above + 1 < best) best = above + 1;
            if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
            corner = above;
            row[k] = best;
        }
    }
    return row[b_count];
}

bool words_alike(struct str said, struct str read)
{
    uint32_t a[ALIKE_GLYPHS], b[ALIKE_GLYPHS];
    size_t a_count = plain(said, a), b_count = plain(read, b);
    if (a_count == 0) return true; /* signs alone tell nothing */
    size_t longer = a_count > b_count ? a_count : b_count;
    return distance(a, a_count, b, b_count) * 3 <= longer;
}

/* ---- the sandbox ------------------------------------------------------------------------------
 */

/* One sandbox over these pictures; false in ret_is_read when it gave nothing. */
static enum err run(const struct spawner *spawner, const struct clean_settings *settings,
                    enum words_mode mode, const struct words_picture *pictures, size_t count,
                    struct arena *arena, struct letter *ret_letter, bool *ret_is_read)
{
    *ret_is_read = false;
    BUF_SECRET(request, ANSWER_BYTES_MAX);
    words_request_write(mode, pictures, count, &request);
    TRY(buf_done(&request));
    struct letter letter = {0};
    enum err code =
        cleaner_run(spawner, settings, SANDBOX_WORDS, buf_str(&request), arena, &letter);
    if (code == ERR_CLEANER_DIED || code == ERR_CLEANER_ANSWER) return OK;
    TRY(code);
    if (letter.refusal != REFUSAL_NONE || letter.part_count != count || letter.mail) return OK;
    for (size_t i = 0; i < count; i++)
        if (letter.parts[i].kind != PART_READING) return OK;
    *ret_letter = letter;
    *ret_is_read = true;
    return OK;
}

static enum err read_one(const struct spawner *spawner, const struct clean_settings *settings,
                         enum words_mode mode, struct part *part, struct arena *arena,
                         bool *ret_is_read)
{
    struct words_picture picture = {.image = part->image};
    struct letter letter;
    TRY(run(spawner, settings, mode, &picture, 1, arena, &letter, ret_is_read));
    if (!*ret_is_read) return OK;
    const struct part *reading = &letter.parts[0];
    if (reading->width != part->width || reading->height != part->height) {
        *ret_is_read = false;
        return OK;
    }
    part->words = reading->words;
    part->word_count = reading->word_count;
    part->text = reading->text;
    return OK;
}

enum err words_read_photo(const struct spawner *spawner, const struct clean_settings *settings,
                          struct part *photo, struct arena *arena, bool *ret_is_read)
{
    return read_one(spawner, settings, WORDS_PHOTO, photo, arena, ret_is_read);
}

/* ---- the sample -------------------------------------------------------------------------------
 */

struct sampled {
    struct words_picture *pictures;
    size_t *parts;            /* of the letter, for each picture */
    const struct word **said; /* for each box, in their order */
    size_t picture_count, word_count;
};

static bool is_sampled_from(const struct part *part)
{
    return part->kind == PART_PAGE && !part->is_doubtful && part->word_count > 0;
}

static bool fits_sample(const struct word *word)
{
    uint32_t glyphs[ALIKE_GLYPHS];
    return word->height <= SAMPLE_HEIGHT_MOST && word->height > 0 &&
           plain(word->text, glyphs) >= SAMPLE_LETTERS_LEAST;
}

static void add_to_sample(struct sampled *sample, const struct letter *letter, size_t part,
                          const struct word *word, struct arena *arena)
{
    struct words_picture *picture =
        sample->picture_count ? &sample->pictures[sample->picture_count - 1] : NULL;
    if (!picture || sample->parts[sample->picture_count - 1] != part) {
        picture = &sample->pictures[sample->picture_count];
        *picture = (struct words_picture){.image = letter->parts[part].image};
        picture->boxes = ARENA_MANY(arena, WORDS_SAMPLED, struct words_box);
        sample->parts[sample->picture_count++] = part;
    }
    picture->boxes[picture->box_count++] =
        (struct words_box){word->x, word->y, word->width, word->height};
    sample->said[sample->word_count++] = word;
}

/* Evenly over all words that fit, from one that nobody can foretell. */
static void choose(const struct letter *letter, struct arena *arena, struct sampled *sample)
{
    size_t fitting = 0, seen = 0, next = 0;
    for (size_t i = 0; i < letter->part_count; i++)
        for (size_t w = 0; is_sampled_from(&letter->parts[i]) && w < letter->parts[i].word_count;
             w++)
            fitting += fits_sample(&letter->parts[i].words[w]);
    sample->pictures = ARENA_MANY(arena, WORDS_SAMPLED, struct words_picture);
    sample->parts = ARENA_MANY(arena, WORDS_SAMPLED, size_t);
    sample->said = ARENA_MANY(arena, WORDS_SAMPLED, const struct word *);
    if (fitting == 0) return;
    size_t wanted = fitting < WORDS_SAMPLED ? fitting : WORDS_SAMPLED;
    size_t step = fitting / wanted;
    next = rand_below((uint32_t)step);
    for (size_t i = 0; i < letter->part_count; i++) {
        const struct part *part = &letter->parts[i];
        if (!is_sampled_from(part)) continue;
        for (size_t w = 0; w < part->word_count && sample->word_count < wanted; w++) {
            if (!fits_sample(&part->words[w]) || seen++ != next) continue;
            add_to_sample(sample, letter, i, &part->words[w], arena);
            next += step;
        }
    }
}

/* Pages of which too many words read otherwise become doubtful. */
static enum err check_sample(const struct spawner *spawner, const struct clean_settings *settings,
                             struct letter *letter, struct arena *arena)
{
    enum { LEAST = 2 };
    struct sampled sample = {0};
    struct letter read;
    bool is_read;
    choose(letter, arena, &sample);
    if (sample.picture_count == 0) return OK;
    TRY(run(spawner, settings, WORDS_SAMPLE, sample.pictures, sample.picture_count, arena, &read,
            &is_read));
    size_t at = 0;
    for (size_t i = 0; i < sample.picture_count; i++) {
        const struct words_picture *picture = &sample.pictures[i];
        const struct part *reading = is_read ? &read.parts[i] : NULL;
        size_t otherwise = 0;
        bool is_whole = reading && reading->word_count == picture->box_count;
        for (size_t k = 0; k < picture->box_count; k++, at++)
            if (!is_whole || !words_alike(sample.said[at]->text, reading->words[k].text))
                otherwise++;
        if (otherwise >= LEAST && otherwise * 3 >= picture->box_count)
            letter->parts[sample.parts[i]].is_doubtful = true;
    }
    return OK;
}

/* ---- pages ------------------------------------------------------------------------------------
 */

#define ADD_ONE(arena, type, array, count, one)                    \
    do {                                                           \
        type *more_ = ARENA_MANY((arena), (count) + 1, type);      \
        if (count) memcpy(more_, (array), (count) * sizeof(type)); \
        more_[(count)++] = (one);                                  \
        (array) = more_;                                           \
    } while (0)

static void warn(struct letter *letter, struct arena *arena, enum warning warning, uint32_t page)
{
    struct finding finding = {0, (uint16_t)warning, page};
    ADD_ONE(arena, struct finding, letter->warnings, letter->warning_count, finding);
}

static bool says_the_same(struct str a, struct str b)
{
    struct str one, other;
    for (;;) {
        bool more = false, more_other = false;
        while (a.len > 0 && (a.at[0] == ' ' || a.at[0] == '\n')) a = str_from_byte(a, 1);
        while (b.len > 0 && (b.at[0] == ' ' || b.at[0] == '\n')) b = str_from_byte(b, 1);
        size_t end = 0, end_other = 0;
        while (end < a.len && a.at[end] != ' ' && a.at[end] != '\n') end++;
        while (end_other < b.len && b.at[end_other] != ' ' && b.at[end_other] != '\n') end_other++;
        one = str_slice(a, 0, end), other = str_slice(b, 0, end_other);
        more = end > 0, more_other = end_other > 0;
        if (more != more_other) return false;
        if (!more) return true;
        if (!words_alike(one, other)) return false;
        a = str_from_byte(a, end);
        b = str_from_byte(b, end_other);
    }
}

static enum err read_page(const struct spawner *spawner, const struct clean_settings *settings,
                          struct letter *letter, size_t at, uint32_t number, struct arena *arena)
{
    struct part *part = &letter->parts[at];
    struct str said = part->text;
    bool is_read;
    TRY(read_one(spawner, settings, WORDS_PAGE, part, arena, &is_read));
    part->is_doubtful = false;
    if (!is_read) {
        warn(letter, arena, WARNING_NOT_READ, number);
        return OK;
    }
    if (part->word_count == 0) warn(letter, arena, WARNING_NO_WORDS, number);
    if (said.len == 0) return OK;
    warn(letter, arena, WARNING_READ_OTHERWISE, number);
    if (says_the_same(said, part->text)) return OK;
    struct hidden other = {part->source, said};
    ADD_ONE(arena, struct hidden, letter->hidden, letter->hidden_count, other);
    return OK;
}

enum err words_read_pages(const struct spawner *spawner, const struct clean_settings *settings,
                          struct letter *letter, struct arena *arena)
{
    uint32_t number = 0;
    struct clean_settings own = settings ? *settings : (struct clean_settings){0};
    /* All of a document's reading ends by its own time. */
    int64_t until = clock_monotonic_us() + (int64_t)sandbox_limits(SANDBOX_WORDS).wall_ms * 1000;
    if (own.until_us == 0 || until < own.until_us) own.until_us = until;
    TRY(check_sample(spawner, &own, letter, arena));
    for (size_t i = 0; i < letter->part_count; i++) {
        if (letter->parts[i].kind != PART_PAGE) continue;
        number++;
        if (letter->parts[i].is_doubtful) TRY(read_page(spawner, &own, letter, i, number, arena));
    }
    return OK;
}
