/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How fast the redactor is and what memory it holds: bench_redact FILE, of letters as
 * tests/corpus/redaction/to-jsonl prints them. Each has a leak list of 12 entries here (its own,
 * repeated), which is compiled with each letter as the press does. Beside it a plain PCRE2 pass
 * over the forms of phones, postcodes, addresses and dates, which knows no names and no disguise.
 * Prints `name value unit` a line.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <jansson.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/arena.h"
#include "core/buf.h"
#include "redact/redact.h"
#include "sys/clock.h"

enum {
    TERMS = 12,
    MOST_LETTERS = 200,
    LONG_LETTER = 4000,
    ROUNDS = 40,
    TIMES = 101,
    MANY = 100000
};

struct sample {
    struct redact_input input;
    struct redact_term terms[TERMS];
    struct str allowed[TERMS];
};

static struct sample samples[MOST_LETTERS];
static size_t sample_count;

static struct str text_of(const json_t *value)
{
    return (struct str){json_string_value(value), json_string_length(value)};
}

/* The record stays: the sample borrows its texts. */
static void take_sample(const json_t *record, struct sample *sample)
{
    const json_t *terms = json_object_get(record, "protected");
    const json_t *allowed = json_object_get(record, "allowed");
    sample->input.text = text_of(json_object_get(record, "text"));
    if (!redact_direction_get(text_of(json_object_get(record, "direction")),
                              &sample->input.direction) ||
        !redact_channel_get(text_of(json_object_get(record, "channel")), &sample->input.channel))
        abort();
    for (size_t i = 0; i < TERMS; i++) {
        const json_t *term = json_array_get(terms, i % json_array_size(terms));
        if (!mark_category_get(text_of(json_object_get(term, "category")),
                               &sample->terms[i].category))
            abort();
        sample->terms[i].term = text_of(json_object_get(term, "term"));
    }
    sample->input.terms = sample->terms;
    sample->input.term_count = TERMS;
    size_t names = json_array_size(allowed);
    sample->input.allowed_count = names < TERMS ? names : TERMS;
    for (size_t i = 0; i < sample->input.allowed_count; i++)
        sample->allowed[i] = text_of(json_array_get(allowed, i));
    sample->input.allowed = sample->allowed;
}

static void read_samples(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) abort();
    char *line = NULL;
    size_t room = 0;
    while (sample_count < MOST_LETTERS && getline(&line, &room, file) > 0) {
        json_t *record = json_loads(line, 0, NULL);
        if (record == NULL) abort();
        take_sample(record, &samples[sample_count++]);
    }
    free(line);
    fclose(file);
}

static void redact(const struct redactor *redactor, const struct redact_input *input)
{
    ARENA(arena, REDACT_ARENA_BYTES);
    struct redact_result result;
    if (redact_letter(redactor, input, arena, &result) != OK) abort();
}

static size_t all_bytes(void)
{
    size_t bytes = 0;
    for (size_t i = 0; i < sample_count; i++) bytes += samples[i].input.text.len;
    return bytes;
}

static double per_second(size_t bytes, int64_t us)
{
    return (double)bytes / (double)us;
}

static double resident_mib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static void measure_letters(const struct redactor *redactor)
{
    int64_t start = clock_monotonic_us();
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < sample_count; i++) redact(redactor, &samples[i].input);
    printf("redact_letters %.1f MB/s\n",
           per_second(all_bytes() * ROUNDS, clock_monotonic_us() - start));
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* One letter of 4,000 bytes, put together from the samples. */
static void measure_one(const struct redactor *redactor)
{
    BUF(text, 64u * 1024);
    for (size_t i = 0; text.len < LONG_LETTER && i < sample_count; i++)
        buf_add(&text, samples[i].input.text);
    size_t end = LONG_LETTER;
    while (((unsigned char)text.at[end] & 0xc0) == 0x80) end--;
    struct redact_input input = samples[0].input;
    input.text = str_slice(buf_str(&text), 0, end);
    int64_t us[TIMES];
    for (size_t i = 0; i < TIMES; i++) {
        int64_t start = clock_monotonic_us();
        redact(redactor, &input);
        us[i] = clock_monotonic_us() - start;
    }
    qsort(us, TIMES, sizeof *us, by_size);
    printf("redact_letter_4000 %.2f ms\n", (double)us[TIMES / 2] / 1000);
}

