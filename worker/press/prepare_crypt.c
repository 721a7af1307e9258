/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/letter.h"
#include "worker/press/prepare.h"
#include "worker/press/release.h"

/* What in an e-mail is encrypted to the agency's mail key, and what signatures in it say. */

static const char why_damaged[] = "Something in the e-mail was encrypted and could not be opened. "
                                  "It may be damaged: ask for it to "
                                  "be sent again.";
static const char why_other_key[] = "Something in the e-mail was encrypted and could not be "
                                    "opened: it is not for our key. Tell the "
                                    "sender which key is ours, and ask for it to be sent again.";
static const char why_too_big[] =
    "Something in the e-mail was encrypted and could not be opened: it is too big. Ask for it in "
    "smaller pieces.";
static const char why_unprotected[] =
    "Something in the e-mail was encrypted in an old way, in which nobody can see whether it was "
    "changed. It was not opened. Ask the sender to update their program and send it again.";

static const char why_many_keys[] =
    "Something in the e-mail was encrypted to so many keys that it was not opened. Ask the sender "
    "to encrypt it to our key and to few others, and to send it again.";

const char prepare_why_nested[] = "Something in the e-mail was encrypted more than twice, one "
                                  "inside the other. It was not opened. "
                                  "Ask for it to be sent again, encrypted once.";

/* That no key for it is here is the message's fault only while our own key is. */
static enum err blame_message(struct job *job)
{
    const struct press *press = job->state;
    struct pgp_fingerprint own;
    TRY(press_mail_key(job, &own));
    return pgp_secret_find(press->pgp, &own);
}

enum err prepare_decrypt(struct job *job, struct str message, struct buf *ret_clear,
                         struct pgp_signature *ret_signature, const char **ret_why)
{
    const struct press *press = job->state;
    *ret_signature = (struct pgp_signature){PGP_UNSIGNED, {{0}}};
    *ret_why = NULL;
    enum err code = pgp_decrypt(press->pgp, message, ret_clear, ret_signature);
    switch (code) {
    case ERR_BAD_INPUT: *ret_why = why_damaged; return OK;
    case ERR_TOO_BIG: *ret_why = why_too_big; return OK;
    case ERR_PGP_UNPROTECTED: *ret_why = why_unprotected; return OK;
    case ERR_PGP_MANY_KEYS: *ret_why = why_many_keys; return OK;
    case ERR_NO_KEY: *ret_why = why_other_key; return blame_message(job);
    default: return code;
    }
}

enum err prepare_verify(struct job *job, const struct packets *packets,
                        struct pgp_signature *ret_signature)
{
    const struct press *press = job->state;
    return pgp_verify(press->pgp, packets->content, packets->bytes, ret_signature);
}

void prepare_take_signature(struct prepare *prepare, const struct pgp_signature *signature,
                            bool is_whole, bool is_inside)
{
    bool is_worse =
        prepare->signature.state == PGP_SIGNED_GOOD && signature->state == PGP_SIGNED_BAD;
    if (signature->state == PGP_UNSIGNED) return;
    if (!is_whole) {
        prepare->is_signed_in_part = true;
    } else if (prepare->signature.state == PGP_UNSIGNED || is_worse) {
        prepare->signature = *signature;
        prepare->is_signed_inside = is_inside;
    }
}

bool prepare_is_one_message(const struct letter *letter)
{
    const struct mail *mail = letter->mail;
    if (mail->packet_count != 1 || mail->packets[0].is_signature ||
        mail->packets[0].kind == CRYPTO_SMIME)
        return false;
    for (size_t i = 0; i < mail->part_count; i++)
        if (mail->parts[i].fate == FATE_KEPT) return false;
    return letter->part_count == 0;
}
