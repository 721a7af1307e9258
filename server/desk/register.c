/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/register.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/code.h"
#include "core/utf8.h"
#include "mail/addr.h"
#include "redact/norm.h"
#include "sys/clock.h"

enum {
    SESSIONS = 64,
    IDLE_SECONDS = 10 * 60,
    SWEEP_SECONDS = 30,
    SESSION_BYTES = 96 * 1024 * 1024,
    TABLES = 3,
    BATCH = 200,                    /* records read from the database at once */
    BATCH_BYTES = 32 * 1024 * 1024, /* of these */
    RECORD_WORDS = 64 * 1024,       /* folded words of one record */
};

enum register_table { PARTIES, CHILDREN, ARRANGEMENTS };

/* One table's names, by ascending id, all in one arena. */
struct kept {
    struct arena *arena;
    struct register_name *at;
    size_t count;
};

struct register_session {
    struct register_session *next;
    struct secret id;
    unsigned users; /* requests that use it or wait for it */
    int64_t used_us;
    pthread_mutex_t lock;
    struct kept tables[TABLES];
};

struct registers {
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool stopping;
    pthread_t sweeper;
    struct register_session *first;
    size_t count;
};

/* ---- sessions -------------------------------------------------------------------------------- */

static void free_session(struct register_session *session)
{
    for (size_t i = 0; i < TABLES; i++) arena_free(&session->tables[i].arena);
    secret_wipe(&session->id);
    pthread_mutex_destroy(&session->lock);
    free(session);
}

/* With the lock held. */
static void drop(struct registers *registers, struct register_session **at)
{
    struct register_session *session = *at;
    *at = session->next;
    registers->count--;
    free_session(session);
}

static void sweep(struct registers *registers)
{
    int64_t oldest = clock_monotonic_us() - IDLE_SECONDS * UTC_SECOND_US;
    for (struct register_session **at = &registers->first; *at;) {
        if ((*at)->users == 0 && (*at)->used_us < oldest)
            drop(registers, at);
        else
            at = &(*at)->next;
    }
}

static void *run_sweeper(void *context)
{
    struct registers *registers = context;
    pthread_mutex_lock(&registers->lock);
    while (!registers->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += SWEEP_SECONDS;
        pthread_cond_timedwait(&registers->stop, &registers->lock, &until);
        sweep(registers);
    }
    pthread_mutex_unlock(&registers->lock);
    return NULL;
}

enum err registers_open(struct registers **ret_registers)
{
    struct registers *registers = calloc(1, sizeof *registers);
    if (!registers) return ERR_MEMORY;
    pthread_condattr_t monotonic;
    pthread_mutex_init(&registers->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&registers->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&registers->sweeper, NULL, run_sweeper, registers) != 0) {
        free(registers);
        return ERR_MEMORY;
    }
    *ret_registers = registers;
    return OK;
}

void registers_close(struct registers **at)
{
    struct registers *registers = *at;
    if (!registers) return;
    pthread_mutex_lock(&registers->lock);
    registers->stopping = true;
    pthread_cond_signal(&registers->stop);
    pthread_mutex_unlock(&registers->lock);
    pthread_join(registers->sweeper, NULL);
    while (registers->first) drop(registers, &registers->first);
    pthread_mutex_destroy(&registers->lock);
    pthread_cond_destroy(&registers->stop);
    free(registers);
    *at = NULL;
}

void registers_forget(struct registers *registers, const struct session *session)
{
    if (!registers) return;
    pthread_mutex_lock(&registers->lock);
    for (struct register_session **at = &registers->first; *at; at = &(*at)->next) {
        if (!secret_equal(&(*at)->id, &session->id)) continue;
        if ((*at)->users == 0)
            drop(registers, at);
        else
            (*at)->used_us = 0; /* the sweeper takes it when its request has ended */
        break;
    }
    pthread_mutex_unlock(&registers->lock);
}

/* Makes room: what was not used for longest goes. */
static void make_room(struct registers *registers)
{
    struct register_session **oldest = NULL;
    for (struct register_session **at = &registers->first; *at; at = &(*at)->next)
        if ((*at)->users == 0 && (!oldest || (*at)->used_us < (*oldest)->used_us)) oldest = at;
    if (oldest) drop(registers, oldest);
}

