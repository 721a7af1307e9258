/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/authres.h"

#include "tests/unit/unit.h"

#define PASS MAIL_AUTHRES_AUTHENTIC
#define SPOOFED MAIL_AUTHRES_SPOOFED
#define UNKNOWN MAIL_AUTHRES_UNKNOWN

/* From: nana@mail.example.org, received by mx.agency.test. */
static const struct {
    enum mail_authres_verdict verdict;
    bool malformed;
    const char *values[3];
} cases[] = {
    {UNKNOWN, false, {NULL}},
    {UNKNOWN, false, {"mx.agency.test; none"}},
    {UNKNOWN, false, {"mx.agency.test"}},
    {PASS, false, {"mx.agency.test; dmarc=pass header.from=mail.example.org"}},
    {PASS, false, {"mx.agency.test 1; dmarc=pass (p=reject) header.from=mail.example.org;"}},
    {PASS, false, {"MX.Agency.Test;\r\n\tdmarc = pass\r\n header.from = MAIL.example.org"}},
    {PASS, false, {"mx.agency.test; dkim=pass header.d=mail.example.org"}},
    {PASS, false, {"mx.agency.test; dkim=pass header.i=@mail.example.org header.b=\"a/b=\""}},
    {PASS, false, {"mx.agency.test; dkim=pass header.b=abc= header.d=mail.example.org"}},
    {PASS, false, {"mx.agency.test; spf=pass smtp.mailfrom=nana@mail.example.org"}},
    {PASS, false, {"mx.agency.test; spf=pass smtp.mailfrom=\"nana@mail.example.org\""}},
    {PASS, false, {"mx.agency.test; spf=pass smtp.mailfrom=\"a b\"@mail.example.org"}},
    {SPOOFED,
     false,
     {"mx.agency.test; spf=pass smtp.mailfrom=\"a b\"@evil.test;"
      " dmarc=fail header.from=mail.example.org"}},
    {UNKNOWN, true, {"mx.agency.test; spf=pass smtp.mailfrom=\"mail.example.org\"@"}},
    {PASS, false, {"mx.agency.test; dkim/1=pass reason=\"good; fine\" header.d=mail.example.org"}},
    {PASS,
     false,
     {"mx.agency.test; dkim=fail header.d=mail.example.org;"
      " dkim=pass header.d=mail.example.org"}},
    {PASS,
     false,
     {"mx.agency.test; spf=pass smtp.mailfrom=mail.example.org",
      "mx.agency.test; dkim=pass header.d=mail.example.org"}},
    /* another server's words, or another version of the format */
    {UNKNOWN, false, {"mx.evil.test; dmarc=pass header.from=mail.example.org"}},
    {UNKNOWN, false, {"mx.agency.test.evil.test; dmarc=pass header.from=mail.example.org"}},
    {UNKNOWN, false, {"mx.agency.test 2; dmarc=pass header.from=mail.example.org"}},
    {UNKNOWN, false, {"(mx.agency.test) mx.evil.test; dmarc=pass header.from=mail.example.org"}},
    /* about another domain */
    {UNKNOWN, false, {"mx.agency.test; dmarc=pass header.from=evil.test"}},
    {UNKNOWN, false, {"mx.agency.test; dkim=pass header.d=evil.test"}},
    {UNKNOWN, false, {"mx.agency.test; dkim=pass header.d=ple.org"}},
    {UNKNOWN, false, {"mx.agency.test; dkim=pass header.d=org"}},
    {UNKNOWN, false, {"mx.agency.test; dkim=pass header.d=evil.mail.example.org"}},
    {UNKNOWN, false, {"mx.agency.test; spf=pass smtp.mailfrom=evil.test"}},
    {UNKNOWN, false, {"mx.agency.test; spf=pass smtp.mailfrom=mail.example.org@evil.test"}},
    {UNKNOWN, false, {"mx.agency.test; spf=pass smtp.helo=mail.example.org"}},
    /* about a domain above it, which may be a registry; DMARC says when the two belong together */
    {UNKNOWN, false, {"mx.agency.test; dkim=pass header.d=example.org"}},
    {UNKNOWN, false, {"mx.agency.test; dkim=pass header.i=@example.org"}},
    {UNKNOWN, false, {"mx.agency.test; spf=pass smtp.mailfrom=nana@example.org"}},
    {UNKNOWN, false, {"mx.agency.test; dmarc=pass header.from=example.org"}},
    {PASS,
     false,
     {"mx.agency.test; dkim=pass header.d=example.org;"
      " dmarc=pass header.from=mail.example.org"}},
    /* about no domain */
    {UNKNOWN, false, {"mx.agency.test; dmarc=pass"}},
    {UNKNOWN, false, {"mx.agency.test; dkim=pass; spf=pass"}},
    /* no proof */
    {UNKNOWN, false, {"mx.agency.test; spf=softfail smtp.mailfrom=mail.example.org"}},
    {UNKNOWN, false, {"mx.agency.test; dkim=temperror header.d=mail.example.org"}},
    {UNKNOWN, false, {"mx.agency.test; dkim=passed header.d=mail.example.org"}},
    {UNKNOWN, false, {"mx.agency.test; arc=pass header.d=mail.example.org"}},
    /* against it */
    {SPOOFED, false, {"mx.agency.test; dmarc=fail header.from=mail.example.org"}},
    {SPOOFED, false, {"mx.agency.test; dmarc=fail"}},
    {SPOOFED, false, {"mx.agency.test; spf=fail smtp.mailfrom=mail.example.org"}},
    {SPOOFED, false, {"mx.agency.test; dkim=fail header.d=mail.example.org"}},
    {SPOOFED,
     false,
     {"mx.agency.test; dkim=pass header.d=mail.example.org;"
      " dmarc=fail header.from=mail.example.org"}},
    {UNKNOWN,
     false,
     {"mx.agency.test; dkim=pass header.d=mail.example.org;"
      " spf=fail smtp.mailfrom=mail.example.org"}},
    /* a forged header beside the server's own: the worse wins */
    {SPOOFED,
     false,
     {"mx.agency.test; dmarc=fail header.from=mail.example.org",
      "mx.agency.test; dmarc=pass header.from=mail.example.org"}},
    {SPOOFED,
     false,
     {"mx.agency.test; dmarc=pass header.from=mail.example.org",
      "mx.agency.test; dmarc=fail header.from=mail.example.org"}},
    /* what cannot be read to its end proves nothing */
    {UNKNOWN, true, {"mx.agency.test; dmarc=pass header.from=mail.example.org; dkim="}},
    {UNKNOWN, true, {"mx.agency.test; dmarc=pass header.from=mail.example.org (open"}},
    {UNKNOWN, true, {"mx.agency.test; dmarc=pass header.from=mail.example.org; spf=none x=\"y"}},
    {UNKNOWN, true, {"mx.agency.test; dmarc=pass; dkim=pass header.d=mail.example.org \x01 ="}},
    {SPOOFED, true, {"mx.agency.test; dmarc=fail header.from=mail.example.org; ="}},
    {UNKNOWN, false, {"(((("}},
    {UNKNOWN, false, {";;;;"}},
    {UNKNOWN, false, {""}},
};

