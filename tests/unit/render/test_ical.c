/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/ical.h"

#include "tests/unit/unit.h"

static struct utc at(const char *text)
{
    struct utc made = {0};
    assert_true(utc_get(str_from(text), &made));
    return made;
}

static int open_once(void **state)
{
    (void)state;
    render_ical_open();
    return 0;
}

static const struct ical_sheet sheet = {.invite = 576460752303423488,
                                        .sequence = 3,
                                        .now = {1790000000000000},
                                        .summary = STR("Fernshire Post Desk"),
                                        .phone = STR("01632 960 123")};

static void one_person_has_one_event(void **state)
{
    (void)state;
    const struct visit_view view = {.news = VISIT_ON,
                                    .starts = at("2027-03-28T00:30:00Z"),
                                    .ends = at("2027-03-28T02:00:00Z"),
                                    .venue = STR("Library; Park Road, Oxenbridge"),
                                    .room = STR("Blue room"),
                                    .travel = STR("Bus 7,\nthen walk\tup"),
                                    .note = STR("Bring a drink")};
    BUF(file, 10000);
    assert_ok(render_ical_visit(&view, &sheet, &file));
    assert_buf(file, "BEGIN:VCALENDAR\r\n"
                     "VERSION:2.0\r\n"
                     "PRODID:-//Appointments//EN\r\n"
                     "METHOD:PUBLISH\r\n"
                     "BEGIN:VEVENT\r\n"
                     "UID:g00000000000\r\n"
                     "SEQUENCE:3\r\n"
                     "DTSTAMP:20260921T141320Z\r\n"
                     "DTSTART:20270328T003000Z\r\n"
                     "DTEND:20270328T020000Z\r\n"
                     "SUMMARY:Fernshire Post Desk\r\n"
                     "LOCATION:Library\\; Park Road\\, Oxenbridge\\, Blue room\r\n"
                     "DESCRIPTION:Bus 7\\,\\nthen walk up\\nBring a drink\\n01632 960 123\r\n"
                     "STATUS:CONFIRMED\r\n"
                     "CLASS:PRIVATE\r\n"
                     "END:VEVENT\r\n"
                     "END:VCALENDAR\r\n");
}

static void what_is_off_is_cancelled(void **state)
{
    (void)state;
    const struct visit_view view = {.news = VISIT_OFF,
                                    .starts = at("2027-07-01T12:00:00Z"),
                                    .ends = at("2027-07-01T13:00:00Z")};
    BUF(file, 10000);
    assert_ok(render_ical_visit(&view, &sheet, &file));
    assert_non_null(strstr(file.at, "METHOD:CANCEL\r\n"));
    assert_non_null(strstr(file.at, "STATUS:CANCELLED\r\n"));
    assert_non_null(strstr(file.at, "UID:g00000000000\r\n"));
    assert_non_null(strstr(file.at, "DTSTART:20270701T120000Z\r\n"));
    assert_null(strstr(file.at, "LOCATION"));
}

static void who_was_told_nothing_has_none(void **state)
{
    (void)state;
    const struct visit_view view = {.news = VISIT_NOTHING};
    BUF(file, 10000);
    assert_err(render_ical_visit(&view, &sheet, &file), ERR_NOT_FOUND);
    assert_int_equal(file.len, 0);
}

static void what_tells_is_left_out(void **state)
{
    (void)state;
    const struct visit_view view = {
        .news = VISIT_ON, .venue = STR("Adoption House, 1 High Street"), .travel = STR("Bus 7")};
    BUF(file, 10000);
    assert_ok(render_ical_visit(&view, &sheet, &file));
    assert_null(strstr(file.at, "Adoption"));
    assert_null(strstr(file.at, "Letterbox"));
    assert_non_null(strstr(file.at, "Bus 7"));
}

/* No line is longer than 75 bytes, and none is broken inside a character. */
static void long_texts_are_folded(void **state)
{
    (void)state;
    BUF(long_text, 4000);
    for (int i = 0; i < 300; i++) buf_add(&long_text, STR("é€ "));
    const struct visit_view view = {.news = VISIT_ON, .travel = buf_str(&long_text)};
    BUF(file, 20000);
    assert_ok(render_ical_visit(&view, &sheet, &file));
    size_t start = 0;
    for (size_t i = 0; i < file.len; i++) {
        if (file.at[i] != '\n') continue;
        assert_true(i - start <= 76);
        assert_true(((unsigned char)file.at[start] & 0xc0) != 0x80);
        if (file.at[start] == ' ') assert_true(((unsigned char)file.at[start + 1] & 0xc0) != 0x80);
        start = i + 1;
    }
    BUF(small, 100);
    assert_err(render_ical_visit(&view, &sheet, &small), ERR_TOO_BIG);
}

static void duties_are_one_calendar(void **state)
{
    (void)state;
    static const struct {
        enum visit_state state;
        const char *status;
    } cases[] = {{VISIT_PLANNED, "TENTATIVE"},    {VISIT_CONFIRMED, "CONFIRMED"},
                 {VISIT_STOPPED, "CANCELLED"},    {VISIT_CANCELLED, "CANCELLED"},
                 {VISIT_TOOK_PLACE, "CONFIRMED"}, {VISIT_MISSED, "CONFIRMED"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct ical_duty duties[] = {
            {.visit = 5,
             .state = cases[i].state,
             .summary = STR("K7MP-2XQ9-D4HT"),
             .venue = STR("Library")},
            {.visit = 6, .state = VISIT_CONFIRMED, .summary = STR("D4HT-2XQ9-K7MP")}};
        BUF(file, 10000);
        BUF(status, 40);
        buf_print(&status, "STATUS:%s\r\n", cases[i].status);
        assert_ok(render_ical_duties(duties, 2, (struct utc){0}, &file));
        const char *first = strstr(file.at, "STATUS:");
        assert_non_null(first);
        assert_memory_equal(first, status.at, status.len);
        assert_non_null(strstr(file.at, "UID:000000000006\r\n"));
    }
}

UNIT_MAIN(open_once, cmocka_unit_test(one_person_has_one_event),
          cmocka_unit_test(what_is_off_is_cancelled),
          cmocka_unit_test(who_was_told_nothing_has_none), cmocka_unit_test(what_tells_is_left_out),
          cmocka_unit_test(long_texts_are_folded), cmocka_unit_test(duties_are_one_calendar))
