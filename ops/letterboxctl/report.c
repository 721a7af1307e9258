/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterboxctl report NAME
 *
 * The same counts, tables and words as at the desk (server/desk/report.c). What it prints leaves
 * the agency: small numbers are hidden, unless --exact says that it stays inside.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/code.h"
#include "core/num.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/report.h"
#include "render/csv.h"
#include "render/sheet.h"
#include "store/report.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, OUT_BYTES = 16 * 1024 * 1024, LINE_BYTES = 16000 };

static const char help[] =
    "usage: letterboxctl report NAME [--from DAY] [--to DAY] [--csv | --pdf FILE | --exact]\n"
    "                            [--arrangement REFERENCE] [--sign-in-fd N] [--conf FILE | --run "
    "DIR]\n"
    "\n"
    "Prints a report with its definitions. Signs in a coordinator, manager or inspector (e-mail,\n"
    "password, code), and notes it in the audit.\n"
    "\n"
    "  purpose    how many arrangements there are at the end of a day, and who takes part\n"
    "  period     six months or a year: what began and ended, letters, days, reviews\n"
    "  foi        how many arrangements there were in each year of twelve months from --from\n"
    "  timeline   one arrangement, for a complaint or the ombudsman; for a manager\n"
    "  region     counts for each authority, for the host of a region: nobody signs in, the\n"
    "             database must let you in as lb_report\n"
    "\n"
    "  --from DAY, --to DAY   2026-04-01 or 1/4/2026; both days are in it. Without --to: until\n"
    "                         today; without --from: six months, for foi three years\n"
    "  --csv                  print comma-separated values, for a spreadsheet\n"
    "  --pdf FILE             write a PDF there, to read on paper; the file must not be there yet\n"
    "  --exact                print the numbers as they are. Numbers from 1 to 4 could tell of "
    "one\n"
    "                         family: this is for inside the agency\n"
    "  --arrangement REFERENCE  whose timeline: the code in the address bar of its page\n"
    "  --sign-in-fd N         read the e-mail address, password and code, a line each, from this\n"
    "                         descriptor and not from the terminal\n"
    "  --conf FILE | --run DIR\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage.\n";

/* ---- printing ---- */

static void print_table(const struct report_table *table, bool leaves)
{
    BUF(sums, LINE_BYTES);
    BUF(shares, LINE_BYTES);
    printf("\n%s\n%s\n\n", table->title, table->definition);
    printf("%-42s", "");
    for (size_t column = 0; column < table->column_count; column++)
        printf(" %13.*s", STR_ARG(table->columns[column].words));
    printf("\n");
    for (size_t row = 0; row < table->row_count; row++) {
        printf("%-42.*s", STR_ARG(table->rows[row].words));
        for (size_t column = 0; column < table->column_count; column++) {
            BUF(number, 30);
            report_put(&number, report_cell(table, row, column), leaves);
            printf(" %13.*s", STR_ARG(buf_str(&number)));
        }
        printf("\n");
    }
    report_put_sums(&sums, table, leaves);
    if (sums.len) printf("Adds up: %.*s\n", STR_ARG(buf_str(&sums)));
    report_put_shares(&shares, table, leaves);
    if (shares.len) printf("Of all: %.*s\n", STR_ARG(buf_str(&shares)));
}

static void print_report(const struct report_work *work)
{
    BUF(when, 100);
    report_put_when(&when, &work->report);
    printf("%s\n%.*s\n%.*s\n", report_title(work->code), STR_ARG(work->agency),
           STR_ARG(buf_str(&when)));
    puts(work->exact ? "Exact numbers, for inside the agency only." : REPORT_SMALL_WORDS);
    for (size_t i = 0; i < work->report.count; i++)
        print_table(&work->report.tables[i], !work->exact);
}

static void print_timeline(const struct report_work *work)
{
    printf("%s\n%.*s\n%.*s\n\n", report_title(work->code), STR_ARG(work->agency),
           STR_ARG(work->reference));
    for (size_t i = 0; i < work->event_count; i++) {
        BUF(when, 100);
        BUF(letter, 40);
        clock_put(&when, work->events[i].at);
        if (work->events[i].object) code_reference_put(&letter, work->events[i].object);
        printf("%-32.*s %.*s  %.*s\n", STR_ARG(buf_str(&when)), STR_ARG(work->events[i].words),
               STR_ARG(buf_str(&letter)));
    }
}

static int print_csv(const struct report_work *work)
{
    BUF(csv, OUT_BYTES);
    if (work->code == REPORT_TIMELINE)
        render_csv_timeline(&csv, work->events, work->event_count, work->agency, work->reference,
                            work->today);
    else
        render_csv_report(&csv, &work->report, work->agency, work->today);
    enum err code = buf_done(&csv);
    if (code != OK) return site_failed(&work->site, "CSV", code);
    fwrite(csv.at, 1, csv.len, stdout);
    return fflush(stdout) == 0 ? COMMAND_DONE : site_failed(&work->site, "writing", ERR_IO);
}

