/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What things lack: a default with a warning, or a problem of the row that tells of them. */
#include "ops/letterboxctl/import.h"
#include "rules/keep.h"
#include "rules/standing.h"

bool import_is_blocked(struct str state)
{
    const struct standing *standing = standing_find(STANDING_ARRANGEMENT, state);
    return standing && (standing->taken_back_by & RULE_COORDINATOR) == 0;
}

struct str import_value(const struct import_facts *facts, int slot)
{
    const struct import_said *said = &facts->said[slot];
    return said->row && (facts->id == 0 || said->is_fresh) ? said->plain : facts->stored[slot];
}

static bool is(const struct import_facts *facts, int slot, const char *word)
{
    return str_equal(import_value(facts, slot), str_from(word));
}

/* The row to which a problem of the thing belongs. */
static struct import_row *row_of(const struct import *import, const struct import_facts *facts,
                                 int slot)
{
    size_t row = facts->said[slot].row ? facts->said[slot].row : facts->row;
    if (import->rows[row - 1].is_rejected) row = facts->row;
    return &import->rows[row - 1];
}

static void set(struct import_facts *facts, int slot, struct str plain)
{
    facts->said[slot] = (struct import_said){plain, facts->row, true};
}

/* ---- arrangements ---- */

static void fill_state(struct import *import, struct import_arrangement *arrangement)
{
    struct import_facts *facts = &arrangement->facts;
    bool is_new = facts->id == 0;
    struct import_said *status = &facts->said[TERM_STATUS];
    bool is_prohibited = is(facts, TERM_COURT_ORDER, "prohibits") &&
                         (is_new || facts->said[TERM_COURT_ORDER].is_fresh) &&
                         !is(facts, TERM_STATUS, "ended");
    if (is_prohibited && !is(facts, TERM_STATUS, "prohibited")) {
        struct import_row *row = row_of(import, facts, TERM_COURT_ORDER);
        import_note(import, row, COLUMN_STATUS, SHEET_STATUS_PROHIBITED);
        set(facts, TERM_STATUS, STR("prohibited"));
    } else if (is_new && status->row == 0) {
        import_note(import, row_of(import, facts, TERM_STATUS), COLUMN_STATUS, SHEET_STATUS_EMPTY);
        set(facts, TERM_STATUS, STR("active"));
    }
    bool is_lifted = !is_new && status->is_fresh && import_is_blocked(arrangement->state) &&
                     !str_equal(status->plain, arrangement->state);
    if (is_lifted && !import->may_lift)
        import_note(import, row_of(import, facts, TERM_STATUS), COLUMN_STATUS, SHEET_MANAGER_LIFTS);
}

static void fill_terms(struct import *import, struct import_arrangement *arrangement)
{
    struct import_facts *facts = &arrangement->facts;
    if (import_value(facts, TERM_KIND).len == 0) {
        import_note(import, row_of(import, facts, TERM_KIND), COLUMN_KIND, SHEET_KIND_EMPTY);
        set(facts, TERM_KIND, STR("indirect"));
    }
    bool is_over = is(facts, TERM_STATUS, "ended") || is(facts, TERM_STATUS, "inactive") ||
                   is(facts, TERM_STATUS, "prohibited");
    if (import_value(facts, TERM_MONTHS).len == 0 && !is(facts, TERM_KIND, "direct") && !is_over)
        import_note(import, row_of(import, facts, TERM_MONTHS), COLUMN_MONTHS,
                    SHEET_MONTHS_MISSING);
    bool is_writer_known =
        is(facts, TERM_FIRST_WRITER, "adoptive") || is(facts, TERM_FIRST_WRITER, "birth");
    if (is(facts, TERM_KIND, "one_way") && !is_writer_known)
        import_note(import, row_of(import, facts, TERM_FIRST_WRITER), COLUMN_FIRST_WRITER,
                    SHEET_WRITER_MISSING);
}

