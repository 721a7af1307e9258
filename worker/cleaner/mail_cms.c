/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_cms.h"

#include <openssl/cms.h>
#include <openssl/objects.h>

static void end_message(CMS_ContentInfo **message)
{
    CMS_ContentInfo_free(*message);
}

bool cms_signed_content(struct str bytes, struct buf *content)
{
    const unsigned char *at = (const unsigned char *)bytes.at;
    __attribute__((cleanup(end_message))) CMS_ContentInfo *message =
        d2i_CMS_ContentInfo(NULL, &at, (long)bytes.len);
    if (!message || OBJ_obj2nid(CMS_get0_type(message)) != NID_pkcs7_signed) return false;
    ASN1_OCTET_STRING **held = CMS_get0_content(message);
    if (!held || !*held || ASN1_STRING_length(*held) <= 0) return false;
    buf_add(content, (struct str){(const char *)ASN1_STRING_get0_data(*held),
                                  (size_t)ASN1_STRING_length(*held)});
    return buf_done(content) == OK;
}
