// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters for post, through the desk's own pages: a batch, its letters and address sheets as PDF with one code on both,
// posted once; and what a prohibition in between stops.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { codes, ids, openOffice } from '../harness/office.mjs';
import { run } from '../harness/spawn.mjs';

let office;
let manager;
let serial = 0;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
}, { timeout: 180_000 });

const pdfText = async (page) => {
    equal(page.headers['content-type'], 'application/pdf', page.plain().slice(0, 300));
    match(page.headers['content-disposition'] ?? '', /^attachment; filename="(letters|addresses)-[0-9a-z]+\.pdf"$/);
    return (await run(['pdftotext', '-layout', '-', '-'], { input: page.bytes })).stdout;
};

// A family's letter to so many relatives by post, approved and waiting to be printed.
async function waiting(names, words, { reads = 'usual' } = {}) {
    serial += 1;
    const email = `writer${serial}@homes.test`;
    const home = await office.person({ kind: 'adoptive', name: `Priya Writerhome${serial}`, email,
        address: `${serial} Larkspur Avenue\nMarlby\nHD14 2QP` });
    const relatives = [];
    for (const name of names)
        relatives.push(await office.person({ name, channel: 'post', email: '', reads,
            address: `${relatives.length + 1} ${name.split(' ')[1]} Road\nOxenbridge\nHX17 ${serial % 10}${'ABDEF'[relatives.length]}B` }));
    const arrangement = await office.arrangement(home, relatives);
    const letter = await office.letterFrom(email, words);
    const done = await office.approve(office.joan, letter);
    ok(done.has('[data-test=msg-approved]'), done.plain().slice(0, 400));
    const rows = await eventually(async () => {
        const page = await office.joan.get('/prints');
        const found = page.find('[data-test=row-dispatch]').map((one) => ({ id: one.attribs['data-id'],
            text: page.text(`[data-test=row-dispatch][data-id="${one.attribs['data-id']}"]`) }));
        const mine = names.map((name) => found.find(({ text }) => text.includes(name)));
        return mine.every(Boolean) && mine;
    }, { within: 30_000, every: 200, what: 'the copies in the print queue' });
    return { letter, arrangement, rows, code: rows.map(({ text }) => /[0-9A-Z]{4}(-[0-9A-Z]{4}){2}/.exec(text)[0]) };
}

const make = async (dispatches, from = null) => office.joan.submit(from ?? await office.joan.get('/prints'), 'form-post_prints',
    { dispatch: dispatches });

async function prohibit(arrangement) {
    const page = await office.joan.submit(await office.joan.get(`/arrangements/${arrangement}/state`), 'form-post_arrangements_ID_state',
        { state: 'prohibited', reason: 'Court order of today' });
    ok(page.has('[data-test=msg-state-changed]'), page.plain().slice(0, 400));
}

test('each letter and its address sheet carry one code, and the recipient\'s own data only', async () => {
    const { letter, rows, code } = await waiting(['Ann Firstpost', 'Tom Secondpost'], 'We planted a quince tree.');
    ok(code[0] !== code[1], 'a code of their own each');
    let page = await make([rows[0].id]);
    match(page.path, /^\/prints\/\w{12}$/, page.plain().slice(0, 300));
    deepEqual(ids(page, 'row-dispatch'), [rows[0].id]);
    const letters = await pdfText(await office.joan.get(page.link('print-letters')));
    const sheets = await pdfText(await office.joan.get(page.link('print-addresses')));
    for (const text of [letters, sheets]) {
        ok(text.includes(code[0]), `the code ${code[0]} is not on it:\n${text}`);
        ok(!/Secondpost|Writerhome|Larkspur|Marlby|homes\.test|Kayla/.test(text), `something of others stands on it:\n${text}`);
        ok(!text.includes(code[1]) && !text.includes(letter));
    }
    match(letters, /We planted a quince tree/);
    match(sheets, /Ann Firstpost\s+1 Firstpost Road\s+Oxenbridge\s+HX17/);
    ok(!/quince/.test(sheets), 'the sheet shows nothing of the letter');

    // both in one batch: in the same order in both files
    page = await make([rows[1].id]);
    const [row] = await office.audited('letter_printed', manager);
    match(row.join(' '), /Jo Whitfield Printed a letter/);
    page = await office.joan.get('/prints');
    equal(page.find('[data-test=row-print]').length, 2);
    ok(!page.has('[data-test=row-dispatch]'), 'nothing waits any more');
    equal(Number((await office.joan.get('/')).text('[data-test=count-prints] .lb-tile__number')), 0);
});

