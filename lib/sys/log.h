/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_LOG_H
#define LETTERBOX_SYS_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * The log: one line an event on standard error, key=value, written at once. A process, handler or
 * job logs; lib never does.
 *
 *   time=2026-11-22T05:20:38Z level=info process=portal event=request id=7Q2M-X9KD status=200 ms=12
 *
 * There is no way to log text of people: a value is a number, a code of core/err.def, an id, or a
 * word of ours, which has only letters, digits and -_.:/ and at most 64 of them (another is
 * written as "?").
 */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_FAIL };

enum log_kind { LOG_KIND_INT, LOG_KIND_WORD, LOG_KIND_ID };
struct log_value {
    const char *key;
    enum log_kind kind;
    int64_t number;
    const char *word;
};
#define L_INT(key, value) ((struct log_value){"" key, LOG_KIND_INT, (int64_t)(value), NULL})
#define L_WORD(key, value) ((struct log_value){"" key, LOG_KIND_WORD, 0, (value)})
#define L_ID(key, value) ((struct log_value){"" key, LOG_KIND_ID, (value), NULL})
/* "ok" or the error's name. */
#define L_ERR(code) ((struct log_value){"err", LOG_KIND_WORD, 0, log_err(code)})

/* The process's name in every line; call once in main. */
void log_open(const char *process, enum log_level least);
const char *log_err(enum err code);
void log_line(enum log_level level, const char *event, const struct log_value *values,
              size_t count);
#define LOG(level, event, ...)                                         \
    log_line(level, "" event, (const struct log_value[]){__VA_ARGS__}, \
             sizeof((const struct log_value[]){__VA_ARGS__}) / sizeof(struct log_value))

#endif