static void measure_memory(const struct redactor *redactor)
{
    size_t done = 0;
    double early = 0;
    while (done < MANY) {
        for (size_t i = 0; i < sample_count && done < MANY; i++, done++)
            redact(redactor, &samples[i].input);
        if (early == 0) early = resident_mib();
    }
    printf("redact_memory %.1f MiB\n", resident_mib());
    printf("redact_memory_grown %.1f MiB\n", resident_mib() - early);
}

#define MONTHS \
    "January|February|March|April|May|June|July|August|September|October|November|December"

static const char *const forms[] = {
    "\\b(?:\\+44|0)[\\d ()-]{9,14}\\d\\b",
    "\\b[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}\\b",
    "[\\w.+-]+@[\\w-]+\\.[\\w.-]+",
    "\\b(?:https?://|www\\.)\\S+",
    "(?<!\\w)@\\w{3,}",
    "\\b\\d{3}[ -]?\\d{3}[ -]?\\d{4}\\b",
    "\\b[A-Z]{2} ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]\\b",
    "\\b[A-Z]{2}\\d{2} ?[A-Z]{3}\\b",
    "\\b\\d{2}-\\d{2}-\\d{2}\\b",
    "\\b[A-Z]{2}\\d{2}[A-Z\\d ]{11,30}\\b",
    "\\b(?:\\d{4}[ -]?){3}\\d{4}\\b",
    "\\b\\d{1,2}[/.-]\\d{1,2}[/.-]\\d{2,4}\\b",
    "\\b\\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:" MONTHS ") \\d{4}\\b",
    "\\b\\d{1,4}[a-z]? (?:[A-Z]\\w+ ){1,3}(?:Street|Road|Lane|Avenue|Close|Drive|Way|Crescent)\\b",
    "\\b(?:Flat|Apartment|Unit) \\d+\\b",
    "\\b(?:Mr|Mrs|Ms|Miss|Dr) [A-Z]\\w+\\b",
};

enum { FORMS = sizeof forms / sizeof *forms };

/* The same forms, one after another, compiled by PCRE2's JIT. */
static void measure_plain(void)
{
    pcre2_code *codes[FORMS];
    for (size_t i = 0; i < FORMS; i++) {
        int error;
        PCRE2_SIZE at;
        codes[i] = pcre2_compile((PCRE2_SPTR)forms[i], PCRE2_ZERO_TERMINATED,
                                 PCRE2_UTF | PCRE2_NO_UTF_CHECK, &error, &at, NULL);
        if (codes[i] == NULL || pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE) != 0) abort();
    }
    pcre2_match_data *match = pcre2_match_data_create(4, NULL);
    int64_t start = clock_monotonic_us();
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < sample_count; i++) {
            struct str text = samples[i].input.text;
            for (size_t k = 0; k < FORMS; k++) {
                PCRE2_SIZE at = 0;
                while (pcre2_jit_match(codes[k], (PCRE2_SPTR)text.at, text.len, at, 0, match,
                                       NULL) > 0)
                    at = pcre2_get_ovector_pointer(match)[1];
            }
        }
    }
    printf("redact_plain_pcre2 %.1f MB/s\n",
           per_second(all_bytes() * ROUNDS, clock_monotonic_us() - start));
    pcre2_match_data_free(match);
    for (size_t i = 0; i < FORMS; i++) pcre2_code_free(codes[i]);
}

int main(int count, char **words)
{
    if (count != 2) {
        fprintf(stderr, "usage: bench_redact FILE\n");
        return 2;
    }
    read_samples(words[1]);
    ARENA(arena, 16u * 1024 * 1024);
    int64_t start = clock_monotonic_us();
    const struct redactor *redactor = redactor_new(arena);
    printf("redact_start %.2f ms\n", (double)(clock_monotonic_us() - start) / 1000);
    measure_letters(redactor);
    measure_one(redactor);
    measure_memory(redactor);
    measure_plain();
    return 0;
}
