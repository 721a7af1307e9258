/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_SERVICE_H
#define LETTERBOX_SYS_SERVICE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/conf.h"
#include "core/err.h"

/*
 * What every process that stays up does at its start and end:
 *
 *   int main(int argc, char **argv)
 *       service_start("portal");                 log, signals, zone, the supervisor's socket
 *       service_conf(argc, argv, arena, &conf);  the configuration, or the reason and exit status 2
 *       …                                        keys, sockets, confinement, threads
 *       service_ready();                         tells the supervisor (sd_notify)
 *       while (service_wait() == SERVICE_RELOAD) read the TLS files again
 *       service_stopping();
 *       …                                        at most SERVICE_DRAIN_SECONDS
 *
 * SIGTERM and SIGINT stop, SIGHUP reloads, SIGPIPE is ignored.
 */
enum { SERVICE_DRAIN_SECONDS = 30 };
enum service_event { SERVICE_STOP, SERVICE_RELOAD };

void service_start(const char *process);
/*
 * From --conf FILE, else $LETTERBOX_CONF, else /etc/letterbox/letterbox.conf. Anything wrong is
 * written to standard error, and the process ends with status 2.
 */
void service_conf(int argc, char **argv, struct arena *arena, struct conf *ret_conf);
/* Writes "process: problem" to standard error and ends with status 1: for what an operator mends.
 */
_Noreturn void service_fail(const char *problem);

void service_ready(void);
void service_stopping(void);
/* Waits for a signal. */
enum service_event service_wait(void);
/* Readable from the moment the process is asked to stop; never read from it. */
int service_stop_fd(void);
bool service_is_stopping(void);

#endif
