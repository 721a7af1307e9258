/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/found.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/code.h"
#include "core/json.h"
#include "crypt/gnupg.h"
#include "crypt/pgp.h"
#include "ops/letterboxctl/command.h"
#include "sys/clock.h"
#include "sys/file.h"

enum {
    ANSWER_BYTES = 1024 * 1024,
    PGP_ARENA_BYTES = 4 * 1024 * 1024,
    ENTRIES = 16,
    HOME_PATH_MAX = 88, /* the agent's sockets stand in it; such paths end at 107 bytes */
};

/* Every key of a new agency. */
struct keyring {
    struct key_entry entries[ENTRIES];
    size_t count;
    struct seal_pair press, desk, post;
};

static void keyring_wipe(struct keyring *ring)
{
    explicit_bzero(ring, sizeof *ring);
}

/* ---- folders --------------------------------------------------------------------------------- */

static int folder(const struct site *site, const struct owner *owner, const char *path, mode_t mode)
{
    enum err code = owner_folder(owner, path, mode);
    if (code == OK) return COMMAND_DONE;
    return site_fail(site,
                     "The folder %s could not be made. Is the folder above it there, and may this "
                     "user write to it?",
                     path);
}

static enum err write_host(const struct owner *owner, const char *path)
{
    struct key_entry entry = {.kind = KEY_HOST, .made = clock_now()};
    BUF(file, SITE_PATH_BYTES);
    buf_print(&file, "%s/host.keys", path);
    TRY(buf_done(&file));
    if (file_exists(file.at)) return OK;
    secret_random(&entry.secret);
    enum err code = keys_write(path, "host", &entry, 1, owner->uid, owner->gid);
    secret_wipe(&entry.secret);
    return code;
}

int found_folders(const struct site *site, const struct owners *owners)
{
    const struct conf *conf = &site->conf;
    const struct {
        enum owner_name owner;
        const char *path;
    } folders[] = {
        {OWNER_PORTAL, conf->portal_key_folder}, {OWNER_PORTAL, conf->portal_spool_folder},
        {OWNER_DESK, conf->desk_key_folder},     {OWNER_DESK, conf->desk_spool_folder},
        {OWNER_PRESS, conf->press_key_folder},   {OWNER_POST, conf->post_key_folder},
        {OWNER_PRESS, conf->press_gnupg_home},
    };
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        int status = folder(site, &owners->at[folders[i].owner], folders[i].path, 0700);
        if (status) return status;
    }
    enum err code = write_host(&owners->at[OWNER_PORTAL], conf->portal_key_folder);
    if (code == OK) code = write_host(&owners->at[OWNER_DESK], conf->desk_key_folder);
    return code == OK ? COMMAND_DONE : site_failed(site, "host secrets", code);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void add_key(struct keyring *ring, enum key_kind kind, int64_t agency,
                    const struct secret *secret)
{
    ASSERT(ring->count < ENTRIES);
    struct key_entry *entry = &ring->entries[ring->count++];
    *entry = (struct key_entry){.kind = kind, .agency_id = agency, .made = clock_now()};
    if (secret)
        entry->secret = *secret;
    else
        secret_random(&entry->secret);
}

static enum err make_keys(int64_t agency, struct keyring *ring)
{
    static const enum key_kind lookups[] = {KEY_SIGN_IN, KEY_STAFF, KEY_DOUBLE, KEY_SENDER,
                                            KEY_ADDRESS, KEY_PHONE, KEY_ALIAS,  KEY_SCREEN};
    TRY(seal_pair_make(&ring->press));
    TRY(seal_pair_make(&ring->desk));
    TRY(seal_pair_make(&ring->post));
    add_key(ring, KEY_PRESS, agency, &ring->press.secret);
    add_key(ring, KEY_DESK, agency, &ring->desk.secret);
    add_key(ring, KEY_POST, agency, &ring->post.secret);
    for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++)
        add_key(ring, lookups[i], agency, NULL);
    return OK;
}

