/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/qr.h"

#include <cairo/cairo.h>
#include <errno.h>
#include <qrencode.h>

enum { QUIET_DOTS = 4 };

static cairo_status_t put(void *sink, const unsigned char *bytes, unsigned length)
{
    struct buf *png = sink;
    buf_add_bytes(png, bytes, length);
    return buf_done(png) == OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static enum err draw(const QRcode *code, struct buf *png)
{
    int pixels = (code->width + 2 * QUIET_DOTS) * QR_DOT_PIXELS;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels, pixels);
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_set_source_rgb(cairo, 0, 0, 0);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                cairo_rectangle(cairo, (x + QUIET_DOTS) * QR_DOT_PIXELS,
                                (y + QUIET_DOTS) * QR_DOT_PIXELS, QR_DOT_PIXELS, QR_DOT_PIXELS);
    cairo_fill(cairo);
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface, put, png);
    cairo_surface_destroy(surface);
    TRY(buf_done(png));
    return status == CAIRO_STATUS_SUCCESS ? OK : ERR_MEMORY;
}

enum err qr_png(struct str text, struct buf *ret_png)
{
    QRcode *code =
        QRcode_encodeData((int)text.len, (const unsigned char *)text.at, 0, QR_ECLEVEL_M);
    if (!code) return errno == ENOMEM ? ERR_MEMORY : ERR_TOO_BIG;
    enum err result = draw(code, ret_png);
    QRcode_free(code);
    return result;
}
