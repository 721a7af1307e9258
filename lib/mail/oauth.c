/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/oauth.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/json.h"
#include "mail/server.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "sys/file.h"

static const int64_t SECOND_US = 1000000;

enum {
    CONNECT_SECONDS = 5,
    WHOLE_SECONDS = 15,
    TURN_SECONDS = 20,   /* for the refresh token's file: longer than one exchange */
    RENEW_SECONDS = 120, /* before the end, or half of a shorter life */
    LIFE_SECONDS = 300,  /* where the endpoint says none */
    LIFE_SECONDS_MAX = 7 * 24 * 3600,
    FIRST_PAUSE_SECONDS = 5,
    MOST_PAUSE_SECONDS = 300,
    TEXT_BYTES = 4096, /* a setting */
    REQUEST_BYTES = 3 * (4 * TEXT_BYTES + MAIL_OAUTH_TOKEN_BYTES) + 1000,
};

struct mail_oauth {
    struct buf url, client_id, client_secret, scope, refresh_file, ca_file;
    bool is_local;            /* http is allowed */
    struct buf token;         /* empty: none */
    struct buf rotated;       /* a new refresh token that is not in the file yet; empty: none */
    bool changed;             /* since it was last handed out */
    bool refused_once;        /* by the mail server, and not taken since */
    int64_t renew_us, end_us; /* of the token, by the monotonic clock */
    int64_t pause_us;         /* the endpoint is left alone until then */
    int64_t pause_seconds;    /* the last pause; 0: the mail server took the last token */
    enum err failure;         /* of that exchange */
    const char *code;
};

/* ---- an answer ---- */

/* RFC 6749 §5.2, and what Microsoft and Google say besides. */
static const char *error_word(struct str error)
{
    static const char *const words[] = {
        "oauth_invalid_request",         "oauth_invalid_client",         "oauth_invalid_grant",
        "oauth_unauthorized_client",     "oauth_unsupported_grant_type", "oauth_invalid_scope",
        "oauth_temporarily_unavailable", "oauth_interaction_required",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_equal(error, str_from(words[i] + strlen("oauth_")))) return words[i];
    return "oauth_refused";
}

static bool is_token(struct str text)
{
    if (text.len == 0 || text.len > MAIL_OAUTH_TOKEN_BYTES) return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] <= ' ' || text.at[i] > '~') return false;
    return true;
}

/* Microsoft's older endpoints write it as a text. */
static bool read_life(const json_t *object, int64_t *ret_seconds)
{
    const json_t *value = json_object_get(object, "expires_in");
    *ret_seconds = LIFE_SECONDS;
    if (!value || json_is_null(value)) return true;
    int64_t seconds = json_is_integer(value) ? json_integer_value(value) : 0;
    if (json_is_string(value)) {
        struct str text = json_text(value);
        for (size_t i = 0; i < text.len && seconds <= LIFE_SECONDS_MAX; i++) {
            if (text.at[i] < '0' || text.at[i] > '9') return false;
            seconds = seconds * 10 + (text.at[i] - '0');
        }
    }
    if (seconds <= 0) return false;
    *ret_seconds = seconds > LIFE_SECONDS_MAX ? LIFE_SECONDS_MAX : seconds;
    return true;
}

static const char *read_answer(const json_t *object, long http_status,
                               struct mail_oauth_answer *answer)
{
    if (!json_is_object(object)) return "oauth_answer";
    struct str error = json_get_str(object, "error");
    if (error.len) return error_word(error);
    if (http_status != 200) return "oauth_answer";
    struct str token = json_get_str(object, "access_token");
    struct str refresh = json_get_str(object, "refresh_token");
    if (!is_token(token) || !str_same(json_get_str(object, "token_type"), STR("Bearer")) ||
        (refresh.len && !is_token(refresh)) || !read_life(object, &answer->seconds))
        return "oauth_answer";
    buf_add(&answer->token, token);
    buf_add(&answer->refresh, refresh);
    return NULL;
}

