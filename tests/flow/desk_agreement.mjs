// SPDX-License-Identifier: AGPL-3.0-or-later
// The plain-words summary of an agreement, for each of its people: what it says, what it never says, on the page and on paper;
// how people like to read; and what a change of the child's dates does to the terms.

import { before, deepEqual, doesNotMatch, equal, match, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { codes } from '../harness/office.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { fillRegister, sealRegister } from '../harness/register.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

const FILLED = 60;
let here;
let joan;
const one = {};     // an arrangement of ours: { id, code, path, ann, home }
const year = new Date().getUTCFullYear();
const TERMS = 'form-post_arrangements_ID_terms';

before(async () => {
    here = await site();
    const agency = await here.agency();
    await fillRegister(here.db, agency, { arrangements: FILLED, letters: 10 });
    await sealRegister(here.db, agency, { arrangements: FILLED });
    const desk = await here.start('desk');
    joan = (await staffAtDesk(here, desk, 'coordinator')).client;
    const add = async (fields) => (await joan.submit(await joan.get('/parties/new'), 'form-post_parties',
        { address_confirmed: 'yes', reachable: 'yes', ...fields })).path.split('?')[0].split('/')[2];
    one.ann = await add({ kind: 'birth', name: 'Ann Marlowe', known_as: 'Nana Ann', relationship: 'grandmother', channel: 'post',
        address: '3 Mill Lane\nHeptonstall\nHX17 5ZZ', reads: 'easy' });
    one.home = await add({ kind: 'adoptive', name: ['Priya Overbury', 'Sam Overbury'], known_as: 'Priya and Sam', channel: 'post',
        address: '9 Beacon Hill\nGrange\nLA38 1AA', reads: 'large' });
    const page = await joan.submit(await joan.get(`/arrangements/new?party=${one.home}`), 'form-post_arrangements', {
        kind: 'indirect', child_birth_name: 'Kayla Marlowe', child_adoptive_name: 'Kayla Overbury', dob_day: 27, dob_month: 3,
        dob_year: year - 5, month: [4, 10], first_writer: 'adoptive', photos: 'no_face', court_order: 'none', adoptive: one.home,
        relative: one.ann, enclosed: ['cards', 'drawings'], signs_as: 'first names only', called: 'Nana Ann', avoid: ['birthday'] });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 600));
    one.path = page.path.split('?')[0];
    one.code = one.path.split('/')[2];
    one.id = (await here.db.one('SELECT arrangement_id::text AS id FROM letterbox.agreement ORDER BY made_at DESC LIMIT 1')).id;
}, { timeout: 240_000 });

const saved = (page) => ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 800));
const summaries = (page) => Object.fromEntries(page.find('[data-test=row-summary]').map(({ attribs }) => {
    const at = `[data-test=row-summary][data-id="${attribs['data-id']}"]`;
    return [attribs['data-id'], page.has(`${at} [data-test=summary-words]`) ? page.text(`${at} [data-test=summary-words]`) : null];
}));
const linesOf = (page, id) => page.find(`[data-id="${id}"] [data-test=summary-words] p`)
    .map((line) => line.children.map(({ data }) => data ?? '').join('').trim());
const words = async (path = `${one.path}/agreement`) => summaries(await joan.get(path));
const paper = (party, more = '') => joan.get(`${one.path}/people/${party}/agreement${more}`);
const pdfText = async (page) => (await run(['pdftotext', '-layout', '-', '-'], { input: page.bytes })).stdout.replaceAll(/\s+/g, ' ');

// ---- what nobody may learn of the others ----

const known = new Map();
async function factsOf(party) {
    if (known.has(party))
        return known.get(party);
    const fields = (await joan.get(`/parties/${party}`)).form('form-post_parties_ID').fields;
    const all = (name) => fields.filter(([field, value]) => field === name && value.trim()).map(([, value]) => value.trim());
    const facts = { names: all('name'), known_as: all('known_as')[0], emails: all('email'), phones: all('phone'),
        lines: all('address').flatMap((text) => text.split(/[\n,]/)).map((line) => line.trim().replace(/^\d+\w? /, '')).filter((line) => line.length > 3),
        leaks: all('leak_term') };
    known.set(party, facts);
    return facts;
}

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const holds = (text, secret) => new RegExp(String.raw`(?<![\p{L}\d])${escaped(secret)}(?![\p{L}\d])`, 'u').test(text);
const pieces = (name) => name.split(' ').filter((word) => word.length > 2 && /^\p{Lu}/u.test(word));

