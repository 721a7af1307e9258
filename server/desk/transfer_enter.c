/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/num.h"
#include "server/desk/apart.h"
#include "server/desk/transfer.h"
#include "store/job.h"

/* What came from another agency, entered as this one's own, in the transaction that takes it. */

struct entering {
    struct request *request;
    struct store *store;
    const struct desk_keyring *keyring;
    struct store_rows known; /* who came before */
    struct transfer_entered entered;
};

static struct str get(const struct request *request, const json_t *object, const char *key)
{
    return arena_str(request->arena, json_get_str(object, key));
}

static struct store_param day_param(const struct request *request, const json_t *object,
                                    const char *key)
{
    struct day day;
    return day_get(json_get_str(object, key), &day) ? store_param_day(day, request->arena) : P_NULL;
}

static enum err enter_child(struct request *request, struct store *store, const json_t *child,
                            int64_t *ret_child)
{
    struct child_form form = {.birth_name = get(request, child, "birth_name"),
                              .adoptive_name = get(request, child, "adoptive_name")};
    struct store_rows rows;
    form.has_dob = day_get(json_get_str(child, "dob"), &form.dob);
    form.has_order = day_get(json_get_str(child, "order_date"), &form.order);
    form.has_removal = day_get(json_get_str(child, "removal_date"), &form.removal);
    if (!form.has_dob) return ERR_BAD_JSON;
    TRY(child_add(request, store, &form, ret_child));
    struct str wish = get(request, child, "wish");
    if (str_equal(wish, STR("unknown"))) return OK;
    return store_query_one(store, QUERY_child_standing_set,
                           PARAMS(P_INT(*ret_child), P_TEXT(STR("living")), P_TEXT(wish),
                                  P_TEXT(STR("living")), P_TEXT(STR("unknown"))),
                           request->arena, &rows);
}

static enum err enter_arrangement(struct request *request, struct store *store, const json_t *facts,
                                  int64_t child, int64_t *ret_arrangement)
{
    const struct desk_arrangement record = {.reference = get(request, facts, "reference"),
                                            .risk = get(request, facts, "risk"),
                                            .court_order = get(request, facts, "court_order"),
                                            .pause = get(request, facts, "pause"),
                                            .note = get(request, facts, "note")};
    struct str sealed, state = get(request, facts, "state");
    struct store_rows rows;
    int64_t id = random_id();
    *ret_arrangement = id;
    TRY(arrangement_seal(request, store, id, 1, &record, &sealed));
    TRY(store_do(store, QUERY_arrangement_add,
                 PARAMS(P_INT(id), P_INT(child), P_TEXT(get(request, facts, "kind")),
                        P_BOOL(json_get_bool(facts, "two_person")),
                        P_TEXT(get(request, facts, "photos")), P_BYTES(sealed),
                        day_param(request, facts, "review_on"))));
    if (str_equal(state, STR("active"))) return OK;
    TRY(arrangement_seal(request, store, id, 2, &record, &sealed));
    return store_query_one(store, QUERY_arrangement_state_set,
                           PARAMS(P_INT(id), P_TEXT(state), P_BYTES(sealed),
                                  day_param(request, facts, "review_on"), P_INT(1)),
                           request->arena, &rows);
}

static enum err enter_party(struct request *request, struct store *store, const json_t *row,
                            int64_t *ret_party)
{
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(json_object_get(row, "record"), &text));
    struct party_form form = {
        .kind = get(request, row, "kind"),
        .channel = get(request, row, "channel"),
        .state = get(request, row, "party_state"),
        .language = get(request, row, "language"),
        .reads = get(request, row, "reads"),
        .consent = json_get_bool(row, "plain"),
        .texts = json_get_bool(row, "texts"),
        .ask_first = json_get_bool(row, "ask_first"),
        .address_confirmed = json_get_bool(row, "address_confirmed"),
        .email_confirmed = json_get_bool(row, "email_confirmed"),
    };
    struct str record = arena_str(request->arena, buf_str(&text));
    TRY(person_read(record, request->arena, &form.person));
    TRY(party_form_plain(request, &form));
    struct party_saving saving = {.request = request, .form = &form};
    TRY(party_save(store, &saving));
    *ret_party = saving.id;
    return OK;
}

