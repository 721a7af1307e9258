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

/* "Item 2, called “garden.pdf”,": staff must find with the sender which one it is. */
static struct str words_for(struct job *job, const struct press_item *original)
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

enum err prepare_scan(struct job *job, const struct press_letter *letter, int64_t until_us,
                      struct prepare *prepare)
{
    const struct press *press = job->state;
    if (letter->is_overridden) return OK;
    if (until_us == 0) until_us = job->until_us;
    prepare->scans.scanner = press->scanner;
    for (size_t i = 0; i < letter->original_count; i++) {
        const struct press_item *original = &letter->originals[i];
        struct str name;
        if (str_equal(original->kind, STR("text"))) continue;
        TRY(virus_scan(&prepare->scans, bytes_of(original), until_us, job->arena, &name));
        if (name.len) prepare_note_virus(job, prepare, words_for(job, original), name);
    }
    return OK;
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

/* The head alone, once it was looked at by itself: what is infected stays shut. */
static enum err read_head(struct job *job, struct str head, struct prepare *prepare)
{
    const struct press *press = job->state;
    struct letter letter;
    struct prepare_sender sender;
    struct virus_scans scans = {.scanner = press->scanner};
    const struct clean_settings settings = {
        .leaves_attachments = true,
        .until_us = clock_monotonic_us() + PREPARE_LOOK_SECONDS * UTC_SECOND_US,
        .scans = &scans,
    };
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
        .reason = STR("Nothing of this letter was opened. Tell the sender that it could not be "
                      "taken because of the virus, and ask them to have their phone or computer "
                      "checked and to send it again."),
    };
    return OK;
}
