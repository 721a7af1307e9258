/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/answer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/num.h"
#include "core/utf8.h"
#include "sanitise/picture.h"

#define MAGIC STR("LBXA\1")

enum {
    RECORD_REFUSED = 'R',
    RECORD_TEXT = 'T',
    RECORD_PICTURE = 'P',
    RECORD_REMOVED = 'X',
    RECORD_WARNING = 'W',
    RECORD_HIDDEN = 'H',
    RECORD_MAIL = 'M',
    RECORD_ADDRESS = 'A',
    RECORD_AUTH = 'U',
    RECORD_MAIL_PART = 'B',
    RECORD_PACKETS = 'G',
    RECORD_END = 'E',
    RECORD_HEADER_BYTES = 5,
    WORD_BYTES_MIN = 21,
    EXIT_NOT_READ = 111,
};

enum { PACKETS_MESSAGE, PACKETS_SIGNATURE, PACKETS_SIGNATURE_WHOLE, PACKETS_FORMS };

/* ---- reading ----------------------------------------------------------------------------------
 */

/* An array in an arena that grows; the old one stays until the arena ends. */
struct list {
    void *at;
    size_t count, room, width, max;
};

struct reader {
    struct str rest; /* of the record */
    struct arena *arena;
    bool bad;
    size_t text_bytes, word_count;
    bool is_refused, has_mail;
    struct list parts, removed, warnings, hidden, addresses, auth, mail_parts, packets;
    struct letter letter;
    struct mail mail;
};

static uint64_t take_number(struct reader *reader, size_t width)
{
    if (reader->rest.len < width) {
        reader->bad = true;
        return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) value = value << 8 | (unsigned char)reader->rest.at[i];
    reader->rest = str_from_byte(reader->rest, width);
    return value;
}

/* A number below the count of an enumeration; 0 and bad otherwise. */
static uint32_t take_choice(struct reader *reader, size_t width, uint32_t count)
{
    uint64_t value = take_number(reader, width);
    if (value >= count) {
        reader->bad = true;
        return 0;
    }
    return (uint32_t)value;
}

static struct str take_bytes(struct reader *reader)
{
    uint64_t len = take_number(reader, 4);
    if (reader->bad || len > reader->rest.len) {
        reader->bad = true;
        return (struct str){NULL, 0};
    }
    struct str found = str_slice(reader->rest, 0, (size_t)len);
    reader->rest = str_from_byte(reader->rest, (size_t)len);
    return found;
}

static bool is_text(struct str text, bool is_line)
{
    uint32_t point;
    while (text.len > 0) {
        if (!utf8_next(&text, &point)) return false;
        bool is_control = point < 0x20 || (point >= 0x7f && point < 0xa0);
        if (is_control && (is_line || (point != '\n' && point != '\t'))) return false;
    }
    return true;
}

static struct str take_text(struct reader *reader, size_t max, bool is_line)
{
    struct str text = take_bytes(reader);
    reader->text_bytes += text.len; /* each is at most the answer's size: no overflow */
    if (text.len > max || reader->text_bytes > ANSWER_TEXTS_BYTES_MAX || !is_text(text, is_line))
        reader->bad = true;
    return text;
}

static struct str take_line(struct reader *reader)
{
    return take_text(reader, ANSWER_LINE_BYTES_MAX, true);
}

static void *list_add(struct reader *reader, struct list *list)
{
    if (list->count == list->max) {
        reader->bad = true;
        return NULL;
    }
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 8;
        void *at = arena_take_array(reader->arena, room, list->width);
        if (list->count) memcpy(at, list->at, list->count * list->width);
        list->at = at;
        list->room = room;
    }
    return (char *)list->at + list->width * list->count++;
}

static uint32_t take_source(struct reader *reader)
{
    uint64_t source = take_number(reader, 4);
    if (source > ANSWER_MAIL_PARTS_MAX) reader->bad = true;
    return (uint32_t)source;
}

static void read_text(struct reader *reader)
{
    struct part *part = list_add(reader, &reader->parts);
    if (!part) return;
    part->kind = PART_TEXT;
    part->source = take_source(reader);
    part->text = take_text(reader, ANSWER_TEXT_BYTES_MAX, false);
}

static void read_word(struct reader *reader, const struct part *part, struct word *word)
{
    word->x = (uint32_t)take_number(reader, 4);
    word->y = (uint32_t)take_number(reader, 4);
    word->width = (uint32_t)take_number(reader, 4);
    word->height = (uint32_t)take_number(reader, 4);
    word->gap = (enum gap)take_choice(reader, 1, GAPS);
    word->text = take_text(reader, ANSWER_WORD_BYTES_MAX, true);
    if (word->text.len == 0 || word->width == 0 || word->height == 0 || word->width > part->width ||
        word->height > part->height || word->x > part->width - word->width ||
        word->y > part->height - word->height)
        reader->bad = true;
}

