/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl status */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/num.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/owner.h"
#include "ops/letterboxctl/site.h"
#include "ops/letterboxctl/telling.h"
#include "sanitise/cleaner.h"
#include "sanitise/virus.h"
#include "store/migrate.h"
#include "sys/file.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

static const char help[] =
    "usage: letterboxctl status [--json] [--conf FILE | --run DIR]\n"
    "\n"
    "Says which processes run (those that letterboxctl up started; a unit's are systemd's to "
    "tell),\n"
    "whether the sandbox for documents can be made and the virus scanner, if there is one, "
    "answers,\n"
    "whether the database answers and has this program's shape, what time it is for Letterbox, "
    "and\n"
    "for each agency what waits, what is under way and what failed and is with staff.\n"
    "\n"
    "It warns of host names, senders, subjects, certificates and page titles that have adopt, "
    "child,\n"
    "letterbox or famil in them: who shares a reader's phone would learn what the service is for.\n"
    "Such a warning is nothing that is wrong with the service.\n"
    "\n"
    "Exit status: 0 nothing is wrong; 1 something is, or could not be found out; 2 usage.\n";

/* ---- processes ---- */

static int64_t read_number(const struct site *site, const char *name, const char *end)
{
    BUF(text, 64);
    int64_t number;
    struct str path =
        arena_print(site->arena, "%s/%s.%s", site->conf.service_run_folder, name, end);
    if (file_read(path.at, &text) != OK ||
        !num_parse(str_trim(buf_str(&text)), 1, INT32_MAX, &number))
        return 0;
    return number;
}

/* "runs", "stopped" (a process id is noted, and nobody has it) or "unknown". */
static json_t *processes(const struct site *site, bool *wrong)
{
    json_t *list = json_array();
    for (int i = 0; i < OWNER_DB; i++) {
        const char *name = owner_word((enum owner_name)i);
        int64_t pid = read_number(site, name, "pid"), port = read_number(site, name, "port");
        bool runs = pid && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
        json_t *one = json_object();
        json_put_str(one, "name", str_from(name));
        json_put_str(one, "state", runs ? STR("runs") : pid ? STR("stopped") : STR("unknown"));
        if (runs) json_put_int(one, "pid", pid);
        if (port) json_put_int(one, "port", port);
        *wrong = *wrong || (pid && !runs);
        json_add(list, one);
    }
    return list;
}

/* ---- database ---- */

static void put_instant(json_t *object, const char *key, const struct store_rows *rows, size_t row,
                        const char *column)
{
    BUF(text, 64);
    struct utc instant;
    if (!rows_utc(rows, row, column, &instant)) return;
    utc_put(&text, instant);
    json_put_str(object, key, buf_str(&text));
}

static enum err read_database(struct db_pool *owner, struct arena *arena, json_t *all, bool *wrong)
{
    struct store_rows rows;
    json_t *database = json_object();
    json_put(all, "database", database);
    TRY(store_db_one(owner, NULL, QUERY_schema_number, NO_PARAMS, arena, &rows));
    int64_t schema = rows_int(&rows, 0, "number");
    json_put_int(database, "schema", schema);
    json_put_int(database, "program", store_migrate_newest());
    *wrong = *wrong || schema != store_migrate_newest();
    TRY(store_db_one(owner, NULL, QUERY_clock_state, NO_PARAMS, arena, &rows));
    json_put_str(database, "kind", rows_str(&rows, 0, "kind"));
    put_instant(database, "now", &rows, 0, "instant");
    json_put_int(database, "offset_seconds", rows_int(&rows, 0, "offset_s"));
    put_instant(database, "clock_jumped", &rows, 0, "jump_found_at");
    *wrong = *wrong || !rows_null(&rows, 0, "jump_found_at");
    return OK;
}

static enum err read_agencies(struct db_pool *owner, struct arena *arena, json_t *all, bool *wrong)
{
    struct site_agencies agencies;
    struct store_rows jobs, head;
    json_t *list = json_array();
    json_put(all, "agencies", list);
    TRY(site_agencies(owner, arena, &agencies));
    TRY(store_db_one(owner, NULL, QUERY_status_jobs, NO_PARAMS, arena, &jobs));
    for (size_t i = 0; i < agencies.count; i++) {
        json_t *one = json_object(), *queue = json_array();
        telling_agency(arena, agencies.at[i].slug, agencies.at[i].neutral_name,
                       agencies.at[i].help_email, json_object_get(all, "warnings"));
        json_put_str(one, "slug", agencies.at[i].slug);
        json_put_bool(one, "demo", agencies.at[i].is_demo);
        json_put_bool(one, "keys", agencies.at[i].has_keys);
        *wrong = *wrong || !agencies.at[i].has_keys;
        TRY(store_db_one(owner, NULL, QUERY_audit_head, PARAMS(P_INT(agencies.at[i].id)), arena,
                         &head));
        json_put_int(one, "audit_rows", rows_int(&head, 0, "number"));
        for (size_t j = 0; j < jobs.count; j++) {
            if (!str_equal(rows_str(&jobs, j, "slug"), agencies.at[i].slug)) continue;
            json_t *row = json_object();
            json_put_str(row, "worker", rows_str(&jobs, j, "worker"));
            json_put_str(row, "state", rows_str(&jobs, j, "state"));
            json_put_int(row, "jobs", rows_int(&jobs, j, "jobs"));
            put_instant(row, "oldest", &jobs, j, "oldest");
            *wrong = *wrong || str_equal(rows_str(&jobs, j, "state"), STR("staff"));
            json_add(queue, row);
        }
        json_put(one, "jobs", queue);
        json_add(list, one);
    }
    return OK;
}

/* ---- sandbox ---- */

