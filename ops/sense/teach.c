/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Learns how concerns sound: teach < lines.jsonl > sense.bin (lib/redact/sense.c says the form).
 *
 * For each kind of concern a linear support vector machine with squared loss, found by dual
 * coordinate descent (C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi and S. Sundararajan, "A
 * Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008). Nothing is random but the
 * order, and that begins alike each time: the same lines give the same table.
 *
 * What a kind needs is tried on letters that were left out: those of each hand are judged by what
 * the other hands and the single sentences teach, and the threshold is taken where most is right,
 * with more weight on what must not be missed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "redact/concern.h"
#include "redact/sense.h"

enum {
    LINE_BYTES = 1 << 20,
    ROUNDS = 40, /* over all examples */
    HANDS_MOST = 26,
    NUMBER_BYTES = 4, /* in the table */
    WEIGHT_BYTES = 2,
    WORD_LETTERS = 20, /* of a word that is often written */
    WORD_SLOTS = 1 << 17,
    WORD_OFTEN = 4, /* times in all lines */
    LEAST_SEEN = 2, /* examples that a feature stands in, or it is left out */
    NO_HAND = -1,
    EVERY_HAND = HANDS_MOST,
};

static const char *const kind_words[CONCERN_KIND_COUNT] = {
#define CONCERN(code, word, label) word,
#include "redact/concern.def"
#undef CONCERN
};

static const double cost_plain = 1.0, cost_concern = 2.0;

struct example {
    uint32_t *features; /* hashes, then numbers of features */
    size_t count;
    unsigned kinds; /* a bit each */
    int hand;       /* who wrote the letter; NO_HAND: a single sentence, which is always taught */
    double square;
};

struct feature {
    uint32_t hash; /* 0: free */
    uint32_t seen; /* examples */
    uint32_t last; /* the last example + 1 */
    int32_t number;
};

/* A word as it is typed, without a possessive ending. */
struct typed {
    char letters[WORD_LETTERS + 1];
    unsigned seen; /* 0: free */
};

struct school {
    struct typed *words;
    struct example *examples;
    size_t count, room;
    struct feature *table;
    size_t mask, kept;
    double *weights; /* one a feature, and last the start */
    char hands[HANDS_MOST][8];
    int hand_count;
};

static _Noreturn void give_up(const char *why)
{
    fprintf(stderr, "teach: %s\n", why);
    exit(1);
}

static void *need(void *at)
{
    if (!at) give_up("no memory");
    return at;
}

/* ---- examples ---- */

static unsigned kinds_of(const json_t *concerns, size_t start, size_t end)
{
    enum { SHARE = 3 }; /* a third of the shorter of the two */
    unsigned kinds = 0;
    for (size_t i = 0; i < json_array_size(concerns); i++) {
        const json_t *concern = json_array_get(concerns, i);
        size_t from = (size_t)json_get_int(concern, "start", 0, LINE_BYTES, 0);
        size_t to = (size_t)json_get_int(concern, "end", 0, LINE_BYTES, 0);
        size_t low = from > start ? from : start, high = to < end ? to : end;
        size_t shorter = to - from < end - start ? to - from : end - start;
        struct str word = json_get_str(concern, "kind");
        int kind = 0;
        while (kind < CONCERN_KIND_COUNT && !str_equal(word, str_from(kind_words[kind]))) kind++;
        if (kind == CONCERN_KIND_COUNT) give_up("a kind is unknown");
        if (high > low && (high - low) * SHARE >= shorter) kinds |= 1u << kind;
    }
    return kinds;
}

static void add_example(struct school *school, const struct sense_feature *features, size_t count,
                        struct example example)
{
    if (school->count == school->room) {
        school->room = school->room ? school->room * 2 : 4096;
        school->examples = need(realloc(school->examples, school->room * sizeof *school->examples));
    }
    example.count = count;
    example.features = need(malloc((count + 1) * sizeof *example.features));
    for (size_t i = 0; i < count; i++) example.features[i] = features[i].hash;
    school->examples[school->count++] = example;
}