void mail_oauth_answer_read(struct str body, long http_status, struct mail_oauth_answer *ret_answer)
{
    struct mail_oauth_answer answer = {
        .token = buf_new_secret(MAIL_OAUTH_TOKEN_BYTES),
        .refresh = buf_new_secret(MAIL_OAUTH_TOKEN_BYTES),
        .error = "oauth_answer",
    };
    json_t *read = NULL;
    if (json_read(body, MAIL_OAUTH_ANSWER_BYTES, &read) == OK) {
        JSON object = read;
        answer.error = read_answer(object, http_status, &answer);
    }
    *ret_answer = answer;
}

/* ---- settings ---- */

/* https, or http to this host; no user and no fragment in it. */
static enum err check_url(const char *url, bool *ret_local)
{
    CURLU *parts = curl_url();
    if (!parts) return ERR_MEMORY;
    enum err code = ERR_CONFIG;
    char *scheme = NULL, *host = NULL, *user = NULL, *fragment = NULL;
    if (curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_NO_USER &&
        curl_url_get(parts, CURLUPART_FRAGMENT, &fragment, 0) == CURLUE_NO_FRAGMENT) {
        bool plain = strcmp(scheme, "http") == 0;
        *ret_local = plain;
        if (strcmp(scheme, "https") == 0 || (plain && mail_server_is_local(str_from(host))))
            code = OK;
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_free(fragment);
    curl_url_cleanup(parts);
    return code;
}

static struct buf copy(const char *text)
{
    struct buf bytes = buf_new_secret(TEXT_BYTES);
    buf_add(&bytes, str_from(text));
    return bytes;
}

enum err mail_oauth_open(const struct mail_oauth_client *client, struct mail_oauth **ret_oauth)
{
    bool is_local = false;
    TRY(check_url(client->token_url, &is_local));
    struct mail_oauth *oauth = calloc(1, sizeof *oauth);
    if (!oauth) return ERR_MEMORY;
    *oauth = (struct mail_oauth){
        .url = copy(client->token_url),
        .client_id = copy(client->client_id),
        .client_secret = copy(client->client_secret),
        .scope = copy(client->scope),
        .refresh_file = copy(client->refresh_file),
        .ca_file = copy(client->ca_file),
        .is_local = is_local,
        .token = buf_new_secret(MAIL_OAUTH_TOKEN_BYTES),
        .rotated = buf_new_secret(MAIL_OAUTH_TOKEN_BYTES),
        .code = "",
    };
    bool fits = buf_done(&oauth->url) == OK && buf_done(&oauth->client_id) == OK &&
                buf_done(&oauth->client_secret) == OK && buf_done(&oauth->scope) == OK &&
                buf_done(&oauth->refresh_file) == OK && buf_done(&oauth->ca_file) == OK;
    if (!fits) {
        mail_oauth_free(&oauth);
        return ERR_CONFIG;
    }
    *ret_oauth = oauth;
    return OK;
}

void mail_oauth_free(struct mail_oauth **slot)
{
    struct mail_oauth *oauth = *slot;
    if (!oauth) return;
    struct buf *texts[] = {&oauth->url,   &oauth->client_id,    &oauth->client_secret,
                           &oauth->scope, &oauth->refresh_file, &oauth->ca_file,
                           &oauth->token, &oauth->rotated};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) buf_free(texts[i]);
    free(oauth);
    *slot = NULL;
}

const char *mail_oauth_code(const struct mail_oauth *oauth)
{
    return oauth->code;
}

/* ---- the refresh token's file ---- */

