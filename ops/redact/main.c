/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterbox-redact: the redactor as a filter, for tests, coordinators and whoever wants to see what
 * it would propose. It reads and writes no file and needs no database or key.
 *
 *     letterbox-redact [--apply] < records.jsonl
 *     letterbox-redact --text [--apply] --direction D --channel C [--allow NAME]…
 *                      [--protect CATEGORY=TERM]… < letter.txt
 *
 * One JSON object a line in, one a line out, in order. A record that can't be read gives
 * {"id":…,"error":"…"}; the rest goes on, and the exit status is 1 at the end. Memory is flat: one
 * record at a time.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/utf8.h"
#include "redact/redact.h"

enum { EXIT_DONE = 0, EXIT_BAD = 1, EXIT_USAGE = 2, RECORD_BYTES = 1024 * 1024 };

struct options {
    bool apply, text;
    enum redact_direction direction;
    enum redact_channel channel;
    struct str *allowed;
    size_t allowed_count;
    struct redact_term *terms;
    size_t term_count;
};

struct reading {
    const struct redactor *redactor;
    struct arena *arena; /* of one record */
    const struct options *options;
    bool failed; /* a record was bad */
};

static struct str json_str(const json_t *value)
{
    return (struct str){json_string_value(value), json_string_length(value)};
}

static json_t *json_text(struct str text)
{
    json_t *value = json_stringn(text.at == NULL ? "" : text.at, text.len);
    ASSERT(value != NULL);
    return value;
}

static void print_json(json_t *value)
{
    ASSERT(value != NULL);
    if (json_dumpf(value, stdout, JSON_COMPACT | JSON_REAL_PRECISION(2)) != 0 ||
        putchar('\n') == EOF) {
        fprintf(stderr, "letterbox-redact: could not write: %s\n", strerror(errno));
        exit(EXIT_BAD);
    }
    json_decref(value);
}

static void print_error(struct reading *reading, const json_t *id, const char *why)
{
    json_t *line = json_object();
    json_object_set_new(line, "id", id == NULL ? json_null() : json_deep_copy(id));
    json_object_set_new(line, "error", json_string(why));
    print_json(line);
    reading->failed = true;
}

/* Hundredths as 0.98: the nearest double prints so with two digits. */
static json_t *hundredths(int value)
{
    return json_real(value / 100.0);
}

static json_t *spans_json(const struct marks *marks)
{
    json_t *list = json_array();
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->at[i];
        json_t *span = json_object();
        json_object_set_new(span, "start", json_integer((json_int_t)mark->start));
        json_object_set_new(span, "end", json_integer((json_int_t)mark->end));
        json_object_set_new(span, "category", json_string(mark_category_word(mark->category)));
        json_object_set_new(span, "source", json_string(mark_source_word(mark->source)));
        json_object_set_new(span, "confidence", hundredths(mark->confidence));
        json_object_set_new(span, "why", json_text(mark->why));
        json_array_append_new(list, span);
    }
    return list;
}

