/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Takes the steps of the ladder that are due today: asks the press to tell people, hands what a
 * person must do to staff, and writes down what something stopped. Run as often as it likes, a step
 * is taken once and nobody is told twice on a day: the database keeps both. What changes between
 * this and the sending is asked again when it is sent.
 */
#include <stdlib.h>

#include "store/remind.h"
#include "sys/fault.h"
#include "worker/diary/diary.h"

enum { BATCH = 400, TEXT_BYTES = 64 * 1024 };

/* A step for one expected letter; a notice's goes to the party. */
struct step {
    const char *subject, *event; /* chase.act, chase.event */
    const char *code;            /* what stopped it, or "" */
    int64_t party, occasion;
    struct day base;
    int day;
};

struct steps {
    struct step *at;
    size_t count, room;
};

struct chasing {
    struct job *job;
    struct day today;
    int64_t version;
    struct remind_ladder ladder;
    struct steps notices, notes; /* the notices ordered by party */
    size_t next;
    int64_t done; /* by the last transaction */
};

/* ---- reading --------------------------------------------------------------------------------- */

static void keep(struct steps *steps, struct arena *arena, struct step step)
{
    if (steps->count == steps->room) {
        size_t room = steps->room ? 2 * steps->room : 256;
        struct step *larger = ARENA_MANY(arena, room, struct step);
        for (size_t i = 0; i < steps->count; i++) larger[i] = steps->at[i];
        steps->at = larger;
        steps->room = room;
    }
    steps->at[steps->count++] = step;
}

static void keep_notice(struct chasing *chasing, const struct remind_facts *facts,
                        enum remind_kind kind, enum remind_stop stop, struct step step)
{
    struct arena *arena = chasing->job->arena;
    step.subject = kind == REMIND_REMINDER ? "reminder" : "delay";
    step.base = remind_base(facts->due, facts->has_wait, facts->wait_until);
    step.event = stop == REMIND_FREE ? "asked" : "withheld";
    step.code = stop == REMIND_FREE ? "" : remind_stop_code(stop);
    keep(stop == REMIND_FREE ? &chasing->notices : &chasing->notes, arena, step);
}

static void look(struct chasing *chasing, const struct store_rows *rows, size_t row,
                 const struct remind_facts *facts)
{
    struct remind_due due;
    int64_t occasion = rows_int(rows, row, "occasion_id");
    remind_next(&chasing->ladder, facts, chasing->today, &due);
    if (due.act == REMIND_NOTICE)
        keep_notice(chasing, facts, REMIND_REMINDER, due.stop,
                    (struct step){.party = rows_int(rows, row, "from_party"),
                                  .occasion = occasion,
                                  .day = due.day});
    /* staff are not asked to ring the dead, or who is paused */
    if (due.act == REMIND_STAFF)
        keep(&chasing->notes, chasing->job->arena,
             (struct step){.subject = "staff",
                           .event = due.stop == REMIND_FREE ? "handed" : "withheld",
                           .code = due.stop == REMIND_FREE ? "" : remind_stop_code(due.stop),
                           .occasion = occasion,
                           .base = remind_base(facts->due, facts->has_wait, facts->wait_until),
                           .day = due.day});
    if (remind_tells(&chasing->ladder, facts, chasing->today))
        keep_notice(chasing, facts, REMIND_DELAY, remind_stop(facts, REMIND_DELAY, chasing->today),
                    (struct step){.party = rows_int(rows, row, "to_party"), .occasion = occasion});
}

