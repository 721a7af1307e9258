/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/confine.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/str.h"
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

#if UNDER_ASAN
/* Whoever confines itself: the leak checker needs ptrace, which no profile has. */
const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

/* ---- the table --------------------------------------------------------------------------------
 */

enum group_number {
#define GROUP(NAME, calls) NUMBER_##NAME,
#include "sys/confine.def"
#undef GROUP
#undef PROFILE
    GROUPS
};

enum group {
#define GROUP(NAME, calls) G_##NAME = 1 << NUMBER_##NAME,
#include "sys/confine.def"
#undef GROUP
#undef PROFILE
};

static const char *const group_calls[GROUPS] = {
#define GROUP(NAME, calls) [NUMBER_##NAME] = calls,
#include "sys/confine.def"
#undef GROUP
#undef PROFILE
};

static const unsigned profile_groups[CONFINE_PROFILES] = {
#define PROFILE(NAME, name, groups) [CONFINE_##NAME] = (groups),
#include "sys/confine.def"
#undef GROUP
#undef PROFILE
};

/* What a C library tries before it takes an older call. */
static const char *const answered_as_unknown[] = {"clone3", "io_uring_setup", "faccessat2",
                                                  "openat2"};

static const uint32_t ioctls[] = {FIONREAD, FIONBIO, FIOCLEX, TCGETS, TIOCGWINSZ};

static const uint32_t prctls[] = {PR_SET_NAME,      PR_GET_NAME,         PR_SET_PDEATHSIG,
                                  PR_GET_PDEATHSIG, PR_SET_VMA,          PR_SET_NO_NEW_PRIVS,
                                  PR_GET_DUMPABLE,  PR_GET_NO_NEW_PRIVS, PR_CAPBSET_READ};

static const char *const with_conditions[] = {"socket", "socketpair", "clone", "ioctl", "prctl"};

/* ---- seccomp ----------------------------------------------------------------------------------
 */

static bool is_listed(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(name, list[i])) return true;
    return false;
}
#define LISTED(name, list) is_listed((name), (list), sizeof(list) / sizeof *(list))

/* Allows the call when the argument, as 32 bits and under the mask, is the value. */
static struct scmp_arg_cmp is(unsigned argument, uint32_t mask, uint32_t value)
{
    return (struct scmp_arg_cmp){argument, SCMP_CMP_MASKED_EQ, mask, value};
}
enum { WHOLE = 0xffffffff };

static int allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition)
{
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition);
}

static int allow_if_both(scmp_filter_ctx filter, int call, struct scmp_arg_cmp one,
                         struct scmp_arg_cmp other)
{
    const struct scmp_arg_cmp conditions[] = {one, other};
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 2, conditions);
}

static int allow_sockets(scmp_filter_ctx filter, int call, bool unix_sockets, bool inet_sockets)
{
    int failed = 0;
    if (unix_sockets) failed |= allow_if(filter, call, is(0, WHOLE, AF_UNIX));
    static const uint32_t families[] = {AF_INET, AF_INET6}, types[] = {SOCK_STREAM, SOCK_DGRAM};
    for (size_t i = 0; inet_sockets && i < 4; i++)
        failed |=
            allow_if_both(filter, call, is(0, WHOLE, families[i / 2]), is(1, 0xf, types[i % 2]));
    return failed;
}

static int allow_clone(scmp_filter_ctx filter, bool processes)
{
    const uint32_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                            CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    const uint32_t threads = processes ? 0 : CLONE_THREAD;
    return allow_if(filter, SCMP_SYS(clone), is(0, spaces | threads, threads));
}

static int allow_group(scmp_filter_ctx filter, struct str calls, const char *const *conditional,
                       size_t conditionals)
{
    struct str one;
    char name[40];
    while (str_split(&calls, ' ', &one)) {
        if (one.len == 0) continue;
        ASSERT(one.len < sizeof name);
        memcpy(name, one.at, one.len);
        name[one.len] = 0;
        int call = seccomp_syscall_resolve_name(name);
        if (call == __NR_SCMP_ERROR || is_listed(name, conditional, conditionals)) continue;
        int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
        if (failed && failed != -EEXIST) return failed;
    }
    return 0;
}