async function secretsFor(party, members, child, isHome) {
    const mine = await factsOf(party);
    const secrets = [...mine.leaks];
    for (const other of members) {
        if (other.party === party)
            continue;
        const facts = await factsOf(other.party);
        // Someone is known by a first name; a family's surname never goes to the relatives.
        secrets.push(...facts.names, ...facts.emails, ...facts.phones, ...facts.lines,
            ...facts.names.map((name) => pieces(name).at(-1)).filter((word) => !mine.names.some((name) => name.includes(word))));
        if (!pieces(facts.known_as).length)
            secrets.push(...facts.names.flatMap(pieces));
    }
    const own = isHome ? child.adoptive : child.birth;
    secrets.push(...pieces(isHome ? child.birth : child.adoptive).filter((word) => !own.includes(word) && !mine.names.some((name) => name.includes(word))));
    return secrets.filter(Boolean);
}

test('no summary holds anything of the other side, of all people of all arrangements', async () => {
    const rows = await here.db.query(`SELECT a.arrangement_id::text AS id, a.child_id::text AS child, a.state, a.kind,
            json_agg(json_build_object('party', m.party_id::text, 'side', m.side) ORDER BY m.party_id) AS members
        FROM letterbox.arrangement a JOIN letterbox.arrangement_party m USING (agency_id, arrangement_id)
        WHERE a.agency_id = $1 GROUP BY 1, 2, 3, 4`, [await here.agency()]);
    let looked = 0;
    let secrets = 0;
    for (const { id, child: childId, members: raw } of rows) {
        const page = await joan.get(`/arrangements/${codeOf(id)}/agreement`);
        equal(page.status, 200);
        ok(!page.has('[data-test=agreement-held]'), `a summary of ${codeOf(id)} is held back`);
        const members = raw.map(({ party, side }) => ({ party: codeOf(party), side }));
        const form = (await joan.get(`/children/${codeOf(childId)}`)).form('form-post_children_ID').fields;
        const child = { birth: form.find(([field]) => field === 'child_birth_name')[1], adoptive: form.find(([field]) => field === 'child_adoptive_name')[1] };
        for (const [party, text] of Object.entries(summaries(page))) {
            ok(text, 'each has its words');
            const isHome = members.find((member) => member.party === party).side === 'adoptive';
            for (const secret of await secretsFor(party, members, child, isHome)) {
                ok(!holds(text, secret), `the summary for ${party} of ${codeOf(id)} holds "${secret}": ${text.slice(0, 300)}`);
                secrets += 1;
            }
            looked += 1;
        }
    }
    ok(looked > 2 * FILLED && secrets > 5 * looked, `${looked} summaries, ${secrets} secrets`);
});

test('what staff wrote into the terms is held back from whom it would tell something, and from nobody else', async () => {
    for (const [field, value, what] of [['signs_as', 'Mummy, Daddy and Kayla OVERBURY', 'how letters are signed'],
        ['called', 'the Beacon-Hill family', 'what each side may call itself'], ['enclosures', 'no sweets from Grange', 'what may come with a letter'],
        ['called', 'Ring priya on 0 7 7 0 0 9 0 0 1 2 3', null]]) {
        saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { [field]: value }));
        const page = await joan.get(`${one.path}/agreement`);
        const said = summaries(page);
        ok(said[one.home], 'their own name is no secret to the family');
        if (!what)
            continue;
        equal(said[one.ann], null, `${value} is told to Ann`);
        match(page.text(`[data-id="${one.ann}"] [data-test=agreement-held]`), new RegExp(`${what}: “${escaped(value)}”`));
        const refused = await paper(one.ann);
        equal(refused.path, `${one.path}/agreement`, 'no paper is made of it');
        saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { signs_as: 'first names only', called: 'Nana Ann', enclosures: 'no toys' }));
        ok((await words())[one.ann]);
    }
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { called: 'Nana Ann' }));
    // A first name on the list by which somebody may be known is no secret; another word of the list is.
    await joan.submit(await joan.get(`/parties/${one.ann}`), 'form-post_parties_ID', { leak_term: ['Priya', 'Tigger'], leak_category: ['name', 'name'] });
    ok((await words())[one.ann], 'she is known as Priya');
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { enclosures: 'no photos of Tigger' }));
    equal((await words())[one.ann], null);
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { enclosures: 'no toys' }));
    // And how somebody may be known, when that is their whole name.
    await joan.submit(await joan.get(`/parties/${one.home}`), 'form-post_parties_ID', { known_as: 'The Overbury family' });
    const page = await joan.get(`${one.path}/agreement`);
    equal(summaries(page)[one.ann], null);
    match(page.text('[data-test=agreement-held]'), /what somebody on the other side may be known as: “The Overbury family”/);
    await joan.submit(await joan.get(`/parties/${one.home}`), 'form-post_parties_ID', { known_as: 'Priya and Sam' });
    ok((await words())[one.ann]);
});

// ---- what it says ----

