/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/fault.h"

#ifdef LETTERBOX_TEST

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/num.h"
#include "core/str.h"

static int log_file = -1;

/* At the very start: a process that has confined itself can't open it any more. */
__attribute__((constructor)) static void open_log(void)
{
    const char *file = getenv("LETTERBOX_FAULT_LOG");
    if (file) log_file = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
}

static void note(const char *name)
{
    if (log_file < 0) return;
    char line[128];
    int length = snprintf(line, sizeof line, "%s\n", name);
    if (length > 0 && length < (int)sizeof line && write(log_file, line, (size_t)length) < 0)
        abort();
}

/* The words after "name:" of the switch with this name, or an empty string. */
static struct str find_switch(const char *name)
{
    struct str rest = str_from(getenv("LETTERBOX_FAULT")), one;
    while (str_split(&rest, ',', &one)) {
        size_t colon = str_find_byte(one, ':');
        if (colon != STR_NONE && str_equal(str_slice(one, 0, colon), str_from(name)))
            return str_from_byte(one, colon + 1);
    }
    return (struct str){NULL, 0};
}

void fault_point(const char *name)
{
    note(name);
    if (str_equal(find_switch(name), STR("kill"))) raise(SIGKILL);
    if (str_equal(find_switch(name), STR("stop"))) raise(SIGSTOP);
    while (str_equal(find_switch(name), STR("stall"))) pause();
}

bool fault_fails(const char *name)
{
    static atomic_int failures;
    note(name);
    struct str what = find_switch(name);
    if (str_equal(what, STR("fail"))) return true;
    int64_t times;
    if (!str_starts(what, STR("fail:")) || !num_parse(str_from_byte(what, 5), 1, 1000000, &times))
        return false;
    return atomic_fetch_add(&failures, 1) < times;
}

#endif
