/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "core/code.h"
#include "server/desk/party.h"

#include "store/job.h"
#include "sys/clock.h"

/* ---- reading ---- */

static enum err read_record(struct request *request, const struct desk_keyring *keyring,
                            const struct store_rows *rows, struct desk_arrangement *arrangement)
{
    struct str text;
    TRY(desk_open(request, keyring, SEAL_ARRANGEMENT, "arrangement", arrangement->id,
                  arrangement->record_version, rows_str(rows, 0, "sealed_record"), &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    arrangement->reference = arena_str(request->arena, json_get_str(record, "reference"));
    arrangement->risk = arena_str(request->arena, json_get_str(record, "risk"));
    arrangement->court_order = arena_str(request->arena, json_get_str(record, "court_order"));
    arrangement->pause = arena_str(request->arena, json_get_str(record, "pause"));
    arrangement->note = arena_str(request->arena, json_get_str(record, "note"));
    return OK;
}

static enum err read_members(struct request *request, struct store *store,
                             const struct desk_keyring *keyring,
                             struct desk_arrangement *arrangement)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_arrangement_party_list, PARAMS(P_INT(arrangement->id)),
                    request->arena, &rows));
    arrangement->members = ARENA_MANY(request->arena, rows.count, struct arrangement_member);
    arrangement->member_count = rows.count;
    for (size_t row = 0; row < rows.count; row++) {
        struct arrangement_member *member = &arrangement->members[row];
        TRY(desk_party_row(request, keyring, &rows, row, &member->party));
        member->party.kind = rows_str(&rows, row, "kind");
        member->side = rows_str(&rows, row, "side");
        member->state = rows_str(&rows, row, "state");
        member->may_write = rows_bool(&rows, row, "may_write");
        member->may_receive = rows_bool(&rows, row, "may_receive");
    }
    return OK;
}

static enum err read_terms(struct request *request, struct store *store,
                           const struct desk_keyring *keyring, struct desk_arrangement *arrangement)
{
    struct store_rows rows;
    struct str text;
    TRY(store_query(store, QUERY_agreement_newest, PARAMS(P_INT(arrangement->id)), request->arena,
                    &rows));
    if (rows.count == 0) return OK;
    arrangement->agreement_version = rows_int(&rows, 0, "version");
    arrangement->month_count = rows_ints(&rows, 0, "months", &arrangement->months);
    arrangement->avoid_count = rows_ints(&rows, 0, "avoid_months", &arrangement->avoid_months);
    arrangement->first_writer = rows_str(&rows, 0, "first_writer");
    if (rows_null(&rows, 0, "sealed_terms")) return OK;
    TRY(desk_open(request, keyring, SEAL_AGREEMENT, "agreement", arrangement->id,
                  arrangement->agreement_version, rows_str(&rows, 0, "sealed_terms"), &text));
    JSON terms = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &terms));
    arrangement->signs_as = arena_str(request->arena, json_get_str(terms, "signs_as"));
    arrangement->enclosures = arena_str(request->arena, json_get_str(terms, "enclosures"));
    return OK;
}

enum err arrangement_read(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, int64_t id,
                          struct desk_arrangement *ret_arrangement)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_arrangement_find, PARAMS(P_INT(id)), request->arena, &rows));
    struct desk_arrangement arrangement = {
        .id = id,
        .kind = rows_str(&rows, 0, "kind"),
        .state = rows_str(&rows, 0, "state"),
        .photo_level = rows_str(&rows, 0, "photo_level"),
        .two_person = rows_bool(&rows, 0, "two_person"),
        .record_version = rows_int(&rows, 0, "record_version"),
        .changed_by = rows_int(&rows, 0, "changed_by"),
    };
    arrangement.has_review = rows_day(&rows, 0, "review_on", &arrangement.review_on);
    (void)rows_utc(&rows, 0, "changed_at", &arrangement.changed);
    TRY(read_record(request, keyring, &rows, &arrangement));
    TRY(desk_child_find(request, store, keyring, rows_int(&rows, 0, "child_id"),
                        &arrangement.child));
    TRY(read_members(request, store, keyring, &arrangement));
    TRY(read_terms(request, store, keyring, &arrangement));
    *ret_arrangement = arrangement;
    return OK;
}

/* ---- keeping ---- */

