/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PRESS_PREPARE_H
#define LETTERBOX_PRESS_PREPARE_H

#include "rules/review.h"
#include "sanitise/kind.h"
#include "worker/press/press.h"

struct letter;
struct mail;
struct packets;
struct part;

/*
 * The steps of preparing a letter, between reading and writing it:
 *
 *   scan     for viruses, where there is a scanner, before anything is opened
 *   look     of an e-mail, before anything in it is opened: has somebody known sent it?
 *   parts    what came, taken apart: texts, and images with the words on them
 *   sender   of an e-mail: whose letter it is
 *   propose  marks and concerns for each recipient
 *   store    parts sealed to press and desk, the review to both
 */
struct prepare {
    struct review review;
    struct str *contents;           /* of each part of the review, in its order */
    const struct mail *mail;        /* of the first original that is an e-mail; else NULL */
    bool names_one_author;          /* its head was read whole, and has one author in it */
    bool is_head_cut;               /* its head is too long to be read whole */
    bool was_wrong_side;            /* and stays it, whatever the register says today */
    struct str subject;             /* the one that was encrypted with it; empty: the head's own */
    struct pgp_signature signature; /* of all that is shown of it */
    bool is_signed_inside;          /* that one stood inside what was encrypted to us */
    bool is_signed_in_part;         /* beside something that is not signed: it proves nothing */
    bool is_signed_unchecked;       /* in a way that is not checked */
    bool was_encrypted;
    size_t decrypted_bytes; /* of all that was encrypted in it */
    /* Parts and a review are in the database: it was quarantined, or decided upon. */
    bool is_stored;
    bool is_reviewed; /* a review is, but no parts: it carried a virus, or came to nothing */
    struct virus_scans scans;
    bool is_infected; /* nothing of it is shown; the review's warnings say what carries what */
};

/* The job itself; from_anybody: it is known that nobody known is proved to have sent the e-mail. */
MUST_CHECK enum err prepare_run(struct job *job, bool from_anybody);

enum prepare_who {
    PREPARE_STRANGER, /* nobody in the register has its address */
    PREPARE_UNPROVED, /* somebody has, but nothing proves that they sent it */
    /* a known person, proved; a mail of ours that came back; one that staff must hear of at once */
    PREPARE_KNOWN,
};
/* By the head of the e-mail, and by its signature if it is one encrypted message. */
MUST_CHECK enum err prepare_look(struct job *job, const struct press_letter *letter,
                                 enum prepare_who *ret_who);

/* The most time for an e-mail of whom nobody knows yet whose it is: to scan it, and to look at it.
 */
enum { PREPARE_LOOK_SECONDS = 5 };
/*
 * Has the virus scanner look at everything that came as a file or e-mail, unless a manager has it
 * opened all the same; until then (by clock_monotonic_us), 0: as long as the job has time. Errors
 * as virus_scan.
 */
MUST_CHECK enum err prepare_scan(struct job *job, const struct press_letter *letter,
                                 int64_t until_us, struct prepare *prepare);
/* 'Item 2, called "garden.pdf",' or "The e-mail": as staff find with the sender which one it is. */
struct str prepare_item_words(struct job *job, const struct press_item *original);
/* Notes that something is infected: "Item 2", "Part 3 of the e-mail"; and what with. */
void prepare_note_virus(struct job *job, struct prepare *prepare, struct str what, struct str name);
/* Tells staff of what went on without having been looked at, or against the scanner's word. */
void prepare_warn_unscanned(struct job *job, const struct press_letter *letter,
                            struct prepare *prepare);
/*
 * Of an infected letter: leaves nothing in the review but why, and who an e-mail says it is from,
 * by its head alone, if the scanner finds nothing in that.
 */
MUST_CHECK enum err prepare_quarantine(struct job *job, const struct press_letter *letter,
                                       struct prepare *prepare);

/* ---- OpenPGP in an e-mail ---- */

/* Encryption inside encryption: what is deeper is refused, unopened. */
enum { PREPARE_NESTED = 2 };
extern const char prepare_why_nested[];
/*
 * Opens a message. Why it stays closed, if that is the message's own fault, is a sentence for
 * staff, and the buffer is as it was; else NULL. An agent that is away is an error: ERR_NO_KEY.
 */
MUST_CHECK enum err prepare_decrypt(struct job *job, struct str message, struct buf *ret_clear,
                                    struct pgp_signature *ret_signature, const char **ret_why);
MUST_CHECK enum err prepare_verify(struct job *job, const struct packets *packets,
                                   struct pgp_signature *ret_signature);
/*
 * Notes it; whole: nothing that is shown of the e-mail stands beside what is signed; inside: it
 * came out of what was encrypted to us.
 */
void prepare_take_signature(struct prepare *prepare, const struct pgp_signature *signature,
                            bool is_whole, bool is_inside);
/* Is it one encrypted message, and nothing beside it? */
bool prepare_is_one_message(const struct letter *letter);

/* What an e-mail says of itself, into prepare. */
void prepare_take_head(const struct letter *letter, struct prepare *prepare);

/*
 * Takes the letter's opened originals apart; an e-mail and what is attached to it in
 * PREPARE_MAIL_SECONDS at most, or the rest stays closed and staff are told. Texts and images live
 * in the job's arena. Ends early when an attachment turns out to be infected.
 */
