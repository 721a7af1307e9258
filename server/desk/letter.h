/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_LETTER_H
#define LETTERBOX_DESK_LETTER_H

#include "server/desk/desk.h"

/* A letter with all that staff need to read and decide it, opened in one transaction. */
struct desk_decision {
    int64_t id, to, author;
    int version;
    struct str kind;
    unsigned char digest[32];
    struct utc at;
};

struct desk_letter {
    int64_t id, arrangement, from_party, entered_by;
    struct str channel, state;
    int version;
    struct utc received;
    struct day review_on;
    bool two_person;
    struct str arrangement_state, photo_level, risk;
    struct desk_child child;
    struct desk_party from;
    struct desk_party *recipients;
    bool *receiving; /* of each recipient */
    size_t recipient_count;
    bool has_review;
    struct review review;
    struct str *contents; /* of each part; of images only when they were asked for */
    unsigned char digest[32];
    struct desk_decision *decisions; /* about this version, in order */
    size_t decision_count;
};

enum desk_depth {
    DESK_FACTS, /* who wrote to whom, states */
    DESK_TEXTS, /* and the review with its texts */
    DESK_WHOLE, /* and the images: for the digest */
};

/* Reads the letter of the path. The text of parts lives in the request's arena. */
MUST_CHECK enum err desk_letter_read(struct request *request, struct store *store,
                                     const struct desk_keyring *keyring, int64_t id,
                                     enum desk_depth depth, struct desk_letter *ret_letter);
/* The screen digest of a review and its parts' bytes. */
MUST_CHECK enum err desk_screen_digest(struct request *request, const struct review *review,
                                       const struct str *contents, unsigned char ret_digest[32]);
/* One version of a letter's review; ERR_NOT_FOUND while there is none. */
MUST_CHECK enum err desk_review_read(struct request *request, struct store *store,
                                     const struct desk_keyring *keyring, int64_t letter,
                                     int version, struct review *ret_review,
                                     unsigned char ret_digest[32]);
/* The part's blob, opened. */
MUST_CHECK enum err desk_part_read(struct request *request, struct store *store,
                                   const struct desk_keyring *keyring, int64_t letter, int number,
                                   struct buf *ret_content);
/* Answers with the image of a part, after the audit's row; ERR_NOT_FOUND for a text. */
MUST_CHECK enum err desk_part_reply(struct request *request, int64_t letter, int number);
/* Seals and writes the next version of a review; ERR_CONFLICT when somebody was quicker. */
MUST_CHECK enum err desk_review_save(struct request *request, struct store *store,
                                     const struct desk_letter *letter, const struct review *review);

/* Somebody else has to approve it now: this member entered it, or approved it first. */
bool desk_is_own(const struct request *request, const struct desk_letter *letter);
/* Nothing of it could be read, as of a mail that nobody can decrypt: no copy can be made. */
bool desk_has_nothing(const struct desk_letter *letter);
/* Is it an approval of this version, and nobody objected since? */
bool desk_stands(const struct desk_letter *letter, const struct desk_decision *approval);
/* Whether this recipient's copy has one. */
bool desk_is_approved(const struct desk_letter *letter, int64_t party);
/* The first that stands, which waits for a second person, or NULL. */
const struct desk_decision *desk_first_approval(const struct desk_letter *letter);
/* Whether this member's role may bring a letter from one state to another (rules/state.def), be it
 * by reading it again. */
bool desk_may_move(const struct request *request, struct str from, struct str to);
/* Its marks and its fate are not decided yet. */
bool desk_is_open(const struct desk_letter *letter);
/* Whether this member may change its marks, and return, hold or escalate it. */
bool desk_may_mark(const struct request *request, const struct desk_letter *letter);
/* After this member's approval it waits for a second person. */
bool desk_needs_second(const struct request *request, const struct desk_letter *letter);

/* Why this recipient can have no copy now, or NULL. */
const char *desk_why_blocked(const struct desk_letter *letter, size_t nth);

/* May this member have it looked through again, for who takes part only since it came? */
bool desk_may_look(const struct request *request, const struct desk_letter *letter);

/* Fills letter, recipients, warnings and, if there are any, unlooked of the view. */
MUST_CHECK enum err desk_letter_view(struct request *request, struct store *store,
                                     const struct desk_keyring *keyring,
                                     const struct desk_letter *letter);
/* Fills history of the view. */
MUST_CHECK enum err desk_history_put(struct request *request, struct store *store,
                                     const struct desk_keyring *keyring, int64_t letter);
/* Fills outgoing of the view with where each recipient's copy is, if there are any; is one not made
 * yet? */
MUST_CHECK enum err desk_copies_put(struct request *request, struct store *store,
                                    const struct desk_letter *letter, bool *ret_is_making);
/* Of the rows of QUERY_dispatch_of_letter: a copy is out or on its way, not stopped, come back or
 * taken back. */
bool desk_has_copy(const struct store_rows *dispatches, int64_t party);
/* Fills parts, marks, concerns, categories of the view of desk/letter. */
void desk_review_view(struct request *request, const struct desk_letter *letter);
/* What one recipient gets of one part: {"text":…}, {"page":…} or {"withheld":…}. */
json_t *desk_copy_view(struct request *request, const struct desk_letter *letter,
                       const struct review_part *part, struct str content, int64_t party);
/* A note of the agency's library to a sender, by its id, or empty. */
struct str desk_wording(struct str id);
/* Why a recipient can have nothing just now, or NULL. */
const char *desk_why_blocked(const struct desk_letter *letter, size_t nth);
/* A row of partials/letter_rows. */
MUST_CHECK enum err desk_letter_row(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring,
                                    const struct store_rows *rows, size_t row, json_t *list);
/* Answers with desk/letter, or desk/decision; audits before it shows. */
MUST_CHECK enum err desk_letter_page(struct request *request, int64_t id);
MUST_CHECK enum err desk_decision_page(struct request *request, int64_t id);

/* What the cleaner took off or warns of, for staff, by its code. */
struct str desk_removed_words(struct str code);
struct str desk_warning_words(struct str code);
/* Why a mark was proposed, for staff; empty where its source says it all. */
struct str desk_why_words(struct request *request, const struct review_mark *mark);

/* A question whose answer stands on the page, for the second person. */
struct str desk_second_question(struct request *request, const struct desk_letter *letter);

/* The heading of a part: "Letter", "Page 2", "Photo 1". */
struct str desk_part_heading(struct request *request, const struct review *review,
                             const struct review_part *part);

/* Of what came by e-mail: puts mail{from, subject, encrypted, signature, false, doubt} into the
 * object, for partials/mail_facts and mail_doubt. */
void desk_mail_put(struct request *request, const struct review *review, json_t *object);

#endif
