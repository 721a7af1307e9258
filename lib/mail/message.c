/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/message.h"

#include "core/json.h"
#include "mail/compose.h"

/* What is longer than a notice ever is stands in the entity alone. */
enum { HEAD_BYTES = 64 * 1024, NOTICE_BYTES = 8 * 1024, TEXT_ROOM = HEAD_BYTES };

enum err mail_message_put(const struct mail_message *message, struct buf *ret_body)
{
    JSON head = json_object();
    json_put_str(head, "subject", message->subject);
    json_put_bool(head, "automatic", message->automatic);
    if (message->alias.len) json_put_str(head, "alias", message->alias);
    if (message->is_answer) json_put_bool(head, "answer", true);
    if (message->answers.len) json_put_str(head, "answers", message->answers);
    if (message->text.len) json_put_str(head, "text", message->text);
    BUF_SECRET(line, HEAD_BYTES);
    TRY(json_write(head, &line));
    buf_add(ret_body, buf_str(&line));
    buf_add_byte(ret_body, '\n');
    buf_add(ret_body, message->entity);
    return buf_done(ret_body);
}

enum err mail_message_get(struct str body, struct arena *arena, struct mail_message *ret_message)
{
    size_t end = str_find_byte(body, '\n');
    if (end == STR_NONE) return ERR_BAD_JSON;
    JSON head = NULL;
    TRY(json_read(str_slice(body, 0, end), HEAD_BYTES, &head));
    if (!json_is_object(head)) return ERR_BAD_JSON;
    *ret_message = (struct mail_message){
        .subject = arena_str(arena, json_get_str(head, "subject")),
        .alias = arena_str(arena, json_get_str(head, "alias")),
        .automatic = json_get_bool(head, "automatic"),
        .is_answer = json_get_bool(head, "answer"),
        .answers = arena_str(arena, json_get_str(head, "answers")),
        .text = arena_str(arena, json_get_str(head, "text")),
        .entity = str_from_byte(body, end + 1),
    };
    return OK;
}

enum err mail_message_from_text(struct str text, const struct mail_message *like,
                                struct buf *ret_body)
{
    static const char label[] = "Subject: ";
    text = str_trim(text);
    size_t end = str_find(text, STR("\n\n"));
    if (!str_starts(text, STR("Subject: ")) || end == STR_NONE) return ERR_BAD_TEMPLATE;
    struct str subject = str_slice(text, sizeof label - 1, end);
    if (str_find_byte(subject, '\n') != STR_NONE) return ERR_BAD_TEMPLATE;
    BUF_SECRET(body, text.len + 2);
    buf_add(&body, str_from_byte(text, end + 2));
    buf_add_byte(&body, '\n');
    BUF_SECRET(entity, text.len * 4 + TEXT_ROOM);
    TRY(mail_compose_text(buf_str(&body), &entity));
    struct str words = str_trim(str_from_byte(text, end + 2));
    struct mail_message message = *like;
    message.subject = subject;
    message.automatic = true;
    message.entity = buf_str(&entity);
    if (!like->is_answer && words.len <= NOTICE_BYTES) message.text = words;
    return mail_message_put(&message, ret_body);
}

enum err mail_message_for_phone(struct str text, struct buf *ret_body)
{
    struct mail_message message = {.automatic = true, .text = str_trim(text)};
    if (message.text.len == 0 || message.text.len > NOTICE_BYTES) return ERR_BAD_TEMPLATE;
    return mail_message_put(&message, ret_body);
}
