/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/utf8.h"
#include "redact/pattern_in.h"

/*
 * E-mail addresses, web addresses.
 *
 * Addresses stand as they are ("jo.s@mail.example"), with spaces ("jo . s @ mail . example"), or in
 * words ("jo dot s at mail dot example").
 */

static const char suffixes[] =
    "com org net uk wales scot cymru london ie eu info biz name pro mobi online site website xyz "
    "shop "
    "store app dev blog live club page link email cloud tech space fun family world life today "
    "news "
    "media social chat gg ly tv cc io co ai fm gl ws to me us it pl ro de fr es nl be pt lt lv ua "
    "ru in pk bd ng gh za au nz ca ch at no se dk fi gr cz sk hu bg hr rs tr edu gov ac sch nhs "
    "mod "
    "police example test invalid localhost";
/* Words too: "write to me.it is fine" is not an address. */
static const char word_suffixes[] =
    "to me us it be in at no is so my do as am an pro name live club "
    "page link store shop family world life today news space fun chat "
    "social media site test london";
static const char providers[] =
    "gmail googlemail hotmail outlook yahoo ymail icloud aol btinternet "
    "protonmail proton live msn virginmedia talktalk sky mail gmx onet wp "
    "interia o2";

static bool white(const struct norm *norm, size_t word)
{
    return (norm->words[word].gap & (GAP_SPACE | GAP_LINE | GAP_PARAGRAPH)) != 0;
}

static bool is_dot_word(struct patterns *p, size_t word)
{
    return pattern_begins(p, word, BEGINS_NET,
                          "dot d0t dott punkt kropka pont punto ponto dotcom period");
}

/* A host name has a joint behind its first word: most words end here. */
static bool joint_after(struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    if (w->gap & (GAP_STOP | GAP_HYPHEN)) return true;
    if (word + 1 >= p->norm->word_count) return false;
    return (w->count == 1 && w[1].count == 1) || is_dot_word(p, word + 1) ||
           pattern_begins(p, word + 1, BEGINS_NET, "dash hyphen underscore");
}

/* Does a dot join this word and what follows? Returns the words to skip: 1 for a mark, 2 for a word
 * "dot" between; 0 for none. */
static size_t dot_after(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (word + 1 >= norm->word_count) return 0;
    const struct word *w = &norm->words[word];
    if ((w->gap & GAP_STOP) &&
        !(w->gap & ~(GAP_STOP | GAP_SPACE | GAP_LINE | GAP_OPEN | GAP_CLOSE)) &&
        w->gap_length <= 3) {
        /* "end. Next" has white space behind the stop only: not a joint. */
        if (!(w->gap & (GAP_SPACE | GAP_LINE))) return 1;
        struct str gap = norm_gap(norm, word);
        if (gap.at[0] == ' ' && memchr(gap.at, '.', gap.len) != NULL) return 1;
        return 0;
    }
    if (is_dot_word(p, word + 1) && word + 2 < norm->word_count && w->gap_length <= 3 &&
        norm->words[word + 1].gap_length <= 3 &&
        !(norm->words[word + 1].gap & (GAP_STOP | GAP_END | GAP_PARAGRAPH | GAP_COMMA)))
        return 2;
    return 0;
}

/*
 * A host name from this word on: labels joined by dots (hyphens inside), the last a known suffix.
 * ret_spelled: a dot was a word or stood apart.
 */
