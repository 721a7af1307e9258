/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_WORKER_POST_H
#define LETTERBOX_WORKER_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/conf.h"
#include "crypt/keys.h"
#include "mail/addr.h"
#include "mail/imap.h"
#include "mail/notify.h"
#include "mail/oauth.h"
#include "mail/smtp.h"
#include "store/db.h"
#include "worker/queue/run.h"

/*
 * What the jobs of one letterbox-post process share. It lives as long as the process and belongs
 * to main; jobs get it as job->state. Connections to mail servers are kept between jobs.
 *
 * The post can open finished outgoing messages and their addresses (its own key). What comes in it
 * seals to the press's public key while it reads it, so it can open no stored letter.
 */

enum { POST_MAILBOXES = 6, POST_NOTIFIES = 6, POST_ADDRESS_BYTES = 250, POST_STUCK = 256 };

/* A message that could not be put away, and when it is tried again. */
struct post_stuck {
    uint32_t uidvalidity, uid;
    int tries;
    bool is_told;    /* it is too big, and staff know */
    int64_t next_us; /* by the monotonic clock; 0: now */
};

struct post_mailbox {
    const char *name; /* "mailbox-1": in the ledger of what was stored, and in the log */
    struct str agency;
    struct mail_addr address; /* domain empty: none */
    struct str reply_domain;  /* all of whose mail comes here; empty: none */
    struct mail_server server;
    bool is_fetched;           /* has a server; mail comes on stdin otherwise */
    bool has_return_addresses; /* each mail has one of its own in reply_domain */
    struct buf password;       /* of the server */
    struct mail_oauth *oauth;  /* NULL: the password signs in */
    struct str folder, done_folder, problem_folder;
    struct mail_imap *imap;   /* NULL: not opened yet */
    const char *reason;       /* why the last attempt failed, for the log */
    int64_t refused_until_us; /* a folder took nothing: not tried before */
    int refusals;             /* one after another */
    struct post_stuck stuck[POST_STUCK];
    uint32_t clear_next;      /* of the done folder: where clear_done goes on */
    int64_t begun_us;         /* when a job last began to read it */
    int64_t failing_since_us; /* by the monotonic clock; 0: it answers */
    int64_t told_us;          /* when staff were last told that it doesn't */
};

/* What an agency has with GOV.UK Notify; ids are those of Notify. */
struct post_notify {
    struct str agency;
    struct mail_notify service;
    struct str email_template, text_template; /* empty: notices don't go that way */
    struct str email_reply_to, text_sender;   /* empty: the service's own */
};

struct post_pace; /* of mail to each domain; shared by the processes of one letterbox-post */

struct post {
    const struct conf *conf;
    struct keys *keys;
    struct arena *arena; /* of the process: settings */
    struct post_mailbox mailboxes[POST_MAILBOXES];
    size_t mailbox_count;
    struct post_notify notifies[POST_NOTIFIES];
    size_t notify_count;
    struct mail_server smtp_server;
    struct buf smtp_password;
    struct mail_oauth *smtp_oauth;
    const char *ehlo_name;
    struct mail_addr from;  /* for agencies without a mailbox's address */
    struct mail_smtp *smtp; /* NULL: not opened yet */
    struct post_pace *pace; /* NULL where nothing is sent */
    int stop_fd;
    /* The job's own line in the log: what it did. */
    int64_t stored, doubles, moved, too_big, removed;
    const char *outcome, *outcome_code;
};

/* Reads settings and passwords; ERR_CONFIG and a sentence for the operator when they are wrong. */
MUST_CHECK enum err post_settings(const struct conf *conf, struct arena *arena, struct buf *problem,
                                  struct post *ret_post);
void post_done(struct post *post);

/*
 * Before anything is asked of a server: where OAuth 2 signs in, a token that is good now stands in
 * server->bearer. *ret_changed: a connection that was made with another is to be closed. ERR_NET
 * with the reason for the log.
 */
MUST_CHECK enum err post_sign_in(struct mail_oauth *oauth, struct mail_server *server,
                                 bool *ret_changed, const char **ret_reason);
