/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/multipart.h"

#include <string.h>

enum { SLICE_BYTES = 8 * 1024 };

enum state { START, AFTER_BOUNDARY, HEAD, DATA, ENDED };

struct multipart {
    const struct multipart_events *events;
    void *context;
    enum state state;
    struct str delimiter; /* CRLF "--" boundary */
    size_t len;
    char hold[MULTIPART_HEAD_BYTES + 4 + SLICE_BYTES];
};

/* ---- headers ---- */

/*
 * The next "; name=value" of a header's value. Browsers write a quotation mark in a value as %22,
 * older ones as \".
 */
static bool next_parameter(struct str *rest, struct str *ret_name, struct str *ret_value)
{
    *rest = str_trim(*rest);
    if (!rest->len || rest->at[0] != ';') return false;
    *rest = str_trim(str_from_byte(*rest, 1));
    size_t equals = str_find_byte(*rest, '=');
    if (equals == STR_NONE) return false;
    *ret_name = str_trim(str_slice(*rest, 0, equals));
    *rest = str_from_byte(*rest, equals + 1);
    size_t end = 0;
    if (rest->len && rest->at[0] == '"') {
        for (end = 1; end < rest->len && rest->at[end] != '"'; end++)
            if (rest->at[end] == '\\' && end + 1 < rest->len && rest->at[end + 1] == '"') end++;
        if (end >= rest->len) return false;
        *ret_value = str_slice(*rest, 1, end);
        *rest = str_from_byte(*rest, end + 1);
    } else {
        while (end < rest->len && rest->at[end] != ';') end++;
        *ret_value = str_trim(str_slice(*rest, 0, end));
        *rest = str_from_byte(*rest, end);
    }
    return true;
}

static enum err read_disposition(struct str value, struct multipart_part *part)
{
    size_t kind = str_find_byte(value, ';');
    if (kind == STR_NONE || !str_same(str_trim(str_slice(value, 0, kind)), STR("form-data")))
        return ERR_BAD_INPUT;
    struct str rest = str_from_byte(value, kind), name, text;
    bool has_name = false;
    while (next_parameter(&rest, &name, &text)) {
        if (str_same(name, STR("name"))) {
            if (has_name) return ERR_BAD_INPUT;
            has_name = true;
            part->name = text;
        } else if (str_same(name, STR("filename"))) {
            if (part->is_file) return ERR_BAD_INPUT;
            part->is_file = true;
            part->file_name = text;
        }
    }
    return has_name && str_trim(rest).len == 0 ? OK : ERR_BAD_INPUT;
}

static enum err read_head(struct str head, struct multipart_part *ret_part)
{
    struct multipart_part part = {.is_file = false};
    bool has_disposition = false;
    while (head.len) {
        size_t end = str_find(head, STR("\r\n"));
        struct str line = str_slice(head, 0, end == STR_NONE ? head.len : end);
        head = str_from_byte(head, end == STR_NONE ? head.len : end + 2);
        size_t colon = str_find_byte(line, ':');
        if (colon == STR_NONE) return ERR_BAD_INPUT;
        struct str name = str_slice(line, 0, colon),
                   value = str_trim(str_from_byte(line, colon + 1));
        if (str_same(name, STR("content-disposition"))) {
            if (has_disposition) return ERR_BAD_INPUT;
            has_disposition = true;
            TRY(read_disposition(value, &part));
        } else if (str_same(name, STR("content-type"))) {
            part.type = value;
        }
    }
    if (!has_disposition) return ERR_BAD_INPUT;
    *ret_part = part;
    return OK;
}

/* ---- the body ---- */

enum err multipart_open(struct str content_type, const struct multipart_events *events,
                        void *context, struct arena *arena, struct multipart **ret_multipart)
{
    size_t kind = str_find_byte(content_type, ';');
    if (kind == STR_NONE ||
        !str_same(str_trim(str_slice(content_type, 0, kind)), STR("multipart/form-data")))
        return ERR_BAD_INPUT;
    struct str rest = str_from_byte(content_type, kind), name, value, boundary = {NULL, 0};
    while (next_parameter(&rest, &name, &value))
        if (str_same(name, STR("boundary"))) boundary = value;
    if (boundary.len == 0 || boundary.len > MULTIPART_BOUNDARY_BYTES) return ERR_BAD_INPUT;
    struct multipart *multipart = ARENA_ONE(arena, struct multipart);
    multipart->events = events;
    multipart->context = context;
    multipart->delimiter = arena_print(arena, "\r\n--%.*s", STR_ARG(boundary));
    *ret_multipart = multipart;
    return OK;
}

