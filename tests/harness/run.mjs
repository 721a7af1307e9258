// SPDX-License-Identifier: AGPL-3.0-or-later
// The runner behind tests/run: finds the tests, runs one file more at a time than there are processors (many wait
// for a server or a clock), three at most, adds up, and closes with one line "N passed, N failed". Exit status 0 only if something ran and nothing failed.

import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync,
    writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { BUILD_SAN, ROOT, runBase, shortName } from './places.mjs';

const FOLDERS = ['unit', 'check', 'sql', 'flow', 'browser', 'probe'];
const UNIT_TIMEOUT_MS = 120_000;
const GRACE_MS = 60_000;
const OUTPUT_LINES_SHOWN = 150;
const SANITIZER = /ERROR: (Address|Leak|Thread|Memory)Sanitizer|UndefinedBehaviorSanitizer|runtime error: /;

const USAGE = `usage: tests/run [-t REGEX] [-j N] [--list] [--keep] [FOLDER|FILE]...
  FOLDER   ${FOLDERS.join(', ')} (all if none is named)
  FILE     a test file, or a unit test's source or program
  -t       run only tests whose name matches
  -j       files at a time (default: one more than processors, 3 at most)
  --list   print the names of the tests instead of running them
  --keep   keep the folders of files that passed
`;

function parseArguments(argv) {
    const options = { targets: [], pattern: null, list: false, keep: false,
        jobs: Math.min(3, (availableParallelism?.() ?? cpus().length) + 1) };
    for (let i = 0; i < argv.length; i += 1) {
        if (argv[i] === '-t')
            options.pattern = argv[i += 1];
        else if (argv[i] === '-j')
            options.jobs = Math.max(1, Number(argv[i += 1]) || 1);
        else if (argv[i] === '--list')
            options.list = true;
        else if (argv[i] === '--keep')
            options.keep = true;
        else if (argv[i] === '-h' || argv[i] === '--help')
            usage(0);
        else if (argv[i].startsWith('-'))
            usage(2);
        else
            options.targets.push(argv[i]);
    }
    if (options.pattern)
        options.expression = new RegExp(options.pattern);
    return options;
}

function usage(status) {
    (status === 0 ? process.stdout : process.stderr).write(USAGE);
    process.exit(status);
}

function filesUnder(folder, wanted) {
    if (!existsSync(folder))
        return [];
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? filesUnder(path, wanted) : wanted(path) ? [path] : [];
    }).sort();
}

const unitProgram = (source) =>
    join(BUILD_SAN, 'tests/unit', relative(join(ROOT, 'tests/unit'), source).replace(/\.c$/, ''));

// Unit programs are found by their sources, so that one that was not built is missed.
const inFolder = (folder) => filesUnder(folder, (path) => /(\.mjs|(^|\/)test_\w+\.c)$/.test(path))
    .map((path) => (path.endsWith('.mjs') ? { kind: 'file', path }
        : { kind: 'unit', path: unitProgram(path) }));

function find(target) {
    if (FOLDERS.includes(target))
        return inFolder(join(ROOT, 'tests', target));
    for (const path of [resolve(target), join(ROOT, 'tests', target), join(ROOT, target)]) {
        if (!existsSync(path))
            continue;
        if (statSync(path).isDirectory())
            return inFolder(path);
        if (path.endsWith('.mjs'))
            return [{ kind: 'file', path }];
        return [{ kind: 'unit', path: path.endsWith('.c') ? unitProgram(path) : path }];
    }
    process.stderr.write(`tests/run: there is no test folder or file "${target}"\n`);
    process.exit(2);
    return [];
}

const title = ({ kind, path }) => (kind === 'unit'
    ? `unit/${relative(join(BUILD_SAN, 'tests/unit'), path)}`
    : shortName(path));

// Keeps the last lines of what a program printed, and all of it in a file.
function collect(streams, file) {
    const lines = [];
    let total = 0;
    let sanitizer = false;
    const log = file ? createWriteStream(file) : null;
    const ends = streams.map((stream) => new Promise((done) => {
        createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
            total += 1;
            lines.push(line);
            log?.write(`${line}\n`);
            if (lines.length > OUTPUT_LINES_SHOWN)
                lines.shift();
            sanitizer ||= SANITIZER.test(line);
        }).on('close', done);
    }));
    return {
        done: Promise.all(ends),
        get sanitizer() { return sanitizer; },
        text: () => (total > lines.length
            ? `… ${total - lines.length} earlier lines${file ? ` in ${file}` : ''}\n` : '')
            + lines.join('\n'),
    };
}

const running = new Set();

// Each test file or unit program leads a process group, and all it starts stays in that group.
function killGroup(child) {
    try {
        process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
        if (error.code !== 'ESRCH')
            throw error;
    }
}

