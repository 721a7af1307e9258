/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lines of SMTP and IMAP servers. */
#include <stdint.h>

#include "core/err.h"
#include "mail/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str rest = {(const char *)bytes, len}, line;
    while (str_split(&rest, '\n', &line)) {
        struct mail_reply_smtp smtp = mail_reply_smtp(line);
        ASSERT(smtp.code == 0 || (smtp.code >= 200 && smtp.code <= 599));
        ASSERT(smtp.status[MAIL_REPLY_STATUS_BYTES - 1] == 0);
        struct mail_reply_imap imap = mail_reply_imap(line);
        ASSERT(imap.kind != MAIL_REPLY_ENTRY || (imap.uid != 0 && imap.number != 0));
        ASSERT(imap.kind != MAIL_REPLY_UIDVALIDITY || imap.number != 0);
    }
    return 0;
}
