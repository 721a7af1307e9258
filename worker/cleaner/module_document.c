/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* PDF documents. */
#include "sanitise/kind.h"
#include "worker/cleaner/document_pdf.h"
#include "worker/cleaner/module.h"

static void clean(struct job *job)
{
    if (kind_of(job->document) != KIND_PDF) job_refuse(job, REFUSAL_TYPE);
    document_pdf(job, job->document, NULL);
}

MODULE const struct module cleaner_module = {.clean = clean};
