// SPDX-License-Identifier: AGPL-3.0-or-later
// Every code of a notice or mistake that a handler names has its words in templates/words/en.ini,
// and they read as they should: a notice is a sentence, a mistake says what to do without a full stop.

import { deepEqual, ok, test } from '../harness/test.mjs';
import { files, read } from '../harness/tree.mjs';

const words = new Map();
let section = null;
for (const line of read('templates/words/en.ini').split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue;
    const head = /^\[([a-z]+)\]$/.exec(line)?.[1];
    const [, code, text] = /^([a-z0-9-]+) = (\S.*)$/.exec(line) ?? [];
    if (head) section = head;
    else words.set(code ? `${section} ${code}` : `unreadable: ${line}`, text);
}

// request_problem(request, "field", "code") and reply_see(request, path, "code"), reply_then(request, "code")
function named(source) {
    const problems = [...source.matchAll(/\brequest_problem\(\s*\w+,\s*(?:"[^"]*"|[^,()"]+),\s*"([^"]+)"\s*\)/g)]
        .map((one) => `problem ${one[1]}`);
    const notices = [...source.matchAll(/\breply_(?:see\(\s*\w+,\s*(?:"[^"]*"|[^,()]+)|then\(\s*\w+),\s*"([^"]+)"\s*\)/g)]
        .map((one) => `notice ${one[1]}`);
    return [...problems, ...notices];
}

test('the words of notices and mistakes read as they should', () => {
    for (const [code, text] of words) {
        ok(!code.startsWith('unreadable'), code);
        if (code.startsWith('problem ')) ok(!/\.$/.test(text), `${code}: a mistake ends without a full stop`);
        else ok(/\.$/.test(text), `${code}: a notice ends with a full stop`);
        ok(text.length <= 120, `${code} is too long`);
    }
});

test('every code that a handler names has its words', () => {
    const missing = files().filter((path) => /^server\/.*\.c$/.test(path))
        .flatMap((path) => named(read(path)).filter((code) => !words.has(code) && !words.has(code.replace('notice ', 'note ')))
            .map((code) => `${path}: ${code}`));
    deepEqual(missing, []);
});

test('the reader of sources finds the codes', () => {
    deepEqual(named('request_problem(request, "email", "email-missing"); reply_see(request,\n "/", "joined");'
        + 'reply_then(request, "draft-saved"); reply_see(request, path, NULL);'),
    ['problem email-missing', 'notice joined', 'notice draft-saved']);
});
