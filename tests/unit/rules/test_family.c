/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/family.h"

#include "tests/unit/unit.h"

#define BIRTH STR("Tyler Marsh")
#define NOW STR("Tom Okafor")

static struct family_member member(int64_t party, enum side side, const char *name,
                                   const char *known_as)
{
    return (struct family_member){
        .party = party,
        .stands = {true, side, PARTY_ACTIVE, MEMBER_ACTIVE, true, true},
        .name = str_from(name),
        .known_as = str_from(known_as),
    };
}

static struct family_arrangement of(const struct family_member *members, size_t count)
{
    return (struct family_arrangement){
        .id = 1, .birth_name = BIRTH, .adoptive_name = NOW, .members = members, .count = count};
}

static void a_side_reads_its_own_name_of_the_child(void **state)
{
    (void)state;
    assert_str(family_child_name(SIDE_ADOPTIVE, BIRTH, NOW), NOW);
    for (int side = SIDE_BIRTH; side < SIDE_COUNT; side++)
        assert_str(family_child_name((enum side)side, BIRTH, NOW), STR("Tyler"));
    assert_str(family_child_name(SIDE_BIRTH, STR("  Ty  Marsh"), NOW), STR("Ty"));
    assert_str(family_child_name(SIDE_BIRTH, STR(""), NOW), STR(""));
}

static void a_label_is_what_was_agreed_and_no_more(void **state)
{
    (void)state;
    ARENA(arena, 4096);
    assert_str(family_label(STR("Ann"), STR("grandmother"), arena), STR("Ann (grandmother)"));
    assert_str(family_label(STR("Ann"), STR(""), arena), STR("Ann"));
    assert_str(family_label(STR(""), STR("grandmother"), arena), STR(""));
}

static void nobody_reads_a_name_of_another_side(void **state)
{
    (void)state;
    ARENA(arena, (size_t)64 * 1024);
    static const enum side sides[] = {SIDE_ADOPTIVE, SIDE_SIBLING, SIDE_BIRTH, SIDE_OTHER};
    struct family_member members[COUNT(sides) * 2];
    struct family_band *bands;
    size_t count, pairs = 0;
    for (size_t i = 0; i < COUNT(members); i++) {
        members[i] = member((int64_t)i + 1, sides[i / 2], "Secret Surname", "Known");
        members[i].relationship = STR("aunt");
    }
    struct family_arrangement arrangement = of(members, COUNT(members));
    family_bands(&arrangement, 1, arena, &bands, &count);
    for (size_t i = 0; i < count; i++) {
        assert_true(bands[i].has_child == (bands[i].home->stands.side == SIDE_ADOPTIVE));
        assert_str(bands[i].child_reads, bands[i].has_child ? NOW : STR("Tyler"));
        assert_str(bands[i].child_there, STR("Tyler"));
        pairs += bands[i].count;
        for (size_t k = 0; k < bands[i].count; k++) {
            const struct family_pair *pair = &bands[i].pairs[k];
            assert_true(pair->other->stands.side != bands[i].home->stands.side);
            assert_str(pair->home_reads, STR("Known (aunt)"));
            assert_str(pair->other_reads, STR("Known (aunt)"));
        }
    }
    /* each two of different sides once: of 28 pairs 4 are of one side */
    assert_int_equal(pairs, 24);
}

static void who_left_learns_no_more(void **state)
{
    (void)state;
    ARENA(arena, (size_t)16 * 1024);
    struct family_member members[] = {member(1, SIDE_ADOPTIVE, "Priya Shah", "Priya"),
                                      member(2, SIDE_BIRTH, "Ann Marsh", "Ann"),
                                      member(3, SIDE_BIRTH, "Tom Marsh", "Tom")};
    struct family_arrangement arrangement = of(members, COUNT(members));
    struct family_band *bands;
    size_t count;
    members[1].stands.member = MEMBER_ENDED;
    members[2].stands.state = PARTY_ENDED;
    family_bands(&arrangement, 1, arena, &bands, &count);
    assert_int_equal(count, 1);
    for (size_t k = 0; k < 2; k++) {
        assert_str(bands[0].pairs[k].other_reads, STR(""));
        assert_int_equal(bands[0].pairs[k].way, FAMILY_STOPPED);
    }
    assert_str(bands[0].pairs[0].home_reads, STR("Ann"));
}

