/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl clock */
#include <stdio.h>
#include <string.h>

#include "core/num.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/site.h"

enum { ARENA_BYTES = 4 * 1024 * 1024, DAYS_MOST = 36600 };

static const char help[] =
    "usage: letterboxctl clock [--advance TIME | --confirm] [--conf FILE | --run DIR]\n"
    "\n"
    "Says what time it is for Letterbox, which judges everything by the database's clock.\n"
    "\n"
    "  --advance TIME  moves the clock of a demo or test on: 40d (days), 6h (hours), 30m "
    "(minutes).\n"
    "                  A live database refuses. It never moves back.\n"
    "  --confirm       a person has looked, and the system's clock is right: diary and post, "
    "which\n"
    "                  stop when it jumps by more than 24 hours, go on\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage.\n";

/* "40d" as "40 days"; false for what is no time. */
static bool read_time(struct str text, struct arena *arena, struct str *ret_interval)
{
    static const struct {
        char letter;
        const char *unit;
        int64_t most;
    } units[] = {{'d', "days", DAYS_MOST},
                 {'h', "hours", DAYS_MOST * (int64_t)24},
                 {'m', "minutes", DAYS_MOST * (int64_t)24 * 60}};
    int64_t number;
    if (text.len < 2) return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (text.at[text.len - 1] != units[i].letter) continue;
        if (!num_parse(str_slice(text, 0, text.len - 1), 0, units[i].most, &number)) return false;
        *ret_interval = arena_print(arena, "%lld %s", (long long)number, units[i].unit);
        return true;
    }
    return false;
}

static enum err show(struct db_pool *owner, struct arena *arena)
{
    struct store_rows rows;
    struct utc instant, jump;
    BUF(text, 64);
    TRY(store_db_one(owner, NULL, QUERY_clock_state, NO_PARAMS, arena, &rows));
    if (!rows_utc(&rows, 0, "instant", &instant)) return ERR_NOT_FOUND;
    utc_put(&text, instant);
    printf("%s (%.*s, %lld s ahead of the system's clock)\n", text.at,
           STR_ARG(rows_str(&rows, 0, "kind")), (long long)rows_int(&rows, 0, "offset_s"));
    if (!rows_utc(&rows, 0, "jump_found_at", &jump)) return OK;
    buf_clear(&text);
    utc_put(&text, jump);
    printf("The clock jumped by more than 24 hours, which was found at %s. Diary and post wait. If "
           "the clock is right: letterboxctl clock --confirm\n",
           text.at);
    return OK;
}

static enum err change(struct db_pool *owner, enum query_id query, struct str by,
                       struct arena *arena)
{
    struct store_rows rows;
    if (query == QUERY_clock_advance)
        return store_db_one(owner, NULL, query, PARAMS(P_TEXT(by)), arena, &rows);
    return store_db_one(owner, NULL, query, NO_PARAMS, arena, &rows);
}

int command_clock(int count, char **words)
{
    struct site_place place = {0};
    struct site site;
    struct db_pool *owner = NULL;
    struct str by = {NULL, 0};
    const char *advance = NULL;
    bool confirm = false;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], "--confirm"))
            confirm = true;
        else if (!site_place_option(count, words, &i, &place) &&
                 !site_option(count, words, &i, "--advance", &advance))
            return command_usage("clock", "\"%s\" is not understood", words[i]);
    }
    ARENA(arena, ARENA_BYTES);
    if (advance && !read_time(str_from(advance), arena, &by))
        return command_usage("clock", "\"%s\" is no time; write 40d, 6h or 30m", advance);
    if (advance && confirm) return command_usage("clock", "--advance or --confirm, not both");
    int status = site_open("clock", &place, arena, &site);
    if (!status) status = site_connect(&site, "lb_owner", &owner);
    if (status) return status;
    enum err code = OK;
    if (advance) code = change(owner, QUERY_clock_advance, by, arena);
    if (confirm) code = change(owner, QUERY_clock_confirm, by, arena);
    if (code == OK) code = show(owner, arena);
    store_db_close(&owner);
    if (code == OK) return COMMAND_DONE;
    if (code == ERR_DB_REFUSED && !strcmp(store_refusal(), "cluster_live_clock"))
        return site_fail(&site, "This database is live: its clock is not moved.");
    return site_failed(&site, "clock", code);
}
