/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_ole.h"

#include <stddef.h>
#include <stdint.h>

enum {
    HEADER_BYTES = 512,
    ENTRY_BYTES = 128,
    NAME_UNITS = 31,
    MINI_BYTES = 64,
    MINI_CUTOFF = 4096, /* shorter streams stand inside the root's */
    DIFAT_AT = 76,
    DIFAT_ENTRIES = 109,
    LISTS_MAX = 512,        /* sectors that list the table's: enough for every file that is taken */
    CHAIN_END = 0xfffffffa, /* this and above is no sector */
    TYPE_STORAGE = 1,
    TYPE_STREAM = 2,
    TYPE_ROOT = 5,
};

struct compound {
    struct str file;
    unsigned shift; /* a sector has 1 << shift bytes */
    uint32_t root_start;
};

static uint32_t little(struct str bytes, uint64_t at, size_t width)
{
    if (at > bytes.len || bytes.len - at < width) return UINT32_MAX;
    uint32_t number = 0;
    for (size_t i = width; i-- > 0;) number = number << 8 | (unsigned char)bytes.at[at + i];
    return number;
}

static uint64_t sector_at(const struct compound *compound, uint32_t sector)
{
    return ((uint64_t)sector + 1) << compound->shift;
}

/* No chain is longer, unless it runs in a circle. */
static uint64_t sectors_of(const struct compound *compound)
{
    return (compound->file.len >> compound->shift) + 1;
}

/* The sector after this one in its chain. The table's own sectors are listed in the header, and for
 * files over some megabytes in a chain of sectors of their own. */
static uint32_t next_sector(const struct compound *compound, uint32_t sector)
{
    uint32_t per_sector = 1U << (compound->shift - 2);
    uint32_t index = sector / per_sector, listed = 0;
    if (index < DIFAT_ENTRIES) {
        listed = little(compound->file, DIFAT_AT + (uint64_t)index * 4, 4);
    } else {
        uint32_t in_list = per_sector - 1, list = little(compound->file, 68, 4);
        index -= DIFAT_ENTRIES;
        for (uint32_t i = 0; i < index / in_list && list < CHAIN_END && i < LISTS_MAX; i++)
            list = little(compound->file, sector_at(compound, list) + (uint64_t)in_list * 4, 4);
        if (list >= (uint32_t)CHAIN_END) return UINT32_MAX;
        listed =
            little(compound->file, sector_at(compound, list) + (uint64_t)(index % in_list) * 4, 4);
    }
    if (listed >= (uint32_t)CHAIN_END) return UINT32_MAX;
    return little(compound->file, sector_at(compound, listed) + (uint64_t)(sector % per_sector) * 4,
                  4);
}

static uint32_t follow(const struct compound *compound, uint32_t sector, uint32_t steps)
{
    for (uint32_t i = 0; i < steps && sector < (uint32_t)CHAIN_END; i++)
        sector = next_sector(compound, sector);
    return sector;
}

/* The first bytes of a stream, at least as many as its head has if it has them at all. */
static struct str head_of(const struct compound *compound, uint32_t start, uint32_t size)
{
    uint64_t at;
    if (size >= MINI_CUTOFF) {
        at = sector_at(compound, start);
    } else {
        uint64_t inside = (uint64_t)start * MINI_BYTES;
        uint64_t steps = inside >> compound->shift;
        if (steps > sectors_of(compound)) return (struct str){NULL, 0};
        uint32_t sector = follow(compound, compound->root_start, (uint32_t)steps);
        if (sector >= (uint32_t)CHAIN_END) return (struct str){NULL, 0};
        at = sector_at(compound, sector) + (inside & ((1U << compound->shift) - 1));
    }
    if (at > compound->file.len) return (struct str){NULL, 0};
    return str_slice(compound->file, (size_t)at, (size_t)at + MINI_BYTES);
}

/* Is the entry called so? Names stand in UTF-16. */
static bool is_called(struct str entry, const char *name)
{
    struct str wanted = str_from(name);
    if (wanted.len > NAME_UNITS || little(entry, 64, 2) != (wanted.len + 1) * 2) return false;
    for (size_t i = 0; i < wanted.len; i++)
        if (little(entry, i * 2, 2) != (unsigned char)wanted.at[i]) return false;
    return true;
}

static void look_at_word(struct str head, struct ole *ole)
{
    enum { MAGIC_WORD = 0xa5ec, MAGIC_WORD_6 = 0xa5dc, FLAG_ENCRYPTED = 0x0100 };
    uint32_t magic = little(head, 0, 2);
    ole->is_word = magic == MAGIC_WORD || magic == MAGIC_WORD_6;
    if (ole->is_word && (little(head, 10, 2) & FLAG_ENCRYPTED)) ole->is_locked = true;
}

static void look_at_entry(struct compound *compound, struct str entry, struct ole *ole)
{
    uint32_t type = little(entry, 66, 1);
    uint32_t start = little(entry, 116, 4), size = little(entry, 120, 4);
    if (type == TYPE_ROOT) compound->root_start = start;
    if (type == TYPE_STREAM && is_called(entry, "WordDocument"))
        look_at_word(head_of(compound, start, size), ole);
    if (type == TYPE_STREAM &&
        (is_called(entry, "EncryptedPackage") || is_called(entry, "EncryptedSummary")))
        ole->is_locked = true;
    if (is_called(entry, "_VBA_PROJECT") || is_called(entry, "Macros")) ole->has_macros = true;
    if (type == TYPE_STORAGE && is_called(entry, "ObjectPool")) ole->has_objects = true;
}

struct ole ole_look(struct str file)
{
    enum { SHIFT_LEAST = 7, SHIFT_MOST = 16 };
    struct ole ole = {.is_readable = false};
    struct compound compound = {.file = file, .shift = little(file, 30, 2)};
    if (file.len < HEADER_BYTES || compound.shift < SHIFT_LEAST || compound.shift > SHIFT_MOST)
        return ole;
    uint32_t sector = little(file, 48, 4);
    for (uint32_t i = 0; i < sectors_of(&compound) && sector < (uint32_t)CHAIN_END; i++) {
        uint64_t at = sector_at(&compound, sector), end = at + (1ULL << compound.shift);
        if (end > file.len) end = file.len;
        for (; at + ENTRY_BYTES <= end; at += ENTRY_BYTES) {
            struct str entry = str_slice(file, (size_t)at, (size_t)at + ENTRY_BYTES);
            if (little(entry, 66, 1) == TYPE_ROOT) ole.is_readable = true;
            look_at_entry(&compound, entry, &ole);
        }
        sector = next_sector(&compound, sector);
    }
    return ole;
}
