/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/tls.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "sys/file.h"

enum { CHAIN_MAX = 8, PEM_BYTES = 256 * 1024, KEY_ID_BYTES = 64 };

struct identity {
    struct identity *older;
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned count;
    gnutls_privkey_t key;
};

struct tls {
    const char *certificate, *key;
    _Atomic(struct identity *) newest;
};

static void identity_free(struct identity *identity)
{
    for (unsigned i = 0; i < identity->count; i++) gnutls_pcert_deinit(&identity->chain[i]);
    if (identity->key) gnutls_privkey_deinit(identity->key);
    free(identity);
}

static enum err wrong(struct buf *problem, const char *file, const char *what)
{
    buf_print(problem, "%s %s", file, what);
    return ERR_CONFIG;
}

static enum err read_chain(const char *file, struct buf *problem, struct identity *identity)
{
    BUF(pem, PEM_BYTES);
    if (!*file) return wrong(problem, "tls_certificate", "is not set: name the PEM file");
    if (file_read(file, &pem) != OK)
        return wrong(problem, file, "cannot be read: name the PEM file of the certificate");
    gnutls_datum_t bytes = {(unsigned char *)pem.at, (unsigned)pem.len};
    unsigned count = CHAIN_MAX;
    if (gnutls_pcert_list_import_x509_raw(identity->chain, &count, &bytes, GNUTLS_X509_FMT_PEM, 0) <
            0 ||
        count == 0)
        return wrong(problem, file, "holds no certificate: it must be PEM, the server's first");
    identity->count = count;
    return OK;
}

static enum err read_key(const char *file, struct buf *problem, struct identity *identity)
{
    BUF_SECRET(pem, PEM_BYTES);
    if (!*file) return wrong(problem, "tls_key", "is not set: name the PEM file");
    if (file_read_secret(file, &pem) != OK)
        return wrong(problem, file,
                     "cannot be read, or others may read it: it must be ours, mode 0600");
    gnutls_datum_t bytes = {(unsigned char *)pem.at, (unsigned)pem.len};
    unsigned bits = 0;
    if (gnutls_privkey_init(&identity->key) < 0 ||
        gnutls_privkey_import_x509_raw(identity->key, &bytes, GNUTLS_X509_FMT_PEM, NULL, 0) < 0)
        return wrong(problem, file, "holds no key: it must be PEM without a password");
    if (gnutls_privkey_get_pk_algorithm(identity->key, &bits) != GNUTLS_PK_ECDSA || bits != 256)
        return wrong(problem, file,
                     "is no P-256 key: make one with openssl ecparam -name prime256v1");
    return OK;
}

/* Is the first certificate that of the key? */
static enum err compare(const char *file, struct buf *problem, struct identity *identity)
{
    unsigned char of_key[KEY_ID_BYTES], of_certificate[KEY_ID_BYTES];
    size_t key_len = sizeof of_key, certificate_len = sizeof of_certificate;
    gnutls_pubkey_t public = NULL;
    bool same = gnutls_pubkey_init(&public) >= 0 &&
                gnutls_pubkey_import_privkey(public, identity->key, 0, 0) >= 0 &&
                gnutls_pubkey_get_key_id(public, GNUTLS_KEYID_USE_SHA256, of_key, &key_len) >= 0 &&
                gnutls_pubkey_get_key_id(identity->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256,
                                         of_certificate, &certificate_len) >= 0 &&
                key_len == certificate_len && memcmp(of_key, of_certificate, key_len) == 0;
    if (public) gnutls_pubkey_deinit(public);
    return same ? OK : wrong(problem, file, "is the certificate of another key: check both files");
}

enum err tls_reload(struct tls *tls, struct buf *problem)
{
    struct identity *identity = calloc(1, sizeof *identity);
    if (!identity) return ERR_MEMORY;
    enum err code = read_chain(tls->certificate, problem, identity);
    if (code == OK) code = read_key(tls->key, problem, identity);
    if (code == OK) code = compare(tls->certificate, problem, identity);
    if (code != OK) {
        identity_free(identity);
        return code;
    }
    identity->older = tls->newest;
    tls->newest = identity;
    return OK;
}

enum err tls_open(const char *certificate, const char *key, struct buf *problem,
                  struct tls **ret_tls)
{
    struct tls *tls = calloc(1, sizeof *tls);
    if (!tls) return ERR_MEMORY;
    tls->certificate = certificate;
    tls->key = key;
    enum err code = tls_reload(tls, problem);
    if (code != OK) {
        free(tls);
        return code;
    }
    *ret_tls = tls;
    return OK;
}

void tls_close(struct tls **tls)
{
    if (!*tls) return;
    for (struct identity *identity = (*tls)->newest; identity;) {
        struct identity *older = identity->older;
        identity_free(identity);
        identity = older;
    }
    free(*tls);
    *tls = NULL;
}

void tls_newest(const struct tls *tls, gnutls_pcert_st **ret_chain, unsigned *ret_count,
                gnutls_privkey_t *ret_key)
{
    struct identity *identity = tls->newest;
    *ret_chain = identity->chain;
    *ret_count = identity->count;
    *ret_key = identity->key;
}
