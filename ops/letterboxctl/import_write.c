/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/import.h"
enum err import_load(struct import *import, const struct sign_in *session)
{
    (void)import;
    (void)session;
    return ERR_DB;
}
enum err import_write(struct import *import, const struct sign_in *session, const struct keys *keys)
{
    (void)import;
    (void)session;
    (void)keys;
    return ERR_DB;
}