function start(argv, options) {
    const child = spawn(argv[0], argv.slice(1), { cwd: ROOT, detached: true, ...options });
    running.add(child);
    child.ended = new Promise((done) => {
        child.on('exit', () => killGroup(child));
        child.on('error', (error) => done({ code: null, signal: null, error }));
        child.on('close', (code, signal) => done({ code, signal, error: null }));
    }).then((how) => {
        running.delete(child);
        return how;
    });
    return child;
}

const ending = ({ code, signal, error }) =>
    (error ? `could not be started: ${error.message}`
        : signal ? `was ended by ${signal}` : `ended with status ${code}`);

async function runUnit(job, options) {
    if (!existsSync(job.path))
        return { results: [{ name: 'is built', ms: 0,
            errors: [`${job.path} is missing. Run: make test-unit`] }], output: '' };
    const began = performance.now();
    const child = start([job.path], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env,
        CMOCKA_MESSAGE_OUTPUT: 'TAP',
        ASAN_OPTIONS: 'detect_leaks=1:handle_segv=2:handle_sigbus=2:handle_sigfpe=2'
            + ':detect_stack_use_after_return=1:strict_string_checks=1',
        UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
        LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
    const timer = setTimeout(() => killGroup(child), UNIT_TIMEOUT_MS);
    const results = [];
    let planned = null;
    createInterface({ input: child.stdout }).on('line', (line) => {
        const plan = /^1\.\.(\d+)$/.exec(line);
        const verdict = /^\s*(not )?ok \d+(?: - | # SKIP )?(.*)$/.exec(line);
        const note = /^# (.*)$/.exec(line);
        if (plan)
            planned = (planned ?? 0) + Number(plan[1]);
        if (note && results.at(-1)?.errors.length > 0)
            results.at(-1).errors.push(note[1]);
        if (!verdict)
            return;
        const skipped = line.includes('# SKIP');
        results.push({ name: verdict[2], ms: 0,
            errors: skipped ? ['was skipped'] : verdict[1] ? ['failed'] : [] });
    });
    const output = collect([child.stdout, child.stderr], options.logFile(job));
    const how = await child.ended;
    await output.done;
    clearTimeout(timer);
    const ms = performance.now() - began;
    for (const one of results)
        one.ms = ms / results.length;
    const anyBad = results.some((one) => one.errors.length > 0);
    const whole = [];
    if (output.sanitizer)
        whole.push('a sanitizer complained');
    if (how.code !== 0 && !anyBad)
        whole.push(`the program ${ending(how)}`);
    if (planned === null || results.length === 0)
        whole.push('the program ran no test');
    else if (results.length < planned)
        whole.push(`${planned - results.length} of ${planned} tests did not report; ` +
            `the program ${ending(how)}`);
    if (whole.length > 0)
        results.push({ name: 'the program as a whole', ms: 0, errors: whole });
    return { results, output: output.text() };
}

async function runFile(job, options) {
    const results = [];
    const child = start([process.execPath, join(ROOT, 'tests/harness/run-file.mjs'), job.path,
        options.pattern ?? ''],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env,
        LETTERBOX_TEST_RUN: options.folder, LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
    let current = 'loading the file';
    let timer = null;
    let over = null;
    const expectWithin = (milliseconds) => {
        clearTimeout(timer);
        timer = setTimeout(() => {
            over = `"${current}" did not end; the file was stopped`;
            child.kill('SIGTERM');
            timer = setTimeout(() => killGroup(child), GRACE_MS);
        }, milliseconds);
    };
    expectWithin(GRACE_MS);
    let finished = false;
    let kept = null;
    createInterface({ input: child.stdio[3] }).on('line', (line) => {
        const event = JSON.parse(line);
        if (event.event === 'start') {
            current = event.name;
            expectWithin(event.timeout + GRACE_MS);
        } else if (event.event === 'test') {
            results.push(event);
            expectWithin(GRACE_MS);
        } else if (event.event === 'done') {
            finished = true;
            kept = event.kept;
        }
    });
    const output = collect([child.stdout, child.stderr], options.logFile(job));
    const how = await child.ended;
    await output.done;
    clearTimeout(timer);
    if (!finished || over)
        results.push({ name: current, ms: 0, errors: [over ?? `the file ${ending(how)} early`] });
    else if (results.length === 0 && !options.pattern)
        results.push({ name: 'has tests', ms: 0, errors: ['the file registers no test'] });
    return { results, output: output.text(), kept };
}

// The names of all tests, sorted: unit programs are asked for theirs by running them.
async function printNames(jobs, options) {
    const files = jobs.filter(({ kind }) => kind === 'file').map(({ path }) => path);
    const units = jobs.filter(({ kind }) => kind === 'unit');
    const names = [];
    let loaded = 0;
    if (files.length > 0) {
        const child = start([process.execPath, join(ROOT, 'tests/harness/list-files.mjs'), ...files],
            { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LETTERBOX_TEST_RUN: options.folder } });
        createInterface({ input: child.stdout }).on('line', (line) => {
            const { file, names: own } = JSON.parse(line);
            loaded += own.length > 0;
            names.push(...own.map((name) => `${shortName(file)}: ${name}`));
        });
        await child.ended;
    }
    for (const unit of units)
        names.push(...(await runUnit(unit, options)).results.map(({ name }) => `${title(unit)}: ${name}`));
    process.stdout.write(`${names.sort().join('\n')}\n`);
    if (loaded < files.length)
        process.stderr.write(`tests/run: ${shortName(files[loaded])} cannot be loaded, or registers no test\n`);
    return names.length > 0 && loaded === files.length;
}

function removeOldRuns() {
    for (const name of readdirSync(runBase())) {
        if (!/^\d+$/.test(name) || existsSync(`/proc/${name}`))
            continue;
        rmSync(join(runBase(), name), { recursive: true, force: true });
    }
}

function readTimes(file) {
    try {
        return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
        return {};     // the first run here, or a run that was cut short: only the order is lost
    }
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

async function main() {
    const options = parseArguments(process.argv.slice(2));
    removeOldRuns();
    options.folder = join(runBase(), String(process.pid));
    mkdirSync(options.folder, { recursive: true, mode: 0o755 });
    options.logFile = (job) => join(options.folder, `${title(job).replaceAll('/', '-')}.log`);

    const seen = new Set();
    const jobs = (options.targets.length > 0 ? options.targets : FOLDERS).flatMap(find)
        .filter(({ path }) => !seen.has(path) && seen.add(path));
    const timesFile = join(runBase(), 'times.json');
    const times = readTimes(timesFile);
    // The longest first, so that none runs alone at the end; what was never timed before all, and of
    // it the browser's.
    const expected = (name) => times[name] ?? (name.startsWith('browser/') ? 1e10 : 1e9);
    const queue = [...jobs].sort((a, b) => expected(title(b)) - expected(title(a)));
    if (options.list)
        process.exit(await printNames(jobs, options) ? 0 : 1);

    let stopping = false;
    const stop = () => {
        if (!stopping)
            process.stderr.write('\ntests/run: stopping what runs …\n');
        stopping = true;
        queue.length = 0;
        for (const child of running)
            child.kill('SIGTERM');
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.on(signal, stop);

    let passed = 0;
    let failed = 0;
    let filesDone = 0;
    const slow = [];
    const failures = [];
    const tty = process.stdout.isTTY;
    const began = performance.now();

    const progress = (job, count, bad, ms) => {
        const line = `[${filesDone}/${jobs.length}] ${passed} passed, ${failed} failed   `;
        const what = `${bad > 0 ? 'FAILED ' : ''}${title(job)}  ${count} tests, ${seconds(ms)}`;
        process.stdout.write(tty && bad === 0 ? `\r\x1b[K${line}${what}` : `${tty ? '\r\x1b[K' : ''}`
            + `${line}${what}\n`);
    };

    const work = async () => {
        for (let job = queue.shift(); job; job = queue.shift()) {
            const at = performance.now();
            const outcome = job.kind === 'unit' ? await runUnit(job, options)
                : await runFile(job, options);
            const ms = performance.now() - at;
            const all = options.expression && job.kind === 'unit'
                ? outcome.results.filter(({ name, errors }) =>
                    options.expression.test(name) || errors.length > 0)
                : outcome.results;
            const bad = all.filter(({ errors }) => errors.length > 0);
            passed += all.length - bad.length;
            failed += bad.length;
            filesDone += 1;
            times[title(job)] = Math.round(ms);
            slow.push(...all.map(({ name, ms: took }) => ({ name: `${title(job)}: ${name}`,
                ms: took })));
            if (bad.length > 0)
                failures.push({ job, bad, output: outcome.output, kept: outcome.kept });
            progress(job, all.length, bad.length, ms);
        }
    };
    await Promise.all(Array.from({ length: options.jobs }, work));
    if (tty)
        process.stdout.write('\r\x1b[K');

    for (const { job, bad, output, kept } of failures) {
        for (const { name, errors } of bad)
            process.stdout.write(`\n--- FAILED ${title(job)}: ${name}\n${errors.join('\n')}\n`);
        if (output)
            process.stdout.write(`--- output of ${title(job)}\n${output}\n`);
        if (kept)
            process.stdout.write(`--- its folder is kept: ${kept}\n`);
    }
    if (!stopping && !options.pattern)
        writeFileSync(timesFile, JSON.stringify(times));
    if (failed === 0 && !options.keep)
        rmSync(options.folder, { recursive: true, force: true });
    slow.sort((a, b) => b.ms - a.ms);
    process.stdout.write(`\nThe slowest:\n${slow.slice(0, 10)
        .map(({ name, ms }) => `  ${seconds(ms).padStart(8)}  ${name}`).join('\n')}\n`);
    process.stdout.write(`${filesDone} of ${jobs.length} files in ${
        seconds(performance.now() - began)}${stopping ? ' (stopped)' : ''}\n`);
    if (passed + failed === 0)
        process.stdout.write('tests/run: no test ran\n');
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    process.exitCode = failed > 0 || passed === 0 || stopping ? 1 : 0;
}

await main();