static void each_state_has_its_line(void **state)
{
    (void)state;
    static const struct {
        enum arrangement_state arrangement;
        enum child_end child;
        enum party_state party;
        enum member_state member;
        bool may_write, may_receive;
        enum family_way way;
        enum refused to_other, to_home;
    } cases[] = {
        {ARRANGEMENT_ACTIVE, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, true, true, FAMILY_OPEN,
         PERMITTED, PERMITTED},
        {ARRANGEMENT_ACTIVE, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, false, true, FAMILY_OPEN,
         PERMITTED, REFUSED_SENDER_NOT_WRITING},
        {ARRANGEMENT_ACTIVE, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, true, false, FAMILY_OPEN,
         REFUSED_RECIPIENT_NOT_RECEIVING, PERMITTED},
        {ARRANGEMENT_ACTIVE, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, false, false, FAMILY_NONE,
         REFUSED_RECIPIENT_NOT_RECEIVING, REFUSED_SENDER_NOT_WRITING},
        /* what they write is passed on; what they get waits */
        {ARRANGEMENT_ACTIVE, CHILD_GOES_ON, PARTY_MOVED, MEMBER_ACTIVE, true, true, FAMILY_OPEN,
         REFUSED_RECIPIENT_MOVED, PERMITTED},
        {ARRANGEMENT_ACTIVE, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_NOT_READY, false, true,
         FAMILY_WAITS, REFUSED_RECIPIENT_NOT_READY, REFUSED_SENDER_NOT_WRITING},
        {ARRANGEMENT_ACTIVE, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_PAUSED, false, true, FAMILY_WAITS,
         REFUSED_RECIPIENT_NOT_RECEIVING, REFUSED_SENDER_NOT_WRITING},
        {ARRANGEMENT_ACTIVE, CHILD_GOES_ON, PARTY_DEAD, MEMBER_ACTIVE, true, true, FAMILY_STOPPED,
         REFUSED_RECIPIENT_DEAD, PERMITTED},
        {ARRANGEMENT_PAUSED, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, true, true, FAMILY_WAITS,
         REFUSED_ARRANGEMENT_PAUSED, REFUSED_ARRANGEMENT_PAUSED},
        {ARRANGEMENT_HELD, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, true, true, FAMILY_WAITS,
         REFUSED_ARRANGEMENT_HELD, REFUSED_ARRANGEMENT_HELD},
        {ARRANGEMENT_INACTIVE, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, true, true, FAMILY_WAITS,
         REFUSED_ARRANGEMENT_INACTIVE, REFUSED_ARRANGEMENT_INACTIVE},
        {ARRANGEMENT_SUSPENDED, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, true, true,
         FAMILY_STOPPED, REFUSED_ARRANGEMENT_SUSPENDED, REFUSED_ARRANGEMENT_SUSPENDED},
        {ARRANGEMENT_PROHIBITED, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, true, true,
         FAMILY_STOPPED, REFUSED_ARRANGEMENT_PROHIBITED, REFUSED_ARRANGEMENT_PROHIBITED},
        {ARRANGEMENT_ENDED, CHILD_GOES_ON, PARTY_ACTIVE, MEMBER_ACTIVE, true, true, FAMILY_STOPPED,
         REFUSED_ARRANGEMENT_ENDED, REFUSED_ARRANGEMENT_ENDED},
        {ARRANGEMENT_ACTIVE, CHILD_DEAD, PARTY_ACTIVE, MEMBER_ACTIVE, true, true, FAMILY_STOPPED,
         REFUSED_CHILD_DEAD, REFUSED_CHILD_DEAD},
        {ARRANGEMENT_ACTIVE, CHILD_WISH, PARTY_ACTIVE, MEMBER_ACTIVE, true, true, FAMILY_STOPPED,
         REFUSED_CHILD_WISH, REFUSED_CHILD_WISH},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, (size_t)16 * 1024);
        struct family_member members[] = {member(1, SIDE_ADOPTIVE, "Priya Shah", "Priya"),
                                          member(2, SIDE_BIRTH, "Ann Marsh", "Ann")};
        struct family_arrangement arrangement = of(members, COUNT(members));
        struct family_band *bands;
        size_t count;
        arrangement.state = cases[i].arrangement;
        arrangement.child = cases[i].child;
        members[1].stands = (struct permit_party){true,
                                                  SIDE_BIRTH,
                                                  cases[i].party,
                                                  cases[i].member,
                                                  cases[i].may_write,
                                                  cases[i].may_receive};
        family_bands(&arrangement, 1, arena, &bands, &count);
        const struct family_pair *pair = &bands[0].pairs[0];
        assert_int_equal(pair->way, cases[i].way);
        assert_int_equal(pair->to_other, cases[i].to_other);
        assert_int_equal(pair->to_home, cases[i].to_home);
        assert_int_equal(pair->there, cases[i].may_receive);
        assert_int_equal(pair->back, cases[i].may_write);
    }
}

static void other_homes_have_a_wall_between_them(void **state)
{
    (void)state;
    ARENA(arena, (size_t)32 * 1024);
    struct family_member first[] = {member(1, SIDE_ADOPTIVE, "Priya Shah", "Priya"),
                                    member(3, SIDE_BIRTH, "Ann Marsh", "Ann")};
    struct family_member other[] = {member(2, SIDE_ADOPTIVE, "Una Lomax", "Una"),
                                    member(3, SIDE_BIRTH, "Ann Marsh", "Ann")};
    /* two of the Shahs' children, then a brother with the Lomaxes, then nobody at all */
    struct family_arrangement list[] = {of(first, 2), of(first, 1), of(other, 2), of(other, 0)};
    struct family_band *bands;
    size_t count;
    family_bands(list, COUNT(list), arena, &bands, &count);
    assert_int_equal(count, 3);
    assert_false(bands[0].wall_above);
    assert_false(bands[1].wall_above);
    assert_int_equal(bands[1].count, 0);
    assert_true(bands[2].wall_above);
    family_bands(list, 0, arena, &bands, &count);
    assert_int_equal(count, 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(a_side_reads_its_own_name_of_the_child),
          cmocka_unit_test(a_label_is_what_was_agreed_and_no_more),
          cmocka_unit_test(nobody_reads_a_name_of_another_side),
          cmocka_unit_test(who_left_learns_no_more), cmocka_unit_test(each_state_has_its_line),
          cmocka_unit_test(other_homes_have_a_wall_between_them))
