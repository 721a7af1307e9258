/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Writing arrangements: the row and its state, who takes part, the terms. */
#include "core/num.h"
#include "ops/letterboxctl/import_write.h"
#include "ops/letterboxctl/sealed.h"
#include "store/job.h"

enum { REVIEW_MONTHS = 24 };

static struct str value(const struct import_arrangement *arrangement, int slot,
                        const char *otherwise)
{
    struct str plain = import_value(&arrangement->facts, slot);
    return plain.len ? plain : str_from(otherwise);
}

static bool is(const struct import_arrangement *arrangement, int slot, const char *word)
{
    return str_equal(import_value(&arrangement->facts, slot), str_from(word));
}

static bool is_new(const struct import_arrangement *arrangement)
{
    return arrangement->facts.id == 0;
}

static bool needs_two(const struct import_arrangement *arrangement)
{
    return arrangement->two_person || import_value(&arrangement->facts, TERM_RISK).len > 0;
}

/* ---- the row ---- */

static enum err seal(struct import_writing *writing, const struct import_arrangement *arrangement,
                     int64_t version, struct buf *sealed)
{
    json_t *record = import_arrangement_record(writing->import, arrangement);
    enum err code = sealed_write(writing->session, SEAL_ARRANGEMENT, "arrangement",
                                 import_id(&arrangement->facts), version, record, true, sealed);
    json_decref(record);
    return code;
}

static enum err add(struct import_writing *writing, const struct import_arrangement *arrangement)
{
    BUF(sealed, SEALED_BYTES);
    struct day review = day_add_months(writing->import->today, REVIEW_MONTHS);
    TRY(seal(writing, arrangement, 1, &sealed));
    return import_series_add(
        writing, QUERY_arrangement_add,
        PARAMS(P_INT(arrangement->facts.new_id), P_INT(import_id(&arrangement->child->facts)),
               P_TEXT(import_value(&arrangement->facts, TERM_KIND)), P_BOOL(needs_two(arrangement)),
               P_TEXT(value(arrangement, TERM_PHOTOS, "none")), P_BYTES(buf_str(&sealed)),
               store_param_day(review, writing->import->arena)));
}

static struct store_param review_of(struct import_writing *writing,
                                    const struct import_arrangement *arrangement)
{
    if (is_new(arrangement))
        return store_param_day(day_add_months(writing->import->today, REVIEW_MONTHS),
                               writing->import->arena);
    return arrangement->has_review ? store_param_day(arrangement->review_on, writing->import->arena)
                                   : P_NULL;
}

