/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/furniture.h"

#include "tests/unit/unit.h"

static void check(const char *text, const char *expected)
{
    ARENA(arena, 100000);
    struct furnitures furniture;
    furniture_find(str_from(text), arena, &furniture);
    BUF(out, 10000);
    size_t last = 0;
    for (size_t i = 0; i < furniture.count; i++) {
        const struct furniture *piece = &furniture.at[i];
        assert_true(piece->start >= last && piece->end > piece->start &&
                    piece->end <= strlen(text));
        last = piece->end;
        buf_print(&out, "%s[", furniture_word(piece->kind));
        buf_add(&out, str_slice(str_from(text), piece->start, piece->end));
        buf_add_c(&out, "]");
    }
    assert_str(buf_str(&out), str_from(expected));
}

static void what_programs_add(void **state)
{
    (void)state;
    check("", "");
    check("Hello\nLots of love, Nana Jean", "");
    check("Hi\n> quoted\n> > twice\nmine\n", "quote[> quoted\n> > twice\n]");
    check("Hi\nOn 3 Feb 2025, at 09:02, Letterbox <a@b.example>\nwrote:\n> x\n",
          "quote[On 3 Feb 2025, at 09:02, Letterbox <a@b.example>\nwrote:\n> x\n]");
    check("On Monday we went out\nand it rained\n", "");
    check("On 3 May we went out\nand it rained\nand I wrote\n", "");
    check("Hi\n-- \nJean\nA Company\n", "signature[-- \nJean\nA Company\n]");
    check("Hi\nSent from my iPhone\n", "signature[Sent from my iPhone\n]");
    check("From: a\nTo: b\nSubject: c\n\nHello", "forward-header[From: a\nTo: b\nSubject: c\n]");
    check("To: my dear boy\n\nHello", "");
    check("Hi\n-----Original Message-----\nFrom: x\nold text",
          "quote[-----Original Message-----\nFrom: x\nold text]");
    check("Hi\n-----\nmore", "");
    check("Hi\nThis email and any attachments are confidential.\nBlah\n",
          "disclaimer[This email and any attachments are confidential.\nBlah\n]");
    check("Hi\nW dniu 3 lutego 2025 Jan napisał:\n> x",
          "quote[W dniu 3 lutego 2025 Jan napisał:\n> x]");
    check("Hi\r\n> x\r\nyes\r\n", "quote[> x\r\n]");
}

/* What is left when the furniture is taken out. */
static void check_own(const char *text, const char *expected)
{
    ARENA(arena, 100000);
    struct furnitures furniture;
    struct str whole = str_from(text);
    furniture_find(whole, arena, &furniture);
    BUF(own, 10000);
    size_t at = 0, covered = 0;
    for (size_t i = 0; i < furniture.count; i++) {
        assert_true(furniture.at[i].start >= at && furniture.at[i].end > furniture.at[i].start);
        buf_add(&own, str_slice(whole, at, furniture.at[i].start));
        covered += furniture.at[i].end - furniture.at[i].start;
        at = furniture.at[i].end;
    }
    buf_add(&own, str_from_byte(whole, at));
    assert_int_equal(own.len + covered, whole.len); /* no word of the text is in neither */
    assert_str(str_trim(buf_str(&own)), str_from(expected));
}

/* Own words, what the program wrote, and under it what was answered to. */
static void check_reply(const char *attribution, const char *quote)
{
    BUF(text, 10000);
    buf_print(&text, "Dear Kayla,\n\nI am well.\n\n%s\n%s", attribution, quote);
    buf_add_byte(&text, 0);
    check_own(text.at, "Dear Kayla,\n\nI am well.");
}

