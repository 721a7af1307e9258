/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/keys.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/code.h"
#include "tests/unit/unit.h"

enum { AGENCY = 7, OTHER = 8 };
#define MADE(second) ((struct utc){(1795323257 + (second)) * UTC_SECOND_US})

static char folder[] = "/tmp/letterbox-test-keys-XXXXXX";
static struct key_entry entries[5];

static int make_folder(void **state)
{
    (void)state;
    assert_ok(crypt_init());
    assert_non_null(mkdtemp(folder));
    static const struct key_entry wanted[] = {
        {KEY_PRESS, AGENCY, MADE(0), {{0}}}, {KEY_PRESS, AGENCY, MADE(9), {{0}}},
        {KEY_PRESS, OTHER, MADE(0), {{0}}},  {KEY_SENDER, AGENCY, MADE(0), {{0}}},
        {KEY_HOST, 0, MADE(0), {{0}}},
    };
    for (size_t i = 0; i < COUNT(entries); i++) {
        entries[i] = wanted[i];
        secret_random(&entries[i].secret);
    }
    return 0;
}

static void path_of(char ret_path[200], const char *name)
{
    snprintf(ret_path, 200, "%s/%s", folder, name);
}

static void remove_file(const char *name)
{
    char path[200];
    path_of(path, name);
    assert_int_equal(unlink(path), 0);
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void write_file(const char *name, struct str text, mode_t mode)
{
    char path[200];
    path_of(path, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, text.at, text.len), (ssize_t)text.len);
    assert_int_equal(fchmod(file, mode), 0);
    close(file);
}

static enum err open_keys(struct buf *problem)
{
    struct keys *keys = NULL;
    enum err error = keys_open(folder, problem, &keys);
    if (error != OK) assert_null(keys);
    keys_free(&keys);
    return error;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    assert_ok(keys_write(folder, "b", entries, 3, (uid_t)-1, (gid_t)-1));
    assert_ok(keys_write(folder, "a", entries + 3, 2, (uid_t)-1, (gid_t)-1));
    write_file("notes.txt", STR("no key file"), 0644);
    char path[200];
    struct stat status;
    path_of(path, "a.keys");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);

    BUF(problem, 1000);
    struct keys *keys = NULL;
    const struct secret *secret = NULL;
    const struct seal_pair *pairs = NULL;
    size_t count = 0;
    enum err error = keys_open(folder, &problem, &keys);
    assert_buf(problem, "");
    assert_ok(error);
    assert_ok(keys_find(keys, KEY_HOST, 0, &secret));
    assert_true(secret_equal(secret, &entries[4].secret));
    assert_ok(keys_find(keys, KEY_SENDER, AGENCY, &secret));
    assert_true(secret_equal(secret, &entries[3].secret));
    assert_err(keys_find(keys, KEY_SENDER, OTHER, &secret), ERR_NO_KEY);
    assert_err(keys_find(keys, KEY_PHONE, AGENCY, &secret), ERR_NO_KEY);
    assert_ok(keys_pairs(keys, KEY_PRESS, AGENCY, &pairs, &count));
    assert_int_equal(count, 2);
    assert_true(secret_equal(&pairs[0].secret, &entries[1].secret)); /* the youngest */
    assert_true(secret_equal(&pairs[1].secret, &entries[0].secret));
    SEAL_PAIR(pair);
    assert_ok(seal_pair_from(&entries[1].secret, &pair));
    assert_memory_equal(pairs[0].public.bytes, pair.public.bytes, SEAL_KEY_BYTES);
    assert_err(keys_pairs(keys, KEY_POST, AGENCY, &pairs, &count), ERR_NO_KEY);
    keys_free(&keys);
    assert_null(keys);
    keys_free(&keys);

    assert_err(keys_write(folder, "a", entries, 1, (uid_t)-1, (gid_t)-1), ERR_CONFLICT);
    assert_ok(open_keys(&problem)); /* and the old file is as it was */
    remove_file("a.keys");
    remove_file("b.keys");
    remove_file("notes.txt");
}

