/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

#include <string.h>

#include "crypt/kdf.h"
#include "rules/decision.h"
#include "rules/permit.h"
#include "rules/state.h"
#include "store/blob.h"

/* ---- reading ---- */

static enum err read_people(struct request *request, struct store *store,
                            const struct desk_keyring *keyring, struct desk_letter *letter)
{
    struct store_rows rows;
    struct str text;
    TRY(desk_party_find(request, store, keyring, letter->from_party, &letter->from));
    TRY(store_query_one(store, QUERY_arrangement_find, PARAMS(P_INT(letter->arrangement)),
                        request->arena, &rows));
    letter->arrangement_state = rows_str(&rows, 0, "state");
    letter->photo_level = rows_str(&rows, 0, "photo_level");
    TRY(desk_open(request, keyring, SEAL_ARRANGEMENT, "arrangement", letter->arrangement,
                  rows_int(&rows, 0, "record_version"), rows_str(&rows, 0, "sealed_record"),
                  &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    letter->risk = arena_str(request->arena, json_get_str(record, "risk"));
    TRY(desk_child_find(request, store, keyring, rows_int(&rows, 0, "child_id"), &letter->child));
    TRY(store_query_one(store, QUERY_arrangement_needs_two, PARAMS(P_INT(letter->arrangement)),
                        request->arena, &rows));
    letter->two_person = rows_bool(&rows, 0, "needs_two");
    TRY(store_query(store, QUERY_letter_recipients, PARAMS(P_INT(letter->id)), request->arena,
                    &rows));
    letter->recipient_count = rows.count;
    letter->recipients = ARENA_MANY(request->arena, rows.count, struct desk_party);
    letter->receiving = ARENA_MANY(request->arena, rows.count, bool);
    for (size_t row = 0; row < rows.count; row++) {
        TRY(desk_party_row(request, keyring, &rows, row, &letter->recipients[row]));
        letter->receiving[row] = rows_bool(&rows, row, "receiving");
    }
    return OK;
}

enum err desk_part_read(struct request *request, struct store *store,
                        const struct desk_keyring *keyring, int64_t letter, int number,
                        struct buf *ret_content)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_part_list, PARAMS(P_INT(letter)), request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++)
        if (rows_int(&rows, row, "number") == number)
            return desk_open_blob(request, store, keyring, SEAL_PART, "part", letter, number,
                                  rows_int(&rows, row, "blob_id"), ret_content);
    return ERR_NOT_FOUND;
}

static void end_buf(void *buf)
{
    buf_free(buf);
}

/* Not in the arena, whose budget is that of a page: many photos may be far larger. */
static enum err read_contents(struct request *request, struct store *store,
                              const struct desk_keyring *keyring, bool images,
                              struct desk_letter *letter)
{
    letter->contents = ARENA_MANY(request->arena, letter->review.part_count, struct str);
    for (size_t i = 0; i < letter->review.part_count; i++) {
        const struct review_part *part = &letter->review.parts[i];
        if (part->kind != REVIEW_TEXT && !images) continue;
        struct buf *content = ARENA_ONE(request->arena, struct buf);
        *content = buf_new_secret(LIMIT_DOCUMENT_BYTES);
        arena_on_end(request->arena, end_buf, content);
        TRY(desk_part_read(request, store, keyring, letter->id, part->number, content));
        letter->contents[i] = buf_str(content);
    }
    return OK;
}

enum err desk_review_read(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, int64_t letter, int version,
                          struct review *ret_review, unsigned char ret_digest[32])
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_review_find, PARAMS(P_INT(letter), P_INT(version)),
                        request->arena, &rows));
    BUF_SECRET(text, REVIEW_BYTES);
    if (rows_null(&rows, 0, "blob_id")) {
        struct str column;
        TRY(desk_open(request, keyring, SEAL_BUNDLE, "review", letter, version,
                      rows_str(&rows, 0, "sealed_review"), &column));
        buf_add(&text, column);
    } else {
        TRY(desk_open_blob(request, store, keyring, SEAL_BUNDLE, "review", letter, version,
                           rows_int(&rows, 0, "blob_id"), &text));
    }
    if (!rows_raw(&rows, 0, "text_digest", ret_digest, 32)) return ERR_DB;
    return review_read(buf_str(&text), request->arena, ret_review);
}

