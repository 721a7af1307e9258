/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What reading an ordinary e-mail costs: in the parser itself, in this process; and end to end,
 * each in a sandbox of its own. All on one core. Prints `name value unit` a line. Run from the
 * folder above tests/, after `make all bench-programs`.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "sanitise/cleaner.h"
#include "sys/clock.h"
#include "worker/cleaner/module.h"

enum { PARSED = 2000, CLEANED = 200, MAILS = 4, ARENA_BYTES = 64 * 1024 * 1024 };

#define HEAD(subject)                                                                        \
    "Return-Path: <nana@relative.example>\r\n"                                               \
    "Received: from mail.relative.example (mail.relative.example [192.0.2.7])\r\n"           \
    "\tby mx.agency.example (Exim 4.96) with ESMTPS id 1pXyzA-0001\r\n"                      \
    "\tfor post@agency.example; Mon, 23 Nov 2026 09:14:02 +0000\r\n"                         \
    "Authentication-Results: mx.agency.example; dmarc=pass header.from=relative.example\r\n" \
    "From: Jean Nana <nana@relative.example>\r\nTo: Post Desk "                              \
    "<a1b2c3d4e5f6@post.agency.example>\r\n"                                                 \
    "Subject: " subject "\r\nDate: Mon, 23 Nov 2026 09:14:00 +0000\r\n"                      \
    "Message-ID: <20261123.0914@relative.example>\r\nMIME-Version: 1.0\r\n"

static const char line[] =
    "We went to the seaside in the summer, and it was lovely; she found a crab and named it.\r\n";
static const char quoted[] =
    "> Dear all, we had a lovely summer and she has learned to swim now.\r\n";

static void repeat(struct buf *mail, const char *text, int times)
{
    for (int i = 0; i < times; i++) buf_add_c(mail, text);
}

/* Plain; plain with a quoted reply; plain beside HTML; and that with a small attachment. */
static void make(struct buf *mail, int kind)
{
    if (kind < 2) {
        buf_add_c(
            mail,
            HEAD("Summer") "Content-Type: text/plain; charset=utf-8\r\n\r\nDear all,\r\n\r\n");
        repeat(mail, line, 20);
        if (kind == 1) buf_add_c(mail, "\r\nOn 20 Nov 2026, at 10:00, Post Desk wrote:\r\n");
        if (kind == 1) repeat(mail, quoted, 25);
        return;
    }
    if (kind == 3)
        buf_add_c(
            mail,
            HEAD("A drawing") "Content-Type: multipart/mixed; boundary=mixed\r\n\r\n--mixed\r\n");
    else
        buf_add_c(mail, HEAD("Summer"));
    buf_add_c(mail, "Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\n"
                    "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n");
    repeat(mail, line, 20);
    buf_add_c(mail, "--alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>");
    for (int i = 0; i < 20; i++) {
        buf_add_c(mail, "<p>");
        buf_add_c(mail, line);
        buf_add_c(mail, "</p>");
    }
    buf_add_c(mail, "</body></html>\r\n--alt--\r\n");
    if (kind != 3) return;
    buf_add_c(mail, "--mixed\r\nContent-Type: application/pdf; name=a.pdf\r\n"
                    "Content-Disposition: attachment; filename=a.pdf\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\n");
    repeat(mail, "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSPj4Kc3RyZWFtCnic\r\n",
           150);
    buf_add_c(mail, "--mixed--\r\n");
}

static _Noreturn void stop(const char *what)
{
    fprintf(stderr, "bench_mail: %s\n", what);
    exit(1);
}

/* What the module takes in one life is never given back: that process ends after one mail. */
static void measure_parser(const struct buf *mails)
{
    void *library = dlopen("build/cleaner-mail.so", RTLD_NOW | RTLD_LOCAL);
    const struct module *module = library ? dlsym(library, MODULE_SYMBOL) : NULL;
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (!module || fd < 0) stop("build/cleaner-mail.so");
    module->prepare();
    int64_t start = clock_monotonic_us();
    for (int i = 0; i < PARSED; i++) {
        struct answer answer = answer_open(fd);
        struct job job = {.document = buf_str(&mails[i % MAILS]),
                          .answer = &answer,
                          .pages = 100,
                          .page_seconds = 60,
                          .page_pixels = 1,
                          .document_pixels = 1};
        module->clean(&job);
        answer_end(&answer);
    }
    printf("mail_parsed %.0f mails/s\n", PARSED * 1e6 / (double)(clock_monotonic_us() - start));
}

static void measure_sandboxes(const struct buf *mails)
{
    struct spawner *spawner;
    if (spawner_open(&(struct spawner_settings){.folder = "build"}, &spawner) != OK)
        stop("spawner");
    int64_t start = clock_monotonic_us();
    for (int i = 0; i < CLEANED; i++) {
        ARENA(arena, ARENA_BYTES);
        struct letter letter;
        enum err code = cleaner_clean(spawner, NULL, CLEAN_BY_BYTES, buf_str(&mails[i % MAILS]),
                                      arena, &letter);
        if (code != OK || letter.refusal != REFUSAL_NONE) stop("a mail was refused");
    }
    printf("mail_cleaned %.1f mails/s\n", CLEANED * 1e6 / (double)(clock_monotonic_us() - start));
    spawner_close(&spawner);
}

int main(void)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) stop("one core");
    struct buf mails[MAILS];
    for (int kind = 0; kind < MAILS; kind++) {
        mails[kind] = buf_new(256 * 1024);
        make(&mails[kind], kind);
    }
    measure_sandboxes(mails);
    fflush(stdout);
    measure_parser(mails);
    for (int kind = 0; kind < MAILS; kind++) buf_free(&mails[kind]);
    return 0;
}