/* ---- who came before, with a sister or brother ---- */

enum err transfer_known(struct request *request, struct store *store, int64_t agency,
                        struct store_rows *ret_known)
{
    return store_query(store, QUERY_transfer_known, PARAMS(P_INT(agency)), request->arena,
                       ret_known);
}

int64_t transfer_known_as(const struct store_rows *known, struct str was)
{
    int64_t id;
    if (!num_parse(was, 1, INT64_MAX, &id)) return 0;
    for (size_t row = 0; row < known->count; row++)
        if (rows_int(known, row, "was") == id) return rows_int(known, row, "party_id");
    return 0;
}

/* What is not as it is here is not confirmed any more, by whichever agency it is the newer. */
static void be_careful(const json_t *row, const struct person *came, struct party_form *form)
{
    const struct person *here = &form->person;
    form->ask_first |= json_get_bool(row, "ask_first");
    form->consent &= json_get_bool(row, "plain");
    form->texts &= json_get_bool(row, "texts") && person_list_equal(&came->phones, &here->phones);
    form->address_confirmed &= json_get_bool(row, "address_confirmed") &&
                               str_equal(str_trim(came->address), str_trim(here->address));
    form->email_confirmed &=
        json_get_bool(row, "email_confirmed") && person_list_equal(&came->emails, &here->emails);
    if (str_equal(json_get_str(row, "party_state"), STR("dead"))) form->state = STR("dead");
}

static bool is_as_it_was(const struct party_form *form, const struct desk_party *here)
{
    return form->ask_first == here->ask_first && form->consent == here->plain_consent &&
           form->texts == here->text_consent && str_equal(form->state, here->state) &&
           form->address_confirmed == here->address_confirmed &&
           form->email_confirmed == here->email_confirmed &&
           form->person.leak_count == here->person.leak_count;
}

/*
 * Their record stays as it is here, but words that they must not learn only ever grow, and of what
 * keeps a letter from them the stricter of both is taken: a death, a question first, an address
 * that nobody confirms.
 */
static enum err meet_again(struct entering *entering, const json_t *row, int64_t party)
{
    struct request *request = entering->request;
    struct desk_party here;
    struct party_form form;
    struct person came;
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(json_object_get(row, "record"), &text));
    TRY(person_read(arena_str(request->arena, buf_str(&text)), request->arena, &came));
    TRY(party_find(request, entering->store, entering->keyring, party, &here));
    party_form_of(&here, &form);
    for (size_t i = 0; i < came.leak_count; i++) {
        enum err code = party_leak_add(&form.person, came.leaks[i].category, came.leaks[i].term,
                                       request->arena);
        entering->entered.is_full = code == ERR_TOO_BIG;
        TRY(code);
    }
    be_careful(row, &came, &form);
    if (is_as_it_was(&form, &here)) return OK;
    TRY(party_form_plain(request, &form));
    struct party_saving saving = {.request = request, .form = &form, .stored = &here};
    return party_save(entering->store, &saving);
}

static enum err enter_person(struct entering *entering, const json_t *row, int64_t *ret_party)
{
    struct transfer_entered *entered = &entering->entered;
    struct str was = json_get_str(row, "was");
    *ret_party = transfer_known_as(&entering->known, was);
    if (entered->count == TRANSFER_PEOPLE) return ERR_TOO_BIG;
    if (!num_parse(was, 1, INT64_MAX, &entered->was[entered->count])) return ERR_BAD_JSON;
    TRY(*ret_party ? meet_again(entering, row, *ret_party)
                   : enter_party(entering->request, entering->store, row, ret_party));
    entered->now[entered->count++] = *ret_party;
    return OK;
}

static int64_t now_of(const struct entering *entering, struct str was)
{
    const struct transfer_entered *entered = &entering->entered;
    int64_t id;
    if (!num_parse(was, 1, INT64_MAX, &id)) return 0;
    for (size_t i = 0; i < entered->count; i++)
        if (entered->was[i] == id) return entered->now[i];
    return transfer_known_as(&entering->known, was);
}

