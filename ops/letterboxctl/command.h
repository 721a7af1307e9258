/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_COMMAND_H
#define LETTERBOX_LETTERBOXCTL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

/* Exit statuses of every subcommand. */
enum { COMMAND_DONE = 0, COMMAND_FAILED = 1, COMMAND_USAGE = 2 };

/* The subcommands' functions; an unbuilt one has none. */
#define COMMAND(function, name, what) int function(int count, char **words);
#define UNBUILT(name, what)
#include "ops/letterboxctl/commands.def"
#undef COMMAND
#undef UNBUILT

/* Does the word ask for help? */
bool command_wants_help(int count, char **words);
/* A reference as people read it, or the same in an address bar; false for anything else. */
bool command_reference(const char *typed, int64_t *ret_id);
/* "letterboxctl NAME: message cure" on standard error; gives COMMAND_FAILED. */
int command_failed(const char *name, enum err code);
/* "letterboxctl NAME: words" and where the help is; gives COMMAND_USAGE. */
__attribute__((format(printf, 2, 3))) int command_usage(const char *name, const char *format, ...);

#endif