static bool is_picture(const struct part *part)
{
    if (part->kind == PART_READING) return part->image.len == 0;
    return picture_check(part->format, part->image, part->width, part->height) == OK;
}

static void read_picture(struct reader *reader)
{
    struct part *part = list_add(reader, &reader->parts);
    if (!part) return;
    part->source = take_source(reader);
    part->kind = (enum part_kind)take_choice(reader, 1, PART_KINDS);
    part->is_doubtful = take_choice(reader, 1, 2) == 1;
    part->format = (enum image_format)take_choice(reader, 1, IMAGE_FORMATS);
    part->width = take_choice(reader, 4, ANSWER_IMAGE_SIDE_MAX + 1);
    part->height = take_choice(reader, 4, ANSWER_IMAGE_SIDE_MAX + 1);
    part->image = take_bytes(reader);
    uint64_t count = take_number(reader, 4);
    reader->word_count += (size_t)count;
    if (reader->bad || part->kind == PART_TEXT || count > ANSWER_PAGE_WORDS_MAX ||
        count > reader->rest.len / WORD_BYTES_MIN || reader->word_count > ANSWER_WORDS_MAX ||
        !is_picture(part)) {
        reader->bad = true;
        return;
    }
    part->word_count = (size_t)count;
    part->words = ARENA_MANY(reader->arena, part->word_count, struct word);
    for (size_t i = 0; i < part->word_count && !reader->bad; i++)
        read_word(reader, part, &part->words[i]);
    if (!reader->bad &&
        letter_words_text(part->words, part->word_count, reader->arena, &part->text) != OK)
        reader->bad = true;
}

static void read_finding(struct reader *reader, struct list *list, uint32_t codes)
{
    struct finding *finding = list_add(reader, list);
    if (!finding) return;
    finding->source = take_source(reader);
    finding->code = (uint16_t)take_choice(reader, 2, codes);
    finding->number = (uint32_t)take_number(reader, 4);
}

static void read_hidden(struct reader *reader)
{
    struct hidden *hidden = list_add(reader, &reader->hidden);
    if (!hidden) return;
    hidden->source = take_source(reader);
    hidden->text = take_text(reader, ANSWER_TEXT_BYTES_MAX, false);
}

static void read_mail(struct reader *reader)
{
    struct mail *mail = &reader->mail;
    if (reader->has_mail) reader->bad = true;
    reader->has_mail = true;
    mail->subject = take_line(reader);
    mail->message_id = take_line(reader);
    mail->in_reply_to = take_line(reader);
    mail->references = take_line(reader);
    mail->date_us = (int64_t)take_number(reader, 8);
    mail->automatic = (enum automatic)take_choice(reader, 1, AUTOMATICS);
    mail->wants_no_answer = take_choice(reader, 1, 2);
    mail->bounce.kind = (enum bounce_kind)take_choice(reader, 1, BOUNCE_KINDS);
    mail->bounce.recipient = take_line(reader);
    mail->bounce.status = take_line(reader);
    mail->bounce.original_message_id = take_line(reader);
    mail->crypto = (enum crypto_kind)take_choice(reader, 1, CRYPTO_KINDS);
    mail->is_encrypted = take_choice(reader, 1, 2);
    mail->is_signed = take_choice(reader, 1, 2);
}

static void read_mail_part(struct reader *reader)
{
    struct mail_part *part = list_add(reader, &reader->mail_parts);
    if (!part) return;
    part->path = take_line(reader);
    part->type = take_line(reader);
    part->detected = (enum kind)take_choice(reader, 2, KIND_COUNT);
    part->bytes = take_number(reader, 8);
    part->fate = (enum part_fate)take_choice(reader, 1, FATE_COUNT);
    part->content = take_bytes(reader);
    if (part->content.len > 0 && (part->fate != FATE_KEPT || part->bytes != part->content.len))
        reader->bad = true;
}

static void read_address(struct reader *reader)
{
    struct address *address = list_add(reader, &reader->addresses);
    if (!address) return;
    address->role = (enum address_role)take_choice(reader, 1, ADDRESS_ROLES);
    address->name = take_line(reader);
    address->mailbox = take_line(reader);
}

static void read_auth(struct reader *reader)
{
    struct str *auth = list_add(reader, &reader->auth);
    if (auth) *auth = take_line(reader);
}

