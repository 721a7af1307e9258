// SPDX-License-Identifier: AGPL-3.0-or-later
// What is understood of the odd e-mails of tests/corpus/mail, and that nothing in them is lost without a word.

import { join } from 'node:path';
import { deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { corpus } from '../corpus/mail/corpus.mjs';

const explained = new Map();

async function explain({ name, bytes }) {
    if (!explained.has(name)) {
        const done = await run([join(BUILD_TEST, 'letterboxctl'), 'explain-mail'], { input: bytes, status: [0, 1] });
        explained.set(name, JSON.parse(done.stdout));
    }
    return explained.get(name);
}

const asText = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

// Two at a time: the sandbox of one starts while the other's ends.
async function each(messages, look) {
    const left = [...messages];
    const work = async () => {
        for (let one = left.shift(); one; one = left.shift())
            await look(one, await explain(one));
    };
    await Promise.all([work(), work()]);
}

const LONG = { timeout: 300_000 };

test('each message says what it should', async () => {
    const wrong = [];
    await each(corpus, (one, mail) => {
        equal(!!mail.error, !!one.error, `${one.name}: ${mail.error}`);
        if (one.error)
            return;
        for (const [field, wanted] of Object.entries(one.says)) {
            const fits = wanted instanceof RegExp ? wanted.test(asText(mail[field])) : JSON.stringify(mail[field]) === JSON.stringify(wanted);
            if (!fits)
                wrong.push(`${one.name}: ${field} is ${asText(mail[field]).slice(0, 300)}, not ${wanted instanceof RegExp ? wanted : JSON.stringify(wanted)}`);
        }
    });
    deepEqual(wrong, []);
}, LONG);

test('own words and furniture together are all of the text', async () => {
    const squeeze = (text) => text.replace(/\s+/g, '');
    await each(corpus.filter(({ error }) => !error), ({ name }, mail) => {
        const text = Buffer.from(mail.text);
        let at = 0;
        let own = '';
        for (const { start, end } of mail.furniture) {
            ok(start >= at && end > start && end <= text.length, name);
            own += text.subarray(at, start);
            at = end;
        }
        equal(squeeze(own + text.subarray(at)), squeeze(mail.own_text), name);
    });
}, LONG);

test('whatever is not kept has a reason, and no limit is reached without a warning', async () => {
    await each(corpus.filter(({ error }) => !error), ({ name }, mail) => {
        for (const { kept, reason } of mail.parts) {
            equal(reason === null, kept, name);
            if (/over the limits/.test(reason))
                match(mail.warnings.join(), /too many parts|nested too deeply/, name);
        }
    });
}, LONG);

test('there are many messages, of many kinds', () => {
    ok(corpus.length >= 60);
    equal(new Set(corpus.map(({ name }) => name)).size, corpus.length);
});
