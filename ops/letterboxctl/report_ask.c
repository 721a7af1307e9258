/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/code.h"
#include "core/json.h"
#include "core/limits.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/report.h"
#include "rules/person.h"
#include "rules/relation.h"
#include "store/report.h"

enum { BATCH = 200, BATCH_BYTES = 32 * 1024 * 1024, DETAIL_BYTES = 400 };

static enum err open_text(const struct report_work *work, enum seal_purpose purpose,
                          const char *table, int64_t row, int64_t version, struct str sealed,
                          struct buf *ret_text)
{
    struct seal_binding binding = {purpose, work->who.session.agency_id, table, row, version};
    return seal_open(&binding, work->who.session.desk, work->who.session.desk_count, sealed,
                     ret_text);
}

/* ---- who they are to the child ---- */

/* The words of one record; "unknown" for one that does not open, which must not stop the rest. */
static enum err relation_of(const struct report_work *work, const struct store_rows *rows,
                            size_t row, struct arena *arena, struct str *ret_word)
{
    struct person person;
    struct str sealed = rows_str(rows, row, "sealed_record");
    BUF_SECRET(text, sealed.len);
    enum err code = open_text(work, SEAL_PARTY, "party", rows_int(rows, row, "party_id"),
                              rows_int(rows, row, "record_version"), sealed, &text);
    if (code == OK) code = person_read(buf_str(&text), arena, &person);
    *ret_word = code == OK ? relation_word(person.relationship) : STR("unknown");
    return code == ERR_SEAL_BROKEN || code == ERR_NO_KEY || code == ERR_BAD_JSON ? OK : code;
}

static enum err count_batch(struct store *store, const struct report_work *work,
                            const struct store_rows *people, size_t first, size_t count,
                            struct report_counts *counts)
{
    int64_t ids[BATCH];
    struct store_rows rows;
    struct arena *arena __attribute__((cleanup(arena_free))) = arena_new_secret(BATCH_BYTES);
    for (size_t i = 0; i < count; i++) ids[i] = rows_int(people, first + i, "party_id");
    TRY(store_query(store, QUERY_party_records, PARAMS(P_INTS(ids, count)), arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct str word;
        TRY(relation_of(work, &rows, row, arena, &word));
        for (size_t i = 0; i < count; i++)
            if (ids[i] == rows_int(&rows, row, "party_id"))
                report_count(counts, STR("relation"),
                             str_equal(rows_str(people, first + i, "side"), STR("adoptive"))
                                 ? STR("adoptive")
                                 : word,
                             STR("number"), rows_int(people, first + i, "n"));
    }
    return OK;
}

static enum err count_relations(struct store *store, const struct report_work *work,
                                struct report_counts *counts)
{
    struct store_rows people;
    int64_t all = 0;
    TRY(store_report_people(store, work->to, counts->arena, &people));
    for (size_t first = 0; first < people.count; first += BATCH)
        TRY(count_batch(store, work, &people, first,
                        people.count - first < BATCH ? people.count - first : BATCH, counts));
    for (size_t row = 0; row < people.count; row++) all += rows_int(&people, row, "n");
    report_count(counts, STR("relation"), STR("total"), STR("total"), all);
    return OK;
}

/* ---- why letters were kept ---- */

static enum err count_reasons(struct store *store, const struct report_work *work,
                              struct report_counts *counts)
{
    struct store_rows rows;
    TRY(store_report_held(store, work->from, work->to, counts->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct str sealed = rows_str(&rows, row, "sealed_decision"), reason = STR("sealed");
        JSON decision = NULL;
        BUF_SECRET(text, sealed.len);
        enum err code = open_text(work, SEAL_DECISION, "decision",
                                  rows_int(&rows, row, "decision_id"), 1, sealed, &text);
        if (code == OK) {
            TRY(json_read(buf_str(&text), sealed.len, &decision));
            reason = arena_str(counts->arena, report_reason(json_get_str(decision, "reason")));
        } else if (code != ERR_SEAL_BROKEN && code != ERR_NO_KEY) {
            return code;
        }
        report_count(counts, STR("held"), reason, STR("number"), 1);
    }
    report_count(counts, STR("held"), STR("total"), STR("total"), (int64_t)rows.count);
    return OK;
}

/* ---- a signed-in report ---- */

/* What was looked at, sealed to the desk, for the audit. */
static enum err audit(struct store *store, const struct report_work *work)
{
    BUF(detail, DETAIL_BYTES);
    BUF(when, 100);
    BUF(sealed, 16 * 1024);
    bool is_one = work->code == REPORT_TIMELINE;
    JSON object = json_object();
    struct seal_binding binding = {SEAL_AUDIT, work->who.session.agency_id, "audit",
                                   is_one ? work->arrangement : 0, 1};
    if (!is_one) report_put_when(&when, &work->report);
    json_put_str(object, "report",
                 arena_print(work->site.arena, "%s, %s", report_title(work->code), when.at));
    TRY(json_write(object, &detail));
    TRY(seal_close(&binding, &work->who.session.agency.desk, 1, buf_str(&detail), &sealed));
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(STR("report_taken")),
                           is_one ? P_TEXT(STR("arrangement")) : P_NULL,
                           is_one ? P_INT(work->arrangement) : P_NULL, P_NULL, P_NULL,
                           P_BYTES(buf_str(&sealed))));
}

