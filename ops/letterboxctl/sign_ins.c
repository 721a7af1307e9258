/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/sign_ins.h"

#include <oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/file.h"
#include "sys/rand.h"

enum { FILE_BYTES = 64 * 1024 };

const char *sign_ins_path(const struct site *site)
{
    return arena_c(site->arena,
                   arena_print(site->arena, "%s/demo-sign-ins.txt", site->conf.service_run_folder));
}

/* Takes the next word off the front of the line. */
static struct str next_word(struct str *line)
{
    *line = str_trim(*line);
    size_t end = str_find_byte(*line, ' ');
    struct str word = str_slice(*line, 0, end == STR_NONE ? line->len : end);
    *line = str_from_byte(*line, word.len);
    return word;
}

enum err sign_ins_read(const struct site *site, struct sign_ins *ret_rows)
{
    BUF_SECRET(text, FILE_BYTES);
    ret_rows->count = 0;
    enum err code = file_read(sign_ins_path(site), &text);
    if (code == ERR_NOT_FOUND) return OK;
    TRY(code);
    struct str rest = arena_str(site->arena, buf_str(&text)), line;
    while (str_split(&rest, '\n', &line)) {
        if (str_trim(line).len == 0 || line.at[0] == '#') continue;
        if (ret_rows->count == SIGN_INS_MAX) return ERR_TOO_BIG;
        struct sign_ins_row *row = &ret_rows->at[ret_rows->count++];
        row->role = next_word(&line);
        row->agency = next_word(&line);
        row->email = next_word(&line);
        row->password = next_word(&line);
        row->totp = next_word(&line);
        if (row->totp.len == 0) return ERR_BAD_INPUT;
        if (str_equal(row->totp, STR("-"))) row->totp = STR("");
    }
    return OK;
}

static void put_rows(struct buf *text, const struct sign_ins *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct sign_ins_row *row = &rows->at[i];
        buf_print(text, "%-14.*s %-12.*s %-36.*s %-30.*s %.*s\n", STR_ARG(row->role),
                  STR_ARG(row->agency), STR_ARG(row->email), STR_ARG(row->password),
                  row->totp.len ? (int)row->totp.len : 1, row->totp.len ? row->totp.at : "-");
    }
}

enum err sign_ins_write(const struct site *site, const struct sign_ins *rows)
{
    BUF_SECRET(text, FILE_BYTES);
    buf_add_c(
        &text,
        "# Who can sign in to this demo: role, agency, e-mail, password, TOTP secret.\n"
        "# Staff sign in at the desk; the code of the moment: letterboxctl demo --code E-MAIL\n"
        "# Families sign in at the portal; their codes come by e-mail.\n");
    put_rows(&text, rows);
    TRY(buf_done(&text));
    return file_write(sign_ins_path(site), buf_str(&text), 0600);
}

const struct sign_ins_row *sign_ins_find(const struct sign_ins *rows, struct str role,
                                         struct str agency)
{
    for (size_t i = 0; i < rows->count; i++)
        if (str_equal(rows->at[i].role, role) && str_equal(rows->at[i].agency, agency))
            return &rows->at[i];
    return NULL;
}

void sign_ins_print(const struct sign_ins *rows)
{
    BUF_SECRET(text, FILE_BYTES);
    put_rows(&text, rows);
    if (buf_done(&text) == OK) fputs(text.at, stdout);
}

struct str sign_ins_password(struct arena *arena)
{
    static const char *const words[] = {
        "amber",   "anchor", "apron",   "barley", "basket",  "beacon",  "bramble", "bucket",
        "candle",  "canoe",  "carpet",  "cedar",  "cherry",  "cobble",  "copper",  "cotton",
        "cricket", "damson", "dapple",  "dove",   "ember",   "fennel",  "ferry",   "fiddle",
        "flannel", "garnet", "ginger",  "gravel", "hamper",  "harbour", "hazel",   "heather",
        "ivory",   "jacket", "jigsaw",  "kettle", "ladder",  "lantern", "linen",   "lobster",
        "marble",  "meadow", "mitten",  "nutmeg", "orchard", "otter",   "paddle",  "pebble",
        "pepper",  "pillow", "quarry",  "quilt",  "ribbon",  "saddle",  "saffron", "shingle",
        "spindle", "teapot", "thistle", "timber", "trellis", "velvet",  "walnut",  "willow",
    };
    enum { WORDS = sizeof words / sizeof *words };
    return arena_print(arena, "%s-%s-%u-%s", words[rand_below(WORDS)], words[rand_below(WORDS)],
                       100 + rand_below(900), words[rand_below(WORDS)]);
}

enum err sign_ins_totp(struct str base32, struct buf *ret_secret)
{
    char *bytes = NULL;
    size_t length = 0;
    if (oath_base32_decode(base32.at, base32.len, &bytes, &length) != OATH_OK) return ERR_BAD_INPUT;
    buf_add_bytes(ret_secret, bytes, length);
    explicit_bzero(bytes, length);
    free(bytes);
    return buf_done(ret_secret);
}
