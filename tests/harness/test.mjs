// SPDX-License-Identifier: AGPL-3.0-or-later
// What every test file imports: test, before, cleanup, folder and the assertions.
//
//     import { test, before, equal } from '../harness/test.mjs';
//     let db;
//     before(async () => { db = await postgres(); });
//     test('one and one', async () => equal((await db.query('SELECT 1 + 1 AS two'))[0].two, 2));
//
// The file itself does nothing but register: servers start in `before` or in a test. What was
// started is stopped in reverse order by whatever was given to `cleanup`, at the end of the test
// (or of the file, if it was started in `before`), also when a test fails or takes too long.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { runFolder, shortName } from './places.mjs';

export const {
    ok, equal, notEqual, deepEqual, notDeepEqual, match, doesNotMatch, throws, rejects, fail,
} = assert;
export { assert, sleep };

const TEST_TIMEOUT_MS = 60_000;
const BEFORE_TIMEOUT_MS = 120_000;
const CLEANUP_TIMEOUT_MS = 45_000;

const registered = [];
const setups = [];
const fileScope = [];
let scope = fileScope;
let fileFolder = null;
const folderCounts = new Map();
let onAbort = null;

export function test(name, fn, { timeout = TEST_TIMEOUT_MS } = {}) {
    if (registered.some((one) => one.name === name))
        throw new Error(`two tests of one file are called "${name}"`);
    registered.push({ name, fn, timeout });
}

export function before(fn, { timeout = BEFORE_TIMEOUT_MS } = {}) {
    setups.push({ fn, timeout });
}

// Registers something to be undone; returns a function that undoes it now.
export function cleanup(fn) {
    const mine = scope;
    const entry = { fn };
    mine.push(entry);
    return async () => {
        const at = mine.indexOf(entry);
        if (at >= 0) {
            mine.splice(at, 1);
            await fn();
        }
    };
}

// A fresh folder of this test file. It is removed if the whole file passes, and kept otherwise.
export function folder(name = 'tmp') {
    fileFolder ??= join(runFolder(), shortName(process.env.LETTERBOX_TEST_FILE)
        .replace(/\.mjs$/, '').replaceAll('/', '-'));
    const count = (folderCounts.get(name) ?? 0) + 1;
    folderCounts.set(name, count);
    const made = join(fileFolder, count === 1 ? name : `${name}-${count}`);
    mkdirSync(made, { recursive: true, mode: 0o755 });
    return made;
}

// Tries until `fn` neither throws nor returns false, and returns what it returned.
export async function eventually(fn, { within = 10_000, every = 25, what = 'the condition' } = {}) {
    const end = Date.now() + within;
    for (;;) {
        let last;
        try {
            const got = await fn();
            if (got !== false && got !== undefined && got !== null)
                return got;
            last = `it is ${inspect(got)}`;
        } catch (error) {
            last = error?.message ?? String(error);
        }
        if (Date.now() >= end)
            assert.fail(`${what} did not hold within ${within} ms: ${last}`);
        await sleep(every);
    }
}

// The database must refuse, with this SQLSTATE or constraint name.
export async function refused(promise, expected) {
    let error = null;
    try {
        await promise;
    } catch (caught) {
        error = caught;
    }
    assert.ok(error, `should have been refused with ${expected}, and was not`);
    assert.ok(error.code === expected || error.constraint === expected,
        `should have been refused with ${expected}, was with ${error.code ?? ''} ` +
        `${error.constraint ?? ''} ${error.message}`);
    return error;
}

function describe(error) {
    const seen = error instanceof Error ? error : new Error(inspect(error));
    const fields = ['code', 'detail', 'hint', 'where', 'constraint', 'stderr']
        .filter((key) => seen[key] && seen.code !== 'ERR_ASSERTION')
        .map((key) => `    ${key}: ${seen[key]}`);
    return [seen.stack ?? seen.message, ...fields].join('\n');
}

async function limited(fn, milliseconds, what) {
    let timer;
    const over = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what} took longer than ${milliseconds} ms`)),
            milliseconds);
    });
    const stopped = new Promise((_, reject) => { onAbort = reject; });
    try {
        return await Promise.race([fn(), over, stopped]);
    } finally {
        clearTimeout(timer);
        onAbort = null;
    }
}

async function undo(entries) {
    const errors = [];
    while (entries.length > 0) {
        const { fn } = entries.pop();
        try {
            await limited(async () => fn(), CLEANUP_TIMEOUT_MS, 'clean-up');
        } catch (error) {
            errors.push(describe(error));
        }
    }
    return errors;
}

// Only for list-files.mjs: what a file registered, taken from the list so that the next file can be loaded.
export const takeNames = () => {
    setups.length = 0;
    return registered.splice(0).map(({ name }) => name);
};

// Only for run-file.mjs. `report` gets one object an event.
export async function runAll({ report, pattern }) {
    const wanted = registered.filter(({ name }) => !pattern || pattern.test(name));
    let failed = 0;
    let aborted = null;
    const abort = (error) => {
        aborted ??= error;
        onAbort?.(error);
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
        process.on(signal, () => abort(new Error(`the test file was stopped by ${signal}`)));
    process.on('unhandledRejection', (error) => abort(error));
    process.on('uncaughtException', (error) => abort(error));

    let setupError = null;
    if (wanted.length > 0) {
        for (const { fn, timeout } of setups) {
            report({ event: 'start', name: 'before', timeout });
            try {
                await limited(async () => fn(), timeout, 'before');
            } catch (error) {
                setupError = describe(error);
                break;
            }
        }
    }
    for (const { name, fn, timeout } of wanted) {
        const started = performance.now();
        const errors = [];
        report({ event: 'start', name, timeout });
        if (setupError) {
            errors.push(`before: ${setupError}`);
        } else if (aborted) {
            errors.push(describe(aborted));
        } else {
            const mine = [];
            scope = mine;
            try {
                await limited(async () => fn(), timeout, 'the test');
            } catch (error) {
                errors.push(describe(error));
            }
            errors.push(...await undo(mine));
            scope = fileScope;
        }
        failed += errors.length > 0 ? 1 : 0;
        report({ event: 'test', name, ms: performance.now() - started, errors });
    }
    report({ event: 'start', name: 'clean-up', timeout: CLEANUP_TIMEOUT_MS * 2 });
    const errors = await undo(fileScope);
    if (aborted && failed === 0)
        errors.push(describe(aborted));
    if (errors.length > 0) {
        failed += 1;
        report({ event: 'test', name: 'clean-up after the last test', ms: 0, errors });
    }
    if (failed === 0 && fileFolder)
        rmSync(fileFolder, { recursive: true, force: true });
    report({ event: 'done', kept: failed > 0 ? fileFolder : null });
    return failed;
}
