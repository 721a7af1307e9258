/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party.h"

#include "core/code.h"
#include "crypt/token.h"
#include "mail/addr.h"
#include "rules/language.h"
#include "rules/sides.h"
#include "server/desk/apart.h"
#include "store/job.h"

/* ---- keeping: the record and its look-up values ---- */

static enum err seal_person(struct request *request, struct store *store,
                            const struct person *person, int64_t id, int64_t version,
                            struct str *ret_sealed)
{
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    const struct seal_public to[] = {publics.press, publics.desk};
    JSON record = person_write(person);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    return desk_seal(request, SEAL_PARTY, "party", id, version, to, 2, buf_str(&text), ret_sealed);
}

static enum err set_lookup(struct request *request, struct store *store, int64_t party,
                           const char *use, enum key_kind kind, enum mac_label label,
                           const struct str *plain, size_t count)
{
    const struct desk *desk = request->app;
    const struct secret *key;
    TRY(keys_find(desk->keys, kind, request->session.agency, &key));
    unsigned char values[PERSON_LIST][KDF_MAC_BYTES];
    ASSERT(count <= PERSON_LIST);
    for (size_t i = 0; i < count; i++)
        TRY(token_lookup(key, label, request->session.agency, plain[i], values[i]));
    return store_do(store, QUERY_party_lookup_set,
                    PARAMS(P_INT(party), P_TEXT(str_from(use)),
                           store_param_digests(values, count, request->arena)));
}

enum err party_set_senders(struct request *request, struct store *store, int64_t party,
                           const struct person_list *plain)
{
    return set_lookup(request, store, party, "sender", KEY_SENDER, MAC_LOOKUP_SENDER, plain->at,
                      plain->count);
}

/* The field whose value the database refuses is remembered. */
static enum err set_lookups(struct store *store, struct party_saving *saving)
{
    struct request *request = saving->request;
    const struct party_form *form = saving->form;
    saving->clash = "email";
    TRY(party_set_senders(request, store, saving->id, &form->emails));
    saving->clash = "phone";
    TRY(set_lookup(request, store, saving->id, "phone", KEY_PHONE, MAC_LOOKUP_PHONE,
                   form->phones.at, form->phones.count));
    saving->clash = "address";
    TRY(set_lookup(request, store, saving->id, "address", KEY_ADDRESS, MAC_LOOKUP_ADDRESS,
                   &form->address, form->address.len ? 1 : 0));
    saving->clash = NULL;
    return OK;
}

/* The number that text messages go to; empty: none. */
static struct str mobile_of(const struct person *person, struct arena *arena)
{
    struct str number;
    return mail_addr_mobile(person->phones.at, person->phones.count, arena, &number) ? number
                                                                                     : STR("");
}

static enum err set_texts(struct store *store, const struct party_saving *saving)
{
    struct arena *arena = saving->request->arena;
    const struct person *now = &saving->form->person;
    bool is_moved = saving->stored &&
                    !str_equal(mobile_of(now, arena), mobile_of(&saving->stored->person, arena));
    return store_do(store, QUERY_party_text_set,
                    PARAMS(P_INT(saving->id), P_BOOL(saving->form->texts), P_BOOL(is_moved)));
}

static enum err set_ask_first(struct store *store, const struct party_saving *saving)
{
    struct store_rows rows;
    return store_query(store, QUERY_party_ask_first_set,
                       PARAMS(P_INT(saving->id), P_BOOL(saving->form->ask_first)),
                       saving->request->arena, &rows);
}

/* What changed of how they are reached: kept until it is checked, or checked and noted. */
static enum err note_detail(struct store *store, struct party_saving *saving)
{
    struct request *request = saving->request;
    const struct party_form *form = saving->form;
    int64_t change = saving->change;
    if (!form->has_detail) return OK;
    if (change == 0) TRY(party_detail_keep(request, store, saving->id, &form->detail, &change));
    saving->is_full = change == 0;
    if (saving->is_full) return ERR_BAD_INPUT;
    if (form->waits) return OK;
    TRY(party_detail_decide(request, store, change, arena_c(request->arena, form->checked)));
    TRY(store_do(store, QUERY_party_details_note, PARAMS(P_INT(saving->id))));
    return desk_audit(store, "detail_confirmed", "party", saving->id, "change", change);
}

