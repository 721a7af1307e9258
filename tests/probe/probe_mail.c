/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * lib/mail from a command line, for tests that put a real reader or a lying server at its other end
 * (tests/flow/mail_compose.mjs, mail_servers.mjs).
 *
 *     probe_mail text                                   text on stdin, entity on stdout
 *     probe_mail mixed TOKEN [TYPE NAME FILE]…          the same with files attached
 *     probe_mail encrypted TOKEN                        armour on stdin
 *     probe_mail message FROM TO SUBJECT ID SECONDS     entity on stdin, whole message on stdout
 *     probe_mail smtp PORT SILENCE FROM TO COUNT        message on stdin, sent COUNT times
 *     … COUNT MICROSECONDS                              no second try of one after that time
 *     probe_mail imap PORT SILENCE MAX FOLDER           reads a whole mailbox, moving what it read
 *     probe_mail oauth URL ID SECRET SCOPE REFRESH CA COUNT   asks for a token COUNT times; "-":
 * none
 *
 * Servers are spoken to on 127.0.0.1 without TLS. A line for each step: its name, the error's name
 * or "ok", numbers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/num.h"
#include "mail/compose.h"
#include "mail/imap.h"
#include "mail/oauth.h"
#include "mail/smtp.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { BYTES_MAX = 100 * 1024 * 1024, FILES_MAX = 10, ENTRIES_MAX = 1000 };

static const char *name_of(enum err code)
{
    return code == OK ? "ok" : err_info(code)->name;
}

static _Noreturn void stop(const char *what, enum err code)
{
    fprintf(stderr, "probe_mail: %s: %s\n", what, name_of(code));
    exit(1);
}

static int64_t number(const char *text)
{
    int64_t value;
    if (!num_parse(str_from(text), INT64_MIN + 1, INT64_MAX, &value)) stop(text, ERR_BAD_INPUT);
    return value;
}

static void finish(enum err code, const struct buf *out)
{
    if (code == OK) code = file_write_fd(STDOUT_FILENO, buf_str(out));
    if (code != OK) stop("compose", code);
}

static void compose_mixed(struct str token, struct str text, char **words, int count,
                          struct buf *out)
{
    struct mail_compose_file files[FILES_MAX];
    struct buf bytes[FILES_MAX];
    size_t files_count = 0;
    for (int i = 0; i + 2 < count && files_count < FILES_MAX; i += 3) {
        bytes[files_count] = buf_new(BYTES_MAX);
        enum err code = file_read(words[i + 2], &bytes[files_count]);
        if (code != OK) stop(words[i + 2], code);
        files[files_count] = (struct mail_compose_file){str_from(words[i]), str_from(words[i + 1]),
                                                        buf_str(&bytes[files_count])};
        files_count++;
    }
    finish(mail_compose_mixed(token, text, files, files_count, out), out);
    for (size_t i = 0; i < files_count; i++) buf_free(&bytes[i]);
}

static void compose_message(struct str entity, char **words, struct buf *out)
{
    ARENA(arena, 65536);
    struct mail_compose_headers headers = {
        .subject = str_from(words[2]),
        .message_id = str_from(words[3]),
        .date = {number(words[4]) * UTC_SECOND_US},
        .automatic = true,
    };
    enum err code = mail_addr_parse(str_from(words[0]), arena, &headers.from);
    if (code == OK) code = mail_addr_parse(str_from(words[1]), arena, &headers.to);
    if (code != OK) stop("address", code);
    finish(mail_compose_message(&headers, entity, out), out);
}

static struct mail_server server_at(char **words)
{
    return (struct mail_server){.host = "127.0.0.1",
                                .port = (int)number(words[0]),
                                .tls = MAIL_TLS_NONE,
                                .user = "probe",
                                .password = "probe",
                                .connect_seconds = 2,
                                .silence_seconds = (int)number(words[1]),
                                .whole_seconds = 4 * (int)number(words[1])};
}

static void send_all(struct str message, char **words)
{
    struct mail_server server = server_at(words);
    server.user = NULL;
    struct mail_smtp *smtp = NULL;
    enum err code = mail_smtp_open(&server, "probe.test", &smtp);
    if (code != OK) stop("open", code);
    static const char *const outcomes[] = {"accepted", "refused", "later", "unknown"};
    for (int64_t i = 0; i < number(words[4]); i++) {
        struct mail_smtp_result result = {.outcome = MAIL_SMTP_LATER};
        int64_t until_us = words[5] ? clock_monotonic_us() + number(words[5]) : 0;
        code = mail_smtp_send(smtp, str_from(words[2]), str_from(words[3]), message, until_us,
                              &result);
        printf("send %s %s %s\n", name_of(code), outcomes[result.outcome],
               result.code[0] ? result.code : "-");
    }
    mail_smtp_close(&smtp);
}

