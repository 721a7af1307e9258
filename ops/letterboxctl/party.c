/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl party key import */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/code.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/num.h"
#include "crypt/packet.h"
#include "crypt/token.h"
#include "mail/addr.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/sign_in.h"
#include "rules/person.h"
#include "store/agency.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { ARENA_BYTES = 8 * 1024 * 1024, ARMOR_LINE = 64 };

static const char help[] =
    "usage: letterboxctl party key import (--party CODE | --email E-MAIL) [OPTIONS] < KEY\n"
    "\n"
    "Signs in a coordinator or manager (e-mail, password, code) and keeps a relative's OpenPGP "
    "public\n"
    "key, armored or binary, in that person's record. It prints the fingerprint in groups of "
    "four:\n"
    "read them out on the telephone, on a number that you know. Nothing is encrypted to the key\n"
    "before somebody has confirmed it at the desk, on the person's page. The key that was "
    "confirmed,\n"
    "with a later end, stays confirmed.\n"
    "\n"
    "  --party CODE       the person, by the code in the address bar of their page at the desk\n"
    "  --email E-MAIL     the person, by an e-mail address in their record\n"
    "  --sign-in-fd N     read your e-mail address, password and code, a line each, from this\n"
    "                     descriptor and not from the terminal\n"
    "  --conf FILE | --run DIR\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage.\n";

struct work {
    struct site site;
    struct signed_in who;
    const char *code, *email;
    int64_t party;
    struct str armor;
    struct packet_key key;
    bool is_renewed;
};

/* ---- the key ---- */

/* In armor, as the record has it; without its checksum, which nobody needs (RFC 9580 §6.1). */
static struct str put_armor(struct str bytes, struct arena *arena)
{
    BUF(letters, 2 * PERSON_KEY_BYTES);
    BUF(armor, 4 * PERSON_KEY_BYTES);
    code_base64_put(&letters, bytes.at, bytes.len);
    buf_add_c(&armor, "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n");
    for (size_t at = 0; at < letters.len; at += ARMOR_LINE) {
        buf_add(&armor, str_slice(buf_str(&letters), at, at + ARMOR_LINE));
        buf_add_byte(&armor, '\n');
    }
    buf_add_c(&armor, "-----END PGP PUBLIC KEY BLOCK-----\n");
    return arena_str(arena, buf_str(&armor));
}

static int read_key(struct work *work)
{
    BUF(given, PERSON_KEY_BYTES);
    BUF(bytes, PERSON_KEY_BYTES);
    enum err code = file_read_fd(STDIN_FILENO, &given);
    struct str text = str_trim(buf_str(&given));
    if (code == ERR_TOO_BIG)
        return site_fail(&work->site, "The key is too long. Ask for one without pictures and with "
                                      "fewer signatures.");
    if (code != OK) return site_failed(&work->site, "reading the key", code);
    if (str_find(text, STR("PGP PRIVATE KEY BLOCK")) != STR_NONE)
        return site_fail(&work->site, "This is a secret key. Ask for the public one, and tell them "
                                      "that this one is no longer safe.");
    bool is_armored = str_starts(text, STR("-----BEGIN"));
    if (is_armored)
        code = packet_armor_open(text, STR("PGP PUBLIC KEY BLOCK"), &bytes);
    else
        buf_add(&bytes, buf_str(&given));
    if (code == OK) code = packet_public_key(buf_str(&bytes), &work->key);
    work->key.user = (struct str){NULL, 0}; /* borrowed from what ends here */
    if (code != OK || !work->key.can_encrypt)
        return site_fail(&work->site, "This is not an OpenPGP public key that can be used.");
    if (work->key.ends && work->key.ends * UTC_SECOND_US <= clock_now().us)
        return site_fail(&work->site, "This key has expired. Ask for a new one.");
    work->armor = is_armored ? arena_str(work->site.arena, text)
                             : put_armor(buf_str(&bytes), work->site.arena);
    if (work->armor.len > PERSON_KEY_BYTES)
        return site_fail(&work->site, "The key is too long. Ask for one without pictures and with "
                                      "fewer signatures.");
    return COMMAND_DONE;
}

