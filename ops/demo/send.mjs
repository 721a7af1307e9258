// SPDX-License-Identifier: AGPL-3.0-or-later
// node send.mjs PORT FROM TO [WORDS]: one mail to the demo's mail server, with the word of the receiving server that the
// sender is who it says (SPF, DKIM, DMARC), as a relay before a real mailbox writes it. Without WORDS the text is read
// from standard input.

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

export const AUTHSERV = 'mx.demo.example';

export const withProof = ({ from, message }) => `Authentication-Results: ${AUTHSERV}; `
    + `dmarc=pass header.from=${from.split('@')[1]}\r\n${message}`;

export async function sendMail(port, { from, to, message }) {
    const socket = connect({ port, host: '127.0.0.1' });
    const lines = socket.setEncoding('latin1')[Symbol.asyncIterator]();
    let text = '';
    // The code of the next whole answer (RFC 5321 §4.2.1: the last line has a space after it).
    const answer = async (wanted) => {
        let found;
        while (!(found = /^(\d{3}) .*\r\n/m.exec(text))) {
            const { value, done } = await lines.next();
            if (done)
                throw new Error('the mail server closed the connection');
            text += value;
        }
        text = text.slice(found.index + found[0].length);
        if (!found[1].startsWith(wanted))
            throw new Error(`the mail server refused: ${found[0].trim()}`);
    };
    const say = (words, wanted = '2') => {
        socket.write(`${words}\r\n`);
        return answer(wanted);
    };
    try {
        await answer('2');
        await say('EHLO relative.example');
        await say(`MAIL FROM:<${from}>`);
        await say(`RCPT TO:<${to}>`);
        await say('DATA', '3');
        await say(`${message.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')}\r\n.`);
        socket.write('QUIT\r\n');
    } finally {
        socket.end();
    }
}

async function main([port, from, to, words]) {
    if (!to) {
        console.error('usage: node send.mjs PORT FROM TO [WORDS]');
        return 2;
    }
    const body = words ?? readFileSync(0, 'utf8');
    const message = [`From: <${from}>`, `To: <${to}>`, 'Subject: A letter', `Message-ID: <${Date.now()}@by-hand.example>`,
        `Date: ${new Date().toUTCString()}`, 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit', '', body].join('\r\n');
    await sendMail(Number(port), { from, to, message: withProof({ from, message }) });
    console.log(`Sent to ${to}: in a few seconds it is at the desk, under Letters.`);
    return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
    process.exit(await main(process.argv.slice(2)).catch((error) => {
        console.error(`It could not be sent: ${error.message}`);
        return 1;
    }));
