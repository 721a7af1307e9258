/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/pgp.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypt/gnupg.h"
#include "crypt/packet.h"
#include "tests/unit/unit.h"

/* A real GnuPG in a throw-away home, with keys made there. */
static char home[] = "/tmp/letterbox-test-pgp-XXXXXX";
static struct pgp_fingerprint archive_one, archive_two, mail, expired;
static struct arena *arena;
static struct pgp *pgp;

enum { MAX = 8 * 1024 * 1024 };

/* Runs a command of gpg in the home. */
static int gpg(const char *words)
{
    BUF(command, 4096);
    buf_print(&command, "GNUPGHOME=%s gpg --batch --no-tty %s", home, words);
    assert_ok(buf_done(&command));
    return system(command.at);
}

static void add_to_conf(const char *line)
{
    BUF(path, 200);
    buf_print(&path, "%s/gpg.conf", home);
    FILE *conf = fopen(path.at, "a");
    assert_non_null(conf);
    fprintf(conf, "%s\n", line);
    fclose(conf);
}

/* The fingerprint of the key with this name. */
static struct pgp_fingerprint fingerprint_of(const char *name)
{
    BUF(command, 1000);
    struct pgp_fingerprint fingerprint = {{0}};
    buf_print(&command,
              "GNUPGHOME=%s gpg --batch --with-colons --list-keys '%s' | "
              "awk -F: '$1==\"fpr\"{print $10;exit}'",
              home, name);
    FILE *answer = popen(command.at, "r");
    char line[100] = {0};
    assert_non_null(answer);
    assert_non_null(fgets(line, sizeof line, answer));
    pclose(answer);
    assert_true(pgp_fingerprint_get(str_trim(str_from(line)), &fingerprint));
    return fingerprint;
}

static int make_home(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(home));
    assert_ok(gnupg_home_make(home));
    assert_ok(gnupg_agent_start(home));
    assert_ok(gnupg_agent_start(home));
    assert_ok(pgp_init());
    arena = arena_new(1024 * 1024);
    assert_ok(pgp_open(arena, home, &pgp));
    assert_ok(pgp_key_make(pgp, "Archive One <one@archive.example>", 0, &archive_one));
    assert_ok(pgp_key_make(pgp, "Archive Two <two@archive.example>", 0, &archive_two));
    assert_ok(pgp_key_make(pgp, "Post Desk <post@agency.example>", 700, &mail));
    assert_int_equal(gpg("--quiet --faked-system-time 20200101T000000 --passphrase '' "
                         "--quick-generate-key 'Old <old@example.org>' future-default default 2d"),
                     0);
    expired = fingerprint_of("Old <old@example.org>");
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    arena_free(&arena);
    assert_ok(gnupg_agent_stop(home));
    BUF(command, 200);
    buf_print(&command, "rm -rf %s", home);
    return system(command.at);
}

