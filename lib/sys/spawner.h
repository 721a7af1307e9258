/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_SPAWNER_H
#define LETTERBOX_SYS_SPAWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * The only place that starts the cleaner.
 *
 * A process under Landlock cannot start bubblewrap. So whoever needs the cleaner (the press,
 * letterboxctl) opens a spawner first, before it reads a key, opens the database or confines
 * itself: a child process that holds nothing but the cleaner's program and one end of a socket
 * pair. For each document the spawner forks a minder, which starts
 *
 *   bubblewrap   own user, mount, process, network, ipc and uts namespaces; no capabilities, empty
 *                environment, system libraries read-only, a bounded /tmp, nothing else
 *   seccomp      profile "sandbox" (no sockets) or "sandbox-office" (unix sockets within itself)
 *   rlimits      memory, processor time, file size, open files; that of processes is set by the
 *                cleaner before it reads a byte, since it counts those of its own user namespace
 *   the cleaner  document on standard input, answer on standard output, nothing on standard error
 *
 * waits for it, ends it when its time is over or nobody reads the answer any more, and reports.
 * The spawner dies with its maker, the minder with the spawner, bubblewrap and all below with the
 * minder. As root the sandbox runs as the user nobody.
 *
 * Requests and reports are records of this one program, between processes of this one program:
 *   request   SOCK_SEQPACKET, struct of spawner.c, with three descriptors: document, answer (write
 *             end), report (write end)
 *   report    one struct sandbox_end, then end of file
 *
 * If the sandbox cannot be made, the answer is ERR_SANDBOX. There is no other way to run the
 * cleaner.
 */

enum sandbox_kind {
    SANDBOX_EMPTY,   /* answers that it is there: the probe */
    SANDBOX_IMAGE,   /* JPEG, PNG, TIFF, WebP, GIF */
    SANDBOX_CONVERT, /* HEIC, BMP */
    SANDBOX_DOCUMENT,
    SANDBOX_MAIL,
    SANDBOX_TEXT, /* a file of plain text in whatever character set */
    SANDBOX_OFFICE,
    SANDBOX_BURN,  /* boxes into the pixels of a page */
    SANDBOX_WORDS, /* words and codes off the pixels of pages and photos */
    SANDBOX_KINDS
};

struct sandbox_limits {
    uint64_t memory_bytes; /* address space of each process */
    uint64_t tmp_bytes;    /* of /tmp */
    uint32_t wall_ms;      /* until it is ended */
    uint32_t cpu_seconds;
    uint32_t processes; /* threads counted */
    uint32_t open_files;
    uint32_t pages; /* of the document */
    uint32_t page_seconds;
    uint64_t page_pixels;
    uint64_t document_pixels;
};
/* The defaults of a kind. */
struct sandbox_limits sandbox_limits(enum sandbox_kind kind);

struct spawner_settings {
    const char *folder; /* of letterbox-cleaner and its modules; NULL: beside this program */
    const char *module; /* in place of every module: the tests' probe; NULL outside tests */
    unsigned at_once;   /* sandboxes; 0: 4 */
};

struct spawner;
/* Starts the spawner process. ERR_NOT_FOUND without the cleaner, ERR_SANDBOX otherwise. */
MUST_CHECK enum err spawner_open(const struct spawner_settings *settings,
                                 struct spawner **ret_spawner);
/* Ends it and every sandbox; NULL is fine. Clears the pointer. */
void spawner_close(struct spawner **spawner);

/* A sandbox at work. Any thread may start one; each belongs to the thread that started it. */
struct sandbox {
    int answer; /* read the answer here */
    int report;
};
/* The document is read from its start by the cleaner; the caller keeps its own descriptor. */
MUST_CHECK enum err sandbox_open(const struct spawner *spawner, enum sandbox_kind kind,
                                 const struct sandbox_limits *limits, int document,
                                 struct sandbox *ret_sandbox);
/* Ends it if it still runs. */
void sandbox_close(struct sandbox *sandbox);

struct sandbox_end {
    bool started;     /* bubblewrap could be run */
    bool out_of_time; /* ended by the minder */
    int32_t status;   /* exit status of the program, 128 + signal when it was killed */
    uint32_t wall_ms;
};
/* After the end of the answer. ERR_SANDBOX when the spawner has died. */
MUST_CHECK enum err sandbox_wait(struct sandbox *sandbox, struct sandbox_end *ret_end);

#endif