static void an_empty_folder_is_no_key(void **state)
{
    (void)state;
    BUF(problem, 1000);
    struct keys *keys = NULL;
    const struct secret *secret = NULL;
    assert_ok(keys_open(folder, &problem, &keys));
    assert_err(keys_find(keys, KEY_HOST, 0, &secret), ERR_NO_KEY);
    keys_free(&keys);
}

static void damaged_files_are_named_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"", "line 1 is not \"letterbox keys 1\""},
        {"letterbox keys 2\n", "line 1 is not"},
        {"letterbox keys 1\npress\n", "line 2 has too few fields"},
        {"letterbox keys 1\n\n# comment\npress 000000000007 2026-11-22T05:00:00Z 00 00 00\n",
         "line 4 has too many fields"},
        {"letterbox keys 1\npres 000000000007 2026-11-22T05:00:00Z 00 00\n", "names no kind"},
        {"letterbox keys 1\npress 00000000000 2026-11-22T05:00:00Z 00 00\n", "names no agency"},
        {"letterbox keys 1\npress - 2026-11-22T05:00:00Z 00 00\n", "has an agency where none"},
        {"letterbox keys 1\nhost 000000000007 2026-11-22T05:00:00Z 00 00\n",
         "has an agency where none"},
        {"letterbox keys 1\npress 000000000007 today 00 00\n", "has no instant"},
        {"letterbox keys 1\npress 000000000007 2026-11-22T05:00:00Z 0011 00\n", "has no secret"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(problem, 1000);
        write_file("x.keys", str_from(cases[i].text), 0600);
        enum err error = open_keys(&problem);
        assert_err(error, ERR_CONFIG);
        assert_int_not_equal(str_find(buf_str(&problem), str_from(cases[i].problem)), STR_NONE);
        assert_true(str_starts(buf_str(&problem), STR("x.keys, ")));
        remove_file("x.keys");
    }
}

/* One whole line with one part of it changed. */
static void a_changed_or_moved_line_is_found(void **state)
{
    (void)state;
    assert_ok(keys_write(folder, "x", entries, 1, (uid_t)-1, (gid_t)-1));
    char path[200], text[400] = {0};
    path_of(path, "x.keys");
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    remove_file("x.keys");
    assert_true(length > 120);
    size_t start = strlen("letterbox keys 1\n");
    assert_memory_equal(text + start, "press 000000000007 2026-11-22T04:54:17Z ", 40);
    static const size_t changed[] = {17, 40, 41, 100, 103, 105, 112};
    for (size_t i = 0; i < COUNT(changed); i++) {
        BUF(problem, 1000);
        char *at = text + start + changed[i], before = *at;
        *at = before == '1' ? '2' : '1';
        write_file("x.keys", (struct str){text, (size_t)length}, 0600);
        assert_err(open_keys(&problem), ERR_CONFIG);
        assert_int_not_equal(str_find(buf_str(&problem), STR("has a wrong check")), STR_NONE);
        *at = before;
        /* The problem is for a log: no part of the secret in it. */
        assert_int_equal(str_find(buf_str(&problem), (struct str){text + start + 40, 8}), STR_NONE);
    }
    remove_file("x.keys");
}

static void two_keys_for_one_use_are_refused(void **state)
{
    (void)state;
    struct key_entry two[] = {entries[3], entries[3]};
    BUF(problem, 1000);
    two[1].made = MADE(5);
    secret_random(&two[1].secret);
    assert_ok(keys_write(folder, "x", two, 2, (uid_t)-1, (gid_t)-1));
    assert_err(open_keys(&problem), ERR_CONFIG);
    assert_buf(problem, "There are two keys \"lookup-sender 000000000007\". "
                        "Leave the one that is in use.");
    remove_file("x.keys");
}

