// SPDX-License-Identifier: AGPL-3.0-or-later
// Our own programs, from build/test (or another build), each with the run folder of its site.
//
//     const portal = await start('portal', { conf, runFolder });
//     portal.port                            // from run_folder/portal.port: the configuration says 0
//     await portal.stop();                   // SIGTERM; an exit status other than 0 fails
//     await portal.kill();                   // SIGKILL
//     await start('press', { conf, runFolder, fault: 'burn_release_before_commit:kill' });
//     portal.logText(), portal.logLines()    // key=value lines as objects

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_TEST } from './places.mjs';
import { Server, run } from './spawn.mjs';
import { assert, cleanup } from './test.mjs';

const LISTENERS = ['portal', 'desk'];
const SANITIZERS = {
    // Leaks are looked for in the unit tests: LeakSanitizer dies where seccomp refuses ptrace.
    ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
};

// An INI file: { section: { key: value } }, or { key: value } before any section.
export function writeConf(path, values) {
    const lines = [];
    const entries = Object.entries(values);
    const put = (key, value) => lines.push(`${key} = ${value}`);
    for (const [key, value] of entries.filter(([, one]) => typeof one !== 'object'))
        put(key, value);
    for (const [section, keys] of entries.filter(([, one]) => typeof one === 'object')) {
        lines.push(`[${section}]`);
        for (const [key, value] of Object.entries(keys))
            put(key, value);
    }
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o644 });
    return path;
}

export function parseLogLine(line) {
    const fields = {};
    for (const [, key, quoted, bare] of line.matchAll(/([a-z_]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g))
        fields[key] = quoted ?? bare;
    return fields;
}

class Program extends Server {
    constructor(name, { conf, runFolder, build, fault, faultLog, environment, argv }) {
        const program = join(build, `letterbox-${name}`);
        assert.ok(existsSync(program), `${program} is not built`);
        const log = join(runFolder, `${name}.log`);
        const before = existsSync(log) ? statSync(log).size : 0;
        super([program, ...(argv ?? ['--conf', conf])], { name: `letterbox-${name}`,
            log, environment: { ...SANITIZERS,
                ...(fault ? { LETTERBOX_FAULT: fault } : {}),
                ...(faultLog ? { LETTERBOX_FAULT_LOG: faultLog } : {}), ...environment } });
        this.short = name;
        this.runFolder = runFolder;
        this.before = before;
        this.port = null;
    }

    // What this start of it wrote: the file is kept over several starts.
    logText() {
        return readFileSync(this.log).subarray(this.before).toString();
    }

    async stop({ within = 35_000 } = {}) {
        const how = await super.stop({ within });
        assert.equal(how.code, 0, `${this.name} ended with ${how.signal ?? `status ${how.code}`}\n${
            this.tail()}`);
        return how;
    }

    logLines() {
        return this.logText().split('\n').filter(Boolean).map(parseLogLine);
    }
}

// Resolves when it says that it is ready; it is stopped at the end of the test or file.
// With `ready: false` it is not waited for: for a program that is meant to die or refuse at once.
export async function start(name, { conf, runFolder, build = BUILD_TEST, fault = null,
    faultLog = null, environment = {}, argv = null, ready = true, within = 30_000 } = {}) {
    const portFile = join(runFolder, `${name}.port`);
    rmSync(portFile, { force: true });
    const program = new Program(name, { conf, runFolder, build, fault, faultLog, environment, argv });
    cleanup(() => program.running && program.stop());
    if (ready) {
        await program.ready(() => program.logLines().some(({ event }) => event === 'ready'),
            { within });
        if (LISTENERS.includes(name))
            program.port = Number(readFileSync(portFile, 'utf8').trim());
    }
    return program;
}

// build/test/letterboxctl WORDS…, to its end.
export const ctl = (words, { build = BUILD_TEST, environment = {}, ...options } = {}) =>
    run([join(build, 'letterboxctl'), ...words],
        { env: { ...process.env, ...SANITIZERS, ...environment }, ...options });