/* ---- the person ---- */

/* The one with that address. ERR_NOT_FOUND; ERR_CONFLICT where several share it. */
static enum err find_by_email(struct store *store, struct work *work)
{
    struct str plain;
    const struct secret *key;
    unsigned char value[KDF_MAC_BYTES];
    struct store_rows rows;
    int64_t agency = work->who.session.agency_id;
    TRY(mail_addr_canonical(str_from(work->email), work->site.arena, &plain));
    TRY(keys_find(work->who.keys, KEY_SENDER, agency, &key));
    TRY(token_lookup(key, MAC_LOOKUP_SENDER, agency, plain, value));
    TRY(store_query(store, QUERY_party_for_value, PARAMS(P_TEXT(STR("sender")), P_RAW(value)),
                    work->site.arena, &rows));
    if (rows.count == 0) return ERR_NOT_FOUND;
    if (rows.count > 1) return ERR_CONFLICT;
    work->party = rows_int(&rows, 0, "party_id");
    return OK;
}

static enum err open_person(const struct work *work, const struct store_rows *rows,
                            struct person *ret_person)
{
    struct seal_binding binding = {SEAL_PARTY, work->who.session.agency_id, "party", work->party,
                                   rows_int(rows, 0, "record_version")};
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(seal_open(&binding, work->who.session.desk, work->who.session.desk_count,
                  rows_str(rows, 0, "sealed_record"), &text));
    return person_read(arena_str(work->site.arena, buf_str(&text)), work->site.arena, ret_person);
}

static enum err seal_person(struct store *store, const struct work *work,
                            const struct person *person, int64_t version, struct str *ret_sealed)
{
    struct seal_publics publics;
    struct store_rows rows;
    int64_t agency = work->who.session.agency_id;
    struct seal_binding binding = {SEAL_PARTY, agency, "party", work->party, version};
    JSON record = person_write(person);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(store_query(store, QUERY_agency_keys, PARAMS(P_INT(agency)), work->site.arena, &rows));
    TRY(store_agency_publics(&rows, publics.press.bytes, publics.desk.bytes, publics.post.bytes));
    TRY(json_write(record, &text));
    const struct seal_public to[] = {publics.press, publics.desk};
    BUF(sealed, seal_length(text.len, 2));
    TRY(seal_close(&binding, to, 2, buf_str(&text), &sealed));
    *ret_sealed = arena_str(work->site.arena, buf_str(&sealed));
    return OK;
}

static enum err change(struct store *store, const struct work *work, const struct store_rows *rows,
                       const struct person *person, bool stops_dispatches)
{
    struct store_rows changed;
    struct str sealed;
    int64_t version = rows_int(rows, 0, "record_version");
    struct store_param ends = P_NULL;
    if (work->key.ends)
        ends = store_param_day(clock_day((struct utc){work->key.ends * UTC_SECOND_US}),
                               work->site.arena);
    TRY(seal_person(store, work, person, version + 1, &sealed));
    TRY(store_query(
        store, QUERY_party_change,
        PARAMS(P_INT(work->party), P_TEXT(rows_str(rows, 0, "kind")),
               P_TEXT(rows_str(rows, 0, "channel")), P_TEXT(rows_str(rows, 0, "language")),
               P_TEXT(rows_str(rows, 0, "reads")), P_BOOL(rows_bool(rows, 0, "plain_consent")),
               P_BYTES(sealed), P_BOOL(rows_bool(rows, 0, "address_confirmed")),
               P_BOOL(rows_bool(rows, 0, "email_confirmed")), P_BOOL(stops_dispatches),
               P_INT(version)),
        work->site.arena, &changed));
    if (changed.count == 0) return ERR_CONFLICT;
    return store_do(store, QUERY_party_key_ends_set, PARAMS(P_INT(work->party), ends));
}

