/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/sense.h"

#include <string.h>

#include "core/err.h"

enum {
    CUT_WORDS = 32,    /* a piece of so many ends at the next comma or line's end */
    LETTERS = 4,       /* looked at together inside a word */
    SAME_SLOTS = 1024, /* of typed forms */
    CLASSED_SLOTS = 4096,
    CLOSE_WORDS = 4,
    SAME_WORDS = 4, /* that one form can stand for */
};

/* ---- pieces ---- */

static bool sentence_ends(uint16_t gap)
{
    if (gap & (GAP_END | GAP_PARAGRAPH)) return true;
    return (gap & GAP_STOP) && (gap & (GAP_SPACE | GAP_LINE));
}

size_t sense_piece(const struct norm *norm, size_t first)
{
    size_t count = 1;
    while (count < SENSE_PIECE_WORDS && first + count < norm->word_count) {
        uint16_t gap = norm->words[first + count - 1].gap;
        if (sentence_ends(gap)) break;
        if (count >= CUT_WORDS && (gap & (GAP_COMMA | GAP_LINE | GAP_COLON | GAP_OPEN | GAP_CLOSE)))
            break;
        count++;
    }
    return count;
}

/* ---- words as they are meant ---- */

struct meant {
    uint32_t typed; /* hash; 0: free */
    uint8_t count;
    uint32_t words[SAME_WORDS];
};

/* A word as meant, and a bit for each class that has it. */
struct classed {
    uint32_t meant; /* hash; 0: free */
    uint64_t classes;
};

struct sense_same {
    struct meant slots[SAME_SLOTS];
    struct classed classed[CLASSED_SLOTS];
};

static const struct {
    const char *typed, *meant;
} sames[] = {
#define SAME(typed, meant) {typed, meant},
#include "redact/sense_same.def"
#undef SAME
};

static const char *const classes[] = {
#define CLASS(words) words,
#include "redact/sense_class.def"
#undef CLASS
};

/* The length without this ending; 0 where the word has it not, or too little would be left. */
static size_t without(const char *letters, size_t len, struct str ending)
{
    enum { LEAST = 3 };
    if (len < ending.len + LEAST) return 0;
    size_t left = len - ending.len;
    for (size_t i = 0; i < ending.len; i++)
        if (letters[left + i] != ending.at[i]) return 0;
    return left;
}

/* The length of a word without its ending. */
static size_t stem_length(const char *letters, size_t len)
{
    size_t left = 0;
    switch (len > 0 ? letters[len - 1] : 0) {
    case 'g': left = without(letters, len, STR("ing")); break;
    case 'd': left = without(letters, len, STR("ed")); break;
    case 'n': left = without(letters, len, STR("in")); break;
    case 'y':
        left = without(letters, len, STR("edly"));
        if (left == 0) left = without(letters, len, STR("ly"));
        break;
    case 's':
        left = without(letters, len, STR("ies"));
        if (left == 0) left = without(letters, len, STR("es"));
        if (left == 0) left = without(letters, len, STR("s"));
        break;
    default: break;
    }
    return left > 0 ? left : len;
}

/* Letters as a scanner misreads them, read back: "frorn" from, "vvas" was, "wi1l" will. Of right
 * ones too, in tables and in letters alike: "corn" and "com" are one word. */
static size_t read_back(char *letters, size_t len)
{
    size_t digits = 0, left = 0;
    for (size_t i = 0; i < len; i++) digits += letters[i] >= '0' && letters[i] <= '9';
    bool digits_are_letters = digits > 0 && digits * 2 < len;
    for (size_t i = 0; i < len; i++) {
        char letter = letters[i], next = i + 1 < len ? letters[i + 1] : 0;
        if ((letter == 'r' && next == 'n') || (letter == 'v' && next == 'v')) {
            letter = letter == 'r' ? 'm' : 'w';
            i++;
        } else if (digits_are_letters && (letter == '0' || letter == '1')) {
            letter = letter == '0' ? 'o' : 'l';
        }
        letters[left++] = letter;
    }
    return left;
}

/* Of a word of a table below, as words of a letter are hashed. */
static uint32_t meant_hash(struct str word)
{
    char letters[32];
    ASSERT(word.len <= sizeof letters);
    memcpy(letters, word.at, word.len);
    size_t len = read_back(letters, word.len);
    return norm_hash_ascii(letters, stem_length(letters, len));
}

static size_t slot_at(const struct sense_same *same, uint32_t typed)
{
    size_t at = typed % SAME_SLOTS;
    while (same->slots[at].typed && same->slots[at].typed != typed) at = (at + 1) % SAME_SLOTS;
    return at;
}

