/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/utf8.h"
#include "redact/pattern_in.h"

/* Names under which somebody is found on an app or a site. */

enum { HANDLE_BYTES = 100 }; /* beyond its first word */

static const char services[] =
    "insta instagram ig snap snapchat sc tiktok tik facebook fb faceb00k "
    "twitter whatsapp discord xbox psn playstation roblox steam kik "
    "telegram youtube messenger skype gamertag username user handle "
    "minecraft fortnite twitch pinterest linkedin bereal signal viber "
    "ps5 ps4 podcast channel etsy depop paypal cashapp venmo soundcloud patreon "
    "threads reddit vinted onlyfans gamer screenname nickname callsign snapchats wechat imo "
    "hinge facetime duolingo strava spotify soundcloud ebay etsy wattpad tumblr epic nintendo "
    "switch friendcode login usernames handles handel";
static const char links[] =
    "is im i am as under called its it name named user username on at add "
    "me my by look for up find search follow tag handle account profile the "
    "there mine shes hes she he page id live";

/* The bytes of a name on a service: letters, digits, dots, underscores, hyphens. */
static size_t handle_end(const struct norm *norm, size_t word)
{
    size_t at = norm_word_end(norm, word), most = at + HANDLE_BYTES;
    struct str text = norm->text;
    while (at < text.len && at < most) {
        unsigned char c = (unsigned char)text.at[at];
        bool inside = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                      (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-' || c == '#';
        if (!inside) break;
        at++;
    }
    while (at > norm_word_end(norm, word) && strchr(".-", text.at[at - 1]) != NULL) at--;
    while (at < text.len && !utf8_on_boundary(text, at)) at++;
    return at;
}

/* A word that nobody writes but as a name on a service. */
static bool odd(struct patterns *p, size_t word, bool linked)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    size_t end = handle_end(norm, word), own = norm_word_end(norm, word);
    struct str tail = str_slice(norm->text, own, end);
    bool joint =
        end > own && (str_find_byte(tail, '_') != STR_NONE ||
                      str_find_byte(tail, '.') != STR_NONE || str_find_byte(tail, '#') != STR_NONE);
    size_t start = norm_word_start(norm, word);
    if (start > 0 && norm->text.at[start - 1] == '_') joint = true;
    if (joint) return true;
    if (w->count < 4) return false;
    if (memchr(norm->text.at + start, '\'', own - start) != NULL) return false; /* "you're" */
    if ((w->flags & WORD_MIXED) && w->count >= 5) {
        /* "30th", "8pm", "5ft": a number and its unit. */
        size_t digits = 0;
        while (digits < w->count && (norm->glyphs[w->glyph + digits].flags & GLYPH_DIGIT)) digits++;
        return digits == 0 || digits + 3 < w->count;
    }
    if ((w->flags & (WORD_DIGITS | WORD_CAPITAL)) || !linked || w->bare != w->count) return false;
    return !lexicon_ordinary(p->lexicon, w->hash) && !lexicon_proper(p->lexicon, w->hash) &&
           w->count >= 5;
}

/* "WoollyWilma": small letters, then a capital; no McNeil and no MacNeil. */
static bool camel(const struct norm *norm, size_t word)
{
    enum { SHORTEST = 7, FROM = 3 };
    const struct word *w = &norm->words[word];
    if (w->count < SHORTEST || (w->flags & (WORD_DIGITS | WORD_CAPS))) return false;
    const struct glyph *g = norm->glyphs + w->glyph;
    for (size_t i = FROM; i < w->count; i++)
        if ((g[i].flags & GLYPH_UPPER) && !(g[i - 1].flags & GLYPH_UPPER) &&
            !(i == FROM && g[0].point == 'm' && g[1].point == 'a' && g[2].point == 'c'))
            return true;
    return false;
}

/* "IMG_4471.jpg": what a photo is filed under. */
static bool file_name(const struct patterns *p, size_t word)
{
    for (size_t i = word; i < word + 4 && i + 1 < p->norm->word_count; i++) {
        const struct word *w = &p->norm->words[i];
        if (w->gap_length != 1) return false;
        if (w->gap == GAP_STOP)
            return pattern_is(p, i + 1,
                              "jpg jpeg png gif heic bmp tif tiff pdf doc docx odt rtf txt mp3 mp4 "
                              "m4a mov avi wav xls xlsx ppt pptx zip");
    }
    return false;
}

