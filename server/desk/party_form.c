/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/addr.h"
#include "redact/mark.h"
#include "rules/language.h"
#include "rules/sides.h"
#include "server/desk/party.h"

/* What was typed in the form of a person or household. */

void party_form_of(const struct desk_party *party, struct party_form *ret_form)
{
    *ret_form = (struct party_form){
        .kind = party->kind,
        .channel = party->channel,
        .state = party->state,
        .language = party->language,
        .reads = party->reads,
        .consent = party->plain_consent,
        .texts = party->text_consent,
        .ask_first = party->ask_first,
        .address_confirmed = party->address_confirmed,
        .email_confirmed = party->email_confirmed,
        .person = party->person,
        .version = party->record_version,
    };
}

static bool is_one_of(struct str word, const char *const *words)
{
    for (; *words; words++)
        if (str_equal(word, str_from(*words))) return true;
    return false;
}

static const char *const kinds[] = {"adoptive", "birth", "sibling", "other", NULL};
static const char *const channels[] = {"portal", "link", "pgp", "email", "post", NULL};
static const char *const states[] = {"active", "paused", "moved", "dead", "ended", NULL};
static const char *const reads[] = {"usual", "large", "easy", NULL};

/* A list of one-line fields; each in its plain form too, where it has one. */
static void read_list(struct request *request, const char *field, struct person_list *ret_list)
{
    struct str value;
    for (size_t at = 0; form_next(&request->form, field, &at, &value);)
        if (person_list_add(ret_list, value) != OK) {
            request_problem(request, field, "text-too-long");
            return;
        }
}

static void read_emails(struct request *request, struct party_form *form)
{
    read_list(request, "email", &form->person.emails);
    for (size_t i = 0; i < form->person.emails.count; i++) {
        struct str plain;
        if (mail_addr_canonical(form->person.emails.at[i], request->arena, &plain) != OK)
            request_problem(request, "email", "email-bad");
        else
            form->emails.at[form->emails.count++] = plain;
    }
}

static void read_phones(struct request *request, struct party_form *form)
{
    read_list(request, "phone", &form->person.phones);
    for (size_t i = 0; i < form->person.phones.count; i++) {
        struct str plain;
        if (mail_addr_phone(form->person.phones.at[i], STR("44"), request->arena, &plain) != OK)
            request_problem(request, "phone", "phone-bad");
        else
            form->phones.at[form->phones.count++] = plain;
    }
}

static struct str read_text(struct request *request, const char *field, size_t max)
{
    struct str text = str_trim(form_get(&request->form, field));
    if (text.len > max) request_problem(request, field, "text-too-long");
    return text;
}

enum err party_form_plain(struct request *request, struct party_form *form)
{
    const struct person *person = &form->person;
    form->emails.count = form->phones.count = 0;
    form->address = STR("");
    for (size_t i = 0; i < person->emails.count; i++)
        TRY(mail_addr_canonical(person->emails.at[i], request->arena,
                                &form->emails.at[form->emails.count++]));
    for (size_t i = 0; i < person->phones.count; i++)
        TRY(mail_addr_phone(person->phones.at[i], STR("44"), request->arena,
                            &form->phones.at[form->phones.count++]));
    return person->address.len ? sides_address(person->address, request->arena, &form->address)
                               : OK;
}

static void read_address(struct request *request, struct party_form *form)
{
    form->person.address = read_text(request, "address", PERSON_TEXT_BYTES);
    if (form->person.address.len == 0 || form->person.address.len > PERSON_TEXT_BYTES) return;
    if (sides_address(form->person.address, request->arena, &form->address) != OK)
        request_problem(request, "address", "address-bad");
}

/* Rows of a category and a term, by their order; a row without a term is none. */
static void read_leaks(struct request *request, struct party_form *form)
{
    size_t count = form_count(&request->form, "leak_term"), at = 0, category_at = 0;
    if (count > PERSON_LEAKS + 3) count = PERSON_LEAKS + 3;
    struct person_leak *leaks = ARENA_MANY(request->arena, count, struct person_leak);
    struct str term, category;
    form->person.leaks = leaks;
    form->person.leak_count = 0;
    while (form_next(&request->form, "leak_term", &at, &term) && form->person.leak_count < count) {
        enum mark_category known;
        bool has_category = form_next(&request->form, "leak_category", &category_at, &category);
        term = str_trim(term);
        if (term.len == 0) continue;
        if (!has_category || !mark_category_get(category, &known)) {
            request_problem(request, "leak_term", "leak-bad");
            category = STR("");
        }
        if (term.len > PERSON_LINE_BYTES) request_problem(request, "leak_term", "text-too-long");
        leaks[form->person.leak_count++] = (struct person_leak){category, term};
    }
    if (form->person.leak_count > PERSON_LEAKS) request_problem(request, "leak_term", "leaks-many");
}

static struct str read_choice(struct request *request, const char *field, const char *const *words)
{
    struct str word = form_get(&request->form, field);
    return is_one_of(word, words) ? word : STR("");
}

static enum err read_policy(struct request *request, bool *ret_plain)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, &request->gate, QUERY_agency_policy, NO_PARAMS, request->arena,
                     &rows));
    *ret_plain = rows.count == 1 && rows_bool(&rows, 0, "plain_email_allowed");
    return OK;
}

