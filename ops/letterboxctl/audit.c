/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterboxctl audit verify
 *
 * Works out the chain's hashes here, from the bytes that the comment on table audit lists, and not
 * with the database's own function: who can change rows can change functions too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/code.h"
#include "core/num.h"
#include "crypt/kdf.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/site.h"

enum {
    ARENA_BYTES = 8 * 1024 * 1024,
    BATCH = 500,
    BATCH_ARENA_BYTES = 600 * 1024 * 1024, /* a row's detail may take 1 MiB */
    CANONICAL_BYTES = 1024,
    HASH_BYTES = 32,
    HEAD_TEXT_BYTES = 100,
};

static const char help[] =
    "usage: letterboxctl audit verify [--agency SLUG] [--expect-head NUMBER:HASH]\n"
    "                                 [--conf FILE | --run DIR]\n"
    "\n"
    "Goes through the audit of each agency, as lb_owner, from its first row to its last, and "
    "works\n"
    "out the hashes anew: an altered row, a changed order and a row that is missing are found. "
    "Prints\n"
    "for each agency its slug, how many rows it has, and its head (number:hash).\n"
    "\n"
    "A tail that was cut off, with the note of where the chain ends set back, can be found only "
    "with\n"
    "a head that was noted elsewhere: keep the heads that this prints on another machine.\n"
    "\n"
    "  --expect-head NUMBER:HASH  that row must be there with that hash (needs --agency where "
    "there\n"
    "                             are several agencies)\n"
    "\n"
    "Exit status: 0 all is as it was written; 1 it is not, or could not be read; 2 usage.\n";

struct head {
    int64_t number;
    unsigned char hash[HASH_BYTES];
};

struct chain {
    const struct site *site;
    const struct site_agency *agency;
    const struct head *expected; /* NULL: none */
    struct head noted;           /* where the database says that it ended when we began */
    struct head head;            /* of the rows so far */
    bool was_expected_seen;
    unsigned problems;
};

/* ---- one row ---- */

static void add_text(struct buf *bytes, struct str text)
{
    buf_add_u32(bytes, (uint32_t)text.len);
    buf_add(bytes, text);
}

/* What the row's hash must be, after the row before. */
static enum err hash_row(const struct chain *chain, const struct store_rows *rows, size_t row,
                         unsigned char ret_hash[HASH_BYTES])
{
    static const unsigned char nothing[HASH_BYTES];
    unsigned char digest[HASH_BYTES];
    BUF(bytes, CANONICAL_BYTES);
    buf_add_bytes(&bytes, "letterbox/1/audit", sizeof "letterbox/1/audit");
    buf_add_bytes(&bytes, chain->head.hash, HASH_BYTES);
    buf_add_u64(&bytes, (uint64_t)chain->agency->id);
    buf_add_u64(&bytes, (uint64_t)rows_int(rows, row, "number"));
    buf_add_u64(&bytes, (uint64_t)rows_int(rows, row, "at_us"));
    add_text(&bytes, rows_str(rows, row, "actor_kind"));
    buf_add_u64(&bytes, (uint64_t)rows_int(rows, row, "actor_id"));
    add_text(&bytes, rows_str(rows, row, "act"));
    add_text(&bytes, rows_str(rows, row, "object_kind"));
    buf_add_u64(&bytes, (uint64_t)rows_int(rows, row, "object_id"));
    add_text(&bytes, rows_str(rows, row, "about_kind"));
    buf_add_u64(&bytes, (uint64_t)rows_int(rows, row, "about_id"));
    /* The detail itself, not the digest that stands beside it. */
    if (rows_null(rows, row, "sealed_detail"))
        buf_add_bytes(&bytes, nothing, sizeof nothing);
    else
        TRY(kdf_sha256(rows_str(rows, row, "sealed_detail"), digest));
    if (!rows_null(rows, row, "sealed_detail")) buf_add_bytes(&bytes, digest, sizeof digest);
    TRY(buf_done(&bytes));
    return kdf_sha256(buf_str(&bytes), ret_hash);
}

static void complain(struct chain *chain, int64_t number, const char *what)
{
    fprintf(stderr, "letterboxctl audit: %.*s, row %" PRId64 ": %s\n", STR_ARG(chain->agency->slug),
            number, what);
    chain->problems++;
}

static enum err check_row(struct chain *chain, const struct store_rows *rows, size_t row)
{
    unsigned char before[HASH_BYTES], stored[HASH_BYTES], hash[HASH_BYTES];
    int64_t number = rows_int(rows, row, "number");
    if (number != chain->head.number + 1)
        complain(chain, number, "it does not follow the row before it: a row is missing");
    bool whole = rows_raw(rows, row, "prev_hash", before, sizeof before) &&
                 rows_raw(rows, row, "hash", stored, sizeof stored);
    if (!whole) return ERR_DB;
    if (memcmp(before, chain->head.hash, HASH_BYTES) != 0)
        complain(chain, number,
                 "it was not written after the row before it: a row was removed, put in, moved or "
                 "altered");
    /* What follows a wrong row is judged by what it says came before, to find each wrong row once.
     */
    memcpy(chain->head.hash, before, HASH_BYTES);
    TRY(hash_row(chain, rows, row, hash));
    if (memcmp(hash, stored, HASH_BYTES) != 0) complain(chain, number, "it was altered");
    chain->head.number = number;
    memcpy(chain->head.hash, stored, HASH_BYTES);
    if (chain->noted.number == number && memcmp(chain->noted.hash, stored, sizeof stored) != 0)
        complain(chain, number, "its hash is not the one that the chain notes");
    if (chain->expected && chain->expected->number == number) {
        chain->was_expected_seen = true;
        if (memcmp(chain->expected->hash, stored, HASH_BYTES) != 0)
            complain(chain, number, "its hash is not the one expected: the chain was written anew");
    }
    return OK;
}