/* Starts one real sandbox with nothing in it. */
static void try_sandbox(const struct spawner *spawner, json_t *all, bool *wrong)
{
    bool works = spawner && cleaner_probe(spawner) == OK;
    json_put_bool(all, "sandbox", works);
    *wrong = *wrong || !works;
}

/* ---- virus scanner ---- */

/* Nothing where none is configured. */
static void try_scanner(const struct site *site, json_t *all, bool *wrong)
{
    struct virus_scanner scanner;
    const char *problem = virus_configure(&site->conf, &scanner);
    if (!problem && scanner.rule == VIRUS_OFF) return;
    bool answers = !problem && virus_ping(scanner.socket) == OK;
    json_t *one = json_object();
    json_put_str(one, "rule", site->conf.press_clamd);
    json_put_bool(one, "answers", answers);
    json_put(all, "scanner", one);
    *wrong = *wrong || !answers;
}

static void print_scanner(const json_t *scanner)
{
    if (!scanner) return;
    if (json_is_true(json_object_get(scanner, "answers")))
        puts("scanner  answers");
    else if (!strcmp(json_string_value(json_object_get(scanner, "rule")), "required"))
        puts("scanner  DOES NOT ANSWER: documents wait until it does");
    else
        puts("scanner  DOES NOT ANSWER: documents are opened without a virus scan");
}

/* ---- for people ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static long long number_of(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

static void print_warnings(const json_t *warnings)
{
    size_t at;
    json_t *one;
    json_array_foreach(warnings, at, one)
    {
        printf("WARNING  %s: \"%s\" has \"%s\" in it, and tells whoever sees it what the service "
               "is for\n",
               text_of(one, "where"), text_of(one, "text"), text_of(one, "word"));
    }
}

static void print_jobs(const json_t *agency)
{
    static const struct {
        const char *state, *words;
    } states[] = {{"ready", "wait since"},
                  {"leased", "under way since"},
                  {"staff", "FAILED, with staff since"}};
    size_t at;
    json_t *row;
    json_array_foreach(json_object_get(agency, "jobs"), at,
                       row) for (size_t i = 0; i < sizeof states / sizeof *states;
                                 i++) if (!strcmp(text_of(row, "state"), states[i].state))
        printf("    %-6s %lld %s %s\n", text_of(row, "worker"), number_of(row, "jobs"),
               states[i].words, text_of(row, "oldest"));
}

static void print_all(const json_t *all)
{
    const json_t *database = json_object_get(all, "database");
    size_t at;
    json_t *one;
    json_array_foreach(json_object_get(all, "processes"), at, one)
    {
        printf("%-8s %s", text_of(one, "name"), text_of(one, "state"));
        if (json_object_get(one, "port")) printf("   port %lld", number_of(one, "port"));
        putchar('\n');
    }
    printf("sandbox  %s\n", json_is_true(json_object_get(all, "sandbox"))
                                ? "can be made"
                                : "CANNOT BE MADE: documents wait until it can");
    print_scanner(json_object_get(all, "scanner"));
    print_warnings(json_object_get(all, "warnings"));
    if (!database) return;
    printf("database migration %lld%s, %s, %s\n", number_of(database, "schema"),
           number_of(database, "schema") == number_of(database, "program")
               ? ""
               : " (NOT THIS PROGRAM'S: letterboxctl migrate)",
           text_of(database, "kind"), text_of(database, "now"));
    if (json_object_get(database, "clock_jumped"))
        printf("THE CLOCK JUMPED, found at %s: diary and post wait (letterboxctl clock)\n",
               text_of(database, "clock_jumped"));
    json_array_foreach(json_object_get(all, "agencies"), at, one)
    {
        printf("%s: %lld audit rows%s%s\n", text_of(one, "slug"), number_of(one, "audit_rows"),
               json_is_true(json_object_get(one, "demo")) ? ", demo" : "",
               json_is_true(json_object_get(one, "keys")) ? "" : ", KEYS ARE MISSING");
        print_jobs(one);
    }
}

/* ---- the command ---- */

static int show(const struct site *site, const struct spawner *spawner, bool as_json)
{
    JSON all = json_object();
    bool wrong = false;
    struct db_pool *owner = NULL;
    json_put(all, "processes", processes(site, &wrong));
    try_sandbox(spawner, all, &wrong);
    try_scanner(site, all, &wrong);
    json_put(all, "warnings", json_array());
    telling_site(site, json_object_get(all, "warnings"));
    int status = site_connect(site, "lb_owner", &owner);
    enum err code = OK;
    if (!status) code = read_database(owner, site->arena, all, &wrong);
    if (!status && code == OK) code = read_agencies(owner, site->arena, all, &wrong);
    store_db_close(&owner);
    wrong = wrong || status || code != OK;
    json_put_bool(all, "well", !wrong);
    if (as_json) {
        json_dumpf(all, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        print_all(all);
    }
    if (code != OK) return site_failed(site, "status", code);
    return wrong ? COMMAND_FAILED : COMMAND_DONE;
}

int command_status(int count, char **words)
{
    struct site_place place = {0};
    struct site site;
    bool as_json = false;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], "--json"))
            as_json = true;
        else if (!site_place_option(count, words, &i, &place))
            return command_usage("status", "\"%s\" is not understood", words[i]);
    }
    /* Before anything else is open: what it starts holds nothing of ours. */
    struct spawner *spawner = NULL;
    if (spawner_open(&(struct spawner_settings){0}, &spawner) != OK) spawner = NULL;
    ARENA(arena, ARENA_BYTES);
    int status = site_open("status", &place, arena, &site);
    if (!status) status = show(&site, spawner, as_json);
    spawner_close(&spawner);
    return status;
}