static void read_packets(struct reader *reader)
{
    struct packets *packets = list_add(reader, &reader->packets);
    if (!packets) return;
    packets->kind = (enum crypto_kind)take_choice(reader, 1, CRYPTO_KINDS);
    packets->source = take_source(reader);
    uint32_t form = take_choice(reader, 1, PACKETS_FORMS);
    packets->is_signature = form != PACKETS_MESSAGE;
    packets->is_whole = form == PACKETS_SIGNATURE_WHOLE;
    packets->bytes = take_bytes(reader);
    packets->content = take_bytes(reader);
    if (packets->content.len > 0 && !packets->is_signature) reader->bad = true;
}

static void read_record(struct reader *reader, int type, uint32_t before)
{
    bool is_of_mail = type == RECORD_ADDRESS || type == RECORD_AUTH || type == RECORD_MAIL_PART ||
                      type == RECORD_PACKETS;
    if (reader->is_refused || (is_of_mail && !reader->has_mail)) {
        reader->bad = true;
        return;
    }
    switch (type) {
    case RECORD_REFUSED:
        reader->letter.refusal = (enum refusal)take_choice(reader, 1, REFUSAL_COUNT);
        reader->is_refused = true;
        /* A cleaner does not look for viruses. */
        if (before != 0 || reader->letter.refusal == REFUSAL_NONE ||
            reader->letter.refusal == REFUSAL_INFECTED)
            reader->bad = true;
        break;
    case RECORD_TEXT: read_text(reader); break;
    case RECORD_PICTURE: read_picture(reader); break;
    case RECORD_REMOVED: read_finding(reader, &reader->removed, REMOVED_COUNT); break;
    case RECORD_WARNING: read_finding(reader, &reader->warnings, WARNING_COUNT); break;
    case RECORD_HIDDEN: read_hidden(reader); break;
    case RECORD_MAIL: read_mail(reader); break;
    case RECORD_ADDRESS: read_address(reader); break;
    case RECORD_AUTH: read_auth(reader); break;
    case RECORD_MAIL_PART: read_mail_part(reader); break;
    case RECORD_PACKETS: read_packets(reader); break;
    default: reader->bad = true;
    }
}

/* Sources name mail parts that are there. */
static bool sources_exist(const struct reader *reader)
{
    size_t most = reader->mail_parts.count;
    const struct part *parts = reader->parts.at;
    const struct finding *removed = reader->removed.at, *warnings = reader->warnings.at;
    const struct hidden *hidden = reader->hidden.at;
    const struct packets *packets = reader->packets.at;
    for (size_t i = 0; i < reader->parts.count; i++)
        if (parts[i].source > most) return false;
    for (size_t i = 0; i < reader->removed.count; i++)
        if (removed[i].source > most) return false;
    for (size_t i = 0; i < reader->warnings.count; i++)
        if (warnings[i].source > most) return false;
    for (size_t i = 0; i < reader->hidden.count; i++)
        if (hidden[i].source > most) return false;
    for (size_t i = 0; i < reader->packets.count; i++)
        if (packets[i].source == 0 || packets[i].source > most) return false;
    return true;
}

static struct letter gather(struct reader *reader)
{
    struct letter letter = reader->letter;
    letter.parts = reader->parts.at;
    letter.part_count = reader->parts.count;
    letter.removed = reader->removed.at;
    letter.removed_count = reader->removed.count;
    letter.warnings = reader->warnings.at;
    letter.warning_count = reader->warnings.count;
    letter.hidden = reader->hidden.at;
    letter.hidden_count = reader->hidden.count;
    if (!reader->has_mail) return letter;
    struct mail *mail = ARENA_ONE(reader->arena, struct mail);
    *mail = reader->mail;
    mail->addresses = reader->addresses.at;
    mail->address_count = reader->addresses.count;
    mail->auth = reader->auth.at;
    mail->auth_count = reader->auth.count;
    mail->parts = reader->mail_parts.at;
    mail->part_count = reader->mail_parts.count;
    mail->packets = reader->packets.at;
    mail->packet_count = reader->packets.count;
    if (letter.part_count > 0 && letter.parts[0].kind == PART_TEXT)
        mail->text = letter.parts[0].text;
    letter.mail = mail;
    return letter;
}

