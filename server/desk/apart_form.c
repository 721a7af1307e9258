/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "mail/addr.h"
#include "rules/sides.h"
#include "server/desk/apart.h"

/* What belongs to whom, as it was typed. */

static const char *const whose[] = {"keeps", "other", "nobody", NULL};

bool apart_may(const struct desk_party *party)
{
    return str_equal(party->kind, STR("adoptive")) && !str_equal(party->state, STR("dead")) &&
           !str_equal(party->state, STR("ended"));
}

static struct str field_of(struct request *request, const char *kind, size_t number)
{
    return arena_print(request->arena, "%s_%zu", kind, number + 1);
}

static void note_nobody(struct request *request, const char *kind, const char *field)
{
    if (*kind == 'n')
        request_problem(request, field, "apart-whose-name");
    else if (*kind == 'e')
        request_problem(request, field, "apart-whose-email");
    else if (*kind == 'p')
        request_problem(request, field, "apart-whose-phone");
    else
        request_problem(request, field, "apart-whose-address");
}

/* One thing of the record, for one of the two or for neither. */
static void share(struct request *request, const char *kind, size_t number, struct str entry,
                  struct person_list *keeps, struct person_list *other)
{
    const char *field = arena_c(request->arena, field_of(request, kind, number));
    struct str typed = form_get(&request->form, field);
    if (str_equal(typed, STR("keeps")))
        keeps->at[keeps->count++] = entry;
    else if (str_equal(typed, STR("other")))
        other->at[other->count++] = entry;
    else if (!str_equal(typed, STR("nobody")))
        note_nobody(request, kind, field);
}

static void share_list(struct request *request, const char *kind, const struct person_list *stored,
                       struct person_list *keeps, struct person_list *other)
{
    for (size_t i = 0; i < stored->count; i++) share(request, kind, i, stored->at[i], keeps, other);
}

static void add_typed(struct request *request, const char *field, struct person_list *list)
{
    struct str typed = form_line(&request->form, field);
    if (typed.len && person_list_add(list, typed) != OK)
        request_problem(request, field, "text-too-long");
}

static struct str read_text(struct request *request, const char *field, size_t max)
{
    struct str text = str_trim(form_get(&request->form, field));
    if (text.len > max) request_problem(request, field, "text-too-long");
    return text;
}

static struct str read_channel(struct request *request, const char *field)
{
    static const char *const channels[] = {"portal", "link", "post"};
    struct str typed = form_get(&request->form, field);
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++)
        if (str_equal(typed, str_from(channels[i]))) return typed;
    request_problem(request, field, "channel-missing");
    return STR("");
}

static void check_channel(struct request *request, const char *field, const struct party_form *form)
{
    if (str_equal(form->channel, STR("link")) && form->person.emails.count == 0)
        request_problem(request, field, "channel-needs-email");
    if (str_equal(form->channel, STR("post")) && form->person.address.len == 0)
        request_problem(request, field, "channel-needs-address");
}

static void read_accounts(const struct request *request, struct apart_form *form)
{
    struct str value;
    for (size_t at = 0; form_next(&request->form, "account", &at, &value);)
        if (form->account_count < APART_ACCOUNTS &&
            code_id_get(value, &form->accounts[form->account_count]))
            form->account_count++;
}

static void read_keeps(struct request *request, struct party_form *keeps)
{
    add_typed(request, "keeps_name", &keeps->person.names);
    keeps->person.known_as = read_text(request, "keeps_known_as", PERSON_LINE_BYTES);
    keeps->channel = read_channel(request, "keeps_channel");
    if (keeps->person.names.count == 0) request_problem(request, "keeps_name", "name-missing");
    if (keeps->person.known_as.len == 0)
        request_problem(request, "keeps_known_as", "known-as-missing");
}

