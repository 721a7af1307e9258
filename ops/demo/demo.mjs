// SPDX-License-Identifier: AGPL-3.0-or-later
// The demo: sets up an installation in RUN_DIR (./run) with two agencies of made-up people, runs every
// process, and carries letters their whole way. Stays up until Ctrl-C; with ONCE=1 it ends after the
// letters. A second run uses what the first made.
//
// Mail goes over a real SMTP server (Exim) and a real mailbox (Dovecot), both private to the demo and on
// loopback; they are those of the tests' harness, as are the pictures and documents, made on the spot.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync }
    from 'node:fs';
import { join, resolve } from 'node:path';

process.env.LETTERBOX_TEST_FILE ??= 'tests/demo.mjs'; // names the harness's own folder
const { carryLetters } = await import('./letters.mjs');
const { dovecot } = await import('../../tests/harness/dovecot.mjs');
const { exim } = await import('../../tests/harness/exim.mjs');
const { HttpClient } = await import('../../tests/harness/http.mjs');
const { signIns } = await import('../../tests/harness/site.mjs');
const { docx, jpeg, paragraph } = await import('../../tests/harness/samples.mjs');
const { certificates } = await import('../../tests/harness/tls.mjs');
const { folder, cleanup } = await import('../../tests/harness/test.mjs');

const RUN = resolve(process.env.RUN_DIR ?? 'run');
const ONCE = ['1', 'yes', 'true'].includes(process.env.ONCE ?? '');
const CTL = resolve('build/letterboxctl');
const CONF = join(RUN, 'letterbox.conf');
const POST_ADDRESS = 'post@fernshire.example';
const AUTHSERV = 'mx.fernshire.example';
const PATIENCE_MS = 120_000;

let stays = false; // the letters are through
const stopped = new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.on(signal, () => done(signal));
});

const started = Date.now();
const seconds = () => ((Date.now() - started) / 1000).toFixed(0).padStart(4);
const say = (text) => console.log(`${seconds()} s  ${text}`);

function ctl(...words) {
    const { status, signal } = spawnSync(CTL, words, { stdio: 'inherit', env: { ...process.env, RUN_DIR: RUN } });
    if (status !== 0)
        throw new Error(`letterboxctl ${words[0]} ended with ${signal ?? `status ${status}`}`);
}

// ---- mail servers -------------------------------------------------------------------------------------

// What the post is told of them, in its own key folder, which only its user can read.
async function startMail() {
    const imap = await dovecot();
    const smtp = await exim({ domains: { 'fernshire.example': imap.mailbox('post') } });
    const keys = join(RUN, 'keys/post');
    const owner = statSync(keys);
    const secret = (name, text) => {
        const path = join(keys, name);
        rmSync(path, { force: true });
        writeFileSync(path, `${text}\n`, { mode: 0o600 });
        chownSync(path, owner.uid, owner.gid);
        return path;
    };
    const ca = join(RUN, 'mail-authority.pem');
    copyFileSync((await certificates()).ca, ca);
    chmodSync(ca, 0o644);
    return { imap, smtp, lines: {
        post: { ca_file: ca, poll_seconds: 1, authserv: AUTHSERV },
        smtp: { host: 'localhost', port: smtp.port, tls: 'starttls', user: 'letterbox',
            password_file: secret('smtp-password', smtp.password), from: 'desk@fernshire.example' },
        mailbox_1: { agency: 'fernshire', address: POST_ADDRESS, host: 'localhost', port: imap.tlsPort, user: 'post',
            password_file: secret('imap-password', imap.password) },
    } };
}

// Sets these keys in the configuration, whatever they were in the run before.
function configure(lines) {
    const sections = [];
    for (const line of readFileSync(CONF, 'utf8').split('\n')) {
        const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
        if (name || sections.length === 0)
            sections.push({ name: name ?? null, lines: [] });
        if (!name)
            sections.at(-1).lines.push(line);
    }
    for (const [name, values] of Object.entries(lines)) {
        let section = sections.find((one) => one.name === name);
        if (!section)
            sections.push(section = { name, lines: [] });
        section.lines = section.lines.filter((line) => !(line.split('=')[0].trim() in values) && line.trim() !== '');
        section.lines.push(...Object.entries(values).map(([key, value]) => `${key} = ${value}`), '');
    }
    writeFileSync(CONF, sections.flatMap(({ name, lines: body }) => [...name ? [`[${name}]`] : [], ...body])
        .join('\n').replace(/\n+$/, '\n'));
}

