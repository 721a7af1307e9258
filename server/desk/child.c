/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/child.h"
#include "core/code.h"
#include "sys/clock.h"

/* A child's record: as a form has it, and as it is kept. */

enum { NAME_BYTES = 300 };

/* ---- the form ---- */

void child_form_of(const struct desk_child *child, struct child_form *ret_form)
{
    struct child_form form = {.birth_name = child->birth_name,
                              .adoptive_name = child->adoptive_name};
    form.has_dob = day_get(child->dob, &form.dob);
    form.has_order = day_get(child->order_date, &form.order);
    form.has_removal = day_get(child->removal_date, &form.removal);
    *ret_form = form;
}

static struct str read_name(struct request *request, const char *field)
{
    struct str name = form_line(&request->form, field);
    if (name.len > NAME_BYTES) request_problem(request, field, "text-too-long");
    return name;
}

/* A day that is over, and not before the child was born. */
static bool read_day(struct request *request, const char *prefix, const char *field,
                     const struct child_form *form, struct day *ret_day)
{
    if (!desk_date_typed(request, prefix) || !desk_date(request, prefix, ret_day)) return false;
    if (ret_day->number > clock_day(request->arrived).number)
        request_problem(request, field, "date-to-come");
    else if (form->has_dob && ret_day->number < form->dob.number)
        request_problem(request, field, "date-before-birth");
    return true;
}

void child_form_read(struct request *request, struct child_form *ret_form)
{
    struct child_form form = {
        .birth_name = read_name(request, "child_birth_name"),
        .adoptive_name = read_name(request, "child_adoptive_name"),
    };
    if (form.birth_name.len == 0)
        request_problem(request, "child_birth_name", "birth-name-missing");
    if (form.adoptive_name.len == 0)
        request_problem(request, "child_adoptive_name", "adoptive-name-missing");
    form.has_dob = desk_date(request, "dob_", &form.dob);
    if (form.has_dob && form.dob.number > clock_day(request->arrived).number)
        request_problem(request, "dob_day", "date-to-come");
    form.has_order = read_day(request, "order_", "order_day", &form, &form.order);
    form.has_removal = read_day(request, "removal_", "removal_day", &form, &form.removal);
    *ret_form = form;
}

void child_form_put(struct request *request, const struct child_form *form)
{
    desk_put_value(request, "child_birth_name", form->birth_name);
    desk_put_value(request, "child_adoptive_name", form->adoptive_name);
    if (form->has_dob) desk_put_date(request, "dob_", form->dob);
    if (form->has_order) desk_put_date(request, "order_", form->order);
    if (form->has_removal) desk_put_date(request, "removal_", form->removal);
}

/* ---- keeping ---- */

static void put_day(json_t *record, const char *key, bool has, struct day day)
{
    BUF(words, 16);
    if (!has) return;
    day_put(&words, day);
    json_put_str(record, key, buf_str(&words));
}

static enum err seal(struct request *request, struct store *store, int64_t child, int64_t version,
                     const struct child_form *form, struct str *ret_sealed)
{
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    const struct seal_public to[] = {publics.press, publics.desk};
    JSON record = json_object();
    json_put_str(record, "birth_name", form->birth_name);
    json_put_str(record, "adoptive_name", form->adoptive_name);
    put_day(record, "dob", form->has_dob, form->dob);
    put_day(record, "order_date", form->has_order, form->order);
    put_day(record, "removal_date", form->has_removal, form->removal);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    return desk_seal(request, SEAL_CHILD, "child", child, version, to, 2, buf_str(&text),
                     ret_sealed);
}

/* The first day of the month of the eighteenth birthday. */
static struct store_param eighteenth(struct request *request, const struct child_form *form)
{
    struct day_parts parts = day_parts(form->dob);
    struct day day;
    parts.year += 18;
    parts.day = 1;
    ASSERT(day_from(parts, &day));
    return store_param_day(day, request->arena);
}

enum err child_add(struct request *request, struct store *store, const struct child_form *form,
                   int64_t *ret_child)
{
    struct str sealed;
    int64_t child = random_id();
    TRY(seal(request, store, child, 1, form, &sealed));
    TRY(store_do(store, QUERY_child_add,
                 PARAMS(P_INT(child), P_BYTES(sealed), eighteenth(request, form))));
    *ret_child = child;
    return OK;
}

enum err child_change(struct request *request, struct store *store, int64_t child, int64_t version,
                      const struct child_form *form)
{
    struct str sealed;
    struct store_rows rows;
    TRY(seal(request, store, child, version + 1, form, &sealed));
    TRY(store_query(
        store, QUERY_child_change,
        PARAMS(P_INT(child), P_BYTES(sealed), eighteenth(request, form), P_INT(version)),
        request->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

enum err child_end(struct request *request, struct store *store, int64_t child,
                   enum child_end *ret_end)
{
    struct store_rows rows;
    struct day eighteenth;
    enum child_wish wish;
    TRY(store_query_one(store, QUERY_child_standing, PARAMS(P_INT(child)), request->arena, &rows));
    if (!rows_day(&rows, 0, "eighteenth_month", &eighteenth) ||
        !child_wish_get(rows_str(&rows, 0, "wish"), &wish))
        return ERR_DB;
    *ret_end = keep_child(str_equal(rows_str(&rows, 0, "state"), STR("dead")), wish, eighteenth,
                          clock_day(request->arrived));
    return OK;
}

struct str child_path(struct request *request, int64_t id)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "/children/%s", code.at);
}
