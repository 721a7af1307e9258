/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/quarantine.h"

#include "core/code.h"
#include "server/desk/bounces.h"

enum { MATCHES = 30 };

enum err quarantine_read(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, int64_t id,
                         struct quarantined *ret_item)
{
    struct store_rows rows;
    unsigned char digest[32];
    TRY(store_query_one(store, QUERY_letter_find, PARAMS(P_INT(id)), request->arena, &rows));
    struct str state = rows_str(&rows, 0, "state");
    struct quarantined item = {
        .id = id,
        .version = (int)rows_int(&rows, 0, "version"),
        .is_aside = str_equal(state, STR("set_aside")),
        .is_wrong_side = rows_bool(&rows, 0, "is_wrong_side"),
    };
    if (!item.is_aside && !str_equal(state, STR("quarantined"))) return ERR_NOT_FOUND;
    (void)rows_utc(&rows, 0, "received_at", &item.received);
    int64_t from = rows_int(&rows, 0, "from_party");
    if (from) {
        struct desk_party party;
        TRY(desk_party_find(request, store, keyring, from, &party));
        item.sender = desk_party_name(request, &party);
    }
    enum err code =
        desk_review_read(request, store, keyring, id, item.version, &item.review, digest);
    item.has_review = code == OK;
    if (code != OK && code != ERR_NOT_FOUND) return code;
    *ret_item = item;
    return OK;
}

bool quarantine_is_infected(const struct quarantined *item)
{
    return item->review.is_quarantined && str_equal(item->review.quarantine.kind, STR("infected"));
}

void quarantine_put(struct request *request, const struct quarantined *item, json_t *object)
{
    const struct review_mail *mail = &item->review.mail;
    BUF(code, 16);
    code_id_put(&code, item->id);
    json_put_code(object, "id", item->id);
    json_put_str(object, "path", arena_print(request->arena, "/quarantine/%s", code.at));
    if (item->sender.len)
        json_put_str(object, "from", item->sender);
    else if (mail->name.len && mail->from.len)
        json_put_str(
            object, "from",
            arena_print(request->arena, "%.*s <%.*s>", STR_ARG(mail->name), STR_ARG(mail->from)));
    else
        json_put_str(object, "from", mail->from.len ? mail->from : STR("(no sender)"));
    if (mail->subject.len) json_put_str(object, "subject", mail->subject);
    desk_put_instant(object, "came", item->received, true);
    struct str kind = item->review.is_quarantined ? item->review.quarantine.kind : STR("");
    if (item->is_wrong_side && !quarantine_is_infected(item)) kind = STR("wrong_side");
    if (kind.len == 0) kind = STR("unknown_sender");
    json_put(object, "kind", desk_tagged(request, kind));
    json_put_bool(object, "aside", item->is_aside);
    /* of others the address is somebody's already */
    json_put_bool(object, "may_remember",
                  mail->from.len > 0 && str_equal(kind, STR("unknown_sender")));
}

/* ---- one mail ---- */

struct showing {
    struct request *request;
    int64_t id;
    struct str search;
    struct register_view *view;
    bool is_infected;
};

/* Its texts, and its pages and photos as links. */
static enum err put_parts(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, const struct quarantined *item,
                          const char *path)
{
    json_t *letter = json_object();
    JSON texts = json_array();
    JSON pages = json_array();
    json_put(request->view, "letter", letter);
    for (size_t i = 0; i < item->review.part_count; i++) {
        const struct review_part *part = &item->review.parts[i];
        if (part->kind == REVIEW_TEXT) {
            BUF_SECRET(content, LIMIT_DOCUMENT_BYTES);
            TRY(desk_part_read(request, store, keyring, item->id, part->number, &content));
            json_add(texts, json_str(buf_str(&content)));
            continue;
        }
        json_t *page = json_object();
        desk_put_number(page, "number", part->number);
        json_put_str(page, "src", arena_print(request->arena, "%s/pages/%d", path, part->number));
        desk_put_number(page, "width", part->width);
        desk_put_number(page, "height", part->height);
        json_put_str(page, "alt", desk_part_heading(request, &item->review, part));
        json_add(pages, page);
    }
    desk_put_list(letter, "texts", json_incref(texts));
    desk_put_list(letter, "pages", json_incref(pages));
    return OK;
}

static void add_match(struct request *request, const struct register_view *view,
                      const struct register_side *side, struct str known_by, json_t *list)
{
    if (!side->takes_part || json_array_size(list) >= MATCHES) return;
    json_t *row = register_sender(request, view, side);
    if (!row) return;
    if (known_by.len) json_put_str(row, "known_by", known_by);
    json_add(list, row);
}

