/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/map.h"
#include "render/map.h"
#include "server/desk/arrangement.h"
#include "server/desk/child.h"

struct mapping {
    struct request *request;
    struct desk_arrangement *read; /* one beside each of the rules' */
    struct family_arrangement *list;
    size_t count, room;
};

/* ---- read ---- */

static enum err member_of(struct request *request, const struct arrangement_member *member,
                          struct family_member *ret_member)
{
    struct family_member made = {
        .party = member->party.id,
        .stands = {.known = true,
                   .may_write = member->may_write,
                   .may_receive = member->may_receive},
        .name = desk_party_name(request, &member->party),
        .known_as = member->party.person.known_as,
        .relationship = member->party.person.relationship,
    };
    if (!side_get(member->side, &made.stands.side) ||
        !party_state_get(member->party_state, &made.stands.state) ||
        !member_state_get(member->state, &made.stands.member))
        return ERR_DB;
    *ret_member = made;
    return OK;
}

static enum err add_arrangement(struct mapping *mapping, struct store *store,
                                const struct desk_keyring *keyring, int64_t id, enum child_end end)
{
    struct desk_arrangement *read = &mapping->read[mapping->count];
    struct request *request = mapping->request;
    TRY(arrangement_read(request, store, keyring, id, read));
    struct family_member *members =
        ARENA_MANY(request->arena, read->member_count + 1, struct family_member);
    for (size_t i = 0; i < read->member_count; i++)
        TRY(member_of(request, &read->members[i], &members[i]));
    struct family_arrangement made = {.id = id,
                                      .birth_name = read->child.birth_name,
                                      .adoptive_name = read->child.adoptive_name,
                                      .child = end,
                                      .members = members,
                                      .count = read->member_count};
    if (!arrangement_state_get(read->state, &made.state)) return ERR_DB;
    mapping->list[mapping->count++] = made;
    return OK;
}

static enum err add_child(struct mapping *mapping, struct store *store,
                          const struct desk_keyring *keyring, int64_t child)
{
    struct arena *arena = mapping->request->arena;
    struct store_rows rows;
    enum child_end end;
    TRY(child_end(mapping->request, store, child, &end));
    TRY(store_query(store, QUERY_arrangement_of_child, PARAMS(P_INT(child)), arena, &rows));
    if (mapping->count + rows.count > mapping->room) {
        mapping->room = 2 * (mapping->count + rows.count);
        struct desk_arrangement *read = ARENA_MANY(arena, mapping->room, struct desk_arrangement);
        struct family_arrangement *list =
            ARENA_MANY(arena, mapping->room, struct family_arrangement);
        for (size_t i = 0; i < mapping->count; i++) {
            read[i] = mapping->read[i];
            list[i] = mapping->list[i];
        }
        mapping->read = read;
        mapping->list = list;
    }
    for (size_t row = 0; row < rows.count; row++)
        TRY(add_arrangement(mapping, store, keyring, rows_int(&rows, row, "arrangement_id"), end));
    return OK;
}

static const struct desk_arrangement *read_of(const struct mapping *mapping,
                                              const struct family_band *band)
{
    return &mapping->read[band->arrangement - mapping->list];
}

/* ---- the picture ---- */

static struct str words_of(struct request *request, const char *kind, const char *word)
{
    return request_words(request, "map", arena_print(request->arena, "%s-%s", kind, word).at);
}

static struct str there(struct request *request, struct str label)
{
    struct str before = request_words(request, "map", label.len ? "there" : "not-there");
    if (label.len == 0) return before;
    return arena_print(request->arena, "%.*s %.*s", STR_ARG(before), STR_ARG(label));
}

/* "Has died": what stops letters of this one person; empty: nothing. */
static struct str trouble_of(struct request *request, const struct permit_party *stands)
{
    if (stands->state != PARTY_ACTIVE)
        return words_of(request, "party", party_state_word(stands->state));
    if (stands->member != MEMBER_ACTIVE)
        return words_of(request, "member", member_state_word(stands->member));
    return STR("");
}

/* "Paused": what stops letters of them all. */
static struct str state_of(struct request *request, const struct family_arrangement *arrangement)
{
    static const char *const ends[] = {
        [CHILD_DEAD] = "dead", [CHILD_WISH] = "wish", [CHILD_GROWN] = "grown"};
    if (arrangement->state != ARRANGEMENT_ACTIVE)
        return words_of(request, "state", arrangement_state_word(arrangement->state));
    if (arrangement->child != CHILD_GOES_ON)
        return words_of(request, "child", ends[arrangement->child]);
    return STR("");
}

static const char *letters_word(const struct family_pair *pair)
{
    if (pair->there && pair->back) return "both";
    return pair->there ? "to" : pair->back ? "from" : "none";
}

