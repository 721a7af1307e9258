/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/limits.h"
#include "store/blob.h"
#include "sys/fault.h"
#include "worker/press/release.h"

/* ---- sealing ---- */

static struct str kind_word(enum render_kind kind)
{
    return kind == RENDER_TEXT ? STR("text") : kind == RENDER_PAGE ? STR("page") : STR("photo");
}

static enum err seal_part(struct release_work *work, const struct release *release, size_t at,
                          struct release_part *part)
{
    struct job *job = work->job;
    int64_t number = (int64_t)at + 1;
    part->desk_blob = random_id();
    TRY(press_seal(job, SEAL_RELEASE_DESK, "release_part", release->id, number, &work->publics.desk,
                   1, part->content, &part->for_desk));
    if (release->reader_count == 0) return OK;
    part->recipient_blob = random_id();
    return press_seal(job, SEAL_RELEASE, "release_part", release->id, number, release->readers,
                      release->reader_count, part->content, &part->for_recipient);
}

static void add_part(struct release *release, struct str kind, struct str content)
{
    release->parts[release->part_count++] = (struct release_part){.kind = kind, .content = content};
}

static enum err seal_release(struct release_work *work, struct release *release)
{
    /* each picture may have words beside it */
    size_t room = 2 * release->shown_count + 1;
    release->parts = ARENA_MANY(work->job->arena, room, struct release_part);
    for (size_t i = 0; i < release->shown_count; i++) {
        const struct render_part *shown = &release->shown[i];
        bool is_text = shown->kind == RENDER_TEXT;
        add_part(release, kind_word(shown->kind), is_text ? shown->text : shown->jpeg);
        if (!is_text && release->words[i].len) add_part(release, STR("words"), release->words[i]);
    }
    if (release->pdf.len) add_part(release, STR("pdf"), release->pdf);
    for (size_t i = 0; i < release->part_count; i++)
        TRY(seal_part(work, release, i, &release->parts[i]));
    return OK;
}

/* ---- the transaction ---- */

struct storing {
    struct release_work *work;
    const struct release *release;
};

/* The letter is as it was when the decisions were read, and stays so until COMMIT. */
static enum err letter_stands(struct store *store, const struct release_work *work)
{
    ARENA(arena, (size_t)64 * 1024);
    const struct press_letter *letter = &work->letter;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_letter_lock, PARAMS(P_INT(letter->id)), arena, &rows));
    bool stands = str_equal(rows_str(&rows, 0, "state"), letter->state) &&
                  rows_int(&rows, 0, "version") == letter->version;
    return stands ? OK : ERR_BUSY; /* another look at it decides what is to be done */
}

static enum err store_parts(struct store *store, const struct release *release)
{
    for (size_t i = 0; i < release->part_count; i++) {
        const struct release_part *part = &release->parts[i];
        const struct {
            struct str audience, sealed;
            int64_t blob;
        } copies[] = {{STR("desk"), part->for_desk, part->desk_blob},
                      {STR("recipient"), part->for_recipient, part->recipient_blob}};
        for (size_t j = 0; j < 2; j++) {
            if (copies[j].blob == 0) continue;
            TRY(store_blob_put(store, copies[j].blob, "release", 0, copies[j].sealed));
            TRY(store_do(store, QUERY_release_part_add,
                         PARAMS(P_INT(release->id), P_TEXT(copies[j].audience),
                                P_INT((int64_t)i + 1), P_TEXT(part->kind), P_INT(copies[j].blob))));
        }
    }
    return OK;
}

static enum err store_archive(struct store *store, const struct release_work *work,
                              const struct release *release)
{
    for (size_t i = 0; i < release->archive.count; i++) {
        const struct archive_item *item = &release->archive.items[i];
        TRY(store_blob_put(store, item->blob, "archive", 0, item->message));
        TRY(store_do(store, QUERY_archive_add,
                     PARAMS(P_INT(item->id), P_INT(work->letter.id),
                            item->is_original ? P_NULL : P_INT(release->id),
                            P_TEXT(item->is_original ? STR("original") : STR("release")),
                            P_INT(item->number), P_INT(item->blob),
                            P_BYTES(release->archive.key_ids), P_RAW(item->digest))));
    }
    return OK;
}

static enum err store_link(struct store *store, const struct release *release)
{
    const struct release_link *link = &release->link;
    const struct password_cost cost = PIN_COST;
    if (link->id == 0) return OK;
    return store_do(store, QUERY_link_add,
                    PARAMS(P_INT(link->id), P_INT(release->id), P_INT(release->dispatch),
                           P_RAW(link->token_hash), P_RAW(link->salt), P_INT(cost.passes),
                           P_INT(cost.kib), P_BYTES(link->box)));
}

