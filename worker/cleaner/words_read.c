/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/words_read.h"

#include <string.h>

#include <tesseract/capi.h>

#include "core/utf8.h"
#include "sanitise/answer.h"

#define LETTERS "/usr/share/tesseract-ocr/5/tessdata"

enum {
    PAGE_DOTS = 150,        /* an inch, as pages are drawn */
    PAGE_SURE_PERCENT = 20, /* less sure words of a page are dirt and drawings */
    PHOTO_SURE_PERCENT = 55,
    PHOTO_SIDE = 2400,    /* pixels: a photo is made smaller than this before it is read */
    BOX_MARGIN = 6,       /* pixels round a word that is read alone */
    UPRIGHT_PERCENT = 70, /* as sure as this of all words, the page is not upside down */
    HARD_PERCENT = 60,    /* less sure, it is handwriting or worse */
};

static TessBaseAPI *reader;

void words_prepare(void)
{
    setMsgSeverity(L_SEVERITY_NONE);
    reader = TessBaseAPICreate();
    if (!reader || TessBaseAPIInit2(reader, LETTERS, "eng", OEM_LSTM_ONLY)) _exit(1);
    TessBaseAPISetVariable(reader, "debug_file", "/dev/null");
}

static uint32_t clip(double value, uint32_t most)
{
    return value <= 0 ? 0 : value >= most ? most : (uint32_t)value;
}

void words_add(struct words_list *list, struct str text, enum gap gap, double x, double y,
               double width, double height)
{
    BUF(plain, ANSWER_TEXT_BYTES_MAX);
    answer_text_clean(str_slice(text, 0, ANSWER_WORD_BYTES_MAX / 2), true, &plain);
    struct str word_text = str_trim(buf_str(&plain));
    if (word_text.len == 0) return;
    uint32_t left = clip(x, list->width), top = clip(y, list->height);
    uint32_t right = clip(x + width + 0.999, list->width);
    uint32_t bottom = clip(y + height + 0.999, list->height);
    if (left >= right || top >= bottom) return;
    if (list->count == ANSWER_PAGE_WORDS_MAX) job_refuse(list->job, REFUSAL_TOO_MANY_WORDS);
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 256;
        struct word *more = ARENA_MANY(list->arena, list->room, struct word);
        if (list->count) memcpy(more, list->at, list->count * sizeof *more);
        list->at = more;
    }
    list->at[list->count] = (struct word){
        .x = left,
        .y = top,
        .width = right - left,
        .height = bottom - top,
        .gap = list->count == 0 ? GAP_NONE : gap,
        .text = arena_str(list->arena, word_text),
    };
    list->count++;
}

/* At least two letters or digits, where much on a photo looks like one. */
static bool is_worth(const char *text, bool is_photo)
{
    size_t signs = 0;
    uint32_t point;
    struct str rest = str_from(text);
    while (rest.len > 0 && utf8_next(&rest, &point))
        if ((point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') ||
            (point >= 'a' && point <= 'z') || point > 0xbf)
            signs++;
    return signs >= (is_photo ? 2 : 1) || (!is_photo && text[0] != '\0');
}

static enum gap gap_before(const TessPageIterator *at)
{
    if (TessPageIteratorIsAtBeginningOf(at, RIL_PARA)) return GAP_PARAGRAPH;
    if (TessPageIteratorIsAtBeginningOf(at, RIL_TEXTLINE)) return GAP_LINE;
    return GAP_SPACE;
}

/* A word that is left out leaves its line end to the next. */
static enum gap wider(enum gap a, enum gap b)
{
    return a > b ? a : b;
}

static void add_results(struct words_list *list, double scale, bool is_photo)
{
    TessResultIterator *results = TessBaseAPIGetIterator(reader);
    if (!results) return;
    TessPageIterator *at = TessResultIteratorGetPageIterator(results);
    enum gap gap = GAP_NONE;
    do {
        int left, top, right, bottom;
        gap = wider(gap, gap_before(at));
        char *text = TessResultIteratorGetUTF8Text(results, RIL_WORD);
        if (!text) continue;
        float sure = TessResultIteratorConfidence(results, RIL_WORD);
        bool is_there = TessPageIteratorBoundingBox(at, RIL_WORD, &left, &top, &right, &bottom);
        if (is_there && sure >= (is_photo ? PHOTO_SURE_PERCENT : PAGE_SURE_PERCENT) &&
            is_worth(text, is_photo)) {
            size_t before = list->count;
            words_add(list, str_from(text), gap, left * scale, top * scale, (right - left) * scale,
                      (bottom - top) * scale);
            if (list->count > before) gap = GAP_NONE;
        }
        TessDeleteText(text);
    } while (TessPageIteratorNext(at, RIL_WORD));
    TessResultIteratorDelete(results);
}

/* How sure the reader is of the picture's words, 0 for none; add_results has them then. */
static int recognize(PIX *pix, bool is_photo)
{
    TessBaseAPISetPageSegMode(reader, is_photo ? PSM_SPARSE_TEXT : PSM_AUTO);
    TessBaseAPISetImage2(reader, pix);
    TessBaseAPISetSourceResolution(reader, PAGE_DOTS);
    if (TessBaseAPIRecognize(reader, NULL)) return 0;
    return TessBaseAPIMeanTextConf(reader);
}

/* Where the words stand when the page is the right way up again. */
static void turn_round(struct words_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct word *word = &list->at[i];
        word->x = list->width - word->x - word->width;
        word->y = list->height - word->y - word->height;
    }
}

