#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// `make gates`: puts each known bug back, in a copy of the tree, and sees its test fail.
//
//     tests/gates/run.mjs [-j N] [NAME]...     all gates, or some; N copies at a time (default 2)
//     tests/gates/run.mjs --list               what there is
//     tests/gates/run.mjs --save NAME          the tree's present changes become this gate's diff
//
// A gate passes if its patch applies, what the test needs is built, the named test runs and fails in
// the words that the gate expects, and the same test passes without the patch. The copies are
// build/gates/1, 2 …: repositories of their own, kept, so that only what changed is built again.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync,
    symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUILD, ROOT } from '../harness/places.mjs';
import { files } from '../harness/tree.mjs';
import { REFRESH, gateNames, readGate, saveGate } from './gates.mjs';

const USAGE = 'usage: tests/gates/run.mjs [-j N] [NAME]... | --list | --save NAME\n';
const BUILD_LIMIT_MS = 15 * 60_000;
const TEST_LIMIT_MS = 10 * 60_000;
const BAR_WIDTH = 24;

// ---- commands ------------------------------------------------------------------------------------

const children = new Set();

function stopChildren() {
    for (const child of children) {
        try {
            process.kill(-child.pid, 'SIGTERM');
        } catch (error) {
            if (error.code !== 'ESRCH')
                throw error;
        }
    }
}

// Runs a command in a group of its own: { status, output }, status null if it was ended.
function command(cwd, argv, limit) {
    return new Promise((done) => {
        const child = spawn(argv[0], argv.slice(1), { cwd, detached: true,
            stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, MAKEFLAGS: '', LC_ALL: 'C.UTF-8' } });
        children.add(child);
        let output = '';
        const timer = setTimeout(() => {
            output += `\nstopped after ${limit / 60_000} minutes\n`;
            process.kill(-child.pid, 'SIGTERM');
        }, limit);
        const end = (status) => {
            clearTimeout(timer);
            children.delete(child);
            done({ status, output });
        };
        child.stdout.on('data', (bytes) => { output += bytes; });
        child.stderr.on('data', (bytes) => { output += bytes; });
        child.on('error', (error) => {
            output += error.message;
            end(null);
        });
        child.on('close', (status) => end(status));
    });
}

function git(cwd, ...words) {
    const { status, stdout, stderr } = spawnSync('git', words, { cwd, encoding: 'utf8',
        maxBuffer: 64 << 20 });
    return { ok: status === 0, stdout, stderr };
}

function must(answer, what) {
    if (!answer.ok)
        throw new Error(`${what}: ${answer.stderr}`);
    return answer.stdout;
}

// ---- a copy of the tree --------------------------------------------------------------------------

function sameFile(from, to) {
    if (!existsSync(to) || lstatSync(from).isSymbolicLink() !== lstatSync(to).isSymbolicLink())
        return false;
    return lstatSync(from).isSymbolicLink() ? readlinkSync(from) === readlinkSync(to)
        : statSync(from).mode === statSync(to).mode && readFileSync(from).equals(readFileSync(to));
}

function copyFile(from, to) {
    mkdirSync(dirname(to), { recursive: true });
    rmSync(to, { force: true });
    if (lstatSync(from).isSymbolicLink()) {
        symlinkSync(readlinkSync(from), to);
        return;
    }
    writeFileSync(to, readFileSync(from));
    chmodSync(to, statSync(from).mode);
}

// Brings the copy to what the tree is now; what is the same keeps its time, and so its objects.
function copyTree(folder) {
    mkdirSync(join(folder, 'build'), { recursive: true });
    if (!existsSync(join(folder, '.git'))) {
        must(git(folder, 'init', '-q'), 'git init');
        mkdirSync(join(folder, '.git/info'), { recursive: true });
        writeFileSync(join(folder, '.git/info/exclude'), 'node_modules\n');
    }
    const wanted = new Set(files());
    for (const path of must(git(folder, 'ls-files', '-z'), 'git ls-files').split('\0').filter(Boolean))
        if (!wanted.has(path))
            rmSync(join(folder, path), { force: true });
    for (const path of wanted)
        if (!sameFile(join(ROOT, path), join(folder, path)))
            copyFile(join(ROOT, path), join(folder, path));
    for (const path of ['tests/node_modules', 'web/node_modules', 'build/exim', 'build/clamav'])
        if (existsSync(join(ROOT, path)) && !existsSync(join(folder, path)))
            symlinkSync(join(ROOT, path), join(folder, path));
    must(git(folder, 'add', '-A'), 'git add');
    must(git(folder, '-c', 'user.name=gates', '-c', 'user.email=gates@localhost', 'commit', '-q',
        '--allow-empty', '-m', 'The tree without a bug'), 'git commit');
}

