/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/family.h"

/* ---- what may be known ---- */

struct str family_child_name(enum side side, struct str birth_name, struct str adoptive_name)
{
    struct str first, rest = str_trim(birth_name);
    if (side == SIDE_ADOPTIVE) return adoptive_name;
    return str_split(&rest, ' ', &first) ? first : STR("");
}

struct str family_label(struct str known_as, struct str relationship, struct arena *arena)
{
    if (known_as.len == 0 || relationship.len == 0) return known_as;
    return arena_print(arena, "%.*s (%.*s)", STR_ARG(known_as), STR_ARG(relationship));
}

static bool takes_part(const struct family_member *member)
{
    return member->stands.member != MEMBER_ENDED && member->stands.state != PARTY_ENDED;
}

/* By which words one may know the other. */
static struct str reads(const struct family_member *reader, const struct family_member *other,
                        struct arena *arena)
{
    if (reader->stands.side == other->stands.side || !takes_part(reader)) return STR("");
    return family_label(other->known_as, other->relationship, arena);
}

/* ---- what goes between two ---- */

static enum refused refusal(const struct family_arrangement *arrangement,
                            const struct family_member *from, const struct family_member *to)
{
    const struct permit_release facts = {
        .arrangement = arrangement->state,
        .child = arrangement->child,
        .sender = from->stands,
        .recipient = to->stands,
    };
    return permit_release(&facts);
}

/* Does it wait, or is it over? */
static bool waits(enum refused refusal)
{
    switch (refusal) {
    case REFUSED_RECIPIENT_PAUSED:
    case REFUSED_RECIPIENT_MOVED:
    case REFUSED_RECIPIENT_NOT_READY:
    case REFUSED_RECIPIENT_NOT_RECEIVING: /* a pause here: receiving was agreed */
    case REFUSED_ARRANGEMENT_PAUSED:
    case REFUSED_ARRANGEMENT_HELD:
    case REFUSED_ARRANGEMENT_INACTIVE: return true;
    default: return false;
    }
}

static enum family_way way_of(const struct family_pair *pair, const struct family_member *home)
{
    if (!pair->there && !pair->back) return FAMILY_NONE;
    if (!takes_part(home) || !takes_part(pair->other)) return FAMILY_STOPPED;
    if (home->stands.state == PARTY_DEAD || pair->other->stands.state == PARTY_DEAD)
        return FAMILY_STOPPED;
    if ((pair->there && pair->to_other == PERMITTED) || (pair->back && pair->to_home == PERMITTED))
        return FAMILY_OPEN;
    return (pair->there && waits(pair->to_other)) || (pair->back && waits(pair->to_home))
               ? FAMILY_WAITS
               : FAMILY_STOPPED;
}

static struct family_pair pair_of(const struct family_arrangement *arrangement,
                                  const struct family_member *home,
                                  const struct family_member *other, struct arena *arena)
{
    struct family_pair pair = {
        .other = other,
        .there = home->stands.may_write && other->stands.may_receive,
        .back = other->stands.may_write && home->stands.may_receive,
        .to_other = refusal(arrangement, home, other),
        .to_home = refusal(arrangement, other, home),
        .home_reads = reads(home, other, arena),
        .other_reads = reads(other, home, arena),
    };
    pair.way = way_of(&pair, home);
    return pair;
}

/* ---- bands ---- */

struct bands {
    struct family_band *at;
    size_t count;
    struct arena *arena;
};

/* Each pair once: whoever was a home before is not met again. */
static void add_band(struct bands *bands, const struct family_arrangement *arrangement,
                     const struct family_member *home, const bool *was_home)
{
    struct family_band band = {
        .arrangement = arrangement, .home = home, .has_child = home->stands.side == SIDE_ADOPTIVE};
    band.child_reads =
        family_child_name(home->stands.side, arrangement->birth_name, arrangement->adoptive_name);
    band.child_there =
        family_child_name(SIDE_BIRTH, arrangement->birth_name, arrangement->adoptive_name);
    band.pairs = ARENA_MANY(bands->arena, arrangement->count, struct family_pair);
    for (size_t i = 0; i < arrangement->count; i++) {
        const struct family_member *other = &arrangement->members[i];
        if (was_home[i] || other->stands.side == home->stands.side) continue;
        band.pairs[band.count++] = pair_of(arrangement, home, other, bands->arena);
    }
    if (band.count == 0 && !band.has_child) return;
    band.wall_above = bands->count > 0 && bands->at[bands->count - 1].home->party != home->party;
    bands->at[bands->count++] = band;
}

static void add_arrangement(struct bands *bands, const struct family_arrangement *arrangement)
{
    /* the household first, then the families of sisters and brothers, whoever else, relatives */
    static const enum side order[] = {SIDE_ADOPTIVE, SIDE_SIBLING, SIDE_OTHER, SIDE_BIRTH};
    bool *was_home = ARENA_MANY(bands->arena, arrangement->count + 1, bool);
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < arrangement->count; i++) {
            if (arrangement->members[i].stands.side != order[k]) continue;
            add_band(bands, arrangement, &arrangement->members[i], was_home);
            was_home[i] = true;
        }
}

void family_bands(const struct family_arrangement *list, size_t count, struct arena *arena,
                  struct family_band **ret_bands, size_t *ret_count)
{
    size_t most = 0;
    for (size_t i = 0; i < count; i++) most += list[i].count;
    struct bands bands = {ARENA_MANY(arena, most + 1, struct family_band), 0, arena};
    for (size_t i = 0; i < count; i++) add_arrangement(&bands, &list[i]);
    *ret_bands = bands.at;
    *ret_count = bands.count;
}
