/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/keys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/code.h"
#include "crypt/kdf.h"
#include "sys/fault.h"

enum holds { PAIR, ONE };

static const struct {
    const char *name;
    enum holds holds;
} kinds[KEY_KINDS] = {
#define KEY(name, text, holds) [KEY_##name] = {text, holds},
#include "crypt/keys.def"
#undef KEY
};

#define FIRST_LINE "letterbox keys 1"
enum { CHECK_BYTES = 4, FILES_MAX = 256 };

struct keys {
    size_t count, room;
    struct key_entry *entries; /* by kind, agency, and youngest first */
    struct seal_pair *pairs;   /* beside them; only those of kinds that hold pairs are filled */
};

/* ---- locked memory --------------------------------------------------------------------------- */

/* The one place that takes memory outside the arena: it is locked, and guarded by free pages. */
static void *lock_take(size_t count, size_t size)
{
    void *memory = sodium_allocarray(count ? count : 1, size);
    if (!memory) return NULL;
    /* sodium_allocarray asks for the lock but does not say whether it got it. */
    if (FAULT_FAILS(keys_lock) || sodium_mlock(memory, (count ? count : 1) * size) != 0) {
        sodium_free(memory);
        return NULL;
    }
    sodium_memzero(memory, (count ? count : 1) * size);
    return memory;
}

struct page {
    char bytes[KEYS_FILE_MAX_BYTES + 1];
};

static void page_end(struct page **page)
{
    sodium_free(*page);
}

static enum err keys_new(size_t room, struct keys **ret_keys)
{
    struct keys *keys = lock_take(1, sizeof *keys);
    if (!keys) return ERR_MEMORY;
    keys->room = room;
    keys->entries = lock_take(room, sizeof *keys->entries);
    keys->pairs = lock_take(room, sizeof *keys->pairs);
    *ret_keys = keys;
    return keys->entries && keys->pairs ? OK : ERR_MEMORY;
}

void keys_free(struct keys **keys)
{
    if (!*keys) return;
    sodium_free((*keys)->entries);
    sodium_free((*keys)->pairs);
    sodium_free(*keys);
    *keys = NULL;
}

/* ---- files ----------------------------------------------------------------------------------- */

static void end_descriptor(int *descriptor)
{
    if (*descriptor >= 0) close(*descriptor);
}

static bool is_owner_ours(const struct stat *status)
{
    return status->st_uid == geteuid() || status->st_uid == 0;
}

static bool is_private(const struct stat *status)
{
    if (!S_ISREG(status->st_mode) || !is_owner_ours(status)) return false;
    if ((status->st_mode & 077) == 0) return true;
    return status->st_uid == 0 && status->st_gid == 0 && (status->st_mode & 0337) == 0;
}

/* Reads the whole file into the page; length and a NUL after it. */
static enum err read_file(int folder, const char *name, struct page *page, size_t *ret_length,
                          struct buf *problem)
{
    __attribute__((cleanup(end_descriptor))) int file =
        openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        buf_print(problem, "%s could not be opened: %s. A key file is no symbolic link.", name,
                  strerror(errno));
        return ERR_CONFIG;
    }
    struct stat status;
    if (FAULT_FAILS(keys_stat) || fstat(file, &status) != 0) return ERR_IO;
    if (!is_private(&status)) {
        buf_print(problem, "%s is not private. Give it to the user of this process with mode 0600.",
                  name);
        return ERR_CONFIG;
    }
    size_t length = 0;
    while (length < sizeof page->bytes) {
        ssize_t got = read(file, page->bytes + length, sizeof page->bytes - length);
        if (got < 0 && errno == EINTR) continue;
        if (FAULT_FAILS(keys_read) || got < 0) return ERR_IO;
        if (got == 0) break;
        length += (size_t)got;
    }
    if (length > KEYS_FILE_MAX_BYTES) {
        buf_print(problem, "%s is longer than %d bytes. Part it into several files.", name,
                  KEYS_FILE_MAX_BYTES);
        return ERR_CONFIG;
    }
    *ret_length = length;
    return OK;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* "kind agency", as it stands in the file and is part of the check. */
