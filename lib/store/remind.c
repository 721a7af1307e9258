/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/remind.h"

enum err store_remind_ladder(const struct store_rows *rows, size_t row,
                             struct remind_ladder *ret_ladder)
{
    struct remind_ladder ladder = {.tell_after = (int)rows_int(rows, row, "tell_after")};
    const int64_t *days, *staff_days;
    size_t count = rows_ints(rows, row, "days", &days);
    size_t staff_count = rows_ints(rows, row, "staff_days", &staff_days);
    if (count > REMIND_STEPS) return ERR_DB;
    ladder.count = count;
    for (size_t i = 0; i < count; i++) {
        ladder.steps[i].day = (int)days[i];
        for (size_t at = 0; at < staff_count; at++)
            ladder.steps[i].is_staff |= staff_days[at] == days[i];
    }
    *ret_ladder = ladder;
    return OK;
}

static enum err party_of(const struct store_rows *rows, size_t row, bool is_writer,
                         struct permit_party *ret_party)
{
    *ret_party = (struct permit_party){
        .known = true,
        .may_write = is_writer && rows_bool(rows, row, "may_write"),
        .may_receive = !is_writer && rows_bool(rows, row, "may_receive"),
    };
    return side_get(rows_str(rows, row, is_writer ? "writer_side" : "reader_side"),
                    &ret_party->side) &&
                   party_state_get(rows_str(rows, row, is_writer ? "writer_state" : "reader_state"),
                                   &ret_party->state) &&
                   member_state_get(
                       rows_str(rows, row, is_writer ? "writer_member" : "reader_member"),
                       &ret_party->member)
               ? OK
               : ERR_DB;
}

enum err store_remind_facts(const struct store_rows *rows, size_t row,
                            struct remind_facts *ret_facts)
{
    struct remind_facts facts = {
        .frozen = rows_bool(rows, row, "frozen"),
        .letter_here = rows_bool(rows, row, "letter_here"),
        .has_taken = !rows_null(rows, row, "taken"),
        .taken = (int)rows_int(rows, row, "taken"),
        .went_on = rows_bool(rows, row, "went_on"),
        .told = rows_bool(rows, row, "told"),
    };
    facts.has_wait = rows_day(rows, row, "wait_until", &facts.wait_until);
    if (!rows_day(rows, row, "due_on", &facts.due)) return ERR_DB;
    if (!occasion_state_get(rows_str(rows, row, "state"), &facts.state)) return ERR_DB;
    if (!arrangement_state_get(rows_str(rows, row, "arrangement_state"), &facts.arrangement))
        return ERR_DB;
    TRY(party_of(rows, row, true, &facts.writer));
    TRY(party_of(rows, row, false, &facts.reader));
    *ret_facts = facts;
    return OK;
}