function resetTree(folder) {
    must(git(folder, 'reset', '-q', '--hard'), 'git reset');
    must(git(folder, 'clean', '-qfd'), 'git clean');
}

// ---- building and testing ------------------------------------------------------------------------

const MAKE = ['make', '-s', '--no-print-directory', '-j2'];
const SAN = [...MAKE, 'B=build/san', 'VARIANT=san'];
const TEST = [...MAKE, 'B=build/test', 'VARIANT=test', 'all', 'probe-programs'];

// The makes that a test file needs.
function builds(file) {
    if (/^unit\/.*\/test_\w+$/.test(file))
        return [[...SAN, `build/san/tests/${file}`]];
    if (file === 'unit/seeds.mjs')
        return [[...SAN, 'unit-programs']];
    if (/^flow\/redact(_linear)?\.mjs$/.test(file))
        return [[...MAKE, 'all']];
    if (file === 'probe/shipped-names.mjs')
        return [TEST, [...MAKE, 'all']];
    return /^(flow|browser|probe)\//.test(file) ? [TEST] : [];
}

// What went wrong, or null.
async function build(folder, file) {
    for (const argv of builds(file)) {
        const { status, output } = await command(folder, argv, BUILD_LIMIT_MS);
        if (status !== 0)
            return output.trim().split('\n').slice(-15).join('\n');
    }
    return null;
}

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const sourceOf = (file) => (/^unit\/.*\/test_\w+$/.test(file) ? `tests/${file}.c` : `tests/${file}`);

// Runs a gate's test: { ended, failed: reference -> what was printed about it, output }.
async function runTests(folder, { file, test }) {
    const { output } = await command(folder, ['node', 'tests/run', '-t', `^${escaped(test)}$`,
        sourceOf(file)], TEST_LIMIT_MS);
    const failed = new Map();
    let open = [];
    for (const part of output.split(/^(?=--- (?:FAILED|output of) )/m)) {
        const [, reference] = /^--- FAILED (.*)$/m.exec(part) ?? [];
        const [, whose] = /^--- output of (.*)$/m.exec(part) ?? [];
        if (reference) {
            open = open.filter((one) => one.split(': ')[0] === reference.split(': ')[0]);
            open.push(reference);
            failed.set(reference, part.slice(part.indexOf('\n') + 1));
        } else if (whose) {
            for (const one of open)
                failed.set(one, failed.get(one) + part);
            open = [];
        }
    }
    return { ended: /^\d+ passed, \d+ failed$/m.test(output), failed, output };
}

// Why this test does not pass in the tree as it is, or null. It runs alone, as with the bug, so that
// a test which passes only after another is noticed.
async function troubleWithout(folder, gate) {
    const broken = await build(folder, gate.file);
    if (broken)
        return `it cannot be built:\n${broken}`;
    const { ended, failed, output } = await runTests(folder, gate);
    if (!ended)
        return `it could not be run:\n${output.trim().split('\n').slice(-15).join('\n')}`;
    if (failed.size > 0)
        return [...failed.values()][0];
    return /^0 passed/m.test(output) ? 'there is no such test' : null;
}

// ---- one gate ------------------------------------------------------------------------------------

// Why the gate does not pass, or null. The copy is left as it was found.
async function tryGate(folder, gate, troubles) {
    const { name, reference, file, fails, problems } = gate;
    if (problems.length > 0)
        return problems.join('; ');
    if (troubles.has(reference))
        return `its test does not pass without the bug:\n${troubles.get(reference)}`;
    const applied = git(folder, 'apply', gate.path);
    if (!applied.ok)
        return `its patch does not apply any more; to refresh it, ${REFRESH(name)}\n${applied.stderr}`;
    try {
        const broken = await build(folder, file);
        if (broken)
            return `with the bug it cannot be built:\n${broken}`;
        const { ended, failed, output } = await runTests(folder, gate);
        const tail = output.trim().split('\n').slice(-25).join('\n');
        if (!ended)
            return `the test could not be run:\n${tail}`;
        const crash = failed.get(`${file}: the program as a whole`);
        if (crash && !failed.has(reference) && !new RegExp(`^ok \\d+ - ${gate.test}$`, 'm').test(crash))
            failed.set(reference, crash);      // a unit program that died in the test
        if (!failed.has(reference))
            return failed.size > 0 ? `another test failed, not its own:\n${tail}`
                : `THE BUG SURVIVED: "${reference}" passes with it\n${tail}`;
        const said = failed.get(reference);
        if (/^before: /.test(said))
            return `its test did not get as far as starting:\n${said}`;
        return said.includes(fails) ? null
            : `its test failed, but not with "${fails}":\n${said.split('\n').slice(0, 40).join('\n')}`;
    } finally {
        resetTree(folder);
    }
}

