/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/embed.h"

#include "tests/unit/unit.h"

static const char home[] = "<p>home</p>", empty[] = "";

static const struct embedded_file files[] = {
    {"portal/home.mustache", home, home + sizeof home - 1},
    {"empty", empty, empty},
    {NULL, NULL, NULL},
};

static void finding(void **state)
{
    (void)state;
    struct str content = STR("before");
    assert_true(embed_find(files, STR("portal/home.mustache"), &content));
    assert_str(content, STR("<p>home</p>"));
    assert_true(embed_find(files, STR("empty"), &content));
    assert_int_equal(content.len, 0);
    content = STR("before");
    static const char *const absent[] = {"", "home", "portal/home", "portal/home.mustache2",
                                         "PORTAL/HOME.MUSTACHE"};
    for (size_t i = 0; i < COUNT(absent); i++)
        assert_false(embed_find(files, str_from(absent[i]), &content));
    assert_str(content, STR("before"));
}

UNIT_MAIN(NULL, cmocka_unit_test(finding))
