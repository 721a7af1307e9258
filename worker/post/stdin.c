/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * One message on standard input, from an MTA's pipe (Exim, Postfix: docs/mail.md). The exit status
 * is one of sysexits.h: 0 only after COMMIT; 65 for what can never be taken (empty, over 40 MiB),
 * so that its sender hears of it; 75 for everything else, so that the MTA keeps it and comes again.
 * A message that comes again is stored once.
 */
#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "sys/fault.h"
#include "sys/log.h"
#include "worker/post/take.h"

enum { PIECE_BYTES = 64 * 1024, LIMIT_SECONDS = 120 };

struct taking {
    struct take take;
    struct str slug;
    struct arena *arena;
};

/* A whole piece, or what is left. */
static enum err read_piece(char piece[PIECE_BYTES], size_t *ret_len)
{
    *ret_len = 0;
    while (*ret_len < PIECE_BYTES) {
        ssize_t got = read(STDIN_FILENO, piece + *ret_len, PIECE_BYTES - *ret_len);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ERR_IO;
        if (got == 0) break;
        *ret_len += (size_t)got;
    }
    return OK;
}

/* An MTA's own line above the message, with the time of this try: no two tries would be the same.
 */
static struct str without_mbox_line(struct str message)
{
    size_t end = str_starts(message, STR("From ")) ? str_find_byte(message, '\n') : STR_NONE;
    return end == STR_NONE ? message : str_from_byte(message, end + 1);
}

static enum err read_all(struct take *take)
{
    char piece[PIECE_BYTES];
    size_t len;
    for (bool is_first = true;; is_first = false) {
        TRY(read_piece(piece, &len));
        if (len == 0) break;
        struct str bytes = {piece, len};
        enum err code = take_add(take, is_first ? without_mbox_line(bytes) : bytes);
        explicit_bzero(piece, len);
        TRY(code);
    }
    if (take->bytes == 0) return ERR_BAD_INPUT;
    return take_close(take);
}

/* A job of its own: made, used as the gate and ended in one transaction, so that none is left. */
static enum err store_taken(struct store *store, void *context)
{
    struct taking *taking = context;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_job_begin,
                        PARAMS(P_TEXT(STR("post")), P_TEXT(STR("take_mail")), P_TEXT(taking->slug),
                               P_INT(LIMIT_SECONDS)),
                        taking->arena, &rows));
    TRY(store_query_one(store, QUERY_gate_lease_set, PARAMS(P_TEXT(rows_str(&rows, 0, "lease"))),
                        taking->arena, &rows));
    TRY(take_store(store, &taking->take, 1, taking->arena));
    TRY(store_query(store, QUERY_job_finish, NO_PARAMS, taking->arena, &rows));
    FAULT_POINT(stdin_before_commit);
    return OK;
}

static enum err take_in(struct post *post, struct db_pool *pool, struct str slug,
                        struct taking *taking)
{
    struct post_agency agency;
    struct store_rows rows;
    TRY(post_agency_named(pool, slug, taking->arena, &agency));
    TRY(store_db_one(pool, NULL, QUERY_ids_new, PARAMS(P_INT(2)), taking->arena, &rows));
    ASSERT(rows.count == 2);
    TRY(take_open(post, &agency, rows_int(&rows, 0, "id"), rows_int(&rows, 1, "id"),
                  &taking->take));
    taking->take.mailbox = "stdin";
    taking->slug = agency.slug;
    TRY(read_all(&taking->take));
    enum err code = store_db_run(pool, NULL, store_taken, taking);
    /* The same bytes were stored at the same moment by another: now it is seen to be a double. */
    if (code == ERR_DB_REFUSED) code = store_db_run(pool, NULL, store_taken, taking);
    FAULT_POINT(stdin_stored);
    return code;
}

int post_stdin(struct post *post, struct db_pool *pool, struct str agency)
{
    ARENA(arena, 4 * 1024 * 1024);
    struct taking *taking = ARENA_ONE(arena, struct taking);
    taking->arena = arena;
    enum err code = take_in(post, pool, agency, taking);
    if (code == OK && !taking->take.is_double)
        LOG(LOG_INFO, "mail", L_ID("letter", taking->take.letter_id),
            L_INT("bytes", taking->take.bytes), L_ERR(code));
    else
        LOG(code == OK ? LOG_INFO : LOG_WARN, "mail", L_INT("double", taking->take.is_double),
            L_INT("bytes", taking->take.bytes), L_ERR(code));
    take_done(&taking->take);
    if (code == OK) return EX_OK;
    return code == ERR_TOO_BIG || code == ERR_BAD_INPUT ? EX_DATAERR : EX_TEMPFAIL;
}
