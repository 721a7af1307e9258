/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_RAND_H
#define LETTERBOX_SYS_RAND_H

#include <stddef.h>
#include <stdint.h>

/* Random bytes from the kernel (getrandom); never fails once the machine has booted. */
void rand_bytes(void *ret_bytes, size_t len);
/* Evenly from 0 to below - 1; below is at least 1. */
uint32_t rand_below(uint32_t below);

#endif
