/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/post/post.h"

struct post_mailbox *post_mailbox_next(const struct job *job, struct str agency, int64_t start_us)
{
    enum { BEGIN_SECONDS = 60 };
    struct post *post = job->state;
    int64_t now = clock_monotonic_us();
    struct post_mailbox *next = NULL;
    bool is_first = true;
    for (size_t i = 0; i < post->mailbox_count; i++) {
        struct post_mailbox *mailbox = &post->mailboxes[i];
        if (!mailbox->is_fetched || !str_equal(mailbox->agency, agency)) continue;
        if (mailbox->begun_us >= start_us)
            is_first = false;
        else if (!next || mailbox->begun_us < next->begun_us)
            next = mailbox;
    }
    bool is_late = now - start_us >= BEGIN_SECONDS * UTC_SECOND_US || FAULT_FAILS(fetch_late);
    if (!next || (is_late && !is_first)) return NULL;
    next->begun_us = now;
    return next;
}

static enum err open_once(struct post_mailbox *mailbox, struct str folder, struct mail_imap **imap,
                          struct mail_imap_box *ret_box)
{
    bool changed;
    TRY(post_sign_in(mailbox->oauth, &mailbox->server, &changed, &mailbox->reason));
    if (changed) mail_imap_close(imap);
    if (!*imap) TRY(mail_imap_open(&mailbox->server, folder, imap));
    enum err code = mail_imap_look(*imap, ret_box);
    mailbox->reason = mail_imap_code(*imap);
    if (code == OK && mailbox->oauth) mail_oauth_accepted(mailbox->oauth);
    return code;
}

enum err post_mailbox_open(struct post_mailbox *mailbox, struct str folder, struct mail_imap **imap,
                           struct mail_imap_box *ret_box)
{
    enum err code = open_once(mailbox, folder, imap, ret_box);
    bool is_refused = code == ERR_NET && mailbox->oauth && strcmp(mailbox->reason, "login") == 0;
    if (is_refused && mail_oauth_refused(mailbox->oauth))
        code = open_once(mailbox, folder, imap, ret_box);
    return code;
}
