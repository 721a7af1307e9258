/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/words.h"

#include <string.h>

#include "core/limits.h"
#include "core/utf8.h"
#include "sanitise/answer.h"
#include "sanitise/words_alike.h"
#include "sanitise/words_merge.h"
#include "sys/fault.h"
#include "sys/rand.h"

static const struct str magic = {"LBXW\x01", 5};

enum {
    SAMPLE_LETTERS_LEAST = 4, /* of what is sampled: fewer are easily misread */
    SAMPLE_HEIGHT_MOST = 80,  /* pixels: higher ones are the areas of form fields and notes */
    SAMPLE_SIGNS_UNTOLD = 6,  /* a page may have as many that no sample reaches: its number, say */
    SAMPLE_BATCH_BYTES = 64 * 1024 * 1024,
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

/* ---- the sandbox ------------------------------------------------------------------------------
 */

/* One sandbox over these pictures; false in ret_is_read when it gave nothing. */
static enum err run(const struct spawner *spawner, const struct clean_settings *settings,
                    enum words_mode mode, const struct words_picture *pictures, size_t count,
                    struct arena *arena, struct letter *ret_letter, bool *ret_is_read)
{
    *ret_is_read = false;
    if (FAULT_FAILS(words_unread)) return OK;
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

/* False in ret_is_read also where the reading is of another size than its picture. */
static enum err read_one(const struct spawner *spawner, const struct clean_settings *settings,
                         enum words_mode mode, const struct part *part, struct arena *arena,
                         struct part *ret_reading, bool *ret_is_read)
{
    struct words_picture picture = {.image = part->image};
    struct letter letter;
    bool is_read;
    *ret_is_read = false;
    TRY(run(spawner, settings, mode, &picture, 1, arena, &letter, &is_read));
    if (!is_read || letter.parts[0].width != part->width || letter.parts[0].height != part->height)
        return OK;
    *ret_reading = letter.parts[0];
    *ret_is_read = true;
    return OK;
}

static void take_reading(const struct part *reading, struct part *part)
{
    part->words = reading->words;
    part->word_count = reading->word_count;
    part->text = reading->text;
}

enum err words_read_photo(const struct spawner *spawner, const struct clean_settings *settings,
                          struct part *photo, struct arena *arena, bool *ret_is_read)
{
    struct part reading;
    TRY(read_one(spawner, settings, WORDS_PHOTO, photo, arena, &reading, ret_is_read));
    if (*ret_is_read) take_reading(&reading, photo);
    return OK;
}

/* ---- the sample -------------------------------------------------------------------------------
 */

/* What is read in one piece: a word, or short words that stand beside each other. */
struct unit {
    size_t first, count; /* of the page's words */
};

struct sampled {
    struct part *page;
    struct unit *units; /* those that were asked for come first */
    size_t unit_count, asked, wanted;
    size_t otherwise;         /* of those asked for */
    size_t signs, signs_told; /* of the page, and those in units */
};

static size_t glyphs_of(const struct part *page, struct unit unit)
{
    uint32_t glyphs[ALIKE_GLYPHS];
    size_t count = 0;
    for (size_t i = 0; i < unit.count; i++)
        count += words_glyphs(page->words[unit.first + i].text, glyphs, ALIKE_GLYPHS);
    return count;
}

static size_t signs_of(const struct part *page, struct unit unit)
{
    size_t count = 0;
    uint32_t point;
    for (size_t i = 0; i < unit.count; i++) {
        struct str rest = page->words[unit.first + i].text;
        while (rest.len > 0 && utf8_next(&rest, &point)) count++;
    }
    return count;
}

/* Do they stand on one line, not farther apart than it is high? Words of one area share its box. */
static bool is_beside(const struct word *a, const struct word *b)
{
    uint32_t top = a->y > b->y ? a->y : b->y, left = a->x > b->x ? a->x : b->x;
    uint32_t bottom = a->y + a->height < b->y + b->height ? a->y + a->height : b->y + b->height;
    uint32_t right = a->x + a->width < b->x + b->width ? a->x + a->width : b->x + b->width;
    uint32_t low = a->height < b->height ? a->height : b->height;
    return bottom > top && (bottom - top) * 2 >= low && (left <= right || left - right <= low);
}

static bool can_be_sampled(const struct part *page, struct unit unit)
{
    const struct word *word = &page->words[unit.first];
    bool is_turned = unit.count == 1 && word->height > 2 * word->width && signs_of(page, unit) > 2;
    return word->height > 0 && !is_turned && glyphs_of(page, unit) >= SAMPLE_LETTERS_LEAST;
}

static void find_units(struct sampled *sampled, struct arena *arena)
{
    const struct part *page = sampled->page;
    sampled->units = ARENA_MANY(arena, page->word_count, struct unit);
    for (size_t at = 0; at < page->word_count;) {
        struct unit unit = {at, 1};
        while (at + unit.count < page->word_count && glyphs_of(page, unit) < SAMPLE_LETTERS_LEAST &&
               is_beside(&page->words[at + unit.count - 1], &page->words[at + unit.count]))
            unit.count++;
        size_t signs = signs_of(page, unit);
        struct unit *last = sampled->unit_count ? &sampled->units[sampled->unit_count - 1] : NULL;
        bool is_short = glyphs_of(page, unit) < SAMPLE_LETTERS_LEAST;
        bool fits = page->words[at].height <= SAMPLE_HEIGHT_MOST;
        sampled->signs += signs;
        if (fits && is_short && last && last->first + last->count == at &&
            is_beside(&page->words[at - 1], &page->words[at])) {
            last->count += unit.count; /* the end of its line */
            sampled->signs_told += signs;
        } else if (fits && can_be_sampled(page, unit)) {
            sampled->units[sampled->unit_count++] = unit;
            sampled->signs_told += signs;
        }
        at += unit.count;
    }
}

/* Any of those left, as nobody can foretell. */
static void draw_unit(struct sampled *sampled, size_t at)
{
    size_t other = at + rand_below((uint32_t)(sampled->unit_count - at));
    struct unit drawn = sampled->units[other];
    sampled->units[other] = sampled->units[at];
    sampled->units[at] = drawn;
}

static struct words_box box_of(const struct part *page, struct unit unit)
{
    const struct word *word = &page->words[unit.first];
    uint32_t left = word->x, top = word->y, right = left, bottom = top;
    for (size_t i = 0; i < unit.count; i++) {
        word = &page->words[unit.first + i];
        if (word->x < left) left = word->x;
        if (word->y < top) top = word->y;
        if (word->x + word->width > right) right = word->x + word->width;
        if (word->y + word->height > bottom) bottom = word->y + word->height;
    }
    return (struct words_box){left, top, right - left, bottom - top};
}

static bool reads_alike(const struct part *page, struct unit unit, struct str read)
{
    BUF(said, ANSWER_LINE_BYTES_MAX);
    for (size_t i = 0; i < unit.count && said.len < ANSWER_WORD_BYTES_MAX; i++)
        buf_add(&said, page->words[unit.first + i].text);
    return words_alike(buf_str(&said), read);
}

static struct words_picture picture_of(struct sampled *sampled, struct arena *arena)
{
    size_t left = sampled->unit_count - sampled->asked;
    struct words_picture picture = {.image = sampled->page->image};
    picture.box_count = sampled->wanted < left ? sampled->wanted : left;
    picture.boxes = ARENA_MANY(arena, picture.box_count, struct words_box);
    for (size_t k = 0; k < picture.box_count; k++) {
        draw_unit(sampled, sampled->asked + k);
        picture.boxes[k] = box_of(sampled->page, sampled->units[sampled->asked + k]);
    }
    return picture;
}

/* `reading`: NULL when nothing could be read, which is otherwise. */
static void compare(struct sampled *sampled, const struct words_picture *picture,
                    const struct part *reading)
{
    bool is_whole = reading && reading->word_count == picture->box_count;
    for (size_t k = 0; k < picture->box_count; k++, sampled->asked++)
        if (!is_whole ||
            !reads_alike(sampled->page, sampled->units[sampled->asked], reading->words[k].text))
            sampled->otherwise++;
    sampled->wanted = 0;
}

/* Has as many further units of each page read as are wanted of it. */
static enum err ask(const struct spawner *spawner, const struct clean_settings *settings,
                    struct sampled *pages, size_t count, struct arena *arena)
{
    for (size_t next = 0; next < count;) {
        struct words_picture pictures[WORDS_PICTURES];
        struct sampled *asked[WORDS_PICTURES];
        size_t picture_count = 0, bytes = 0;
        for (; next < count && picture_count < WORDS_PICTURES && bytes < SAMPLE_BATCH_BYTES;
             next++) {
            if (pages[next].wanted == 0 || pages[next].asked == pages[next].unit_count) continue;
            bytes += pages[next].page->image.len;
            pictures[picture_count] = picture_of(&pages[next], arena);
            asked[picture_count++] = &pages[next];
        }
        if (picture_count == 0) return OK;
        struct letter read;
        bool is_read;
        TRY(run(spawner, settings, WORDS_SAMPLE, pictures, picture_count, arena, &read, &is_read));
        for (size_t i = 0; i < picture_count; i++)
            compare(asked[i], &pictures[i], is_read ? &read.parts[i] : NULL);
    }
    return OK;
}

/* The pages whose own words may be theirs. One of which most stands where no sample reaches (short
 * words alone, other scripts' signs) is doubtful at once. */
static size_t find_sampled(struct letter *letter, struct arena *arena, struct sampled *pages)
{
    size_t count = 0;
    for (size_t i = 0; i < letter->part_count; i++) {
        struct part *part = &letter->parts[i];
        if (part->kind != PART_PAGE || part->is_doubtful || part->word_count == 0) continue;
        struct sampled sampled = {.page = part};
        find_units(&sampled, arena);
        size_t untold = sampled.signs - sampled.signs_told;
        if (untold > SAMPLE_SIGNS_UNTOLD && untold > sampled.signs_told)
            part->is_doubtful = true;
        else
            pages[count++] = sampled;
    }
    return count;
}

/* Pages of which too many words read otherwise become doubtful. */
static enum err check_sample(const struct spawner *spawner, const struct clean_settings *settings,
                             struct letter *letter, struct arena *arena)
{
    enum { LEAST = 2, SHARE = 3 };
    struct sampled *pages = ARENA_MANY(arena, letter->part_count, struct sampled);
    size_t count = find_sampled(letter, arena, pages), asked = 0, otherwise = 0;
    for (size_t i = 0; i < count; i++) {
        size_t share = (WORDS_SAMPLED + count - 1) / count;
        pages[i].wanted = share > WORDS_SAMPLED_PAGE ? share : WORDS_SAMPLED_PAGE;
    }
    TRY(ask(spawner, settings, pages, count, arena));
    for (size_t i = 0; i < count; i++) {
        asked += pages[i].asked;
        otherwise += pages[i].otherwise;
        bool is_clear = pages[i].otherwise >= LEAST && pages[i].otherwise * SHARE >= pages[i].asked;
        if (pages[i].otherwise && !is_clear) pages[i].wanted = WORDS_SAMPLED;
    }
    bool is_lying = otherwise >= LEAST && otherwise * SHARE >= asked;
    if (!is_lying) TRY(ask(spawner, settings, pages, count, arena));
    for (size_t i = 0; i < count; i++)
        if (is_lying || pages[i].otherwise >= LEAST ||
            (pages[i].otherwise && pages[i].otherwise * SHARE >= pages[i].asked))
            pages[i].page->is_doubtful = true;
    return OK;
}

/* ---- pages ------------------------------------------------------------------------------------
 */

/* Words that the whole page's reading has otherwise are looked at once more, each alone: of a page
 * that a reader finds hard it is the better. */
static enum err look_again(const struct spawner *spawner, const struct clean_settings *settings,
                           struct words_merge *merge, struct arena *arena)
{
    const struct part *page = merge->page;
    size_t words[WORDS_BOXES], count = 0;
    struct words_box boxes[WORDS_BOXES];
    for (size_t i = 0; i < page->word_count; i++) {
        uint32_t glyphs[ALIKE_GLYPHS];
        const struct word *word = &page->words[i];
        if (merge->is_shown[i] || word->height > SAMPLE_HEIGHT_MOST ||
            words_glyphs(word->text, glyphs, ALIKE_GLYPHS) == 0)
            continue;
        if (count == WORDS_BOXES) return OK; /* so many are no slips of a reader */
        boxes[count] = (struct words_box){word->x, word->y, word->width, word->height};
        words[count++] = i;
    }
    if (count == 0) return OK;
    struct words_picture picture = {page->image, boxes, count};
    struct letter read;
    bool is_read;
    TRY(run(spawner, settings, WORDS_SAMPLE, &picture, 1, arena, &read, &is_read));
    if (!is_read || read.parts[0].word_count != count) return OK;
    for (size_t i = 0; i < count; i++)
        if (words_alike(page->words[words[i]].text, read.parts[0].words[i].text))
            merge->is_shown[words[i]] = true;
    return OK;
}

/* What the page's own words and those read come to; what is not shown, empty for nothing. */
static enum err merge_words(const struct spawner *spawner, const struct clean_settings *settings,
                            const struct part *reading, struct part *part, struct arena *arena,
                            struct str *ret_unseen)
{
    struct words_merge merge;
    const struct part page = *part;
    if (page.word_count > 0 && words_compare(&page, reading, arena, &merge)) {
        TRY(look_again(spawner, settings, &merge, arena));
        if (!words_are_lies(&merge) && words_join(&merge, arena, part, ret_unseen) == OK) return OK;
    }
    *ret_unseen = page.text;
    take_reading(reading, part);
    return OK;
}

static enum err read_page(const struct spawner *spawner, const struct clean_settings *settings,
                          struct letter *letter, size_t at, uint32_t number, struct arena *arena)
{
    struct part *part = &letter->parts[at], reading;
    struct str unseen;
    bool is_read;
    TRY(read_one(spawner, settings, WORDS_PAGE, part, arena, &reading, &is_read));
    part->is_doubtful = false;
    if (!is_read) {
        letter_warn(letter, part->source, WARNING_NOT_READ, number, arena);
        return OK;
    }
    if (reading.is_doubtful) letter_warn(letter, part->source, WARNING_HARD_TO_READ, number, arena);
    TRY(merge_words(spawner, settings, &reading, part, arena, &unseen));
    if (part->word_count == 0) letter_warn(letter, part->source, WARNING_NO_WORDS, number, arena);
    if (unseen.len == 0) return OK;
    letter_warn(letter, part->source, WARNING_READ_OTHERWISE, number, arena);
    letter_hide(letter, part->source, unseen, arena);
    return OK;
}

enum err words_read_pages(const struct spawner *spawner, const struct clean_settings *settings,
                          struct letter *letter, struct arena *arena)
{
    uint32_t number = 0;
    TRY(check_sample(spawner, settings, letter, arena));
    for (size_t i = 0; i < letter->part_count; i++) {
        if (letter->parts[i].kind != PART_PAGE) continue;
        number++;
        if (letter->parts[i].is_doubtful)
            TRY(read_page(spawner, settings, letter, i, number, arena));
    }
    return OK;
}
