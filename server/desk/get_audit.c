/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "core/code.h"
#include "server/desk/desk.h"
#include "sys/clock.h"

/* Who did what, newest first; perhaps one act, or one day. */

enum { AUDIT_ON_PAGE = 50, NAMES = 64, DIGEST_GROUP = 4 };

static const struct act {
    const char *act, *words;
} acts[] = {
#define ACT(act, words) {act, words},
#include "server/desk/acts.def"
#undef ACT
};
enum { ACTS = sizeof acts / sizeof *acts };

struct listing {
    struct request *request;
    const char *act; /* NULL: any */
    bool has_day;
    struct day day;
    int64_t page;
    struct {
        int64_t id;
        struct str name;
    } names[NAMES]; /* of staff, as they come up */
    size_t name_count;
};

static const char *find_act(struct str act)
{
    for (size_t i = 0; i < ACTS; i++)
        if (str_equal(act, str_from(acts[i].act))) return acts[i].words;
    return NULL;
}

static enum err name_of(struct listing *listing, struct store *store,
                        const struct desk_keyring *keyring, int64_t staff, struct str *ret_name)
{
    for (size_t i = 0; i < listing->name_count; i++)
        if (listing->names[i].id == staff) {
            *ret_name = listing->names[i].name;
            return OK;
        }
    TRY(desk_staff_name(listing->request, store, keyring, staff, ret_name));
    if (listing->name_count < NAMES) {
        listing->names[listing->name_count].id = staff;
        listing->names[listing->name_count++].name = *ret_name;
    }
    return OK;
}

static enum err put_who(struct listing *listing, struct store *store,
                        const struct desk_keyring *keyring, const struct store_rows *rows,
                        size_t row, json_t *entry)
{
    static const char *const kinds[][2] = {
        {"account", "Somebody with an account"},
        {"link", "Somebody with a link"},
        {"press", "The press"},
        {"post", "The post"},
        {"diary", "The diary"},
        {"portal", "The online service"},
        {"desk", "The desk"},
        {"operator", "The operator"},
    };
    struct str kind = rows_str(rows, row, "actor_kind"), name = kind;
    int64_t id = rows_int(rows, row, "actor_id");
    if (str_equal(kind, STR("staff")) && id) TRY(name_of(listing, store, keyring, id, &name));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_equal(kind, str_from(kinds[i][0]))) name = str_from(kinds[i][1]);
    json_put_str(entry, "who", name);
    return OK;
}

/* A reason, or how many were found. Words of another shape are for those who wrote them. */
static enum err put_detail(struct request *request, const struct desk_keyring *keyring,
                           const struct store_rows *rows, size_t row, json_t *entry)
{
    struct str text;
    if (rows_null(rows, row, "sealed_detail")) return OK;
    enum err code =
        desk_open(request, keyring, SEAL_AUDIT, "audit", rows_int(rows, row, "object_id"), 1,
                  rows_str(rows, row, "sealed_detail"), &text);
    if (code == ERR_SEAL_BROKEN || code == ERR_NO_KEY) {
        /* it must not take the other rows with it */
        json_put_bool(entry, "broken", true);
        return OK;
    }
    TRY(code);
    JSON detail = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &detail));
    struct str reason = json_get_str(detail, "reason"), found = json_get_str(detail, "found");
    struct str proof = json_get_str(detail, "proof");
    struct str report = json_get_str(detail, "report");
    if (reason.len) json_put_str(entry, "detail", reason);
    if (report.len) json_put_str(entry, "detail", report);
    if (found.len)
        json_put_str(entry, "detail", arena_print(request->arena, "found %.*s", STR_ARG(found)));
    if (proof.len)
        json_put_str(entry, "detail",
                     arena_print(request->arena, "proof of posting: %.*s", STR_ARG(proof)));
    return OK;
}

static enum err put_row(struct listing *listing, struct store *store,
                        const struct desk_keyring *keyring, const struct store_rows *rows,
                        size_t row, json_t *list)
{
    struct utc at = {0};
    json_t *entry = json_object();
    json_add(list, entry);
    desk_put_number(entry, "id", rows_int(rows, row, "number"));
    (void)rows_utc(rows, row, "at", &at);
    desk_put_instant(entry, "when", at, true);
    const char *words = find_act(rows_str(rows, row, "act"));
    json_put_str(entry, "what", words ? str_from(words) : rows_str(rows, row, "act"));
    int64_t object = rows_int(rows, row, "object_id");
    if (object) json_put_reference(entry, "about", object);
    TRY(put_who(listing, store, keyring, rows, row, entry));
    return put_detail(listing->request, keyring, rows, row, entry);
}

