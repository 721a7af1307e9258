/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_TELLING_H
#define LETTERBOX_LETTERBOXCTL_TELLING_H

#include <jansson.h>

#include "ops/letterboxctl/site.h"

/*
 * What a stranger could learn from names (rules/neutral.h): of hosts, senders, certificates, and of
 * the agencies, which stand in subjects and page titles.
 *
 * Each finding is {"where":"[portal] host_name","text":"letterbox.example","word":"letterbox"}.
 */

/* Of the configuration, the certificates that it names, and the templates. */
void telling_site(const struct site *site, json_t *findings);
/* Of an agency's neutral name and its help address. */
void telling_agency(struct arena *arena, struct str slug, struct str neutral_name,
                    struct str help_email, json_t *findings);

#endif
