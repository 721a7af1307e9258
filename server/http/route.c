/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/route.h"

#include <string.h>

#include "core/code.h"
#include "core/num.h"

enum { TOKEN_LETTERS = 43 };

static bool is_token(struct str segment)
{
    if (segment.len != TOKEN_LETTERS) return false;
    for (size_t i = 0; i < segment.len; i++) {
        char c = segment.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return true;
}

/* The id in its one written form: lower case, no dashes. */
static bool is_id(struct str segment, int64_t *ret_id)
{
    if (segment.len != CODE_ID_LETTERS || !code_id_get(segment, ret_id)) return false;
    BUF(written, CODE_ID_LETTERS);
    code_id_put(&written, *ret_id);
    return str_equal(buf_str(&written), segment);
}

static bool take_value(struct str kind, struct str segment, struct route_values *values)
{
    if (str_equal(kind, STR(":TOKEN"))) {
        values->token = segment;
        return is_token(segment);
    }
    ASSERT(values->count < ROUTE_VALUES);
    int64_t *number = &values->numbers[values->count++];
    if (str_equal(kind, STR(":N")))
        return segment.len && segment.at[0] != '0' && num_parse(segment, 1, 9999, number);
    return is_id(segment, number);
}

static bool matches(const char *pattern, struct str path, struct route_values *ret_values)
{
    struct route_values values = {.count = 0};
    struct str wanted = str_from(pattern), want, have;
    for (;;) {
        bool more_wanted = str_split(&wanted, '/', &want);
        bool more = str_split(&path, '/', &have);
        if (more != more_wanted) return false;
        if (!more) break;
        if (want.len && want.at[0] == ':') {
            if (!take_value(want, have, &values)) return false;
        } else if (!str_equal(want, have)) {
            return false;
        }
    }
    *ret_values = values;
    return true;
}

enum err route_find(const struct route *routes, size_t count, struct str method, struct str path,
                    struct route_values *ret_values, const struct route **ret_route,
                    unsigned *ret_allowed)
{
    bool is_get = str_equal(method, STR("GET")) || str_equal(method, STR("HEAD"));
    bool is_post = str_equal(method, STR("POST"));
    unsigned allowed = 0;
    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];
        struct route_values values;
        if (!matches(route->path, path, &values)) continue;
        if (route->method == HTTP_GET ? is_get : is_post) {
            *ret_values = values;
            *ret_route = route;
            return OK;
        }
        allowed |= 1u << route->method;
    }
    if (!allowed) return ERR_NOT_FOUND;
    *ret_allowed = allowed;
    return ERR_METHOD;
}