// ---- processes ----------------------------------------------------------------------------------------

async function up() {
    const child = spawn(CTL, ['up', '--run', RUN], { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    const ended = new Promise((done) => { child.on('exit', (code, signal) => done(signal ?? code)); });
    let over = null;
    ended.then((how) => { over = how; });
    cleanup(async () => {
        if (over === null)
            process.kill(child.pid, 'SIGTERM');
        await ended;
    });
    const front = {};
    for (const name of ['portal', 'desk']) {
        for (let waited = 0; !front[name]; waited += 200) {
            if (over !== null || waited > PATIENCE_MS)
                throw new Error(`${name} did not start: see ${join(RUN, 'log')}`);
            await new Promise((done) => { setTimeout(done, 200); });
            const port = existsSync(join(RUN, `${name}.port`)) && Number(readFileSync(join(RUN, `${name}.port`), 'utf8'));
            if (!port)
                continue;
            const client = browser(name, port);
            const ready = await client.get('/readyz').catch(() => null);
            if (ready?.status === 200)
                front[name] = port;
        }
    }
    return { child, ended, front };
}

const browser = (name, port) => new HttpClient({ host: `${name}.localhost`, port,
    ca: readFileSync(join(RUN, `tls/${name}/certificate.pem`)) });

// ---- the way -------------------------------------------------------------------------------------------

async function photo() {
    const path = await jpeg(folder('photo'), { width: 1600, height: 1200 });
    const { status } = spawnSync('exiftool', ['-q', '-overwrite_original', '-GPSLatitude=53.9', '-GPSLatitudeRef=N',
        '-GPSLongitude=1.69', '-GPSLongitudeRef=W', '-Model=Phone', path]);
    if (status !== 0)
        throw new Error('exiftool could not write a place into the photo: make demo installs it');
    return readFileSync(path);
}

async function carry({ smtp }, front) {
    const people = signIns(join(RUN, 'demo-sign-ins.txt'));
    await carryLetters({ say, portal: async () => browser('portal', front.portal), desk: async () => browser('desk', front.desk),
        agency: 'fernshire', agencyAddress: POST_ADDRESS, people, photo: await photo(),
        document: docx(paragraph('A story about our dog, who ate the cake.')),
        mail: { box: (address) => smtp.mailbox(address),
            // as the agency's own relay would note after its checks
            send: ({ from, to, message }) => smtp.send({ from, to, message:
                `Authentication-Results: ${AUTHSERV}; dmarc=pass header.from=${from.split('@')[1]}\r\n${message}` }) } });
    return people;
}

async function main() {
    say(`the demo lives in ${RUN}`);
    mkdirSync(RUN, { recursive: true });
    ctl('init', '--demo', '--run', RUN);
    const mail = await startMail();
    configure(mail.lines);
    say('mail servers run on loopback');
    const { ended, front } = await up();
    say(`portal and desk answer: https://portal.localhost:${front.portal} and https://desk.localhost:${front.desk}`);
    ctl('demo', '--run', RUN);
    const people = await carry(mail, front);
    say('every step held');
    if (ONCE)
        return;
    console.log(`\nFamilies   https://portal.localhost:${front.portal}\nStaff      https://desk.localhost:${front.desk}\n`
        + '(the browser warns of the demo\'s own certificate)\n');
    for (const { role, agency, email, password } of people)
        console.log(`  ${role.padEnd(14)} ${agency.padEnd(12)} ${email.padEnd(36)} ${password}`);
    console.log(`\nA member of staff's code of the moment:  build/letterboxctl demo --code E-MAIL --run ${RUN}`);
    for (const { role, email } of people)
        if (role === 'family' || role === 'relative')
            mail.smtp.mailbox(email); // mail to others comes back
    console.log(`What families and relatives get by e-mail, also a sign-in code:  cat ${mail.smtp.home}/mail/E-MAIL/new/*`);
    console.log('\nCtrl-C ends the demo.');
    stays = true;
    say(`ending (${await ended})`);
}

const { endAll } = await import('../../tests/harness/test.mjs');
let status = 0;
try {
    // Ctrl-C ends all that was started, also in the middle of the letters.
    const signal = await Promise.race([main(), stopped]);
    if (signal) {
        say(`ending (${signal})`);
        status = stays ? 0 : 130;
    }
} catch (error) {
    console.error(`\nThe demo failed: ${error.message}`);
    status = 1;
}
const errors = await endAll();
for (const error of errors)
    console.error(error);
process.exit(status || (errors.length > 0 ? 1 : 0));
