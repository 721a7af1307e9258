/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MODULE_H
#define LETTERBOX_CLEANER_MODULE_H

#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "core/str.h"
#include "sanitise/answer.h"

/*
 * A module takes one kind of document apart. module_NAME.c becomes cleaner-NAME.so, which main.c
 * loads when it is started for that kind; files called NAME_*.c belong to it alone, so that a
 * module brings only its own libraries. It exports one symbol, cleaner_module.
 */

struct job {
    struct str document; /* may not be written to */
    struct answer *answer;
    bool is_text; /* the mail module: no message but a text */
    uint32_t pages;
    uint32_t page_seconds;
    uint64_t page_pixels;
    uint64_t document_pixels;
};

struct module {
    /* Before the last walls go up and before the document is looked at; may be NULL. */
    void (*prepare)(void);
    /* Writes records but END, or the refusal. */
    void (*clean)(struct job *job);
    /* LibreOffice only: main.c leaves the last walls to the module. */
    int keeps_walls_open;
};

#define MODULE_SYMBOL "cleaner_module"
#define MODULE __attribute__((visibility("default")))

/* From now on a page may take so long; then SIGALRM ends the cleaner. */
static inline void job_page(const struct job *job)
{
    alarm(job->page_seconds);
}

/* Writes the refusal and ends. */
_Noreturn static inline void job_refuse(const struct job *job, enum refusal refusal)
{
    answer_refuse(job->answer, refusal);
    _exit(0);
}

#endif
