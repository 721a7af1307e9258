/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_head.h"

#include <string.h>

#include "core/utc.h"
#include "core/utf8.h"
#include "sanitise/answer.h"
#include "worker/cleaner/mail_base64.h"
#include "worker/cleaner/mail_failure.h"

enum { YEAR_MOST = 9999 };

/* Text for one line of an answer; what is too long for one is left out and counts as unreadable. */
static struct str line_of(struct head *head, const char *text)
{
    BUF(plain, ANSWER_LINE_BYTES_MAX);
    BUF(clean, ANSWER_LINE_BYTES_MAX);
    if (!text) return (struct str){NULL, 0};
    if (answer_text_clean(str_trim(str_from(text)), true, &plain)) head->has_unreadable_text = true;
    if (buf_done(&plain) != OK || utf8_clean(str_trim(buf_str(&plain)), &clean) != OK) {
        head->has_unreadable_text = true;
        return (struct str){NULL, 0};
    }
    return arena_str(head->arena, buf_str(&clean));
}

struct str head_raw(struct head *head, GMimeObject *object, const char *name)
{
    GMimeHeader *header =
        g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
    if (!header) return (struct str){NULL, 0};
    char *unfolded = g_mime_utils_header_unfold(g_mime_header_get_raw_value(header));
    struct str line = line_of(head, unfolded);
    g_free(unfolded);
    return line;
}

/* The value as written, with nothing missing from its encoded words. */
static const char *padded(struct head *head, GMimeHeader *header)
{
    const char *raw = g_mime_header_get_raw_value(header);
    struct buf value = buf_new(2 * strlen(raw) + 1);
    base64_pad_words(raw, &value);
    const char *copy = arena_c(head->arena, buf_str(&value));
    bool is_whole = buf_done(&value) == OK;
    buf_free(&value);
    return is_whole ? copy : raw;
}

struct str head_line(struct head *head, GMimeObject *object, const char *name)
{
    GMimeHeader *header =
        g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
    if (!header) return (struct str){NULL, 0};
    char *decoded = g_mime_utils_header_decode_text(head->options, padded(head, header));
    struct str line = line_of(head, decoded);
    g_free(decoded);
    return line;
}

/* ---- addresses --------------------------------------------------------------------------------
 */

static void add_address(struct head *head, enum address_role role, const char *name,
                        const char *mailbox)
{
    struct mail *mail = head->mail;
    if (mail->address_count == ANSWER_ADDRESSES_MAX) {
        head->has_more_addresses = true;
        return;
    }
    mail->addresses[mail->address_count++] =
        (struct address){role, line_of(head, name), line_of(head, mailbox)};
}

static void add_list(struct head *head, enum address_role role, InternetAddressList *list)
{
    for (int i = 0; i < internet_address_list_length(list); i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        const char *name = internet_address_get_name(one);
        if (INTERNET_ADDRESS_IS_MAILBOX(one))
            add_address(head, role, name,
                        internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)));
        else if (internet_address_list_length(
                     internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one))) == 0)
            add_address(head, role, name, NULL);
        else
            add_list(head, role, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)));
    }
}

static void read_header(struct head *head, GMimeHeader *header, enum address_role role)
{
    const char *raw = padded(head, header);
    InternetAddressList *found = internet_address_list_parse(head->options, raw);
    /* Each From header counts, and so does one with nothing to be read in it. */
    if (role == ADDRESS_FROM)
        head->from_count += found && internet_address_list_length(found) > 0
                                ? (size_t)internet_address_list_length(found)
                                : 1;
    if (found) {
        add_list(head, role, found);
        g_object_unref(found);
    } else if (role == ADDRESS_FROM) {
        add_address(head, ADDRESS_FROM, raw, NULL);
    }
}

/* From first: there is room for so many addresses only, and it must not be others that fill it. */
static void read_addresses(struct head *head, GMimeObject *message)
{
    static const struct {
        const char *name;
        enum address_role role;
    } headers[] = {{"From", ADDRESS_FROM},
                   {"Sender", ADDRESS_SENDER},
                   {"Reply-To", ADDRESS_REPLY_TO},
                   {"To", ADDRESS_TO},
                   {"Cc", ADDRESS_CC},
                   {"Bcc", ADDRESS_DELIVERED},
                   {"Resent-To", ADDRESS_DELIVERED},
                   {"Resent-Cc", ADDRESS_DELIVERED},
                   {"Resent-Bcc", ADDRESS_DELIVERED},
                   {"Delivered-To", ADDRESS_DELIVERED},
                   {"X-Original-To", ADDRESS_DELIVERED},
                   {"Envelope-To", ADDRESS_DELIVERED},
                   {"X-Envelope-To", ADDRESS_DELIVERED},
                   {"X-RCPT-To", ADDRESS_DELIVERED}};
    GMimeHeaderList *list = g_mime_object_get_header_list(message);
    head->mail->addresses = ARENA_MANY(head->arena, ANSWER_ADDRESSES_MAX, struct address);
    for (size_t k = 0; k < sizeof headers / sizeof *headers; k++)
        for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
            GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
            if (g_ascii_strcasecmp(g_mime_header_get_name(header), headers[k].name) == 0)
                read_header(head, header, headers[k].role);
        }
}

/* ---- sent by a program ------------------------------------------------------------------------
 */

static bool has_word(struct str text, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= text.len; i++)
        if (str_same(str_slice(text, i, i + len), (struct str){word, len})) return true;
    return false;
}

static bool begins_with_one(struct str text, const char *const *starts)
{
    for (; *starts; starts++) {
        struct str start = str_from(*starts);
        if (text.len >= start.len && str_same(str_slice(text, 0, start.len), start)) return true;
    }
    return false;
}

