/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Made-up addresses and a made-up clock. An item "b2" is the second of address b. */
#include "server/http/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TURNS = 64 };

/* ---- a line under test ---- */

static struct line *line;
static int64_t now_us;
static struct line_item items[26][100];
static char names[26][100][4];
static struct line_address *turns[TURNS]; /* of what runs, by address */

static void open_line(struct line_limits limits)
{
    if (limits.address_running == 0) limits.address_running = 1;
    if (limits.address_waiting == 0) limits.address_waiting = limits.waiting;
    if (limits.unclean_running == 0) limits.unclean_running = limits.running;
    memset(turns, 0, sizeof turns);
    now_us = 1000;
    assert_int_equal(line_open(&limits, &line), OK);
}

static enum err add(const char *name, bool clean)
{
    size_t letter = (size_t)(name[0] - 'a'), number = (size_t)atoi(name + 1);
    struct line_item *item = &items[letter][number];
    *item = (struct line_item){.owner = names[letter][number], .clean = clean};
    snprintf(names[letter][number], sizeof names[letter][number], "%s", name);
    item->address[0] = (unsigned char)name[0];
    return line_add(line, item, now_us);
}

static void add_all(const char *all, bool clean)
{
    char name[4];
    for (int used; sscanf(all, " %3s%n", name, &used) == 1; all += used)
        assert_int_equal(add(name, clean), OK);
}

/* The next one's name; "-a2" when it was turned away, "" when nobody may run. */
static const char *take(void)
{
    static char text[8];
    struct line_address *turn;
    struct line_item *item = line_take(line, now_us, &turn);
    if (!item) return "";
    snprintf(text, sizeof text, "%s%s", turn ? "" : "-", (const char *)item->owner);
    if (turn) turns[text[0] - 'a'] = turn;
    return text;
}

static void end(char letter, bool clean)
{
    line_end(line, turns[letter - 'a'], clean);
}

/* Who is served in which order when one after another runs and ends well. */
static void assert_order(const char *expected)
{
    char order[400] = "";
    for (const char *name; *(name = take());) {
        strcat(order, *order ? " " : "");
        strcat(order, name);
        if (name[0] != '-') end(name[0], true);
    }
    assert_string_equal(order, expected);
}

static void close_line(void)
{
    assert_int_equal(line_waiting(line), 0);
    assert_int_equal(line_running(line), 0);
    line_close(&line);
}

/* ---- turns ---- */

static void addresses_take_turns(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 1, .waiting = 20});
    add_all("a1 a2 a3 a4 b1 c1 c2", true);
    assert_order("a1 b1 c1 a2 c2 a3 a4");
    close_line();
}

/* Where nobody waits for ever a new address goes first; one that was served is not new. */
static void the_newest_and_the_oldest_take_turns(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 1, .waiting = 20, .wait_us = 5000});
    const char *const come[] = {"a1", "a2", "b1", "c1", "d1", "e1"};
    for (size_t i = 0; i < sizeof come / sizeof *come; i++, now_us++) add_all(come[i], true);
    assert_string_equal(take(), "e1");
    add_all("e2 f1", true);
    add_all("u1", false);
    end('e', true);
    assert_order("a1 f1 a2 d1 b1 c1 e2 u1");
    close_line();
}

static void one_of_an_address_runs_at_a_time(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 4, .waiting = 20});
    add_all("a1 a2 b1", true);
    assert_string_equal(take(), "a1");
    assert_string_equal(take(), "b1");
    assert_string_equal(take(), "");
    end('b', true);
    assert_string_equal(take(), "");
    end('a', true);
    assert_string_equal(take(), "a2");
    end('a', true);
    close_line();
}

static void no_more_run_than_there_are_workers(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 2, .waiting = 20, .address_running = 2});
    add_all("a1 a2 b1", true);
    assert_string_equal(take(), "a1");
    assert_string_equal(take(), "b1");
    assert_string_equal(take(), "");
    assert_int_equal(line_running(line), 2);
    end('b', true);
    assert_string_equal(take(), "a2");
    line_end(line, turns[0], true);
    line_end(line, turns[0], true);
    close_line();
}

/* ---- unclean addresses ---- */

