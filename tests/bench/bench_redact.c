/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The redactor alone: `bench_redact LETTERS.jsonl`, which to-jsonl made. Prints `name value unit` a
 * line. Seconds are those of this thread's processor, so that neighbours cost nothing.
 *
 *   redact_start                    ms until the first letter can be read
 *   redact_letters, redact_joined   MB/s of the letters one by one, and joined to texts of 64 KiB;
 *                                   each call compiles the leak list of 12 terms again
 *   pcre2_letters, pcre2_joined     the same texts under PCRE2's JIT: one expression for each kind
 *                                   of pattern, one for the 12 terms, all compiled beforehand
 *   redact_4000                     ms for a letter of 4,000 characters, leak list included
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <jansson.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/buf.h"
#include "redact/redact.h"

enum {
    TERMS = 12,
    TEXTS_MOST = 1024,
    JOINED_BYTES = 64 * 1024,
    LETTER_CHARACTERS = 4000,
    LETTER_TIMES = 40,
    TIMES_MOST = 65536,
    ROUNDS = 5,
    ROUND_BYTES = 1024 * 1024,
};

/* What pattern.h looks for, as one would write it down first. */
static const char *const expressions[] = {
    /* e-mail, link and bare domain, name on an app */
    "[\\w.+-]+(?:@|\\s?[\\[(]?at[\\])]?\\s?)[\\w-]+(?:(?:\\.|\\s?[\\[(]?dot[\\])]?\\s?)[\\w-]+)+",
    "(?:https?://|www\\.)\\S+|\\b[a-z0-9-]+\\.(?:com|co\\.uk|org|net|example)\\b(?:/\\S*)?",
    "(?<!\\w)@[\\w.]{3,}",
    "\\b(?:insta|snap|facebook|whatsapp|tiktok)\\b.{0,12}?\\b(?:is|as|:)\\s*[\\w.]+",
    /* phone in digits, and in words */
    "(?<!\\d)(?:\\+44|0044|\\(?0)(?:[ ().-]{0,2}[\\do]){9,10}(?!\\d)",
    "\\b(?:(?:oh|zero|one|two|three|four|five|six|seven|eight|nine|double|treble)[ ,-]+){5,}\\w+",
    /* postcode, street */
    "\\b[a-z]{1,2}\\d[a-z\\d]? ?\\d[a-z]{2}\\b",
    "\\b\\d{1,4}[a-z]?,? (?:[A-Za-z']+ ){1,3}(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|"
    "way|court|terrace|gardens|place)\\b",
    "\\b(?:flat|unit|apartment) \\d+[a-z]?\\b",
    /* national insurance, NHS, passport, prison and court numbers, vehicle */
    "\\b[a-z]{2} ?\\d\\d ?\\d\\d ?\\d\\d ?[a-d]\\b",
    "(?<!\\d)\\d{3}[ -]?\\d{3}[ -]?\\d{4}(?!\\d)",
    "(?<!\\d)\\d{9}(?!\\d)",
    "\\ba\\d{4}[a-z]{2}\\b",
    "\\b[a-z]{2}\\d{2}[a-z]\\d{5}\\b",
    "\\b[a-z]{2}\\d\\d ?[a-z]{3}\\b",
    /* sort code, account, card, IBAN */
    "(?<!\\d)\\d\\d-\\d\\d-\\d\\d(?!\\d)",
    "(?<!\\d)\\d{8}(?!\\d)",
    "(?<!\\d)(?:\\d{4}[ -]?){3}\\d{4}(?!\\d)",
    "\\b[a-z]{2}\\d{2}(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?\\b",
    /* date of birth */
    "\\b(?:born|dob|birth|birthday)\\b.{0,20}?\\d{1,2}(?:st|nd|rd|th)?[ /.-](?:\\d{1,2}|[a-z]{3,9})"
    "[ /.-]\\d{2,4}",
    /* what3words, grid reference, IP, MAC */
    "///[a-z]+\\.[a-z]+\\.[a-z]+",
    "\\b[a-z]{2} ?\\d{3,5} ?\\d{3,5}\\b",
    "\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b",
    "\\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\\b",
};
enum { EXPRESSIONS = sizeof expressions / sizeof *expressions };

struct texts {
    struct redact_input at[TEXTS_MOST];
    size_t count, bytes;
};

