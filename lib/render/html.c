/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/html.h"

#include "core/utf8.h"

static void escaped(struct str text, struct buf *html)
{
    size_t plain = 0;
    for (size_t at = 0; at < text.len; at++) {
        const char *entity = NULL;
        switch (text.at[at]) {
        case '&': entity = "&amp;"; break;
        case '<': entity = "&lt;"; break;
        case '>': entity = "&gt;"; break;
        case '"': entity = "&quot;"; break;
        case '\'': entity = "&#39;"; break;
        default: continue;
        }
        buf_add(html, str_slice(text, plain, at));
        buf_add_c(html, entity);
        plain = at + 1;
    }
    buf_add(html, str_from_byte(text, plain));
}

enum err render_html_text(struct str text, struct buf *ret_html)
{
    if (!utf8_valid(text)) return ERR_BAD_UTF8;
    bool open = false;
    struct str line;
    while (str_split(&text, '\n', &line)) {
        if (str_ends(line, STR("\r"))) line.len--;
        if (str_trim(line).len == 0) {
            if (open) buf_add_c(ret_html, "</p>\n");
            open = false;
            continue;
        }
        buf_add_c(ret_html, open ? "<br>" : "<p>");
        escaped(line, ret_html);
        open = true;
    }
    if (open) buf_add_c(ret_html, "</p>\n");
    return buf_done(ret_html);
}
