// SPDX-License-Identifier: AGPL-3.0-or-later
// letterbox-redact as other programs use it, and how it does on the labelled letters.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS, REDACT, disguises, isHeldBack, letterFiles, score } from '../harness/labelled.mjs';
import { run } from '../harness/spawn.mjs';
import { deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';

const record = (id, text, more = {}) => ({ id, direction: 'adoptive-to-birth', channel: 'web', text,
    allowed: [], protected: [], ...more });
const lines = (out) => out.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
const redact = (input, args = [], options = {}) => run([REDACT, ...args], { input, ...options });
const records = (list) => list.map((one) => JSON.stringify(one)).join('\n') + '\n';

test('a record a line in, a line out, in order', async () => {
    const out = lines((await redact(records([
        record('x1', 'Ann Fetherstonehaugh is Ané.', { allowed: ['Ann'],
            protected: [{ category: 'name', term: 'Featherstonehaugh' }] }),
        record('x2', 'nothing here'),
        record('x3', 'é ring me on 07700 900123'),
    ]))).stdout);
    deepEqual(out.map(({ id }) => id), ['x1', 'x2', 'x3']);
    deepEqual(out[0].spans, [{ start: 4, end: 20, category: 'name', source: 'leak-list', confidence: 0.9,
        why: "one letter from protected term 'Featherstonehaugh'" }]);
    deepEqual(out[1], { id: 'x2', spans: [], concerns: [] });
    const phone = out[2].spans[0];
    equal(Buffer.from('é ring me on 07700 900123').subarray(phone.start, phone.end).toString(), '07700 900123');
    equal(out[2].concerns[0].category, 'contact-request');
    ok(out[2].concerns[0].why.length > 5);
});

test('a bad record is said to be bad, and the rest goes on', async () => {
    const input = Buffer.concat([
        Buffer.from('{"id":"a"\n'),
        Buffer.from('{"id":"b","direction":"x","channel":"web","text":"t"}\n'),
        Buffer.from('{"id":"c","direction":"adoptive-to-birth","channel":"fax","text":"t"}\n'),
        Buffer.from('{"id":"d","direction":"adoptive-to-birth","channel":"web"}\n'),
        Buffer.from('{"id":"e","direction":"adoptive-to-birth","channel":"web","text":"\xff"}\n', 'latin1'),
        Buffer.from('{"id":"f","direction":"adoptive-to-birth","channel":"web","text":"a\\u0000b"}\n'),
        Buffer.from('{"id":"g","direction":"adoptive-to-birth","channel":"web","text":"\\ud800"}\n'),
        Buffer.from('[]\n\n"text"\n'),
        Buffer.from('{"direction":"adoptive-to-birth","channel":"web","text":"t"}\n'),
        Buffer.from(JSON.stringify(record('h', 't', { protected: [{ category: 'colour', term: 'red' }] })) + '\n'),
        Buffer.from(JSON.stringify(record('i', 't', { allowed: 'Ann' })) + '\n'),
        Buffer.from(JSON.stringify(record('j', 'x'.repeat(1048576))) + '\n'),
        Buffer.from(JSON.stringify(record({ odd: 1 }, 'good')) + '\n'),
        Buffer.from(JSON.stringify(record('last', '')) ),
    ]);
    const result = await redact(input, [], { status: [1] });
    const out = lines(result.stdout);
    deepEqual(out.map(({ id }) => id), [null, 'b', 'c', 'd', null, 'f', null, null, null, null, 'h', 'i', null,
        { odd: 1 }, 'last']);
    for (const one of out.slice(0, 13))
        ok(typeof one.error === 'string' && one.error.length > 5, JSON.stringify(one));
    deepEqual(out[14], { id: 'last', spans: [], concerns: [] });
});

test('--apply prints what would be released', async () => {
    const out = lines((await redact(records([
        record('a', 'Call 07700 900123!\nYours, J Fotheringay', {
            protected: [{ category: 'name', term: 'Fotheringay' }] }),
    ]), ['--apply'])).stdout);
    deepEqual(out, [{ id: 'a', text: 'Call [phone number removed]!\nYours, [name removed]' }]);
});

test('--text takes plain text with its facts on the command line', async () => {
    const args = ['--text', '--direction', 'adoptive-to-birth', '--channel', 'email', '--allow', 'Kim',
        '--protect', 'name=Fotheringay', '--protect', 'place=Wex=combe'];
    const text = 'Kim Fotheringay, Wexcombe\n> quoted\n';
    const out = JSON.parse((await redact(text, args)).stdout);
    equal(out.spans.length, 2);
    deepEqual(out.furniture, [{ start: 26, end: 35, kind: 'quote' }]);
    equal(out.id, undefined);
    equal((await redact(text, [...args, '--apply'])).stdout, 'Kim [name removed], [place removed]\n> quoted\n');
    match((await redact(Buffer.from([0xff]), args, { status: [1] })).stderr, /UTF-8/);
});

test('wrong usage says what is wrong and exits with 2', async () => {
    for (const [args, words] of [
        [['--protect', 'colour=red'], /CATEGORY=TERM/], [['--protect', 'name='], /CATEGORY=TERM/],
        [['--direction', 'up'], /direction/], [['--channel', 'fax'], /channel/], [['more'], /more/],
        [['--nonsense'], /option/],
    ])
        match((await redact('', args, { status: [2] })).stderr, words);
    match((await redact('', ['--help'])).stdout, /--protect/);
});

test('memory is flat whatever the number of records', async () => {
    const one = records([record('n', readFileSync(join(CORPUS, 'letters/d002.txt'), 'utf8'))]);
    const program = await run(['python3', '-c', `
import resource, subprocess, sys
data = sys.stdin.buffer.read()
for times in (10, 400):
    child = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    for _ in range(times):
        child.stdin.write(data)
    child.stdin.close()
    _, status, usage = __import__('os').wait4(child.pid, 0)
    print(usage.ru_maxrss)
`, REDACT], { input: one });
    const [few, many] = program.stdout.trim().split('\n').map(Number);
    ok(many < 64 * 1024, `${many} KiB`);
    ok(many < few * 1.2 + 1024, `${few} KiB, then ${many} KiB`);
});

// What this version reaches, a little less: falling below it is a step back. The letters whose number leaves 1 on
// division by 3 are held back: nobody looks at them, they are only measured.
for (const [name, held, least] of [
    ['the letters to develop on', false, { recall_pattern: 0.99, recall_term: 0.98, recall_open: 0.9, concern_recall: 0.9,
        over_redaction: 0.008, leak_rate: 0.03 }],
    ['the letters held back', true, { recall_pattern: 0.92, recall_term: 0.97, recall_open: 0.74, concern_recall: 0.65,
        over_redaction: 0.01, leak_rate: 0.09 }],
])
    test(`${name}: recall stays where it is`, async () => {
        const files = letterFiles('letters').filter((file) => isHeldBack(file) === held);
        equal(files.length, held ? 20 : 40);
        const { last, figures } = await score(files, folder('score'));
        console.log(`${name}: ${last}`);
        for (const [figure, bound] of Object.entries(least)) {
            const value = figures[figure];
            ok(figure.includes('recall') ? value >= bound : value <= bound, `${figure}=${value}, bound ${bound}`);
        }
    });

test('the letters and their tools are whole', async () => {
    match((await run([join(CORPUS, 'selftest')])).stderr, /\nOK\n$/);
    for (const [set, least] of Object.entries({ letters: 60, own: 30, more: 220 })) {
        const out = (await run([join(CORPUS, 'to-jsonl'), ...letterFiles(set)])).stdout;
        ok(lines(out).length >= least, set);
    }
});

// The wording that stands for what was taken out is nobody's words: it makes no place of what stands beside it.
test('a released letter does not change when it is released again', async () => {
    const inputs = lines((await run([join(CORPUS, 'to-jsonl'), ...['letters', 'own', 'more'].flatMap(letterFiles)])).stdout);
    const apply = async (list) => lines((await redact(records(list), ['--apply'])).stdout).map(({ text }) => text);
    const once = await apply(inputs);
    const twice = await apply(inputs.map((input, n) => ({ ...input, text: once[n] })));
    deepEqual(inputs.filter((_, n) => once[n] !== twice[n]).map(({ id }) => id), []);
    ok(once.filter((text) => text.includes(' removed]')).length > 300);
});

// Each term span of the letters in each form, one at a time and in its place; less than what this version finds is a
// step back. `tests/corpus/redaction/disguise --engine build/letterbox-redact --missed` lists what is not found.
test('terms are found in disguise', async () => {
    const least = { plain: 0.98, typo: 0.95, upper: 0.98, lower: 0.92, mixed: 0.95, spaced: 0.72, dotted: 0.72,
        joined: 0.93, accented: 0.98, possessive: 0.98, plural: 0.98, confusable: 0.98, fullwidth: 0.98,
        digits: 0.96, unseen: 0.98, broken: 0.82, scanned: 0.95 };
    const found = await disguises();
    console.log(Object.entries(found).map(([form, { recall }]) => `${form}=${recall}`).join(' '));
    deepEqual(Object.keys(found), Object.keys(least));
    for (const [form, { recall, total }] of Object.entries(found)) {
        ok(recall >= least[form], `${form}: ${recall}, bound ${least[form]}`);
        ok(total >= 50, `${form}: only ${total} spans have it`);
    }
});

test('a mark never cuts a letter and never overlaps, whatever is thrown at it', async () => {
    const odd = ['a'.repeat(4000), '('.repeat(4000), '1'.repeat(4000), 'a b '.repeat(1500), 'е0'.repeat(2000),
        '\u{1f44d}\u0301'.repeat(800), '07700 '.repeat(700), 'Mrs '.repeat(900), '@.'.repeat(2000)];
    const out = lines((await redact(records(odd.map((text, n) => record(n, text, {
        protected: [{ category: 'name', term: 'ab' }, { category: 'id', term: '111' }] }))))).stdout);
    equal(out.length, odd.length);
    out.forEach(({ spans }, n) => {
        const bytes = Buffer.from(odd[n]);
        let last = 0;
        for (const { start, end } of spans) {
            ok(start >= last && end > start && end <= bytes.length);
            ok(start === 0 || (bytes[start] & 0xc0) !== 0x80);
            ok(end === bytes.length || (bytes[end] & 0xc0) !== 0x80);
            last = end;
        }
    });
});

test('a record of the largest size is answered in seconds, whatever it is made of', async () => {
    for (const unit of ['a', '(', '1', '1 2 ', 'a b ', 'е', 'www.', '@a.', 'ig.', 'Mrs ', '07700 ', 'rn', 'a.b@']) {
        const room = 1048000 - 400;
        const text = unit.repeat(Math.floor(room / Buffer.byteLength(unit)));
        const began = Date.now();
        const [answer] = lines((await redact(records([record('n', text, { channel: 'scan-ocr',
            protected: [{ category: 'name', term: 'Fotheringay' }] })]))).stdout);
        equal(answer.error, undefined, unit);
        ok(Date.now() - began < 15_000, `${unit}: ${Date.now() - began} ms`);
    }
});

// ---- bad input: a clear error or a right answer ---------------------------------------------------

const bytesOf = (text, { start, end }) => Buffer.from(text).subarray(start, end).toString();

test('an empty text is an empty answer', async () => {
    for (const text of ['', ' ', '\n\n', '\ufeff', '\u200b\u00ad'])
        deepEqual(lines((await redact(records([record('n', text)]))).stdout), [{ id: 'n', spans: [], concerns: [] }]);
    deepEqual(JSON.parse((await redact('', ['--text'])).stdout), { spans: [], concerns: [] });
    equal((await redact('', ['--text', '--apply'])).stdout, '');
    equal((await redact('')).stdout, '');
});

test('bytes that are no text are refused, each form of them, and what follows is read', async () => {
    const broken = { 'a lone continuation': [0x80], 'half a character': [0xc3], 'an overlong slash': [0xc0, 0xaf],
        'a surrogate': [0xed, 0xa0, 0x80], 'past the last character': [0xf4, 0x90, 0x80, 0x80],
        'no UTF-8 byte': [0xfe] };
    for (const [name, bytes] of Object.entries(broken)) {
        const line = Buffer.concat([Buffer.from('{"id":"a","direction":"adoptive-to-birth","channel":"web","text":"x'),
            Buffer.from(bytes), Buffer.from(`y"}\n${JSON.stringify(record('b', 'at Otley'))}\n`)]);
        const [bad, good] = lines((await redact(line, [], { status: [1] })).stdout);
        ok(/UTF-8|JSON/.test(bad.error), `${name}: ${bad.error}`);
        equal(good.id, 'b');
        match((await redact(Buffer.from([0x78, ...bytes]), ['--text'], { status: [1] })).stderr, /UTF-8/, name);
    }
    match((await redact('a\0b', ['--text'], { status: [1] })).stderr, /NUL/);
});

test('half a surrogate pair is refused, and a whole one is one character', async () => {
    for (const text of ['\\ud83d', '\\ude00', '\\ude00\\ud83d', 'x\\ud83dx', '\\ud83d\\ud83d\\ude00', '\\uD83'])
        for (const line of [`"text":"${text}"`, `"text":"t","allowed":["${text}"]`,
            `"text":"t","protected":[{"category":"name","term":"${text}"}]`]) {
            const input = `{"id":"a","direction":"adoptive-to-birth","channel":"web",${line}}\n`;
            const [answer] = lines((await redact(input, [], { status: [1] })).stdout);
            ok(answer.error?.length > 5, `${line}: ${JSON.stringify(answer)}`);
        }
    const input = '{"id":"a","direction":"adoptive-to-birth","channel":"web","text":"\\ud83d\\ude00 07700 900123"}\n';
    deepEqual(lines((await redact(input)).stdout)[0].spans.map(({ start, end }) => [start, end]), [[5, 17]]);
});

test('a line of one mebibyte is read, one byte more is refused, and the next line is read', async () => {
    const empty = JSON.stringify(record('n', '')).length;
    for (const [size, refused] of [[1048576, false], [1048577, true], [3 << 20, true]]) {
        const input = records([record('n', 'x'.repeat(size - empty)), record('o', 'ring 07700 900123')]);
        const out = lines((await redact(input, [], { status: [refused ? 1 : 0] })).stdout);
        equal(out.length, 2);
        equal(/1048576/.test(out[0].error ?? ''), refused, `${size}: ${out[0].error}`);
        equal(out[1].spans.length, 1);
    }
    equal((await redact('x'.repeat(1048576), ['--text', '--apply'])).stdout.length, 1048576);
    match((await redact('x'.repeat(1048577), ['--text'], { status: [1] })).stderr, /1048576/);
});

test('lists and objects that nest without end are an error of their record', async () => {
    const input = `${'['.repeat(200_000)}\n${'{"a":'.repeat(100_000)}\n${JSON.stringify(record('n', 't'))}\n`;
    const out = lines((await redact(input, [], { status: [1] })).stdout);
    deepEqual(out.map(({ error }) => typeof error), ['string', 'string', 'undefined']);
});

test('a leak list of 1,000 terms finds each, of 2,001 is refused', async () => {
    const syllables = ['bar', 'cor', 'dun', 'fel', 'gor', 'hal', 'lim', 'mer', 'nor', 'pel'];
    const names = Array.from({ length: 2001 }, (_, n) => [n, n / 10, n / 100].map((k) => syllables[Math.floor(k) % 10])
        .join('').replace(/^./, (first) => first.toUpperCase()) + (n >= 1000 ? `q${'vwxz'[n % 4]}${n}` : 'wick'));
    const list = names.map((term) => ({ category: 'name', term }));
    const text = names.slice(0, 1000).map((name) => `I saw ${name} there.`).join('\n');
    const [answer] = lines((await redact(records([record('n', text, { protected: list.slice(0, 1000) })]))).stdout);
    const found = new Set(answer.spans.map((span) => bytesOf(text, span)));
    deepEqual(names.slice(0, 1000).filter((name) => !found.has(name)), []);
    ok(answer.spans.every((span) => names.includes(bytesOf(text, span))));
    const [refused] = lines((await redact(records([record('n', 't', { protected: list })]), [], { status: [1] })).stdout);
    ok(refused.error.length > 5);
});

test('a leak list of one letter blacks out nothing else', async () => {
    const text = 'A letter to all at a cafe, A. said. Anna ate an apple as usual; plan B, vitamin A.';
    for (const term of ['A', 'a', '7', 'é', "'", ' ', '', '-', '\u0301', '\u{1f600}']) {
        const [answer] = lines((await redact(records([record('n', text, {
            protected: [{ category: 'name', term }] })]))).stdout);
        equal(answer.error, undefined, term);
        const covered = answer.spans.reduce((sum, { start, end }) => sum + end - start, 0);
        ok(covered <= 4, `${JSON.stringify(term)}: ${answer.spans.map((span) => bytesOf(text, span))}`);
    }
});

test('what a program prints does not depend on what came before', async () => {
    const files = letterFiles('letters').slice(0, 12);
    const all = (await run([join(CORPUS, 'to-jsonl'), ...files])).stdout.trim().split('\n');
    const inputs = all.flatMap((line) => [line, '{"id":"bad', '[]', line]);
    const out = (await redact(inputs.join('\n') + '\n', [], { status: [1] })).stdout.trim().split('\n');
    equal(out.length, inputs.length);
    for (let i = 0; i < out.length; i += 4)
        equal(out[i], out[i + 3]);
});
