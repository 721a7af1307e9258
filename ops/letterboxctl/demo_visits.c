/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/demo_visits.h"

#include "core/json.h"
#include "core/limits.h"

enum { HOUR_OF_START = 13, MINUTES = 90, DAYS_BACK = 35, GUESTS = 2 };

struct guest {
    int64_t party, invite;
};

struct adding {
    const struct demo_meeting *meeting;
    int64_t visit;
    struct guest guests[GUESTS];
    size_t guest_count;
};

static struct store_param instant(const struct demo_meeting *meeting, struct utc when)
{
    BUF(text, 40);
    utc_put(&text, when);
    return P_TEXT(arena_str(meeting->arena, buf_str(&text)));
}

static enum err seal(const struct demo_meeting *meeting, enum seal_purpose purpose,
                     const char *table, int64_t row, int64_t version, bool for_press,
                     const json_t *record, struct str *ret_sealed)
{
    const struct site_agency *agency = &meeting->loader->session->agency;
    const struct seal_binding binding = {purpose, agency->id, table, row, version};
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    BUF(sealed, 2 * (size_t)LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    TRY(seal_close(&binding, for_press ? &agency->press : &agency->desk, 1, buf_str(&text),
                   &sealed));
    *ret_sealed = arena_str(meeting->arena, buf_str(&sealed));
    return OK;
}

static struct str venue(unsigned number)
{
    static const struct str venues[] = {
        STR("Riverside Library, 3 Park Road, Oxenbridge"),
        STR("The Old Mill, Quay Street, Marlby"),
        STR("Beacon Leisure Centre, Beacon Hill, Ravensley"),
    };
    return venues[number % (sizeof venues / sizeof *venues)];
}

static enum err seal_visit(const struct adding *adding, int64_t version, bool is_over,
                           struct str *ret_sealed)
{
    JSON record = json_object();
    json_put_str(record, "venue", venue(adding->meeting->number));
    json_put_str(record, "room", STR("Blue room"));
    json_put_str(record, "risk", STR("Each side leaves by its own door, ten minutes apart."));
    if (is_over)
        json_put_str(record, "aftercare", STR("All went home in good spirits. Rang both sides."));
    return seal(adding->meeting, SEAL_VISIT, "visit", adding->visit, version, false, record,
                ret_sealed);
}

static struct str travel(size_t index)
{
    return index == 0 ? STR("Park behind the building.") : STR("Bus 7 to Park Road.");
}

/* The household and the first relative. */
static enum err add_guests(struct store *store, struct adding *adding)
{
    const struct demo_meeting *meeting = adding->meeting;
    for (size_t i = 0; i < meeting->count && i < GUESTS; i++) {
        struct guest *guest = &adding->guests[adding->guest_count++];
        struct str sealed;
        *guest = (struct guest){meeting->parties[i], random_id()};
        JSON record = json_object();
        json_put_str(record, "travel", travel(i));
        json_put_str(record, "note", STR(""));
        TRY(seal(meeting, SEAL_VISIT_PARTY, "visit_party", guest->invite, 1, false, record,
                 &sealed));
        TRY(store_do(store, QUERY_visit_party_put,
                     PARAMS(P_INT(adding->visit), P_INT(guest->party), P_INT(meeting->arrangement),
                            P_INT(guest->invite), P_BOOL(true), P_BYTES(sealed), P_INT(1))));
    }
    return OK;
}

/* To the press alone: it seals them to accounts as these are made. */
static enum err give_sheets(struct store *store, const struct adding *adding)
{
    for (size_t i = 0; i < adding->guest_count; i++) {
        struct str sealed;
        JSON sheet = json_object();
        json_put_str(sheet, "venue", venue(adding->meeting->number));
        json_put_str(sheet, "room", STR("Blue room"));
        json_put_str(sheet, "travel", travel(i));
        TRY(seal(adding->meeting, SEAL_VISIT_SHEET, "visit_party", adding->guests[i].invite, 1,
                 true, sheet, &sealed));
        TRY(store_do(store, QUERY_visit_sheet_set,
                     PARAMS(P_INT(adding->guests[i].invite), P_BYTES(sealed), P_INT(0))));
    }
    return OK;
}

static enum err set_state(struct store *store, const struct adding *adding, const char *state)
{
    struct str sealed;
    struct store_rows rows;
    bool is_over = str_equal(str_from(state), STR("took_place"));
    TRY(seal_visit(adding, 2, is_over, &sealed));
    TRY(store_query_one(store, QUERY_visit_state_set,
                        PARAMS(P_INT(adding->visit), P_TEXT(str_from(state)),
                               P_TEXT(STR("planned")), P_BYTES(sealed), P_INT(1)),
                        adding->meeting->arena, &rows));
    for (size_t i = 0; is_over && i < adding->guest_count; i++)
        TRY(store_query_one(store, QUERY_visit_attendance_set,
                            PARAMS(P_INT(adding->visit), P_INT(adding->guests[i].party),
                                   P_TEXT(i == 0 ? STR("came") : STR("late"))),
                            adding->meeting->arena, &rows));
    return OK;
}

/* state NULL: it stays planned */
static enum err add(struct store *store, const struct demo_meeting *meeting, int days,
                    const char *state)
{
    struct adding adding = {.meeting = meeting, .visit = random_id()};
    struct str sealed;
    struct utc starts = {(meeting->loader->today.number + days) * UTC_DAY_US +
                         HOUR_OF_START * UTC_HOUR_US};
    struct utc ends = {starts.us + MINUTES * UTC_MINUTE_US};
    TRY(seal_visit(&adding, 1, false, &sealed));
    TRY(store_do(store, QUERY_visit_add,
                 PARAMS(P_INT(adding.visit), P_INT(meeting->arrangement), instant(meeting, starts),
                        instant(meeting, ends), P_INT(30), P_INT(meeting->loader->session->staff),
                        P_BYTES(sealed))));
    TRY(add_guests(store, &adding));
    if (state) TRY(set_state(store, &adding, state));
    if (state && str_equal(str_from(state), STR("confirmed"))) TRY(give_sheets(store, &adding));
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(STR("visit_planned")), P_TEXT(STR("visit")), P_INT(adding.visit),
                           P_TEXT(STR("arrangement")), P_INT(meeting->arrangement), P_NULL));
}

enum err demo_visits_add(struct store *store, const struct demo_meeting *meeting)
{
    /* the first two on one day: a clash to be seen */
    int days = meeting->number < 2 ? 9 : 9 + (int)(meeting->number * 5 % 60);
    TRY(add(store, meeting, -DAYS_BACK - (int)(meeting->number % 3), "took_place"));
    return add(store, meeting, days, meeting->may_confirm ? "confirmed" : NULL);
}