static enum err keep(struct store *store, void *context)
{
    struct work *work = context;
    struct store_rows rows;
    struct person person;
    if (work->email) TRY(find_by_email(store, work));
    TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(work->party)), work->site.arena,
                        &rows));
    TRY(open_person(work, &rows, &person));
    bool was_in_use = person.key_confirmed;
    work->is_renewed =
        was_in_use && str_same(person.key_fingerprint, str_from(work->key.fingerprint));
    person.key_fingerprint = str_from(work->key.fingerprint);
    person.key_armor = work->armor;
    if (!work->is_renewed) {
        person.key_confirmed = false;
        person.key_confirmed_on = (struct str){NULL, 0};
    }
    TRY(change(store, work, &rows, &person, was_in_use && !work->is_renewed));
    const char *act = work->is_renewed ? "key_renewed" : "key_entered";
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(str_from(act)), P_TEXT(STR("party")), P_INT(work->party), P_NULL,
                           P_NULL, P_NULL));
}

/* ---- the command ---- */

static int act(void *context)
{
    struct work *work = context;
    if (!str_equal(work->who.session.role, STR("coordinator")) &&
        !str_equal(work->who.session.role, STR("manager")))
        return site_fail(&work->site, "Only a coordinator or manager enters somebody's key.");
    if (!sign_in_desk_secret(&work->who.session)) return sign_in_lacks_key(&work->site);
    enum err code = store_db_run(work->who.session.pool, &work->who.session.gate, keep, work);
    if (code == ERR_NOT_FOUND)
        return site_fail(&work->site, "Nobody in this agency has %s %s.",
                         work->email ? "the e-mail address" : "the code",
                         work->email ? work->email : work->code);
    if (code == ERR_CONFLICT && work->email)
        return site_fail(
            &work->site,
            "Several people have the e-mail address %s, or somebody changed the record "
            "just now. Name the person with --party.",
            work->email);
    if (code != OK) return site_failed(&work->site, "party key import", code);
    BUF(groups, 100);
    for (int i = 0; i < 40; i += 4)
        buf_print(&groups, "%s%.4s", i ? " " : "", work->key.fingerprint + i);
    printf("Fingerprint: %s\n", groups.at);
    puts(work->is_renewed
             ? "It is the key that was confirmed, with another end. It is in use."
             : "Read it out on the telephone, and confirm it on the person's page at the desk.");
    return COMMAND_DONE;
}

static int run(struct work *work, int fd)
{
    int status = read_key(work);
    return status ? status : sign_in_act(&work->site, fd, &work->who, act, work);
}

int command_party(int count, char **words)
{
    struct site_place place = {0};
    struct work work = {.who = {.keys = NULL}};
    const char *fd_text = NULL;
    int64_t fd = -1;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    if (count < 3 || strcmp(words[1], "key") != 0 || strcmp(words[2], "import") != 0)
        return command_usage("party", "it has one form: party key import");
    for (int i = 3; i < count; i++)
        if (!site_place_option(count, words, &i, &place) &&
            !site_option(count, words, &i, "--sign-in-fd", &fd_text) &&
            !site_option(count, words, &i, "--party", &work.code) &&
            !site_option(count, words, &i, "--email", &work.email))
            return command_usage("party", "\"%s\" is not understood", words[i]);
    if (!work.code == !work.email)
        return command_usage("party", "whose key? Give --party or --email");
    if (work.code && !code_id_get(str_from(work.code), &work.party))
        return command_usage("party", "\"%s\" is no code of a person", work.code);
    if (fd_text && (!num_parse(str_from(fd_text), 0, 1023, &fd) || fd == STDIN_FILENO))
        return command_usage("party", "--sign-in-fd takes the number of an open descriptor other "
                                      "than that of the key");
    ARENA(arena, ARENA_BYTES);
    clock_zone("Europe/London");
    int status = site_open("party", &place, arena, &work.site);
    return status ? status : run(&work, (int)fd);
}
