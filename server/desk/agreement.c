/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/agreement.h"

#include "rules/family.h"
#include "sys/clock.h"

/* The summary of an agreement for one of its people. */

enum { SLOTS = 24, LINES = 200, LINE_BYTES = 8000 };

struct summing {
    const struct arrangement_page *page;
    const struct agreement_choice *choice;
    const struct terms_version *version;
    struct agreement_summary *summary;
    struct agreement_facts facts;
    struct agreement_slot slots[SLOTS];
    size_t slot_count;
    struct day today;
    bool is_easy;
};

/* ---- which version ---- */

enum err agreement_choice(struct store *store, const struct arrangement_page *page,
                          struct agreement_choice *ret_choice)
{
    const struct request *request = page->request;
    struct day today = clock_day(request->arrived);
    struct agreement_choice choice;
    int64_t number = 0;
    if (form_has(&request->query, "version") &&
        !form_int(&request->query, "version", 1, INT32_MAX, &number))
        return ERR_NOT_FOUND;
    TRY(terms_versions(store, page, &choice.versions, &choice.count));
    for (choice.at = 0; choice.at < choice.count; choice.at++) {
        const struct terms_version *version = &choice.versions[choice.at];
        if (number ? version->number == number : version->terms.starts.number <= today.number)
            break;
    }
    /* Of those that have not begun, the first to come. */
    if (!number && choice.count && choice.at == choice.count) choice.at--;
    if (choice.at == choice.count) return ERR_NOT_FOUND;
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, page->request->arena, &choice.agency));
    TRY(store_query(store, QUERY_occasion_of_arrangement, PARAMS(P_INT(page->id)),
                    page->request->arena, &choice.occasions));
    *ret_choice = choice;
    return OK;
}

bool agreement_is_for(const struct arrangement_member *member)
{
    return !str_equal(member->state, STR("ended")) &&
           !str_equal(member->party_state, STR("ended")) &&
           !str_equal(member->party_state, STR("dead"));
}

/* ---- what varies ---- */

static void put_slot(struct summing *summing, const char *name, struct str value)
{
    ASSERT(summing->slot_count < SLOTS);
    summing->slots[summing->slot_count++] = (struct agreement_slot){name, value};
}

static void put_day(struct summing *summing, const char *name, struct day day)
{
    BUF(text, 60);
    day_put_long(&text, day);
    put_slot(summing, name, arena_str(summing->page->request->arena, buf_str(&text)));
}

/* May this person read it? If not, the summary is held back. */
static enum err look_at(struct summing *summing, const char *what, struct str text, bool *ret_may)
{
    struct agreement_summary *summary = summing->summary;
    TRY(agreement_may_tell(summing->page->request, &summing->page->arrangement, summary->member,
                           text, ret_may));
    if (!*ret_may && summary->leak_count < AGREEMENT_LEAKS)
        summary->leaks[summary->leak_count++] = (struct agreement_leak){what, text};
    return OK;
}

static enum err tell(struct summing *summing, const char *what, struct str text, bool *ret_has)
{
    *ret_has = false;
    if (!text.len) return OK;
    TRY(look_at(summing, what, text, ret_has));
    if (*ret_has) put_slot(summing, what, text);
    return OK;
}

static struct str first_word(struct str text)
{
    struct str word = STR("");
    text = str_trim(text);
    (void)str_split(&text, ' ', &word);
    return word;
}

/* As the reader knows the child; another child's family is not told its name. */
static enum err put_child(struct summing *summing)
{
    const struct desk_child *child = &summing->page->arrangement.child;
    const struct arrangement_member *member = summing->summary->member;
    struct str name = STR("");
    if (str_equal(member->side, STR("adoptive"))) name = first_word(child->adoptive_name);
    if (str_equal(member->side, STR("birth"))) name = first_word(child->birth_name);
    return tell(summing, "child", name, &summing->facts.has_child);
}

/* ---- who ---- */

static bool is_across(const struct arrangement_member *one, const struct arrangement_member *other)
{
    return str_equal(one->side, STR("adoptive")) != str_equal(other->side, STR("adoptive"));
}

