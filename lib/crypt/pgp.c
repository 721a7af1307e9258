/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/pgp.h"

#include <errno.h>
#include <gpgme.h>
#include <string.h>

#include "core/code.h"
#include "crypt/packet.h"
#include "sys/fault.h"

enum { KEPT_KEYS = 8 };

/* A key that was looked up. */
struct kept {
    struct pgp_fingerprint fingerprint;
    gpgme_key_t key;
};

struct pgp {
    gpgme_ctx_t context;
    struct kept kept[KEPT_KEYS];
    size_t next; /* the place that is given up next */
};

/* A call of GPGME that a test can make fail. */
#define CALL(fault, expression) (FAULT_FAILS(fault) ? gpgme_error(GPG_ERR_GENERAL) : (expression))

static enum err error_of(gpgme_error_t error)
{
    switch (gpgme_err_code(error)) {
    case GPG_ERR_NO_ERROR: return OK;
    case GPG_ERR_NO_PUBKEY:
    case GPG_ERR_UNUSABLE_PUBKEY:
    case GPG_ERR_AMBIGUOUS_NAME:
    case GPG_ERR_KEY_EXPIRED:
    case GPG_ERR_CERT_REVOKED: return ERR_PGP_KEY;
    case GPG_ERR_NO_SECKEY:
    case GPG_ERR_UNUSABLE_SECKEY:
    case GPG_ERR_NO_AGENT:
    case GPG_ERR_AGENT: return ERR_NO_KEY;
    default: return ERR_PGP;
    }
}

static void end_data(gpgme_data_t *data)
{
    if (*data) gpgme_data_release(*data);
}
#define DATA(name) __attribute__((cleanup(end_data))) gpgme_data_t name = NULL

static void end_key(gpgme_key_t *key)
{
    if (*key) gpgme_key_unref(*key);
}

/* ---- context --------------------------------------------------------------------------------- */

enum err pgp_init(void)
{
    /* gpg is found in PATH; asking gpgconf would start one more program. */
    gpgme_set_global_flag("disable-gpgconf", "1");
    if (FAULT_FAILS(pgp_version) || !gpgme_check_version("1.18.0")) return ERR_PGP;
    return error_of(CALL(pgp_engine, gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP)));
}

static gpgme_error_t set_up(gpgme_ctx_t context, const char *home)
{
    gpgme_error_t error = CALL(pgp_protocol, gpgme_set_protocol(context, GPGME_PROTOCOL_OpenPGP));
    if (error) return error;
    error = CALL(pgp_home,
                 gpgme_ctx_set_engine_info(context, GPGME_PROTOCOL_OpenPGP, "/usr/bin/gpg", home));
    if (error) return error;
    error = CALL(pgp_pinentry, gpgme_set_pinentry_mode(context, GPGME_PINENTRY_MODE_ERROR));
    if (error) return error;
    gpgme_set_offline(context, 1);
    gpgme_set_textmode(context, 0);
    return CALL(pgp_list_mode, gpgme_set_keylist_mode(context, GPGME_KEYLIST_MODE_LOCAL));
}

static void forget_keys(struct pgp *pgp)
{
    for (size_t i = 0; i < KEPT_KEYS; i++) {
        end_key(&pgp->kept[i].key);
        pgp->kept[i] = (struct kept){.key = NULL};
    }
}

static void pgp_end(void *object)
{
    struct pgp *pgp = object;
    forget_keys(pgp);
    if (pgp->context) gpgme_release(pgp->context);
}

enum err pgp_open(struct arena *arena, const char *home, struct pgp **ret_pgp)
{
    if (home[0] != '/') return ERR_BAD_INPUT;
    struct pgp *pgp = ARENA_ONE(arena, struct pgp);
    arena_on_end(arena, pgp_end, pgp);
    TRY(error_of(CALL(pgp_new, gpgme_new(&pgp->context))));
    TRY(error_of(set_up(pgp->context, home)));
    *ret_pgp = pgp;
    return OK;
}

/* ---- data ------------------------------------------------------------------------------------ */

static enum err data_from(struct str bytes, gpgme_data_t *ret_data)
{
    return error_of(CALL(
        pgp_data_in, gpgme_data_new_from_mem(ret_data, bytes.len ? bytes.at : "", bytes.len, 0)));
}