static int hand_of(struct school *school, struct str name)
{
    if (name.len == 0) return NO_HAND;
    for (int i = 0; i < school->hand_count; i++)
        if (str_equal(name, str_from(school->hands[i]))) return i;
    if (school->hand_count == HANDS_MOST || name.len >= sizeof school->hands[0])
        give_up("too many hands, or a long name of one");
    memcpy(school->hands[school->hand_count], name.at, name.len);
    return school->hand_count++;
}

/* Words of ASCII letters alone: of others the redactor reads the features each time. */
static void count_word(struct school *school, const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    struct typed typed = {.seen = 0};
    if (w->bare > WORD_LETTERS) return;
    for (size_t i = 0; i < w->bare; i++) {
        uint32_t point = norm->glyphs[w->glyph + i].point;
        if (point < 'a' || point > 'z') return;
        typed.letters[i] = (char)point;
    }
    size_t at = norm_bare_hash(norm, w) % WORD_SLOTS, tries = 0;
    for (; school->words[at].seen > 0; at = (at + 1) % WORD_SLOTS) {
        if (strcmp(school->words[at].letters, typed.letters) == 0) break;
        if (++tries == WORD_SLOTS / 2) give_up("too many words");
    }
    if (school->words[at].seen == 0) school->words[at] = typed;
    school->words[at].seen++;
}

static void read_line(struct school *school, const struct sense_same *same, struct str line)
{
    JSON value = NULL;
    if (json_read(line, LINE_BYTES, &value) != OK) give_up("a line is no JSON");
    ARENA(arena, (size_t)256 << 20);
    struct norm norm;
    static struct sense_features features;
    int hand = hand_of(school, json_get_str(value, "hand"));
    norm_fold(json_get_str(value, "text"), arena, &norm);
    for (size_t word = 0; word < norm.word_count; word++) count_word(school, &norm, word);
    for (size_t first = 0; first < norm.word_count;) {
        size_t words = sense_piece(&norm, first);
        sense_gather(same, NULL, &norm, first, words, &features);
        struct example example = {
            .kinds = kinds_of(json_object_get(value, "concerns"), norm_word_start(&norm, first),
                              norm_word_end(&norm, first + words - 1)),
            .hand = hand,
        };
        add_example(school, features.at, features.count, example);
        first += words;
    }
}

/* ---- features ---- */

static struct feature *find(const struct school *school, uint32_t hash)
{
    size_t at = hash & school->mask;
    while (school->table[at].hash && school->table[at].hash != hash) at = (at + 1) & school->mask;
    return &school->table[at];
}

