/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "server/desk/party.h"
#include "store/job.h"
#include "sys/clock.h"

/* How an arrangement is kept: its record, who takes part, and each version of the terms. */

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

static enum err find_child(struct store *store, const struct arrangement_saving *saving,
                           int64_t *ret_child)
{
    struct store_rows rows;
    *ret_child = saving->form->child;
    if (*ret_child) /* a known one; of another agency: not found */
        return store_query_one(store, QUERY_child_find, PARAMS(P_INT(*ret_child)),
                               saving->request->arena, &rows);
    return child_add(saving->request, store, &saving->form->new_child, ret_child);
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

/* Of households that live apart, one may be left out of the writing, or of what is sent. */
static void ways_of(const struct arrangement_saving *saving,
                    const struct arrangement_member *member, bool is_home, bool *ret_writes,
                    bool *ret_gets)
{
    const struct arrangement_form *form = saving->form;
    const struct desk_arrangement *stored = saving->stored;
    *ret_writes = may_write(form, is_home);
    *ret_gets = may_receive(form, is_home);
    for (size_t i = 0; form->has_ways && i < form->home_count; i++)
        if (form->homes[i].party == member->party.id) {
            *ret_writes &= form->homes[i].writes;
            *ret_gets &= form->homes[i].gets;
            return;
        }
    const struct arrangement_form before = {.kind = stored->kind,
                                            .first_writer = stored->first_writer};
    *ret_writes &= member->may_write || !may_write(&before, is_home);
    *ret_gets &= member->may_receive || !may_receive(&before, is_home);
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
    const struct arrangement_member *member =
        saving->stored ? arrangement_member(saving->stored, party) : NULL;
    struct str side = STR("adoptive");
    saving->clash = party;
    if (member) {
        /* Sides do not change in place: letters were decided by them. */
        saving->is_fixed = str_equal(member->side, STR("adoptive")) != is_home;
        if (saving->is_fixed) return ERR_CONFLICT;
        struct store_rows rows;
        struct str state = str_equal(member->state, STR("ended")) ? STR("active") : member->state;
        bool writes, gets;
        ways_of(saving, member, is_home, &writes, &gets);
        TRY(store_query_one(
            store, QUERY_arrangement_party_set,
            PARAMS(P_INT(saving->id), P_INT(party), P_TEXT(state), P_BOOL(writes), P_BOOL(gets)),
            saving->request->arena, &rows));
        side = member->side;
    } else {
        /* A second household comes from one that was here (POST /parties/ID/apart), not by a tick.
         */
        saving->is_fixed = is_home && form->home_count > 1;
        if (saving->is_fixed) return ERR_CONFLICT;
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
    if (form->adoptive == party || arrangement_has_home(form, party)) return true;
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
    for (size_t i = 1; i < form->home_count; i++)
        TRY(put_member(store, saving, form->homes[i].party, true));
    for (size_t i = 0; i < form->relative_count; i++)
        TRY(put_member(store, saving, form->relatives[i], false));
    TRY(store_do(store, QUERY_contact_add_all, PARAMS(P_INTS(&saving->id, 1))));
    /* both ways: the family sees everybody, everybody sees the family */
    for (size_t i = 1; i < form->home_count; i++)
        TRY(party_queue_labels(store, form->homes[i].party));
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
    return !form->terms.has_starts && !form->terms.has_agreed &&
           str_equal(form->photos, stored->photo_level) && terms_same(&form->terms, &stored->terms);
}

static enum err seal_terms(struct store *store, const struct arrangement_saving *saving,
                           int64_t version, struct str *ret_sealed)
{
    const struct arrangement_form *form = saving->form;
    struct seal_publics publics;
    TRY(desk_publics(saving->request, store, &publics));
    const struct seal_public to[] = {publics.press, publics.desk};
    JSON terms = json_object();
    json_put_str(terms, "signs_as", form->signs_as);
    json_put_str(terms, "enclosures", form->enclosures);
    json_put_str(terms, "photos", form->photos);
    terms_put_sealed(terms, &form->terms);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(terms, &text));
    return desk_seal(saving->request, SEAL_AGREEMENT, "agreement", saving->id, version, to, 2,
                     buf_str(&text), ret_sealed);
}

/* With those of the child's own dates that these terms name. */
static enum err avoided(struct store *store, struct arrangement_saving *saving, int64_t child,
                        int64_t ret_months[12], size_t *ret_count)
{
    struct desk_keyring keyring;
    struct desk_child record;
    TRY(desk_keyring(saving->request, store, &keyring));
    TRY(desk_child_find(saving->request, store, &keyring, child, &record));
    struct months avoid = terms_avoid_months(&saving->form->terms, &record);
    saving->no_month = schedule_avoids_all(avoid);
    if (saving->no_month) return ERR_CONFLICT;
    *ret_count = 0;
    for (int month = 1; month <= 12; month++)
        if (months_have(avoid, month)) ret_months[(*ret_count)++] = month;
    return OK;
}

/* A version of its own; older ones stay. */
static enum err add_version(struct store *store, struct arrangement_saving *saving, int64_t child)
{
    struct request *request = saving->request;
    const struct arrangement_form *form = saving->form;
    const struct desk_arrangement *stored = saving->stored;
    struct day today = clock_day(request->arrived);
    struct recur rule = arrangement_rule(form);
    struct str sealed;
    int64_t avoid[12];
    size_t avoid_count;
    int64_t version = stored ? stored->agreement_version + 1 : 1;
    TRY(avoided(store, saving, child, avoid, &avoid_count));
    TRY(seal_terms(store, saving, version, &sealed));
    BUF(text, RECUR_RULE_BYTES + 1);
    if (rule.months.bits) recur_put(&text, &rule);
    TRY(buf_done(&text));
    return store_do(
        store, QUERY_agreement_add,
        PARAMS(
            P_INT(saving->id), P_INT(version), P_INTS(form->months, form->month_count),
            P_INTS(avoid, avoid_count), P_TEXT(form->first_writer), P_TEXT(form->terms.source),
            P_BYTES(sealed),
            store_param_day(form->terms.has_agreed ? form->terms.agreed : today, request->arena),
            rule.months.bits ? P_TEXT(buf_str(&text)) : P_NULL,
            store_param_day(form->terms.has_starts ? form->terms.starts : today, request->arena)));
}

/* Each change of the terms is a version. */
static enum err add_terms(struct store *store, struct arrangement_saving *saving, int64_t child)
{
    return same_terms(saving->form, saving->stored) ? OK : add_version(store, saving, child);
}

/* What is expected by the new terms is due at once, not when the diary next looks at all. */
static enum err queue_occasions(struct store *store, const struct arrangement_saving *saving)
{
    return store_do(store, QUERY_job_add,
                    PARAMS(P_TEXT(STR("diary")), P_TEXT(STR("open_occasions")), P_INT(JOB_USUAL),
                           P_NULL, P_INT(saving->id), P_NULL, P_NULL, P_NULL, P_NULL, P_NULL));
}

enum err arrangement_save_new(struct store *store, void *context)
{
    enum { REVIEW_MONTHS = 24 };
    struct arrangement_saving *saving = context;
    struct request *request = saving->request;
    const struct arrangement_form *form = saving->form;
    struct str sealed;
    int64_t child;
    saving->clash = 0;
    saving->is_fixed = false;
    saving->no_month = false;
    saving->id = random_id();
    TRY(find_child(store, saving, &child));
    TRY(seal_record(store, saving, 1, &sealed));
    struct day review = day_add_months(clock_day(request->arrived), REVIEW_MONTHS);
    TRY(store_do(store, QUERY_arrangement_add,
                 PARAMS(P_INT(saving->id), P_INT(child), P_TEXT(form->kind),
                        P_BOOL(form->two_person), P_TEXT(form->photos), P_BYTES(sealed),
                        store_param_day(review, request->arena))));
    TRY(put_members(store, saving));
    TRY(add_terms(store, saving, child));
    TRY(queue_occasions(store, saving));
    request_then(request, "%s", arrangement_path(request, saving->id, "").at);
    return desk_audit(store, "arrangement_added", "arrangement", saving->id, "child", child);
}

/* Each page's form holds what is stored where it has no field. */
static enum err change(struct store *store, struct arrangement_saving *saving, const char *tab)
{
    struct request *request = saving->request;
    const struct arrangement_form *form = saving->form;
    const struct desk_arrangement *stored = saving->stored;
    struct str sealed;
    struct store_rows rows;
    saving->clash = 0;
    saving->is_fixed = false;
    saving->no_month = false;
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
    TRY(put_members(store, saving));
    TRY(queue_occasions(store, saving));
    request_then(request, "%s", arrangement_path(request, saving->id, tab).at);
    return OK;
}

enum err arrangement_save_people(struct store *store, void *context)
{
    struct arrangement_saving *saving = context;
    TRY(change(store, saving, "people"));
    return desk_audit(store, "arrangement_people_changed", "arrangement", saving->id, NULL, 0);
}

enum err arrangement_save_terms(struct store *store, void *context)
{
    struct arrangement_saving *saving = context;
    const struct terms *terms = &saving->form->terms;
    TRY(change(store, saving, "terms"));
    TRY(store_do(store, QUERY_arrangement_office_set,
                 PARAMS(P_INT(saving->id), P_INTS(terms->office, terms->office_count))));
    TRY(add_terms(store, saving, saving->stored->child.id));
    return desk_audit(store, "arrangement_changed", "arrangement", saving->id, NULL, 0);
}

/* ---- when the child's dates change ---- */

static bool same_months(struct months months, const int64_t *list, size_t count)
{
    struct months listed = {0};
    for (size_t i = 0; i < count; i++) listed.bits |= (uint16_t)(1u << (list[i] & 15));
    return listed.bits == months.bits;
}

/* The same terms once more, with the months to avoid that follow from the child's dates now. */
static enum err follow_one(struct arrangement_following *following, struct store *store,
                           const struct desk_arrangement *stored)
{
    struct request *request = following->request;
    struct arrangement_form form;
    struct arrangement_saving saving = {
        .request = request, .form = &form, .stored = stored, .id = stored->id};
    struct day today = clock_day(request->arrived);
    if (stored->agreement_version == 0 ||
        same_months(terms_avoid_months(&stored->terms, &stored->child), stored->avoid_months,
                    stored->avoid_count))
        return OK;
    arrangement_form_of(stored, &form);
    form.terms.source = stored->terms.source;
    form.terms.has_agreed = stored->terms.has_agreed;
    form.terms.agreed = stored->terms.agreed;
    bool is_to_come = stored->terms.starts.number > today.number;
    form.terms.has_starts = true;
    form.terms.starts = is_to_come ? stored->terms.starts : today;
    /* what holds until then is as it was */
    following->is_left = following->is_left || (is_to_come && stored->agreement_version > 1);
    enum err code = add_version(store, &saving, stored->child.id);
    if (code == ERR_CONFLICT && saving.no_month) {
        following->is_left = true;
        return OK;
    }
    TRY(code);
    following->moved++;
    TRY(queue_occasions(store, &saving));
    return desk_audit(store, "agreement_followed", "arrangement", stored->id, "child",
                      stored->child.id);
}

enum err arrangement_follow_child(struct store *store, int64_t child,
                                  struct arrangement_following *following)
{
    struct request *request = following->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    following->moved = 0;
    following->is_left = false;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query(store, QUERY_arrangement_of_child, PARAMS(P_INT(child)), request->arena,
                    &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct desk_arrangement stored;
        struct str state = rows_str(&rows, row, "state");
        if (str_equal(state, STR("ended")) || str_equal(state, STR("moved"))) continue;
        TRY(arrangement_read(request, store, &keyring, rows_int(&rows, row, "arrangement_id"),
                             &stored));
        TRY(follow_one(following, store, &stored));
    }
    return OK;
}

enum err arrangement_save_failed(struct arrangement_saving *saving, enum err code)
{
    struct request *request = saving->request;
    bool is_home = saving->clash && (saving->clash == saving->form->adoptive ||
                                     arrangement_has_home(saving->form, saving->clash));
    if (code == ERR_CONFLICT && saving->no_month) {
        request_problem(request, "avoid", "avoid-all");
        return OK;
    }
    if (code == ERR_DB_REFUSED &&
        str_equal(str_from(store_refusal()), STR("agreement_starts_in_order"))) {
        request_problem(request, "starts_day", "starts-early");
        return OK;
    }
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