static enum err put_head(struct request *request, struct store *store)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_audit_head, PARAMS(P_INT(request->session.agency)), request->arena,
                    &rows));
    json_t *head = json_object(), *list = json_array();
    unsigned char hash[32];
    json_put(request->view, "head", head);
    desk_put_number(head, "number", rows.count ? rows_int(&rows, 0, "number") : 0);
    if (rows.count && rows_raw(&rows, 0, "hash", hash, sizeof hash)) {
        BUF(hex, 2 * sizeof hash);
        code_hex_put(&hex, hash, sizeof hash);
        for (size_t at = 0; at < hex.len; at += DIGEST_GROUP)
            json_add(list, json_str(str_slice(buf_str(&hex), at, at + DIGEST_GROUP)));
    }
    desk_put_list(head, "digest_groups", list);
    return OK;
}

static int order_acts(const void *left, const void *right)
{
    const struct act *const *a = left, *const *b = right;
    return strcmp((*a)->words, (*b)->words);
}

/* In the order of the words that are shown. */
static void put_acts(const struct listing *listing)
{
    const struct act *sorted[ACTS];
    json_t *object = json_object(), *list = json_array();
    for (size_t i = 0; i < ACTS; i++) sorted[i] = &acts[i];
    qsort(sorted, ACTS, sizeof *sorted, order_acts);
    for (size_t i = 0; i < ACTS; i++) {
        json_t *entry = json_object();
        json_put_str(entry, "code", str_from(sorted[i]->act));
        json_put_str(entry, "words", str_from(sorted[i]->words));
        json_put_bool(entry, "here", listing->act && strcmp(listing->act, sorted[i]->act) == 0);
        json_add(list, entry);
    }
    json_put(object, "list", list);
    json_put(listing->request->view, "acts", object);
}

static struct store_param instant_param(struct request *request, bool has, struct utc instant)
{
    if (!has) return P_NULL;
    BUF(text, 40);
    utc_put(&text, instant);
    return P_TEXT(arena_str(request->arena, buf_str(&text)));
}

/* The filter as it stands in the links to other pages. */
static const char *query_of(const struct listing *listing)
{
    struct request *request = listing->request;
    struct day_parts parts = day_parts(listing->day);
    struct str day = listing->has_day
                         ? arena_print(request->arena, "%sday=%d&month=%d&year=%d",
                                       listing->act ? "&" : "", parts.day, parts.month, parts.year)
                         : STR("");
    return arena_print(request->arena, "%s%s%.*s", listing->act ? "act=" : "",
                       listing->act ? listing->act : "", STR_ARG(day))
        .at;
}

static enum err list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    struct day next = {listing->day.number + 1};
    listing->name_count = 0;
    TRY(desk_keyring(request, store, &keyring));
    TRY(put_head(request, store));
    TRY(store_query(store, QUERY_audit_list,
                    PARAMS(listing->act ? P_TEXT(str_from(listing->act)) : P_NULL,
                           instant_param(request, listing->has_day, clock_day_start(listing->day)),
                           instant_param(request, listing->has_day, clock_day_start(next)),
                           P_INT(AUDIT_ON_PAGE + 1), P_INT((listing->page - 1) * AUDIT_ON_PAGE)),
                    request->arena, &rows));
    JSON entries = json_array();
    for (size_t row = 0; row < rows.count && row < AUDIT_ON_PAGE; row++)
        TRY(put_row(listing, store, &keyring, &rows, row, entries));
    desk_put_list(request->view, "rows", json_incref(entries));
    desk_put_pages(request, query_of(listing), listing->page, rows.count > AUDIT_ON_PAGE);
    return desk_audit(store, "audit_read", NULL, 0, NULL, 0);
}

/* A GET's form: what was typed stands in the query. */
static void read_day(struct listing *listing)
{
    struct request *request = listing->request;
    int64_t day, month, year;
    const char *const fields[] = {"day", "month", "year"};
    bool is_typed = false;
    for (size_t i = 0; i < 3; i++) {
        struct str value = form_line(&request->query, fields[i]);
        is_typed = is_typed || value.len > 0;
        desk_put_value(request, fields[i], value);
    }
    if (!is_typed) return;
    listing->has_day = form_int(&request->query, "day", 1, 31, &day) &&
                       form_int(&request->query, "month", 1, 12, &month) &&
                       form_int(&request->query, "year", 1900, 2200, &year) &&
                       day_from((struct day_parts){(int)year, (int)month, (int)day}, &listing->day);
    if (!listing->has_day) request_problem(request, "day", "date-wrong");
}

enum err get_audit(struct request *request)
{
    struct listing listing = {.request = request};
    struct str act = form_get(&request->query, "act");
    if (act.len && !find_act(act)) return ERR_NOT_FOUND;
    if (act.len) listing.act = arena_c(request->arena, act);
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    read_day(&listing);
    put_acts(&listing);
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/audit");
}
