/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Learns how concerns sound: teach < lines.jsonl > sense.bin (lib/redact/sense.c says the form).
 *
 * For each kind of concern a linear support vector machine with squared loss, found by dual
 * coordinate descent (C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi and S. Sundararajan, "A
 * Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008). Nothing is random but the
 * order, and that begins alike each time: the same lines give the same table.
 *
 * A feature counts for more the rarer it is, and a pair of words for more than a word. What people
 * meant in whole letters counts for more than single sentences, which others chose.
 *
 * What a kind needs is tried on letters that were left out: those of each hand are judged by what
 * the other hands and the single sentences teach. A logistic curve through these says how likely
 * a piece is of the kind (J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999);
 * what is needed is one likelihood for all kinds, which few examples of a kind can't lead astray.
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
    ROUNDS = 8, /* over all examples */
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

static const double cost_plain = 0.35, cost_concern = 0.5, cost_letter = 4.0, cost_unmarked = 0.025;
static const double pair_scale = 1.4;

/* A piece is shown from this likelihood on: a sentence read for nothing costs a moment, a threat
 * that nobody sees more. */
static const double likely_enough = 0.2;

struct example {
    uint32_t *features; /* hashes, then numbers of features, each once */
    double *amounts;    /* of each: how often, by its scale and the root of all */
    size_t count;
    unsigned kinds; /* a bit each */
    int hand;       /* who wrote the letter; NO_HAND: a single sentence, which is always taught */
    size_t letter;
    double square;
};

struct feature {
    uint32_t hash; /* 0: free */
    uint32_t seen; /* examples */
    uint32_t last; /* the last example + 1 */
    int32_t number;
    bool is_pair;
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
    double *scales;  /* one a feature */
    double *weights; /* one a feature, and last the start */
    size_t letters;
    unsigned in_letters; /* the kinds of which letters show any */
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

static struct feature *find(const struct school *school, uint32_t hash)
{
    size_t at = hash & school->mask;
    while (school->table[at].hash && school->table[at].hash != hash) at = (at + 1) & school->mask;
    return &school->table[at];
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
    example.amounts = need(malloc((count + 1) * sizeof *example.amounts));
    for (size_t i = 0; i < count; i++) {
        example.features[i] = features[i].hash;
        struct feature *feature = find(school, features[i].hash);
        feature->hash = features[i].hash;
        feature->is_pair = features[i].words == 2;
        if (feature->last != school->count + 1) feature->seen++;
        feature->last = (uint32_t)school->count + 1;
    }
    if (example.hand != NO_HAND) school->in_letters |= example.kinds;
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
            .letter = school->letters,
        };
        add_example(school, features.at, features.count, example);
        first += words;
    }
    school->letters++;
}

/* ---- features ---- */

static int by_number(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

/* Numbers the features that are seen often enough. */
static void number_features(struct school *school)
{
    enum { COMMON = 6 }; /* of a feature in one example of four hundred the scale is 1 */
    for (size_t at = 0; at <= school->mask; at++)
        school->table[at].number =
            school->table[at].seen >= LEAST_SEEN ? (int32_t)school->kept++ : -1;
    school->scales = need(calloc(school->kept, sizeof *school->scales));
    school->weights = need(calloc(school->kept + 1, sizeof *school->weights));
    for (size_t at = 0; at <= school->mask; at++) {
        const struct feature *feature = &school->table[at];
        if (feature->number < 0) continue;
        double rare = log((double)school->count / (feature->seen + 1.0) + 1) / COMMON;
        school->scales[feature->number] = feature->is_pair ? pair_scale * rare : rare;
    }
}

/* Leaves of an example's features those that have a number, each once. */
static void weigh_features(const struct school *school, struct example *example)
{
    size_t all = example->count, numbered = 0;
    for (size_t k = 0; k < all; k++) {
        int32_t number = find(school, example->features[k])->number;
        if (number >= 0) example->features[numbered++] = (uint32_t)number;
    }
    qsort(example->features, numbered, sizeof *example->features, by_number);
    /* As sense_hear divides: by the root of all features, also of those that are left out. */
    double share = 1.0 / sqrt((double)(all ? all : 1));
    example->count = 0;
    example->square = 1.0; /* of the start */
    for (size_t k = 0, run; k < numbered; k += run) {
        uint32_t number = example->features[k];
        for (run = 1; k + run < numbered && example->features[k + run] == number;) run++;
        double amount = (double)run * share * school->scales[number];
        example->square += amount * amount;
        example->features[example->count] = number;
        example->amounts[example->count++] = amount;
    }
}

static double score(const struct school *school, const struct example *example)
{
    double sum = school->weights[school->kept];
    for (size_t k = 0; k < example->count; k++)
        sum += school->weights[example->features[k]] * example->amounts[k];
    return sum;
}

/* ---- learning ---- */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void step(struct school *school, const struct example *example, double truth, double cost,
                 double *alpha)
{
    double slack = 0.5 / cost;
    double gradient = truth * score(school, example) - 1 + slack * *alpha;
    double wanted = *alpha - gradient / (example->square + slack);
    if (wanted < 0) wanted = 0;
    double change = (wanted - *alpha) * truth;
    if (change == 0) return;
    *alpha = wanted;
    for (size_t k = 0; k < example->count; k++)
        school->weights[example->features[k]] += change * example->amounts[k];
    school->weights[school->kept] += change;
}

/* Of a kind that nobody marked in letters, what is unmarked in one may still be of it. */
static double cost_of(const struct school *school, const struct example *example, int kind)
{
    double cost = example->kinds >> kind & 1 ? cost_concern : cost_plain;
    if (example->hand == NO_HAND) return cost;
    return school->in_letters >> kind & 1 ? cost * cost_letter : cost * cost_unmarked;
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
            step(school, example, example->kinds >> kind & 1 ? 1 : -1,
                 cost_of(school, example, kind), &alphas[order[i]]);
        }
    }
    free(alphas);
    free(order);
}

