/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/num.h"
#include "ops/letterboxctl/cluster.h"
#include "ops/letterboxctl/command.h"
#include "sys/clock.h"
#include "sys/file.h"

enum {
    WAIT_FIRST_MS = 1000,
    WAIT_MOST_MS = 30 * 1000,
    STEADY_MS = 60 * 1000, /* up for so long: its next end is not the same trouble */
    STOP_MS = 35 * 1000,   /* a process may take 30 s to end in order */
    NOTIFY_BYTES = 256,
};

struct process {
    pid_t pid; /* 0: does not run */
    bool is_ready;
    int64_t started_ms, start_at_ms; /* start_at: when it is to be started again */
    int wait_ms;
};

struct supervisor {
    struct supervise *what;
    struct process processes[SUPERVISE_MOST], postgres;
    int signals, notify;
    const char *notify_path;
    sigset_t before;
    bool has_said_ready;
};

static int64_t now_ms(void)
{
    return clock_monotonic_us() / 1000;
}

static const char *in_run(const struct supervisor *supervisor, const char *name, const char *end)
{
    const struct site *site = supervisor->what->site;
    return arena_c(site->arena,
                   arena_print(site->arena, "%s/%s%s", site->conf.service_run_folder, name, end));
}

/* A program of ours, beside this one. */
static const char *program_path(const struct site *site, const char *name)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    ASSERT(length > 0);
    self[length] = 0;
    char *slash = strrchr(self, '/');
    ASSERT(slash);
    slash[1] = 0;
    return arena_c(site->arena, arena_print(site->arena, "%sletterbox-%s", self, name));
}

/* ---- before -------------------------------------------------------------------------------- */

struct reach {
    const char *program, *conf, *run;
};

/* As the process's user. */
static enum err can_reach(void *context, struct buf *answer)
{
    const struct reach *reach = context;
    (void)answer;
    if (access(reach->program, X_OK) != 0) return ERR_NOT_FOUND;
    return access(reach->conf, R_OK) == 0 && access(reach->run, X_OK) == 0 ? OK : ERR_FORBIDDEN;
}

int supervise_check(const struct supervise *supervise)
{
    const struct site *site = supervise->site;
    for (int i = 0; i < SUPERVISE_MOST; i++) {
        if (!supervise->wanted[i]) continue;
        enum owner_name name = (enum owner_name)i;
        struct reach reach = {program_path(site, owner_word(name)), site->conf_path,
                              site->conf.service_run_folder};
        BUF(nothing, 16);
        if (access(reach.program, X_OK) != 0)
            return site_fail(site,
                             "%s is not there. Build it with make, or leave it out with --only.",
                             reach.program);
        enum err code = owner_do(supervise->owners, name, can_reach, &reach, &nothing);
        if (code == ERR_NOT_FOUND)
            return site_fail(site,
                             "The user %s cannot reach %s: a folder above it is closed to others. "
                             "Install the programs where all may read (make demo takes "
                             "/var/lib/letterbox-demo).",
                             supervise->owners->at[i].user, reach.program);
        if (code != OK)
            return site_fail(site,
                             "The user %s cannot reach %s: a folder above it is closed to "
                             "others. Choose another run folder.",
                             supervise->owners->at[i].user, site->conf_path);
    }
    return COMMAND_DONE;
}

/* ---- starting ------------------------------------------------------------------------------ */

static void note_pid(const struct supervisor *supervisor, int number)
{
    const char *path = in_run(supervisor, owner_word((enum owner_name)number), ".pid");
    BUF(text, 32);
    buf_add_int(&text, supervisor->processes[number].pid);
    buf_add_byte(&text, '\n');
    if (supervisor->processes[number].pid == 0)
        unlink(path);
    else if (file_write(path, buf_str(&text), 0644) != OK)
        fprintf(stderr, "letterboxctl up: %s could not be written.\n", path);
}

