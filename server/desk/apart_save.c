/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "rules/sought.h"
#include "server/desk/apart.h"
#include "store/job.h"

/* How a household becomes two: records, places in each arrangement, accounts, words to look for. */

/* ---- what others must not learn ---- */

static enum err add_address(struct person *to, struct str address, struct arena *arena)
{
    struct str line;
    bool is_first = true;
    while (str_split(&address, '\n', &line)) {
        line = str_trim(line);
        size_t at = sought_postcode_at(line);
        if (at < line.len)
            TRY(party_leak_add(to, STR("postcode"), str_slice(line, at, line.len), arena));
        TRY(party_leak_add(to, is_first ? STR("address") : STR("place"), str_slice(line, 0, at),
                           arena));
        is_first = false;
    }
    return OK;
}

enum err apart_add_leaks(struct person *to, const struct person *about, bool with_names,
                         struct arena *arena)
{
    for (size_t i = 0; with_names && i < about->names.count; i++)
        TRY(party_leak_add(to, STR("name"), about->names.at[i], arena));
    for (size_t i = 0; i < about->emails.count; i++)
        TRY(party_leak_add(to, STR("email"), about->emails.at[i], arena));
    for (size_t i = 0; i < about->phones.count; i++)
        TRY(party_leak_add(to, STR("phone"), about->phones.at[i], arena));
    return add_address(to, about->address, arena);
}

/* What is new of the other household: what both knew is no secret between them. */
static void new_of(const struct apart_saving *saving, struct person *ret_new)
{
    const struct person *now = &saving->form->other.person, *before = &saving->stored->person;
    *ret_new = (struct person){.names = {.count = 0}};
    if (!str_equal(now->address, before->address)) ret_new->address = now->address;
    struct str email = form_line(&saving->request->form, "other_email");
    struct str phone = form_line(&saving->request->form, "other_phone");
    if (email.len) ret_new->emails.at[ret_new->emails.count++] = email;
    if (phone.len) ret_new->phones.at[ret_new->phones.count++] = phone;
}

/* ---- saving ---- */

struct places {
    struct store_rows rows; /* arrangement_of_party */
    int64_t told[256];      /* relatives whose list was grown already */
    size_t told_count;
};

static bool is_told(struct places *places, int64_t party)
{
    for (size_t i = 0; i < places->told_count; i++)
        if (places->told[i] == party) return true;
    if (places->told_count < sizeof places->told / sizeof places->told[0])
        places->told[places->told_count++] = party;
    return false;
}

/* Everybody on another side: what they must not learn is of both households from now on. */
static enum err tell_relative(struct store *store, struct apart_saving *saving,
                              const struct desk_keyring *keyring, int64_t id)
{
    struct request *request = saving->request;
    struct desk_party relative;
    TRY(desk_party_find(request, store, keyring, id, &relative));
    struct person person = relative.person;
    size_t before = person.leak_count;
    enum err code = apart_add_leaks(&person, &saving->form->other.person, true, request->arena);
    /* a surname that was taken on parting, a new address */
    if (code == OK)
        code = apart_add_leaks(&person, &saving->form->keeps.person, true, request->arena);
    saving->is_full = code == ERR_TOO_BIG;
    TRY(code);
    if (person.leak_count == before) return OK;
    TRY(party_record_set(request, store, &relative, &person, false));
    return desk_audit(store, "party_changed", "party", id, "party", saving->other.id);
}

static enum err ways_set(struct store *store, struct apart_saving *saving, int64_t arrangement,
                         int64_t party, struct str state, const char *writes, const char *gets)
{
    struct request *request = saving->request;
    struct store_rows rows;
    return store_query_one(store, QUERY_arrangement_party_set,
                           PARAMS(P_INT(arrangement), P_INT(party), P_TEXT(state),
                                  P_BOOL(form_has_id(&request->form, writes, arrangement)),
                                  P_BOOL(form_has_id(&request->form, gets, arrangement))),
                           request->arena, &rows);
}

/* Who reads letters at the office only still does, each in a household of their own. */
static enum err office_both(struct store *store, struct apart_saving *saving, int64_t arrangement,
                            const struct store_rows *people)
{
    enum { MOST = 64 };
    int64_t office[MOST + 1];
    size_t count = 0;
    bool is_office = false;
    for (size_t i = 0; i < people->count && count < MOST; i++) {
        if (!rows_bool(people, i, "office_only")) continue;
        office[count++] = rows_int(people, i, "party_id");
        is_office |= office[count - 1] == saving->stored->id;
    }
    if (!is_office) return OK;
    office[count++] = saving->other.id;
    return store_do(store, QUERY_arrangement_office_set,
                    PARAMS(P_INT(arrangement), P_INTS(office, count)));
}