static enum err set_state(struct store *store, struct party_saving *saving, struct str before)
{
    struct store_rows rows;
    if (str_equal(saving->form->state, before)) return OK;
    return store_query_one(store, QUERY_party_state_set,
                           PARAMS(P_INT(saving->id), P_TEXT(saving->form->state)),
                           saving->request->arena, &rows);
}

static enum err add(struct store *store, struct party_saving *saving)
{
    struct request *request = saving->request;
    const struct party_form *form = saving->form;
    struct str sealed;
    saving->id = random_id();
    TRY(seal_person(request, store, &form->person, saving->id, 1, &sealed));
    BUF(alias, 16);
    code_id_put(&alias, random_id());
    struct str token = buf_str(&alias);
    TRY(store_do(store, QUERY_party_add,
                 PARAMS(P_INT(saving->id), P_TEXT(form->kind), P_TEXT(form->channel),
                        P_TEXT(form->language), P_TEXT(form->reads), P_BOOL(form->consent),
                        P_BYTES(sealed), P_BOOL(form->address_confirmed),
                        P_BOOL(form->email_confirmed), P_TEXT(token))));
    TRY(set_lookup(request, store, saving->id, "alias", KEY_ALIAS, MAC_LOOKUP_ALIAS, &token, 1));
    TRY(set_lookups(store, saving));
    TRY(set_texts(store, saving));
    TRY(set_ask_first(store, saving));
    TRY(set_state(store, saving, STR("active")));
    return desk_audit(store, "party_added", "party", saving->id, NULL, 0);
}

static struct str first_of(const struct person_list *list)
{
    return list->count ? list->at[0] : STR("");
}

/* What a dispatch under way was made for: it stops when this is another now. */
static bool is_moved(const struct party_form *form, const struct desk_party *stored)
{
    return !str_equal(first_of(&form->person.emails), first_of(&stored->person.emails)) ||
           !str_equal(form->person.address, stored->person.address) ||
           !str_equal(form->channel, stored->channel);
}

/* A joining code is good with the e-mail address that it was made for. */
static enum err end_join_codes(struct request *request, struct store *store, int64_t party)
{
    struct store_rows rows;
    return store_query(store, QUERY_join_code_end, PARAMS(P_INT(party)), request->arena, &rows);
}

/*
 * Whoever reads an address that left the record may have an account: all are closed, unless staff
 * know that the same people still use them.
 */
static enum err decide_accounts(struct request *request, struct store *store,
                                struct party_saving *saving)
{
    saving->closed = 0;
    if (!party_email_left(saving->form, saving->stored, request->arena)) return OK;
    if (saving->form->keep_accounts)
        return desk_audit(store, "accounts_kept", "party", saving->id, NULL, 0);
    return party_close_accounts(request, store, saving->id, 0, STR(""), &saving->closed);
}

