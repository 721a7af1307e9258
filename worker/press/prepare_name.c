/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"
#include "core/limits.h"
#include "worker/press/prepare.h"

/* What a file was called, against what its bytes are. The name itself is nobody's business. */

/* Of the kinds that the cleaner takes apart; the others come to no part. */
static const char *const kind_words[KIND_COUNT] = {
    [KIND_JPEG] = "a JPEG picture",  [KIND_PNG] = "a PNG picture", [KIND_PDF] = "a PDF",
    [KIND_DOCX] = "a Word document", [KIND_MAIL] = "an e-mail",    [KIND_TEXT] = "plain text",
};

struct str prepare_name_lie(struct str head, enum kind kind, struct arena *arena)
{
    JSON called = NULL;
    if (!kind_words[kind] || json_read(head, LIMIT_RECORD_BYTES, &called) != OK) return STR("");
    enum kind said;
    struct str ending;
    if (!kind_of_name(json_get_str(called, "name"), &said, &ending) || said == kind) return STR("");
    return arena_print(arena, "The file is called .%.*s, but is %s", STR_ARG(ending),
                       kind_words[kind]);
}