static void verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_authres authres = {0};
        for (size_t j = 0; j < COUNT(cases[i].values) && cases[i].values[j]; j++)
            mail_authres_add(&authres, str_from(cases[i].values[j]), STR("mx.agency.test"),
                             STR("mail.example.org"));
        enum mail_authres_verdict verdict = mail_authres_judge(&authres);
        if (verdict != cases[i].verdict || authres.malformed != cases[i].malformed)
            fail_msg("%zu, %s: verdict %d, malformed %d", i, cases[i].values[0], (int)verdict,
                     authres.malformed);
    }
}

static void no_trusted_server_trusts_nothing(void **state)
{
    (void)state;
    struct mail_authres authres = {0};
    mail_authres_add(&authres, STR("; dmarc=pass"), STR(""), STR("example.org"));
    mail_authres_add(&authres, STR("\"\"; dmarc=pass"), STR(""), STR("example.org"));
    mail_authres_add(&authres, STR("mx.agency.test; dmarc=pass"), STR("mx.agency.test"), STR(""));
    assert_int_equal(authres.headers, 0);
    assert_int_equal(mail_authres_judge(&authres), UNKNOWN);
}

static void endless_headers_end(void **state)
{
    (void)state;
    BUF(value, 100000);
    buf_add_c(&value, "mx.agency.test; dmarc=pass");
    for (int i = 0; i < 100; i++) buf_add_c(&value, "; spf=none");
    struct mail_authres authres = {0};
    mail_authres_add(&authres, buf_str(&value), STR("mx.agency.test"), STR("example.org"));
    assert_true(authres.malformed);
    assert_int_equal(mail_authres_judge(&authres), UNKNOWN);
}

/* As Exchange Online writes it: without a name, and only the topmost header is its own. */
static void without_a_name(void **state)
{
    (void)state;
    static const char from[] = "mail.example.org";
    static const struct {
        enum mail_authres_verdict verdict;
        const char *values[2];
    } mails[] = {
        {PASS,
         {"spf=pass (sender IP is 192.0.2.7)\r\n smtp.mailfrom=mail.example.org; dkim=pass "
          "(signature was"
          " verified)\r\n header.d=mail.example.org;dmarc=pass action=none\r\n"
          " header.from=mail.example.org;compauth=pass reason=100"}},
        {SPOOFED,
         {"spf=fail (sender IP is 192.0.2.7) smtp.mailfrom=mail.example.org; dkim=none (message "
          "not signed)"
          " header.d=none;dmarc=fail action=quarantine header.from=mail.example.org;compauth=fail "
          "reason=000",
          "dmarc=pass header.from=mail.example.org"}},
        {UNKNOWN,
         {"spf=none smtp.helo=x; dmarc=none header.from=mail.example.org",
          "dmarc=pass header.from=mail.example.org"}},
        {UNKNOWN,
         {"mx.evil.test; dmarc=pass header.from=mail.example.org",
          "dmarc=pass header.from=mail.example.org"}},
    };
    for (size_t i = 0; i < COUNT(mails); i++) {
        struct mail_authres authres = {0};
        for (size_t k = 0; k < 2 && mails[i].values[k]; k++)
            mail_authres_add(&authres, str_from(mails[i].values[k]), STR(MAIL_AUTHRES_NAMELESS),
                             str_from(from));
        assert_int_equal(mail_authres_judge(&authres), mails[i].verdict);
        assert_int_equal(authres.headers, 1);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(verdicts), cmocka_unit_test(without_a_name),
          cmocka_unit_test(no_trusted_server_trusts_nothing), cmocka_unit_test(endless_headers_end))
