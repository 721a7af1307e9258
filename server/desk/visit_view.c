/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/visit.h"
#include "sys/clock.h"

/* The page of a visit. */

struct viewing {
    struct request *request;
    struct store *store;
    const struct desk_keyring *keyring;
    const struct desk_visit *visit; /* NULL: a new one */
    const struct desk_arrangement *arrangement;
    const struct visit_form *form;
    const struct register_view *names;
    const struct visit_staff *staff;
    size_t staff_count;
};

/* ---- clashes and load ---- */

static struct visit_slot slot_of(const struct viewing *viewing)
{
    const struct visit_form *form = viewing->form;
    struct request *request = viewing->request;
    int64_t *people = ARENA_MANY(request->arena, form->guest_count, int64_t);
    struct visit_slot slot = {
        .id = viewing->visit ? viewing->visit->id : 0,
        .starts = form->starts,
        .ends = form->ends,
        .margin_minutes = (int)form->margin,
        .supervisor = form->supervisor,
        .venue = form->venue,
        .room = form->room,
        .people = people,
    };
    for (size_t i = 0; i < form->guest_count; i++)
        if (form->guests[i].is_asked) people[slot.people_count++] = form->guests[i].party;
    return slot;
}

static void put_clash(const struct viewing *viewing, const struct visit_entry *entry,
                      unsigned clash, json_t *list)
{
    struct request *request = viewing->request;
    const struct register_arrangement *arrangement =
        register_arrangement(viewing->names, entry->arrangement);
    json_t *row = visit_clash_words(clash);
    json_put_code(row, "id", entry->slot.id);
    json_put_str(row, "when", visit_when(request, entry->slot.starts, entry->slot.ends));
    if (arrangement) json_put_str(row, "child", register_child_name(viewing->names, arrangement));
    json_add(list, row);
}

/* What else there is around it, and what each supervises in its week. */
static enum err put_around(const struct viewing *viewing)
{
    struct request *request = viewing->request;
    const struct visit_slot slot = slot_of(viewing);
    struct day week = visit_week(clock_day(slot.starts));
    struct visit_entry *entries;
    size_t count;
    TRY(visits_between(request, viewing->store, viewing->keyring,
                       clock_day_start((struct day){week.number - 1}),
                       clock_day_start((struct day){week.number + 8}), &entries, &count));
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        unsigned clash =
            visit_takes_time(entries[i].state) ? visit_clash(&slot, &entries[i].slot) : 0;
        if (clash) put_clash(viewing, &entries[i], clash, list);
    }
    desk_put_list(request->view, "clashes", list);
    desk_put_list(
        request->view, "loads",
        visits_loads(request, entries, count, week, viewing->staff, viewing->staff_count));
    desk_put_day(request->view, "week", week);
    return OK;
}

static void put_supervisors(const struct viewing *viewing)
{
    json_t *list = json_array();
    for (size_t i = 0; i < viewing->staff_count; i++) {
        const struct visit_staff *one = &viewing->staff[i];
        bool is_chosen = one->id == viewing->form->supervisor;
        if (!one->may_supervise && !is_chosen) continue;
        json_t *row = json_object();
        json_put_code(row, "id", one->id);
        json_put_str(row, "name", one->name);
        json_put_bool(row, "chosen", is_chosen);
        json_put_bool(row, "left", !one->may_supervise);
        json_add(list, row);
    }
    desk_put_list(viewing->request->view, "supervisors", list);
}

/* ---- the visit itself ---- */

static struct str name_of(const struct viewing *viewing, int64_t party)
{
    const struct desk_arrangement *arrangement = viewing->arrangement;
    for (size_t i = 0; i < arrangement->member_count; i++)
        if (arrangement->members[i].party.id == party)
            return desk_party_name(viewing->request, &arrangement->members[i].party);
    return STR("");
}

static void put_members(const struct viewing *viewing, json_t *object)
{
    struct request *request = viewing->request;
    const struct desk_visit *visit = viewing->visit;
    const struct visit_plan plan = visit_plan_of(request, visit);
    json_t *list = json_array();
    for (size_t i = 0; i < visit->member_count; i++) {
        const struct visit_member *member = &visit->members[i];
        if (!member->is_asked && member->sheet_version == 0) continue;
        json_t *row = json_object();
        json_put_code(row, "id", member->party);
        json_put_str(row, "name", name_of(viewing, member->party));
        json_put_bool(row, "asked", member->is_asked);
        json_put(row, "attendance", desk_tagged(request, member->attendance));
        json_put_bool(row, "calendar", visit_view_of(&plan, member->party).news != VISIT_NOTHING);
        json_add(list, row);
    }
    desk_put_list(object, "people", list);
}

