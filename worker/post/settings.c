/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "sys/file.h"
#include "worker/post/post.h"

enum { PASSWORD_BYTES = 8192 };

/* What conf.def has for signing in by OAuth 2. */
struct post_oauth_conf {
    struct str url, client_id, scope;
    const char *secret_file, *refresh_file;
};

/* What conf.def has for one mailbox, by its number. */
struct mailbox_conf {
    const char *name;
    struct str agency, address, reply_domain, host, tls, user, folder, done_folder, problem_folder;
    int64_t port;
    const char *password_file;
    struct post_oauth_conf oauth;
    bool return_addresses;
};

#define OAUTH(section)                                                                           \
    {                                                                                            \
        conf->section##_oauth_url, conf->section##_oauth_client_id, conf->section##_oauth_scope, \
            conf->section##_oauth_secret_file, conf->section##_oauth_refresh_file                \
    }

#define MAILBOX(n)                                                                                 \
    {                                                                                              \
        "mailbox-" #n, conf->mailbox_##n##_agency, conf->mailbox_##n##_address,                    \
            conf->mailbox_##n##_reply_domain, conf->mailbox_##n##_host, conf->mailbox_##n##_tls,   \
            conf->mailbox_##n##_user, conf->mailbox_##n##_folder, conf->mailbox_##n##_done_folder, \
            conf->mailbox_##n##_problem_folder, conf->mailbox_##n##_port,                          \
            conf->mailbox_##n##_password_file, OAUTH(mailbox_##n),                                 \
            conf->mailbox_##n##_return_addresses                                                   \
    }

/* key: which setting names the file. */
static enum err read_password(const char *path, struct buf *ret_password, const char *section,
                              const char *key, struct buf *problem)
{
    *ret_password = buf_new_secret(PASSWORD_BYTES);
    if (!path || !*path) return OK;
    BUF_SECRET(text, PASSWORD_BYTES);
    enum err code = file_read_secret(path, &text);
    struct str password = str_trim(buf_str(&text));
    if (code == OK && (password.len == 0 || str_find_byte(password, '\n') != STR_NONE ||
                       str_find_byte(password, 0) != STR_NONE))
        code = ERR_CONFIG;
    if (code != OK) {
        buf_print(problem,
                  "[%s] %s: cannot be used (%s): it must hold the secret and "
                  "nothing else, belong to this process's user and have mode 0600",
                  section, key, err_info(code)->name);
        return ERR_CONFIG;
    }
    buf_add(ret_password, password);
    return buf_done(ret_password);
}

/* host and port as libcurl gets them; ERR_CONFIG with a problem. */
static enum err read_server(const struct conf *conf, const char *section, struct str host,
                            int64_t port, struct str tls, struct str user, struct arena *arena,
                            struct buf *problem, struct mail_server *ret_server)
{
    *ret_server = (struct mail_server){.host = arena_c(arena, host),
                                       .port = (int)port,
                                       .user = arena_c(arena, user),
                                       .ca_file = conf->post_ca_file};
    if (!mail_server_tls_get(tls, &ret_server->tls)) {
        buf_print(problem, "[%s] tls: \"%.*s\" is none of starttls, implicit, none: choose one",
                  section, STR_ARG(tls));
        return ERR_CONFIG;
    }
    if (ret_server->tls == MAIL_TLS_NONE && !mail_server_is_local(host)) {
        buf_print(problem,
                  "[%s] tls: none is for a server on this host only: use starttls or "
                  "implicit",
                  section);
        return ERR_CONFIG;
    }
    return OK;
}

static enum err read_address(const char *section, const char *key, struct str text,
                             struct arena *arena, struct buf *problem, struct mail_addr *ret_addr)
{
    *ret_addr = (struct mail_addr){0};
    if (text.len == 0 || (mail_addr_parse(text, arena, ret_addr) == OK && ret_addr->name.len == 0))
        return OK;
    buf_print(problem, "[%s] %s: \"%.*s\" is no e-mail address: write one like post@example.org",
              section, key, STR_ARG(text));
    return ERR_CONFIG;
}

static enum err read_domain(const char *section, struct str text, struct arena *arena,
                            struct buf *problem, struct str *ret_domain)
{
    struct mail_addr addr = {0};
    if (text.len == 0 ||
        (mail_addr_parse(arena_print(arena, "x@%.*s", STR_ARG(text)), arena, &addr) == OK &&
         str_equal(addr.local, STR("x")))) {
        *ret_domain = addr.domain;
        return OK;
    }
    buf_print(problem, "[%s] reply_domain: \"%.*s\" is no domain: write one like post.example.org",
              section, STR_ARG(text));
    return ERR_CONFIG;
}