static void what_was_answered_to(void **state)
{
    (void)state;
    static const char *const above_quotes[] = {
        /* Gmail */
        "On Sat, 21 Nov 2026 at 10:00, The Desk <desk@example.net> wrote:",
        "On Sat, Nov 21, 2026 at 10:00\xe2\x80\xaf"
        "AM The Desk <desk@example.net> wrote:",
        "On Sat, 21 Nov 2026 at 10:00, The Desk of a Service with a Long Name <\n"
        "desk@example.net> wrote:",
        "sob., 21 lis 2026 o 10:00 The Desk <desk@example.net> napisał(a):",
        "W dniu sob., 21.11.2026 o 10:00 The Desk <desk@example.net> napisał(a):",
        "În sâm., 21 nov. 2026 la 10:00, The Desk <desk@example.net> a scris:",
        "Pe sâm., 21 nov. 2026 la 10:00, The Desk <desk@example.net> a scris:",
        "Ar Sad, 21 Tach 2026 am 10:00, ysgrifennodd The Desk <desk@example.net>:",
        "2026-11-21 10:00 GMT+00:00 The Desk <desk@example.net>:",
        /* Apple Mail */
        "On 21 Nov 2026, at 10:00, The Desk <desk@example.net> wrote:",
        "Wiadomość napisana przez The Desk <desk@example.net> w dniu 21 lis 2026, o godz. 10:00:",
        "Pe 21 nov. 2026, la 10:00, The Desk <desk@example.net> a scris:",
        "Ar 21 Tach 2026, am 10:00, ysgrifennodd The Desk <desk@example.net>:",
        /* Thunderbird */
        "On 21/11/2026 10:00, The Desk wrote:",
        "W dniu 21.11.2026 o 10:00, The Desk pisze:",
        "La 21.11.2026 10:00, The Desk a scris:",
        "Ar 21/11/2026 10:00, ysgrifennodd The Desk:",
        /* Yahoo, Proton, WP, a plain one */
        "W dniu sobota, 21 listopada 2026 10:00:00 UTC użytkownik The Desk <desk@example.net> "
        "napisał:",
        "On Saturday, November 21st, 2026 at 10:00 AM, The Desk <desk@example.net> wrote:",
        "Dnia 21 listopada 2026 10:00 The Desk <desk@example.net> napisał(a):",
        "The Desk <desk@example.net> wrote:",
    };
    for (size_t i = 0; i < COUNT(above_quotes); i++)
        check_reply(above_quotes[i], "> please write\n>\n> > soon\n");
    /* Yahoo and Outlook do not mark the lines that they quote. */
    static const char *const above_text[] = {
        "On Saturday, 21 November 2026 at 10:00:00 GMT, The Desk <desk@example.net> wrote:\n",
        "În sâmbătă, 21 noiembrie 2026 la 10:00:00 EET, The Desk <desk@example.net> a scris:\n",
        "-----Original Message-----\nFrom: The Desk\nSent: 21 November 2026 10:00\nSubject: "
        "Hello\n",
        "-------- Original message --------\nFrom: The Desk <desk@example.net>\nDate: 21/11/2026\n",
        "-----Wiadomość oryginalna-----\nOd: The Desk\nWysłano: 21 listopada 2026\nTemat: Hello\n",
        "-----Mesaj original-----\nDe la: The Desk\nTrimis: 21 noiembrie 2026\nSubiect: Hello\n",
        "-----Neges Wreiddiol-----\nOddi wrth: The Desk\nAnfonwyd: 21 Tachwedd 2026\nPwnc: Hello\n",
        "\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90 Original Message "
        "\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90\n",
        "________________________________\nFrom: The Desk <desk@example.net>\nSent: 21 November "
        "2026 10:00\nTo: Jean\nSubject: Hello\n",
        "From: The Desk <desk@example.net>\nSent: 21 November 2026 10:00\nTo: Jean\nSubject: "
        "Hello\n",
        "*From:* The Desk <desk@example.net>\n*Sent:* 21 November 2026\n*Subject:* Hello\n",
        "Od: The Desk <desk@example.net>\nWysłano: sobota, 21 listopada 2026\nDo: Jean\nTemat: "
        "Hello\n",
        "De la: The Desk <desk@example.net>\nTrimis: sâmbătă, 21 noiembrie\nCătre: Jean\nSubiect: "
        "Hi\n",
        "De la: The Desk <desk@example.net>\nTrimis: sîmbătă\nC\xc4\x83tre: Jean\nSubiect: Hi\n",
        "Oddi wrth: The Desk <desk@example.net>\nAnfonwyd: 21 Tachwedd 2026\nAt: Jean\nPwnc: "
        "Helo\n",
        "From: The Desk <desk@example.net>\n\nSent: 21 November 2026\n\nSubject: Hello\n",
    };
    for (size_t i = 0; i < COUNT(above_text); i++)
        check_reply(above_text[i], "\nPlease write.\n\nThe Desk\n");
}

