/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_IMPORT_H
#define LETTERBOX_LETTERBOXCTL_IMPORT_H

#include <jansson.h>

#include "core/day.h"
#include "ops/letterboxctl/sign_in.h"
#include "rules/permit.h"
#include "rules/person.h"
#include "rules/sheet.h"

/*
 * letterboxctl import: from the rows of a file to what is written.
 *
 *     import_read      file → rows; each cell brought to its plain form, or a problem
 *     import_load      what the register holds → things          (not with --offline)
 *     import_join      rows → things: a child, an arrangement, a family, a relative each once
 *     import_fill      what a thing lacks: its default with a warning, or a problem
 *     import_sides     nobody and nothing on two sides of a child
 *     import_change    what of it is new in the register
 *     import_write     one transaction
 *
 * join to sides are done again without the rows that they rejected, until they reject none. All
 * lives in one arena; the JSON of stored records ends with it.
 *
 * A thing's slots (rules/sheet.h) hold plain forms: days as 2019-04-03, months as "3,9", words as
 * the database has them, lists in lines.
 */
enum { IMPORT_ROWS = 20000, IMPORT_BYTES = 1024 * 1024 * 1024 };

struct import_note {
    size_t line;
    enum sheet_column column; /* SHEET_COLUMNS: a cell of the heading, or none */
    size_t cell;              /* its number; 0: none */
    enum sheet_problem problem;
};
struct import_notes {
    struct import_note *at;
    size_t count, room;
};

/* What the rows say of a thing, and what the register holds. */
struct import_said {
    struct str plain;
    size_t row;    /* the row that said it first + 1; 0: nobody */
    bool is_fresh; /* it is not what the last import of that row said */
};
struct import_facts {
    int64_t id;     /* 0: not in the register */
    int64_t new_id; /* what it gets there */
    int64_t version;
    struct import_said said[SHEET_SLOTS];
    struct str stored[SHEET_SLOTS];
    json_t *record;       /* as it is sealed; NULL: new */
    size_t row;           /* the first good row that tells of it + 1; 0: none */
    bool changes;         /* the stored record is written anew */
    bool changes_contact; /* of a party: where letters go */
};

struct import_child {
    struct import_facts facts;
    size_t family; /* children who hang together have one number; see import_sides */
};

struct import_party {
    struct import_facts facts;
    enum side kind; /* as staff find it; a family lives with a child, or another's sibling does */
    bool is_home;   /* the row that tells of it first has it in the columns of the adopters */
    struct str kind_word, channel, language, state; /* stored */
    bool plain_consent, address_confirmed, email_confirmed, has_key;
};

struct import_member {
    struct import_member *next;
    struct import_party *party;
    enum side side;
    bool is_stored;
    bool may_write, may_receive;
    struct str state;
    size_t row;   /* the row that names the party + 1; 0: none */
    json_t *base; /* the plain cells of the row's last import, NULL: none */
    int64_t base_id, base_version;
};

struct import_arrangement {
    struct import_facts facts;
    struct str reference; /* as the agency writes it */
    struct import_child *child;
    struct import_member *members;
    struct str kind, state, photo_level; /* stored */
    bool two_person, has_review;
    bool is_offered; /* to another agency, which has not answered */
    struct day review_on;
    int64_t agreement_version; /* 0: none */
    json_t *terms;
    const int64_t *avoid_months;
    size_t avoid_count;
    bool changes_state, changes_terms, changes_dates, changes_members;
};

struct import_row {
    size_t line;
    struct str plain[SHEET_COLUMNS]; /* empty: says nothing */
    bool is_rejected;                /* something is wrong with it */
    bool is_dropped;                 /* its good cells are not used for other rows either */
    bool is_new, is_changed;
    struct import_arrangement *arrangement;
    struct import_party *home;
    struct import_member *member;
};

/* Pointers to things of one kind, and an index of them by a text. */
struct import_list {
    void **at;
    size_t count, room;
};

struct import {
    const struct site *site;
    struct arena *arena;
    struct day today;
    bool may_lift;   /* a manager runs it */
    bool is_joining; /* from here on a rejected row is left out whole */
    struct import_row *rows;
    size_t row_count;
    struct import_notes rejected, warnings;
    struct import_list children, arrangements, parties;
    json_t *index; /* text → place in one of the lists */
    /* of the register: join begins with these */
    size_t stored_children, stored_arrangements, stored_parties;
    const int64_t (*links)[2]; /* children who are linked */
    size_t link_count;
    /* the links that the file asks for */
    struct import_child *(*new_links)[2];
    size_t new_link_count, link_room, linked; /* linked: also those that are there */
    struct {                                  /* how many things the good rows tell of */
        size_t new_rows, changed, unchanged, arrangements, parties, children;
    } counts;
    bool is_unusable; /* no row could be read */
    bool shows_progress;
};

/* ---- notes and the report (import_report.c) ---- */

/* A warning is noted; anything else rejects the row. */
void import_note(struct import *import, struct import_row *row, enum sheet_column column,
                 enum sheet_problem problem);
/* Of the file or its heading. */
void import_note_line(struct import *import, size_t line, enum sheet_column column, size_t cell,
                      enum sheet_problem problem);
/* On a terminal, on one line of standard error; all 0: it is not known. */
void import_progress(const struct import *import, const char *what, size_t done, size_t all);
/* Ends that line. */
void import_progress_end(const struct import *import);
/* Both print the notes in the order of the file. */
void import_report_json(struct import *import, FILE *to);
void import_report_words(struct import *import, bool is_dry, FILE *to);

/* ---- the file ---- */

MUST_CHECK enum err import_read(struct import *import, struct str file,
                                const struct sheet_map *map);
/* One cell's plain form; empty: it says nothing. */
enum sheet_problem import_cell(const struct import *import, enum sheet_column column,
                               struct str cell, struct str *ret_plain);
/* The lines of a plain form, at most PERSON_LIST. */
void import_lines(struct str plain, struct person_list *ret_list);

/* ---- things ---- */

/* Grows; the things themselves are in the arena. */
void import_list_add(struct import *import, struct import_list *list, void *thing);

void import_join(struct import *import);
void import_fill(struct import *import);
void import_sides(struct import *import);
/* Compares with the register, and counts. */
void import_change(struct import *import);

/* What a slot is: what the file says anew, else what the register holds. */
struct str import_value(const struct import_facts *facts, int slot);
/* Is it not what the register holds already? */
bool import_differs(const struct import_facts *facts, enum sheet_column column, struct str plain);
/* Is a cell another than at the last import of this row? */
bool import_is_fresh(const struct import_row *row, enum sheet_column column);
/* Would the cell change what the register holds? */
bool import_changes(const struct import_row *row, enum sheet_column column);
bool import_is_blocked(struct str state);

/* ---- the register ---- */

MUST_CHECK enum err import_load(struct import *import, const struct sign_in *session);
MUST_CHECK enum err import_write(struct import *import, const struct sign_in *session,
                                 const struct keys *keys);

#endif
