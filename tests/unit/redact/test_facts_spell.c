/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static const char list[] =
    "name=Fotheringay; name=Kowalski; place=Wexcombe; place=Reading; place=Sevenoaks; "
    "school=Thornfield Primary School; school=Brookdale Otters; address=9 Cobbler's Yard; "
    "workplace=Barlow Vets; workplace=Tesco; medical=Kestrel Surgery; phone=07700 900321; "
    "vehicle=QQ99 QQQ; postcode=YO99 1AA; handle=jo_by_the_sea";

static void spelled_out(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"q q nine nine q q q", "vehicle[q q nine nine q q q]", list, NULL, 0},
        {"quebec quebec nine nine quebec quebec quebec",
         "vehicle[quebec quebec nine nine quebec quebec quebec]", list, NULL, 0},
        {"YO ninety nine one AA", "postcode[YO ninety nine one AA]", list, NULL, 0},
        {"oh double seven double oh nine hundred three two one",
         "phone[oh double seven double oh nine hundred three two one]", list, NULL, 0},
        {"123009 00770", "phone[123009 00770]", list, NULL, 0},
        {"Take 07700 and put it first. Then nine hundred. Then it is three hundred and twenty-one.",
         "phone[07700] phone[nine hundred] phone[three hundred and twenty-one]", list, NULL, 0},
        {"room 900 and then room 321", "", list, NULL, 0},
        {"their money is in: 009962 and", "bank[009962]", "bank=00-99-62 44810973", NULL, 0},
        {"YO ninety nine, and then one A A", "postcode[YO ninety nine, and then one A A]", list,
         NULL, 0},
        {"the end of the code is One A A", "postcode[One A A]", list, NULL, 0},
        {"the long one is four four eight one, oh nine seven three and so",
         "bank[four four eight one, oh nine seven three]", "bank=00-99-62 44810973", NULL, 0},
        {"one a day", "", list, NULL, 0},
        {"Date: 12-10-24", "", "bank=12-10-24 44810973", NULL, 0},
        {"one two three four", "", list, NULL, 0},
        {"he is nine and she is nine", "", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(spelled_out))
