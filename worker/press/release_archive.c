/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/limits.h"
#include "worker/press/release.h"

/* OpenPGP copies for the archive: what came, and what was sent. */

enum { PGP_EXTRA_BYTES = 64 * 1024 };

static enum err add_item(struct release_work *work, const struct press_pgp_keys *keys,
                         struct str content, struct archive_item item, struct release *release)
{
    const struct press *press = work->job->state;
    struct buf *message = press_buf(work->job, content.len + content.len / 64 + PGP_EXTRA_BYTES);
    TRY(pgp_encrypt(press->pgp, keys->at, keys->count, content, message));
    item.message = buf_str(message);
    TRY(kdf_sha256(item.message, item.digest));
    item.id = random_id();
    item.blob = random_id();
    release->archive.items[release->archive.count++] = item;
    return OK;
}

enum err release_archive(struct release_work *work, struct release *release)
{
    struct job *job = work->job;
    const struct press_letter *letter = &work->letter;
    struct press_pgp_keys keys;
    TRY(press_archive_keys(job, &keys));
    release->archive.key_ids = keys.key_ids;
    release->archive.items =
        ARENA_MANY(job->arena, letter->original_count + 1, struct archive_item);
    if (!work->has_archive) {
        TRY(press_originals_open(job, letter));
        for (size_t i = 0; i < letter->original_count; i++)
            TRY(add_item(
                work, &keys, letter->originals[i].content,
                (struct archive_item){.is_original = true, .number = letter->originals[i].number},
                release));
    }
    return add_item(work, &keys, release->archive_pdf, (struct archive_item){.number = 1}, release);
}
