/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Fetches what is in an agency's mailboxes: each message is sealed while it is read, stored with
 * its ledger row, letter and press job, and moved to another folder only after COMMIT. Whatever
 * is cut off is found again: not stored, still in the mailbox; stored and not moved, in the ledger.
 *
 * Several messages share a COMMIT. A mailbox that does not answer is no failure of the job (it
 * comes again in seconds); after 15 minutes, and then once an hour, staff are told by ERR_MAILBOX.
 */
#include <poll.h>

#include "core/limits.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/post/take.h"

enum {
    LIST_COUNT = 200,              /* messages looked at in one go */
    BATCH_COUNT = 40,              /* messages that share a COMMIT */
    BATCH_BYTES = 2 * 1024 * 1024, /* … unless they are long */
    BUSY_SECONDS = 60,             /* then the next job goes on */
    STALE_LISTS = 3,               /* in one job */
    TELL_AFTER_SECONDS = 15 * 60,
    TELL_AGAIN_SECONDS = 60 * 60,
};

/* One mailbox being read. */
struct fetching {
    struct job *job;
    struct post *post;
    struct post_mailbox *mailbox;
    const struct post_agency *agency;
    struct mail_imap_box box;
    struct mail_imap_entry entries[LIST_COUNT];
    size_t entry_count;
    int64_t ids[2 * LIST_COUNT];
    bool seen[LIST_COUNT];
    struct take batch[BATCH_COUNT];
    size_t batch_count, batch_bytes;
    size_t left;  /* entries of this list that stay in the mailbox */
    size_t stale; /* lists that were out of date before they were done */
    int64_t until_us;
};

/* ---- the ledger ---- */

/* Which of the listed messages were stored before; and ids for those that were not. */
static enum err look_up(struct store *store, void *context)
{
    struct fetching *fetching = context;
    struct arena *arena = fetching->job->arena;
    int64_t uids[LIST_COUNT];
    for (size_t i = 0; i < fetching->entry_count; i++) {
        uids[i] = fetching->entries[i].uid;
        fetching->seen[i] = false;
    }
    struct store_rows rows;
    TRY(store_query(store, QUERY_mail_seen_entries,
                    PARAMS(P_TEXT(str_from(fetching->mailbox->name)),
                           P_INT(fetching->box.uidvalidity), P_INTS(uids, fetching->entry_count)),
                    arena, &rows));
    for (size_t i = 0; i < rows.count; i++)
        for (size_t j = 0; j < fetching->entry_count; j++)
            if (rows_int(&rows, i, "uid") == uids[j]) fetching->seen[j] = true;
    TRY(store_query(store, QUERY_ids_new, PARAMS(P_INT((int64_t)fetching->entry_count * 2)), arena,
                    &rows));
    ASSERT(rows.count == fetching->entry_count * 2);
    for (size_t i = 0; i < rows.count; i++) fetching->ids[i] = rows_int(&rows, i, "id");
    return OK;
}

static enum err store_batch(struct store *store, void *context)
{
    struct fetching *fetching = context;
    for (size_t i = 0; i < fetching->batch_count; i++)
        TRY(take_store(store, &fetching->batch[i], fetching->job->arena));
    return OK;
}

static enum err store_single(struct store *store, void *context)
{
    struct fetching *fetching = context;
    return take_store(store, &fetching->batch[fetching->batch_count], fetching->job->arena);
}

/* Another process stored one of these at the same moment: it is a double now, seen by itself. */
static enum err store_one_by_one(struct fetching *fetching)
{
    size_t count = fetching->batch_count;
    enum err code = OK;
    for (size_t i = 0; i < count && code == OK; i++) {
        fetching->batch_count = i;
        code = queue_step(fetching->job, store_single, fetching);
        if (code == ERR_DB_REFUSED) code = queue_step(fetching->job, store_single, fetching);
    }
    fetching->batch_count = count;
    return code;
}

/* ---- moving ---- */

