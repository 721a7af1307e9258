/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_DEMO_SITE_H
#define LETTERBOX_LETTERBOXCTL_DEMO_SITE_H

#include "ops/letterboxctl/owner.h"
#include "ops/letterboxctl/site.h"

/*
 * What init --demo makes besides an installation: the configuration of a run folder, a certificate,
 * and two agencies with archive keys whose secret halves lie in the run folder, which a real
 * service never does.
 */
enum { DEMO_SETTINGS_MAX = 64 };

/* A setting "section.key=value" of --set. */
struct demo_settings {
    const char *at[DEMO_SETTINGS_MAX];
    size_t count;
};

/* The two agencies of the demo. */
enum { DEMO_AGENCIES = 2 };
extern const struct demo_agency {
    const char *slug, *name, *neutral_name, *phone;
} demo_agencies[DEMO_AGENCIES];

/*
 * The run folder as an absolute path: --run, else $RUN_DIR, else ./run. Makes it.
 */
int demo_site_folder(const char *command, const struct site_place *place,
                     const struct owners *owners, struct arena *arena, const char **ret_run);
/* Writes RUN/letterbox.conf (ours: it is written anew each time) and, once, RUN/tls. */
int demo_site_write(const char *command, const char *run, const struct owners *owners,
                    const struct demo_settings *settings, struct arena *arena);
/* Makes the agency, if it is not there, with its administrator's sign-in noted. */
int demo_site_agency(const struct site *site, const struct owners *owners,
                     const struct demo_agency *agency);

#endif
