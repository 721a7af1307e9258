/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PRESS_JOBS_H
#define LETTERBOX_PRESS_JOBS_H

#include "worker/queue/run.h"

/* The jobs of jobs.def, each in the file of its name. */
#define JOB(kind, limit_seconds, every_seconds) enum err kind(struct job *job);
#include "worker/press/jobs.def"
#undef JOB

#endif