static void handle_mark(struct patterns *p, size_t word, int confidence, const char *why)
{
    const struct norm *norm = p->norm;
    size_t start = norm_word_start(norm, word);
    while (start > 0 && strchr("_@", norm->text.at[start - 1]) != NULL) start--;
    const struct str live = STR("live:"); /* of Skype */
    if (start >= live.len && str_same(str_slice(norm->text, start - live.len, start), live))
        start -= live.len;
    /* "kaiz dot otf" */
    enum { PIECES = 3 };
    const size_t end = handle_end(norm, word);
    while (word + 1 < norm->word_count && norm_word_start(norm, word + 1) < end) word++;
    for (size_t i = 0;
         i < PIECES && pattern_is(p, word + 1, "dot underscore") &&
         pattern_next(p, word, GAP_SPACE, 1) && pattern_next(p, word + 1, GAP_SPACE, 1);
         i++)
        word += 2;
    pattern_mark_bytes(p, start, handle_end(norm, word), MARK_HANDLE, confidence, why);
}

static void at_sign(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!(norm_gap_before(norm, word) & GAP_AT)) return;
    size_t start = norm_word_start(norm, word);
    while (start > 0 && norm->text.at[start - 1] == '_') start--;
    if (start == 0 || norm->text.at[start - 1] != '@') return;
    char before = start >= 2 ? norm->text.at[start - 2] : ' ';
    if (pattern_address_byte(before) || before == '@') return;
    const struct word *w = &norm->words[word];
    size_t end = handle_end(norm, word);
    if (end - start < 3 || (w->flags & WORD_DIGITS && end == norm_word_end(norm, word))) return;
    bool joint = end > norm_word_end(norm, word);
    /* "see you @school", "@3pm" */
    if (!joint && (lexicon_ordinary(p->lexicon, w->hash)) && !pattern_after(p, word, 5, services))
        return;
    if (!joint && (w->flags & WORD_MIXED) && w->count <= 4) return;
    handle_mark(p, word, 93, "a name with @ before it");
}

/* "kel_x94", "chlo#4471": with a sign inside that no other writing has there. */
static void joint_handle(struct patterns *p, size_t word)
{
    enum { SHORTEST = 5 };
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    if (!(w->gap & (GAP_UNDERSCORE | GAP_OTHER))) return;
    uint16_t before = norm_gap_before(norm, word);
    bool trailing = (w->gap & GAP_UNDERSCORE) && w->gap_length > 1 && (w->flags & WORD_MIXED);
    bool underscore = (w->gap == GAP_UNDERSCORE && w->gap_length == 1) || trailing;
    struct str text = norm->text;
    size_t start = norm_word_start(norm, word), end = norm_word_end(norm, word);
    bool tagged = end < text.len && text.at[end] == '#' && word + 1 < norm->word_count &&
                  (norm->words[word + 1].flags & WORD_DIGITS) && w->gap_length == 1 &&
                  norm->words[word + 1].count >= 3;
    if ((!underscore && !tagged) || (before & GAP_AT)) return;
    /* "roz.signs_88" */
    size_t first = word;
    while (first > 0 && norm->words[first - 1].gap == GAP_STOP &&
           norm->words[first - 1].gap_length == 1)
        first--;
    if (first < word && norm_word_start(norm, first) > 0 &&
        strchr(" (\n", text.at[norm_word_start(norm, first) - 1]) != NULL &&
        !(norm->words[word + 1].gap & GAP_AT)) {
        pattern_mark_bytes(p, norm_word_start(norm, first), handle_end(norm, word), MARK_HANDLE, 85,
                           "a name on an app");
        return;
    }
    if (start > 0 && pattern_address_byte(text.at[start - 1])) return;
    end = handle_end(norm, word);
    if (file_name(p, word)) return;
    if (end - start < SHORTEST ||
        (w->flags & WORD_DIGITS && norm->words[word + 1].flags & WORD_DIGITS))
        return;
    handle_mark(p, word, 85, "a name on an app");
}