static void read_other(struct request *request, struct party_form *other)
{
    struct str address = read_text(request, "other_address", PERSON_TEXT_BYTES), plain;
    add_typed(request, "other_name", &other->person.names);
    add_typed(request, "other_email", &other->person.emails);
    add_typed(request, "other_phone", &other->person.phones);
    if (address.len) other->person.address = address;
    other->person.known_as = read_text(request, "other_known_as", PERSON_LINE_BYTES);
    other->channel = read_channel(request, "other_channel");
    if (other->person.names.count == 0) request_problem(request, "other_name", "name-missing");
    if (other->person.known_as.len == 0)
        request_problem(request, "other_known_as", "known-as-missing");
    struct str email = form_line(&request->form, "other_email");
    struct str phone = form_line(&request->form, "other_phone");
    if (email.len && mail_addr_canonical(email, request->arena, &plain) != OK)
        request_problem(request, "other_email", "email-bad");
    if (phone.len && mail_addr_phone(phone, STR("44"), request->arena, &plain) != OK)
        request_problem(request, "other_phone", "phone-bad");
    if (address.len && sides_address(address, request->arena, &plain) != OK)
        request_problem(request, "other_address", "address-bad");
}

/* The record's own, without what both knew: the PIN, the key, and how they agreed to be reached. */
static void start(const struct desk_party *stored, struct apart_form *form)
{
    struct party_form *keeps = &form->keeps, *other = &form->other;
    party_form_of(stored, keeps);
    keeps->person.pin = keeps->person.key_armor = keeps->person.key_fingerprint = STR("");
    keeps->person.key_confirmed_on = STR("");
    keeps->person.key_confirmed = keeps->consent = keeps->texts = false;
    keeps->person.names.count = keeps->person.emails.count = keeps->person.phones.count = 0;
    *other = *keeps;
    other->person.note = STR("");
    other->person.address = STR("");
    other->person.reachable = false;
}

enum err apart_read(struct request *request, const struct desk_party *stored,
                    struct apart_form *ret_form)
{
    struct apart_form form = {.may_know = form_has(&request->form, "may_know")};
    struct party_form *keeps = &form.keeps, *other = &form.other;
    const struct person *person = &stored->person;
    struct str address = form_get(&request->form, "address_1");
    struct str checked = form_get(&request->form, "checked");
    start(stored, &form);
    if (!form_int(&request->form, "version", 1, INT32_MAX, &keeps->version)) return ERR_BAD_INPUT;
    share_list(request, "name", &person->names, &keeps->person.names, &other->person.names);
    share_list(request, "email", &person->emails, &keeps->person.emails, &other->person.emails);
    share_list(request, "phone", &person->phones, &keeps->person.phones, &other->person.phones);
    if (person->address.len && str_equal(address, STR("other")))
        other->person.address = person->address;
    if (person->address.len && !str_equal(address, STR("keeps"))) {
        keeps->person.address = STR("");
        if (!str_equal(address, STR("other")) && !str_equal(address, STR("nobody")))
            note_nobody(request, "address", "address_1");
    }
    read_keeps(request, keeps);
    read_other(request, other);
    check_channel(request, "keeps_channel", keeps);
    check_channel(request, "other_channel", other);
    read_accounts(request, &form);
    if (!str_equal(checked, STR("phone")) && !str_equal(checked, STR("old_way")))
        request_problem(request, "checked", "apart-checked-missing");
    keeps->checked = checked;
    keeps->keep_accounts = form.account_count > 0;
    /* Somebody asked them: what each has now was confirmed in that. */
    keeps->address_confirmed = keeps->person.address.len && stored->address_confirmed;
    keeps->email_confirmed = keeps->person.emails.count && stored->email_confirmed;
    other->address_confirmed = other->person.address.len > 0;
    other->email_confirmed = other->person.emails.count > 0;
    if (!request_has_problem(request)) {
        TRY(party_form_plain(request, keeps));
        TRY(party_form_plain(request, other));
        keeps->has_detail = detail_between(person, &keeps->person, &keeps->detail);
    }
    *ret_form = form;
    return OK;
}

/* ---- the page ---- */

static void put_error(const struct request *request, struct str field, json_t *row)
{
    const json_t *form = json_object_get(request->view, "form");
    json_t *error = json_object_get(json_object_get(form, arena_c(request->arena, field)), "error");
    if (error) json_put(row, "error", json_incref(error));
}

