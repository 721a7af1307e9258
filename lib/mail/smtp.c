/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/smtp.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "mail/addr.h"
#include "mail/reply.h"
#include "sys/clock.h"
#include "sys/fault.h"

enum { REPLY_BYTES_MAX = 64 * 1024, URL_BYTES = 600 };

struct mail_smtp {
    CURL *curl;
};

/* One sending. */
struct sending {
    struct str rest;                      /* of the message, not yet given to libcurl */
    bool given;                           /* all of it was given: libcurl ends the message */
    int code;                             /* of the last whole reply; 0: none */
    char status[MAIL_REPLY_STATUS_BYTES]; /* its enhanced status, "5.1.1" */
    int final_code;                       /* of the reply that came after all was given; 0: none */
    size_t reply_bytes;
    struct buf answer;
    bool answer_ended;
};

static size_t give(char *to, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    struct str piece = str_slice(sending->rest, 0, size * count);
    if (piece.len == 0) return 0;
    memcpy(to, piece.at, piece.len);
    sending->rest = str_from_byte(sending->rest, piece.len);
    if (sending->rest.len == 0) {
        /* It knows the length and will not ask again: the final dot comes next. */
        sending->given = true;
        FAULT_POINT(smtp_all_given);
    }
    return piece.len;
}

/* Each line of each reply comes here. */
static size_t hear(char *at, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    struct str line = str_trim((struct str){at, size * count});
    sending->reply_bytes += size * count;
    if (sending->reply_bytes > REPLY_BYTES_MAX) return 0; /* ends the transfer */
    struct mail_reply_smtp reply = mail_reply_smtp(line);
    if (reply.code == 0) return size * count;
    /* After the end, and after a refusal, only the farewell to our QUIT is still heard. */
    if (sending->final_code || (sending->code >= 400 && reply.code == 221)) return size * count;
    if (sending->answer_ended) buf_clear(&sending->answer);
    sending->answer_ended = reply.last;
    if (sending->answer.len + line.len + 1 <= sending->answer.max) {
        buf_add(&sending->answer, line);
        buf_add_byte(&sending->answer, '\n');
    }
    if (!reply.last) return size * count;
    sending->code = reply.code;
    memcpy(sending->status, reply.status, sizeof sending->status);
    if (sending->given) sending->final_code = sending->code;
    return size * count;
}

/* It stands in a URL and in a command. */
static bool is_host_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && c != '.' && c != '-') return false;
    }
    return name.len > 0;
}

enum err mail_smtp_open(const struct mail_server *server, const char *ehlo_name,
                        struct mail_smtp **ret_smtp)
{
    char url[URL_BYTES];
    bool colon = strchr(server->host, ':') != NULL;
    int length = snprintf(url, sizeof url, "%s://%s%s%s/%s",
                          server->tls == MAIL_TLS_IMPLICIT ? "smtps" : "smtp", colon ? "[" : "",
                          server->host, colon ? "]" : "", ehlo_name);
    if (length < 0 || (size_t)length >= sizeof url) return ERR_CONFIG;
    if (!is_host_name(str_from(ehlo_name))) return ERR_CONFIG;
    struct mail_smtp *smtp = calloc(1, sizeof *smtp);
    CURL *curl = curl_easy_init();
    if (!smtp || !curl) {
        curl_easy_cleanup(curl);
        free(smtp);
        return ERR_MEMORY;
    }
    smtp->curl = curl;
    enum err code = mail_server_apply(server, curl);
    if (code == OK && (curl_easy_setopt(curl, CURLOPT_URL, url) ||
                       curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps") ||
                       curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) ||
                       curl_easy_setopt(curl, CURLOPT_READFUNCTION, give) ||
                       curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear)))
        code = ERR_NET;
    if (code != OK)
        mail_smtp_close(&smtp);
    else
        *ret_smtp = smtp;
    return code;
}

void mail_smtp_close(struct mail_smtp **smtp)
{
    if (!*smtp) return;
    /* libcurl says QUIT while it cleans up, and the answer would still be heard. */
    struct sending farewell = {.answer = buf_new(0)};
    curl_easy_setopt((*smtp)->curl, CURLOPT_HEADERDATA, &farewell);
    curl_easy_cleanup((*smtp)->curl);
    free(*smtp);
    *smtp = NULL;
}

