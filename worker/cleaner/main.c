/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterbox-cleaner KIND PROCESSES PAGES PAGE_SECONDS PAGE_PIXELS DOCUMENT_PIXELS
 *
 * Purpose: takes one untrusted document apart: document on standard input (a file in memory),
 * answer on standard output (lib/sanitise/answer.h). Started by the spawner inside bubblewrap and
 * by nobody else: it has no user, network, files or database role, and an empty environment.
 *
 * Security: it is expected to be taken over by a document. Before it reads one it loads the module
 * of its kind, limits the number of its processes and gives up every system call that the module
 * does not need; starting programs is one of them (LibreOffice excepted, which runs first, in a
 * sandbox that allows it, and is gone before its PDF is looked at).
 *
 * Exit status: 0 with a whole answer; anything else means that the answer is worthless.
 */
#include <dlfcn.h>
#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/num.h"
#include "sys/confine.h"
#include "worker/cleaner/module.h"

enum { EXIT_USAGE = 2, EXIT_NO_WALLS = 112, ARGUMENTS = 7 };
enum { HEAP_BYTES = 128 * 1024 * 1024, HUGE_PAGE_BYTES = 2 * 1024 * 1024 };

static bool read_limits(char **words, struct job *job, rlim_t *ret_processes)
{
    int64_t numbers[5];
    for (int i = 0; i < 5; i++)
        if (!num_parse(str_from(words[i]), 1, INT64_MAX, &numbers[i])) return false;
    *ret_processes = (rlim_t)numbers[0];
    job->pages = (uint32_t)numbers[1];
    job->page_seconds = (uint32_t)numbers[2];
    job->page_pixels = (uint64_t)numbers[3];
    job->document_pixels = (uint64_t)numbers[4];
    return true;
}

/* The document as bytes that cannot be changed. */
static bool map_document(struct str *ret_document)
{
    struct stat facts;
    if (fstat(0, &facts) || !S_ISREG(facts.st_mode) || facts.st_size <= 0) return false;
    void *at = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, 0, 0);
    if (at == MAP_FAILED) return false;
    *ret_document = (struct str){at, (size_t)facts.st_size};
    return true;
}

static const struct module *load_module(const char *program, const char *kind)
{
    char path[PATH_MAX];
    const char *slash = strrchr(program, '/');
    int folder = slash ? (int)(slash - program) : 0;
    int len = snprintf(path, sizeof path, "%.*s/cleaner-%s.so", folder, program, kind);
    if (len < 0 || len >= (int)sizeof path) return NULL;
    /* Lazy: of a hundred libraries most functions are never called. */
    void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    return library ? dlsym(library, MODULE_SYMBOL) : NULL;
}

/*
 * A picture's buffers are asked for and given back many times. From a heap that stays they cost no
 * new pages each time, and in large pages a hundredth of the faults; where a kernel has none it is
 * a heap like any other. Of several arenas each would take 64 MiB of the address space.
 */
static void settle_heap(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, HEAP_BYTES);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    mallopt(M_TOP_PAD, HEAP_BYTES);
    char *first = malloc(HUGE_PAGE_BYTES); /* more than is there, so that the heap grows */
    uintptr_t start = ((uintptr_t)first + HUGE_PAGE_BYTES - 1) & ~(uintptr_t)(HUGE_PAGE_BYTES - 1);
    uintptr_t end = (uintptr_t)sbrk(0) & ~(uintptr_t)(HUGE_PAGE_BYTES - 1);
    if (first && start < end && end - start <= 2 * (uintptr_t)HEAP_BYTES)
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
    free(first);
    mallopt(M_TOP_PAD, HEAP_BYTES / 8);
}

int main(int count, char **words)
{
    struct job job = {0};
    rlim_t processes;
    if (count != ARGUMENTS || !read_limits(words + 2, &job, &processes)) {
        fprintf(stderr, "letterbox-cleaner is started by other programs of Letterbox only.\n");
        return EXIT_USAGE;
    }
    struct rlimit limit = {processes, processes};
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) return EXIT_NO_WALLS;
    if (setrlimit(RLIMIT_NPROC, &limit)) return EXIT_NO_WALLS;
    settle_heap();
    /* The reader of words is ten times slower with threads; its library looks when it is loaded. */
    if (setenv("OMP_THREAD_LIMIT", "1", 1)) return EXIT_NO_WALLS;

    bool is_empty = !strcmp(words[1], "empty");
    job.is_text = !strcmp(words[1], "text");
    const struct module *module =
        is_empty ? NULL : load_module(words[0], job.is_text ? "mail" : words[1]);
    if (!is_empty && !module) return EXIT_NO_WALLS;
    if (module && module->prepare) module->prepare();
    if (!(module && module->keeps_walls_open) && confine_calls(CONFINE_CLEANER, false) != OK)
        return EXIT_NO_WALLS;

    struct answer answer = answer_open(STDOUT_FILENO);
    job.answer = &answer;
    if (!map_document(&job.document)) job_refuse(&job, REFUSAL_EMPTY);
    job_page(&job);
    if (module) module->clean(&job);
    answer_end(&answer);
    _exit(0); /* nothing of a module's library runs after its answer */
}
