/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Pictures that the image library has no reader of its own for: HEIC and its kin by libheif, BMP by
 * gdk-pixbuf. A module of their own, so that their decoders are loaded for them alone.
 */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <libheif/heif.h>
#include <string.h>

#include "worker/cleaner/image_draw.h"
#include "worker/cleaner/vips_prepare.h"

enum { ITEMS_MAX = 1000, BLOCK_BYTES_MAX = 16 * 1024 * 1024, CHANNELS = 3 };

/* The loader's file is opened before the walls go up. */
static GdkPixbufLoader *bmp_loader;

static void prepare(void)
{
    vips_prepare();
    bmp_loader = gdk_pixbuf_loader_new_with_type("bmp", NULL);
}

/* ---- HEIC -------------------------------------------------------------------------------------
 */

static void note_metadata(struct picture *picture, const struct heif_image_handle *handle)
{
    struct container *container = &picture->container;
    heif_item_id ids[ITEMS_MAX];
    int count = heif_image_handle_get_list_of_metadata_block_IDs(handle, NULL, ids, ITEMS_MAX);
    for (int i = 0; i < count; i++) {
        const char *type = heif_image_handle_get_metadata_type(handle, ids[i]);
        const char *content = heif_image_handle_get_metadata_content_type(handle, ids[i]);
        size_t len = heif_image_handle_get_metadata_size(handle, ids[i]);
        if (type && !strcmp(type, "Exif") && len > 4 && len <= BLOCK_BYTES_MAX) {
            char *block = g_malloc(len);
            unsigned orientation = container->orientation;
            struct heif_error error = heif_image_handle_get_metadata(handle, ids[i], block);
            /* Four bytes of offset stand before it. The file's own turns count, not those of Exif.
             */
            if (error.code == heif_error_Ok)
                container_exif((struct str){block + 4, len - 4}, container);
            container->orientation = orientation;
            container->has[REMOVED_EXIF] = true;
            g_free(block);
        } else if (content && !strcmp(content, "application/rdf+xml")) {
            container->has[REMOVED_XMP] = true;
        } else {
            container->has[REMOVED_OTHER_METADATA] = true;
        }
    }
    if (heif_image_handle_get_number_of_thumbnails(handle) > 0)
        container->has[REMOVED_THUMBNAIL] = true;
    if (heif_image_handle_has_depth_image(handle) ||
        heif_image_handle_get_number_of_auxiliary_images(handle, 0) > 0)
        container->has[REMOVED_DEPTH_MAP] = true;
}

/* The colour profile goes with the pixels until they are sRGB. */
static void keep_profile(struct picture *picture, const struct heif_image_handle *handle,
                         VipsImage *image)
{
    enum heif_color_profile_type type = heif_image_handle_get_color_profile_type(handle);
    if (type != heif_color_profile_type_rICC && type != heif_color_profile_type_prof) return;
    size_t len = heif_image_handle_get_raw_color_profile_size(handle);
    if (len == 0 || len > BLOCK_BYTES_MAX) return;
    void *profile = g_malloc(len);
    struct heif_error error = heif_image_handle_get_raw_color_profile(handle, profile);
    if (error.code == heif_error_Ok)
        vips_image_set_blob_copy(image, VIPS_META_ICC_NAME, profile, len);
    g_free(profile);
    picture->container.has[REMOVED_ICC] = true;
}

/* Rows that may be longer than their pixels, as an image of the library's own. */
static VipsImage *image_from(const struct job *job, const uint8_t *rows, size_t stride, int width,
                             int height, int bands)
{
    size_t line = (size_t)width * (size_t)bands, len = line * (size_t)height;
    uint8_t *pixels = g_try_malloc(len);
    if (!rows || !pixels || stride < line) job_refuse(job, REFUSAL_MALFORMED);
    for (int y = 0; y < height; y++)
        memcpy(pixels + line * (size_t)y, rows + stride * (size_t)y, line);
    VipsImage *image =
        vips_image_new_from_memory_copy(pixels, len, width, height, bands, VIPS_FORMAT_UCHAR);
    g_free(pixels);
    if (!image) job_refuse(job, REFUSAL_MALFORMED);
    image->Type = VIPS_INTERPRETATION_sRGB;
    return image;
}

