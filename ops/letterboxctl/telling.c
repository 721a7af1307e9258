/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/telling.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "core/embed.h"
#include "core/json.h"
#include "rules/neutral.h"
#include "sys/file.h"

enum { PEM_BYTES = 1024 * 1024 };

static void look(json_t *findings, const char *where, struct str text)
{
    const char *word = neutral_tells(text);
    if (!word) return;
    json_t *one = json_object();
    json_put_str(one, "where", str_from(where));
    json_put_str(one, "text", text);
    json_put_str(one, "word", str_from(word));
    json_add(findings, one);
}

/* ---- certificates ---- */

static void end_bio(BIO **bio)
{
    BIO_free(*bio);
}

static void end_certificate(X509 **certificate)
{
    X509_free(*certificate);
}

static void look_at_asn1(json_t *findings, const char *where, ASN1_STRING *value)
{
    unsigned char *text = NULL;
    int length = ASN1_STRING_to_UTF8(&text, value);
    if (length > 0) look(findings, where, (struct str){(const char *)text, (size_t)length});
    OPENSSL_free(text);
}

static void look_at_subject(json_t *findings, const char *where, const X509 *certificate)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    for (int i = 0; i < X509_NAME_entry_count(subject); i++)
        look_at_asn1(findings, where, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i)));
}

static void look_at_other_names(json_t *findings, const char *where, const X509 *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        int kind;
        void *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &kind);
        if (kind == GEN_DNS || kind == GEN_EMAIL || kind == GEN_URI)
            look_at_asn1(findings, where, value);
    }
    GENERAL_NAMES_free(names);
}

/* The first of a chain is ours. One that cannot be read keeps its server from starting. */
static void look_at_certificate(json_t *findings, const char *where, const char *path)
{
    BUF(pem, PEM_BYTES);
    if (!path || !*path || file_read(path, &pem) != OK) return;
    __attribute__((cleanup(end_bio))) BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
    __attribute__((cleanup(end_certificate))) X509 *certificate =
        bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    if (!certificate) return;
    look_at_subject(findings, where, certificate);
    look_at_other_names(findings, where, certificate);
}

/* ---- templates ---- */

/* Text without what stands in {{braces}}. */
static struct str without_tags(struct str text, struct arena *arena)
{
    BUF(plain, text.len);
    while (text.len) {
        size_t start = str_find(text, STR("{{"));
        buf_add(&plain, str_slice(text, 0, start));
        if (start == STR_NONE) break;
        text = str_from_byte(text, start);
        size_t end = str_find(text, STR("}}"));
        if (end == STR_NONE) break;
        text = str_from_byte(text, end + 2);
    }
    return arena_str(arena, buf_str(&plain));
}

static void look_between(json_t *findings, const char *name, struct str content, struct str start,
                         struct str end, struct arena *arena)
{
    size_t from = str_find(content, start);
    if (from == STR_NONE) return;
    struct str text = str_from_byte(content, from + start.len);
    text = str_slice(text, 0, str_find(text, end));
    look(findings, arena_print(arena, "templates/%s", name).at, without_tags(text, arena));
}

/* Titles of what families and readers see, subjects of what they are sent. */
static void look_at_templates(json_t *findings, struct arena *arena)
{
    for (const struct embedded_file *file = embedded_templates; file->name; file++) {
        struct str name = str_from(file->name);
        struct str content = {file->start, (size_t)(file->end - file->start)};
        if (str_starts(name, STR("portal/")))
            look_between(findings, file->name, content, STR("<title>"), STR("</title>"), arena);
        if (str_starts(name, STR("mail/")))
            look_between(findings, file->name, content, STR("Subject: "), STR("\n"), arena);
    }
}

/* ---- all of it ---- */

void telling_site(const struct site *site, json_t *findings)
{
    const struct conf *conf = &site->conf;
    const struct {
        const char *where;
        struct str text;
    } settings[] = {
        {"[service] name", conf->service_name},
        {"[service] email", conf->service_email},
        {"[portal] host_name", conf->portal_host_name},
        {"[portal] origin", conf->portal_origin},
        {"[desk] host_name", conf->desk_host_name},
        {"[desk] origin", conf->desk_origin},
        {"[smtp] host", conf->smtp_host},
        {"[smtp] ehlo_name", conf->smtp_ehlo_name},
        {"[smtp] from", conf->smtp_from},
#define MAILBOX(n)                                             \
    {"[mailbox_" #n "] address", conf->mailbox_##n##_address}, \
        {"[mailbox_" #n "] reply_domain", conf->mailbox_##n##_reply_domain}
        MAILBOX(1),
        MAILBOX(2),
        MAILBOX(3),
        MAILBOX(4),
        MAILBOX(5),
        MAILBOX(6),
#undef MAILBOX
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        look(findings, settings[i].where, settings[i].text);
    look_at_certificate(findings, "[portal] tls_certificate", conf->portal_tls_certificate);
    look_at_certificate(findings, "[desk] tls_certificate", conf->desk_tls_certificate);
    look_at_templates(findings, site->arena);
}

void telling_agency(struct arena *arena, struct str slug, struct str neutral_name,
                    struct str help_email, json_t *findings)
{
    look(findings, arena_print(arena, "%.*s: neutral name", STR_ARG(slug)).at, neutral_name);
    look(findings, arena_print(arena, "%.*s: e-mail for help", STR_ARG(slug)).at, help_email);
}