/* Folders that the process must be able to write to: those of refresh tokens; at most room. */
size_t post_writable(const struct conf *conf, struct arena *arena, const char **ret_folders,
                     size_t room);
/* The agency's address as a sender, or NULL when none is configured. */
const struct mail_addr *post_sender(const struct post *post, struct str agency);

/* settings_notify.c: the sections notify_1 … */
MUST_CHECK enum err post_settings_notify(const struct conf *conf, struct arena *arena,
                                         struct buf *problem, struct post *post);
/* Is GOV.UK Notify set up for anybody? For the process that reads no keys. */
bool post_has_notify(const struct conf *conf);
/* What the agency has there, or NULL. */
const struct post_notify *post_notify_of(const struct post *post, struct str agency);

/*
 * Gives a notice to GOV.UK Notify (send_notify.c). After an earlier attempt (was_tried) it is asked
 * first whether it has the notice already. Errors and results are those of mail_notify_send.
 */
MUST_CHECK enum err send_notify(const struct post_notify *notify,
                                const struct mail_notify_notice *notice, bool was_tried,
                                struct mail_smtp_result *ret_result,
                                char ret_id[MAIL_NOTIFY_ID_LETTERS + 1]);

/*
 * pace.c: lib/mail/pace.h for all processes that are forked after post_pace_new; it lasts as long
 * as they do. NULL: no memory. Times are those of clock_monotonic_us.
 */
struct post_pace *post_pace_new(int64_t per_minute);
/* 0: the mail may go now. Else the seconds after which to ask again. */
int post_pace_ask(struct post_pace *pace, struct str domain, bool presses, int64_t now_us);
/* What became of a mail that was let go at asked_us. */
void post_pace_tell(struct post_pace *pace, struct str domain, int64_t asked_us,
                    const struct mail_smtp_result *result);
/* In how many milliseconds something that waits may be due. */
int post_pace_due_ms(struct post_pace *pace);

/* Where people's own aliases with the agency are; empty: they have none. */
struct str post_reply_domain(const struct post *post, struct str agency);

/* Where each mail has a return address of its own; empty: they come back to the sender. */
struct str post_return_domain(const struct post *post, struct str agency);

/* The agency of the job, with the public keys in use. */
struct post_agency {
    int64_t id;
    struct str slug, neutral_name;
    struct seal_public press, desk;
};
/* ERR_NO_KEY when it has no press or desk key. In a transaction of the job: */
MUST_CHECK enum err post_agency_read(struct store *store, struct arena *arena,
                                     struct post_agency *ret_agency);
/* In one of its own: */
MUST_CHECK enum err post_agency_find(struct job *job, struct post_agency *ret_agency);
/*
 * The mailbox of the agency that a job which began at start_us reads next: the one that was not
 * begun for the longest time. NULL when all were, or when so much of the job's time is gone that
 * another one, on a server that is as slow as one may be, could take it past its limit: the next
 * job begins with that one.
 */
struct post_mailbox *post_mailbox_next(const struct job *job, struct str agency, int64_t start_us);

/*
 * Signs in, by whatever signs in, and opens the folder on *imap, which may be a connection that was
 * kept. A token that is refused before its time is followed by a new one, once. ERR_NET: the reason
 * is in mailbox->reason.
 */
MUST_CHECK enum err post_mailbox_open(struct post_mailbox *mailbox, struct str folder,
                                      struct mail_imap **imap, struct mail_imap_box *ret_box);
/* The same before there is a job; ERR_NOT_FOUND for an unknown or closed agency. An empty slug
 * means the only one. */
MUST_CHECK enum err post_agency_named(struct db_pool *pool, struct str slug, struct arena *arena,
                                      struct post_agency *ret_agency);

/* The jobs, each in its file. */
#define JOB(kind, limit_seconds, lane) MUST_CHECK enum err kind(struct job *job);
#include "worker/post/jobs.def"
#undef JOB

/* One message on descriptor 0; answers an exit status of sysexits.h. */
int post_stdin(struct post *post, struct db_pool *pool, struct str agency);

#endif
