/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_FOUND_H
#define LETTERBOX_LETTERBOXCTL_FOUND_H

#include "crypt/totp.h"
#include "ops/letterboxctl/enrol.h"
#include "ops/letterboxctl/owner.h"
#include "ops/letterboxctl/site.h"

/*
 * A new agency: all its keys, each in the folder of the process that holds it, its rows in the
 * database, its first administrator.
 *
 *   portal   SLUG.keys   lookup-sign-in                              and host.keys, once
 *   desk     SLUG.keys   lookup-staff -sender -address -phone -alias, digest-screen; host.keys
 *   press    SLUG.keys   press pair, lookup-sender -address -phone -alias, digest-screen
 *            GNUPGHOME   the mail key; the archive's public keys
 *   post     SLUG.keys   post pair, lookup-double
 *   (no file)            the desk secret: sealed to the administrator, and in the recovery copy
 *
 * The recovery copy, RECOVERY/recovery-SLUG.pgp, holds all of these but the mail key, encrypted to
 * the agency's archive keys.
 */
enum { FOUND_ARCHIVE_KEYS = 4, FOUND_KEY_BYTES = 64 * 1024 };

struct found_agency {
    struct str slug, name, neutral_name, help_phone;
    struct str mail_user; /* user id of the mail key: "Name <address>" */
    bool is_demo;
    struct str archive[FOUND_ARCHIVE_KEYS]; /* public keys, armored or binary */
    size_t archive_count;                   /* at least two */
    const char *recovery_folder;
    struct enrol_who administrator;
};

/* Makes the folders of the configuration that are missing, and the host secrets. */
int found_folders(const struct site *site, const struct owners *owners);
/* The press's GNUPGHOME, at rest. */
int found_agency(const struct site *site, const struct owners *owners,
                 const struct found_agency *agency);

/* Does this GNUPGHOME's agent answer? */
bool found_agent_runs(const char *home);

#endif
