/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_TESTS_PROBE_TRIES_H
#define LETTERBOX_TESTS_PROBE_TRIES_H

/*
 * What a taken-over process would try. Each try says in one line whether it was allowed:
 *
 *   NAME refused ERRNO        NAME allowed
 *
 * The probe in the sandbox and the probe of the confined processes share them.
 */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"

static inline void said(struct buf *out, const char *name, bool is_allowed)
{
    if (is_allowed)
        buf_print(out, "%s allowed\n", name);
    else
        buf_print(out, "%s refused %d\n", name, errno);
}

/* A system call that should fail, with arguments that do no harm where it does not; what it gives,
 * if anything, is left to the end of the process. */
#define TRY_CALL(out, name, ...) said((out), (name), (errno = 0, syscall(__VA_ARGS__) >= 0))

/* Every family but those named, as streams, datagrams and raw. */
static inline void try_sockets(struct buf *out)
{
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET};
    static const char *const names[] = {"stream", "dgram", "raw", "seqpacket"};
    for (int family = 0; family < AF_MAX; family++)
        for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
            int fd = socket(family, types[i], 0);
            if (fd < 0) continue;
            buf_print(out, "socket-%d-%s allowed\n", family, names[i]);
            close(fd);
        }
    int pair[2];
    said(out, "socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}

static inline void try_kernel(struct buf *out)
{
    static char zeros[256];
    TRY_CALL(out, "ptrace-parent", SYS_ptrace, PTRACE_SEIZE, getppid(), 0, 0);
    TRY_CALL(out, "ptrace-me", SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
    TRY_CALL(out, "process-vm-readv", SYS_process_vm_readv, getppid(), zeros, 0, zeros, 0, 0);
    TRY_CALL(out, "kill-parent", SYS_kill, getppid(), 0);
    TRY_CALL(out, "mount", SYS_mount, "none", "/nowhere", "nothing", 0, 0);
    TRY_CALL(out, "umount", SYS_umount2, "/nowhere", MNT_DETACH);
    TRY_CALL(out, "pivot-root", SYS_pivot_root, "/nowhere", "/nowhere");
    TRY_CALL(out, "chroot", SYS_chroot, "/nowhere");
    TRY_CALL(out, "unshare-user", SYS_unshare, CLONE_NEWUSER);
    TRY_CALL(out, "setns", SYS_setns, 0, 0);
    TRY_CALL(out, "fsopen", SYS_fsopen, "tmpfs", 0);
    TRY_CALL(out, "open-tree", SYS_open_tree, AT_FDCWD, "/", 0);
    TRY_CALL(out, "bpf", SYS_bpf, 0, zeros, sizeof zeros);
    TRY_CALL(out, "keyctl", SYS_keyctl, 0, -3, 1, 0, 0);
    TRY_CALL(out, "add-key", SYS_add_key, "user", "x", "y", 1, -3);
    TRY_CALL(out, "request-key", SYS_request_key, "user", "x", 0, -3);
    TRY_CALL(out, "perf-event-open", SYS_perf_event_open, zeros, 0, -1, -1, 0);
    TRY_CALL(out, "userfaultfd", SYS_userfaultfd, 0);
    TRY_CALL(out, "io-uring", SYS_io_uring_setup, 8, zeros);
    TRY_CALL(out, "init-module", SYS_init_module, zeros, 0, "");
    TRY_CALL(out, "kexec", SYS_kexec_load, 0, 0, 0, 0);
    TRY_CALL(out, "reboot", SYS_reboot, 0, 0, 0, 0);
    TRY_CALL(out, "swapon", SYS_swapon, "/nowhere", 0);
    TRY_CALL(out, "personality", SYS_personality, 0x0040000);
    TRY_CALL(out, "acct", SYS_acct, 0);
    TRY_CALL(out, "sethostname", SYS_sethostname, "x", -1);
    TRY_CALL(out, "settimeofday", SYS_settimeofday, 0, 0);
    TRY_CALL(out, "iopl", SYS_iopl, 3);
    TRY_CALL(out, "quotactl", SYS_quotactl, 0, 0, 0, 0);
    TRY_CALL(out, "mknod", SYS_mknod, "/nowhere/device", 0020666, 0x0103);
    TRY_CALL(out, "setuid-root", SYS_setuid, geteuid() == 0 ? 1 : 0);
    TRY_CALL(out, "capset", SYS_capset, zeros, zeros);
    TRY_CALL(out, "name-to-handle", SYS_name_to_handle_at, 0, "/", zeros, zeros, 0);
    TRY_CALL(out, "open-by-handle", SYS_open_by_handle_at, 0, zeros, 0);
    TRY_CALL(out, "clone-user-space", SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    TRY_CALL(out, "clone3", SYS_clone3, zeros, 64);
    TRY_CALL(out, "terminal-input", SYS_ioctl, 0, 0x5412, "x"); /* TIOCSTI */
    TRY_CALL(out, "dumpable", SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
    TRY_CALL(out, "seccomp-off", SYS_prctl, PR_SET_SECCOMP, 0, 0, 0, 0);
    TRY_CALL(out, "vsyscall-32", SYS_modify_ldt, 0, zeros, sizeof zeros);
}

static inline void try_read(struct buf *out, const char *path)
{
    char byte;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_allowed = fd >= 0 && (read(fd, &byte, 1) >= 0 || errno == EISDIR);
    int error = errno;
    if (fd >= 0) close(fd);
    errno = error;
    buf_print(out, "read:%s ", path);
    if (is_allowed)
        buf_print(out, "allowed\n");
    else
        buf_print(out, "refused %d\n", errno);
}

static inline void try_write(struct buf *out, const char *folder)
{
    char path[1024];
    snprintf(path, sizeof path, "%.512s/probe-was-here", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool is_allowed = fd >= 0 && write(fd, "x", 1) == 1;
    int error = errno;
    if (fd >= 0) close(fd);
    errno = error;
    buf_print(out, "write:%s ", folder);
    if (is_allowed)
        buf_print(out, "allowed\n");
    else
        buf_print(out, "refused %d\n", errno);
}

static inline void try_signal(struct buf *out, pid_t process)
{
    TRY_CALL(out, "signal-process", SYS_kill, process, 0);
    TRY_CALL(out, "ptrace-process", SYS_ptrace, PTRACE_SEIZE, process, 0, 0);
    TRY_CALL(out, "pidfd-process", SYS_pidfd_open, process, 0);
}

static inline void try_program(struct buf *out, const char *path)
{
    /* In a child where there can be one: a program that starts is the end of the probe. */
    char *const words[] = {(char *)(uintptr_t)path, NULL}, *const none[] = {NULL};
    pid_t child = fork();
    said(out, "fork", child >= 0);
    if (child < 0) {
        errno = 0;
        execve(path, words, none);
        said(out, "execve", false);
        return;
    }
    if (child == 0) {
        execve(path, words, none);
        _exit(99);
    }
    int status = 0;
    waitpid(child, &status, 0);
    errno = 0;
    said(out, "execve", WIFEXITED(status) && WEXITSTATUS(status) != 99);
}

/* A unix socket by path, or, with '@' before it, an abstract one; its length, 0 if too long. */
static inline socklen_t unix_address(const char *name, struct sockaddr_un *ret_address)
{
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    size_t len = strlen(name);
    if (len >= sizeof ret_address->sun_path) return 0;
    memcpy(ret_address->sun_path, name, len);
    if (name[0] == '@') ret_address->sun_path[0] = 0;
    return (socklen_t)(sizeof ret_address->sun_family + len);
}

static inline void try_unix(struct buf *out, const char *name)
{
    struct sockaddr_un address;
    socklen_t len = unix_address(name, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_allowed = fd >= 0 && len && connect(fd, (struct sockaddr *)&address, len) == 0;
    int error = errno;
    if (fd >= 0) close(fd);
    errno = error;
    said(out, name[0] == '@' ? "unix-abstract" : "unix-path", is_allowed);
}

#endif
