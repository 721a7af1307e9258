/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/limits.h"
#include "redact/furniture.h"
#include "redact/unseen.h"
#include "sanitise/cleaner.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/press/prepare.h"

/* The review's lists while they grow. */
struct gather {
    struct job *job;
    struct prepare *prepare;
    int64_t until_us;                  /* by clock_monotonic_us: nothing is begun after it */
    const struct press_item *original; /* the one being taken apart */
    struct str head; /* of a file: its first line, which says what its owner called it */
    size_t to_come;  /* originals behind this one: each has room for a part */
};

static enum err add_part(struct gather *gather, const struct review_part *part, struct str content)
{
    struct review *review = &gather->prepare->review;
    if (review->part_count == REVIEW_PARTS) return ERR_TOO_BIG;
    size_t at = review->part_count++;
    review->parts[at] = *part;
    review->parts[at].number = (int)at + 1;
    review->parts[at].from = gather->original->number;
    gather->prepare->contents[at] = content;
    return OK;
}

void prepare_warn(struct job *job, struct review *review, struct str sentence)
{
    for (size_t i = 0; i < review->warning_count; i++)
        if (str_equal(review->warnings[i], sentence)) return;
    if (review->warning_count == REVIEW_PARTS) return;
    struct str *all = ARENA_MANY(job->arena, review->warning_count + 1, struct str);
    for (size_t i = 0; i < review->warning_count; i++) all[i] = review->warnings[i];
    all[review->warning_count++] = sentence;
    review->warnings = all;
}

static void warn(struct gather *gather, struct str sentence)
{
    prepare_warn(gather->job, &gather->prepare->review, sentence);
}

/* A few come from a telephone's address book; many are somebody's. */
static void warn_unseen(struct gather *gather, struct str text)
{
    enum { MANY = 16 };
    size_t count = unseen_count(text);
    if (count < MANY) return;
    warn(gather,
         arena_print(gather->job->arena,
                     "Item %d has %zu characters that show nothing. They are not sent on, but "
                     "somebody may have hidden a message in them.",
                     gather->original->number, count));
}

static enum err add_text(struct gather *gather, struct str text, const char *origin)
{
    warn_unseen(gather, text);
    struct review_part part = {
        .kind = REVIEW_TEXT,
        .origin = str_from(origin),
        .bytes = text.len,
    };
    return add_part(gather, &part, text);
}

static bool has_part(const struct letter *letter, uint32_t source)
{
    for (size_t i = 0; i < letter->part_count; i++)
        if (letter->parts[i].source == source) return true;
    return false;
}

/* Is what is found in this source to be told at this part? What has no part of its own (the HTML of
 * a mail's text, the mail itself when only its attachments are shown) is told at the first one. */
static bool is_told_at(const struct letter *letter, uint32_t source, const struct part *part)
{
    return source == part->source || (part == letter->parts && !has_part(letter, source));
}

static void add_code(struct str *codes, size_t *count, struct str code)
{
    for (size_t i = 0; i < *count; i++)
        if (str_equal(codes[i], code)) return;
    codes[(*count)++] = code;
}

/* The findings told at one part as codes, each once. */
static void add_findings(const struct letter *letter, const struct part *at, struct arena *arena,
                         struct review_part *part)
{
    part->removed = ARENA_MANY(arena, letter->removed_count, struct str);
    for (size_t i = 0; i < letter->removed_count; i++)
        if (is_told_at(letter, letter->removed[i].source, at))
            add_code(part->removed, &part->removed_count,
                     str_from(removed_name((enum removed)letter->removed[i].code)));
    part->warnings = ARENA_MANY(arena, letter->warning_count + 1, struct str);
    for (size_t i = 0; i < letter->warning_count; i++)
        if (is_told_at(letter, letter->warnings[i].source, at))
            add_code(part->warnings, &part->warning_count,
                     str_from(warning_name((enum warning)letter->warnings[i].code)));
    part->hidden = ARENA_MANY(arena, letter->hidden_count, struct str);
    for (size_t i = 0; i < letter->hidden_count; i++)
        if (is_told_at(letter, letter->hidden[i].source, at))
            part->hidden[part->hidden_count++] = letter->hidden[i].text;
}