static struct render_map_words home_words(const struct mapping *mapping,
                                          const struct family_band *band)
{
    struct request *request = mapping->request;
    const struct family_member *home = band->home;
    struct render_map_words words = {.count = 0};
    if (band->has_child) {
        render_map_add(&words, true, band->child_reads);
        render_map_add(&words, false, there(request, band->child_there));
    }
    render_map_add(&words, true, home->name);
    render_map_add(
        &words, false,
        there(request, family_label(home->known_as, home->relationship, request->arena)));
    render_map_add(&words, false, trouble_of(request, &home->stands));
    return words;
}

static struct render_map_pair draw_pair(const struct mapping *mapping,
                                        const struct family_band *band,
                                        const struct family_pair *pair)
{
    struct request *request = mapping->request;
    struct render_map_pair drawn = {
        .there = pair->there,
        .back = pair->back,
        .meets = str_equal(read_of(mapping, band)->kind, STR("direct")),
        .way = pair->way,
    };
    if (pair->way == FAMILY_OPEN) {
        drawn.there &= pair->to_other == PERMITTED;
        drawn.back &= pair->to_home == PERMITTED;
    }
    render_map_add(&drawn.words, true, pair->other->name);
    render_map_add(&drawn.words, false, there(request, pair->home_reads));
    if (drawn.meets) render_map_add(&drawn.words, false, request_words(request, "map", "meetings"));
    render_map_add(&drawn.words, false, words_of(request, "letters", letters_word(pair)));
    render_map_add(&drawn.words, false, state_of(request, band->arrangement));
    render_map_add(&drawn.words, false, trouble_of(request, &pair->other->stands));
    return drawn;
}

static json_t *put_place(json_t *list, int x, int y)
{
    json_t *object = json_object();
    json_add(list, object);
    desk_put_number(object, "x", x);
    desk_put_number(object, "y", y);
    return object;
}

static void put_size(json_t *object, int width, int height)
{
    desk_put_number(object, "width", width);
    desk_put_number(object, "height", height);
}

static json_t *put_lines(const struct render_map *map)
{
    json_t *lines = json_array();
    for (size_t i = 0; i < map->line_count; i++) {
        const struct render_map_line *line = &map->lines[i];
        json_t *object = put_place(lines, RENDER_MAP_LEFT, line->y);
        desk_put_number(object, "end", RENDER_MAP_RIGHT);
        desk_put_number(object, "middle", (RENDER_MAP_LEFT + RENDER_MAP_RIGHT) / 2);
        json_put_bool(object, "there", line->there);
        json_put_bool(object, "back", line->back);
        json_put_bool(object, "meets", line->meets);
        json_put_bool(object, "waits", line->way == FAMILY_WAITS);
        json_put_bool(object, "stopped", line->way == FAMILY_STOPPED);
    }
    return lines;
}

static void put_picture(struct request *request, const struct render_map *map)
{
    json_t *object = json_object(), *boxes = json_array(), *texts = json_array();
    json_t *walls = json_array();
    json_put(request->view, "map", object);
    put_size(object, RENDER_MAP_WIDTH, map->height);
    desk_put_number(object, "size", RENDER_MAP_SIZE);
    for (size_t i = 0; i < map->box_count; i++) {
        json_t *box = put_place(boxes, map->boxes[i].x, map->boxes[i].y);
        put_size(box, map->boxes[i].width, map->boxes[i].height);
        json_put_bool(box, "is_home", map->boxes[i].is_home);
    }
    for (size_t i = 0; i < map->text_count; i++) {
        json_t *text = put_place(texts, map->texts[i].x, map->texts[i].y);
        json_put_str(text, "words", map->texts[i].words);
        json_put_bool(text, "is_strong", map->texts[i].is_strong);
    }
    for (size_t i = 0; i < map->wall_count; i++)
        put_size(put_place(walls, map->walls[i].x, map->walls[i].y), map->walls[i].width,
                 map->walls[i].height);
    json_put(object, "boxes", boxes);
    json_put(object, "texts", texts);
    json_put(object, "walls", walls);
    json_put(object, "lines", put_lines(map));
}

static void draw(const struct mapping *mapping, const struct family_band *bands, size_t count)
{
    struct arena *arena = mapping->request->arena;
    struct render_map_band *drawn = ARENA_MANY(arena, count, struct render_map_band);
    struct render_map map;
    for (size_t i = 0; i < count; i++) {
        struct render_map_pair *pairs =
            ARENA_MANY(arena, bands[i].count + 1, struct render_map_pair);
        for (size_t k = 0; k < bands[i].count; k++)
            pairs[k] = draw_pair(mapping, &bands[i], &bands[i].pairs[k]);
        drawn[i] = (struct render_map_band){home_words(mapping, &bands[i]), bands[i].wall_above,
                                            pairs, bands[i].count};
    }
    render_map(drawn, count, arena, &map);
    put_picture(mapping->request, &map);
}