static size_t classed_at(const struct sense_same *same, uint32_t meant)
{
    size_t at = meant % CLASSED_SLOTS;
    while (same->classed[at].meant && same->classed[at].meant != meant)
        at = (at + 1) % CLASSED_SLOTS;
    return at;
}

static void add_classes(struct sense_same *same)
{
    enum { CLASSES = sizeof classes / sizeof *classes };
    _Static_assert(CLASSES <= 64, "a bit each");
    for (size_t i = 0; i < CLASSES; i++) {
        struct str rest = str_from(classes[i]), word;
        while (str_split(&rest, ' ', &word)) {
            uint32_t meant = meant_hash(word);
            struct classed *classed = &same->classed[classed_at(same, meant)];
            classed->meant = meant;
            classed->classes |= UINT64_C(1) << i;
        }
    }
}

const struct sense_same *sense_same_new(struct arena *arena)
{
    _Static_assert(sizeof sames / sizeof *sames < SAME_SLOTS / 2, "the table stays half empty");
    struct sense_same *same = ARENA_ONE(arena, struct sense_same);
    for (size_t i = 0; i < sizeof sames / sizeof *sames; i++) {
        uint32_t typed = norm_hash_ascii(sames[i].typed, strlen(sames[i].typed));
        struct meant *meant = &same->slots[slot_at(same, typed)];
        ASSERT(meant->typed == 0);
        meant->typed = typed;
        struct str rest = str_from(sames[i].meant), word;
        while (str_split(&rest, ' ', &word)) {
            ASSERT(meant->count < SAME_WORDS);
            meant->words[meant->count++] = meant_hash(word);
        }
    }
    add_classes(same);
    return same;
}

static uint32_t hash_of(const char *ascii)
{
    return norm_hash_ascii(ascii, strlen(ascii));
}

static bool gap_has(const struct norm *norm, size_t word, const char *what)
{
    return str_find(norm_gap(norm, word), str_from(what)) != STR_NONE;
}

/* Numbers count by what they could be, not by their digits. */
static uint32_t number_word(const struct norm *norm, size_t word)
{
    enum { YEAR = 4 };
    if (word > 0 && gap_has(norm, word - 1, "£")) return hash_of("zmoney");
    size_t digits = norm->words[word].count;
    return hash_of(digits > YEAR ? "zlong" : digits == YEAR ? "zyear" : "znumber");
}

/* A word's letters in ASCII, as far as there is room; others as '?'. */
static size_t letters_of(const struct norm *norm, const struct word *word, char *ret_letters,
                         size_t room)
{
    size_t count = word->bare < room ? word->bare : room;
    for (size_t i = 0; i < count; i++) {
        uint32_t point = norm->glyphs[word->glyph + i].point;
        ret_letters[i] = point < 128 ? (char)point : '?';
    }
    return count;
}

/* ---- features ---- */

struct gathering {
    const struct norm *norm;
    const struct sense_same *same;
    struct sense_features *to;
    uint32_t before; /* the word before, as meant; 0: none */
    uint64_t all_classes, paired[64], close[CLOSE_WORDS];
    size_t turn;
};

static void add(struct gathering *g, uint32_t hash, size_t word, size_t words)
{
    if (g->to->count == SENSE_FEATURES_MAX) return;
    g->to->at[g->to->count++] =
        (struct sense_feature){hash ? hash : 1, (uint16_t)word, (uint16_t)words};
}

static uint32_t mixed(uint32_t one, uint32_t other)
{
    uint32_t hash = one * UINT32_C(0x9E3779B1) ^ other;
    hash ^= hash >> 15;
    return hash * UINT32_C(0x85EBCA77);
}

/* Each class once, and each two of them of which one follows the other closely. */
static void note_classes(struct gathering *g, uint64_t here, size_t word)
{
    enum { ONE = 0x1009, TWO = 0x2003 };
    uint64_t near = 0;
    for (size_t i = 0; i < CLOSE_WORDS; i++) near |= g->close[i];
    for (uint64_t left = here; left; left &= left - 1) {
        uint32_t one = (uint32_t)__builtin_ctzll(left);
        if (!(g->all_classes & UINT64_C(1) << one)) add(g, mixed(ONE, one), word, 1);
        uint64_t fresh = near & ~g->paired[one];
        g->paired[one] |= fresh;
        for (; fresh; fresh &= fresh - 1)
            add(g, mixed(TWO + one, (uint32_t)__builtin_ctzll(fresh)), word, 1);
    }
    g->all_classes |= here;
    g->close[g->turn++ % CLOSE_WORDS] = here;
}

/* What a word is beside those before it. */
static void add_beside(struct gathering *g, uint32_t meant, uint64_t its_classes, size_t word)
{
    if (g->before) add(g, mixed(g->before, meant), word > 0 ? word - 1 : 0, word > 0 ? 2 : 1);
    g->before = meant;
    note_classes(g, its_classes, word);
}

