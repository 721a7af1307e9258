/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* OpenPGP messages and armor: what is taken is exactly one message, to somebody, to its last byte.
 */
#include <stdint.h>
#include <string.h>

#include "crypt/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_message(struct str message)
{
    static const struct packet_key_id nobody;
    struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
    size_t count = 0;
    if (packet_recipients(message, ids, &count) != OK) return;
    ASSERT(count >= 1 && count <= PACKET_RECIPIENTS_MAX);
    for (size_t i = 0; i < count; i++) ASSERT(memcmp(&ids[i], &nobody, sizeof nobody) != 0);
    unsigned tag = 0;
    ASSERT(packet_first_tag(message, &tag) == OK && tag == 1);
    /* An old-form last packet may run to the end of whatever there is; all others end by length. */
    BUF(longer, message.len + 1);
    buf_add(&longer, message);
    buf_add_byte(&longer, 'x');
    enum err error = packet_recipients(buf_str(&longer), ids, &count);
    ASSERT(error == ERR_BAD_INPUT || error == OK);
}

/* A key says what it says; its fingerprint is always whole. */
static void read_key(struct str bytes)
{
    struct packet_key key;
    unsigned tag = 0;
    if (packet_public_key(bytes, &key) != OK) return;
    ASSERT(strspn(key.fingerprint, "0123456789ABCDEF") == 40 && key.fingerprint[40] == '\0');
    ASSERT(packet_first_tag(bytes, &tag) == OK && tag == 6);
    ASSERT(key.user.len <= bytes.len && key.made >= 0 && key.ends >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str input = {(const char *)bytes, len};
    unsigned tag = 0;
    BUF(message, len);
    BUF(key, len);
    read_message(input);
    read_key(input);
    /* What is exactly one message to somebody is sealed. */
    enum packet_sealing sealing = packet_sealing(input);
    ASSERT(sealing <= PACKET_NOT_SEALED);
    struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
    size_t count = 0;
    if (packet_recipients(input, ids, &count) == OK) ASSERT(sealing == PACKET_SEALED);
    if (packet_first_tag(input, &tag) == OK) ASSERT(tag >= 1 && tag <= 63);
    if (packet_armor_open(input, STR("PGP MESSAGE"), &message) == OK) {
        ASSERT(message.len >= 1);
        read_message(buf_str(&message));
    }
    if (packet_armor_open(input, STR("PGP PUBLIC KEY BLOCK"), &key) == OK) {
        ASSERT(message.len == 0);
        read_key(buf_str(&key));
    }
    return 0;
}
