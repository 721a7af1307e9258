/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/log.h"

#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/code.h"
#include "core/utc.h"
#include "sys/clock.h"

enum { LINE_MAX_BYTES = 2048, WORD_MAX_BYTES = 64 };

static const char *process_name = "letterbox";
static enum log_level least_level = LOG_INFO;

void log_open(const char *process, enum log_level least)
{
    process_name = process;
    least_level = least;
}

const char *log_err(enum err code)
{
    return code == OK ? "ok" : err_info(code)->name;
}

static bool is_word(const char *word)
{
    size_t len = word ? strlen(word) : 0;
    return len > 0 && len <= WORD_MAX_BYTES &&
           strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/") ==
               len;
}

static void put_value(struct buf *line, const struct log_value *value)
{
    buf_print(line, " %s=", value->key);
    switch (value->kind) {
    case LOG_KIND_INT: buf_add_int(line, value->number); break;
    case LOG_KIND_ID: code_id_put(line, value->number); break;
    case LOG_KIND_WORD: buf_add_c(line, is_word(value->word) ? value->word : "?"); break;
    }
}

void log_line(enum log_level level, const char *event, const struct log_value *values, size_t count)
{
    static const char *const levels[] = {"debug", "info", "warn", "fail"};
    if (level < least_level) return;
    BUF(line, LINE_MAX_BYTES);
    buf_add_c(&line, "time=");
    utc_put(&line, clock_now());
    buf_print(&line, " level=%s process=%s event=%s", levels[level], process_name, event);
    for (size_t i = 0; i < count; i++) put_value(&line, &values[i]);
    buf_add_byte(&line, '\n');
    /* One write, so that lines of several threads stay whole. A log that is gone stops nobody. */
    if (write(STDERR_FILENO, line.at, line.len) < 0) return;
}
