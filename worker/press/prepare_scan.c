/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "sanitise/cleaner.h"
#include "sys/clock.h"
#include "worker/press/prepare.h"

/*
 * Viruses. All that came as a file or e-mail is looked at before anything of the letter is opened;
 * what is attached to an e-mail once more, decoded, before it is opened (lib/sanitise/cleaner.h).
 * One thing that is infected keeps the whole letter apart: who was sent one may have been sent more
 * than a scanner knows of. Typed text is opened by nothing and is not looked at.
 */

enum { NAME_SHOWN = 120, HEAD_BYTES = 256 * 1024 };

/* A file's first line says what its owner called it. */
static struct str first_line(struct str content)
{
    return str_slice(content, 0, str_find_byte(content, '\n'));
}

static struct str bytes_of(const struct press_item *original)
{
    if (str_equal(original->kind, STR("mail"))) return original->content;
    size_t end = str_find_byte(original->content, '\n');
    return end == STR_NONE ? STR("") : str_from_byte(original->content, end + 1);
}

struct str prepare_item_words(struct job *job, const struct press_item *original)
{
    JSON head = NULL;
    if (str_equal(original->kind, STR("mail"))) return STR("The e-mail");
    struct str name = {NULL, 0};
    if (json_read(first_line(original->content), LIMIT_RECORD_BYTES, &head) == OK)
        name = json_get_str(head, "name");
    if (name.len == 0 || name.len > NAME_SHOWN || !utf8_valid(name))
        return arena_print(job->arena, "Item %d", original->number);
    return arena_print(job->arena, "Item %d, called “%.*s”,", original->number, STR_ARG(name));
}

void prepare_note_virus(struct job *job, struct prepare *prepare, struct str what, struct str name)
{
    prepare->is_infected = true;
    prepare_warn(job, &prepare->review,
                 arena_print(job->arena, "%.*s carries a virus. The scanner calls it: %.*s",
                             STR_ARG(what), STR_ARG(name)));
}

static enum err scan_all(struct job *job, const struct press_letter *letter, int64_t until_us,
                         struct prepare *prepare)
{
    for (size_t i = 0; i < letter->original_count; i++) {
        const struct press_item *original = &letter->originals[i];
        struct str name;
        if (str_equal(original->kind, STR("text"))) continue;
        TRY(virus_scan(&prepare->scans, bytes_of(original), until_us, job->arena, &name));
        if (name.len) prepare_note_virus(job, prepare, prepare_item_words(job, original), name);
    }
    return OK;
}

static bool has_files(const struct press_letter *letter)
{
    for (size_t i = 0; i < letter->original_count; i++)
        if (!str_equal(letter->originals[i].kind, STR("text"))) return true;
    return false;
}

/* Letters that wait for a scanner which takes its time before it does not answer leave the lane to
 * those that need none: four times as long as this one took. */
static enum err scan_in_turn(struct job *job, const struct press_letter *letter, int64_t until_us,
                             struct prepare *prepare)
{
    enum { REST_TIMES = 4 };
    struct press *press = job->state;
    int64_t start_us = clock_monotonic_us();
    if (press->scanner.rule == VIRUS_REQUIRED && start_us < press->scanner_rests_until_us)
        return ERR_SCANNER;
    enum err code = scan_all(job, letter, until_us, prepare);
    int64_t end_us = clock_monotonic_us();
    if (code == ERR_SCANNER)
        press->scanner_rests_until_us = end_us + REST_TIMES * (end_us - start_us);
    return code;
}

enum err prepare_scan(struct job *job, const struct press_letter *letter, int64_t until_us,
                      struct prepare *prepare)
{
    const struct press *press = job->state;
    if (letter->is_overridden || !has_files(letter)) return OK;
    prepare->scans.scanner = press->scanner;
    return scan_in_turn(job, letter, until_us ? until_us : job->until_us, prepare);
}

void prepare_warn_unscanned(struct job *job, const struct press_letter *letter,
                            struct prepare *prepare)
{
    if (letter->is_overridden)
        prepare_warn(job, &prepare->review,
                     STR("A virus was found in this letter. A manager had it opened all the same: "
                         "the pages here were made safe, what it came as is not."));
    if (prepare->scans.is_away)
        prepare_warn(job, &prepare->review,
                     STR("Not all of this was looked at for viruses: the scanner did not answer. "
                         "The pages here were made safe all the same."));
    if (prepare->scans.was_too_big)
        prepare_warn(job, &prepare->review,
                     STR("Not all of this was looked at for viruses: a file is too big for the "
                         "scanner. The pages here were made safe all the same."));
}

/* ---- who it is from ---- */

/* Up to the first empty line, with it. */
static struct str head_of(struct str message)
{
    for (size_t i = 0; i + 1 < message.len && i < HEAD_BYTES; i++) {
        if (message.at[i] != '\n') continue;
        if (message.at[i + 1] == '\n') return str_slice(message, 0, i + 2);
        if (message.at[i + 1] == '\r' && i + 2 < message.len && message.at[i + 2] == '\n')
            return str_slice(message, 0, i + 3);
    }
    return STR("");
}

/* The head alone, and only if the scanner has looked at it and found nothing. */
static enum err read_head(struct job *job, struct str head, struct prepare *prepare)
{
    const struct press *press = job->state;
    struct letter letter;
    struct prepare_sender sender;
    struct str virus;
    struct virus_scans scans = {.scanner = press->scanner};
    struct clean_settings settings = press->cleaning;
    settings.leaves_attachments = true;
    settings.until_us = clock_monotonic_us() + PREPARE_LOOK_SECONDS * UTC_SECOND_US;
    if (virus_scan(&scans, head, settings.until_us, job->arena, &virus) != OK || scans.clean != 1)
        return OK;
    TRY(cleaner_clean(press->spawner, &settings, CLEAN_AS_MAIL, head, job->arena, &letter));
    if (!letter.mail) return OK;
    prepare_take_head(&letter, prepare);
    return prepare_find_sender(job, prepare, &sender);
}

enum err prepare_quarantine(struct job *job, const struct press_letter *letter,
                            struct prepare *prepare)
{
    struct review *review = &prepare->review;
    struct str head = STR("");
    review->part_count = 0;
    for (size_t i = 0; i < letter->original_count; i++)
        if (str_equal(letter->originals[i].kind, STR("mail")))
            head = head_of(letter->originals[i].content);
    if (head.len) {
        enum err code = read_head(job, head, prepare);
        /* A head that harms its reader tells nothing: the letter is kept apart without it. */
        if (code != OK && code != ERR_CLEANER_DIED && code != ERR_CLEANER_ANSWER) return code;
    }
    review->is_quarantined = true;
    review->quarantine = (struct review_quarantine){
        .kind = STR("infected"),
        .reason = STR("You are shown nothing of this letter. Tell the sender that it could not be "
                      "taken because of the virus, and ask them to have their phone or computer "
                      "checked and to send it again."),
    };
    return OK;
}
