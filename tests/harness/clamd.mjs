// SPDX-License-Identifier: AGPL-3.0-or-later
// A private virus scanner with one signature, the tests' own: clamd, unpacked and not installed (ops/packages), as an
// unprivileged user, with its database and temporary files in a throw-away folder.
//
//     const scanner = await clamd();                          // { limit: '1M' }: takes no more than that
//     scanner.socket
//     await scanner.stop(); await scanner.start();
//     const fake = await fakeScanner((say, heard) => …);      // what a scanner must not do; fake.asked counts
//     EICAR                                                   // the harmless file that every scanner knows

import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { BUILD, MAIL_USER, giveTo, socketFolder } from './places.mjs';
import { Server } from './spawn.mjs';
import { cleanup, folder } from './test.mjs';

const BINARY = join(BUILD, 'clamav/usr/sbin/clamd');

// In pieces: a scanner of the machine would take this very file away.
export const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD', '-ANTIVIRUS', '-TEST-FILE!$H+H*'].join(''));
export const NAME = 'Test-Eicar.UNOFFICIAL';

class Clamd {
    constructor(limit) {
        this.home = giveTo(MAIL_USER, folder('clamd'));
        this.log = join(this.home, 'clamd.log');
        this.socket = join(giveTo(MAIL_USER, socketFolder(this.home)), 'clamd');
        for (const name of ['database', 'tmp']) {
            mkdirSync(join(this.home, name));
            giveTo(MAIL_USER, join(this.home, name));
        }
        this.write('database/local.ndb', `Test-Eicar:0:*:${EICAR.toString('hex')}\n`);
        this.write('clamd.conf', [`LocalSocket ${this.socket}`, 'LocalSocketMode 666', 'FixStaleSocket yes',
            `DatabaseDirectory ${join(this.home, 'database')}`, `TemporaryDirectory ${join(this.home, 'tmp')}`,
            'Foreground yes', 'MaxThreads 4', 'AlertExceedsMax yes', `StreamMaxLength ${limit}`, ''].join('\n'));
        if (!existsSync(BINARY))
            throw new Error(`${BINARY} is not there. Run: ops/install test`);
        copyFileSync(BINARY, join(this.home, 'clamd'));
        chmodSync(join(this.home, 'clamd'), 0o755);
    }

    write(name, text) {
        writeFileSync(join(this.home, name), text);
        giveTo(MAIL_USER, join(this.home, name));
    }

    async start() {
        this.server = new Server([join(this.home, 'clamd'), '-c', join(this.home, 'clamd.conf')],
            { log: this.log, user: MAIL_USER, name: 'clamd' });
        await this.server.ready(() => existsSync(this.socket));
        return this;
    }

    stop() {
        return this.server.stop();
    }
}

export async function clamd({ limit = '100M' } = {}) {
    const scanner = new Clamd(limit);
    cleanup(() => scanner.server?.running && scanner.stop());
    return scanner.start();
}

// answer(socket, bytes heard in all) is called with each piece that comes.
export async function fakeScanner(answer) {
    const home = folder('fake-clamd');
    const socket = join(socketFolder(home), 'clamd');
    const open = new Set();
    const fake = { socket, asked: 0 };
    const server = createServer((one) => {
        let heard = Buffer.alloc(0);
        fake.asked += 1;
        open.add(one);
        one.on('error', () => {});      // it is let go of in the middle: that is what is tried
        one.on('close', () => open.delete(one));
        one.on('data', (bytes) => {
            heard = Buffer.concat([heard, bytes]);
            answer(one, heard);
        });
    });
    await new Promise((done) => server.listen(socket, done));
    chmodSync(socket, 0o666);
    fake.stop = () => new Promise((done) => {
        for (const one of open)
            one.destroy();
        server.close(done);
    });
    cleanup(() => server.listening && fake.stop());
    return fake;
}

// Is it only asked whether it is there?
export const isPing = (heard) => heard.toString('latin1') === 'zPING\0';
// Has it heard the chunk without bytes that ends a document?
export const isWhole = (heard) => heard.length > 14 && heard.subarray(-4).equals(Buffer.alloc(4));
