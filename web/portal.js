// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The portal's pages: drafts that save themselves, and a look at the letter without losing the
// chosen files. Without this file the same forms are sent by the browser itself.

import { make, start } from './common.js';
import { startUploads } from './upload.js';

// ---- drafts that save themselves ----

const SAVE_AFTER_MS = 20000;

function randomKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
        byte.toString(16).padStart(2, '0'),
    ).join('');
}

function keepDraft(form) {
    const text = form.elements.namedItem('text');
    const state = form.querySelector('[data-draft-state]');
    let saved = text.value;
    let timer = null;
    let saving = false;
    let leaving = false;

    const save = async () => {
        clearTimeout(timer);
        timer = null;
        if (
            saving ||
            leaving ||
            text.value === saved ||
            text.value.trim() === '' ||
            form.dataset.state === 'sending' ||
            !form.isConnected
        )
            return;
        saving = true;
        const now = text.value;
        const body = new URLSearchParams();
        for (const [name, value] of new FormData(form)) {
            if (typeof value === 'string') body.append(name, name === 'once' ? randomKey() : value);
        }
        try {
            const answer = await fetch('/drafts', {
                method: 'POST',
                body,
                headers: { 'X-Requested-With': 'fetch' },
            });
            const match = /^\/drafts\/([0-9a-z]+)$/.exec(new URL(answer.url).pathname);
            if (!answer.ok || !match) throw new Error('draft not saved');
            form.elements.namedItem('draft').value = match[1];
            saved = now;
            const clock = { hour: 'numeric', minute: '2-digit' };
            const time = new Date().toLocaleTimeString('en-GB', clock);
            state.textContent = `Draft saved at ${time}.`;
            document.dispatchEvent(new CustomEvent('letterbox:alive'));
        } catch {
            state.textContent = 'We could not save your draft just now. Your words are still here.';
        } finally {
            saving = false;
        }
    };

    text.addEventListener('input', () => {
        leaving = false;
        timer ??= setTimeout(save, SAVE_AFTER_MS);
    });
    document.addEventListener('visibilitychange', () => {
        if (document.hidden) save();
    });
    document.addEventListener('letterbox:session-soon', save);
    // What the person does with the letter counts, and nothing is saved behind it. The window hears
    // of a submit last, when nothing else has stopped it.
    window.addEventListener('submit', (event) => {
        if (!event.defaultPrevented) leaving = true;
    });
}

// ---- a look at the letter, with its files kept ----

function previewHere(form, files) {
    document.querySelector('[data-script-preview]')?.remove();
    const text = form.elements.namedItem('text').value;
    const title = make('h2', { class: 'govuk-heading-m', tabindex: '-1' }, 'Your letter so far');
    const close = make(
        'button',
        { type: 'button', class: 'lb-link-button', 'data-test': 'preview-close' },
        'Close',
    );
    const view = make(
        'section',
        { 'data-script-preview': true },
        title,
        text.trim() === ''
            ? make('p', {}, 'You have not typed anything.')
            : make('div', { class: 'lb-letter' }, text),
        make('p', {}, `With it: ${files.map((file) => file.name).join(', ')}.`),
        close,
    );
    close.addEventListener('click', () => {
        view.remove();
        form.elements.namedItem('text').focus();
    });
    form.querySelector('.lb-buttons').before(view);
    title.focus();
}

function startForms() {
    startUploads({
        before: (form, files) => {
            if (form.hasAttribute('data-letter')) keepDraft(form);
            return (submitter) => {
                const look = submitter?.getAttribute('formaction') === '/letters/preview';
                if (look && files().length > 0) previewHere(form, files());
                return look && files().length > 0;
            };
        },
        again: startForms,
    });
}

start();
startForms();