static void clean_addresses_never_wait_behind_unclean_ones(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 3, .waiting = 20, .unclean_running = 1});
    add_all("u1 v1 w1", false);
    assert_string_equal(take(), "u1");
    assert_string_equal(take(), ""); /* two workers are left for clean ones */
    add_all("a1 b1", true);
    assert_string_equal(take(), "a1");
    assert_string_equal(take(), "b1");
    end('u', false);
    assert_string_equal(take(), "v1");
    add_all("c1", true);
    end('v', false);
    assert_string_equal(take(), "c1"); /* before w, who came sooner */
    assert_string_equal(take(), "");
    end('a', true);
    assert_string_equal(take(), "w1");
    end('b', true), end('c', true), end('w', false);
    close_line();
}

/* What waits of an address was clean when it came; the first failure tells about all of it. */
static void a_failure_tells_about_all_of_an_address(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 2, .waiting = 20, .unclean_running = 1});
    add_all("a1 a2 a3 u1", true);
    assert_string_equal(take(), "a1");
    assert_string_equal(take(), "u1");
    end('a', false);
    add_all("b1 c1", true);
    add_all("a4", true); /* asked before the failure was known */
    assert_string_equal(take(), "b1");
    end('u', true);
    assert_string_equal(take(), "c1");
    end('b', true);
    assert_string_equal(take(), "a2");
    end('c', true);
    assert_string_equal(take(), "");
    end('a', false);
    assert_order("a3 a4");
    close_line();
}

/* One that failed while it ran counts among the unclean ones that run. */
static void running_ones_are_counted_when_their_address_turns_unclean(void **state)
{
    (void)state;
    open_line((struct line_limits){
        .running = 3, .waiting = 20, .address_running = 2, .unclean_running = 1});
    add_all("a1 a2", true);
    assert_string_equal(take(), "a1");
    struct line_address *first = turns[0];
    assert_string_equal(take(), "a2");
    line_end(line, first, false);
    add_all("u1", false);
    assert_string_equal(take(), "");
    line_end(line, turns[0], false);
    assert_order("u1");
    close_line();
}

/* ---- room ---- */

static void people_behind_one_address_all_get_their_turn(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 2, .waiting = 20, .address_waiting = 4});
    add_all("a1 a2 a3 a4", true);
    assert_int_equal(add("a5", true), ERR_BUSY);
    add_all("b1", true);
    assert_order("a1 b1 a2 a3 a4");
    close_line();
}

static void a_full_line_makes_room_for_who_has_fewer(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 1, .waiting = 6});
    add_all("a1 a2 a3 a4 b1 b2", true);
    assert_int_equal(add("a5", true), ERR_BUSY);
    add_all("c1 d1", true);
    assert_string_equal(take(), "-a4");
    assert_string_equal(take(), "-a3");
    assert_int_equal(add("b3", true), ERR_BUSY); /* nobody has more */
    assert_int_equal(add("c2", true), ERR_BUSY);
    add_all("e1", true);
    assert_string_equal(take(), "-a2");
    add_all("f1", true);
    assert_string_equal(take(), "-b2");
    assert_int_equal(add("g1", true), ERR_BUSY); /* six addresses with one each */
    assert_order("a1 b1 c1 d1 e1 f1");
    close_line();
}

static void unclean_ones_get_half_of_the_line_and_yield(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 1, .waiting = 6});
    add_all("u1 v1 w1", false);
    assert_int_equal(add("x1", false), ERR_BUSY);
    add_all("a1 b1 c1", true);
    add_all("d1", true); /* one of u, v, w goes, though none has more than one */
    assert_string_equal(take(), "-u1");
    add_all("e1 f1", true);
    assert_string_equal(take(), "-v1");
    assert_string_equal(take(), "-w1");
    assert_int_equal(add("u2", false), ERR_BUSY);
    assert_order("a1 b1 c1 d1 e1 f1");
    close_line();
}

static void unclean_ones_make_room_for_each_other(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 1, .waiting = 8});
    add_all("u1 u2 u3 v1", false);
    add_all("w1", false);
    assert_string_equal(take(), "-u3");
    assert_int_equal(add("v2", false), ERR_BUSY);
    assert_order("u1 v1 w1 u2");
    close_line();
}

