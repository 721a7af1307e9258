/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/agreement.h"

#include <string.h>

#include "tests/unit/unit.h"

/* A grandmother and a family write to each other; she by post, and the family begins. */
static struct agreement_facts usual(void)
{
    return (struct agreement_facts){
        .state = ARRANGEMENT_ACTIVE,
        .age = AGREEMENT_NOW,
        .writes = true,
        .gets = true,
        .same_people = true,
        .first = FIRST_ADOPTIVE,
        .has_months = true,
        .every = 1,
        .has_kinds = true,
        .has_signed = true,
        .photos = PHOTO_NO_FACE,
        .channel = CHANNEL_POST,
        .has_next = true,
        .has_phone = true,
    };
}

/* What is said, without heads: "holds next-write both …". */
static void said(const struct agreement_facts *facts, struct buf *text)
{
    enum agreement_sentence list[AGREEMENT_SENTENCES];
    size_t count = agreement_choose(facts, list);
    for (size_t i = 0; i < count; i++) {
        if (agreement_is_head(list[i])) {
            /* a head has something under it; only the title may be alone */
            assert_true(i == 0 || (i + 1 < count && !agreement_is_head(list[i + 1])));
            continue;
        }
        if (text->len) buf_add_byte(text, ' ');
        buf_add_c(text, agreement_word(list[i]));
    }
    assert_ok(buf_done(text));
}

static void says(const struct agreement_facts *facts, const char *expected)
{
    BUF(text, 2000);
    said(facts, &text);
    assert_str(buf_str(&text), str_from(expected));
}

static void each_person_reads_how_they_stand(void **state)
{
    (void)state;
    struct agreement_facts facts = usual();
    says(&facts, "holds next-write both through-us months-both first-them kinds photos-no-face "
                 "signed read-write read-out send-post get-post late-you late-them change-ask "
                 "change-moved change-ring");
    facts.is_home = true;
    facts.channel = CHANNEL_PORTAL;
    facts.same_people = false; /* one of several relatives only receives */
    facts.every = 2;
    facts.has_until = facts.has_review = facts.has_hours = facts.has_called = true;
    facts.has_enclosures = true;
    facts.is_late = true;
    facts.has_arriving = true;
    facts.photos = PHOTO_FACE;
    says(&facts, "holds next-late next-get writes gets through-us months-both-every first-you "
                 "until kinds kinds-more photos-face signed called read-write read-out send-portal "
                 "get-portal late-you late-them change-ask change-review change-moved "
                 "change-ring-hours");
    facts.first = FIRST_EITHER;
    facts.has_months = facts.has_until = false;
    facts.has_kinds = facts.has_enclosures = facts.has_signed = facts.has_called = false;
    facts.has_next = facts.has_arriving = facts.has_phone = facts.has_review = false;
    facts.is_office = true;
    facts.channel = CHANNEL_LINK;
    facts.photos = PHOTO_VIEW_ONLY;
    says(&facts, "holds writes gets through-us no-months-write kinds-unsaid photos-view-only "
                 "read-write read-out send-mail send-office get-office late-you late-them "
                 "change-ask change-moved");
}

/* Who only receives is nowhere told to write, whatever else holds. */
static void who_only_receives_is_never_told_to_write(void **state)
{
    (void)state;
    static const enum agreement_sentence asks[] = {
        AGREEMENT_NEXT_WRITE,
        AGREEMENT_NEXT_LATE,
        AGREEMENT_BOTH,
        AGREEMENT_WRITES,
        AGREEMENT_ONLY_WRITES,
        AGREEMENT_MONTHS_BOTH,
        AGREEMENT_MONTHS_WRITE,
        AGREEMENT_FIRST_YOU,
        AGREEMENT_FIRST_THEM,
        AGREEMENT_FIRST_EITHER,
        AGREEMENT_MONTHS_BOTH_EVERY,
        AGREEMENT_MONTHS_WRITE_EVERY,
        AGREEMENT_NO_MONTHS_WRITE,
        AGREEMENT_KINDS,
        AGREEMENT_KINDS_UNSAID,
        AGREEMENT_READ_WRITE,
        AGREEMENT_SEND,
        AGREEMENT_SEND_PORTAL,
        AGREEMENT_SEND_MAIL,
        AGREEMENT_SEND_POST,
        AGREEMENT_SEND_OFFICE,
        AGREEMENT_LATE_YOU,
    };
    for (unsigned bits = 0; bits < 1 << 8; bits++)
        for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
            struct agreement_facts facts = usual();
            enum agreement_sentence list[AGREEMENT_SENTENCES];
            facts.writes = false;
            facts.same_people = bits & 1;
            facts.is_home = bits & 2;
            facts.has_months = bits & 4;
            facts.every = bits & 8 ? 3 : 1;
            facts.is_office = bits & 16;
            facts.has_kinds = bits & 32;
            facts.is_late = bits & 64;
            facts.first = bits & 128 ? FIRST_EITHER : FIRST_BIRTH;
            facts.channel = (enum channel)channel;
            size_t count = agreement_choose(&facts, list);
            for (size_t i = 0; i < count; i++)
                for (size_t k = 0; k < sizeof asks / sizeof *asks; k++)
                    assert_true(list[i] != asks[k]);
        }
    struct agreement_facts facts = usual();
    facts.writes = facts.same_people = false;
    says(&facts, "holds gets only-gets through-us months-get kinds-get photos-no-face signed "
                 "read-get read-out get-post late-them change-ask change-moved change-ring");
    facts = usual();
    facts.gets = facts.same_people = false;
    says(&facts, "holds next-write writes only-writes through-us months-write kinds "
                 "photos-no-face signed read-write read-out send-post late-you change-ask "
                 "change-moved change-ring");
    facts.writes = false;
    says(&facts, "holds nobody change-ask change-moved change-ring");
}

