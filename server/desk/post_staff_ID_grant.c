/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/staff.h"

/* Lets a member of staff open letters. */
struct granting {
    struct request *request;
    int64_t staff;
};

static enum err grant(struct store *store, void *context)
{
    struct granting *granting = context;
    struct request *request = granting->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(staff_grant(request, store, &keyring, granting->staff));
    request_then(request, "/staff");
    return desk_audit(store, "staff_granted", "staff", granting->staff, NULL, 0);
}

enum err post_staff_ID_grant(struct request *request)
{
    struct granting granting = {request, request_number(request, 0)};
    TRY(request_run_once(request, grant, &granting));
    return reply_then(request, "staff-granted");
}