static ssize_t write_to_buf(void *handle, const void *bytes, size_t len)
{
    struct buf *buf = handle;
    buf_add_bytes(buf, bytes, len);
    if (buf_done(buf) == OK) return (ssize_t)len;
    errno = ENOSPC;
    return -1;
}

/* Output into a buffer, up to its maximum. */
static enum err data_into(struct buf *buf, gpgme_data_t *ret_data)
{
    static struct gpgme_data_cbs callbacks = {.write = write_to_buf};
    return error_of(CALL(pgp_data_out, gpgme_data_new_from_cbs(ret_data, &callbacks, buf)));
}

/* What an operation ended with, when its output went into a buffer. */
static enum err outcome(gpgme_error_t error, const struct buf *output)
{
    if (buf_done(output) != OK) return ERR_TOO_BIG;
    return error_of(error);
}

/* Adds the whole output, or nothing. */
static enum err hand_over(const struct buf *message, struct buf *ret_message)
{
    buf_add(ret_message, buf_str(message));
    return buf_done(ret_message);
}

/* ---- keys ------------------------------------------------------------------------------------ */

bool pgp_fingerprint_get(struct str text, struct pgp_fingerprint *ret_fingerprint)
{
    struct pgp_fingerprint fingerprint = {{0}};
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == ' ') continue;
        if (c >= 'a' && c <= 'f') c = (char)(c - 'a' + 'A');
        bool is_digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
        if (!is_digit || count == 40) return false;
        fingerprint.hex[count++] = c;
    }
    if (count != 40) return false;
    *ret_fingerprint = fingerprint;
    return true;
}

static bool is_usable(gpgme_subkey_t subkey)
{
    return !subkey->revoked && !subkey->expired && !subkey->disabled && !subkey->invalid;
}

static bool is_valid_key(gpgme_key_t key)
{
    return !key->revoked && !key->expired && !key->disabled && !key->invalid &&
           is_usable(key->subkeys);
}

/* The subkey that GnuPG encrypts to: the youngest that can, or NULL. */
static gpgme_subkey_t encryption_subkey(gpgme_key_t key)
{
    gpgme_subkey_t found = NULL;
    if (!is_valid_key(key)) return NULL;
    for (gpgme_subkey_t subkey = key->subkeys; subkey; subkey = subkey->next)
        if (subkey->can_encrypt && is_usable(subkey) &&
            (!found || subkey->timestamp > found->timestamp))
            found = subkey;
    return found;
}

/* What gpgme told of a key; false for one that is not of OpenPGP version 4. */
static bool describe(gpgme_key_t key, struct pgp_key *ret_key)
{
    struct pgp_key described = {0};
    gpgme_subkey_t primary = key->subkeys, encrypts = encryption_subkey(key);
    if (!primary || !primary->fpr ||
        !pgp_fingerprint_get(str_from(primary->fpr), &described.fingerprint))
        return false;
    if (encrypts &&
        (!encrypts->fpr || !pgp_fingerprint_get(str_from(encrypts->fpr), &described.encrypts)))
        return false;
    described.made = primary->timestamp;
    described.expires = primary->expires;
    described.encrypts_until = encrypts ? encrypts->expires : 0;
    described.revoked = key->revoked || primary->revoked;
    described.expired = key->expired || primary->expired;
    described.can_encrypt = encrypts != NULL;
    if (is_valid_key(key))
        for (gpgme_subkey_t subkey = primary; subkey; subkey = subkey->next)
            described.can_sign |= subkey->can_sign && is_usable(subkey);
    *ret_key = described;
    return true;
}

/* A key of the home; stays the context's. */
static enum err look_up(struct pgp *pgp, const struct pgp_fingerprint *fingerprint,
                        gpgme_key_t *ret_key)
{
    for (size_t i = 0; i < KEPT_KEYS; i++) {
        if (!pgp->kept[i].key || strcmp(pgp->kept[i].fingerprint.hex, fingerprint->hex) != 0)
            continue;
        *ret_key = pgp->kept[i].key;
        return OK;
    }
    gpgme_key_t key = NULL;
    gpgme_error_t error = CALL(pgp_key, gpgme_get_key(pgp->context, fingerprint->hex, &key, 0));
    if (gpgme_err_code(error) == GPG_ERR_EOF) return ERR_PGP_KEY;
    if (error) return error_of(error);
    struct kept *place = &pgp->kept[pgp->next];
    struct pgp_key described;
    if (!describe(key, &described) ||
        strcmp(described.fingerprint.hex, fingerprint->hex) != 0) { /* a subkey's was given */
        gpgme_key_unref(key);
        return ERR_PGP_KEY;
    }
    end_key(&place->key);
    *place = (struct kept){*fingerprint, key};
    pgp->next = (pgp->next + 1) % KEPT_KEYS;
    *ret_key = key;
    return OK;
}