/* Processes that would use one refresh token at once take turns, by a lock on a file beside it. */
static enum err take_turn(const struct mail_oauth *oauth, int *ret_fd)
{
    BUF(name, PATH_MAX);
    buf_print(&name, "%s.lock", oauth->refresh_file.at);
    TRY(buf_done(&name));
    FD(fd, open(name.at, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (fd < 0) return file_error(errno);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (int tenths = 0; fcntl(fd, F_OFD_SETLK, &lock) != 0; tenths++) {
        if (errno != EAGAIN && errno != EACCES) return file_error(errno);
        if (tenths >= TURN_SECONDS * 10) return ERR_TIMEOUT;
        nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
    }
    *ret_fd = fd;
    fd = -1;
    return OK;
}

static enum err read_refresh(const struct mail_oauth *oauth, struct buf *ret_refresh)
{
    BUF_SECRET(text, MAIL_OAUTH_TOKEN_BYTES + 2);
    TRY(file_read_secret(oauth->refresh_file.at, &text));
    struct str token = str_trim(buf_str(&text));
    if (!is_token(token)) return ERR_CONFIG;
    buf_add(ret_refresh, token);
    return buf_done(ret_refresh);
}

/* ---- the exchange ---- */

static void add_field(CURL *curl, struct buf *request, const char *name, struct str value)
{
    if (value.len == 0) return;
    char *escaped = curl_easy_escape(curl, value.at, (int)value.len);
    buf_print(request, "%s%s=", request->len ? "&" : "", name);
    if (escaped) {
        buf_add_c(request, escaped);
        explicit_bzero(escaped, strlen(escaped));
    }
    curl_free(escaped);
}

static size_t take_answer(char *at, size_t size, size_t count, void *context)
{
    struct buf *answer = context;
    buf_add(answer, (struct str){at, size * count});
    return buf_done(answer) == OK ? size * count : 0; /* ends the transfer */
}

static bool prepare(const struct mail_oauth *oauth, CURL *curl, const struct buf *request,
                    struct curl_slist *headers, struct buf *answer)
{
    bool ok = true;
    ok &= !curl_easy_setopt(curl, CURLOPT_URL, oauth->url.at);
    ok &= !curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, oauth->is_local ? "http" : "https");
    ok &= !curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    ok &= !curl_easy_setopt(curl, CURLOPT_PROXY, "");
    ok &= !curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    ok &= !curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    ok &= !curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    ok &= !curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)WHOLE_SECONDS);
    ok &= !curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    ok &= !curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    ok &= !curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (oauth->ca_file.len) ok &= !curl_easy_setopt(curl, CURLOPT_CAINFO, oauth->ca_file.at);
    ok &= !curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    ok &= !curl_easy_setopt(curl, CURLOPT_POST, 1L);
    ok &= !curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->at);
    ok &= !curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->len);
    ok &= !curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    ok &= !curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    return ok;
}

static const char *curl_word(CURLcode done)
{
    if (done == CURLE_WRITE_ERROR) return "oauth_answer"; /* over its 64 KiB */
    const char *word = mail_server_code((int)done);
    static const char *const words[] = {"oauth_resolve", "oauth_connect", "oauth_timeout",
                                        "oauth_tls"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i] + strlen("oauth_")) == 0) return words[i];
    return "oauth_lost";
}

/* refresh empty: client credentials. */
static enum err ask(struct mail_oauth *oauth, struct str refresh,
                    struct mail_oauth_answer *ret_answer)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    BUF_SECRET(request, REQUEST_BYTES);
    BUF_SECRET(body, MAIL_OAUTH_ANSWER_BYTES);
    enum err code = curl && headers ? OK : ERR_MEMORY;
    if (code == OK) {
        add_field(curl, &request, "grant_type",
                  refresh.len ? STR("refresh_token") : STR("client_credentials"));
        add_field(curl, &request, "refresh_token", refresh);
        add_field(curl, &request, "client_id", buf_str(&oauth->client_id));
        add_field(curl, &request, "client_secret", buf_str(&oauth->client_secret));
        add_field(curl, &request, "scope", buf_str(&oauth->scope));
        code = buf_done(&request);
    }
    if (code == OK && !prepare(oauth, curl, &request, headers, &body)) code = ERR_MEMORY;
    CURLcode done = CURLE_COULDNT_CONNECT;
    long status = 0;
    if (code == OK && !FAULT_FAILS(oauth_ask)) done = curl_easy_perform(curl);
    if (code == OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    if (code != OK) return code;
    if (done != CURLE_OK) {
        oauth->code = curl_word(done);
        return ERR_NET;
    }
    mail_oauth_answer_read(buf_str(&body), status, ret_answer);
    if (!ret_answer->error) return OK;
    oauth->code = ret_answer->error;
    buf_free(&ret_answer->token);
    buf_free(&ret_answer->refresh);
    return ERR_NET;
}

