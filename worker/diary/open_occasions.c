/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Opens the occasions of the next thirteen months, from the newest terms of each active arrangement
 * (or of the one that the job names), and waives those ahead that the terms no longer ask for. It
 * may run as often as it likes: the database keeps each (from, to, month) once.
 */
#include "rules/schedule.h"
#include "worker/diary/diary.h"

enum { BATCH = 500, DATE_BYTES = 11 };

/* The occasions of all arrangements, as the columns that occasion_open takes. */
struct found {
    int64_t *arrangements, *from, *to, *versions;
    struct day *months, *due;
    size_t count, room;
};

struct opening {
    struct job *job;
    struct day today;
    struct found found;
    size_t next;
    int64_t opened, waived;
};

/* ---- reading --------------------------------------------------------------------------------- */

static enum err months_of(const struct store_rows *rows, size_t row, const char *column,
                          struct months *ret_months)
{
    const int64_t *numbers;
    int small[12];
    size_t count = rows_ints(rows, row, column, &numbers);
    ASSERT(count <= 12); /* a CHECK of the table */
    for (size_t i = 0; i < count; i++) small[i] = (int)numbers[i];
    return months_from(small, count, ret_months);
}

static enum err terms_of(const struct store_rows *rows, size_t row,
                         struct schedule_terms *ret_terms)
{
    TRY(months_of(rows, row, "months", &ret_terms->months));
    TRY(months_of(rows, row, "avoid_months", &ret_terms->avoid));
    if (!first_writer_get(rows_str(rows, row, "first_writer"), &ret_terms->first)) return ERR_DB;
    return rows_day(rows, row, "eighteenth_month", &ret_terms->eighteenth) ? OK : ERR_DB;
}

static enum err party_of(const struct store_rows *rows, size_t row,
                         struct schedule_party *ret_party)
{
    *ret_party = (struct schedule_party){
        .party = rows_int(rows, row, "party_id"),
        .at = {.known = true,
               .may_write = rows_bool(rows, row, "may_write"),
               .may_receive = rows_bool(rows, row, "may_receive")},
    };
    struct permit_party *at = &ret_party->at;
    return side_get(rows_str(rows, row, "side"), &at->side) &&
                   party_state_get(rows_str(rows, row, "party_state"), &at->state) &&
                   member_state_get(rows_str(rows, row, "member_state"), &at->member)
               ? OK
               : ERR_DB;
}

static void keep(struct found *found, struct arena *arena, int64_t arrangement, int64_t version,
                 const struct schedule_occasion *occasion)
{
    if (found->count == found->room) {
        struct found larger = {.count = found->count, .room = found->room ? found->room * 2 : 256};
        larger.arrangements = ARENA_MANY(arena, larger.room, int64_t);
        larger.from = ARENA_MANY(arena, larger.room, int64_t);
        larger.to = ARENA_MANY(arena, larger.room, int64_t);
        larger.versions = ARENA_MANY(arena, larger.room, int64_t);
        larger.months = ARENA_MANY(arena, larger.room, struct day);
        larger.due = ARENA_MANY(arena, larger.room, struct day);
        for (size_t i = 0; i < found->count; i++) {
            larger.arrangements[i] = found->arrangements[i];
            larger.from[i] = found->from[i];
            larger.to[i] = found->to[i];
            larger.versions[i] = found->versions[i];
            larger.months[i] = found->months[i];
            larger.due[i] = found->due[i];
        }
        *found = larger;
    }
    size_t at = found->count++;
    found->arrangements[at] = arrangement;
    found->from[at] = occasion->from;
    found->to[at] = occasion->to;
    found->versions[at] = version;
    found->months[at] = occasion->month;
    found->due[at] = occasion->due;
}

