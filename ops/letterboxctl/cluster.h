/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_CLUSTER_H
#define LETTERBOX_LETTERBOXCTL_CLUSTER_H

#include <sys/types.h>

#include "ops/letterboxctl/owner.h"
#include "ops/letterboxctl/site.h"

/*
 * A PostgreSQL cluster of our own (database.cluster_folder), for the demo and for a small agency:
 * on a unix socket in the folder above it, no TCP, its own user. Who may come in stands in
 * pg_hba.conf: `peer`, with a map from each process's user to its role, and from root to those that
 * letterboxctl takes.
 */

/* log_fd takes the words of PostgreSQL's programs. */
/* Makes it unless it is there. */
int cluster_make(const struct site *site, const struct owners *owners, int log_fd);
/* Starts it and waits until it answers; *ret_pid is 0 when it ran already. log_fd takes its words.
 */
int cluster_start(const struct site *site, const struct owners *owners, int log_fd, pid_t *ret_pid);
/* Makes the database in the running cluster, unless it is there. */
int cluster_database(const struct site *site, const struct owners *owners, int log_fd);
/* Ends it: sessions are cut, nothing is lost. 0 is nobody. */
void cluster_stop(pid_t pid);

#endif