static uint64_t classes_of(const struct sense_same *same, uint32_t meant)
{
    return same->classed[classed_at(same, meant)].classes;
}

static void add_meant(struct gathering *g, uint32_t meant, size_t word)
{
    add(g, meant, word, 1);
    add_beside(g, meant, classes_of(g->same, meant), word);
}

/* "^mee" "meet" "eets" "ets$": each four letters with the word's ends, for which there is room. */
static void add_letters(struct gathering *g, char *bounded, size_t len, size_t word)
{
    enum { SEED = 0x51 };
    if (len < LETTERS) return;
    bounded[0] = '^';
    bounded[len + 1] = '$';
    for (size_t i = 0; i + LETTERS <= len + 2; i++)
        add(g, mixed(SEED, norm_hash_ascii(bounded + i, LETTERS)), word, 1);
}

/* A word as it is written: room for its letters, and for a sign at either end. */
struct written {
    char bounded[64 + 2];
    size_t len;
    uint32_t typed, read;      /* hashes: as it stands, and read back */
    const struct meant *meant; /* as another, or as none */
};

static void know_written(const struct sense_same *same, struct written *written)
{
    char *letters = written->bounded + 1;
    written->typed = written->read = norm_hash_ascii(letters, written->len);
    written->meant = &same->slots[slot_at(same, written->typed)];
    if (written->meant->count > 0) return;
    written->len = read_back(letters, written->len);
    written->read = norm_hash_ascii(letters, written->len);
    written->meant = &same->slots[slot_at(same, written->read)];
}

/* What it means where it is written for no other word. */
static uint32_t stem_of(const struct written *written)
{
    size_t stem = stem_length(written->bounded + 1, written->len);
    return stem == written->len ? written->read : norm_hash_ascii(written->bounded + 1, stem);
}

static void add_unknown(struct gathering *g, const struct word *here, size_t word)
{
    __attribute__((uninitialized)) struct written written;
    written.len = letters_of(g->norm, here, written.bounded + 1, sizeof written.bounded - 2);
    know_written(g->same, &written);
    for (size_t i = 0; i < written.meant->count; i++) add_meant(g, written.meant->words[i], word);
    if (written.meant->count == 0) add_meant(g, stem_of(&written), word);
    add_letters(g, written.bounded, written.len, word);
}

bool sense_know(const struct sense_same *same, struct str word, struct sense_known *ret_known,
                struct sense_features *ret_features)
{
    struct written written = {.len = word.len};
    ASSERT(word.len <= sizeof written.bounded - 2);
    memcpy(written.bounded + 1, word.at, word.len);
    know_written(same, &written);
    if (written.meant->count > 0) return false;
    uint32_t meant = stem_of(&written);
    struct gathering g = {.same = same, .to = ret_features};
    ret_features->count = 0;
    add(&g, meant, 0, 1);
    add_letters(&g, written.bounded, written.len, 0);
    *ret_known = (struct sense_known){.typed = written.typed,
                                      .meant = meant,
                                      .classes = classes_of(same, meant),
                                      .features = (uint32_t)ret_features->count};
    return true;
}

static void add_word(struct gathering *g, const struct sense_knowns *knowns, size_t at, size_t word)
{
    const struct word *here = &g->norm->words[at];
    const struct sense_known *known = NULL;
    if (here->flags & WORD_DIGITS) {
        add_meant(g, number_word(g->norm, at), word);
    } else if (knowns != NULL &&
               (known = sense_known_of(knowns, norm_bare_hash(g->norm, here))) != NULL) {
        add_beside(g, known->meant, known->classes, word);
        g->to->all += known->features;
    } else {
        add_unknown(g, here, word);
    }
    if (knowns != NULL) g->to->known[word] = known;
}

void sense_gather(const struct sense_same *same, const struct sense_knowns *knowns,
                  const struct norm *norm, size_t first, size_t count,
                  struct sense_features *ret_features)
{
    ret_features->count = ret_features->all = 0;
    struct gathering g = {.norm = norm, .same = same, .to = ret_features};
    for (size_t word = 0; word < count; word++) {
        add_word(&g, knowns, first + word, word);
        uint16_t gap = norm->words[first + word].gap;
        if (gap & GAP_AT) add(&g, hash_of("z@"), word, 1);
        if (word + 1 < count || !(gap & GAP_END)) continue;
        if (gap_has(norm, first + word, "?")) add(&g, hash_of("z?"), word, 1);
        if (gap_has(norm, first + word, "!")) add(&g, hash_of("z!"), word, 1);
    }
    ret_features->all += ret_features->count;
}
