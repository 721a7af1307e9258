/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Over 500 lines with the table of what a sandbox sees: it belongs beside what builds it. */
#include "sys/spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/limits.h"
#include "core/str.h"
#include "sys/confine.h"
#include "sys/file.h"

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#ifndef UNDER_ASAN
#define UNDER_ASAN 0
#endif

#define BWRAP "/usr/bin/bwrap"
#define MEGA (1024 * 1024)

enum {
    NOBODY = 65534,
    AT_ONCE = 4,
    PROGRAM_BYTES_MAX = 64 * MEGA,
    ARGUMENTS_MAX = 128,
    REQUEST_MAGIC = 0x4c425350,
    DESCRIPTORS = 3,
    EXIT_NO_START = 113, /* of the minder's child, before bubblewrap runs */
};

struct spawner {
    int socket;
    pid_t process;
};

struct request {
    uint32_t magic, kind;
    struct sandbox_limits limits;
};

/* ---- kinds ------------------------------------------------------------------------------------
 */

struct kind {
    const char *name;   /* its first argument */
    const char *module; /* the file that it loads */
    bool is_office;
    const char *const *reads; /* in addition to the libraries; what is missing is left out */
};

static const char *const reads_nothing[] = {NULL};
static const char *const reads_fonts[] = {"/usr/share/fonts",      "/usr/share/fontconfig",
                                          "/usr/share/poppler",    "/etc/fonts",
                                          "/var/cache/fontconfig", NULL};
static const char *const reads_office[] = {
    "/usr/share",       "/etc/fonts",        "/var/cache/fontconfig",
    "/etc/libreoffice", "/etc/alternatives", NULL};

static const char *const reads_letters[] = {"/usr/share/tesseract-ocr", NULL};

static const struct kind kinds[SANDBOX_KINDS] = {
    [SANDBOX_EMPTY] = {"empty", NULL, false, reads_nothing},
    [SANDBOX_IMAGE] = {"image", "cleaner-image.so", false, reads_nothing},
    [SANDBOX_CONVERT] = {"convert", "cleaner-convert.so", false, reads_nothing},
    [SANDBOX_DOCUMENT] = {"document", "cleaner-document.so", false, reads_fonts},
    [SANDBOX_MAIL] = {"mail", "cleaner-mail.so", false, reads_nothing},
    [SANDBOX_TEXT] = {"text", "cleaner-mail.so", false, reads_nothing},
    [SANDBOX_OFFICE] = {"office", "cleaner-office.so", true, reads_office},
    [SANDBOX_BURN] = {"burn", "cleaner-burn.so", false, reads_nothing},
    [SANDBOX_WORDS] = {"words", "cleaner-words.so", false, reads_letters},
};

struct sandbox_limits sandbox_limits(enum sandbox_kind kind)
{
    bool is_office = kinds[kind].is_office;
    return (struct sandbox_limits){
        .memory_bytes = is_office ? UINT64_C(4096) * MEGA : UINT64_C(1024) * MEGA,
        .tmp_bytes = is_office ? 256 * MEGA : 16 * MEGA,
        .wall_ms = 120 * 1000,
        .cpu_seconds = 120,
        .processes = is_office ? 128 : 32,
        .open_files = 256,
        .pages = LIMIT_PAGES,
        .page_seconds = 20,
        .page_pixels = LIMIT_PAGE_PIXELS,
        .document_pixels = LIMIT_DOCUMENT_PIXELS,
    };
}

/* ---- in the spawner process -------------------------------------------------------------------
 */

/* A file of ours as it was when the spawner started. */
struct image {
    const char *path; /* inside the sandbox */
    struct buf bytes;
};

struct home {
    struct image program, modules[SANDBOX_KINDS];
    unsigned at_once, running;
    int socket, children;
};

/* A descriptor that bubblewrap inherits under this number. */
static enum err inherit(int fd)
{
    return fcntl(fd, F_SETFD, 0) ? ERR_SANDBOX : OK;
}

