/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/message.h"

#include "core/json.h"
#include "mail/compose.h"

enum { HEAD_BYTES = 4 * 1024, TEXT_ROOM = 8 * 1024 };

enum err mail_message_put(struct str subject, bool automatic, struct str entity,
                          struct buf *ret_message)
{
    JSON head = json_object();
    json_put_str(head, "subject", subject);
    json_put_bool(head, "automatic", automatic);
    BUF(line, HEAD_BYTES);
    TRY(json_write(head, &line));
    buf_add(ret_message, buf_str(&line));
    buf_add_byte(ret_message, '\n');
    buf_add(ret_message, entity);
    return buf_done(ret_message);
}

enum err mail_message_get(struct str message, struct arena *arena, struct str *ret_subject,
                          bool *ret_automatic, struct str *ret_entity)
{
    size_t end = str_find_byte(message, '\n');
    if (end == STR_NONE) return ERR_BAD_JSON;
    JSON head = NULL;
    TRY(json_read(str_slice(message, 0, end), HEAD_BYTES, &head));
    if (!json_is_object(head)) return ERR_BAD_JSON;
    *ret_subject = arena_str(arena, json_get_str(head, "subject"));
    *ret_automatic = json_get_bool(head, "automatic");
    *ret_entity = str_from_byte(message, end + 1);
    return OK;
}

enum err mail_message_from_text(struct str text, struct buf *ret_message)
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
    return mail_message_put(subject, true, buf_str(&entity), ret_message);
}
