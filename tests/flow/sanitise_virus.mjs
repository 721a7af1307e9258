// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl sanitise with a virus scanner: the document is seen by it before it is opened, and only a plain answer of
// a scanner that had all of it counts.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { EICAR, clamd, fakeScanner, isWhole } from '../harness/clamd.mjs';
import { ctl, writeConf } from '../harness/process.mjs';
import { letterPdf, zip } from '../harness/samples.mjs';

const [FAILED, REFUSED, INFECTED] = [1, 3, 4];
const NOWHERE = '/nowhere/clamd.ctl';
const HELLO = Buffer.from('Dear Ann, hello.\n');

let scanner;
before(async () => {
    scanner = await clamd();
});

async function sanitise(bytes, words, { status = 0, conf = null } = {}) {
    const out = folder('out');
    const environment = { RUN_DIR: '', LETTERBOX_CONF: '', ...(conf ? { LETTERBOX_CONF: conf } : {}) };
    const done = await ctl(['sanitise', '--out', out, ...words], { input: bytes, status: 'any', environment });
    equal(done.code, status, done.stderr);
    const files = readdirSync(out);
    if (status !== 0)
        deepEqual(files, [], 'nothing is written');
    return { ...done, report: status === 0 ? JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) : null };
}

const at = (socket) => ['--clamd', socket];
const mail = (parts) => Buffer.from(['From: ann@example.test', 'To: post@example.test', 'Subject: Hello', 'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'Dear all.',
    ...parts.flatMap((bytes) => ['--b', 'Content-Type: application/octet-stream', 'Content-Disposition: attachment; filename=a.txt',
        'Content-Transfer-Encoding: base64', '', bytes.toString('base64').replace(/(.{76})/g, '$1\r\n')]), '--b--', ''].join('\r\n'));

test('an infected document is refused with one plain sentence, whatever it is', async () => {
    for (const bytes of [EICAR, Buffer.concat([HELLO, EICAR]), zip([['a.txt', EICAR]]), mail([EICAR]),
        Buffer.concat([letterPdf([['Hello.']]), EICAR])]) {
        const { stderr } = await sanitise(bytes, at(scanner.socket), { status: INFECTED });
        equal(stderr, 'The file carries a virus, and nothing of it is shown: ask its sender to have their device checked and to send it again.\n');
    }
});

test('a clean one is taken apart, and the report says that it was looked at', async () => {
    equal((await sanitise(HELLO, at(scanner.socket))).report.virus_scan, 'clean');
    equal((await sanitise(letterPdf([['Hello.']]), at(scanner.socket))).report.virus_scan, 'clean');
    equal((await sanitise(Buffer.alloc(3_000_000, 'abc '), at(scanner.socket))).report.virus_scan, 'clean', 'many chunks');
    equal((await sanitise(EICAR, [])).report.virus_scan, 'none', 'without a scanner there is no scan');
    match((await sanitise(Buffer.alloc(0), at(scanner.socket), { status: REFUSED })).stderr, /empty/);
});

test('what is attached to a mail is looked at once more, decoded', async () => {
    // blind for the mail as it came, as a scanner is that does not know this encoding
    let seen = 0;
    const fake = await fakeScanner((one, heard) => {
        if (!isWhole(heard)) return;
        seen += 1;
        one.end(heard.includes(EICAR) ? 'stream: Test FOUND\0' : 'stream: OK\0');
    });
    const pdf = letterPdf([['Hello.']]);
    await sanitise(mail([pdf, Buffer.concat([pdf, EICAR])]), at(fake.socket), { status: INFECTED });
    equal(seen, 3, 'the mail, and each of the two');
    equal((await sanitise(mail([pdf]), at(fake.socket))).report.virus_scan, 'clean');
});

