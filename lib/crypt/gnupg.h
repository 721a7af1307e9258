/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_GNUPG_H
#define LETTERBOX_CRYPT_GNUPG_H

#include "core/err.h"

/*
 * A GNUPGHOME of our own: its folder, its configuration and its agent. letterboxctl makes one for
 * the press (mail key, the archive's public keys); `up`, or a unit, starts the agent before the
 * press confines itself. Nothing here is needed to use one: that is crypt/pgp.h.
 *
 * The path is absolute and short (the agent's socket stands in it; such paths end at 107 bytes).
 */

/*
 * Makes the folder, if it is not there, with mode 0700, and writes gpg.conf and gpg-agent.conf
 * (replacing them): no random seed file, no autostart, no key servers, no compression, no comments.
 */
MUST_CHECK enum err gnupg_home_make(const char *home);

/* Starts the agent of this home, and returns when it listens. OK also if one runs already. */
MUST_CHECK enum err gnupg_agent_start(const char *home);
/* Ends it. OK also if none runs. */
MUST_CHECK enum err gnupg_agent_stop(const char *home);

#endif
