/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/press/contacts.h"

#include "core/json.h"
#include "core/limits.h"
#include "rules/family.h"
#include "store/agency.h"

static enum err read_person(struct store *store, struct job *job, int64_t party,
                            struct person *ret_person)
{
    struct store_rows rows;
    struct str record;
    TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(party)), job->arena, &rows));
    TRY(press_open(job, SEAL_PARTY, "party", party, rows_int(&rows, 0, "record_version"),
                   rows_str(&rows, 0, "sealed_record"), &record));
    return person_read(record, job->arena, ret_person);
}

static enum err read_accounts(struct store *store, struct job *job, int64_t party,
                              struct seal_public *ret_keys, size_t *ret_count)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_account_of_party, PARAMS(P_INT(party)), job->arena, &rows));
    if (rows.count > SEAL_RECIPIENTS_MAX) return ERR_TOO_BIG;
    for (size_t i = 0; i < rows.count; i++)
        if (!rows_raw(&rows, i, "public_key", ret_keys[i].bytes, sizeof ret_keys[i].bytes))
            return ERR_DB;
    *ret_count = rows.count;
    return OK;
}

static enum err seal_label(struct job *job, const struct person *viewer, const struct person *other,
                           const struct seal_public *keys, size_t key_count,
                           struct contacts_label *label)
{
    JSON object = json_object();
    json_put_str(object, "label", family_label(other->known_as, other->relationship, job->arena));
    json_put_str(object, "own", viewer->known_as);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(object, &text));
    return press_seal(job, SEAL_GREETING, "contact", label->contact, label->version_before + 1,
                      keys, key_count, buf_str(&text), &label->sealed);
}

/* To the press too, which seals them to the next account. */
static enum err seal_sheets(struct store *store, struct job *job, struct contacts *contacts)
{
    struct store_rows rows, agency;
    struct seal_public keys[SEAL_RECIPIENTS_MAX];
    size_t count;
    TRY(read_accounts(store, job, job->party, keys, &count));
    TRY(store_query(store, QUERY_visit_sheets_of, PARAMS(P_INT(job->party)), job->arena, &rows));
    if (rows.count == 0 || count == 0) return OK;
    if (count == SEAL_RECIPIENTS_MAX) return ERR_TOO_BIG;
    TRY(store_query(store, QUERY_agency_keys, PARAMS(P_INT(job->agency)), job->arena, &agency));
    TRY(store_agency_publics(&agency, keys[count].bytes, NULL, NULL));
    contacts->sheets = ARENA_MANY(job->arena, rows.count, struct contacts_sheet);
    for (size_t i = 0; i < rows.count; i++) {
        struct contacts_sheet *sheet = &contacts->sheets[contacts->sheet_count++];
        struct str text;
        sheet->invite = rows_int(&rows, i, "invite_id");
        sheet->version_before = rows_int(&rows, i, "sheet_version");
        TRY(press_open(job, SEAL_VISIT_SHEET, "visit_party", sheet->invite, sheet->version_before,
                       rows_str(&rows, i, "sealed_sheet"), &text));
        TRY(press_seal(job, SEAL_VISIT_SHEET, "visit_party", sheet->invite,
                       sheet->version_before + 1, keys, count + 1, text, &sheet->sealed));
    }
    return OK;
}

enum err contacts_label(struct store *store, struct job *job, struct contacts *ret_contacts)
{
    struct store_rows rows;
    struct contacts contacts = {0};
    TRY(store_query(store, QUERY_contact_around, PARAMS(P_INT(job->party)), job->arena, &rows));
    contacts.labels = ARENA_MANY(job->arena, rows.count, struct contacts_label);
    for (size_t i = 0; i < rows.count; i++) {
        struct seal_public keys[SEAL_RECIPIENTS_MAX];
        size_t key_count;
        struct person viewer, other;
        TRY(read_accounts(store, job, rows_int(&rows, i, "party_id"), keys, &key_count));
        if (key_count == 0) continue;
        TRY(read_person(store, job, rows_int(&rows, i, "party_id"), &viewer));
        TRY(read_person(store, job, rows_int(&rows, i, "other_party_id"), &other));
        struct contacts_label *label = &contacts.labels[contacts.count++];
        label->contact = rows_int(&rows, i, "contact_id");
        label->version_before = rows_int(&rows, i, "label_version");
        TRY(seal_label(job, &viewer, &other, keys, key_count, label));
    }
    TRY(seal_sheets(store, job, &contacts));
    *ret_contacts = contacts;
    return OK;
}

enum err contacts_store(struct store *store, const struct contacts *contacts)
{
    ARENA(arena, (size_t)64 * 1024);
    struct store_rows rows;
    for (size_t i = 0; i < contacts->count; i++) {
        const struct contacts_label *label = &contacts->labels[i];
        enum err code = store_query_one(
            store, QUERY_contact_label_set,
            PARAMS(P_INT(label->contact), P_BYTES(label->sealed), P_INT(label->version_before)),
            arena, &rows);
        /* a lost race is made up for by the retry */
        if (code == ERR_NOT_FOUND) return ERR_BUSY;
        TRY(code);
    }
    /* one that was taken back, or given anew, meanwhile stays as it is */
    for (size_t i = 0; i < contacts->sheet_count; i++)
        TRY(store_query(store, QUERY_visit_sheet_reseal,
                        PARAMS(P_INT(contacts->sheets[i].invite),
                               P_BYTES(contacts->sheets[i].sealed),
                               P_INT(contacts->sheets[i].version_before)),
                        arena, &rows));
    return OK;
}
