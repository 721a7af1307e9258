/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/http/session.h"

static enum err handler(struct request *request)
{
    (void)request;
    return OK;
}

#define ROW(name, method, path)                                               \
    {                                                                         \
        name, handler, HTTP_##method, path, WHO_NONE, FORM_NONE, 0, RATE_PAGE \
    }
static const struct route routes[] = {
    ROW("root", GET, "/"),
    ROW("letters", GET, "/letters"),
    ROW("letters+", POST, "/letters"),
    ROW("new", GET, "/letters/new"),
    ROW("letter", GET, "/letters/:ID"),
    ROW("page", GET, "/letters/:ID/pages/:N"),
    ROW("copy", GET, "/letters/:ID/copies/:PARTY/pages/:N"),
    ROW("link", GET, "/l/:TOKEN"),
    ROW("out", POST, "/sign-out"),
};

#define TOKEN "abcdefghijABCDEFGHIJ0123456789-_abcdefghijA"

static const struct {
    const char *method, *path, *route; /* NULL: refused */
    enum err code;
    size_t values;
    int64_t last;
} cases[] = {
    {"GET", "/", "root", OK, 0, 0},
    {"HEAD", "/", "root", OK, 0, 0},
    {"get", "/", NULL, ERR_METHOD, 0, 0},
    {"POST", "/", NULL, ERR_METHOD, 0, 0},
    {"OPTIONS", "/letters", NULL, ERR_METHOD, 0, 0},
    {"GET", "/letters", "letters", OK, 0, 0},
    {"POST", "/letters", "letters+", OK, 0, 0},
    {"GET", "/letters/new", "new", OK, 0, 0},
    {"GET", "/letters/000000000010", "letter", OK, 1, 32},
    {"GET", "/letters/zzzzzzzzzzzz", "letter", OK, 1, 1152921504606846975},
    {"GET", "/letters/000000000000", NULL, ERR_NOT_FOUND, 0, 0}, /* ids are positive */
    {"GET", "/letters/ZZZZZZZZZZZZ", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/0000-0000-0010", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/00000000001l", NULL, ERR_NOT_FOUND, 0, 0}, /* l is read as 1, not written */
    {"GET", "/letters/00000000001", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/0000000000100", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/000000000010/", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/000000000010/pages/1", "page", OK, 2, 1},
    {"GET", "/letters/000000000010/pages/9999", "page", OK, 2, 9999},
    {"GET", "/letters/000000000010/pages/10000", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/000000000010/pages/01", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/000000000010/pages/-1", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/000000000010/pages/", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/000000000010/copies/000000000011/pages/3", "copy", OK, 3, 3},
    {"GET", "/l/" TOKEN, "link", OK, 0, 0},
    {"GET", "/l/" TOKEN "A", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/l/abcdefghijABCDEFGHIJ0123456789+/abcdefghijA", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/sign-out", NULL, ERR_METHOD, 0, 0},
    {"POST", "/sign-out", "out", OK, 0, 0},
    {"GET", "", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "letters", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "//letters", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters//", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/Letters", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/%6cetters", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/../letters", NULL, ERR_NOT_FOUND, 0, 0},
    {"GET", "/letters/:ID", NULL, ERR_NOT_FOUND, 0, 0},
};

static void where_paths_lead(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct route_values values = {.count = 77};
        const struct route *route = NULL;
        unsigned allowed = 0;
        enum err code =
            route_find(routes, sizeof routes / sizeof *routes, str_from(cases[i].method),
                       str_from(cases[i].path), &values, &route, &allowed);
        if (code != cases[i].code) fail_msg("%s %s: %d", cases[i].method, cases[i].path, (int)code);
        assert_int_equal(allowed != 0, code == ERR_METHOD);
        if (code != OK) {
            assert_null(route);
            assert_int_equal(values.count, 77);
            continue;
        }
        assert_string_equal(route->name, cases[i].route);
        assert_int_equal(values.count, cases[i].values);
        if (values.count) assert_int_equal(values.numbers[values.count - 1], cases[i].last);
    }
}

static void allowed_methods(void **state)
{
    (void)state;
    struct route_values values;
    const struct route *route;
    unsigned allowed = 0;
    assert_int_equal(route_find(routes, sizeof routes / sizeof *routes, STR("PUT"), STR("/letters"),
                                &values, &route, &allowed),
                     ERR_METHOD);
    assert_int_equal(allowed, 1u << HTTP_GET | 1u << HTTP_POST);
}

/* Who may what: every `who` against every session there can be. */
static void who_fits(void **state)
{
    (void)state;
    static const struct {
        enum session_kind kind;
        enum session_stage stage;
        enum staff_role role;
        const char *fits; /* letters of the table below */
    } sessions[] = {
        {SESSION_NONE, STAGE_NONE, ROLE_NONE, "nl"},
        {SESSION_PORTAL, STAGE_JOINING, ROLE_NONE, "nlj"},
        {SESSION_PORTAL, STAGE_PASSWORD, ROLE_NONE, "nlb"},
        {SESSION_PORTAL, STAGE_FULL, ROLE_NONE, "nlpv"},
        {SESSION_LINK, STAGE_FULL, ROLE_NONE, "nlrv"},
        {SESSION_DESK, STAGE_PASSWORD, ROLE_MANAGER, "nlb"},
        {SESSION_DESK, STAGE_FULL, ROLE_CHECKER, "nlsRC"},
        {SESSION_DESK, STAGE_FULL, ROLE_COORDINATOR, "nlsRECW"},
        {SESSION_DESK, STAGE_FULL, ROLE_MANAGER, "nlsRECWLM"},
        {SESSION_DESK, STAGE_FULL, ROLE_ADMINISTRATOR, "nlsLA"},
        {SESSION_DESK, STAGE_FULL, ROLE_INSPECTOR, "nlsRE"},
        {SESSION_DESK, STAGE_FULL, ROLE_NONE, "nls"},
    };
    static const char letters[WHO_COUNT] = {
        [WHO_NONE] = 'n',    [WHO_BEGUN] = 'b',  [WHO_JOINING] = 'j', [WHO_PARTY] = 'p',
        [WHO_LINK] = 'l',    [WHO_READER] = 'r', [WHO_VISITOR] = 'v', [WHO_STAFF] = 's',
        [WHO_READS] = 'R',   [WHO_CHECKS] = 'C', [WHO_WORKS] = 'W',   [WHO_LEADS] = 'L',
        [WHO_MANAGER] = 'M', [WHO_ADMIN] = 'A',  [WHO_SEES] = 'E',
    };
    for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++) {
        struct session session = {
            .kind = sessions[i].kind, .stage = sessions[i].stage, .role = sessions[i].role};
        for (int who = 0; who < WHO_COUNT; who++) {
            bool expected = strchr(sessions[i].fits, letters[who]) != NULL;
            if (session_fits(session_rule((enum http_who)who), &session) != expected)
                fail_msg("session %zu, who %c", i, letters[who]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_paths_lead),
        cmocka_unit_test(allowed_methods),
        cmocka_unit_test(who_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
