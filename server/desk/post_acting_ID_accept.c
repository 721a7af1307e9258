/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/addr.h"
#include "server/desk/acting.h"
#include "server/desk/staff.h"
#include "sys/clock.h"

/*
 * Accepts somebody of another agency: a row among the staff, and the desk's secrets, sealed to the
 * key of their account at home.
 */
struct accepting {
    struct request *request;
    struct str role, refusal;
    struct day from, until;
};

/* Somebody with this address is, or was, among the staff: no second row for one person. Their own
 * row, of when they acted here before, is none. */
static enum err is_known(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, struct str email, int64_t own,
                         bool *ret_is)
{
    struct store_rows rows;
    struct str wanted, theirs;
    *ret_is = false;
    TRY(mail_addr_canonical(email, request->arena, &wanted));
    TRY(store_query(store, QUERY_staff_list, NO_PARAMS, request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        JSON record = NULL;
        if (rows_int(&rows, row, "staff_id") == own) continue;
        TRY(staff_record(request, keyring, &rows, row, &record));
        if (mail_addr_canonical(json_get_str(record, "email"), request->arena, &theirs) == OK)
            *ret_is = *ret_is || str_equal(wanted, theirs);
    }
    return OK;
}

/* Enters them in their place: a row of acting_place. */
static enum err enter(struct accepting *accepting, struct store *store, const json_t *record,
                      const struct store_rows *place)
{
    struct request *request = accepting->request;
    struct store_rows rows;
    struct seal_publics publics;
    struct str sealed;
    int64_t id = request_number(request, 0);
    int64_t staff = rows_int(place, 0, "staff_id");
    int64_t version = rows_int(place, 0, "record_version");
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(acting_write(record, &text));
    TRY(desk_publics(request, store, &publics));
    TRY(desk_seal(request, SEAL_STAFF, "staff", staff, version, &publics.desk, 1, buf_str(&text),
                  &sealed));
    TRY(store_query_one(store, QUERY_acting_accept,
                        PARAMS(P_INT(id), P_INT(staff), P_INT(version), P_BYTES(sealed),
                               P_TEXT(accepting->role),
                               store_param_day(accepting->from, request->arena),
                               store_param_day(accepting->until, request->arena)),
                        request->arena, &rows));
    accepting->refusal = rows_str(&rows, 0, "refusal");
    return accepting->refusal.len ? ERR_CONFLICT : OK;
}

static enum err accept(struct store *store, void *context)
{
    struct accepting *accepting = context;
    struct request *request = accepting->request;
    struct desk_keyring keyring;
    struct store_rows rows, place;
    bool is_there;
    int64_t id = request_number(request, 0);
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query_one(store, QUERY_acting_list, PARAMS(P_INT(id), P_INT(1)), request->arena,
                        &rows));
    accepting->refusal = STR("decided");
    if (rows_null(&rows, 0, "sealed_record")) return ERR_CONFLICT;
    JSON record = NULL;
    TRY(acting_record(request, &keyring, &rows, 0, &record));
    TRY(store_query(store, QUERY_acting_place, PARAMS(P_INT(id)), request->arena, &place));
    if (place.count == 0) return ERR_CONFLICT;
    int64_t staff = rows_int(&place, 0, "staff_id");
    TRY(is_known(request, store, &keyring, json_get_str(record, "email"), staff, &is_there));
    if (is_there) {
        accepting->refusal = STR("known");
        return ERR_CONFLICT;
    }
    TRY(enter(accepting, store, record, &place));
    TRY(staff_grant(request, store, &keyring, staff));
    request_then(request, "/acting");
    return OK;
}

static void read_form(struct accepting *accepting)
{
    static const char *const roles[] = {"checker", "coordinator", "manager", "inspector"};
    struct request *request = accepting->request;
    struct str typed = form_line(&request->form, "role");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (str_equal(typed, str_from(roles[i]))) accepting->role = typed;
    if (accepting->role.len == 0) request_problem(request, "role", "acting-role-missing");
    accepting->from = clock_day(request->arrived);
    if (desk_date_typed(request, "from_")) (void)desk_date(request, "from_", &accepting->from);
    (void)desk_date(request, "until_", &accepting->until);
}

enum err post_acting_ID_accept(struct request *request)
{
    struct accepting accepting = {.request = request};
    read_form(&accepting);
    if (request_has_problem(request)) return acting_one_page(request, 422);
    enum err code = request_run_once(request, accept, &accepting);
    if (code == OK) return reply_then(request, "acting-accepted");
    if (code != ERR_CONFLICT) return code;
    acting_problem(request, accepting.refusal);
    return acting_one_page(request, 409);
}