enum err pgp_key_find(struct pgp *pgp, const struct pgp_fingerprint *fingerprint,
                      struct pgp_key *ret_key)
{
    gpgme_key_t key = NULL;
    TRY(look_up(pgp, fingerprint, &key));
    return describe(key, ret_key) ? OK : ERR_PGP_KEY;
}

enum { TAG_PUBLIC_KEY = 6 };

/* The key as bytes, whatever form it came in; a public key, by its first packet. */
static enum err key_bytes(struct str key, struct buf *bytes)
{
    unsigned tag = 0;
    if (key.len > PGP_KEY_MAX_BYTES) return ERR_TOO_BIG;
    if (str_starts(str_trim(key), STR("-----BEGIN")))
        TRY(packet_armor_open(key, STR("PGP PUBLIC KEY BLOCK"), bytes) == OK ? OK : ERR_PGP_KEY);
    else
        buf_add(bytes, key);
    if (packet_first_tag(buf_str(bytes), &tag) != OK || tag != TAG_PUBLIC_KEY) return ERR_PGP_KEY;
    return OK;
}

/* Lists the keys in the data, of which there must be one. */
static enum err list_one(struct pgp *pgp, gpgme_data_t data, struct pgp_key *ret_key)
{
    gpgme_error_t error = CALL(pgp_list, gpgme_op_keylist_from_data_start(pgp->context, data, 0));
    struct pgp_key found = {0};
    int count = 0;
    bool good = true;
    while (!error) {
        __attribute__((cleanup(end_key))) gpgme_key_t key = NULL;
        error = CALL(pgp_list_next, gpgme_op_keylist_next(pgp->context, &key));
        if (error) break;
        good = good && count++ == 0 && !key->secret && describe(key, &found);
    }
    gpgme_error_t ended = gpgme_op_keylist_end(pgp->context);
    if (gpgme_err_code(error) != GPG_ERR_EOF) return error_of(error);
    if (gpgme_err_code(ended) != GPG_ERR_NO_ERROR) return ERR_PGP_KEY;
    if (!good || count != 1) return ERR_PGP_KEY;
    *ret_key = found;
    return OK;
}

static enum err show(struct pgp *pgp, struct str bytes, struct pgp_key *ret_key)
{
    DATA(data);
    TRY(data_from(bytes, &data));
    return list_one(pgp, data, ret_key);
}

enum err pgp_key_show(struct pgp *pgp, struct str key, struct pgp_key *ret_key)
{
    BUF(bytes, PGP_KEY_MAX_BYTES);
    TRY(key_bytes(key, &bytes));
    return show(pgp, buf_str(&bytes), ret_key);
}

enum err pgp_key_import(struct pgp *pgp, struct str key, struct pgp_key *ret_key)
{
    BUF(bytes, PGP_KEY_MAX_BYTES);
    struct pgp_key shown;
    TRY(key_bytes(key, &bytes));
    TRY(show(pgp, buf_str(&bytes), &shown));
    DATA(data);
    TRY(data_from(buf_str(&bytes), &data));
    forget_keys(pgp);
    TRY(error_of(CALL(pgp_import, gpgme_op_import(pgp->context, data))));
    gpgme_import_result_t result = gpgme_op_import_result(pgp->context);
    if (!result || result->considered != 1 || !result->imports ||
        result->imports->result != GPG_ERR_NO_ERROR ||
        strcmp(result->imports->fpr, shown.fingerprint.hex) != 0)
        return ERR_PGP_KEY;
    return pgp_key_find(pgp, &shown.fingerprint, ret_key);
}

enum err pgp_key_export(struct pgp *pgp, const struct pgp_fingerprint *fingerprint, bool armored,
                        struct buf *ret_key)
{
    gpgme_key_t keys[] = {NULL, NULL};
    TRY(look_up(pgp, fingerprint, &keys[0]));
    BUF(out, PGP_KEY_MAX_BYTES);
    DATA(data);
    TRY(data_into(&out, &data));
    gpgme_set_armor(pgp->context, armored);
    TRY(outcome(CALL(pgp_export, gpgme_op_export_keys(pgp->context, keys, 0, data)), &out));
    if (out.len == 0) return ERR_PGP_KEY;
    return hand_over(&out, ret_key);
}

