/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/cue.h"

#include "redact/norm.h"
#include "tests/unit/unit.h"

static uint64_t of(const struct cues *cues, const char *word)
{
    return cues_of(cues, norm_hash_ascii(word, strlen(word)));
}

static void words(void **state)
{
    (void)state;
    ARENA(arena, 1024u * 1024);
    const struct cues *cues = cues_new(arena);
    assert_true(of(cues, "mrs") & CUE_BIT(TITLE));
    assert_true(of(cues, "surgery") & CUE_BIT(K_MEDICAL));
    assert_false(of(cues, "surgery") & CUE_BIT(K_SCHOOL));
    assert_true(of(cues, "at") & CUE_BIT(STRICT));
    assert_int_equal(of(cues, "fetherstone"), 0);
    assert_int_equal(of(cues, ""), 0);
}

/* A word that stands twice in a list, or a list that holds another's separator. */
static void lists(void **state)
{
    (void)state;
    static const char *const all[] = {
#define CUE(code, words) words,
#include "redact/cue.def"
#undef CUE
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_null(strstr(all[i], "  "));
        for (const char *at = all[i]; *at != '\0'; at++)
            assert_true(*at == ' ' || (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9'));
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(words), cmocka_unit_test(lists))
