/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/conf.h"

#include <ini.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/num.h"
#include "core/utf8.h"

enum kind { INT, BOOL, TEXT, PATH };

struct setting {
    const char *section, *key;
    enum kind kind;
    size_t offset;
    int64_t number, min, max; /* INT: default and bounds; BOOL: default; TEXT: max is its length */
    const char *text;         /* TEXT, PATH: default */
    const char *unit, *words;
};

#define AT(section, key) offsetof(struct conf, section##_##key)
static const struct setting settings[] = {
#define CONF_SECTION(section, words)
#define CONF_INT(section, key, otherwise, min, max, unit, words) \
    {#section, #key, INT, AT(section, key), otherwise, min, max, NULL, unit, words},
#define CONF_BOOL(section, key, otherwise, words) \
    {#section, #key, BOOL, AT(section, key), otherwise, 0, 1, NULL, "yes or no", words},
#define CONF_TEXT(section, key, otherwise, max, words) \
    {#section, #key, TEXT, AT(section, key), 0, 0, max, otherwise, "text", words},
#define CONF_PATH(section, key, otherwise, words) \
    {#section, #key, PATH, AT(section, key), 0, 0, 4096, otherwise, "path", words},
#include "core/conf.def"
#undef CONF_SECTION
#undef CONF_INT
#undef CONF_BOOL
#undef CONF_TEXT
#undef CONF_PATH
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static const struct {
    const char *name, *words;
} sections[] = {
#define CONF_SECTION(section, words) {#section, words},
#define CONF_INT(section, key, otherwise, min, max, unit, words)
#define CONF_BOOL(section, key, otherwise, words)
#define CONF_TEXT(section, key, otherwise, max, words)
#define CONF_PATH(section, key, otherwise, words)
#include "core/conf.def"
#undef CONF_SECTION
#undef CONF_INT
#undef CONF_BOOL
#undef CONF_TEXT
#undef CONF_PATH
};
enum { SECTIONS = sizeof sections / sizeof sections[0] };

static int64_t *int_at(struct conf *conf, const struct setting *setting)
{
    return (int64_t *)(void *)((char *)conf + setting->offset);
}

static bool *bool_at(struct conf *conf, const struct setting *setting)
{
    return (bool *)((char *)conf + setting->offset);
}

static struct str *text_at(struct conf *conf, const struct setting *setting)
{
    return (struct str *)(void *)((char *)conf + setting->offset);
}

static const char **path_at(struct conf *conf, const struct setting *setting)
{
    return (const char **)(void *)((char *)conf + setting->offset);
}

struct conf conf_default(void)
{
    struct conf conf;
    memset(&conf, 0, sizeof conf);
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *setting = &settings[i];
        switch (setting->kind) {
        case INT: *int_at(&conf, setting) = setting->number; break;
        case BOOL: *bool_at(&conf, setting) = setting->number != 0; break;
        case TEXT: *text_at(&conf, setting) = str_from(setting->text); break;
        case PATH: *path_at(&conf, setting) = setting->text; break;
        }
    }
    return conf;
}

/* ---- reading ---- */

struct reading {
    struct conf *conf;
    struct str file, rest; /* what of the text inih has not had yet */
    struct arena *arena;
    struct buf *problem;
    size_t line;
    bool seen[SETTINGS];
    enum err code;
};

/* inih's callback wants 0 for "no". The first problem is the one that is told. */
__attribute__((format(printf, 2, 3))) static int wrong(struct reading *reading, const char *format,
                                                       ...)
{
    if (reading->code != OK) return 0;
    reading->code = ERR_CONFIG;
    char words[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    buf_print(reading->problem, "%.*s:%zu: %s", STR_ARG(reading->file), reading->line, words);
    return 0;
}

static int unknown(struct reading *reading, const char *section, const char *key)
{
    BUF(known, 4096);
    for (size_t i = 0; i < SECTIONS; i++) {
        if (strcmp(sections[i].name, section) != 0) continue;
        for (size_t j = 0; j < SETTINGS; j++)
            if (strcmp(settings[j].section, section) == 0)
                buf_print(&known, "%s%s", known.len ? ", " : "", settings[j].key);
        return wrong(reading, "there is no setting \"%.100s\" in [%s]: it has %.700s", key, section,
                     known.at);
    }
    if (!*section)
        return wrong(reading, "\"%.100s\" stands in no section: put it below one, such as [%s]",
                     key, sections[0].name);
    for (size_t i = 0; i < SECTIONS; i++)
        buf_print(&known, "%s%s", known.len ? ", " : "", sections[i].name);
    return wrong(reading, "there is no section [%.100s]: there are %.700s", section, known.at);
}

static int take_path(struct reading *reading, const struct setting *setting, struct str value)
{
    if (value.len && value.at[0] != '/')
        return wrong(reading, "%s must be a whole path: begin it with /", setting->key);
    *path_at(reading->conf, setting) = arena_c(reading->arena, value);
    return 1;
}

static int take_value(struct reading *reading, const struct setting *setting, struct str value)
{
    if (!utf8_valid(value))
        return wrong(reading, "%s is not UTF-8: save the file as UTF-8", setting->key);
    if (value.len > (size_t)setting->max && (setting->kind == TEXT || setting->kind == PATH))
        return wrong(reading, "%s is too long: at most %d bytes", setting->key, (int)setting->max);
    switch (setting->kind) {
    case INT:
        if (num_parse(value, setting->min, setting->max, int_at(reading->conf, setting))) return 1;
        return wrong(reading, "%s must be a whole number from %lld to %lld (%s)", setting->key,
                     (long long)setting->min, (long long)setting->max, setting->unit);
    case BOOL:
        *bool_at(reading->conf, setting) = str_equal(value, STR("yes"));
        if (str_equal(value, STR("yes")) || str_equal(value, STR("no"))) return 1;
        return wrong(reading, "%s must be yes or no", setting->key);
    case TEXT: *text_at(reading->conf, setting) = arena_str(reading->arena, value); return 1;
    case PATH: return take_path(reading, setting, value);
    }
    return 0;
}

static int take(void *context, const char *section, const char *key, const char *value)
{
    struct reading *reading = context;
    if (reading->code != OK) return 0;
    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcmp(settings[i].section, section) != 0 || strcmp(settings[i].key, key) != 0)
            continue;
        if (reading->seen[i]) return wrong(reading, "%s is set twice: remove one", key);
        reading->seen[i] = true;
        return take_value(reading, &settings[i], str_from(value));
    }
    return unknown(reading, section, key);
}

/*
 * Hands inih one line at a time. It would cut a long line in two and take an indented one for the
 * end of the line above, so these are refused here.
 */
static char *next_line(char *line, int room, void *context)
{
    struct reading *reading = context;
    struct str piece;
    if (reading->code != OK || !str_split(&reading->rest, '\n', &piece)) return NULL;
    reading->line++;
    if (piece.len > CONF_LINE_BYTES || piece.len + 2 > (size_t)room) {
        wrong(reading, "the line is too long: at most %d bytes", CONF_LINE_BYTES);
        return NULL;
    }
    if (str_find_byte(piece, 0) != STR_NONE) {
        wrong(reading, "the line holds a zero byte: save the file as plain text");
        return NULL;
    }
    if (piece.len && (piece.at[0] == ' ' || piece.at[0] == '\t') && str_trim(piece).len) {
        wrong(reading, "the line is indented: begin it at the margin, a value has one line");
        return NULL;
    }
    memcpy(line, piece.at ? piece.at : "", piece.len);
    memcpy(line + piece.len, "\n", 2);
    return line;
}

/* What Debian's inih does by default would cut values at " ;" and lines at 199 bytes. */
static void set_up_inih(void)
{
    ini_allow_inline_comments = false;
    ini_allow_multiline = false;
    ini_use_stack = false;
    ini_allow_realloc = false;
    ini_max_line = CONF_LINE_BYTES + 3;
    ini_initial_alloc = CONF_LINE_BYTES + 3;
    ini_stop_on_first_error = true;
}

void conf_set_up_inih(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_up_inih);
}

enum err conf_read(struct str text, struct str file, struct arena *arena, struct buf *problem,
                   struct conf *ret_conf)
{
    conf_set_up_inih();
    struct conf conf = conf_default();
    struct reading reading = {
        .conf = &conf, .file = file, .rest = text, .arena = arena, .problem = problem};
    if (text.len > CONF_FILE_BYTES) {
        wrong(&reading, "the file is too long: at most %d bytes", CONF_FILE_BYTES);
        return ERR_CONFIG;
    }
    int line = ini_parse_stream(next_line, &reading, take, &reading);
    if (line == -2) return ERR_MEMORY;
    if (line != 0) wrong(&reading, "this is no setting: write key = value, [section] or # comment");
    if (reading.code == OK) *ret_conf = conf;
    return reading.code;
}

/* ---- the example ---- */

static void put_setting(struct buf *text, const struct setting *setting)
{
    buf_print(text, "\n# %s\n", setting->words);
    switch (setting->kind) {
    case INT:
        buf_print(text, "# %lld to %lld %s\n#%s = %lld\n", (long long)setting->min,
                  (long long)setting->max, setting->unit, setting->key, (long long)setting->number);
        break;
    case BOOL:
        buf_print(text, "# yes or no\n#%s = %s\n", setting->key, setting->number ? "yes" : "no");
        break;
    case TEXT:
    case PATH:
        buf_print(text, "#%s =%s%s\n", setting->key, *setting->text ? " " : "", setting->text);
        break;
    }
}

void conf_example(struct buf *text)
{
    buf_add_c(text,
              "# Settings of Letterbox, each with its default. Remove the # before a key to change "
              "it. Secrets are\n"
              "# files named here (mode 0600), never values. Written from lib/core/conf.def.\n");
    for (size_t i = 0; i < SECTIONS; i++) {
        buf_print(text, "\n# %s\n[%s]\n", sections[i].words, sections[i].name);
        for (size_t j = 0; j < SETTINGS; j++)
            if (strcmp(settings[j].section, sections[i].name) == 0) put_setting(text, &settings[j]);
    }
}
