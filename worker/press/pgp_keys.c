/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "worker/press/release.h"

/* OpenPGP keys: named by the fingerprints that the database pins, and held in the press's home. */

enum { KEY_ID_BYTES = 16 };

/*
 * The key of a person, from their record each time: the same key may have got a later end, another
 * subkey or a revocation since it came into the home, where GnuPG adds what is new.
 */
static enum err import_pinned(struct pgp *pgp, const struct pgp_fingerprint *pinned,
                              struct str bytes, struct pgp_key *ret_key)
{
    struct pgp_key shown;
    TRY(pgp_key_show(pgp, bytes, &shown));
    if (strcmp(shown.fingerprint.hex, pinned->hex)) return ERR_PGP_KEY;
    return pgp_key_import(pgp, bytes, ret_key);
}

/* The key by its pinned fingerprint; if the home has not got it, from these bytes. */
static enum err find_or_import(struct pgp *pgp, const struct pgp_fingerprint *pinned,
                               struct str bytes, struct pgp_key *ret_key)
{
    enum err code = pgp_key_find(pgp, pinned, ret_key);
    return code == ERR_PGP_KEY ? import_pinned(pgp, pinned, bytes, ret_key) : code;
}

enum err press_archive_keys(struct job *job, struct press_pgp_keys *ret_keys)
{
    const struct press *press = job->state;
    struct press_pgp_keys keys = {0};
    struct store_rows rows;
    BUF(ids, PGP_RECIPIENTS_MAX * KEY_ID_BYTES);
    TRY(store_db_one(job->pool, &job->gate, QUERY_agency_keys, PARAMS(P_INT(job->agency)),
                     job->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct pgp_key key;
        unsigned char id[KEY_ID_BYTES];
        if (!str_equal(rows_str(&rows, row, "purpose"), STR("archive")) ||
            !str_equal(rows_str(&rows, row, "state"), STR("active")))
            continue;
        if (keys.count == PGP_RECIPIENTS_MAX) return ERR_TOO_BIG;
        struct pgp_fingerprint *pinned = &keys.at[keys.count++];
        if (!pgp_fingerprint_get(rows_str(&rows, row, "fingerprint"), pinned) ||
            !rows_raw(&rows, row, "key_id", id, sizeof id))
            return ERR_DB;
        TRY(find_or_import(press->pgp, pinned, rows_str(&rows, row, "public_key"), &key));
        if (!key.can_encrypt) return ERR_PGP_KEY;
        buf_add_bytes(&ids, id, sizeof id);
    }
    /* One key could be lost: an archive has two, in two places. */
    if (keys.count < 2) return ERR_NO_KEY;
    TRY(buf_done(&ids));
    keys.key_ids = arena_str(job->arena, buf_str(&ids));
    *ret_keys = keys;
    return OK;
}

enum err press_mail_key(struct job *job, struct pgp_fingerprint *ret_fingerprint)
{
    struct store_rows rows;
    TRY(store_db_one(job->pool, &job->gate, QUERY_agency_keys, PARAMS(P_INT(job->agency)),
                     job->arena, &rows));
    for (size_t row = 0; row < rows.count; row++)
        if (str_equal(rows_str(&rows, row, "purpose"), STR("mail")) &&
            str_equal(rows_str(&rows, row, "state"), STR("active")))
            return pgp_fingerprint_get(rows_str(&rows, row, "fingerprint"), ret_fingerprint)
                       ? OK
                       : ERR_DB;
    return ERR_NO_KEY;
}

enum err press_person_key(struct job *job, const struct person *person,
                          struct pgp_fingerprint *ret_fingerprint, enum refused *ret_refusal)
{
    const struct press *press = job->state;
    struct pgp_key key;
    *ret_refusal = PERMITTED;
    if (person->key_fingerprint.len == 0) {
        *ret_refusal = REFUSED_NO_KEY;
        return OK;
    }
    if (!person->key_confirmed) {
        *ret_refusal = REFUSED_KEY_UNCONFIRMED;
        return OK;
    }
    enum err code = pgp_fingerprint_get(person->key_fingerprint, ret_fingerprint)
                        ? import_pinned(press->pgp, ret_fingerprint, person->key_armor, &key)
                        : ERR_PGP_KEY;
    if (code == ERR_PGP_KEY || (code == OK && !key.can_encrypt)) {
        *ret_refusal = REFUSED_KEY_UNUSABLE;
        return OK;
    }
    return code;
}
