/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>

#include "sys/clock.h"
#include "worker/post/post.h"

static enum err look_first(const struct mail_notify *service, struct str reference,
                           struct mail_smtp_result *ret_result,
                           char ret_id[MAIL_NOTIFY_ID_LETTERS + 1], bool *ret_is_over)
{
    struct mail_notify_found found;
    char word[MAIL_NOTIFY_CODE_BYTES] = "";
    *ret_is_over = true;
    enum err code =
        mail_notify_look(service, (struct str){NULL, 0}, reference, clock_now(), &found, word);
    if (code == ERR_NET) {
        *ret_result = (struct mail_smtp_result){.outcome = MAIL_SMTP_LATER};
        snprintf(ret_result->code, sizeof ret_result->code, "%s", word);
        return OK;
    }
    if (code == OK && !mail_notify_failed(&found)) {
        *ret_result =
            (struct mail_smtp_result){.outcome = MAIL_SMTP_ACCEPTED, .code = "notify_had_it"};
        snprintf(ret_id, MAIL_NOTIFY_ID_LETTERS + 1, "%s", found.id);
        return OK;
    }
    *ret_is_over = false;
    return code == ERR_NOT_FOUND ? OK : code;
}

enum err send_notify(const struct post_notify *notify, const struct mail_notify_notice *notice,
                     bool was_tried, struct mail_smtp_result *ret_result,
                     char ret_id[MAIL_NOTIFY_ID_LETTERS + 1])
{
    bool is_over = false;
    ret_id[0] = 0;
    if (was_tried)
        TRY(look_first(&notify->service, notice->reference, ret_result, ret_id, &is_over));
    if (is_over) return OK;
    return mail_notify_send(&notify->service, notice, clock_now(), ret_result, ret_id);
}