struct arguments {
    struct arena *arena;
    const char *at[ARGUMENTS_MAX];
    size_t count;
};

static void add(struct arguments *arguments, const char *word)
{
    ASSERT(arguments->count < ARGUMENTS_MAX - 1);
    arguments->at[arguments->count++] = word;
}

static void add_number(struct arguments *arguments, uint64_t number)
{
    add(arguments, arena_print(arguments->arena, "%llu", (unsigned long long)number).at);
}

#define ADD(arguments, ...)                                            \
    do {                                                               \
        const char *const words_[] = {__VA_ARGS__};                    \
        for (size_t i_ = 0; i_ < sizeof words_ / sizeof *words_; i_++) \
            add((arguments), words_[i_]);                              \
    } while (0)

static enum err add_image(struct arguments *arguments, const struct image *image)
{
    int fd;
    TRY(file_memory("cleaner", buf_str(&image->bytes), &fd));
    TRY(inherit(fd));
    ADD(arguments, "--perms", "0555", "--ro-bind-data");
    add_number(arguments, (uint64_t)fd);
    add(arguments, image->path);
    return OK;
}

static enum err add_filter(struct arguments *arguments, const struct kind *kind)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0) return ERR_SANDBOX;
    TRY(confine_export(kind->is_office ? CONFINE_SANDBOX_OFFICE : CONFINE_SANDBOX, kind->is_office,
                       fd));
    if (lseek(fd, 0, SEEK_SET) != 0) return ERR_SANDBOX;
    TRY(inherit(fd));
    add(arguments, "--seccomp");
    add_number(arguments, (uint64_t)fd);
    return OK;
}

/* What the sandbox sees. */
static enum err add_world(struct arguments *arguments, const struct home *home,
                          const struct request *request)
{
    const struct kind *kind = &kinds[request->kind];
    ADD(arguments, BWRAP, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop",
        "ALL", "--clearenv", "--uid", "65534", "--gid", "65534", "--ro-bind", "/usr/lib",
        "/usr/lib", "--ro-bind-try", "/usr/lib64", "/usr/lib64", "--symlink", "usr/lib", "/lib",
        "--symlink", "usr/lib64", "/lib64", "--ro-bind-try", "/etc/ld.so.cache",
        "/etc/ld.so.cache");
    for (const char *const *path = kind->reads; *path; path++)
        ADD(arguments, "--ro-bind-try", *path, *path);
    if (kind->is_office)
        ADD(arguments, "--dev", "/dev", "--remount-ro", "/dev", "--proc", "/proc");
    else
        ADD(arguments, "--dev-bind", "/dev/null", "/dev/null");
    if (UNDER_ASAN && !kind->is_office) ADD(arguments, "--proc", "/proc");
    ADD(arguments, "--perms", "0700", "--size");
    add_number(arguments, request->limits.tmp_bytes);
    ADD(arguments, "--tmpfs", "/tmp");
    TRY(add_image(arguments, &home->program));
    if (kind->module) TRY(add_image(arguments, &home->modules[request->kind]));
    ADD(arguments, "--remount-ro", "/", "--chdir", "/tmp");
    return add_filter(arguments, kind);
}

static enum err build_arguments(struct arguments *arguments, const struct home *home,
                                const struct request *request)
{
    const struct sandbox_limits *limits = &request->limits;
    TRY(add_world(arguments, home, request));
    ADD(arguments, "--", home->program.path, kinds[request->kind].name);
    add_number(arguments, limits->processes);
    add_number(arguments, limits->pages);
    add_number(arguments, limits->page_seconds);
    add_number(arguments, limits->page_pixels);
    add_number(arguments, limits->document_pixels);
    add(arguments, NULL);
    return OK;
}

static bool limited(__rlimit_resource_t resource, uint64_t most)
{
    struct rlimit limit = {most, most};
    return setrlimit(resource, &limit) == 0;
}