static void what_was_forwarded(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "---------- Forwarded message ---------\nFrom: Ann <ann@example.org>\nDate: Sat, 21 Nov "
        "2026 at 10:00\nSubject: Hello\nTo: Jean <jean@example.org>\n",
        "Begin forwarded message:\n\nFrom: Ann <ann@example.org>\nSubject: Hello\nDate: 21 "
        "November "
        "2026 at 10:00:00 GMT\nTo: jean@example.org\n",
        "-------- Forwarded Message --------\nSubject: \tHello\nDate: \tSat, 21 Nov 2026\nFrom: "
        "\tAnn <ann@example.org>\nTo: \tjean@example.org\n",
        "-------- Przekazana wiadomość --------\nTemat: \tHello\nData: \tSat, 21 Nov 2026\n"
        "Nadawca: \tAnn <ann@example.org>\nAdresat: \tjean@example.org\n",
        "Początek przekazywanej wiadomości:\n\nOd: Ann <ann@example.org>\nTemat: Hello\n",
        "-------- Mesaj redirecționat --------\nSubiect: \tHello\nDată: \tSat, 21 Nov 2026\nDe la: "
        "\tAnn <ann@example.org>\nCătre: \tjean@example.org\n",
        "-------- Mesaj redirec\xc5\xa3ionat --------\nSubiect: \tHello\nDe la: \tAnn\n",
        "---------- Neges wedi'i hanfon ymlaen ---------\nOddi wrth: Ann <ann@example.org>\n"
        "Dyddiad: Sad, 21 Tach 2026\nPwnc: Helo\nAt: jean@example.org\n",
    };
    for (size_t i = 0; i < COUNT(headers); i++) {
        check_reply(headers[i], "\nThe words of Ann.\n");
        /* Nothing but what was forwarded: then it is the letter. */
        BUF(text, 10000);
        buf_print(&text, "%s\nDear Kayla,\nlove Nana\n", headers[i]);
        buf_add_byte(&text, 0);
        check_own(text.at, "Dear Kayla,\nlove Nana");
    }
}

static void what_signs(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Sent from my iPhone",
        "Sent from my Galaxy",
        "Sent from Outlook for Android",
        "Get Outlook for iOS<https://aka.ms/x>",
        "Sent from Yahoo Mail on Android",
        "Yahoo Mail: Search, Organize, Conquer",
        "Sent from Mail for Windows",
        "Sent with Proton Mail secure email.",
        "Sent via BT Email App",
        "Wysłano z iPhone'a",
        "Wysłane z iPhone’a",
        "Wysłane z mojego telefonu",
        "Pobierz aplikację Outlook dla systemu iOS",
        "Trimis de pe iPhone-ul meu",
        "Trimis de pe telefonul meu Samsung",
        "Trimis din Outlook pentru Android",
        "Obțineți Outlook pentru iOS",
        "Anfonwyd o fy iPhone",
        "Anfonwyd o Outlook ar gyfer Android",
    };
    for (size_t i = 0; i < COUNT(lines); i++) check_reply(lines[i], "");
    check_own("Hi\n-- \nJean\n07700 900123\n", "Hi");
    check_own("Hi\n--\nJean Carter\n07700 900123\n", "Hi");
    check_own("Hi\n-- \nJean\n\nOn 21/11/2026 10:00, Ann wrote:\n> a\nyes\n> b\nno\n",
              "Hi\nyes\nno");
    check_own("Hi\n-- \nJean\nA Company\n\nThis email and any attachments are confidential.\n\n"
              "Registered in England, company number 01234567.\n",
              "Hi");
}

static void what_servers_add(void **state)
{
    (void)state;
    static const char *const notices[] = {
        ("This email and any files transmitted with it are confidential and intended solely\nfor "
         "the use of the individual to whom they are addressed."),
        "The information in this e-mail is confidential and may be legally privileged.",
        "CONFIDENTIALITY NOTICE: this is for its recipient.",
        "If you have received this email in error please tell us and delete it.",
        "Please consider the environment before printing this e-mail.",
        "Virus-free. www.example.com",
        "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata.",
        "Jeżeli nie są Państwo adresatem tej wiadomości, prosimy o jej usunięcie.",
        "Ta wiadomość oraz załączniki są poufne.",
        "Acest mesaj este confidențial și destinat numai destinatarului.",
        "Dacă nu sunteți destinatarul acestui mesaj, vă rugăm să îl ștergeți.",
        "Mae'r e-bost hwn ac unrhyw atodiadau yn gyfrinachol.",
        "Os nad chi yw'r derbynnydd, dylech ddileu'r neges.",
        "Ystyriwch yr amgylchedd cyn argraffu'r neges hon.",
    };
    for (size_t i = 0; i < COUNT(notices); i++) check_reply(notices[i], "");
    check_own("Hi\n\nThis email is confidential.\n\nIf you are not the intended recipient, delete "
              "it.\n\nP.S. I forgot to say that I love you.\n",
              "Hi\n\n\nP.S. I forgot to say that I love you.");
}

