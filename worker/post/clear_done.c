/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Removes mails from an agency's done folders, post.done_days after they were stored, once the
 * archive copy was read back whole (worker/press/check_archive.c).
 *
 * What a message is, only its bytes say: it has another UID there than it was stored under, and
 * anybody may put a message into a folder. So each is read once when it is first met, and its
 * digest kept with its UID; and once more right before it is removed. It goes only if its digest is
 * that of a stored mail both times. All others stay: what nobody released, what is not ours, what
 * came before the archive kept digests.
 *
 * It works for a few seconds at a time and goes on where it left off: new mail does not wait for
 * it.
 */
#include <poll.h>
#include <string.h>

#include "core/limits.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/post/take.h"

enum { LIST_COUNT = 200, LIST_BYTES = 1024 * 1024, BUSY_SECONDS = 10 };

struct clearing {
    struct job *job;
    struct post *post;
    struct post_mailbox *mailbox;
    const struct post_agency *agency;
    struct mail_imap *imap;
    unsigned char folder[KDF_MAC_BYTES]; /* the digest of its name */
    struct mail_imap_box box;
    struct mail_imap_entry entries[LIST_COUNT];
    size_t entry_count;
    struct arena *list_arena; /* of known */
    struct store_rows known;
    /* one message */
    struct kdf_mac_stream *mac;
    uint32_t uid;
    unsigned char digest[KDF_MAC_BYTES];
    /* to be removed */
    uint32_t due[MAIL_IMAP_MOVE_MAX];
    size_t due_count, removed;
    int64_t until_us;
};

/* ---- which mail it is ---- */

static enum err take_piece(struct str piece, void *context)
{
    struct clearing *clearing = context;
    return kdf_mac_add(clearing->mac, piece);
}

static enum err read_digest(struct clearing *clearing, uint32_t uid)
{
    TRY(take_digest_open(clearing->post, clearing->agency, &clearing->mac));
    enum err code = mail_imap_fetch(clearing->imap, clearing->box.uidvalidity, uid,
                                    LIMIT_MAIL_BYTES, take_piece, clearing);
    if (code == OK) code = kdf_mac_finish(clearing->mac, clearing->digest);
    kdf_mac_free(&clearing->mac);
    clearing->uid = uid;
    return code;
}

static enum err look_up(struct store *store, void *context)
{
    struct clearing *clearing = context;
    int64_t uids[LIST_COUNT];
    for (size_t i = 0; i < clearing->entry_count; i++) uids[i] = clearing->entries[i].uid;
    return store_query(store, QUERY_mail_kept_entries,
                       PARAMS(P_TEXT(str_from(clearing->mailbox->name)), P_RAW(clearing->folder),
                              P_INT(clearing->box.uidvalidity), P_INTS(uids, clearing->entry_count),
                              P_INT(clearing->post->conf->post_done_days)),
                       clearing->list_arena, &clearing->known);
}

static enum err note_met(struct store *store, void *context)
{
    const struct clearing *clearing = context;
    return store_do(store, QUERY_mail_kept_add,
                    PARAMS(P_TEXT(str_from(clearing->mailbox->name)), P_RAW(clearing->folder),
                           P_INT(clearing->box.uidvalidity), P_INT(clearing->uid),
                           P_RAW(clearing->digest)));
}

/* ---- removing ---- */

static enum err remove_due(struct clearing *clearing)
{
    if (clearing->due_count == 0) return OK;
    TRY(mail_imap_remove(clearing->imap, clearing->box.uidvalidity, clearing->due,
                         clearing->due_count));
    clearing->removed += clearing->due_count;
    clearing->due_count = 0;
    FAULT_POINT(clear_removed);
    return OK;
}

static enum err handle_known(struct clearing *clearing, uint32_t uid, size_t row)
{
    unsigned char digest[KDF_MAC_BYTES];
    if (!rows_bool(&clearing->known, row, "is_due")) return OK;
    TRY(read_digest(clearing, uid));
    if (!rows_raw(&clearing->known, row, "digest", digest, sizeof digest) ||
        memcmp(digest, clearing->digest, sizeof digest) != 0)
        return OK; /* the number is another message's by now */
    clearing->due[clearing->due_count++] = uid;
    return clearing->due_count < MAIL_IMAP_MOVE_MAX ? OK : remove_due(clearing);
}