/* What multipart/report says that it is. */
static enum automatic automatic_of_report(GMimeContentType *type)
{
    if (!type || !g_mime_content_type_is_type(type, "multipart", "report")) return AUTOMATIC_NO;
    const char *report = g_mime_content_type_get_parameter(type, "report-type");
    if (report && !g_ascii_strcasecmp(report, "delivery-status")) return AUTOMATIC_BOUNCE;
    if (report && !g_ascii_strcasecmp(report, "disposition-notification")) return AUTOMATIC_READ;
    return AUTOMATIC_NO;
}

static bool is_absence_header(struct head *head, GMimeObject *message)
{
    static const char *const names[] = {
        "X-Autoreply",      "X-Autorespond", "X-Autoresponder",       "X-Autogenerated-Reply",
        "X-Mail-Autoreply", "X-Vacation",    "X-FC-MachineGenerated", NULL};
    for (const char *const *name = names; *name; name++)
        if (head_raw(head, message, *name).len > 0) return true;
    return has_word(head_raw(head, message, "Precedence"), "auto_reply") ||
           has_word(head_raw(head, message, "Preference"), "auto_reply") ||
           has_word(head_raw(head, message, "X-POST-MessageClass"), "autoresponder");
}

static bool is_of_list(struct head *head, GMimeObject *message)
{
    struct str precedence = head_raw(head, message, "Precedence");
    return has_word(precedence, "bulk") || has_word(precedence, "list") ||
           has_word(precedence, "junk") || head_raw(head, message, "List-Id").len > 0 ||
           head_raw(head, message, "List-Post").len > 0 ||
           head_raw(head, message, "List-Unsubscribe").len > 0;
}

static enum automatic automatic_of(struct head *head, GMimeObject *message)
{
    static const char *const reply_subjects[] = {"Automatic reply:",
                                                 "Automatic response:",
                                                 "Auto reply:",
                                                 "Autoreply:",
                                                 "Auto-Reply:",
                                                 "Auto response:",
                                                 "Out of Office",
                                                 "Out of the Office",
                                                 "Automatyczna odpowiedź",
                                                 "Odpowiedź automatyczna",
                                                 "Autoodpowiedź",
                                                 "Poza biurem",
                                                 "Răspuns automat",
                                                 "Raspuns automat",
                                                 "Ateb awtomatig",
                                                 "Allan o'r swyddfa",
                                                 NULL};
    struct str submitted = head_raw(head, message, "Auto-Submitted");
    enum automatic report = automatic_of_report(g_mime_object_get_content_type(
        GMIME_IS_MESSAGE(message) ? g_mime_message_get_mime_part(GMIME_MESSAGE(message))
                                  : message));
    bool is_reply_subject = begins_with_one(head->mail->subject, reply_subjects);
    if (report != AUTOMATIC_NO) return report;
    if (head_raw(head, message, "X-Failed-Recipients").len > 0) return AUTOMATIC_BOUNCE;
    const struct address *from = mail_address(head->mail, ADDRESS_FROM);
    if (from &&
        failure_is(from->mailbox, head_raw(head, message, "Return-Path"), head->mail->subject))
        return AUTOMATIC_BOUNCE;
    if (has_word(submitted, "auto-replied")) return AUTOMATIC_REPLIED;
    if (submitted.len > 0 && !str_same(str_slice(submitted, 0, 2), STR("no")))
        return is_reply_subject ? AUTOMATIC_REPLIED : AUTOMATIC_GENERATED;
    if (is_absence_header(head, message)) return AUTOMATIC_REPLIED;
    if (is_of_list(head, message)) return AUTOMATIC_LIST;
    if (is_reply_subject) return AUTOMATIC_REPLIED;
    if (str_equal(head_raw(head, message, "Return-Path"), STR("<>"))) return AUTOMATIC_GENERATED;
    return AUTOMATIC_NO;
}

/* Whoever wrote it asks that no machine answers, or a machine has answered it already. */
static bool wants_no_answer(struct head *head, GMimeObject *message)
{
    struct str suppress = head_raw(head, message, "X-Auto-Response-Suppress");
    return has_word(suppress, "All") || has_word(suppress, "AutoReply") ||
           has_word(suppress, "OOF") || head_raw(head, message, "X-Loop").len > 0;
}

/* ---- all of it --------------------------------------------------------------------------------
 */

static void read_auth(struct head *head, GMimeObject *message)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(message);
    struct mail *mail = head->mail;
    mail->auth = ARENA_MANY(head->arena, ANSWER_AUTH_MAX, struct str);
    for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        if (mail->auth_count == ANSWER_AUTH_MAX ||
            g_ascii_strcasecmp(g_mime_header_get_name(header), "Authentication-Results") != 0)
            continue;
        char *unfolded = g_mime_utils_header_unfold(g_mime_header_get_raw_value(header));
        mail->auth[mail->auth_count++] = line_of(head, unfolded);
        g_free(unfolded);
    }
}

static int64_t date_of(GMimeMessage *message)
{
    GDateTime *date = g_mime_message_get_date(message);
    if (!date || g_date_time_get_year(date) > YEAR_MOST) return INT64_MIN;
    return g_date_time_to_unix(date) * UTC_SECOND_US;
}

void head_read(struct head *head, GMimeMessage *message)
{
    struct mail *mail = head->mail;
    GMimeObject *object = GMIME_OBJECT(message);
    read_addresses(head, object);
    mail->subject = head_line(head, object, "Subject");
    mail->message_id = head_raw(head, object, "Message-ID");
    mail->in_reply_to = head_raw(head, object, "In-Reply-To");
    mail->references = head_raw(head, object, "References");
    mail->date_us = date_of(message);
    read_auth(head, object);
    mail->automatic = automatic_of(head, object);
    mail->wants_no_answer = wants_no_answer(head, object);
}
