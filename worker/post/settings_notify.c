/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "sys/file.h"
#include "worker/post/post.h"

/* What conf.def has of GOV.UK Notify for one agency, by its number. */
struct notify_conf {
    struct str agency, email_template, text_template, email_reply_to, text_sender, host, tls;
    const char *key_file;
    int64_t port;
};

#define NOTIFY(n)                                                                            \
    {                                                                                        \
        conf->notify_##n##_agency, conf->notify_##n##_email_template,                        \
            conf->notify_##n##_text_template, conf->notify_##n##_email_reply_to,             \
            conf->notify_##n##_text_sender, conf->notify_##n##_host, conf->notify_##n##_tls, \
            conf->notify_##n##_key_file, conf->notify_##n##_port                             \
    }

bool post_has_notify(const struct conf *conf)
{
    const struct notify_conf all[] = {NOTIFY(1), NOTIFY(2), NOTIFY(3),
                                      NOTIFY(4), NOTIFY(5), NOTIFY(6)};
    for (size_t i = 0; i < POST_NOTIFIES; i++)
        if (all[i].agency.len) return true;
    return false;
}

const struct post_notify *post_notify_of(const struct post *post, struct str agency)
{
    for (size_t i = 0; i < post->notify_count; i++)
        if (str_equal(post->notifies[i].agency, agency)) return &post->notifies[i];
    return NULL;
}

static enum err wrong(struct buf *problem, const char *section, const char *what)
{
    buf_print(problem, "[%s] %s", section, what);
    return ERR_CONFIG;
}

/* Never shown, not even where it is wrong. */
static enum err read_key(const char *path, const char *section, struct buf *problem,
                         struct mail_notify_key *ret_key)
{
    BUF_SECRET(text, MAIL_NOTIFY_KEY_BYTES + 2);
    if (*path && file_read_secret(path, &text) == OK &&
        mail_notify_key_get(str_trim(buf_str(&text)), ret_key))
        return OK;
    return wrong(problem, section,
                 "key_file: cannot be used: it must hold an API key of GOV.UK Notify "
                 "(NAME-SERVICE-SECRET) and nothing else, belong to this process's user and have "
                 "mode 0600");
}

static enum err read_ids(const struct notify_conf *from, const char *section, struct buf *problem,
                         struct post_notify *notify)
{
    const struct {
        const char *key;
        struct str value;
        struct str *to;
    } ids[] = {{"email_template", from->email_template, &notify->email_template},
               {"text_template", from->text_template, &notify->text_template},
               {"email_reply_to", from->email_reply_to, &notify->email_reply_to},
               {"text_sender", from->text_sender, &notify->text_sender}};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        if (ids[i].value.len && !mail_notify_is_id(ids[i].value)) {
            buf_print(problem,
                      "[%s] %s: is no id of GOV.UK Notify: copy it from there, in small letters",
                      section, ids[i].key);
            return ERR_CONFIG;
        }
        *ids[i].to = ids[i].value;
    }
    if (notify->email_template.len == 0 && notify->text_template.len == 0)
        return wrong(problem, section, "email_template, text_template: name at least one");
    return OK;
}

static enum err read_service(const struct conf *conf, const struct notify_conf *from,
                             const char *section, struct arena *arena, struct buf *problem,
                             struct mail_server *ret_server)
{
    *ret_server = (struct mail_server){.host = arena_c(arena, from->host),
                                       .port = (int)from->port,
                                       .ca_file = conf->post_ca_file,
                                       .connect_seconds = 10,
                                       .silence_seconds = 20,
                                       .whole_seconds = 25}; /* two of them within a job's limit */
    if (!mail_server_tls_get(from->tls, &ret_server->tls) || ret_server->tls == MAIL_TLS_STARTTLS)
        return wrong(problem, section, "tls: choose implicit or none");
    if (ret_server->tls == MAIL_TLS_NONE && !mail_server_is_local(from->host))
        return wrong(problem, section, "tls: none is for a server on this host only: use implicit");
    return OK;
}

enum err post_settings_notify(const struct conf *conf, struct arena *arena, struct buf *problem,
                              struct post *post)
{
    const struct notify_conf all[] = {NOTIFY(1), NOTIFY(2), NOTIFY(3),
                                      NOTIFY(4), NOTIFY(5), NOTIFY(6)};
    _Static_assert(sizeof all / sizeof *all == POST_NOTIFIES, "one for each section");
    for (size_t i = 0; i < POST_NOTIFIES; i++) {
        char section[] = "notify_0";
        section[sizeof section - 2] = (char)('1' + i);
        struct post_notify notify = {.agency = all[i].agency};
        if (all[i].agency.len == 0) {
            if (*all[i].key_file == 0) continue;
            return wrong(problem, section, "agency: is missing: name the agency whose key it is");
        }
        if (post_notify_of(post, notify.agency))
            return wrong(problem, section, "agency: has a section of its own already");
        TRY(read_ids(&all[i], section, problem, &notify));
        TRY(read_service(conf, &all[i], section, arena, problem, &notify.service.server));
        TRY(read_key(all[i].key_file, section, problem, &notify.service.key));
        post->notifies[post->notify_count++] = notify;
        explicit_bzero(&notify, sizeof notify);
    }
    return OK;
}
