/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "redact/mark.h"
#include "redact/mask.h"
#include "server/desk/desk.h"

/* Forms that show what is stored, and lists of words that several pages offer. */

static json_t *member(json_t *object, const char *key)
{
    json_t *found = json_object_get(object, key);
    if (found) return found;
    found = json_object();
    json_put(object, key, found);
    return found;
}

static json_t *field_of(struct request *request, const char *field)
{
    return member(member(request->view, "form"), field);
}

void desk_put_value(struct request *request, const char *field, struct str value)
{
    json_put_str(field_of(request, field), "value", value);
}

void desk_put_is(struct request *request, const char *field, struct str code)
{
    if (code.len)
        json_put_bool(member(field_of(request, field), "is"), arena_c(request->arena, code), true);
}

void desk_put_on(struct request *request, const char *field, bool on)
{
    json_put_bool(field_of(request, field), "on", on);
}

bool desk_ticked(const struct request *request, const char *field, int64_t id, bool otherwise)
{
    return request_has_problem(request) ? form_has_id(&request->form, field, id) : otherwise;
}

static const char *row_field(struct request *request, const char *field, int64_t id)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "%s-%s", field, code.at).at;
}

void desk_row_problem(struct request *request, const char *field, const char *code)
{
    request_problem(request, row_field(request, field, request_number(request, 0)), code);
}

void desk_put_row_field(struct request *request, const char *field, int64_t id, json_t *row)
{
    if (!request_has_problem(request) || request_number(request, 0) != id) return;
    json_t *shown = json_object();
    json_put(row, field, shown);
    json_put_str(shown, "value", form_line(&request->form, field));
    const json_t *form = json_object_get(request->view, "form");
    const json_t *noted = json_object_get(form, row_field(request, field, id));
    json_t *error = json_object_get(noted, "error");
    if (error) json_put(shown, "error", json_incref(error));
}

/* ---- sentences ---- */

struct str desk_joined(struct request *request, const struct str *words, size_t count)
{
    struct str all = count ? words[0] : STR("");
    for (size_t i = 1; i < count; i++)
        all = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(all),
                          i + 1 == count ? " and " : ", ", STR_ARG(words[i]));
    return all;
}

struct str desk_sentence(struct request *request, struct str words)
{
    if (!str_starts(words, STR("the "))) return words;
    return arena_print(request->arena, "T%.*s", STR_ARG(str_from_byte(words, 1)));
}

struct str desk_called(struct request *request, struct str name, struct str side)
{
    if (!str_equal(side, STR("adoptive")) && !str_equal(side, STR("sibling"))) return name;
    size_t at = name.len; /* of the last word */
    while (at > 0 && name.at[at - 1] != ' ') at--;
    return arena_print(request->arena, "the %.*s family", STR_ARG(str_from_byte(name, at)));
}

const char *desk_party_trouble(struct str state, struct str channel, bool address_confirmed,
                               bool email_confirmed)
{
    bool is_post = str_equal(channel, STR("post"));
    if (str_equal(state, STR("paused"))) return "Paused";
    if (str_equal(state, STR("moved"))) return "Moved";
    if (str_equal(state, STR("dead"))) return "Has died";
    if (str_equal(state, STR("ended"))) return "Takes no part";
    if (is_post && !address_confirmed) return "Address not confirmed";
    if (!is_post && !str_equal(channel, STR("portal")) && !email_confirmed)
        return "E-mail not confirmed";
    return NULL;
}

/* ---- dates ---- */

static const char *named(const struct request *request, const char *prefix, const char *part)
{
    return arena_print(request->arena, "%s%s", prefix, part).at;
}

void desk_put_date(struct request *request, const char *prefix, struct day day)
{
    struct day_parts parts = day_parts(day);
    desk_put_value(request, named(request, prefix, "day"),
                   arena_print(request->arena, "%d", parts.day));
    desk_put_value(request, named(request, prefix, "month"),
                   arena_print(request->arena, "%d", parts.month));
    desk_put_value(request, named(request, prefix, "year"),
                   arena_print(request->arena, "%d", parts.year));
}

bool desk_date_typed(const struct request *request, const char *prefix)
{
    return form_line(&request->form, named(request, prefix, "day")).len > 0 ||
           form_line(&request->form, named(request, prefix, "month")).len > 0 ||
           form_line(&request->form, named(request, prefix, "year")).len > 0;
}

bool desk_date(struct request *request, const char *prefix, struct day *ret_day)
{
    int64_t day, month, year;
    const char *field = named(request, prefix, "day");
    if (!desk_date_typed(request, prefix)) {
        bool is_birth = str_equal(str_from(prefix), STR("dob_"));
        request_problem(request, field, is_birth ? "dob-missing" : "date-missing");
        return false;
    }
    bool is_whole = form_int(&request->form, field, 1, 31, &day) &&
                    form_int(&request->form, named(request, prefix, "month"), 1, 12, &month) &&
                    form_int(&request->form, named(request, prefix, "year"), 1900, 2200, &year);
    if (is_whole && day_from((struct day_parts){(int)year, (int)month, (int)day}, ret_day))
        return true;
    request_problem(request, field, "date-wrong");
    return false;
}

/* ---- words ---- */

static const enum mark_category categories[] = {
#define CATEGORY(code, word, label, replacement) MARK_##code,
#include "redact/category.def"
#undef CATEGORY
};

json_t *desk_categories(void)
{
    json_t *object = json_object(), *list = json_array();
    for (size_t i = 0; i < sizeof categories / sizeof *categories; i++) {
        json_t *entry = json_object();
        json_put_str(entry, "code", str_from(mark_category_word(categories[i])));
        json_put_str(entry, "label", str_from(mark_category_label(categories[i])));
        json_put_str(entry, "out", mask_wording_default()->by_category[categories[i]]);
        json_add(list, entry);
    }
    json_put(object, "list", list);
    return object;
}

struct str desk_category_label(struct str word)
{
    enum mark_category category;
    return mark_category_get(word, &category) ? str_from(mark_category_label(category)) : STR("");
}

enum err desk_put_changed(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, struct utc instant, int64_t staff,
                          json_t *object)
{
    JSON words = json_object();
    desk_put_instant(words, "on", instant, false);
    struct str changed = json_get_str(words, "on"), name;
    if (staff) {
        TRY(desk_staff_name(request, store, keyring, staff, &name));
        changed = arena_print(request->arena, "%.*s by %.*s", STR_ARG(changed), STR_ARG(name));
    }
    json_put_str(object, "updated", changed);
    return OK;
}
