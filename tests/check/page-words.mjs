// SPDX-License-Identifier: AGPL-3.0-or-later
// Every code of a notice or mistake that a handler names has its words in templates/words/en.ini,
// and they read as they should: a notice is a sentence, a mistake says what to do without a full stop.
// And there are no words that nothing says.

import { deepEqual, equal, ok, test } from '../harness/test.mjs';
import { files, read } from '../harness/tree.mjs';

// Single words, whose codes are made of those of the database.
const isOfSection = (code) => /^(agreement|map) /.test(code);

const words = new Map();
let section = null;
for (const line of read('templates/words/en.ini').split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue;
    const head = /^\[([a-z]+)\]$/.exec(line)?.[1];
    const [, code, text] = /^([a-z0-9_-]+) = (\S.*)$/.exec(line) ?? [];
    if (head) section = head;
    else words.set(code ? `${section} ${code}` : `unreadable: ${line}`, text);
}

// request_problem(request, "field", "code"), request_problem_elsewhere(request, path, "code"), desk_row_problem(…),
// reply_see(request, path, "code"), reply_then(request, "code"), where a code may be `x ? "one" : "other"`; and what is kept:
// refuse(choosing, "field", "code") and marking->problem = "code".
const CODE = String.raw`((?:[^,;"?]*\?\s*(?:"[^"]+"|NULL)\s*:\s*)*(?:"[^"]+"|NULL))`;
const ARGUMENT = String.raw`(?:"[^"]*"|[^,()"]+(?:\([^()]*\)[\w.]*)?(?:\?\s*"[^"]*"\s*:\s*"[^"]*")?)`;
const SAYINGS = [
    ['problem', new RegExp(String.raw`\b(?:request|desk_row)_problem(?:_elsewhere)?\(\s*\w+,\s*(?:${ARGUMENT}|\w+\((?:[^()]|\([^()]*\))*\)),\s*${CODE}\s*\)`, 'g')],
    ['problem', new RegExp(String.raw`\brefuse\(\s*\w+,\s*${ARGUMENT},\s*${CODE}\s*\)`, 'g')],
    ['problem', new RegExp(String.raw`->problem\s*=\s*${CODE}\s*;`, 'g')],
    ['notice', new RegExp(String.raw`\breply_(?:see\(\s*\w+,\s*${ARGUMENT}|then\(\s*\w+),\s*${CODE}\s*\)`, 'g')],
];
const named = (source) => SAYINGS.flatMap(([kind, pattern]) => [...source.matchAll(pattern)]
    .flatMap(([, codes]) => [...codes.matchAll(/"([^"]+)"/g)].map(([, code]) => `${kind} ${code}`)));

test('the words of notices and mistakes read as they should', () => {
    for (const [code, text] of words) {
        ok(!code.startsWith('unreadable'), code);
        if (isOfSection(code)) continue;
        if (code.startsWith('problem ')) ok(!/\.$/.test(text), `${code}: a mistake ends without a full stop`);
        else ok(/\.$/.test(text), `${code}: a notice ends with a full stop`);
        ok(text.length <= 120, `${code} is too long`);
    }
});

// The summary of an agreement: rules/agreement.def chooses, desk/terms.c names what can come with a letter.
const agreement = [...words].filter(([code]) => code.startsWith('agreement ')).map(([code, text]) => [code.slice(10), text]);
const sentences = [...read('lib/rules/agreement.def').matchAll(/^(HEAD|SAY)\(\w+, "([a-z-]+)"\)/gm)].map(([, kind, code]) => ({ kind, code }));
const ownEasy = new Map(agreement.filter(([code]) => code.startsWith('easy-')).map(([code, text]) => [code.slice(5), text]));

test('each sentence of an agreement has its words, and no words are left over', () => {
    const usual = new Map(agreement);
    deepEqual(sentences.filter(({ code }) => !usual.has(code)).map(({ code }) => code), []);
    const codes = new Set(sentences.map(({ code }) => code));
    deepEqual([...usual.keys()].filter((code) => !codes.has(code) && !codes.has(code.replace(/^easy-/, '')) && !/^enclosed-/.test(code)), []);
    for (const { kind, code } of sentences)
        equal(/[.?]$/.test(usual.get(code)), kind === 'SAY', `${code}: a sentence has a full stop, a heading none`);
});

// The family map says of each standing but the usual one what it is; the program ends on words that are not there.
test('each standing has its words on the family map', () => {
    const rooms = { ARRANGEMENT: 'state', PARTY: 'party', MEMBER: 'member', CHILD: 'child' };
    const standings = [...read('lib/rules/standing.def').matchAll(/^STANDING\((\w+), "(\w+)"/gm)].map(([, room, word]) => [rooms[room], word]);
    ok(standings.length > 15 && standings.every(([room]) => room));
    deepEqual(standings.filter(([, word]) => !['active', 'living'].includes(word)).map(([room, word]) => `map ${room}-${word}`)
        .filter((code) => !words.has(code)), []);
});

test('easy words have one idea a line, and few words', () => {
    for (const { kind, code } of sentences.filter((one) => one.kind === 'SAY')) {
        const text = ownEasy.get(code) ?? agreement.find(([usual]) => usual === code)[1];
        for (const line of text.split(/(?<=[.?]) /)) {
            ok(line.split(' ').length <= 13, `${kind} ${code}: ${line}`);
            ok(!/, (and|but|so|because|which)\b|[;:] (?!“)(?!\{)/.test(line), `${code} has two ideas: ${line}`);
        }
    }
});

test('every code that a handler names has its words', () => {
    const missing = files().filter((path) => /^server\/.*\.c$/.test(path))
        .flatMap((path) => named(read(path)).filter((code) => !words.has(code) && !words.has(code.replace('notice ', 'note ')))
            .map((code) => `${path}: ${code}`));
    deepEqual(missing, []);
});

test('every word is said by something', () => {
    const said = new Set(files().filter((path) => /^server\/.*\.c$/.test(path)).flatMap((path) => named(read(path))));
    deepEqual([...words.keys()].filter((code) => !isOfSection(code) && !said.has(code.replace(/^note /, 'notice '))), []);
});

test('the limits that mistakes tell are those of the program', () => {
    const limits = Object.fromEntries([...read('lib/core/limits.h').matchAll(/^ {4}LIMIT_(\w+) = ([\d *]+),/gm)]
        .map(([, name, product]) => [name, product.split('*').reduce((all, one) => all * Number(one), 1)]));
    const told = (code) => Number(/\d+/.exec(words.get(`problem ${code}`))?.[0]);
    deepEqual([told('file-too-big'), told('files-too-big'), told('files-many')],
        [limits.FILE_BYTES / 2 ** 20, limits.UPLOAD_BYTES / 2 ** 20, limits.FILES]);
});

// What stands in a page's tags, without comments, and without what forms and the service bring by themselves.
const names = (template) => [...template.replaceAll(/\{\{!.*?\}\}/gs, '').matchAll(/\{\{\{?[#^/&]? *([\w.]+) *\}/g)]
    .map((tag) => tag[1]).filter((name) => !/^(form|service)\./.test(name)).flatMap((name) => name.split('.'));

// A name that is absent prints nothing: "You can read it here until ."
test('every name on a page of the portal is put there by something', () => {
    const sources = files().filter((path) => /^server\/(portal|http)\/.*\.c$/.test(path)).map(read).join('\n');
    const pages = files().filter((path) => /^templates\/portal\//.test(path));
    ok(pages.length > 0);
    deepEqual(pages.flatMap((path) => [...new Set(names(read(path)))]
        .filter((name) => !sources.includes(`"${name}"`)).map((name) => `${path}: ${name}`)), []);
});

test('the reader of pages finds the names', () => {
    deepEqual(names('{{! a }}{{#b}}{{c.d}}{{/b}}{{{e}}} {{> f}} {{form.g.value}}'), ['b', 'c', 'd', 'b', 'e']);
});

test('the reader of sources finds the codes', () => {
    deepEqual(named('request_problem(request, "email", "email-missing"); reply_see(request,\n "/", "joined");'
        + 'reply_then(request, "draft-saved"); reply_see(request, path, NULL);'),
    ['problem email-missing', 'notice joined', 'notice draft-saved']);
    deepEqual(named('request_problem(request, field, is_birth ? "dob-missing" : "date-missing"); return refuse(choosing, "to", "to-missing");'
        + 'marking->problem = "words-missing"; reply_then(request,\n  lost(request) ? "without" : "saved"); reply_then(request, is_again ? "again" : NULL);'
        + 'reply_then(request, stopped   ? "stopped" : a && b == 0 ? "nothing" : "made"); desk_row_problem(request, "reason", "why");'
        + 'request_problem(request, home ? "a" : "b", "side"); reply_see(request, path_of(request, one).at, "at");'
        + 'request_problem_elsewhere(request, arena_print(request->arena, "/letters/%s#x", id.at), "seen"); refuse(exchange, ERR_CSRF);'),
    ['problem dob-missing', 'problem date-missing', 'problem why', 'problem side', 'problem seen', 'problem to-missing',
        'problem words-missing', 'notice without', 'notice saved', 'notice again', 'notice stopped', 'notice nothing', 'notice made', 'notice at']);
});
