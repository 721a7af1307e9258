/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/tls.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdbool.h>

enum { YEAR_SECONDS = 365 * 24 * 3600, SERIAL_BITS = 127 };

static bool add_extension(X509 *certificate, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    bool done = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static bool set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();
    bool done = number && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return done;
}

static bool fill(X509 *certificate, EVP_PKEY *key, const char *host, const char *names)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -300) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), YEAR_SECONDS) != NULL &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)host, -1,
                                      -1, 0) == 1 &&
           X509_set_issuer_name(certificate, subject) == 1 &&
           X509_set_pubkey(certificate, key) == 1 &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
           add_extension(certificate, NID_subject_alt_name, names) &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

static enum err write_pem(X509 *certificate, EVP_PKEY *key, struct buf *ret_certificate,
                          struct buf *ret_key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    bool done = bio && PEM_write_bio_X509(bio, certificate) == 1;
    long length = done ? BIO_get_mem_data(bio, &text) : 0;
    buf_add_bytes(ret_certificate, text, (size_t)length);
    done = done && BIO_reset(bio) == 1 &&
           PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1;
    length = done ? BIO_get_mem_data(bio, &text) : 0;
    buf_add_bytes(ret_key, text, (size_t)length);
    BIO_free(bio);
    if (!done) return ERR_CRYPTO;
    TRY(buf_done(ret_certificate));
    return buf_done(ret_key);
}

enum err tls_make(const char *const hosts[], size_t count, struct buf *ret_certificate,
                  struct buf *ret_key)
{
    BUF(names, 4096);
    for (size_t i = 0; i < count; i++) buf_print(&names, "%sDNS:%s", i ? "," : "", hosts[i]);
    buf_add_c(&names, ",IP:127.0.0.1");
    TRY(buf_done(&names));
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    enum err code = ERR_CRYPTO;
    if (key && certificate && fill(certificate, key, hosts[0], names.at))
        code = write_pem(certificate, key, ret_certificate, ret_key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return code;
}