/* NULL where nothing is set. */
static enum err read_oauth(const struct conf *conf, const struct post_oauth_conf *from,
                           const char *section, struct str user, const struct buf *password,
                           struct arena *arena, struct buf *problem, struct mail_oauth **ret_oauth)
{
    *ret_oauth = NULL;
    bool has_secret = *from->secret_file, has_refresh = *from->refresh_file;
    if (from->url.len == 0 && from->client_id.len == 0 && !has_secret && !has_refresh) return OK;
    if (from->url.len == 0 || from->client_id.len == 0 || user.len == 0 || password->len ||
        (!has_secret && !has_refresh)) {
        buf_print(problem,
                  "[%s] oauth_url: OAuth 2 needs oauth_url, oauth_client_id, user, and "
                  "oauth_secret_file or oauth_refresh_file, and no password_file",
                  section);
        return ERR_CONFIG;
    }
    BUF_SECRET(secret, 0); /* read_password makes its own in their place */
    TRY(read_password(from->secret_file, &secret, section, "oauth_secret_file", problem));
    if (has_refresh) {
        BUF_SECRET(refresh, 0);
        TRY(read_password(from->refresh_file, &refresh, section, "oauth_refresh_file", problem));
    }
    struct mail_oauth_client client = {
        .token_url = arena_c(arena, from->url),
        .client_id = arena_c(arena, from->client_id),
        .client_secret = secret.at ? secret.at : "",
        .scope = arena_c(arena, from->scope),
        .refresh_file = from->refresh_file,
        .ca_file = conf->post_ca_file,
    };
    enum err code = mail_oauth_open(&client, ret_oauth);
    if (code != OK)
        buf_print(problem,
                  "[%s] oauth_url: \"%.*s\" cannot be used: write one that starts with https://",
                  section, STR_ARG(from->url));
    return code;
}

static enum err read_mailbox(const struct conf *conf, const struct mailbox_conf *from,
                             const char *section, struct arena *arena, struct buf *problem,
                             struct post_mailbox *ret_mailbox)
{
    *ret_mailbox = (struct post_mailbox){.name = from->name,
                                         .agency = from->agency,
                                         .is_fetched = from->host.len > 0,
                                         .folder = from->folder,
                                         .done_folder = from->done_folder,
                                         .problem_folder = from->problem_folder,
                                         .has_return_addresses = from->return_addresses};
    TRY(read_address(section, "address", from->address, arena, problem, &ret_mailbox->address));
    TRY(read_domain(section, from->reply_domain, arena, problem, &ret_mailbox->reply_domain));
    TRY(read_password(from->password_file, &ret_mailbox->password, section, "password_file",
                      problem));
    if (!ret_mailbox->is_fetched) return OK;
    struct mail_server *server = &ret_mailbox->server;
    TRY(read_server(conf, section, from->host, from->port, from->tls, from->user, arena, problem,
                    server));
    server->password = ret_mailbox->password.at;
    TRY(read_oauth(conf, &from->oauth, section, from->user, &ret_mailbox->password, arena, problem,
                   &ret_mailbox->oauth));
    server->connect_seconds = 10;
    server->silence_seconds = 20;
    server->whole_seconds = 120;
    if (from->folder.len == 0 || from->done_folder.len == 0 || from->problem_folder.len == 0 ||
        str_equal(from->folder, from->done_folder) ||
        str_equal(from->folder, from->problem_folder)) {
        buf_print(problem,
                  "[%s] folder, done_folder, problem_folder: name three, of which the "
                  "first is neither of the others",
                  section);
        return ERR_CONFIG;
    }
    return OK;
}

static enum err read_smtp(const struct conf *conf, struct arena *arena, struct buf *problem,
                          struct post *post)
{
    TRY(read_address("smtp", "from", conf->smtp_from, arena, problem, &post->from));
    TRY(read_password(conf->smtp_password_file, &post->smtp_password, "smtp", "password_file",
                      problem));
    post->ehlo_name = arena_c(arena, conf->smtp_ehlo_name);
    if (conf->smtp_host.len == 0) return OK;
    TRY(read_server(conf, "smtp", conf->smtp_host, conf->smtp_port, conf->smtp_tls, conf->smtp_user,
                    arena, problem, &post->smtp_server));
    post->smtp_server.password = post->smtp_password.at;
    const struct post_oauth_conf oauth = OAUTH(smtp);
    TRY(read_oauth(conf, &oauth, "smtp", conf->smtp_user, &post->smtp_password, arena, problem,
                   &post->smtp_oauth));
    post->smtp_server.connect_seconds = 10;
    post->smtp_server.silence_seconds = 30;
    post->smtp_server.whole_seconds = 50; /* begun within the job's limit, over within its lease */
    return OK;
}