static void put_thing(struct request *request, const char *kind, size_t number, struct str entry,
                      json_t *list)
{
    struct str field = field_of(request, kind, number);
    struct str typed = form_get(&request->form, arena_c(request->arena, field));
    json_t *row = json_object(), *is = json_object();
    json_put_str(row, "field", field);
    json_put_str(row, "entry", entry);
    for (const char *const *word = whose; *word; word++)
        if (str_equal(typed, str_from(*word))) json_put_bool(is, *word, true);
    json_put(row, "is", is);
    put_error(request, field, row);
    json_add(list, row);
}

static void put_things(struct request *request, const struct person *person)
{
    json_t *list = json_array();
    for (size_t i = 0; i < person->names.count; i++)
        put_thing(request, "name", i, person->names.at[i], list);
    for (size_t i = 0; i < person->emails.count; i++)
        put_thing(request, "email", i, person->emails.at[i], list);
    for (size_t i = 0; i < person->phones.count; i++)
        put_thing(request, "phone", i, person->phones.at[i], list);
    if (person->address.len) put_thing(request, "address", 0, person->address, list);
    desk_put_list(request->view, "things", list);
}

/* Each arrangement, and who of the two writes there and gets letters. */
static enum err put_places(struct request *request, struct store *store,
                           const struct desk_keyring *keyring, int64_t party)
{
    static const char *const ways[] = {"keeps_writes", "keeps_gets", "other_writes", "other_gets"};
    struct store_rows rows;
    JSON list = json_array();
    TRY(store_query(store, QUERY_arrangement_of_party, PARAMS(P_INT(party)), request->arena,
                    &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct desk_child child;
        int64_t id = rows_int(&rows, row, "arrangement_id");
        if (str_equal(rows_str(&rows, row, "party_state"), STR("ended"))) continue;
        TRY(desk_child_find(request, store, keyring, rows_int(&rows, row, "child_id"), &child));
        json_t *entry = json_object();
        json_put_code(entry, "id", id);
        json_put_str(entry, "child", child.adoptive_name);
        for (size_t i = 0; i < 4; i++)
            json_put_bool(
                entry, ways[i],
                desk_ticked(request, ways[i], id,
                            rows_bool(&rows, row, i % 2 == 0 ? "may_write" : "may_receive")));
        json_add(list, entry);
    }
    desk_put_list(request->view, "places", json_incref(list));
    return OK;
}

enum err apart_view(struct request *request, struct store *store,
                    const struct desk_keyring *keyring, const struct desk_party *party)
{
    static const char *const lines[] = {"keeps_name",  "other_name",  "other_known_as",
                                        "other_email", "other_phone", "other_address"};
    bool is_again = form_has(&request->form, "version");
    party_put(request, party);
    json_t *object = json_object_get(request->view, "party");
    TRY(party_put_accounts(request, store, party->id, object));
    json_t *account, *list = json_object_get(json_object_get(object, "accounts"), "list");
    size_t at;
    json_array_foreach(list, at, account)
    {
        int64_t id;
        const char *code = json_string_value(json_object_get(account, "id"));
        if (code && code_id_get(str_from(code), &id))
            json_put_bool(account, "stays", desk_ticked(request, "account", id, false));
    }
    desk_put_number(request->view, "version", party->record_version);
    put_things(request, &party->person);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        desk_put_value(request, lines[i], form_get(&request->form, lines[i]));
    desk_put_value(request, "keeps_known_as",
                   is_again ? form_get(&request->form, "keeps_known_as") : party->person.known_as);
    desk_put_is(request, "keeps_channel",
                is_again ? form_get(&request->form, "keeps_channel") : party->channel);
    desk_put_is(request, "other_channel", form_get(&request->form, "other_channel"));
    desk_put_is(request, "checked", form_get(&request->form, "checked"));
    desk_put_on(request, "may_know", form_has(&request->form, "may_know"));
    return put_places(request, store, keyring, party->id);
}
