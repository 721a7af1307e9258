// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The desk's letter page: take words out by selecting them, draw boxes on pages, see each copy
// change at once, go from mark to mark by keyboard. What is ticked in the list of marks is the
// truth; all that happens here ends as ticks and hidden fields of that one form, and the server
// works out the rest. A person's page: their OpenPGP key from a file, into the field it is pasted
// into otherwise.

import { make, start } from './common.js';
import { startUploads } from './upload.js';

const encoder = new TextEncoder();
const bytes = (text) => encoder.encode(text).length;

start();
startScans();

const form = document.querySelector('form[data-marks]');
if (form) review(form);
chooseWordings();
readKeyFile();

// Armored or binary; what it is, the server finds out.
function readKeyFile() {
    const row = document.querySelector('[data-key-file]');
    const field = document.getElementById('key');
    if (!row || !field) return;
    const input = row.querySelector('input[type=file]');
    const most = 64 * 1024;
    row.hidden = false;
    input.addEventListener('change', async () => {
        const file = input.files[0];
        if (!file) return;
        const raw = new Uint8Array(await file.slice(0, most + 1).arrayBuffer());
        const text = Array.from(raw, (byte) => String.fromCharCode(byte)).join('');
        if (/^\s*-----BEGIN /.test(text) || raw.length > most) field.value = text;
        else
            field.value = [
                '-----BEGIN PGP PUBLIC KEY BLOCK-----',
                '',
                ...(btoa(text).match(/.{1,64}/g) ?? []),
                '-----END PGP PUBLIC KEY BLOCK-----',
                '',
            ].join('\n');
        field.focus();
    });
}

function startScans() {
    startUploads({ again: startScans });
}

function chooseWordings() {
    const select = document.querySelector('[data-wording]');
    const note = document.getElementById('note');
    if (!select || !note) return;
    let last = '';
    select.addEventListener('change', () => {
        const words = select.selectedOptions[0].dataset.words ?? '';
        // Own words are never thrown away.
        if (note.value.trim() === last.trim()) note.value = words;
        else if (words) note.value = `${note.value.trimEnd()}\n\n${words}`;
        last = words;
    });
}

