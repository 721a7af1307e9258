/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_VIPS_PREPARE_H
#define LETTERBOX_CLEANER_VIPS_PREPARE_H

#include <stdlib.h>
#include <unistd.h>
#include <vips/vips.h>

/* Starts the image library as each module that draws with it needs it, before the document is
 * looked at. */
static inline void vips_prepare(void)
{
    /* No modules: they would bring in every other format. */
    setenv("VIPSHOME", "/nonexistent", 1);
    setenv("VIPS_DISC_THRESHOLD", "2g", 1); /* there is no disc */
    if (VIPS_INIT("letterbox-cleaner")) _exit(1);
    vips_cache_set_max(0);
    vips_concurrency_set(2);
    vips_leak_set(FALSE);
}

#endif