static enum err read_review(struct request *request, struct store *store,
                            const struct desk_keyring *keyring, bool images,
                            struct desk_letter *letter)
{
    enum err code = desk_review_read(request, store, keyring, letter->id, letter->version,
                                     &letter->review, letter->digest);
    letter->has_review = code == OK;
    if (code == ERR_NOT_FOUND) return OK;
    TRY(code);
    return read_contents(request, store, keyring, images, letter);
}

static enum err read_decisions(struct request *request, struct store *store,
                               struct desk_letter *letter)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_decision_list, PARAMS(P_INT(letter->id)), request->arena, &rows));
    letter->decisions = ARENA_MANY(request->arena, rows.count, struct desk_decision);
    for (size_t row = 0; row < rows.count; row++) {
        if (rows_int(&rows, row, "letter_version") != letter->version) continue;
        struct desk_decision *decision = &letter->decisions[letter->decision_count++];
        *decision = (struct desk_decision){
            .id = rows_int(&rows, row, "decision_id"),
            .to = rows_int(&rows, row, "to_party"),
            .author = rows_int(&rows, row, "author"),
            .version = letter->version,
            .kind = rows_str(&rows, row, "kind"),
        };
        rows_utc(&rows, row, "decided_at", &decision->at);
        if (!rows_raw(&rows, row, "screen_digest", decision->digest, sizeof decision->digest))
            return ERR_DB;
    }
    return OK;
}

enum err desk_letter_read(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, int64_t id, enum desk_depth depth,
                          struct desk_letter *ret_letter)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_letter_find, PARAMS(P_INT(id)), request->arena, &rows));
    struct desk_letter letter = {
        .id = id,
        .arrangement = rows_int(&rows, 0, "arrangement_id"),
        .from_party = rows_int(&rows, 0, "from_party"),
        .entered_by = rows_int(&rows, 0, "entered_by"),
        .channel = rows_str(&rows, 0, "channel"),
        .state = rows_str(&rows, 0, "state"),
        .version = (int)rows_int(&rows, 0, "version"),
    };
    rows_utc(&rows, 0, "received_at", &letter.received);
    rows_day(&rows, 0, "review_on", &letter.review_on);
    /* it stands in the quarantine */
    if (letter.arrangement == 0 || str_equal(letter.state, STR("quarantined")) ||
        str_equal(letter.state, STR("set_aside")))
        return ERR_NOT_FOUND;
    TRY(read_people(request, store, keyring, &letter));
    if (depth != DESK_FACTS)
        TRY(read_review(request, store, keyring, depth == DESK_WHOLE, &letter));
    TRY(read_decisions(request, store, &letter));
    *ret_letter = letter;
    return OK;
}

/* ---- digest and saving ---- */

enum err desk_screen_digest(struct request *request, const struct review *review,
                            const struct str *contents, unsigned char ret_digest[32])
{
    const struct desk *desk = request->app;
    const struct secret *key;
    TRY(keys_find(desk->keys, KEY_SCREEN, request->session.agency, &key));
    struct kdf_mac_stream *stream __attribute__((cleanup(kdf_mac_free))) = NULL;
    TRY(kdf_mac_open(key, MAC_SCREEN_DIGEST, &stream));
    for (size_t i = 0; i < review->part_count; i++) {
        BUF(head, 64);
        review_digest_part(&review->parts[i], contents[i].len, &head);
        TRY(buf_done(&head));
        TRY(kdf_mac_add(stream, buf_str(&head)));
        TRY(kdf_mac_add(stream, contents[i]));
    }
    BUF(marks, REVIEW_BYTES);
    review_digest_marks(review, request->arena, &marks);
    TRY(buf_done(&marks));
    TRY(kdf_mac_add(stream, buf_str(&marks)));
    return kdf_mac_finish(stream, ret_digest);
}

