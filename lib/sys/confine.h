/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_CONFINE_H
#define LETTERBOX_SYS_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

/*
 * What a process may still do after it has read its configuration: a line for each process in
 * sys/confine.def, which names the groups of system calls that it may make.
 *
 *   no new privileges, no core dump, not dumpable (so no ptrace by its own user)
 *   rlimits        memory, open files, processes
 *   Landlock       only the paths given, only in the ways given
 *   seccomp        only the profile's calls; sockets only of the families given; no new namespaces.
 *                  Any other call fails with EPERM, and one that a C library tries before an older
 *                  one with ENOSYS.
 *
 * Call it from the first thread, before any other is made and before a byte from outside is read.
 * What is open stays open. It cannot be undone, and children inherit it.
 *
 * Errors: ERR_SANDBOX when seccomp or an rlimit cannot be set, or a path that is not optional is
 * missing; the process must end then. A kernel without Landlock is no error: the report says so.
 * Address spaces are not limited under AddressSanitizer, which needs terabytes of it.
 */

enum confine_profile {
#define PROFILE(NAME, name, groups) CONFINE_##NAME,
#define GROUP(NAME, calls)
#include "sys/confine.def"
#undef GROUP
#undef PROFILE
    CONFINE_PROFILES
};

enum confine_access {
    CONFINE_READ = 1,     /* read files, list folders */
    CONFINE_WRITE = 2,    /* write, make, rename and remove files and folders, bind unix sockets */
    CONFINE_EXECUTE = 4,  /* run programs */
    CONFINE_OPTIONAL = 8, /* nothing happens when it is not there */
};

struct confine_path {
    const char *path; /* a file, or a folder with all below it */
    unsigned access;
};

struct confine {
    enum confine_profile profile;
    bool unix_sockets; /* may make AF_UNIX sockets */
    bool inet_sockets; /* may make AF_INET and AF_INET6 stream and datagram sockets */
    /* In addition to what every process may read: libraries, locale, zone, /dev/null and such. */
    const struct confine_path *paths;
    size_t path_count;
    size_t memory_bytes; /* of address space; 0: no limit */
    size_t open_files;   /* 0: as it is */
    size_t processes;    /* of this user, threads counted; 0: as it is */
};

struct confine_report {
    int landlock_abi; /* 0: this kernel has no Landlock */
};

MUST_CHECK enum err confine_self(const struct confine *confine, struct confine_report *ret_report);

/* Only the seccomp filter of the profile: the cleaner, whose file system is empty already. */
MUST_CHECK enum err confine_calls(enum confine_profile profile, bool unix_sockets);
/* The filter as a program for the kernel (bubblewrap --seccomp), written to the descriptor. */
MUST_CHECK enum err confine_export(enum confine_profile profile, bool unix_sockets, int fd);
/* No new privileges, no core dump, not dumpable: the part that also fits the spawner. */
MUST_CHECK enum err confine_basics(void);

#endif
