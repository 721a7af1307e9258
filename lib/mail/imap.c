/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/imap.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "mail/reply.h"
#include "sys/fault.h"

enum {
    SAID_BYTES_MAX = 1024 * 1024, /* of all replies to one command */
    URL_BYTES = 2000,
    COMMAND_BYTES = 1000,
    FOLDER_BYTES = 200,
    /* libcurl 7.88 counts what it has read and not yet handed on anew with each line, and gives up
     * at 300 KiB: fifty lines may have 240 bytes each. */
    LIST_LINES = 50,
};

struct mail_imap {
    CURL *curl;
    struct buf base;         /* "imaps://host/INBOX", encoded */
    size_t server_len;       /* of it: "imaps://host/" */
    struct buf mailbox;      /* as it stands between quotes in a command */
    bool knows_capabilities; /* of this connection, after signing in */
    bool can_move, can_expunge_uid;
    const char *code;
};

/* One command and what came back. */
struct command {
    struct mail_imap *imap;
    size_t said_bytes;
    /* replies */
    uint32_t exists, uidvalidity;
    bool has_exists, has_uidvalidity, try_create, refused;
    struct mail_imap_entry *entries;
    size_t entries_count, entries_room;
    bool too_many;
    /* a message */
    size_t body_bytes, body_max;
    mail_imap_sink sink;
    void *sink_context;
    enum err sink_code;
};

/* Every line of every reply, also of signing in and selecting. */
static size_t hear(char *at, size_t size, size_t count, void *context)
{
    struct command *command = context;
    command->said_bytes += size * count;
    if (command->said_bytes > SAID_BYTES_MAX) return 0;
    struct mail_reply_imap reply = mail_reply_imap((struct str){at, size * count});
    switch (reply.kind) {
    case MAIL_REPLY_EXISTS:
        command->exists = reply.number;
        command->has_exists = true;
        break;
    case MAIL_REPLY_UIDVALIDITY:
        command->uidvalidity = reply.number;
        command->has_uidvalidity = true;
        break;
    case MAIL_REPLY_ENTRY:
        if (!command->entries) break;
        if (command->entries_count == command->entries_room) {
            command->too_many = true;
            return 0;
        }
        command->entries[command->entries_count++] =
            (struct mail_imap_entry){reply.uid, reply.size, reply.deleted};
        break;
    case MAIL_REPLY_CAPABILITY:
        command->imap->can_move = reply.can_move;
        command->imap->can_expunge_uid = reply.can_expunge_uid;
        break;
    case MAIL_REPLY_TAGGED:
        /* libcurl signs off after a refusal, and that has an answer too */
        command->try_create |= reply.try_create;
        command->refused |= !reply.ok;
        break;
    case MAIL_REPLY_OTHER: break;
    }
    return size * count;
}

/* A message's bytes; for other commands the same lines that hear() has had. */
static size_t take_body(char *at, size_t size, size_t count, void *context)
{
    struct command *command = context;
    struct str piece = {at, size * count};
    if (!command->sink) return piece.len;
    if (piece.len > command->body_max - command->body_bytes) {
        command->sink_code = ERR_TOO_BIG;
        return 0;
    }
    command->body_bytes += piece.len;
    command->sink_code = command->sink(piece, command->sink_context);
    return command->sink_code == OK ? piece.len : 0;
}

/* ---- texts ---- */

/* What libcurl decodes again in URLs and in custom requests. */
static void add_encoded(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain)
            buf_add_byte(out, c);
        else
            buf_print(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

static bool is_folder(struct str name)
{
    if (name.len == 0 || name.len > FOLDER_BYTES) return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] < ' ' || name.at[i] > '~') return false;
    return true;
}

static void add_quoted(struct buf *out, struct str name)
{
    buf_add_byte(out, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '"' || name.at[i] == '\\') buf_add_byte(out, '\\');
        buf_add_byte(out, name.at[i]);
    }
    buf_add_byte(out, '"');
}

/* ---- one command ---- */

static enum err go(struct command *command, const struct buf *url, const struct buf *request)
{
    struct mail_imap *imap = command->imap;
    TRY(buf_done(url));
    TRY(buf_done(request));
    CURLcode done = curl_easy_setopt(imap->curl, CURLOPT_URL, url->at);
    if (!done)
        done =
            curl_easy_setopt(imap->curl, CURLOPT_CUSTOMREQUEST, request->len ? request->at : NULL);
    if (!done) done = curl_easy_setopt(imap->curl, CURLOPT_HEADERDATA, command);
    if (!done) done = curl_easy_setopt(imap->curl, CURLOPT_WRITEDATA, command);
    if (done) return ERR_MEMORY;
    if (FAULT_FAILS(imap_command)) {
        imap->code = "connect";
        return ERR_NET;
    }
    done = curl_easy_perform(imap->curl);
    long connections = 0;
    curl_easy_getinfo(imap->curl, CURLINFO_NUM_CONNECTS, &connections);
    if (connections > 0 || done != CURLE_OK) imap->knows_capabilities = false;
    imap->code = "";
    if (done == CURLE_OK) return OK;
    if (command->sink_code != OK) return command->sink_code;
    /* Also its error for a message that the server says that it cannot hand out. */
    if (done == CURLE_REMOTE_FILE_NOT_FOUND && !command->refused) return ERR_NOT_FOUND;
    imap->code = done == CURLE_QUOTE_ERROR || done == CURLE_REMOTE_FILE_NOT_FOUND ? "no"
                 : done == CURLE_WRITE_ERROR                                      ? "answer"
                                             : mail_server_code((int)done);
    return ERR_NET;
}