/* In the child, until it becomes the program. */
static _Noreturn void become(const struct supervisor *supervisor, int number, int log_fd,
                             pid_t parent)
{
    const struct supervise *what = supervisor->what;
    const char *program = program_path(what->site, owner_word((enum owner_name)number));
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    /* A group of its own: Ctrl-C reaches the supervisor alone. */
    if (null < 0 || dup2(null, 0) < 0 || dup2(log_fd, 1) < 0 || dup2(log_fd, 2) < 0 ||
        setpgid(0, 0) != 0 || !owner_become(what->owners, (enum owner_name)number) ||
        chdir("/") != 0 || sigprocmask(SIG_SETMASK, &supervisor->before, NULL) != 0)
        _exit(126);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) _exit(126);
    /* Nothing of the operator's own environment but the level of the log; a test build also hands
     * on its fault switches. */
    const char *level = getenv("LETTERBOX_LOG");
#ifdef LETTERBOX_TEST
    const char *fault = getenv("LETTERBOX_FAULT");
#endif
    clearenv();
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("NOTIFY_SOCKET", supervisor->notify_path, 1);
    if (level) setenv("LETTERBOX_LOG", level, 1);
#ifdef LETTERBOX_TEST
    if (fault) setenv("LETTERBOX_FAULT", fault, 1);
#endif
    execl(program, program, "--conf", what->site->conf_path, (char *)NULL);
    _exit(127);
}

static const char *log_of(const struct supervisor *supervisor, const char *name)
{
    struct arena *arena = supervisor->what->site->arena;
    return in_run(supervisor, arena_c(arena, arena_print(arena, "log/%s", name)), ".log");
}