/* Whoever writes like a mail program is not cut. */
static void words_of_a_person(void **state)
{
    (void)state;
    static const char *const letters[] = {
        "Dear Kayla,\nI am well.\nLots of love, Nana Jean",
        "On Saturday we wrote:\nDear Santa, please bring a bike.\nThen we posted it.",
        "On 3 May we wrote:\na poem about the sea.",
        "In 2019 your brother wrote:\nI want to be a vet.",
        "On Monday I asked jean@example.org and she wrote:\ncome to tea.\nSo we went.",
        "To: Kayla\nFrom: Nana Jean\n\nHappy birthday!",
        "To: Kayla\nFrom: Nana Jean\nDate: 25 December\n\nHappy Christmas!",
        "From: all of us\nWith love",
        "Sent from my heart, with love",
        "This email is for you, my darling.",
        "This message comes with a big hug.",
        "Any views of the sea? We had some.",
        "Part one.\n--\nPart two is longer.\n\nIt has its own paragraphs.\n\nAnd more.\n\nAnd "
        "still\nmore"
        "\nof\nit.",
        "I found the original message in a bottle.\nIt was old.",
        "-----\nand then\n-----",
        "In sâmbătă am fost la mare și ea a scris:\nte iubesc.",
        "W sobotę napisała:\nkocham cię.",
        "Ddydd Sadwrn ysgrifennodd hi:\nrwy'n dy garu di.",
        "Acest mesaj este pentru tine, draga mea.",
        "Ta wiadomość jest dla ciebie, kochanie.",
        "Mae'r neges hon i ti, cariad.",
        "This email is late because I had a virus last week.",
        "This message has two attachments: a drawing and a photo.",
        "This message is intended to cheer you up.",
        "This email is to say that I am confident you will do well.",
        "If you have received this, I am glad.",
        "This message is about our environment, and how privileged we are.",
        "Ta wiadomość ma dwa załączniki.",
        "Ta wiadomość jest przeznaczona dla ciebie.",
        "Wysłane z mojego serca",
        "Acest mesaj are două atașamente.",
        "Trimis prin poștă ieri",
        "Mae'r neges hon yn cynnwys atodiad.",
        "Sent from my machine room, where it is warm",
    };
    for (size_t i = 0; i < COUNT(letters); i++) check_own(letters[i], letters[i]);
    /* Between and below what is quoted. */
    check_own(
        "On 21/11/2026 10:00, Ann wrote:\n> How are you?\n\nWell, thank you.\n\n> And Tom?\n\n"
        "He is too.\nLove, Jean\n",
        "Well, thank you.\n\n\nHe is too.\nLove, Jean");
    check_own("On Sat, 21 Nov 2026 at 10:00, Ann <ann@example.org> wrote:\n\nHow are you?\n\nWell.",
              "How are you?\n\nWell.");
}

/* Whatever begins and does not end takes no longer than reading it does. */
static void many_beginnings(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "To: x\n", "--\n", "This email\n",  "On 3 May 2020\n",
        "-----\n", "<\n",  "From: a@b\n\n", "This email confidential\n\n"};
    for (size_t i = 0; i < COUNT(lines); i++) {
        ARENA(arena, 32 * 1024 * 1024);
        struct buf text = buf_new(1024 * 1024);
        while (text.len < 512 * 1024) buf_add_c(&text, lines[i]);
        struct furnitures furniture;
        furniture_find(buf_str(&text), arena, &furniture);
        for (size_t k = 0; k < furniture.count; k++) assert_true(furniture.at[k].end <= text.len);
        buf_free(&text);
    }
}

static void words(void **state)
{
    (void)state;
    for (int i = 0; i < FURNITURE_KIND_COUNT; i++) {
        enum furniture_kind back = FURNITURE_KIND_COUNT;
        assert_true(furniture_get(str_from(furniture_word((enum furniture_kind)i)), &back));
        assert_int_equal(back, i);
    }
    enum furniture_kind kind = FURNITURE_QUOTE;
    assert_false(furniture_get(STR("chair"), &kind));
}

UNIT_MAIN(NULL, cmocka_unit_test(what_programs_add), cmocka_unit_test(what_was_answered_to),
          cmocka_unit_test(what_was_forwarded), cmocka_unit_test(what_signs),
          cmocka_unit_test(what_servers_add), cmocka_unit_test(words_of_a_person),
          cmocka_unit_test(many_beginnings), cmocka_unit_test(words))