static bool set_limits(const struct sandbox_limits *limits)
{
    /* bubblewrap itself copies the program. */
    uint64_t file = limits->tmp_bytes > PROGRAM_BYTES_MAX ? limits->tmp_bytes : PROGRAM_BYTES_MAX;
    return limited(RLIMIT_CORE, 0) && limited(RLIMIT_CPU, limits->cpu_seconds) &&
           limited(RLIMIT_FSIZE, file) && limited(RLIMIT_NOFILE, limits->open_files) &&
           (UNDER_ASAN || limited(RLIMIT_AS, limits->memory_bytes));
}

/* In the minder's child: becomes bubblewrap, or ends. */
_Noreturn static void become_sandbox(const struct home *home, const struct request *request,
                                     const int *fds, pid_t minder)
{
    struct arguments arguments = {.arena = arena_new(64 * 1024)};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    FD(nowhere, open("/dev/null", O_WRONLY | O_CLOEXEC));
    int errors = nowhere;
#ifdef LETTERBOX_TEST
    if (getenv("LETTERBOX_TEST_SANDBOX_ERRORS")) errors = 2;
#endif
    char *const no_environment[] = {NULL};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != minder || nowhere < 0 ||
        dup2(fds[0], 0) < 0 || dup2(fds[1], 1) < 0 || dup2(errors, 2) < 0 ||
        build_arguments(&arguments, home, request) != OK || !set_limits(&request->limits))
        _exit(EXIT_NO_START);
    execve(BWRAP, (char *const *)arguments.at, no_environment);
    _exit(EXIT_NO_START);
}

static uint64_t now_ms(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Waits until it ends, its time is over or nobody waits for the report; it has ended then. */
static void mind(pid_t child, int report, uint32_t wall_ms, struct sandbox_end *end)
{
    uint64_t started = now_ms();
    FD(process, (int)syscall(SYS_pidfd_open, child, 0));
    struct pollfd watched[] = {{process, POLLIN, 0}, {report, 0, 0}};
    for (;;) {
        uint64_t used = now_ms() - started;
        if (process < 0 || used >= wall_ms) {
            end->out_of_time = process >= 0;
            break;
        }
        int ready = poll(watched, 2, (int)(wall_ms - used));
        if (ready < 0 && errno != EINTR) break;
        if (ready > 0) break; /* it has ended, or the reader has gone */
    }
    if (!(watched[0].revents & POLLIN)) kill(child, SIGKILL);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    end->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    end->started = end->status != EXIT_NO_START;
    end->wall_ms = (uint32_t)(now_ms() - started);
}

_Noreturn static void minder_main(const struct home *home, const struct request *request,
                                  const int *fds, pid_t spawner)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != spawner) _exit(1);
    signal(SIGPIPE, SIG_IGN);
    close(home->socket);
    close(home->children);
    struct sandbox_end end = {0};
    pid_t minder = getpid(), child = fork();
    if (child == 0) become_sandbox(home, request, fds, minder);
    /* Only the sandbox may hold the answer open, or its reader never sees the end. */
    close(fds[0]);
    close(fds[1]);
    if (child > 0) mind(child, fds[2], request->limits.wall_ms, &end);
    ssize_t done = write(fds[2], &end, sizeof end);
    _exit(done == (ssize_t)sizeof end ? 0 : 1);
}

static void close_all(int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) file_close(&fds[i]);
}

/* A request with its descriptors; false when the maker has gone. A malformed one is dropped. */
static bool receive(int from, struct request *request, int *fds, bool *ret_is_whole)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS)];
        struct cmsghdr align;
    } control;
    struct iovec part = {request, sizeof *request};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    if (got == 0) return false;
    for (int i = 0; i < DESCRIPTORS; i++) fds[i] = -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(fds, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
    *ret_is_whole = got == (ssize_t)sizeof *request && fds[DESCRIPTORS - 1] >= 0 &&
                    request->magic == REQUEST_MAGIC && request->kind < SANDBOX_KINDS &&
                    !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
    return true;
}

