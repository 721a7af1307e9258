/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "core/utf8.h"
#include "sanitise/answer.h"

enum { LABEL_BYTES_MAX = 40, CHUNK_BYTES = 4096 };

struct alias {
    const char *label, *set;
};

/* Labels that mean another set, as WHATWG's Encoding Standard has them. */
static const struct alias aliases[] = {
    {"us-ascii", "windows-1252"},
    {"ascii", "windows-1252"},
    {"ansi_x3.4-1968", "windows-1252"},
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"iso_8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"l1", "windows-1252"},
    {"cp1252", "windows-1252"},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"hz-gb-2312", "gb18030"},
    {"shift_jis", "cp932"},
    {"shift-jis", "cp932"},
    {"x-sjis", "cp932"},
    {"sjis", "cp932"},
    {"windows-31j", "cp932"},
    {"ks_c_5601-1987", "cp949"},
    {"euc-kr", "cp949"},
    {"korean", "cp949"},
    {"big5", "big5-hkscs"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-2022-jp", "iso-2022-jp-3"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"utf8", "utf-8"},
    {"x-mac-roman", "macintosh"},
    {"unicode", "utf-16"},
    {"x-unknown", ""},
    {"unknown-8bit", ""},
    {"binary", ""},
    {"default", ""},
};

/* The set's name for iconv, lower case; empty when there is no usable label. */
static void choose_set(struct str label, char *ret_set)
{
    label = str_trim(label);
    ret_set[0] = 0;
    if (label.len == 0 || label.len >= LABEL_BYTES_MAX) return;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (!str_same(label, str_from(aliases[i].label))) continue;
        memcpy(ret_set, aliases[i].set, strlen(aliases[i].set) + 1);
        return;
    }
    for (size_t i = 0; i < label.len; i++) {
        char byte = label.at[i];
        bool is_fit = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                      (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.';
        if (!is_fit) {
            ret_set[0] = 0;
            return;
        }
        ret_set[i] = byte;
        ret_set[i + 1] = 0;
    }
}

/* Everything through one converter; what it does not know becomes U+FFFD. */
static bool convert(iconv_t converter, struct str bytes, struct buf *text)
{
    char *in = (char *)(uintptr_t)bytes.at;
    size_t left = bytes.len;
    bool replaced = false;
    char out[CHUNK_BYTES];
    while (left > 0) {
        char *at = out;
        size_t room = sizeof out;
        size_t result = iconv(converter, &in, &left, &at, &room);
        buf_add_bytes(text, out, (size_t)(at - out));
        if (result != (size_t)-1 || errno == E2BIG) continue;
        if (left == 0) break;
        buf_add_c(text, "\xef\xbf\xbd");
        replaced = true;
        in++;
        left--;
    }
    return replaced;
}

static bool finish(struct str utf8, struct buf *ret_text, struct decoding *decoding)
{
    BUF(plain, ANSWER_TEXT_BYTES_MAX);
    if (str_starts(utf8, STR("\xef\xbb\xbf"))) utf8 = str_from_byte(utf8, 3);
    if (answer_text_clean(utf8, false, &plain)) decoding->was_replaced = true;
    return buf_done(&plain) == OK && utf8_clean(buf_str(&plain), ret_text) == OK;
}

bool charset_decode(struct str bytes, struct str label, struct buf *ret_text,
                    struct decoding *ret_decoding)
{
    char set[LABEL_BYTES_MAX];
    struct decoding decoding = {0};
    choose_set(label, set);
    bool is_utf8 = !strcasecmp(set, "utf-8");
    bool is_plain = set[0] == 0 || !strcmp(set, "windows-1252");
    if (str_starts(bytes, STR("\xff\xfe")) || str_starts(bytes, STR("\xfe\xff"))) {
        memcpy(set, "utf-16", 7);
        is_utf8 = is_plain = false;
    }
    /* Valid UTF-8 under no or a western label: that it is something else is next to impossible. */
    bool is_read_as_utf8 = is_utf8 || (is_plain && utf8_valid(bytes));
    *ret_decoding = decoding;
    if (is_read_as_utf8) return finish(bytes, ret_text, ret_decoding);
    iconv_t converter = set[0] ? iconv_open("UTF-8", set) : (iconv_t)-1;
    if (converter == (iconv_t)-1) {
        decoding.was_unknown = true;
        converter = iconv_open("UTF-8", "windows-1252");
        if (converter == (iconv_t)-1) return false;
    }
    BUF(utf8, ANSWER_TEXT_BYTES_MAX);
    decoding.was_replaced = convert(converter, bytes, &utf8);
    iconv_close(converter);
    *ret_decoding = decoding;
    return buf_done(&utf8) == OK && finish(buf_str(&utf8), ret_text, ret_decoding);
}