enum err pgp_key_make(struct pgp *pgp, const char *user_id, unsigned days,
                      struct pgp_fingerprint *ret_fingerprint)
{
    unsigned flags = GPGME_CREATE_NOPASSWD | GPGME_CREATE_FORCE;
    if (days == 0) flags |= GPGME_CREATE_NOEXPIRE;
    TRY(error_of(CALL(pgp_make, gpgme_op_createkey(pgp->context, user_id, "future-default", 0,
                                                   days * 86400ul, NULL, flags))));
    gpgme_genkey_result_t result = gpgme_op_genkey_result(pgp->context);
    if (!result || !result->fpr || !result->primary || !result->sub ||
        !pgp_fingerprint_get(str_from(result->fpr), ret_fingerprint))
        return ERR_PGP;
    return OK;
}

/* ---- encrypting ------------------------------------------------------------------------------ */

struct wanted {
    gpgme_key_t keys[PGP_RECIPIENTS_MAX + 1]; /* ends with NULL */
    struct packet_key_id ids[PGP_RECIPIENTS_MAX];
    size_t count;
};

/* The keys to encrypt to, each able to, all different. */
static enum err want(struct pgp *pgp, const struct pgp_fingerprint *to, size_t count,
                     struct wanted *ret_wanted)
{
    ASSERT(count >= 1 && count <= PGP_RECIPIENTS_MAX);
    struct wanted wanted = {.count = count};
    for (size_t i = 0; i < count; i++) {
        TRY(look_up(pgp, &to[i], &wanted.keys[i]));
        gpgme_subkey_t subkey = encryption_subkey(wanted.keys[i]);
        struct pgp_fingerprint whole;
        if (!subkey || !subkey->fpr || !pgp_fingerprint_get(str_from(subkey->fpr), &whole))
            return ERR_PGP_KEY;
        /* A key id is the end of a version 4 fingerprint (RFC 4880 §12.2). */
        unsigned char bytes[20];
        BUF(lower, 40);
        for (int c = 0; c < 40; c++)
            buf_add_byte(&lower, (char)(whole.hex[c] | (whole.hex[c] >= 'A' ? 0x20 : 0)));
        if (!code_hex_get(buf_str(&lower), bytes, sizeof bytes)) return ERR_PGP_KEY;
        memcpy(wanted.ids[i].bytes, bytes + 12, PACKET_KEY_ID_BYTES);
        for (size_t j = 0; j < i; j++)
            if (memcmp(&wanted.ids[j], &wanted.ids[i], sizeof *wanted.ids) == 0) return ERR_PGP_KEY;
    }
    *ret_wanted = wanted;
    return OK;
}

/* Do the packets name the wanted keys, each once, and nothing else? */
static enum err check_packets(struct str message, const struct wanted *wanted)
{
    struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
    size_t count = 0;
    if (packet_recipients(message, ids, &count) != OK || count != wanted->count)
        return ERR_PGP_CHECK;
    for (size_t i = 0; i < wanted->count; i++) {
        size_t found = 0;
        for (size_t j = 0; j < count; j++)
            found += memcmp(&ids[j], &wanted->ids[i], sizeof *ids) == 0;
        if (found != 1) return ERR_PGP_CHECK;
    }
    return OK;
}

/* Room that a message needs besides its content. */
static size_t room_for(struct str content, size_t factor_eighths)
{
    return content.len / 8 * factor_eighths + 64 * 1024;
}

static const gpgme_encrypt_flags_t flags =
    GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO | GPGME_ENCRYPT_NO_COMPRESS;

static enum err check_encrypted(struct pgp *pgp)
{
    gpgme_encrypt_result_t result = gpgme_op_encrypt_result(pgp->context);
    return result && !result->invalid_recipients ? OK : ERR_PGP_KEY;
}

/* A message that was not for the wanted keys may show that ours are out of date. */
static enum err forget_if_wrong(struct pgp *pgp, enum err error)
{
    if (error != OK) forget_keys(pgp);
    return error;
}

