/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/utf8.h"
#include "render/pdf_in.h"

enum { POINTS = 12 }; /* whatever: each word is drawn as large as its box */

bool render_pdf_words_fit(const struct render_part *part)
{
    for (size_t i = 0; i < part->word_count; i++) {
        const struct render_word *word = &part->words[i];
        if (word->x > part->width || word->width > part->width - word->x) return false;
        if (word->y > part->height || word->height > part->height - word->y) return false;
        if (word->text.len > RENDER_WORD_BYTES || !utf8_valid(word->text)) return false;
    }
    return true;
}

void render_pdf_words(struct render_pdf *pdf, const struct render_fonts *fonts,
                      const struct render_part *part, double x, double y, double scale)
{
    for (size_t i = 0; i < part->word_count; i++) {
        const struct render_word *word = &part->words[i];
        if (word->width == 0 || word->height == 0 || word->text.len == 0) continue;
        RENDER_LAYOUT layout = render_font_layout(fonts, word->text, POINTS, 0);
        int width, height;
        pango_layout_get_size(layout, &width, &height);
        if (width <= 0 || height <= 0) continue; /* nothing that shows */
        cairo_save(pdf->cairo);
        cairo_translate(pdf->cairo, x + word->x * scale, y + word->y * scale);
        cairo_scale(pdf->cairo, word->width * scale / pango_units_to_double(width),
                    word->height * scale / pango_units_to_double(height));
        render_pdf_put(pdf, layout, 0, 0);
        cairo_restore(pdf->cairo);
    }
}