static enum err handle_entry(struct clearing *clearing, const struct mail_imap_entry *entry)
{
    /* Marked is all that a server without UIDPLUS can do; and what is too big was never stored. */
    if (entry->deleted || entry->bytes > LIMIT_MAIL_BYTES) return OK;
    for (size_t row = 0; row < clearing->known.count; row++)
        if (rows_int(&clearing->known, row, "uid") == entry->uid)
            return handle_known(clearing, entry->uid, row);
    enum err code = read_digest(clearing, entry->uid);
    if (code == ERR_TOO_BIG) return OK;
    TRY(code);
    return queue_step(clearing->job, note_met, clearing);
}

/* ---- a folder ---- */

static bool is_over(const struct clearing *clearing)
{
    struct pollfd wait = {.fd = clearing->post->stop_fd, .events = POLLIN};
    return poll(&wait, 1, 0) > 0 || clock_monotonic_us() >= clearing->until_us;
}

/* The messages numbered from first; how many of them were looked at and stay. */
static enum err handle_list(struct clearing *clearing, uint32_t first, uint32_t *ret_passed)
{
    uint32_t count = clearing->box.count - first + 1;
    if (count > LIST_COUNT) count = LIST_COUNT;
    ARENA(arena, LIST_BYTES); /* a job has any number of lists */
    clearing->list_arena = arena;
    clearing->known = (struct store_rows){0};
    TRY(mail_imap_list(clearing->imap, &clearing->box, first, count, clearing->entries,
                       &clearing->entry_count));
    if (clearing->entry_count) TRY(queue_step(clearing->job, look_up, clearing));
    size_t before = clearing->removed, passed = 0;
    enum err code = OK;
    while (code == OK && passed < clearing->entry_count) {
        code = handle_entry(clearing, &clearing->entries[passed++]);
        if (is_over(clearing)) break;
    }
    if (code == OK) code = remove_due(clearing);
    clearing->due_count = 0;
    if (clearing->entry_count == 0) passed = count;
    *ret_passed = (uint32_t)(passed - (clearing->removed - before));
    return code;
}

static enum err clear_folder(struct clearing *clearing)
{
    struct post_mailbox *mailbox = clearing->mailbox;
    TRY(kdf_sha256(mailbox->done_folder, clearing->folder));
    TRY(post_mailbox_open(mailbox, mailbox->done_folder, &clearing->imap, &clearing->box));
    while (mailbox->clear_next < clearing->box.count && !is_over(clearing)) {
        uint32_t passed = 0;
        enum err code = handle_list(clearing, mailbox->clear_next + 1, &passed);
        mailbox->clear_next += passed;
        TRY(code);
        TRY(mail_imap_look(clearing->imap, &clearing->box));
    }
    if (mailbox->clear_next >= clearing->box.count) mailbox->clear_next = 0;
    return OK;
}

enum err clear_done(struct job *job)
{
    struct post *post = job->state;
    struct post_agency agency;
    if (post->conf->post_done_days == 0) return OK;
    TRY(post_agency_find(job, &agency));
    struct clearing *clearing = ARENA_ONE(job->arena, struct clearing);
    int64_t start_us = clock_monotonic_us();
    struct post_mailbox *mailbox;
    while ((mailbox = post_mailbox_next(job, agency.slug, start_us)) != NULL) {
        *clearing = (struct clearing){
            .job = job,
            .post = post,
            .mailbox = mailbox,
            .agency = &agency,
            .until_us = clock_monotonic_us() + BUSY_SECONDS * UTC_SECOND_US,
        };
        enum err code = clear_folder(clearing);
        mail_imap_close(&clearing->imap);
        post->removed += (int64_t)clearing->removed;
        /* A folder that is not there yet, or a server that does not answer: fetching says so. */
        if (code != OK && code != ERR_NET && code != ERR_NOT_FOUND) return code;
    }
    return OK;
}