static void the_home_is_private(void **state)
{
    (void)state;
    struct stat status;
    BUF(path, 200);
    assert_int_equal(stat(home, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    buf_print(&path, "%s/gpg.conf", home);
    assert_int_equal(stat(path.at, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_err(gnupg_home_make("relative/path"), ERR_BAD_INPUT);
    assert_err(gnupg_home_make("/nonexistent/folder/home"), ERR_IO);
    struct pgp *other = NULL;
    assert_err(pgp_open(arena, "relative/path", &other), ERR_BAD_INPUT);
}

static void fingerprints(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"0123456789ABCDEF0123456789ABCDEF01234567", true},
        {"0123456789abcdef0123456789abcdef01234567", true},
        {"0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567", true},
        {"0123456789ABCDEF0123456789ABCDEF0123456", false},
        {"0123456789ABCDEF0123456789ABCDEF012345678", false},
        {"0123456789ABCDEG0123456789ABCDEF01234567", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pgp_fingerprint fingerprint = {"before"};
        assert_int_equal(pgp_fingerprint_get(str_from(cases[i].text), &fingerprint), cases[i].good);
        assert_string_equal(fingerprint.hex, cases[i].good ? cases[0].text : "before");
    }
}

static void keys_are_described(void **state)
{
    (void)state;
    struct pgp_key key;
    assert_ok(pgp_key_find(pgp, &mail, &key));
    assert_string_equal(key.fingerprint.hex, mail.hex);
    assert_string_not_equal(key.encrypts.hex, mail.hex);
    assert_true(key.can_encrypt && key.can_sign && !key.revoked && !key.expired);
    assert_in_range(key.expires - key.made, 699 * 86400, 701 * 86400);
    assert_ok(pgp_key_find(pgp, &archive_one, &key));
    assert_int_equal(key.expires, 0);
    assert_ok(pgp_key_find(pgp, &expired, &key));
    assert_true(key.expired && !key.can_encrypt && !key.can_sign);
    struct pgp_fingerprint none;
    assert_true(pgp_fingerprint_get(STR("0123456789ABCDEF0123456789ABCDEF01234567"), &none));
    assert_err(pgp_key_find(pgp, &none, &key), ERR_PGP_KEY);
    /* A subkey's fingerprint is not the name of a key. */
    assert_ok(pgp_key_find(pgp, &mail, &key));
    none = key.encrypts;
    assert_err(pgp_key_find(pgp, &none, &key), ERR_PGP_KEY);
}

static void what_is_encrypted_opens_again(void **state)
{
    (void)state;
    const struct pgp_fingerprint both[] = {archive_one, archive_two};
    static const size_t lengths[] = {0, 1, 5000, 1024 * 1024};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        BUF(content, MAX);
        BUF(message, MAX);
        BUF_SECRET(opened, MAX);
        struct pgp_signature signature = {PGP_SIGNED_GOOD, {{0}}};
        for (size_t b = 0; b < lengths[i]; b++) buf_add_byte(&content, (char)(b * 7));
        assert_ok(pgp_encrypt(pgp, both, 2, buf_str(&content), &message));
        assert_ok(pgp_decrypt(pgp, buf_str(&message), &opened, &signature));
        assert_str(buf_str(&opened), buf_str(&content));
        assert_int_equal(signature.state, PGP_UNSIGNED);
    }
}

/* By gpg's own command line, as an archivist would in forty years. */
static void the_archive_opens_with_gpg_alone(void **state)
{
    (void)state;
    BUF(message, MAX);
    BUF(path, 200);
    BUF(words, 1000);
    assert_ok(pgp_encrypt(pgp, &archive_two, 1, STR("Dear Kayla\n"), &message));
    buf_print(&path, "%s/letter.gpg", home);
    FILE *file = fopen(path.at, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(message.at, 1, message.len, file), message.len);
    fclose(file);
    buf_print(&words, "--quiet --decrypt %s | grep -qx 'Dear Kayla'", path.at);
    assert_int_equal(gpg(words.at), 0);
}

static void the_packets_name_the_wanted_subkeys(void **state)
{
    (void)state;
    const struct pgp_fingerprint both[] = {archive_two, archive_one};
    struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
    struct pgp_key key;
    size_t count = 0;
    BUF(message, MAX);
    BUF(id, 100);
    assert_ok(pgp_encrypt(pgp, both, 2, STR("x"), &message));
    assert_ok(packet_recipients(buf_str(&message), ids, &count));
    assert_int_equal(count, 2);
    assert_ok(pgp_key_find(pgp, &archive_two, &key));
    for (int i = 0; i < 8; i++) buf_print(&id, "%02X", ids[0].bytes[i]);
    assert_string_equal(id.at, key.encrypts.hex + 24);
}

static void signed_and_encrypted_mail_opens_with_its_signer(void **state)
{
    (void)state;
    BUF(message, MAX);
    BUF_SECRET(opened, MAX);
    struct pgp_signature signature = {PGP_UNSIGNED, {{0}}};
    struct str part = STR("Content-Type: text/plain\r\n\r\nDear Kayla\r\n");
    assert_ok(pgp_encrypt_signed(pgp, &mail, &archive_one, 1, part, &message));
    assert_true(str_starts(buf_str(&message), STR("-----BEGIN PGP MESSAGE-----\n")));
    assert_int_equal(str_find(buf_str(&message), STR("Version:")), STR_NONE);
    assert_ok(pgp_decrypt(pgp, buf_str(&message), &opened, &signature));
    assert_str(buf_str(&opened), part);
    assert_int_equal(signature.state, PGP_SIGNED_GOOD);
    assert_string_equal(signature.signer.hex, mail.hex);
}

static void keys_that_cannot_be_used_are_refused(void **state)
{
    (void)state;
    struct pgp_fingerprint absent;
    assert_true(pgp_fingerprint_get(STR("0123456789ABCDEF0123456789ABCDEF01234567"), &absent));
    const struct pgp_fingerprint lists[][2] = {{expired, archive_one},
                                               {archive_one, expired},
                                               {archive_one, absent},
                                               {archive_one, archive_one}};
    for (size_t i = 0; i < COUNT(lists); i++) {
        BUF(message, MAX);
        assert_err(pgp_encrypt(pgp, lists[i], 2, STR("x"), &message), ERR_PGP_KEY);
        assert_err(pgp_encrypt_signed(pgp, &mail, lists[i], 2, STR("x"), &message), ERR_PGP_KEY);
        assert_int_equal(message.len, 0);
    }
    BUF(message, MAX);
    enum err error = pgp_encrypt_signed(pgp, &expired, &archive_one, 1, STR("x"), &message);
    assert_true(error == ERR_NO_KEY || error == ERR_PGP_KEY);
    assert_err(pgp_encrypt_signed(pgp, &absent, &archive_one, 1, STR("x"), &message), ERR_PGP_KEY);
    assert_int_equal(message.len, 0);
}

/* A gpg.conf that adds or hides recipients: what gpg makes then is thrown away. */
static void a_message_for_others_is_thrown_away(void **state)
{
    (void)state;
    static const char *const lines[] = {"throw-keyids", "recipient two@archive.example",
                                        "hidden-recipient two@archive.example"};
    for (size_t i = 0; i < COUNT(lines); i++) {
        BUF(message, MAX);
        buf_add_c(&message, "kept");
        assert_ok(gnupg_home_make(home));
        add_to_conf(lines[i]);
        assert_err(pgp_encrypt(pgp, &archive_one, 1, STR("x"), &message), ERR_PGP_CHECK);
        assert_err(pgp_encrypt_signed(pgp, &mail, &archive_one, 1, STR("x"), &message),
                   ERR_PGP_CHECK);
        assert_buf(message, "kept");
    }
    assert_ok(gnupg_home_make(home));
    add_to_conf("encrypt-to two@archive.example");
    BUF(message, MAX);
    assert_ok(pgp_encrypt(pgp, &archive_one, 1, STR("x"), &message));
    assert_ok(gnupg_home_make(home));
}

/* A gpg.conf that signs with one key more. */
static void a_message_signed_by_others_is_thrown_away(void **state)
{
    (void)state;
    BUF(message, MAX);
    assert_ok(gnupg_home_make(home));
    add_to_conf("local-user two@archive.example");
    assert_err(pgp_encrypt_signed(pgp, &mail, &archive_one, 1, STR("x"), &message), ERR_PGP_CHECK);
    assert_int_equal(message.len, 0);
    assert_ok(gnupg_home_make(home));
}

static void public_keys_are_shown_and_imported(void **state)
{
    (void)state;
    char other_home[] = "/tmp/letterbox-test-pgp-XXXXXX";
    BUF(armored, MAX);
    BUF(binary, MAX);
    BUF(command, 200);
    struct pgp *other = NULL;
    struct pgp_key key;
    ARENA(own, 1024 * 1024);
    assert_non_null(mkdtemp(other_home));
    assert_ok(gnupg_home_make(other_home));
    assert_ok(pgp_open(own, other_home, &other));
    assert_ok(pgp_key_export(pgp, &mail, true, &armored));
    assert_ok(pgp_key_export(pgp, &mail, false, &binary));
    assert_true(str_starts(buf_str(&armored), STR("-----BEGIN PGP PUBLIC KEY BLOCK-----")));

    assert_ok(pgp_key_show(other, buf_str(&armored), &key));
    assert_string_equal(key.fingerprint.hex, mail.hex);
    assert_true(key.can_encrypt);
    assert_err(pgp_key_find(other, &mail, &key), ERR_PGP_KEY); /* showing keeps nothing */
    assert_ok(pgp_key_import(other, buf_str(&binary), &key));
    assert_string_equal(key.fingerprint.hex, mail.hex);
    assert_ok(pgp_key_import(other, buf_str(&armored), &key));
    assert_ok(pgp_key_find(other, &mail, &key));

    /* Encrypting needs no agent; signing does. */
    BUF(message, MAX);
    BUF_SECRET(opened, MAX);
    struct pgp_signature signature;
    assert_ok(pgp_encrypt(other, &mail, 1, STR("x"), &message));
    assert_err(pgp_decrypt(other, buf_str(&message), &opened, &signature), ERR_NO_KEY);
    assert_ok(pgp_decrypt(pgp, buf_str(&message), &opened, &signature));
    assert_buf(opened, "x");
    buf_clear(&message);
    assert_err(pgp_encrypt_signed(other, &mail, &mail, 1, STR("x"), &message), ERR_NO_KEY);
    assert_int_equal(message.len, 0);
    buf_print(&command, "rm -rf %s", other_home);
    assert_int_equal(system(command.at), 0);
}

static void what_is_no_single_public_key_is_refused(void **state)
{
    (void)state;
    BUF(one, MAX);
    BUF(old, MAX);
    BUF(secret, MAX);
    BUF(command, 1000);
    struct pgp_key key;
    assert_ok(pgp_key_export(pgp, &archive_one, false, &one));
    assert_ok(pgp_key_export(pgp, &expired, false, &old));
    assert_ok(pgp_key_show(pgp, buf_str(&old), &key));
    assert_true(key.expired && !key.can_encrypt);
    buf_print(&command, "GNUPGHOME=%s gpg --batch --export-secret-keys %s", home, mail.hex);
    FILE *answer = popen(command.at, "r");
    assert_non_null(answer);
    for (int c = fgetc(answer); c != EOF; c = fgetc(answer)) buf_add_byte(&secret, (char)c);
    pclose(answer);
    assert_true(secret.len > 100);
    assert_err(pgp_key_show(pgp, buf_str(&secret), &key), ERR_PGP_KEY);
    assert_err(pgp_key_import(pgp, buf_str(&secret), &key), ERR_PGP_KEY);

    BUF(two, MAX);
    buf_add(&two, buf_str(&one));
    buf_add(&two, buf_str(&old));
    assert_err(pgp_key_show(pgp, buf_str(&two), &key), ERR_PGP_KEY);
    assert_err(pgp_key_import(pgp, buf_str(&two), &key), ERR_PGP_KEY);
    BUF(mixed, MAX);
    buf_add(&mixed, buf_str(&one));
    buf_add(&mixed, buf_str(&secret));
    assert_err(pgp_key_import(pgp, buf_str(&mixed), &key), ERR_PGP_KEY);
    static const struct str no_keys[] = {
        STR(""), STR("hello"), STR("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"),
        STR("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----\n")};
    for (size_t i = 0; i < COUNT(no_keys); i++)
        assert_err(pgp_key_show(pgp, no_keys[i], &key), ERR_PGP_KEY);
    BUF(longer, MAX);
    assert_non_null(buf_extend(&longer, PGP_KEY_MAX_BYTES + 1));
    assert_err(pgp_key_show(pgp, buf_str(&longer), &key), ERR_TOO_BIG);
}

static void a_revoked_key_is_refused(void **state)
{
    (void)state;
    struct pgp_fingerprint lost;
    struct pgp_key key;
    BUF(words, 1000);
    BUF(message, MAX);
    assert_ok(pgp_key_make(pgp, "Lost <lost@example.org>", 0, &lost));
    assert_ok(pgp_encrypt(pgp, &lost, 1, STR("x"), &message));
    buf_print(&words,
              "--quiet --import < /dev/null; sed 's/^:---/---/' %s/openpgp-revocs.d/%s.rev | "
              "GNUPGHOME=%s gpg --batch --quiet --import",
              home, lost.hex, home);
    assert_int_equal(gpg(words.at), 0);
    /* A context that still holds the key as it was is told by gpg; a new look shows it. */
    buf_clear(&message);
    assert_err(pgp_encrypt(pgp, &lost, 1, STR("x"), &message), ERR_PGP_KEY);
    assert_ok(pgp_key_find(pgp, &lost, &key));
    assert_true(key.revoked && !key.can_encrypt);
    assert_err(pgp_encrypt(pgp, &lost, 1, STR("x"), &message), ERR_PGP_KEY);
    assert_int_equal(message.len, 0);
}

static void what_does_not_decrypt_is_refused(void **state)
{
    (void)state;
    BUF(message, MAX);
    BUF_SECRET(opened, MAX);
    BUF_SECRET(small, 10);
    struct pgp_signature signature;
    assert_ok(pgp_encrypt(pgp, &mail, 1, STR("eleven char"), &message));
    assert_err(pgp_decrypt(pgp, buf_str(&message), &small, &signature), ERR_TOO_BIG);
    assert_int_equal(small.len, 0);
    message.at[message.len - 1] ^= 1;
    assert_err(pgp_decrypt(pgp, buf_str(&message), &opened, &signature), ERR_BAD_INPUT);
    assert_err(pgp_decrypt(pgp, STR("no message"), &opened, &signature), ERR_BAD_INPUT);
    assert_err(pgp_decrypt(pgp, STR(""), &opened, &signature), ERR_BAD_INPUT);
    /* Encrypted without protection, and under a passphrase: GnuPG is not asked. */
    static const char key[] = "\x84\x0e\x03\x11\x22\x33\x44\x55\x66\x77\x88\x12wxyz";
    BUF(old, 100);
    buf_add_bytes(&old, key, sizeof key - 1);
    buf_add_c(&old, "\xc9\x05hello");
    assert_err(pgp_decrypt(pgp, buf_str(&old), &opened, &signature), ERR_PGP_UNPROTECTED);
    assert_err(pgp_decrypt(pgp, STR("\x8c\x04\x04\x07\x01\x02\xd2\x02\x01x"), &opened, &signature),
               ERR_NO_KEY);
    assert_int_equal(opened.len, 0);
}

static void signed_by_a_key_that_is_not_ours_is_not_good(void **state)
{
    (void)state;
    BUF(message, MAX);
    BUF(words, 1000);
    BUF_SECRET(opened, MAX);
    struct pgp_signature signature = {PGP_SIGNED_GOOD, {{0}}};
    struct pgp_fingerprint gone;
    assert_ok(pgp_key_make(pgp, "Gone <gone@example.org>", 0, &gone));
    assert_ok(pgp_encrypt_signed(pgp, &gone, &mail, 1, STR("x"), &message));
    buf_print(&words, "--quiet --yes --delete-secret-and-public-key %s", gone.hex);
    assert_int_equal(gpg(words.at), 0);
    assert_ok(pgp_decrypt(pgp, buf_str(&message), &opened, &signature));
    assert_int_equal(signature.state, PGP_SIGNED_UNKNOWN);
}

/* What gpg says of these words, signed apart by a key of the home. */
static void sign_apart(const char *words, const char *options, struct buf *ret_signature)
{
    BUF(command, 1000);
    buf_print(&command,
              "printf '%%s' '%s' | GNUPGHOME=%s gpg --batch --quiet --armor --detach-sign %s",
              words, home, options);
    assert_ok(buf_done(&command));
    FILE *answer = popen(command.at, "r");
    assert_non_null(answer);
    for (int c = fgetc(answer); c != EOF; c = fgetc(answer)) buf_add_byte(ret_signature, (char)c);
    assert_int_equal(pclose(answer), 0);
}

static void signatures_that_stand_apart(void **state)
{
    (void)state;
    struct pgp_signature signature;
    struct str words = STR("Dear Kayla");
    BUF(good, MAX);
    BUF(two, MAX);
    BUF(unknown, MAX);
    BUF(command, 1000);
    struct pgp_fingerprint gone;
    sign_apart("Dear Kayla", "-u post@agency.example", &good);
    assert_ok(pgp_verify(pgp, words, buf_str(&good), &signature));
    assert_int_equal(signature.state, PGP_SIGNED_GOOD);
    assert_string_equal(signature.signer.hex, mail.hex);
    assert_ok(pgp_verify(pgp, STR("Dear Tom"), buf_str(&good), &signature));
    assert_int_equal(signature.state, PGP_SIGNED_BAD);
    assert_string_equal(signature.signer.hex, "");
    sign_apart("Dear Kayla", "-u post@agency.example -u one@archive.example", &two);
    assert_ok(pgp_verify(pgp, words, buf_str(&two), &signature));
    assert_int_equal(signature.state, PGP_SIGNED_BAD);
    assert_ok(pgp_key_make(pgp, "Away <away@example.org>", 0, &gone));
    sign_apart("Dear Kayla", "-u away@example.org", &unknown);
    buf_print(&command, "--quiet --yes --delete-secret-and-public-key %s", gone.hex);
    assert_int_equal(gpg(command.at), 0);
    assert_ok(pgp_verify(pgp, words, buf_str(&unknown), &signature));
    assert_int_equal(signature.state, PGP_SIGNED_UNKNOWN);
    static const struct str none[] = {STR(""), STR("x"), STR("-----BEGIN PGP SIGNATURE-----\n\n"),
                                      STR("-----BEGIN PGP MESSAGE-----\n\nbm90\n"
                                          "-----END PGP MESSAGE-----\n")};
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_ok(pgp_verify(pgp, words, none[i], &signature));
        assert_int_equal(signature.state, PGP_SIGNED_BAD);
    }
}

static void a_secret_key_is_there_while_the_agent_answers(void **state)
{
    (void)state;
    struct pgp_fingerprint none;
    assert_true(pgp_fingerprint_get(STR("0123456789ABCDEF0123456789ABCDEF01234567"), &none));
    assert_ok(pgp_secret_find(pgp, &mail));
    assert_err(pgp_secret_find(pgp, &none), ERR_NO_KEY);
    assert_ok(gnupg_agent_stop(home));
    assert_err(pgp_secret_find(pgp, &mail), ERR_NO_KEY);
    assert_ok(gnupg_agent_start(home));
    assert_ok(pgp_secret_find(pgp, &mail));
}

static void a_full_buffer_is_left_as_it_was(void **state)
{
    (void)state;
    BUF(small, 20);
    buf_add_c(&small, "kept");
    assert_err(pgp_encrypt(pgp, &mail, 1, STR("x"), &small), ERR_TOO_BIG);
    assert_buf(small, "kept");
}

/* Each call of GPGME made to fail: nothing is handed out, and the next time it works. */
static void every_failing_call_is_an_error(void **state)
{
    (void)state;
    static const char *const faults[] = {"pgp_data_in", "pgp_data_out", "pgp_key",
                                         "pgp_encrypt", "pgp_signer",   "pgp_encrypt_sign"};
    for (size_t i = 0; i < COUNT(faults); i++) {
        BUF(message, MAX);
        BUF(fault, 100);
        struct pgp *fresh = NULL;
        ARENA(own, 1024 * 1024);
        assert_ok(pgp_open(own, home, &fresh));
        buf_print(&fault, "%s:fail", faults[i]);
        setenv("LETTERBOX_FAULT", fault.at, 1);
        enum err plain = pgp_encrypt(fresh, &mail, 1, STR("clear text"), &message);
        if (strstr(faults[i], "sign")) plain = ERR_PGP, buf_clear(&message);
        enum err signing = pgp_encrypt_signed(fresh, &mail, &mail, 1, STR("clear text"), &message);
        if (strcmp(faults[i], "pgp_encrypt") == 0) signing = ERR_PGP, buf_clear(&message);
        unsetenv("LETTERBOX_FAULT");
        assert_err(plain, ERR_PGP);
        assert_err(signing, ERR_PGP);
        assert_int_equal(message.len, 0);
        assert_ok(pgp_encrypt_signed(fresh, &mail, &mail, 1, STR("x"), &message));
    }
}

static void failing_set_up_look_up_and_decryption(void **state)
{
    (void)state;
    static const char *const opening[] = {"pgp_new", "pgp_protocol", "pgp_home", "pgp_pinentry",
                                          "pgp_list_mode"};
    BUF(message, MAX);
    BUF(armored, MAX);
    BUF_SECRET(opened, MAX);
    struct pgp_signature signature = {PGP_UNSIGNED, {{0}}};
    struct pgp_key key;
    assert_ok(pgp_encrypt_signed(pgp, &mail, &mail, 1, STR("x"), &message));
    assert_ok(pgp_key_export(pgp, &mail, true, &armored));
    for (size_t i = 0; i < COUNT(opening); i++) {
        BUF(fault, 100);
        struct pgp *none = NULL;
        ARENA(own, 1024 * 1024);
        buf_print(&fault, "%s:fail", opening[i]);
        setenv("LETTERBOX_FAULT", fault.at, 1);
        enum err error = pgp_open(own, home, &none);
        unsetenv("LETTERBOX_FAULT");
        assert_err(error, ERR_PGP);
        assert_null(none);
    }
    setenv("LETTERBOX_FAULT", "pgp_list:fail,pgp_decrypt:fail,pgp_version:fail,pgp_make:fail", 1);
    assert_err(pgp_key_show(pgp, buf_str(&armored), &key), ERR_PGP);
    assert_err(pgp_decrypt(pgp, buf_str(&message), &opened, &signature), ERR_PGP);
    assert_err(pgp_init(), ERR_PGP);
    struct pgp_fingerprint none;
    assert_err(pgp_key_make(pgp, "x", 0, &none), ERR_PGP);
    setenv("LETTERBOX_FAULT", "pgp_list_next:fail,pgp_engine:fail", 1);
    assert_err(pgp_key_show(pgp, buf_str(&armored), &key), ERR_PGP);
    assert_err(pgp_init(), ERR_PGP);
    setenv("LETTERBOX_FAULT", "pgp_import:fail,pgp_export:fail,gnupg_spawn:fail", 1);
    assert_err(pgp_key_import(pgp, buf_str(&armored), &key), ERR_PGP);
    assert_err(pgp_key_export(pgp, &mail, true, &message), ERR_PGP);
    assert_err(gnupg_agent_start(home), ERR_PGP);
    setenv("LETTERBOX_FAULT", "pgp_signer_key:fail,gnupg_write:fail", 1);
    assert_ok(pgp_decrypt(pgp, buf_str(&message), &opened, &signature));
    assert_int_equal(signature.state, PGP_SIGNED_UNKNOWN);
    assert_err(gnupg_home_make(home), ERR_IO);
    unsetenv("LETTERBOX_FAULT");
    assert_ok(gnupg_home_make(home));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_home_is_private),
        cmocka_unit_test(fingerprints),
        cmocka_unit_test(keys_are_described),
        cmocka_unit_test(what_is_encrypted_opens_again),
        cmocka_unit_test(the_archive_opens_with_gpg_alone),
        cmocka_unit_test(the_packets_name_the_wanted_subkeys),
        cmocka_unit_test(signed_and_encrypted_mail_opens_with_its_signer),
        cmocka_unit_test(keys_that_cannot_be_used_are_refused),
        cmocka_unit_test(a_message_for_others_is_thrown_away),
        cmocka_unit_test(a_message_signed_by_others_is_thrown_away),
        cmocka_unit_test(public_keys_are_shown_and_imported),
        cmocka_unit_test(what_is_no_single_public_key_is_refused),
        cmocka_unit_test(a_revoked_key_is_refused),
        cmocka_unit_test(what_does_not_decrypt_is_refused),
        cmocka_unit_test(signed_by_a_key_that_is_not_ours_is_not_good),
        cmocka_unit_test(signatures_that_stand_apart),
        cmocka_unit_test(a_secret_key_is_there_while_the_agent_answers),
        cmocka_unit_test(a_full_buffer_is_left_as_it_was),
        cmocka_unit_test(every_failing_call_is_an_error),
        cmocka_unit_test(failing_set_up_look_up_and_decryption),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
