/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_MONTH_H
#define LETTERBOX_REDACT_MONTH_H

#include <stdbool.h>
#include <stddef.h>

#include "redact/norm.h"

/* 1 to 12 for the name of a month (English, Welsh, Polish, Romanian, Lithuanian; short forms,
 * misspelt or misread ones), else 0. */
int month_of(const struct norm *norm, size_t word);

/* Is it one of these names as a list has it? False before the words were looked up. */
bool month_listed(const struct norm *norm, size_t word);

#endif
