/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "sanitise/letter.h"
#include "worker/press/prepare.h"

/*
 * Which of a party's several arrangements an e-mail is for, as far as it names something that this
 * very party was sent or wrote: the Message-ID of a mail of ours, which it answers, or a reference
 * of ours, XXXX-XXXX-XXXX, in its subject or in a text, as a quote of our mail has it. That says
 * nothing of who wrote it: anybody may have seen them.
 */

enum {
    REFERENCE_LETTERS = CODE_ID_LETTERS + 2,
    REFERENCES = 50, /* that are looked for; what names more names nothing */
};

struct named {
    struct buf *ids, *tokens; /* arrays of PostgreSQL: "{1,2" */
    size_t id_count, token_count;
};

static bool is_word(struct str text, size_t at)
{
    if (at >= text.len) return false;
    char c = text.at[at];
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
}

/* Those in a text, each with nothing like a letter or dash beside it. */
static void add_references(struct named *named, struct str text)
{
    for (size_t at = 0; at + REFERENCE_LETTERS <= text.len; at++) {
        int64_t id;
        struct str word = str_slice(text, at, at + REFERENCE_LETTERS);
        if (word.at[4] != '-' || word.at[9] != '-' || (at > 0 && is_word(text, at - 1)) ||
            is_word(text, at + REFERENCE_LETTERS) || !code_id_get(word, &id) ||
            ++named->id_count > REFERENCES)
            continue;
        buf_add_c(named->ids, named->id_count > 1 ? "," : "");
        buf_print(named->ids, "%lld", (long long)id);
    }
}

static void add_tokens(struct named *named, struct str message_ids)
{
    struct str id;
    while (str_split(&message_ids, ' ', &id)) {
        struct str token = prepare_message_token(id);
        if (token.len == 0 || ++named->token_count > REFERENCES) continue;
        buf_add_c(named->tokens, named->token_count > 1 ? "," : "");
        buf_add(named->tokens, token);
    }
}

enum err prepare_find_reference(struct store *store, struct job *job, const struct prepare *prepare,
                                int64_t party, int64_t *ret_arrangement)
{
    const struct mail *mail = prepare->mail;
    BUF(ids, 4096);
    BUF(tokens, 4096);
    struct named named = {.ids = &ids, .tokens = &tokens};
    struct store_rows rows;
    *ret_arrangement = 0;
    buf_add_c(&ids, "{");
    buf_add_c(&tokens, "{");
    add_references(&named, prepare->subject.len ? prepare->subject : mail->subject);
    for (size_t i = 0; i < prepare->review.part_count && prepare->contents; i++)
        if (prepare->review.parts[i].kind == REVIEW_TEXT)
            add_references(&named, prepare->contents[i]);
    add_tokens(&named, mail->in_reply_to);
    add_tokens(&named, mail->references);
    if (named.id_count + named.token_count == 0 || named.id_count > REFERENCES ||
        named.token_count > REFERENCES)
        return OK;
    buf_add_c(&ids, "}");
    buf_add_c(&tokens, "}");
    TRY(buf_done(&ids));
    TRY(buf_done(&tokens));
    TRY(store_query(store, QUERY_arrangement_of_reference,
                    PARAMS(P_INT(party), P_TEXT(buf_str(&tokens)), P_TEXT(buf_str(&ids))),
                    job->arena, &rows));
    if (rows.count == 1) *ret_arrangement = rows_int(&rows, 0, "arrangement_id");
    return OK;
}
