/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "rules/neutral.h"
#include "server/desk/visit.h"
#include "sys/clock.h"

/* The form of a plan: as stored, and as typed. */

static const char *row_name(struct request *request, const char *field, int64_t party)
{
    BUF(code, 16);
    code_id_put(&code, party);
    return arena_print(request->arena, "%s-%s", field, code.at).at;
}

/* ---- as stored ---- */

static struct str time_of(struct request *request, struct utc instant)
{
    int minutes = clock_minutes(instant);
    return arena_print(request->arena, "%d:%02d", minutes / 60, minutes % 60);
}

static const struct visit_member *member_of(const struct desk_visit *visit, int64_t party)
{
    for (size_t i = 0; visit && i < visit->member_count; i++)
        if (visit->members[i].party == party) return &visit->members[i];
    return NULL;
}

/* Everybody who takes part, and who is asked although they no longer do. */
static void put_guests(struct request *request, const struct desk_visit *visit,
                       const struct desk_arrangement *arrangement, struct visit_form *form)
{
    form->guests = ARENA_MANY(request->arena, arrangement->member_count, struct visit_guest_form);
    for (size_t i = 0; i < arrangement->member_count; i++) {
        const struct arrangement_member *person = &arrangement->members[i];
        const struct visit_member *member = member_of(visit, person->party.id);
        bool takes_part = str_equal(person->state, STR("active")) &&
                          str_equal(person->party.state, STR("active"));
        if (!takes_part && !(member && member->is_asked)) continue;
        form->guests[form->guest_count++] = (struct visit_guest_form){
            .party = person->party.id,
            .is_asked = visit ? member && member->is_asked : true,
            .travel = member ? member->travel : STR(""),
            .note = member ? member->note : STR(""),
        };
    }
}

void visit_form_of(struct request *request, const struct desk_visit *visit,
                   const struct desk_arrangement *arrangement, struct visit_form *ret_form)
{
    struct visit_form form = {
        .arrangement = visit->arrangement,
        .version = visit->record_version,
        .margin = visit->margin,
        .supervisor = visit->supervisor,
        .has_times = true,
        .starts = visit->starts,
        .ends = visit->ends,
        .start = time_of(request, visit->starts),
        .end = time_of(request, visit->ends),
        .venue = visit->venue,
        .room = visit->room,
        .risk = visit->risk,
    };
    put_guests(request, visit, arrangement, &form);
    *ret_form = form;
}

void visit_form_new(struct request *request, const struct desk_arrangement *arrangement,
                    struct visit_form *ret_form)
{
    struct visit_form form = {
        .arrangement = arrangement->id,
        .margin = VISIT_MARGIN_MINUTES,
        .risk = arrangement->risk,
    };
    put_guests(request, NULL, arrangement, &form);
    *ret_form = form;
}

/* ---- as typed ---- */

static bool read_time(struct request *request, const char *field, struct day day, bool has_day,
                      struct str typed, struct utc *ret_instant)
{
    int minutes;
    if (typed.len == 0) {
        request_problem(request, field, "time-missing");
        return false;
    }
    if (!visit_time_get(typed, &minutes)) {
        request_problem(request, field, "time-wrong");
        return false;
    }
    if (!has_day) return false;
    switch (clock_civil(day, minutes, ret_instant)) {
    case CLOCK_ONCE: return true;
    case CLOCK_NEVER: request_problem(request, field, "time-never"); return false;
    case CLOCK_TWICE: request_problem(request, field, "time-twice"); return false;
    }
    return false;
}

static void read_times(struct request *request, struct visit_form *form)
{
    struct day day = {0};
    form->start = form_line(&request->form, "start");
    form->end = form_line(&request->form, "end");
    bool has_day = desk_date(request, "", &day);
    bool has_start = read_time(request, "start", day, has_day, form->start, &form->starts);
    bool has_end = read_time(request, "end", day, has_day, form->end, &form->ends);
    form->has_times = has_start && has_end;
    if (has_day && day.number < clock_day(request->arrived).number)
        request_problem(request, "day", "date-past");
    else if (has_start && form->starts.us <= request->arrived.us)
        request_problem(request, "start", "time-past");
    if (!form->has_times) return;
    if (form->ends.us <= form->starts.us)
        request_problem(request, "end", "time-order");
    else if (form->ends.us - form->starts.us > VISIT_LONGEST_MINUTES * UTC_MINUTE_US)
        request_problem(request, "end", "visit-long");
}

static struct str read_text(struct request *request, const char *field, size_t max)
{
    struct str text = str_trim(form_get(&request->form, field));
    if (text.len > max) request_problem(request, field, "text-too-long");
    return text;
}

