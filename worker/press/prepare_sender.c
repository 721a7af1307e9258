/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/code.h"
#include "crypt/token.h"
#include "mail/addr.h"
#include "mail/authres.h"
#include "sanitise/letter.h"
#include "worker/press/prepare.h"
#include "worker/press/release.h"

/*
 * Whose letter an e-mail is. It goes on by itself only if
 *
 *   - its head could be read whole and names one author,
 *   - whose address is one that we know (a keyed look-up), and
 *   - the address is proved: by a trusted server's Authentication-Results, or by the signature of
 *     the very key that is pinned for that party (if a trusted server says that the address is
 *     false, only by one inside what was encrypted to us: whoever has an old signed mail of theirs
 *     can send it again), and
 *   - that makes one party, which takes part in one arrangement. Where people share an address,
 *     the party's own alias among those the mail was sent to tells which of them wrote. Where the
 *     party has several arrangements, what the mail answers tells which it is for.
 *
 * Everything else waits for a person, with what the press would propose. So does a mail from an
 * address of one side of a child to the other side's own address with us: whoever wrote it knows
 * what they should not. That comes before everything that a mail says of itself, since its writer
 * chose each word of its head: a list's or a machine's, a second author, a report.
 */

enum { PARTIES = 16, ALIAS_LETTERS = 12 };

struct parties {
    int64_t at[PARTIES];
    size_t count;
};

struct search {
    struct job *job;
    struct prepare *prepare;
    const struct mail *mail;
    struct parties by_address, by_alias;
    struct parties by_delivery; /* of aliases wherever they stand */
    struct str domain;          /* of the author */
    enum mail_authres_verdict verdict;
    bool is_unreadable; /* a trusted server's word could not be read whole */
    bool is_signed; /* by the pinned key of a party whose address it is; then by_address is it */
    bool is_wrong_side;
    struct prepare_sender sender;
};

static bool has(const struct parties *parties, int64_t party)
{
    for (size_t i = 0; i < parties->count; i++)
        if (parties->at[i] == party) return true;
    return false;
}

/* ---- look-ups ---- */

static enum err look_up(struct search *search, struct store *store, enum key_kind kind,
                        enum mac_label label, const char *use, struct str value,
                        struct parties *parties)
{
    struct job *job = search->job;
    const struct press *press = job->state;
    const struct secret *key;
    unsigned char digest[KDF_MAC_BYTES];
    struct store_rows rows;
    TRY(keys_find(press->keys, kind, job->agency, &key));
    TRY(token_lookup(key, label, job->agency, value, digest));
    TRY(store_query(store, QUERY_party_for_value, PARAMS(P_TEXT(str_from(use)), P_RAW(digest)),
                    job->arena, &rows));
    for (size_t i = 0; i < rows.count && parties->count < PARTIES; i++)
        if (!has(parties, rows_int(&rows, i, "party_id")))
            parties->at[parties->count++] = rows_int(&rows, i, "party_id");
    return OK;
}

static enum err look_up_address(struct search *search, struct store *store, struct str mailbox)
{
    struct str canonical;
    if (mail_addr_canonical(mailbox, search->job->arena, &canonical) != OK) return OK;
    return look_up(search, store, KEY_SENDER, MAC_LOOKUP_SENDER, "sender", canonical,
                   &search->by_address);
}

/* Everybody whom it names as its author; what servers say is about the first. */
static enum err look_up_authors(struct search *search, struct store *store)
{
    struct mail_addr addr;
    const struct address *from = mail_address(search->mail, ADDRESS_FROM);
    if (from && mail_addr_parse(from->mailbox, search->job->arena, &addr) == OK)
        search->domain = addr.domain;
    for (size_t i = 0; i < search->mail->address_count; i++)
        if (search->mail->addresses[i].role == ADDRESS_FROM)
            TRY(look_up_address(search, store, search->mail->addresses[i].mailbox));
    return OK;
}

