/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/arrangement.h"
#include "sys/clock.h"

/* What was typed in the form of an arrangement. */

bool arrangement_has_home(const struct arrangement_form *form, int64_t party)
{
    for (size_t i = 0; i < form->home_count; i++)
        if (form->homes[i].party == party) return true;
    return false;
}

static void add_home(struct arrangement_form *form, struct arrangement_home home)
{
    if (form->home_count == ARRANGEMENT_HOMES || arrangement_has_home(form, home.party)) return;
    if (form->home_count == 0) form->adoptive = home.party;
    form->homes[form->home_count++] = home;
}

void arrangement_form_of(const struct desk_arrangement *arrangement,
                         struct arrangement_form *ret_form)
{
    struct arrangement_form form = {
        .version = arrangement->record_version,
        .child = arrangement->child.id,
        .reference = arrangement->reference,
        .kind = arrangement->kind,
        .first_writer = arrangement->first_writer,
        .photos = arrangement->photo_level,
        .risk = arrangement->risk,
        .court_order = arrangement->court_order.len ? arrangement->court_order : STR("none"),
        .signs_as = arrangement->signs_as,
        .enclosures = arrangement->enclosures,
        .note = arrangement->note,
        .two_person = arrangement->two_person,
        .terms = arrangement->terms,
    };
    /* The next version has its own. */
    if (arrangement->agreement_version) form.terms.source = STR("review");
    if (form.terms.every == 0) form.terms.every = 1;
    form.terms.has_starts = form.terms.has_agreed = false;
    for (size_t i = 0; i < arrangement->month_count && form.month_count < 12; i++)
        form.months[form.month_count++] = arrangement->months[i];
    for (size_t i = 0; i < arrangement->member_count; i++) {
        const struct arrangement_member *member = &arrangement->members[i];
        if (str_equal(member->state, STR("ended"))) continue;
        if (str_equal(member->side, STR("adoptive")))
            add_home(&form, (struct arrangement_home){member->party.id, member->may_write,
                                                      member->may_receive});
        else if (form.relative_count < ARRANGEMENT_RELATIVES)
            form.relatives[form.relative_count++] = member->party.id;
    }
    *ret_form = form;
}

static bool is_one_of(struct str word, const char *const *words)
{
    for (; *words; words++)
        if (str_equal(word, str_from(*words))) return true;
    return false;
}

static struct str read_choice(struct request *request, const char *field, const char *const *words)
{
    struct str word = form_get(&request->form, field);
    return is_one_of(word, words) ? word : STR("");
}

static void read_months(struct request *request, struct arrangement_form *form)
{
    bool chosen[13] = {false};
    struct str value;
    for (size_t at = 0; form_next(&request->form, "month", &at, &value);) {
        int64_t month;
        struct form_field field = {STR("month"), value};
        const struct form one = {.fields = &field, .count = 1, .max = 1};
        if (form_int(&one, "month", 1, 12, &month)) chosen[month] = true;
    }
    for (int64_t month = 1; month <= 12; month++)
        if (chosen[month]) form->months[form->month_count++] = month;
}

static void read_relatives(struct request *request, struct arrangement_form *form)
{
    struct str value;
    for (size_t at = 0; form_next(&request->form, "relative", &at, &value);) {
        int64_t id;
        if (!code_id_get(value, &id)) continue;
        if (form->relative_count == ARRANGEMENT_RELATIVES) {
            request_problem(request, "relative", "relatives-many");
            return;
        }
        form->relatives[form->relative_count++] = id;
    }
}

static void read_homes(struct request *request, struct arrangement_form *form)
{
    struct str value;
    form->home_count = 0;
    form->has_ways = form_has(&request->form, "ways");
    for (size_t at = 0; form_next(&request->form, "adoptive", &at, &value);) {
        struct arrangement_home home = {.party = 0};
        if (!code_id_get(value, &home.party)) continue;
        home.writes = form_has_id(&request->form, "home_writes", home.party);
        home.gets = form_has_id(&request->form, "home_gets", home.party);
        add_home(form, home);
    }
}

void arrangement_form_read_people(struct request *request, struct arrangement_form *form)
{
    form->version = 0;
    form->adoptive = 0;
    form->relative_count = 0;
    (void)form_int(&request->form, "version", 1, INT32_MAX, &form->version);
    read_homes(request, form);
    read_relatives(request, form);
}