static int by_number(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

/* Numbers the features that are seen often enough, and leaves only those in the examples. */
static void number_features(struct school *school)
{
    school->mask = ((size_t)1 << 21) - 1;
    school->table = need(calloc(school->mask + 1, sizeof *school->table));
    for (size_t i = 0; i < school->count; i++)
        for (size_t k = 0; k < school->examples[i].count; k++) {
            struct feature *feature = find(school, school->examples[i].features[k]);
            feature->hash = school->examples[i].features[k];
            if (feature->last != i + 1) feature->seen++;
            feature->last = (uint32_t)i + 1;
        }
    for (size_t at = 0; at <= school->mask; at++)
        school->table[at].number =
            school->table[at].seen >= LEAST_SEEN ? (int32_t)school->kept++ : -1;
    for (size_t i = 0; i < school->count; i++) {
        struct example *example = &school->examples[i];
        size_t all = example->count;
        example->count = 0;
        for (size_t k = 0; k < all; k++) {
            int32_t number = find(school, example->features[k])->number;
            if (number >= 0) example->features[example->count++] = (uint32_t)number;
        }
        qsort(example->features, example->count, sizeof *example->features, by_number);
        /* As sense_judge divides: by the root of all features, also of those that are left out. */
        double share = 1.0 / (double)(all ? all : 1);
        example->square = 1.0; /* of the start */
        for (size_t k = 0, run; k < example->count; k += run) {
            for (run = 1;
                 k + run < example->count && example->features[k + run] == example->features[k];)
                run++;
            example->square += (double)(run * run) * share;
        }
        example->features[example->count] = (uint32_t)(all ? all : 1);
    }
}

static double root_of(const struct example *example)
{
    return sqrt((double)example->features[example->count]);
}

static double score(const struct school *school, const struct example *example)
{
    double sum = 0;
    for (size_t k = 0; k < example->count; k++) sum += school->weights[example->features[k]];
    return sum / root_of(example) + school->weights[school->kept];
}

/* ---- learning ---- */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void step(struct school *school, const struct example *example, double truth, double *alpha)
{
    double cost = truth > 0 ? cost_concern : cost_plain, slack = 0.5 / cost;
    double gradient = truth * score(school, example) - 1 + slack * *alpha;
    double wanted = *alpha - gradient / (example->square + slack);
    if (wanted < 0) wanted = 0;
    double change = (wanted - *alpha) * truth;
    if (change == 0) return;
    *alpha = wanted;
    double each = change / root_of(example);
    for (size_t k = 0; k < example->count; k++) school->weights[example->features[k]] += each;
    school->weights[school->kept] += change;
}

/* Without the letters of one hand (EVERY_HAND: with all). */
static void learn(struct school *school, int kind, int without)
{
    uint64_t random = UINT64_C(0x9E3779B97F4A7C15);
    double *alphas = need(calloc(school->count, sizeof *alphas));
    size_t *order = need(calloc(school->count, sizeof *order)), count = 0;
    memset(school->weights, 0, (school->kept + 1) * sizeof *school->weights);
    for (size_t i = 0; i < school->count; i++)
        if (school->examples[i].hand != without) order[count++] = i;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = count; i-- > 1;) {
            size_t other = next_random(&random) % (i + 1), held = order[i];
            order[i] = order[other];
            order[other] = held;
        }
        for (size_t i = 0; i < count; i++) {
            const struct example *example = &school->examples[order[i]];
            step(school, example, example->kinds >> kind & 1 ? 1 : -1, &alphas[order[i]]);
        }
    }
    free(alphas);
    free(order);
}

/* ---- thresholds ---- */

struct tried {
    double score;
    bool is_concern;
};

static int by_score(const void *one, const void *other)
{
    double a = ((const struct tried *)one)->score, b = ((const struct tried *)other)->score;
    return (a < b) - (a > b);
}

/*
 * Where the weighted harmonic mean of recall and precision is best; said on stderr. Recall weighs
 * more: a sentence that is read for nothing costs a moment, a threat that nobody sees more.
 */
static const double recall_weight = 1.5;

static double threshold(struct school *school, int kind)
{
    struct tried *tried = need(calloc(school->count, sizeof *tried));
    size_t count = 0, all = 0;
    for (int hand = 0; hand < school->hand_count; hand++) {
        learn(school, kind, hand);
        for (size_t i = 0; i < school->count; i++) {
            const struct example *example = &school->examples[i];
            if (example->hand != hand) continue;
            bool is_concern = example->kinds >> kind & 1;
            tried[count++] = (struct tried){score(school, example), is_concern};
            all += is_concern;
        }
    }
    qsort(tried, count, sizeof *tried, by_score);
    double best = -1, at = 0, best_recall = 0, best_precision = 0;
    size_t right = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        right += tried[i].is_concern;
        double recall = all ? (double)right / (double)all : 0,
               precision = (double)right / (double)(i + 1);
        double both =
            right ? (1 + recall_weight) * recall * precision / (recall + recall_weight * precision)
                  : 0;
        if (both <= best) continue;
        best = both;
        at = (tried[i].score + tried[i + 1].score) / 2;
        best_recall = recall;
        best_precision = precision;
    }
    fprintf(stderr, "  %-18s %4zu in letters, recall %.2f, precision %.2f\n", kind_words[kind], all,
            best_recall, best_precision);
    free(tried);
    return all ? at : 0;
}

