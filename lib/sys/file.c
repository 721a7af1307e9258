/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/code.h"
#include "sys/rand.h"

enum { READ_BYTES = 64 * 1024, NAME_BYTES = 8 };

enum err file_error(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR: return ERR_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return ERR_DISK_FULL;
    case ENOMEM: return ERR_MEMORY;
    default: return ERR_IO;
    }
}

void file_close(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

enum err file_read_fd(int fd, struct buf *ret_bytes)
{
    for (;;) {
        size_t before = ret_bytes->len, left = ret_bytes->max - before;
        if (left == 0) {
            /* Full: one more byte tells "just fits" from "too big". */
            char more;
            ssize_t got = read(fd, &more, 1);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return file_error(errno);
            return got == 0 ? OK : ERR_TOO_BIG;
        }
        size_t wanted = left < READ_BYTES ? left : READ_BYTES;
        char *at = buf_extend(ret_bytes, wanted);
        TRY(buf_done(ret_bytes));
        ssize_t got = read(fd, at, wanted);
        int error = errno;
        ret_bytes->len = before + (got > 0 ? (size_t)got : 0);
        ret_bytes->at[ret_bytes->len] = 0;
        if (got == 0) return OK;
        if (got < 0 && error != EINTR) return file_error(error);
    }
}

enum err file_read(const char *path, struct buf *ret_bytes)
{
    FD(fd, open(path, O_RDONLY | O_CLOEXEC));
    if (fd < 0) return file_error(errno);
    return file_read_fd(fd, ret_bytes);
}

enum err file_read_secret(const char *path, struct buf *ret_bytes)
{
    FD(fd, open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (fd < 0) return errno == ELOOP ? ERR_CONFIG : file_error(errno);
    struct stat facts;
    if (fstat(fd, &facts)) return file_error(errno);
    bool ours = facts.st_uid == geteuid() || facts.st_uid == 0;
    bool closed = (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    /* systemd's credentials: root's, with an access list whose mask shows as the group's right. */
    bool credential = facts.st_uid == 0 && facts.st_gid == 0 && (facts.st_mode & 0337) == 0;
    if (!S_ISREG(facts.st_mode) || !ours || !(closed || credential)) return ERR_CONFIG;
    return file_read_fd(fd, ret_bytes);
}

enum err file_write_fd(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t done = write(fd, bytes.at, bytes.len);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return file_error(errno);
        bytes = str_from_byte(bytes, (size_t)done);
    }
    return OK;
}

static enum err sync_folder(const char *path)
{
    BUF(folder, PATH_MAX);
    struct str whole = str_from(path);
    size_t slash = whole.len;
    while (slash > 0 && whole.at[slash - 1] != '/') slash--;
    buf_add(&folder, slash ? str_slice(whole, 0, slash) : STR("."));
    TRY(buf_done(&folder));
    FD(fd, open(folder.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd < 0 || fsync(fd)) return file_error(errno);
    return OK;
}

static enum err write_and_sync(const char *path, struct str bytes, mode_t mode)
{
    FD(fd, open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (fd < 0) return file_error(errno);
    enum err code = file_write_fd(fd, bytes);
    if (code == OK && (fchmod(fd, mode) || fsync(fd))) code = file_error(errno);
    if (code != OK) unlink(path);
    return code;
}

enum err file_write(const char *path, struct str bytes, mode_t mode)
{
    char name[NAME_BYTES];
    rand_bytes(name, sizeof name);
    BUF(beside, PATH_MAX);
    buf_print(&beside, "%s.", path);
    code_hex_put(&beside, name, sizeof name);
    TRY(buf_done(&beside));
    TRY(write_and_sync(beside.at, bytes, mode));
    if (rename(beside.at, path)) {
        int error = errno;
        unlink(beside.at);
        return file_error(error);
    }
    return sync_folder(path);
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

enum err file_spool(const char *folder, int *ret_fd)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return file_error(errno);
    *ret_fd = fd;
    return OK;
}

enum err file_memory(const char *name, struct str bytes, int *ret_fd)
{
    FD(fd, memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (fd < 0) return file_error(errno);
    TRY(file_write_fd(fd, bytes));
    if (lseek(fd, 0, SEEK_SET) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL))
        return file_error(errno);
    *ret_fd = fd;
    fd = -1;
    return OK;
}