static enum err move(struct fetching *fetching, const uint32_t *uids, size_t count,
                     struct str folder)
{
    if (count == 0) return OK;
    enum err code =
        mail_imap_move(fetching->mailbox->imap, fetching->box.uidvalidity, uids, count, folder);
    if (code == ERR_NOT_FOUND) return ERR_NET; /* the mailbox is another by now: look afresh */
    TRY(code);
    fetching->post->moved += (int64_t)count;
    FAULT_POINT(fetch_moved);
    return OK;
}

static enum err end_batch(struct fetching *fetching)
{
    if (fetching->batch_count == 0) return OK;
    FAULT_POINT(fetch_before_store);
    enum err code = queue_step(fetching->job, store_batch, fetching);
    if (code == ERR_DB_REFUSED) code = store_one_by_one(fetching);
    FAULT_POINT(fetch_stored);
    uint32_t uids[BATCH_COUNT];
    for (size_t i = 0; i < fetching->batch_count && code == OK; i++) {
        *(fetching->batch[i].is_double ? &fetching->post->doubles : &fetching->post->stored) += 1;
        uids[i] = fetching->batch[i].uid;
    }
    if (code == OK)
        code = move(fetching, uids, fetching->batch_count, fetching->mailbox->done_folder);
    for (size_t i = 0; i < fetching->batch_count; i++) take_done(&fetching->batch[i]);
    fetching->batch_count = 0;
    fetching->batch_bytes = 0;
    return code;
}

/* ---- fetching ---- */

static enum err take_piece(struct str piece, void *context)
{
    return take_add(context, piece);
}

/* ERR_NOT_FOUND when it is not there any more. */
static enum err fetch_one(struct fetching *fetching, size_t index, struct take *ret_take)
{
    uint32_t uid = fetching->entries[index].uid;
    struct take take;
    TRY(take_open(fetching->post, fetching->agency, fetching->ids[2 * index],
                  fetching->ids[2 * index + 1], &take));
    take.mailbox = fetching->mailbox->name;
    take.uidvalidity = fetching->box.uidvalidity;
    take.uid = uid;
    enum err code = mail_imap_fetch(fetching->mailbox->imap, fetching->box.uidvalidity, uid,
                                    LIMIT_MAIL_BYTES, take_piece, &take);
    if (code == OK && FAULT_FAILS(fetch_cut)) code = ERR_NET;
    if (code == OK) code = take_close(&take);
    if (code != OK)
        take_done(&take);
    else
        *ret_take = take;
    return code;
}

static enum err handle_entry(struct fetching *fetching, size_t index)
{
    const struct mail_imap_entry *entry = &fetching->entries[index];
    if (fetching->seen[index]) return OK; /* moved with the others that were */
    enum err code = ERR_TOO_BIG;
    if (entry->bytes <= LIMIT_MAIL_BYTES)
        code = fetch_one(fetching, index, &fetching->batch[fetching->batch_count]);
    if (code == ERR_TOO_BIG) {
        TRY(move(fetching, &entry->uid, 1, fetching->mailbox->problem_folder));
        fetching->post->too_big++;
        return OK;
    }
    TRY(code);
    fetching->batch_bytes += fetching->batch[fetching->batch_count++].sealed.len;
    if (fetching->batch_count < BATCH_COUNT && fetching->batch_bytes < BATCH_BYTES) return OK;
    return end_batch(fetching);
}

/* What was stored before, and a crash or a lost connection left in the mailbox. */
static enum err move_seen(struct fetching *fetching)
{
    uint32_t uids[BATCH_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < fetching->entry_count; i++) {
        if (!fetching->seen[i]) continue;
        uids[count++] = fetching->entries[i].uid;
        if (count < BATCH_COUNT) continue;
        TRY(move(fetching, uids, count, fetching->mailbox->done_folder));
        count = 0;
    }
    return move(fetching, uids, count, fetching->mailbox->done_folder);
}

static bool is_asked_to_stop(const struct fetching *fetching)
{
    struct pollfd wait = {.fd = fetching->post->stop_fd, .events = POLLIN};
    return poll(&wait, 1, 0) > 0 || clock_monotonic_us() >= fetching->until_us;
}

