// SPDX-License-Identifier: AGPL-3.0-or-later
// letterbox-redact as other programs use it, and how it does on the labelled letters.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD, ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';

const PROGRAM = join(BUILD, 'letterbox-redact');
const CORPUS = join(ROOT, 'tests/corpus/redaction');

const record = (id, text, more = {}) => ({ id, direction: 'adoptive-to-birth', channel: 'web', text,
    allowed: [], protected: [], ...more });
const lines = (out) => out.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
const redact = (input, args = [], options = {}) => run([PROGRAM, ...args], { input, ...options });
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
    deepEqual(out, [{ id: 'a', text: 'Call [phone number removed]!\nYours, J [name removed]' }]);
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
`, PROGRAM], { input: one });
    const [few, many] = program.stdout.trim().split('\n').map(Number);
    ok(many < 64 * 1024, `${many} KiB`);
    ok(many < few * 1.2 + 1024, `${few} KiB, then ${many} KiB`);
});

// What this version reaches, a little less: falling below it is a step back. The letters whose number leaves 1 on
// division by 3 are held back: nobody looks at them, they are only measured.
for (const [name, held, least] of [
    ['the letters to develop on', false, { recall_pattern: 0.99, recall_term: 0.98, recall_open: 0.9, concern_recall: 0.8,
        over_redaction: 0.008, leak_rate: 0.03 }],
    ['the letters held back', true, { recall_pattern: 0.92, recall_term: 0.97, recall_open: 0.74, concern_recall: 0.38,
        over_redaction: 0.01, leak_rate: 0.09 }],
])
    test(`${name}: recall stays where it is`, async () => {
        const files = readdirSync(join(CORPUS, 'letters')).sort()
            .filter((file) => (Number(file.slice(1, 4)) % 3 === 1) === held)
            .map((file) => join(CORPUS, 'letters', file));
        equal(files.length, held ? 20 : 40);
        const gold = (await run([join(CORPUS, 'to-jsonl'), ...files])).stdout;
        const predicted = (await redact(gold)).stdout;
        const out = folder('score');
        writeFileSync(join(out, 'gold'), gold);
        writeFileSync(join(out, 'predicted'), predicted);
        const score = (await run([join(CORPUS, 'score'), join(out, 'gold'), join(out, 'predicted')])).stdout;
        const last = score.trim().split('\n').at(-1);
        console.log(`${name}: ${last}`);
        const figures = Object.fromEntries(last.split(' ').map((pair) => pair.split('=')));
        for (const [figure, bound] of Object.entries(least)) {
            const value = Number(figures[figure]);
            ok(figure.includes('recall') ? value >= bound : value <= bound, `${figure}=${value}, bound ${bound}`);
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
