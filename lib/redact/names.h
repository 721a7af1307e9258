/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_NAMES_H
#define LETTERBOX_REDACT_NAMES_H

#include "redact/pattern.h"

/*
 * Names and places that are not on file, told by their shape and their neighbours:
 *
 *     Mrs Pemberton · Sister Abeysekera        a title and a name
 *     Little Acorns nursery · Rosehill Clinic  a name and what it is the name of
 *     HMP Marlrigg                             a prison
 *     from Tutshill · near Rybnik              a word with a capital that no dictionary has, where
 * a place stands
 *
 * Shops everybody knows, programmes, holiday places and public figures stay; so do allowed first
 * names.
 */
void names_find(struct patterns *patterns);

#endif
