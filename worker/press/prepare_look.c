/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/limits.h"
#include "sanitise/cleaner.h"
#include "sys/clock.h"
#include "worker/press/prepare.h"

/*
 * The first look at an e-mail. Only the mail's own sandbox runs, for a few seconds at most: what is
 * attached stays closed. What it finds decides about the order of work and nothing else; whose the
 * letter is, is found again from all of it.
 */

enum { ARENA_LOOK = 256 * 1024 * 1024 };

/*
 * Of what signs or encrypts all of it; what stands inside what is encrypted is not looked at. Only
 * where a signature could prove who wrote: what anybody else encrypted to our key is not opened
 * while letters of known people wait.
 */
static enum err read_signatures(struct job *job, const struct letter *letter,
                                struct prepare *prepare)
{
    const struct mail *mail = letter->mail;
    struct pgp_signature signature;
    const char *why;
    bool has_key;
    if (mail->packet_count == 0) return OK;
    TRY(prepare_authors_keys(job, mail, &has_key));
    if (!has_key) return OK;
    for (size_t i = 0; i < mail->packet_count; i++) {
        if (!mail->packets[i].is_signature || !mail->packets[i].is_whole) continue;
        TRY(prepare_verify(job, &mail->packets[i], &signature));
        prepare_take_signature(prepare, &signature, true, false);
    }
    if (!prepare_is_one_message(letter)) return OK;
    BUF_SECRET(clear, LIMIT_MAIL_BYTES);
    TRY(prepare_decrypt(job, mail->packets[0].bytes, &clear, &signature, &why));
    prepare_take_signature(prepare, &signature, true, true);
    return OK;
}

static enum err look_at(struct job *job, struct str message, enum prepare_who *ret_who)
{
    const struct press *press = job->state;
    struct letter letter;
    struct prepare prepare = {0};
    struct prepare_sender sender;
    struct clean_settings settings = press->cleaning;
    settings.leaves_attachments = true;
    settings.until_us = clock_monotonic_us() + PREPARE_LOOK_SECONDS * UTC_SECOND_US;
    TRY(cleaner_clean(press->spawner, &settings, CLEAN_AS_MAIL, message, job->arena, &letter));
    *ret_who = PREPARE_STRANGER;
    if (!letter.mail) return OK;
    prepare_take_head(&letter, &prepare);
    TRY(read_signatures(job, &letter, &prepare));
    TRY(prepare_find_sender(job, &prepare, &sender));
    if (sender.party || sender.bounce.message || sender.is_wrong_side)
        *ret_who = PREPARE_KNOWN;
    else if (sender.has_known_address)
        *ret_who = PREPARE_UNPROVED;
    return OK;
}

enum err prepare_look(struct job *job, const struct press_letter *letter, enum prepare_who *ret_who)
{
    for (size_t i = 0; i < letter->original_count; i++) {
        if (!str_equal(letter->originals[i].kind, STR("mail"))) continue;
        /* What it needs is given back before the mail is taken apart whole. */
        struct job look = *job;
        look.arena = arena_new_secret(ARENA_LOOK);
        enum err code = look_at(&look, letter->originals[i].content, ret_who);
        arena_free(&look.arena);
        return code;
    }
    *ret_who = PREPARE_KNOWN; /* no e-mail */
    return OK;
}