static enum err put_next(const struct viewing *viewing, json_t *object)
{
    struct request *request = viewing->request;
    const struct desk_arrangement *arrangement = viewing->arrangement;
    struct day next;
    BUF(code, 16);
    if (visit_is_open(viewing->visit->state) || !str_equal(arrangement->state, STR("active")) ||
        !visit_next(clock_day(viewing->visit->starts), arrangement->months,
                    arrangement->month_count, arrangement->avoid_months, arrangement->avoid_count,
                    clock_day(request->arrived), &next))
        return OK;
    code_id_put(&code, arrangement->id);
    BUF(date, 16);
    day_put(&date, next);
    json_t *row = json_object();
    json_put_str(row, "on",
                 arena_print(request->arena, "%s %d %s %d", day_weekday_name(next),
                             day_parts(next).day, day_month_name(day_parts(next).month),
                             day_parts(next).year));
    json_put_str(row, "path",
                 arena_print(request->arena, "/visits/new?arrangement=%s&on=%s", code.at, date.at));
    json_put(object, "next", row);
    return OK;
}

static enum err put_visit(const struct viewing *viewing)
{
    struct request *request = viewing->request;
    const struct desk_visit *visit = viewing->visit;
    bool is_over = visit->state == VISIT_TOOK_PLACE || visit->state == VISIT_MISSED;
    json_t *object = json_object();
    json_put(request->view, "visit", object);
    json_put_code(object, "id", visit->id);
    json_put_reference(object, "reference", visit->id);
    json_put_str(object, "path", visit_path(request, visit->id));
    json_put_str(object, "when", visit_when(request, visit->starts, visit->ends));
    json_put(object, "state", desk_tagged(request, str_from(visit_state_word(visit->state))));
    json_put_bool(object, "open", visit_is_open(visit->state));
    json_put_bool(object, "may_change", visit_is_open(visit->state) && !visit->has_begun);
    json_put_bool(object, "may_confirm", visit->state == VISIT_PLANNED && !visit->has_begun);
    json_put_bool(object, "may_replan", visit->state == VISIT_STOPPED);
    json_put_bool(object, "may_record",
                  is_over || (visit->has_begun &&
                              (visit->state == VISIT_CONFIRMED || visit->state == VISIT_PLANNED)));
    json_put_bool(object, "told", visit->told_starts.us != 0);
    json_put_str(object, "supervisor",
                 visit_staff_name(viewing->staff, viewing->staff_count, visit->supervisor));
    if (visit->cancelled.len) json_put_str(object, "cancelled", visit->cancelled);
    put_members(viewing, object);
    if (is_over && !request_has_problem(request)) {
        desk_put_is(request, "outcome", str_from(visit_state_word(visit->state)));
        desk_put_value(request, "aftercare", visit->aftercare);
    }
    TRY(put_next(viewing, object));
    return desk_put_changed(request, viewing->store, viewing->keyring, visit->changed,
                            visit->changed_by, object);
}

enum err visit_page_view(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, const struct desk_visit *visit,
                         const struct desk_arrangement *arrangement, const struct visit_form *form,
                         struct register_view *names)
{
    struct visit_form stored;
    struct visit_staff *staff;
    size_t staff_count;
    TRY(register_open(request, store, keyring, names));
    TRY(visit_staff_list(request, store, keyring, &staff, &staff_count));
    if (!form) {
        visit_form_of(request, visit, arrangement, &stored);
        form = &stored;
    }
    const struct viewing viewing = {request, store, keyring, visit,      arrangement,
                                    form,    names, staff,   staff_count};
    const struct register_arrangement *seen = register_arrangement(names, arrangement->id);
    json_put_bool(request->view, "is_new", visit == NULL);
    json_put_str(request->view, "action", visit ? visit_path(request, visit->id) : STR("/visits"));
    json_put_code(request->view, "arrangement", arrangement->id);
    json_put_str(request->view, "child", arrangement->child.adoptive_name);
    json_put_str(request->view, "with", seen ? register_with(request, names, seen, 0) : STR(""));
    json_put_bool(request->view, "two_person", arrangement->two_person);
    if (!str_equal(arrangement->state, STR("active")))
        json_put(request->view, "blocked", desk_tagged(request, arrangement->state));
    if (visit) desk_put_number(request->view, "version", visit->record_version);
    visit_form_put(request, arrangement, form);
    put_supervisors(&viewing);
    if (form->has_times) TRY(put_around(&viewing));
    return visit ? put_visit(&viewing) : OK;
}

/* ---- the page ---- */

struct showing {
    struct request *request;
    int64_t id;
    struct register_view *names;
};

static enum err show(struct store *store, void *context)
{
    const struct showing *showing = context;
    struct request *request = showing->request;
    struct desk_keyring keyring;
    struct desk_visit visit;
    struct desk_arrangement arrangement;
    TRY(desk_keyring(request, store, &keyring));
    TRY(visit_read(request, store, &keyring, showing->id, &visit));
    TRY(arrangement_read(request, store, &keyring, visit.arrangement, &arrangement));
    TRY(visit_page_view(request, store, &keyring, &visit, &arrangement, NULL, showing->names));
    return desk_audit(store, "visit_read", "visit", visit.id, "arrangement", visit.arrangement);
}

enum err visit_page(struct request *request, int64_t id, int status)
{
    REGISTER(names);
    struct showing showing = {request, id, &names};
    TRY(register_take(request, &names));
    TRY(request_run(request, show, &showing));
    return reply_page_status(request, status, "desk/visit");
}