static bool is_alias_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* Whatever stands between it and the "@", a server may bring it to whose alias it begins with. */
static struct str beginning_of(struct str mailbox)
{
    size_t start = str_starts(mailbox, STR("\"")) ? 1 : 0, end = start;
    while (end < mailbox.len && is_alias_byte(mailbox.at[end])) end++;
    return str_slice(mailbox, start, end);
}

static enum err look_up_alias(struct search *search, struct store *store, struct str local,
                              struct parties *ret_parties)
{
    struct str plain;
    char letters[ALIAS_LETTERS + 1];
    if (local.len != ALIAS_LETTERS || !code_letters_get(local, ALIAS_LETTERS, letters)) return OK;
    BUF(alias, ALIAS_LETTERS);
    for (size_t i = 0; i < ALIAS_LETTERS; i++) {
        bool is_capital = letters[i] >= 'A' && letters[i] <= 'Z';
        buf_add_byte(&alias, (char)(is_capital ? letters[i] - 'A' + 'a' : letters[i]));
    }
    plain = buf_str(&alias);
    return look_up(search, store, KEY_ALIAS, MAC_LOOKUP_ALIAS, "alias", plain, ret_parties);
}

/*
 * "4m8kx2c7q9r0@post.agency.example": the local part is the party's alias. It says for whom a
 * letter is where it stands so in To or Cc; whose it is counts for the look at the sides wherever
 * it stands.
 */
static enum err look_up_aliases(struct search *search, struct store *store)
{
    for (size_t i = 0; i < search->mail->address_count; i++) {
        const struct address *address = &search->mail->addresses[i];
        struct mail_addr addr;
        bool is_visible = address->role == ADDRESS_TO || address->role == ADDRESS_CC;
        if (!is_visible && address->role != ADDRESS_DELIVERED) continue;
        bool is_whole = mail_addr_parse(address->mailbox, search->job->arena, &addr) == OK;
        struct str local = is_whole ? addr.local : address->mailbox;
        if (is_visible && is_whole) TRY(look_up_alias(search, store, local, &search->by_alias));
        TRY(look_up_alias(search, store, beginning_of(local), &search->by_delivery));
    }
    return OK;
}

/* ---- proof ---- */

static void judge(struct search *search)
{
    const struct press *press = search->job->state;
    struct mail_authres authres = {0};
    if (press->authserv.len && search->domain.len)
        for (size_t i = 0; i < search->mail->auth_count; i++)
            mail_authres_add(&authres, search->mail->auth[i], press->authserv, search->domain);
    search->verdict = mail_authres_judge(&authres);
    search->is_unreadable = authres.malformed;
}

static enum err read_person(struct search *search, struct store *store, int64_t party,
                            struct person *ret_person)
{
    struct store_rows rows;
    struct str record;
    struct job *job = search->job;
    TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(party)), job->arena, &rows));
    TRY(press_open(job, SEAL_PARTY, "party", party, rows_int(&rows, 0, "record_version"),
                   rows_str(&rows, 0, "sealed_record"), &record));
    return person_read(record, job->arena, ret_person);
}

static enum err is_signed_by(struct search *search, struct store *store, int64_t party,
                             bool *ret_is_signed)
{
    struct person person;
    struct pgp_fingerprint pinned;
    TRY(read_person(search, store, party, &person));
    *ret_is_signed = person.key_confirmed && pgp_fingerprint_get(person.key_fingerprint, &pinned) &&
                     strcmp(pinned.hex, search->prepare->signature.signer.hex) == 0;
    return OK;
}

/* Of those who share the address, the one whose pinned key signed. */
static enum err find_signer(struct search *search, struct store *store)
{
    int64_t signer = 0;
    search->is_signed = false;
    if (search->prepare->signature.state != PGP_SIGNED_GOOD) return OK;
    for (size_t i = 0; i < search->by_address.count; i++) {
        bool is_signed;
        TRY(is_signed_by(search, store, search->by_address.at[i], &is_signed));
        if (!is_signed) continue;
        if (signer) return OK; /* two people with one key */
        signer = search->by_address.at[i];
    }
    if (!signer) return OK;
    search->by_address = (struct parties){.at = {signer}, .count = 1};
    search->is_signed = true;
    return OK;
}

