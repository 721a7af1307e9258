// SPDX-License-Identifier: AGPL-3.0-or-later
// node demo.mjs BIN RUN: the demo. Mail servers on loopback, `letterboxctl init --demo`, `up` and `demo`,
// then letters carried through; with ONCE=1 it ends there, else at Ctrl-C. Exit status 0 only if every
// step held.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { Browser } from './browser.mjs';
import { carryLetters, showExceptions } from './letters.mjs';
import { DemoMail, idsOf } from './mail.mjs';
import { AUTHSERV, withProof } from './send.mjs';
import { docx, jpeg, paragraph } from '../../tests/harness/samples.mjs';

const [bin, run] = process.argv.slice(2);
const ONCE = process.env.ONCE === '1';
const SMALL = process.env.SMALL === '1';
const AGENCIES = ['fernshire', 'brackendale'];
const STOP_MS = 60_000;
const UP_MS = 90_000;
const INTERRUPTED = 130; // by Ctrl-C before the letters were through
const IS_ROOT = process.getuid() === 0;

const started = Date.now();
const say = (text) => console.log(`[${String(((Date.now() - started) / 1000).toFixed(1)).padStart(5)} s] ${text}`);

let stopping = null;       // resolves the wait for Ctrl-C
const interrupted = new Promise((done) => { stopping = done; });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => stopping(signal));

// ---- programs ------------------------------------------------------------------------------------

const environment = () => ({ ...process.env, RUN_DIR: run });

// Runs letterboxctl to its end, with its words on our terminal.
function ctl(...words) {
    return new Promise((done, reject) => {
        const child = spawn(join(bin, 'letterboxctl'), words, { env: environment(), stdio: 'inherit' });
        child.on('error', reject);
        child.on('close', (code, signal) => (code === 0 ? done()
            : reject(new Error(`letterboxctl ${words[0]} ended with ${signal ?? `status ${code}`}`))));
    });
}

// letterboxctl up: its words go on to our terminal; ready when it says so.
class Up {
    constructor() {
        // A group of its own: at Ctrl-C this script ends it, in order.
        this.child = spawn(join(bin, 'letterboxctl'), ['up', '--run', run],
            { env: environment(), stdio: ['ignore', 'pipe', 'inherit'], detached: true });
        this.ended = new Promise((done) => {
            this.child.on('close', (code, signal) => {
                this.how = { code, signal };
                done(this.how);
            });
            this.child.on('error', () => done({ code: 1 }));
        });
        this.ready = new Promise((done, reject) => {
            createInterface({ input: this.child.stdout }).on('line', (line) => {
                console.log(`  ${line}`);
                if (line.startsWith('Letterbox is up.'))
                    done();
            });
            this.ended.then(() => reject(new Error('letterboxctl up ended')));
        });
        this.ready.catch(() => {});     // whoever waits for it is told
    }

    async stop() {
        if (this.how)
            return this.how;
        this.child.kill('SIGTERM');
        const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
        const how = await this.ended;
        clearTimeout(late);
        return how;
    }
}

// ---- people --------------------------------------------------------------------------------------

// What an authenticator app shows (RFC 6238: SHA-1, 6 digits, 30 s).
function totpCode(base32, { steps = 0 } = {}) {
    const bits = [...base32].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter)
        .toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
    const digest = createHmac('sha1', key).update(counter).digest();
    const at = digest[19] & 15;
    return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const people = () => readFileSync(join(run, 'demo-sign-ins.txt'), 'utf8').split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
        const [role, agency, email, password, totp] = line.split(/ +/);
        return { role, agency, email, password, totp: totp === '-' ? null : totp,
            code: (options) => totpCode(totp, options) };
    });

const port = (name) => Number(readFileSync(join(run, `${name}.port`), 'utf8'));
const browser = (name) => new Browser({ host: `${name}.localhost`, port: port(name),
    ca: readFileSync(join(run, 'tls', name, 'certificate.pem')) });

// ---- the steps -----------------------------------------------------------------------------------

function settings(mail) {
    const set = {
        'post.authserv': AUTHSERV, 'post.poll_seconds': 2,
        'smtp.host': 'localhost', 'smtp.port': mail.smtpPort, 'smtp.tls': 'none',
        'smtp.from': 'post@demo.example',
        'smtp.domain_per_minute': 0,     // its people share a few domains, and hundreds are reminded at once
    };
    AGENCIES.forEach((agency, i) => Object.assign(set, {
        [`mailbox_${i + 1}.agency`]: agency, [`mailbox_${i + 1}.address`]: `post@${agency}.example`,
        [`mailbox_${i + 1}.reply_domain`]: `${agency}.example`,
        [`mailbox_${i + 1}.host`]: 'localhost', [`mailbox_${i + 1}.port`]: mail.imapPort,
        [`mailbox_${i + 1}.tls`]: 'none', [`mailbox_${i + 1}.user`]: agency,
        [`mailbox_${i + 1}.password_file`]: join(run, 'imap-password'),
    }));
    return Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
}