/* The rows [first, end) are one arrangement's. */
static enum err schedule_one(struct opening *opening, const struct store_rows *rows, size_t first,
                             size_t end)
{
    struct schedule_terms terms;
    struct schedule_party parties[SCHEDULE_PARTIES];
    struct schedule_occasion *occasions;
    size_t count;
    /* More than any arrangement has: refused by the rule, and one does not stop the others. */
    if (end - first > SCHEDULE_PARTIES) return OK;
    TRY(terms_of(rows, first, &terms));
    for (size_t i = first; i < end; i++) TRY(party_of(rows, i, &parties[i - first]));
    ARENA(arena, 1024 * 1024);
    enum err code =
        schedule_occasions(&terms, parties, end - first, opening->today, arena, &occasions, &count);
    /* Terms that leave no month free: nothing is expected. */
    if (code == ERR_BAD_INPUT) return OK;
    TRY(code);
    for (size_t i = 0; i < count; i++)
        keep(&opening->found, opening->job->arena, rows_int(rows, first, "arrangement_id"),
             rows_int(rows, first, "version"), &occasions[i]);
    return OK;
}

static enum err read_all(struct store *store, void *context)
{
    struct opening *opening = context;
    struct arena *arena = opening->job->arena;
    struct store_rows rows;
    opening->found = (struct found){.count = 0};
    TRY(diary_today(store, arena, &opening->today));
    int64_t one = opening->job->arrangement;
    TRY(store_query(store, QUERY_agreement_schedule, PARAMS(one ? P_INT(one) : P_NULL), arena,
                    &rows));
    for (size_t first = 0, end; first < rows.count; first = end) {
        int64_t arrangement = rows_int(&rows, first, "arrangement_id");
        for (end = first + 1; end < rows.count; end++)
            if (rows_int(&rows, end, "arrangement_id") != arrangement) break;
        TRY(schedule_one(opening, &rows, first, end));
    }
    return OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static struct store_param days(const struct day *list, size_t count, struct arena *arena)
{
    BUF(text, BATCH * (DATE_BYTES + 1) + 3);
    buf_add_byte(&text, '{');
    for (size_t i = 0; i < count; i++) {
        if (i) buf_add_byte(&text, ',');
        day_put(&text, list[i]);
    }
    buf_add_byte(&text, '}');
    ASSERT(buf_done(&text) == OK);
    return P_TEXT(arena_str(arena, buf_str(&text)));
}

static enum err open_batch(struct store *store, void *context)
{
    struct opening *opening = context;
    const struct found *found = &opening->found;
    struct arena *arena = opening->job->arena;
    struct store_rows rows;
    size_t at = opening->next, count = found->count - at < BATCH ? found->count - at : BATCH;
    opening->opened = 0;
    TRY(store_query_one(
        store, QUERY_occasion_open,
        PARAMS(P_INTS(found->arrangements + at, count), P_INTS(found->from + at, count),
               P_INTS(found->to + at, count), days(found->months + at, count, arena),
               days(found->due + at, count, arena), P_INTS(found->versions + at, count)),
        arena, &rows));
    opening->opened = rows_int(&rows, 0, "opened");
    return OK;
}

static enum err waive(struct store *store, void *context)
{
    struct opening *opening = context;
    struct diary *diary = opening->job->state;
    struct arena *arena = opening->job->arena;
    struct store_rows rows;
    TRY(store_query(store, QUERY_occasion_waive_dropped,
                    PARAMS(store_param_day(opening->today, arena)), arena, &rows));
    opening->waived = (int64_t)rows.count;
    return diary->opened + opening->waived ? diary_note(store, "occasions_opened") : OK;
}

enum err open_occasions(struct job *job)
{
    struct opening opening = {.job = job};
    struct diary *diary = job->state;
    TRY(queue_step(job, read_all, &opening));
    if (arena_over(job->arena)) return ERR_TOO_BIG;
    for (; opening.next < opening.found.count; opening.next += BATCH) {
        TRY(queue_step(job, open_batch, &opening));
        diary->opened += opening.opened;
    }
    TRY(queue_finish(job, waive, &opening));
    diary->waived = opening.waived;
    return OK;
}
