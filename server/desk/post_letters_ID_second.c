/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/decide.h"

/*
 * The second person: reads the same copies, answers a question whose answer stands on the page (so
 * that nobody agrees unread), and agrees or does not.
 */
struct checking {
    struct request *request;
    int64_t id;
    struct desk_letter letter;
    const char *problem_field, *problem;
};

/* The word that the question asks for: the first name of the first whose copy was approved. */
static struct str expected(struct request *request, const struct desk_letter *letter)
{
    for (size_t i = 0; i < letter->recipient_count; i++) {
        if (!desk_is_approved(letter, letter->recipients[i].id)) continue;
        struct str name = str_trim(desk_party_name(request, &letter->recipients[i]));
        size_t end = str_find_byte(name, ' ');
        return end == STR_NONE ? name : str_slice(name, 0, end);
    }
    return (struct str){NULL, 0};
}

struct str desk_second_question(struct request *request, const struct desk_letter *letter)
{
    (void)letter;
    return arena_str(request->arena,
                     STR("Whose copy stands first on this page? Type the first name."));
}

static enum err refuse(struct checking *checking, const char *field, const char *problem)
{
    checking->problem_field = field;
    checking->problem = problem;
    return ERR_BAD_INPUT;
}

static enum err agree(struct store *store, struct checking *checking)
{
    struct request *request = checking->request;
    const struct desk_letter *letter = &checking->letter;
    struct str fact = form_line(&request->form, "fact");
    if (desk_has_nothing(letter)) return refuse(checking, "", "letter-nothing");
    if (fact.len == 0) return refuse(checking, "fact", "fact-missing");
    if (!str_same(fact, expected(request, letter))) return refuse(checking, "fact", "fact-wrong");
    for (size_t i = 0; i < letter->decision_count; i++) {
        if (!desk_stands(letter, &letter->decisions[i])) continue;
        const struct decide decide = {request, letter, "second", letter->decisions[i].to,
                                      {0},     {0},    {0}};
        TRY(decide_record(store, &decide));
    }
    TRY(decide_move(request, store, letter, "approved"));
    TRY(decide_queue(request, store, "burn_release", letter->id));
    return desk_audit(store, "letter_second_agreed", "letter", letter->id, "party",
                      letter->from_party);
}

static enum err disagree(struct store *store, struct checking *checking)
{
    struct request *request = checking->request;
    struct str reason = str_trim(form_get(&request->form, "reason_second"));
    if (reason.len == 0) return refuse(checking, "reason_second", "why-missing");
    if (reason.len > PERSON_TEXT_BYTES) return refuse(checking, "reason_second", "text-too-long");
    const struct decide decide = {request, &checking->letter, "disagree", 0, {0}, reason, {0}};
    TRY(decide_record(store, &decide));
    TRY(decide_move(request, store, &checking->letter, "in_review"));
    return desk_audit(store, "letter_second_disagreed", "letter", checking->id, "party",
                      checking->letter.from_party);
}

static enum err check(struct store *store, void *context)
{
    struct checking *checking = context;
    struct request *request = checking->request;
    struct desk_keyring keyring;
    checking->problem = NULL;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_letter_read(request, store, &keyring, checking->id, DESK_WHOLE, &checking->letter));
    if (!str_equal(checking->letter.state, STR("second_check"))) return ERR_CONFLICT;
    if (desk_is_own(request, &checking->letter)) return ERR_FORBIDDEN;
    TRY(decide_check(request, &checking->letter, true));
    BUF(id, 16);
    code_id_put(&id, checking->id);
    request_then(request, "/letters/%s/done", id.at);
    struct str answer = form_line(&request->form, "second");
    if (str_equal(answer, STR("agree"))) return agree(store, checking);
    if (str_equal(answer, STR("disagree"))) return disagree(store, checking);
    return refuse(checking, "second", "agree-missing");
}

enum err post_letters_ID_second(struct request *request)
{
    struct checking checking = {.request = request, .id = request_number(request, 0)};
    enum err code = request_run_once(request, check, &checking);
    if (checking.problem && code == ERR_BAD_INPUT) {
        request_problem(request, checking.problem_field, checking.problem);
        return desk_decision_page(request, checking.id);
    }
    TRY(code);
    return reply_then(request, NULL);
}
