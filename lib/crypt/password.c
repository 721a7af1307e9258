/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/password.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

#include "core/utf8.h"
#include "crypt/kdf.h"
#include "sys/fault.h"

_Static_assert(PASSWORD_SALT_BYTES == crypto_pwhash_argon2id_SALTBYTES, "salt");

enum { KIB_MIN = 8, KIB_MAX = 1024 * 1024, PASSES_MAX = 100 };

/* ---- places ---------------------------------------------------------------------------------- */

/* One caller in the line; stands on that caller's stack. */
struct password_waiter {
    struct password_waiter *next;
    bool clean;
    bool granted; /* the place is already counted */
};

void password_places_init(struct password_places *places, unsigned waiting_max, unsigned wait_ms)
{
    *places = (struct password_places){.waiting_max = waiting_max, .wait_ms = wait_ms};
    pthread_condattr_t attributes;
    ASSERT(pthread_condattr_init(&attributes) == 0);
    ASSERT(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    ASSERT(pthread_cond_init(&places->changed, &attributes) == 0);
    ASSERT(pthread_condattr_destroy(&attributes) == 0);
    ASSERT(pthread_mutex_init(&places->lock, NULL) == 0);
}

void password_places_done(struct password_places *places)
{
    ASSERT(places->used == 0 && places->first == NULL);
    ASSERT(pthread_cond_destroy(&places->changed) == 0);
    ASSERT(pthread_mutex_destroy(&places->lock) == 0);
}

static bool is_free(const struct password_places *places, bool clean)
{
    return places->used < PASSWORD_PLACES && (clean || places->used_unclean < PASSWORD_PLACES - 1);
}

static void count_in(struct password_places *places, bool clean)
{
    places->used++;
    if (!clean) places->used_unclean++;
}

/* Gives free places to the first in the line who may have them. */
static void grant(struct password_places *places)
{
    for (struct password_waiter *waiter = places->first; waiter; waiter = waiter->next) {
        if (waiter->granted || !is_free(places, waiter->clean)) continue;
        count_in(places, waiter->clean);
        waiter->granted = true;
    }
    ASSERT(pthread_cond_broadcast(&places->changed) == 0);
}

static bool line_is_full(const struct password_places *places, bool clean)
{
    unsigned unclean = 0;
    for (const struct password_waiter *waiter = places->first; waiter; waiter = waiter->next)
        unclean += !waiter->clean;
    return places->waiting >= places->waiting_max ||
           (!clean && unclean >= (places->waiting_max + 1) / 2);
}

static struct timespec deadline_after_ms(unsigned milliseconds)
{
    struct timespec at;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &at) == 0);
    at.tv_sec += milliseconds / 1000;
    at.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) at.tv_sec++, at.tv_nsec -= 1000000000;
    return at;
}

static bool wait_in_line(struct password_places *places, bool clean)
{
    struct password_waiter self = {.clean = clean};
    struct password_waiter **end = &places->first;
    while (*end) end = &(*end)->next;
    *end = &self;
    places->waiting++;
    struct timespec deadline = deadline_after_ms(places->wait_ms);
    while (!self.granted) {
        int waited = pthread_cond_timedwait(&places->changed, &places->lock, &deadline);
        if (waited == ETIMEDOUT) break;
        ASSERT(waited == 0);
    }
    for (end = &places->first; *end != &self;) end = &(*end)->next;
    *end = self.next;
    places->waiting--;
    return self.granted;
}

enum err password_place_take(struct password_places *places, bool clean_address)
{
    bool taken = false;
    ASSERT(pthread_mutex_lock(&places->lock) == 0);
    if (is_free(places, clean_address)) {
        count_in(places, clean_address);
        taken = true;
    } else if (!line_is_full(places, clean_address)) {
        taken = wait_in_line(places, clean_address);
    }
    ASSERT(pthread_mutex_unlock(&places->lock) == 0);
    return taken ? OK : ERR_BUSY;
}

void password_place_give(struct password_places *places, bool clean_address)
{
    ASSERT(pthread_mutex_lock(&places->lock) == 0);
    ASSERT(places->used > 0 && (clean_address || places->used_unclean > 0));
    places->used--;
    if (!clean_address) places->used_unclean--;
    grant(places);
    ASSERT(pthread_mutex_unlock(&places->lock) == 0);
}

/* ---- stretching ------------------------------------------------------------------------------ */

static bool cost_is_possible(struct password_cost cost)
{
    return cost.kib >= KIB_MIN && cost.kib <= KIB_MAX && cost.passes >= 1 &&
           cost.passes <= PASSES_MAX;
}

