/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterboxctl COMMAND …: what an administrator does on a terminal. One file a subcommand, one row
 * in commands.def.
 *
 * Exit status: 0 done, 1 failed, 2 usage (or not yet built); a subcommand's help names any other.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/code.h"
#include "ops/letterboxctl/command.h"
struct command {
    const char *name, *what;
    int (*run)(int count, char **words); /* NULL: not yet built */
};

static const struct command commands[] = {
#define COMMAND(function, name, what) {name, what, function},
#define UNBUILT(name, what) {name, what, NULL},
#include "ops/letterboxctl/commands.def"
#undef COMMAND
#undef UNBUILT
};
enum { COMMANDS = sizeof commands / sizeof *commands };

bool command_reference(const char *typed, int64_t *ret_id)
{
    char plain[CODE_ID_LETTERS + 1] = "";
    if (!code_letters_get(str_from(typed), CODE_ID_LETTERS, plain)) return false;
    for (size_t i = 0; i < CODE_ID_LETTERS; i++)
        if (plain[i] >= 'A' && plain[i] <= 'Z') plain[i] = (char)(plain[i] - 'A' + 'a');
    return code_id_get((struct str){plain, CODE_ID_LETTERS}, ret_id);
}

bool command_wants_help(int count, char **words)
{
    for (int i = 1; i < count; i++)
        if (!strcmp(words[i], "--help") || !strcmp(words[i], "-h")) return true;
    return false;
}

int command_failed(const char *name, enum err code)
{
    const struct err_info *info = err_info(code);
    fprintf(stderr, "letterboxctl %s: %s %s\n", name, info->message, info->cure);
    return COMMAND_FAILED;
}

int command_usage(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "letterboxctl %s: ", name);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nTry: letterboxctl %s --help\n", name);
    va_end(arguments);
    return COMMAND_USAGE;
}

static void print_help(FILE *to)
{
    fprintf(to, "usage: letterboxctl COMMAND [OPTIONS]\n\n");
    for (int i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-14s %s%s\n", commands[i].name, commands[i].what,
                commands[i].run ? "" : " (not yet built)");
    fprintf(to,
            "\nletterboxctl COMMAND --help tells more. Exit status: 0 done, 1 failed, 2 usage.\n");
}

int main(int count, char **words)
{
    if (count < 2) {
        print_help(stderr);
        return COMMAND_USAGE;
    }
    if (!strcmp(words[1], "--help") || !strcmp(words[1], "-h") || !strcmp(words[1], "help")) {
        print_help(stdout);
        return COMMAND_DONE;
    }
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(words[1], commands[i].name) != 0) continue;
        if (commands[i].run) return commands[i].run(count - 1, words + 1);
        if (command_wants_help(count - 1, words + 1)) {
            printf("letterboxctl %s: %s. Not yet built.\n", commands[i].name, commands[i].what);
            return COMMAND_DONE;
        }
        fprintf(stderr, "letterboxctl %s is not yet built.\n", commands[i].name);
        return COMMAND_USAGE;
    }
    fprintf(stderr, "letterboxctl has no command \"%s\". Try: letterboxctl --help\n", words[1]);
    return COMMAND_USAGE;
}
