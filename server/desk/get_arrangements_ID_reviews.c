/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement_review.h"

enum err get_arrangements_ID_reviews(struct request *request)
{
    return arrangement_reviews_page(request, request_number(request, 0), 200);
}
