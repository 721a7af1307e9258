/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/ladder.h"

/* When people are reminded: the ladder in force, which a manager may change. */

const char *ladder_field(struct request *request, const char *field, size_t step)
{
    return arena_print(request->arena, "%s_%zu", field, step + 1).at;
}

/* The steps as they are in words, for everybody. */
static void put_steps(struct request *request, const struct remind_ladder *ladder)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ladder->count; i++) {
        int day = ladder->steps[i].day, days = day < 0 ? -day : day;
        json_t *entry = json_object();
        json_put_bool(entry, "before", day < 0);
        json_put_bool(entry, "same", day == 0);
        json_put_bool(entry, "after", day > 0);
        json_put_bool(entry, "staff", ladder->steps[i].is_staff);
        json_put_str(entry, "days",
                     arena_print(request->arena, days == 1 ? "%d day" : "%d days", days));
        json_add(list, entry);
    }
    desk_put_list(request->view, "steps", list);
}

static void put_choice(json_t *entry, const char *key, bool is_first, const char *first,
                       const char *second)
{
    json_t *choice = json_object();
    json_put_bool(choice, first, is_first);
    json_put_bool(choice, second, !is_first);
    json_put(entry, key, choice);
}

/* What stands in the form: what was typed, or the ladder. */
static void put_rows(struct request *request, const struct remind_ladder *ladder)
{
    bool is_typed = request_has_problem(request);
    json_t *list = json_array();
    for (size_t i = 0; i < REMIND_STEPS; i++) {
        bool is_step = i < ladder->count;
        int day = is_step ? ladder->steps[i].day : 0;
        struct str typed = form_get(&request->form, ladder_field(request, "days", i));
        struct str when = form_get(&request->form, ladder_field(request, "when", i));
        struct str act = form_get(&request->form, ladder_field(request, "act", i));
        json_t *entry = json_object();
        json_put_str(entry, "number", arena_print(request->arena, "%zu", i + 1));
        json_put_str(entry, "days",
                     is_typed  ? typed
                     : is_step ? arena_print(request->arena, "%d", day < 0 ? -day : day)
                               : STR(""));
        put_choice(entry, "when", is_typed ? str_equal(when, STR("before")) : day < 0, "before",
                   "after");
        put_choice(entry, "act",
                   is_typed ? str_equal(act, STR("staff")) : is_step && ladder->steps[i].is_staff,
                   "staff", "notice");
        const json_t *form = json_object_get(request->view, "form");
        json_t *field = json_object_get(form, ladder_field(request, "days", i));
        json_t *error = json_object_get(field, "error");
        if (error) json_object_set(entry, "error", error);
        json_add(list, entry);
    }
    desk_put_list(request->view, "rows", list);
}

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct occasion_now now;
    TRY(occasion_now(request, store, &now));
    put_steps(request, &now.ladder);
    put_rows(request, &now.ladder);
    desk_put_number(request->view, "tell_after", now.ladder.tell_after);
    desk_put_number(request->view, "version", now.version);
    if (!request_has_problem(request))
        desk_put_value(request, "tell_after",
                       arena_print(request->arena, "%d", now.ladder.tell_after));
    return desk_audit(store, "ladder_read", NULL, 0, NULL, 0);
}

enum err ladder_page(struct request *request, int status)
{
    TRY(request_run(request, show, request));
    return reply_page_status(request, status, "desk/ladder");
}

enum err get_ladder(struct request *request)
{
    return ladder_page(request, 200);
}