static enum err enter_people(struct entering *entering, const json_t *people)
{
    struct request *request = entering->request;
    struct store *store = entering->store;
    int64_t office[TERMS_OFFICE], arrangement = entering->entered.arrangement;
    size_t at, office_count = 0;
    const json_t *row;
    json_array_foreach(people, at, row)
    {
        struct store_rows rows;
        int64_t party;
        struct store_param writes = P_BOOL(json_get_bool(row, "writes"));
        struct store_param gets = P_BOOL(json_get_bool(row, "gets"));
        TRY(enter_person(entering, row, &party));
        TRY(store_do(store, QUERY_arrangement_party_add,
                     PARAMS(P_INT(arrangement), P_INT(party), P_TEXT(get(request, row, "side")),
                            writes, gets)));
        TRY(store_query_one(store, QUERY_arrangement_party_set,
                            PARAMS(P_INT(arrangement), P_INT(party),
                                   P_TEXT(get(request, row, "state")), writes, gets),
                            request->arena, &rows));
        if (json_get_bool(row, "office") && office_count < TERMS_OFFICE)
            office[office_count++] = party;
    }
    if (office_count)
        TRY(store_do(store, QUERY_arrangement_office_set,
                     PARAMS(P_INT(arrangement), P_INTS(office, office_count))));
    return store_do(store, QUERY_contact_add_all, PARAMS(P_INTS(&arrangement, 1)));
}

/* Parted since they came here as one: the ways in that both parents knew are no longer good. */
static enum err close_doors(struct entering *entering, int64_t party)
{
    struct request *request = entering->request;
    struct store *store = entering->store;
    struct desk_party here;
    size_t count;
    TRY(party_find(request, store, entering->keyring, party, &here));
    struct person person = here.person;
    person.pin = STR("");
    here.address_confirmed = here.email_confirmed = false;
    TRY(party_record_set(request, store, &here, &person, true));
    TRY(store_do(store, QUERY_party_text_set, PARAMS(P_INT(party), P_BOOL(false), P_BOOL(false))));
    TRY(party_close_accounts(request, store, party, 0, STR(""), &count));
    TRY(party_end_ways_in(request, store, party));
    return desk_audit(store, "party_changed", "party", party, "arrangement",
                      entering->entered.arrangement);
}

/* Households that were one stay apart here, once both have come. */
static enum err enter_apart(struct entering *entering, const json_t *list)
{
    const json_t *entry;
    size_t at;
    json_array_foreach(list, at, entry)
    {
        struct store_rows rows;
        int64_t keeps = now_of(entering, json_get_str(entry, "keeps"));
        int64_t other = now_of(entering, json_get_str(entry, "other"));
        if (!keeps || !other) continue;
        TRY(store_query(entering->store, QUERY_apart_find, PARAMS(P_INT(keeps), P_INT(other)),
                        entering->request->arena, &rows));
        bool may_know = json_get_bool(entry, "may_know");
        if (rows.count) { /* their lists have grown already, with what came */
            if (rows_bool(&rows, 0, "may_know") && !may_know)
                TRY(store_query_one(entering->store, QUERY_apart_know,
                                    PARAMS(P_INT(keeps), P_INT(other), P_BOOL(false)),
                                    entering->request->arena, &rows));
            continue;
        }
        if (transfer_known_as(&entering->known, json_get_str(entry, "keeps")))
            TRY(close_doors(entering, keeps));
        TRY(store_do(entering->store, QUERY_apart_add,
                     PARAMS(P_INT(keeps), P_INT(other), P_BOOL(may_know))));
    }
    return OK;
}

