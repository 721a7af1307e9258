/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_SITE_H
#define LETTERBOX_LETTERBOXCTL_SITE_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/arena.h"
#include "core/conf.h"
#include "core/err.h"
#include "crypt/keys.h"
#include "crypt/seal.h"
#include "store/db.h"

/*
 * The installation that a subcommand works on: its configuration, its database under the roles that
 * the operator may take, its agencies and the key folders of its processes.
 *
 * The configuration is --conf FILE; else RUN/letterbox.conf where --run RUN or $RUN_DIR names the
 * run folder; else $LETTERBOX_CONF; else /etc/letterbox/letterbox.conf.
 *
 * Functions that answer int give COMMAND_DONE (0), or an exit status after they have said on
 * standard error what is wrong and what to do.
 */
enum { SITE_AGENCIES = 200, SITE_PATH_BYTES = 4096 };

struct site {
    const char *command; /* for messages */
    struct arena *arena;
    const char *conf_path;
    struct conf conf;
};

/* Where a subcommand's words say that the installation is. */
struct site_place {
    const char *conf, *run;
};

/*
 * Takes "--NAME VALUE" at words[*at], leaving *at on VALUE; false when it is not this option, or
 * nothing follows it.
 */
bool site_option(int count, char **words, int *at, const char *name, const char **ret_value);
bool site_place_option(int count, char **words, int *at, struct site_place *place);
/* Is there a file of settings at that place? */
bool site_is_there(const struct site_place *place, struct arena *arena);
int site_open(const char *command, const struct site_place *place, struct arena *arena,
              struct site *ret_site);

/* "letterboxctl COMMAND: words"; gives COMMAND_FAILED. */
__attribute__((format(printf, 2, 3))) int site_fail(const struct site *site, const char *format,
                                                    ...);
/* The same for an error of ours: "doing: message cure", with the database's own word of it. */
int site_failed(const struct site *site, const char *doing, enum err code);

/* The last line of a log, or nothing; of one that is too long its end, after "…". */
enum { SITE_LAST_WORDS_BYTES = 504 };
void site_last_words(const char *path, struct buf *text);

/* Connects as this database role ("postgres": the cluster's superuser) and tries it. */
int site_connect(const struct site *site, const char *role, struct db_pool **ret_pool);

/* ---- agencies ---- */
struct site_agency {
    int64_t id;
    struct str slug, neutral_name, help_email;
    bool is_demo, is_active;
    struct seal_public press, desk, post;
    struct seal_key_id desk_key;
    bool has_keys; /* all three are there */
};
struct site_agencies {
    struct site_agency *at;
    size_t count;
};
MUST_CHECK enum err site_agencies(struct db_pool *pool, struct arena *arena,
                                  struct site_agencies *ret_agencies);
const struct site_agency *site_agency_find(const struct site_agencies *agencies, struct str slug);

/* ---- folders of the processes ---- */
/*
 * Reads the keys of a process. As root it does so as the folder's owner, whose keys they are.
 */
int site_keys(const struct site *site, const char *folder, struct keys **ret_keys);

#endif
