/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/agreement.h"

static const struct {
    const char *word;
    bool is_head;
} sentences[] = {
#define HEAD(code, word) {word, true},
#define SAY(code, word) {word, false},
#include "rules/agreement.def"
#undef HEAD
#undef SAY
};

const char *agreement_word(enum agreement_sentence sentence)
{
    return sentences[sentence].word;
}

bool agreement_is_head(enum agreement_sentence sentence)
{
    return sentences[sentence].is_head;
}

/* ---- what is said ---- */

struct choosing {
    const struct agreement_facts *facts;
    enum agreement_sentence *list;
    size_t count;
};

static void say(struct choosing *choosing, bool holds, enum agreement_sentence sentence)
{
    if (holds) choosing->list[choosing->count++] = sentence;
}

static bool is_open(const struct agreement_facts *facts)
{
    return facts->state == ARRANGEMENT_ACTIVE;
}

static bool has_ended(const struct agreement_facts *facts)
{
    return facts->state == ARRANGEMENT_ENDED || facts->state == ARRANGEMENT_MOVED;
}

/* Nothing is left of it: what was agreed is not told as if it held. */
static bool is_over(const struct agreement_facts *facts)
{
    return has_ended(facts) || facts->state == ARRANGEMENT_PROHIBITED;
}

static void say_title(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    bool meets = facts->is_direct, named = facts->has_child;
    say(choosing, !meets && !named, AGREEMENT_TITLE);
    say(choosing, !meets && named, AGREEMENT_TITLE_CHILD);
    say(choosing, meets && !named, AGREEMENT_TITLE_MEETINGS);
    say(choosing, meets && named, AGREEMENT_TITLE_MEETINGS_CHILD);
}

static void say_age(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    bool is_now = facts->age == AGREEMENT_NOW;
    say(choosing, is_now && !facts->has_end && !is_over(facts), AGREEMENT_HOLDS);
    say(choosing, is_now && facts->has_end && !is_over(facts), AGREEMENT_HOLDS_UNTIL);
    say(choosing, facts->age == AGREEMENT_BEFORE, AGREEMENT_HELD);
    say(choosing, facts->age == AGREEMENT_TO_COME && !is_over(facts), AGREEMENT_WILL_HOLD);
    say(choosing, has_ended(facts), AGREEMENT_ENDED);
    say(choosing, !is_open(facts) && !has_ended(facts), AGREEMENT_STOPPED);
    say(choosing, is_open(facts) && facts->is_away, AGREEMENT_AWAY);
}

static void say_next(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    bool is_asked =
        is_open(facts) && !facts->is_away && !facts->is_direct && facts->age != AGREEMENT_BEFORE;
    bool writes = is_asked && facts->writes && facts->has_next;
    bool gets = is_asked && facts->gets && facts->has_arriving;
    say(choosing, writes || gets, AGREEMENT_NEXT);
    say(choosing, writes && !facts->is_late, AGREEMENT_NEXT_WRITE);
    say(choosing, writes && facts->is_late, AGREEMENT_NEXT_LATE);
    say(choosing, gets, AGREEMENT_NEXT_GET);
}

static void say_who(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    bool both = facts->writes && facts->gets && facts->same_people;
    say(choosing, true, AGREEMENT_WHO);
    say(choosing, both, AGREEMENT_BOTH);
    say(choosing, facts->writes && !both, AGREEMENT_WRITES);
    say(choosing, facts->writes && !facts->gets, AGREEMENT_ONLY_WRITES);
    say(choosing, facts->gets && !both, AGREEMENT_GETS);
    say(choosing, facts->gets && !facts->writes, AGREEMENT_ONLY_GETS);
    say(choosing, !facts->writes && !facts->gets, AGREEMENT_NOBODY);
    say(choosing, facts->writes || facts->gets, AGREEMENT_THROUGH_US);
}

static void say_first(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    if (!facts->writes || !facts->gets) return;
    bool is_mine = facts->first == (facts->is_home ? FIRST_ADOPTIVE : FIRST_BIRTH);
    say(choosing, facts->first == FIRST_EITHER, AGREEMENT_FIRST_EITHER);
    say(choosing, facts->first != FIRST_EITHER && is_mine, AGREEMENT_FIRST_YOU);
    say(choosing, facts->first != FIRST_EITHER && !is_mine, AGREEMENT_FIRST_THEM);
}

static void say_when(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    enum agreement_sentence months = AGREEMENT_MONTHS_GET, each = AGREEMENT_MONTHS_GET_EVERY;
    say(choosing, true, AGREEMENT_WHEN);
    if (facts->writes) {
        months = facts->gets ? AGREEMENT_MONTHS_BOTH : AGREEMENT_MONTHS_WRITE;
        each = facts->gets ? AGREEMENT_MONTHS_BOTH_EVERY : AGREEMENT_MONTHS_WRITE_EVERY;
    }
    say(choosing, facts->has_months && facts->every == 1, months);
    say(choosing, facts->has_months && facts->every > 1, each);
    say(choosing, !facts->has_months,
        facts->writes ? AGREEMENT_NO_MONTHS_WRITE : AGREEMENT_NO_MONTHS_GET);
    if (facts->has_months) say_first(choosing);
    say(choosing, facts->has_until, AGREEMENT_UNTIL);
}

