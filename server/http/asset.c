/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Style sheets and scripts. One hash over all of them stands in their address, so that browsers may
 * keep them for ever and a script finds its neighbour by a relative path. A page that was loaded
 * before an upgrade still gets them under the old hash, without being told to keep them.
 */
#include <stdlib.h>

#include "core/code.h"
#include "core/num.h"
#include "crypt/kdf.h"
#include "server/http/exchange.h"

enum { HASH_BYTES = 8, ASSETS_BYTES = 8 * 1024 * 1024 };

struct assets {
    const struct embedded_file *files;
    char hash[2 * HASH_BYTES + 1];
};

static struct str content(const struct embedded_file *file)
{
    return (struct str){file->start, (size_t)(file->end - file->start)};
}

static enum err hash_all(const struct embedded_file *files, struct buf *ret_hash)
{
    BUF(all, ASSETS_BYTES);
    for (const struct embedded_file *file = files; file->name; file++) {
        buf_add_c(&all, file->name);
        buf_add_byte(&all, 0);
        buf_add_u64(&all, content(file).len);
        buf_add(&all, content(file));
    }
    TRY(buf_done(&all));
    unsigned char digest[KDF_MAC_BYTES];
    TRY(kdf_sha256(buf_str(&all), digest));
    code_hex_put(ret_hash, digest, HASH_BYTES);
    return OK;
}

enum err assets_open(const struct embedded_file *files, struct assets **ret_assets)
{
    BUF(hash, 2 * HASH_BYTES);
    TRY(hash_all(files, &hash));
    struct assets *assets = calloc(1, sizeof *assets);
    if (!assets) return ERR_MEMORY;
    assets->files = files;
    for (size_t i = 0; i < hash.len; i++) assets->hash[i] = hash.at[i];
    *ret_assets = assets;
    return OK;
}

void assets_free(struct assets **assets)
{
    free(*assets);
    *assets = NULL;
}

struct str assets_path(const struct assets *assets, struct str name, struct arena *arena)
{
    return arena_print(arena, "/assets/%s/%.*s", assets->hash, STR_ARG(name));
}

static const char *type_of(struct str name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".woff2", "font/woff2"},
        {".json", "application/json"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(name, str_from(types[i].ending))) return types[i].type;
    return NULL;
}

enum err assets_reply(const struct assets *assets, struct http_exchange *exchange)
{
    struct str rest = exchange->request.path, empty, folder, hash;
    if (!str_split(&rest, '/', &empty) || !str_split(&rest, '/', &folder) ||
        !str_split(&rest, '/', &hash))
        return ERR_NOT_FOUND;
    struct str body;
    const char *type = type_of(rest);
    if (!type || !embed_find(assets->files, rest, &body)) return ERR_NOT_FOUND;
    reply_start(exchange, 200, type);
    exchange->reply.cached = str_equal(hash, str_from(assets->hash));
    exchange->reply.body = buf_new(body.len);
    buf_add(&exchange->reply.body, body);
    return OK;
}
