/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_OWNER_H
#define LETTERBOX_LETTERBOXCTL_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/err.h"

/*
 * The users that the processes run as. As root each process has its own, made when they are
 * missing; as anybody else all run as that user.
 */
enum owner_name {
    OWNER_PORTAL,
    OWNER_DESK,
    OWNER_PRESS,
    OWNER_POST,
    OWNER_DIARY,
    OWNER_DB,
    OWNERS
};

struct owner {
    const char *user; /* letterbox-portal … */
    uid_t uid;
    gid_t gid;
};
struct owners {
    bool has_walls; /* each has a user of its own */
    gid_t group;    /* letterbox: who may note ports in the run folder */
    struct owner at[OWNERS];
};

/* "portal" … "diary", "db". */
const char *owner_word(enum owner_name name);

/*
 * Finds the users, making those that are missing (as root), each told in a line on standard
 * output. ERR_IO when one cannot be made. With one_user all is the caller's, also as
 * root; but PostgreSQL, which refuses to be root, is another's.
 */
MUST_CHECK enum err owners_find(bool one_user, struct owners *ret_owners);

/* Makes the folder (and those above it) if it is not there, and gives it that owner and mode. */
MUST_CHECK enum err owner_folder(const struct owner *owner, const char *path, mode_t mode);

/*
 * In a child process: becomes that user for good (with the group besides), or stays the caller
 * where there are no walls. False when it cannot.
 */
bool owner_become(const struct owners *owners, enum owner_name name);

/*
 * Runs a program to its end with nothing on standard input; its exit status, or -1. What it says
 * goes to the descriptor.
 */
int owner_run(const struct owners *owners, enum owner_name name, const char *const argv[],
              int words_fd);

/* Runs work in a child process as that user; what it adds to the buffer comes back. */
typedef enum err (*owner_work)(void *context, struct buf *answer);
MUST_CHECK enum err owner_do(const struct owners *owners, enum owner_name name, owner_work work,
                             void *context, struct buf *ret_answer);

#endif
