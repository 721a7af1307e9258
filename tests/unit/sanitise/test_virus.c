/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "sanitise/virus.h"

static const struct {
    const char *answer;
    bool is_whole;
    enum err code;
    const char *name;
} answers[] = {
    {"stream: OK", true, OK, ""},
    {"stream: OK", false, ERR_SCANNER, NULL},
    {"stream: OK ", true, ERR_SCANNER, NULL},
    {"Stream: OK", true, ERR_SCANNER, NULL},
    {"stream: ok", true, ERR_SCANNER, NULL},
    {"stream: OK\n", true, ERR_SCANNER, NULL},
    {"OK", true, ERR_SCANNER, NULL},
    {"", true, ERR_SCANNER, NULL},
    {"stream: Win.Test.EICAR_HDB-1 FOUND", true, OK, "Win.Test.EICAR_HDB-1"},
    {"stream: Eicar(44d88612fea8a8f36de82e1278abb02f:68) FOUND", false, OK,
     "Eicar(44d88612fea8a8f36de82e1278abb02f:68)"},
    {"stream: OK FOUND", true, OK, "OK"},
    /* found, whatever it is called */
    {"stream:  FOUND", true, OK, "without a name"},
    {"stream: two words FOUND", true, OK, "without a name"},
    {"stream: \x1b[31m FOUND", true, OK, "without a name"},
    {"stream: caf\xc3\xa9 FOUND", true, OK, "without a name"},
    {"stream: 1234567890123456789012345678901234567890123456789012345678901234567890"
     "1234567890123456789012345678901 FOUND",
     true, OK, "without a name"},
    {"stream: FOUND", true, ERR_SCANNER, NULL},
    {"stream: Test FOUND ", true, ERR_SCANNER, NULL},
    {"Test FOUND", true, ERR_SCANNER, NULL},
    {"INSTREAM size limit exceeded. ERROR", false, ERR_SCANNER_SIZE, NULL},
    {"INSTREAM size limit exceeded. ERROR", true, ERR_SCANNER_SIZE, NULL},
    {"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", true, ERR_SCANNER_SIZE, NULL},
    {"stream: Can't allocate memory ERROR", true, ERR_SCANNER, NULL},
    {"UNKNOWN COMMAND", true, ERR_SCANNER, NULL},
};

static void only_plain_answers_count(void **state)
{
    (void)state;
    ARENA(arena, 64 * 1024);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct str name = STR("untouched");
        enum err code = virus_judge(str_from(answers[i].answer), answers[i].is_whole, arena, &name);
        if (code != answers[i].code) fail_msg("%s: %s", answers[i].answer, err_info(code)->name);
        const char *expected = answers[i].name ? answers[i].name : "untouched";
        if (!str_equal(name, str_from(expected)))
            fail_msg("%s: %.*s", answers[i].answer, STR_ARG(name));
    }
}

static void settings_are_three_words(void **state)
{
    (void)state;
    static const struct {
        const char *word, *socket;
        bool is_good;
        enum virus_rule rule;
    } cases[] = {
        {"off", "", true, VIRUS_OFF},
        {"if-available", "/s", true, VIRUS_IF_AVAILABLE},
        {"required", "/s", true, VIRUS_REQUIRED},
        {"required", "", false, VIRUS_OFF},
        {"Required", "/s", false, VIRUS_OFF},
        {"", "/s", false, VIRUS_OFF},
        {"yes", "/s", false, VIRUS_OFF},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf conf = conf_default();
        struct virus_scanner scanner;
        conf.press_clamd = str_from(cases[i].word);
        conf.press_clamd_socket = cases[i].socket;
        assert_int_equal(virus_configure(&conf, &scanner) == NULL, cases[i].is_good);
        if (cases[i].is_good) assert_int_equal(scanner.rule, cases[i].rule);
    }
    struct conf conf = conf_default();
    struct virus_scanner scanner;
    assert_null(virus_configure(&conf, &scanner));
    assert_int_equal(scanner.rule, VIRUS_OFF);
    /* as long as a socket's path can be, and one byte more */
    char path[109];
    memset(path, 'x', sizeof path);
    path[0] = '/';
    conf.press_clamd = STR("required");
    conf.press_clamd_socket = path;
    path[107] = 0;
    assert_null(virus_configure(&conf, &scanner));
    path[107] = 'x';
    path[108] = 0;
    assert_non_null(strstr(virus_configure(&conf, &scanner), "clamd_socket"));
    conf.press_clamd = STR("off");
    assert_null(virus_configure(&conf, &scanner));
}

/* Nobody listens there: the rule says what that means, and it is asked once. */
static void away_is_a_matter_of_the_rule(void **state)
{
    (void)state;
    ARENA(arena, 64 * 1024);
    struct str name;
    struct virus_scans scans = {.scanner = {VIRUS_OFF, "/nowhere/clamd"}};
    assert_ok(virus_scan(&scans, STR("hello"), 0, arena, &name));
    assert_false(scans.is_away);
    scans.scanner.rule = VIRUS_IF_AVAILABLE;
    assert_ok(virus_scan(&scans, STR("hello"), 0, arena, &name));
    assert_true(scans.is_away);
    assert_int_equal(name.len, 0);
    assert_int_equal(scans.clean, 0);
    scans = (struct virus_scans){.scanner = {VIRUS_REQUIRED, "/nowhere/clamd"}};
    name = STR("untouched");
    assert_err(virus_scan(&scans, STR("hello"), 0, arena, &name), ERR_SCANNER);
    assert_err(virus_scan(&scans, STR("hello"), 0, arena, &name), ERR_SCANNER);
    assert_string_equal(name.at, "untouched");
    assert_err(virus_ping("/nowhere/clamd"), ERR_SCANNER);
    char path[200];
    memset(path, 'x', sizeof path);
    path[0] = '/';
    path[sizeof path - 1] = 0;
    assert_err(virus_ping(path), ERR_SCANNER);
}

UNIT_MAIN(NULL, cmocka_unit_test(only_plain_answers_count),
          cmocka_unit_test(settings_are_three_words),
          cmocka_unit_test(away_is_a_matter_of_the_rule))