static void who_waits_too_long_is_turned_away(void **state)
{
    (void)state;
    open_line((struct line_limits){.running = 1, .waiting = 6, .wait_us = 5000});
    assert_true(line_next_us(line) == INT64_MAX);
    add_all("a1", true);
    assert_string_equal(take(), "a1"); /* runs for long */
    add_all("b1", true);
    now_us += 3000;
    add_all("c1 a2", true);
    assert_true(line_next_us(line) == 6000);
    now_us = 5999;
    assert_string_equal(take(), "");
    now_us = 6000;
    assert_string_equal(take(), "-b1");
    assert_string_equal(take(), "");
    assert_true(line_next_us(line) == 9000);
    end('a', true);
    assert_order("c1 a2");
    close_line();
}

/*
 * Twenty addresses guess fifty times a second, all clean at first; twenty families come one after
 * another, the first of them just before the guessers. Two workers, a whole second each: far too
 * little for all, and no family is turned away, nor waits for longer than three turns.
 */
static void a_crowd_that_guesses_keeps_no_family_out(void **state)
{
    (void)state;
    enum { STEP_US = 20000, RUN_STEPS = 50, STEPS = 2000, EVERY = 100, GUESSERS = 20, WORKERS = 2 };
    open_line((struct line_limits){.running = WORKERS,
                                   .waiting = 64,
                                   .address_waiting = 8,
                                   .unclean_running = 1,
                                   .wait_us = 5000000});
    static struct line_item guesses[STEPS], families[STEPS];
    struct {
        struct line_item *item;
        struct line_address *turn;
        int until;
    } runs[WORKERS] = {{0}};
    bool failed[GUESSERS] = {false};
    int families_served = 0, guesses_served = 0, longest = 0;
    for (int step = 0; step < STEPS; step++, now_us += STEP_US) {
        guesses[step] = (struct line_item){.clean = !failed[step % GUESSERS]};
        guesses[step].address[0] = (unsigned char)(1 + step % GUESSERS);
        (void)!line_add(line, &guesses[step], now_us);
        families[step] = (struct line_item){.owner = &families[step], .clean = true};
        memcpy(families[step].address + 1, &step, sizeof step);
        families[step].address[0] = 200;
        if (step % EVERY == 4) assert_int_equal(line_add(line, &families[step], now_us), OK);
        for (size_t i = 0; i < WORKERS; i++) {
            if (runs[i].turn && runs[i].until > step) continue;
            bool is_guess = runs[i].turn && !runs[i].item->owner;
            if (is_guess) failed[runs[i].item->address[0] - 1] = true;
            if (runs[i].turn) line_end(line, runs[i].turn, !is_guess);
            runs[i].turn = NULL;
            struct line_item *item;
            while ((item = line_take(line, now_us, &runs[i].turn)) && !runs[i].turn)
                assert_null(item->owner); /* no family is turned away */
            if (!item) continue;
            runs[i].item = item;
            runs[i].until = step + RUN_STEPS;
            guesses_served += !item->owner;
            if (!item->owner) continue;
            int waited = (int)((now_us - item->since_us) / STEP_US);
            families_served++;
            if (waited > longest) longest = waited;
        }
    }
    assert_int_equal(families_served, STEPS / EVERY);
    if (longest > 3 * RUN_STEPS) fail_msg("%d steps", longest);
    assert_true(guesses_served > GUESSERS); /* they have turns, too: a family may be among them */
    for (size_t i = 0; i < WORKERS; i++)
        if (runs[i].turn) line_end(line, runs[i].turn, true);
    now_us += 5000000;
    struct line_address *turn;
    while (line_take(line, now_us, &turn)) assert_null(turn);
    close_line();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_take_turns),
        cmocka_unit_test(the_newest_and_the_oldest_take_turns),
        cmocka_unit_test(one_of_an_address_runs_at_a_time),
        cmocka_unit_test(no_more_run_than_there_are_workers),
        cmocka_unit_test(clean_addresses_never_wait_behind_unclean_ones),
        cmocka_unit_test(a_failure_tells_about_all_of_an_address),
        cmocka_unit_test(running_ones_are_counted_when_their_address_turns_unclean),
        cmocka_unit_test(people_behind_one_address_all_get_their_turn),
        cmocka_unit_test(a_full_line_makes_room_for_who_has_fewer),
        cmocka_unit_test(unclean_ones_get_half_of_the_line_and_yield),
        cmocka_unit_test(unclean_ones_make_room_for_each_other),
        cmocka_unit_test(who_waits_too_long_is_turned_away),
        cmocka_unit_test(a_crowd_that_guesses_keeps_no_family_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