test('each person reads how they stand, in the words that they like', async () => {
    const page = await joan.get(`${one.path}/agreement`);
    const said = summaries(page);
    match(said[one.home], /^What we agreed about letters: Kayla This has been agreed since/);
    match(said[one.home], /You write to Nana Ann \(grandmother\)\. They write to you too\./);
    match(said[one.home], /Letters are written each year in April and October\. You write first\. They write back about a month later\./);
    match(said[one.home], /You can send these with your letter: cards and drawings\. We agreed it like this: “no toys”\./);
    match(said[one.home], /There can be photos with the letters\. They must not show faces\./);
    match(said[one.home], /Letters are signed like this: “first names only”\. What you call each other: “Nana Ann”\./);
    match(said[one.home], /Post your letter to us\./);
    match(said[one.home], /Nobody is in trouble\./);
    match(said[one.ann], /^Our plan for letters: Kayla/);
    match(said[one.ann], /You write to Priya and Sam\. They write to you too\./);
    match(said[one.ann], /They write first\. You write back about a month later\./);
    // One thing a line, in short sentences.
    for (const line of linesOf(page, one.ann)) {
        doesNotMatch(line.replaceAll(/“.*?”/g, ''), /[.?] \S/, line);
        ok(line.split(' ').length <= 16, line);
    }
});

test('who only receives is told nothing of writing', async () => {
    const { version } = await here.db.one('SELECT record_version AS version FROM letterbox.arrangement WHERE arrangement_id = $1', [one.id]);
    ok(version > 0);
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { kind: 'one_way' }));
    let said = await words();
    match(said[one.ann], /You get letters from Priya and Sam\. You do not need to write back\./);
    doesNotMatch(said[one.ann], /You write|your letter|write first|Please write|How to send/i);
    match(said[one.home], /You write to Nana Ann \(grandmother\)\. They do not write back\. We agreed it that way\./);
    doesNotMatch(said[one.home], /How you get letters|They write/);
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { kind: 'indirect' }));
    // At the office, and stopped.
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { office: [one.ann] }));
    said = await words();
    match(said[one.ann], /You read letters at our office\. We do not send them to your home\./);
    doesNotMatch(said[one.home], /office/);
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { office: null }));
    await here.db.query(`UPDATE letterbox.arrangement SET state = 'paused' WHERE arrangement_id = $1`, [one.id]);
    said = await words();
    match(said[one.ann], /Everything has stopped for now\./);
    doesNotMatch(said[one.home], /What comes next/);
    await here.db.query(`UPDATE letterbox.arrangement SET state = 'active' WHERE arrangement_id = $1`, [one.id]);
});

test('on paper: each their own, in large print where they like it, written in the audit', async () => {
    const acts = () => here.db.one(`SELECT count(*)::int AS n FROM letterbox.audit WHERE act = 'agreement_printed' AND about_kind = 'party'`);
    const made = (await acts()).n;
    const sizes = async (page) => [...(await run(['pdftotext', '-bbox', '-', '-'], { input: page.bytes })).stdout
        .matchAll(/yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">/g)].map(([, top, bottom]) => Number(bottom) - Number(top));
    const home = await paper(one.home);
    equal(home.headers['content-type'], 'application/pdf');
    match(String(home.headers['content-disposition']), /filename="agreement\.pdf"/);
    match(await pdfText(home), /What we agreed about letters: Kayla .*You write to Nana Ann \(grandmother\)\..*Page 1 of/);
    const usual = await paper(one.home, '?reads=usual');
    const smallest = Math.min(...await sizes(home));
    ok(smallest > 18, `the smallest word is ${smallest} points high`);
    ok(Math.min(...await sizes(usual)) < 12);
    const ann = await paper(one.ann);
    ok(Math.min(...await sizes(ann)) > 18);
    match(await pdfText(ann), /Our plan for letters: Kayla/);
    doesNotMatch(await pdfText(ann), /Overbury|Beacon|Grange|LA38/);
    doesNotMatch(ann.bytes.toString('latin1'), /Kayla|Marlowe|Overbury|Creat(or|ionDate)|Producer/);
    equal((await acts()).n, made + 3);
    equal((await paper(one.ann, '?reads=loud')).status, 404);
    equal((await joan.get(`${one.path}/people/${codeOf('99999999999')}/agreement`)).status, 404);
});

test('an older version is read as it was: months, photos and who read at the office', async () => {
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { photos: 'face', office: [one.ann], month: [4, 10] }));
    const before = (await here.db.one('SELECT max(version) AS n FROM letterbox.agreement WHERE arrangement_id = $1', [one.id])).n;
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { photos: 'none', office: null, month: [6] }));
    equal((await here.db.one('SELECT max(version) AS n FROM letterbox.agreement WHERE arrangement_id = $1', [one.id])).n, before + 1);
    const terms = await joan.get(`${one.path}/terms`);
    const rowOf = (number) => terms.text(`[data-test=row-agreement][data-id="${number}"]`);
    match(rowOf(before), /Photos ?with faces/);
    match(rowOf(before), /At the office ?Ann Marlowe/);
    match(rowOf(before + 1), /New: months, photos, who reads at the office\./);
    match(rowOf(before + 1), /Photos ?none/);
    doesNotMatch(rowOf(before + 1), /At the office/);
    const now = (await words())[one.home];
    match(now, /No photos come with the letters/);
    match(now, /each year in June/);
    const then = await words(`${one.path}/agreement?version=${before}`);
    match(then[one.home], /This was agreed from .* until .*It has changed since then\./);
    match(then[one.home], /There can be photos with the letters\. They can show faces\./);
    match(then[one.home], /each year in April and October/);
    match(then[one.ann], /You read letters at our office/);
    doesNotMatch(then[one.home], /What comes next/);
    match(await pdfText(await paper(one.home, `?version=${before}`)), /in April and October/);
    equal((await joan.get(`${one.path}/agreement?version=99`)).status, 404);
    // Who reads at the office is a version by itself.
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { office: [one.ann] }));
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { office: [one.ann] }));
    equal((await here.db.one('SELECT max(version) AS n FROM letterbox.agreement WHERE arrangement_id = $1', [one.id])).n, before + 2);
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { office: null }));
});