static enum err store_print(struct store *store, const struct release *release)
{
    const struct release_print *print = &release->print;
    if (print->id == 0) return OK;
    TRY(store_blob_put(store, print->letter_blob, "print", 0, print->letter));
    TRY(store_blob_put(store, print->sheet_blob, "print", 0, print->sheet));
    return store_do(store, QUERY_print_add,
                    PARAMS(P_INT(print->id), P_INT(release->dispatch), P_INT(print->letter_blob),
                           P_INT(print->sheet_blob)));
}

/* Into the portal at once; a refusal leaves the dispatch stopped, and staff see it. */
static enum err deliver(struct store *store, const struct release *release, bool *ret_refused)
{
    ARENA(arena, (size_t)64 * 1024);
    struct store_rows rows;
    *ret_refused = false;
    if (release->channel != CHANNEL_PORTAL) return OK;
    TRY(store_query_one(store, QUERY_dispatch_begin, PARAMS(P_INT(release->dispatch)), arena,
                        &rows));
    *ret_refused = !rows_null(&rows, 0, "refusal");
    return OK;
}

static enum err store_dispatch(struct store *store, const struct release *release)
{
    bool is_refused;
    TRY(store_do(store, QUERY_dispatch_add,
                 PARAMS(P_INT(release->dispatch), P_INT(release->id),
                        P_TEXT(str_from(channel_word(release->channel))),
                        P_INT(release->to->address_version))));
    TRY(store_link(store, release));
    TRY(store_print(store, release));
    TRY(deliver(store, release, &is_refused));
    for (size_t i = 0; i < release->message_count && !is_refused; i++)
        TRY(message_store(store, &release->messages[i]));
    return OK;
}

static enum err store_all(struct store *store, void *context)
{
    const struct storing *storing = context;
    const struct release_work *work = storing->work;
    const struct release *release = storing->release;
    TRY(letter_stands(store, work));
    TRY(store_do(store, QUERY_release_add,
                 PARAMS(P_INT(release->id), P_INT(work->letter.id), P_INT(work->letter.version),
                        P_INT(work->letter.arrangement), P_INT(release->to->id),
                        P_INT(release->decision),
                        P_TEXT(release->is_note ? STR("note") : STR("letter")),
                        P_TEXT(str_from(release->photo_level)))));
    FAULT_POINT(release_row_written);
    TRY(store_parts(store, release));
    TRY(store_archive(store, work, release));
    TRY(store_dispatch(store, release));
    FAULT_POINT(release_all_written);
    return press_audit(store, release->is_note ? "note_released" : "letter_released", "release",
                       release->id, "party", release->to->id);
}

/*
 * One transaction. A refusal of the database is OK with its code ("same_side") in the buffer; a
 * release that is there already is OK without.
 */
static enum err store_release(struct release_work *work, const struct release *release,
                              struct buf *ret_code)
{
    static const char prefix[] = "release_";
    struct storing storing = {work, release};
    enum err code = queue_step(work->job, store_all, &storing);
    if (code != ERR_DB_REFUSED) {
        if (code == OK) work->has_archive = true;
        return code;
    }
    struct str constraint = str_from(store_refusal());
    if (str_equal(constraint, STR("release_once"))) return OK; /* made by another worker */
    if (!str_starts(constraint, STR("release_"))) return ERR_DB_REFUSED;
    buf_add(ret_code, str_from_byte(constraint, sizeof prefix - 1));
    return OK;
}

/* ---- all of it ---- */

enum err release_make(struct release_work *work, const struct decision *decision,
                      struct release *release, struct buf *ret_code)
{
    enum refused refusal;
    release->id = random_id();
    TRY(release_prepare_channel(work, release, &refusal));
    if (refusal == PERMITTED && !release->is_note)
        TRY(release_compose(work, decision, release, &refusal));
    if (refusal == PERMITTED) {
        FAULT_POINT(release_composed);
        TRY(release_pdf(work, release, true, &release->archive_pdf));
        release->pdf = release->archive_pdf;
        if (str_equal(str_from(release->photo_level), STR("view_only")) &&
            !release->to->office_only) /* shown with a worker beside it */
            TRY(release_pdf(work, release, false, &release->pdf));
        TRY(release_send(work, release, &refusal));
    }
    if (refusal != PERMITTED) {
        buf_add_c(ret_code, refused_code(refusal));
        return OK;
    }
    FAULT_POINT(release_rendered);
    TRY(release_archive(work, release));
    FAULT_POINT(release_archived);
    TRY(seal_release(work, release));
    FAULT_POINT(release_sealed);
    TRY(store_release(work, release, ret_code));
    FAULT_POINT(release_committed);
    return OK;
}
