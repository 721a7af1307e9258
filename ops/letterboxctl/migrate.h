/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_MIGRATE_H
#define LETTERBOX_LETTERBOXCTL_MIGRATE_H

#include "ops/letterboxctl/site.h"

/* Makes the roles and brings the database to this program's shape, with a line for each new file.
 */
int migrate_all(const struct site *site);

#endif
