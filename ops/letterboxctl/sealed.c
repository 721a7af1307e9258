/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/sealed.h"

#include "core/json.h"
#include "core/limits.h"

enum err sealed_read(const struct sign_in *session, enum seal_purpose purpose, const char *table,
                     int64_t id, int64_t version, struct str sealed, json_t **ret_record)
{
    struct seal_binding binding = {purpose, session->agency_id, table, id, version};
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(seal_open(&binding, session->desk, session->desk_count, sealed, &text));
    return json_read(buf_str(&text), LIMIT_RECORD_BYTES, ret_record);
}

enum err sealed_write(const struct sign_in *session, enum seal_purpose purpose, const char *table,
                      int64_t id, int64_t version, const json_t *record, bool to_press,
                      struct buf *ret_sealed)
{
    const struct site_agency *agency = &session->agency;
    const struct seal_public to[] = {agency->desk, agency->press};
    struct seal_binding binding = {purpose, agency->id, table, id, version};
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    return seal_close(&binding, to, to_press ? 2 : 1, buf_str(&text), ret_sealed);
}