static enum err place_both(struct store *store, struct apart_saving *saving,
                           const struct desk_keyring *keyring, struct places *places, size_t row)
{
    struct request *request = saving->request;
    struct store_rows people;
    int64_t id = rows_int(&places->rows, row, "arrangement_id");
    struct str side = rows_str(&places->rows, row, "side");
    struct str state = rows_str(&places->rows, row, "party_state");
    TRY(store_query(store, QUERY_arrangement_party_list, PARAMS(P_INT(id)), request->arena,
                    &people));
    TRY(ways_set(store, saving, id, saving->stored->id, state, "keeps_writes", "keeps_gets"));
    TRY(store_do(
        store, QUERY_arrangement_party_add,
        PARAMS(P_INT(id), P_INT(saving->other.id), P_TEXT(side), P_BOOL(false), P_BOOL(false))));
    TRY(ways_set(store, saving, id, saving->other.id, state, "other_writes", "other_gets"));
    TRY(office_both(store, saving, id, &people));
    TRY(store_do(store, QUERY_contact_add_all, PARAMS(P_INTS(&id, 1))));
    for (size_t i = 0; i < people.count; i++) {
        int64_t party = rows_int(&people, i, "party_id");
        if (str_equal(rows_str(&people, i, "side"), side) || is_told(places, party)) continue;
        TRY(tell_relative(store, saving, keyring, party));
    }
    TRY(desk_audit(store, "arrangement_people_changed", "arrangement", id, "party",
                   saving->other.id));
    return store_do(store, QUERY_job_add,
                    PARAMS(P_TEXT(STR("diary")), P_TEXT(STR("open_occasions")), P_INT(JOB_USUAL),
                           P_NULL, P_INT(id), P_NULL, P_NULL, P_NULL, P_NULL, P_NULL));
}

/* All but those that only who keeps the letters uses; and the ways in that both know. */
static enum err close_doors(struct store *store, struct apart_saving *saving)
{
    struct request *request = saving->request;
    const struct apart_form *form = saving->form;
    struct store_rows accounts;
    int64_t party = saving->stored->id;
    TRY(store_query(store, QUERY_account_list, PARAMS(P_INT(party)), request->arena, &accounts));
    for (size_t row = 0; row < accounts.count; row++) {
        int64_t id = rows_int(&accounts, row, "account_id");
        bool stays = !str_equal(rows_str(&accounts, row, "state"), STR("active"));
        size_t count;
        for (size_t i = 0; i < form->account_count; i++) stays |= form->accounts[i] == id;
        if (!stays) TRY(party_close_accounts(request, store, party, id, STR(""), &count));
    }
    return party_end_ways_in(request, store, party);
}

enum err apart_save(struct store *store, void *context)
{
    struct apart_saving *saving = context;
    struct request *request = saving->request;
    struct party_form keeps = saving->form->keeps;
    struct desk_keyring keyring;
    struct places places = {.told_count = 0};
    struct person fresh;
    saving->is_full = false;
    new_of(saving, &fresh);
    if (!saving->form->may_know) {
        enum err code = apart_add_leaks(&keeps.person, &fresh, false, request->arena);
        saving->is_full = code == ERR_TOO_BIG;
        TRY(code);
    }
    saving->keeps = (struct party_saving){
        .request = request, .form = &keeps, .stored = saving->stored, .is_apart = true};
    saving->other = (struct party_saving){.request = request, .form = &saving->form->other};
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query(store, QUERY_arrangement_of_party, PARAMS(P_INT(saving->stored->id)),
                    request->arena, &places.rows));
    TRY(party_save(store, &saving->keeps));
    TRY(party_save(store, &saving->other));
    TRY(store_do(store, QUERY_apart_add,
                 PARAMS(P_INT(saving->stored->id), P_INT(saving->other.id),
                        P_BOOL(saving->form->may_know))));
    for (size_t row = 0; row < places.rows.count; row++)
        if (!str_equal(rows_str(&places.rows, row, "party_state"), STR("ended")))
            TRY(place_both(store, saving, &keyring, &places, row));
    TRY(close_doors(store, saving));
    TRY(party_queue_labels(store, saving->other.id));
    return desk_audit(store, "household_apart", "party", saving->stored->id, "party",
                      saving->other.id);
}
