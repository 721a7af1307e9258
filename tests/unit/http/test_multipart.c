/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"

/* Writes what comes as "name/file(type)=bytes;" */
static enum err begin(void *context, const struct multipart_part *part)
{
    struct buf *out = context;
    buf_print(out, "%.*s", STR_ARG(part->name));
    if (part->is_file) buf_print(out, "/%.*s(%.*s)", STR_ARG(part->file_name), STR_ARG(part->type));
    buf_add_byte(out, '=');
    return OK;
}

static enum err data(void *context, struct str bytes)
{
    buf_add(context, bytes);
    return OK;
}

static enum err end(void *context)
{
    buf_add_byte(context, ';');
    return OK;
}

static const struct multipart_events events = {begin, data, end};

static enum err read_body(const char *type, struct str body, size_t piece, struct buf *out)
{
    ARENA(arena, 256 * 1024);
    struct multipart *multipart;
    TRY(multipart_open(str_from(type), &events, out, arena, &multipart));
    while (body.len) {
        TRY(multipart_take(multipart, str_slice(body, 0, piece)));
        body = str_from_byte(body, piece);
    }
    return multipart_finish(multipart);
}

#define TYPE "multipart/form-data; boundary=xYz"
#define PART(disposition, text) "--xYz\r\nContent-Disposition: " disposition "\r\n\r\n" text "\r\n"

static void bodies(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body;
        enum err code;
        const char *out;
    } cases[] = {
        {TYPE, PART("form-data; name=\"a\"", "1") PART("form-data; name=b", "") "--xYz--\r\n", OK,
         "a=1;b=;"},
        {"Multipart/Form-Data; charset=utf-8; boundary=\"xYz\"",
         PART("Form-Data; NAME=\"a\"", "1") "--xYz--", OK, "a=1;"},
        {TYPE, "--xYz--", OK, ""},
        {TYPE, "--xYz--\r\nepilogue --xYz\r\n", OK, ""},
        {TYPE, PART("form-data; name=\"a\"", "\r\n--xY\r\n-\r\n--xY") "--xYz--", OK,
         "a=\r\n--xY\r\n-\r\n--xY;"},
        {TYPE,
         "--xYz\r\nX-Other: 1\r\ncontent-type: image/jpeg\r\nCONTENT-DISPOSITION: form-data; "
         "name=\"f\"; "
         "filename=\"a b.jpg\"\r\n\r\nJJ\r\n--xYz--",
         OK, "f/a b.jpg(image/jpeg)=JJ;"},
        {TYPE, PART("form-data; name=\"f\"; filename=\"\"", "") "--xYz--", OK, "f/()=;"},
        {TYPE, PART("form-data; name=\"f\"; filename=\"a\\\"b; name=\\\"c\"", "x") "--xYz--", OK,
         "f/a\\\"b; name=\\\"c()=x;"},
        /* damaged */
        {"multipart/form-data", "", ERR_BAD_INPUT, ""},
        {"multipart/mixed; boundary=xYz", "--xYz--", ERR_BAD_INPUT, ""},
        {"multipart/form-data; boundary=", "----", ERR_BAD_INPUT, ""},
        {"application/x-www-form-urlencoded", "a=b", ERR_BAD_INPUT, ""},
        {TYPE, "", ERR_BAD_INPUT, ""},
        {TYPE, "--xYz", ERR_BAD_INPUT, ""},
        {TYPE, "preamble\r\n--xYz--", ERR_BAD_INPUT, ""},
        {TYPE, "--xYzz--", ERR_BAD_INPUT, ""},
        {TYPE, PART("form-data; name=\"a\"", "1"), ERR_BAD_INPUT, "a="},
        {TYPE, PART("form-data; name=\"a\"", "1") "--xYz-", ERR_BAD_INPUT, "a=1;"},
        {TYPE, PART("attachment; name=\"a\"", "1") "--xYz--", ERR_BAD_INPUT, ""},
        {TYPE, PART("form-data", "1") "--xYz--", ERR_BAD_INPUT, ""},
        {TYPE, PART("form-data; name=\"a", "1") "--xYz--", ERR_BAD_INPUT, ""},
        {TYPE, PART("form-data; name=\"a\"; name=\"b\"", "1") "--xYz--", ERR_BAD_INPUT, ""},
        {TYPE, PART("form-data; name=\"a\" b", "1") "--xYz--", ERR_BAD_INPUT, ""},
        {TYPE, "--xYz\r\n\r\n\r\nx\r\n--xYz--", ERR_BAD_INPUT, ""},
        {TYPE, "--xYz\r\nContent-Type: a\r\n\r\nx\r\n--xYz--", ERR_BAD_INPUT, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* cut in every way: at each byte, by twos …, whole */
        for (size_t piece = 1; piece <= strlen(cases[i].body) + 1; piece++) {
            BUF(out, 65536);
            buf_add_c(&out, "");
            enum err code = read_body(cases[i].type, str_from(cases[i].body), piece, &out);
            if (code != cases[i].code)
                fail_msg("%zu by %zu: error %d: %s", i, piece, (int)code, cases[i].body);
            if (code == OK && !str_equal(buf_str(&out), str_from(cases[i].out)))
                fail_msg("%zu by %zu: %s", i, piece, out.at);
        }
    }
}

static void long_parts(void **state)
{
    (void)state;
    /* Bytes that look like the boundary again and again, longer than what is held. */
    BUF(body, 1024 * 1024);
    BUF(expected, 1024 * 1024);
    buf_add_c(&body, "--xYz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n");
    buf_add_c(&expected, "f/x()=");
    for (int i = 0; i < 20000; i++) {
        buf_add_c(&body, "\r\n--xY\r");
        buf_add_c(&expected, "\r\n--xY\r");
    }
    buf_add_c(&body, "\r\n--xYz--");
    buf_add_byte(&expected, ';');
    static const size_t pieces[] = {1, 7, 4096, 32768, 32769, 1000000};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        BUF(out, 1024 * 1024);
        assert_int_equal(read_body(TYPE, buf_str(&body), pieces[i], &out), OK);
        assert_true(str_equal(buf_str(&out), buf_str(&expected)));
    }
}

static void long_heads(void **state)
{
    (void)state;
    for (int extra = 0; extra <= 1; extra++) {
        BUF(body, 65536);
        struct str start = STR("Content-Disposition: form-data; name=\"f\"\r\nX: ");
        buf_add_c(&body, "--xYz\r\n");
        buf_add(&body, start);
        for (size_t i = start.len; i < (size_t)MULTIPART_HEAD_BYTES + (size_t)extra; i++)
            buf_add_byte(&body, 'x');
        buf_add_c(&body, "\r\n\r\n1\r\n--xYz--");
        for (size_t piece = 1; piece < 40000; piece = piece * 3 + 1) {
            BUF(out, 65536);
            assert_int_equal(read_body(TYPE, buf_str(&body), piece, &out),
                             extra ? ERR_BAD_INPUT : OK);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies),
        cmocka_unit_test(long_parts),
        cmocka_unit_test(long_heads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