static void what_is_stopped_asks_for_nothing(void **state)
{
    (void)state;
    struct agreement_facts facts = usual();
    facts.has_arriving = true;
    for (int is = ARRANGEMENT_PAUSED; is < ARRANGEMENT_STATE_COUNT; is++) {
        facts.state = (enum arrangement_state)is;
        BUF(text, 2000);
        said(&facts, &text);
        bool has_ended = is == ARRANGEMENT_ENDED || is == ARRANGEMENT_MOVED;
        bool is_over = has_ended || is == ARRANGEMENT_PROHIBITED;
        assert_true(str_find(buf_str(&text), STR("next-")) == STR_NONE);
        assert_int_equal(str_find(buf_str(&text), STR("ended")) != STR_NONE, has_ended);
        assert_int_equal(str_find(buf_str(&text), STR("stopped")) != STR_NONE, !has_ended);
        assert_int_equal(str_find(buf_str(&text), STR("both")) != STR_NONE, !is_over);
        assert_int_equal(str_find(buf_str(&text), STR("send-")) != STR_NONE, !is_over);
    }
    facts = usual();
    facts.is_away = true;
    BUF(text, 2000);
    said(&facts, &text);
    assert_true(str_starts(buf_str(&text), STR("holds away both")));
}

static void a_version_says_when_it_holds(void **state)
{
    (void)state;
    static const struct {
        enum agreement_age age;
        bool has_end;
        const char *start;
    } table[] = {
        {AGREEMENT_NOW, false, "holds next-write both"},
        {AGREEMENT_NOW, true, "holds-until next-write both"},
        {AGREEMENT_TO_COME, false, "will-hold next-write both"},
        {AGREEMENT_BEFORE, true, "held both"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct agreement_facts facts = usual();
        BUF(text, 2000);
        facts.age = table[i].age;
        facts.has_end = table[i].has_end;
        said(&facts, &text);
        assert_true(str_starts(buf_str(&text), str_from(table[i].start)));
    }
}

static void meetings_are_no_letters(void **state)
{
    (void)state;
    struct agreement_facts facts = usual();
    enum agreement_sentence list[AGREEMENT_SENTENCES];
    facts.is_direct = true;
    says(&facts, "holds meets meets-safe change-ask change-moved change-ring");
    (void)agreement_choose(&facts, list);
    assert_int_equal(list[0], AGREEMENT_TITLE_MEETINGS);
    facts.has_child = true;
    (void)agreement_choose(&facts, list);
    assert_int_equal(list[0], AGREEMENT_TITLE_MEETINGS_CHILD);
    facts.is_direct = false;
    (void)agreement_choose(&facts, list);
    assert_int_equal(list[0], AGREEMENT_TITLE_CHILD);
}

static void slots_are_filled_or_refused(void **state)
{
    (void)state;
    const struct agreement_slot slots[] = {
        {"to", STR("Ann {from}")}, {"from", STR("")}, {"months", STR("May")}};
    static const struct {
        const char *words, *text; /* NULL: refused */
    } table[] = {
        {"You write to {to}.", "You write to Ann {from}."}, /* filled once */
        {"{months} and {months}", "May and May"},
        {"Nothing", "Nothing"},
        {"From {from}.", NULL}, /* an empty one would read wrongly */
        {"From {nobody}.", NULL},
        {"From {to", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        BUF(text, 200);
        enum err code = agreement_fill(str_from(table[i].words), slots, 3, &text);
        assert_int_equal(code, table[i].text ? OK : ERR_BAD_TEMPLATE);
        if (table[i].text) assert_str(buf_str(&text), str_from(table[i].text));
    }
}

static void sentences_are_taken_one_by_one(void **state)
{
    (void)state;
    struct str rest = STR("Do you need time? Tell us. “{signed}”."), one;
    static const char *const wanted[] = {"Do you need time?", "Tell us.", "“{signed}”."};
    for (size_t i = 0; i < 3; i++) {
        assert_true(agreement_next(&rest, &one));
        assert_str(one, str_from(wanted[i]));
    }
    assert_false(agreement_next(&rest, &one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_person_reads_how_they_stand),
        cmocka_unit_test(who_only_receives_is_never_told_to_write),
        cmocka_unit_test(what_is_stopped_asks_for_nothing),
        cmocka_unit_test(a_version_says_when_it_holds),
        cmocka_unit_test(meetings_are_no_letters),
        cmocka_unit_test(slots_are_filled_or_refused),
        cmocka_unit_test(sentences_are_taken_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
