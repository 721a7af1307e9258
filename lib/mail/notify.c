/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/notify.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "sys/fault.h"

enum {
    URL_BYTES = 600,
    HEADER_BYTES = 1000,
    BODY_BYTES = 128 * 1024,
    REFERENCE_BYTES = 64,
};

/* One request. */
struct asking {
    struct str rest; /* of the body, not yet given to libcurl */
    bool given;      /* all of it was given */
    struct buf answer;
    long http; /* 0: no answer */
    CURLcode done;
};

static size_t give(char *to, size_t size, size_t count, void *context)
{
    struct asking *asking = context;
    struct str piece = str_slice(asking->rest, 0, size * count);
    if (piece.len) memcpy(to, piece.at, piece.len);
    asking->rest = str_from_byte(asking->rest, piece.len);
    if (asking->rest.len == 0 && !asking->given) {
        asking->given = true;
        FAULT_POINT(notify_all_given);
    }
    return piece.len;
}

static size_t hear(char *at, size_t size, size_t count, void *context)
{
    struct asking *asking = context;
    buf_add(&asking->answer, (struct str){at, size * count});
    return asking->answer.over ? 0 : size * count; /* 0 ends the transfer */
}

static void end_curl(CURL **curl)
{
    curl_easy_cleanup(*curl);
}

static void end_list(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

static bool add_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer) *list = longer;
    return longer != NULL;
}

/* The token stands in a header, never in the URL. */
static enum err make_headers(const struct mail_notify *service, struct utc now, bool has_body,
                             struct curl_slist **list)
{
    BUF_SECRET(line, HEADER_BYTES);
    buf_add_c(&line, "Authorization: Bearer ");
    TRY(mail_notify_token(&service->key, now, &line));
    buf_add_byte(&line, 0);
    TRY(buf_done(&line));
    bool ok = add_line(list, line.at) && add_line(list, "Accept: application/json");
    if (has_body) ok = ok && add_line(list, "Content-Type: application/json");
    /* the whole request goes at once: what was given is known */
    ok = ok && add_line(list, "Expect:");
    return ok ? OK : ERR_MEMORY;
}

static bool apply_body(CURL *curl, struct asking *asking)
{
    return !curl_easy_setopt(curl, CURLOPT_POST, 1L) &&
           !curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)asking->rest.len) &&
           !curl_easy_setopt(curl, CURLOPT_READFUNCTION, give) &&
           !curl_easy_setopt(curl, CURLOPT_READDATA, asking);
}

/* path as it stands in the URL; a body makes it a POST. */
static enum err ask(const struct mail_notify *service, struct utc now, struct str path,
                    struct str body, struct asking *asking)
{
    const struct mail_server *server = &service->server;
    bool is_plain = server->tls == MAIL_TLS_NONE;
    if (server->tls == MAIL_TLS_STARTTLS) return ERR_CONFIG;
    char url[URL_BYTES];
    bool colon = strchr(server->host, ':') != NULL;
    int length = snprintf(url, sizeof url, "%s://%s%s%s%.*s", is_plain ? "http" : "https",
                          colon ? "[" : "", server->host, colon ? "]" : "", STR_ARG(path));
    if (length < 0 || (size_t)length >= sizeof url) return ERR_CONFIG;

    __attribute__((cleanup(end_curl))) CURL *curl = curl_easy_init();
    __attribute__((cleanup(end_list))) struct curl_slist *headers = NULL;
    if (!curl) return ERR_MEMORY;
    TRY(mail_server_apply(server, curl));
    TRY(make_headers(service, now, body.len > 0, &headers));
    asking->rest = body;
    if ((body.len && !apply_body(curl, asking)) || curl_easy_setopt(curl, CURLOPT_URL, url) ||
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, is_plain ? "http" : "https") ||
        curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ||
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) ||
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) ||
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, hear) ||
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, asking))
        return ERR_NET;
    asking->done = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &asking->http);
    return OK;
}

static void put_code(const struct asking *asking, char ret_code[MAIL_NOTIFY_CODE_BYTES])
{
    if (asking->http)
        snprintf(ret_code, MAIL_NOTIFY_CODE_BYTES, "notify_%ld", asking->http % 1000);
    else
        snprintf(ret_code, MAIL_NOTIFY_CODE_BYTES, "notify_%s",
                 mail_server_code((int)asking->done));
}

/* ---- sending ---- */

