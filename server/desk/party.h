/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_PARTY_H
#define LETTERBOX_DESK_PARTY_H

#include "rules/detail.h"
#include "server/desk/desk.h"

/*
 * A person or household on its page: what the form shows, what was typed in it, and how it is kept.
 * The record is sealed to press and desk; beside it stand the keyed digests by which a sender is
 * found and by which the database sees that nobody stands on two sides of a child.
 */
struct party_form {
    struct str kind, channel, state, language;
    struct str reads; /* usual, large, easy */
    bool consent, texts, address_confirmed, email_confirmed, ask_first;
    struct person person;
    /* How they are reached is another: checked says how staff know ("old_way", "phone"). Not
     * checked yet: the record stays as it was, and the change waits. */
    bool has_detail, waits;
    struct detail detail;
    struct str checked;
    bool keep_accounts; /* though an e-mail address left: the same people use them */
    int64_t version;    /* of the record that the page showed */
    /* the plain forms of what was typed, in its order; empty until party_form_read */
    struct person_list emails, phones;
    struct str address;
};

/* What the page shows of a party that is there already. */
void party_form_of(const struct desk_party *party, struct party_form *ret_form);
/* What was typed, over what is stored (NULL: a new one); notes the form's problems. */
MUST_CHECK enum err party_form_read(struct request *request, const struct desk_party *stored,
                                    struct party_form *ret_form);
/* The plain forms of what the record of the form holds; ERR_BAD_INPUT when one has none. */
MUST_CHECK enum err party_form_plain(struct request *request, struct party_form *form);
/* desk_party_find, and what stands beside the record: text messages, whether staff ask first. */
MUST_CHECK enum err party_find(struct request *request, struct store *store,
                               const struct desk_keyring *keyring, int64_t id,
                               struct desk_party *ret_party);
/* Fills the view of desk/party: the form, and what is around it (party NULL: a new one). */
MUST_CHECK enum err party_page_view(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring,
                                    const struct desk_party *party, const struct party_form *form);

/* ---- keeping ---- */

struct party_saving {
    struct request *request;
    const struct party_form *form;
    const struct desk_party *stored; /* NULL: a new one */
    int64_t id;
    int64_t change;    /* that waited, and is confirmed by this; 0: none did */
    size_t closed;     /* accounts, because an e-mail address left the record */
    bool is_full;      /* ten changes wait already */
    bool is_apart;     /* it was one household with another: what is under way stops */
    const char *clash; /* which value stands on another side, when the database refused it */
};
/* A store_work: writes record, look-up values and state, and the audit's row; then /parties/ID. */
MUST_CHECK enum err party_save(struct store *store, void *saving);
/* Notes the problem of a failed party_save; other errors are handed on. */
MUST_CHECK enum err party_save_failed(struct party_saving *saving, enum err code);

/* ---- how they are reached (party_detail.c) ---- */

/* Keeps a change until somebody has checked it; 0 when ten wait already. */
MUST_CHECK enum err party_detail_keep(struct request *request, struct store *store, int64_t party,
                                      const struct detail *detail, int64_t *ret_change);
/* Says of a change how it was checked (NULL: it is dismissed); ERR_CONFLICT when somebody has. */
MUST_CHECK enum err party_detail_decide(struct request *request, struct store *store,
                                        int64_t change, const char *checked);
/* changes of the page of a party: those that wait. */
MUST_CHECK enum err party_put_changes(struct request *request, struct store *store, int64_t party,
                                      json_t *object);

/* ---- what is expected of them, and what they wait for (party_occasions.c) ---- */

/* from_them and to_them of the page. */
MUST_CHECK enum err party_put_occasions(struct request *request, struct store *store,
                                        const struct desk_keyring *keyring, int64_t party,
                                        json_t *object);

/* ---- accounts (party_accounts.c) ---- */

/* account (none, invited, joined, closed) and accounts of the page. */
MUST_CHECK enum err party_put_accounts(struct request *request, struct store *store, int64_t party,
                                       json_t *object);
/* Is an address of the record gone? One that is only written in another way is not. */
bool party_email_left(const struct party_form *form, const struct desk_party *stored,
                      struct arena *arena);
/* Closes one account, or (0) all that are open, with a row of the audit each; says how many. */
MUST_CHECK enum err party_close_accounts(struct request *request, struct store *store,
                                         int64_t party, int64_t account, struct str reason,
                                         size_t *ret_count);

/* Ends the joining codes and the links of a party: whoever holds one does not come in by it. */
MUST_CHECK enum err party_end_ways_in(struct request *request, struct store *store, int64_t party);
/* Adds a word to a list of what somebody must not learn, once; ERR_TOO_BIG when it is full. */
MUST_CHECK enum err party_leak_add(struct person *to, struct str category, struct str term,
                                   struct arena *arena);
/* Has the press write anew what accounts see of the party, and it of others. */
MUST_CHECK enum err party_queue_labels(struct store *store, int64_t party);
/* Sets the look-up values of its e-mail addresses, in their plain form. */
MUST_CHECK enum err party_set_senders(struct request *request, struct store *store, int64_t party,
                                      const struct person_list *plain);
/* Writes a changed record (PIN, key) and nothing else of the party; ERR_CONFLICT when somebody was
 * quicker. */
MUST_CHECK enum err party_record_set(struct request *request, struct store *store,
                                     const struct desk_party *party, const struct person *person,
                                     bool address_changed);

/* Answers with the page of a party, in a transaction of its own; the problems noted so far are on
 * it. */
MUST_CHECK enum err party_page(struct request *request, int64_t id);
/* "/parties/8k3m8p2q9r4t" */
struct str party_path(struct request *request, int64_t id);
/* {path, name} under the key "party". */
void party_put(struct request *request, const struct desk_party *party);
/* Groups of four letters, or three digits, under object.KEY.list. */
void party_put_groups(json_t *object, const char *key, struct str text, size_t length);

#endif
