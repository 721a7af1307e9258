/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/occasion.h"

/* Somebody rang them, or looked: it is noted in the proof. */
struct calling {
    struct request *request;
    struct str note;
};

static enum err note(struct store *store, void *context)
{
    const struct calling *calling = context;
    struct request *request = calling->request;
    struct desk_occasion occasion;
    TRY(occasion_read(request, store, request_number(request, 0), &occasion));
    TRY(occasion_note(request, store, &occasion, "called", calling->note));
    request_then(request, "%s", occasion_path(request, occasion.id).at);
    return desk_audit(store, "occasion_called", "occasion", occasion.id, "party", occasion.from);
}

enum err post_occasions_ID_called(struct request *request)
{
    struct calling calling = {request, occasion_typed(request, "note")};
    if (calling.note.len == 0) request_problem(request, "note", "call-missing");
    if (request_has_problem(request)) return occasion_page(request, 422);
    TRY(request_run_once(request, note, &calling));
    return reply_then(request, "occasion-called");
}
