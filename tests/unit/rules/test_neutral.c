/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "rules/neutral.h"

static void words_that_tell(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word; /* NULL: it tells nothing */
    } cases[] = {
        {"portal.fernshire.example", NULL},
        {"Post Desk", NULL},
        {"", NULL},
        {"post@letters.example", NULL},
        {"chile.example", NULL},
        {"fam.ily.example", NULL},
        {"adopting.example", "adopt"},
        {"post@ADOPTION.example", "adopt"},
        {"re-adopt", "adopt"},
        {"Children's post", "child"},
        {"grandchild.example", "child"},
        {"letterbox", "letterbox"},
        {"MyLetterBox.example", "letterbox"},
        {"letter-box.example", "letterbox"},
        {"Letter Box", "letterbox"},
        {"letter_box", "letterbox"},
        {"letter", NULL},
        {"Family post", "famil"},
        {"families.example", "famil"},
        {"familia.example", "famil"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *word = neutral_tells(str_from(cases[i].text));
        if (!word != !cases[i].word || (word && strcmp(word, cases[i].word)))
            fail_msg("\"%s\": %s", cases[i].text, word ? word : "nothing");
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(words_that_tell))
