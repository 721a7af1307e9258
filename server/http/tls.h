/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_TLS_H
#define LETTERBOX_HTTP_TLS_H

#include <gnutls/abstract.h>

#include "core/buf.h"
#include "core/err.h"

/*
 * Certificate chain and P-256 key of a service, read again at SIGHUP. Handshakes take what is
 * newest; what older ones use stays until tls_close.
 *
 * Errors: ERR_CONFIG with the problem and its cure.
 */
struct tls;

#define TLS_PRIORITIES \
    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:%SERVER_PRECEDENCE"

MUST_CHECK enum err tls_open(const char *certificate, const char *key, struct buf *problem,
                             struct tls **ret_tls);
MUST_CHECK enum err tls_reload(struct tls *tls, struct buf *problem);
void tls_close(struct tls **tls);

/* What a handshake needs; lives until tls_close. */
void tls_newest(const struct tls *tls, gnutls_pcert_st **ret_chain, unsigned *ret_count,
                gnutls_privkey_t *ret_key);

#endif
