/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_OCCASION_H
#define LETTERBOX_DESK_OCCASION_H

#include "server/desk/register.h"
#include "store/remind.h"

/*
 * An expected letter at the desk: what was done about it so far, what comes next, and what staff
 * do. The same words stand on its page, on its printed proof and in the list of what is late.
 */
struct desk_occasion {
    int64_t id, arrangement, from, to, letter;
    struct day due;
    struct remind_facts facts;
};

/* The ladder in force and today by the database's clock. */
struct occasion_now {
    struct remind_ladder ladder;
    int64_t version;
    struct day today;
};
MUST_CHECK enum err occasion_now(struct request *request, struct store *store,
                                 struct occasion_now *ret_now);

MUST_CHECK enum err occasion_read(struct request *request, struct store *store, int64_t id,
                                  struct desk_occasion *ret_occasion);
/* "/occasions/CODE" */
struct str occasion_path(struct request *request, int64_t id);
/* The day from which the ladder hangs, and the step that staff stand at (0: none was begun). */
struct day occasion_base(const struct desk_occasion *occasion);
int occasion_step(const struct desk_occasion *occasion);

/* What a party is called in its arrangement: "the Okafor family". */
struct str occasion_called(struct request *request, const struct register_view *view,
                           int64_t arrangement, int64_t party);

/*
 * {list: [{id, when, what tagged code, way tagged or absent, why or absent, until or absent, by or
 * absent, note or absent}]} of one occasion, from rows of chase_of_occasions; in brief: without
 * what only led to something.
 */
MUST_CHECK enum err occasion_put_done(struct request *request, struct store *store,
                                      const struct desk_keyring *keyring,
                                      const struct store_rows *chase, int64_t id, bool is_brief,
                                      json_t *object);
/* Tagged: received, over, ring, failed, stopped (with why), notice or staff (with on), end. */
json_t *occasion_next(struct request *request, const struct occasion_now *now,
                      const struct desk_occasion *occasion, struct str waits);
/* What waits for a person, from those rows: "handed", "failed" or "". */
struct str occasion_waits(const struct desk_occasion *occasion, const struct store_rows *chase);

/* All that a page about one occasion shows of it, read. */
struct occasion_view {
    struct desk_keyring keyring;
    struct desk_occasion occasion;
    struct occasion_now now;
    struct store_rows chase; /* of chase_of_occasions */
};
/*
 * Reads the occasion that the address names and begins request->view's "occasion": path, who, to,
 * child, due, until or absent, state tagged.
 */
MUST_CHECK enum err occasion_open(struct request *request, struct store *store,
                                  struct register_view *view, struct occasion_view *ret_view,
                                  json_t **ret_object);

/* The page, with what was typed if there was a mistake. */
MUST_CHECK enum err occasion_page(struct request *request, int status);

/* ---- what staff do ---- */

/* Notes in the proof what the signed-in member did; the note may be empty. */
MUST_CHECK enum err occasion_note(struct request *request, struct store *store,
                                  const struct desk_occasion *occasion, const char *event,
                                  struct str note);
/* Seals a note for a row of the proof; an empty one is none (NULL parameter). */
MUST_CHECK enum err occasion_seal(struct request *request, struct store *store, int64_t chase,
                                  struct str note, struct store_param *ret_sealed);
/* A note that was typed in a field, with its mistake if it is too long. */
struct str occasion_typed(struct request *request, const char *field);

#endif
