/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Authentication-Results: two headers apart by a 0x1f; the second can't turn a fail into a pass. */
#include <stdint.h>

#include "core/err.h"
#include "mail/authres.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str rest = {(const char *)bytes, len}, first = {NULL, 0};
    (void)str_split(&rest, 0x1f, &first);
    struct mail_authres authres = {0};
    mail_authres_add(&authres, first, STR("mx.agency.test"), STR("mail.example.org"));
    enum mail_authres_verdict before = mail_authres_judge(&authres);
    mail_authres_add(&authres, rest, STR("mx.agency.test"), STR("mail.example.org"));
    enum mail_authres_verdict after = mail_authres_judge(&authres);
    bool dmarc_failed = authres.dmarc == MAIL_AUTHRES_FAIL;
    ASSERT(!(before == MAIL_AUTHRES_SPOOFED && after == MAIL_AUTHRES_AUTHENTIC) ||
           authres.dmarc == MAIL_AUTHRES_PASS);
    ASSERT(!dmarc_failed || after == MAIL_AUTHRES_SPOOFED);
    ASSERT(authres.headers <= 2);
    return 0;
}