static void start(struct supervisor *supervisor, int number)
{
    struct process *process = &supervisor->processes[number];
    const char *name = owner_word((enum owner_name)number);
    FD(log_fd, open(log_of(supervisor, name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    process->start_at_ms = 0;
    process->started_ms = now_ms();
    process->is_ready = false;
    unlink(in_run(supervisor, name, ".port"));
    pid_t parent = getpid(), child = log_fd < 0 ? -1 : fork();
    if (child == 0) become(supervisor, number, log_fd, parent);
    if (child > 0) {
        process->pid = child;
        note_pid(supervisor, number);
        return;
    }
    fprintf(stderr, "letterboxctl up: %s could not be started: %s\n", name, strerror(errno));
    process->wait_ms = process->wait_ms ? process->wait_ms : WAIT_FIRST_MS;
    process->start_at_ms = now_ms() + process->wait_ms;
}

static void start_due(struct supervisor *supervisor)
{
    struct supervise *what = supervisor->what;
    struct process *postgres = &supervisor->postgres;
    int64_t now = now_ms();
    if (postgres->start_at_ms && postgres->start_at_ms <= now) {
        postgres->start_at_ms = 0;
        postgres->started_ms = now;
        if (cluster_start(what->site, what->owners, what->postgres_log, &postgres->pid) != 0)
            postgres->start_at_ms = now_ms() + WAIT_MOST_MS;
        else
            printf("PostgreSQL runs again.\n");
        what->postgres = postgres->pid;
    }
    for (int i = 0; i < SUPERVISE_MOST; i++) {
        const struct process *process = &supervisor->processes[i];
        if (process->start_at_ms && process->start_at_ms <= now) start(supervisor, i);
    }
}

/* ---- ends ---------------------------------------------------------------------------------- */

static void plan_again(struct process *process, const char *name, const char *log, int status)
{
    if (now_ms() - process->started_ms > STEADY_MS) process->wait_ms = 0;
    process->wait_ms = process->wait_ms == 0                 ? WAIT_FIRST_MS
                       : process->wait_ms * 2 > WAIT_MOST_MS ? WAIT_MOST_MS
                                                             : process->wait_ms * 2;
    process->start_at_ms = now_ms() + process->wait_ms;
    if (WIFSIGNALED(status))
        printf("%s was ended by signal %d; it starts again in %d s.\n", name, WTERMSIG(status),
               process->wait_ms / 1000);
    else
        printf("%s ended with status %d; it starts again in %d s.\n", name, WEXITSTATUS(status),
               process->wait_ms / 1000);
    BUF(words, SITE_LAST_WORDS_BYTES);
    site_last_words(log, &words);
    if (words.len) printf("  The last line of its log: %s\n", words.at);
    fflush(stdout);
}

static void reap(struct supervisor *supervisor, bool is_stopping)
{
    int status;
    pid_t ended;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
        if (ended == supervisor->postgres.pid) {
            supervisor->postgres.pid = supervisor->what->postgres = 0;
            if (!is_stopping)
                plan_again(&supervisor->postgres, "PostgreSQL", log_of(supervisor, "postgres"),
                           status);
            continue;
        }
        for (int i = 0; i < SUPERVISE_MOST; i++) {
            struct process *process = &supervisor->processes[i];
            if (process->pid != ended) continue;
            process->pid = 0;
            process->is_ready = false;
            note_pid(supervisor, i);
            const char *name = owner_word((enum owner_name)i);
            if (!is_stopping) plan_again(process, name, log_of(supervisor, name), status);
        }
    }
}

/* ---- readiness ----------------------------------------------------------------------------- */

static void open_notify(struct supervisor *supervisor)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int on = 1;
    supervisor->notify_path = in_run(supervisor, "notify", ".socket");
    ASSERT(strlen(supervisor->notify_path) < sizeof address.sun_path);
    strcpy(address.sun_path, supervisor->notify_path);
    unlink(address.sun_path);
    supervisor->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* Each process's user may write; who wrote, the kernel says. */
    if (supervisor->notify < 0 ||
        bind(supervisor->notify, (struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(address.sun_path, 0666) != 0 ||
        setsockopt(supervisor->notify, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0)
        fprintf(stderr, "letterboxctl up: %s: %s\n", supervisor->notify_path, strerror(errno));
}

/* Who said READY=1; 0 when nothing is there. */
static pid_t read_notify(int fd)
{
    char text[NOTIFY_BYTES];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec vector = {text, sizeof text};
    struct msghdr message = {.msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t length = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    if (length < 0) return 0;
    if (str_find((struct str){text, (size_t)length}, STR("READY=1")) == STR_NONE) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    struct ucred who = {0};
    if (header && header->cmsg_type == SCM_CREDENTIALS) memcpy(&who, CMSG_DATA(header), sizeof who);
    return who.pid > 0 ? who.pid : -1;
}

static void say_address(const struct supervisor *supervisor, int number, struct str host)
{
    const char *name = owner_word((enum owner_name)number);
    BUF(text, 32);
    int64_t port;
    if (file_read(in_run(supervisor, name, ".port"), &text) == OK &&
        num_parse(str_trim(buf_str(&text)), 1, 65535, &port))
        printf("%-8s ready   https://%.*s:%lld\n", name, STR_ARG(host), (long long)port);
}

static void note_ready(struct supervisor *supervisor, pid_t pid)
{
    const struct conf *conf = &supervisor->what->site->conf;
    bool all = true;
    for (int i = 0; i < SUPERVISE_MOST; i++) {
        struct process *process = &supervisor->processes[i];
        if (process->pid == pid && !process->is_ready) {
            process->is_ready = true;
            if (i == OWNER_PORTAL)
                say_address(supervisor, i, conf->portal_host_name);
            else if (i == OWNER_DESK)
                say_address(supervisor, i, conf->desk_host_name);
            else
                printf("%-8s ready\n", owner_word((enum owner_name)i));
        }
        all = all && (!supervisor->what->wanted[i] || process->is_ready);
    }
    if (all && !supervisor->has_said_ready) printf("Letterbox is up. Ctrl-C ends it.\n");
    supervisor->has_said_ready = supervisor->has_said_ready || all;
    fflush(stdout);
}

/* ---- the loop ------------------------------------------------------------------------------ */

static int next_wait(const struct supervisor *supervisor)
{
    int64_t next = supervisor->postgres.start_at_ms, now = now_ms();
    for (int i = 0; i < SUPERVISE_MOST; i++) {
        int64_t at = supervisor->processes[i].start_at_ms;
        if (at && (!next || at < next)) next = at;
    }
    if (!next) return -1;
    return next <= now ? 0 : (int)(next - now);
}

/* Waits for signals, words and times; false when it is told to stop. */
static bool look(struct supervisor *supervisor, int wait_ms)
{
    struct pollfd fds[] = {{supervisor->signals, POLLIN, 0}, {supervisor->notify, POLLIN, 0}};
    struct signalfd_siginfo signal;
    bool go_on = true;
    if (poll(fds, 2, wait_ms) < 0 && errno != EINTR) ASSERT(false);
    while (read(supervisor->signals, &signal, sizeof signal) == sizeof signal)
        if (signal.ssi_signo != SIGCHLD) go_on = false;
    for (pid_t pid; (pid = read_notify(supervisor->notify)) != 0;) note_ready(supervisor, pid);
    return go_on;
}

static bool any_runs(const struct supervisor *supervisor, unsigned group)
{
    for (int i = 0; i < SUPERVISE_MOST; i++)
        if ((group & (1u << i)) && supervisor->processes[i].pid) return true;
    return false;
}

static void send_all(const struct supervisor *supervisor, unsigned group, int signal)
{
    for (int i = 0; i < SUPERVISE_MOST; i++)
        if ((group & (1u << i)) && supervisor->processes[i].pid)
            kill(supervisor->processes[i].pid, signal);
}

static void stop_group(struct supervisor *supervisor, unsigned group)
{
    int64_t until = now_ms() + STOP_MS;
    send_all(supervisor, group, SIGTERM);
    for (;;) {
        reap(supervisor, true);
        if (!any_runs(supervisor, group)) return;
        if (now_ms() > until) break;
        (void)look(supervisor, 200);
    }
    for (int i = 0; i < SUPERVISE_MOST; i++)
        if ((group & (1u << i)) && supervisor->processes[i].pid)
            printf("%s did not end within %d s and is cut off.\n", owner_word((enum owner_name)i),
                   STOP_MS / 1000);
    send_all(supervisor, group, SIGKILL);
    while (any_runs(supervisor, group)) {
        reap(supervisor, true);
        (void)look(supervisor, 50);
    }
}

static void open_signals(struct supervisor *supervisor)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    ASSERT(sigprocmask(SIG_BLOCK, &set, &supervisor->before) == 0);
    supervisor->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    ASSERT(supervisor->signals >= 0);
}

int supervise_run(struct supervise *supervise)
{
    static const unsigned fronts = 1u << OWNER_PORTAL | 1u << OWNER_DESK;
    static const unsigned workers = 1u << OWNER_POST | 1u << OWNER_PRESS | 1u << OWNER_DIARY;
    struct supervisor supervisor = {.what = supervise, .postgres = {.pid = supervise->postgres}};
    supervisor.postgres.started_ms = now_ms();
    open_signals(&supervisor);
    open_notify(&supervisor);
    for (int i = 0; i < SUPERVISE_MOST; i++)
        if (supervise->wanted[i]) start(&supervisor, i);
    while (look(&supervisor, next_wait(&supervisor))) {
        reap(&supervisor, false);
        start_due(&supervisor);
    }
    printf("Ending.\n");
    fflush(stdout);
    stop_group(&supervisor, fronts);
    stop_group(&supervisor, workers);
    unlink(supervisor.notify_path);
    close(supervisor.notify);
    close(supervisor.signals);
    sigprocmask(SIG_SETMASK, &supervisor.before, NULL);
    return COMMAND_DONE;
}