static bool host_at(struct patterns *p, size_t word, size_t *ret_last, bool *ret_spelled)
{
    const struct norm *norm = p->norm;
    size_t at = word, best = SIZE_MAX, labels = 1;
    bool spelled = false, best_spelled = false;
    for (size_t steps = 0; steps < 10; steps++) {
        if (at + 1 < norm->word_count && norm->words[at].gap == GAP_HYPHEN &&
            norm->words[at].gap_length == 1) {
            at++;
            continue;
        }
        /* "p i n g dot example", "oak dash house (dot) example" */
        if (at + 1 < norm->word_count && norm->words[at].gap == GAP_SPACE &&
            norm->words[at].count == 1 && norm->words[at + 1].count == 1) {
            at++, spelled = true;
            continue;
        }
        if (pattern_is(p, at + 1, "dash hyphen underscore") && at + 2 < norm->word_count &&
            norm->words[at].gap == GAP_SPACE && norm->words[at + 1].gap == GAP_SPACE) {
            at += 2, spelled = true;
            continue;
        }
        if (pattern_is(p, at + 1, "dotcom") && labels < 4 && !white(norm, at + 1)) {
            best = at + 1, best_spelled = true;
            break;
        }
        size_t skip = dot_after(p, at);
        if (skip == 0) break;
        if (skip == 2 || white(norm, at)) spelled = true;
        at += skip;
        labels++;
        if (pattern_is(p, at, suffixes)) best = at, best_spelled = spelled;
    }
    if (best == SIZE_MAX) return false;
    *ret_last = best;
    *ret_spelled = best_spelled;
    return true;
}

bool pattern_address_byte(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 0x80 || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') ||
           (u >= 'A' && u <= 'Z') || strchr("._%+-'", c) != NULL;
}

/* Back over what may stand before the @: joined by dots, hyphens, underscores or their words. */
static size_t local_start(struct patterns *p, size_t word, bool spelled)
{
    const struct norm *norm = p->norm;
    size_t at = word;
    for (size_t steps = 0; at > 0 && steps < 8; steps++) {
        uint16_t gap = norm->words[at - 1].gap;
        uint16_t joint = GAP_STOP | GAP_HYPHEN | GAP_UNDERSCORE | GAP_PLUS;
        if (!white(norm, at - 1) && (gap & joint) && norm->words[at - 1].gap_length == 1) {
            at--;
            continue;
        }
        if (spelled && at >= 2 && !(gap & (GAP_STOP | GAP_END | GAP_COMMA | GAP_PARAGRAPH)) &&
            (is_dot_word(p, at - 1) || pattern_is(p, at - 1, "underscore dash hyphen")) &&
            !(norm->words[at - 2].gap & (GAP_END | GAP_PARAGRAPH))) {
            at -= 2;
            continue;
        }
        /* "s smith at mail dot example" */
        if (spelled && (gap == GAP_SPACE) && norm->words[at - 1].count == 1 &&
            !pattern_is(p, at - 1, "i a o n u") && (norm->words[at - 1].flags & WORD_DIGITS) == 0) {
            at--;
            continue;
        }
        if (spelled && at > 0 && (gap & GAP_STOP) && norm->words[at - 1].gap_length <= 3 &&
            norm_gap(norm, at - 1).at[0] == ' ') {
            at--;
            continue;
        }
        break;
    }
    return at;
}

static void email_sign(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    uint16_t gap = norm->words[word].gap;
    if (!(gap & GAP_AT) || norm->words[word].gap_length > 5) return;
    if (gap & (GAP_PARAGRAPH | GAP_END)) return;
    size_t host = word + 1, last;
    if (host >= norm->word_count) return;
    bool spelled = false;
    bool named = host_at(p, host, &last, &spelled);
    if (!named) {
        /* "jo@gmail": a provider, or "jo@something" close together and broken off. */
        if (!pattern_is(p, host, providers) && (white(norm, word) || norm->words[host].count < 3))
            return;
        if (white(norm, word) && !pattern_is(p, host, providers)) return;
        last = host;
    }
    size_t first = local_start(p, word, white(norm, word));
    size_t start = norm_word_start(norm, first);
    while (start > 0 && pattern_address_byte(norm->text.at[start - 1]) &&
           (unsigned char)norm->text.at[start - 1] < 0x80 && norm->text.at[start - 1] != '\'')
        start--;
    pattern_mark_bytes(p, start, norm_word_end(norm, last), MARK_EMAIL, named ? 98 : 80,
                       "has the form of an e-mail address");
}