/* uidvalidity 0: whatever the mailbox has. custom NULL: fetch the message `uid`. */
static enum err perform(struct command *command, uint32_t uidvalidity, uint32_t uid,
                        const char *custom)
{
    BUF(url, URL_BYTES);
    buf_add(&url, buf_str(&command->imap->base));
    if (uidvalidity) buf_print(&url, ";UIDVALIDITY=%u", uidvalidity);
    if (!custom) buf_print(&url, ";UID=%u", uid);
    BUF(request, 3 * COMMAND_BYTES);
    /* libcurl splits a custom request at its first space, after decoding it */
    if (custom) {
        for (const char *at = custom; *at; at++) {
            if (*at == '%')
                buf_add_c(&request, "%25");
            else
                buf_add_byte(&request, *at);
        }
    }
    return go(command, &url, &request);
}

/* libcurl has one error for a refused sign-in and a refused folder: so these are apart. */
static enum err sign_in(struct mail_imap *imap)
{
    struct command command = {.imap = imap};
    BUF(url, URL_BYTES);
    BUF(request, COMMAND_BYTES);
    buf_add(&url, str_slice(buf_str(&imap->base), 0, imap->server_len));
    buf_add_c(&request, "NOOP");
    return go(&command, &url, &request);
}

enum err mail_imap_open(const struct mail_server *server, struct str mailbox,
                        struct mail_imap **ret_imap)
{
    if (!is_folder(mailbox)) return ERR_CONFIG;
    struct mail_imap *imap = calloc(1, sizeof *imap);
    if (!imap) return ERR_MEMORY;
    *imap = (struct mail_imap){.curl = curl_easy_init(),
                               .base = buf_new(URL_BYTES / 2),
                               .mailbox = buf_new(2 * FOLDER_BYTES + 2),
                               .code = ""};
    enum err code = imap->curl ? OK : ERR_MEMORY;
    if (code == OK) code = mail_server_apply(server, imap->curl);
    if (code == OK) {
        bool colon = strchr(server->host, ':') != NULL;
        buf_print(&imap->base, "%s://%s%s%s/", server->tls == MAIL_TLS_IMPLICIT ? "imaps" : "imap",
                  colon ? "[" : "", server->host, colon ? "]" : "");
        imap->server_len = imap->base.len;
        add_encoded(&imap->base, mailbox);
        add_quoted(&imap->mailbox, mailbox);
        code = buf_done(&imap->base) == OK ? OK : ERR_CONFIG;
    }
    if (code == OK && (curl_easy_setopt(imap->curl, CURLOPT_PROTOCOLS_STR, "imap,imaps") ||
                       curl_easy_setopt(imap->curl, CURLOPT_HEADERFUNCTION, hear) ||
                       curl_easy_setopt(imap->curl, CURLOPT_WRITEFUNCTION, take_body)))
        code = ERR_NET;
    if (code != OK)
        mail_imap_close(&imap);
    else
        *ret_imap = imap;
    return code;
}

void mail_imap_close(struct mail_imap **slot)
{
    struct mail_imap *imap = *slot;
    if (!imap) return;
    /* libcurl says LOGOUT while it cleans up, and the answer would still be heard. */
    struct command farewell = {.imap = imap};
    if (imap->curl) {
        curl_easy_setopt(imap->curl, CURLOPT_HEADERDATA, &farewell);
        curl_easy_setopt(imap->curl, CURLOPT_WRITEDATA, &farewell);
        curl_easy_cleanup(imap->curl);
    }
    buf_free(&imap->base);
    buf_free(&imap->mailbox);
    free(imap);
    *slot = NULL;
}

const char *mail_imap_code(const struct mail_imap *imap)
{
    return imap->code;
}

/* ---- what can be asked ---- */

enum err mail_imap_look(struct mail_imap *imap, struct mail_imap_box *ret_box)
{
    struct command command = {.imap = imap};
    BUF(text, COMMAND_BYTES);
    buf_print(&text, "SELECT %.*s", STR_ARG(buf_str(&imap->mailbox)));
    TRY(buf_done(&text));
    TRY(sign_in(imap));
    enum err code = perform(&command, 0, 0, text.at);
    if (code == ERR_NET && strcmp(imap->code, "login") == 0) imap->code = "folder";
    TRY(code);
    if (!command.has_exists || !command.has_uidvalidity) {
        imap->code = "answer";
        return ERR_NET;
    }
    *ret_box = (struct mail_imap_box){command.uidvalidity, command.exists};
    return OK;
}