static int add_rules(scmp_filter_ctx filter, enum confine_profile profile, bool unix_sockets,
                     bool inet_sockets)
{
    unsigned groups = profile_groups[profile];
    int failed = 0;
    for (int i = 0; i < GROUPS; i++)
        if (groups & 1u << i)
            failed |= allow_group(filter, str_from(group_calls[i]), with_conditions,
                                  sizeof with_conditions / sizeof *with_conditions);
    for (size_t i = 0; i < sizeof ioctls / sizeof *ioctls; i++)
        failed |= allow_if(filter, SCMP_SYS(ioctl), is(1, WHOLE, ioctls[i]));
    for (size_t i = 0; i < sizeof prctls / sizeof *prctls; i++)
        failed |= allow_if(filter, SCMP_SYS(prctl), is(0, WHOLE, prctls[i]));
    if (groups & G_SEAL) {
        failed |= allow_if(filter, SCMP_SYS(prctl), is(0, WHOLE, PR_SET_SECCOMP));
        failed |=
            allow_if_both(filter, SCMP_SYS(prctl), is(0, WHOLE, PR_SET_DUMPABLE), is(1, WHOLE, 0));
    }
    if (groups & (G_THREADS | G_RUN)) failed |= allow_clone(filter, groups & G_RUN);
    if (groups & G_SOCKET) {
        failed |= allow_sockets(filter, SCMP_SYS(socket), unix_sockets, inet_sockets);
        failed |= allow_sockets(filter, SCMP_SYS(socketpair), unix_sockets, false);
    }
    for (size_t i = 0; i < sizeof answered_as_unknown / sizeof *answered_as_unknown; i++) {
        int call = seccomp_syscall_resolve_name(answered_as_unknown[i]);
        bool allowed = !strcmp(answered_as_unknown[i], "faccessat2") && groups & G_LOOK;
        if (call != __NR_SCMP_ERROR && !allowed)
            failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0);
    }
    return failed;
}

static scmp_filter_ctx make_filter(enum confine_profile profile, bool unix_sockets,
                                   bool inet_sockets)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) return NULL;
    if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) ||
        add_rules(filter, profile, unix_sockets, inet_sockets)) {
        seccomp_release(filter);
        return NULL;
    }
    return filter;
}

static enum err load_filter(enum confine_profile profile, bool unix_sockets, bool inet_sockets)
{
    scmp_filter_ctx filter = make_filter(profile, unix_sockets, inet_sockets);
    if (!filter) return ERR_SANDBOX;
    int failed = seccomp_load(filter);
    seccomp_release(filter);
    return failed ? ERR_SANDBOX : OK;
}

enum err confine_calls(enum confine_profile profile, bool unix_sockets)
{
    return load_filter(profile, unix_sockets, false);
}

enum err confine_export(enum confine_profile profile, bool unix_sockets, int fd)
{
    scmp_filter_ctx filter = make_filter(profile, unix_sockets, false);
    if (!filter) return ERR_SANDBOX;
    int failed = seccomp_export_bpf(filter, fd);
    seccomp_release(filter);
    return failed ? ERR_SANDBOX : OK;
}

/* ---- Landlock ---------------------------------------------------------------------------------
 */

/* Debian 12's header ends at ABI 3; the kernel tells which fields it knows. */
struct ruleset {
    uint64_t files;
    uint64_t net;   /* since ABI 4 */
    uint64_t scope; /* since ABI 6 */
};
enum {
    RULESET_FILES_BYTES = 8,
    RULESET_NET_BYTES = 16,
    RULESET_SCOPE_BYTES = 24,
    ABI_REFER = 2,
    ABI_TRUNCATE = 3,
    ABI_NET = 4,
    ABI_DEVICE = 5,
    ABI_SCOPE = 6,
};
#define RIGHT_REFER (UINT64_C(1) << 13)
#define RIGHT_TRUNCATE (UINT64_C(1) << 14)
#define RIGHT_DEVICE (UINT64_C(1) << 15)
#define SCOPE_ABSTRACT_SOCKETS (UINT64_C(1) << 0)
#define TCP_BIND (UINT64_C(1) << 0)
#define TCP_CONNECT (UINT64_C(1) << 1)

#define RIGHTS_READ ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))
#define RIGHTS_WRITE                                                            \
    ((uint64_t)(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
                LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |  \
                LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |    \
                LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM))
#define RIGHTS_NEVER ((uint64_t)(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK))
#define RIGHTS_OF_FILES                                                        \
    ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
                LANDLOCK_ACCESS_FS_EXECUTE) |                                  \
     RIGHT_TRUNCATE)