static enum err change(struct import_writing *writing, const struct import_arrangement *arrangement)
{
    const struct import_facts *facts = &arrangement->facts;
    struct store_rows rows;
    BUF(sealed, SEALED_BYTES);
    TRY(seal(writing, arrangement, facts->version + 1, &sealed));
    TRY(store_query(
        writing->store, QUERY_arrangement_change,
        PARAMS(P_INT(facts->id), P_TEXT(import_value(facts, TERM_KIND)),
               P_BOOL(needs_two(arrangement)), P_TEXT(value(arrangement, TERM_PHOTOS, "none")),
               P_BYTES(buf_str(&sealed)), review_of(writing, arrangement), P_INT(facts->version)),
        writing->import->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

/* From the version that add or change made to the next. */
static enum err set_state(struct import_writing *writing,
                          const struct import_arrangement *arrangement)
{
    const struct import_facts *facts = &arrangement->facts;
    int64_t version = is_new(arrangement) ? 1 : facts->version + 1;
    struct str state = value(arrangement, TERM_STATUS, "active");
    struct str before = is_new(arrangement) ? STR("active") : arrangement->state;
    struct store_rows rows;
    BUF(sealed, SEALED_BYTES);
    if (str_equal(state, before)) return OK;
    TRY(seal(writing, arrangement, version + 1, &sealed));
    TRY(store_query(writing->store, QUERY_arrangement_state_set,
                    PARAMS(P_INT(import_id(facts)), P_TEXT(state), P_BYTES(buf_str(&sealed)),
                           review_of(writing, arrangement), P_INT(version)),
                    writing->import->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

static struct store_param day_param(struct import_writing *writing, struct str plain)
{
    struct day day;
    return day_get(plain, &day) ? store_param_day(day, writing->import->arena) : P_NULL;
}

static enum err set_last(struct import_writing *writing,
                         const struct import_arrangement *arrangement)
{
    struct str in = import_value(&arrangement->facts, TERM_LAST_IN);
    struct str out = import_value(&arrangement->facts, TERM_LAST_OUT);
    if (in.len + out.len == 0 || (!is_new(arrangement) && !arrangement->changes_dates)) return OK;
    return import_series_add(writing, QUERY_arrangement_last_set,
                             PARAMS(P_INT(import_id(&arrangement->facts)), day_param(writing, in),
                                    day_param(writing, out)));
}

/* ---- who takes part ---- */

/* Where letters go one way only, the side that writes first is the one that writes. */
static bool may_write(const struct import_arrangement *arrangement, enum side side)
{
    if (!is(arrangement, TERM_KIND, "one_way")) return true;
    return is(arrangement, TERM_FIRST_WRITER, "adoptive") == (side == SIDE_ADOPTIVE);
}

static bool may_receive(const struct import_arrangement *arrangement, enum side side)
{
    return !is(arrangement, TERM_KIND, "one_way") || !may_write(arrangement, side);
}

static bool is_to_add(const struct import_member *member)
{
    return !member->is_stored && member->row && import_id(&member->party->facts);
}

static enum err add_members(struct import_writing *writing,
                            const struct import_arrangement *arrangement)
{
    for (const struct import_member *one = arrangement->members; one; one = one->next)
        if (is_to_add(one))
            TRY(import_series_add(writing, QUERY_arrangement_party_add,
                                  PARAMS(P_INT(import_id(&arrangement->facts)),
                                         P_INT(import_id(&one->party->facts)),
                                         P_TEXT(str_from(side_word(one->side))),
                                         P_BOOL(may_write(arrangement, one->side)),
                                         P_BOOL(may_receive(arrangement, one->side)))));
    return OK;
}

/* Those who were there: the kind may say now that they only write, or only receive. */
static enum err set_members(struct import_writing *writing,
                            const struct import_arrangement *arrangement)
{
    struct store_rows rows;
    for (const struct import_member *one = arrangement->members; one; one = one->next)
        if (one->is_stored)
            TRY(store_query_one(writing->store, QUERY_arrangement_party_set,
                                PARAMS(P_INT(arrangement->facts.id), P_INT(one->party->facts.id),
                                       P_TEXT(one->state),
                                       P_BOOL(may_write(arrangement, one->side)),
                                       P_BOOL(may_receive(arrangement, one->side))),
                                writing->import->arena, &rows));
    return OK;
}

/* Everybody who is known already sees the others by the words of the press. */
static enum err queue_labels(struct import_writing *writing,
                             const struct import_arrangement *arrangement)
{
    for (const struct import_member *one = arrangement->members; one; one = one->next)
        if (one->party->facts.id && (one->side == SIDE_ADOPTIVE || one->side == SIDE_SIBLING))
            TRY(store_do(writing->store, QUERY_job_add,
                         PARAMS(P_TEXT(STR("press")), P_TEXT(STR("label_contacts")),
                                P_INT(JOB_USUAL), P_NULL, P_NULL, P_INT(one->party->facts.id),
                                P_NULL, P_NULL, P_NULL, P_NULL)));
    return OK;
}

/* ---- terms ---- */

static size_t months_of(const struct import_arrangement *arrangement, int64_t ret_months[12])
{
    struct str rest = import_value(&arrangement->facts, TERM_MONTHS), one;
    size_t count = 0;
    while (count < 12 && str_split(&rest, ',', &one))
        if (num_parse(one, 1, 12, &ret_months[count])) count++;
    return count;
}

/* Nothing is overwritten: what changes is a version of its own. */
static enum err add_terms(struct import_writing *writing,
                          const struct import_arrangement *arrangement)
{
    int64_t id = import_id(&arrangement->facts), version = arrangement->agreement_version + 1;
    int64_t months[12];
    size_t count = months_of(arrangement, months);
    BUF(sealed, SEALED_BYTES);
    json_t *terms = import_terms_record(arrangement);
    enum err code = sealed_write(writing->session, SEAL_AGREEMENT, "agreement", id, version, terms,
                                 true, &sealed);
    json_decref(terms);
    TRY(code);
    return import_series_add(writing, QUERY_agreement_add,
                             PARAMS(P_INT(id), P_INT(version), P_INTS(months, count),
                                    P_INTS(arrangement->avoid_months, arrangement->avoid_count),
                                    P_TEXT(value(arrangement, TERM_FIRST_WRITER, "either")),
                                    P_TEXT(STR("import")), P_BYTES(buf_str(&sealed)), P_NULL,
                                    P_NULL, P_NULL));
}

/* ---- all ---- */

typedef enum err one_step(struct import_writing *writing,
                          const struct import_arrangement *arrangement);

/* The step for each arrangement of which something is written; the series that it filled ends. */
static enum err each(struct import_writing *writing, bool of_new, bool of_stored, one_step *step)
{
    const struct import_list *list = &writing->import->arrangements;
    enum err code = OK;
    for (size_t i = 0; i < list->count && code == OK; i++) {
        const struct import_arrangement *arrangement = list->at[i];
        if (import_writes(&arrangement->facts) && (is_new(arrangement) ? of_new : of_stored))
            code = step(writing, arrangement);
    }
    return import_series_close(writing, code);
}

static enum err change_members(struct import_writing *writing,
                               const struct import_arrangement *arrangement)
{
    if (!arrangement->changes_members) return OK;
    TRY(set_members(writing, arrangement));
    return queue_labels(writing, arrangement);
}

static enum err change_state(struct import_writing *writing,
                             const struct import_arrangement *arrangement)
{
    return is_new(arrangement) || arrangement->changes_state ? set_state(writing, arrangement) : OK;
}

/* In a few statements for all: each takes its time to begin. */
static enum err add_contacts(struct import_writing *writing)
{
    enum { AT_ONCE = 500 };
    const struct import_list *list = &writing->import->arrangements;
    int64_t ids[AT_ONCE];
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct import_arrangement *arrangement = list->at[i];
        if (!import_writes(&arrangement->facts)) continue;
        if (!is_new(arrangement) && !arrangement->changes_members) continue;
        ids[count++] = import_id(&arrangement->facts);
        if (count < AT_ONCE) continue;
        TRY(store_do(writing->store, QUERY_contact_add_all, PARAMS(P_INTS(ids, count))));
        count = 0;
    }
    return count ? store_do(writing->store, QUERY_contact_add_all, PARAMS(P_INTS(ids, count))) : OK;
}

static enum err change_terms(struct import_writing *writing,
                             const struct import_arrangement *arrangement)
{
    return is_new(arrangement) || arrangement->changes_terms ? add_terms(writing, arrangement) : OK;
}

enum err import_write_arrangements(struct import_writing *writing)
{
    TRY(each(writing, true, false, add));
    TRY(each(writing, false, true, change));
    TRY(each(writing, true, true, change_state));
    TRY(each(writing, true, true, set_last));
    TRY(each(writing, false, true, change_members));
    TRY(each(writing, true, true, add_members));
    TRY(add_contacts(writing));
    return each(writing, true, true, change_terms);
}
