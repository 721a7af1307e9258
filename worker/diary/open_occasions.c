/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Brings the occasions of the next thirteen months in line with the terms of each active
 * arrangement (or of the one that the job names): opens what is not open, moves what is due on
 * another day, waives what the terms ask for no longer. Only what is still due after today changes.
 * It may run as often as it likes: the database keeps each (from, to, month) once.
 */
#include <pthread.h>

#include "rules/schedule.h"
#include "worker/diary/diary.h"

/* A batch ends with the arrangement that fills it. */
enum {
    BATCH = 1000,
    DATE_BYTES = 11,
    SCHEDULE_BYTES = 4 * 1024 * 1024,
    YEAR_BEFORE_MONTHS = 12,
};

/* What is wanted, as the columns that occasion_follow takes. */
struct found {
    int64_t *arrangements, *from, *to, *versions, *opens;
    struct day *months, *due;
    size_t count, room;
};

/* One that was looked at: its part of what was found is [last arrangement's end, end). */
struct looked {
    int64_t arrangement;
    size_t end;
};

struct opening {
    struct job *job;
    struct day today;
    struct found found;
    struct looked *looked;
    size_t looked_count;
    int64_t waived; /* of what nobody writes to any more */
};

/* ---- reading --------------------------------------------------------------------------------- */

static enum err avoid_of(const struct store_rows *rows, size_t row, struct months *ret_months)
{
    const int64_t *numbers;
    int small[12];
    size_t count = rows_ints(rows, row, "avoid_months", &numbers);
    ASSERT(count <= 12); /* a CHECK of the table */
    for (size_t i = 0; i < count; i++) small[i] = (int)numbers[i];
    return months_from(small, count, ret_months);
}

