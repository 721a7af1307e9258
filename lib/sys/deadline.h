/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_DEADLINE_H
#define LETTERBOX_SYS_DEADLINE_H

#include <time.h>

/*
 * A time box around work that cannot be trusted to end: unless deadline_end comes first, the whole
 * process is ended by SIGALRM. Each thread may have one of its own. Where no timer is to be had the
 * process stops: nothing runs without its box.
 */
struct deadline {
    timer_t timer;
};

void deadline_start(struct deadline *deadline, unsigned seconds);
void deadline_end(struct deadline *deadline);

#endif
