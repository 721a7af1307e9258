/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/press/texting.h"

#include "mail/addr.h"
#include "worker/press/press.h"

struct texting {
    struct job *job;
    int64_t party;
    bool is_wanted;
};

static enum err read_texting(struct store *store, void *context)
{
    struct texting *texting = context;
    struct job *job = texting->job;
    const struct press *press = job->state;
    struct store_rows rows;
    texting->is_wanted = false;
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, job->arena, &rows));
    struct str slug = rows_str(&rows, 0, "slug");
    bool is_set_up = false;
    for (size_t i = 0; i < press->texting_count; i++)
        is_set_up |= str_equal(press->texting[i], slug);
    if (!is_set_up) return OK;
    TRY(store_query_one(store, QUERY_party_text_consent, PARAMS(P_INT(texting->party)), job->arena,
                        &rows));
    texting->is_wanted = rows_bool(&rows, 0, "text_consent");
    return OK;
}

enum err texting_number(struct job *job, int64_t party, const struct person_list *phones,
                        struct str *ret_number)
{
    struct texting texting = {.job = job, .party = party};
    struct str number;
    bool is_mobile = mail_addr_mobile(phones->at, phones->count, job->arena, &number);
    if (is_mobile) TRY(queue_step(job, read_texting, &texting));
    *ret_number = texting.is_wanted ? number : STR("");
    return OK;
}