static enum mail_smtp_outcome outcome_of(const struct asking *asking)
{
    long http = asking->http;
    if (http == 0) return asking->given ? MAIL_SMTP_UNKNOWN : MAIL_SMTP_LATER;
    if (http == 201) return MAIL_SMTP_ACCEPTED;
    /* 401, 403: a key that was revoked, or a clock that is wrong; not the notice's fault */
    if (http == 401 || http == 403 || http == 408 || http == 429) return MAIL_SMTP_LATER;
    if (http >= 400 && http < 500) return MAIL_SMTP_REFUSED;
    /* A gateway gave up waiting for Notify, which may take it still; or nobody's answer at all. */
    if (http == 504 || (http >= 200 && http < 300)) return MAIL_SMTP_UNKNOWN;
    return MAIL_SMTP_LATER;
}

static bool is_phone(struct str text)
{
    if (text.len < 8 || text.len > 16 || text.at[0] != '+') return false;
    for (size_t i = 1; i < text.len; i++)
        if (text.at[i] < '0' || text.at[i] > '9') return false;
    return true;
}

static bool is_sendable(const struct mail_notify_notice *notice)
{
    bool has_to = notice->is_text ? is_phone(notice->to) : notice->to.len > 0;
    return has_to && notice->text.len > 0 && mail_notify_is_id(notice->template) &&
           notice->reference.len > 0 &&
           (notice->sender.len == 0 || mail_notify_is_id(notice->sender));
}

enum err mail_notify_send(const struct mail_notify *service,
                          const struct mail_notify_notice *notice, struct utc now,
                          struct mail_smtp_result *ret_result,
                          char ret_id[MAIL_NOTIFY_ID_LETTERS + 1])
{
    ret_id[0] = 0;
    if (!is_sendable(notice)) return ERR_BAD_INPUT;
    if (FAULT_FAILS(notify_connect)) {
        *ret_result =
            (struct mail_smtp_result){.outcome = MAIL_SMTP_LATER, .code = "notify_connect"};
        return OK;
    }
    BUF_SECRET(body, BODY_BYTES);
    TRY(mail_notify_body(notice, &body));
    struct asking asking = {.answer = buf_new_secret(MAIL_NOTIFY_ANSWER_BYTES)};
    struct mail_smtp_result result = {.outcome = MAIL_SMTP_LATER};
    enum err code =
        ask(service, now,
            notice->is_text ? STR("/v2/notifications/sms") : STR("/v2/notifications/email"),
            buf_str(&body), &asking);
    if (code == OK) {
        result.outcome = outcome_of(&asking);
        put_code(&asking, result.code);
        struct str words = str_slice(buf_str(&asking.answer), 0, sizeof result.answer - 1);
        /* the answer to what was taken is our own words again; an error's is for the desk */
        if (result.outcome == MAIL_SMTP_ACCEPTED)
            (void)mail_notify_id_get(buf_str(&asking.answer), ret_id);
        else if (words.len)
            memcpy(result.answer, words.at, words.len);
    }
    buf_free(&asking.answer);
    TRY(code);
    if (FAULT_FAILS(notify_answer_lost)) {
        result = (struct mail_smtp_result){.outcome = MAIL_SMTP_UNKNOWN, .code = "notify_lost"};
        ret_id[0] = 0;
    }
    *ret_result = result;
    return OK;
}

/* ---- what became of it ---- */

/* It stands in a URL. */
static bool is_reference(struct str text)
{
    if (text.len == 0 || text.len > REFERENCE_BYTES) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))) return false;
    }
    return true;
}

enum err mail_notify_look(const struct mail_notify *service, struct str id, struct str reference,
                          struct utc now, struct mail_notify_found *ret_found,
                          char ret_code[MAIL_NOTIFY_CODE_BYTES])
{
    if (id.len ? !mail_notify_is_id(id) : !is_reference(reference)) return ERR_BAD_INPUT;
    if (FAULT_FAILS(notify_look)) {
        snprintf(ret_code, MAIL_NOTIFY_CODE_BYTES, "notify_connect");
        return ERR_NET;
    }
    char path[URL_BYTES];
    snprintf(path, sizeof path, "/v2/notifications%s%.*s",
             id.len ? "/" : "?reference=", STR_ARG(id.len ? id : reference));
    struct asking asking = {.answer = buf_new_secret(MAIL_NOTIFY_ANSWER_BYTES)};
    enum err code = ask(service, now, str_from(path), (struct str){NULL, 0}, &asking);
    if (code == OK) {
        put_code(&asking, ret_code);
        code = asking.done != CURLE_OK ? ERR_NET
               : asking.http == 404    ? ERR_NOT_FOUND
               : asking.http != 200    ? ERR_NET
                                       : mail_notify_status(buf_str(&asking.answer), ret_found);
        if (code == ERR_BAD_JSON) code = ERR_NET;
    }
    buf_free(&asking.answer);
    return code;
}