/* What each way of getting letters needs. */
static enum err check_channel(struct request *request, const struct party_form *form)
{
    struct str channel = form->channel;
    bool is_pgp = str_equal(channel, STR("pgp")), is_plain = str_equal(channel, STR("email"));
    if (channel.len == 0) {
        request_problem(request, "channel", "channel-missing");
    } else if ((is_pgp || is_plain || str_equal(channel, STR("link"))) &&
               form->person.emails.count == 0) {
        request_problem(request, "channel", "channel-needs-email");
    } else if (str_equal(channel, STR("post")) && form->person.address.len == 0) {
        request_problem(request, "channel", "channel-needs-address");
    } else if (is_pgp && !form->person.key_confirmed) {
        request_problem(request, "channel", "channel-needs-key");
    } else if (is_plain) {
        bool allowed;
        TRY(read_policy(request, &allowed));
        if (!allowed)
            request_problem(request, "channel", "plain-not-allowed");
        else if (!form->consent)
            request_problem(request, "channel", "channel-needs-consent");
    }
    return OK;
}

static void check_texts(struct request *request, const struct party_form *form)
{
    struct str number;
    const struct person_list *phones = &form->person.phones;
    if (form->texts && !mail_addr_mobile(phones->at, phones->count, request->arena, &number))
        request_problem(request, "consent_text", "texts-need-mobile");
}

/*
 * Mail goes to the first address. One that was typed anew counts as confirmed; the same, after a
 * bounce, only when staff say so, whatever else is in the list now.
 */
static bool email_confirmed(struct request *request, const struct party_form *form,
                            const struct desk_party *stored)
{
    const struct person_list *now = &form->person.emails;
    if (now->count == 0) return false;
    if (!stored || stored->person.emails.count == 0) return true;
    if (!str_equal(now->at[0], stored->person.emails.at[0])) return true;
    return stored->email_confirmed || form_has(&request->form, "email_confirmed");
}

/*
 * Another address, e-mail or number than the record's: somebody says how it was checked. One that
 * nobody has checked does not come into the record; it waits.
 */
static enum err read_checked(struct request *request, const struct desk_party *stored,
                             struct party_form *form)
{
    static const char *const ways[] = {"old_way", "phone", "not", NULL};
    form->has_detail = detail_between(&stored->person, &form->person, &form->detail);
    if (!form->has_detail) return OK;
    form->checked = read_choice(request, "checked", ways);
    if (form->checked.len == 0) request_problem(request, "checked", "checked-missing");
    form->waits = str_equal(form->checked, STR("not"));
    if (!form->waits) {
        form->address_confirmed |= form->detail.has_address && form->person.address.len > 0;
        return OK;
    }
    if (request_has_problem(request)) return OK; /* the page shows what was typed */
    form->person.address = stored->person.address;
    form->person.emails = stored->person.emails;
    form->person.phones = stored->person.phones;
    form->address_confirmed = stored->address_confirmed;
    form->email_confirmed = stored->email_confirmed;
    return party_form_plain(request, form);
}

enum err party_form_read(struct request *request, const struct desk_party *stored,
                         struct party_form *ret_form)
{
    struct party_form form = {
        .kind = read_choice(request, "kind", kinds),
        .channel = read_choice(request, "channel", channels),
        .state = read_choice(request, "state", states),
        .language = form_get(&request->form, "language"),
        .reads = read_choice(request, "reads", reads),
        .consent = form_has(&request->form, "consent_plain"),
        .texts = form_has(&request->form, "consent_text"),
        .ask_first = form_has(&request->form, "ask_first"),
        .keep_accounts = form_has(&request->form, "keep_accounts"),
    };
    if (stored) {
        form.person.pin = stored->person.pin;
        form.person.key_fingerprint = stored->person.key_fingerprint;
        form.person.key_armor = stored->person.key_armor;
        form.person.key_confirmed = stored->person.key_confirmed;
        form.person.key_confirmed_on = stored->person.key_confirmed_on;
        if (!form_int(&request->form, "version", 1, INT32_MAX, &form.version)) return ERR_BAD_INPUT;
    }
    if (!language_is_code(form.language)) form.language = STR("und");
    if (form.reads.len == 0) form.reads = STR("usual");
    if (form.state.len == 0) form.state = stored ? stored->state : STR("active");
    if (form.kind.len == 0) request_problem(request, "kind", "party-side-missing");
    read_list(request, "name", &form.person.names);
    if (form.person.names.count == 0) request_problem(request, "name", "name-missing");
    form.person.known_as = read_text(request, "known_as", PERSON_LINE_BYTES);
    if (form.person.known_as.len == 0) request_problem(request, "known_as", "known-as-missing");
    form.person.relationship = read_text(request, "relationship", PERSON_LINE_BYTES);
    read_emails(request, &form);
    read_phones(request, &form);
    read_address(request, &form);
    form.person.note = read_text(request, "note", PERSON_TEXT_BYTES);
    form.person.reachable = form_has(&request->form, "reachable");
    read_leaks(request, &form);
    form.address_confirmed =
        form.person.address.len && form_has(&request->form, "address_confirmed");
    form.email_confirmed = email_confirmed(request, &form, stored);
    if (stored) TRY(read_checked(request, stored, &form));
    check_texts(request, &form);
    TRY(check_channel(request, &form));
    *ret_form = form;
    return OK;
}