static enum err encrypt(struct pgp *pgp, const struct pgp_fingerprint *to, size_t count,
                        struct str content, struct buf *ret_message)
{
    struct wanted wanted;
    TRY(want(pgp, to, count, &wanted));
    BUF_SECRET(message, room_for(content, 9));
    DATA(in);
    DATA(out);
    TRY(data_from(content, &in));
    TRY(data_into(&message, &out));
    gpgme_set_armor(pgp->context, 0);
    TRY(outcome(CALL(pgp_encrypt, gpgme_op_encrypt(pgp->context, wanted.keys, flags, in, out)),
                &message));
    TRY(check_encrypted(pgp));
    TRY(check_packets(buf_str(&message), &wanted));
    return hand_over(&message, ret_message);
}

enum err pgp_encrypt(struct pgp *pgp, const struct pgp_fingerprint *to, size_t count,
                     struct str content, struct buf *ret_message)
{
    return forget_if_wrong(pgp, encrypt(pgp, to, count, content, ret_message));
}

/* One signature, by a key of the signer. */
static enum err check_signed(struct pgp *pgp, gpgme_key_t signer)
{
    gpgme_sign_result_t result = gpgme_op_sign_result(pgp->context);
    if (!result || result->invalid_signers || !result->signatures || result->signatures->next)
        return ERR_PGP_CHECK;
    for (gpgme_subkey_t subkey = signer->subkeys; subkey; subkey = subkey->next)
        if (subkey->fpr && result->signatures->fpr &&
            strcmp(subkey->fpr, result->signatures->fpr) == 0)
            return OK;
    return ERR_PGP_CHECK;
}

static enum err check_armored(struct str armored, const struct wanted *wanted)
{
    BUF_SECRET(bytes, armored.len);
    if (packet_armor_open(armored, STR("PGP MESSAGE"), &bytes) != OK) return ERR_PGP_CHECK;
    return check_packets(buf_str(&bytes), wanted);
}

static enum err encrypt_signed(struct pgp *pgp, const struct pgp_fingerprint *signer,
                               const struct pgp_fingerprint *to, size_t count, struct str content,
                               struct buf *ret_armored)
{
    struct wanted wanted;
    gpgme_key_t signs = NULL;
    TRY(want(pgp, to, count, &wanted));
    TRY(look_up(pgp, signer, &signs));
    BUF_SECRET(message, room_for(content, 12));
    DATA(in);
    DATA(out);
    TRY(data_from(content, &in));
    TRY(data_into(&message, &out));
    gpgme_set_armor(pgp->context, 1);
    gpgme_signers_clear(pgp->context);
    gpgme_error_t error = CALL(pgp_signer, gpgme_signers_add(pgp->context, signs));
    if (!error)
        error = CALL(pgp_encrypt_sign,
                     gpgme_op_encrypt_sign(pgp->context, wanted.keys, flags, in, out));
    gpgme_signers_clear(pgp->context);
    TRY(outcome(error, &message));
    TRY(check_encrypted(pgp));
    TRY(check_signed(pgp, signs));
    TRY(check_armored(buf_str(&message), &wanted));
    return hand_over(&message, ret_armored);
}

enum err pgp_encrypt_signed(struct pgp *pgp, const struct pgp_fingerprint *signer,
                            const struct pgp_fingerprint *to, size_t count, struct str content,
                            struct buf *ret_armored)
{
    return forget_if_wrong(pgp, encrypt_signed(pgp, signer, to, count, content, ret_armored));
}

/* ---- decrypting ------------------------------------------------------------------------------ */

/* A key's primary fingerprint, from that of the key that signed. */
static bool primary_of(struct pgp *pgp, const char *fingerprint,
                       struct pgp_fingerprint *ret_primary)
{
    __attribute__((cleanup(end_key))) gpgme_key_t key = NULL;
    return CALL(pgp_signer_key, gpgme_get_key(pgp->context, fingerprint, &key, 0)) == 0 &&
           key->subkeys && key->subkeys->fpr &&
           pgp_fingerprint_get(str_from(key->subkeys->fpr), ret_primary);
}

static enum pgp_signed signed_of(const struct _gpgme_signature *signature)
{
    switch (gpgme_err_code(signature->status)) {
    case GPG_ERR_NO_ERROR: return signature->wrong_key_usage ? PGP_SIGNED_BAD : PGP_SIGNED_GOOD;
    case GPG_ERR_NO_PUBKEY: return PGP_SIGNED_UNKNOWN;
    case GPG_ERR_SIG_EXPIRED:
    case GPG_ERR_KEY_EXPIRED:
    case GPG_ERR_CERT_REVOKED: return PGP_SIGNED_ENDED;
    default: return PGP_SIGNED_BAD;
    }
}