static const struct confine_path for_every_process[] = {
    {"/usr/lib", CONFINE_READ},
    {"/usr/lib64", CONFINE_READ | CONFINE_OPTIONAL},
    {"/usr/share", CONFINE_READ},
    {"/etc/ld.so.cache", CONFINE_READ | CONFINE_OPTIONAL},
    {"/etc/localtime", CONFINE_READ | CONFINE_OPTIONAL},
    {"/etc/timezone", CONFINE_READ | CONFINE_OPTIONAL},
    {"/etc/nsswitch.conf", CONFINE_READ | CONFINE_OPTIONAL},
    {"/etc/passwd", CONFINE_READ | CONFINE_OPTIONAL},
    {"/etc/group", CONFINE_READ | CONFINE_OPTIONAL},
    {"/etc/gnutls", CONFINE_READ | CONFINE_OPTIONAL},
    {"/dev/null", CONFINE_READ | CONFINE_WRITE},
    {"/dev/zero", CONFINE_READ | CONFINE_OPTIONAL},
    {"/dev/urandom", CONFINE_READ | CONFINE_OPTIONAL},
    {"/dev/random", CONFINE_READ | CONFINE_OPTIONAL},
#if UNDER_ASAN
    {"/proc/self", CONFINE_READ | CONFINE_OPTIONAL},
#endif
};

static uint64_t rights_known(int abi)
{
    uint64_t rights = RIGHTS_READ | RIGHTS_WRITE | RIGHTS_NEVER | LANDLOCK_ACCESS_FS_EXECUTE;
    if (abi >= ABI_REFER) rights |= RIGHT_REFER;
    if (abi >= ABI_TRUNCATE) rights |= RIGHT_TRUNCATE;
    if (abi >= ABI_DEVICE) rights |= RIGHT_DEVICE;
    return rights;
}

static enum err allow_path(int ruleset, const struct confine_path *path, uint64_t known)
{
    FD(fd, open(path->path, O_PATH | O_CLOEXEC));
    if (fd < 0) return path->access & CONFINE_OPTIONAL && errno == ENOENT ? OK : ERR_SANDBOX;
    struct stat facts;
    if (fstat(fd, &facts)) return ERR_SANDBOX;
    uint64_t rights = 0;
    if (path->access & CONFINE_READ) rights |= RIGHTS_READ;
    if (path->access & CONFINE_WRITE) rights |= RIGHTS_WRITE | RIGHT_REFER | RIGHT_TRUNCATE;
    if (path->access & CONFINE_EXECUTE) rights |= LANDLOCK_ACCESS_FS_EXECUTE;
    if (!S_ISDIR(facts.st_mode)) rights &= RIGHTS_OF_FILES;
    struct landlock_path_beneath_attr beneath = {.allowed_access = rights & known, .parent_fd = fd};
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0)
               ? ERR_SANDBOX
               : OK;
}

static enum err wall_files(const struct confine *confine, int *ret_abi)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) {
        *ret_abi = 0;
        return OK;
    }
    struct ruleset rules = {.files = rights_known((int)abi)};
    size_t size = RULESET_FILES_BYTES;
    if (abi >= ABI_NET) {
        size = RULESET_NET_BYTES;
        if (!confine->inet_sockets) rules.net = TCP_BIND | TCP_CONNECT;
    }
    if (abi >= ABI_SCOPE) {
        size = RULESET_SCOPE_BYTES;
        /* Not signals: that would also stop the signal by which the spawner ends with its maker. */
        rules.scope = SCOPE_ABSTRACT_SOCKETS;
    }
    FD(ruleset, (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0));
    if (ruleset < 0) return ERR_SANDBOX;
    for (size_t i = 0; i < sizeof for_every_process / sizeof *for_every_process; i++)
        TRY(allow_path(ruleset, &for_every_process[i], rules.files));
    for (size_t i = 0; i < confine->path_count; i++)
        TRY(allow_path(ruleset, &confine->paths[i], rules.files));
    if (syscall(SYS_landlock_restrict_self, ruleset, 0)) return ERR_SANDBOX;
    *ret_abi = (int)abi;
    return OK;
}

/* ---- limits -----------------------------------------------------------------------------------
 */

static enum err limit(__rlimit_resource_t resource, size_t most)
{
    struct rlimit now;
    if (getrlimit(resource, &now)) return ERR_SANDBOX;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most) most = now.rlim_max;
    struct rlimit wanted = {most, most};
    return setrlimit(resource, &wanted) ? ERR_SANDBOX : OK;
}

enum err confine_basics(void)
{
    TRY(limit(RLIMIT_CORE, 0));
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return ERR_SANDBOX;
    return OK;
}

enum err confine_self(const struct confine *confine, struct confine_report *ret_report)
{
    TRY(confine_basics());
    if (confine->memory_bytes && !UNDER_ASAN) TRY(limit(RLIMIT_AS, confine->memory_bytes));
    if (confine->open_files) TRY(limit(RLIMIT_NOFILE, confine->open_files));
    if (confine->processes) TRY(limit(RLIMIT_NPROC, confine->processes));
    struct confine_report report = {0};
    TRY(wall_files(confine, &report.landlock_abi));
    TRY(load_filter(confine->profile, confine->unix_sockets, confine->inet_sockets));
    *ret_report = report;
    return OK;
}