static enum err link_siblings(struct entering *entering, int64_t transfer)
{
    struct store_rows rows;
    int64_t child = entering->entered.child;
    TRY(store_query(entering->store, QUERY_transfer_siblings, PARAMS(P_INT(transfer)),
                    entering->request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        int64_t sibling = rows_int(&rows, row, "child_id");
        TRY(store_do(entering->store, QUERY_child_link_add, PARAMS(P_INT(child), P_INT(sibling))));
        TRY(desk_audit(entering->store, "siblings_linked", "child", child, "child", sibling));
    }
    return OK;
}

/* ---- terms ---- */

static size_t ints(const json_t *array, int64_t ret_list[12])
{
    size_t at, count = 0;
    const json_t *value;
    json_array_foreach(array, at, value) if (count < 12) ret_list[count++] =
        json_integer_value(value);
    return count;
}

/* Who read at the office under a version, by the numbers of now; who left before is nobody here. */
static void renumber_office(const struct entering *entering, json_t *terms)
{
    const json_t *old = json_object_get(terms, "office"), *number;
    size_t at;
    if (!old) return;
    json_t *office = json_array();
    json_array_foreach(old, at, number)
    {
        int64_t now = now_of(entering, json_text(number));
        if (now)
            json_add(office,
                     json_str(arena_print(entering->request->arena, "%lld", (long long)now)));
    }
    json_put(terms, "office", office);
}

static enum err enter_terms(struct entering *entering, const json_t *list)
{
    struct request *request = entering->request;
    struct store *store = entering->store;
    int64_t arrangement = entering->entered.arrangement;
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    const struct seal_public to[] = {publics.press, publics.desk};
    const json_t *entry;
    size_t at;
    json_array_foreach(list, at, entry)
    {
        int64_t months[12], avoid[12], version = (int64_t)at + 1;
        size_t month_count = ints(json_object_get(entry, "months"), months);
        size_t avoid_count = ints(json_object_get(entry, "avoid"), avoid);
        struct str sealed = STR(""), rule = get(request, entry, "rule");
        json_t *terms = json_object_get(entry, "terms");
        BUF_SECRET(text, LIMIT_RECORD_BYTES);
        if (terms) {
            renumber_office(entering, terms);
            TRY(json_write(terms, &text));
            TRY(desk_seal(request, SEAL_AGREEMENT, "agreement", arrangement, version, to, 2,
                          buf_str(&text), &sealed));
        }
        TRY(store_do(store, QUERY_agreement_add,
                     PARAMS(P_INT(arrangement), P_INT(version), P_INTS(months, month_count),
                            P_INTS(avoid, avoid_count), P_TEXT(get(request, entry, "first_writer")),
                            P_TEXT(get(request, entry, "source")), terms ? P_BYTES(sealed) : P_NULL,
                            day_param(request, entry, "agreed_on"),
                            rule.len ? P_TEXT(rule) : P_NULL,
                            day_param(request, entry, "starts_on"))));
    }
    return OK;
}

enum err transfer_enter(struct request *request, struct store *store,
                        const struct desk_keyring *keyring, const struct desk_transfer *transfer,
                        const json_t *bundle, struct transfer_entered *ret_entered)
{
    struct entering entering = {.request = request, .store = store, .keyring = keyring};
    struct transfer_entered *entered = &entering.entered;
    TRY(transfer_known(request, store, transfer->agency, &entering.known));
    TRY(enter_child(request, store, json_object_get(bundle, "child"), &entered->child));
    TRY(enter_arrangement(request, store, json_object_get(bundle, "arrangement"), entered->child,
                          &entered->arrangement));
    enum err code = enter_people(&entering, json_object_get(bundle, "people"));
    *ret_entered = *entered; /* also whose list is full */
    TRY(code);
    TRY(enter_apart(&entering, json_object_get(bundle, "apart")));
    TRY(link_siblings(&entering, transfer->id));
    TRY(enter_terms(&entering, json_object_get(bundle, "terms")));
    TRY(store_do(store, QUERY_job_add,
                 PARAMS(P_TEXT(STR("diary")), P_TEXT(STR("open_occasions")), P_INT(JOB_USUAL),
                        P_NULL, P_INT(entered->arrangement), P_NULL, P_NULL, P_NULL, P_NULL,
                        P_NULL)));
    return desk_audit(store, "arrangement_added", "arrangement", entered->arrangement, "child",
                      entered->child);
}
