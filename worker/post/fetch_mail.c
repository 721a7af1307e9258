/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Fetches what is in an agency's mailboxes: each message is sealed while it is read, stored with
 * its ledger row, letter and press job, and moved to another folder only after COMMIT. Whatever
 * is cut off is found again: not stored, still in the mailbox; stored and not moved, in the ledger.
 *
 * What the ledger has already is read once more before it is moved: a server that gave its number
 * to another message must not make us put that one away unread. A message that the server will not
 * hand out, and a folder that takes none, keep no other mail waiting.
 *
 * Several messages share a COMMIT, and are asked for together. While they are stored, by a thread
 * of its own, the next ones are fetched. When a server fails over some that were asked for
 * together, each is asked for alone from then on: one that it dies of has no others blamed.
 *
 * A mailbox that does not answer is no failure of the job (it comes again in seconds); after 15
 * minutes, and then once an hour, staff are told by ERR_MAILBOX.
 */
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "core/limits.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/post/take.h"

enum {
    LIST_COUNT = MAIL_IMAP_AHEAD_MAX, /* messages looked at in one go */
    MOVE_COUNT = 1000,                /* committed ones, before they are moved */
    STEP_BYTES = 1024 * 1024,         /* rows of one step: a job has any number of these */
    BATCH_COUNT = 40,                 /* messages that share a COMMIT */
    BATCH_BYTES = 2 * 1024 * 1024,    /* … unless they are long */
    BUSY_SECONDS = 60,                /* then the next job goes on */
    STALE_LISTS = 3,                  /* in one job */
    REFUSED_SECONDS =
        60,          /* a folder that took nothing is not tried again before; doubled each time */
    STUCK_TRIES = 3, /* of a message, before it has to wait */
    STUCK_SECONDS = 10, /* doubled each time … */
    STUCK_SECONDS_MAX = 60 * 60,
    TELL_AFTER_SECONDS = 15 * 60,
    TELL_AGAIN_SECONDS = 60 * 60,
};

struct batch {
    struct take takes[BATCH_COUNT];
    uint32_t uids[BATCH_COUNT];
    size_t count, bytes;
    uint64_t listed; /* the same bytes, as the server says */
    bool has_seen;   /* one that was stored before, and left where it was */
    enum err stored;
    size_t one; /* of them, when they are stored one by one */
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
    struct batch batches[2];
    struct batch *filled, *storing; /* storing: NULL for none */
    pthread_t thread;               /* that stores */
    bool is_beside;                 /* there is such a thread */
    size_t planned, together;       /* entries up to there are asked for, so many at once */
    bool is_alone;                  /* each is asked for by itself */
    uint32_t committed[MOVE_COUNT + LIST_COUNT]; /* still to be moved */
    size_t committed_count;
    size_t left;         /* messages that stay in the mailbox, before all others */
    size_t stale;        /* lists that were out of date before they were done */
    const char *trouble; /* something had to be left in the mailbox: why; NULL: nothing */
    int64_t until_us;
};

/* ---- the ledger ---- */

/* Which of the listed messages were stored before; and ids for those that were not. */
static enum err look_up(struct store *store, void *context)
{
    struct fetching *fetching = context;
    ARENA(arena, STEP_BYTES);
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
    struct batch *batch = context;
    ARENA(arena, STEP_BYTES);
    return take_store(store, batch->takes, batch->count, arena);
}

static enum err store_single(struct store *store, void *context)
{
    struct batch *batch = context;
    ARENA(arena, STEP_BYTES);
    return take_store(store, &batch->takes[batch->one], 1, arena);
}

/* Another process stored one of these at the same moment: it is a double now, seen by itself. */
static enum err store_one_by_one(struct fetching *fetching, struct batch *batch)
{
    enum err code = OK;
    for (batch->one = 0; batch->one < batch->count && code == OK; batch->one++) {
        code = queue_step(fetching->job, store_single, batch);
        if (code == ERR_DB_REFUSED) code = queue_step(fetching->job, store_single, batch);
    }
    return code;
}