static enum err stretch(struct password_cost cost, const unsigned char salt[PASSWORD_SALT_BYTES],
                        struct str text, struct secret *ret_stretched)
{
    if (!cost_is_possible(cost)) return ERR_SEAL_BROKEN;
    SECRET(stretched);
    if (FAULT_FAILS(password_argon) ||
        crypto_pwhash(stretched.bytes, sizeof stretched.bytes, text.len ? text.at : "", text.len,
                      salt, cost.passes, (size_t)cost.kib * 1024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return ERR_CRYPTO;
    *ret_stretched = stretched;
    return OK;
}

enum err password_stretch(struct password_places *places, bool clean_address,
                          struct password_cost cost, const unsigned char salt[PASSWORD_SALT_BYTES],
                          struct str text, struct secret *ret_stretched)
{
    TRY(password_place_take(places, clean_address));
    enum err error = stretch(cost, salt, text, ret_stretched);
    password_place_give(places, clean_address);
    return error;
}

/* ---- accounts -------------------------------------------------------------------------------- */

/* Account id, cost and salt: what the wrapped secret is bound to. */
static void add_binding(struct buf *binding, int64_t account_id, const struct password_row *row)
{
    buf_add_u64(binding, (uint64_t)account_id);
    buf_add_u32(binding, row->cost.kib);
    buf_add_u32(binding, row->cost.passes);
    buf_add_bytes(binding, row->salt, sizeof row->salt);
}

static enum err wrapping_key(const struct password_work *work, struct str password,
                             int64_t account_id, const struct password_row *row,
                             struct secret *ret_key)
{
    BUF_SECRET(text, PASSWORD_MAX_BYTES);
    SECRET(stretched);
    TRY(utf8_clean(password, &text));
    TRY(password_stretch(work->places, work->clean_address, row->cost, row->salt, buf_str(&text),
                         &stretched));
    BUF(context, 8);
    buf_add_u64(&context, (uint64_t)account_id);
    return kdf_derive_two(&stretched, work->host, KDF_PASSWORD_WRAP, buf_str(&context), ret_key);
}

enum err password_row_from(int64_t kib, int64_t passes, struct str salt, struct str wrapped,
                           struct password_row *ret_row)
{
    if (kib < KIB_MIN || kib > KIB_MAX || passes < 1 || passes > PASSES_MAX ||
        salt.len != PASSWORD_SALT_BYTES || wrapped.len != PASSWORD_WRAPPED_BYTES)
        return ERR_SEAL_BROKEN;
    ret_row->cost = (struct password_cost){(uint32_t)kib, (uint32_t)passes};
    memcpy(ret_row->salt, salt.at, sizeof ret_row->salt);
    memcpy(ret_row->wrapped, wrapped.at, sizeof ret_row->wrapped);
    return OK;
}

enum err password_wrap(const struct password_work *work, struct str password, int64_t account_id,
                       const struct secret *secret, struct password_row *ret_row)
{
    ASSERT(cost_is_possible(work->cost));
    struct password_row row = {.cost = work->cost};
    random_bytes(row.salt, sizeof row.salt);
    SECRET(key);
    TRY(wrapping_key(work, password, account_id, &row, &key));
    BUF(binding, 64);
    BUF(wrapped, PASSWORD_WRAPPED_BYTES);
    add_binding(&binding, account_id, &row);
    TRY(secretbox_close_secret(&key, BOX_ACCOUNT_SECRET, buf_str(&binding), secret, &wrapped));
    ASSERT(wrapped.len == PASSWORD_WRAPPED_BYTES);
    memcpy(row.wrapped, wrapped.at, wrapped.len);
    *ret_row = row;
    return OK;
}

enum err password_open(const struct password_work *work, struct str password, int64_t account_id,
                       const struct password_row *row, struct secret *ret_secret)
{
    SECRET(key);
    TRY(wrapping_key(work, password, account_id, row, &key));
    BUF(binding, 64);
    add_binding(&binding, account_id, row);
    struct str wrapped = {(const char *)row->wrapped, sizeof row->wrapped};
    enum err error =
        secretbox_open_secret(&key, BOX_ACCOUNT_SECRET, buf_str(&binding), wrapped, ret_secret);
    return error == ERR_SEAL_BROKEN ? ERR_NO_MATCH : error;
}

enum err password_change(const struct password_work *work, struct str old_password,
                         struct str new_password, int64_t account_id,
                         const struct password_row *row, struct password_row *ret_row)
{
    SECRET(secret);
    TRY(password_open(work, old_password, account_id, row, &secret));
    return password_wrap(work, new_password, account_id, &secret, ret_row);
}