/* ---- thresholds ---- */

/* How each piece of the letters sounds to one that never read its hand. */
static double *sounds_unseen(struct school *school, int kind)
{
    double *sounds = need(calloc(school->count, sizeof *sounds));
    for (int hand = 0; hand < school->hand_count; hand++) {
        learn(school, kind, hand);
        for (size_t i = 0; i < school->count; i++)
            if (school->examples[i].hand == hand) sounds[i] = score(school, &school->examples[i]);
    }
    return sounds;
}

/* With the pieces beside it, as sense_judge adds them. */
static double with_beside(const struct school *school, const double *sounds, size_t i)
{
    const struct example *example = &school->examples[i];
    const double *before = NULL, *after = NULL;
    if (i > 0 && example[-1].letter == example->letter) before = &sounds[i - 1];
    if (i + 1 < school->count && example[1].letter == example->letter) after = &sounds[i + 1];
    return sounds[i] + sense_beside(before, 0) + sense_beside(after, 0);
}

struct curve {
    double start, slope;
};

static double likelihood(struct curve curve, double sounds)
{
    return 1 / (1 + exp(-curve.start - curve.slope * sounds));
}

static double at_most_one(double change)
{
    return change > 1 ? 1 : change < -1 ? -1 : change;
}

/* Newton's steps; the slope is drawn a little towards what it is of most kinds. */
static struct curve fit(const struct school *school, const double *sounds, int kind)
{
    enum { STEPS = 30 };
    const double usual = 4, pull = 0.5;
    struct curve curve = {0, 2};
    for (int i = 0; i < STEPS; i++) {
        double start = 0, slope = pull * (usual - curve.slope), aa = 1e-9, ab = 0, bb = pull;
        for (size_t k = 0; k < school->count; k++) {
            const struct example *example = &school->examples[k];
            if (example->hand == NO_HAND) continue;
            double at = sounds[k], likely = likelihood(curve, at);
            double left = (example->kinds >> kind & 1) - likely, bend = likely * (1 - likely);
            start += left;
            slope += left * at;
            aa += bend;
            ab += bend * at;
            bb += bend * at * at;
        }
        double whole = aa * bb - ab * ab;
        curve.start += at_most_one((bb * start - ab * slope) / whole);
        curve.slope += at_most_one((aa * slope - ab * start) / whole);
    }
    return curve;
}

/* What is right of the pieces that are shown, on stderr. */
static void say(const struct school *school, const double *sounds, int kind, double needed)
{
    size_t all = 0, shown = 0, right = 0;
    for (size_t i = 0; i < school->count; i++) {
        if (school->examples[i].hand == NO_HAND) continue;
        bool is_concern = school->examples[i].kinds >> kind & 1, is_shown = sounds[i] > needed;
        all += is_concern;
        shown += is_shown;
        right += is_concern && is_shown;
    }
    fprintf(stderr, "  %-18s %4zu in letters, recall %.2f, precision %.2f\n", kind_words[kind], all,
            (double)right / (double)(all ? all : 1), (double)right / (double)(shown ? shown : 1));
}

static double threshold(struct school *school, int kind)
{
    if (!(school->in_letters >> kind & 1)) return 2 * sense_beside(NULL, 0);
    double *sounds = sounds_unseen(school, kind);
    double *beside = need(calloc(school->count, sizeof *beside));
    for (size_t i = 0; i < school->count; i++) beside[i] = with_beside(school, sounds, i);
    struct curve curve = fit(school, beside, kind);
    if (curve.slope <= 0) give_up("a kind can't be told from the rest");
    double needed = (log(likely_enough / (1 - likely_enough)) - curve.start) / curve.slope;
    say(school, beside, kind, needed);
    free(sounds);
    free(beside);
    return needed;
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

static void write_table(const struct school *school, const int16_t *rows, const int32_t *starts,
                        const int32_t *needed)
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
    for (int kind = 0; kind < CONCERN_KIND_COUNT; kind++) put((uint32_t)needed[kind], NUMBER_BYTES);
    put_zeros(SENSE_HEAD_BYTES - (2 + 2 * CONCERN_KIND_COUNT) * NUMBER_BYTES);
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
    enum { FEATURE_SLOTS = 1 << 22 };
    struct school school = {
        .words = need(calloc(WORD_SLOTS, sizeof(struct typed))),
        .table = need(calloc(FEATURE_SLOTS, sizeof(struct feature))),
        .mask = FEATURE_SLOTS - 1,
    };
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
    for (size_t i = 0; i < school.count; i++) weigh_features(&school, &school.examples[i]);
    int16_t *rows = need(calloc(school.kept * CONCERN_KIND_COUNT + 1, sizeof *rows));
    int32_t starts[CONCERN_KIND_COUNT], needed[CONCERN_KIND_COUNT];
    for (int kind = 0; kind < CONCERN_KIND_COUNT; kind++) {
        needed[kind] = scaled(threshold(&school, kind), INT32_MAX);
        learn(&school, kind, EVERY_HAND);
        for (size_t i = 0; i < school.kept; i++)
            rows[i * CONCERN_KIND_COUNT + (size_t)kind] =
                (int16_t)scaled(school.weights[i] * school.scales[i], INT16_MAX);
        starts[kind] = scaled(school.weights[school.kept], INT32_MAX);
    }
    write_table(&school, rows, starts, needed);
    write_words(&school);
    return ferror(stdout) ? 1 : 0;
}