enum err arrangement_seal(struct request *request, struct store *store, int64_t id, int64_t version,
                          const struct desk_arrangement *facts, struct str *ret_sealed)
{
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    const struct seal_public to[] = {publics.press, publics.desk};
    JSON record = json_object();
    json_put_str(record, "reference", facts->reference);
    json_put_str(record, "risk", facts->risk);
    json_put_str(record, "court_order", facts->court_order);
    json_put_str(record, "pause", facts->pause);
    json_put_str(record, "note", facts->note);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    return desk_seal(request, SEAL_ARRANGEMENT, "arrangement", id, version, to, 2, buf_str(&text),
                     ret_sealed);
}

static enum err seal_record(struct store *store, const struct arrangement_saving *saving,
                            int64_t version, struct str *ret_sealed)
{
    const struct arrangement_form *form = saving->form;
    const struct desk_arrangement facts = {
        .reference = form->reference,
        .risk = form->risk,
        .court_order = form->court_order,
        .pause = saving->stored ? saving->stored->pause : STR(""),
        .note = form->note,
    };
    return arrangement_seal(saving->request, store, saving->id, version, &facts, ret_sealed);
}

static enum err seal_child(struct store *store, const struct arrangement_saving *saving,
                           int64_t child, int64_t version, struct str *ret_sealed)
{
    struct request *request = saving->request;
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    const struct seal_public to[] = {publics.press, publics.desk};
    BUF(born, 16);
    day_put(&born, saving->form->dob);
    JSON record = json_object();
    json_put_str(record, "birth_name", saving->form->birth_name);
    json_put_str(record, "adoptive_name", saving->form->adoptive_name);
    json_put_str(record, "dob", buf_str(&born));
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    return desk_seal(request, SEAL_CHILD, "child", child, version, to, 2, buf_str(&text),
                     ret_sealed);
}

/* The first day of the month of the eighteenth birthday. */
static struct store_param eighteenth(const struct arrangement_saving *saving)
{
    struct day_parts parts = day_parts(saving->form->dob);
    struct day day;
    parts.year += 18;
    parts.day = 1;
    ASSERT(day_from(parts, &day));
    return store_param_day(day, saving->request->arena);
}

static enum err add_child(struct store *store, const struct arrangement_saving *saving,
                          int64_t *ret_child)
{
    struct str sealed;
    struct store_rows rows;
    *ret_child = saving->form->child;
    if (*ret_child) /* a known one; of another agency: not found */
        return store_query_one(store, QUERY_child_find, PARAMS(P_INT(*ret_child)),
                               saving->request->arena, &rows);
    *ret_child = random_id();
    TRY(seal_child(store, saving, *ret_child, 1, &sealed));
    return store_do(store, QUERY_child_add,
                    PARAMS(P_INT(*ret_child), P_BYTES(sealed), eighteenth(saving)));
}

static enum err change_child(struct store *store, const struct arrangement_saving *saving)
{
    const struct arrangement_form *form = saving->form;
    const struct desk_child *child = &saving->stored->child;
    BUF(born, 16);
    day_put(&born, form->dob);
    if (str_equal(form->birth_name, child->birth_name) &&
        str_equal(form->adoptive_name, child->adoptive_name) &&
        str_equal(buf_str(&born), child->dob))
        return OK;
    struct str sealed;
    struct store_rows rows;
    TRY(seal_child(store, saving, child->id, form->child_version + 1, &sealed));
    TRY(store_query(
        store, QUERY_child_change,
        PARAMS(P_INT(child->id), P_BYTES(sealed), eighteenth(saving), P_INT(form->child_version)),
        saving->request->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

/* Who may write where letters go one way only: the side that writes first. */
static bool may_write(const struct arrangement_form *form, bool is_home)
{
    if (!str_equal(form->kind, STR("one_way"))) return true;
    return str_equal(form->first_writer, STR("adoptive")) == is_home;
}

static bool may_receive(const struct arrangement_form *form, bool is_home)
{
    return !str_equal(form->kind, STR("one_way")) || !may_write(form, is_home);
}

static const struct arrangement_member *member_of(const struct desk_arrangement *stored,
                                                  int64_t party)
{
    for (size_t i = 0; stored && i < stored->member_count; i++)
        if (stored->members[i].party.id == party) return &stored->members[i];
    return NULL;
}

/* On which side a relative stands: the kind of the party says it; another child's family is the
 * family of a sister or brother. */
static enum err relative_side(struct store *store, const struct arrangement_saving *saving,
                              int64_t party, struct str *ret_side)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(party)), saving->request->arena,
                        &rows));
    struct str kind = rows_str(&rows, 0, "kind");
    *ret_side = str_equal(kind, STR("adoptive")) ? STR("sibling") : kind;
    return OK;
}

