// SPDX-License-Identifier: AGPL-3.0-or-later
// Starts and stops programs for the tests: by process id only, never by name.

import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { asUser } from './places.mjs';

// Runs to its end; rejects with the program's own words unless it ends with one of `status`. It has `fds` as 3, 4, …
export function run(argv, { input = '', status = [0], timeout = 60_000, fds = [], ...options } = {}) {
    return new Promise((done, reject) => {
        const child = spawn(argv[0], argv.slice(1), { ...options, stdio: ['pipe', 'pipe', 'pipe', ...fds] });
        const out = [];
        const err = [];
        const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
        child.stdout.on('data', (bytes) => out.push(bytes));
        child.stderr.on('data', (bytes) => err.push(bytes));
        child.stdin.on('error', () => {});     // it may end without reading; its status tells
        child.stdin.end(input);
        child.on('error', reject);
        child.on('close', (code, signal) => {
            clearTimeout(timer);
            const result = { code, signal, bytes: Buffer.concat(out),
                stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
            if (status === 'any' || status.includes(code))
                done(result);
            else
                reject(Object.assign(new Error(`${argv.join(' ')}\nended with ` +
                    `${signal ?? `status ${code}`}: ${result.stderr.trim()}`), result));
        });
    });
}

export const runAs = (user, argv, options = {}) =>
    run(asUser(user, argv, options.environment), options);

const alive = new Set();
process.on('exit', () => {
    for (const server of alive)
        server.signal('SIGKILL');
});

export class Server {
    // `log` is the file its output is appended to.
    constructor(argv, { log, user = null, environment = {}, cwd = '/', name = argv[0] }) {
        this.name = name;
        this.log = log;
        const fd = openSync(log, 'a');
        const line = user ? asUser(user, argv, environment)
            : ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
        this.child = spawn(line[0], line.slice(1), { cwd, stdio: ['ignore', fd, fd],
            env: user ? process.env : { ...process.env, ...environment } });
        closeSync(fd);
        this.pid = this.child.pid;
        this.running = true;
        alive.add(this);
        this.ended = new Promise((done) => {
            const end = (how) => {
                this.running = false;
                this.how = how;
                alive.delete(this);
                done(how);
            };
            this.child.on('error', (error) => end({ code: null, signal: null, error }));
            this.child.on('exit', (code, signal) => end({ code, signal, error: null }));
        });
    }

    signal(name) {
        return this.running && this.child.kill(name);
    }

    // Asks it to end, waits, then insists. Returns how it ended.
    async stop({ signal = 'SIGTERM', within = 30_000 } = {}) {
        this.signal(signal);
        const late = Symbol('late');
        if (await Promise.race([this.ended, sleep(within, late, { ref: false })]) === late) {
            this.signal('SIGKILL');
            await this.ended;
            throw new Error(`${this.name} did not end within ${within} ms of ${signal}\n` +
                this.tail());
        }
        return this.how;
    }

    async kill() {
        this.signal('SIGKILL');
        return this.ended;
    }

    logText() {
        return readFileSync(this.log, 'utf8');
    }

    tail(lines = 40) {
        return this.logText().split('\n').slice(-lines).join('\n');
    }

    // Tries `fn` until it returns something true; an end of the program is a failure at once.
    async ready(fn, { within = 30_000 } = {}) {
        const end = Date.now() + within;
        let last = 'it said no';
        while (Date.now() < end) {
            if (!this.running)
                throw new Error(`${this.name} ended while starting (${this.how.error?.message
                    ?? this.how.signal ?? `status ${this.how.code}`})\n${this.tail()}`);
            try {
                const got = await fn();
                if (got)
                    return got;
            } catch (error) {
                last = error.message;
            }
            await sleep(15);
        }
        throw new Error(`${this.name} was not ready within ${within} ms: ${last}\n${this.tail()}`);
    }
}
