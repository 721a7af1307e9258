/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/press/jobs.h"
#include "worker/press/prepare.h"

/*
 * An e-mail of which a first look (prepare_letter) said that nobody known is proved to have sent
 * it: taken apart after everything else, and laid before staff in quarantine.
 */
enum err prepare_stranger(struct job *job)
{
    return prepare_run(job, true);
}
