/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_TLS_H
#define LETTERBOX_LETTERBOXCTL_TLS_H

#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

/*
 * A certificate for a demo: a P-256 key and a certificate signed by itself, for these host names,
 * valid for a year. Browsers warn of it. A real service has one of an authority.
 */
MUST_CHECK enum err tls_make(const char *const hosts[], size_t count, struct buf *ret_certificate,
                             struct buf *ret_key);

#endif
