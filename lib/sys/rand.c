/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/rand.h"

#include <errno.h>
#include <sys/random.h>

#include "core/err.h"

void rand_bytes(void *ret_bytes, size_t len)
{
    char *at = ret_bytes;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR) continue;
        ASSERT(got > 0);
        at += got;
        len -= (size_t)got;
    }
}

uint32_t rand_below(uint32_t below)
{
    ASSERT(below > 0);
    /* Numbers under 2^32 mod below would make the low results likelier: drawn again. */
    uint32_t least = (0 - below) % below, number;
    do {
        rand_bytes(&number, sizeof number);
    } while (number < least);
    return number % below;
}