/* Upside down it may read better: pages are scanned so. Takes its words then, and how sure it is.
 */
static void read_turned(struct words_list *list, PIX *pix, int *sure)
{
    PIX *turned = pixRotate180(NULL, pix);
    if (!turned) job_refuse(list->job, REFUSAL_MALFORMED);
    int other = recognize(turned, false);
    if (other > *sure) {
        list->count = 0;
        add_results(list, 1, false);
        turn_round(list);
        *sure = other;
    }
    pixDestroy(&turned);
}

bool words_of_page(struct words_list *list, PIX *pix, bool is_photo)
{
    double scale = 1;
    PIX *seen = pixClone(pix);
    uint32_t side = list->width > list->height ? list->width : list->height;
    if (is_photo && side > PHOTO_SIDE) {
        pixDestroy(&seen);
        scale = (double)side / PHOTO_SIDE;
        seen = pixScale(pix, (float)(1 / scale), (float)(1 / scale));
        if (!seen) job_refuse(list->job, REFUSAL_MALFORMED);
    }
    int sure = recognize(seen, is_photo);
    add_results(list, scale, is_photo);
    if (!is_photo && sure > 0 && sure < UPRIGHT_PERCENT) read_turned(list, seen, &sure);
    TessBaseAPIClear(reader);
    pixDestroy(&seen);
    return !is_photo && sure < HARD_PERCENT && list->count > 0;
}

static void read_box(struct words_list *list, const struct words_box *box)
{
    uint32_t left = box->x > BOX_MARGIN ? box->x - BOX_MARGIN : 0;
    uint32_t top = box->y > BOX_MARGIN ? box->y - BOX_MARGIN : 0;
    uint32_t right = clip((double)box->x + box->width + BOX_MARGIN, list->width);
    uint32_t bottom = clip((double)box->y + box->height + BOX_MARGIN, list->height);
    char *text = NULL;
    if (left < right && top < bottom) {
        TessBaseAPISetRectangle(reader, (int)left, (int)top, (int)(right - left),
                                (int)(bottom - top));
        text = TessBaseAPIGetUTF8Text(reader);
    }
    size_t before = list->count;
    if (text) words_add(list, str_from(text), GAP_SPACE, left, top, right - left, bottom - top);
    if (list->count == before)
        words_add(list, STR("?"), GAP_SPACE, 0, 0, list->width, list->height);
    if (text) TessDeleteText(text);
}

void words_of_boxes(struct words_list *list, PIX *pix, const struct words_box *boxes, size_t count)
{
    TessBaseAPISetPageSegMode(reader, PSM_SINGLE_LINE);
    TessBaseAPISetImage2(reader, pix);
    TessBaseAPISetSourceResolution(reader, PAGE_DOTS);
    for (size_t i = 0; i < count; i++) read_box(list, &boxes[i]);
    TessBaseAPIClear(reader);
}
