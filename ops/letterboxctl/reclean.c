/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl reclean LETTER */
#include <stdio.h>
#include <string.h>

#include "core/code.h"
#include "core/num.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/sign_in.h"
#include "sys/clock.h"

enum { ARENA_BYTES = 8 * 1024 * 1024 };

static const char help[] =
    "usage: letterboxctl reclean LETTER [--sign-in-fd N] [--conf FILE | --run DIR]\n"
    "\n"
    "Signs in a coordinator or manager (e-mail, password, code) and has the press take the "
    "letter's\n"
    "sealed originals apart anew, with the cleaner of today. Its pages, marks and concerns are "
    "made\n"
    "anew; a letter of which somebody was sent a copy stays as it is. One that carries a virus is "
    "not\n"
    "opened by this: a manager has that done at the desk.\n"
    "\n"
    "  LETTER             its reference, as the desk shows it, or its number in the address bar\n"
    "  --sign-in-fd N     read the e-mail address, password and code, a line each, from this\n"
    "                     descriptor and not from the terminal\n"
    "  --conf FILE | --run DIR\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage.\n";

struct work {
    struct site site;
    struct signed_in who;
    const char *reference;
    int64_t letter;
    struct str result;
};

static enum err take_apart(struct store *store, void *context)
{
    struct work *work = context;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_letter_take_apart_anew, PARAMS(P_INT(work->letter)),
                        work->site.arena, &rows));
    work->result = rows_str(&rows, 0, "result");
    if (!str_equal(work->result, STR("done")) && !str_equal(work->result, STR("apart"))) return OK;
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(STR("letter_recleaned")), P_TEXT(STR("letter")),
                           P_INT(work->letter), P_NULL, P_NULL, P_NULL));
}

static int act(void *context)
{
    struct work *work = context;
    if (!str_equal(work->who.session.role, STR("coordinator")) &&
        !str_equal(work->who.session.role, STR("manager")))
        return site_fail(&work->site,
                         "Only a coordinator or manager has a letter taken apart anew.");
    enum err code = store_db_run(work->who.session.pool, &work->who.session.gate, take_apart, work);
    if (code != OK) return site_failed(&work->site, "reclean", code);
    if (str_equal(work->result, STR("unknown")))
        return site_fail(&work->site, "There is no letter %s in this agency.", work->reference);
    if (str_equal(work->result, STR("state")))
        return site_fail(&work->site,
                         "Letter %s is not before staff: only one that is in review, in quarantine "
                         "or could not be prepared is taken apart anew.",
                         work->reference);
    if (str_equal(work->result, STR("infected")))
        return site_fail(
            &work->site,
            "Letter %s carries a virus and stays shut. A manager can have it opened at "
            "the desk, under Kept apart, with a reason.",
            work->reference);
    if (str_equal(work->result, STR("copies")))
        return site_fail(&work->site, "Somebody was sent a copy of letter %s: it stays as it is.",
                         work->reference);
    if (str_equal(work->result, STR("apart")))
        printf(
            "%s: a virus was found in it, so it is kept apart again until a manager has it opened "
            "once more.\n",
            work->reference);
    else
        printf("%s: the press takes it apart anew.\n", work->reference);
    return COMMAND_DONE;
}

int command_reclean(int count, char **words)
{
    struct site_place place = {0};
    struct work work = {.who = {.keys = NULL}};
    const char *fd_text = NULL;
    int64_t fd = -1;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++) {
        if (site_place_option(count, words, &i, &place) ||
            site_option(count, words, &i, "--sign-in-fd", &fd_text))
            continue;
        if (work.reference || words[i][0] == '-')
            return command_usage("reclean", "\"%s\" is not understood", words[i]);
        work.reference = words[i];
    }
    if (!work.reference) return command_usage("reclean", "which letter?");
    if (!command_reference(work.reference, &work.letter))
        return command_usage("reclean", "\"%s\" is no reference of a letter", work.reference);
    if (fd_text && !num_parse(str_from(fd_text), 0, 1023, &fd))
        return command_usage("reclean", "--sign-in-fd takes the number of an open descriptor");
    ARENA(arena, ARENA_BYTES);
    clock_zone("Europe/London");
    int status = site_open("reclean", &place, arena, &work.site);
    return status ? status : sign_in_act(&work.site, (int)fd, &work.who, act, &work);
}
