/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

/* Letters by where they are, oldest first, twenty to a page. */
struct tab {
    const char *code, *words;
    bool is_counted; /* what is done with is not: there is more of it each year */
    const char *states;
};

static const struct tab tabs[] = {
    {"arrived", "Arrived", true, "{received,preparing}"},
    {"to_read", "To read", true, "{in_review}"},
    {"escalated", "With a manager", true, "{escalated}"},
    {"second_check", "Second check", true, "{second_check}"},
    {"held", "On the shelf", true, "{held}"},
    {"returned", "Returned", true, "{returned}"},
    {"sent", "Sent on", false, "{approved,composed,released}"},
    {"all", "All", false,
     "{received,preparing,failed,in_review,escalated,second_check,held,returned,approved,composed,"
     "released}"},
};

enum { TABS = sizeof tabs / sizeof *tabs, A_PAGE = 20 };

struct listing {
    struct request *request;
    const struct tab *tab;
    int64_t page;
};

/* How many letters in a tab's states wait for somebody; what is done with is not counted. */
static int64_t count_of(const struct tab *tab, const struct store_rows *counts)
{
    int64_t count = 0;
    struct str states = str_from(tab->states);
    for (size_t row = 0; row < counts->count; row++)
        if (str_find(states, rows_str(counts, row, "state")) != STR_NONE)
            count += rows_int(counts, row, "count");
    return count;
}

static enum err put_tabs(struct listing *listing, struct store *store)
{
    static const char *const working =
        "{received,preparing,in_review,escalated,second_check,held,returned}";
    struct store_rows counts;
    json_t *list = json_array(), *object = json_object();
    json_put(object, "list", list);
    json_put(listing->request->view, "tabs", object);
    TRY(store_query(store, QUERY_letter_counts, PARAMS(P_TEXT(str_from(working))),
                    listing->request->arena, &counts));
    for (size_t i = 0; i < TABS; i++) {
        json_t *entry = json_object();
        json_put_str(entry, "code", str_from(tabs[i].code));
        json_put_str(entry, "words", str_from(tabs[i].words));
        if (tabs[i].is_counted) desk_put_number(entry, "count", count_of(&tabs[i], &counts));
        json_put_bool(entry, "here", &tabs[i] == listing->tab);
        json_add(list, entry);
    }
    return OK;
}

static enum err read_list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    json_object_clear(request->view);
    TRY(desk_keyring(request, store, &keyring));
    TRY(put_tabs(listing, store));
    TRY(store_query(store, QUERY_letter_list,
                    PARAMS(P_TEXT(str_from(listing->tab->states)), P_INT(A_PAGE + 1),
                           P_INT((listing->page - 1) * A_PAGE)),
                    request->arena, &rows));
    json_t *list = json_array(), *letters = json_object();
    json_put(letters, "list", list);
    json_put(request->view, "letters", letters);
    json_put_str(letters, "label", str_from(listing->tab->words));
    for (size_t row = 0; row < rows.count && row < A_PAGE; row++)
        TRY(desk_letter_row(request, store, &keyring, &rows, row, list));
    if (json_array_size(list) == 0) json_object_del(request->view, "letters");
    desk_put_pages(request, arena_print(request->arena, "state=%s", listing->tab->code).at,
                   listing->page, rows.count > A_PAGE);
    return desk_audit(store, "list_shown", "", 0, "", 0);
}

enum err get_letters(struct request *request)
{
    struct str wanted = form_line(&request->query, "state");
    struct listing listing = {.request = request, .tab = wanted.len ? NULL : &tabs[1]};
    for (size_t i = 0; i < TABS; i++)
        if (str_equal(wanted, str_from(tabs[i].code))) listing.tab = &tabs[i];
    if (!listing.tab) return ERR_NOT_FOUND;
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(request_run(request, read_list, &listing));
    return reply_page(request, "desk/letters");
}