function review(form) {
    const category = document.getElementById('words_category');
    const forWhom = document.getElementById('words_for');
    const canMark = category !== null;
    const added = [];
    let changed = false;

    // ---- what is ticked, and what each copy then says ----

    const takesOf = (mark) => [...form.querySelectorAll(`#mark-${mark} input[name=take]`)];
    const isTaken = (mark, party) =>
        takesOf(mark).some((box) => box.checked && (!party || box.value === `${mark}.${party}`));
    const addedFor = (entry, party) => entry.for === 'all' || entry.for === party;

    // As lib/redact/mask.c: neighbours of one category with nothing but spaces, commas and the like
    // between them become one wording.
    const joins = (words) =>
        /^[^0-9A-Za-z!?[\]\u0080-\uffff]*$/.test(words) && !/\n[^]*\n/.test(words);

    function copyWords(original, party) {
        const pieces = [];
        for (const node of original.children) {
            const mark = node.dataset.mark;
            const entry = added.find((one) => one.pieces?.includes(node));
            let out = null;
            if (mark && isTaken(mark, party)) out = node.dataset.out;
            else if (entry && addedFor(entry, party)) out = entry.out;
            const words = node.textContent;
            const last = pieces.at(-1);
            if (out === null && last && last.out === null) last.words += words;
            else if (out === null) pieces.push({ out, words });
            else if (last?.out === out) continue;
            else if (pieces.at(-2)?.out === out && joins(last.words)) pieces.pop();
            else pieces.push({ out });
        }
        return pieces;
    }

    const wasTaken = (mark, party) =>
        takesOf(mark).some((box) => box.defaultChecked && box.value === `${mark}.${party}`);

    // Boxes that are saved stay as the server says they are burnt: wider than the marks, with words
    // that go along. Where a tick changed, the new one is outlined, and a note tells to save.
    function drawBoxes(copy, burnt, boxes, party) {
        for (const old of burnt.querySelectorAll('.lb-unsaved-box')) old.remove();
        let changes = 0;
        for (const rect of boxes.querySelectorAll('rect')) {
            const entry = added.find((one) => one.rect === rect);
            const mark = rect.dataset.mark;
            const is = entry ? addedFor(entry, party) : mark && isTaken(mark, party);
            const was = mark && wasTaken(mark, party);
            if (Boolean(is) === Boolean(was)) continue;
            changes += 1;
            if (!is) continue;
            const box = rect.cloneNode();
            box.setAttribute('class', 'lb-unsaved-box');
            burnt.append(box);
        }
        copy.querySelector('[data-copy-note]').hidden = changes === 0;
        const look = copy.closest('.lb-pair').querySelector('[data-look] input:checked');
        for (const box of look ? burnt.querySelectorAll('.lb-burnt') : []) {
            if (look.value === 'soft') box.setAttribute('filter', 'url(#soft)');
            else box.removeAttribute('filter');
        }
    }

    function drawCopies() {
        for (const pair of form.querySelectorAll('.lb-pair')) {
            const original = pair.querySelector('[data-original]');
            const boxes = pair.querySelector('[data-page] svg');
            for (const copy of pair.querySelectorAll('[data-copy]')) {
                const party = copy.dataset.copy;
                const text = copy.querySelector('[data-copy-text]');
                if (original && text) {
                    text.replaceChildren(
                        ...copyWords(original, party).map((piece) =>
                            piece.out
                                ? make('span', { class: 'lb-removed' }, piece.out)
                                : piece.words,
                        ),
                    );
                }
                const burnt = copy.querySelector('[data-copy-boxes]');
                if (boxes && burnt) drawBoxes(copy, burnt, boxes, party);
            }
        }
    }

    function drawMarks() {
        for (const node of form.querySelectorAll('[data-original] [data-mark]')) {
            const boxes = takesOf(node.dataset.mark);
            const on = boxes.filter((box) => box.checked).length;
            node.classList.toggle('lb-mark--off', on === 0);
            node.classList.toggle('lb-mark--some', on > 0 && on < boxes.length);
        }
        for (const rect of form.querySelectorAll('[data-page] rect[data-mark]')) {
            rect.classList.toggle('lb-box--off', !isTaken(rect.dataset.mark));
        }
    }

    function change() {
        changed = true;
        form.querySelector('[data-unsaved]').textContent = 'Your changes are not saved yet.';
        drawMarks();
        drawCopies();
    }

    form.addEventListener('change', (event) => {
        if (/^(take|seen|look_\d+)$/.test(event.target.name)) change();
    });
    form.addEventListener('submit', () => {
        changed = false;
    });
    window.addEventListener('beforeunload', (event) => {
        if (changed) event.preventDefault();
    });

    // ---- one copy at a time, where there are several ----

    const chooser = form.querySelector('[data-choose-copy]');
    const parties = new Map(
        [...form.querySelectorAll('[data-copy]')].map((copy) => [
            copy.dataset.copy,
            copy.dataset.name,
        ]),
    );
    if (chooser && parties.size > 1) {
        const show = (party) => {
            for (const copy of form.querySelectorAll('[data-copy]'))
                copy.hidden = copy.dataset.copy !== party;
            for (const button of chooser.querySelectorAll('button'))
                button.setAttribute('aria-pressed', String(button.value === party));
        };
        chooser.append(
            'Show the copy for',
            ...[...parties].map(([party, name]) => {
                const button = make(
                    'button',
                    { type: 'button', value: party, 'data-test': 'copy-show' },
                    name,
                );
                button.addEventListener('click', () => show(party));
                return button;
            }),
        );
        chooser.hidden = false;
        show(parties.keys().next().value);
    }

    // ---- from mark to mark ----

    function pointAt(mark) {
        for (const one of form.querySelectorAll('.lb-mark--here'))
            one.classList.remove('lb-mark--here');
        for (const one of form.querySelectorAll('.lb-box--here'))
            one.classList.remove('lb-box--here');
        for (const one of form.querySelectorAll(`[data-original] [data-mark="${mark}"]`))
            one.classList.add('lb-mark--here');
        for (const one of form.querySelectorAll(`[data-page] rect[data-mark="${mark}"]`))
            one.classList.add('lb-box--here');
    }

    form.addEventListener('focusin', (event) => {
        const row = event.target.closest?.('.lb-mark-row');
        if (row?.id.startsWith('mark-')) pointAt(row.id.slice(5));
    });

    function step(by) {
        const boxes = [...form.querySelectorAll('input[name=take]')];
        if (boxes.length === 0) return;
        const at = boxes.indexOf(document.activeElement);
        boxes[
            at < 0 ? (by > 0 ? 0 : boxes.length - 1) : (at + by + boxes.length) % boxes.length
        ].focus();
    }

    // A click on a mark drops it or takes it again; without a script the link leads to its row.
    form.addEventListener('click', (event) => {
        const node = event.target.closest?.(
            '[data-original] a[data-mark], [data-page] rect[data-mark]',
        );
        if (!node || !canMark) return;
        event.preventDefault();
        const boxes = takesOf(node.dataset.mark);
        const on = !boxes.some((box) => box.checked);
        boxes.forEach((box) => {
            box.checked = on;
        });
        pointAt(node.dataset.mark);
        change();
    });

    // ---- add: one row for each, until it is saved ----

    function addRow(entry, words) {
        const drop = make(
            'button',
            {
                type: 'button',
                class: 'lb-link-button',
                'data-test': 'added-drop',
                'aria-label': `Do not take out ${words}`,
            },
            'Do not take out',
        );
        const row = make(
            'li',
            { class: 'lb-mark-row', 'data-test': 'row-added' },
            make(
                'div',
                { class: 'lb-mark-row__what' },
                make('strong', {}, words),
                ' ',
                make('span', { class: 'govuk-tag govuk-tag--grey' }, entry.label),
                make('br'),
                make(
                    'span',
                    { class: 'lb-quiet' },
                    `For ${entry.forName}. Added by you, not saved yet.`,
                ),
            ),
            drop,
            entry.field,
        );
        drop.addEventListener('click', () => {
            row.remove();
            added.splice(added.indexOf(entry), 1);
            entry.undo();
            change();
        });
        form.querySelector('[data-added]').append(row);
        added.push(entry);
        change();
    }

    const about = () => ({
        category: category.value,
        label: category.selectedOptions[0].textContent,
        out: category.selectedOptions[0].dataset.out,
        for: forWhom?.value ?? 'all',
        forName: forWhom?.selectedOptions[0]?.textContent ?? 'everybody',
    });

    // ---- words by selecting them ----

    /** The selected bytes of one text: { original, start, end } or null. */
    function selected() {
        const selection = document.getSelection();
        if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
        const range = selection.getRangeAt(0);
        const inside = range.startContainer.parentElement?.closest('[data-original]');
        if (
            !inside ||
            inside !==
                (range.endContainer.nodeType === Node.TEXT_NODE
                    ? range.endContainer.parentElement
                    : range.endContainer
                ).closest?.('[data-original]')
        )
            return null;
        const before = document.createRange();
        before.selectNodeContents(inside);
        before.setEnd(range.startContainer, range.startOffset);
        const words = range.toString();
        const lead = words.length - words.trimStart().length;
        const start = bytes(before.toString() + words.slice(0, lead));
        const trimmed = words.trim();
        return trimmed
            ? { original: inside, start, end: start + bytes(trimmed), words: trimmed }
            : null;
    }

    /** Cuts the unmarked spans at start and end; returns the unmarked spans between. */
    function cut(original, start, end) {
        const pieces = [];
        for (const node of [...original.children]) {
            const from = Number(node.dataset.start);
            const words = node.textContent;
            const to = from + bytes(words);
            if (
                node.dataset.mark ||
                to <= start ||
                from >= end ||
                added.some((one) => one.pieces?.includes(node))
            )
                continue;
            let at = from;
            let low = 0;
            let high = words.length;
            for (let i = 0; i < words.length;) {
                const step = words.codePointAt(i) > 0xffff ? 2 : 1;
                if (at < start) low = i + step;
                if (at < end) high = i + step;
                at += bytes(words.slice(i, i + step));
                i += step;
            }
            const span = (text, offset) => make('span', { 'data-start': String(offset) }, text);
            const middle = span(words.slice(low, high), Math.max(from, start));
            const parts = [];
            if (low > 0) parts.push(span(words.slice(0, low), from));
            parts.push(middle);
            if (high < words.length) parts.push(span(words.slice(high), Math.min(to, end)));
            node.replaceWith(...parts);
            pieces.push(middle);
        }
        return pieces;
    }

    function takeOut(choice) {
        const part = choice.original.closest('[data-part]').dataset.part;
        const pieces = cut(choice.original, choice.start, choice.end);
        if (pieces.length === 0) return;
        pieces.forEach((piece) => piece.classList.add('lb-mark', 'lb-mark--new'));
        const what = about();
        addRow(
            {
                ...what,
                pieces,
                field: make('input', {
                    type: 'hidden',
                    name: 'add',
                    value: `${part}:${choice.start}:${choice.end}:${what.category}:${what.for}`,
                }),
                undo: () =>
                    pieces.forEach((piece) => piece.classList.remove('lb-mark', 'lb-mark--new')),
            },
            `“${choice.words}”`,
        );
        document.getSelection().removeAllRanges();
        bar.hidden = true;
    }

    const quoted = make('span', { 'aria-live': 'polite' });
    const take = make(
        'button',
        {
            type: 'button',
            class: 'govuk-button govuk-button--warning',
            'data-test': 'selection-add',
        },
        'Take out',
    );
    const kind = category && category.cloneNode(true);
    const bar = make('div', { class: 'lb-selected', hidden: true }, quoted);
    let choice = null;
    let choose = () => {};
    if (canMark) {
        kind.removeAttribute('name');
        kind.id = 'selected_category';
        bar.append(
            make(
                'label',
                { for: 'selected_category', class: 'govuk-visually-hidden' },
                'What it is',
            ),
            kind,
            take,
        );
        kind.addEventListener('change', () => {
            category.value = kind.value;
        });
        category.addEventListener('change', () => {
            kind.value = category.value;
        });

        choose = () => {
            const now = selected();
            // Using the bar itself moves the selection away; it keeps what was selected last.
            if (!now && bar.contains(document.activeElement)) return;
            choice = now;
            bar.hidden = !choice;
            if (!choice) return;
            const words = choice.words;
            const shown = words.length > 80 ? `${words.slice(0, 80)}…` : words;
            quoted.textContent = `Selected: “${shown}”`;
        };
        document.addEventListener('selectionchange', choose);
        take.addEventListener('mousedown', (event) => event.preventDefault());
        take.addEventListener('click', () => {
            if (choice) takeOut(choice);
        });
        form.querySelector('[data-add-help]').hidden = true;
        form.querySelector('[data-add-help-script]').hidden = false;
        form.querySelector('.lb-pair')?.parentElement.append(bar);
    }

    // ---- boxes by drawing them ----

    for (const page of canMark ? form.querySelectorAll('[data-page]') : []) {
        const svg = page.querySelector('svg');
        const width = Number(page.dataset.width);
        const height = Number(page.dataset.height);
        const part = page.closest('[data-part]').dataset.part;
        page.classList.add('lb-page--draw');
        let from = null;
        let rect = null;

        const point = (event) => {
            const edge = svg.getBoundingClientRect();
            const clamp = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
            return {
                x: clamp(((event.clientX - edge.left) / edge.width) * width, width),
                y: clamp(((event.clientY - edge.top) / edge.height) * height, height),
            };
        };
        const size = (to) => ({
            x: Math.min(from.x, to.x),
            y: Math.min(from.y, to.y),
            width: Math.abs(to.x - from.x),
            height: Math.abs(to.y - from.y),
        });

        svg.addEventListener('pointerdown', (event) => {
            if (event.button !== 0 || event.target.dataset.mark) return;
            event.preventDefault();
            from = point(event);
            rect = document.createElementNS(svg.namespaceURI, 'rect');
            rect.setAttribute('class', 'lb-box lb-box--new');
            svg.append(rect);
            svg.setPointerCapture(event.pointerId);
        });
        svg.addEventListener('pointermove', (event) => {
            if (!rect) return;
            for (const [key, value] of Object.entries(size(point(event))))
                rect.setAttribute(key, value);
        });
        const end = (event) => {
            if (!rect) return;
            const drawn = rect;
            const box = size(point(event));
            from = null;
            rect = null;
            // A click is not a box.
            if (event.type === 'pointercancel' || box.width < 4 || box.height < 4) {
                drawn.remove();
                return;
            }
            for (const [key, value] of Object.entries(box)) drawn.setAttribute(key, value);
            const what = about();
            addRow(
                {
                    ...what,
                    rect: drawn,
                    field: make('input', {
                        type: 'hidden',
                        name: 'box',
                        value: [
                            part,
                            box.x,
                            box.y,
                            box.width,
                            box.height,
                            what.category,
                            what.for,
                        ].join(':'),
                    }),
                    undo: () => drawn.remove(),
                },
                'Box on the page',
            );
        };
        svg.addEventListener('pointerup', end);
        svg.addEventListener('pointercancel', end);
    }

    // ---- keys ----

    const keys = document.querySelector('[data-keys]');
    if (keys && canMark) {
        keys.hidden = false;
        const press = (test) => form.querySelector(`[data-test="${test}"]`)?.click();
        const acts = {
            KeyN: () => step(1),
            KeyP: () => step(-1),
            KeyW: () => document.getElementById('words').focus(),
            KeyX: () => {
                // A browser tells of a new selection a little later; the key means what is selected now.
                choose();
                if (!bar.hidden) take.click();
            },
            KeyS: () => press('marks-save'),
            KeyC: () => press('letter-check'),
        };
        document.addEventListener('keydown', (event) => {
            if (
                !event.altKey ||
                event.ctrlKey ||
                event.metaKey ||
                event.shiftKey ||
                !acts[event.code]
            )
                return;
            event.preventDefault();
            acts[event.code]();
        });
    }
}
