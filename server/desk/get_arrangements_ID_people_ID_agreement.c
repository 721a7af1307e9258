/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/pdf.h"
#include "server/desk/agreement.h"

/* The summary of an agreement on paper, for one person, to be posted or handed over. */

enum { FILE_BYTES = 4 * 1024 * 1024 };

struct making {
    struct arrangement_page page;
    struct str reads, title;
    struct agreement_summary summary;
};

static enum err make(struct store *store, void *context)
{
    struct making *making = context;
    struct arrangement_page *page = &making->page;
    struct request *request = page->request;
    struct agreement_choice choice;
    int64_t party = request_number(request, 1);
    TRY(desk_keyring(request, store, &page->keyring));
    TRY(arrangement_read(request, store, &page->keyring, page->id, &page->arrangement));
    const struct arrangement_member *member = arrangement_member(&page->arrangement, party);
    if (!member || !agreement_is_for(member)) return ERR_NOT_FOUND;
    TRY(agreement_choice(store, page, &choice));
    TRY(agreement_summary(page, &choice, member, making->reads, &making->summary));
    /* a text of it would tell who somebody is: the page says which */
    if (making->summary.leak_count) return ERR_CONFLICT;
    making->title = rows_str(&choice.agency, 0, "neutral_name");
    return desk_audit(store, "agreement_printed", "arrangement", page->id, "party", party);
}

static struct render_part *lay_out(const struct making *making)
{
    const struct agreement_summary *summary = &making->summary;
    struct render_part *parts =
        ARENA_MANY(making->page.request->arena, summary->line_count, struct render_part);
    for (size_t i = 0; i < summary->line_count; i++)
        parts[i] = (struct render_part){
            .kind = summary->lines[i].is_head ? RENDER_HEADING : RENDER_LINE,
            .text = summary->lines[i].text,
        };
    return parts;
}

static enum err draw(const struct making *making, struct buf *pdf)
{
    const struct desk *desk = making->page.request->app;
    const struct recipient_view view = {
        .reference = making->title,
        .title = making->title,
        .is_large = !str_equal(making->summary.reads, STR("usual")),
        .parts = lay_out(making),
        .part_count = making->summary.line_count,
    };
    pthread_mutex_lock(desk->fonts_lock);
    enum err code = render_pdf_letters(desk->fonts, &view, 1, pdf);
    pthread_mutex_unlock(desk->fonts_lock);
    return code;
}

enum err get_arrangements_ID_people_ID_agreement(struct request *request)
{
    struct making making = {.page = {.request = request, .id = request_number(request, 0)},
                            .reads = form_get(&request->query, "reads")};
    if (making.reads.len && !str_equal(making.reads, STR("usual")) &&
        !str_equal(making.reads, STR("large")) && !str_equal(making.reads, STR("easy")))
        return ERR_NOT_FOUND;
    enum err code = request_run(request, make, &making);
    if (code == ERR_CONFLICT)
        return reply_see(request, arrangement_path(request, making.page.id, "agreement").at, NULL);
    TRY(code);
    struct buf pdf = buf_new_secret(FILE_BYTES);
    code = draw(&making, &pdf);
    if (code != OK) {
        buf_free(&pdf);
        return code;
    }
    return reply_bytes(request, "application/pdf", "agreement.pdf", &pdf);
}
