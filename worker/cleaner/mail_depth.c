/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_depth.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

_Static_assert(GUMBO_TAG_LAST <= UCHAR_MAX, "a tag is kept in a byte");

/* Longer than the name of any element that is known; a page may have one name of a megabyte. */
enum { NAME_MAX_BYTES = 40 };

/* The elements that are open, outermost first. */
struct open {
    unsigned char tags[DEPTH_MAX];
    size_t count;
};

static struct str tag_name(struct str rest)
{
    size_t len = 0;
    if (rest.len == 0 || !isalpha((unsigned char)rest.at[0])) return (struct str){NULL, 0};
    while (len < rest.len && len < NAME_MAX_BYTES && !isspace((unsigned char)rest.at[len]) &&
           rest.at[len] != '>' && rest.at[len] != '/')
        len++;
    return str_slice(rest, 0, len);
}

GumboTag depth_tag(struct str name)
{
    name = tag_name(name);
    return name.len ? gumbo_tagn_enum(name.at, (unsigned)name.len) : GUMBO_TAG_UNKNOWN;
}

size_t depth_end(struct str html, size_t start, GumboTag tag)
{
    size_t last = html.len - 1;
    for (size_t at = start + 1; at < last; at++)
        if (html.at[at] == '<' && html.at[at + 1] == '/' &&
            depth_tag(str_from_byte(html, at + 2)) == tag)
            return at;
    return last;
}

static bool is_void(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_AREA:
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_IMAGE:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_PARAM:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
    case GUMBO_TAG_WBR: return true;
    default: return false;
    }
}

/* Those that need no end tag. */
static bool ends_itself(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH: return true;
    default: return false;
    }
}

/* Does the start of one element end the innermost open one? */
static bool is_ended_by(GumboTag innermost, GumboTag starts)
{
    bool is_cell = innermost == GUMBO_TAG_TD || innermost == GUMBO_TAG_TH;
    switch (starts) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL: return innermost == GUMBO_TAG_P;
    case GUMBO_TAG_LI: return innermost == GUMBO_TAG_P || innermost == GUMBO_TAG_LI;
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
        return innermost == GUMBO_TAG_P || innermost == GUMBO_TAG_DT || innermost == GUMBO_TAG_DD;
    case GUMBO_TAG_OPTION: return innermost == GUMBO_TAG_OPTION;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH: return innermost == GUMBO_TAG_P || is_cell;
    case GUMBO_TAG_TR: return innermost == GUMBO_TAG_P || is_cell || innermost == GUMBO_TAG_TR;
    default: return false;
    }
}

/* False when there is no more room. */
static bool open_tag(struct open *open, GumboTag tag)
{
    while (open->count > 0 && is_ended_by((GumboTag)open->tags[open->count - 1], tag))
        open->count--;
    if (open->count == DEPTH_MAX) return false;
    open->tags[open->count++] = (unsigned char)tag;
    return true;
}

/* With what in it needs no end of its own; the end of what is not open ends nothing. */
static void close_tag(struct open *open, GumboTag tag)
{
    const unsigned char *found = memrchr(open->tags, (int)tag, open->count);
    if (!found) return;
    size_t kept = (size_t)(found - open->tags);
    for (size_t i = kept + 1; i < open->count; i++)
        if (!ends_itself((GumboTag)open->tags[i])) open->tags[kept++] = open->tags[i];
    open->count = kept;
}

bool depth_is_over(struct str html)
{
    struct open open = {.count = 0};
    for (size_t at = 0; at + 1 < html.len; at++) {
        if (html.at[at] != '<') continue;
        bool is_end = html.at[at + 1] == '/';
        struct str name = tag_name(str_from_byte(html, at + (is_end ? 2 : 1)));
        if (name.len == 0) continue;
        GumboTag tag = depth_tag(name);
        if (is_end)
            close_tag(&open, tag);
        else if (!is_void(tag) && !open_tag(&open, tag))
            return true;
        if (!is_end && (tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE))
            at = depth_end(html, at, tag) - 1;
    }
    return false;
}