struct bench {
    const struct redactor *redactor;
    struct arena *arena; /* of one text, as letterbox-redact has it */
    struct redact_term terms[TERMS];
    pcre2_code *codes[EXPRESSIONS + 1]; /* the last one: the terms */
    pcre2_match_data *match;
    size_t found; /* so that nothing is optimised away */
};

static _Noreturn void stop(const char *what, const char *why)
{
    fprintf(stderr, "bench_redact: %s: %s\n", what, why);
    exit(1);
}

static double seconds(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* ---- letters ---- */

static struct str string_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value)) stop("the letters", key);
    return (struct str){json_string_value(value), json_string_length(value)};
}

/* The n-th letter's terms stand for all: one of each of the first twelve letters. */
static void take_term(struct bench *bench, const json_t *letter, size_t number)
{
    const json_t *list = json_object_get(letter, "protected");
    const json_t *entry = json_array_get(list, number % json_array_size(list));
    bench->terms[number].term = string_of(entry, "term");
    if (!mark_category_get(string_of(entry, "category"), &bench->terms[number].category))
        stop("the letters", "unknown category");
}

static void read_letters(const char *path, struct bench *bench, struct arena *arena,
                         struct texts *ret_letters)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) stop(path, "could not open it");
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0 && ret_letters->count < TEXTS_MOST) {
        json_t *letter = json_loads(line, 0, NULL);
        if (letter == NULL) stop(path, "not JSON");
        arena_on_end(arena, (void (*)(void *))json_delete, letter);
        if (ret_letters->count < TERMS) take_term(bench, letter, ret_letters->count);
        struct redact_input *input = &ret_letters->at[ret_letters->count++];
        input->text = string_of(letter, "text");
        if (!redact_direction_get(string_of(letter, "direction"), &input->direction) ||
            !redact_channel_get(string_of(letter, "channel"), &input->channel))
            stop(path, "unknown direction or channel");
        ret_letters->bytes += input->text.len;
    }
    free(line);
    fclose(file);
    if (ret_letters->count < TERMS) stop(path, "too few letters");
    for (size_t i = 0; i < ret_letters->count; i++) {
        ret_letters->at[i].terms = bench->terms;
        ret_letters->at[i].term_count = TERMS;
    }
}

/* The letters in a row, again and again, cut where `size` says; so many texts. */
static void join(const struct texts *letters, size_t (*size)(struct str rest), size_t least,
                 struct arena *arena, struct texts *ret_texts)
{
    size_t times = 2 + least / letters->bytes;
    char *all = arena_take(arena, times * (letters->bytes + letters->count)), *to = all;
    for (size_t i = 0; i < times * letters->count; i++) {
        struct str text = letters->at[i % letters->count].text;
        memcpy(to, text.at, text.len);
        to += text.len;
        *to++ = '\n';
    }
    struct str rest = {all, (size_t)(to - all)};
    size_t len;
    while (ret_texts->bytes < least && (len = size(rest)) > 0) {
        struct redact_input *input = &ret_texts->at[ret_texts->count++];
        *input = letters->at[ret_texts->count % letters->count];
        input->text = str_slice(rest, 0, len);
        ret_texts->bytes += len;
        rest = str_from_byte(rest, len);
        ASSERT(ret_texts->count < TEXTS_MOST);
    }
}

static bool begins(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

static size_t joined_size(struct str rest)
{
    if (rest.len <= JOINED_BYTES) return 0;
    size_t len = JOINED_BYTES;
    while (!begins(rest.at[len])) len--;
    return len;
}

static size_t letter_size(struct str rest)
{
    size_t len = 0, characters = 0;
    for (; len < rest.len; len++)
        if (begins(rest.at[len]) && characters++ == LETTER_CHARACTERS) return len;
    return 0;
}

/* ---- the redactor and PCRE2 ---- */

static void redact(struct bench *bench, const struct redact_input *input)
{
    arena_reset(bench->arena);
    struct redact_result result;
    if (redact_letter(bench->redactor, input, bench->arena, &result) != OK)
        stop("a letter", "refused");
    bench->found += result.marks.count;
}

static pcre2_code *expression(const char *pattern, size_t len)
{
    int error;
    PCRE2_SIZE where;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, len, PCRE2_CASELESS | PCRE2_UTF | PCRE2_NO_UTF_CHECK,
                      &error, &where, NULL);
    if (code == NULL || pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) != 0)
        stop("could not compile", pattern);
    return code;
}