static enum err read_records(struct reader *reader, struct str rest)
{
    for (uint32_t before = 0; before <= ANSWER_RECORDS_MAX; before++) {
        reader->rest = str_slice(rest, 0, RECORD_HEADER_BYTES);
        int type = (int)take_number(reader, 1);
        size_t len = (size_t)take_number(reader, 4);
        rest = str_from_byte(rest, RECORD_HEADER_BYTES);
        if (reader->bad || len > rest.len) return ERR_CLEANER_ANSWER;
        reader->rest = str_slice(rest, 0, len);
        rest = str_from_byte(rest, len);
        if (type == RECORD_END) {
            bool fits = take_number(reader, 4) == before && !reader->bad && reader->rest.len == 0;
            return fits && rest.len == 0 && sources_exist(reader) ? OK : ERR_CLEANER_ANSWER;
        }
        read_record(reader, type, before);
        if (reader->bad || reader->rest.len > 0) return ERR_CLEANER_ANSWER;
    }
    return ERR_CLEANER_ANSWER;
}

enum err answer_read(struct str bytes, struct arena *arena, struct letter *ret_letter)
{
    if (bytes.len > ANSWER_BYTES_MAX || !str_starts(bytes, MAGIC)) return ERR_CLEANER_ANSWER;
    struct reader reader = {
        .arena = arena,
        .parts = {.width = sizeof(struct part), .max = ANSWER_PARTS_MAX},
        .removed = {.width = sizeof(struct finding), .max = ANSWER_FINDINGS_MAX},
        .warnings = {.width = sizeof(struct finding), .max = ANSWER_FINDINGS_MAX},
        .hidden = {.width = sizeof(struct hidden), .max = ANSWER_HIDDEN_MAX},
        .addresses = {.width = sizeof(struct address), .max = ANSWER_ADDRESSES_MAX},
        .auth = {.width = sizeof(struct str), .max = ANSWER_AUTH_MAX},
        .mail_parts = {.width = sizeof(struct mail_part), .max = ANSWER_MAIL_PARTS_MAX},
        .packets = {.width = sizeof(struct packets), .max = ANSWER_PACKETS_MAX},
    };
    TRY(read_records(&reader, str_from_byte(bytes, MAGIC.len)));
    *ret_letter = gather(&reader);
    return OK;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

static void put(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t done = write(fd, bytes.at, bytes.len);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) _exit(EXIT_NOT_READ);
        bytes = str_from_byte(bytes, (size_t)done);
    }
}

static void add_str(struct buf *buf, struct str text)
{
    buf_add_u32(buf, (uint32_t)text.len);
    buf_add(buf, text);
}

static void put_record(struct answer *answer, int type, const struct buf *payload)
{
    ASSERT(buf_done(payload) == OK && payload->len <= ANSWER_BYTES_MAX);
    BUF(header, RECORD_HEADER_BYTES);
    buf_add_byte(&header, (char)type);
    buf_add_u32(&header, (uint32_t)payload->len);
    put(answer->fd, buf_str(&header));
    put(answer->fd, buf_str(payload));
    answer->records++;
}

struct answer answer_open(int fd)
{
    put(fd, MAGIC);
    return (struct answer){.fd = fd};
}

void answer_refuse(struct answer *answer, enum refusal refusal)
{
    ASSERT(answer->records == 0);
    BUF(payload, 1);
    buf_add_byte(&payload, (char)refusal);
    put_record(answer, RECORD_REFUSED, &payload);
    answer_end(answer);
}

void answer_text(struct answer *answer, uint32_t source, struct str text)
{
    BUF(payload, ANSWER_BYTES_MAX);
    buf_add_u32(&payload, source);
    add_str(&payload, text);
    put_record(answer, RECORD_TEXT, &payload);
}

void answer_picture(struct answer *answer, const struct part *part)
{
    BUF(payload, ANSWER_BYTES_MAX);
    buf_add_u32(&payload, part->source);
    buf_add_byte(&payload, (char)part->kind);
    buf_add_byte(&payload, (char)part->is_doubtful);
    buf_add_byte(&payload, (char)part->format);
    buf_add_u32(&payload, part->width);
    buf_add_u32(&payload, part->height);
    add_str(&payload, part->image);
    buf_add_u32(&payload, (uint32_t)part->word_count);
    for (size_t i = 0; i < part->word_count; i++) {
        const struct word *word = &part->words[i];
        buf_add_u32(&payload, word->x);
        buf_add_u32(&payload, word->y);
        buf_add_u32(&payload, word->width);
        buf_add_u32(&payload, word->height);
        buf_add_byte(&payload, (char)word->gap);
        add_str(&payload, word->text);
    }
    put_record(answer, RECORD_PICTURE, &payload);
}

static void put_finding(struct answer *answer, int type, uint32_t source, unsigned code,
                        uint32_t number)
{
    BUF(payload, 16);
    buf_add_u32(&payload, source);
    buf_add_u16(&payload, (uint16_t)code);
    buf_add_u32(&payload, number);
    put_record(answer, type, &payload);
}