/* "look up Dancing Dave on youtube", "search for 'MrsCraftyKitten' on insta" */
static void searched(struct patterns *p, size_t word)
{
    enum { MOST = 4 };
    const struct norm *norm = p->norm;
    if (!pattern_begins(p, word, BEGINS_HANDLE, "for up under by as") ||
        !(pattern_is(p, word, "as") || pattern_after(p, word, 2,
                                                     "search look looked find found type "
                                                     "google go goes searching known")))
        return;
    size_t first = word + 1, last = first;
    if (first >= norm->word_count || (norm->words[word].gap & (GAP_END | GAP_STOP))) return;
    for (size_t i = 0; i < MOST && last + 2 < norm->word_count; i++, last++) {
        if (norm->words[last].gap & (GAP_END | GAP_PARAGRAPH)) return;
        if (!pattern_is(p, last + 1, "on in") || !pattern_is(p, last + 2, services)) continue;
        if (pattern_is(p, first, "me us him her it them you the my your that this she he")) return;
        if (!(norm->words[first].flags & WORD_CAPITAL) && last == first &&
            lexicon_ordinary(p->lexicon, norm->words[first].hash))
            return;
        if (last == first && facts_allowed(p->facts, norm, first)) return;
        pattern_mark(p, first, last, MARK_HANDLE, 75, "the name somebody is found under");
        return;
    }
}

/* "hashtag #GracesGiraffes": words put together, that somebody can be found by. */
static bool hashtag(struct patterns *p, size_t word)
{
    enum { SHORTEST = 8 };
    const struct norm *norm = p->norm;
    const size_t start = norm_word_start(norm, word);
    if (!(norm_gap_before(norm, word) & GAP_OTHER)) return false;
    if (start == 0 || norm->text.at[start - 1] != '#' || norm->words[word].count < SHORTEST)
        return false;
    if (!camel(norm, word) && !(norm->words[word].flags & WORD_MIXED) &&
        !pattern_after(p, word, 2, "hashtag hashtags"))
        return false;
    if (lexicon_kinds(p->lexicon, norm->words[word].hash) != 0) return false;
    pattern_mark_bytes(p, start, handle_end(norm, word), MARK_HANDLE, 70, "a hashtag");
    return true;
}

/* The words from a service to the name that somebody has there. */
struct link {
    size_t name;
    bool linked; /* "my insta is …" */
    bool named;  /* "… called …": a name of several words may follow */
};

/* May this word stand between a service and a name? Notes what it says. */
static bool link_word(struct patterns *p, size_t at, struct link *link)
{
    const struct norm *norm = p->norm;
    if (!pattern_is(p, at, links) && !pattern_is(p, at, services) &&
        !pattern_is(p, at, "tok and too also new chat or still just"))
        return false;
    if (pattern_is(p, at, "am is im as under called its named name username tag"))
        link->linked = true;
    if (pattern_is(p, at, "as under called named name")) link->named = true;
    if (pattern_is(p, at, "im am") && at + 2 < norm->word_count &&
        (norm->words[at + 1].flags & norm->words[at + 2].flags & WORD_CAPITAL) &&
        norm->words[at + 1].gap == GAP_SPACE)
        link->named = link->linked = true;
    return true;
}

/* "my insta is kel_x", "on facebook as Kelly Marsden": over link words, up to five. */
static bool follow_link(struct patterns *p, size_t word, struct link *ret_link)
{
    enum { STEPS = 6 };
    const struct norm *norm = p->norm;
    struct link link = {.name = word + 1};
    link.linked = link.named = (norm->words[word].gap & GAP_COLON) != 0;
    for (; link.name <= word + STEPS && link.name < norm->word_count; link.name++) {
        const size_t at = link.name;
        const uint16_t gap = norm->words[at - 1].gap;
        if (gap & (GAP_PARAGRAPH | GAP_END)) return false;
        if ((gap & GAP_STOP) && (gap & GAP_SPACE)) return false;
        if (gap & GAP_COLON) link.linked = link.named = true;
        bool passed_over = facts_allowed(p->facts, norm, at) && !(gap & GAP_COLON) &&
                           !pattern_is(p, at - 1, "as under called is") && !odd(p, at, true);
        if (!passed_over && !link_word(p, at, &link)) break;
    }
    *ret_link = link;
    return link.name < norm->word_count && link.name <= word + STEPS;
}

/* "on facebook as Kelly Marsden", "KernowDyl #4471" */
static void whole_name(struct patterns *p, size_t first)
{
    enum { MORE = 2 };
    const struct norm *norm = p->norm;
    size_t last = first;
    while (last + 1 < norm->word_count && last < first + MORE &&
           norm->words[last].gap == GAP_SPACE &&
           (norm->words[last + 1].flags & (WORD_CAPITAL | WORD_DIGITS)))
        last++;
    if (last + 1 < norm->word_count && norm->words[last].gap_length == 2 &&
        norm->text.at[norm_word_start(norm, last + 1) - 1] == '#')
        last++;
    pattern_mark(p, first, last, MARK_HANDLE, 75, "the name somebody is found under");
}