static void keep(struct mail_oauth *oauth, const struct mail_oauth_answer *answer)
{
    oauth->changed = oauth->changed || !str_equal(buf_str(&oauth->token), buf_str(&answer->token));
    buf_clear(&oauth->token);
    buf_add(&oauth->token, buf_str(&answer->token));
    int64_t early = answer->seconds / 2 < RENEW_SECONDS ? answer->seconds / 2 : RENEW_SECONDS;
    oauth->end_us = clock_monotonic_us() + answer->seconds * SECOND_US;
    oauth->renew_us = oauth->end_us - early * SECOND_US;
}

static enum err write_rotated(struct mail_oauth *oauth)
{
    if (oauth->rotated.len == 0) return OK;
    if (file_write(oauth->refresh_file.at, buf_str(&oauth->rotated), 0600) != OK) {
        oauth->code = "oauth_file";
        return ERR_CONFIG;
    }
    buf_clear(&oauth->rotated);
    return OK;
}

/* The old refresh token may be worth nothing once there is a new one: that is on disk first. */
static enum err exchange_refresh(struct mail_oauth *oauth, struct mail_oauth_answer *answer)
{
    BUF_SECRET(refresh, MAIL_OAUTH_TOKEN_BYTES);
    int fd = -1;
    enum err code = take_turn(oauth, &fd);
    FD(turn, fd);
    (void)turn; /* held until the end */
    if (code == OK && oauth->rotated.len == 0) code = read_refresh(oauth, &refresh);
    if (code != OK) {
        oauth->code = "oauth_file";
        return code == ERR_TIMEOUT ? ERR_NET : ERR_CONFIG;
    }
    if (oauth->rotated.len) {
        buf_add(&refresh, buf_str(&oauth->rotated));
        TRY(write_rotated(oauth));
    }
    TRY(ask(oauth, buf_str(&refresh), answer));
    if (answer->refresh.len && !str_equal(buf_str(&answer->refresh), buf_str(&refresh)))
        buf_add(&oauth->rotated, buf_str(&answer->refresh));
    return write_rotated(oauth);
}

static enum err exchange(struct mail_oauth *oauth)
{
    struct mail_oauth_answer answer = {0};
    enum err code =
        oauth->refresh_file.len ? exchange_refresh(oauth, &answer) : ask(oauth, STR(""), &answer);
    if (code == OK) keep(oauth, &answer);
    buf_free(&answer.token);
    buf_free(&answer.refresh);
    return code;
}

static void pause_after(struct mail_oauth *oauth, enum err failure)
{
    int64_t seconds = oauth->pause_seconds ? 2 * oauth->pause_seconds : FIRST_PAUSE_SECONDS;
    oauth->pause_seconds = seconds > MOST_PAUSE_SECONDS ? MOST_PAUSE_SECONDS : seconds;
    oauth->pause_us = clock_monotonic_us() + oauth->pause_seconds * SECOND_US;
    oauth->failure = failure;
}

enum err mail_oauth_token(struct mail_oauth *oauth, const char **ret_token, bool *ret_changed)
{
    int64_t now = clock_monotonic_us();
    bool is_good = oauth->token.len && now < oauth->end_us;
    if (!is_good || now >= oauth->renew_us) {
        enum err code = oauth->failure;
        if (now >= oauth->pause_us) {
            code = exchange(oauth);
            if (code != OK) pause_after(oauth, code);
        }
        if (code != OK && !is_good) return code;
    }
    *ret_changed = oauth->changed;
    oauth->changed = false;
    *ret_token = oauth->token.at;
    return OK;
}

bool mail_oauth_refused(struct mail_oauth *oauth)
{
    bool again = !oauth->refused_once;
    oauth->refused_once = true;
    buf_clear(&oauth->token);
    if (again) return true;
    oauth->code = "oauth_login";
    pause_after(oauth, ERR_NET);
    return false;
}

void mail_oauth_accepted(struct mail_oauth *oauth)
{
    oauth->refused_once = false;
    oauth->pause_seconds = 0;
}
