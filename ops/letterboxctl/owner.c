/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/file.h"

static const char *const words[OWNERS] = {"portal", "desk", "press", "post", "diary", "db"};
static const char *const users[OWNERS] = {"letterbox-portal", "letterbox-desk",  "letterbox-press",
                                          "letterbox-post",   "letterbox-diary", "letterbox-db"};
static const char group_name[] = "letterbox";

const char *owner_word(enum owner_name name)
{
    return words[name];
}

static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int run_plain(const char *const argv[])
{
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    return wait_for(child);
}

/* ---- users ---- */

static enum err make_group(gid_t *ret_group)
{
    struct group *group = getgrnam(group_name);
    if (!group) {
        const char *const argv[] = {"groupadd", "--system", group_name, NULL};
        if (run_plain(argv) != 0) return ERR_IO;
        printf("Made the system group %s.\n", group_name);
        group = getgrnam(group_name);
    }
    if (!group) return ERR_IO;
    *ret_group = group->gr_gid;
    return OK;
}

static enum err make_user(struct owner *owner)
{
    struct passwd *user = getpwnam(owner->user);
    if (!user) {
        const char *const argv[] = {
            "useradd",          "--system", "--user-group",      "--home-dir", "/nonexistent",
            "--no-create-home", "--shell",  "/usr/sbin/nologin", owner->user,  NULL};
        if (run_plain(argv) != 0) return ERR_IO;
        printf("Made the system user %s.\n", owner->user);
        user = getpwnam(owner->user);
    }
    if (!user) return ERR_IO;
    owner->uid = user->pw_uid;
    owner->gid = user->pw_gid;
    return OK;
}

/* PostgreSQL refuses to be root: the database's own user if there is one, else its package's. */
static enum err find_db_user(struct owner *owner)
{
    const char *const names[] = {owner->user, "postgres"};
    for (size_t i = 0; i < 2; i++) {
        const struct passwd *user = getpwnam(names[i]);
        if (!user) continue;
        owner->uid = user->pw_uid;
        owner->gid = user->pw_gid;
        return OK;
    }
    return make_user(owner);
}

enum err owners_find(bool one_user, struct owners *ret_owners)
{
    bool is_root = geteuid() == 0;
    struct owners owners = {.has_walls = is_root && !one_user, .group = getegid()};
    if (owners.has_walls) TRY(make_group(&owners.group));
    for (int i = 0; i < OWNERS; i++) {
        owners.at[i] = (struct owner){users[i], geteuid(), getegid()};
        if (owners.has_walls)
            TRY(make_user(&owners.at[i]));
        else if (is_root && i == OWNER_DB)
            TRY(find_db_user(&owners.at[i]));
    }
    *ret_owners = owners;
    return OK;
}

/* The folders above, as any folder of the system is. */
static void make_above(const char *path)
{
    char above[PATH_MAX];
    if (strlen(path) >= sizeof above) return;
    strcpy(above, path);
    for (char *at = strchr(above + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = 0;
        mkdir(above, 0755); /* mostly it is there; if it cannot be, the folder itself says so */
        *at = '/';
    }
}

enum err owner_folder(const struct owner *owner, const char *path, mode_t mode)
{
    struct stat status;
    make_above(path);
    if (mkdir(path, mode) != 0 && errno != EEXIST) return file_error(errno);
    if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode)) return ERR_IO;
    if (status.st_uid != owner->uid && chown(path, owner->uid, owner->gid) != 0) return ERR_IO;
    return chmod(path, mode) == 0 ? OK : ERR_IO;
}

/* ---- becoming one ---- */

bool owner_become(const struct owners *owners, enum owner_name name)
{
    const struct owner *owner = &owners->at[name];
    if (owner->uid == geteuid()) return true;
    /* The database's user is in no group of ours: it needs no folder but its own. */
    size_t groups = name == OWNER_DB ? 0 : 1;
    return setgroups(groups, &owners->group) == 0 && setgid(owner->gid) == 0 &&
           setuid(owner->uid) == 0;
}

int owner_run(const struct owners *owners, enum owner_name name, const char *const argv[],
              int words_fd)
{
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (null < 0 || dup2(null, 0) < 0 || dup2(words_fd, 1) < 0 || dup2(words_fd, 2) < 0 ||
            !owner_become(owners, name) || chdir("/") != 0)
            _exit(126);
        setenv("LC_ALL", "C.UTF-8", 1);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    return wait_for(child);
}

enum err owner_do(const struct owners *owners, enum owner_name name, owner_work work, void *context,
                  struct buf *ret_answer)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return ERR_IO;
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return ERR_IO;
    }
    if (child == 0) {
        struct buf answer =
            ret_answer->secret ? buf_new_secret(ret_answer->max) : buf_new(ret_answer->max);
        close(ends[0]);
        umask(077);
        enum err code = owner_become(owners, name) ? work(context, &answer) : ERR_IO;
        if (code == OK) code = buf_done(&answer);
        if (code == OK) code = file_write_fd(ends[1], buf_str(&answer));
        _exit((int)code);
    }
    close(ends[1]);
    enum err code = file_read_fd(ends[0], ret_answer);
    close(ends[0]);
    int status = wait_for(child);
    if (status < 0 || status >= ERR_COUNT) return ERR_IO;
    return status != OK ? (enum err)status : code;
}