enum err post_settings(const struct conf *conf, struct arena *arena, struct buf *problem,
                       struct post *ret_post)
{
    struct post *post = ret_post;
    *post = (struct post){.conf = conf, .arena = arena};
    TRY(read_smtp(conf, arena, problem, post));
    const struct mailbox_conf mailboxes[] = {MAILBOX(1), MAILBOX(2), MAILBOX(3),
                                             MAILBOX(4), MAILBOX(5), MAILBOX(6)};
    _Static_assert(sizeof mailboxes / sizeof *mailboxes == POST_MAILBOXES, "one for each section");
    for (size_t i = 0; i < POST_MAILBOXES; i++) {
        char section[] = "mailbox_0";
        section[sizeof section - 2] = (char)('1' + i);
        if (mailboxes[i].agency.len == 0) {
            if (mailboxes[i].host.len == 0 && mailboxes[i].address.len == 0) continue;
            buf_print(problem, "[%s] agency: is missing: name the agency whose mailbox it is",
                      section);
            return ERR_CONFIG;
        }
        TRY(read_mailbox(conf, &mailboxes[i], section, arena, problem,
                         &post->mailboxes[post->mailbox_count]));
        post->mailbox_count++;
    }
    return post_settings_notify(conf, arena, problem, post);
}

void post_done(struct post *post)
{
    for (size_t i = 0; i < POST_MAILBOXES; i++) {
        mail_imap_close(&post->mailboxes[i].imap);
        mail_oauth_free(&post->mailboxes[i].oauth);
        buf_free(&post->mailboxes[i].password);
    }
    mail_smtp_close(&post->smtp);
    mail_oauth_free(&post->smtp_oauth);
    buf_free(&post->smtp_password);
    explicit_bzero(post->notifies, sizeof post->notifies);
    keys_free(&post->keys);
}

enum err post_sign_in(struct mail_oauth *oauth, struct mail_server *server, bool *ret_changed,
                      const char **ret_reason)
{
    *ret_changed = false;
    if (!oauth) return OK;
    enum err code = mail_oauth_token(oauth, &server->bearer, ret_changed);
    *ret_reason = mail_oauth_code(oauth);
    /* A file that cannot be used any more is trouble of this server, and of no other. */
    return code == ERR_CONFIG ? ERR_NET : code;
}

size_t post_writable(const struct conf *conf, struct arena *arena, const char **ret_folders,
                     size_t room)
{
    const char *const files[] = {
        conf->smtp_oauth_refresh_file,      conf->mailbox_1_oauth_refresh_file,
        conf->mailbox_2_oauth_refresh_file, conf->mailbox_3_oauth_refresh_file,
        conf->mailbox_4_oauth_refresh_file, conf->mailbox_5_oauth_refresh_file,
        conf->mailbox_6_oauth_refresh_file,
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files && count < room; i++) {
        struct str path = str_from(files[i]);
        while (path.len > 1 && path.at[path.len - 1] != '/') path.len--;
        if (path.len > 1) ret_folders[count++] = arena_c(arena, path);
    }
    return count;
}

struct str post_reply_domain(const struct post *post, struct str agency)
{
    for (size_t i = 0; i < post->mailbox_count; i++)
        if (str_equal(post->mailboxes[i].agency, agency) && post->mailboxes[i].reply_domain.len)
            return post->mailboxes[i].reply_domain;
    return STR("");
}

struct str post_return_domain(const struct post *post, struct str agency)
{
    for (size_t i = 0; i < post->mailbox_count; i++)
        if (str_equal(post->mailboxes[i].agency, agency) && post->mailboxes[i].has_return_addresses)
            return post->mailboxes[i].reply_domain;
    return STR("");
}

const struct mail_addr *post_sender(const struct post *post, struct str agency)
{
    for (size_t i = 0; i < post->mailbox_count; i++)
        if (str_equal(post->mailboxes[i].agency, agency) && post->mailboxes[i].address.domain.len)
            return &post->mailboxes[i].address;
    return post->from.domain.len ? &post->from : NULL;
}