/* Of a document of which nothing can be shown. */
static void warn_of_nothing(struct gather *gather, const struct letter *letter)
{
    struct arena *arena = gather->job->arena;
    for (size_t i = 0; i < letter->warning_count; i++)
        warn(gather, arena_print(arena, "Item %d: %s.", gather->original->number,
                                 warning_words((enum warning)letter->warnings[i].code)));
    if (letter->hidden_count)
        warn(gather, arena_print(arena,
                                 "Item %d shows nothing, but has hidden text. It is kept as it "
                                 "came, and is not sent on.",
                                 gather->original->number));
}

/* After add_findings, which left room for it. */
static void add_name_lie(const struct gather *gather, enum kind kind, struct review_part *part)
{
    struct str lie = prepare_name_lie(gather->head, kind, gather->job->arena);
    if (lie.len) part->warnings[part->warning_count++] = lie;
}

static void add_furniture(struct str text, struct arena *arena, struct review_part *part)
{
    struct furnitures found = {0};
    furniture_find(text, arena, &found);
    part->furniture = ARENA_MANY(arena, found.count, struct review_range);
    part->furniture_count = found.count;
    for (size_t i = 0; i < found.count; i++)
        part->furniture[i] = (struct review_range){found.at[i].start, found.at[i].end,
                                                   str_from(furniture_word(found.at[i].kind))};
}

static enum err add_cleaned(struct gather *gather, const struct letter *letter, const char *origin)
{
    struct arena *arena = gather->job->arena;
    uint32_t last_source = UINT32_MAX;
    if (letter->part_count == 0) warn_of_nothing(gather, letter);
    for (size_t i = 0; i < letter->part_count; i++) {
        const struct part *from = &letter->parts[i];
        struct review_part part = {
            .kind = from->kind == PART_TEXT   ? REVIEW_TEXT
                    : from->kind == PART_PAGE ? REVIEW_PAGE
                                              : REVIEW_PHOTO,
            .origin = str_from(origin),
            .bytes = from->kind == PART_TEXT ? from->text.len : 0,
            .type = from->format == IMAGE_JPEG ? STR("image/jpeg") : STR("image/png"),
            .width = from->width,
            .height = from->height,
        };
        if (from->kind != PART_TEXT) prepare_add_words(from, arena, &part);
        /* what is said of a document stands at its first part */
        if (from->source != last_source) add_findings(letter, from, arena, &part);
        if (i == 0) add_name_lie(gather, letter->kind, &part);
        warn_unseen(gather, from->text);
        if (from->kind == PART_TEXT && letter->mail && from->source == 0)
            add_furniture(from->text, arena, &part);
        last_source = from->source;
        TRY(add_part(gather, &part, from->kind == PART_TEXT ? from->text : from->image));
    }
    return OK;
}

static void warn_refused(struct gather *gather, enum refusal refusal)
{
    warn(gather, arena_print(gather->job->arena, "Item %d could not be shown. %s",
                             gather->original->number, refusal_words(refusal)));
}

static void warn_of_mail(struct gather *gather, const struct mail *mail)
{
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct mail_part *part = &mail->parts[i];
        if (part->fate == FATE_KEPT || part->fate == FATE_TEXT) continue;
        /* What they hold is opened and checked after the mail, and told of then. */
        if (part->fate == FATE_ENCRYPTED || part->fate == FATE_SIGNATURE) continue;
        warn(gather, arena_print(gather->job->arena, "Part %.*s of the e-mail is not shown: %s",
                                 STR_ARG(part->path), mail_part_words(part)));
    }
}