/* What the press proposes: without an arrangement, all of the party's. */
static void put_proposals(struct request *request, const struct register_view *view,
                          const struct quarantined *item, json_t *list)
{
    const struct review_quarantine *quarantine = &item->review.quarantine;
    for (size_t i = 0; i < quarantine->proposal_count; i++) {
        const struct review_proposal *proposal = &quarantine->proposals[i];
        for (size_t n = 0; n < view->side_count; n++)
            if (view->sides[n].party == proposal->party &&
                (proposal->arrangement == 0 || view->sides[n].arrangement == proposal->arrangement))
                add_match(request, view, &view->sides[n], proposal->why, list);
    }
}

static void put_found(struct request *request, const struct register_view *view, struct str search,
                      json_t *list)
{
    struct register_query query;
    register_query(request, search, &query);
    for (size_t i = 0; i < view->side_count; i++) {
        const struct register_side *side = &view->sides[i];
        const struct register_party *party = register_party(view, side->party);
        const struct register_arrangement *arrangement =
            register_arrangement(view, side->arrangement);
        if ((party && register_finds(&query, party->name)) ||
            (arrangement && register_finds(&query, arrangement->name)))
            add_match(request, view, side, STR(""), list);
    }
    json_put_bool(request->view, "none", json_array_size(list) == 0);
    json_put_str(request->view, "q", search);
}

/* Facts about it, and what the press has to say of it. */
static void put_item(struct request *request, const struct quarantined *item)
{
    json_t *object = json_object(), *warnings = json_array();
    json_put(request->view, "item", object);
    quarantine_put(request, item, object);
    json_put_reference(object, "reference", item->id);
    desk_mail_put(request, &item->review, object);
    json_put_bool(object, "may_match",
                  !item->is_wrong_side || request->session.role == ROLE_MANAGER);
    for (size_t i = 0; i < item->review.warning_count; i++)
        json_add(warnings, json_str(item->review.warnings[i]));
    if (item->review.is_quarantined && item->review.quarantine.reason.len)
        json_add(warnings, json_str(item->review.quarantine.reason));
    desk_put_list(object, "warnings", warnings);
}

/* Is it about mail of ours, by its look or because it names one? And about which. */
static enum err put_bounce(struct request *request, struct store *store,
                           const struct register_view *view, const struct quarantined *item)
{
    json_t *object = json_object_get(request->view, "item");
    TRY(bounces_put_mail(request, store, view, item->id, object));
    bool is_bounce = item->review.is_quarantined && !item->is_wrong_side &&
                     str_equal(item->review.quarantine.kind, STR("bounce"));
    json_put_bool(object, "came_back", is_bounce || json_object_get(object, "bounce"));
    return OK;
}

static enum err show(struct store *store, void *context)
{
    struct showing *showing = context;
    struct request *request = showing->request;
    struct register_view *view = showing->view;
    struct desk_keyring keyring;
    struct quarantined item;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    TRY(quarantine_read(request, store, &keyring, showing->id, &item));
    showing->is_infected = quarantine_is_infected(&item);
    put_item(request, &item);
    if (showing->is_infected) return desk_audit(store, "letter_read", "letter", item.id, NULL, 0);
    TRY(put_bounce(request, store, view, &item));
    json_t *matches = json_array();
    if (showing->search.len)
        put_found(request, view, showing->search, matches);
    else
        put_proposals(request, view, &item, matches);
    desk_put_list(request->view, "matches", matches);
    if (item.has_review)
        TRY(put_parts(
            request, store, &keyring, &item,
            json_string_value(json_object_get(json_object_get(request->view, "item"), "path"))));
    return desk_audit(store, "letter_read", "letter", item.id, NULL, 0);
}

enum err quarantine_page(struct request *request, int64_t id, struct str search)
{
    REGISTER(view);
    struct showing showing = {request, id, search, &view, false};
    TRY(register_take(request, &view));
    TRY(request_run(request, show, &showing));
    return reply_page(request,
                      showing.is_infected ? "desk/quarantine_infected" : "desk/quarantine_item");
}

static enum err show_override(struct store *store, void *context)
{
    const struct showing *showing = context;
    struct request *request = showing->request;
    struct desk_keyring keyring;
    struct quarantined item;
    TRY(desk_keyring(request, store, &keyring));
    TRY(quarantine_read(request, store, &keyring, showing->id, &item));
    if (!quarantine_is_infected(&item) || item.is_aside) return ERR_NOT_FOUND;
    put_item(request, &item);
    return desk_audit(store, "letter_read", "letter", item.id, NULL, 0);
}

enum err quarantine_override_page(struct request *request, int64_t id)
{
    struct showing showing = {.request = request, .id = id};
    TRY(request_run(request, show_override, &showing));
    return reply_page(request, "desk/quarantine_override");
}
