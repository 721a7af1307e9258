/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Sealing for the tests (tests/harness/seal.mjs): what a test seals or opens goes through the very
 * code that it looks at from outside.
 *
 *     probe_seal pair                                              secret, public key, key id (hex)
 *     probe_seal close PURPOSE AGENCY TABLE ROW VERSION PUBLIC…    content on stdin, sealed on
 * stdout probe_seal open PURPOSE AGENCY TABLE ROW VERSION SECRET…     the reverse
 *     probe_seal many PURPOSE AGENCY TABLE 0 VERSION PUBLIC…       lines "row hex" on stdin, sealed
 * ones in hex on stdout, a line each
 *     probe_seal keys FOLDER NAME KIND:AGENCY:SECRET…              a key file
 *
 * PURPOSE is the number in crypt/purposes.def, KIND the number in crypt/keys.def; ids are decimal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/code.h"
#include "core/num.h"
#include "crypt/keys.h"
#include "crypt/seal.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { BYTES_MAX = 200 * 1024 * 1024, ARGUMENTS_MAX = 32, RECORD_MAX = 8192 };

static _Noreturn void stop(const char *what, enum err code)
{
    fprintf(stderr, "probe_seal: %s: %s\n", what, code == OK ? "" : err_info(code)->name);
    exit(1);
}

static int64_t number(const char *text)
{
    int64_t value;
    if (!num_parse(str_from(text), 0, INT64_MAX, &value)) stop(text, ERR_BAD_INPUT);
    return value;
}

static void bytes(const char *hex, void *ret_bytes, size_t len)
{
    if (!code_hex_get(str_from(hex), ret_bytes, len)) stop("not hex", ERR_BAD_INPUT);
}

static void print_hex(const void *at, size_t len)
{
    BUF(hex, 1000);
    code_hex_put(&hex, at, len);
    printf("%s\n", hex.at);
}

static void make_pair(void)
{
    SEAL_PAIR(pair);
    struct seal_key_id id;
    enum err code = seal_pair_make(&pair);
    if (code == OK) code = seal_key_id(&pair.public, &id);
    if (code != OK) stop("pair", code);
    print_hex(pair.secret.bytes, sizeof pair.secret.bytes);
    print_hex(pair.public.bytes, sizeof pair.public.bytes);
    print_hex(id.bytes, sizeof id.bytes);
}

static void run_seal(bool opens, char **words, int count)
{
    if (count < 6 || count - 5 > ARGUMENTS_MAX) stop("arguments", ERR_BAD_INPUT);
    struct seal_binding binding = {.purpose = (enum seal_purpose)number(words[0]),
                                   .agency_id = number(words[1]),
                                   .table = words[2],
                                   .row_id = number(words[3]),
                                   .row_version = number(words[4])};
    BUF_SECRET(in, BYTES_MAX);
    BUF_SECRET(out, BYTES_MAX);
    enum err code = file_read_fd(STDIN_FILENO, &in);
    size_t keys = (size_t)count - 5;
    struct seal_public publics[ARGUMENTS_MAX];
    struct seal_pair pairs[ARGUMENTS_MAX];
    for (size_t i = 0; i < keys && code == OK; i++) {
        struct secret secret;
        if (opens) {
            bytes(words[5 + i], secret.bytes, sizeof secret.bytes);
            code = seal_pair_from(&secret, &pairs[i]);
        } else {
            bytes(words[5 + i], publics[i].bytes, sizeof publics[i].bytes);
        }
    }
    if (code == OK)
        code = opens ? seal_open(&binding, pairs, keys, buf_str(&in), &out)
                     : seal_close(&binding, publics, keys, buf_str(&in), &out);
    if (code == OK) code = file_write_fd(STDOUT_FILENO, buf_str(&out));
    if (code != OK) stop(opens ? "open" : "close", code);
}

static void seal_many(char **words, int count)
{
    if (count < 6 || count - 5 > ARGUMENTS_MAX) stop("arguments", ERR_BAD_INPUT);
    struct seal_binding binding = {.purpose = (enum seal_purpose)number(words[0]),
                                   .agency_id = number(words[1]),
                                   .table = words[2],
                                   .row_version = number(words[4])};
    struct seal_public publics[ARGUMENTS_MAX];
    size_t keys = (size_t)count - 5;
    for (size_t i = 0; i < keys; i++)
        bytes(words[5 + i], publics[i].bytes, sizeof publics[i].bytes);
    BUF_SECRET(in, BYTES_MAX);
    if (file_read_fd(STDIN_FILENO, &in) != OK) stop("stdin", ERR_BAD_INPUT);
    struct str rest = buf_str(&in), line, row;
    while (str_split(&rest, '\n', &line) && line.len) {
        unsigned char content[RECORD_MAX];
        BUF(out, RECORD_MAX * 4);
        BUF(hex, RECORD_MAX * 8);
        if (!str_split(&line, ' ', &row) || !num_parse(row, 1, INT64_MAX, &binding.row_id) ||
            line.len / 2 > sizeof content || !code_hex_get(line, content, line.len / 2))
            stop("a line", ERR_BAD_INPUT);
        struct str text = {(const char *)content, line.len / 2};
        enum err code = seal_close(&binding, publics, keys, text, &out);
        if (code != OK) stop("many", code);
        code_hex_put(&hex, out.at, out.len);
        printf("%s\n", hex.at);
    }
}

static void write_keys(char **words, int count)
{
    if (count < 3 || count - 2 > ARGUMENTS_MAX) stop("arguments", ERR_BAD_INPUT);
    struct key_entry entries[ARGUMENTS_MAX];
    for (int i = 2; i < count; i++) {
        struct str rest = str_from(words[i]), kind, agency;
        int64_t kind_number, agency_id;
        if (!str_split(&rest, ':', &kind) || !str_split(&rest, ':', &agency) ||
            !num_parse(kind, 0, KEY_KINDS - 1, &kind_number) ||
            !num_parse(agency, 0, INT64_MAX, &agency_id))
            stop(words[i], ERR_BAD_INPUT);
        entries[i - 2] = (struct key_entry){
            .kind = (enum key_kind)kind_number, .agency_id = agency_id, .made = clock_now()};
        bytes(rest.at, entries[i - 2].secret.bytes, SECRET_BYTES);
    }
    enum err code =
        keys_write(words[0], words[1], entries, (size_t)count - 2, (uid_t)-1, (gid_t)-1);
    if (code != OK) stop("keys", code);
}

int main(int argc, char **argv)
{
    if (crypt_init() != OK || argc < 2) stop("start", ERR_BAD_INPUT);
    if (strcmp(argv[1], "pair") == 0)
        make_pair();
    else if (strcmp(argv[1], "close") == 0)
        run_seal(false, argv + 2, argc - 2);
    else if (strcmp(argv[1], "many") == 0)
        seal_many(argv + 2, argc - 2);
    else if (strcmp(argv[1], "open") == 0)
        run_seal(true, argv + 2, argc - 2);
    else if (strcmp(argv[1], "keys") == 0)
        write_keys(argv + 2, argc - 2);
    else
        stop(argv[1], ERR_BAD_INPUT);
    return 0;
}