static void judge(const struct sending *sending, CURLcode done, struct mail_smtp_result *ret_result)
{
    int code = sending->given ? sending->final_code : sending->code;
    struct mail_smtp_result result = {.outcome = MAIL_SMTP_LATER,
                                      .login_refused = done == CURLE_LOGIN_DENIED};
    bool of_message = code >= 400;
    if (sending->given) {
        result.outcome = code >= 200 && code < 300   ? MAIL_SMTP_ACCEPTED
                         : code >= 500 && code < 600 ? MAIL_SMTP_REFUSED
                         : code >= 400 && code < 500 ? MAIL_SMTP_LATER
                                                     : MAIL_SMTP_UNKNOWN;
        of_message = code != 0;
    } else if (code >= 500 && code < 600 && done == CURLE_SEND_ERROR) {
        /* libcurl's error for a refused MAIL, RCPT or DATA; refused greetings and sign-ins have
         * others, and say nothing about the message */
        result.outcome = MAIL_SMTP_REFUSED;
    }
    if (of_message && sending->status[0])
        snprintf(result.code, sizeof result.code, "%d_%s", code % 1000, sending->status);
    else if (of_message)
        snprintf(result.code, sizeof result.code, "%d", code % 1000);
    else
        snprintf(result.code, sizeof result.code, "%s", mail_server_code((int)done));
    if (sending->answer.len) memcpy(result.answer, sending->answer.at, sending->answer.len);
    *ret_result = result;
}

/* An address as it may stand between angle brackets. */
static bool is_spec(struct str text)
{
    if (text.len == 0 || text.len >= MAIL_ADDR_BYTES) return false;
    ARENA(arena, 8192);
    struct mail_addr addr;
    if (mail_addr_parse(text, arena, &addr) != OK || addr.name.len) return false;
    return str_equal(mail_addr_spec(&addr, arena), text);
}

static CURLcode perform(struct mail_smtp *smtp, struct sending *sending, bool fresh)
{
    CURL *curl = smtp->curl;
    CURLcode code = curl_easy_setopt(curl, CURLOPT_READDATA, sending);
    if (!code) code = curl_easy_setopt(curl, CURLOPT_HEADERDATA, sending);
    if (!code) code = curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    if (!code)
        code = curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)sending->rest.len);
    if (!code) code = curl_easy_perform(curl);
    return code;
}

static void end_list(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

enum err mail_smtp_send(struct mail_smtp *smtp, struct str from, struct str to, struct str message,
                        int64_t until_us, struct mail_smtp_result *ret_result)
{
    if (!is_spec(to) || (from.len && !is_spec(from)) || message.len == 0) return ERR_BAD_INPUT;
    if (FAULT_FAILS(smtp_connect)) {
        *ret_result = (struct mail_smtp_result){.outcome = MAIL_SMTP_LATER, .code = "connect"};
        return OK;
    }
    ARENA(arena, 4096);
    const char *from_text = arena_print(arena, "<%.*s>", STR_ARG(from)).at;
    const char *to_text = arena_print(arena, "<%.*s>", STR_ARG(to)).at;
    __attribute__((cleanup(end_list))) struct curl_slist *list = curl_slist_append(NULL, to_text);
    if (!list || curl_easy_setopt(smtp->curl, CURLOPT_MAIL_FROM, from_text) ||
        curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, list))
        return ERR_MEMORY;

    CURLcode done = CURLE_OK;
    for (int try = 0; try < 2; try++) {
        struct sending sending = {.rest = message, .answer = buf_new(MAIL_SMTP_ANSWER_BYTES - 1)};
        done = perform(smtp, &sending, try > 0);
        long connections = 0;
        curl_easy_getinfo(smtp->curl, CURLINFO_NUM_CONNECTS, &connections);
        judge(&sending, done, ret_result);
        buf_free(&sending.answer);
        /* A kept connection may have been closed meanwhile, or have carried its fill. */
        bool worn = sending.code < 400 || sending.code == 421 || sending.code == 452;
        if (sending.given || connections > 0 || !worn || done == CURLE_OK) break;
        if (until_us && clock_monotonic_us() >= until_us) break;
    }
    if (FAULT_FAILS(smtp_answer_lost))
        *ret_result = (struct mail_smtp_result){.outcome = MAIL_SMTP_UNKNOWN, .code = "lost"};
    curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, NULL);
    return OK;
}