/* ---- the same in words ---- */

/* What this person must not find out, by kind: the words themselves stand on their own page. */
static void put_secrets(const struct mapping *mapping, const struct family_band *band,
                        int64_t party, json_t *object)
{
    struct request *request = mapping->request;
    const struct arrangement_member *member = arrangement_member(read_of(mapping, band), party);
    const struct person *person = &member->party.person;
    struct str *labels = ARENA_MANY(request->arena, person->leak_count + 1, struct str);
    size_t count = 0;
    for (size_t i = 0; i < person->leak_count; i++) {
        struct str label = desk_category_label(person->leaks[i].category);
        size_t k = 0;
        while (k < count && !str_equal(labels[k], label)) k++;
        if (k == count) labels[count++] = label;
    }
    if (count) json_put_str(object, "secrets", desk_joined(request, labels, count));
}

static json_t *put_person(const struct mapping *mapping, const struct family_band *band,
                          const struct family_member *member)
{
    struct request *request = mapping->request;
    json_t *object = json_object();
    json_put_code(object, "id", member->party);
    json_put_str(object, "name", member->name);
    json_put(object, "side", desk_tagged(request, str_from(side_word(member->stands.side))));
    json_put_str(object, "reads_child",
                 family_child_name(member->stands.side, band->arrangement->birth_name,
                                   band->arrangement->adoptive_name));
    struct str trouble = trouble_of(request, &member->stands);
    if (trouble.len) json_put_str(object, "trouble", trouble);
    put_secrets(mapping, band, member->party, object);
    return object;
}

/* Why letters that were agreed do not go now; the same both ways is said once. */
static void put_why(const struct family_pair *pair, json_t *object)
{
    enum refused to_other = pair->there ? pair->to_other : PERMITTED;
    enum refused to_home = pair->back ? pair->to_home : PERMITTED;
    if (to_other != PERMITTED)
        json_put_str(object, to_other == to_home ? "why" : "why_to",
                     str_from(refused_why(to_other)));
    if (to_home != PERMITTED && to_home != to_other)
        json_put_str(object, "why_from", str_from(refused_why(to_home)));
}

static void put_pair(const struct mapping *mapping, const struct family_band *band,
                     const struct family_pair *pair, json_t *list)
{
    json_t *object = put_person(mapping, band, pair->other);
    if (pair->other_reads.len) json_put_str(object, "reads", pair->other_reads);
    if (pair->home_reads.len) json_put_str(object, "known", pair->home_reads);
    json_put(object, "letters", desk_tagged(mapping->request, str_from(letters_word(pair))));
    json_put_bool(object, "last", pair == &band->pairs[band->count - 1]);
    put_why(pair, object);
    json_add(list, object);
}

static void put_band(const struct mapping *mapping, const struct family_band *band, json_t *list)
{
    struct request *request = mapping->request;
    const struct desk_arrangement *read = read_of(mapping, band);
    json_t *object = json_object(), *others = json_array();
    struct str state = state_of(request, band->arrangement);
    json_put_str(object, "path", arrangement_path(request, read->id, ""));
    json_put_str(object, "child", read->child.adoptive_name);
    json_put_str(object, "child_there", band->child_there);
    json_put_bool(object, "has_child", band->has_child);
    json_put_bool(object, "meets", str_equal(read->kind, STR("direct")));
    json_put(object, "photos", desk_tagged(request, read->photo_level));
    if (read->reference.len) json_put_str(object, "reference", read->reference);
    if (state.len) json_put_str(object, "state", state);
    json_put(object, "home", put_person(mapping, band, band->home));
    for (size_t i = 0; i < band->count; i++) put_pair(mapping, band, &band->pairs[i], others);
    desk_put_list(object, "others", others);
    json_add(list, object);
}

enum err map_put(struct request *request, struct store *store, const struct desk_keyring *keyring,
                 int64_t child)
{
    struct mapping mapping = {.request = request};
    struct store_rows rows;
    struct family_band *bands;
    size_t count;
    TRY(add_child(&mapping, store, keyring, child));
    TRY(store_query(store, QUERY_child_siblings, PARAMS(P_INT(child)), request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++)
        TRY(add_child(&mapping, store, keyring, rows_int(&rows, row, "child_id")));
    family_bands(mapping.list, mapping.count, request->arena, &bands, &count);
    if (count == 0) return OK;
    draw(&mapping, bands, count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) put_band(&mapping, &bands[i], list);
    desk_put_list(request->view, "map_bands", list);
    return OK;
}
