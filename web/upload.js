// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Forms with files (form[data-upload]): a list of what was chosen, the limits checked before
// anything is sent, progress while it is sent, and plain words when a connection ends early.
// The limits come from the form: data-max-files, data-max-file and data-max-total (bytes), and
// data-kinds, the words for what its field accepts, where other kinds are not taken.

import { dress, make } from './common.js';

const MEGABYTE = 1024 * 1024;

function inMegabytes(bytes) {
    return bytes < MEGABYTE / 10 ? 'less than 0.1 MB' : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

const inWhole = (bytes) => `${Math.floor(bytes / MEGABYTE)} MB`;
// What the field accepts, by the end of the name or by what the browser takes it for.
const isKind = (file, input) =>
    input.accept.split(',').some((one) =>
        one.startsWith('.') ? file.name.toLowerCase().endsWith(one) : file.type === one,
    );

const sumOf = (files) => files.reduce((sum, file) => sum + file.size, 0);

/** Shows a problem as the server would: at the top of the page, leading to the field. */
function showProblem(code, text) {
    document.querySelector('[data-script-problem]')?.remove();
    const link = make('a', { href: '#file' }, text);
    const summary = make(
        'div',
        { class: 'govuk-error-summary', tabindex: '-1', 'data-script-problem': true },
        make(
            'div',
            { role: 'alert' },
            make('h2', { class: 'govuk-error-summary__title' }, 'There is a problem'),
            make(
                'ul',
                { class: 'govuk-list govuk-error-summary__list' },
                make('li', { 'data-test': `msg-${code}` }, link),
            ),
        ),
    );
    document.getElementById('main-content').prepend(summary);
    summary.focus();
}

/** Lists the chosen files under the field, each with a button to drop it; returns their getter. */
function listFiles(form) {
    const input = form.querySelector('input[type=file]');
    const limits = limitsOf(form);
    const chosen = [];
    const list = make('ul', {
        class: 'govuk-list lb-file-list',
        'aria-label': 'Files you chose',
        'aria-live': 'polite',
    });
    const total = make('p', { class: 'lb-quiet', 'aria-live': 'polite' });
    input.after(list, total);

    const row = (file, at) => {
        const remove = make(
            'button',
            {
                type: 'button',
                class: 'lb-link-button',
                'data-test': 'file-remove',
                'aria-label': `Remove ${file.name}`,
            },
            'Remove',
        );
        remove.addEventListener('click', () => {
            chosen.splice(at, 1);
            draw();
            const buttons = list.querySelectorAll('button');
            (buttons[Math.min(at, buttons.length - 1)] ?? input).focus();
        });
        const name = make('span', {}, `${file.name} (${inMegabytes(file.size)})`);
        const wrong = wrongWith(file, limits);
        const words = wrong ? [make('strong', { class: 'lb-file-list__wrong' }, wrong.beside)] : [];
        return make('li', { 'data-test': 'row-file' }, name, remove, ...words);
    };
    const draw = () => {
        // The field itself holds the whole list: the form has one truth.
        const transfer = new DataTransfer();
        chosen.forEach((file) => transfer.items.add(file));
        input.files = transfer.files;
        list.replaceChildren(...chosen.map(row));
        const count = chosen.length === 1 ? '1 file' : `${chosen.length} files`;
        total.textContent = chosen.length
            ? `${count}, together ${inMegabytes(sumOf(chosen))}.`
            : '';
    };

    // Choosing again adds; the browser by itself would replace.
    input.addEventListener('change', () => {
        for (const file of input.files) {
            const same = (one) =>
                one.name === file.name &&
                one.size === file.size &&
                one.lastModified === file.lastModified;
            if (!chosen.some(same)) chosen.push(file);
        }
        draw();
    });
    return () => chosen;
}

function limitsOf(form) {
    return {
        files: Number(form.dataset.maxFiles),
        file: Number(form.dataset.maxFile),
        total: Number(form.dataset.maxTotal),
        kinds: form.dataset.kinds,
        input: form.querySelector('input[type=file]'),
    };
}

/** What is wrong with one file: beside its name as soon as it is chosen, and in whole sentences. */
function wrongWith(file, limits) {
    if (file.size > limits.file) {
        const cure = `Each file can have up to ${inWhole(limits.file)}. Choose a smaller copy of it.`;
        return {
            beside: `Too big. ${cure}`,
            told: `“${file.name}” is too big (${inMegabytes(file.size)}). ${cure}`,
        };
    }
    if (file.size === 0)
        return {
            beside: 'Empty. Remove it, or choose it again.',
            told: `“${file.name}” is empty. Remove it, or choose it again.`,
        };
    if (limits.kinds && !isKind(file, limits.input))
        return {
            beside: `We cannot open this kind of file. Choose ${limits.kinds}.`,
            told: `We cannot open “${file.name}”. Choose ${limits.kinds}.`,
        };
    return null;
}

function problemWith(files, limits) {
    if (files.length > limits.files)
        return {
            code: 'too-big',
            text: `You chose ${files.length} files. Choose ${limits.files} or fewer.`,
        };
    const wrong = files.find((file) => wrongWith(file, limits));
    if (wrong)
        return {
            code: wrong.size > limits.file ? 'too-big' : 'file-wrong',
            text: wrongWith(wrong, limits).told,
        };
    if (sumOf(files) > limits.total)
        return {
            code: 'too-big',
            text:
                `Your files have ${inMegabytes(sumOf(files))} together. The most that we can take ` +
                `at once is ${inWhole(limits.total)}. Send some of them another time.`,
        };
    return null;
}

/**
 * Goes to the page to which the server sent us on: "Back" then leads to the form, as without this
 * script. What it answered itself, a form with its mistakes, takes the place of this one.
 */
function showAnswer(request, again) {
    if (request.status === 200) {
        location.assign(request.responseURL);
        return;
    }
    const page = new DOMParser().parseFromString(request.responseText, 'text/html');
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    scrollTo(0, 0);
    again();
    dress(document);
}

function send(form, files, again) {
    if (form.dataset.state === 'sending') return;
    form.dataset.state = 'sending';
    document.querySelector('[data-script-problem]')?.remove();

    const bar = make('progress', { max: '100', value: '0', 'aria-label': 'How much is sent' });
    const words = make('p', { 'aria-live': 'polite', 'data-test': 'upload-state' }, 'Sending…');
    const stop = make(
        'button',
        { type: 'button', class: 'lb-link-button', 'data-test': 'upload-stop' },
        'Stop',
    );
    const panel = make('div', { class: 'lb-progress' }, words, bar, stop);
    const buttons = form.querySelector('.lb-buttons');
    buttons.hidden = true;
    buttons.before(panel);

    const back = (code, text) => {
        panel.remove();
        buttons.hidden = false;
        form.dataset.state = 'ready';
        showProblem(code, text);
    };
    const request = new XMLHttpRequest();
    let said = 0;
    request.upload.addEventListener('progress', (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.floor((event.loaded / event.total) * 100);
        bar.value = percent;
        // A screen reader hears every quarter, not every packet.
        if (percent >= said + 25 && percent < 100) {
            said = percent - (percent % 25);
            words.textContent = `Sending… ${said} per cent`;
        }
    });
    request.upload.addEventListener('load', () => {
        bar.removeAttribute('value');
        stop.hidden = true;
        words.textContent = 'Locking it away safely…';
    });
    request.addEventListener('load', () => {
        document.dispatchEvent(new CustomEvent('letterbox:alive'));
        if (request.getResponseHeader('Content-Type')?.startsWith('text/html'))
            showAnswer(request, again);
        else back('server-trouble', 'Something went wrong at our end. Please try again later.');
    });
    request.addEventListener('error', () => {
        // The server hangs up on what is beyond all limits; otherwise it answers with a page.
        const most = limitsOf(form).total;
        if (sumOf(files) > most)
            back(
                'too-big',
                `The connection was closed, because your files have ${inMegabytes(sumOf(files))} ` +
                    `together. The most that we can take at once is ${inWhole(most)}.`,
            );
        else
            back(
                'connection-lost',
                'The connection was lost. Check that you are online, then send it again. ' +
                    'If it did reach us, we will not keep it twice.',
            );
    });
    request.addEventListener('abort', () =>
        back('upload-stopped', 'You stopped it. It is not sent.'),
    );
    stop.addEventListener('click', () => request.abort());
    request.open('POST', form.action);
    // FormData keeps the form's order: the csrf field stays the first part.
    request.send(new FormData(form));
}

/**
 * Dresses all forms with files. `before(form, files)` is told of each; what it returns is asked at
 * each submit, (submitter) => true if it has dealt with it. `again` runs when an answer has
 * replaced the page.
 */
export function startUploads({ before = () => () => false, again }) {
    for (const form of document.querySelectorAll('form[data-upload]')) {
        const files = listFiles(form);
        const dealt = before(form, files);
        form.addEventListener('submit', (event) => {
            if (dealt(event.submitter)) {
                event.preventDefault();
                return;
            }
            // Buttons with an address of their own (save a draft, find a person) go the plain way.
            if (event.submitter?.hasAttribute('formaction')) return;
            event.preventDefault();
            const problem = problemWith(files(), limitsOf(form));
            if (problem) showProblem(problem.code, problem.text);
            else send(form, files(), again);
        });
    }
}
