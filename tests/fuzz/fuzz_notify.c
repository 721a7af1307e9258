/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What GOV.UK Notify answers: the id of what it took, and what became of it. */
#include <stdint.h>

#include "mail/notify_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str answer = {(const char *)bytes, len};
    char id[MAIL_NOTIFY_ID_LETTERS + 1];
    struct mail_notify_found found;
    struct mail_notify_key key;
    if (mail_notify_id_get(answer, id)) ASSERT(mail_notify_is_id(str_from(id)));
    if (mail_notify_status(answer, &found) == OK) {
        ASSERT(mail_notify_is_id(str_from(found.id)));
        ASSERT(found.status[0] != 0);
        (void)mail_notify_failed(&found);
    }
    if (mail_notify_key_get(answer, &key)) ASSERT(mail_notify_is_id(str_from(key.service)));
    return 0;
}
