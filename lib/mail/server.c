/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/server.h"

#include <curl/curl.h>
#include <string.h>

enum {
    CONNECT_SECONDS = 15,
    SILENCE_SECONDS = 60,
    WHOLE_SECONDS = 300,
    SLOWEST_BYTES = 100, /* a second, on average over the silence */
    HOST_BYTES = 255,
};

enum err mail_server_init(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? OK : ERR_NET;
}

bool mail_server_tls_get(struct str text, enum mail_tls *ret_tls)
{
    static const char *const names[] = {"implicit", "starttls", "none"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_equal(text, str_from(names[i]))) continue;
        *ret_tls = (enum mail_tls)i;
        return true;
    }
    return false;
}

bool mail_server_is_local(struct str host)
{
    if (str_same(host, STR("localhost")) || str_equal(host, STR("::1"))) return true;
    if (host.len > 10 && str_same(str_from_byte(host, host.len - 10), STR(".localhost")))
        return true;
    if (!str_starts(host, STR("127."))) return false;
    for (size_t i = 0; i < host.len; i++)
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9')) return false;
    return true;
}

/* A host name is part of a URL here: nothing else may stand in it. */
static bool is_host(struct str host)
{
    if (host.len == 0 || host.len > HOST_BYTES) return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && c != '.' && c != '-' && c != ':') return false;
    }
    return true;
}

struct mail_server_limits mail_server_limits(const struct mail_server *server)
{
    return (struct mail_server_limits){
        .silence_seconds = server->silence_seconds ? server->silence_seconds : SILENCE_SECONDS,
        .whole_seconds = server->whole_seconds ? server->whole_seconds : WHOLE_SECONDS,
        .bytes_a_second = SLOWEST_BYTES,
    };
}

enum err mail_server_apply(const struct mail_server *server, void *handle)
{
    CURL *curl = handle;
    struct str host = str_from(server->host);
    if (!is_host(host) || server->port < 1 || server->port > 65535) return ERR_CONFIG;
    if (server->tls == MAIL_TLS_NONE && !mail_server_is_local(host)) return ERR_CONFIG;
    long connect = server->connect_seconds ? server->connect_seconds : CONNECT_SECONDS;
    struct mail_server_limits limits = mail_server_limits(server);
    long silence = limits.silence_seconds;
    bool ok = true;
    ok &= !curl_easy_setopt(curl, CURLOPT_PORT, (long)server->port);
    ok &= !curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    ok &= !curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 1L);
    ok &= !curl_easy_setopt(curl, CURLOPT_PROXY, "");
    ok &= !curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    ok &= !curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    ok &= !curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect);
    ok &= !curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, silence);
    ok &= !curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)limits.bytes_a_second);
    ok &= !curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, silence);
    ok &= !curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)limits.whole_seconds);
    ok &= !curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    ok &= !curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    ok &= !curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (server->tls == MAIL_TLS_STARTTLS)
        ok &= !curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    if (server->ca_file && *server->ca_file)
        ok &= !curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca_file);
    if (server->user && *server->user) {
        ok &= !curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
        if (server->bearer && *server->bearer) {
            /* Named, so that no other mechanism is tried, with a password that there is not. */
            ok &= !curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, server->bearer);
            ok &= !curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
        } else
            ok &=
                !curl_easy_setopt(curl, CURLOPT_PASSWORD, server->password ? server->password : "");
    }
    return ok ? OK : ERR_NET;
}

const char *mail_server_code(int curl_code)
{
    switch (curl_code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "resolve";
    case CURLE_COULDNT_CONNECT: return "connect";
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_LOGIN_DENIED: return "login";
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return "tls";
    case CURLE_OUT_OF_MEMORY: return "memory";
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_WEIRD_SERVER_REPLY: return "answer";
    default: return "lost";
    }
}
