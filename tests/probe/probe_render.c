/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * probe_render OUT [easy] PART…
 *
 * Makes OUT/letter.pdf, OUT/sheet.pdf and OUT/joined.pdf of a made-up recipient from the parts, for
 * tests that open them with other people's programs. A part is text:FILE                     a text
 *     page:FILE[@X,Y,W,H[,STYLE]]…          an image: boxes burnt in (through the sandbox), as a
 * page photo:FILE[@X,Y,W,H[,STYLE]]…         the same as a photo The burnt image N is kept as
 * OUT/burnt-N.jpg. Prints one line for each thing made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/limits.h"
#include "core/num.h"
#include "render/join.h"
#include "render/label.h"
#include "render/pdf.h"
#include "sanitise/burn.h"
#include "sanitise/cleaner.h"
#include "sys/file.h"

enum { PARTS = 50, PDF_BYTES = 200 * 1024 * 1024, ARENA_BYTES = 64 * 1024 * 1024 };

static void must(enum err code, const char *what)
{
    if (code == OK) return;
    fprintf(stderr, "probe_render: %s: %s\n", what, err_info(code)->name);
    exit(1);
}

static struct str read_all(struct arena *arena, const char *path)
{
    BUF(bytes, LIMIT_DOCUMENT_BYTES);
    must(file_read(path, &bytes), path);
    return arena_str(arena, buf_str(&bytes));
}

static void write_all(const char *folder, const char *name, struct str bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes.at, 1, bytes.len, file) != bytes.len || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    printf("%s %zu\n", name, bytes.len);
}

static size_t read_boxes(struct str list, struct burn_box *boxes)
{
    size_t count = 0;
    struct str one;
    while (str_split(&list, '@', &one)) {
        int64_t numbers[5] = {0}; /* the style may be left out: black */
        struct str number;
        for (int i = 0; i < 5 && str_split(&one, ',', &number); i++)
            if (!num_parse(number, 0, UINT32_MAX, &numbers[i])) must(ERR_BAD_INPUT, "box");
        boxes[count++] =
            (struct burn_box){(uint32_t)numbers[0], (uint32_t)numbers[1], (uint32_t)numbers[2],
                              (uint32_t)numbers[3], (enum burn_style)numbers[4]};
    }
    return count;
}

/* Cleans the image as a document of its own first, as the press does. */
static struct render_part image_part(const struct spawner *spawner, struct arena *arena,
                                     enum render_kind kind, char *words, const char *out,
                                     int number)
{
    char *list = strchr(words, '@');
    if (list != NULL) *list++ = '\0';
    struct letter letter;
    must(cleaner_clean(spawner, NULL, CLEAN_BY_BYTES, read_all(arena, words), arena, &letter),
         words);
    if (letter.refusal != REFUSAL_NONE || letter.part_count < 1) must(ERR_BAD_INPUT, words);
    struct burn_box boxes[100];
    size_t count = list == NULL ? 0 : read_boxes(str_from(list), boxes);
    struct part burnt;
    must(burn_page(spawner, NULL, &letter.parts[0], boxes, count, arena, &burnt), "burning");
    char name[40];
    snprintf(name, sizeof name, "burnt-%d.jpg", number);
    write_all(out, name, burnt.image);
    return (struct render_part){
        .kind = kind, .jpeg = burnt.image, .width = burnt.width, .height = burnt.height};
}

int main(int count, char **words)
{
    if (count < 3) return 2;
    struct spawner *spawner;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s",
             getenv("LETTERBOX_BUILD") ? getenv("LETTERBOX_BUILD") : "build/test");
    must(spawner_open(&(struct spawner_settings){.folder = folder}, &spawner), "spawner");
    struct render_fonts *fonts;
    must(render_fonts_open(&fonts), "fonts");
    ARENA(arena, ARENA_BYTES);
    struct render_part parts[PARTS] = {0};
    struct recipient_view view = {
        .name = STR("Ms Robin Example"),
        .address = STR("2 Somewhere Street\nAnytown\nZZ99 9ZZ"),
        .reference = STR("AB12-CD34-EF56"),
        .title = STR("Fernshire Post Desk"),
        .return_address = STR("Fernshire Post Desk\nPO Box 1\nZZ99 1ZZ"),
        .parts = parts,
    };
    for (int i = 2; i < count && view.part_count < PARTS; i++) {
        struct render_part *part = &parts[view.part_count];
        if (strcmp(words[i], "easy") == 0) {
            view.is_large = true;
            continue;
        }
        if (strncmp(words[i], "text:", 5) == 0)
            *part =
                (struct render_part){.kind = RENDER_TEXT, .text = read_all(arena, words[i] + 5)};
        else if (strncmp(words[i], "page:", 5) == 0)
            *part = image_part(spawner, arena, RENDER_PAGE, words[i] + 5, words[1], i);
        else if (strncmp(words[i], "photo:", 6) == 0)
            *part = image_part(spawner, arena, RENDER_PHOTO, words[i] + 6, words[1], i);
        else
            return 2;
        view.part_count++;
    }
    BUF(pdf, PDF_BYTES);
    must(render_pdf_letters(fonts, &view, 1, &pdf), "letter");
    write_all(words[1], "letter.pdf", buf_str(&pdf));
    struct str letter = arena_str(arena, buf_str(&pdf));
    must(render_label_sheets(fonts, &view, 1, &pdf), "sheet");
    write_all(words[1], "sheet.pdf", buf_str(&pdf));
    const struct str both[] = {letter, arena_str(arena, buf_str(&pdf)), letter};
    BUF(joined, PDF_BYTES);
    must(render_join(both, 3, &joined), "joining");
    write_all(words[1], "joined.pdf", buf_str(&joined));
    size_t pages;
    must(render_pdf_count(fonts, &view, &pages), "counting");
    printf("pages %zu\n", pages);
    render_fonts_close(&fonts);
    spawner_close(&spawner);
    return 0;
}