static json_t *concerns_json(const struct concerns *concerns)
{
    json_t *list = json_array();
    for (size_t i = 0; i < concerns->count; i++) {
        const struct concern *concern = &concerns->at[i];
        json_t *item = json_object();
        json_object_set_new(item, "start", json_integer((json_int_t)concern->start));
        json_object_set_new(item, "end", json_integer((json_int_t)concern->end));
        json_object_set_new(item, "category", json_string(concern_word(concern->kind)));
        json_object_set_new(item, "why", json_text(concern->why));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *furniture_json(const struct furnitures *furniture)
{
    json_t *list = json_array();
    for (size_t i = 0; i < furniture->count; i++) {
        const struct furniture *piece = &furniture->at[i];
        json_t *item = json_object();
        json_object_set_new(item, "start", json_integer((json_int_t)piece->start));
        json_object_set_new(item, "end", json_integer((json_int_t)piece->end));
        json_object_set_new(item, "kind", json_string(furniture_word(piece->kind)));
        json_array_append_new(list, item);
    }
    return list;
}

/* Runs the redactor on one input and prints the answer. */
static void answer(struct reading *reading, const json_t *id, const struct redact_input *input)
{
    struct redact_result result;
    enum err err = redact_letter(reading->redactor, input, reading->arena, &result);
    if (err != OK) {
        print_error(reading, id,
                    err == ERR_TOO_BIG    ? "the text, a name or a term is too long"
                    : err == ERR_BAD_UTF8 ? "the text, a name or a term is not UTF-8"
                                          : err_info(err)->message);
        return;
    }
    if (!reading->options->apply) {
        json_t *line = json_object();
        if (id != NULL) json_object_set_new(line, "id", json_deep_copy(id));
        json_object_set_new(line, "spans", spans_json(&result.marks));
        json_object_set_new(line, "concerns", concerns_json(&result.concerns));
        if (result.furniture.count > 0)
            json_object_set_new(line, "furniture", furniture_json(&result.furniture));
        print_json(line);
        return;
    }
    BUF(text, 64u * 1024 * 1024);
    err = mask_apply(input->text, &result.marks, mask_wording_default(), &text);
    if (err != OK) {
        print_error(reading, id, err_info(err)->message);
        return;
    }
    if (reading->options->text) {
        if (fwrite(text.at, 1, text.len, stdout) != text.len) {
            fprintf(stderr, "letterbox-redact: could not write: %s\n", strerror(errno));
            exit(EXIT_BAD);
        }
        return;
    }
    json_t *line = json_object();
    json_object_set_new(line, "id", json_deep_copy(id));
    json_object_set_new(line, "text", json_text(buf_str(&text)));
    print_json(line);
}

/* Reads the terms of a record; an English sentence if it cannot. */
static const char *read_terms(const json_t *list, struct arena *arena, struct redact_input *input)
{
    if (list == NULL || json_is_null(list)) return NULL;
    if (!json_is_array(list)) return "'protected' is not a list";
    struct redact_term *terms = ARENA_MANY(arena, json_array_size(list) + 1, struct redact_term);
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item)
    {
        const json_t *category = json_object_get(item, "category");
        const json_t *term = json_object_get(item, "term");
        if (!json_is_string(category) || !json_is_string(term))
            return "an entry of 'protected' lacks its category or term";
        if (!mark_category_get(json_str(category), &terms[index].category))
            return "an entry of 'protected' has an unknown category";
        terms[index].term = json_str(term);
    }
    input->terms = terms;
    input->term_count = json_array_size(list);
    return NULL;
}

static const char *read_allowed(const json_t *list, struct arena *arena, struct redact_input *input)
{
    if (list == NULL || json_is_null(list)) return NULL;
    if (!json_is_array(list)) return "'allowed' is not a list";
    struct str *allowed = ARENA_MANY(arena, json_array_size(list) + 1, struct str);
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item)
    {
        if (!json_is_string(item)) return "a name in 'allowed' is not a text";
        allowed[index] = json_str(item);
    }
    input->allowed = allowed;
    input->allowed_count = json_array_size(list);
    return NULL;
}

static const char *read_record(const json_t *record, struct arena *arena,
                               struct redact_input *input)
{
    const json_t *text = json_object_get(record, "text");
    if (!json_is_string(text)) return "'text' is missing or not a text";
    input->text = json_str(text);
    if (memchr(input->text.at, '\0', input->text.len) != NULL)
        return "the text has a NUL character";
    const json_t *direction = json_object_get(record, "direction");
    const json_t *channel = json_object_get(record, "channel");
    if (!json_is_string(direction) || !redact_direction_get(json_str(direction), &input->direction))
        return "'direction' is not adoptive-to-birth or birth-to-adoptive";
    if (!json_is_string(channel) || !redact_channel_get(json_str(channel), &input->channel))
        return "'channel' is not web, email or scan-ocr";
    const char *why = read_terms(json_object_get(record, "protected"), arena, input);
    if (why == NULL) why = read_allowed(json_object_get(record, "allowed"), arena, input);
    return why;
}

static void run_record(struct reading *reading, struct str line)
{
    if (!utf8_valid(line)) {
        print_error(reading, NULL, "the record is not UTF-8");
        return;
    }
    json_error_t where;
    json_t *record = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &where);
    if (record == NULL || !json_is_object(record)) {
        char why[300];
        snprintf(why, sizeof why, "the record is not a JSON object%s%.200s",
                 record == NULL ? ": " : "", record == NULL ? where.text : "");
        print_error(reading, NULL, why);
        json_decref(record);
        return;
    }
    const json_t *id = json_object_get(record, "id");
    arena_reset(reading->arena);
    struct redact_input input = {0};
    const char *why = id == NULL ? "'id' is missing" : read_record(record, reading->arena, &input);
    if (why != NULL)
        print_error(reading, id, why);
    else
        answer(reading, id, &input);
    json_decref(record);
}

/* Reads a line without its end into line (emptied first); false at the end of the input. A line
 * over the limit is read on and thrown away, and buf_done tells. */
static bool read_line(struct buf *line)
{
    buf_clear(line);
    bool any = false;
    int c;
    while ((c = getc_unlocked(stdin)) != EOF) {
        any = true;
        if (c == '\n') break;
        buf_add_byte(line, (char)c);
    }
    return any;
}

static int run_records(struct reading *reading)
{
    BUF(line, RECORD_BYTES);
    while (read_line(&line)) {
        struct str record = buf_str(&line);
        if (buf_done(&line) != OK)
            print_error(reading, NULL, "the record is longer than 1048576 bytes");
        else if (str_trim(record).len > 0)
            run_record(reading, record);
    }
    return reading->failed ? EXIT_BAD : EXIT_DONE;
}

