/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"
#include "mail/addr.h"
#include "rules/detail.h"
#include "server/portal/portal.h"

/*
 * The signed-in person tells a new address, e-mail or number. It is sealed to the desk and changes
 * nothing until staff have checked it; whether we knew it, or it is another's, is not looked at.
 */
struct telling {
    struct request *request;
    struct detail detail;
    struct str sealed;
    int64_t change;
    bool is_kept;
};

static enum err tell(struct store *store, void *context)
{
    struct telling *telling = context;
    struct request *request = telling->request;
    const struct detail *detail = &telling->detail;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_detail_change_add,
                        PARAMS(P_INT(telling->change), P_INT(request->session.party),
                               P_BOOL(detail->has_address), P_BOOL(detail->has_emails),
                               P_BOOL(detail->has_phones), P_BYTES(telling->sealed)),
                        request->arena, &rows));
    telling->is_kept = rows_bool(&rows, 0, "is_kept");
    request_then(request, "/account");
    if (!telling->is_kept) return OK;
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(STR("detail_told")), P_TEXT(STR("party")),
                           P_INT(request->session.party), P_TEXT(STR("change")),
                           P_INT(telling->change), P_NULL));
}

static void read_line(struct request *request, const char *field, bool *ret_has,
                      struct person_list *ret_list)
{
    struct str typed = form_line(&request->form, field);
    *ret_has = typed.len > 0;
    if (person_list_add(ret_list, typed) != OK) request_problem(request, field, "text-too-long");
}

static void read_form(struct request *request, struct detail *detail)
{
    struct str plain;
    detail->address = str_trim(form_get(&request->form, "address"));
    detail->has_address = detail->address.len > 0;
    detail->note = str_trim(form_get(&request->form, "note"));
    read_line(request, "email", &detail->has_emails, &detail->emails);
    read_line(request, "phone", &detail->has_phones, &detail->phones);
    if (detail->emails.count &&
        mail_addr_canonical(detail->emails.at[0], request->arena, &plain) != OK)
        request_problem(request, "email", "email-bad");
    if (detail->phones.count &&
        mail_addr_phone(detail->phones.at[0], STR("44"), request->arena, &plain) != OK)
        request_problem(request, "phone", "phone-bad");
    if (detail->address.len > PERSON_TEXT_BYTES)
        request_problem(request, "address", "text-too-long");
    if (detail->note.len > PERSON_TEXT_BYTES) request_problem(request, "note", "text-too-long");
    if (!detail->has_address && !detail->has_emails && !detail->has_phones)
        request_problem(request, "address", "details-missing");
}

static enum err seal(struct telling *telling)
{
    struct request *request = telling->request;
    struct seal_publics publics;
    TRY(portal_publics(request, request->session.agency, &publics));
    JSON record = detail_write(&telling->detail);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    telling->change = random_id();
    return portal_seal(request, &publics.desk, SEAL_NOTE, "detail_change", telling->change, 1,
                       buf_str(&text), &telling->sealed);
}

enum err post_details(struct request *request)
{
    struct telling telling = {.request = request};
    read_form(request, &telling.detail);
    if (request_has_problem(request)) return reply_page_status(request, 422, "portal/details");
    TRY(seal(&telling));
    TRY(request_run_once(request, tell, &telling));
    return reply_then(request, "details-told");
}