static void read_guests(struct request *request, const struct desk_arrangement *arrangement,
                        struct visit_form *form)
{
    bool any = false;
    form->guests = ARENA_MANY(request->arena, arrangement->member_count, struct visit_guest_form);
    for (size_t i = 0; i < arrangement->member_count; i++) {
        int64_t party = arrangement->members[i].party.id;
        const char *travel = row_name(request, "travel", party);
        if (!form_has_id(&request->form, "guest", party) && !form_has(&request->form, travel))
            continue;
        any |= form_has_id(&request->form, "guest", party);
        form->guests[form->guest_count++] = (struct visit_guest_form){
            .party = party,
            .is_asked = form_has_id(&request->form, "guest", party),
            .travel = read_text(request, travel, VISIT_TEXT_BYTES),
            .note = read_text(request, row_name(request, "note", party), VISIT_TEXT_BYTES),
        };
    }
    if (!any) request_problem(request, "guest", "visit-guest-missing");
}

void visit_form_read(struct request *request, const struct desk_arrangement *arrangement,
                     struct visit_form *ret_form)
{
    struct visit_form form = {.arrangement = arrangement->id};
    (void)form_int(&request->form, "version", 1, INT32_MAX, &form.version);
    read_times(request, &form);
    form.venue = read_text(request, "venue", VISIT_LINE_BYTES);
    form.room = read_text(request, "room", VISIT_LINE_BYTES);
    form.risk = read_text(request, "risk", VISIT_TEXT_BYTES);
    if (form_line(&request->form, "supervisor").len > 0 &&
        !form_id(&request->form, "supervisor", &form.supervisor))
        request_problem(request, "supervisor", "visit-no-supervisor");
    if (!form_int(&request->form, "margin", 0, 240, &form.margin))
        request_problem(request, "margin", "visit-margin");
    read_guests(request, arrangement, &form);
    *ret_form = form;
}

/* ---- into the view ---- */

/* A mistake that was noted in a field of a row. */
static void put_error(struct request *request, const char *field, json_t *row, const char *key)
{
    const json_t *form = json_object_get(request->view, "form");
    json_t *error = json_object_get(json_object_get(form, field), "error");
    if (error) json_put(row, key, json_incref(error));
}

/* What of it this person must not learn: "Ashbourne, Shah". */
static struct str given_away(struct request *request, const struct person *person,
                             const struct visit_form *form, const struct visit_guest_form *guest)
{
    const struct str texts[] = {form->venue, form->room, guest->travel, guest->note};
    struct str all = STR("");
    for (size_t i = 0; i < person->leak_count; i++) {
        struct str term = person->leaks[i].term;
        bool is_named = false;
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++)
            is_named |= visit_names(texts[j], term);
        if (is_named)
            all = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(all), all.len ? ", " : "",
                              STR_ARG(term));
    }
    return all;
}

static void put_guest(struct request *request, const struct arrangement_member *person,
                      const struct visit_form *form, const struct visit_guest_form *guest,
                      json_t *list)
{
    json_t *row = json_object();
    json_put_code(row, "id", guest->party);
    json_put_str(row, "name", desk_party_name(request, &person->party));
    json_put(row, "side", desk_tagged(request, person->side));
    json_put_bool(row, "asked", guest->is_asked);
    json_put_str(row, "travel", guest->travel);
    json_put_str(row, "note", guest->note);
    json_put_bool(row, "tells",
                  neutral_tells(guest->travel) != NULL || neutral_tells(guest->note) != NULL);
    json_put_str(row, "leak", given_away(request, &person->party.person, form, guest));
    put_error(request, row_name(request, "travel", guest->party), row, "travel_error");
    put_error(request, row_name(request, "note", guest->party), row, "note_error");
    json_add(list, row);
}

void visit_form_put(struct request *request, const struct desk_arrangement *arrangement,
                    const struct visit_form *form)
{
    json_t *list = json_array();
    for (size_t i = 0; i < form->guest_count; i++)
        for (size_t j = 0; j < arrangement->member_count; j++)
            if (arrangement->members[j].party.id == form->guests[i].party)
                put_guest(request, &arrangement->members[j], form, &form->guests[i], list);
    desk_put_list(request->view, "guests", list);
    if (!request_has_problem(request)) {
        if (form->has_times) desk_put_date(request, "", clock_day(form->starts));
        BUF(margin, 24);
        buf_add_int(&margin, form->margin);
        desk_put_value(request, "margin", buf_str(&margin));
    }
    desk_put_value(request, "start", form->start);
    desk_put_value(request, "end", form->end);
    desk_put_value(request, "venue", form->venue);
    desk_put_value(request, "room", form->room);
    desk_put_value(request, "risk", form->risk);
    json_put_bool(request->view, "venue_tells",
                  neutral_tells(form->venue) != NULL || neutral_tells(form->room) != NULL);
}
