/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/rand.h"

static char folder[] = "/tmp/letterbox-test-file-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : 1;
}

static void writes_whole_files(void **state)
{
    (void)state;
    BUF(read, 100);
    struct stat facts;
    assert_ok(file_write(path_of("a"), STR("one"), 0640));
    assert_ok(file_write(path_of("a"), STR("two"), 0600));
    assert_ok(file_read(path_of("a"), &read));
    assert_buf(read, "two");
    assert_int_equal(stat(path_of("a"), &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_err(file_write(path_of("none/a"), STR("x"), 0600), ERR_NOT_FOUND);
    unlink(path_of("a"));
}

static void reads_with_a_limit(void **state)
{
    (void)state;
    BUF(three, 3);
    BUF(two, 2);
    assert_ok(file_write(path_of("a"), STR("abc"), 0600));
    assert_ok(file_read(path_of("a"), &three));
    assert_buf(three, "abc");
    assert_err(file_read(path_of("a"), &two), ERR_TOO_BIG);
    assert_err(file_read(path_of("b"), &two), ERR_NOT_FOUND);
    unlink(path_of("a"));
}

static void keys_are_read_from_closed_files_only(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        enum err expected;
    } cases[] = {
        {0600, OK}, {0400, OK}, {0640, ERR_CONFIG}, {0604, ERR_CONFIG}, {0602, ERR_CONFIG}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF_SECRET(key, 100);
        assert_ok(file_write(path_of("key"), STR("secret"), cases[i].mode));
        assert_err(file_read_secret(path_of("key"), &key), cases[i].expected);
        assert_int_equal(key.len, cases[i].expected == OK ? 6 : 0);
    }
    char link[128];
    snprintf(link, sizeof link, "%s/link", folder);
    assert_int_equal(symlink(path_of("key"), link), 0);
    BUF_SECRET(key, 100);
    assert_err(file_read_secret(link, &key), ERR_CONFIG);
    unlink(link);
    unlink(path_of("key"));
}

static void memory_cannot_be_changed(void **state)
{
    (void)state;
    int fd;
    BUF(read_back, 100);
    assert_ok(file_memory("test", STR("document"), &fd));
    assert_true(write(fd, "x", 1) < 0);
    assert_true(ftruncate(fd, 0) < 0);
    assert_ok(file_read_fd(fd, &read_back));
    assert_buf(read_back, "document");
    file_close(&fd);
    assert_int_equal(fd, -1);
}

static void spool_has_no_name(void **state)
{
    (void)state;
    int fd;
    assert_ok(file_spool(folder, &fd));
    assert_ok(file_write_fd(fd, STR("x")));
    struct stat facts;
    assert_int_equal(fstat(fd, &facts), 0);
    assert_int_equal(facts.st_nlink, 0);
    file_close(&fd);
    assert_err(file_spool(path_of("none"), &fd), ERR_NOT_FOUND);
    assert_int_equal(rmdir(folder), 0); /* nothing was left behind */
}

static void random_numbers_keep_their_range(void **state)
{
    (void)state;
    int seen[3] = {0};
    for (int i = 0; i < 300; i++) {
        uint32_t number = rand_below(3);
        assert_true(number < 3);
        seen[number]++;
    }
    assert_true(seen[0] > 50 && seen[1] > 50 && seen[2] > 50);
    assert_int_equal(rand_below(1), 0);
    unsigned char one[32] = {0}, other[32] = {0};
    rand_bytes(one, sizeof one);
    rand_bytes(other, sizeof other);
    assert_memory_not_equal(one, other, sizeof one);
}

UNIT_MAIN(make_folder, cmocka_unit_test(writes_whole_files), cmocka_unit_test(reads_with_a_limit),
          cmocka_unit_test(keys_are_read_from_closed_files_only),
          cmocka_unit_test(memory_cannot_be_changed),
          cmocka_unit_test(random_numbers_keep_their_range), cmocka_unit_test(spool_has_no_name))