static void add_place(struct buf *place, enum key_kind kind, int64_t agency_id)
{
    buf_print(place, "%s ", kinds[kind].name);
    if (agency_id == 0)
        buf_add_byte(place, '-');
    else
        code_id_put(place, agency_id);
}

static enum err check_of(const struct key_entry *entry, unsigned char ret_check[CHECK_BYTES])
{
    BUF(place, 100);
    SECRET(derived);
    add_place(&place, entry->kind, entry->agency_id);
    TRY(buf_done(&place));
    TRY(kdf_derive(&entry->secret, KDF_KEY_CHECK, buf_str(&place), &derived));
    memcpy(ret_check, derived.bytes, CHECK_BYTES);
    return OK;
}

static bool read_kind(struct str text, enum key_kind *ret_kind)
{
    for (int kind = 0; kind < KEY_KINDS; kind++) {
        if (!str_equal(text, str_from(kinds[kind].name))) continue;
        *ret_kind = (enum key_kind)kind;
        return true;
    }
    return false;
}

/* What is wrong with the line, or NULL. */
static const char *read_line(struct str line, struct key_entry *ret_entry)
{
    struct str fields[5], rest = line, extra;
    for (size_t i = 0; i < 5; i++)
        if (!str_split(&rest, ' ', &fields[i])) return "has too few fields";
    if (str_split(&rest, ' ', &extra)) return "has too many fields";
    unsigned char written[CHECK_BYTES], computed[CHECK_BYTES];
    if (!read_kind(fields[0], &ret_entry->kind)) return "names no kind of key";
    ret_entry->agency_id = 0;
    if (!str_equal(fields[1], STR("-")) && !code_id_get(fields[1], &ret_entry->agency_id))
        return "names no agency";
    if ((ret_entry->agency_id == 0) != (ret_entry->kind == KEY_HOST))
        return "has an agency where none belongs, or none where one does";
    if (!utc_get(fields[2], &ret_entry->made)) return "has no instant such as 2026-11-22T05:00:00Z";
    if (!code_hex_get(fields[3], ret_entry->secret.bytes, SECRET_BYTES))
        return "has no secret of 64 hexadecimal digits";
    if (!code_hex_get(fields[4], written, sizeof written)) return "has no check of 8 digits";
    if (check_of(ret_entry, computed) != OK) return "could not be checked";
    if (!bytes_equal(written, computed, sizeof written))
        return "has a wrong check: a digit was changed, or the line belongs elsewhere";
    return NULL;
}

/* Reads the lines of one file; counts them only when keys is NULL. */
static enum err read_lines(const char *name, struct str text, struct keys *keys, size_t *count,
                           struct buf *problem)
{
    struct str line;
    for (int number = 1; str_split(&text, '\n', &line); number++) {
        const char *wrong = NULL;
        if (number == 1) {
            wrong = str_equal(line, STR(FIRST_LINE)) ? NULL : "is not \"" FIRST_LINE "\"";
        } else if (line.len && line.at[0] != '#') {
            if (*count == KEYS_MAX)
                wrong = "is one key too many";
            else if (keys && *count >= keys->room)
                wrong = "came while the files were read";
            else if (keys)
                wrong = read_line(line, &keys->entries[*count]);
            ++*count;
        }
        if (!wrong) continue;
        buf_print(problem, "%s, line %d %s. Restore the file from its safe copy.", name, number,
                  wrong);
        return ERR_CONFIG;
    }
    return OK;
}

/* ---- the folder ------------------------------------------------------------------------------ */

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_key_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && str_ends(str_from(entry->d_name), STR(".keys"));
}

struct names {
    struct dirent **at;
    int count;
};

static void names_end(struct names *names)
{
    for (int i = 0; i < names->count; i++) free(names->at[i]);
    free(names->at);
}