/* ---- the table ---- */

static void put(uint32_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) putchar((int)(number >> 8 * i & 255));
}

static void put_zeros(size_t bytes)
{
    while (bytes-- > 0) putchar(0);
}

static int32_t scaled(double weight, double limit)
{
    double number = floor(weight * SENSE_WEIGHT_ONE + 0.5);
    return (int32_t)(number > limit ? limit : number < -limit ? -limit : number);
}

static void write_table(const struct school *school, const int16_t *rows, const int32_t *starts)
{
    size_t slots = 1024;
    while (slots < school->kept * 2) slots *= 2;
    uint32_t *hashes = need(calloc(slots, sizeof *hashes));
    int32_t *numbers = need(calloc(slots, sizeof *numbers));
    for (size_t i = 0; i <= school->mask; i++) {
        const struct feature *feature = &school->table[i];
        if (feature->number < 0 || feature->hash == 0) continue;
        size_t at = feature->hash & (slots - 1);
        while (hashes[at]) at = (at + 1) & (slots - 1);
        hashes[at] = feature->hash;
        numbers[at] = feature->number;
    }
    put((uint32_t)slots, NUMBER_BYTES);
    put(CONCERN_KIND_COUNT, NUMBER_BYTES);
    for (int kind = 0; kind < CONCERN_KIND_COUNT; kind++) put((uint32_t)starts[kind], NUMBER_BYTES);
    put_zeros(SENSE_HEAD_BYTES - (2 + CONCERN_KIND_COUNT) * NUMBER_BYTES);
    for (size_t at = 0; at < slots; at++) {
        const int16_t *row = rows + (size_t)numbers[at] * CONCERN_KIND_COUNT;
        put(hashes[at], NUMBER_BYTES);
        for (int kind = 0; kind < CONCERN_KIND_COUNT; kind++)
            put(hashes[at] ? (uint16_t)row[kind] : 0, WEIGHT_BYTES);
        put_zeros(SENSE_ROW_BYTES - NUMBER_BYTES - CONCERN_KIND_COUNT * WEIGHT_BYTES);
    }
    free(hashes);
    free(numbers);
}

static void write_words(const struct school *school)
{
    bool any = false;
    for (size_t at = 0; at < WORD_SLOTS; at++) {
        if (school->words[at].seen < WORD_OFTEN) continue;
        printf("%s%s", any ? " " : "", school->words[at].letters);
        any = true;
    }
}

int main(void)
{
    struct school school = {.words = need(calloc(WORD_SLOTS, sizeof(struct typed)))};
    ARENA(arena, (size_t)1 << 20);
    const struct sense_same *same = sense_same_new(arena);
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0)
        read_line(&school, same, (struct str){line, (size_t)length});
    free(line);
    if (school.count == 0) give_up("there is nothing to learn from");
    number_features(&school);
    school.weights = need(calloc(school.kept + 1, sizeof *school.weights));
    int16_t *rows = need(calloc(school.kept * CONCERN_KIND_COUNT + 1, sizeof *rows));
    int32_t starts[CONCERN_KIND_COUNT];
    for (int kind = 0; kind < CONCERN_KIND_COUNT; kind++) {
        double needed = threshold(&school, kind);
        learn(&school, kind, EVERY_HAND);
        for (size_t i = 0; i < school.kept; i++)
            rows[i * CONCERN_KIND_COUNT + (size_t)kind] =
                (int16_t)scaled(school.weights[i], INT16_MAX);
        starts[kind] = scaled(school.weights[school.kept] - needed, INT32_MAX);
    }
    write_table(&school, rows, starts);
    write_words(&school);
    return ferror(stdout) ? 1 : 0;
}