/* The messages numbered from first; *ret_left of them stay where they are. */
static enum err handle_list(struct fetching *fetching, uint32_t first, size_t *ret_left)
{
    uint32_t count = fetching->box.count - first + 1;
    if (count > LIST_COUNT) count = LIST_COUNT;
    TRY(mail_imap_list(fetching->mailbox->imap, &fetching->box, first, count, fetching->entries,
                       &fetching->entry_count));
    /* Fewer than asked for: somebody else works in the mailbox; the rest is seen next time. */
    fetching->left = count - fetching->entry_count;
    if (fetching->entry_count) TRY(queue_step(fetching->job, look_up, fetching));
    enum err code = move_seen(fetching);
    for (size_t i = 0; i < fetching->entry_count && code == OK; i++) {
        code = handle_entry(fetching, i);
        if (code == OK && is_asked_to_stop(fetching)) break;
    }
    /* Somebody took a message away, or the mailbox was made anew: the list is out of date. */
    if (code == ERR_NOT_FOUND) code = fetching->stale++ < STALE_LISTS ? OK : ERR_NET;
    /* What is fetched already is stored even if the mailbox has just gone. */
    enum err ended = code == OK || code == ERR_NET ? end_batch(fetching) : OK;
    for (size_t i = 0; i < fetching->batch_count; i++) take_done(&fetching->batch[i]);
    fetching->batch_count = 0;
    *ret_left = fetching->left;
    return code != OK ? code : ended;
}

static enum err fetch_mailbox(struct fetching *fetching)
{
    struct post_mailbox *mailbox = fetching->mailbox;
    if (!mailbox->imap) TRY(mail_imap_open(&mailbox->server, mailbox->folder, &mailbox->imap));
    uint32_t first = 1;
    do {
        TRY(mail_imap_look(mailbox->imap, &fetching->box));
        if (first > fetching->box.count) break;
        size_t left = 0;
        TRY(handle_list(fetching, first, &left));
        first += (uint32_t)left;
    } while (!is_asked_to_stop(fetching));
    return OK;
}

/* ---- a mailbox that does not answer ---- */

/* ERR_MAILBOX when it is time to tell staff. */
static enum err note_answer(struct post_mailbox *mailbox, bool answers)
{
    int64_t now = clock_monotonic_us();
    if (answers) {
        mailbox->failing_since_us = 0;
        mailbox->told_us = 0;
        return OK;
    }
    if (!mailbox->failing_since_us) mailbox->failing_since_us = now;
    if (now - mailbox->failing_since_us < TELL_AFTER_SECONDS * UTC_SECOND_US) return OK;
    if (mailbox->told_us && now - mailbox->told_us < TELL_AGAIN_SECONDS * UTC_SECOND_US) return OK;
    mailbox->told_us = now;
    return ERR_MAILBOX;
}

enum err fetch_mail(struct job *job)
{
    struct post *post = job->state;
    struct post_agency agency;
    TRY(post_agency_find(job, &agency));
    enum err told = OK;
    struct fetching *fetching = ARENA_ONE(job->arena, struct fetching);
    int64_t too_big = post->too_big;
    for (size_t i = 0; i < post->mailbox_count; i++) {
        struct post_mailbox *mailbox = &post->mailboxes[i];
        if (!mailbox->is_fetched || !str_equal(mailbox->agency, agency.slug)) continue;
        *fetching = (struct fetching){
            .job = job,
            .post = post,
            .mailbox = mailbox,
            .agency = &agency,
            .until_us = clock_monotonic_us() + BUSY_SECONDS * UTC_SECOND_US,
        };
        enum err code = fetch_mailbox(fetching);
        if (code == ERR_NET) {
            post->outcome = mailbox->name;
            post->outcome_code = mailbox->imap ? mail_imap_code(mailbox->imap) : "";
        } else if (code != OK) {
            return code;
        }
        enum err tell = note_answer(mailbox, code == OK);
        if (tell != OK) told = tell;
    }
    if (post->too_big > too_big) return ERR_TOO_BIG; /* to staff: it lies in the problem folder */
    return told;
}