/* It touches nothing but its batch and the database. */
static void *store_beside(void *context)
{
    struct fetching *fetching = context;
    struct batch *batch = fetching->storing;
    batch->stored = queue_step(fetching->job, store_batch, batch);
    return NULL;
}

/* ---- moving ---- */

static void leave_unmoved(struct fetching *fetching, size_t count)
{
    fetching->trouble = "move";
    fetching->left += count;
}

/* A folder that takes nothing (it is full, say) leaves them where they are, and is no failure. */
static enum err move(struct fetching *fetching, const uint32_t *uids, size_t count,
                     struct str folder)
{
    struct post_mailbox *mailbox = fetching->mailbox;
    enum err code = mail_imap_move(mailbox->imap, fetching->box.uidvalidity, uids, count, folder);
    if (code == ERR_NOT_FOUND) return ERR_NET; /* the mailbox is another by now: look afresh */
    if (code == ERR_NET && strcmp(mail_imap_code(mailbox->imap), "no") == 0) {
        int64_t seconds = mailbox->refusals < 6 ? REFUSED_SECONDS << mailbox->refusals++ : 60 * 60;
        mailbox->refused_until_us = clock_monotonic_us() + seconds * UTC_SECOND_US;
        leave_unmoved(fetching, count);
        return OK;
    }
    TRY(code);
    mailbox->refusals = 0;
    fetching->post->moved += (int64_t)count;
    FAULT_POINT(fetch_moved);
    return OK;
}

static bool can_move(const struct fetching *fetching)
{
    return clock_monotonic_us() >= fetching->mailbox->refused_until_us;
}

static void drop_batch(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) take_done(&batch->takes[i]);
    batch->count = batch->bytes = 0;
    batch->listed = 0;
    batch->has_seen = false;
}

/* All that is committed. */
static enum err move_committed(struct fetching *fetching)
{
    enum err code = OK;
    size_t count = fetching->committed_count;
    fetching->committed_count = 0;
    for (size_t at = 0; at < count && code == OK; at += MAIL_IMAP_MOVE_MAX) {
        size_t some = count - at < MAIL_IMAP_MOVE_MAX ? count - at : MAIL_IMAP_MOVE_MAX;
        if (can_move(fetching))
            code = move(fetching, fetching->committed + at, some, fetching->mailbox->done_folder);
        else
            leave_unmoved(fetching, some);
    }
    return code;
}

/* Waits for what is being stored. What was left once is moved at once, to know whether it can be
 * before more is read.
 */
static enum err end_storing(struct fetching *fetching)
{
    struct batch *batch = fetching->storing;
    if (!batch) return OK;
    if (fetching->is_beside) pthread_join(fetching->thread, NULL);
    fetching->storing = NULL;
    enum err code = batch->stored;
    if (code == ERR_DB_REFUSED) code = store_one_by_one(fetching, batch);
    FAULT_POINT(fetch_stored);
    for (size_t i = 0; i < batch->count && code == OK; i++) {
        *(batch->takes[i].is_double ? &fetching->post->doubles : &fetching->post->stored) += 1;
        fetching->committed[fetching->committed_count++] = batch->uids[i];
    }
    if (code == OK && batch->has_seen) code = move_committed(fetching);
    drop_batch(batch);
    return code;
}

static void begin_storing(struct fetching *fetching, struct batch *batch)
{
    FAULT_POINT(fetch_before_store);
    fetching->storing = batch;
    fetching->is_beside = pthread_create(&fetching->thread, NULL, store_beside, fetching) == 0;
    if (!fetching->is_beside) store_beside(fetching);
}

/* The filled batch is stored while the next one is filled. A long one is waited for, to save
 * memory.
 */
static enum err end_batch(struct fetching *fetching)
{
    struct batch *batch = fetching->filled;
    TRY(end_storing(fetching));
    if (batch->count == 0) return OK;
    bool waits = batch->bytes >= 2 * BATCH_BYTES || batch->has_seen;
    begin_storing(fetching, batch);
    fetching->filled = &fetching->batches[batch == fetching->batches];
    return waits ? end_storing(fetching) : OK;
}

/* ---- a message that the server does not hand out ---- */