static enum err ask(struct store *store, void *context)
{
    struct report_work *work = context;
    struct report_counts counts = {.arena = work->site.arena};
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, work->site.arena, &rows));
    work->agency = rows_str(&rows, 0, "name");
    if (work->code == REPORT_TIMELINE) {
        BUF(reference, 40);
        code_reference_put(&reference, work->arrangement);
        work->reference = arena_str(work->site.arena, buf_str(&reference));
        TRY(store_report_timeline(store, work->arrangement, work->site.arena, &work->events,
                                  &work->event_count));
        return audit(store, work);
    }
    TRY(store_report_counts(store, work->code, work->from, work->to, &counts));
    if (work->code == REPORT_PURPOSE) TRY(count_relations(store, work, &counts));
    if (work->code == REPORT_PERIOD) TRY(count_reasons(store, work, &counts));
    TRY(report_build(work->code, work->from, work->to, &counts, work->site.arena, &work->report));
    return audit(store, work);
}

static bool may(const struct report_work *work)
{
    struct str role = work->who.session.role;
    if (str_equal(role, STR("manager"))) return true;
    return work->code != REPORT_TIMELINE &&
           (str_equal(role, STR("coordinator")) || str_equal(role, STR("inspector")));
}

static int act(void *context)
{
    struct report_work *work = context;
    if (!may(work))
        return site_fail(&work->site,
                         work->code == REPORT_TIMELINE
                             ? "Only a manager takes out the timeline of an arrangement."
                             : "Only a coordinator, manager or inspector sees reports.");
    if (!sign_in_desk_secret(&work->who.session)) return sign_in_lacks_key(&work->site);
    enum err code = store_db_run(work->who.session.pool, &work->who.session.gate, ask, work);
    if (code == ERR_NOT_FOUND)
        return site_fail(&work->site, "This agency has no such arrangement.");
    if (code != OK) return site_failed(&work->site, "report", code);
    return report_print(work);
}

int report_signed(struct report_work *work)
{
    return sign_in_act(&work->site, work->fd, &work->who, act, work);
}

/* ---- the region ---- */

static enum err ask_region(struct store *store, void *context)
{
    struct report_work *work = context;
    struct report_counts counts = {.arena = work->site.arena};
    TRY(store_report_counts(store, work->code, work->from, work->to, &counts));
    return report_build(work->code, work->from, work->to, &counts, work->site.arena, &work->report);
}

int report_region(struct report_work *work)
{
    struct db_pool *pool = NULL;
    int status = site_connect(&work->site, "lb_report", &pool);
    if (status) return status;
    work->agency = STR("All authorities");
    enum err code = store_db_run(pool, &(struct db_gate){.kind = DB_GATE_NONE}, ask_region, work);
    store_db_close(&pool);
    return code == OK ? report_print(work) : site_failed(&work->site, "report", code);
}