/* Is it from somebody of one side, to the own address of somebody of the other? */
static enum err look_at_sides(struct search *search, struct store *store)
{
    search->is_wrong_side = search->prepare->was_wrong_side;
    for (size_t i = 0; i < search->by_address.count; i++)
        for (size_t j = 0; j < search->by_delivery.count && !search->is_wrong_side; j++) {
            struct store_rows rows;
            TRY(store_query_one(
                store, QUERY_party_across,
                PARAMS(P_INT(search->by_address.at[i]), P_INT(search->by_delivery.at[j])),
                search->job->arena, &rows));
            search->is_wrong_side = rows_bool(&rows, 0, "is_across");
        }
    return OK;
}

struct authors {
    struct search *search;
    struct person *people;
    size_t count;
};

static enum err read_authors(struct store *store, void *context)
{
    struct authors *authors = context;
    struct search *search = authors->search;
    search->by_address.count = authors->count = 0;
    TRY(look_up_authors(search, store));
    for (size_t i = 0; i < search->by_address.count; i++)
        TRY(read_person(search, store, search->by_address.at[i],
                        &authors->people[authors->count++]));
    return OK;
}

enum err prepare_authors_keys(struct job *job, const struct mail *mail, bool *ret_has_key)
{
    bool has_key = false;
    struct search search = {.job = job, .mail = mail};
    struct authors authors = {&search, ARENA_MANY(job->arena, PARTIES, struct person), 0};
    TRY(queue_step(job, read_authors, &authors));
    for (size_t i = 0; i < authors.count; i++) {
        struct pgp_fingerprint key;
        enum refused refusal;
        TRY(press_person_key(job, &authors.people[i], &key, &refusal));
        has_key |= authors.people[i].key_confirmed;
    }
    *ret_has_key = has_key;
    return OK;
}

/* ---- what to do with it ---- */

static void quarantine(struct search *search, const char *kind, const char *reason)
{
    struct review *review = &search->prepare->review;
    review->is_quarantined = true;
    review->quarantine.kind = str_from(kind);
    review->quarantine.reason = str_from(reason);
}

static void propose(struct search *search, int64_t party, int64_t arrangement, const char *why)
{
    struct review_quarantine *quarantine = &search->prepare->review.quarantine;
    if (quarantine->proposal_count == REVIEW_PROPOSALS) return;
    quarantine->proposals[quarantine->proposal_count++] =
        (struct review_proposal){party, arrangement, str_from(why)};
}

/* The arrangements in which the party may write now. */
static enum err arrangements_of(struct search *search, struct store *store, int64_t party,
                                int64_t *ret_arrangements, size_t room, size_t *ret_count)
{
    struct store_rows rows;
    size_t count = 0;
    TRY(store_query(store, QUERY_arrangement_of_party, PARAMS(P_INT(party)), search->job->arena,
                    &rows));
    for (size_t i = 0; i < rows.count && count < room; i++)
        if (!str_equal(rows_str(&rows, i, "state"), STR("ended")) &&
            !str_equal(rows_str(&rows, i, "state"), STR("moved")) &&
            !str_equal(rows_str(&rows, i, "party_state"), STR("ended")))
            ret_arrangements[count++] = rows_int(&rows, i, "arrangement_id");
    *ret_count = count;
    return OK;
}

/* Of several arrangements of one party, the one that what the mail answers or names was in. */
static enum err choose_by_reference(struct search *search, struct store *store,
                                    const struct parties *likely, struct prepare_sender *sender)
{
    int64_t arrangements[PARTIES], named;
    size_t count;
    if (sender->party || likely->count != 1) return OK;
    TRY(prepare_find_reference(store, search->job, search->prepare, likely->at[0], &named));
    TRY(arrangements_of(search, store, likely->at[0], arrangements, PARTIES, &count));
    for (size_t i = 0; i < count && named; i++)
        if (arrangements[i] == named)
            *sender = (struct prepare_sender){.party = likely->at[0], .arrangement = named};
    return OK;
}