enum { PREPARE_MAIL_SECONDS = 60 };
MUST_CHECK enum err prepare_parts(struct job *job, const struct press_letter *letter,
                                  struct prepare *prepare);

/*
 * How many words may still come to a letter: the limit of one document holds for all of it, since
 * the desk has it on one page. What is more is not shown, and staff are told.
 */
size_t prepare_words_left(const struct review *review);
/* The words of a page or photo; their texts are borrowed. */
void prepare_add_words(const struct part *from, struct arena *arena, struct review_part *part);

/* Tells staff something about the whole letter, once; the sentence lives in the job's arena. */
void prepare_warn(struct job *job, struct review *review, struct str sentence);

/*
 * "The file is called .docx, but is plain text", when the ending of its name promises another kind;
 * else empty. head is the first line of a file's content: {"name":…}.
 */
struct str prepare_name_lie(struct str head, enum kind kind, struct arena *arena);

/*
 * Looks through the letter for each recipient for whom the review does not stand yet, and adds
 * recipients, marks and concerns to it. Parts that the job's time no longer suffices for, and names
 * beyond PREPARE_LEARNT, are left to people, who are told so.
 */
enum { PREPARE_LEARNT = 300 }; /* names and words that one part teaches the others */
MUST_CHECK enum err prepare_propose(struct job *job, const struct press_letter *letter,
                                    struct prepare *prepare);
/*
 * Words came to the photos of a letter that was looked through. What no member of staff has touched
 * is looked through anew, so that a name on a photo is found in the text too; else only the photos
 * are.
 */
MUST_CHECK enum err prepare_propose_photos(struct job *job, const struct press_letter *letter,
                                           bool is_untouched, struct prepare *prepare);

/* Parts and review as they are stored, opened: a version of the review may be made after them. */
MUST_CHECK enum err prepare_reopen(struct job *job, const struct press_letter *letter,
                                   const struct press_review *review, struct prepare *ret_prepare);

/* ---- whose letter an e-mail is ---- */

/* A mail that a machine sent about a message of ours. */
struct prepare_bounce {
    int64_t message;    /* the message; 0: it names none of ours */
    const char *kind;   /* hard, soft, refused, delay, away */
    struct str code;    /* RFC 3463, or empty */
    bool is_recipients; /* it names the very address that the message went to */
    bool is_current;    /* and the person's mail still goes there */
};

struct prepare_sender {
    int64_t party, arrangement; /* not 0: theirs */
    bool is_aside;              /* nobody's letter: a bounce of ours, an answer by a machine */
    struct prepare_bounce bounce;
    bool has_known_address;
    bool is_wrong_side; /* somebody of one side wrote to an address of the other */
};

/*
 * Brings the pinned keys of whom the author may be into the home, to know a signature by. Without
 * one, no signature proves who wrote.
 */
MUST_CHECK enum err prepare_authors_keys(struct job *job, const struct mail *mail,
                                         bool *ret_has_key);
/* Fills the review's mail and, if the letter cannot go on, its quarantine. */
MUST_CHECK enum err prepare_find_sender(struct job *job, struct prepare *prepare,
                                        struct prepare_sender *ret_sender);
/* The random part of a Message-ID of ours; of another, empty. */
struct str prepare_message_token(struct str message_id);
/* The arrangement of what the e-mail names that this party was sent or wrote; 0: none, or several.
 */
MUST_CHECK enum err prepare_find_reference(struct store *store, struct job *job,
                                           const struct prepare *prepare, int64_t party,
                                           int64_t *ret_arrangement);
/* Which message of ours a bounce or a machine's answer is about, and whether it may change a thing.
 */
MUST_CHECK enum err prepare_find_bounce(struct store *store, struct job *job,
                                        const struct mail *mail, struct prepare_bounce *ret_bounce);
/* Within the last transaction: what it means for what we sent. */
MUST_CHECK enum err prepare_note_bounce(struct store *store, int64_t letter,
                                        const struct prepare_bounce *bounce);

/* ---- telling its sender that it has arrived ---- */

struct prepare_answer;
/*
 * A neutral answer to the proved sender of an e-mail, made and sealed; NULL where none may go or
 * the agency wants none. It ends with the job.
 */
MUST_CHECK enum err prepare_answer_make(struct job *job, int64_t letter,
                                        const struct prepare *prepare,
                                        const struct prepare_sender *sender,
                                        struct prepare_answer **ret_answer);
/* Within the transaction that says whose letter it is: sends it, unless they were told today. */
MUST_CHECK enum err prepare_answer_store(struct store *store, const struct prepare_answer *answer);

/* ---- writing ---- */

/* What is written in the last transaction, sealed before it begins. */
struct prepare_sealed {
    struct job *job;
    const struct press_letter *letter;
    const struct prepare *prepare;
    int version; /* of the review */
    struct prepare_blob {
        int64_t id;
        struct str sealed;
    } * parts;
    struct str review;   /* sealed */
    int64_t review_blob; /* 0: small enough for its column */
    unsigned char digest[32];
};

MUST_CHECK enum err prepare_seal(struct job *job, const struct press_letter *letter,
                                 const struct prepare *prepare, struct prepare_sealed *ret_sealed);
/* Within the transaction: blobs, parts, the review's version. */
MUST_CHECK enum err prepare_store(struct store *store, const struct prepare_sealed *sealed);

#endif
