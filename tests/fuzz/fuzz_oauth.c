/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An answer of a token endpoint: a token that comes out of it can stand in one line of SASL. */
#include <stdint.h>

#include "mail/oauth.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(const struct buf *token)
{
    for (size_t i = 0; i < token->len; i++) ASSERT(token->at[i] > ' ' && token->at[i] <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0) return 0;
    struct mail_oauth_answer answer;
    struct str body = {(const char *)bytes + 1, len - 1};
    mail_oauth_answer_read(body, bytes[0] & 1 ? 200 : 400, &answer);
    check(&answer.token);
    check(&answer.refresh);
    ASSERT(answer.error || (answer.token.len > 0 && answer.seconds > 0));
    buf_free(&answer.token);
    buf_free(&answer.refresh);
    return 0;
}
