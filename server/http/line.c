/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/line.h"

#include <stdlib.h>
#include <string.h>

/* An address with somebody waiting or running. */
struct line_address {
    struct line_address *before, *after; /* whose turn comes sooner, later */
    unsigned char bytes[LINE_ADDRESS_BYTES];
    bool clean;
    struct line_item *first, **last;
    size_t waiting, running;
};

struct line {
    struct line_limits limits;
    struct line_address *first, *end; /* in the order of their turns */
    struct line_address *unused;      /* by `after` */
    struct line_item *turned_away, **turned_last;
    size_t waiting, unclean_waiting;
    size_t running, unclean_running;
    bool is_of_oldest;               /* the next turn */
    struct line_address addresses[]; /* one for each who can wait or run */
};

enum err line_open(const struct line_limits *limits, struct line **ret_line)
{
    size_t count = limits->waiting + limits->running;
    struct line *line = calloc(1, sizeof *line + count * sizeof *line->addresses);
    if (!line) return ERR_MEMORY;
    line->limits = *limits;
    line->turned_last = &line->turned_away;
    for (size_t i = 0; i < count; i++) {
        line->addresses[i].after = line->unused;
        line->unused = &line->addresses[i];
    }
    *ret_line = line;
    return OK;
}

void line_close(struct line **line)
{
    if (!*line) return;
    ASSERT((*line)->first == NULL && (*line)->turned_away == NULL);
    free(*line);
    *line = NULL;
}

/* ---- addresses ---- */

static void leave(struct line *line, struct line_address *address)
{
    *(address->before ? &address->before->after : &line->first) = address->after;
    *(address->after ? &address->after->before : &line->end) = address->before;
}

static void go_last(struct line *line, struct line_address *address)
{
    address->before = line->end;
    address->after = NULL;
    *(line->end ? &line->end->after : &line->first) = address;
    line->end = address;
}

static void go_first(struct line *line, struct line_address *address)
{
    address->before = NULL;
    address->after = line->first;
    *(line->first ? &line->first->before : &line->end) = address;
    line->first = address;
}

static struct line_address *find(struct line *line, const unsigned char *bytes)
{
    struct line_address *address = line->first;
    while (address && memcmp(address->bytes, bytes, LINE_ADDRESS_BYTES) != 0)
        address = address->after;
    return address;
}

static struct line_address *begin(struct line *line, const struct line_item *item)
{
    struct line_address *address = line->unused;
    ASSERT(address != NULL);
    line->unused = address->after;
    *address = (struct line_address){.clean = item->clean};
    memcpy(address->bytes, item->address, LINE_ADDRESS_BYTES);
    address->last = &address->first;
    if (line->limits.wait_us)
        go_first(line, address);
    else
        go_last(line, address);
    return address;
}

static void end_if_idle(struct line *line, struct line_address *address)
{
    if (address->waiting || address->running) return;
    leave(line, address);
    address->after = line->unused;
    line->unused = address;
}

/* For as long as it is here: what was looked up before the failure says nothing any more. */
static void make_unclean(struct line *line, struct line_address *address)
{
    if (!address->clean) return;
    address->clean = false;
    line->unclean_waiting += address->waiting;
    line->unclean_running += address->running;
}

/* ---- waiting ---- */

static void append(struct line *line, struct line_address *address, struct line_item *item)
{
    item->next = NULL;
    *address->last = item;
    address->last = &item->next;
    address->waiting++;
    line->waiting++;
    line->unclean_waiting += !address->clean;
}

/* Takes the item that `slot` points to out of its address. */
static struct line_item *cut(struct line *line, struct line_address *address,
                             struct line_item **slot)
{
    struct line_item *item = *slot;
    *slot = item->next;
    if (!*slot) address->last = slot;
    address->waiting--;
    line->waiting--;
    line->unclean_waiting -= !address->clean;
    return item;
}

static void turn_away_newest(struct line *line, struct line_address *address)
{
    struct line_item **slot = &address->first;
    while ((*slot)->next) slot = &(*slot)->next;
    struct line_item *item = cut(line, address, slot);
    item->next = NULL;
    *line->turned_last = item;
    line->turned_last = &item->next;
    end_if_idle(line, address);
}

