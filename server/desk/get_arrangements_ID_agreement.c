/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/agreement.h"

/* What was agreed, in plain words, for each of those who take part. */

static void put_versions(struct request *request, const struct agreement_choice *choice)
{
    json_t *list = json_array();
    for (size_t i = 0; i < choice->count; i++) {
        json_t *row = json_object();
        json_add(list, row);
        desk_put_number(row, "number", choice->versions[i].number);
        desk_put_day(row, "starts", choice->versions[i].terms.starts);
        if (i) desk_put_day(row, "changes", choice->versions[i - 1].terms.starts);
        json_put_bool(row, "chosen", i == choice->at);
    }
    desk_put_list(request->view, "versions", list);
    desk_put_number(request->view, "shown", choice->versions[choice->at].number);
    json_put_bool(request->view, "several", choice->count > 1);
}

/* {head, lines {list}} for each head; what stands before the first is under the title. */
static json_t *parts_of(const struct agreement_summary *summary)
{
    json_t *parts = json_array(), *lines = NULL;
    for (size_t i = 0; i < summary->line_count; i++) {
        const struct agreement_line *line = &summary->lines[i];
        if (line->is_head) {
            json_t *part = json_object();
            lines = json_array();
            json_put_str(part, "head", line->text);
            json_put_bool(part, "is_title", i == 0);
            json_put(part, "lines", lines);
            json_add(parts, part);
        } else if (lines) {
            json_add(lines, json_str(line->text));
        }
    }
    return parts;
}

static enum err put_person(const struct arrangement_page *page,
                           const struct agreement_choice *choice,
                           const struct arrangement_member *member, json_t *list)
{
    struct request *request = page->request;
    struct agreement_summary summary;
    TRY(agreement_summary(page, choice, member, STR(""), &summary));
    json_t *row = json_object(), *leaks = json_array();
    json_add(list, row);
    json_put_code(row, "id", member->party.id);
    json_put_str(
        row, "name",
        desk_sentence(request, arrangement_called(request, &page->arrangement, member->party.id)));
    json_put(row, "reads", desk_tagged(request, summary.reads));
    json_put_bool(row, "is_english",
                  str_equal(member->party.language, STR("en")) ||
                      str_equal(member->party.language, STR("und")));
    desk_put_list(row, "parts", parts_of(&summary));
    for (size_t i = 0; i < summary.leak_count; i++) {
        json_t *leak = json_object();
        json_put(leak, "what", desk_tagged(request, str_from(summary.leaks[i].what)));
        json_put_str(leak, "text", summary.leaks[i].text);
        json_add(leaks, leak);
    }
    desk_put_list(row, "leaks", leaks);
    return OK;
}

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct agreement_choice choice;
    enum err code = agreement_choice(store, page, &choice);
    /* nothing is agreed yet: the page says so */
    if (code == ERR_NOT_FOUND && !form_has(&page->request->query, "version")) return OK;
    TRY(code);
    json_t *list = json_array();
    put_versions(page->request, &choice);
    for (size_t i = 0; i < page->arrangement.member_count; i++)
        if (agreement_is_for(&page->arrangement.members[i]))
            TRY(put_person(page, &choice, &page->arrangement.members[i], list));
    desk_put_list(page->request->view, "summaries", list);
    return OK;
}

enum err get_arrangements_ID_agreement(struct request *request)
{
    struct arrangement_page page = {
        .request = request, .id = request_number(request, 0), .tab = "agreement", .fill = fill};
    return arrangement_page(&page, 200);
}
