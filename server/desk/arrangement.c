/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "core/code.h"

/* ---- reading ---- */

static enum err read_record(struct request *request, const struct desk_keyring *keyring,
                            const struct store_rows *rows, struct desk_arrangement *arrangement)
{
    struct str text;
    TRY(desk_open(request, keyring, SEAL_ARRANGEMENT, "arrangement", arrangement->id,
                  arrangement->record_version, rows_str(rows, 0, "sealed_record"), &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    arrangement->reference = arena_str(request->arena, json_get_str(record, "reference"));
    arrangement->risk = arena_str(request->arena, json_get_str(record, "risk"));
    arrangement->court_order = arena_str(request->arena, json_get_str(record, "court_order"));
    arrangement->pause = arena_str(request->arena, json_get_str(record, "pause"));
    arrangement->note = arena_str(request->arena, json_get_str(record, "note"));
    return OK;
}

static enum err read_members(struct request *request, struct store *store,
                             const struct desk_keyring *keyring,
                             struct desk_arrangement *arrangement)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_arrangement_party_list, PARAMS(P_INT(arrangement->id)),
                    request->arena, &rows));
    arrangement->members = ARENA_MANY(request->arena, rows.count, struct arrangement_member);
    arrangement->member_count = rows.count;
    for (size_t row = 0; row < rows.count; row++) {
        struct arrangement_member *member = &arrangement->members[row];
        TRY(desk_party_row(request, keyring, &rows, row, &member->party));
        member->party.kind = rows_str(&rows, row, "kind");
        member->party.reads = rows_str(&rows, row, "reads");
        member->party.address_confirmed = rows_bool(&rows, row, "address_confirmed");
        member->party.email_confirmed = rows_bool(&rows, row, "email_confirmed");
        member->side = rows_str(&rows, row, "side");
        member->state = rows_str(&rows, row, "state");
        member->party_state = rows_str(&rows, row, "party_state");
        member->may_write = rows_bool(&rows, row, "may_write");
        member->may_receive = rows_bool(&rows, row, "may_receive");
        member->office_only = rows_bool(&rows, row, "office_only");
    }
    return OK;
}

static enum err read_terms(struct request *request, struct store *store,
                           const struct desk_keyring *keyring, struct desk_arrangement *arrangement)
{
    struct store_rows rows;
    struct str text;
    TRY(store_query(store, QUERY_agreement_newest, PARAMS(P_INT(arrangement->id)), request->arena,
                    &rows));
    if (rows.count == 0) return OK;
    arrangement->agreement_version = rows_int(&rows, 0, "version");
    arrangement->month_count = rows_ints(&rows, 0, "months", &arrangement->months);
    arrangement->avoid_count = rows_ints(&rows, 0, "avoid_months", &arrangement->avoid_months);
    arrangement->first_writer = rows_str(&rows, 0, "first_writer");
    JSON terms = NULL;
    terms_of(&rows, 0, NULL, &arrangement->terms);
    if (rows_null(&rows, 0, "sealed_terms")) return OK;
    TRY(desk_open(request, keyring, SEAL_AGREEMENT, "agreement", arrangement->id,
                  arrangement->agreement_version, rows_str(&rows, 0, "sealed_terms"), &text));
    TRY(json_read(text, LIMIT_RECORD_BYTES, &terms));
    arrangement->signs_as = arena_str(request->arena, json_get_str(terms, "signs_as"));
    arrangement->enclosures = arena_str(request->arena, json_get_str(terms, "enclosures"));
    terms_of(&rows, 0, terms, &arrangement->terms);
    return OK;
}

enum err arrangement_read(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, int64_t id,
                          struct desk_arrangement *ret_arrangement)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_arrangement_find, PARAMS(P_INT(id)), request->arena, &rows));
    struct desk_arrangement arrangement = {
        .id = id,
        .kind = rows_str(&rows, 0, "kind"),
        .state = rows_str(&rows, 0, "state"),
        .photo_level = rows_str(&rows, 0, "photo_level"),
        .two_person = rows_bool(&rows, 0, "two_person"),
        .record_version = rows_int(&rows, 0, "record_version"),
        .changed_by = rows_int(&rows, 0, "changed_by"),
    };
    arrangement.has_review = rows_day(&rows, 0, "review_on", &arrangement.review_on);
    (void)rows_utc(&rows, 0, "changed_at", &arrangement.changed);
    TRY(read_record(request, keyring, &rows, &arrangement));
    TRY(desk_child_find(request, store, keyring, rows_int(&rows, 0, "child_id"),
                        &arrangement.child));
    TRY(read_members(request, store, keyring, &arrangement));
    TRY(read_terms(request, store, keyring, &arrangement));
    arrangement.terms.office_count = 0; /* as it is, whatever the newest version knew */
    for (size_t i = 0; i < arrangement.member_count; i++)
        if (arrangement.members[i].office_only && arrangement.terms.office_count < TERMS_OFFICE)
            arrangement.terms.office[arrangement.terms.office_count++] =
                arrangement.members[i].party.id;
    *ret_arrangement = arrangement;
    return OK;
}

/* ---- its people ---- */

const struct arrangement_member *arrangement_member(const struct desk_arrangement *arrangement,
                                                    int64_t party)
{
    for (size_t i = 0; i < arrangement->member_count; i++)
        if (arrangement->members[i].party.id == party) return &arrangement->members[i];
    return NULL;
}

static struct str called(struct request *request, const struct arrangement_member *member)
{
    return desk_called(request, desk_party_name(request, &member->party), member->side);
}

struct str arrangement_called(struct request *request, const struct desk_arrangement *arrangement,
                              int64_t party)
{
    const struct arrangement_member *member = arrangement_member(arrangement, party);
    return member ? called(request, member) : STR("");
}

struct str arrangement_with(struct request *request, const struct desk_arrangement *arrangement)
{
    struct str *names = ARENA_MANY(request->arena, arrangement->member_count + 1, struct str);
    size_t count = 0;
    /* relatives first, the family after them */
    for (int homes = 0; homes < 2; homes++)
        for (size_t i = 0; i < arrangement->member_count; i++) {
            const struct arrangement_member *member = &arrangement->members[i];
            if (str_equal(member->state, STR("ended")) ||
                str_equal(member->side, STR("adoptive")) != (homes == 1))
                continue;
            names[count++] = called(request, member);
        }
    return count ? desk_joined(request, names, count) : STR("nobody");
}

/* ---- its record ---- */

enum err arrangement_seal(struct request *request, struct store *store, int64_t id, int64_t version,
                          const struct desk_arrangement *facts, struct str *ret_sealed)
{
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    const struct seal_public to[] = {publics.press, publics.desk};
    JSON record = json_object();
    json_put_str(record, "reference", facts->reference);
    json_put_str(record, "risk", facts->risk);
    json_put_str(record, "court_order", facts->court_order);
    json_put_str(record, "pause", facts->pause);
    json_put_str(record, "note", facts->note);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    return desk_seal(request, SEAL_ARRANGEMENT, "arrangement", id, version, to, 2, buf_str(&text),
                     ret_sealed);
}

struct str arrangement_path(struct request *request, int64_t id, const char *tab)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "/arrangements/%s%s%s", code.at, *tab ? "/" : "", tab);
}
