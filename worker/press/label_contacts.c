/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/press/contacts.h"
#include "worker/press/jobs.h"

/* A party was changed at the desk, or its arrangements were: who sees it sees its new name. */
struct labelling {
    struct job *job;
    struct contacts contacts;
};

static enum err read(struct store *store, void *context)
{
    struct labelling *labelling = context;
    return contacts_label(store, labelling->job, &labelling->contacts);
}

static enum err write(struct store *store, void *context)
{
    const struct labelling *labelling = context;
    return contacts_store(store, &labelling->contacts);
}

enum err label_contacts(struct job *job)
{
    struct labelling labelling = {.job = job};
    TRY(queue_step(job, read, &labelling));
    return queue_finish(job, write, &labelling);
}
