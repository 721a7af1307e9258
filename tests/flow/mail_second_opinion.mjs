// SPDX-License-Identifier: AGPL-3.0-or-later
// Each message of tests/corpus/mail beside what npm mailparser makes of it: from, date, subject, the text when its white
// space is folded, and the files: how many, of which type and size, with which SHA-256. Each difference stands in
// mail-differences with a reason: "NAME FIELD reason". One that is not there fails, and so does one that is no more.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { deepEqual, ok, test } from '../harness/test.mjs';
import { BUILD_TEST, ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { corpus } from '../corpus/mail/corpus.mjs';

const LISTED = join(ROOT, 'tests/flow/mail-differences');
const MOST = 2_100_000;          // bytes: mailparser takes minutes over more of some kinds
const listed = readFileSync(LISTED, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
    .map((line) => /^(\S+) (\S+) (.+)$/.exec(line)).map(([, name, field, reason]) => ({ key: `${name} ${field}`, reason }));

const fold = (text) => (text ?? '').replace(/[\s\u00a0\u200b\ufeff]+/g, ' ').trim();

async function ours(bytes, wantsDigests) {
    const words = wantsDigests ? ['--digests'] : [];
    const done = await run([join(BUILD_TEST, 'letterboxctl'), 'explain-mail', ...words], { input: bytes, status: [0, 1] });
    const mail = JSON.parse(done.stdout);
    if (mail.error)
        return { error: true };
    // containers and versions of the text are no files; mailparser has the latter in its text
    const files = mail.parts.filter(({ type, reason }) => !/holds other parts/.test(reason ?? '')
        && !(/another version/.test(reason ?? '') && /^text\/(plain|html)$/.test(type)));
    return { from: mail.from ?? '', date: mail.date?.slice(0, 19) ?? '', subject: fold(mail.subject), text: fold(mail.text), files };
}

const sender = ({ name, address }) => (name ? `${name} <${address}>` : address ?? '');

async function theirs(bytes) {
    let mail;
    try {
        mail = await simpleParser(bytes, { skipImageLinks: true, checksumAlgo: 'sha256', keepDeliveryStatus: true });
    } catch (error) {
        return { error: String(error) };
    }
    const dated = mail.headerLines.some(({ key }) => key === 'date');
    return {
        from: fold(sender(mail.from?.value[0] ?? {})), date: dated ? mail.date?.toISOString().slice(0, 19) ?? '' : '',
        subject: fold(mail.subject), text: fold(mail.text),
        files: mail.attachments.map(({ contentType, content }) => ({ type: contentType, bytes: content.length,
            sha256: createHash('sha256').update(content).digest('hex') })),
    };
}

// Each of their files is one of ours; what is left of ours is text that mailparser has in its text.
function filesDiffer(mine, other) {
    const left = [...mine];
    for (const file of other) {
        const at = left.findIndex(({ type, bytes, sha256 }) => type === file.type && bytes === file.bytes && (!sha256 || sha256 === file.sha256));
        if (at < 0)
            return `theirs has ${file.type} of ${file.bytes} bytes, ours ${JSON.stringify(mine.map(({ type, bytes }) => [type, bytes]))}`;
        left.splice(at, 1);
    }
    const more = left.filter(({ type, kept, bytes }) => !(/^text\/(plain|html)$/.test(type) && (kept || bytes === 0)));
    return more.length > 0 ? `ours has more: ${JSON.stringify(more.map(({ type, bytes, path }) => [path, type, bytes]))}` : null;
}

async function compare({ name, bytes }) {
    const other = await theirs(bytes);
    const mine = await ours(bytes, other.files?.length > 0);
    const found = [];
    if (mine.error || other.error)
        return [[`${name} error`, mine.error ? 'ours reads nothing' : `theirs: ${other.error}`]];
    for (const field of ['from', 'date', 'subject', 'text'])
        if (mine[field] !== other[field])
            found.push([`${name} ${field}`, `ours ${JSON.stringify(mine[field]).slice(0, 160)}, theirs ${JSON.stringify(other[field]).slice(0, 160)}`]);
    const files = filesDiffer(mine.files, other.files);
    if (files)
        found.push([`${name} parts`, files]);
    return found;
}

test('mailparser understands each message as we do, but for the listed differences', async () => {
    const small = corpus.filter(({ bytes }) => bytes.length <= MOST);
    const found = new Map();
    const left = [...small];
    const work = async () => {
        for (let one = left.shift(); one; one = left.shift())
            for (const [key, what] of await compare(one))
                found.set(key, what);
    };
    await Promise.all([work(), work()]);
    const known = new Set(listed.map(({ key }) => key));
    const news = [...found].filter(([key]) => !known.has(key)).map(([key, what]) => `not listed: ${key}: ${what}`);
    const gone = [...known].filter((key) => !found.has(key)).map((key) => `listed, but the same: ${key}`);
    ok(news.length + gone.length === 0, [...news, ...gone].sort().join('\n'));
    ok(small.length > 150);
}, { timeout: 600_000 });

test('each listed difference has a reason, and stands once', () => {
    deepEqual(listed.map(({ key }) => key).filter((key, i, all) => all.indexOf(key) !== i), []);
    deepEqual(listed.filter(({ reason }) => reason.length < 12).map(({ key }) => key), []);
});