/* Which process holds a kind: bit n is process n. */
static unsigned holders(enum key_kind kind)
{
    enum {
        PORTAL = 1 << OWNER_PORTAL,
        DESK = 1 << OWNER_DESK,
        PRESS = 1 << OWNER_PRESS,
        POST = 1 << OWNER_POST
    };
    switch (kind) {
    case KEY_PRESS: return PRESS;
    case KEY_POST: return POST;
    case KEY_DOUBLE: return POST;
    case KEY_SIGN_IN: return PORTAL;
    case KEY_STAFF: return DESK;
    case KEY_SENDER:
    case KEY_ADDRESS:
    case KEY_PHONE:
    case KEY_ALIAS:
    case KEY_SCREEN: return PRESS | DESK;
    case KEY_DESK: /* no server */
    case KEY_HOST:
    case KEY_KINDS: break;
    }
    return 0;
}

static enum err write_keys(const struct conf *conf, const struct owners *owners,
                           const struct keyring *ring, const char *slug)
{
    const char *const folders[] = {[OWNER_PORTAL] = conf->portal_key_folder,
                                   [OWNER_DESK] = conf->desk_key_folder,
                                   [OWNER_PRESS] = conf->press_key_folder,
                                   [OWNER_POST] = conf->post_key_folder};
    for (size_t process = 0; process < sizeof folders / sizeof *folders; process++) {
        struct keyring mine __attribute__((cleanup(keyring_wipe))) = {.count = 0};
        for (size_t i = 0; i < ring->count; i++)
            if (holders(ring->entries[i].kind) & (1u << process))
                mine.entries[mine.count++] = ring->entries[i];
        TRY(keys_write(folders[process], slug, mine.entries, mine.count, owners->at[process].uid,
                       owners->at[process].gid));
    }
    return OK;
}

/* ---- OpenPGP, as the press's user ------------------------------------------------------------ */

struct pgp_work {
    const char *home;
    const struct found_agency *agency;
    struct str recovery; /* clear, to be encrypted */
};