/* A name behind the name of a service. */
static void on_service(struct patterns *p, size_t word)
{
    static const char why[] = "a name on an app";
    const struct norm *norm = p->norm;
    struct link link;
    if (!follow_link(p, word, &link)) return;
    const size_t at = link.name;
    const struct word *w = &norm->words[at];
    const bool capital = w->flags & WORD_CAPITAL;
    if (odd(p, at, link.linked)) {
        handle_mark(p, at, link.linked ? 90 : 75, why);
    } else if (!link.linked) {
        /* "discord pickledyl" */
        if (at == word + 1 && w->count >= 6 && !(w->flags & (WORD_CAPITAL | WORD_DIGITS)) &&
            lexicon_kinds(p->lexicon, w->hash) == 0 && norm->words[word].gap == GAP_SPACE)
            handle_mark(p, at, 60, why);
        else if (at == word + 1 && norm->words[word].gap == GAP_SPACE && w->gap == GAP_HYPHEN &&
                 lexicon_kinds(p->lexicon, w->hash) == 0)
            handle_mark(p, at, 65, why); /* "psn KAIZ-BT-OTF" */
        else if (camel(norm, at))
            handle_mark(p, at, 70, why);
    } else if (w->count < 2 || (w->flags & WORD_DIGITS)) {
        return;
    } else if (link.named && capital) {
        whole_name(p, at);
    } else if (!lexicon_ordinary(p->lexicon, w->hash) && !facts_allowed(p->facts, norm, at) &&
               !capital && w->count > 2) {
        handle_mark(p, at, 65, why);
    }
}

/* "Chelsea Broad-Vibes on youtube": a whole name that begins a line; `last`: its last word. */
static void on_a_service(struct patterns *p, size_t last)
{
    enum { MOST = 4 };
    const struct norm *norm = p->norm;
    if (!(norm->words[last].flags & WORD_CAPITAL) || norm->shouting) return;
    if (last + 2 >= norm->word_count || !pattern_is(p, last + 1, "on")) return;
    if (!pattern_is(p, last + 2, "youtube tiktok insta instagram twitch soundcloud spotify etsy"))
        return;
    size_t first = last;
    while (first > 0 && last - first < MOST &&
           pattern_next(p, first - 1, GAP_SPACE | GAP_HYPHEN, 1) &&
           (norm->words[first - 1].flags & WORD_CAPITAL))
        first--;
    if (first == last || lexicon_ordinary(p->lexicon, norm->words[first].hash)) return;
    if (first > 0 && !(norm_gap_before(norm, first) & (GAP_LINE | GAP_PARAGRAPH | GAP_END))) return;
    pattern_mark(p, first, last, MARK_HANDLE, 70, "the name somebody is found under");
}

/* "u/bazzaknowsbest": on a forum. */
static void forum_name(struct patterns *p, size_t word)
{
    enum { SHORTEST = 5 };
    const struct word *w = &p->norm->words[word];
    if (w->count != 1 || w->gap != GAP_SLASH || w->gap_length != 1 || !pattern_is(p, word, "u"))
        return;
    if (word + 1 >= p->norm->word_count || p->norm->words[word + 1].count < SHORTEST) return;
    pattern_mark_bytes(p, norm_word_start(p->norm, word), handle_end(p->norm, word + 1),
                       MARK_HANDLE, 80, "a name on a forum");
}

void pattern_handle(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    at_sign(p, word);
    joint_handle(p, word);
    if (pattern_begins(p, word, BEGINS_HANDLE, services)) {
        on_service(p, word);
        return;
    }
    forum_name(p, word);
    searched(p, word);
    on_a_service(p, word);
    if (hashtag(p, word)) return;
    /* "im kezzababe94x on snap" */
    if (word + 2 < norm->word_count && pattern_is(p, word + 1, "on at") &&
        pattern_is(p, word + 2, services) && pattern_next(p, word, GAP_SPACE | GAP_LINE, 2) &&
        odd(p, word, true) && !facts_allowed(p->facts, norm, word))
        handle_mark(p, word, 80, "a name on an app");
}