/* Of the operation that has just ended. */
static struct pgp_signature signature_of(struct pgp *pgp)
{
    struct pgp_signature signature = {PGP_UNSIGNED, {{0}}};
    gpgme_verify_result_t result = gpgme_op_verify_result(pgp->context);
    gpgme_signature_t first = result ? result->signatures : NULL;
    if (!first) return signature;
    signature.state = first->next ? PGP_SIGNED_BAD : signed_of(first);
    if (signature.state != PGP_SIGNED_GOOD) return signature;
    BUF(fingerprint, 100);
    if (first->fpr) buf_add_c(&fingerprint, first->fpr);
    if (buf_done(&fingerprint) != OK || fingerprint.len == 0 ||
        !primary_of(pgp, fingerprint.at, &signature.signer))
        return (struct pgp_signature){PGP_SIGNED_UNKNOWN, {{0}}};
    return signature;
}

static enum err decryption_error(gpgme_error_t error, const struct buf *content)
{
    if (buf_done(content) != OK) return ERR_TOO_BIG;
    switch (gpgme_err_code(error)) {
    case GPG_ERR_NO_DATA:
    case GPG_ERR_BAD_DATA:
    case GPG_ERR_DECRYPT_FAILED:
    case GPG_ERR_UNEXPECTED:
    case GPG_ERR_UNSUPPORTED_ALGORITHM:
    case GPG_ERR_INV_PACKET: return ERR_BAD_INPUT;
    default: return error_of(error);
    }
}

enum err pgp_decrypt(struct pgp *pgp, struct str message, struct buf *ret_content,
                     struct pgp_signature *ret_signature)
{
    ASSERT(ret_content->secret);
    switch (packet_sealing(message)) {
    case PACKET_SEALED: break;
    case PACKET_UNPROTECTED: return ERR_PGP_UNPROTECTED;
    case PACKET_NO_KEY: return ERR_NO_KEY;
    case PACKET_NOT_SEALED: return ERR_BAD_INPUT;
    case PACKET_MANY_KEYS: return ERR_PGP_MANY_KEYS;
    }
    BUF_SECRET(content, ret_content->max);
    DATA(in);
    DATA(out);
    TRY(data_from(message, &in));
    TRY(data_into(&content, &out));
    gpgme_error_t error = CALL(pgp_decrypt, gpgme_op_decrypt_verify(pgp->context, in, out));
    gpgme_decrypt_result_t result = gpgme_op_decrypt_result(pgp->context);
    TRY(decryption_error(error, &content));
    if (!result || !result->recipients || result->unsupported_algorithm) return ERR_BAD_INPUT;
    if (result->legacy_cipher_nomdc) return ERR_PGP_UNPROTECTED;
    struct pgp_signature signature = signature_of(pgp);
    TRY(hand_over(&content, ret_content));
    *ret_signature = signature;
    return OK;
}

enum err pgp_verify(struct pgp *pgp, struct str content, struct str signature,
                    struct pgp_signature *ret_signature)
{
    DATA(in);
    DATA(proof);
    TRY(data_from(content, &in));
    TRY(data_from(signature, &proof));
    gpgme_error_t error = CALL(pgp_verify, gpgme_op_verify(pgp->context, proof, in, NULL));
    switch (gpgme_err_code(error)) {
    case GPG_ERR_NO_ERROR: break;
    case GPG_ERR_NO_DATA:
    case GPG_ERR_BAD_DATA:
    case GPG_ERR_INV_PACKET:
        *ret_signature = (struct pgp_signature){PGP_SIGNED_BAD, {{0}}};
        return OK;
    default: return error_of(error);
    }
    struct pgp_signature found = signature_of(pgp);
    if (found.state == PGP_UNSIGNED) found.state = PGP_SIGNED_BAD;
    *ret_signature = found;
    return OK;
}

enum err pgp_secret_find(struct pgp *pgp, const struct pgp_fingerprint *fingerprint)
{
    __attribute__((cleanup(end_key))) gpgme_key_t key = NULL;
    gpgme_error_t error =
        CALL(pgp_secret_key, gpgme_get_key(pgp->context, fingerprint->hex, &key, 1));
    switch (gpgme_err_code(error)) {
    case GPG_ERR_NO_ERROR: return OK;
    case GPG_ERR_EOF: return ERR_NO_KEY;
    default: return error_of(error);
    }
}