static bool serve_one(struct home *home)
{
    struct request request;
    int fds[DESCRIPTORS] = {-1, -1, -1};
    bool is_whole = false;
    if (!receive(home->socket, &request, fds, &is_whole)) return false;
    const struct kind *kind = is_whole ? &kinds[request.kind] : NULL;
    if (kind && (!kind->module || home->modules[request.kind].path)) {
        pid_t spawner = getpid(), minder = fork();
        if (minder == 0) minder_main(home, &request, fds, spawner);
        if (minder > 0) home->running++;
    }
    close_all(fds, DESCRIPTORS);
    return true;
}

static void reap(struct home *home)
{
    struct signalfd_siginfo ignored;
    while (read(home->children, &ignored, sizeof ignored) > 0) {
    }
    while (waitpid(-1, NULL, WNOHANG) > 0) home->running--;
}

/* As root: from now on nobody. Sandboxes then have no user of the machine behind them, and the
 * kernel limits the number of their processes, which it never does for root. */
static bool drop_root(void)
{
    if (geteuid() != 0) return true;
    return setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
           setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

/* Everything but standard error and the socket is closed, so that no sandbox inherits it. */
static bool close_others(int *keep)
{
    if (*keep != 3) {
        if (dup3(*keep, 3, O_CLOEXEC) != 3) return false;
        *keep = 3;
    }
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool well = nothing >= 0 && dup2(nothing, 0) == 0 && dup2(nothing, 1) == 1;
    return well && close_range(4, ~0U, 0) == 0;
}

_Noreturn static void spawner_main(struct home *home, pid_t maker)
{
    sigset_t watched;
    sigfillset(&watched);
    sigprocmask(SIG_SETMASK, &watched, NULL);
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    if (!drop_root() || prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != maker ||
        !close_others(&home->socket) || confine_basics() != OK)
        _exit(1);
    home->children = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    if (home->children < 0) _exit(1);
    for (;;) {
        struct pollfd ready[] = {{home->children, POLLIN, 0}, {home->socket, POLLIN, 0}};
        /* At its most it looks for ends only; requests wait in the socket. */
        if (home->running >= home->at_once) ready[1].events = 0;
        if (poll(ready, 2, -1) < 0 && errno != EINTR) _exit(1);
        if (ready[0].revents) reap(home);
        if (ready[1].revents & POLLIN && !serve_one(home)) _exit(0);
        if (ready[1].revents & POLLHUP && !(ready[1].revents & POLLIN)) _exit(0);
    }
}

/* ---- in the maker -----------------------------------------------------------------------------
 */

static enum err load_image(struct image *image, const char *folder, const char *name,
                           const char *inside)
{
    BUF(path, PATH_MAX);
    if (name[0] == '/')
        buf_print(&path, "%s", name);
    else
        buf_print(&path, "%s/%s", folder, name);
    TRY(buf_done(&path));
    image->bytes = buf_new(PROGRAM_BYTES_MAX);
    TRY(file_read(path.at, &image->bytes));
    image->path = inside;
    return OK;
}

static enum err own_folder(char *ret_folder, size_t room)
{
    ssize_t length = readlink("/proc/self/exe", ret_folder, room - 1);
    if (length <= 0) return ERR_SANDBOX;
    ret_folder[length] = 0;
    char *slash = strrchr(ret_folder, '/');
    ASSERT(slash);
    *slash = 0;
    return OK;
}

static const char *const inside_names[SANDBOX_KINDS] = {
    [SANDBOX_IMAGE] = "/cleaner/cleaner-image.so",
    [SANDBOX_CONVERT] = "/cleaner/cleaner-convert.so",
    [SANDBOX_DOCUMENT] = "/cleaner/cleaner-document.so",
    [SANDBOX_MAIL] = "/cleaner/cleaner-mail.so",
    [SANDBOX_TEXT] = "/cleaner/cleaner-mail.so",
    [SANDBOX_OFFICE] = "/cleaner/cleaner-office.so",
    [SANDBOX_BURN] = "/cleaner/cleaner-burn.so",
    [SANDBOX_WORDS] = "/cleaner/cleaner-words.so",
};

static void home_free(struct home *home)
{
    buf_free(&home->program.bytes);
    for (int i = 0; i < SANDBOX_KINDS; i++) buf_free(&home->modules[i].bytes);
}

static enum err load_home(struct home *home, const struct spawner_settings *settings)
{
    char folder[PATH_MAX];
    const char *from = settings->folder;
    if (!from) {
        TRY(own_folder(folder, sizeof folder));
        from = folder;
    }
    TRY(load_image(&home->program, from, "letterbox-cleaner", "/cleaner/letterbox-cleaner"));
    for (int i = 0; i < SANDBOX_KINDS; i++)
        if (kinds[i].module)
            TRY(load_image(&home->modules[i], from,
                           settings->module ? settings->module : kinds[i].module, inside_names[i]));
    home->at_once = settings->at_once ? settings->at_once : AT_ONCE;
    return OK;
}

enum err spawner_open(const struct spawner_settings *settings, struct spawner **ret_spawner)
{
    struct home home = {0};
    int pair[2];
    enum err code = load_home(&home, settings);
    if (code == OK && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        code = ERR_SANDBOX;
    if (code != OK) {
        home_free(&home);
        return code;
    }
    pid_t maker = getpid(), process = fork();
    if (process == 0) {
        home.socket = pair[1];
        spawner_main(&home, maker);
    }
    home_free(&home);
    close(pair[1]);
    struct spawner *spawner = process > 0 ? calloc(1, sizeof *spawner) : NULL;
    if (!spawner) {
        close(pair[0]);
        return ERR_SANDBOX;
    }
    *spawner = (struct spawner){pair[0], process};
    *ret_spawner = spawner;
    return OK;
}

void spawner_close(struct spawner **spawner)
{
    if (!*spawner) return;
    file_close(&(*spawner)->socket);
    while (waitpid((*spawner)->process, NULL, 0) < 0 && errno == EINTR) {
    }
    free(*spawner);
    *spawner = NULL;
}

static enum err send_request(int to, const struct request *request, const int *fds)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS)];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {(void *)(uintptr_t)request, sizeof *request};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * DESCRIPTORS);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * DESCRIPTORS);
    ssize_t sent;
    do {
        sent = sendmsg(to, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof *request ? OK : ERR_SANDBOX;
}

enum err sandbox_open(const struct spawner *spawner, enum sandbox_kind kind,
                      const struct sandbox_limits *limits, int document,
                      struct sandbox *ret_sandbox)
{
    struct request request = {.magic = REQUEST_MAGIC, .kind = kind, .limits = *limits};
    int answer[2], report[2];
    if (pipe2(answer, O_CLOEXEC)) return ERR_SANDBOX;
    if (pipe2(report, O_CLOEXEC)) {
        close_all(answer, 2);
        return ERR_SANDBOX;
    }
    const int fds[DESCRIPTORS] = {document, answer[1], report[1]};
    enum err code = send_request(spawner->socket, &request, fds);
    close(answer[1]);
    close(report[1]);
    struct sandbox sandbox = {answer[0], report[0]};
    if (code == OK)
        *ret_sandbox = sandbox;
    else
        sandbox_close(&sandbox);
    return code;
}

void sandbox_close(struct sandbox *sandbox)
{
    file_close(&sandbox->answer);
    file_close(&sandbox->report);
}

enum err sandbox_wait(struct sandbox *sandbox, struct sandbox_end *ret_end)
{
    struct sandbox_end end;
    ssize_t got;
    do {
        got = read(sandbox->report, &end, sizeof end);
    } while (got < 0 && errno == EINTR);
    file_close(&sandbox->report);
    if (got != (ssize_t)sizeof end) return ERR_SANDBOX;
    *ret_end = end;
    return OK;
}