static enum err read_folder(int folder, const struct names *names, struct keys *keys,
                            size_t *ret_count, struct buf *problem)
{
    __attribute__((cleanup(page_end))) struct page *page = lock_take(1, sizeof *page);
    if (!page) return ERR_MEMORY;
    size_t count = 0;
    for (int i = 0; i < names->count; i++) {
        size_t length = 0;
        const char *name = names->at[i]->d_name;
        TRY(read_file(folder, name, page, &length, problem));
        TRY(read_lines(name, (struct str){page->bytes, length}, keys, &count, problem));
    }
    *ret_count = count;
    return OK;
}

static bool is_before(const struct key_entry *a, const struct key_entry *b)
{
    if (a->kind != b->kind) return a->kind < b->kind;
    if (a->agency_id != b->agency_id) return a->agency_id < b->agency_id;
    return a->made.us > b->made.us;
}

/* In place: qsort would leave copies of secrets in memory that it took. */
static void sort(struct key_entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct key_entry entry = entries[i];
        size_t at = i;
        for (; at > 0 && is_before(&entry, &entries[at - 1]); at--) entries[at] = entries[at - 1];
        entries[at] = entry;
        secret_wipe(&entry.secret);
    }
}

static enum err settle(struct keys *keys, struct buf *problem)
{
    sort(keys->entries, keys->count);
    for (size_t i = 0; i < keys->count; i++) {
        const struct key_entry *entry = &keys->entries[i], *before = entry - 1;
        bool again = i > 0 && before->kind == entry->kind && before->agency_id == entry->agency_id;
        if (again && (kinds[entry->kind].holds == ONE || before->made.us == entry->made.us)) {
            BUF(place, 100);
            add_place(&place, entry->kind, entry->agency_id);
            buf_print(problem, "There are two keys \"%.*s\". Leave the one that is in use.",
                      STR_ARG(buf_str(&place)));
            return ERR_CONFIG;
        }
        if (kinds[entry->kind].holds == PAIR) TRY(seal_pair_from(&entry->secret, &keys->pairs[i]));
    }
    return OK;
}

static enum err fill(int folder, const struct names *names, struct buf *problem, struct keys **keys)
{
    size_t count = 0;
    TRY(read_folder(folder, names, NULL, &count, problem));
    TRY(keys_new(count, keys));
    TRY(read_folder(folder, names, *keys, &(*keys)->count, problem));
    return settle(*keys, problem);
}

enum err keys_open(const char *folder, struct buf *problem, struct keys **ret_keys)
{
    __attribute__((cleanup(end_descriptor))) int opened =
        open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    struct stat status;
    if (opened < 0 || fstat(opened, &status) != 0) {
        buf_print(problem, "The key folder %s could not be opened: %s. Make it with letterboxctl.",
                  folder, strerror(errno));
        return ERR_CONFIG;
    }
    if (!is_owner_ours(&status) || (status.st_mode & 022) != 0) {
        buf_print(problem, "The key folder %s can be written by others. Give it mode 0700.",
                  folder);
        return ERR_CONFIG;
    }
    __attribute__((cleanup(names_end))) struct names names = {NULL, 0};
    names.count = scandirat(opened, ".", &names.at, is_key_file, by_name);
    if (names.count < 0) {
        names.count = 0;
        return ERR_IO;
    }
    if (names.count > FILES_MAX) {
        buf_print(problem, "The key folder %s holds more than %d key files.", folder, FILES_MAX);
        return ERR_CONFIG;
    }
    struct keys *keys = NULL;
    enum err error = fill(opened, &names, problem, &keys);
    if (error == OK)
        *ret_keys = keys;
    else
        keys_free(&keys);
    return error;
}

/* The first entry of a kind and agency, and how many there are. */
static size_t find(const struct keys *keys, enum key_kind kind, int64_t agency_id, size_t *ret_at)
{
    size_t count = 0;
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->entries[i].kind != kind || keys->entries[i].agency_id != agency_id) continue;
        if (count++ == 0) *ret_at = i;
    }
    return count;
}

