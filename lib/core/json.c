/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"

#include "core/code.h"
#include "core/num.h"
#include "core/utf8.h"

void json_end(json_t **value)
{
    json_decref(*value);
    *value = NULL;
}

/* jansson's own limit is in the thousands: brackets outside of texts are counted before. */
static bool is_shallow(struct str text)
{
    size_t depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.at[i];
        if (in_text) {
            if (byte == '\\')
                i++;
            else if (byte == '"')
                in_text = false;
        } else if (byte == '"') {
            in_text = true;
        } else if (byte == '[' || byte == '{') {
            if (++depth > JSON_DEPTH) return false;
        } else if ((byte == ']' || byte == '}') && depth > 0) {
            depth--;
        }
    }
    return true;
}

enum err json_read(struct str text, size_t max_bytes, json_t **ret_value)
{
    if (text.len > max_bytes) return ERR_TOO_BIG;
    if (!text.len || !is_shallow(text)) return ERR_BAD_JSON;
    json_t *value = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (!value) return ERR_BAD_JSON;
    *ret_value = value;
    return OK;
}

static int add_piece(const char *bytes, size_t len, void *context)
{
    struct buf *buf = context;
    buf_add_bytes(buf, bytes, len);
    return buf->over ? -1 : 0;
}

enum err json_write(const json_t *value, struct buf *ret_text)
{
    int failed = json_dump_callback(value, add_piece, ret_text,
                                    JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    TRY(buf_done(ret_text));
    return failed ? ERR_MEMORY : OK;
}

static json_t *given(json_t *value)
{
    ASSERT(value != NULL);
    return value;
}

json_t *json_str(struct str text)
{
    if (text.len == 0) return given(json_string(""));
    if (utf8_valid(text)) return given(json_stringn_nocheck(text.at, text.len));
    BUF(mended, text.len * 3);
    uint32_t point;
    while (text.len) {
        if (!utf8_next(&text, &point)) {
            point = 0xfffd;
            text = str_from_byte(text, 1);
        }
        utf8_add(&mended, point);
    }
    ASSERT(buf_done(&mended) == OK);
    return given(json_stringn_nocheck(mended.at, mended.len));
}

struct str json_text(const json_t *value)
{
    return (struct str){json_string_value(value), json_string_length(value)};
}

struct str json_get_str(const json_t *object, const char *key)
{
    return json_text(json_object_get(object, key));
}

bool json_get_bool(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

int64_t json_get_int(const json_t *object, const char *key, int64_t min, int64_t max,
                     int64_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value)) return otherwise;
    int64_t number = json_integer_value(value);
    return number >= min && number <= max ? number : otherwise;
}

int64_t json_get_id(const json_t *object, const char *key)
{
    int64_t id = 0;
    return num_parse(json_get_str(object, key), 1, INT64_MAX, &id) ? id : 0;
}

void json_put(json_t *object, const char *key, json_t *value)
{
    ASSERT(json_object_set_new(object, key, given(value)) == 0);
}

void json_put_str(json_t *object, const char *key, struct str text)
{
    json_put(object, key, json_str(text));
}

void json_put_int(json_t *object, const char *key, int64_t number)
{
    json_put(object, key, json_integer(number));
}

void json_put_bool(json_t *object, const char *key, bool truth)
{
    json_put(object, key, json_boolean(truth));
}

void json_put_id(json_t *object, const char *key, int64_t id)
{
    BUF(text, 24);
    buf_add_int(&text, id);
    json_put_str(object, key, buf_str(&text));
}

void json_put_code(json_t *object, const char *key, int64_t id)
{
    BUF(text, 24);
    code_id_put(&text, id);
    json_put_str(object, key, buf_str(&text));
}

void json_put_reference(json_t *object, const char *key, int64_t id)
{
    BUF(text, 24);
    code_reference_put(&text, id);
    json_put_str(object, key, buf_str(&text));
}

void json_add(json_t *list, json_t *value)
{
    ASSERT(json_array_append_new(list, given(value)) == 0);
}
