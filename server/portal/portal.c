/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

#include "core/limits.h"
#include "core/utf8.h"
#include "crypt/token.h"
#include "mail/addr.h"
#include "mail/message.h"
#include "server/http/http.h"
#include "store/agency.h"
#include "sys/clock.h"

/* ---- agencies ---- */

enum err portal_publics(struct request *request, int64_t agency, struct seal_publics *ret_publics)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_agency_keys, PARAMS(P_INT(agency)), request->arena,
                     &rows));
    return store_agency_publics(&rows, ret_publics->press.bytes, ret_publics->desk.bytes,
                                ret_publics->post.bytes);
}

/* ---- the person's key ---- */

static enum err pair_of(struct request *request, int64_t owner, struct seal_pair *ret_pair)
{
    const struct secret *cookie = request_cookie(request);
    if (!cookie) return ERR_SIGNED_OUT;
    SECRET(opened);
    TRY(token_session_open(cookie, owner, request->session.sealed_secret, &opened));
    return seal_pair_from(&opened, ret_pair);
}

enum err portal_pair(struct request *request, struct seal_pair *ret_pair)
{
    return pair_of(request, request->session.account, ret_pair);
}

enum err portal_link_pair(struct request *request, struct seal_pair *ret_pair)
{
    return pair_of(request, request->session.link, ret_pair);
}

enum err portal_open(struct request *request, const struct seal_pair *pair,
                     enum seal_purpose purpose, const char *table, int64_t row, int64_t version,
                     struct str sealed, struct str *ret_text)
{
    struct seal_binding expected = {purpose, request->session.agency, table, row, version};
    BUF_SECRET(content, sealed.len);
    TRY(seal_open(&expected, pair, 1, sealed, &content));
    *ret_text = arena_str(request->arena, buf_str(&content));
    return OK;
}

enum err portal_seal(struct request *request, const struct seal_public *to,
                     enum seal_purpose purpose, const char *table, int64_t row, int64_t version,
                     struct str content, struct str *ret_sealed)
{
    struct seal_binding binding = {purpose, request->session.agency, table, row, version};
    BUF(sealed, seal_length(content.len, 1));
    TRY(seal_close(&binding, to, 1, content, &sealed));
    *ret_sealed = arena_str(request->arena, buf_str(&sealed));
    return OK;
}

/* ---- signing in ---- */

enum err portal_email(struct request *request, struct str typed, struct str *ret_email)
{
    return mail_addr_canonical(typed, request->arena, ret_email);
}

enum err portal_lookup(const struct request *request, int64_t agency, struct str email,
                       unsigned char ret_value[32])
{
    const struct portal *portal = request->app;
    const struct secret *key;
    TRY(keys_find(portal->keys, KEY_SIGN_IN, agency, &key));
    return token_lookup(key, MAC_LOOKUP_SIGN_IN, agency, email, ret_value);
}

/* "481902" as "481 902". */
static struct str spaced_code(struct arena *arena, const char *code)
{
    return arena_print(arena, "%.3s %s", code, code + 3);
}

static enum err seal_mail(struct request *request, int64_t agency, int64_t message,
                          struct str template, json_t *view, struct str *ret_sealed)
{
    const struct portal *portal = request->app;
    struct seal_publics publics;
    TRY(portal_publics(request, agency, &publics));
    json_t *service = json_object();
    json_put_str(service, "name", portal->conf->service_name);
    json_put_str(service, "phone", portal->conf->service_phone);
    json_put(view, "service", service);
    BUF_SECRET(text, 16 * 1024);
    TRY(tmpl_render(portal->mails, template, view, &text));
    BUF_SECRET(content, 64 * 1024);
    TRY(mail_message_from_text(buf_str(&text), &(struct mail_message){0}, &content));
    struct seal_binding binding = {SEAL_MESSAGE, agency, "message", message, 1};
    BUF(sealed, seal_length(content.len, 1));
    TRY(seal_close(&binding, &publics.post, 1, buf_str(&content), &sealed));
    *ret_sealed = arena_str(request->arena, buf_str(&sealed));
    return OK;
}

enum err portal_code_mail(struct request *request, int64_t agency, int64_t message,
                          const char *code, struct str *ret_sealed)
{
    JSON view = json_object();
    json_put_str(view, "code", spaced_code(request->arena, code));
    json_put_int(view, "minutes", PORTAL_CODE_MINUTES);
    return seal_mail(request, agency, message, STR("mail/sign_in_code"), view, ret_sealed);
}

enum err portal_changed_mail(struct request *request, int64_t message, const char *what,
                             struct str *ret_sealed)
{
    JSON view = json_object();
    json_put(view, "what", portal_tagged(what));
    return seal_mail(request, request->session.agency, message, STR("mail/password_changed"), view,
                     ret_sealed);
}

bool portal_password_fits(struct request *request, struct str password)
{
    if (password.len == 0)
        request_problem(request, "password", "password-new-missing");
    else if (password.len > PASSWORD_MAX_BYTES)
        request_problem(request, "password", "password-long");
    else if (utf8_count(password) < PASSWORD_LEAST_LETTERS)
        request_problem(request, "password", "password-short");
    else
        return true;
    return false;
}