static enum err count_bytes(struct str piece, void *context)
{
    *(size_t *)context += piece.len;
    return OK;
}

static void read_mailbox(char **words)
{
    struct mail_server server = server_at(words);
    struct mail_imap *imap = NULL;
    enum err code = mail_imap_open(&server, STR("INBOX"), &imap);
    if (code != OK) stop("open", code);
    struct mail_imap_box box = {0};
    code = mail_imap_look(imap, &box);
    printf("look %s %s %u %u\n", name_of(code), mail_imap_code(imap), box.uidvalidity, box.count);
    static struct mail_imap_entry entries[ENTRIES_MAX];
    size_t count = 0;
    uint32_t wanted = box.count < ENTRIES_MAX ? box.count : ENTRIES_MAX;
    if (code == OK && wanted) {
        code = mail_imap_list(imap, &box, 1, wanted, entries, &count);
        printf("list %s %s %zu\n", name_of(code), mail_imap_code(imap), count);
    }
    for (size_t i = 0; i < count && code == OK; i++) {
        size_t bytes = 0;
        code = mail_imap_fetch(imap, box.uidvalidity, entries[i].uid, (size_t)number(words[2]),
                               count_bytes, &bytes);
        printf("fetch %s %s %u %zu\n", name_of(code), mail_imap_code(imap), entries[i].uid, bytes);
        if (code != OK) break;
        code = mail_imap_move(imap, box.uidvalidity, &entries[i].uid, 1, str_from(words[3]));
        printf("move %s %s %u\n", name_of(code), mail_imap_code(imap), entries[i].uid);
    }
    mail_imap_close(&imap);
}

static const char *or_none(const char *word)
{
    return strcmp(word, "-") == 0 ? "" : word;
}

static void ask_tokens(char **words)
{
    struct mail_oauth_client client = {
        .token_url = words[0],
        .client_id = words[1],
        .client_secret = or_none(words[2]),
        .scope = or_none(words[3]),
        .refresh_file = or_none(words[4]),
        .ca_file = or_none(words[5]),
    };
    struct mail_oauth *oauth = NULL;
    enum err code = mail_oauth_open(&client, &oauth);
    if (code != OK) printf("open %s\n", name_of(code));
    for (int64_t i = 0; i < number(words[6]) && code == OK; i++) {
        const char *token = "";
        bool changed = false;
        enum err asked = mail_oauth_token(oauth, &token, &changed);
        const char *word = mail_oauth_code(oauth);
        printf("token %s %s %d %zu\n", name_of(asked), *word ? word : "-", changed, strlen(token));
    }
    mail_oauth_free(&oauth);
}

int main(int argc, char **argv)
{
    if (mail_server_init() != OK || argc < 2) stop("start", ERR_BAD_INPUT);
    char **words = argv + 2;
    int count = argc - 2;
    BUF(in, BYTES_MAX);
    BUF(out, 2 * BYTES_MAX);
    bool has_stdin = strcmp(argv[1], "imap") != 0 && strcmp(argv[1], "oauth") != 0;
    if (has_stdin && file_read_fd(STDIN_FILENO, &in) != OK) stop("stdin", ERR_IO);
    if (strcmp(argv[1], "text") == 0)
        finish(mail_compose_text(buf_str(&in), &out), &out);
    else if (strcmp(argv[1], "mixed") == 0 && count >= 1)
        compose_mixed(str_from(words[0]), buf_str(&in), words + 1, count - 1, &out);
    else if (strcmp(argv[1], "encrypted") == 0 && count == 1)
        finish(mail_compose_encrypted(str_from(words[0]), buf_str(&in), &out), &out);
    else if (strcmp(argv[1], "message") == 0 && count == 5)
        compose_message(buf_str(&in), words, &out);
    else if (strcmp(argv[1], "smtp") == 0 && (count == 5 || count == 6))
        send_all(buf_str(&in), words);
    else if (strcmp(argv[1], "imap") == 0 && count == 4)
        read_mailbox(words);
    else if (strcmp(argv[1], "oauth") == 0 && count == 7)
        ask_tokens(words);
    else
        stop(argv[1], ERR_BAD_INPUT);
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0 && (!has_stdin || strcmp(argv[1], "smtp") == 0))
        printf("memory %ld\n", usage.ru_maxrss);
    return 0;
}