static void compile(struct bench *bench)
{
    for (size_t i = 0; i < EXPRESSIONS; i++)
        bench->codes[i] = expression(expressions[i], strlen(expressions[i]));
    BUF(terms, 64 * 1024);
    for (size_t i = 0; i < TERMS; i++)
        buf_print(&terms, "%s\\b\\Q%.*s\\E\\b", i ? "|" : "", (int)bench->terms[i].term.len,
                  bench->terms[i].term.at);
    ASSERT(buf_done(&terms) == OK);
    bench->codes[EXPRESSIONS] = expression(terms.at, terms.len);
    bench->match = pcre2_match_data_create(8, NULL);
    ASSERT(bench->match != NULL);
}

static void match(struct bench *bench, const struct redact_input *input)
{
    struct str text = input->text;
    for (size_t i = 0; i <= EXPRESSIONS; i++) {
        size_t at = 0;
        while (at <= text.len) {
            int got = pcre2_jit_match(bench->codes[i], (PCRE2_SPTR)text.at, text.len, at, 0,
                                      bench->match, NULL);
            if (got < 0) break;
            at = pcre2_get_ovector_pointer(bench->match)[1];
            bench->found++;
        }
    }
}

/* ---- figures ---- */

typedef void pass(struct bench *bench, const struct redact_input *input);

/* Seconds for these texts, once. */
static double once(struct bench *bench, const struct texts *texts, pass *run)
{
    double from = seconds();
    for (size_t i = 0; i < texts->count; i++) run(bench, &texts->at[i]);
    return seconds() - from;
}

/* In turn, so that both meet the machine in the same mood. */
static void compare(struct bench *bench, const struct texts *texts, const char *name)
{
    double redactor[ROUNDS], plain[ROUNDS];
    size_t times = 1 + ROUND_BYTES / texts->bytes;
    double bytes = (double)(texts->bytes * times);
    for (size_t round = 0; round < ROUNDS; round++) {
        redactor[round] = plain[round] = 0;
        for (size_t i = 0; i < times; i++) redactor[round] += once(bench, texts, redact);
        for (size_t i = 0; i < times; i++) plain[round] += once(bench, texts, match);
    }
    qsort(redactor, ROUNDS, sizeof *redactor, by_size);
    qsort(plain, ROUNDS, sizeof *plain, by_size);
    double ours = bytes / redactor[ROUNDS / 2] / 1e6, theirs = bytes / plain[ROUNDS / 2] / 1e6;
    printf("redact_%s %.2f MB/s\npcre2_%s %.2f MB/s\nredact_%s_to_pcre2 %.3f ratio\n", name, ours,
           name, theirs, name, ours / theirs);
}

static void measure_letter(struct bench *bench, const struct texts *texts)
{
    static double ms[TIMES_MOST];
    size_t count = 0;
    for (size_t i = 0; i < texts->count; i++) redact(bench, &texts->at[i]); /* warm */
    for (size_t time = 0; time < LETTER_TIMES; time++)
        for (size_t i = 0; i < texts->count && count < TIMES_MOST; i++) {
            double from = seconds();
            redact(bench, &texts->at[i]);
            ms[count++] = (seconds() - from) * 1000;
        }
    qsort(ms, count, sizeof *ms, by_size);
    printf("redact_4000_characters_median %.3f ms\nredact_4000_characters_p99 %.3f ms\n",
           ms[count / 2], ms[count * 99 / 100]);
}

int main(int count, char **words)
{
    if (count != 2) stop("usage", "bench_redact LETTERS.jsonl");
    ARENA(arena, 256u * 1024 * 1024);
    static struct bench bench;
    static struct texts letters, joined, long_letters;
    double from = seconds();
    ARENA(text_arena, REDACT_ARENA_BYTES);
    bench.redactor = redactor_new(arena);
    bench.arena = text_arena;
    printf("redact_start %.2f ms\n", (seconds() - from) * 1000);
    read_letters(words[1], &bench, arena, &letters);
    join(&letters, joined_size, ROUND_BYTES, arena, &joined);
    join(&letters, letter_size, letters.bytes, arena, &long_letters);
    compile(&bench);
    compare(&bench, &letters, "letters");
    compare(&bench, &joined, "joined");
    measure_letter(&bench, &long_letters);
    fprintf(stderr, "# %zu letters, %zu found\n", letters.count, bench.found);
    for (size_t i = 0; i <= EXPRESSIONS; i++) pcre2_code_free(bench.codes[i]);
    pcre2_match_data_free(bench.match);
    return 0;
}
