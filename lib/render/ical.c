/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/ical.h"

#include <libical/ical.h>
#include <string.h>

#include "core/arena.h"
#include "core/code.h"

enum { TEXT_BYTES = 64 * 1024 };

struct event {
    int64_t id;
    int sequence;
    struct utc stamp, starts, ends;
    struct str summary;
    struct str place[2]; /* venue, room */
    struct str words[3]; /* lines of the description */
    icalproperty_status status;
};

void render_ical_open(void)
{
    ASSERT(icaltimezone_get_utc_timezone() != NULL);
}

static struct icaltimetype time_of(struct utc instant)
{
    return icaltime_from_timet_with_zone((time_t)(instant.us / UTC_SECOND_US), 0,
                                         icaltimezone_get_utc_timezone());
}

/* The texts that are not empty, joined; libical would write a tab in a way that is its own. */
static void join(struct buf *text, const struct str *parts, size_t count, struct str between)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len == 0) continue;
        if (text->len) buf_add(text, between);
        for (size_t j = 0; j < parts[i].len; j++)
            buf_add_byte(text, parts[i].at[j] == '\t' ? ' ' : parts[i].at[j]);
    }
}

static enum err add_event(icalcomponent *calendar, const struct event *event)
{
    BUF(uid, 16);
    BUF_SECRET(place, TEXT_BYTES);
    BUF_SECRET(words, TEXT_BYTES);
    BUF_SECRET(summary, TEXT_BYTES);
    code_id_put(&uid, event->id);
    join(&summary, &event->summary, 1, STR(""));
    join(&place, event->place, 2, STR(", "));
    join(&words, event->words, 3, STR("\n"));
    TRY(buf_done(&summary));
    TRY(buf_done(&place));
    TRY(buf_done(&words));
    icalcomponent *made = icalcomponent_new_vevent();
    icalcomponent_add_component(calendar, made);
    icalcomponent_add_property(made, icalproperty_new_uid(uid.at));
    icalcomponent_add_property(made, icalproperty_new_sequence(event->sequence));
    icalcomponent_add_property(made, icalproperty_new_dtstamp(time_of(event->stamp)));
    icalcomponent_add_property(made, icalproperty_new_dtstart(time_of(event->starts)));
    icalcomponent_add_property(made, icalproperty_new_dtend(time_of(event->ends)));
    icalcomponent_add_property(made, icalproperty_new_summary(summary.len ? summary.at : ""));
    if (place.len) icalcomponent_add_property(made, icalproperty_new_location(place.at));
    if (words.len) icalcomponent_add_property(made, icalproperty_new_description(words.at));
    icalcomponent_add_property(made, icalproperty_new_status(event->status));
    icalcomponent_add_property(made, icalproperty_new_class(ICAL_CLASS_PRIVATE));
    return OK;
}

static enum err write_file(const struct event *events, size_t count, icalproperty_method method,
                           struct buf *ret_file)
{
    icalcomponent *calendar = icalcomponent_new_vcalendar();
    icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
    icalcomponent_add_property(calendar, icalproperty_new_prodid("-//Appointments//EN"));
    icalcomponent_add_property(calendar, icalproperty_new_method(method));
    enum err code = OK;
    for (size_t i = 0; code == OK && i < count; i++) code = add_event(calendar, &events[i]);
    if (code == OK) {
        char *text = icalcomponent_as_ical_string_r(calendar);
        ASSERT(text != NULL);
        buf_add(ret_file, str_from(text));
        explicit_bzero(text, strlen(text));
        icalmemory_free_buffer(text);
        code = buf_done(ret_file);
    }
    icalcomponent_free(calendar);
    return code;
}

enum err render_ical_visit(const struct visit_view *view, const struct ical_sheet *sheet,
                           struct buf *ret_file)
{
    if (view->news == VISIT_NOTHING) return ERR_NOT_FOUND;
    const struct visit_view shown = visit_for_calendar(*view);
    bool is_off = view->news == VISIT_OFF;
    const struct event event = {
        .id = sheet->invite,
        .sequence = sheet->sequence,
        .stamp = sheet->now,
        .starts = shown.starts,
        .ends = shown.ends,
        .summary = sheet->summary,
        .place = {shown.venue, shown.room},
        .words = {shown.travel, shown.note, sheet->phone},
        .status = is_off ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED,
    };
    return write_file(&event, 1, is_off ? ICAL_METHOD_CANCEL : ICAL_METHOD_PUBLISH, ret_file);
}

static icalproperty_status status_of(enum visit_state state)
{
    switch (state) {
    case VISIT_PLANNED: return ICAL_STATUS_TENTATIVE;
    case VISIT_STOPPED:
    case VISIT_CANCELLED: return ICAL_STATUS_CANCELLED;
    default: return ICAL_STATUS_CONFIRMED;
    }
}

enum err render_ical_duties(const struct ical_duty *duties, size_t count, struct utc now,
                            struct buf *ret_file)
{
    ARENA(arena, (count + 1) * (sizeof(struct event) + 16) + 4096);
    struct event *events = ARENA_MANY(arena, count, struct event);
    for (size_t i = 0; i < count; i++)
        events[i] = (struct event){.id = duties[i].visit,
                                   .sequence = duties[i].sequence,
                                   .stamp = now,
                                   .starts = duties[i].starts,
                                   .ends = duties[i].ends,
                                   .summary = duties[i].summary,
                                   .place = {duties[i].venue, duties[i].room},
                                   .status = status_of(duties[i].state)};
    return write_file(events, count, ICAL_METHOD_PUBLISH, ret_file);
}