static struct register_session *add_session(struct registers *registers,
                                            const struct session *session)
{
    if (registers->count >= SESSIONS) make_room(registers);
    if (registers->count >= SESSIONS) return NULL;
    struct register_session *added = calloc(1, sizeof *added);
    if (!added) return NULL;
    pthread_mutex_init(&added->lock, NULL);
    added->id = session->id;
    added->next = registers->first;
    registers->first = added;
    registers->count++;
    return added;
}

static struct register_session *take_session(struct registers *registers,
                                             const struct session *session)
{
    pthread_mutex_lock(&registers->lock);
    struct register_session *found = registers->first;
    while (found && !secret_equal(&found->id, &session->id)) found = found->next;
    if (!found) found = add_session(registers, session);
    if (found) {
        found->users++;
        found->used_us = clock_monotonic_us();
    }
    pthread_mutex_unlock(&registers->lock);
    if (found) pthread_mutex_lock(&found->lock);
    return found;
}

void register_done(struct register_view *view)
{
    if (!view->session) return;
    pthread_mutex_unlock(&view->session->lock);
    pthread_mutex_lock(&view->registers->lock);
    view->session->users--;
    pthread_mutex_unlock(&view->registers->lock);
    view->session = NULL;
}

/* ---- opening records ------------------------------------------------------------------------- */

/* Folds to words of letters and digits, a space before and after each. */
static void add_words(struct buf *words, struct str text)
{
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct norm norm;
    norm_fold(text, arena, &norm);
    for (size_t i = 0; i < norm.word_count; i++) {
        const struct word *word = &norm.words[i];
        buf_add_byte(words, ' ');
        for (uint32_t n = 0; n < word->count; n++)
            utf8_add(words, norm.glyphs[word->glyph + n].point);
    }
}

static enum err finish_words(struct buf *words, struct arena *arena, struct str *ret_words)
{
    buf_add_byte(words, ' ');
    TRY(buf_done(words));
    *ret_words = arena_str(arena, buf_str(words));
    return OK;
}

static struct str joined(const struct person *person, struct arena *arena)
{
    const struct person_list *names = &person->names;
    if (names->count == 0) return person->known_as.len ? person->known_as : STR("(no name)");
    struct str name = names->at[0];
    for (size_t i = 1; i < names->count; i++)
        name = arena_print(arena, "%.*s%s%.*s", STR_ARG(name),
                           i + 1 == names->count ? " and " : ", ", STR_ARG(names->at[i]));
    return name;
}

static enum err keep_party(struct str text, struct arena *scratch, struct arena *arena,
                           struct register_name *name)
{
    struct person person;
    TRY(person_read(text, scratch, &person));
    BUF_SECRET(words, RECORD_WORDS);
    BUF_SECRET(digits, RECORD_WORDS);
    for (size_t i = 0; i < person.names.count; i++) add_words(&words, person.names.at[i]);
    for (size_t i = 0; i < person.emails.count; i++) add_words(&words, person.emails.at[i]);
    add_words(&words, person.known_as);
    for (size_t i = 0; i < person.phones.count; i++) {
        struct str plain;
        buf_add_byte(&digits, ' ');
        if (mail_addr_phone(person.phones.at[i], STR("44"), scratch, &plain) == OK)
            buf_add(&digits, str_from_byte(plain, 1));
    }
    name->name = arena_str(arena, joined(&person, scratch));
    name->other = arena_str(arena, person.known_as);
    TRY(finish_words(&words, arena, &name->words));
    return finish_words(&digits, arena, &name->digits);
}

static enum err keep_child(struct str text, struct arena *arena, struct register_name *name)
{
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    name->name = arena_str(arena, json_get_str(record, "adoptive_name"));
    name->other = arena_str(arena, json_get_str(record, "birth_name"));
    BUF_SECRET(words, RECORD_WORDS);
    add_words(&words, name->name);
    add_words(&words, name->other);
    return finish_words(&words, arena, &name->words);
}

