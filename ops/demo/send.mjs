// SPDX-License-Identifier: AGPL-3.0-or-later
// node send.mjs PORT FROM TO [--no-proof] [WORDS]: one mail to the demo's mail server, with the word of the receiving
// server that the sender is who it says (SPF, DKIM, DMARC), as a relay before a real mailbox writes it; with --no-proof
// without that word. Without WORDS the text is read from standard input.
// node send.mjs PORT FROM TO --bounce MESSAGE-ID: the report that TO's mail of that id to FROM could not be delivered.

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

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

const USAGE = `usage: node send.mjs PORT FROM TO [--no-proof] [WORDS]
       node send.mjs PORT FROM TO --bounce MESSAGE-ID`;

const letter = ({ from, to, body }) => [`From: <${from}>`, `To: <${to}>`, 'Subject: A letter',
    `Message-ID: <${Date.now()}@by-hand.example>`, `Date: ${new Date().toUTCString()}`, 'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', body].join('\r\n');

// What Exim writes about a mail of `to`'s to an address that does not exist (RFC 3464).
function bounce({ from, to, messageId }) {
    const host = from.split('@')[1];
    const part = `${Date.now()}-eximdsn-1`;
    const why = '550 5.1.1 There is no such mailbox';
    return `X-Failed-Recipients: ${from}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@${host}>
To: ${to}
References: <${messageId}>
Content-Type: multipart/report; report-type=delivery-status; boundary=${part}
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E${Date.now()}@${host}>
Date: ${new Date().toUTCString()}

--${part}
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ${from}
    ${why}

--${part}
Content-type: message/delivery-status

Reporting-MTA: dns; ${host}

Action: failed
Final-Recipient: rfc822;${from}
Status: 5.1.1
Diagnostic-Code: smtp; ${why}

--${part}
Content-type: message/rfc822-headers

To: ${from}
Message-ID: <${messageId}>

--${part}--
`;
}

async function main(words) {
    let values, given;
    try {
        ({ values, positionals: given } = parseArgs({ args: words, allowPositionals: true,
            options: { 'no-proof': { type: 'boolean' }, bounce: { type: 'string' } } }));
    } catch (error) {
        console.error(`${error.message}\n${USAGE}`);
        return 2;
    }
    const [port, from, to, body] = given;
    if (!to || given.length > 4 || (values.bounce && (body || values['no-proof']))) {
        console.error(USAGE);
        return 2;
    }
    if (values.bounce) {
        await sendMail(Number(port), { from: '', to,
            message: bounce({ from, to, messageId: values.bounce.replace(/^<|>$/g, '') }) });
        console.log('Sent. In a few seconds the desk says under Problems that the mail came back, if one of ours to that '
            + 'address\nhas this Message-ID; else it waits under Kept apart.');
        return 0;
    }
    const message = letter({ from, to, body: body ?? readFileSync(0, 'utf8') });
    await sendMail(Number(port), { from, to, message: values['no-proof'] ? message : withProof({ from, message }) });
    console.log(values['no-proof'] ? 'Sent. It is at the desk in a few seconds, under Kept apart: nothing proves its sender.'
        : 'Sent. It is at the desk in a few seconds: under Letters if the sender is known, else under Kept apart.');
    return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
    process.exit(await main(process.argv.slice(2)).catch((error) => {
        console.error(`It could not be sent: ${error.message}`);
        return 1;
    }));