test('a scanner that is away: the report says so, or nothing is opened where one is required', async () => {
    const conf = (clamd, socket) => writeConf(join(folder('conf'), 'letterbox.conf'), { press: { clamd, clamd_socket: socket } });
    for (const words of [at(NOWHERE), ['--conf', conf('if-available', NOWHERE)]])
        equal((await sanitise(HELLO, words)).report.virus_scan, 'not-available');
    const { stderr } = await sanitise(HELLO, ['--conf', conf('required', NOWHERE)], { status: FAILED });
    match(stderr, /The virus scanner did not answer, and no file is opened without it/);
    await sanitise(HELLO, [...at(NOWHERE), '--conf', conf('required', scanner.socket)], { status: FAILED });
    await sanitise(EICAR, [], { status: INFECTED, conf: conf('if-available', scanner.socket) });
    equal((await sanitise(EICAR, [], { conf: conf('off', scanner.socket) })).report.virus_scan, 'none');
    match((await sanitise(HELLO, ['--conf', conf('perhaps', NOWHERE)], { status: FAILED })).stderr,
        /\[press\] clamd must be off, if-available or required/);
});

// What it says, when it says it, and whether that may pass for a scan.
const ANSWERS = [
    ['nonsense', (one, heard) => isWhole(heard) && one.end('hello there\0')],
    ['OK of something else', (one, heard) => isWhole(heard) && one.end('stream2: OK\0')],
    ['more than OK', (one, heard) => isWhole(heard) && one.end('stream: OK maybe\0')],
    ['half an answer', (one, heard) => isWhole(heard) && one.end('stream: O')],
    ['OK without its end', (one, heard) => isWhole(heard) && one.end('stream: OK')],
    ['a line without end', (one, heard) => isWhole(heard) && one.write(Buffer.alloc(1 << 20, 'x'))],
    ['OK before it has had all', (one, heard) => heard.length < 100_000 && one.write('stream: OK\0')],
    ['nothing, and goes', (one) => one.destroy()],
    ['a find without a stream', (one, heard) => isWhole(heard) && one.end('Test FOUND\0')],
];

test('only a plain answer of a scanner that had all of it counts', async () => {
    const large = Buffer.alloc(4_000_000, 'abc ');
    for (const [what, answer] of ANSWERS) {
        const fake = await fakeScanner(answer);
        equal((await sanitise(large, at(fake.socket))).report.virus_scan, 'not-available', what);
        equal(fake.asked, 1, what);
        await fake.stop();
    }
    const long = await fakeScanner((one, heard) => isWhole(heard) && one.end(`stream: ${'\x1b[2J'.repeat(30)} FOUND\0`));
    await sanitise(HELLO, at(long.socket), { status: INFECTED });
    const slow = await fakeScanner((one, heard) => isWhole(heard) && [...'stream: OK\0'].forEach((letter, i) =>
        setTimeout(() => one.write(letter), i * 20)));
    equal((await sanitise(HELLO, at(slow.socket))).report.virus_scan, 'clean', 'an answer may come in pieces');
});

test('a scanner that never answers is waited for half a minute, and once', async () => {
    const fake = await fakeScanner(() => {});
    const began = Date.now();
    equal((await sanitise(mail([letterPdf([['Hello.']])]), at(fake.socket))).report.virus_scan, 'not-available');
    const took = Date.now() - began;
    ok(took > 25_000 && took < 50_000, `${took} ms`);
    equal(fake.asked, 1);
}, { timeout: 90_000 });

test('what is too big for the scanner was not looked at', async () => {
    const small = await clamd({ limit: '1M' });
    equal((await sanitise(Buffer.alloc(3_000_000, 'abc '), at(small.socket))).report.virus_scan, 'not-available');
    equal((await sanitise(HELLO, at(small.socket))).report.virus_scan, 'clean');
    const conf = writeConf(join(folder('conf'), 'letterbox.conf'), { press: { clamd: 'required', clamd_socket: small.socket } });
    const { stderr } = await sanitise(Buffer.alloc(3_000_000, 'abc '), ['--conf', conf], { status: FAILED });
    match(stderr, /A file is too big for the virus scanner.*clamd must take larger files/);
    // what the scanner itself gives up on is no find
    const limits = await fakeScanner((one, heard) => isWhole(heard) && one.end('stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0'));
    equal((await sanitise(HELLO, at(limits.socket))).report.virus_scan, 'not-available');
});
