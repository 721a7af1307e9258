/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "sanitise/kind.h"
#include "server/http/spool.h"
#include "server/portal/portal.h"
#include "store/blob.h"
#include "store/job.h"
#include "sys/fault.h"

/*
 * A letter: text, files, or both. The files were sealed while they came in (spool.c); here the text
 * is sealed too, and one short transaction keeps it all, with the job for the press and the audit's
 * row. The receipt is shown after COMMIT.
 */
struct sending {
    struct request *request;
    const struct seal_pair *pair;
    struct portal_contacts contacts;
    struct portal_draft draft;
    int64_t letter;
    struct str sealed_text; /* empty: only files */
};

static enum err read_contacts(struct store *store, void *context)
{
    struct sending *sending = context;
    return portal_contacts(sending->request, store, sending->pair, &sending->contacts);
}

/* By its name or its first bytes: nothing else of a file is looked at here. The cleaner decides. */
static bool is_program(const struct http_file *file)
{
    enum kind said;
    struct str ending;
    size_t len = file->bytes < sizeof file->head ? (size_t)file->bytes : sizeof file->head;
    return (kind_of_name(file->name, &said, &ending) && said == KIND_PROGRAM) ||
           kind_of((struct str){file->head, len}) == KIND_PROGRAM;
}

static void check(struct sending *sending)
{
    struct request *request = sending->request;
    bool no_files = request->file_count == 0 && request->files_fit == FILES_FIT;
    request_check_files(request);
    if (str_trim(sending->draft.text).len == 0 && no_files)
        request_problem(request, "text", "letter-empty");
    portal_draft_check(request, &sending->draft);
    bool some_program = false;
    for (size_t i = 0; i < request->file_count; i++)
        some_program = some_program || is_program(&request->files[i]);
    if (some_program) request_problem(request, "file", "file-program");
}

static enum err add_original(struct store *store, struct sending *sending, int number,
                             const char *kind, int64_t blob)
{
    return store_do(
        store, QUERY_original_add,
        PARAMS(P_INT(sending->letter), P_INT(number), P_TEXT(str_from(kind)), P_INT(blob)));
}

static enum err keep_originals(struct store *store, struct sending *sending)
{
    struct request *request = sending->request;
    if (sending->sealed_text.len) {
        int64_t blob = random_id();
        TRY(store_blob_put(store, blob, "original", 0, sending->sealed_text));
        TRY(add_original(store, sending, 1, "text", blob));
    }
    return spool_keep(request, store);
}

static enum err keep(struct store *store, void *context)
{
    struct sending *sending = context;
    struct request *request = sending->request;
    TRY(store_do(store, QUERY_letter_add_portal,
                 PARAMS(P_INT(sending->letter), P_INT(sending->draft.arrangement.unseen))));
    for (size_t i = 0; i < sending->draft.to_count; i++)
        TRY(store_do(store, QUERY_letter_contact_add,
                     PARAMS(P_INT(sending->letter), P_INT(sending->draft.to[i]))));
    TRY(keep_originals(store, sending));
    TRY(store_do(store, QUERY_job_add_letter,
                 PARAMS(P_TEXT(STR("press")), P_TEXT(STR("prepare_letter")), P_INT(JOB_USUAL),
                        P_INT(sending->letter))));
    struct store_rows rows;
    TRY(store_query(store, QUERY_draft_delete, PARAMS(P_INT(sending->draft.id)), request->arena,
                    &rows));
    TRY(store_do(store, QUERY_audit_append,
                 PARAMS(P_TEXT(STR("letter_sent")), P_TEXT(STR("letter")), P_INT(sending->letter),
                        P_NULL, P_NULL, P_NULL)));
    FAULT_POINT(portal_before_commit);
    BUF(id, 16);
    code_id_put(&id, sending->letter);
    request_then(request, "/letters/%s/receipt", id.at);
    return OK;
}

enum err post_letters(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct sending sending = {.request = request, .pair = &pair};
    TRY(request_run(request, read_contacts, &sending));
    TRY(portal_draft_form(request, &sending.contacts, &sending.draft));
    check(&sending);
    if (request_has_problem(request)) {
        json_put_bool(request->view, "files_dropped",
                      request->file_count > 0 || request->files_fit != FILES_FIT);
        portal_draft_view(request, &sending.contacts, &sending.draft);
        return reply_page(request, "portal/letter_write");
    }
    sending.letter = spool_letter(request);
    if (str_trim(sending.draft.text).len)
        TRY(portal_seal(request, spool_press(request), SEAL_ORIGINAL, "original", sending.letter, 1,
                        sending.draft.text, &sending.sealed_text));
    TRY(request_run_once(request, keep, &sending));
    FAULT_POINT(portal_after_commit);
    return reply_then(request, NULL);
}
