/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* With the argument "write" it prints ops/letterbox.conf.example instead of testing. */
#include "core/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum err read_text(const char *text, struct arena *arena, struct buf *problem,
                          struct conf *ret_conf)
{
    return conf_read(str_from(text), STR("lb.conf"), arena, problem, ret_conf);
}

static void values(void **state)
{
    (void)state;
    ARENA(arena, 65536);
    BUF(problem, 4096);
    struct conf conf;
    const char *text =
        "# comment\n; another\n\n[portal]\nport=0\r\nhost_name =  post.example.org  \n"
        "[service]\nname = Tom's ; desk # 1 = one\nphone: 0123\n[portal]\n"
        "tls_key = /etc/with space/key.pem\n  \n[desk]\norigin =\n";
    assert_int_equal(read_text(text, arena, &problem, &conf), OK);
    assert_int_equal(conf.portal_port, 0);
    assert_true(str_equal(conf.portal_host_name, STR("post.example.org")));
    assert_true(str_equal(conf.service_name, STR("Tom's ; desk # 1 = one")));
    assert_true(str_equal(conf.service_phone, STR("0123")));
    assert_string_equal(conf.portal_tls_key, "/etc/with space/key.pem");
    assert_int_equal(conf.desk_origin.len, 0);
    assert_int_equal(conf.desk_port, 8444);
    assert_int_equal(problem.len, 0);
}

static void what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"[portal]\n\nprot = 1\n",
         "lb.conf:3: there is no setting \"prot\" in [portal]: it has host_name"},
        {"[gate]\nport = 1\n",
         "lb.conf:2: there is no section [gate]: there are service, database"},
        {"port = 1\n", "lb.conf:1: \"port\" stands in no section: put it below one"},
        {"[portal]\nport = 65536\n",
         "lb.conf:2: port must be a whole number from 0 to 65535 (port)"},
        {"[portal]\nport = -1\n", "lb.conf:2: port must be"},
        {"[portal]\nport = 8443 ; one\n", "lb.conf:2: port must be"},
        {"[portal]\nport =\n", "lb.conf:2: port must be"},
        {"[portal]\nport = 1\nport = 2\n", "lb.conf:3: port is set twice: remove one"},
        {"[portal]\ntls_key = key.pem\n", "lb.conf:2: tls_key must be a whole path"},
        {"[portal]\n  port = 1\n", "lb.conf:2: the line is indented"},
        {"[portal\nport = 1\n", "lb.conf:1: this is no setting"},
        {"[portal]\nport\n", "lb.conf:2: this is no setting"},
        {"[service]\nname = \xff\n", "lb.conf:2: name is not UTF-8"},
        {"[service]\nphone = 01234567890123456789012345678901234567890\n",
         "lb.conf:2: phone is too long: at most 40"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ARENA(arena, 65536);
        BUF(problem, 4096);
        struct conf conf = {.portal_port = 77};
        assert_int_equal(read_text(cases[i].text, arena, &problem, &conf), ERR_CONFIG);
        if (!str_starts(buf_str(&problem), str_from(cases[i].problem)))
            fail_msg("%s: %s", cases[i].text, problem.at);
        assert_int_equal(conf.portal_port, 77);
    }
}

static void long_lines(void **state)
{
    (void)state;
    for (size_t extra = 0; extra <= 1; extra++) {
        BUF(text, 65536);
        buf_add_c(&text, "[database]\n#");
        for (size_t i = 0; i < CONF_LINE_BYTES - 1 + extra; i++) buf_add_byte(&text, 'x');
        buf_add_c(&text, "\nstatement_seconds = 7");
        ARENA(arena, 65536);
        BUF(problem, 4096);
        struct conf conf;
        assert_int_equal(read_text(text.at, arena, &problem, &conf), extra ? ERR_CONFIG : OK);
        if (extra)
            assert_true(str_starts(buf_str(&problem), STR("lb.conf:2: the line is too long")));
        else
            assert_int_equal(conf.database_statement_seconds, 7);
    }
    ARENA(arena, 65536);
    BUF(problem, 4096);
    struct conf conf;
    struct str zero = STR("[portal]\nport = 1\0 2\n");
    assert_int_equal(conf_read(zero, STR("lb.conf"), arena, &problem, &conf), ERR_CONFIG);
    assert_true(str_starts(buf_str(&problem), STR("lb.conf:2: the line holds a zero byte")));
}

static void put_example(struct buf *text)
{
    conf_example(text);
    assert_int_equal(buf_done(text), OK);
}

static void the_example(void **state)
{
    (void)state;
    BUF(text, 65536);
    put_example(&text);
    FILE *file = fopen("ops/letterbox.conf.example", "rb");
    assert_non_null(file);
    static char shipped[65536];
    size_t len = fread(shipped, 1, sizeof shipped, file);
    fclose(file);
    if (!str_equal(buf_str(&text), (struct str){shipped, len}))
        fail_msg("write it anew: build/san/tests/unit/core/test_conf write > %s",
                 "ops/letterbox.conf.example");

    /* Without the # before each key it is a valid file that says the defaults. */
    BUF(plain, 65536);
    struct str rest = buf_str(&text), line;
    while (str_split(&rest, '\n', &line)) {
        bool is_key = line.len > 1 && line.at[0] == '#' && line.at[1] != ' ';
        buf_add(&plain, str_from_byte(line, is_key ? 1 : 0));
        buf_add_byte(&plain, '\n');
    }
    ARENA(arena, 65536);
    BUF(problem, 4096);
    struct conf conf, defaults = conf_default();
    if (conf_read(buf_str(&plain), STR("example"), arena, &problem, &conf) != OK)
        fail_msg("%s", problem.at);
#define CONF_SECTION(section, words)
#define CONF_INT(section, key, ...) \
    assert_int_equal(conf.section##_##key, defaults.section##_##key);
#define CONF_BOOL CONF_INT
#define CONF_TEXT(section, key, ...) \
    assert_true(str_equal(conf.section##_##key, defaults.section##_##key));
#define CONF_PATH(section, key, ...) \
    assert_string_equal(conf.section##_##key, defaults.section##_##key);
#include "core/conf.def"
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "write") == 0) {
        BUF(text, 65536);
        put_example(&text);
        return fwrite(text.at, 1, text.len, stdout) == text.len ? 0 : 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(what_is_wrong),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(the_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
