/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/imap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "mail/reply.h"
#include "mail/talk.h"
#include "mail/wire.h"
#include "sys/fault.h"

enum {
    SAID_BYTES_MAX = 1024 * 1024, /* of all replies to one command, without messages */
    COMMAND_BYTES = 4000,
    FOLDER_BYTES = 200,
    IN_BYTES = 32 * 1024,
    /* asked for by one command (of two, a server may answer the second first) … */
    AHEAD_COUNT = 64,
    /* … if they are not so long that much is read in vain when the connection is lost */
    AHEAD_BYTES = 2 * 1024 * 1024,
};

/* Messages that are going to be fetched; those from answered to asked are under way. */
struct plan {
    uint32_t uidvalidity;
    uint32_t uids[MAIL_IMAP_AHEAD_MAX];
    uint64_t bytes[MAIL_IMAP_AHEAD_MAX];
    size_t count, asked, answered;
    unsigned tag; /* of the command that asks for them, until that has ended; 0: none */
};

struct mail_imap {
    struct mail_wire *wire;
    struct mail_talk talk;
    char in[IN_BYTES];
    struct str unread;  /* of in */
    struct buf mailbox; /* as it stands between quotes in a command */
    unsigned tag;       /* the last one given */
    bool is_selected;   /* on this connection, with: */
    struct mail_imap_box box;
    bool can_move, can_expunge_uid; /* of this connection, after signing in */
    struct plan plan;
    const char *code;
};

/* One command and what came back. */
struct command {
    unsigned tag;
    bool is_first; /* of the connection: what comes before its answer may be half of something */
    size_t said_bytes;
    /* replies */
    uint32_t exists, uidvalidity;
    bool has_exists, has_uidvalidity, try_create, has_ended, ok;
    struct mail_imap_entry *entries;
    size_t entries_count, entries_room;
    /* a message */
    uint32_t uid;
    bool has_message;
    uint64_t body_max;
    mail_imap_sink sink;
    void *sink_context;
};

/* ---- what is heard ---- */

static bool is_tagged(struct str line, unsigned tag)
{
    char text[24];
    snprintf(text, sizeof text, "L%u ", tag);
    return str_starts(line, str_from(text));
}

/* False: no sense in it. */
static bool hear(struct mail_imap *imap, struct command *command, struct str line)
{
    struct mail_reply_imap reply = mail_reply_imap(line);
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
        if (command->entries_count == command->entries_room) return false;
        command->entries[command->entries_count++] =
            (struct mail_imap_entry){reply.uid, reply.size, reply.deleted};
        break;
    case MAIL_REPLY_CAPABILITY:
        imap->can_move = reply.can_move;
        imap->can_expunge_uid = reply.can_expunge_uid;
        break;
    case MAIL_REPLY_TAGGED:
        if (!is_tagged(line, command->tag)) return command->is_first;
        command->try_create = reply.try_create;
        command->has_ended = true;
        command->ok = reply.ok;
        break;
    case MAIL_REPLY_OTHER: return str_starts(line, STR("* ")) || command->is_first;
    }
    return true;
}

/* The connection is of no use any more. */
static enum err give_up(struct mail_imap *imap, const char *code)
{
    mail_wire_hang_up(imap->wire, false);
    imap->code = code;
    return ERR_NET;
}

/* Only the message that was asked for, and only once; one without a number so far may be it. */
static enum err take_piece(struct mail_imap *imap, struct command *command,
                           const struct mail_talk_event *event)
{
    if (!command->sink || command->has_message || (event->uid && event->uid != command->uid))
        return give_up(imap, "answer");
    enum err code = event->announced > command->body_max
                        ? ERR_TOO_BIG
                        : command->sink(event->text, command->sink_context);
    if (code != OK) mail_wire_hang_up(imap->wire, false);
    return code;
}

static enum err take_event(struct mail_imap *imap, struct command *command,
                           const struct mail_talk_event *event)
{
    switch (event->kind) {
    case MAIL_TALK_MORE: break;
    case MAIL_TALK_LINE:
        if (!hear(imap, command, event->text)) return give_up(imap, "answer");
        break;
    case MAIL_TALK_PIECE: return take_piece(imap, command, event);
    case MAIL_TALK_MESSAGE:
        if (!command->sink || command->has_message || event->uid != command->uid)
            return give_up(imap, "answer");
        command->has_message = true;
        break;
    case MAIL_TALK_BROKEN: return give_up(imap, "answer");
    }
    return OK;
}

static enum err read_more(struct mail_imap *imap)
{
    size_t len = 0;
    enum err code = mail_wire_read(imap->wire, imap->in, sizeof imap->in, &len);
    imap->unread = (struct str){imap->in, len};
    if (code != OK) imap->code = mail_wire_code(imap->wire);
    return code;
}

/* A message of several; the last one's command is waited for. */
static bool has_come(const struct mail_imap *imap, const struct command *command)
{
    return command->has_message && imap->plan.asked > imap->plan.answered + 1;
}