static enum err version_of(const struct store_rows *rows, size_t row,
                           struct schedule_version *ret_version)
{
    struct schedule_version version = {.number = rows_int(rows, row, "version")};
    if (!rows_day(rows, row, "starts_on", &version.starts)) return ERR_DB;
    if (!first_writer_get(rows_str(rows, row, "first_writer"), &version.first)) return ERR_DB;
    TRY(avoid_of(rows, row, &version.avoid));
    /* A rule that never comes to pass, for example one that ended long ago, asks for nothing. */
    if (!rows_null(rows, row, "rule") &&
        recur_read(rows_str(rows, row, "rule"), version.starts, &version.rule) != RECUR_GOOD)
        version.rule = (struct recur){.every = 1};
    *ret_version = version;
    return OK;
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

static void grow(struct found *found, struct arena *arena)
{
    struct found larger = {.count = found->count, .room = found->room ? found->room * 2 : 1024};
    larger.arrangements = ARENA_MANY(arena, larger.room, int64_t);
    larger.from = ARENA_MANY(arena, larger.room, int64_t);
    larger.to = ARENA_MANY(arena, larger.room, int64_t);
    larger.versions = ARENA_MANY(arena, larger.room, int64_t);
    larger.opens = ARENA_MANY(arena, larger.room, int64_t);
    larger.months = ARENA_MANY(arena, larger.room, struct day);
    larger.due = ARENA_MANY(arena, larger.room, struct day);
    for (size_t i = 0; i < found->count; i++) {
        larger.arrangements[i] = found->arrangements[i];
        larger.from[i] = found->from[i];
        larger.to[i] = found->to[i];
        larger.versions[i] = found->versions[i];
        larger.opens[i] = found->opens[i];
        larger.months[i] = found->months[i];
        larger.due[i] = found->due[i];
    }
    *found = larger;
}

static void keep(struct found *found, struct arena *arena, int64_t arrangement,
                 const struct schedule_occasion *occasion)
{
    if (found->count == found->room) grow(found, arena);
    size_t at = found->count++;
    found->arrangements[at] = arrangement;
    found->from[at] = occasion->from;
    found->to[at] = occasion->to;
    found->versions[at] = occasion->version;
    found->opens[at] = occasion->opens;
    found->months[at] = occasion->month;
    found->due[at] = occasion->due;
}

/* Rows of one arrangement: [first, end). */
struct rows_of {
    const struct store_rows *rows;
    size_t first, end;
};

static size_t end_of(const struct store_rows *rows, size_t first, int64_t arrangement)
{
    size_t end = first;
    while (end < rows->count && rows_int(rows, end, "arrangement_id") == arrangement) end++;
    return end;
}

static enum err schedule_one(struct opening *opening, int64_t arrangement,
                             const struct rows_of *versions, const struct rows_of *sides)
{
    struct schedule_version read[SCHEDULE_VERSIONS];
    struct schedule_party parties[SCHEDULE_PARTIES];
    struct schedule_terms terms = {.versions = read};
    struct schedule_occasion *occasions;
    size_t count, party_count = sides->end - sides->first;
    /* More than any arrangement has: one does not stop the others. */
    if (party_count > SCHEDULE_PARTIES || versions->end - versions->first > SCHEDULE_VERSIONS)
        return OK;
    for (size_t i = versions->first; i < versions->end; i++)
        TRY(version_of(versions->rows, i, &read[terms.version_count++]));
    if (!rows_day(versions->rows, versions->first, "eighteenth_month", &terms.eighteenth))
        return ERR_DB;
    for (size_t i = 0; i < party_count; i++)
        TRY(party_of(sides->rows, sides->first + i, &parties[i]));
    ARENA(arena, SCHEDULE_BYTES);
    enum err code =
        schedule_occasions(&terms, parties, party_count, opening->today, arena, &occasions, &count);
    /* Terms that leave no month free: what there is stays, until a person mends them. */
    if (code == ERR_BAD_INPUT) return OK;
    TRY(code);
    for (size_t i = 0; i < count; i++)
        keep(&opening->found, opening->job->arena, arrangement, &occasions[i]);
    opening->looked[opening->looked_count++] = (struct looked){arrangement, opening->found.count};
    return OK;
}

static enum err schedule_all(struct opening *opening, const struct store_rows *terms,
                             const struct store_rows *sides)
{
    size_t side = 0;
    opening->looked = ARENA_MANY(opening->job->arena, terms->count + 1, struct looked);
    opening->looked_count = 0;
    for (size_t first = 0, end; first < terms->count; first = end) {
        int64_t arrangement = rows_int(terms, first, "arrangement_id");
        end = end_of(terms, first, arrangement);
        while (side < sides->count && rows_int(sides, side, "arrangement_id") < arrangement) side++;
        const struct rows_of versions = {terms, first, end};
        const struct rows_of people = {sides, side, end_of(sides, side, arrangement)};
        TRY(schedule_one(opening, arrangement, &versions, &people));
    }
    return OK;
}

static enum err read_all(struct store *store, void *context)
{
    struct opening *opening = context;
    struct arena *arena = opening->job->arena;
    struct store_rows terms, sides;
    opening->found = (struct found){.count = 0};
    TRY(diary_today(store, arena, &opening->today));
    int64_t one = opening->job->arrangement;
    struct day since = day_add_months(opening->today, -YEAR_BEFORE_MONTHS - 1);
    TRY(store_query(store, QUERY_agreement_schedule,
                    PARAMS(one ? P_INT(one) : P_NULL, store_param_day(since, arena)), arena,
                    &terms));
    TRY(store_query(store, QUERY_agreement_sides, PARAMS(one ? P_INT(one) : P_NULL), arena,
                    &sides));
    return schedule_all(opening, &terms, &sides);
}

/* ---- writing --------------------------------------------------------------------------------- */

static struct store_param days(const struct day *list, size_t count, struct arena *arena)
{
    BUF(text, count * (DATE_BYTES + 1) + 3);
    buf_add_byte(&text, '{');
    for (size_t i = 0; i < count; i++) {
        if (i) buf_add_byte(&text, ',');
        day_put(&text, list[i]);
    }
    buf_add_byte(&text, '}');
    ASSERT(buf_done(&text) == OK);
    return P_TEXT(arena_str(arena, buf_str(&text)));
}

/* Arrangements [first, end) of what was looked at, in one transaction. */
struct batch {
    const struct opening *opening;
    size_t first, end;
    int64_t opened, moved, waived;
    enum err code;
    bool has_thread;
    pthread_t thread;
};

static size_t found_before(const struct opening *opening, size_t looked)
{
    return looked ? opening->looked[looked - 1].end : 0;
}

static struct batch batch_from(const struct opening *opening, size_t first)
{
    struct batch batch = {.opening = opening, .first = first, .end = first};
    size_t at = found_before(opening, first);
    while (batch.end < opening->looked_count && batch.end - first < BATCH &&
           (batch.end == first || found_before(opening, batch.end) - at < BATCH))
        batch.end++;
    return batch;
}

static enum err follow(struct store *store, void *context)
{
    struct batch *batch = context;
    const struct opening *opening = batch->opening;
    const struct found *found = &opening->found;
    ARENA(arena, SCHEDULE_BYTES);
    struct store_rows rows;
    size_t at = found_before(opening, batch->first), whole_count = batch->end - batch->first;
    size_t count = found_before(opening, batch->end) - at;
    int64_t *whole = ARENA_MANY(arena, whole_count, int64_t);
    for (size_t i = 0; i < whole_count; i++)
        whole[i] = opening->looked[batch->first + i].arrangement;
    TRY(store_do(store, QUERY_occasion_plan_anew, NO_PARAMS));
    TRY(store_query_one(
        store, QUERY_occasion_follow,
        PARAMS(P_INTS(whole, whole_count), P_INTS(found->arrangements + at, count),
               P_INTS(found->from + at, count), P_INTS(found->to + at, count),
               days(found->months + at, count, arena), days(found->due + at, count, arena),
               P_INTS(found->versions + at, count), P_INTS(found->opens + at, count),
               store_param_day(opening->today, arena)),
        arena, &rows));
    batch->opened = rows_int(&rows, 0, "opened");
    batch->moved = rows_int(&rows, 0, "moved");
    batch->waived = rows_int(&rows, 0, "waived");
    return OK;
}

static void *follow_batch(void *context)
{
    struct batch *batch = context;
    batch->code = queue_step(batch->opening->job, follow, batch);
    return NULL;
}

/* The database checks each row that is opened: two connections keep two of its processes busy. */
static enum err follow_all(const struct opening *opening, struct diary *diary)
{
    struct batch batches[DIARY_CONNECTIONS];
    enum err code = OK;
    for (size_t next = 0; code == OK && next < opening->looked_count;) {
        size_t count = 0;
        while (count < DIARY_CONNECTIONS && next < opening->looked_count) {
            struct batch *batch = &batches[count++];
            *batch = batch_from(opening, next);
            next = batch->end;
            batch->has_thread = count < DIARY_CONNECTIONS && next < opening->looked_count &&
                                pthread_create(&batch->thread, NULL, follow_batch, batch) == 0;
            if (!batch->has_thread) (void)follow_batch(batch);
        }
        for (size_t i = 0; i < count; i++) {
            if (batches[i].has_thread) pthread_join(batches[i].thread, NULL);
            if (code == OK) code = batches[i].code;
            if (batches[i].code != OK) continue;
            diary->opened += batches[i].opened;
            diary->moved += batches[i].moved;
            diary->waived += batches[i].waived;
        }
    }
    return code;
}

static enum err finish(struct store *store, void *context)
{
    struct opening *opening = context;
    struct diary *diary = opening->job->state;
    struct arena *arena = opening->job->arena;
    struct store_rows rows;
    TRY(store_query(store, QUERY_occasion_waive_blocked,
                    PARAMS(store_param_day(opening->today, arena)), arena, &rows));
    opening->waived = (int64_t)rows.count;
    return diary->opened + diary->moved + diary->waived + opening->waived
               ? diary_note(store, "occasions_opened")
               : OK;
}

enum err open_occasions(struct job *job)
{
    struct opening opening = {.job = job};
    struct diary *diary = job->state;
    TRY(queue_step(job, read_all, &opening));
    if (arena_over(job->arena)) return ERR_TOO_BIG;
    TRY(follow_all(&opening, diary));
    TRY(queue_finish(job, finish, &opening));
    diary->waived += opening.waived;
    return OK;
}