static void fill_child(struct import *import, const struct import_arrangement *arrangement)
{
    struct import_facts *facts = &arrangement->child->facts;
    struct day born, eighteenth;
    if (facts->row == 0) return;
    if (import_value(facts, CHILD_ADOPTIVE_NAME).len == 0) {
        import_note(import, row_of(import, facts, CHILD_ADOPTIVE_NAME), COLUMN_ADOPTIVE_NAME,
                    SHEET_NAME_SAME);
        set(facts, CHILD_ADOPTIVE_NAME, import_value(facts, CHILD_BIRTH_NAME));
    }
    if (arrangement->facts.id || is(&arrangement->facts, TERM_STATUS, "ended")) return;
    if (!day_get(import_value(facts, CHILD_DOB), &born) ||
        keep_eighteenth(born, &eighteenth) != OK || import->today.number < eighteenth.number)
        return;
    /* as the database has it: arrangement_child_grown */
    bool is_open = is(&arrangement->facts, TERM_STATUS, "active") ||
                   is(&arrangement->facts, TERM_STATUS, "paused");
    bool is_over = keep_child(false, WISH_UNKNOWN, eighteenth, import->today) == CHILD_GROWN;
    import_note(import, row_of(import, &arrangement->facts, TERM_STATUS), COLUMN_DOB,
                is_open && is_over ? SHEET_GROWN_UP_OPEN : SHEET_GROWN_UP);
}

static bool is_elsewhere(const struct import_arrangement *arrangement)
{
    return arrangement->is_offered || str_equal(arrangement->state, STR("moved"));
}

static void fill_arrangement(struct import *import, struct import_arrangement *arrangement)
{
    if (is_elsewhere(arrangement)) return;
    fill_state(import, arrangement);
    fill_terms(import, arrangement);
    if (arrangement->child) fill_child(import, arrangement);
}

/* ---- people ---- */

static void fill_channel(struct import *import, struct import_party *party)
{
    struct import_facts *facts = &party->facts;
    bool has_email = import_value(facts, PARTY_EMAIL).len > 0;
    bool has_address = import_value(facts, PARTY_ADDRESS).len > 0;
    struct import_row *row = row_of(import, facts, PARTY_CHANNEL);
    enum sheet_column column = party->is_home ? COLUMN_HOME_CHANNEL : COLUMN_CHANNEL;
    if (import_value(facts, PARTY_CHANNEL).len == 0) {
        import_note(import, row, column, SHEET_CHANNEL_EMPTY);
        set(facts, PARTY_CHANNEL, has_email ? STR("link") : STR("post"));
    }
    bool is_pgp = is(facts, PARTY_CHANNEL, "pgp"), is_plain = is(facts, PARTY_CHANNEL, "email");
    bool is_new = facts->id == 0;
    if ((is_pgp || is_plain || is(facts, PARTY_CHANNEL, "link")) && !has_email)
        import_note(import, row, column, SHEET_CHANNEL_EMAIL);
    else if (is_new && !has_address && is(facts, PARTY_CHANNEL, "post"))
        import_note(import, row, party->is_home ? COLUMN_HOME_ADDRESS : COLUMN_ADDRESS,
                    SHEET_NO_ADDRESS);
    if (is_pgp && !party->has_key) import_note(import, row, column, SHEET_KEY_NEEDED);
    if (is_plain && !party->plain_consent) import_note(import, row, column, SHEET_CONSENT_NEEDED);
}

/* ---- rows ---- */

/* What is another agency's, or offered to one, is left as it is: a row may only repeat it. */
static void check_elsewhere(struct import *import, struct import_row *row)
{
    int column = row->member->is_stored ? 0 : COLUMN_REFERENCE;
    while (row->member->is_stored && column < SHEET_COLUMNS &&
           !import_changes(row, (enum sheet_column)column))
        column++;
    if (column < SHEET_COLUMNS)
        import_note(import, row, (enum sheet_column)column,
                    row->arrangement->is_offered ? SHEET_MOVING : SHEET_MOVED);
}

static void check_row(struct import *import, struct import_row *row)
{
    const struct import_arrangement *arrangement = row->arrangement;
    if (is_elsewhere(arrangement) && row->home && row->member) check_elsewhere(import, row);
    if (!arrangement->child)
        import_note(import, row, row->plain[COLUMN_DOB].len ? COLUMN_BIRTH_NAME : COLUMN_DOB,
                    SHEET_CHILD_MISSING);
    if (!row->home && !row->is_rejected) import_note(import, row, COLUMN_HOME_NAMES, SHEET_MISSING);
}

void import_fill(struct import *import)
{
    for (size_t i = 0; i < import->row_count; i++) {
        struct import_row *row = &import->rows[i];
        if (!row->is_rejected && row->arrangement) check_row(import, row);
    }
    for (size_t i = 0; i < import->arrangements.count; i++) {
        struct import_arrangement *arrangement = import->arrangements.at[i];
        if (arrangement->facts.row) fill_arrangement(import, arrangement);
    }
    for (size_t i = 0; i < import->parties.count; i++) {
        struct import_party *party = import->parties.at[i];
        if (party->facts.row) fill_channel(import, party);
    }
}