// The file is the post's own, as a real one would be.
function writePassword(mail) {
    const file = join(run, 'imap-password');
    writeFileSync(file, mail.password, { mode: 0o600 });
    chmodSync(file, 0o600);
    if (IS_ROOT) {
        const { uid, gid } = idsOf('letterbox-post');
        chownSync(file, uid, gid);
    }
}

// A photo as a phone makes it, with the place in it.
async function photo() {
    const folder = mkdtempSync(join(tmpdir(), 'letterbox-demo-'));
    try {
        const path = await jpeg(folder, { width: 1600, height: 1200 });
        const { status } = spawnSync('exiftool', ['-q', '-overwrite_original', '-GPSLatitude=53.9',
            '-GPSLatitudeRef=N', '-GPSLongitude=1.69', '-GPSLongitudeRef=W', '-Model=Phone', path]);
        if (status !== 0)
            throw new Error('exiftool could not write a place into the photo: ops/install demo installs it');
        return readFileSync(path);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

async function carry(mail) {
    const agency = AGENCIES[0];
    const doors = {
        say,
        mail: {
            box: (address) => mail.box(address),
            send: ({ from, to, message }) => mail.send({ from, to, message: withProof({ from, message }) }),
        },
    };
    const carried = await carryLetters({
        ...doors, people: people(), agency, agencyAddress: `post@${agency}.example`,
        portal: async () => browser('portal'), desk: async () => browser('desk'),
        photo: await photo(), document: docx(paragraph('A story about our dog, who ate the whole cake.')),
    });
    await showExceptions({ ...doors, ...carried });
}

function tell(mail) {
    const name = (role) => people().find((one) => one.role === role && one.agency === AGENCIES[0]);
    const [family, relative, coordinator] = ['family', 'relative', 'coordinator'].map(name);
    console.log(`
Letterbox is up: made-up people only, certificates signed by themselves.

  Portal  https://portal.localhost:${port('portal')}   for families, such as ${family?.email}
  Desk    https://desk.localhost:${port('desk')}   for staff, such as ${coordinator?.email}

  Passwords       ${join(run, 'demo-sign-ins.txt')} (a relative's is the PIN for links)
  Staff's code    ${join(bin, 'letterboxctl')} demo --run ${run} --code ${coordinator?.email}
  Anybody's mail  cat ${join(mail.home, 'boxes')}/${relative?.email ?? 'E-MAIL'}/new/*   (links, sign-in codes)
  To the agency   mail to post@${AGENCIES[0]}.example by SMTP on localhost:${mail.smtpPort}; without proof of its sender
                  (SPF, DKIM) it waits at the desk under Kept apart
  As a relative   node ${fileURLToPath(new URL('send.mjs', import.meta.url))} ${mail.smtpPort} ${relative?.email} post@${AGENCIES[0]}.example 'Thank you.'
  How it stands   ${join(bin, 'letterboxctl')} status --run ${run}
  Logs            ${join(run, 'log')}

Ctrl-C ends it all.`);
}

async function main() {
    const mail = new DemoMail(join(run, 'mail'), AGENCIES);
    let up = null;
    try {
        await mail.start();
        say(`mail servers on loopback: SMTP ${mail.smtpPort}, IMAP ${mail.imapPort}`);
        await ctl('init', '--demo', '--run', run, ...settings(mail));
        writePassword(mail);
        up = new Up();
        const late = new Promise((_, reject) => {
            setTimeout(() => reject(new Error(`not every process was up after ${UP_MS / 1000} s`)), UP_MS).unref();
        });
        if (await Promise.race([up.ready, interrupted, late]))
            return INTERRUPTED;
        late.catch(() => {});
        say('every process is up');
        await ctl('demo', '--run', run, ...(SMALL ? ['--small'] : []));
        await mail.know(join(run, 'demo-addresses.txt'));
        if (await Promise.race([carry(mail), interrupted]))
            return INTERRUPTED;
        say('every letter came where it should');
        tell(mail);
        if (!ONCE)
            await Promise.race([interrupted, up.ended]);
        return up.how ? 1 : 0;
    } catch (error) {
        console.error(`\nThe demo stops: ${error.message}\nThe words of each process are in ${join(run, 'log')}.`);
        return 1;
    } finally {
        const how = await up?.stop();
        await mail.stop();
        if (how && how.code !== 0)
            process.exitCode = 1;
    }
}

const status = await main();
process.exit(status || process.exitCode || 0);
