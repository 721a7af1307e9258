/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/changes.h"

/*
 * Somebody has checked a new address, e-mail or number with the person: by the old one, or on the
 * telephone. It comes into the record, and two people read the next letter to them.
 */
struct confirming {
    struct request *request;
    struct desk_change change;
    struct desk_party party;
    struct party_form form;
};

static enum err read_stored(struct store *store, void *context)
{
    struct confirming *confirming = context;
    struct request *request = confirming->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(change_read(request, store, &keyring, request_number(request, 0), &confirming->change));
    return party_find(request, store, &keyring, confirming->change.party, &confirming->party);
}

static enum err fill(struct confirming *confirming)
{
    struct request *request = confirming->request;
    struct party_form *form = &confirming->form;
    const struct detail *detail = &confirming->change.detail;
    party_form_of(&confirming->party, form);
    form->checked = form_get(&request->form, "checked");
    if (!str_equal(form->checked, STR("old_way")) && !str_equal(form->checked, STR("phone")))
        request_problem(request, "checked", "checked-missing");
    if (!form_int(&request->form, "version", 1, INT32_MAX, &form->version)) return ERR_BAD_INPUT;
    form->keep_accounts = form_has(&request->form, "keep_accounts");
    form->has_detail = true;
    form->detail = *detail;
    if (detail_apply(detail, &form->person) != OK || party_form_plain(request, form) != OK)
        request_problem(request, "", "change-unfit");
    if (detail->has_address) form->address_confirmed = form->person.address.len > 0;
    if (detail->has_emails) form->email_confirmed = form->person.emails.count > 0;
    return OK;
}

enum err post_changes_ID_confirm(struct request *request)
{
    struct confirming confirming = {.request = request};
    int status = 422;
    TRY(request_run(request, read_stored, &confirming));
    TRY(fill(&confirming));
    if (!request_has_problem(request)) {
        struct party_saving saving = {.request = request,
                                      .form = &confirming.form,
                                      .stored = &confirming.party,
                                      .change = confirming.change.id};
        enum err code = request_run_once(request, party_save, &saving);
        if (code == OK) return reply_then(request, "change-confirmed");
        TRY(party_save_failed(&saving, code));
        if (code == ERR_CONFLICT) status = 409;
    }
    return change_page(request, confirming.change.id, status);
}