static void files_that_others_can_touch_are_refused(void **state)
{
    (void)state;
    static const mode_t modes[] = {0644, 0640, 0660, 0604, 0610, 0601};
    assert_ok(keys_write(folder, "x", entries, 1, (uid_t)-1, (gid_t)-1));
    char path[200], link[200];
    path_of(path, "x.keys");
    path_of(link, "y.keys");
    for (size_t i = 0; i < COUNT(modes); i++) {
        BUF(problem, 1000);
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_err(open_keys(&problem), ERR_CONFIG);
        assert_true(str_starts(buf_str(&problem), STR("x.keys is not private")));
    }
    assert_int_equal(chmod(path, 0400), 0);
    BUF(problem, 1000);
    assert_ok(open_keys(&problem));
    assert_int_equal(symlink(path, link), 0);
    assert_err(open_keys(&problem), ERR_CONFIG);
    assert_true(str_starts(buf_str(&problem), STR("y.keys could not be opened")));
    assert_int_equal(unlink(link), 0);
    assert_int_equal(mkdir(link, 0700), 0);
    assert_err(open_keys(&problem), ERR_CONFIG);
    assert_int_equal(rmdir(link), 0);
    assert_int_equal(mkfifo(link, 0600), 0);
    assert_err(open_keys(&problem), ERR_CONFIG);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(chmod(folder, 0770), 0);
    assert_err(open_keys(&problem), ERR_CONFIG);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_ok(open_keys(&problem));
    if (geteuid() == 0) { /* somebody else's file, and root's with root's group */
        assert_int_equal(chmod(path, 0440), 0);
        assert_ok(open_keys(&problem));
        assert_int_equal(chown(path, 12345, 0), 0);
        assert_err(open_keys(&problem), ERR_CONFIG);
    }
    remove_file("x.keys");
    struct keys *keys = NULL;
    assert_err(keys_open("/nonexistent/folder", &problem, &keys), ERR_CONFIG);
}

static void a_long_file_is_refused(void **state)
{
    (void)state;
    BUF(text, 2 * KEYS_FILE_MAX_BYTES);
    BUF(problem, 1000);
    buf_add_c(&text, "letterbox keys 1\n#");
    while (text.len < KEYS_FILE_MAX_BYTES) buf_add_byte(&text, 'x');
    write_file("x.keys", buf_str(&text), 0600);
    assert_ok(open_keys(&problem));
    buf_add_byte(&text, 'x');
    write_file("x.keys", buf_str(&text), 0600);
    assert_err(open_keys(&problem), ERR_CONFIG);
    remove_file("x.keys");
}

static void outside_trouble_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        enum err expected;
    } cases[] = {{"keys_lock:fail", ERR_MEMORY},
                 {"keys_stat:fail", ERR_IO},
                 {"keys_read:fail", ERR_IO},
                 {"seal_pair:fail", ERR_CRYPTO},
                 {"crypt_derive:fail", ERR_CONFIG}};
    assert_ok(keys_write(folder, "x", entries, 1, (uid_t)-1, (gid_t)-1));
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(problem, 1000);
        setenv("LETTERBOX_FAULT", cases[i].fault, 1);
        enum err error = open_keys(&problem);
        unsetenv("LETTERBOX_FAULT");
        assert_err(error, cases[i].expected);
    }
    setenv("LETTERBOX_FAULT", "keys_write:fail", 1);
    enum err error = keys_write(folder, "y", entries, 1, (uid_t)-1, (gid_t)-1);
    unsetenv("LETTERBOX_FAULT");
    assert_err(error, ERR_IO);
    assert_err(keys_write("/nonexistent", "y", entries, 1, (uid_t)-1, (gid_t)-1), ERR_IO);
    remove_file("x.keys"); /* and the folder is empty: remove_folder sees to it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(an_empty_folder_is_no_key),
        cmocka_unit_test(damaged_files_are_named_with_their_line),
        cmocka_unit_test(a_changed_or_moved_line_is_found),
        cmocka_unit_test(two_keys_for_one_use_are_refused),
        cmocka_unit_test(files_that_others_can_touch_are_refused),
        cmocka_unit_test(a_long_file_is_refused),
        cmocka_unit_test(outside_trouble_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