/* ---- contacts ---- */

static enum err open_label(struct request *request, const struct seal_pair *pair,
                           const struct store_rows *rows, size_t row,
                           struct portal_contacts *contacts)
{
    struct portal_contact *contact = &contacts->at[row];
    contact->id = rows_int(rows, row, "contact_id");
    contact->place = rows_int(rows, row, "place_id");
    contact->arrangement = portal_arrangement(rows, row);
    contact->label = STR("your contact"); /* until the press has written a label for this account */
    struct str sealed = rows_str(rows, row, "sealed_label"), text;
    if (sealed.len == 0) return OK;
    enum err code = portal_open(request, pair, SEAL_GREETING, "contact", contact->id,
                                rows_int(rows, row, "label_version"), sealed, &text);
    if (code == ERR_NO_KEY) return OK; /* written before this account was made */
    TRY(code);
    JSON label = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &label));
    contact->label = arena_str(request->arena, json_get_str(label, "label"));
    if (contacts->own.len == 0)
        contacts->own = arena_str(request->arena, json_get_str(label, "own"));
    return OK;
}

enum err portal_contacts_read(struct request *request, const struct seal_pair *pair,
                              const struct store_rows *rows, struct portal_contacts *ret_contacts)
{
    struct portal_contacts contacts = {.count = rows->count};
    contacts.at = ARENA_MANY(request->arena, rows->count, struct portal_contact);
    for (size_t row = 0; row < rows->count; row++)
        TRY(open_label(request, pair, rows, row, &contacts));
    json_put_str(request->view, "own", contacts.own); /* for the head of the page */
    *ret_contacts = contacts;
    return OK;
}

enum err portal_contacts(struct request *request, struct store *store, const struct seal_pair *pair,
                         struct portal_contacts *ret_contacts)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_contact_self, NO_PARAMS, request->arena, &rows));
    return portal_contacts_read(request, pair, &rows, ret_contacts);
}

struct portal_arrangement portal_arrangement(const struct store_rows *rows, size_t row)
{
    return (struct portal_arrangement){rows_int(rows, row, "arrangement_id")};
}

int64_t portal_place(const struct portal_contacts *contacts, struct portal_arrangement arrangement)
{
    for (size_t i = 0; i < contacts->count; i++)
        if (contacts->at[i].arrangement.unseen == arrangement.unseen) return contacts->at[i].place;
    return 0;
}

struct portal_people portal_people(const struct store_rows *rows, size_t row)
{
    struct portal_people people;
    people.count = rows_ints(rows, row, "contacts", &people.at);
    return people;
}

static bool is_one(const struct portal_contact *contact, struct portal_arrangement arrangement,
                   struct portal_people people)
{
    if (contact->arrangement.unseen != arrangement.unseen) return false;
    bool found = people.count == 0;
    for (size_t i = 0; i < people.count; i++) found = found || people.at[i] == contact->id;
    return found;
}

struct str portal_those(struct request *request, const struct portal_contacts *contacts,
                        struct portal_arrangement arrangement, struct portal_people people)
{
    size_t count = 0, seen = 0;
    for (size_t i = 0; i < contacts->count; i++)
        count += is_one(&contacts->at[i], arrangement, people);
    if (count == 0 && people.count) return portal_who(request, contacts, arrangement);
    struct str who = STR("");
    for (size_t i = 0; i < contacts->count; i++) {
        if (!is_one(&contacts->at[i], arrangement, people)) continue;
        const char *between = seen == 0 ? "" : seen + 1 == count ? " and " : ", ";
        who = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(who), between,
                          STR_ARG(contacts->at[i].label));
        seen++;
    }
    return count ? who : STR("your contact");
}

struct str portal_who(struct request *request, const struct portal_contacts *contacts,
                      struct portal_arrangement arrangement)
{
    return portal_those(request, contacts, arrangement, (struct portal_people){NULL, 0});
}

/* ---- views ---- */

void portal_put_day(json_t *object, const char *key, struct day day)
{
    BUF(words, 40);
    day_put_long(&words, day);
    json_put_str(object, key, buf_str(&words));
}

void portal_put_instant(json_t *object, const char *key, struct utc instant, bool with_time)
{
    BUF(words, 80);
    if (with_time)
        clock_put(&words, instant);
    else
        day_put_long(&words, clock_day(instant));
    json_put_str(object, key, buf_str(&words));
}

void portal_put_list(json_t *view, const char *key, json_t *list)
{
    if (json_array_size(list) == 0) {
        json_decref(list);
        return;
    }
    json_t *object = json_object();
    json_put(object, "list", list);
    json_put(view, key, object);
}

json_t *portal_tagged(const char *code)
{
    json_t *object = json_object();
    json_put_str(object, "code", str_from(code));
    json_put_bool(object, code, true);
    return object;
}