static void clean_heic(struct picture *picture)
{
    const struct job *job = picture->job;
    struct heif_context *context = heif_context_alloc();
    struct heif_image_handle *handle = NULL;
    struct heif_image *decoded = NULL;
    if (!context) job_refuse(job, REFUSAL_MALFORMED);
    heif_context_set_maximum_image_size_limit(context, ANSWER_IMAGE_SIDE_MAX);
    struct heif_error error = heif_context_read_from_memory_without_copy(context, job->document.at,
                                                                         job->document.len, NULL);
    if (error.code == heif_error_Ok)
        error = heif_context_get_primary_image_handle(context, &handle);
    if (error.code != heif_error_Ok || !handle) job_refuse(job, REFUSAL_MALFORMED);
    picture->container = container_heic(job->document);
    image_measure(picture, heif_image_handle_get_width(handle),
                  heif_image_handle_get_height(handle));
    if (heif_context_get_number_of_top_level_images(context) > 1)
        picture->container.has[REMOVED_FRAMES] = true;
    note_metadata(picture, handle);
    bool alpha = heif_image_handle_has_alpha_channel(handle);
    error =
        heif_decode_image(handle, &decoded, heif_colorspace_RGB,
                          alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, NULL);
    if (error.code != heif_error_Ok || !decoded) job_refuse(job, REFUSAL_MALFORMED);
    int stride = 0;
    const uint8_t *rows = heif_image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
    int width = heif_image_get_width(decoded, heif_channel_interleaved);
    int height = heif_image_get_height(decoded, heif_channel_interleaved);
    struct picture measured = *picture;
    measured.pixels = 0;
    image_measure(&measured, width, height);
    VipsImage *image = image_from(job, rows, stride > 0 ? (size_t)stride : 0, width, height,
                                  alpha ? CHANNELS + 1 : CHANNELS);
    keep_profile(picture, handle, image);
    heif_image_release(decoded);
    heif_image_handle_release(handle);
    heif_context_free(context);
    image_answer(picture, image);
}

/* ---- BMP --------------------------------------------------------------------------------------
 */

static void clean_bmp(struct picture *picture)
{
    const struct job *job = picture->job;
    struct str file = job->document;
    int64_t width, height;
    picture->container = container_bmp(file, &width, &height);
    image_measure(picture, width, height);
    if (!bmp_loader) job_refuse(job, REFUSAL_MALFORMED);
    bool well = gdk_pixbuf_loader_write(bmp_loader, (const guchar *)file.at, file.len, NULL);
    /* What was cut short is shown as far as it goes. */
    if (!gdk_pixbuf_loader_close(bmp_loader, NULL) || !well) picture->container.is_damaged = true;
    GdkPixbuf *pixels = gdk_pixbuf_loader_get_pixbuf(bmp_loader);
    if (!pixels) job_refuse(job, REFUSAL_MALFORMED);
    VipsImage *image =
        image_from(job, gdk_pixbuf_read_pixels(pixels), (size_t)gdk_pixbuf_get_rowstride(pixels),
                   gdk_pixbuf_get_width(pixels), gdk_pixbuf_get_height(pixels),
                   gdk_pixbuf_get_n_channels(pixels));
    /* The fourth byte of a pixel is as good as always left over: no program heeds it. */
    VipsImage *colours = NULL;
    if (vips_extract_band(image, &colours, 0, "n", CHANNELS, NULL))
        job_refuse(job, REFUSAL_MALFORMED);
    g_object_unref(image);
    image_answer(picture, colours);
}

static void clean(struct job *job)
{
    struct picture picture = {
        .job = job,
        .container = {.orientation = 1},
        .kind = kind_of(job->document),
        .original_bytes = job->document.len,
        .part = PART_PHOTO,
    };
    if (picture.kind == KIND_HEIC)
        clean_heic(&picture);
    else if (picture.kind == KIND_BMP)
        clean_bmp(&picture);
    else
        job_refuse(job, REFUSAL_TYPE);
    image_findings(&picture);
}

MODULE const struct module cleaner_module = {.prepare = prepare, .clean = clean};
