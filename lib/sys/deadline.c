/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/deadline.h"

#include <signal.h>

#include "core/err.h"

void deadline_start(struct deadline *deadline, unsigned seconds)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    struct itimerspec ends = {.it_value.tv_sec = (time_t)seconds};
    ASSERT(timer_create(CLOCK_MONOTONIC, &event, &deadline->timer) == 0);
    ASSERT(timer_settime(deadline->timer, 0, &ends, NULL) == 0);
}

void deadline_end(struct deadline *deadline)
{
    ASSERT(timer_delete(deadline->timer) == 0);
}