static struct line_address *longest(struct line *line, bool clean)
{
    struct line_address *found = NULL;
    for (struct line_address *address = line->first; address; address = address->after)
        if (address->clean == clean && address->waiting &&
            (!found || address->waiting > found->waiting))
            found = address;
    return found;
}

/* Room for one more of an address that has so many in line already. */
static bool make_room(struct line *line, bool clean, size_t waiting)
{
    bool is_full = line->waiting >= line->limits.waiting;
    if (!clean) is_full = is_full || line->unclean_waiting >= (line->limits.waiting + 1) / 2;
    if (!is_full) return true;
    struct line_address *other = longest(line, false);
    bool must_yield = other && (clean || other->waiting > waiting + 1);
    if (!must_yield && clean) {
        other = longest(line, true);
        must_yield = other && other->waiting > waiting + 1;
    }
    if (must_yield) turn_away_newest(line, other);
    return must_yield;
}

enum err line_add(struct line *line, struct line_item *item, int64_t now_us)
{
    struct line_address *address = find(line, item->address);
    bool clean = item->clean && (!address || address->clean);
    if (address && !clean) make_unclean(line, address);
    size_t waiting = address ? address->waiting : 0;
    if (waiting >= line->limits.address_waiting) return ERR_BUSY;
    if (!make_room(line, clean, waiting)) return ERR_BUSY;
    if (!address) address = begin(line, item);
    item->since_us = now_us;
    append(line, address, item);
    return OK;
}

/* ---- turns ---- */

static struct line_item *take_turned_away(struct line *line, int64_t now_us)
{
    struct line_item *item = line->turned_away;
    if (item) {
        line->turned_away = item->next;
        if (!item->next) line->turned_last = &line->turned_away;
        return item;
    }
    if (line_next_us(line) > now_us) return NULL;
    struct line_address *address = line->first;
    while (!address->first || now_us - address->first->since_us < line->limits.wait_us)
        address = address->after;
    item = cut(line, address, &address->first);
    end_if_idle(line, address);
    return item;
}

static bool may_run(const struct line *line, const struct line_address *address, bool clean)
{
    return address->clean == clean && address->waiting &&
           address->running < line->limits.address_running;
}

static struct line_address *next_turn(const struct line *line, bool clean)
{
    struct line_address *next = NULL;
    for (struct line_address *address = line->first; address; address = address->after) {
        if (!may_run(line, address, clean)) continue;
        if (!next || address->first->since_us < next->first->since_us) next = address;
        if (!line->is_of_oldest) break;
    }
    return next;
}

struct line_item *line_take(struct line *line, int64_t now_us, struct line_address **ret_turn)
{
    *ret_turn = NULL;
    struct line_item *item = take_turned_away(line, now_us);
    if (item || line->running >= line->limits.running) return item;
    struct line_address *address = next_turn(line, true);
    if (!address && line->unclean_running < line->limits.unclean_running)
        address = next_turn(line, false);
    if (!address) return NULL;
    line->is_of_oldest = line->limits.wait_us && !line->is_of_oldest;
    item = cut(line, address, &address->first);
    address->running++;
    line->running++;
    line->unclean_running += !address->clean;
    leave(line, address);
    go_last(line, address);
    *ret_turn = address;
    return item;
}

void line_end(struct line *line, struct line_address *turn, bool clean)
{
    if (!clean) make_unclean(line, turn);
    turn->running--;
    line->running--;
    line->unclean_running -= !turn->clean;
    leave(line, turn); /* who came meanwhile goes before it */
    go_last(line, turn);
    end_if_idle(line, turn);
}

/* ---- how it stands ---- */

/* The oldest of an address is its first. */
int64_t line_next_us(const struct line *line)
{
    int64_t next = INT64_MAX;
    if (line->limits.wait_us == 0) return next;
    for (const struct line_address *address = line->first; address; address = address->after)
        if (address->first && address->first->since_us + line->limits.wait_us < next)
            next = address->first->since_us + line->limits.wait_us;
    return next;
}

size_t line_waiting(const struct line *line)
{
    size_t count = line->waiting;
    for (const struct line_item *item = line->turned_away; item; item = item->next) count++;
    return count;
}

size_t line_running(const struct line *line)
{
    return line->running;
}