static enum err put_member(struct store *store, struct arrangement_saving *saving, int64_t party,
                           bool is_home)
{
    const struct arrangement_form *form = saving->form;
    const struct arrangement_member *member = member_of(saving->stored, party);
    struct str side = STR("adoptive");
    saving->clash = party;
    if (member) {
        /* Sides do not change in place: letters were decided by them. */
        saving->is_fixed = str_equal(member->side, STR("adoptive")) != is_home;
        if (saving->is_fixed) return ERR_CONFLICT;
        struct store_rows rows;
        struct str state = str_equal(member->state, STR("ended")) ? STR("active") : member->state;
        TRY(store_query_one(store, QUERY_arrangement_party_set,
                            PARAMS(P_INT(saving->id), P_INT(party), P_TEXT(state),
                                   P_BOOL(may_write(form, is_home)),
                                   P_BOOL(may_receive(form, is_home))),
                            saving->request->arena, &rows));
        side = member->side;
    } else {
        if (!is_home) TRY(relative_side(store, saving, party, &side));
        TRY(store_do(store, QUERY_arrangement_party_add,
                     PARAMS(P_INT(saving->id), P_INT(party), P_TEXT(side),
                            P_BOOL(may_write(form, is_home)), P_BOOL(may_receive(form, is_home)))));
    }
    saving->clash = 0;
    /* the families write to the relatives too */
    return str_equal(side, STR("sibling")) ? party_queue_labels(store, party) : OK;
}

static bool is_chosen(const struct arrangement_form *form, int64_t party)
{
    if (form->adoptive == party) return true;
    for (size_t i = 0; i < form->relative_count; i++)
        if (form->relatives[i] == party) return true;
    return false;
}

static enum err end_members(struct store *store, const struct arrangement_saving *saving)
{
    const struct desk_arrangement *stored = saving->stored;
    struct store_rows rows;
    for (size_t i = 0; stored && i < stored->member_count; i++) {
        const struct arrangement_member *member = &stored->members[i];
        if (is_chosen(saving->form, member->party.id)) continue;
        TRY(store_query_one(store, QUERY_arrangement_party_set,
                            PARAMS(P_INT(saving->id), P_INT(member->party.id), P_TEXT(STR("ended")),
                                   P_BOOL(member->may_write), P_BOOL(member->may_receive)),
                            saving->request->arena, &rows));
    }
    return OK;
}

/* Everybody, their ids of each other, and the words that their accounts see. */
static enum err put_members(struct store *store, struct arrangement_saving *saving)
{
    const struct arrangement_form *form = saving->form;
    TRY(end_members(store, saving));
    TRY(put_member(store, saving, form->adoptive, true));
    for (size_t i = 0; i < form->relative_count; i++)
        TRY(put_member(store, saving, form->relatives[i], false));
    TRY(store_do(store, QUERY_contact_add_all, PARAMS(P_INT(saving->id))));
    /* both ways: the family sees everybody, everybody sees the family */
    return party_queue_labels(store, form->adoptive);
}

static bool same_terms(const struct arrangement_form *form, const struct desk_arrangement *stored)
{
    if (!stored || stored->agreement_version == 0 || form->month_count != stored->month_count ||
        !str_equal(form->first_writer, stored->first_writer) ||
        !str_equal(form->signs_as, stored->signs_as) ||
        !str_equal(form->enclosures, stored->enclosures))
        return false;
    for (size_t i = 0; i < form->month_count; i++)
        if (form->months[i] != stored->months[i]) return false;
    return true;
}

/* Each change of the terms is a version of its own. */
static enum err add_terms(struct store *store, const struct arrangement_saving *saving)
{
    struct request *request = saving->request;
    const struct arrangement_form *form = saving->form;
    const struct desk_arrangement *stored = saving->stored;
    if (same_terms(form, stored)) return OK;
    struct seal_publics publics;
    struct str sealed;
    int64_t version = stored ? stored->agreement_version + 1 : 1;
    TRY(desk_publics(request, store, &publics));
    const struct seal_public to[] = {publics.press, publics.desk};
    JSON terms = json_object();
    json_put_str(terms, "signs_as", form->signs_as);
    json_put_str(terms, "enclosures", form->enclosures);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(terms, &text));
    TRY(desk_seal(request, SEAL_AGREEMENT, "agreement", saving->id, version, to, 2, buf_str(&text),
                  &sealed));
    struct str source = version > 1                                     ? STR("review")
                        : str_equal(form->court_order, STR("requires")) ? STR("order")
                                                                        : STR("plan");
    return store_do(
        store, QUERY_agreement_add,
        PARAMS(P_INT(saving->id), P_INT(version), P_INTS(form->months, form->month_count),
               P_INTS(stored ? stored->avoid_months : NULL, stored ? stored->avoid_count : 0),
               P_TEXT(form->first_writer), P_TEXT(source), P_BYTES(sealed),
               store_param_day(clock_day(request->arrived), request->arena), P_NULL, P_NULL));
}