void prepare_take_head(const struct letter *letter, struct prepare *prepare)
{
    size_t authors = 0;
    bool is_clear = true;
    prepare->mail = letter->mail;
    for (size_t i = 0; i < letter->mail->address_count; i++)
        if (letter->mail->addresses[i].role == ADDRESS_FROM) authors++;
    for (size_t i = 0; i < letter->warning_count; i++) {
        const struct finding *warning = &letter->warnings[i];
        if (warning->source != 0) continue;
        if (warning->code == WARNING_HEADER_SIZE) prepare->is_head_cut = true;
        if (warning->code == WARNING_TWO_FROM || warning->code == WARNING_NO_FROM) is_clear = false;
    }
    prepare->names_one_author = authors == 1 && is_clear && !prepare->is_head_cut;
}

/* REFUSAL_NONE: the letter has room for all of it. */
static enum refusal check_room(const struct gather *gather, const struct letter *letter)
{
    const struct review *review = &gather->prepare->review;
    size_t words = 0;
    for (size_t i = 0; i < letter->part_count; i++) words += letter->parts[i].word_count;
    if (words > prepare_words_left(review)) return REFUSAL_TOO_MANY_WORDS;
    if (review->part_count + letter->part_count + gather->to_come > REVIEW_PARTS)
        return REFUSAL_TOO_MANY_PAGES;
    return REFUSAL_NONE;
}

/* Of an e-mail the last attachments that there is no room for are left out, never its text. */
static enum refusal make_room(const struct gather *gather, struct letter *letter)
{
    for (;;) {
        enum refusal refusal = check_room(gather, letter);
        if (refusal == REFUSAL_NONE || !letter->mail) return refusal;
        uint32_t source = letter->part_count ? letter->parts[letter->part_count - 1].source : 0;
        if (source == 0) return refusal;
        struct mail_part *part = &letter->mail->parts[source - 1];
        part->fate = FATE_REFUSED;
        part->refusal = refusal;
        while (letter->part_count && letter->parts[letter->part_count - 1].source == source)
            letter->part_count--;
    }
}

/* A mail that the press itself puts around what was encrypted: what it lacks was never there. */
static void forget_no_from(struct letter *letter)
{
    size_t kept = 0;
    for (size_t i = 0; i < letter->warning_count; i++)
        if (letter->warnings[i].source != 0 || letter->warnings[i].code != WARNING_NO_FROM)
            letter->warnings[kept++] = letter->warnings[i];
    letter->warning_count = kept;
}

static void note_unchecked(struct prepare *prepare, const struct letter *letter)
{
    for (size_t i = 0; i < letter->warning_count; i++)
        if (letter->warnings[i].code == WARNING_SIGNED) prepare->is_signed_unchecked = true;
}

static struct str infected_part(const struct gather *gather, const struct letter *letter)
{
    struct arena *arena = gather->job->arena;
    bool is_mail = str_equal(gather->original->kind, STR("mail"));
    if (is_mail && letter->virus_path.len == 0) return STR("What was encrypted in the e-mail");
    if (is_mail) return arena_print(arena, "Part %.*s of the e-mail", STR_ARG(letter->virus_path));
    /* A page's pictures have no numbers that its sender could know. */
    struct str file = prepare_item_words(gather->job, gather->original);
    if (letter->kind != KIND_MAIL) return arena_print(arena, "A picture in %.*s", STR_ARG(file));
    return arena_print(arena, "Part %.*s of %.*s", STR_ARG(letter->virus_path), STR_ARG(file));
}

/* An original was looked at for viruses before anything was opened. */
static enum err clean(struct gather *gather, struct str document, bool is_original,
                      enum clean_as as, const char *origin, const struct letter **ret_letter)
{
    const struct press *press = gather->job->state;
    struct letter *letter = ARENA_ONE(gather->job->arena, struct letter);
    struct clean_settings settings = press->cleaning;
    settings.until_us = gather->until_us;
    settings.scans = &gather->prepare->scans;
    settings.is_scanned = is_original;
    TRY(cleaner_clean(press->spawner, &settings, as, document, gather->job->arena, letter));
    if (letter->refusal == REFUSAL_INFECTED) {
        prepare_note_virus(gather->job, gather->prepare, infected_part(gather, letter),
                           letter->virus);
        return OK;
    }
    enum refusal refusal = letter->refusal;
    if (refusal == REFUSAL_NONE) refusal = make_room(gather, letter);
    if (refusal != REFUSAL_NONE) {
        warn_refused(gather, refusal);
        return OK;
    }
    if (letter->mail) {
        if (!is_original) forget_no_from(letter);
        warn_of_mail(gather, letter->mail);
        note_unchecked(gather->prepare, letter);
    }
    *ret_letter = letter;
    return add_cleaned(gather, letter, origin);
}

