/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_TESTS_UNIT_RENDER_FONTS_H
#define LETTERBOX_TESTS_UNIT_RENDER_FONTS_H

/*
 * Typefaces are opened once a process and kept. When they are closed, pango keeps a reference to
 * fontconfig's configuration for a thread of its own: theirs to lose, not ours.
 */
const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libpango";
}

#endif