/* ---- one agency ---- */

/* Read before the rows: more may come meanwhile. */
static enum err read_noted(struct chain *chain, struct db_pool *owner)
{
    struct store_rows rows;
    TRY(store_db_one(owner, NULL, QUERY_audit_head, PARAMS(P_INT(chain->agency->id)),
                     chain->site->arena, &rows));
    chain->noted.number = rows_int(&rows, 0, "number");
    if (chain->noted.number == 0) return OK;
    return rows_raw(&rows, 0, "hash", chain->noted.hash, HASH_BYTES) ? OK : ERR_DB;
}

static enum err check_chain(struct chain *chain, struct db_pool *owner)
{
    TRY(read_noted(chain, owner));
    for (;;) {
        ARENA(arena, BATCH_ARENA_BYTES);
        struct store_rows rows;
        TRY(store_db_one(owner, NULL, QUERY_audit_verify_rows,
                         PARAMS(P_INT(chain->agency->id), P_INT(chain->head.number), P_INT(BATCH)),
                         arena, &rows));
        for (size_t i = 0; i < rows.count; i++) TRY(check_row(chain, &rows, i));
        if (rows.count == 0) break;
    }
    if (chain->noted.number > chain->head.number)
        complain(chain, chain->noted.number,
                 "it is noted as the last, and is not there: the tail was cut off");
    if (chain->expected && !chain->was_expected_seen)
        complain(chain, chain->expected->number,
                 "it is expected, and is not there: the tail was cut off");
    return OK;
}

static int verify(const struct site *site, struct db_pool *owner, const char *slug,
                  const struct head *expected)
{
    struct site_agencies agencies;
    unsigned problems = 0, seen = 0;
    enum err code = site_agencies(owner, site->arena, &agencies);
    if (code != OK) return site_failed(site, "agencies", code);
    if (expected && !slug && agencies.count > 1)
        return site_fail(site, "There are several agencies: --expect-head needs --agency SLUG.");
    for (size_t i = 0; i < agencies.count; i++) {
        struct chain chain = {.site = site, .agency = &agencies.at[i], .expected = expected};
        if (slug && !str_equal(agencies.at[i].slug, str_from(slug))) continue;
        code = check_chain(&chain, owner);
        if (code != OK) return site_failed(site, "reading the audit", code);
        BUF(hash, 2 * HASH_BYTES + 1);
        code_hex_put(&hash, chain.head.hash, HASH_BYTES);
        printf("%.*s  %" PRId64 " rows  %" PRId64 ":%s%s\n", STR_ARG(chain.agency->slug),
               chain.head.number, chain.head.number, hash.at,
               chain.problems ? "  NOT AS IT WAS WRITTEN" : "");
        problems += chain.problems;
        seen++;
    }
    if (slug && !seen) return site_fail(site, "There is no agency \"%s\".", slug);
    return problems ? COMMAND_FAILED : COMMAND_DONE;
}

static bool read_head(struct str text, struct head *ret_head)
{
    size_t colon = str_find_byte(text, ':');
    return colon != STR_NONE &&
           num_parse(str_slice(text, 0, colon), 1, INT64_MAX, &ret_head->number) &&
           code_hex_get(str_from_byte(text, colon + 1), ret_head->hash, HASH_BYTES);
}

int command_audit(int count, char **words)
{
    struct site_place place = {0};
    struct site site;
    struct db_pool *owner = NULL;
    struct head expected;
    const char *slug = NULL, *head = NULL;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    if (count < 2 || strcmp(words[1], "verify") != 0)
        return command_usage("audit", "the one thing it does is: audit verify");
    for (int i = 2; i < count; i++)
        if (!site_place_option(count, words, &i, &place) &&
            !site_option(count, words, &i, "--agency", &slug) &&
            !site_option(count, words, &i, "--expect-head", &head))
            return command_usage("audit", "\"%s\" is not understood", words[i]);
    if (head && !read_head(str_from(head), &expected))
        return command_usage("audit", "a head is written NUMBER:HASH, as this command prints it");
    ARENA(arena, ARENA_BYTES);
    int status = site_open("audit", &place, arena, &site);
    if (!status) status = site_connect(&site, "lb_owner", &owner);
    if (!status) status = verify(&site, owner, slug, head ? &expected : NULL);
    store_db_close(&owner);
    return status;
}