static enum err add(struct store *store, struct arrangement_saving *saving)
{
    enum { REVIEW_MONTHS = 24 };
    struct request *request = saving->request;
    const struct arrangement_form *form = saving->form;
    struct str sealed;
    int64_t child;
    saving->id = random_id();
    TRY(add_child(store, saving, &child));
    TRY(seal_record(store, saving, 1, &sealed));
    struct day review = day_add_months(clock_day(request->arrived), REVIEW_MONTHS);
    TRY(store_do(store, QUERY_arrangement_add,
                 PARAMS(P_INT(saving->id), P_INT(child), P_TEXT(form->kind),
                        P_BOOL(form->two_person), P_TEXT(form->photos), P_BYTES(sealed),
                        store_param_day(review, request->arena))));
    TRY(put_members(store, saving));
    TRY(add_terms(store, saving));
    return desk_audit(store, "arrangement_added", "arrangement", saving->id, "child", child);
}

static enum err change(struct store *store, struct arrangement_saving *saving)
{
    struct request *request = saving->request;
    const struct arrangement_form *form = saving->form;
    const struct desk_arrangement *stored = saving->stored;
    struct str sealed;
    struct store_rows rows;
    saving->id = stored->id;
    TRY(seal_record(store, saving, form->version + 1, &sealed));
    TRY(store_query(
        store, QUERY_arrangement_change,
        PARAMS(P_INT(saving->id), P_TEXT(form->kind), P_BOOL(form->two_person),
               P_TEXT(form->photos), P_BYTES(sealed),
               stored->has_review ? store_param_day(stored->review_on, request->arena) : P_NULL,
               P_INT(form->version)),
        request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    TRY(change_child(store, saving));
    TRY(put_members(store, saving));
    TRY(add_terms(store, saving));
    return desk_audit(store, "arrangement_changed", "arrangement", saving->id, NULL, 0);
}

struct str arrangement_path(struct request *request, int64_t id)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "/arrangements/%s", code.at);
}

/* What is expected by the new terms is due at once, not when the diary next looks at all. */
static enum err queue_occasions(struct store *store, const struct arrangement_saving *saving)
{
    return store_do(store, QUERY_job_add,
                    PARAMS(P_TEXT(STR("diary")), P_TEXT(STR("open_occasions")), P_INT(JOB_USUAL),
                           P_NULL, P_INT(saving->id), P_NULL, P_NULL, P_NULL, P_NULL, P_NULL));
}

enum err arrangement_save(struct store *store, void *context)
{
    struct arrangement_saving *saving = context;
    saving->clash = 0;
    saving->is_fixed = false;
    TRY(saving->stored ? change(store, saving) : add(store, saving));
    TRY(queue_occasions(store, saving));
    request_then(saving->request, "%s", arrangement_path(saving->request, saving->id).at);
    return OK;
}

enum err arrangement_save_failed(struct arrangement_saving *saving, enum err code)
{
    struct request *request = saving->request;
    bool is_home = saving->clash && saving->clash == saving->form->adoptive;
    if (code == ERR_CONFLICT && saving->is_fixed) {
        request_problem(request, is_home ? "adoptive" : "relative", "side-stands");
        return OK;
    }
    if (code == ERR_CONFLICT) {
        request_problem(request, "", "changed-meanwhile");
        return OK;
    }
    if (code == ERR_DB_REFUSED &&
        str_equal(str_from(store_refusal()), STR("arrangement_manager_lifts"))) {
        request_problem(request, "two_person", "manager-needed");
        return OK;
    }
    if (code != ERR_DB_REFUSED || !saving->clash ||
        !str_equal(str_from(store_refusal()), STR("party_on_one_side")))
        return code;
    request_problem(request, is_home ? "adoptive" : "relative", "side-shared");
    return OK;
}