/* "jo dot smith at mail dot com", "jo.smith (at) gmail" */
static void email_words(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_begins(p, word, BEGINS_NET, "at malpa kukac arroba") || word == 0 ||
        word + 1 >= norm->word_count)
        return;
    uint16_t before = norm->words[word - 1].gap, after = norm->words[word].gap;
    if ((before | after) & (GAP_END | GAP_PARAGRAPH | GAP_COMMA)) return;
    if ((before & GAP_STOP) || norm->words[word - 1].gap_length > 4) return;
    bool bracketed = (before & (GAP_OPEN | GAP_HYPHEN | GAP_UNDERSCORE | GAP_OTHER)) &&
                     (after & (GAP_CLOSE | GAP_HYPHEN | GAP_UNDERSCORE | GAP_OTHER));
    size_t last;
    bool spelled = false;
    bool named = host_at(p, word + 1, &last, &spelled);
    bool provider = pattern_is(p, word + 1, providers);
    if (!named && !(provider && !pattern_is(p, word + 1, "live sky mail"))) {
        if (!bracketed) return;
        last = word + 1;
    }
    if (!named && !bracketed && !provider) return;
    if (!named && provider) last = word + 1;
    size_t first = local_start(p, word - 1, true);
    const struct word *local = &norm->words[word - 1];
    bool odd = first != word - 1 || (local->flags & WORD_MIXED) ||
               !lexicon_ordinary(p->lexicon, local->hash);
    /* "have a look at example.com" */
    if (!bracketed && !spelled && !provider && !odd) return;
    if (!bracketed && !odd && !pattern_after(p, word - 1, 5, "email mail is its address emails"))
        return;
    pattern_mark(p, first, last, MARK_EMAIL, 92, "an e-mail address in words");
}

static bool link_byte(char c)
{
    unsigned char u = (unsigned char)c;
    return u > ' ' && strchr("<>\"{}|\\^`", c) == NULL;
}

/* To the end of the path, without what ends the sentence. */
static size_t link_end(struct str text, size_t at)
{
    while (at < text.len && link_byte(text.at[at])) at++;
    while (at > 0 && strchr(".,;:!?)]'*_", text.at[at - 1]) != NULL) at--;
    return at;
}

static bool text_is(struct str text, size_t at, const char *ascii)
{
    return str_same(str_slice(text, at, at + strlen(ascii)), str_from(ascii));
}

static void link_at(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    struct str text = norm->text;
    size_t start = norm_word_start(norm, word), last;
    if (start < p->link_end) return;
    if (!joint_after(p, word) &&
        !pattern_begins(p, word, BEGINS_NET, "http https ftp hxxp hxxps www"))
        return;
    bool scheme = pattern_is(p, word, "http https ftp hxxp hxxps") &&
                  text_is(text, norm_word_end(norm, word), "://");
    bool www = pattern_is(p, word, "www") && !white(norm, word);
    if (scheme || www) {
        if (word > 0 && www && start >= 3 && text_is(text, start - 3, "://"))
            return; /* the scheme before it has marked it */
        p->link_end = link_end(text, start);
        pattern_mark_bytes(p, start, p->link_end, MARK_URL, 98, "a web address");
        return;
    }
    /* A part of one that has begun already. */
    if (word > 0 && !white(norm, word - 1) &&
        (norm->words[word - 1].gap & (GAP_STOP | GAP_AT | GAP_SLASH | GAP_HYPHEN)))
        return;
    if (word > 0 && (norm->words[word - 1].gap & GAP_AT)) return;
    bool spelled = false;
    if (!host_at(p, word, &last, &spelled)) return;
    if (norm->words[last].gap & GAP_AT) return; /* the left of an e-mail address */
    bool slash = (norm->words[last].gap & GAP_SLASH) || pattern_is(p, last + 1, "slash");
    bool ambiguous = pattern_is(p, last, word_suffixes);
    const struct word *w = &norm->words[word];
    if (ambiguous && !slash && !pattern_is(p, word, "www")) {
        if (spelled || norm->words[last].flags & WORD_CAPITAL || last == word + 1) {
            if (lexicon_ordinary(p->lexicon, w->hash) || spelled) return;
        }
    }
    if (norm->words[last].flags & WORD_CAPITAL && !(w->flags & WORD_CAPS) && !slash && ambiguous)
        return;
    if (w->flags & WORD_DIGITS && last == word + 1) return;
    size_t end = norm_word_end(norm, last);
    if (!spelled) {
        if (slash || (end < text.len && strchr("/?#:", text.at[end]) != NULL &&
                      end + 1 < text.len && link_byte(text.at[end + 1])))
            end = link_end(text, end);
        if (end < norm_word_end(norm, last)) end = norm_word_end(norm, last);
    } else if (end + 1 < text.len && text.at[end] == '/' && link_byte(text.at[end + 1])) {
        end = link_end(text, end); /* "vids.example[dot]org/aug24" */
    } else if (pattern_is(p, last + 1, "slash") && last + 2 < norm->word_count) {
        size_t at = last + 2, skip;
        while ((skip = dot_after(p, at)) != 0 && at < last + 8) at += skip;
        end = norm_word_end(norm, at);
    }
    p->link_end = end;
    pattern_mark_bytes(p, start, end, MARK_URL, spelled ? 88 : 95, "a web address");
}