static int run_text(struct reading *reading)
{
    BUF(text, RECORD_BYTES);
    int c;
    while ((c = getc_unlocked(stdin)) != EOF) buf_add_byte(&text, (char)c);
    const struct options *options = reading->options;
    struct redact_input input = {
        .text = buf_str(&text),
        .direction = options->direction,
        .channel = options->channel,
        .allowed = options->allowed,
        .allowed_count = options->allowed_count,
        .terms = options->terms,
        .term_count = options->term_count,
    };
    const char *why = NULL;
    if (buf_done(&text) != OK) why = "the text is longer than 1048576 bytes";
    if (why == NULL && !utf8_valid(input.text)) why = "the text is not UTF-8";
    if (why == NULL && memchr(text.at, '\0', text.len) != NULL)
        why = "the text has a NUL character";
    if (why != NULL) {
        fprintf(stderr, "letterbox-redact: %s\n", why);
        return EXIT_BAD;
    }
    answer(reading, NULL, &input);
    return reading->failed ? EXIT_BAD : EXIT_DONE;
}

static const char help[] =
    "letterbox-redact proposes what to take out of letters. It reads standard input.\n"
    "\n"
    "  letterbox-redact [--apply]\n"
    "      one JSON object a line: "
    "{\"id\",\"direction\",\"channel\",\"text\",\"allowed\",\"protected\"}\n"
    "  letterbox-redact --text [--apply] [--direction D] [--channel C] [--allow NAME]...\n"
    "                   [--protect CATEGORY=TERM]...\n"
    "      plain text\n"
    "\n"
    "  --apply             print the text with what is proposed taken out\n"
    "  --direction D       birth-to-adoptive (default) or adoptive-to-birth\n"
    "  --channel C         web (default), email or scan-ocr\n"
    "  --allow NAME        a first name that may stay\n"
    "  --protect C=TERM    what the recipient must not learn; C is one of\n"
    "                      name address postcode place school workplace medical phone email url\n"
    "                      handle dob id vehicle bank\n"
    "\n"
    "Exit status: 0 done, 1 a record was bad (its line says why), 2 wrong usage.\n";

static int usage(const char *why, const char *what)
{
    fprintf(stderr, "letterbox-redact: %s%s%s; see --help\n", why, what == NULL ? "" : ": ",
            what == NULL ? "" : what);
    return EXIT_USAGE;
}

enum { OPTION_DIRECTION = 1000, OPTION_CHANNEL, OPTION_ALLOW, OPTION_PROTECT };

static int read_options(int count, char **words, struct arena *arena, struct options *options,
                        bool *ret_end)
{
    static const struct option known[] = {
        {"apply", no_argument, NULL, 'a'},
        {"text", no_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {"direction", required_argument, NULL, OPTION_DIRECTION},
        {"channel", required_argument, NULL, OPTION_CHANNEL},
        {"allow", required_argument, NULL, OPTION_ALLOW},
        {"protect", required_argument, NULL, OPTION_PROTECT},
        {0},
    };
    options->allowed = ARENA_MANY(arena, (size_t)count, struct str);
    options->terms = ARENA_MANY(arena, (size_t)count, struct redact_term);
    int option;
    *ret_end = true;
    while ((option = getopt_long(count, words, "", known, NULL)) != -1) {
        struct str value = str_from(optarg), category;
        switch (option) {
        case 'a': options->apply = true; break;
        case 't': options->text = true; break;
        case 'h': fputs(help, stdout); return EXIT_DONE;
        case OPTION_DIRECTION:
            if (!redact_direction_get(value, &options->direction))
                return usage("unknown direction", optarg);
            break;
        case OPTION_CHANNEL:
            if (!redact_channel_get(value, &options->channel))
                return usage("unknown channel", optarg);
            break;
        case OPTION_ALLOW: options->allowed[options->allowed_count++] = value; break;
        case OPTION_PROTECT:
            if (!str_split(&value, '=', &category) || value.len == 0 ||
                !mark_category_get(category, &options->terms[options->term_count].category))
                return usage("not CATEGORY=TERM", optarg);
            options->terms[options->term_count++].term = value;
            break;
        default: return usage("unknown option", NULL);
        }
    }
    if (optind < count) return usage("too many words", words[optind]);
    *ret_end = false;
    return EXIT_DONE;
}

int main(int count, char **words)
{
    ARENA(arena, 16u * 1024 * 1024);
    struct options options = {.direction = REDACT_BIRTH_TO_ADOPTIVE, .channel = REDACT_WEB};
    bool end;
    int status = read_options(count, words, arena, &options, &end);
    if (end) return status;
    ARENA(record_arena, REDACT_ARENA_BYTES);
    struct reading reading = {
        .redactor = redactor_new(arena), .arena = record_arena, .options = &options};
    status = options.text ? run_text(&reading) : run_records(&reading);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "letterbox-redact: could not write: %s\n", strerror(errno));
        return EXIT_BAD;
    }
    return status;
}
