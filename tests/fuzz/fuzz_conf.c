/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The configuration: whatever stands in the file, there are settings within bounds, or a reason. */
#include <stdint.h>

#include "core/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len > 65536) return 0;
    ARENA(arena, 256 * 1024);
    BUF(problem, 8192);
    struct conf conf;
    enum err code =
        conf_read((struct str){(const char *)bytes, len}, STR("f"), arena, &problem, &conf);
    ASSERT(code == OK || code == ERR_CONFIG);
    ASSERT((code == OK) == (problem.len == 0));
    if (code != OK) return 0;
    ASSERT(conf.portal_port >= 0 && conf.portal_port <= 65535);
    ASSERT(conf.service_name.len <= 60);
    ASSERT(conf.portal_tls_key[0] == 0 || conf.portal_tls_key[0] == '/');
    return 0;
}
