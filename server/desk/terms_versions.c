/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* All versions of an arrangement's terms, and what each of them changed. */

static enum err read_version(const struct arrangement_page *page, const struct store_rows *rows,
                             size_t row, struct terms_version *ret_version)
{
    struct request *request = page->request;
    struct terms_version version = {.number = rows_int(rows, row, "version"),
                                    .first_writer = rows_str(rows, row, "first_writer"),
                                    .made_by = rows_int(rows, row, "made_by")};
    struct str text;
    JSON sealed = NULL;
    version.month_count = rows_ints(rows, row, "months", &version.months);
    version.avoid_count = rows_ints(rows, row, "avoid_months", &version.avoid);
    if (!rows_null(rows, row, "sealed_terms")) {
        TRY(desk_open(request, &page->keyring, SEAL_AGREEMENT, "agreement", page->id,
                      rows_int(rows, row, "version"), rows_str(rows, row, "sealed_terms"), &text));
        TRY(json_read(text, LIMIT_RECORD_BYTES, &sealed));
    }
    terms_of(rows, row, sealed, &version.terms);
    version.signs_as = arena_str(request->arena, json_get_str(sealed, "signs_as"));
    version.enclosures = arena_str(request->arena, json_get_str(sealed, "enclosures"));
    version.photos = arena_str(request->arena, json_get_str(sealed, "photos"));
    (void)rows_utc(rows, row, "made_at", &version.made);
    /* Entered before versions knew them: the newest has what holds now. */
    if (row == 0 && !version.photos.len) version.photos = page->arrangement.photo_level;
    if (row == 0 && !version.terms.knows_office) {
        version.terms = page->arrangement.terms;
        version.terms.knows_office = true;
    }
    *ret_version = version;
    return OK;
}

static bool same_numbers(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count)
{
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++)
        if (a[i] != b[i]) return false;
    return true;
}

static void put_changed(struct request *request, const struct terms_version *now,
                        const struct terms_version *before, json_t *row)
{
    const struct terms *a = &now->terms, *b = &before->terms;
    const struct {
        const char *what;
        bool changed;
    } parts[] = {
        {"months",
         !same_numbers(now->months, now->month_count, before->months, before->month_count)},
        {"every", a->every != b->every},
        {"until",
         a->has_until != b->has_until || (a->has_until && a->until.number != b->until.number)},
        {"first", !str_equal(now->first_writer, before->first_writer)},
        {"avoid", !same_numbers(now->avoid, now->avoid_count, before->avoid, before->avoid_count)},
        {"photos", before->photos.len && !str_equal(now->photos, before->photos)},
        {"enclosed", a->kinds != b->kinds || !str_equal(now->enclosures, before->enclosures)},
        {"office", before->terms.knows_office && !terms_same_office(a, b)},
        {"names", !str_equal(now->signs_as, before->signs_as) || !str_equal(a->called, b->called)},
    };
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i].changed) continue;
        json_t *entry = json_object();
        json_put(entry, "what", desk_tagged(request, str_from(parts[i].what)));
        json_add(list, entry);
    }
    size_t count = json_array_size(list);
    for (size_t i = 0; i < count; i++)
        json_put_bool(json_array_get(list, i), "last", i + 1 == count);
    desk_put_list(row, "changed", list);
}

struct str terms_month_names(struct request *request, const int64_t *months, size_t count)
{
    struct str names[12];
    size_t written = count < 12 ? count : 12;
    for (size_t i = 0; i < written; i++) names[i] = str_from(day_month_name((int)months[i]));
    return desk_joined(request, names, written);
}

static struct str office_names(const struct arrangement_page *page, const struct terms *terms)
{
    struct request *request = page->request;
    struct str *names = ARENA_MANY(request->arena, terms->office_count + 1, struct str);
    size_t count = 0;
    for (size_t i = 0; i < terms->office_count; i++) {
        struct str name = arrangement_called(request, &page->arrangement, terms->office[i]);
        if (name.len) names[count++] = name;
    }
    return desk_sentence(request, desk_joined(request, names, count));
}

static enum err put_version(struct store *store, const struct arrangement_page *page,
                            const struct terms_version *version, json_t *object)
{
    struct request *request = page->request;
    const struct terms *terms = &version->terms;
    desk_put_number(object, "number", version->number);
    desk_put_day(object, "starts", terms->starts);
    if (terms->has_until) desk_put_day(object, "until", terms->until);
    if (terms->has_agreed) desk_put_day(object, "agreed", terms->agreed);
    json_put(object, "source", desk_tagged(request, terms->source));
    json_put_str(object, "months",
                 terms_month_names(request, version->months, version->month_count));
    json_put_bool(object, "yearly", terms->every == 1);
    desk_put_number(object, "every", terms->every);
    json_put(object, "first", desk_tagged(request, version->first_writer));
    json_put_str(object, "avoid", terms_month_names(request, version->avoid, version->avoid_count));
    if (version->photos.len) json_put(object, "photos", desk_tagged(request, version->photos));
    json_put_str(object, "office", office_names(page, terms));
    json_put_str(object, "enclosures", terms_enclosures(request, terms, version->enclosures));
    json_put_str(object, "signs_as", version->signs_as);
    json_put_str(object, "called", terms->called);
    return desk_put_changed(request, store, &page->keyring, version->made, version->made_by,
                            object);
}

enum err terms_versions(struct store *store, const struct arrangement_page *page,
                        struct terms_version **ret_versions, size_t *ret_count)
{
    struct request *request = page->request;
    struct store_rows rows;
    TRY(store_query(store, QUERY_agreement_list, PARAMS(P_INT(page->id)), request->arena, &rows));
    struct terms_version *versions =
        ARENA_MANY(request->arena, rows.count + 1, struct terms_version);
    for (size_t row = 0; row < rows.count; row++)
        TRY(read_version(page, &rows, row, &versions[row]));
    *ret_versions = versions;
    *ret_count = rows.count;
    return OK;
}

enum err terms_put_versions(struct store *store, struct arrangement_page *page)
{
    struct request *request = page->request;
    struct terms_version *versions;
    size_t count;
    TRY(terms_versions(store, page, &versions, &count));
    json_t *list = json_array();
    for (size_t row = 0; row < count; row++) {
        json_t *object = json_object();
        json_add(list, object);
        TRY(put_version(store, page, &versions[row], object));
        if (row)
            put_changed(request, &versions[row - 1], &versions[row], json_array_get(list, row - 1));
    }
    desk_put_list(request->view, "versions", list);
    return OK;
}