/* ---- what was encrypted to the agency's mail key ---- */

/*
 * What was inside, to a cleaner of its own. PGP/MIME is a MIME part, and with a line above it a
 * message; inline it is the text of a mail; a file that was encrypted by itself is what its bytes
 * say.
 */
static enum err clean_inner(struct gather *gather, const struct packets *packets, struct str clear,
                            const struct letter **ret_inner)
{
    enum kind kind = packets->kind == CRYPTO_PGP_MIME ? KIND_MAIL : kind_of(clear);
    bool is_text = kind == KIND_TEXT || kind == KIND_MAIL || kind == KIND_HTML;
    if (!is_text) return clean(gather, clear, false, CLEAN_BY_BYTES, "document", ret_inner);
    BUF_SECRET(message, clear.len + LIMIT_RECORD_BYTES);
    buf_add_c(&message, "MIME-Version: 1.0\r\n");
    if (packets->kind != CRYPTO_PGP_MIME)
        buf_add_c(&message, "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
    buf_add(&message, clear);
    TRY(buf_done(&message));
    return clean(gather, buf_str(&message), false, CLEAN_AS_MAIL, "mail", ret_inner);
}

/* Subject and author as they were encrypted (RFC 9788): the head outside says little, or lies. */
static void take_protected_head(struct prepare *prepare, const struct mail *inner)
{
    const struct address *within = mail_address(inner, ADDRESS_FROM),
                         *outside = mail_address(prepare->mail, ADDRESS_FROM);
    if (inner->subject.len) prepare->subject = inner->subject;
    for (size_t i = 0, count = 0; i < inner->address_count; i++)
        if (inner->addresses[i].role == ADDRESS_FROM && count++ > 0)
            prepare->names_one_author = false;
    if (within && outside && !str_same(within->mailbox, outside->mailbox))
        prepare->names_one_author = false;
}

static enum err open_packets(struct gather *gather, const struct mail *mail, bool is_all,
                             bool is_alone, int depth);

/*
 * What a message becomes can be three thousand times its length: all that is in one mail may become
 * as long as a mail, and none of it is kept but what the cleaner makes of it.
 */
static enum err decrypt_and_clean(struct gather *gather, const struct packets *packets, bool is_all,
                                  const char **ret_why, const struct letter **ret_inner)
{
    struct prepare *prepare = gather->prepare;
    struct pgp_signature signature;
    BUF_SECRET(clear, LIMIT_MAIL_BYTES - prepare->decrypted_bytes);
    TRY(prepare_decrypt(gather->job, packets->bytes, &clear, &signature, ret_why));
    if (*ret_why) return OK;
    prepare->decrypted_bytes += clear.len;
    prepare_take_signature(prepare, &signature, is_all, true);
    return clean_inner(gather, packets, buf_str(&clear), ret_inner);
}

static enum err open_message(struct gather *gather, const struct packets *packets, bool is_all,
                             int depth)
{
    struct prepare *prepare = gather->prepare;
    const struct letter *inner = NULL;
    const char *why = depth > PREPARE_NESTED ? prepare_why_nested : NULL;
    size_t before = prepare->review.part_count;
    prepare->was_encrypted = true;
    if (clock_monotonic_us() >= gather->until_us) {
        warn_refused(gather, REFUSAL_TOO_LONG);
        return OK;
    }
    if (!why) TRY(decrypt_and_clean(gather, packets, is_all, &why, &inner));
    if (why) {
        warn(gather, str_from(why));
        return OK;
    }
    if (!inner || !inner->mail) return OK;
    if (is_all) take_protected_head(prepare, inner->mail);
    return open_packets(gather, inner->mail, is_all, prepare->review.part_count == before,
                        depth + 1);
}

/*
 * Of one mail, or of what was encrypted in one. It is all: nothing stands beside it in the mail
 * that came. A message in it is alone if nothing of the mail was shown yet: a signature inside a
 * mail of somebody else says nothing about what stands beside it.
 */
static enum err open_packets(struct gather *gather, const struct mail *mail, bool is_all,
                             bool is_alone, int depth)
{
    struct prepare *prepare = gather->prepare;
    size_t messages = 0;
    for (size_t i = 0; i < mail->packet_count; i++) messages += !mail->packets[i].is_signature;
    for (size_t i = 0; i < mail->packet_count && !prepare->is_infected; i++) {
        const struct packets *packets = &mail->packets[i];
        struct pgp_signature signature;
        if (packets->is_signature) {
            TRY(prepare_verify(gather->job, packets, &signature));
            prepare_take_signature(prepare, &signature, is_all && packets->is_whole, depth > 1);
        } else if (packets->kind != CRYPTO_SMIME) {
            TRY(open_message(gather, packets, is_all && is_alone && messages == 1, depth));
        }
    }
    return OK;
}

static enum err take_message(struct gather *gather, struct str message)
{
    const struct letter *letter = NULL;
    size_t before = gather->prepare->review.part_count;
    TRY(clean(gather, message, true, CLEAN_AS_MAIL, "mail", &letter));
    if (!letter || !letter->mail || gather->prepare->mail) return OK;
    prepare_take_head(letter, gather->prepare);
    bool has_key;
    if (letter->mail->packet_count) TRY(prepare_authors_keys(gather->job, letter->mail, &has_key));
    return open_packets(gather, letter->mail, true, gather->prepare->review.part_count == before,
                        1);
}

static enum err take_mail(struct gather *gather, struct str message)
{
    int64_t seconds = FAULT_FAILS(mail_time_short) ? 2 : PREPARE_MAIL_SECONDS;
    int64_t until_us = clock_monotonic_us() + seconds * UTC_SECOND_US;
    if (until_us < gather->until_us) gather->until_us = until_us;
    enum err code = take_message(gather, message);
    gather->until_us = gather->job->until_us;
    return code;
}

static enum err take_file(struct gather *gather, struct str content)
{
    const struct letter *letter = NULL;
    size_t end = str_find_byte(content, '\n');
    struct str file = end == STR_NONE ? (struct str){NULL, 0} : str_from_byte(content, end + 1);
    gather->head = str_slice(content, 0, end == STR_NONE ? 0 : end);
    enum err code = clean(gather, file, true, CLEAN_BY_BYTES, "document", &letter);
    gather->head = (struct str){NULL, 0};
    return code;
}

enum err prepare_parts(struct job *job, const struct press_letter *letter, struct prepare *prepare)
{
    prepare->review.parts = ARENA_MANY(job->arena, REVIEW_PARTS, struct review_part);
    prepare->contents = ARENA_MANY(job->arena, REVIEW_PARTS, struct str);
    struct gather gather = {
        .job = job,
        .prepare = prepare,
        /* Many slow documents are cut short, or the whole press would be ended with this job. */
        .until_us = job->until_us,
    };
    for (size_t i = 0; i < letter->original_count && !prepare->is_infected; i++) {
        const struct press_item *original = &letter->originals[i];
        gather.original = original;
        gather.to_come = letter->original_count - i - 1;
        /* Typed text was checked as UTF-8 at the door and needs no cleaner. */
        if (str_equal(original->kind, STR("text")))
            TRY(add_text(&gather, original->content, "typed"));
        else if (str_equal(original->kind, STR("mail")))
            TRY(take_mail(&gather, original->content));
        else
            TRY(take_file(&gather, original->content));
    }
    return OK;
}
