/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_SUPERVISE_H
#define LETTERBOX_LETTERBOXCTL_SUPERVISE_H

#include "ops/letterboxctl/owner.h"
#include "ops/letterboxctl/site.h"

/*
 * Runs the processes in the foreground: each as its own user, with its words in RUN/log/NAME.log
 * and its process id in RUN/NAME.pid. What dies is started again, after 1 s, then 2, 4 … 30; a
 * process that stayed up for a minute begins anew with 1 s. SIGTERM and SIGINT end them in order:
 * what faces people first, then the workers. When the supervisor itself is killed, they end too.
 */
enum { SUPERVISE_MOST = OWNER_DB };

struct supervise {
    const struct site *site;
    const struct owners *owners;
    bool wanted[SUPERVISE_MOST]; /* by enum owner_name */
    pid_t postgres;              /* of cluster_start; 0: not ours */
    int postgres_log;
};

/* May each user run its program? Else says what to do. */
int supervise_check(const struct supervise *supervise);
/* Until it is told to stop; PostgreSQL (if it is ours) still runs then. */
int supervise_run(struct supervise *supervise);

#endif