/* "///filled.count.soap", or three ordinary words joined by dots and nothing else. */
static void three_words(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (word + 2 >= norm->word_count) return;
    for (size_t i = word; i < word + 2; i++)
        if (norm->words[i].gap != GAP_STOP || norm->words[i].gap_length != 1) return;
    for (size_t i = word; i < word + 3; i++)
        if (norm->words[i].count < 3 || norm->words[i].flags & (WORD_DIGITS | WORD_MIXED)) return;
    size_t start = norm_word_start(norm, word);
    bool slashes = start >= 3 && text_is(norm->text, start - 3, "///");
    bool cued = pattern_after(p, word, 5, "what3words w3w words");
    bool small = !(norm->words[word].flags & WORD_CAPITAL) &&
                 !(norm->words[word + 1].flags & WORD_CAPITAL) &&
                 !(norm->words[word + 2].flags & WORD_CAPITAL);
    bool apart = !(norm_gap_before(norm, word) & (GAP_STOP | GAP_AT)) &&
                 !(norm->words[word + 2].gap & GAP_AT) &&
                 (white(norm, word + 2) || (norm->words[word + 2].gap & GAP_END));
    bool plain = lexicon_ordinary(p->lexicon, norm->words[word].hash) &&
                 lexicon_ordinary(p->lexicon, norm->words[word + 1].hash) &&
                 lexicon_ordinary(p->lexicon, norm->words[word + 2].hash) && small && apart &&
                 !pattern_is(p, word + 2, suffixes);
    if (!slashes && !cued && !plain) return;
    pattern_mark_bytes(p, slashes ? start - 3 : start, norm_word_end(norm, word + 2), MARK_PLACE,
                       slashes || cued ? 95 : 70, "has the form of a what3words address");
}

/* "index home raft on what3words", "what3words is index home raft" */
static void three_apart(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_begins(p, word, BEGINS_NET, "what3words w3w")) return;
    size_t first = word + 1;
    bool before = word >= 4 && pattern_is(p, word - 1, "on in");
    if (before) {
        first = word - 4;
    } else {
        while (first < word + 3 && pattern_is(p, first, "is are its for us my our address"))
            first++;
        if (first == word + 1 && !(norm->words[word].gap & GAP_COLON)) return;
    }
    if (first + 2 >= norm->word_count) return;
    for (size_t i = first; i < first + 3; i++)
        if (norm->words[i].count < 3 || (norm->words[i].flags & (WORD_DIGITS | WORD_MIXED)) ||
            (i < first + 2 &&
             (norm->words[i].gap & (uint16_t) ~(GAP_SPACE | GAP_COMMA | GAP_STOP | GAP_SLASH))))
            return;
    pattern_mark(p, first, first + 2, MARK_PLACE, 75, "three words beside 'what3words'");
}

void pattern_net(struct patterns *p, size_t word)
{
    three_apart(p, word);
    email_sign(p, word);
    email_words(p, word);
    link_at(p, word);
    three_words(p, word);
}