enum err desk_review_save(struct request *request, struct store *store,
                          const struct desk_letter *letter, const struct review *review)
{
    enum { COLUMN_BYTES = 512 * 1024 };
    struct seal_publics publics;
    struct str sealed;
    unsigned char digest[32];
    struct store_rows rows;
    int version = letter->version + 1;
    TRY(desk_publics(request, store, &publics));
    const struct seal_public readers[] = {publics.press, publics.desk};
    JSON object = review_write(review);
    BUF_SECRET(text, REVIEW_BYTES);
    TRY(json_write(object, &text));
    TRY(desk_seal(request, SEAL_BUNDLE, "review", letter->id, version, readers, 2, buf_str(&text),
                  &sealed));
    TRY(desk_screen_digest(request, review, letter->contents, digest));
    enum err code =
        store_query_one(store, QUERY_letter_version_next,
                        PARAMS(P_INT(letter->id), P_INT(letter->version)), request->arena, &rows);
    if (code == ERR_NOT_FOUND) return ERR_CONFLICT;
    TRY(code);
    int64_t blob = sealed.len > COLUMN_BYTES ? random_id() : 0;
    if (blob) TRY(store_blob_put(store, blob, "review", 0, sealed));
    return store_do(store, QUERY_review_add,
                    PARAMS(P_INT(letter->id), P_INT(version), blob ? P_NULL : P_BYTES(sealed),
                           blob ? P_INT(blob) : P_NULL, P_RAW(digest)));
}

/* ---- who may ---- */

/* Of two decisions at one instant neither ends the other. */
bool desk_stands(const struct desk_letter *letter, const struct desk_decision *approval)
{
    if (!str_equal(approval->kind, STR("approve"))) return false;
    for (size_t i = 0; i < letter->decision_count; i++) {
        const struct desk_decision *other = &letter->decisions[i];
        if (other->at.us > approval->at.us && decision_objects(other->kind) &&
            (other->to == 0 || other->to == approval->to))
            return false;
    }
    return true;
}

const struct desk_decision *desk_first_approval(const struct desk_letter *letter)
{
    for (size_t i = 0; i < letter->decision_count; i++)
        if (desk_stands(letter, &letter->decisions[i])) return &letter->decisions[i];
    return NULL;
}

bool desk_is_approved(const struct desk_letter *letter, int64_t party)
{
    for (size_t i = 0; i < letter->decision_count; i++)
        if (letter->decisions[i].to == party && desk_stands(letter, &letter->decisions[i]))
            return true;
    return false;
}

bool desk_is_own(const struct request *request, const struct desk_letter *letter)
{
    if (!str_equal(letter->state, STR("second_check"))) return false;
    if (letter->entered_by == request->session.staff) return true;
    const struct desk_decision *first = desk_first_approval(letter);
    return first && first->author == request->session.staff;
}

bool desk_has_nothing(const struct desk_letter *letter)
{
    return letter->has_review && letter->review.part_count == 0;
}

bool desk_may_move(const struct request *request, struct str from, struct str to)
{
    enum letter_state before, after;
    enum rule_actor actor;
    if (!letter_state_get(from, &before) || !letter_state_get(to, &after) ||
        !rule_actor_get(str_from(session_role_name(request->session.role)), &actor))
        return false;
    if (letter_may_move(before, after, actor)) return true;
    /* from the shelf, or a manager's hands, it is read again first: that is what this member did */
    bool is_kept = before == LETTER_HELD || before == LETTER_ESCALATED;
    return is_kept && letter_may_move(before, LETTER_IN_REVIEW, actor) &&
           letter_may_move(LETTER_IN_REVIEW, after, actor);
}

bool desk_is_open(const struct desk_letter *letter)
{
    return str_equal(letter->state, STR("in_review")) ||
           str_equal(letter->state, STR("escalated")) || str_equal(letter->state, STR("held"));
}

bool desk_may_mark(const struct request *request, const struct desk_letter *letter)
{
    return desk_is_open(letter) && desk_may_move(request, letter->state, STR("approved"));
}

bool desk_needs_second(const struct request *request, const struct desk_letter *letter)
{
    return permit_needs_second(letter->two_person, letter->entered_by == request->session.staff);
}

bool desk_may_look(const struct request *request, const struct desk_letter *letter)
{
    return str_equal(letter->state, STR("in_review")) && desk_may_mark(request, letter);
}