static enum err read_all(struct store *store, void *context)
{
    struct chasing *chasing = context;
    struct arena *arena = chasing->job->arena;
    struct store_rows rows;
    chasing->notices = chasing->notes = (struct steps){.count = 0};
    TRY(diary_today(store, arena, &chasing->today));
    TRY(store_query_one(store, QUERY_ladder_find, NO_PARAMS, arena, &rows));
    chasing->version = rows_int(&rows, 0, "version");
    TRY(store_remind_ladder(&rows, 0, &chasing->ladder));
    struct day until = {chasing->today.number + REMIND_DAY_MOST};
    TRY(store_query(store, QUERY_remind_facts, PARAMS(store_param_day(until, arena), P_NULL), arena,
                    &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct remind_facts facts;
        TRY(store_remind_facts(&rows, row, &facts));
        look(chasing, &rows, row, &facts);
    }
    return OK;
}

static int by_party(const void *one, const void *other)
{
    const struct step *a = one, *b = other;
    if (a->party != b->party) return a->party < b->party ? -1 : 1;
    return a->occasion < b->occasion ? -1 : a->occasion > b->occasion;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* The columns of a batch as arrays of the database. */
struct columns {
    struct store_param acts, events, codes, parties, occasions, bases, days;
};

static struct store_param words(const struct step *steps, size_t count, size_t column,
                                struct arena *arena)
{
    BUF(text, TEXT_BYTES);
    buf_add_byte(&text, '{');
    for (size_t i = 0; i < count; i++) {
        const char *const row[] = {steps[i].subject, steps[i].event, steps[i].code};
        if (i) buf_add_byte(&text, ',');
        buf_print(&text, "\"%s\"", row[column]);
    }
    buf_add_byte(&text, '}');
    ASSERT(buf_done(&text) == OK);
    return P_TEXT(arena_str(arena, buf_str(&text)));
}

static struct store_param bases(const struct step *steps, size_t count, struct arena *arena)
{
    BUF(text, TEXT_BYTES);
    buf_add_byte(&text, '{');
    for (size_t i = 0; i < count; i++) {
        if (i) buf_add_byte(&text, ',');
        day_put(&text, steps[i].base);
    }
    buf_add_byte(&text, '}');
    ASSERT(buf_done(&text) == OK);
    return P_TEXT(arena_str(arena, buf_str(&text)));
}

static struct columns columns_of(const struct step *steps, size_t count, struct arena *arena)
{
    int64_t *parties = ARENA_MANY(arena, count, int64_t);
    int64_t *occasions = ARENA_MANY(arena, count, int64_t);
    int64_t *days = ARENA_MANY(arena, count, int64_t);
    for (size_t i = 0; i < count; i++) {
        parties[i] = steps[i].party;
        occasions[i] = steps[i].occasion;
        days[i] = steps[i].day;
    }
    return (struct columns){words(steps, count, 0, arena),
                            words(steps, count, 1, arena),
                            words(steps, count, 2, arena),
                            P_INTS(parties, count),
                            P_INTS(occasions, count),
                            bases(steps, count, arena),
                            P_INTS(days, count)};
}

/* How many from there on go into one transaction; one party's are never parted. */
static size_t batch_of(const struct steps *steps, size_t from)
{
    size_t end = from;
    while (end < steps->count && end - from < BATCH) end++;
    while (end < steps->count && end > from + 1 && steps->at[end].party &&
           steps->at[end].party == steps->at[end - 1].party)
        end--;
    return end - from;
}

static enum err ask(struct store *store, void *context)
{
    struct chasing *chasing = context;
    struct arena *arena = chasing->job->arena;
    struct store_rows rows;
    size_t count = batch_of(&chasing->notices, chasing->next);
    struct columns put = columns_of(chasing->notices.at + chasing->next, count, arena);
    TRY(store_query_one(store, QUERY_remind_ask,
                        PARAMS(store_param_day(chasing->today, arena), P_INT(chasing->version),
                               put.acts, put.parties, put.occasions, put.bases, put.days),
                        arena, &rows));
    chasing->done = rows_int(&rows, 0, "asked");
    return OK;
}

static enum err note(struct store *store, void *context)
{
    struct chasing *chasing = context;
    struct arena *arena = chasing->job->arena;
    struct store_rows rows;
    size_t count = batch_of(&chasing->notes, chasing->next);
    struct columns put = columns_of(chasing->notes.at + chasing->next, count, arena);
    TRY(store_query_one(store, QUERY_remind_note,
                        PARAMS(P_INT(chasing->version), put.acts, put.events, put.occasions,
                               put.bases, put.days, put.codes),
                        arena, &rows));
    chasing->done = rows_int(&rows, 0, "noted");
    return OK;
}

static enum err finish(struct store *store, void *context)
{
    const struct chasing *chasing = context;
    const struct diary *diary = chasing->job->state;
    return diary->asked + diary->noted ? diary_note(store, "reminders_queued") : OK;
}

enum err queue_reminders(struct job *job)
{
    struct chasing chasing = {.job = job};
    struct diary *diary = job->state;
    TRY(queue_step(job, read_all, &chasing));
    if (arena_over(job->arena)) return ERR_TOO_BIG;
    if (chasing.notices.count)
        qsort(chasing.notices.at, chasing.notices.count, sizeof *chasing.notices.at, by_party);
    for (; chasing.next < chasing.notices.count;) {
        size_t count = batch_of(&chasing.notices, chasing.next);
        TRY(queue_step(job, ask, &chasing));
        diary->asked += chasing.done;
        chasing.next += count;
    }
    if (diary->asked) FAULT_POINT(reminders_asked);
    for (chasing.next = 0; chasing.next < chasing.notes.count;) {
        size_t count = batch_of(&chasing.notes, chasing.next);
        TRY(queue_step(job, note, &chasing));
        diary->noted += chasing.done;
        chasing.next += count;
    }
    return queue_finish(job, finish, &chasing);
}