static void say_with(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    bool is_said = facts->has_kinds || facts->has_enclosures;
    say(choosing, is_said || facts->writes, AGREEMENT_WITH);
    say(choosing, facts->has_kinds, facts->writes ? AGREEMENT_KINDS : AGREEMENT_KINDS_GET);
    say(choosing, facts->has_enclosures, AGREEMENT_KINDS_MORE);
    say(choosing, !is_said && facts->writes, AGREEMENT_KINDS_UNSAID);
    say(choosing, true, AGREEMENT_PHOTOS);
    switch (facts->photos) {
    case PHOTO_NO_FACE: say(choosing, true, AGREEMENT_PHOTOS_NO_FACE); break;
    case PHOTO_FACE: say(choosing, true, AGREEMENT_PHOTOS_FACE); break;
    case PHOTO_VIEW_ONLY: say(choosing, true, AGREEMENT_PHOTOS_VIEW_ONLY); break;
    case PHOTO_NONE:
    case PHOTO_LEVEL_COUNT: say(choosing, true, AGREEMENT_PHOTOS_NONE); break;
    }
    say(choosing, facts->has_signed || facts->has_called, AGREEMENT_NAMES);
    say(choosing, facts->has_signed, AGREEMENT_SIGNED);
    say(choosing, facts->has_called, AGREEMENT_CALLED);
}

static void say_read(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    say(choosing, true, AGREEMENT_READ);
    say(choosing, facts->writes, AGREEMENT_READ_WRITE);
    say(choosing, !facts->writes, AGREEMENT_READ_GET);
    say(choosing, true, AGREEMENT_READ_OUT);
}

static void say_send(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    if (!facts->writes) return;
    bool by_mail = facts->channel == CHANNEL_LINK || facts->channel == CHANNEL_PGP ||
                   facts->channel == CHANNEL_EMAIL;
    say(choosing, true, AGREEMENT_SEND);
    say(choosing, facts->channel == CHANNEL_PORTAL, AGREEMENT_SEND_PORTAL);
    say(choosing, by_mail, AGREEMENT_SEND_MAIL);
    say(choosing, facts->channel == CHANNEL_POST, AGREEMENT_SEND_POST);
    say(choosing, facts->is_office, AGREEMENT_SEND_OFFICE);
}

static void say_get(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    if (!facts->gets) return;
    enum agreement_sentence way = AGREEMENT_GET_MAIL;
    if (facts->channel == CHANNEL_PORTAL) way = AGREEMENT_GET_PORTAL;
    if (facts->channel == CHANNEL_LINK) way = AGREEMENT_GET_LINK;
    if (facts->channel == CHANNEL_POST) way = AGREEMENT_GET_POST;
    say(choosing, true, AGREEMENT_GET);
    say(choosing, true, facts->is_office ? AGREEMENT_GET_OFFICE : way);
}

static void say_letters(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    say_who(choosing);
    if (!facts->writes && !facts->gets) return;
    say_when(choosing);
    say_with(choosing);
    say_read(choosing);
    say_send(choosing);
    say_get(choosing);
    say(choosing, true, AGREEMENT_LATE);
    say(choosing, facts->writes, AGREEMENT_LATE_YOU);
    say(choosing, facts->gets, AGREEMENT_LATE_THEM);
}

static void say_meetings(struct choosing *choosing)
{
    say(choosing, true, AGREEMENT_MEETINGS);
    say(choosing, true, AGREEMENT_MEETS);
    say(choosing, true, AGREEMENT_MEETS_SAFE);
}

static void say_change(struct choosing *choosing)
{
    const struct agreement_facts *facts = choosing->facts;
    bool goes_on = !is_over(facts);
    say(choosing, goes_on || facts->has_phone, AGREEMENT_CHANGE);
    say(choosing, goes_on, AGREEMENT_CHANGE_ASK);
    say(choosing, goes_on && facts->has_review, AGREEMENT_CHANGE_REVIEW);
    say(choosing, goes_on, AGREEMENT_CHANGE_MOVED);
    say(choosing, facts->has_phone && !facts->has_hours, AGREEMENT_CHANGE_RING);
    say(choosing, facts->has_phone && facts->has_hours, AGREEMENT_CHANGE_RING_HOURS);
}

size_t agreement_choose(const struct agreement_facts *facts,
                        enum agreement_sentence ret_list[AGREEMENT_SENTENCES])
{
    struct choosing choosing = {.facts = facts, .list = ret_list};
    say_title(&choosing);
    say_age(&choosing);
    if (!is_over(facts)) {
        say_next(&choosing);
        if (facts->is_direct)
            say_meetings(&choosing);
        else
            say_letters(&choosing);
    }
    say_change(&choosing);
    return choosing.count;
}

/* ---- words ---- */

static bool find_slot(struct str name, const struct agreement_slot *slots, size_t count,
                      struct str *ret_value)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(name, str_from(slots[i].name)) && slots[i].value.len) {
            *ret_value = slots[i].value;
            return true;
        }
    return false;
}

enum err agreement_fill(struct str words, const struct agreement_slot *slots, size_t count,
                        struct buf *text)
{
    for (;;) {
        struct str value;
        size_t open = str_find_byte(words, '{');
        if (open == STR_NONE) break;
        buf_add(text, str_slice(words, 0, open));
        words = str_from_byte(words, open + 1);
        size_t close = str_find_byte(words, '}');
        if (close == STR_NONE || !find_slot(str_slice(words, 0, close), slots, count, &value))
            return ERR_BAD_TEMPLATE;
        buf_add(text, value);
        words = str_from_byte(words, close + 1);
    }
    buf_add(text, words);
    return buf_done(text);
}

bool agreement_next(struct str *rest, struct str *ret_sentence)
{
    *rest = str_trim(*rest);
    if (!rest->len) return false;
    size_t end = 1;
    while (end < rest->len &&
           !(rest->at[end] == ' ' && (rest->at[end - 1] == '.' || rest->at[end - 1] == '?')))
        end++;
    *ret_sentence = str_slice(*rest, 0, end);
    *rest = str_from_byte(*rest, end);
    return true;
}