enum err mail_imap_list(struct mail_imap *imap, const struct mail_imap_box *box, uint32_t first,
                        uint32_t count, struct mail_imap_entry *ret_entries, size_t *ret_count)
{
    ASSERT(first >= 1 && count >= 1 && count <= UINT32_MAX - first);
    size_t found = 0;
    for (uint32_t at = 0; at < count; at += LIST_LINES) {
        uint32_t part = count - at < LIST_LINES ? count - at : LIST_LINES;
        struct command command = {
            .imap = imap, .entries = ret_entries + found, .entries_room = part};
        char text[64];
        snprintf(text, sizeof text, "FETCH %u:%u (UID RFC822.SIZE FLAGS)", first + at,
                 first + at + part - 1);
        TRY(perform(&command, box->uidvalidity, 0, text));
        found += command.entries_count;
    }
    *ret_count = found;
    return OK;
}

enum err mail_imap_fetch(struct mail_imap *imap, uint32_t uidvalidity, uint32_t uid,
                         size_t max_bytes, mail_imap_sink sink, void *context)
{
    ASSERT(uid != 0 && uidvalidity != 0);
    struct command command = {
        .imap = imap, .body_max = max_bytes, .sink = sink, .sink_context = context};
    return perform(&command, uidvalidity, uid, NULL);
}

static enum err learn_capabilities(struct mail_imap *imap, uint32_t uidvalidity)
{
    if (imap->knows_capabilities) return OK;
    struct command command = {.imap = imap};
    TRY(perform(&command, uidvalidity, 0, "CAPABILITY"));
    imap->knows_capabilities = true;
    return OK;
}

/* "UID VERB 7,9 " */
static void add_verb(struct buf *text, const char *verb, const uint32_t *uids, size_t count)
{
    buf_print(text, "UID %s ", verb);
    for (size_t i = 0; i < count; i++) buf_print(text, "%s%u", i ? "," : "", uids[i]);
}

/* MOVE or COPY; the folder is made when the server says so. */
static enum err to_folder(struct mail_imap *imap, uint32_t uidvalidity, const char *verb,
                          const uint32_t *uids, size_t count, struct str folder)
{
    BUF(text, COMMAND_BYTES);
    add_verb(&text, verb, uids, count);
    buf_add_byte(&text, ' ');
    add_quoted(&text, folder);
    TRY(buf_done(&text));
    struct command command = {.imap = imap};
    enum err code = perform(&command, uidvalidity, 0, text.at);
    if (code != ERR_NET || !command.try_create) return code;
    BUF(create, COMMAND_BYTES);
    buf_add_c(&create, "CREATE ");
    add_quoted(&create, folder);
    TRY(buf_done(&create));
    struct command creating = {.imap = imap};
    TRY(perform(&creating, uidvalidity, 0, create.at));
    struct command again = {.imap = imap};
    return perform(&again, uidvalidity, 0, text.at);
}

static enum err mark_and_expunge(struct mail_imap *imap, uint32_t uidvalidity, const uint32_t *uids,
                                 size_t count, bool can_expunge_uid)
{
    BUF(mark, COMMAND_BYTES);
    add_verb(&mark, "STORE", uids, count);
    buf_add_c(&mark, " +FLAGS.SILENT (\\Deleted)");
    TRY(buf_done(&mark));
    struct command marking = {.imap = imap};
    TRY(perform(&marking, uidvalidity, 0, mark.at));
    if (!can_expunge_uid) return OK;
    BUF(expunge, COMMAND_BYTES);
    add_verb(&expunge, "EXPUNGE", uids, count);
    TRY(buf_done(&expunge));
    struct command expunging = {.imap = imap};
    return perform(&expunging, uidvalidity, 0, expunge.at);
}

enum err mail_imap_move(struct mail_imap *imap, uint32_t uidvalidity, const uint32_t *uids,
                        size_t count, struct str folder)
{
    ASSERT(uidvalidity != 0 && count >= 1 && count <= MAIL_IMAP_MOVE_MAX);
    if (!is_folder(folder)) return ERR_CONFIG;
    TRY(learn_capabilities(imap, uidvalidity));
    if (imap->can_move) return to_folder(imap, uidvalidity, "MOVE", uids, count, folder);
    bool can_expunge_uid = imap->can_expunge_uid;
    TRY(to_folder(imap, uidvalidity, "COPY", uids, count, folder));
    return mark_and_expunge(imap, uidvalidity, uids, count, can_expunge_uid);
}

enum err mail_imap_remove(struct mail_imap *imap, uint32_t uidvalidity, const uint32_t *uids,
                          size_t count)
{
    ASSERT(uidvalidity != 0 && count >= 1 && count <= MAIL_IMAP_MOVE_MAX);
    TRY(learn_capabilities(imap, uidvalidity));
    return mark_and_expunge(imap, uidvalidity, uids, count, imap->can_expunge_uid);
}