void answer_removed(struct answer *answer, enum removed removed, uint32_t number)
{
    put_finding(answer, RECORD_REMOVED, 0, removed, number);
}

void answer_warning(struct answer *answer, uint32_t source, enum warning warning, uint32_t number)
{
    put_finding(answer, RECORD_WARNING, source, warning, number);
}

void answer_hidden(struct answer *answer, uint32_t source, struct str text)
{
    BUF(payload, ANSWER_BYTES_MAX);
    buf_add_u32(&payload, source);
    add_str(&payload, text);
    put_record(answer, RECORD_HIDDEN, &payload);
}

static void put_mail_part(struct answer *answer, const struct mail_part *part)
{
    BUF(payload, ANSWER_BYTES_MAX);
    add_str(&payload, part->path);
    add_str(&payload, part->type);
    buf_add_u16(&payload, (uint16_t)part->detected);
    buf_add_u64(&payload, part->bytes);
    buf_add_byte(&payload, (char)part->fate);
    add_str(&payload, part->content);
    put_record(answer, RECORD_MAIL_PART, &payload);
}

static void put_packets(struct answer *answer, const struct packets *packets)
{
    BUF(payload, ANSWER_BYTES_MAX);
    buf_add_byte(&payload, (char)packets->kind);
    buf_add_u32(&payload, packets->source);
    buf_add_byte(&payload, packets->is_whole       ? PACKETS_SIGNATURE_WHOLE
                           : packets->is_signature ? PACKETS_SIGNATURE
                                                   : PACKETS_MESSAGE);
    add_str(&payload, packets->bytes);
    add_str(&payload, packets->content);
    put_record(answer, RECORD_PACKETS, &payload);
}

static void put_mail_head(struct answer *answer, const struct mail *mail)
{
    BUF(payload, ANSWER_BYTES_MAX);
    add_str(&payload, mail->subject);
    add_str(&payload, mail->message_id);
    add_str(&payload, mail->in_reply_to);
    add_str(&payload, mail->references);
    buf_add_u64(&payload, (uint64_t)mail->date_us);
    buf_add_byte(&payload, (char)mail->automatic);
    buf_add_byte(&payload, mail->wants_no_answer);
    buf_add_byte(&payload, (char)mail->bounce.kind);
    add_str(&payload, mail->bounce.recipient);
    add_str(&payload, mail->bounce.status);
    add_str(&payload, mail->bounce.original_message_id);
    buf_add_byte(&payload, (char)mail->crypto);
    buf_add_byte(&payload, mail->is_encrypted);
    buf_add_byte(&payload, mail->is_signed);
    put_record(answer, RECORD_MAIL, &payload);
}

void answer_mail(struct answer *answer, const struct mail *mail)
{
    put_mail_head(answer, mail);
    for (size_t i = 0; i < mail->address_count; i++) {
        BUF(payload, ANSWER_BYTES_MAX);
        buf_add_byte(&payload, (char)mail->addresses[i].role);
        add_str(&payload, mail->addresses[i].name);
        add_str(&payload, mail->addresses[i].mailbox);
        put_record(answer, RECORD_ADDRESS, &payload);
    }
    for (size_t i = 0; i < mail->auth_count; i++) {
        BUF(payload, ANSWER_BYTES_MAX);
        add_str(&payload, mail->auth[i]);
        put_record(answer, RECORD_AUTH, &payload);
    }
    for (size_t i = 0; i < mail->part_count; i++) put_mail_part(answer, &mail->parts[i]);
    for (size_t i = 0; i < mail->packet_count; i++) put_packets(answer, &mail->packets[i]);
}

void answer_end(struct answer *answer)
{
    BUF(payload, 4);
    buf_add_u32(&payload, answer->records);
    put_record(answer, RECORD_END, &payload);
}

bool answer_text_clean(struct str text, bool is_line, struct buf *ret_text)
{
    bool replaced = false;
    while (text.len > 0) {
        uint32_t point;
        if (!utf8_next(&text, &point)) {
            text = str_from_byte(text, 1);
            buf_add_c(ret_text, "\xef\xbf\xbd");
            replaced = true;
            continue;
        }
        if (point == '\r') {
            if (text.len > 0 && text.at[0] == '\n') continue;
            point = '\n';
        }
        if (point == 0x2028 || point == 0x2029 || point == '\f' || point == '\v' || point == 0x85)
            point = '\n';
        if (is_line && (point == '\n' || point == '\t')) point = ' ';
        bool is_control = point < 0x20 || (point >= 0x7f && point < 0xa0);
        if (!is_control || point == '\n' || point == '\t') utf8_add(ret_text, point);
    }
    return replaced;
}