static enum err keep_arrangement(struct str text, struct arena *arena, struct register_name *name)
{
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    name->name = arena_str(arena, json_get_str(record, "reference"));
    BUF_SECRET(words, RECORD_WORDS);
    add_words(&words, name->name);
    return finish_words(&words, arena, &name->words);
}

static const struct {
    enum query_id facts, records;
    const char *id, *table;
    enum seal_purpose purpose;
} tables[TABLES] = {
    [PARTIES] = {QUERY_party_facts, QUERY_party_records, "party_id", "party", SEAL_PARTY},
    [CHILDREN] = {QUERY_child_facts, QUERY_child_records, "child_id", "child", SEAL_CHILD},
    [ARRANGEMENTS] = {QUERY_arrangement_facts, QUERY_arrangement_records, "arrangement_id",
                      "arrangement", SEAL_ARRANGEMENT},
};

static enum err keep(enum register_table table, struct str text, struct arena *scratch,
                     struct arena *arena, struct register_name *name)
{
    switch (table) {
    case PARTIES: return keep_party(text, scratch, arena, name);
    case CHILDREN: return keep_child(text, arena, name);
    case ARRANGEMENTS: return keep_arrangement(text, arena, name);
    }
    return ERR_DB;
}

static struct register_name *find(struct register_name *names, size_t count, int64_t id)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (names[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && names[low].id == id ? &names[low] : NULL;
}

struct opening {
    struct request *request;
    struct store *store;
    const struct desk_keyring *keyring;
    enum register_table table;
    struct kept *fresh;
};

/* A record that does not open is shown as such: it must not take the others with it. */
static enum err open_one(const struct opening *opening, struct register_name *name,
                         struct str sealed, struct arena *scratch)
{
    struct seal_binding expected = {tables[opening->table].purpose,
                                    opening->request->session.agency, tables[opening->table].table,
                                    name->id, name->version};
    BUF_SECRET(text, sealed.len);
    enum err code =
        seal_open(&expected, opening->keyring->pairs, opening->keyring->count, sealed, &text);
    if (code == OK)
        code = keep(opening->table, buf_str(&text), scratch, opening->fresh->arena, name);
    if (code == ERR_SEAL_BROKEN || code == ERR_NO_KEY || code == ERR_BAD_JSON) {
        name->name = STR("(this record does not open: tell the operator)");
        return OK;
    }
    return code;
}

/* Opens one batch; the record may be newer than its version in the list: that one is kept. */
static enum err open_batch(const struct opening *opening, const int64_t *ids, size_t count)
{
    struct arena *scratch __attribute__((cleanup(arena_free))) = arena_new_secret(BATCH_BYTES);
    struct store_rows rows;
    TRY(store_query(opening->store, tables[opening->table].records, PARAMS(P_INTS(ids, count)),
                    scratch, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        int64_t id = rows_int(&rows, row, tables[opening->table].id);
        struct register_name *name = find(opening->fresh->at, opening->fresh->count, id);
        struct str sealed = rows_str(&rows, row, "sealed_record");
        if (!name) continue;
        name->version = rows_int(&rows, row, "record_version");
        TRY(open_one(opening, name, sealed, scratch));
    }
    return OK;
}

static void copy_name(struct register_name *to, const struct register_name *from,
                      struct arena *arena)
{
    *to = *from;
    to->name = arena_str(arena, from->name);
    to->other = arena_str(arena, from->other);
    to->words = arena_str(arena, from->words);
    to->digits = arena_str(arena, from->digits);
}

static bool is_current(const struct kept *kept, const struct store_rows *facts, const char *id)
{
    if (!kept->arena || kept->count != facts->count) return false;
    for (size_t row = 0; row < facts->count; row++)
        if (kept->at[row].id != rows_int(facts, row, id) ||
            kept->at[row].version != rows_int(facts, row, "record_version"))
            return false;
    return true;
}

static enum err open_missing(const struct opening *opening, const bool *missing)
{
    int64_t ids[BATCH];
    size_t count = 0;
    for (size_t i = 0; i < opening->fresh->count; i++) {
        if (missing[i]) ids[count++] = opening->fresh->at[i].id;
        if (count == BATCH || (count && i + 1 == opening->fresh->count)) {
            TRY(open_batch(opening, ids, count));
            count = 0;
        }
    }
    return OK;
}

/* Brings a table up to date with what the database has now. */
static enum err refresh(struct opening *opening, struct kept *kept, const struct store_rows *facts)
{
    const char *id = tables[opening->table].id;
    if (is_current(kept, facts, id)) return OK;
    struct kept fresh = {.arena = arena_new_secret(SESSION_BYTES / TABLES), .count = facts->count};
    fresh.at = ARENA_MANY(fresh.arena, facts->count, struct register_name);
    bool *missing = ARENA_MANY(opening->request->arena, facts->count, bool);
    for (size_t row = 0; row < facts->count; row++) {
        int64_t row_id = rows_int(facts, row, id);
        const struct register_name *old = find(kept->at, kept->count, row_id);
        missing[row] = !old || old->version != rows_int(facts, row, "record_version");
        if (!missing[row]) copy_name(&fresh.at[row], old, fresh.arena);
        fresh.at[row].id = row_id;
    }
    opening->fresh = &fresh;
    enum err code = open_missing(opening, missing);
    if (code == OK && arena_over(fresh.arena)) code = ERR_TOO_BIG;
    if (code != OK) {
        arena_free(&fresh.arena);
        return code;
    }
    arena_free(&kept->arena);
    *kept = fresh;
    return OK;
}

/* ---- one request's view ---------------------------------------------------------------------- */

static void see_parties(struct request *request, const struct store_rows *facts,
                        const struct kept *kept, struct register_view *view)
{
    view->parties = ARENA_MANY(request->arena, facts->count, struct register_party);
    view->party_count = facts->count;
    for (size_t row = 0; row < facts->count; row++)
        view->parties[row] = (struct register_party){
            .name = &kept->at[row],
            .id = kept->at[row].id,
            .kind = rows_str(facts, row, "kind"),
            .channel = rows_str(facts, row, "channel"),
            .state = rows_str(facts, row, "state"),
            .address_confirmed = rows_bool(facts, row, "address_confirmed"),
            .email_confirmed = rows_bool(facts, row, "email_confirmed"),
        };
}

static void see_arrangements(struct request *request, const struct store_rows *facts,
                             const struct kept *kept, struct register_view *view)
{
    view->arrangements = ARENA_MANY(request->arena, facts->count, struct register_arrangement);
    view->arrangement_count = facts->count;
    for (size_t row = 0; row < facts->count; row++) {
        struct register_arrangement *seen = &view->arrangements[row];
        *seen = (struct register_arrangement){
            .name = &kept->at[row],
            .id = kept->at[row].id,
            .child = rows_int(facts, row, "child_id"),
            .kind = rows_str(facts, row, "kind"),
            .state = rows_str(facts, row, "state"),
            .two_person = rows_bool(facts, row, "two_person"),
        };
        if (!rows_null(facts, row, "months"))
            seen->month_count = rows_ints(facts, row, "months", &seen->months);
        seen->has_next = rows_day(facts, row, "next_on", &seen->next);
    }
}

static enum err see_sides(struct request *request, struct store *store, struct register_view *view)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_arrangement_sides, NO_PARAMS, request->arena, &rows));
    view->sides = ARENA_MANY(request->arena, rows.count, struct register_side);
    view->side_count = rows.count;
    size_t at = 0;
    for (size_t row = 0; row < rows.count; row++) {
        struct register_side *side = &view->sides[row];
        *side = (struct register_side){
            .arrangement = rows_int(&rows, row, "arrangement_id"),
            .party = rows_int(&rows, row, "party_id"),
            .side = rows_str(&rows, row, "side"),
            .takes_part = !str_equal(rows_str(&rows, row, "state"), STR("ended")),
        };
        while (at < view->arrangement_count && view->arrangements[at].id < side->arrangement) at++;
        if (at == view->arrangement_count || view->arrangements[at].id != side->arrangement)
            continue;
        if (view->arrangements[at].side_count++ == 0) view->arrangements[at].first_side = row;
    }
    return OK;
}