/* Each step says how many bytes of what is held it is done with; 0: it needs more. */
static enum err step_start(struct multipart *multipart, struct str held, size_t *ret_done)
{
    struct str first = str_from_byte(multipart->delimiter, 2);
    if (!str_starts(first, str_slice(held, 0, first.len))) return ERR_BAD_INPUT;
    if (held.len < first.len) return OK;
    multipart->state = AFTER_BOUNDARY;
    *ret_done = first.len;
    return OK;
}

static enum err step_after_boundary(struct multipart *multipart, struct str held, size_t *ret_done)
{
    if (held.len < 2) return OK;
    if (str_starts(held, STR("--")))
        multipart->state = ENDED;
    else if (str_starts(held, STR("\r\n")))
        multipart->state = HEAD;
    else
        return ERR_BAD_INPUT;
    *ret_done = 2;
    return OK;
}

static enum err step_head(struct multipart *multipart, struct str held, size_t *ret_done)
{
    size_t end = str_find(held, STR("\r\n\r\n"));
    if (end == STR_NONE || end > MULTIPART_HEAD_BYTES)
        return held.len >= MULTIPART_HEAD_BYTES + 4 ? ERR_BAD_INPUT : OK;
    struct multipart_part part;
    TRY(read_head(str_slice(held, 0, end), &part));
    TRY(multipart->events->begin(multipart->context, &part));
    multipart->state = DATA;
    *ret_done = end + 4;
    return OK;
}

static enum err step_data(struct multipart *multipart, struct str held, size_t *ret_done)
{
    struct str delimiter = multipart->delimiter;
    const char *found =
        held.len >= delimiter.len ? memmem(held.at, held.len, delimiter.at, delimiter.len) : NULL;
    size_t data = found                       ? (size_t)(found - held.at)
                  : held.len >= delimiter.len ? held.len - delimiter.len + 1
                                              : 0;
    if (data) TRY(multipart->events->data(multipart->context, str_slice(held, 0, data)));
    *ret_done = data;
    if (!found) return OK;
    TRY(multipart->events->end(multipart->context));
    multipart->state = AFTER_BOUNDARY;
    *ret_done = data + delimiter.len;
    return OK;
}

static enum err step(struct multipart *multipart, struct str held, size_t *ret_done)
{
    *ret_done = 0;
    switch (multipart->state) {
    case START: return step_start(multipart, held, ret_done);
    case AFTER_BOUNDARY: return step_after_boundary(multipart, held, ret_done);
    case HEAD: return step_head(multipart, held, ret_done);
    case DATA: return step_data(multipart, held, ret_done);
    case ENDED: *ret_done = held.len; return OK;
    }
    ASSERT(false);
    return ERR_BAD_INPUT;
}

static enum err take_slice(struct multipart *multipart, struct str slice)
{
    ASSERT(multipart->len + slice.len <= sizeof multipart->hold);
    memcpy(multipart->hold + multipart->len, slice.at, slice.len);
    multipart->len += slice.len;
    struct str held = {multipart->hold, multipart->len};
    for (size_t done = 1; done && held.len; held = str_from_byte(held, done))
        TRY(step(multipart, held, &done));
    memmove(multipart->hold, held.at, held.len);
    multipart->len = held.len;
    return OK;
}

enum err multipart_take(struct multipart *multipart, struct str bytes)
{
    while (bytes.len) {
        TRY(take_slice(multipart, str_slice(bytes, 0, SLICE_BYTES)));
        bytes = str_from_byte(bytes, SLICE_BYTES);
    }
    return OK;
}

enum err multipart_finish(const struct multipart *multipart)
{
    return multipart->state == ENDED ? OK : ERR_BAD_INPUT;
}