/* Every arrangement of these parties as a proposal; the sender, if there is only one. */
static enum err gather(struct search *search, struct store *store, const struct parties *parties,
                       const char *why, struct prepare_sender *sender)
{
    size_t found = 0;
    for (size_t i = 0; i < parties->count; i++) {
        int64_t arrangements[PARTIES];
        size_t count;
        TRY(arrangements_of(search, store, parties->at[i], arrangements, PARTIES, &count));
        for (size_t j = 0; j < count; j++) propose(search, parties->at[i], arrangements[j], why);
        if (count == 0) propose(search, parties->at[i], 0, why);
        if (count == 1)
            *sender =
                (struct prepare_sender){.party = parties->at[i], .arrangement = arrangements[0]};
        found += count;
    }
    if (found != 1 || parties->count != 1) *sender = (struct prepare_sender){0};
    return OK;
}

static bool is_proved(const struct search *search)
{
    if (search->verdict == MAIL_AUTHRES_AUTHENTIC) return true;
    bool is_disowned = search->verdict == MAIL_AUTHRES_SPOOFED || search->is_unreadable;
    return search->is_signed && (!is_disowned || search->prepare->is_signed_inside);
}

static const char *why_unproved(const struct search *search)
{
    if (search->is_signed && search->is_unreadable)
        return "The signature is right, but what the mail servers say of the address cannot be "
               "read: somebody may have sent an old mail of theirs again. Ask them.";
    if (search->verdict != MAIL_AUTHRES_SPOOFED)
        return "Nothing proves that the mail comes from the address it names.";
    if (search->is_signed)
        return "The signature is right, but the mail servers say that the address is most likely "
               "false: somebody may have sent an old mail of theirs again. Ask them.";
    return "The mail servers say that the address is most likely false.";
}

static enum err decide(struct search *search, struct store *store, struct prepare_sender *sender)
{
    struct parties both = {0};
    for (size_t i = 0; i < search->by_address.count; i++)
        if (has(&search->by_alias, search->by_address.at[i]))
            both.at[both.count++] = search->by_address.at[i];
    const struct parties *likely = both.count ? &both : &search->by_address;
    struct prepare_sender found = {0};
    if (search->is_wrong_side) {
        quarantine(search, "wrong_side",
                   "It came from an address of one side of a child, to an address that only the "
                   "other side was given. Tell a manager before anybody answers.");
        return gather(search, store, &search->by_address, "has this address", &found);
    }
    if (!search->prepare->names_one_author) {
        quarantine(
            search, "two_from",
            search->prepare->is_head_cut
                ? "Its head is too long to be read whole, so it may name another sender. Ask "
                  "who wrote it."
                : "A mail should name one sender. Ask who wrote it.");
        return gather(search, store, likely, "one of the senders it names", &found);
    }
    if (search->by_address.count == 0) {
        quarantine(search, "unknown_sender", "Nobody in the register has this address.");
        return gather(search, store, &search->by_alias, "sent to this person's own address with us",
                      &found);
    }
    if (!is_proved(search)) {
        quarantine(search, "not_authenticated", why_unproved(search));
        return gather(search, store, likely, "has this address", &found);
    }
    TRY(gather(search, store, likely, "has this address", &found));
    TRY(choose_by_reference(search, store, likely, &found));
    if (found.party == 0)
        quarantine(search, "several",
                   "Choose which one it belongs to. If none is open, open one first.");
    *sender = found;
    return OK;
}

/* ---- bounces and machines ---- */

static enum err find_bounced(struct search *search, struct store *store,
                             struct prepare_sender *sender)
{
    const struct prepare_bounce *bounce = &sender->bounce;
    TRY(prepare_find_bounce(store, search->job, search->mail, &sender->bounce));
    /* Anybody can write that a mail came back: what names another address waits for a person. */
    sender->is_aside = bounce->is_recipients;
    quarantine(search, "bounce",
               bounce->message && !bounce->is_recipients
                   ? "It says that a mail of ours could not be delivered, but names another "
                     "address than the one that we wrote to. Nothing was changed for it."
                   : "A mail server says that a mail could not be delivered.");
    return OK;
}