bool found_agent_runs(const char *home)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/S.gpg-agent", home);
    if (length < 0 || (size_t)length >= sizeof address.sun_path) return false;
    FD(fd, socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static enum err add_public(struct pgp *pgp, const struct pgp_fingerprint *fingerprint, json_t *list)
{
    BUF(key, FOUND_KEY_BYTES);
    BUF(text, 2 * FOUND_KEY_BYTES);
    TRY(pgp_key_export(pgp, fingerprint, false, &key));
    code_base64_put(&text, key.at, key.len);
    TRY(buf_done(&text));
    json_t *one = json_object();
    json_put_str(one, "fingerprint", str_from(fingerprint->hex));
    json_put_str(one, "key", buf_str(&text));
    json_add(list, one);
    return OK;
}

static enum err import_archive(struct pgp *pgp, const struct found_agency *agency,
                               struct pgp_fingerprint *ret_keys)
{
    for (size_t i = 0; i < agency->archive_count; i++) {
        struct pgp_key key;
        TRY(pgp_key_import(pgp, agency->archive[i], &key));
        if (!key.can_encrypt) return ERR_PGP_KEY;
        ret_keys[i] = key.fingerprint;
        for (size_t j = 0; j < i; j++)
            if (!strcmp(ret_keys[j].hex, ret_keys[i].hex)) return ERR_CONFLICT;
    }
    return OK;
}

static enum err make_pgp(struct pgp_work *work, struct arena *arena, struct buf *answer)
{
    struct pgp *pgp;
    struct pgp_fingerprint mail, archive[FOUND_ARCHIVE_KEYS];
    BUF(recovery, ANSWER_BYTES / 4);
    BUF(text, ANSWER_BYTES / 2);
    JSON all = json_object();
    json_t *keys = json_array();
    json_put(all, "keys", keys);
    TRY(pgp_init());
    TRY(pgp_open(arena, work->home, &pgp));
    TRY(import_archive(pgp, work->agency, archive));
    TRY(pgp_key_make(pgp, arena_c(arena, work->agency->mail_user), 0, &mail));
    TRY(add_public(pgp, &mail, keys));
    for (size_t i = 0; i < work->agency->archive_count; i++)
        TRY(add_public(pgp, &archive[i], keys));
    TRY(pgp_encrypt(pgp, archive, work->agency->archive_count, work->recovery, &recovery));
    code_base64_put(&text, recovery.at, recovery.len);
    TRY(buf_done(&text));
    json_put_str(all, "recovery", buf_str(&text));
    return json_write(all, answer);
}

static enum err pgp_run(void *context, struct buf *answer)
{
    struct pgp_work *work = context;
    bool was_running = found_agent_runs(work->home);
    ARENA(arena, PGP_ARENA_BYTES);
    if (!was_running) TRY(gnupg_home_make(work->home));
    TRY(gnupg_agent_start(work->home));
    enum err code = make_pgp(work, arena, answer);
    arena_free(&arena);
    if (!was_running && gnupg_agent_stop(work->home) != OK && code == OK) code = ERR_PGP;
    return code;
}

/* ---- database -------------------------------------------------------------------------------- */

struct rows_work {
    const struct found_agency *agency;
    const struct keyring *ring;
    const struct enrol_account *administrator;
    const json_t *keys; /* mail first, then the archive's */
    int64_t id;
    struct arena *arena;
};

static enum err add_x25519(struct store *store, const struct rows_work *work, const char *purpose,
                           const struct seal_public *key)
{
    struct seal_key_id id;
    TRY(seal_key_id(key, &id));
    return store_do(store, QUERY_agency_key_add,
                    PARAMS(P_INT(work->id), P_RAW(id.bytes), P_TEXT(str_from(purpose)),
                           P_RAW(key->bytes), P_NULL));
}

static enum err add_openpgp(struct store *store, const struct rows_work *work, const char *purpose,
                            const json_t *key)
{
    unsigned char fingerprint[20];
    BUF(bytes, FOUND_KEY_BYTES);
    struct str hex = json_get_str(key, "fingerprint");
    BUF(small, 64);
    for (size_t i = 0; i < hex.len; i++)
        buf_add_byte(&small, hex.at[i] >= 'A' && hex.at[i] <= 'F' ? (char)(hex.at[i] + 'a' - 'A')
                                                                  : hex.at[i]);
    if (!code_hex_get(buf_str(&small), fingerprint, sizeof fingerprint) ||
        !code_base64_get(json_get_str(key, "key"), &bytes))
        return ERR_PGP;
    struct str id = {(const char *)fingerprint + 4, SEAL_KEY_ID_BYTES};
    return store_do(store, QUERY_agency_key_add,
                    PARAMS(P_INT(work->id), P_BYTES(id), P_TEXT(str_from(purpose)),
                           P_BYTES(buf_str(&bytes)), P_TEXT(hex)));
}

static enum err add_rows(struct store *store, void *context)
{
    const struct rows_work *work = context;
    const struct found_agency *agency = work->agency;
    const struct enrol_account *account = work->administrator;
    struct seal_key_id desk;
    TRY(seal_key_id(&work->ring->desk.public, &desk));
    TRY(store_do(store, QUERY_agency_add,
                 PARAMS(P_INT(work->id), P_TEXT(agency->slug), P_TEXT(agency->name),
                        P_TEXT(agency->neutral_name), P_BOOL(agency->is_demo))));
    TRY(add_x25519(store, work, "press", &work->ring->press.public));
    TRY(add_x25519(store, work, "desk", &work->ring->desk.public));
    TRY(add_x25519(store, work, "post", &work->ring->post.public));
    for (size_t i = 0; i < json_array_size(work->keys); i++)
        TRY(add_openpgp(store, work, i == 0 ? "mail" : "archive", json_array_get(work->keys, i)));
    return store_do(store, QUERY_staff_enrol_first,
                    PARAMS(P_INT(work->id), P_INT(account->staff), P_BYTES(account->sealed_record),
                           P_RAW(account->key.bytes), P_RAW(account->public.bytes),
                           P_INT(account->row.cost.passes), P_INT(account->row.cost.kib),
                           P_RAW(account->row.salt), P_RAW(account->row.wrapped),
                           P_BYTES(account->sealed_totp), P_RAW(account->lookup), P_RAW(desk.bytes),
                           P_BYTES(account->sealed_desk)));
}

/* ---- all of it ------------------------------------------------------------------------------- */

static enum err enrol(const struct site *site, const struct keys *desk_keys,
                      const struct found_agency *agency, const struct keyring *ring, int64_t id,
                      struct enrol_account *ret_account)
{
    const struct secret *lookup = NULL;
    struct enrol_with with = {
        .agency = id, .desk = &ring->desk.public, .desk_secret = &ring->desk.secret};
    struct password_places places;
    for (size_t i = 0; i < ring->count; i++)
        if (ring->entries[i].kind == KEY_STAFF) lookup = &ring->entries[i].secret;
    ASSERT(lookup);
    with.lookup = lookup;
    with.places = &places;
    TRY(keys_find(desk_keys, KEY_HOST, 0, &with.host));
    password_places_init(&places, 1, PASSWORD_WAIT_MS);
    enum err code = enrol_make(&with, &agency->administrator, site->arena, ret_account);
    password_places_done(&places);
    return code;
}

static enum err write_recovery(const struct found_agency *agency, struct str base64)
{
    BUF(path, SITE_PATH_BYTES);
    BUF(bytes, ANSWER_BYTES);
    buf_print(&path, "%s/recovery-%.*s.pgp", agency->recovery_folder, STR_ARG(agency->slug));
    TRY(buf_done(&path));
    if (!code_base64_get(base64, &bytes)) return ERR_PGP;
    return file_write(path.at, buf_str(&bytes), 0600);
}

static int make_agency(const struct site *site, const struct owners *owners,
                       const struct found_agency *agency, struct keyring *ring,
                       struct db_pool *owner, const struct keys *desk_keys)
{
    BUF_SECRET(answer, ANSWER_BYTES);
    BUF_SECRET(recovery, KEYS_FILE_MAX_BYTES);
    JSON pgp = NULL;
    struct enrol_account account = {0};
    int64_t id = random_id();
    const char *slug = arena_c(site->arena, agency->slug);

    enum err code = make_keys(id, ring);
    if (code == OK) code = keys_text(ring->entries, ring->count, &recovery);
    if (code == OK) code = enrol(site, desk_keys, agency, ring, id, &account);
    if (code != OK) return site_failed(site, "keys", code);

    struct pgp_work work = {site->conf.press_gnupg_home, agency, buf_str(&recovery)};
    code = owner_do(owners, OWNER_PRESS, pgp_run, &work, &answer);
    if (code == ERR_CONFLICT)
        return site_fail(site, "The archive keys are one and the same: the archive needs two keys, "
                               "kept in two places.");
    if (code == ERR_PGP_KEY)
        return site_fail(site, "An archive key cannot be used: it must be one public key that can "
                               "encrypt and has not expired.");
    if (code == OK) code = json_read(buf_str(&answer), ANSWER_BYTES, &pgp);
    if (code != OK) return site_failed(site, "OpenPGP keys", code);

    code = write_keys(&site->conf, owners, ring, slug);
    if (code == ERR_CONFLICT)
        return site_fail(site,
                         "A file %s.keys is there already, of an init that did not end well (the "
                         "database knows no agency \"%s\"). Move it away and begin again.",
                         slug, slug);
    if (code == OK) code = write_recovery(agency, json_get_str(pgp, "recovery"));
    if (code != OK) return site_failed(site, "key files", code);
    struct rows_work rows = {agency, ring, &account, json_object_get(pgp, "keys"), id, site->arena};
    code = store_db_run(owner, NULL, add_rows, &rows);
    return code == OK ? COMMAND_DONE : site_failed(site, slug, code);
}

int found_agency(const struct site *site, const struct owners *owners,
                 const struct found_agency *agency)
{
    struct keyring ring __attribute__((cleanup(keyring_wipe))) = {.count = 0};
    struct db_pool *owner = NULL;
    struct keys *desk_keys = NULL;
    ASSERT(agency->archive_count <= FOUND_ARCHIVE_KEYS);
    if (agency->archive_count < 2)
        return site_fail(site, "The archive needs two OpenPGP keys, kept in two places: one alone "
                               "can be lost. Give --archive-key FILE twice.");
    if (strlen(site->conf.press_gnupg_home) > HOME_PATH_MAX)
        return site_fail(site,
                         "press.gnupg_home is too long a path (%d characters at most): the "
                         "agent's socket stands in it.",
                         HOME_PATH_MAX);
    int status = site_keys(site, site->conf.desk_key_folder, &desk_keys);
    if (!status) status = site_connect(site, "lb_owner", &owner);
    if (!status) status = make_agency(site, owners, agency, &ring, owner, desk_keys);
    store_db_close(&owner);
    keys_free(&desk_keys);
    return status;
}
