/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

void desk_mail_put(struct request *request, const struct review *review, json_t *object)
{
    const struct review_mail *mail = &review->mail;
    if (!review->is_mail) return;
    json_t *entry = json_object();
    json_put(object, "mail", entry);
    json_put_str(entry, "from", mail->from.len ? mail->from : STR("(no sender)"));
    json_put_str(entry, "subject", mail->subject);
    json_put_bool(entry, "encrypted", mail->is_encrypted);
    json_put_bool(entry, "false", str_equal(mail->authentic, STR("no")));
    json_put_bool(entry, "doubt", str_equal(mail->authentic, STR("unknown")));
    if (mail->signature.len) json_put(entry, "signature", desk_tagged(request, mail->signature));
}