/* By what wrote it, as it says itself. */
static enum err sort_by_kind(struct search *search, struct store *store,
                             struct prepare_sender *sender)
{
    switch (search->mail->automatic) {
    case AUTOMATIC_BOUNCE: return find_bounced(search, store, sender);
    case AUTOMATIC_REPLIED:
    case AUTOMATIC_READ:
        TRY(prepare_find_bounce(store, search->job, search->mail, &sender->bounce));
        sender->is_aside = true;
        quarantine(search, "automatic", "A machine answered, nobody wrote.");
        return OK;
    case AUTOMATIC_GENERATED:
    case AUTOMATIC_LIST:
        quarantine(search, "automatic", "It looks as if a machine sent it, or a mailing list.");
        return OK;
    default: return decide(search, store, sender);
    }
}

static enum err find(struct store *store, void *context)
{
    struct search *search = context;
    struct prepare_sender sender = {0};
    struct review_quarantine *quarantined = &search->prepare->review.quarantine;
    *quarantined = (struct review_quarantine){
        .proposals = ARENA_MANY(search->job->arena, REVIEW_PROPOSALS, struct review_proposal)};
    search->prepare->review.is_quarantined = false;
    search->by_address.count = search->by_alias.count = search->by_delivery.count = 0;
    search->is_wrong_side = search->is_signed = false;
    TRY(look_up_authors(search, store));
    TRY(look_up_aliases(search, store));
    judge(search);
    TRY(look_at_sides(search, store));
    TRY(find_signer(search, store));
    TRY(search->is_wrong_side ? decide(search, store, &sender)
                              : sort_by_kind(search, store, &sender));
    sender.has_known_address = search->by_address.count > 0;
    sender.is_wrong_side = search->is_wrong_side;
    search->sender = sender;
    return OK;
}

/* What a signature says of this sender: a word of docs/records.md; empty: there is none. */
static struct str signature_word(const struct search *search)
{
    const struct prepare *prepare = search->prepare;
    switch (prepare->signature.state) {
    case PGP_SIGNED_GOOD: return search->is_signed ? STR("pinned") : STR("other");
    case PGP_SIGNED_UNKNOWN: return STR("unknown");
    case PGP_SIGNED_ENDED: return STR("ended");
    case PGP_SIGNED_BAD: return STR("bad");
    case PGP_UNSIGNED: break;
    }
    if (prepare->is_signed_in_part) return STR("part");
    return prepare->is_signed_unchecked ? STR("unchecked") : STR("");
}

/* What the mail says about itself, for staff. */
static void describe(struct search *search)
{
    const struct mail *mail = search->mail;
    struct review *review = &search->prepare->review;
    const struct address *from = mail_address(mail, ADDRESS_FROM);
    review->is_mail = true;
    review->mail = (struct review_mail){
        .subject = search->prepare->subject.len ? search->prepare->subject : mail->subject,
        .signature = signature_word(search),
        .is_encrypted = search->prepare->was_encrypted,
        .authentic = is_proved(search)                         ? STR("yes")
                     : search->verdict == MAIL_AUTHRES_SPOOFED ? STR("no")
                                                               : STR("unknown"),
        .to = ARENA_MANY(search->job->arena, mail->address_count, struct str),
    };
    if (from) {
        review->mail.from = from->mailbox;
        review->mail.name = from->name;
    }
    for (size_t i = 0; i < mail->address_count; i++)
        if (mail->addresses[i].role == ADDRESS_TO || mail->addresses[i].role == ADDRESS_CC)
            review->mail.to[review->mail.to_count++] = mail->addresses[i].mailbox;
}

enum err prepare_find_sender(struct job *job, struct prepare *prepare,
                             struct prepare_sender *ret_sender)
{
    struct review *review = &prepare->review;
    struct search search = {.job = job, .prepare = prepare, .mail = prepare->mail};
    *ret_sender = (struct prepare_sender){0};
    if (!prepare->mail) {
        quarantine(&search, "unreadable", "It could not be read.");
        review->quarantine.proposals = NULL;
        return OK;
    }
    TRY(queue_step(job, find, &search));
    describe(&search);
    *ret_sender = search.sender;
    return OK;
}