/* Up to the command's own answer, or the message that is waited for. */
static enum err listen(struct mail_imap *imap, struct command *command)
{
    mail_wire_begin(imap->wire);
    while (!command->has_ended && !has_come(imap, command)) {
        if (imap->unread.len == 0) TRY(read_more(imap));
        size_t before = imap->unread.len;
        struct mail_talk_event event = mail_talk_next(&imap->talk, &imap->unread);
        if (event.kind != MAIL_TALK_PIECE) command->said_bytes += before - imap->unread.len;
        if (command->said_bytes > SAID_BYTES_MAX) return give_up(imap, "answer");
        TRY(take_event(imap, command, &event));
    }
    bool ok = command->ok || !command->has_ended;
    imap->code = ok ? "" : "no";
    return ok ? OK : ERR_NET;
}

/* ---- what is said ---- */

static enum err say(struct mail_imap *imap, const struct buf *text)
{
    TRY(buf_done(text));
    if (FAULT_FAILS(imap_command)) return give_up(imap, "connect");
    mail_wire_begin(imap->wire);
    enum err code = mail_wire_send(imap->wire, buf_str(text));
    if (code != OK) imap->code = mail_wire_code(imap->wire);
    return code;
}

static enum err ask(struct mail_imap *imap, struct command *command, const char *text)
{
    BUF(line, COMMAND_BYTES);
    command->tag = ++imap->tag;
    buf_print(&line, "L%u %s\r\n", command->tag, text);
    TRY(say(imap, &line));
    return listen(imap, command);
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

/* ---- a connection with the mailbox open ---- */

static enum err connect_anew(struct mail_imap *imap)
{
    imap->is_selected = false;
    imap->tag = 0;
    imap->unread = (struct str){NULL, 0};
    imap->can_move = imap->can_expunge_uid = false;
    mail_talk_restart(&imap->talk);
    enum err code = mail_wire_connect(imap->wire);
    imap->code = mail_wire_code(imap->wire);
    TRY(code);
    struct command command = {.is_first = true};
    return ask(imap, &command, "CAPABILITY");
}

static enum err open_folder(struct mail_imap *imap)
{
    BUF(text, COMMAND_BYTES);
    struct command command = {0};
    buf_print(&text, "SELECT %.*s", STR_ARG(buf_str(&imap->mailbox)));
    TRY(buf_done(&text));
    imap->is_selected = false;
    enum err code = ask(imap, &command, text.at);
    if (code == ERR_NET && strcmp(imap->code, "no") == 0) imap->code = "folder";
    TRY(code);
    if (!command.has_exists || !command.has_uidvalidity) return give_up(imap, "answer");
    imap->is_selected = true;
    imap->box = (struct mail_imap_box){command.uidvalidity, command.exists};
    return OK;
}

/* Answers that are still to come would be taken for those of the next command. */
static void drop_plan(struct mail_imap *imap)
{
    struct plan *plan = &imap->plan;
    if (plan->tag) mail_wire_hang_up(imap->wire, false);
    plan->count = plan->asked = plan->answered = plan->tag = 0;
}

static enum err ready(struct mail_imap *imap, uint32_t uidvalidity)
{
    if (!mail_wire_is_up(imap->wire)) TRY(connect_anew(imap));
    if (!imap->is_selected) TRY(open_folder(imap));
    return imap->box.uidvalidity == uidvalidity ? OK : ERR_NOT_FOUND;
}

/* Anything but the next message of a plan. */
static enum err ask_ready(struct mail_imap *imap, uint32_t uidvalidity, struct command *command,
                          const struct buf *text)
{
    TRY(buf_done(text));
    drop_plan(imap);
    TRY(ready(imap, uidvalidity));
    return ask(imap, command, text->at);
}

enum err mail_imap_open(const struct mail_server *server, struct str mailbox,
                        struct mail_imap **ret_imap)
{
    if (!is_folder(mailbox)) return ERR_CONFIG;
    struct mail_imap *imap = calloc(1, sizeof *imap);
    if (!imap) return ERR_MEMORY;
    imap->talk = mail_talk_new();
    imap->mailbox = buf_new(2 * FOLDER_BYTES + 2);
    imap->code = "";
    add_quoted(&imap->mailbox, mailbox);
    enum err code = mail_wire_new(server, &imap->wire);
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
    if (imap->wire) drop_plan(imap);
    mail_wire_free(&imap->wire);
    mail_talk_free(&imap->talk);
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
    drop_plan(imap);
    bool was_up = mail_wire_is_up(imap->wire);
    if (!was_up) TRY(connect_anew(imap));
    enum err code = open_folder(imap);
    /* The server has closed it since the last look: that is its right. */
    if (code == ERR_NET && was_up && strcmp(imap->code, "lost") == 0) {
        TRY(connect_anew(imap));
        code = open_folder(imap);
    }
    TRY(code);
    *ret_box = imap->box;
    return OK;
}

enum err mail_imap_list(struct mail_imap *imap, const struct mail_imap_box *box, uint32_t first,
                        uint32_t count, struct mail_imap_entry *ret_entries, size_t *ret_count)
{
    ASSERT(first >= 1 && count >= 1 && count <= UINT32_MAX - first);
    BUF(text, COMMAND_BYTES);
    struct command command = {.entries = ret_entries, .entries_room = count};
    buf_print(&text, "FETCH %u:%u (UID RFC822.SIZE FLAGS)", first, first + count - 1);
    TRY(ask_ready(imap, box->uidvalidity, &command, &text));
    *ret_count = command.entries_count;
    return OK;
}

void mail_imap_ahead(struct mail_imap *imap, uint32_t uidvalidity,
                     const struct mail_imap_entry *entries, size_t count)
{
    struct plan *plan = &imap->plan;
    ASSERT(count <= MAIL_IMAP_AHEAD_MAX);
    drop_plan(imap);
    plan->uidvalidity = uidvalidity;
    for (plan->count = 0; plan->count < count; plan->count++) {
        plan->uids[plan->count] = entries[plan->count].uid;
        plan->bytes[plan->count] = entries[plan->count].bytes;
    }
}

/* As many as one command asks for, when the one before has ended. */
static enum err ask_ahead(struct mail_imap *imap)
{
    struct plan *plan = &imap->plan;
    if (plan->tag) return OK;
    TRY(ready(imap, plan->uidvalidity));
    BUF(text, COMMAND_BYTES);
    plan->tag = ++imap->tag;
    buf_print(&text, "L%u UID FETCH ", plan->tag);
    uint64_t bytes = 0;
    for (size_t i = 0; i < AHEAD_COUNT && plan->asked < plan->count; i++) {
        bytes += plan->bytes[plan->asked];
        if (i && bytes > AHEAD_BYTES) break;
        buf_print(&text, "%s%u", i ? "," : "", plan->uids[plan->asked++]);
    }
    buf_add_c(&text, " (BODY.PEEK[])\r\n");
    return say(imap, &text);
}

static enum err fetch_next(struct mail_imap *imap, struct command *command)
{
    TRY(ask_ahead(imap));
    command->tag = imap->plan.tag;
    enum err code = listen(imap, command);
    if (command->has_ended) imap->plan.tag = 0;
    TRY(code);
    return command->has_message ? OK : ERR_NOT_FOUND;
}

enum err mail_imap_fetch(struct mail_imap *imap, uint32_t uidvalidity, uint32_t uid,
                         size_t max_bytes, mail_imap_sink sink, void *context)
{
    ASSERT(uid != 0 && uidvalidity != 0);
    struct plan *plan = &imap->plan;
    bool is_planned = plan->answered < plan->count && plan->uids[plan->answered] == uid &&
                      plan->uidvalidity == uidvalidity;
    if (!is_planned) mail_imap_ahead(imap, uidvalidity, &(struct mail_imap_entry){.uid = uid}, 1);
    struct command command = {
        .uid = uid, .body_max = max_bytes, .sink = sink, .sink_context = context};
    enum err code = fetch_next(imap, &command);
    if (code == OK)
        plan->answered++;
    else
        drop_plan(imap);
    return code;
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
    struct command command = {0};
    enum err code = ask_ready(imap, uidvalidity, &command, &text);
    if (code != ERR_NET || !command.try_create) return code;
    BUF(create, COMMAND_BYTES);
    buf_add_c(&create, "CREATE ");
    add_quoted(&create, folder);
    struct command creating = {0};
    TRY(ask_ready(imap, uidvalidity, &creating, &create));
    struct command again = {0};
    return ask_ready(imap, uidvalidity, &again, &text);
}

static enum err mark_and_expunge(struct mail_imap *imap, uint32_t uidvalidity, const uint32_t *uids,
                                 size_t count)
{
    BUF(mark, COMMAND_BYTES);
    add_verb(&mark, "STORE", uids, count);
    buf_add_c(&mark, " +FLAGS.SILENT (\\Deleted)");
    struct command marking = {0};
    TRY(ask_ready(imap, uidvalidity, &marking, &mark));
    if (!imap->can_expunge_uid) return OK;
    BUF(expunge, COMMAND_BYTES);
    add_verb(&expunge, "EXPUNGE", uids, count);
    struct command expunging = {0};
    return ask_ready(imap, uidvalidity, &expunging, &expunge);
}

enum err mail_imap_move(struct mail_imap *imap, uint32_t uidvalidity, const uint32_t *uids,
                        size_t count, struct str folder)
{
    ASSERT(uidvalidity != 0 && count >= 1 && count <= MAIL_IMAP_MOVE_MAX);
    if (!is_folder(folder)) return ERR_CONFIG;
    drop_plan(imap);
    TRY(ready(imap, uidvalidity)); /* with the server's capabilities */
    if (imap->can_move) return to_folder(imap, uidvalidity, "MOVE", uids, count, folder);
    TRY(to_folder(imap, uidvalidity, "COPY", uids, count, folder));
    return mark_and_expunge(imap, uidvalidity, uids, count);
}

enum err mail_imap_remove(struct mail_imap *imap, uint32_t uidvalidity, const uint32_t *uids,
                          size_t count)
{
    ASSERT(uidvalidity != 0 && count >= 1 && count <= MAIL_IMAP_MOVE_MAX);
    return mark_and_expunge(imap, uidvalidity, uids, count);
}