static struct post_stuck *stuck_find(struct fetching *fetching, uint32_t uid)
{
    for (size_t i = 0; i < POST_STUCK; i++) {
        struct post_stuck *stuck = &fetching->mailbox->stuck[i];
        if (stuck->uid == uid && stuck->uidvalidity == fetching->box.uidvalidity) return stuck;
    }
    return NULL;
}

static struct post_stuck *stuck_note(struct fetching *fetching, uint32_t uid)
{
    struct post_stuck *stuck = stuck_find(fetching, uid);
    if (!stuck) {
        /* an empty place, or that of the one that waits the shortest */
        stuck = &fetching->mailbox->stuck[0];
        for (size_t i = 1; i < POST_STUCK && stuck->uid != 0; i++) {
            struct post_stuck *other = &fetching->mailbox->stuck[i];
            if (other->uid == 0 || other->next_us < stuck->next_us) stuck = other;
        }
        *stuck = (struct post_stuck){.uidvalidity = fetching->box.uidvalidity, .uid = uid};
    }
    stuck->tries++;
    if (stuck->tries < STUCK_TRIES) return stuck;
    int64_t seconds = STUCK_SECONDS_MAX;
    if (stuck->tries < STUCK_TRIES + 9) seconds = STUCK_SECONDS << (stuck->tries - STUCK_TRIES);
    if (seconds > STUCK_SECONDS_MAX) seconds = STUCK_SECONDS_MAX;
    stuck->next_us = clock_monotonic_us() + seconds * UTC_SECOND_US;
    return stuck;
}

static bool is_stuck(struct fetching *fetching, uint32_t uid)
{
    const struct post_stuck *stuck = stuck_find(fetching, uid);
    return stuck && clock_monotonic_us() < stuck->next_us;
}

/* ---- fetching ---- */

static enum err take_piece(struct str piece, void *context)
{
    return take_add(context, piece);
}

