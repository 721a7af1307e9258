/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Composing: subject, name, address and text apart by 0x1f. What comes out has the headers that
 * were meant and no more, only CR LF line ends, no long line, and nothing beyond ASCII in headers.
 */
#include <stdint.h>

#include "mail/compose.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(struct str message)
{
    bool in_headers = true;
    size_t headers = 0;
    struct str rest = message, line;
    while (str_split(&rest, '\n', &line)) {
        if (!rest.at && line.len == 0) break;
        ASSERT(str_ends(line, STR("\r")));
        line.len--;
        ASSERT(line.len <= 998 && str_find_byte(line, '\r') == STR_NONE);
        if (line.len == 0) in_headers = false;
        if (!in_headers) {
            ASSERT(line.len <= 78);
            continue;
        }
        headers += line.at[0] != ' ';
    }
    /* From To Subject Date Message-ID MIME-Version Content-Type Content-Transfer-Encoding */
    ASSERT(headers == 8 && !in_headers);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str rest = {(const char *)bytes, len};
    struct str subject = {"", 0}, name = {"", 0}, address = {"", 0};
    (void)str_split(&rest, 0x1f, &subject);
    (void)str_split(&rest, 0x1f, &name);
    (void)str_split(&rest, 0x1f, &address);
    ARENA(arena, 65536);
    struct mail_addr to;
    if (mail_addr_parse(address, arena, &to) != OK)
        to = (struct mail_addr){STR(""), STR("jean"), STR("example.org")};
    struct mail_compose_headers headers = {
        .from = {name, STR("desk"), STR("mail.fernshire.test")},
        .to = to,
        .subject = subject,
        .message_id = STR("0123456789abcdef@mail.fernshire.test"),
    };
    BUF(entity, 1 << 20);
    BUF(message, 1 << 20);
    if (mail_compose_text(rest, &entity) != OK) return 0;
    if (mail_compose_message(&headers, buf_str(&entity), &message) == OK) check(buf_str(&message));
    return 0;
}
