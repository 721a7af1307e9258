/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl sanitise --out DIR [--clamd SOCKET] < document */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/limits.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/site.h"
#include "sanitise/cleaner.h"
#include "sanitise/virus.h"
#include "sys/confine.h"
#include "sys/file.h"

enum {
    EXIT_REFUSED = 3,
    EXIT_INFECTED = 4,
    ARENA_BYTES = 256 * 1024 * 1024,
    ARENA_CONF = 1024 * 1024,
    FILE_MODE = 0600,
};

static const char help[] =
    "usage: letterboxctl sanitise --out DIR [--no-words] [--clamd SOCKET] [--conf FILE | --run "
    "DIR]\n"
    "                             < document\n"
    "\n"
    "Takes one document apart as the press would, in the sandbox, and writes into the folder DIR:\n"
    "  page-001.jpg or .png …   the pages or the photo, without any metadata\n"
    "  text.txt                 the text in reading order\n"
    "  words.json               each word with its page and its box in pixels\n"
    "  report.json              type, pages, what was removed, warnings, whether it was scanned\n"
    "\n"
    "  --out DIR        a folder that is there\n"
    "  --no-words       leaves the words on photos unread; the press reads them later\n"
    "  --clamd SOCKET   the unix socket of a virus scanner, which sees the document first; else "
    "the\n"
    "                   configuration's, if there is one. Where it does not answer the report says "
    "so,\n"
    "                   unless the configuration has clamd = required: then nothing is opened.\n"
    "\n"
    "Exit status: 0 done; 1 failed (such as: the sandbox could not be made); 2 usage; 3 refused, "
    "with a\n"
    "sentence that says why, and nothing written; 4 infected: the same.\n";

static enum err put_file(const char *folder, const char *name, struct str bytes)
{
    BUF(path, 4096);
    buf_print(&path, "%s/%s", folder, name);
    TRY(buf_done(&path));
    return file_write(path.at, bytes, FILE_MODE);
}

static enum err put_json(const char *folder, const char *name, json_t *value)
{
    char *text = json_dumps(value, JSON_INDENT(1));
    if (!text) return ERR_MEMORY;
    enum err code = put_file(folder, name, str_from(text));
    free(text);
    return code;
}

static json_t *words_of(const struct letter *letter)
{
    json_t *list = json_array();
    int page = 0;
    for (size_t i = 0; i < letter->part_count; i++) {
        const struct part *part = &letter->parts[i];
        if (part->kind != PART_TEXT) page++;
        for (size_t w = 0; w < part->word_count; w++) {
            const struct word *word = &part->words[w];
            json_array_append_new(list,
                                  json_pack("{s:i,s:I,s:I,s:I,s:I,s:s%}", "page", page, "x",
                                            (json_int_t)word->x, "y", (json_int_t)word->y, "w",
                                            (json_int_t)word->width, "h", (json_int_t)word->height,
                                            "text", word->text.at, word->text.len));
        }
    }
    return list;
}

/* Each name once, in the order of the findings. */
static json_t *names_of(const struct finding *findings, size_t count, bool are_removed)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const char *name = are_removed ? removed_name((enum removed)findings[i].code)
                                       : warning_name((enum warning)findings[i].code);
        bool is_there = false;
        for (size_t j = 0; j < json_array_size(list); j++)
            is_there |= !strcmp(json_string_value(json_array_get(list, j)), name);
        if (!is_there) json_array_append_new(list, json_string(name));
    }
    return list;
}

static const char *scan_word(const struct virus_scans *scans)
{
    if (scans->scanner.rule == VIRUS_OFF) return "none";
    return scans->is_away || scans->was_too_big ? "not-available" : "clean";
}

static json_t *report_of(const struct letter *letter, const struct virus_scans *scans)
{
    json_int_t pages = 0;
    for (size_t i = 0; i < letter->part_count; i++) pages += letter->parts[i].kind != PART_TEXT;
    json_t *hidden = json_array();
    for (size_t i = 0; i < letter->hidden_count; i++)
        json_array_append_new(hidden,
                              json_stringn(letter->hidden[i].text.at, letter->hidden[i].text.len));
    return json_pack("{s:s,s:I,s:o,s:o,s:o,s:s}", "type", kind_type(letter->kind), "pages", pages,
                     "removed", names_of(letter->removed, letter->removed_count, true), "warnings",
                     names_of(letter->warnings, letter->warning_count, false), "hidden_text",
                     hidden, "virus_scan", scan_word(scans));
}

static enum err put_pages(const char *folder, const struct letter *letter)
{
    int page = 0;
    for (size_t i = 0; i < letter->part_count; i++) {
        const struct part *part = &letter->parts[i];
        if (part->kind == PART_TEXT) continue;
        char name[32];
        snprintf(name, sizeof name, "page-%03d.%s", ++page,
                 part->format == IMAGE_PNG ? "png" : "jpg");
        TRY(put_file(folder, name, part->image));
    }
    return OK;
}