// ---- how people like to read ----

test('how somebody likes to read is one choice, and the page keeps it', async () => {
    const stored = () => here.db.one('SELECT easy_read AS easy, large_print AS large FROM letterbox.party ORDER BY made_at DESC, party_id LIMIT 1');
    ok(await stored());
    for (const [reads, expected] of [['large', { easy: false, large: true }], ['easy', { easy: true, large: true }], ['usual', { easy: false, large: false }]]) {
        const page = await joan.submit(await joan.get(`/parties/${one.home}`), 'form-post_parties_ID', { reads });
        ok(codes(page).includes('party-saved'), page.plain().slice(0, 500));
        equal((await joan.get(`/parties/${one.home}`)).attribute('[name=reads][checked]', 'value'), reads);
        const { easy, large } = await here.db.one(`SELECT easy_read AS easy, large_print AS large FROM letterbox.party
            WHERE party_id = (SELECT party_id FROM letterbox.arrangement_party WHERE arrangement_id = $1 AND side = 'adoptive')`, [one.id]);
        deepEqual({ easy, large }, expected);
    }
});

// ---- the child's dates ----

test('when the birthday is corrected, a version with the new hard month is made, and what is to come moves', async () => {
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { avoid: ['birthday'], avoid_month: null, month: [4, 10] }));
    const newest = () => here.db.one(`SELECT version, avoid_months AS avoid, source, agreed_on::text AS agreed, rule FROM letterbox.agreement
        WHERE arrangement_id = $1 ORDER BY version DESC LIMIT 1`, [one.id]);
    const before = await newest();
    deepEqual(before.avoid, [3]);
    const child = (await joan.get(one.path)).find('a[href^="/children/"]')[0].attribs.href.split('?')[0];
    const jobs = () => here.db.one(`SELECT count(*)::int AS n FROM letterbox.job WHERE kind = 'open_occasions' AND arrangement_id = $1`, [one.id]);
    const asked = (await jobs()).n;
    let page = await joan.submit(await joan.get(child), 'form-post_children_ID', { child_birth_name: 'Kayla Marlowe' });
    ok(codes(page).includes('child-saved'), page.plain().slice(0, 400));
    equal((await newest()).version, before.version, 'the same dates make no version');
    page = await joan.submit(await joan.get(child), 'form-post_children_ID', { dob_month: 4 });
    ok(codes(page).includes('child-saved-moved'), page.plain().slice(0, 400));
    const after = await newest();
    deepEqual({ ...after, version: 0, avoid: [] }, { ...before, version: 0, avoid: [] }, 'the same terms');
    equal(after.version, before.version + 1);
    deepEqual(after.avoid, [4]);
    equal((await jobs()).n, asked + 1, 'the diary moves what is to come');
    match((await joan.get(`${one.path}/terms`)).text(`[data-test=row-agreement][data-id="${after.version}"]`), /New: hard months\./);
    // Newer terms that begin later, with others until then: staff are told to look.
    saved(await joan.submit(await joan.get(`${one.path}/terms`), TERMS, { month: [5], starts_day: 1, starts_month: 1, starts_year: year + 1 }));
    page = await joan.submit(await joan.get(child), 'form-post_children_ID', { dob_month: 6 });
    ok(codes(page).includes('child-saved-look'), page.plain().slice(0, 400));
    deepEqual((await newest()).avoid, [6]);
    match((await words())[one.home], /From 1 January \d{4} on there is a new agreement/);
    match((await words(`${one.path}/agreement?version=${(await newest()).version}`))[one.home], /This will start on 1 January/);
});
