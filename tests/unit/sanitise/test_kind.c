/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "sanitise/kind.h"

#define BYTES(literal) ((struct str){literal, sizeof(literal) - 1})

static void knows_kinds_by_their_bytes(void **state)
{
    (void)state;
    static const struct {
        struct str bytes;
        enum kind kind;
    } cases[] = {
        {{"", 0}, KIND_EMPTY},
        {{"\xff\xd8\xff\xe0 JFIF", 9}, KIND_JPEG},
        {{"\x89PNG\r\n\x1a\n", 8}, KIND_PNG},
        {{"GIF89a", 6}, KIND_GIF},
        {{"II*\0", 4}, KIND_TIFF},
        {{"MM\0*", 4}, KIND_TIFF},
        {{"RIFF....WEBPVP8 ", 16}, KIND_WEBP},
        {{"\0\0\0\x18"
          "ftypheic",
          12},
         KIND_HEIC},
        {{"\0\0\0\x18"
          "ftypmif1",
          12},
         KIND_HEIC},
        {{"\0\0\0\x18"
          "ftypisom",
          12},
         KIND_UNKNOWN},
        {{"%PDF-1.7\n", 9}, KIND_PDF},
        {{"\0garbage before %PDF-1.7\n", 25}, KIND_PDF},
        {{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8}, KIND_DOC},
        {{"PK\3\4nothing known", 17}, KIND_ZIP},
        {{"\x7f"
          "ELF\2",
          5},
         KIND_PROGRAM},
        {{"MZ\x90\0\3", 5}, KIND_PROGRAM},
        {{"#!/bin/sh\nrm x\n", 15}, KIND_PROGRAM},
        {{"{\\rtf1\\ansi}", 12}, KIND_RTF},
        {{"<!DOCTYPE html><p>x", 19}, KIND_HTML},
        {{"  \n<html><body>", 15}, KIND_HTML},
        {{"<html><body><svg>", 17}, KIND_HTML},
        {{"<svg><foreignObject><html>", 26}, KIND_SVG},
        {{"<?xml version='1.0'?><svg/>", 27}, KIND_SVG},
        {{"Dear Nana,\nlove\n", 16}, KIND_TEXT},
        {{"MZ is how I sign\n", 17}, KIND_TEXT},
        {{"\xff\xfe"
          "D\0e\0",
          6},
         KIND_TEXT},
        {{"a\0b", 3}, KIND_UNKNOWN},
        {{"From: a@b.example\r\nTo: c@d.example\r\n\r\nhello", 43}, KIND_MAIL},
        {{"From a@b.example Sun Nov 22\nFrom: a@b\nDate: x\n\nhi", 50}, KIND_MAIL},
        /* A letter that looks a little like a header is a letter. */
        {{"To: my boy\nI hope you are well\n", 31}, KIND_TEXT},
        {{"Subject: hello\n\nI hope you are well\n", 36}, KIND_TEXT},
        /* A mail that quotes a PDF is a mail. */
        {{"From: a@b.example\nTo: c@d.example\n\n%PDF-1.4 quoted\n", 51}, KIND_MAIL},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(kind_type(kind_of(cases[i].bytes)), kind_type(cases[i].kind));
}

/* An archive of one empty stored entry of that name. */
static void add_archive(struct buf *buf, const char *name)
{
    size_t len = strlen(name);
    buf_add_bytes(buf, "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 26);
    buf_add_byte(buf, (char)len);
    buf_add_bytes(buf, "\0\0\0", 3);
    buf_add_c(buf, name);
    size_t start = buf->len;
    buf_add_bytes(buf, "PK\1\2\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 28);
    buf_add_byte(buf, (char)len);
    buf_add_bytes(buf, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);
    buf_add_c(buf, name);
    size_t size = buf->len - start;
    buf_add_bytes(buf, "PK\5\6\0\0\0\0\1\0\1\0", 12);
    buf_add_byte(buf, (char)size);
    buf_add_bytes(buf, "\0\0\0", 3);
    buf_add_byte(buf, (char)start);
    buf_add_bytes(buf, "\0\0\0\0\0", 5);
}

static void looks_into_archives(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum kind kind;
    } cases[] = {{"word/document.xml", KIND_DOCX},
                 {"word/document.xml.bak", KIND_ZIP},
                 {"word/document2.xml", KIND_ZIP}, /* without the list of types */
                 {"xl/workbook.xml", KIND_ZIP},
                 {"mimetypeapplication/vnd.oasis.opendocument.text", KIND_ODT},
                 {"mimetypeapplication/vnd.oasis.opendocument.text-master", KIND_ZIP}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(archive, 1024);
        add_archive(&archive, cases[i].name);
        assert_string_equal(kind_type(kind_of(buf_str(&archive))), kind_type(cases[i].kind));
        /* Cut anywhere it is some archive, and nothing is read past the cut. */
        for (size_t len = 4; len < archive.len; len++) {
            char *exact = malloc(len);
            memcpy(exact, archive.at, len);
            kind_of((struct str){exact, len});
            free(exact);
        }
    }
}

static void knows_what_a_name_says(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool is_known;
        enum kind kind;
        const char *ending;
    } cases[] = {
        {"holiday.jpg", true, KIND_JPEG, "jpg"},
        {"HOLIDAY.JPEG", true, KIND_JPEG, "jpeg"},
        {"letter.v2.docx", true, KIND_DOCX, "docx"},
        {"letter.docx.exe", true, KIND_PROGRAM, "exe"},
        {"form.DocM", true, KIND_PROGRAM, "docm"},
        {"photo.lnk", true, KIND_PROGRAM, "lnk"},
        {".sh", true, KIND_PROGRAM, "sh"},
        {"notes", false, KIND_UNKNOWN, ""},
        {"notes.", false, KIND_UNKNOWN, ""},
        {"notes.v2", false, KIND_UNKNOWN, ""},
        {"jpg", false, KIND_UNKNOWN, ""},
        {"", false, KIND_UNKNOWN, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum kind kind = KIND_UNKNOWN;
        struct str ending = STR("");
        assert_int_equal(kind_of_name(str_from(cases[i].name), &kind, &ending), cases[i].is_known);
        assert_int_equal(kind, cases[i].kind);
        assert_true(str_equal(ending, str_from(cases[i].ending)));
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(knows_kinds_by_their_bytes), cmocka_unit_test(looks_into_archives),
          cmocka_unit_test(knows_what_a_name_says))