test('who likes large print, or easy words, gets each word of a printed letter in 18 points', async () => {
    const { rows } = await waiting(['Gran Sixthpost'], 'The pear tree is in bloom.', { reads: 'large' });
    const { rows: more } = await waiting(['Pop Seventhpost'], 'The plum tree is in bloom.', { reads: 'easy' });
    const { rows: usual } = await waiting(['Aunt Eighthpost'], 'The fig tree is in bloom.');
    for (const [row, least, most] of [[rows[0], 18, 100], [more[0], 18, 100], [usual[0], 8, 16]]) {
        const page = await make([row.id]);
        const boxes = (await run(['pdftotext', '-bbox', '-', '-'], { input: (await office.joan.get(page.link('print-letters'))).bytes })).stdout;
        const sizes = [...boxes.matchAll(/yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">/g)].map(([, top, bottom]) => bottom - top);
        ok(sizes.length > 8 && Math.min(...sizes) >= least && Math.max(...sizes) <= most, `${row.text}: ${sizes.join(' ')}`);
        await office.joan.submit(await office.joan.get(page.path), 'form-post_prints_ID_posted', { dispatch: [row.id] });
    }
});

test('several letters in one batch stand in the same order in both files; posted is said once', async () => {
    const { letter, rows, code } = await waiting(['Bea Thirdpost', 'Sue Fourthpost', 'Lyn Fifthpost'], 'The swing is up.');
    const stale = await office.joan.get('/prints');
    let page = await make(rows.map(({ id }) => id));
    const batch = page.path;
    const order = (text) => code.map((one) => [text.indexOf(one), one]).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
    const [letters, sheets] = [await pdfText(await office.joan.get(`${batch}/letters`)), await pdfText(await office.joan.get(`${batch}/addresses`))];
    ok(code.every((one) => letters.includes(one) && sheets.includes(one)));
    deepEqual(order(letters), order(sheets));

    // somebody who still sees the old queue takes nothing into a second batch
    const late = await make(rows.map(({ id }) => id), stale);
    ok(late.has('[data-test=msg-print-nothing]') || late.path === batch, late.plain().slice(0, 300));

    page = await office.joan.get(batch);
    let answer = await office.joan.submit(page, 'form-post_prints_ID_posted', {});
    deepEqual(codes(answer), ['dispatch-missing']);
    const year = new Date().getFullYear() + 1;
    answer = await office.joan.submit(answer, 'form-post_prints_ID_posted', { dispatch: [rows[0].id], year });
    deepEqual(codes(answer), ['date-to-come']);
    ok(answer.has(`[name=dispatch][value="${rows[0].id}"][checked]`), 'what was ticked stays ticked');
    answer = await office.joan.submit(page, 'form-post_prints_ID_posted', { dispatch: rows.slice(0, 2).map(({ id }) => id), proof: 'RM 123' });
    equal(answer.path, '/prints?notice=print-posted', answer.plain().slice(0, 300));
    match((await office.audited('letter_posted', manager))[0].join(' '), /Posted a letter.*proof of posting: RM 123/);
    page = await office.joan.get(batch);
    equal(page.find('[data-test=row-dispatch] input:not([disabled])').length, 1, 'one is left to post');
    match(page.text('form[data-test=form-post_prints_ID_posted]'), /posted on/);
    for (const path of [`/letters/${letter}`, `/letters/${letter}/done`]) {
        const shown = await office.joan.get(path);
        deepEqual(shown.find('[data-test=copy-state]').map((one) => one.children[0].data).sort(),
            ['in a batch, to be posted', 'sent', 'sent'], path);
        ok(!/making the copies/.test(shown.plain()), 'they are made');
    }
    const sent = await office.joan.get(`/letters/${letter}`);
    match(sent.text('.lb-facts'), /Being sent on/);
    ok(!sent.has('input[type=checkbox]') && !/Untick|Ready to go/.test(sent.plain()), 'nothing to choose any more');

    // a batch is not posted twice
    const twice = await office.joan.submit(page, 'form-post_prints_ID_posted', { dispatch: rows.slice(0, 2).map(({ id }) => id) });
    equal(twice.status, 409, twice.plain().slice(0, 300));
    answer = await office.joan.submit(page, 'form-post_prints_ID_posted', { dispatch: [rows[2].id], once: null });
    equal(answer.path, '/prints?notice=print-posted');
    page = await office.joan.get(batch);
    ok(page.has('[data-test=msg-print-posted]') && !page.has('[data-test=form-post_prints_ID_posted]'));
    match((await office.joan.get(`/letters/${letter}`)).text('.lb-facts'), /Sent on/);
});

test('a prohibition stops a letter before it is in a batch', async () => {
    const { arrangement, rows } = await waiting(['Ada Sixthpost'], 'The ice was thick.');
    const page = await office.joan.get('/prints');
    await prohibit(arrangement);
    const answer = await make([rows[0].id], page);
    equal(answer.path, '/problems?notice=print-stopped', answer.plain().slice(0, 300));
    const card = answer.text(`[data-test=row-dispatch][data-id="${rows[0].id}"]`);
    match(card, /To Ada Sixthpost, by post.*Contact is prohibited\. A manager lifts this when the prohibition ends\./);
});

test('a prohibition stops a letter that is printed, and whoever holds the envelope is told', async () => {
    const { arrangement, rows } = await waiting(['Eva Seventhpost', 'Kim Eighthpost'], 'Snow at last.');
    let page = await make(rows.map(({ id }) => id));
    const batch = page.path;
    await pdfText(await office.joan.get(`${batch}/letters`));
    const held = await office.joan.get(batch);
    await prohibit(arrangement);
    page = await office.joan.get(batch);
    match(page.text(`[data-test=row-dispatch][data-id="${rows[0].id}"]`), /Do not post: contact is prohibited/);
    equal(page.find('[data-test=row-dispatch] input:not([disabled])').length, 0);
    const none = await office.joan.get(`${batch}/letters`);
    equal(none.path, `${batch}?notice=print-nothing`, 'nothing of it is shown any more');
    const posted = await office.joan.submit(held, 'form-post_prints_ID_posted', { dispatch: rows.map(({ id }) => id) });
    equal(posted.status, 409, 'the page that was open before does not pass it by');
    match((await office.joan.get('/problems')).text(), /To Eva Seventhpost.*Contact is prohibited/);
});

test('who has a copy already is not ticked when the letter is approved again for the others', async () => {
    const { letter, rows } = await waiting(['Amy Tenthpost', 'Bob Eleventhpost'], 'A kite in the tree.');
    const batch = (await make(rows.map(({ id }) => id))).path;
    let page = await office.joan.submit(await office.joan.get(batch), 'form-post_prints_ID_posted', { dispatch: [rows[0].id] });
    ok(page.has('[data-test=msg-print-posted]'), page.plain().slice(0, 300));
    // Bob asks for a pause before his is posted
    page = await office.joan.submit(await office.joan.get('/parties'), 'form-post_parties_search', { q: 'eleventhpost' });
    const bob = page.attribute('[data-test=party-open]', 'href');
    await office.joan.submit(await office.joan.get(bob), 'form-post_parties_ID', { state: 'paused' });
    page = await office.joan.get(batch);
    match(page.text(`[data-test=row-dispatch][data-id="${rows[1].id}"]`), /Do not post: the recipient has asked for a pause/);
    ok(!page.has('form[data-test=form-post_prints_ID_posted]'), 'nothing is left to be posted');
    page = await office.joan.submit(await office.joan.get(bob), 'form-post_parties_ID', { state: 'active' });
    const problems = await office.joan.get('/problems');
    page = await office.joan.post(`/dispatches/${rows[1].id}/answer`, { csrf: problems.attribute('input[name=csrf]', 'value'),
        answer: 'review', reason: 'The pause is over' });
    equal(page.path, `/letters/${letter}?notice=letter-again`, page.plain().slice(0, 300));
    const copies = await office.check(office.joan, letter);
    deepEqual(copies.find('[name=to]').map((one) => [copies.text(`label[for="${one.attribs.id}"]`).includes('has a copy already'),
        'checked' in one.attribs]).sort(), [[false, true], [true, false]]);
});

test('only those who work with letters print, and only their own agency\'s', async () => {
    const { rows } = await waiting(['Zoe Ninthpost'], 'One more.');
    const batch = (await make([rows[0].id])).path;
    for (const role of ['checker', 'inspector', 'administrator'])
        equal((await (await office.staff(role)).client.get(`${batch}/letters`)).status, 403, role);
    const elsewhere = (await office.staff('coordinator', { agency: 'brackendale' })).client;
    for (const path of [batch, `${batch}/letters`, `${batch}/addresses`])
        equal((await elsewhere.get(path)).status, 404, path);
});