static enum err put_people(struct summing *summing)
{
    struct request *request = summing->page->request;
    const struct desk_arrangement *arrangement = &summing->page->arrangement;
    const struct arrangement_member *member = summing->summary->member;
    struct str *to = ARENA_MANY(request->arena, arrangement->member_count, struct str);
    struct str *from = ARENA_MANY(request->arena, arrangement->member_count, struct str);
    struct str *all = ARENA_MANY(request->arena, arrangement->member_count, struct str);
    size_t to_count = 0, from_count = 0, count = 0;
    bool same = true, may;
    for (size_t i = 0; i < arrangement->member_count; i++) {
        const struct arrangement_member *other = &arrangement->members[i];
        if (!is_across(member, other) || !agreement_is_for(other)) continue;
        bool gets = member->may_write && other->may_receive;
        bool writes = member->may_receive && other->may_write;
        const struct person *person = &other->party.person;
        struct str name = family_label(person->known_as, person->relationship, request->arena);
        TRY(look_at(summing, "names", name, &may));
        all[count++] = name;
        if (gets) to[to_count++] = name;
        if (writes) from[from_count++] = name;
        same = same && gets == writes;
    }
    summing->facts.writes = to_count > 0;
    summing->facts.gets = from_count > 0;
    summing->facts.same_people = same;
    put_slot(summing, "to", desk_joined(request, to, to_count));
    put_slot(summing, "from", desk_joined(request, from, from_count));
    put_slot(summing, "people", desk_joined(request, all, count));
    return OK;
}

/* ---- when ---- */

static void put_age(struct summing *summing)
{
    const struct agreement_choice *choice = summing->choice;
    struct day starts = summing->version->terms.starts;
    put_day(summing, "starts", starts);
    if (starts.number > summing->today.number) summing->facts.age = AGREEMENT_TO_COME;
    if (choice->at == 0) return;
    struct day next = choice->versions[choice->at - 1].terms.starts;
    summing->facts.has_end = next.number > summing->today.number;
    if (next.number <= summing->today.number) summing->facts.age = AGREEMENT_BEFORE;
    put_day(summing, "changes", next);
    put_day(summing, "ends",
            (struct day){next.number > starts.number ? next.number - 1 : next.number});
}

/* What they are asked for next, and what they may hope for. */
static void put_next(struct summing *summing)
{
    int64_t id = summing->summary->member->party.id;
    const struct store_rows *rows = &summing->choice->occasions;
    struct agreement_facts *facts = &summing->facts;
    for (size_t row = 0; row < rows->count; row++) {
        struct str state = rows_str(rows, row, "state");
        struct day due;
        bool is_late = str_equal(state, STR("late"));
        if ((!is_late && !str_equal(state, STR("due"))) || !rows_day(rows, row, "due_on", &due))
            continue;
        is_late = is_late || due.number < summing->today.number;
        if (rows_int(rows, row, "from_party") == id && !facts->has_next) {
            facts->has_next = true;
            facts->is_late = is_late;
            put_day(summing, "next", due);
        }
        if (rows_int(rows, row, "to_party") == id && !is_late && !facts->has_arriving) {
            facts->has_arriving = true;
            put_day(summing, "arriving", due);
        }
    }
}

static void put_months(struct summing *summing)
{
    struct request *request = summing->page->request;
    const struct terms_version *version = summing->version;
    summing->facts.has_months = version->month_count > 0;
    summing->facts.every = (int)version->terms.every;
    summing->facts.has_until = version->terms.has_until;
    put_slot(summing, "months", terms_month_names(request, version->months, version->month_count));
    put_slot(summing, "every", arena_print(request->arena, "%d", (int)version->terms.every));
    if (version->terms.has_until) put_day(summing, "until", version->terms.until);
}

/* ---- what ---- */

static enum err put_terms(struct summing *summing)
{
    struct agreement_facts *facts = &summing->facts;
    const struct terms_version *version = summing->version;
    struct terms kinds = version->terms;
    kinds.kinds &= ~(1u << TERMS_PHOTOS); /* a part of its own */
    facts->has_kinds = kinds.kinds != 0;
    put_slot(summing, "kinds", terms_enclosures(summing->page->request, &kinds, STR("")));
    TRY(tell(summing, "enclosures", version->enclosures, &facts->has_enclosures));
    TRY(tell(summing, "signed", version->signs_as, &facts->has_signed));
    TRY(tell(summing, "called", version->terms.called, &facts->has_called));
    if (!photo_level_get(version->photos, &facts->photos)) facts->photos = PHOTO_NONE;
    return OK;
}

