/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "mail/addr.h"
#include "server/desk/party.h"
#include "server/desk/quarantine.h"
#include "store/job.h"

/*
 * Says who sent a mail. The letter goes to the press again, which makes its proposals for the
 * recipients. If asked, the address is remembered: the next mail from it is taken as theirs. That
 * letters may go to it is another thing: anybody can write any From.
 */
struct matching {
    struct request *request;
    int64_t letter, party;
    int64_t asked, arrangement; /* as named in the form, or 0; as found */
    bool remember;
    const char *problem; /* found on the way */
};

/* The one open arrangement, when none was named. */
static enum err find_arrangement(struct store *store, struct matching *matching)
{
    struct store_rows rows;
    int64_t found = 0;
    TRY(store_query(store, QUERY_arrangement_of_party, PARAMS(P_INT(matching->party)),
                    matching->request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        int64_t id = rows_int(&rows, row, "arrangement_id");
        if (matching->asked == id) found = id;
        if (matching->asked || str_equal(rows_str(&rows, row, "party_state"), STR("ended")))
            continue;
        if (found) {
            matching->problem = "arrangement-several";
            return ERR_BAD_INPUT;
        }
        found = id;
    }
    if (!found) return ERR_NOT_FOUND;
    matching->arrangement = found;
    return OK;
}

/*
 * Whoever has the address stands on the other side of a child from this person: then it is not
 * theirs, whatever anybody says.
 */
static enum err check_sides(struct store *store, struct matching *matching, struct str from)
{
    struct request *request = matching->request;
    const struct desk *desk = request->app;
    const struct secret *key;
    struct str plain;
    unsigned char value[KDF_MAC_BYTES];
    struct store_rows rows, across;
    if (mail_addr_canonical(from, request->arena, &plain) != OK) return OK;
    TRY(keys_find(desk->keys, KEY_SENDER, request->session.agency, &key));
    TRY(token_lookup(key, MAC_LOOKUP_SENDER, request->session.agency, plain, value));
    TRY(store_query(store, QUERY_party_for_value, PARAMS(P_TEXT(STR("sender")), P_RAW(value)),
                    request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        TRY(store_query_one(store, QUERY_party_across,
                            PARAMS(P_INT(rows_int(&rows, row, "party_id")), P_INT(matching->party)),
                            request->arena, &across));
        if (!rows_bool(&across, 0, "is_across")) continue;
        matching->problem = "sender-other-side";
        return ERR_BAD_INPUT;
    }
    return OK;
}

static bool has_address(const struct person *person, struct str plain, struct arena *arena)
{
    for (size_t i = 0; i < person->emails.count; i++) {
        struct str other;
        if (mail_addr_canonical(person->emails.at[i], arena, &other) == OK &&
            str_equal(other, plain))
            return true;
    }
    return false;
}

static enum err remember(struct store *store, struct matching *matching,
                         const struct desk_keyring *keyring, struct str address)
{
    struct request *request = matching->request;
    struct desk_party party;
    struct person_list plain = {.count = 0};
    struct str canonical;
    if (mail_addr_canonical(address, request->arena, &canonical) != OK) return OK;
    TRY(desk_party_find(request, store, keyring, matching->party, &party));
    if (has_address(&party.person, canonical, request->arena)) return OK;
    struct person person = party.person;
    if (person_list_add(&person.emails, address) != OK) {
        matching->problem = "emails-many";
        return ERR_BAD_INPUT;
    }
    for (size_t i = 0; i < person.emails.count; i++)
        if (mail_addr_canonical(person.emails.at[i], request->arena, &plain.at[plain.count]) == OK)
            plain.count++;
    /* anybody can write any From: it finds the sender of the next mail, and confirms no address */
    party.email_confirmed = party.email_confirmed && party.person.emails.count > 0;
    TRY(party_record_set(request, store, &party, &person, false));
    matching->problem = "email-other-side"; /* if the database refuses the next step */
    TRY(party_set_senders(request, store, party.id, &plain));
    matching->problem = NULL;
    return desk_audit(store, "party_changed", "party", party.id, "letter", matching->letter);
}

static enum err match(struct store *store, void *context)
{
    struct matching *matching = context;
    struct request *request = matching->request;
    struct desk_keyring keyring;
    struct quarantined item;
    struct store_rows rows;
    matching->problem = NULL;
    TRY(desk_keyring(request, store, &keyring));
    enum err code = quarantine_read(request, store, &keyring, matching->letter, &item);
    /* somebody was quicker */
    if (code == ERR_NOT_FOUND || (code == OK && item.is_aside)) return ERR_CONFLICT;
    TRY(code);
    if (quarantine_is_infected(&item)) return ERR_CONFLICT; /* nobody's page has this button */
    if (item.is_wrong_side && request->session.role != ROLE_MANAGER) {
        matching->problem = "wrong-side-manager";
        return ERR_BAD_INPUT;
    }
    TRY(check_sides(store, matching, item.review.mail.from));
    TRY(find_arrangement(store, matching));
    TRY(store_query(store, QUERY_letter_match,
                    PARAMS(P_INT(matching->letter), P_INT(matching->arrangement),
                           P_INT(matching->party), P_TEXT(STR("received"))),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    TRY(store_do(store, QUERY_job_add_letter,
                 PARAMS(P_TEXT(STR("press")), P_TEXT(STR("prepare_letter")), P_INT(JOB_USUAL),
                        P_INT(matching->letter))));
    request_then(request, "/quarantine");
    if (matching->remember) TRY(remember(store, matching, &keyring, item.review.mail.from));
    return desk_audit(store, "letter_matched", "letter", matching->letter, "party",
                      matching->party);
}

enum err post_quarantine_ID_match(struct request *request)
{
    struct matching matching = {.request = request,
                                .letter = request_number(request, 0),
                                .remember = form_has(&request->form, "remember")};
    (void)form_id(&request->form, "arrangement", &matching.asked);
    if (!form_id(&request->form, "party", &matching.party)) {
        request_problem(request, "", "sender-missing");
        return quarantine_page(request, matching.letter, STR(""));
    }
    enum err code = request_run_once(request, match, &matching);
    if (code == OK) return reply_then(request, "quarantine-matched");
    bool is_refused = (code == ERR_BAD_INPUT || code == ERR_DB_REFUSED) && matching.problem;
    if (!is_refused) return code;
    request_problem(request, "", matching.problem);
    return quarantine_page(request, matching.letter, STR(""));
}
