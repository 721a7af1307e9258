/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/form.h"

#include "core/buf.h"
#include "core/code.h"
#include "core/num.h"
#include "core/utf8.h"

struct form form_new(struct arena *arena, size_t max_fields)
{
    return (struct form){ARENA_MANY(arena, max_fields, struct form_field), 0, max_fields};
}

static bool is_plain_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < 0x20 || s.at[i] > 0x7e) return false;
    return true;
}

static enum err clean(struct str bytes, struct arena *arena, struct str *ret_text)
{
    if (is_plain_ascii(bytes)) {
        *ret_text = arena_str(arena, bytes);
        return OK;
    }
    /* Composing may make text longer: U+0344 is one point of two bytes and becomes two. */
    size_t max;
    ASSERT(num_multiply(bytes.len, 4, &max));
    BUF_SECRET(text, max);
    TRY(utf8_clean(bytes, &text));
    *ret_text = arena_str(arena, buf_str(&text));
    return OK;
}

enum err form_add(struct form *form, struct str name, struct str value, struct arena *arena)
{
    if (form->count == form->max) return ERR_TOO_BIG;
    struct form_field field;
    TRY(clean(name, arena, &field.name));
    TRY(clean(value, arena, &field.value));
    form->fields[form->count++] = field;
    return OK;
}

static bool escaped_byte(struct str digits, char *ret_byte)
{
    if (digits.len != 2) return false;
    char lower[2];
    for (size_t i = 0; i < 2; i++) {
        lower[i] = digits.at[i];
        if (lower[i] >= 'A' && lower[i] <= 'F') lower[i] = (char)(lower[i] + 'a' - 'A');
    }
    return code_hex_get((struct str){lower, 2}, ret_byte, 1);
}

static enum err unescape(struct str escaped, struct buf *bytes)
{
    buf_clear(bytes);
    for (size_t i = 0; i < escaped.len; i++) {
        char byte = escaped.at[i];
        if (byte == '+') {
            byte = ' ';
        } else if (byte == '%') {
            if (!escaped_byte(str_slice(escaped, i + 1, i + 3), &byte)) return ERR_BAD_INPUT;
            i += 2;
        }
        buf_add_byte(bytes, byte);
    }
    return buf_done(bytes);
}

enum err form_read(struct str body, size_t max_fields, struct arena *arena, struct form *ret_form)
{
    size_t count = 0;
    struct str rest = body, pair;
    while (str_split(&rest, '&', &pair)) count += pair.len > 0;
    if (count > max_fields) return ERR_TOO_BIG;
    struct form form = form_new(arena, count);
    BUF_SECRET(name, body.len);
    BUF_SECRET(value, body.len);
    for (rest = body; str_split(&rest, '&', &pair);) {
        if (pair.len == 0) continue;
        size_t equals = str_find_byte(pair, '=');
        if (equals == STR_NONE) equals = pair.len;
        TRY(unescape(str_slice(pair, 0, equals), &name));
        TRY(unescape(str_from_byte(pair, equals + 1), &value));
        TRY(form_add(&form, buf_str(&name), buf_str(&value), arena));
    }
    *ret_form = form;
    return OK;
}

bool form_next(const struct form *form, const char *name, size_t *at, struct str *ret_value)
{
    struct str wanted = str_from(name);
    while (*at < form->count) {
        const struct form_field *field = &form->fields[(*at)++];
        if (!str_equal(field->name, wanted)) continue;
        *ret_value = field->value;
        return true;
    }
    return false;
}

bool form_has(const struct form *form, const char *name)
{
    size_t at = 0;
    struct str value;
    return form_next(form, name, &at, &value);
}

struct str form_get(const struct form *form, const char *name)
{
    size_t at = 0;
    struct str value = {"", 0};
    (void)form_next(form, name, &at, &value);
    return value;
}

struct str form_line(const struct form *form, const char *name)
{
    return str_trim(form_get(form, name));
}

size_t form_count(const struct form *form, const char *name)
{
    size_t at = 0, count = 0;
    struct str value;
    while (form_next(form, name, &at, &value)) count++;
    return count;
}

bool form_int(const struct form *form, const char *name, int64_t min, int64_t max,
              int64_t *ret_number)
{
    return num_parse(form_line(form, name), min, max, ret_number);
}

bool form_id(const struct form *form, const char *name, int64_t *ret_id)
{
    return code_id_get(form_line(form, name), ret_id);
}

bool form_has_id(const struct form *form, const char *name, int64_t id)
{
    struct str value;
    int64_t typed;
    for (size_t at = 0; form_next(form, name, &at, &value);)
        if (code_id_get(value, &typed) && typed == id) return true;
    return false;
}
