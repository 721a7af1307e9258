/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_KEYS_H
#define LETTERBOX_CRYPT_KEYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "core/utc.h"
#include "crypt/seal.h"
#include "crypt/secret.h"

/*
 * The keys of one process: every file of its key folder whose name ends in ".keys", read once,
 * before the process confines itself, into locked memory that is left out of core dumps.
 *
 * A file is text, at most 64 KiB:
 *
 *     letterbox keys 1
 *     # a comment
 *     press 0g3mz8k1v5wq 2026-11-22T05:00:00Z 9f0c…(64 hex) 1b2e44d0
 *
 * A line is kind (crypt/keys.def), agency (12 letters as in URLs; "-" for the host secret), the
 * instant when it was made, the secret, and a check: the first 4 bytes of
 * HKDF(secret, "letterbox/1/keys/check", "kind agency"), so that a slip of the hand or a line
 * copied to another agency is found. Of several pairs of a kind and agency the youngest is the one
 * in use; the others only open what is older. Of the other kinds there is one for each agency.
 *
 * The folder and its files belong to the process's user or to root; the folder is writable, and a
 * file readable, by nobody else. No symbolic links. A file of root's may be readable by root's
 * group, as systemd makes its credentials.
 *
 * Errors: ERR_CONFIG with the file, line and cure in the problem; ERR_IO; ERR_NO_KEY from a find;
 * ERR_MEMORY when memory cannot be locked (raise LimitMEMLOCK).
 */

enum key_kind {
#define KEY(name, text, holds) KEY_##name,
#include "crypt/keys.def"
#undef KEY
    KEY_KINDS
};

enum { KEYS_FILE_MAX_BYTES = 64 * 1024, KEYS_MAX = 4096 };

struct keys;

/* Reads the folder. The problem is a sentence for the operator, without any part of a secret. */
MUST_CHECK enum err keys_open(const char *folder, struct buf *problem, struct keys **ret_keys);
/* Wipes and frees. NULL is fine. */
void keys_free(struct keys **keys);

/* A key that is no pair. What is answered lives as long as the keys. Agency 0 for the host secret.
 */
MUST_CHECK enum err keys_find(const struct keys *keys, enum key_kind kind, int64_t agency_id,
                              const struct secret **ret_secret);
/* All pairs of a kind, the youngest first; at least one. */
MUST_CHECK enum err keys_pairs(const struct keys *keys, enum key_kind kind, int64_t agency_id,
                               const struct seal_pair **ret_pairs, size_t *ret_count);

/* ---- writing (letterboxctl) ------------------------------------------------------------------ */

struct key_entry {
    enum key_kind kind;
    int64_t agency_id; /* 0 for the host secret */
    struct utc made;
    struct secret secret;
};

/* The text of a key file: for recovery copies, which are encrypted before they are kept. */
MUST_CHECK enum err keys_text(const struct key_entry *entries, size_t count, struct buf *ret_text);

/*
 * Makes FOLDER/NAME.keys, mode 0600, for this user and group ((uid_t)-1: the caller's). The file is
 * whole or not there, also after a crash; ERR_CONFLICT if there is one of that name already.
 */
MUST_CHECK enum err keys_write(const char *folder, const char *name,
                               const struct key_entry *entries, size_t count, uid_t user,
                               gid_t group);

#endif