static enum err put_text(const char *folder, const struct letter *letter)
{
    BUF(text, ARENA_BYTES);
    for (size_t i = 0; i < letter->part_count; i++) {
        const struct part *part = &letter->parts[i];
        if (part->text.len == 0) continue;
        if (text.len > 0) buf_add_byte(&text, '\n');
        buf_add(&text, part->text);
        if (text.at[text.len - 1] != '\n') buf_add_byte(&text, '\n');
    }
    TRY(buf_done(&text));
    return put_file(folder, "text.txt", buf_str(&text));
}

static enum err put_letter(const char *folder, const struct letter *letter,
                           const struct virus_scans *scans)
{
    TRY(put_pages(folder, letter));
    TRY(put_text(folder, letter));
    json_t *words = words_of(letter), *report = report_of(letter, scans);
    enum err code = put_json(folder, "words.json", words);
    if (code == OK) code = put_json(folder, "report.json", report);
    json_decref(words);
    json_decref(report);
    return code;
}

/* What the configuration, or the words, say of a document. */
struct ways {
    struct clean_settings cleaning;
    struct virus_scans scans;
};

/* A file of settings that was not named, and is not there, is no fault: then the defaults hold, and
 * there is no scanner. */
static int find_ways(const struct site_place *place, const char *socket, struct arena *arena,
                     struct ways *ret_ways)
{
    struct site site = {.conf = conf_default()};
    struct virus_scanner scanner;
    if (place->conf || place->run || site_is_there(place, arena)) {
        int status = site_open("sanitise", place, arena, &site);
        if (status) return status;
    }
    const char *problem = virus_configure(&site.conf, &scanner);
    if (problem) return site_fail(&(struct site){.command = "sanitise"}, "%s", problem);
    if (socket) {
        scanner.socket = socket;
        if (scanner.rule == VIRUS_OFF) scanner.rule = VIRUS_IF_AVAILABLE;
    }
    *ret_ways = (struct ways){.cleaning = cleaner_settings(&site.conf), .scans.scanner = scanner};
    return COMMAND_DONE;
}

static int sanitise(const struct spawner *spawner, struct ways *ways, const char *folder)
{
    BUF_SECRET(document, LIMIT_DOCUMENT_BYTES + 1);
    enum err code = confine_basics();
    if (code == OK) code = file_read_fd(STDIN_FILENO, &document);
    ARENA(arena, ARENA_BYTES);
    struct letter letter = {.refusal = REFUSAL_TOO_BIG};
    ways->cleaning.scans = &ways->scans;
    if (code == OK)
        code = cleaner_clean(spawner, &ways->cleaning, CLEAN_BY_BYTES, buf_str(&document), arena,
                             &letter);
    else if (code == ERR_TOO_BIG)
        code = OK;
    if (code == ERR_CLEANER_DIED || code == ERR_CLEANER_ANSWER) {
        letter.refusal = REFUSAL_MALFORMED;
        code = OK;
    }
    if (code == OK && letter.refusal != REFUSAL_NONE) {
        fprintf(stderr, "%s\n", refusal_words(letter.refusal));
        return letter.refusal == REFUSAL_INFECTED ? EXIT_INFECTED : EXIT_REFUSED;
    }
    if (code == OK) code = put_letter(folder, &letter, &ways->scans);
    return code == OK ? COMMAND_DONE : command_failed("sanitise", code);
}

/* With the spawner open, as it must be before anything else. */
static int run(const struct spawner *spawner, const struct site_place *place, const char *socket,
               const char *folder, bool reads_photos)
{
    ARENA(arena, ARENA_CONF);
    struct ways ways;
    int status = find_ways(place, socket, arena, &ways);
    if (status) return status;
    ways.cleaning.reads_photos = reads_photos;
    return sanitise(spawner, &ways, folder);
}

int command_sanitise(int count, char **words)
{
    const char *folder = NULL, *socket = NULL;
    bool reads_photos = true;
    struct site_place place = {0};
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], "--no-words"))
            reads_photos = false;
        else if (!site_option(count, words, &i, "--out", &folder) &&
                 !site_option(count, words, &i, "--clamd", &socket) &&
                 !site_place_option(count, words, &i, &place))
            return command_usage("sanitise", "\"%s\" is not understood", words[i]);
    }
    if (!folder) return command_usage("sanitise", "--out DIR is missing");
    if (access(folder, W_OK | X_OK)) {
        fprintf(stderr,
                "letterboxctl sanitise: the folder %s is not there or cannot be written to.\n",
                folder);
        return COMMAND_FAILED;
    }
    struct spawner *spawner;
    struct spawner_settings settings = {0};
    enum err code = spawner_open(&settings, &spawner);
    if (code != OK) return command_failed("sanitise", code);
    int status = run(spawner, &place, socket, folder, reads_photos);
    spawner_close(&spawner);
    return status;
}