static enum err open_tables(struct opening *opening, struct register_session *session,
                            struct register_view *view)
{
    struct request *request = opening->request;
    struct store_rows facts[TABLES];
    for (size_t i = 0; i < TABLES; i++) {
        opening->table = (enum register_table)i;
        TRY(store_query(opening->store, tables[i].facts, NO_PARAMS, request->arena, &facts[i]));
        TRY(refresh(opening, &session->tables[i], &facts[i]));
    }
    see_parties(request, &facts[PARTIES], &session->tables[PARTIES], view);
    see_arrangements(request, &facts[ARRANGEMENTS], &session->tables[ARRANGEMENTS], view);
    view->children = session->tables[CHILDREN].at;
    view->child_count = session->tables[CHILDREN].count;
    return see_sides(request, opening->store, view);
}

enum err register_open(struct request *request, struct store *store,
                       const struct desk_keyring *keyring, struct register_view *ret_view)
{
    const struct desk *desk = request->app;
    ASSERT(!ret_view->session);
    struct register_session *session = take_session(desk->registers, &request->session);
    if (!session) return ERR_BUSY;
    *ret_view = (struct register_view){.registers = desk->registers, .session = session};
    struct opening opening = {.request = request, .store = store, .keyring = keyring};
    enum err code = open_tables(&opening, session, ret_view);
    if (code != OK) register_done(ret_view);
    return code;
}

