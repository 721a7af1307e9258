/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_FILE_H
#define LETTERBOX_SYS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * Whole files and descriptors. Every descriptor made here is close-on-exec.
 *
 * Errors: ERR_NOT_FOUND no such file; ERR_TOO_BIG more bytes than the buffer may hold;
 * ERR_DISK_FULL no room or quota; ERR_CONFIG a secret that others may read; ERR_IO anything else.
 */

/* Closes what is open and sets -1; for descriptors that end with their block: FD(name, expression).
 */
void file_close(int *fd);
#define FD(name, expression) __attribute__((cleanup(file_close))) int name = (expression)

/* Adds the file's bytes to the buffer, whose maximum is the limit. */
MUST_CHECK enum err file_read(const char *path, struct buf *ret_bytes);
/*
 * The same for a key: the file must be an ordinary one of ours or root's, with no rights for group
 * and others; a file of root's may be readable by root's group, as systemd makes its credentials.
 * The buffer should be a secret one.
 */
MUST_CHECK enum err file_read_secret(const char *path, struct buf *ret_bytes);
/* From the descriptor to its end. */
MUST_CHECK enum err file_read_fd(int fd, struct buf *ret_bytes);
MUST_CHECK enum err file_write_fd(int fd, struct str bytes);
/* Puts a file there whole or not at all: a new file beside it, synced, then renamed over. */
MUST_CHECK enum err file_write(const char *path, struct str bytes, mode_t mode);
bool file_exists(const char *path);

/* A file without a name in that folder: gone when closed. */
MUST_CHECK enum err file_spool(const char *folder, int *ret_fd);
/* Bytes as a descriptor that nobody can change any more, at its start. The name is for /proc. */
MUST_CHECK enum err file_memory(const char *name, struct str bytes, int *ret_fd);

/* errno as an error of ours. */
enum err file_error(int number);

#endif
