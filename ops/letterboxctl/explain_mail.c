/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl explain-mail < message */
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/limits.h"
#include "core/utc.h"
#include "ops/letterboxctl/command.h"
#include "redact/furniture.h"
#include "sanitise/cleaner.h"
#include "sys/confine.h"
#include "sys/file.h"

enum { ARENA_BYTES = 256 * 1024 * 1024 };

static const char help[] =
    "usage: letterboxctl explain-mail [--digests] < message\n"
    "\n"
    "Parses one e-mail message as the press would, in the sandbox, and prints as JSON what was\n"
    "understood: who wrote, the text and what in it is quotation or signature, every part and "
    "what\n"
    "becomes of it, whether it is automatic or a bounce, warnings. It needs no database.\n"
    "\n"
    "  --digests   adds \"sha256\" to each file: the digest of its bytes as they came\n"
    "\n"
    "Exit status: 0 when anything could be read; 1 with {\"error\":\"…\"} if not; 2 usage.\n";

static json_t *text_json(struct str text)
{
    return json_stringn(text.at ? text.at : "", text.len);
}

static json_t *address_json(const struct address *address)
{
    if (!address) return json_null();
    if (address->name.len == 0) return text_json(address->mailbox);
    BUF(both, 256 * 1024);
    buf_print(&both, "%.*s <%.*s>", STR_ARG(address->name), STR_ARG(address->mailbox));
    return text_json(buf_str(&both));
}

static json_t *recipients_json(const struct mail *mail)
{
    json_t *list = json_array();
    for (size_t i = 0; i < mail->address_count; i++)
        if (mail->addresses[i].role == ADDRESS_TO)
            json_array_append_new(list, address_json(&mail->addresses[i]));
    return list;
}

static json_t *date_json(const struct mail *mail)
{
    if (mail->date_us == INT64_MIN) return json_null();
    BUF(text, 64);
    utc_put(&text, (struct utc){mail->date_us});
    return text_json(buf_str(&text));
}

static json_t *bounce_json(const struct bounce *bounce)
{
    static const char *const kinds[BOUNCE_KINDS] = {"none", "hard", "soft", "delay", "refused"};
    if (bounce->kind == BOUNCE_NONE) return json_null();
    return json_pack("{s:s,s:o,s:o,s:o}", "kind", kinds[bounce->kind], "recipient",
                     text_json(bounce->recipient), "status", text_json(bounce->status),
                     "original_message_id", text_json(bounce->original_message_id));
}

static json_t *furniture_json(const struct furnitures *found)
{
    json_t *list = json_array();
    for (size_t i = 0; i < found->count; i++)
        json_array_append_new(
            list, json_pack("{s:s,s:I,s:I}", "kind", furniture_word(found->at[i].kind), "start",
                            (json_int_t)found->at[i].start, "end", (json_int_t)found->at[i].end));
    return list;
}

/* The sender's own words. */
static json_t *own_text_json(struct str text, const struct furnitures *found)
{
    BUF_SECRET(own, text.len + 1);
    size_t at = 0;
    for (size_t i = 0; i < found->count; i++) {
        buf_add(&own, str_slice(text, at, found->at[i].start));
        at = found->at[i].end;
    }
    buf_add(&own, str_from_byte(text, at));
    return text_json(str_trim(buf_str(&own)));
}

/* Of the files in a mail that was taken apart without opening them. */
static void add_digests(json_t *parts, const struct mail *closed)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[2 * crypto_hash_sha256_BYTES + 1];
    for (size_t i = 0; i < closed->part_count && i < json_array_size(parts); i++) {
        struct str content = closed->parts[i].content;
        if (content.len == 0) continue;
        crypto_hash_sha256(digest, (const unsigned char *)content.at, content.len);
        sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
        json_object_set_new(json_array_get(parts, i), "sha256", json_string(hex));
    }
}

static json_t *parts_json(const struct mail *mail)
{
    json_t *list = json_array();
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct mail_part *part = &mail->parts[i];
        bool is_kept = part->fate == FATE_KEPT || part->fate == FATE_TEXT;
        const char *reason = mail_part_words(part);
        json_array_append_new(list, json_pack("{s:o,s:o,s:s,s:I,s:b,s:o}", "path",
                                              text_json(part->path), "type", text_json(part->type),
                                              "detected", kind_type(part->detected), "bytes",
                                              (json_int_t)part->bytes, "kept", is_kept, "reason",
                                              is_kept ? json_null() : json_string(reason)));
    }
    return list;
}

