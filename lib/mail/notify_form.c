/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/notify_form.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "core/code.h"
#include "core/json.h"

enum { DIGEST_BYTES = 32, CLAIMS_BYTES = 200 };

bool mail_notify_is_id(struct str text)
{
    if (text.len != MAIL_NOTIFY_ID_LETTERS) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash ? c != '-' : !is_hex) return false;
    }
    return true;
}

/* ---- key and token ---- */

bool mail_notify_key_get(struct str text, struct mail_notify_key *ret_key)
{
    enum { TAIL = 2 * MAIL_NOTIFY_ID_LETTERS + 2 };
    if (text.len <= TAIL || text.len > MAIL_NOTIFY_KEY_BYTES) return false;
    struct str tail = str_from_byte(text, text.len - TAIL);
    struct str service = str_slice(tail, 1, 1 + MAIL_NOTIFY_ID_LETTERS);
    struct str secret = str_from_byte(tail, 2 + MAIL_NOTIFY_ID_LETTERS);
    if (tail.at[0] != '-' || tail.at[1 + MAIL_NOTIFY_ID_LETTERS] != '-') return false;
    if (!mail_notify_is_id(service) || !mail_notify_is_id(secret)) return false;
    *ret_key = (struct mail_notify_key){{0}, {0}};
    memcpy(ret_key->service, service.at, service.len);
    memcpy(ret_key->secret, secret.at, secret.len);
    return true;
}

enum err mail_notify_token(const struct mail_notify_key *key, struct utc now, struct buf *ret_token)
{
    static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    BUF(claims, CLAIMS_BYTES);
    buf_print(&claims, "{\"iss\":\"%s\",\"iat\":%lld}", key->service,
              (long long)(now.us / UTC_SECOND_US));
    TRY(buf_done(&claims));
    size_t start = ret_token->len;
    code_base64url_put(ret_token, header, sizeof header - 1);
    buf_add_byte(ret_token, '.');
    code_base64url_put(ret_token, claims.at, claims.len);
    TRY(buf_done(ret_token));
    unsigned char digest[DIGEST_BYTES];
    unsigned int len = 0;
    if (!HMAC(EVP_sha256(), key->secret, MAIL_NOTIFY_ID_LETTERS,
              (const unsigned char *)ret_token->at + start, ret_token->len - start, digest, &len) ||
        len != sizeof digest)
        return ERR_CRYPTO;
    buf_add_byte(ret_token, '.');
    code_base64url_put(ret_token, digest, sizeof digest);
    return buf_done(ret_token);
}

/* ---- a notice ---- */

static size_t characters(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        if (((unsigned char)text.at[i] & 0xc0) != 0x80) count++;
    return count;
}

enum err mail_notify_body(const struct mail_notify_notice *notice, struct buf *ret_json)
{
    if (notice->is_text && characters(notice->text) > MAIL_NOTIFY_TEXT_CHARACTERS)
        return ERR_TOO_BIG;
    JSON body = json_object();
    json_t *words = json_object();
    json_put_str(body, notice->is_text ? "phone_number" : "email_address", notice->to);
    json_put_str(body, "template_id", notice->template);
    json_put_str(body, "reference", notice->reference);
    if (notice->sender.len)
        json_put_str(body, notice->is_text ? "sms_sender_id" : "email_reply_to_id", notice->sender);
    if (!notice->is_text) json_put_str(words, "subject", notice->subject);
    json_put_str(words, "text", notice->text);
    json_put(body, "personalisation", words);
    return json_write(body, ret_json);
}

/* ---- answers ---- */

bool mail_notify_id_get(struct str answer, char ret_id[MAIL_NOTIFY_ID_LETTERS + 1])
{
    JSON value = NULL;
    if (json_read(answer, MAIL_NOTIFY_ANSWER_BYTES, &value) != OK) return false;
    struct str id = json_get_str(value, "id");
    if (!mail_notify_is_id(id)) return false;
    memcpy(ret_id, id.at, id.len);
    ret_id[id.len] = 0;
    return true;
}

/* A word of small letters and dashes: it is kept in clear. */
static bool is_status(struct str word)
{
    if (word.len == 0 || word.len >= MAIL_NOTIFY_STATUS_BYTES) return false;
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] != '-' && (word.at[i] < 'a' || word.at[i] > 'z')) return false;
    return true;
}

static bool read_one(const json_t *value, struct mail_notify_found *ret_found)
{
    struct str id = json_get_str(value, "id"), status = json_get_str(value, "status");
    if (!mail_notify_is_id(id) || !is_status(status)) return false;
    *ret_found = (struct mail_notify_found){{0}, {0}};
    memcpy(ret_found->id, id.at, id.len);
    memcpy(ret_found->status, status.at, status.len);
    return true;
}

bool mail_notify_failed(const struct mail_notify_found *found)
{
    return str_ends(str_from(found->status), STR("-failure"));
}

enum err mail_notify_status(struct str answer, struct mail_notify_found *ret_found)
{
    JSON value = NULL;
    if (json_read(answer, MAIL_NOTIFY_ANSWER_BYTES, &value) != OK) return ERR_BAD_JSON;
    const json_t *list = json_object_get(value, "notifications");
    if (!list) return read_one(value, ret_found) ? OK : ERR_BAD_JSON;
    if (!json_is_array(list)) return ERR_BAD_JSON;
    struct mail_notify_found best = {{0}, {0}};
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct mail_notify_found one;
        if (!read_one(json_array_get(list, i), &one)) return ERR_BAD_JSON;
        if (best.id[0] == 0 || (mail_notify_failed(&best) && !mail_notify_failed(&one))) best = one;
    }
    if (best.id[0] == 0) return ERR_NOT_FOUND;
    *ret_found = best;
    return OK;
}
