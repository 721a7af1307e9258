// SPDX-License-Identifier: AGPL-3.0-or-later
// The few lines of SMTP that the tests speak, as a sender outside Letterbox would.

import { connect } from 'node:net';

const TIMEOUT_MS = 20_000;

// Sends one message; resolves with the server's last answer, rejects with { code } on a refusal.
export async function smtpSend({ port, host = '127.0.0.1', from, to, message,
    hello = 'sender.test' }) {
    const socket = connect({ port, host });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the mail server is silent')));
    let pending = '';
    const waiting = [];
    const lines = [];
    let broken = null;
    const wake = () => {
        while (waiting.length > 0 && (lines.length > 0 || broken)) {
            const { done, reject } = waiting.shift();
            if (lines.length > 0)
                done(lines.shift());
            else
                reject(broken);
        }
    };
    socket.on('data', (bytes) => {
        pending += bytes.toString('latin1');
        const complete = pending.split('\r\n');
        pending = complete.pop();
        lines.push(...complete);
        wake();
    });
    const end = (error) => {
        broken ??= error ?? new Error('the mail server closed the connection');
        wake();
    };
    socket.on('error', end);
    socket.on('close', () => end());
    const line = () => new Promise((done, reject) => {
        waiting.push({ done, reject });
        wake();
    });
    const answer = async (wanted) => {
        const all = [];
        do
            all.push(await line());
        while (/^\d{3}-/.test(all.at(-1)));
        const code = Number(all.at(-1).slice(0, 3));
        if (Math.floor(code / 100) !== wanted)
            throw Object.assign(new Error(all.join('\n')), { code });
        return all.join('\n');
    };
    const say = async (command, wanted = 2) => {
        socket.write(`${command}\r\n`);
        return answer(wanted);
    };
    try {
        await answer(2);
        await say(`EHLO ${hello}`);
        await say(`MAIL FROM:<${from}>`);
        for (const one of [to].flat())
            await say(`RCPT TO:<${one}>`);
        await say('DATA', 3);
        const bytes = Buffer.isBuffer(message) ? message.toString('latin1')
            : Buffer.from(message).toString('latin1');
        const body = bytes.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..').replace(/(\r\n)?$/, '');
        socket.write(`${body}\r\n.\r\n`, 'latin1');
        const last = await answer(2);
        socket.write('QUIT\r\n');
        return last;
    } finally {
        socket.end();
    }
}