static enum err fetch_once(struct fetching *fetching, size_t index, struct take *ret_take)
{
    uint32_t uid = fetching->entries[index].uid;
    struct take take;
    TRY(take_open(fetching->post, fetching->agency, fetching->ids[2 * index],
                  fetching->ids[2 * index + 1], &take));
    take.mailbox = fetching->mailbox->name;
    /* An entry that the ledger has can have no second row: if its bytes are others, they alone
     * count.
     */
    take.uidvalidity = fetching->seen[index] ? 0 : fetching->box.uidvalidity;
    take.uid = fetching->seen[index] ? 0 : uid;
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

/* ERR_NOT_FOUND when it is not there any more. */
static enum err fetch_one(struct fetching *fetching, size_t index, struct take *ret_take)
{
    enum err code = fetch_once(fetching, index, ret_take);
    if (code != ERR_NET || fetching->is_alone || fetching->together < 2) return code;
    fetching->is_alone = true;
    return fetch_once(fetching, index, ret_take);
}

/* The rest goes on unless the connection is gone. */
static enum err leave_stuck(struct fetching *fetching, uint32_t uid)
{
    (void)stuck_note(fetching, uid);
    if (strcmp(mail_imap_code(fetching->mailbox->imap), "no") != 0) return ERR_NET;
    fetching->trouble = "message";
    fetching->left++;
    return OK;
}

/* What was stored before, and a crash or a lost connection left in the mailbox, is read once more:
 * unless it cannot be moved, or is marked deleted, which is all that a server without UIDPLUS can
 * do. */
static bool is_left(struct fetching *fetching, size_t index)
{
    const struct mail_imap_entry *entry = &fetching->entries[index];
    if (fetching->seen[index] && (entry->deleted || !can_move(fetching))) return true;
    return is_stuck(fetching, entry->uid);
}

static void leave(struct fetching *fetching, size_t index)
{
    fetching->left++;
    if (!fetching->seen[index])
        fetching->trouble = "message";
    else if (!fetching->entries[index].deleted)
        fetching->trouble = can_move(fetching) ? "message" : "move";
}

static bool is_full(size_t count, uint64_t listed)
{
    return count >= BATCH_COUNT || listed >= BATCH_BYTES;
}

/*
 * From this entry on; but alone what was trouble before. What is moved before more is read, for it
 * was left once, ends it with its batch.
 */
static void plan(struct fetching *fetching, size_t index)
{
    const struct batch *batch = fetching->filled;
    struct mail_imap_entry ahead[LIST_COUNT];
    uint64_t listed = batch->listed;
    size_t count = 0, i = index;
    bool has_seen = batch->has_seen;
    for (; i < fetching->entry_count; i++) {
        const struct mail_imap_entry *entry = &fetching->entries[i];
        if (is_left(fetching, i)) continue;
        if (entry->bytes > LIMIT_MAIL_BYTES || stuck_find(fetching, entry->uid)) break;
        if (is_full(batch->count + count, listed) && (has_seen || fetching->seen[i])) break;
        has_seen |= fetching->seen[i];
        listed += entry->bytes;
        ahead[count++] = *entry;
    }
    fetching->planned = i > index ? i : index + 1;
    fetching->together = count;
    mail_imap_ahead(fetching->mailbox->imap, fetching->box.uidvalidity, ahead, count);
}

static enum err tell_too_big(struct store *store, void *context)
{
    (void)context;
    BUF(code, 64);
    queue_code(ERR_TOO_BIG, &code);
    return store_do(store, QUERY_job_tell, PARAMS(P_TEXT(buf_str(&code))));
}

/* Staff are told first: nothing lies in the problem folder that nobody knows of. */
static enum err handle_too_big(struct fetching *fetching, uint32_t uid)
{
    const struct post_stuck *known = stuck_find(fetching, uid);
    bool is_told = known && known->is_told;
    TRY(end_storing(fetching)); /* whose connection to the database it is */
    if (!is_told) {
        TRY(queue_step(fetching->job, tell_too_big, NULL));
        fetching->post->too_big++;
    }
    stuck_note(fetching, uid)->is_told = true;
    FAULT_POINT(fetch_told);
    if (can_move(fetching)) return move(fetching, &uid, 1, fetching->mailbox->problem_folder);
    leave_unmoved(fetching, 1);
    return OK;
}

static enum err handle_entry(struct fetching *fetching, size_t index)
{
    const struct mail_imap_entry *entry = &fetching->entries[index];
    if (is_left(fetching, index)) {
        leave(fetching, index);
        return OK;
    }
    if (index >= fetching->planned && !fetching->is_alone) plan(fetching, index);
    struct batch *batch = fetching->filled;
    enum err code = ERR_TOO_BIG;
    if (entry->bytes <= LIMIT_MAIL_BYTES)
        code = fetch_one(fetching, index, &batch->takes[batch->count]);
    if (code == ERR_NET) return leave_stuck(fetching, entry->uid);
    /* It is gone, or the server lists it and has it not: then it will be listed again. */
    if (code == ERR_NOT_FOUND) (void)stuck_note(fetching, entry->uid);
    if (code == ERR_TOO_BIG) return handle_too_big(fetching, entry->uid);
    TRY(code);
    batch->uids[batch->count] = entry->uid;
    batch->has_seen |= fetching->seen[index];
    batch->listed += entry->bytes;
    batch->bytes += batch->takes[batch->count++].sealed.len;
    /* servers that say too little of a length have theirs stored early */
    bool ends = is_full(batch->count, batch->listed) || batch->bytes >= 2 * BATCH_BYTES;
    return ends ? end_batch(fetching) : OK;
}

/* A server that lists one number twice means one message. */
static void drop_repeated(struct fetching *fetching)
{
    size_t kept = 0;
    for (size_t i = 0; i < fetching->entry_count; i++) {
        size_t j = 0;
        while (j < kept && fetching->entries[j].uid != fetching->entries[i].uid) j++;
        if (j == kept) fetching->entries[kept++] = fetching->entries[i];
    }
    fetching->entry_count = kept;
}

static bool is_asked_to_stop(const struct fetching *fetching)
{
    struct pollfd wait = {.fd = fetching->post->stop_fd, .events = POLLIN};
    return poll(&wait, 1, 0) > 0 || clock_monotonic_us() >= fetching->until_us;
}

/* Those that stay in the mailbox until they are moved. */
static size_t pending(const struct fetching *fetching)
{
    size_t storing = fetching->storing ? fetching->storing->count : 0;
    return fetching->committed_count + storing + fetching->filled->count;
}

/* The messages numbered from first. */
static enum err handle_list(struct fetching *fetching, uint32_t first)
{
    uint32_t count = fetching->box.count - first + 1;
    if (count > LIST_COUNT) count = LIST_COUNT;
    TRY(mail_imap_list(fetching->mailbox->imap, &fetching->box, first, count, fetching->entries,
                       &fetching->entry_count));
    drop_repeated(fetching);
    /* Fewer than asked for: somebody else works in the mailbox; the rest is seen next time. */
    fetching->left += count - fetching->entry_count;
    fetching->planned = 0;
    TRY(end_storing(fetching)); /* whose connection to the database it is */
    if (fetching->entry_count) TRY(queue_step(fetching->job, look_up, fetching));
    enum err code = OK;
    for (size_t i = 0; i < fetching->entry_count && code == OK; i++) {
        code = handle_entry(fetching, i);
        if (code == OK && is_asked_to_stop(fetching)) break;
    }
    /* Somebody took a message away, or the mailbox was made anew: the list is out of date. */
    if (code == ERR_NOT_FOUND) return fetching->stale++ < STALE_LISTS ? code : ERR_NET;
    return code;
}

/* All that was fetched is stored and moved. It is stored even if the mailbox has just gone. */
static enum err settle(struct fetching *fetching, enum err code)
{
    bool goes_on = code == OK || code == ERR_NOT_FOUND || code == ERR_NET;
    enum err ended = goes_on ? end_batch(fetching) : OK;
    enum err stored = end_storing(fetching);
    drop_batch(fetching->filled);
    if (ended == OK) ended = stored;
    if (ended == OK && goes_on) ended = move_committed(fetching);
    return code == OK || code == ERR_NOT_FOUND ? ended : code;
}

static enum err handle_mailbox(struct fetching *fetching)
{
    enum err code = OK;
    for (;;) {
        size_t first = 1 + fetching->left + pending(fetching);
        bool stops = is_asked_to_stop(fetching);
        if (code != OK || stops || first > fetching->box.count || pending(fetching) >= MOVE_COUNT) {
            TRY(settle(fetching, code));
            if (stops) return OK;
            TRY(mail_imap_look(fetching->mailbox->imap, &fetching->box));
            first = 1 + fetching->left;
            if (first > fetching->box.count) return OK;
        }
        code = handle_list(fetching, (uint32_t)first);
    }
}

static enum err fetch_mailbox(struct fetching *fetching)
{
    struct post_mailbox *mailbox = fetching->mailbox;
    TRY(post_mailbox_open(mailbox, mailbox->folder, &mailbox->imap, &fetching->box));
    /* Signing in may have taken all of the time; the next job finds it done. */
    if (fetching->box.count == 0 || is_asked_to_stop(fetching)) return OK;
    enum err code = handle_mailbox(fetching);
    mailbox->reason = code == OK ? fetching->trouble : mail_imap_code(mailbox->imap);
    return code == OK && fetching->trouble ? ERR_NET : code;
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
    int64_t start_us = clock_monotonic_us();
    struct post_mailbox *mailbox;
    while ((mailbox = post_mailbox_next(job, agency.slug, start_us)) != NULL) {
        *fetching = (struct fetching){
            .job = job,
            .post = post,
            .mailbox = mailbox,
            .agency = &agency,
            .filled = fetching->batches,
            .until_us = clock_monotonic_us() + BUSY_SECONDS * UTC_SECOND_US,
        };
        enum err code = fetch_mailbox(fetching);
        if (code == ERR_NET) {
            post->outcome = mailbox->name;
            post->outcome_code = mailbox->reason;
        } else if (code != OK) {
            return code;
        }
        enum err tell = note_answer(mailbox, code == OK);
        if (tell != OK) told = tell;
    }
    return told;
}
