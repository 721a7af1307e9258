/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/qr.h"
#include "server/portal/account.h"

/* The QR code for an authenticator app. */
enum err get_account_totp_image(struct request *request)
{
    struct own_account account;
    struct str secret;
    TRY(account_read(request, &account));
    TRY(account_new_secret(request, &account, &secret));
    BUF_SECRET(uri, 1000);
    TRY(account_uri(request, secret, &uri));
    struct buf image = buf_new_secret((size_t)64 * 1024);
    enum err code = qr_png(buf_str(&uri), &image);
    if (code != OK) {
        buf_free(&image);
        return code;
    }
    return reply_bytes(request, "image/png", NULL, &image);
}