void arrangement_form_read_terms(struct request *request, struct arrangement_form *form)
{
    static const char *const kinds[] = {"indirect", "direct", "one_way", NULL};
    static const char *const writers[] = {"adoptive", "birth", "either", NULL};
    static const char *const levels[] = {"none", "no_face", "face", "view_only", NULL};
    static const char *const orders[] = {"none", "requires", "prohibits", NULL};
    form->version = 0;
    form->month_count = 0;
    (void)form_int(&request->form, "version", 1, INT32_MAX, &form->version);
    form->reference = form_line(&request->form, "reference");
    form->kind = read_choice(request, "kind", kinds);
    form->first_writer = read_choice(request, "first_writer", writers);
    form->photos = read_choice(request, "photos", levels);
    form->risk = str_trim(form_get(&request->form, "risk"));
    form->court_order = read_choice(request, "court_order", orders);
    form->signs_as = form_line(&request->form, "signs_as");
    form->enclosures = form_line(&request->form, "enclosures");
    form->note = str_trim(form_get(&request->form, "note"));
    form->two_person = form_has(&request->form, "two_person");
    read_months(request, form);
    terms_read(request, &form->terms);
}

void arrangement_form_read_new(struct request *request, struct arrangement_form *ret_form)
{
    struct arrangement_form form = {0};
    arrangement_form_read_people(request, &form);
    arrangement_form_read_terms(request, &form);
    if (!form_id(&request->form, "child", &form.child)) /* a known one's record says the rest */
        child_form_read(request, &form.new_child);
    *ret_form = form;
}

struct recur arrangement_rule(const struct arrangement_form *form)
{
    struct recur rule = {
        .every = (int)form->terms.every, .ends = form->terms.has_until, .until = form->terms.until};
    for (size_t i = 0; i < form->month_count; i++)
        rule.months.bits |= (uint16_t)(1u << form->months[i]);
    return rule;
}

static void check_length(struct request *request, const char *field, struct str text, size_t max)
{
    if (text.len > max) request_problem(request, field, "text-too-long");
}

void arrangement_form_check_people(struct request *request, const struct arrangement_form *form)
{
    if (form->adoptive == 0) request_problem(request, "adoptive", "adoptive-missing");
    if (form->relative_count == 0) request_problem(request, "relative", "relative-missing");
    for (size_t i = 0; i < form->relative_count; i++)
        if (arrangement_has_home(form, form->relatives[i])) {
            request_problem(request, "relative", "side-wrong");
            return;
        }
}

/* Would it ever come to pass? */
static void check_rule(struct request *request, struct arrangement_form *form)
{
    struct terms *terms = &form->terms;
    struct recur rule = arrangement_rule(form);
    struct day today = clock_day(request->arrived);
    if (terms->has_agreed && terms->agreed.number > today.number)
        request_problem(request, "agreed_day", "date-to-come");
    if (rule.months.bits == 0 || rule.every < 1) return;
    if (recur_check(&rule, terms->has_starts ? terms->starts : today) != RECUR_GOOD)
        request_problem(request, "until_day", "rule-never");
}

void arrangement_form_check_terms(struct request *request, struct arrangement_form *form)
{
    bool is_direct = str_equal(form->kind, STR("direct"));
    if (form->kind.len == 0) request_problem(request, "kind", "kind-missing");
    if (form->month_count == 0 && !is_direct) request_problem(request, "month", "month-missing");
    if (form->first_writer.len == 0)
        request_problem(request, "first_writer", "first-writer-missing");
    else if (str_equal(form->kind, STR("one_way")) && str_equal(form->first_writer, STR("either")))
        request_problem(request, "first_writer", "one-way-writer");
    if (form->photos.len == 0) request_problem(request, "photos", "photos-missing");
    check_rule(request, form);
    if (form->court_order.len == 0) form->court_order = STR("none");
    check_length(request, "reference", form->reference, 100);
    check_length(request, "risk", form->risk, ARRANGEMENT_TEXT_BYTES);
    check_length(request, "note", form->note, ARRANGEMENT_TEXT_BYTES);
    check_length(request, "signs_as", form->signs_as, 300);
    check_length(request, "enclosures", form->enclosures, 300);
}

void arrangement_form_put_terms(struct request *request, const struct arrangement_form *form)
{
    static const char *const months[] = {"m1", "m2", "m3", "m4",  "m5",  "m6",
                                         "m7", "m8", "m9", "m10", "m11", "m12"};
    terms_put(request, &form->terms);
    desk_put_value(request, "reference", form->reference);
    desk_put_value(request, "risk", form->risk);
    desk_put_value(request, "signs_as", form->signs_as);
    desk_put_value(request, "enclosures", form->enclosures);
    desk_put_value(request, "note", form->note);
    desk_put_is(request, "kind", form->kind);
    desk_put_is(request, "first_writer", form->first_writer);
    desk_put_is(request, "photos", form->photos);
    desk_put_is(request, "court_order", form->court_order);
    desk_put_on(request, "two_person", form->two_person);
    for (size_t i = 0; i < form->month_count; i++)
        desk_put_is(request, "month", str_from(months[form->months[i] - 1]));
}