const struct register_party *register_party(const struct register_view *view, int64_t id)
{
    size_t low = 0, high = view->party_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (view->parties[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < view->party_count && view->parties[low].id == id ? &view->parties[low] : NULL;
}

const struct register_name *register_child(const struct register_view *view, int64_t id)
{
    size_t low = 0, high = view->child_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (view->children[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < view->child_count && view->children[low].id == id ? &view->children[low] : NULL;
}

const struct register_arrangement *register_arrangement(const struct register_view *view,
                                                        int64_t id)
{
    size_t low = 0, high = view->arrangement_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (view->arrangements[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < view->arrangement_count && view->arrangements[low].id == id
               ? &view->arrangements[low]
               : NULL;
}

/* ---- searching ------------------------------------------------------------------------------- */

static bool looks_like_phone(struct str typed)
{
    size_t digits = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (c >= '0' && c <= '9')
            digits++;
        else if (c != ' ' && c != '+' && c != '-' && c != '(' && c != ')')
            return false;
    }
    return digits >= 5;
}

/* "01632 960" as it stands in the plain form: "441632960". */
static struct str plain_digits(struct request *request, struct str typed)
{
    BUF(digits, 64);
    for (size_t i = 0; i < typed.len; i++)
        if (typed.at[i] >= '0' && typed.at[i] <= '9') buf_add_byte(&digits, typed.at[i]);
    struct str all = buf_str(&digits);
    if (str_starts(all, STR("00")))
        all = str_from_byte(all, 2);
    else if (str_starts(all, STR("0")))
        return arena_print(request->arena, "44%.*s", STR_ARG(str_from_byte(all, 1)));
    return arena_str(request->arena, all);
}

void register_query(struct request *request, struct str typed, struct register_query *ret_query)
{
    struct register_query query = {.typed = str_trim(typed)};
    BUF_SECRET(words, RECORD_WORDS);
    add_words(&words, query.typed);
    if (buf_done(&words) == OK) query.words = arena_str(request->arena, buf_str(&words));
    if (looks_like_phone(query.typed)) query.digits = plain_digits(request, query.typed);
    char letters[CODE_ID_LETTERS + 1];
    if (code_letters_get(query.typed, CODE_ID_LETTERS, letters))
        (void)code_id_get((struct str){letters, CODE_ID_LETTERS}, &query.id);
    *ret_query = query;
}

bool register_finds(const struct register_query *query, const struct register_name *name)
{
    if (query->id && query->id == name->id) return true;
    if (query->digits.len && str_find(name->digits, query->digits) != STR_NONE) return true;
    if (query->words.len == 0) return false;
    struct str rest = str_from_byte(query->words, 1), word;
    while (str_split(&rest, ' ', &word)) {
        /* " word": the start of a word, the space before it taken from the query */
        struct str wanted = {word.at - 1, word.len + 1};
        if (str_find(name->words, wanted) == STR_NONE) return false;
    }
    return true;
}

bool register_finds_arrangement(const struct register_view *view,
                                const struct register_query *query,
                                const struct register_arrangement *arrangement)
{
    if (register_finds(query, arrangement->name)) return true;
    const struct register_name *child = register_child(view, arrangement->child);
    if (child && register_finds(query, child)) return true;
    for (size_t i = 0; i < arrangement->side_count; i++) {
        const struct register_side *side = &view->sides[arrangement->first_side + i];
        const struct register_party *party = register_party(view, side->party);
        if (party && register_finds(query, party->name)) return true;
    }
    return false;
}

/* ---- words for lists ------------------------------------------------------------------------- */

static struct str last_word(struct str name)
{
    size_t at = name.len;
    while (at > 0 && name.at[at - 1] != ' ') at--;
    return str_from_byte(name, at);
}

struct str register_called(struct request *request, const struct register_party *party,
                           struct str side)
{
    bool is_home = str_equal(side, STR("adoptive")) || str_equal(side, STR("sibling"));
    if (!is_home) return party->name->name;
    return arena_print(request->arena, "the %.*s family", STR_ARG(last_word(party->name->name)));
}

static struct str side_of(const struct register_view *view,
                          const struct register_arrangement *arrangement, int64_t party)
{
    for (size_t i = 0; i < arrangement->side_count; i++)
        if (view->sides[arrangement->first_side + i].party == party)
            return view->sides[arrangement->first_side + i].side;
    return STR("");
}

struct str register_with(struct request *request, const struct register_view *view,
                         const struct register_arrangement *arrangement, int64_t but)
{
    struct str names[64], but_side = but ? side_of(view, arrangement, but) : STR("");
    size_t count = 0;
    /* relatives first, the families after them */
    for (int homes = 0; homes < 2; homes++)
        for (size_t i = 0; i < arrangement->side_count; i++) {
            const struct register_side *side = &view->sides[arrangement->first_side + i];
            const struct register_party *party = register_party(view, side->party);
            bool is_home = str_equal(side->side, STR("adoptive"));
            if (!party || !side->takes_part || is_home != (homes == 1) || count == 64) continue;
            if (but && str_equal(side->side, but_side)) continue;
            names[count++] = register_called(request, party, side->side);
        }
    if (count == 0) return STR("nobody");
    struct str all = names[0];
    for (size_t i = 1; i < count; i++)
        all = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(all),
                          i + 1 == count ? " and " : ", ", STR_ARG(names[i]));
    return all;
}

struct str register_child_name(const struct register_view *view,
                               const struct register_arrangement *arrangement)
{
    const struct register_name *child = register_child(view, arrangement->child);
    return child ? child->name : STR("");
}

struct str register_months(struct request *request, const int64_t *months, size_t count)
{
    struct str all = STR("");
    for (size_t i = 0; i < count; i++) {
        if (months[i] < 1 || months[i] > 12) continue;
        all = arena_print(request->arena, "%.*s%s%s", STR_ARG(all), all.len ? ", " : "",
                          day_month_name((int)months[i]));
    }
    return all;
}

json_t *register_sender(struct request *request, const struct register_view *view,
                        const struct register_side *side)
{
    const struct register_party *party = register_party(view, side->party);
    const struct register_arrangement *arrangement = register_arrangement(view, side->arrangement);
    if (!party || !arrangement) return NULL;
    json_t *row = json_object();
    json_put_code(row, "party", party->id);
    json_put_code(row, "arrangement", arrangement->id);
    json_put_str(row, "name", party->name->name);
    json_put(row, "side", desk_tagged(request, side->side));
    json_put_str(row, "child", register_child_name(view, arrangement));
    json_put_str(row, "with", register_with(request, view, arrangement, party->id));
    return row;
}