static json_t *hidden_json(const struct letter *letter)
{
    json_t *list = json_array();
    for (size_t i = 0; i < letter->hidden_count; i++)
        json_array_append_new(list, text_json(letter->hidden[i].text));
    return list;
}

static json_t *warnings_json(const struct letter *letter)
{
    json_t *list = json_array();
    for (size_t i = 0; i < letter->warning_count; i++)
        json_array_append_new(list,
                              json_string(warning_words((enum warning)letter->warnings[i].code)));
    return list;
}

static json_t *crypto_json(const struct mail *mail)
{
    static const char *const kinds[CRYPTO_KINDS] = {"none", "pgp-mime", "pgp-inline", "smime"};
    return json_pack("{s:s,s:b,s:b}", "kind", kinds[mail->crypto], "encrypted", mail->is_encrypted,
                     "signed", mail->is_signed);
}

static json_t *mail_json(const struct letter *letter, struct arena *arena)
{
    const struct mail *mail = letter->mail;
    bool is_automatic = mail->automatic != AUTOMATIC_NO;
    struct furnitures found;
    furniture_find(mail->text, arena, &found);
    json_t *json = json_object();
    json_object_set_new(json, "from", address_json(mail_address(mail, ADDRESS_FROM)));
    json_object_set_new(json, "to", recipients_json(mail));
    json_object_set_new(json, "subject", text_json(mail->subject));
    json_object_set_new(json, "date", date_json(mail));
    json_object_set_new(json, "message_id", text_json(mail->message_id));
    json_object_set_new(json, "automatic", json_boolean(is_automatic));
    json_object_set_new(json, "reason",
                        is_automatic ? json_string(automatic_words(mail->automatic)) : json_null());
    json_object_set_new(json, "bounce", bounce_json(&mail->bounce));
    json_object_set_new(json, "own_text", own_text_json(mail->text, &found));
    json_object_set_new(json, "furniture", furniture_json(&found));
    json_object_set_new(json, "text", text_json(mail->text));
    json_object_set_new(json, "hidden_text", hidden_json(letter));
    json_object_set_new(json, "parts", parts_json(mail));
    json_object_set_new(json, "crypto", crypto_json(mail));
    json_object_set_new(json, "warnings", warnings_json(letter));
    return json;
}

static int print_error(const char *message)
{
    json_t *json = json_pack("{s:s}", "error", message);
    json_dumpf(json, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(json);
    return COMMAND_FAILED;
}

static enum err clean(const struct spawner *spawner, struct str message, bool leaves_attachments,
                      struct arena *arena, struct letter *ret_letter)
{
    struct clean_settings settings = {.leaves_attachments = leaves_attachments};
    return cleaner_clean(spawner, leaves_attachments ? &settings : NULL, CLEAN_AS_MAIL, message,
                         arena, ret_letter);
}

static int explain(const struct spawner *spawner, bool wants_digests)
{
    BUF_SECRET(message, LIMIT_MAIL_BYTES);
    ARENA(arena, ARENA_BYTES);
    struct letter letter = {.refusal = REFUSAL_TOO_BIG}, closed = {.mail = NULL};
    enum err code = confine_basics();
    if (code == OK) code = file_read_fd(STDIN_FILENO, &message);
    if (code == OK && wants_digests) code = clean(spawner, buf_str(&message), true, arena, &closed);
    if (code == OK)
        code = clean(spawner, buf_str(&message), false, arena, &letter);
    else if (code == ERR_TOO_BIG)
        code = OK;
    if (code != OK) return print_error(err_info(code)->message);
    if (letter.refusal != REFUSAL_NONE) return print_error(refusal_words(letter.refusal));
    if (!letter.mail) return print_error(refusal_words(REFUSAL_NOT_MAIL));
    json_t *json = mail_json(&letter, arena);
    if (closed.mail) add_digests(json_object_get(json, "parts"), closed.mail);
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(json);
    return COMMAND_DONE;
}

int command_explain_mail(int count, char **words)
{
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    bool wants_digests = count == 2 && strcmp(words[1], "--digests") == 0;
    if (count > 1 && !wants_digests)
        return command_usage("explain-mail", "\"%s\" is not understood", words[1]);
    struct spawner *spawner;
    enum err code = spawner_open(&(struct spawner_settings){0}, &spawner);
    if (code != OK) return print_error(err_info(code)->message);
    int status = explain(spawner, wants_digests);
    spawner_close(&spawner);
    return status;
}
