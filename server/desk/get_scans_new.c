/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/scan.h"
#include "sys/clock.h"

enum err get_scans_new(struct request *request)
{
    const struct scan_form form = {
        .what = STR("letter"), .has_day = true, .day = clock_day(request->arrived)};
    int64_t party = 0;
    (void)form_id(&request->query, "party", &party);
    return scan_page(request, &form, party, STR(""));
}