static enum err change(struct store *store, struct party_saving *saving)
{
    struct request *request = saving->request;
    const struct party_form *form = saving->form;
    struct store_rows rows;
    struct str sealed;
    saving->id = saving->stored->id;
    TRY(seal_person(request, store, &form->person, saving->id, form->version + 1, &sealed));
    TRY(store_query(
        store, QUERY_party_change,
        PARAMS(P_INT(saving->id), P_TEXT(form->kind), P_TEXT(form->channel), P_TEXT(form->language),
               P_TEXT(form->reads), P_BOOL(form->consent), P_BYTES(sealed),
               P_BOOL(form->address_confirmed), P_BOOL(form->email_confirmed),
               P_BOOL(saving->is_apart || is_moved(form, saving->stored)), P_INT(form->version)),
        request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    TRY(set_lookups(store, saving));
    TRY(set_texts(store, saving));
    TRY(set_ask_first(store, saving));
    TRY(set_state(store, saving, saving->stored->state));
    if (!person_list_equal(&form->person.emails, &saving->stored->person.emails))
        TRY(end_join_codes(request, store, saving->id));
    TRY(party_queue_labels(store, saving->id));
    TRY(desk_audit(store, "party_changed", "party", saving->id, NULL, 0));
    TRY(note_detail(store, saving));
    return decide_accounts(request, store, saving);
}

enum err party_queue_labels(struct store *store, int64_t party)
{
    return store_do(store, QUERY_job_add,
                    PARAMS(P_TEXT(STR("press")), P_TEXT(STR("label_contacts")), P_INT(JOB_USUAL),
                           P_NULL, P_NULL, P_INT(party), P_NULL, P_NULL, P_NULL, P_NULL));
}

enum err party_save(struct store *store, void *context)
{
    struct party_saving *saving = context;
    saving->clash = NULL;
    TRY(saving->stored ? change(store, saving) : add(store, saving));
    request_then(saving->request, "%s", party_path(saving->request, saving->id).at);
    return OK;
}

enum err party_save_failed(struct party_saving *saving, enum err code)
{
    struct request *request = saving->request;
    if (code == ERR_CONFLICT) {
        request_problem(request, "", "changed-meanwhile");
        return OK;
    }
    if (code == ERR_BAD_INPUT && saving->is_full) {
        request_problem(request, "checked", "changes-many");
        return OK;
    }
    if (code == ERR_DB_REFUSED &&
        str_equal(str_from(store_refusal()), STR("party_manager_lifts"))) {
        request_problem(request, "state", "manager-needed");
        return OK;
    }
    if (code == ERR_DB_REFUSED && saving->clash &&
        str_equal(str_from(store_refusal()), STR("apart_own_details"))) {
        request_problem(request, saving->clash, "apart-shared");
        return OK;
    }
    if (code != ERR_DB_REFUSED || !saving->clash ||
        !str_equal(str_from(store_refusal()), STR("party_on_one_side")))
        return code;
    if (str_equal(str_from(saving->clash), STR("email")))
        request_problem(request, "email", "email-other-side");
    else if (str_equal(str_from(saving->clash), STR("phone")))
        request_problem(request, "phone", "phone-other-side");
    else
        request_problem(request, "address", "address-other-side");
    return OK;
}

enum err party_record_set(struct request *request, struct store *store,
                          const struct desk_party *party, const struct person *person,
                          bool address_changed)
{
    struct store_rows rows;
    struct str sealed;
    TRY(seal_person(request, store, person, party->id, party->record_version + 1, &sealed));
    TRY(store_query(store, QUERY_party_change,
                    PARAMS(P_INT(party->id), P_TEXT(party->kind), P_TEXT(party->channel),
                           P_TEXT(party->language), P_TEXT(party->reads),
                           P_BOOL(party->plain_consent), P_BYTES(sealed),
                           P_BOOL(party->address_confirmed), P_BOOL(party->email_confirmed),
                           P_BOOL(address_changed), P_INT(party->record_version)),
                    request->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

/* ---- its page ---- */

struct str party_path(struct request *request, int64_t id)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "/parties/%s", code.at);
}

void party_put(struct request *request, const struct desk_party *party)
{
    json_t *object = json_object();
    json_put_str(object, "path", party_path(request, party->id));
    json_put_str(object, "name", desk_party_name(request, party));
    json_put(request->view, "party", object);
}

void party_put_groups(json_t *object, const char *key, struct str text, size_t length)
{
    json_t *list = json_array();
    for (size_t at = 0; at < text.len; at += length)
        json_add(list, json_str(str_slice(text, at, at + length)));
    desk_put_list(object, key, list);
}

static void put_key(const struct desk_party *party, json_t *object)
{
    const struct person *person = &party->person;
    if (person->key_fingerprint.len == 0) return;
    json_t *key = json_object();
    party_put_groups(key, "groups", person->key_fingerprint, 4);
    json_put_str(key, "fingerprint", person->key_fingerprint);
    desk_put_number(key, "stored", party->record_version);
    struct day day;
    if (person->key_confirmed && day_get(person->key_confirmed_on, &day))
        desk_put_day(key, "confirmed", day);
    else if (person->key_confirmed)
        json_put_str(key, "confirmed", STR("a day that was not noted"));
    json_put(object, "key", key);
}

static enum err put_arrangements(struct request *request, struct store *store,
                                 const struct desk_keyring *keyring, int64_t party, json_t *object)
{
    struct store_rows rows, people;
    JSON list = json_array();
    TRY(store_query(store, QUERY_arrangement_of_party, PARAMS(P_INT(party)), request->arena,
                    &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct desk_child child;
        struct str with = STR(""), side = rows_str(&rows, row, "side");
        int64_t id = rows_int(&rows, row, "arrangement_id");
        TRY(desk_child_find(request, store, keyring, rows_int(&rows, row, "child_id"), &child));
        TRY(store_query(store, QUERY_arrangement_party_list, PARAMS(P_INT(id)), request->arena,
                        &people));
        for (size_t i = 0; i < people.count; i++) {
            struct desk_party other;
            if (str_equal(rows_str(&people, i, "side"), side)) continue;
            TRY(desk_party_row(request, keyring, &people, i, &other));
            with = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(with), with.len ? ", " : "",
                               STR_ARG(desk_party_name(request, &other)));
        }
        json_t *entry = json_object();
        json_put_code(entry, "id", id);
        json_put_str(entry, "child", child.adoptive_name);
        json_put_str(entry, "with", with.len ? with : STR("nobody"));
        json_add(list, entry);
    }
    desk_put_list(object, "arrangements", json_incref(list));
    return OK;
}

/* An e-mail address that nobody has said is right: mail to it came back, or it only stood in one.
 */
static enum err put_doubt(struct request *request, struct store *store,
                          const struct desk_party *party, json_t *object)
{
    struct store_rows rows;
    bool is_doubted = party->person.emails.count > 0 && !party->email_confirmed;
    json_put_bool(object, "email_doubted", is_doubted);
    if (!is_doubted) return OK;
    TRY(store_query_one(store, QUERY_party_mail_came_back, PARAMS(P_INT(party->id)), request->arena,
                        &rows));
    json_put_bool(object, "email_came_back", rows_bool(&rows, 0, "came_back"));
    return OK;
}

/* The households with which it was one. */
static enum err put_apart(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, const struct desk_party *party,
                          json_t *object)
{
    struct store_rows rows;
    JSON list = json_array();
    TRY(store_query(store, QUERY_apart_of_party, PARAMS(P_INT(party->id)), request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct desk_party other;
        TRY(desk_party_find(request, store, keyring, rows_int(&rows, row, "party_id"), &other));
        json_t *entry = json_object();
        json_put_code(entry, "id", other.id);
        json_put_str(entry, "name", desk_party_name(request, &other));
        json_put_bool(entry, "may_know", rows_bool(&rows, row, "may_know"));
        json_put_bool(entry, "has_letters", rows_bool(&rows, row, "has_letters"));
        json_add(list, entry);
    }
    desk_put_list(object, "apart", json_incref(list));
    json_put_bool(object, "may_part", apart_may(party));
    return OK;
}

static enum err put_party(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, const struct desk_party *party)
{
    party_put(request, party);
    json_t *object = json_object_get(request->view, "party");
    json_put_code(object, "id", party->id);
    TRY(desk_put_changed(request, store, keyring, party->changed, party->changed_by, object));
    TRY(party_put_accounts(request, store, party->id, object));
    json_put_bool(object, "pin", party->person.pin.len > 0);
    json_put_bool(object, "link_ready", party->person.pin.len > 0 && party->email_confirmed);
    json_put_bool(object, "details_changed", party->has_details_changed);
    TRY(party_put_changes(request, store, party->id, object));
    TRY(put_doubt(request, store, party, object));
    TRY(party_put_occasions(request, store, keyring, party->id, object));
    put_key(party, object);
    TRY(put_apart(request, store, keyring, party, object));
    return put_arrangements(request, store, keyring, party->id, object);
}

/* Rows of a list of one-line fields: what there is, and some empty ones. */
static void put_rows(json_t *view, const char *key, const struct person_list *entries)
{
    json_t *list = json_array();
    size_t count = entries->count + (entries->count ? 1 : 2);
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        desk_put_number(row, "number", (int64_t)i + 1);
        json_put_str(row, "entry", i < entries->count ? entries->at[i] : STR(""));
        json_add(list, row);
    }
    desk_put_list(view, key, list);
}

static void put_leaks(json_t *view, const struct person *person)
{
    json_t *list = json_array();
    for (size_t i = 0; i < person->leak_count + 3; i++) {
        json_t *row = json_object();
        desk_put_number(row, "number", (int64_t)i + 1);
        if (i < person->leak_count) {
            struct str label = desk_category_label(person->leaks[i].category);
            if (label.len) {
                json_put_str(row, "category", person->leaks[i].category);
                json_put_str(row, "label", label);
            }
            json_put_str(row, "term", person->leaks[i].term);
        } else {
            json_put_str(row, "term", STR(""));
        }
        json_add(list, row);
    }
    desk_put_list(view, "leaks", list);
}

static void put_language(json_t *list, struct str code, struct str name, bool is_chosen)
{
    json_t *entry = json_object();
    json_put_str(entry, "code", code);
    json_put_str(entry, "name", name);
    json_put_bool(entry, "chosen", is_chosen);
    json_add(list, entry);
}

/* All that are listed, and the one that is in the record, listed or not. */
static void put_languages(struct request *request, struct str chosen)
{
    const struct language *language;
    json_t *list = json_array();
    for (size_t i = 0; (language = language_at(i)); i++)
        put_language(list, str_from(language->code), str_from(language->name),
                     str_equal(chosen, str_from(language->code)));
    if (chosen.len && !str_equal(chosen, STR("und")) && language_name(chosen).len == 0)
        put_language(list, chosen, chosen, true);
    desk_put_list(request->view, "languages", list);
    json_put_bool(json_object_get(request->view, "languages"), "other",
                  str_equal(chosen, STR("und")));
}

static void put_form(struct request *request, const struct party_form *form)
{
    desk_put_is(request, "kind", form->kind);
    desk_put_is(request, "channel", form->channel);
    desk_put_is(request, "state", form->state);
    put_languages(request, form->language);
    desk_put_value(request, "known_as", form->person.known_as);
    desk_put_value(request, "relationship", form->person.relationship);
    desk_put_value(request, "address", form->person.address);
    desk_put_value(request, "note", form->person.note);
    desk_put_on(request, "address_confirmed", form->address_confirmed);
    desk_put_on(request, "email_confirmed", form->email_confirmed);
    desk_put_on(request, "reachable", form->person.reachable);
    desk_put_is(request, "checked", form->checked);
    desk_put_on(request, "ask_first", form->ask_first);
    desk_put_on(request, "keep_accounts", form->keep_accounts);
    desk_put_on(request, "consent_plain", form->consent);
    desk_put_on(request, "consent_text", form->texts);
    desk_put_is(request, "reads", form->reads);
    put_rows(request->view, "names", &form->person.names);
    put_rows(request->view, "emails", &form->person.emails);
    put_rows(request->view, "phones", &form->person.phones);
    put_leaks(request->view, &form->person);
}

enum err party_page_view(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, const struct desk_party *party,
                         const struct party_form *form)
{
    json_put(request->view, "categories", desk_categories());
    json_put_bool(request->view, "is_new", party == NULL);
    json_put_str(request->view, "action", party ? party_path(request, party->id) : STR("/parties"));
    if (party) desk_put_number(request->view, "version", party->record_version);
    json_put_bool(request->view, "may_wait", party != NULL);
    put_form(request, form);
    return party ? put_party(request, store, keyring, party) : OK;
}

enum err party_find(struct request *request, struct store *store,
                    const struct desk_keyring *keyring, int64_t id, struct desk_party *ret_party)
{
    struct store_rows rows;
    TRY(desk_party_find(request, store, keyring, id, ret_party));
    TRY(store_query_one(store, QUERY_party_text_consent, PARAMS(P_INT(id)), request->arena, &rows));
    ret_party->text_consent = rows_bool(&rows, 0, "text_consent");
    TRY(store_query_one(store, QUERY_party_details_changed, PARAMS(P_INT(id)), request->arena,
                        &rows));
    struct utc changed;
    ret_party->has_details_changed = rows_utc(&rows, 0, "details_changed_at", &changed);
    ret_party->ask_first = rows_bool(&rows, 0, "ask_first");
    return OK;
}

struct showing {
    struct request *request;
    int64_t id;
};

static enum err show(struct store *store, void *context)
{
    struct showing *showing = context;
    struct request *request = showing->request;
    struct desk_keyring keyring;
    struct desk_party party;
    struct party_form form;
    TRY(desk_keyring(request, store, &keyring));
    TRY(party_find(request, store, &keyring, showing->id, &party));
    party_form_of(&party, &form);
    TRY(party_page_view(request, store, &keyring, &party, &form));
    return desk_audit(store, "party_read", "party", party.id, NULL, 0);
}

enum err party_page(struct request *request, int64_t id)
{
    struct showing showing = {request, id};
    TRY(request_run(request, show, &showing));
    return reply_page(request, "desk/party");
}