// ---- all of them ---------------------------------------------------------------------------------

const seconds = (began) => `${Math.round((performance.now() - began) / 1000)} s`;

function bar(done, all, began) {
    const full = Math.round((done / all) * BAR_WIDTH);
    const left = done > 0 ? Math.ceil((performance.now() - began) / done * (all - done) / 60_000) : null;
    return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${done}/${all}`
        + `${left === null ? '' : `, about ${left} min left`}`;
}

function parseArguments(argv) {
    const options = { names: [], jobs: 2, list: false, save: null };
    for (let i = 0; i < argv.length; i += 1) {
        if (argv[i] === '--list')
            options.list = true;
        else if (argv[i] === '--save' && argv[i + 1])
            options.save = argv[i += 1];
        else if (argv[i] === '-j' && Number(argv[i + 1]) > 0)
            options.jobs = Math.floor(Number(argv[i += 1]));
        else if (!argv[i].startsWith('-') && gateNames().includes(argv[i]))
            options.names.push(argv[i]);
        else
            return null;
    }
    return options;
}

function save(name) {
    const diff = must(git(ROOT, 'diff', '-U2', '--no-ext-diff', '--no-color', '--', '.',
        ':!tests/gates'), 'git diff');
    if (!diff)
        throw new Error('nothing is changed: put the bug back first');
    saveGate(name, diff);
    process.stdout.write(`tests/gates/${name}.patch is refreshed; now: git checkout .\n`);
}

async function main() {
    const options = parseArguments(process.argv.slice(2));
    if (!options) {
        process.stderr.write(USAGE);
        return 2;
    }
    if (options.save) {
        save(options.save);
        return 0;
    }
    const gates = (options.names.length > 0 ? options.names : gateNames()).map(readGate);
    if (options.list) {
        for (const { name, bug, reference } of gates)
            process.stdout.write(`${name}\n    ${bug}\n    ${reference}\n`);
        return 0;
    }

    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.on(signal, () => {
            stopping = true;
            stopChildren();
        });
    const began = performance.now();
    const tty = process.stdout.isTTY;
    const show = (text) => tty && process.stdout.write(`\r\x1b[K${text}`);
    const say = (text) => process.stdout.write(`${tty ? '\r\x1b[K' : ''}${text}\n`);

    const folders = Array.from({ length: Math.min(options.jobs, gates.length) }, (_, i) =>
        join(BUILD, 'gates', String(i + 1)));
    show('copying the tree …');
    folders.forEach(copyTree);
    // fn for each, one at a time in each copy.
    const inTurn = async (all, fn) => {
        const queue = [...all];
        const at = performance.now();
        await Promise.all(folders.map(async (folder) => {
            for (let one = queue.shift(); one && !stopping; one = queue.shift()) {
                show(bar(all.length - queue.length - 1, all.length, at));
                await fn(folder, one);
            }
        }));
    };

    const troubles = new Map();
    const distinct = new Map(gates.filter(({ problems }) => problems.length === 0)
        .map((gate) => [gate.reference, gate]));
    await inTurn([...distinct.values()], async (folder, gate) => {
        const trouble = await troubleWithout(folder, gate);
        if (trouble)
            troubles.set(gate.reference, trouble);
    });
    say(`without a bug: ${distinct.size - troubles.size} tests pass, ${troubles.size} fail (${seconds(began)})`);

    let passed = 0;
    let failed = 0;
    await inTurn(gates, async (folder, gate) => {
        const at = performance.now();
        const trouble = await tryGate(folder, gate, troubles);
        if (stopping)
            return;
        passed += trouble ? 0 : 1;
        failed += trouble ? 1 : 0;
        say(`${trouble ? 'FAILED' : 'caught'}  ${gate.name.padEnd(30)} ${seconds(at).padStart(5)}  `
            + `${gate.reference}`);
        if (trouble)
            say(`        ${trouble.trim().replaceAll('\n', '\n        ')}`);
    });
    show('');
    process.stdout.write(`${gates.length} gates in ${seconds(began)}${stopping ? ' (stopped)' : ''}\n`
        + `${passed} passed, ${failed} failed\n`);
    return failed > 0 || passed === 0 || stopping ? 1 : 0;
}

process.exitCode = await main();