static void put_agency(struct summing *summing)
{
    struct agreement_facts *facts = &summing->facts;
    const struct desk_arrangement *arrangement = &summing->page->arrangement;
    const struct store_rows *rows = &summing->choice->agency;
    /* the agency's own, else that of the whole service, as on the pages of families */
    const struct desk *desk = summing->page->request->app;
    bool is_own = rows_str(rows, 0, "help_phone").len > 0;
    struct str phone = is_own ? rows_str(rows, 0, "help_phone") : desk->conf->service_phone;
    struct str hours = is_own ? rows_str(rows, 0, "help_hours") : desk->conf->service_hours;
    facts->has_phone = phone.len > 0;
    facts->has_hours = hours.len > 0;
    put_slot(summing, "phone", phone);
    put_slot(summing, "hours", hours);
    facts->has_review =
        arrangement->has_review && arrangement->review_on.number >= summing->today.number;
    if (facts->has_review) put_day(summing, "review", arrangement->review_on);
}

static enum err put_facts(struct summing *summing)
{
    const struct desk_arrangement *arrangement = &summing->page->arrangement;
    const struct arrangement_member *member = summing->summary->member;
    struct agreement_facts *facts = &summing->facts;
    *facts = (struct agreement_facts){
        .age = AGREEMENT_NOW,
        .is_direct = str_equal(arrangement->kind, STR("direct")),
        .is_away = !str_equal(member->state, STR("active")) ||
                   str_equal(member->party_state, STR("paused")),
        .is_home = str_equal(member->side, STR("adoptive")),
    };
    if (!arrangement_state_get(arrangement->state, &facts->state) ||
        !channel_get(member->party.channel, &facts->channel) ||
        !first_writer_get(summing->version->first_writer, &facts->first))
        return ERR_DB;
    put_age(summing);
    /* what staff say of it holds at once; an older version has what they said then */
    const struct terms *terms = &summing->version->terms;
    facts->is_office = facts->age == AGREEMENT_BEFORE && terms->knows_office
                           ? terms_at_office(terms, member->party.id)
                           : member->office_only;
    TRY(put_child(summing));
    TRY(put_people(summing));
    put_months(summing);
    TRY(put_terms(summing));
    put_next(summing);
    put_agency(summing);
    return OK;
}

/* ---- words ---- */

static struct str words_of(const struct summing *summing, enum agreement_sentence sentence)
{
    struct request *request = summing->page->request;
    const char *word = agreement_word(sentence);
    struct str easy;
    if (summing->is_easy &&
        request_words_find(request, "agreement", arena_print(request->arena, "easy-%s", word).at,
                           &easy))
        return easy;
    return request_words(request, "agreement", word);
}

static enum err add_line(struct summing *summing, struct str words, bool is_head)
{
    struct agreement_summary *summary = summing->summary;
    BUF(text, LINE_BYTES);
    TRY(agreement_fill(words, summing->slots, summing->slot_count, &text));
    ASSERT(summary->line_count < LINES);
    summary->lines[summary->line_count++] =
        (struct agreement_line){arena_str(summing->page->request->arena, buf_str(&text)), is_head};
    return OK;
}

static enum err put_lines(struct summing *summing)
{
    enum agreement_sentence list[AGREEMENT_SENTENCES];
    size_t count = agreement_choose(&summing->facts, list);
    summing->summary->lines =
        ARENA_MANY(summing->page->request->arena, LINES, struct agreement_line);
    for (size_t i = 0; i < count; i++) {
        struct str words = words_of(summing, list[i]), one;
        bool is_head = agreement_is_head(list[i]);
        if (is_head || !summing->is_easy) {
            TRY(add_line(summing, words, is_head));
            continue;
        }
        while (agreement_next(&words, &one)) TRY(add_line(summing, one, false));
    }
    return OK;
}

enum err agreement_summary(const struct arrangement_page *page,
                           const struct agreement_choice *choice,
                           const struct arrangement_member *member, struct str reads,
                           struct agreement_summary *ret_summary)
{
    struct agreement_summary summary = {.member = member,
                                        .reads = reads.len ? reads : member->party.reads};
    struct summing summing = {.page = page,
                              .choice = choice,
                              .version = &choice->versions[choice->at],
                              .summary = &summary,
                              .today = clock_day(page->request->arrived),
                              .is_easy = str_equal(summary.reads, STR("easy"))};
    TRY(put_facts(&summing));
    if (summary.leak_count == 0) TRY(put_lines(&summing));
    *ret_summary = summary;
    return OK;
}