enum err keys_find(const struct keys *keys, enum key_kind kind, int64_t agency_id,
                   const struct secret **ret_secret)
{
    ASSERT((unsigned)kind < KEY_KINDS && kinds[kind].holds == ONE);
    size_t at = 0;
    if (find(keys, kind, agency_id, &at) == 0) return ERR_NO_KEY;
    *ret_secret = &keys->entries[at].secret;
    return OK;
}

enum err keys_pairs(const struct keys *keys, enum key_kind kind, int64_t agency_id,
                    const struct seal_pair **ret_pairs, size_t *ret_count)
{
    ASSERT((unsigned)kind < KEY_KINDS && kinds[kind].holds == PAIR);
    size_t at = 0, count = find(keys, kind, agency_id, &at);
    if (count == 0) return ERR_NO_KEY;
    *ret_pairs = &keys->pairs[at];
    *ret_count = count;
    return OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum err add_line(struct buf *text, const struct key_entry *entry)
{
    unsigned char check[CHECK_BYTES];
    ASSERT((unsigned)entry->kind < KEY_KINDS);
    ASSERT((entry->agency_id == 0) == (entry->kind == KEY_HOST));
    TRY(check_of(entry, check));
    add_place(text, entry->kind, entry->agency_id);
    buf_add_byte(text, ' ');
    utc_put(text, entry->made);
    buf_add_byte(text, ' ');
    code_hex_put(text, entry->secret.bytes, SECRET_BYTES);
    buf_add_byte(text, ' ');
    code_hex_put(text, check, sizeof check);
    buf_add_byte(text, '\n');
    return OK;
}

static enum err write_whole(int file, struct str text, uid_t user, gid_t group)
{
    if (fchmod(file, 0600) != 0 || fchown(file, user, group) != 0) return ERR_IO;
    while (text.len) {
        ssize_t written = write(file, text.at, text.len);
        if (written < 0 && errno == EINTR) continue;
        if (FAULT_FAILS(keys_write) || written < 0) return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
        text = str_from_byte(text, (size_t)written);
    }
    return fsync(file) == 0 ? OK : ERR_IO;
}

static enum err put_in_place(int folder, const char *temporary, const char *name)
{
    if (renameat2(folder, temporary, folder, name, RENAME_NOREPLACE) != 0)
        return errno == EEXIST ? ERR_CONFLICT : ERR_IO;
    return fsync(folder) == 0 ? OK : ERR_IO;
}

enum err keys_text(const struct key_entry *entries, size_t count, struct buf *ret_text)
{
    ASSERT(count <= KEYS_MAX && ret_text->secret);
    buf_add_c(ret_text, FIRST_LINE "\n");
    for (size_t i = 0; i < count; i++) TRY(add_line(ret_text, &entries[i]));
    return buf_done(ret_text);
}

enum err keys_write(const char *folder, const char *name, const struct key_entry *entries,
                    size_t count, uid_t user, gid_t group)
{
    ASSERT(name[0] != '.' && strchr(name, '/') == NULL);
    BUF_SECRET(text, KEYS_FILE_MAX_BYTES);
    BUF(final, 300);
    BUF(temporary, 300);
    TRY(keys_text(entries, count, &text));
    buf_print(&final, "%s.keys", name);
    buf_print(&temporary, ".%s.%ld", name, (long)getpid());
    if (buf_done(&final) != OK || buf_done(&temporary) != OK) return ERR_BAD_INPUT;

    __attribute__((cleanup(end_descriptor))) int opened =
        open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (opened < 0) return ERR_IO;
    __attribute__((cleanup(end_descriptor))) int file =
        openat(opened, temporary.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return ERR_IO;
    enum err error = write_whole(file, buf_str(&text), user, group);
    if (error == OK) error = put_in_place(opened, temporary.at, final.at);
    if (error != OK) unlinkat(opened, temporary.at, 0);
    return error;
}
