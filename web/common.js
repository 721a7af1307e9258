// SPDX-License-Identifier: AGPL-3.0-or-later
//
// What the pages of portal and desk share. Every page works without this file; it adds comfort
// only: passwords can be shown, a double click sends once, problems get the focus, the end of a
// session is announced before it comes.

/** Makes an element: make("p", { class: "x", hidden: true }, "text", child …). */
export function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === true) element.setAttribute(key, '');
        else if (value !== false && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
}

function markCurrentPage() {
    for (const link of document.querySelectorAll('.lb-nav a')) {
        const path = link.getAttribute('href');
        const here = path === '/' ? location.pathname === '/' : location.pathname.startsWith(path);
        if (here) link.setAttribute('aria-current', 'page');
    }
}

function letPasswordsBeShown(root) {
    for (const wrapper of root.querySelectorAll('[data-password]')) {
        const input = wrapper.querySelector('input');
        const button = wrapper.querySelector('button');
        const label = button.getAttribute('aria-label');
        button.hidden = false;
        const show = (shown) => {
            input.type = shown ? 'text' : 'password';
            button.textContent = shown ? 'Hide' : 'Show';
            button.setAttribute('aria-label', shown ? label.replace('Show', 'Hide') : label);
        };
        button.addEventListener('click', () => show(input.type === 'password'));
        // A browser keeps what was typed into a visible field: hide it before it is sent.
        input.form.addEventListener('submit', () => show(false));
    }
}

// A link that looks like a button is pressed with the space bar too.
function letSpacePressLinks() {
    document.addEventListener('keydown', (event) => {
        if (event.key !== ' ' || event.target.getAttribute?.('role') !== 'button') return;
        event.preventDefault();
        event.target.click();
    });
}

// The server answers a doubled request with the first one's answer; this spares it the trip.
function guardDoubleClicks() {
    const sent = new WeakSet();
    document.addEventListener('submit', (event) => {
        const form = event.target;
        if (!form.hasAttribute('data-once') || event.defaultPrevented) return;
        if (sent.has(form)) {
            event.preventDefault();
            return;
        }
        sent.add(form);
        // A download or a cancelled page load leaves the page where it is.
        setTimeout(() => sent.delete(form), 5000);
    });
}

function focusMessages(root) {
    const message =
        root.querySelector('.govuk-error-summary') ??
        root.querySelector('.govuk-notification-banner--success');
    message?.focus();
}

const WARN_BEFORE_MS = 2 * 60 * 1000;

function announceSessionEnd() {
    const minutes = Number(document.body.dataset.idleMinutes);
    if (!minutes) return;
    const idleMs = minutes * 60 * 1000;
    let last = Date.now();
    let timer;

    // Another tab of the same session keeps this one alive.
    const channel = new BroadcastChannel('letterbox-session');
    channel.onmessage = () => {
        last = Date.now();
        dialog.close();
        plan();
    };
    channel.postMessage('alive');

    const left = make('p', { 'aria-live': 'polite' });
    const stay = make(
        'button',
        { type: 'button', class: 'govuk-button', 'data-test': 'session-stay' },
        'Stay signed in',
    );
    const dialog = make(
        'dialog',
        { class: 'lb-timeout', 'aria-labelledby': 'timeout-title' },
        make('h2', { class: 'govuk-heading-m', id: 'timeout-title' }, 'We will sign you out soon'),
        left,
        stay,
    );
    document.body.append(dialog);

    const plan = () => {
        clearTimeout(timer);
        const remaining = idleMs - (Date.now() - last);
        if (remaining <= 0) {
            document.dispatchEvent(new CustomEvent('letterbox:session-end'));
            location.assign('/signed-out');
        } else if (remaining <= WARN_BEFORE_MS) {
            const whole = Math.ceil(remaining / 60000);
            const words = whole === 1 ? 'less than 1 minute' : `${whole} minutes`;
            left.textContent = `This is to keep things safe. You have ${words} left.`;
            if (!dialog.isConnected) document.body.append(dialog);
            if (!dialog.open) {
                document.dispatchEvent(new CustomEvent('letterbox:session-soon'));
                dialog.showModal();
            }
            timer = setTimeout(plan, Math.min(remaining, 10000));
        } else {
            timer = setTimeout(plan, remaining - WARN_BEFORE_MS);
        }
    };

    stay.addEventListener('click', async () => {
        const answer = await fetch('/session', { redirect: 'manual' }).catch(() => null);
        if (answer === null) {
            left.textContent =
                'We could not reach the service. Check your connection and try again.';
        } else if (answer.ok) {
            last = Date.now();
            channel.postMessage('alive');
            dialog.close();
            plan();
        } else {
            location.assign('/signed-out');
        }
    });
    document.addEventListener('letterbox:alive', () => {
        last = Date.now();
        channel.postMessage('alive');
        plan();
    });
    // A phone that slept has not run its timers.
    document.addEventListener('visibilitychange', () => {
        if (!document.hidden) plan();
    });
    plan();
}

/** Things to do again when a script has put a new page in the place of the old one. */
export function dress(root) {
    letPasswordsBeShown(root);
    focusMessages(root);
}

export function start() {
    document.documentElement.classList.add('lb-js');
    markCurrentPage();
    letSpacePressLinks();
    guardDoubleClicks();
    announceSessionEnd();
    dress(document);
}