static enum err draw(const struct report_work *work, struct render_fonts *fonts, struct buf *pdf)
{
    const struct render_sheet sheet = {
        .agency = work->agency, .about = work->reference, .printed = work->today};
    if (work->code == REPORT_TIMELINE)
        return render_sheet_timeline(fonts, &sheet, work->events, work->event_count, pdf);
    return render_sheet_report(fonts, &sheet, &work->report, pdf);
}

static int write_pdf(const struct report_work *work)
{
    BUF(pdf, OUT_BYTES);
    struct render_fonts *fonts = NULL;
    enum err code = render_fonts_open(&fonts);
    if (code == OK) code = draw(work, fonts, &pdf);
    render_fonts_close(&fonts);
    if (code != OK) return site_failed(&work->site, "drawing the PDF", code);
    if (file_exists(work->pdf))
        return site_fail(&work->site, "%s is there already. Name another file.", work->pdf);
    code = file_write(work->pdf, buf_str(&pdf), 0600);
    if (code != OK) return site_failed(&work->site, work->pdf, code);
    printf("%s: %zu bytes.\n", work->pdf, pdf.len);
    return COMMAND_DONE;
}

int report_print(const struct report_work *work)
{
    if (work->csv) return print_csv(work);
    if (work->pdf) return write_pdf(work);
    if (work->code == REPORT_TIMELINE)
        print_timeline(work);
    else
        print_report(work);
    return COMMAND_DONE;
}

/* ---- words of the command ---- */

/* "2026-04-01", or as it is written here: "1/4/2026". */
static bool read_day(const char *typed, struct day *ret_day)
{
    struct str rest = str_from(typed), piece;
    int64_t numbers[3];
    int count = 0;
    if (day_get(rest, ret_day)) return true;
    while (count < 3 && str_split(&rest, '/', &piece))
        if (!num_parse(piece, 1, 9999, &numbers[count++])) return false;
    if (count != 3 || rest.len) return false;
    return day_from((struct day_parts){(int)numbers[2], (int)numbers[1], (int)numbers[0]}, ret_day);
}

static int read_days(struct report_work *work, const char *from, const char *to)
{
    work->today = clock_day(clock_now());
    work->to = work->today;
    if (to && !read_day(to, &work->to))
        return command_usage("report", "\"%s\" is no day: write 2026-04-01 or 1/4/2026", to);
    work->from = report_begins(work->code, work->to);
    if (from && !read_day(from, &work->from))
        return command_usage("report", "\"%s\" is no day: write 2026-04-01 or 1/4/2026", from);
    if (from && work->code == REPORT_PURPOSE)
        return command_usage("report", "purpose is of one day: --to alone");
    struct day edges[REPORT_YEARS + 1];
    size_t years;
    if (report_years(work->from, work->to, edges, &years) != OK)
        return command_usage("report", "from %s to %s: at least a day, and at most %d years",
                             from ? from : "then", to ? to : "today", REPORT_YEARS);
    return COMMAND_DONE;
}

static int read_words(struct report_work *work, int count, char **words, struct site_place *place)
{
    const char *from = NULL, *to = NULL, *fd_text = NULL, *arrangement = NULL;
    int64_t fd = -1;
    if (count < 2 || words[1][0] == '-' || !report_get(str_from(words[1]), &work->code))
        return command_usage("report", "which one? purpose, period, foi, timeline or region");
    for (int i = 2; i < count; i++) {
        bool is_csv = strcmp(words[i], "--csv") == 0, is_exact = strcmp(words[i], "--exact") == 0;
        work->csv = work->csv || is_csv;
        work->exact = work->exact || is_exact;
        if (!is_csv && !is_exact && !site_place_option(count, words, &i, place) &&
            !site_option(count, words, &i, "--from", &from) &&
            !site_option(count, words, &i, "--to", &to) &&
            !site_option(count, words, &i, "--pdf", &work->pdf) &&
            !site_option(count, words, &i, "--arrangement", &arrangement) &&
            !site_option(count, words, &i, "--sign-in-fd", &fd_text))
            return command_usage("report", "\"%s\" is not understood", words[i]);
    }
    if (work->csv + (work->pdf != NULL) + work->exact > 1)
        return command_usage("report", "one of --csv, --pdf and --exact");
    if (work->exact && work->code == REPORT_REGION)
        return command_usage("report", "the region's host gets no exact numbers");
    if (fd_text && !num_parse(str_from(fd_text), 0, 1023, &fd))
        return command_usage("report", "--sign-in-fd takes the number of an open descriptor");
    work->fd = (int)fd;
    if ((work->code == REPORT_TIMELINE) != (arrangement != NULL))
        return command_usage("report", "timeline, and no other, needs --arrangement");
    if (arrangement && !command_reference(arrangement, &work->arrangement))
        return command_usage("report", "\"%s\" is no reference of an arrangement", arrangement);
    return read_days(work, from, to);
}

int command_report(int count, char **words)
{
    struct site_place place = {0};
    struct report_work work = {.who = {.keys = NULL}};
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    clock_zone("Europe/London");
    int status = read_words(&work, count, words, &place);
    if (status) return status;
    struct arena *arena __attribute__((cleanup(arena_free))) = arena_new_secret(ARENA_BYTES);
    status = site_open("report", &place, arena, &work.site);
    if (!status) status = work.code == REPORT_REGION ? report_region(&work) : report_signed(&work);
    return status;
}
