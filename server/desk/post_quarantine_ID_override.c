/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/quarantine.h"

/*
 * A manager has a letter opened although a virus was found in it: in the sandbox as ever, and what
 * staff see of it are pages that were made anew. The database writes the audit with it, and takes
 * this from no other role.
 */
struct overriding {
    struct request *request;
    struct str reason;
};

static enum err override(struct store *store, void *context)
{
    const struct overriding *overriding = context;
    struct request *request = overriding->request;
    int64_t letter = request_number(request, 0);
    struct desk_keyring keyring;
    struct quarantined item;
    struct store_rows rows;
    struct str sealed;
    TRY(desk_keyring(request, store, &keyring));
    TRY(quarantine_read(request, store, &keyring, letter, &item));
    if (!quarantine_is_infected(&item) || item.is_aside) return ERR_CONFLICT;
    TRY(desk_audit_seal(request, store, letter, "reason", overriding->reason, &sealed));
    request_then(request, "/quarantine");
    TRY(store_query_one(store, QUERY_virus_override,
                        PARAMS(P_INT(letter), P_INT(item.version), P_BYTES(sealed)), request->arena,
                        &rows));
    return rows_bool(&rows, 0, "done") ? OK : ERR_CONFLICT;
}

enum err post_quarantine_ID_override(struct request *request)
{
    struct overriding overriding = {request, str_trim(form_get(&request->form, "reason"))};
    if (!form_has(&request->form, "sure")) request_problem(request, "sure", "sure-missing");
    if (overriding.reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (overriding.reason.len > PERSON_TEXT_BYTES)
        request_problem(request, "reason", "text-too-long");
    if (request_has_problem(request))
        return quarantine_override_page(request, request_number(request, 0));
    TRY(request_run_once(request, override, &overriding));
    return reply_then(request, "virus-overridden");
}
