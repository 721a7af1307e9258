// SPDX-License-Identifier: AGPL-3.0-or-later
// Paper that staff scan in on behalf of somebody: a PDF of several pages and a photo, through the desk's own page, to
// the letter in review. Who took it in does not approve it alone.

import { readFileSync } from 'node:fs';
import { before, deepEqual, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { codes, openOffice } from '../harness/office.mjs';
import { jpeg, letterPdf } from '../harness/samples.mjs';

let office;
let manager;
let photo;
let ann;
let arrangement;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
    photo = { field: 'file', name: 'photo.jpg', type: 'image/jpeg',
        body: readFileSync(await jpeg(folder('photo'), { width: 500, height: 400 })) };
    ann = await office.person({ name: 'Ann Paperwriter', channel: 'post', email: '' });
    arrangement = await office.arrangement(await office.person({ kind: 'adoptive', name: 'Priya Readershome' }), [ann]);
}, { timeout: 180_000 });

const pdf = (...pages) => ({ field: 'file', name: 'scan of Ann.pdf', type: 'application/pdf', body: letterPdf(pages) });
const today = () => {
    const [day, month, year] = new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London' }).split('/').map(Number);
    return { day, month, year };
};

async function scan(fields, files, who = office.joan) {
    let page = await who.get('/scans/new');
    page = await who.post('/scans/find', [...page.form('form-post_scans').fields, ['q', 'paperwriter']]);
    return who.submit(page, 'form-post_scans', { sender: `${ann}.${arrangement}`, ...fields }, { files });
}

// What was taken in, once the press has prepared it: its id.
async function takenIn(fields, files) {
    const page = await scan(fields, files);
    match(page.path, /^\/scans\/\w{12}$/, page.plain().slice(0, 600));
    const letter = page.path.split('/')[2];
    await eventually(async () => (await office.joan.get(`/letters/${letter}`)).has('[data-test=letter-check]'),
        { within: 30_000, every: 200, what: 'the scan in review' });
    return { page, letter };
}

test('the sender is found, pages and a photo are taken in, get a reference, and come to review', async () => {
    let page = await office.joan.get('/scans/new');
    deepEqual(Object.fromEntries(page.form('form-post_scans').fields.filter(([name]) => ['day', 'month', 'year', 'what'].includes(name))
        .map(([name, value]) => [name, name === 'what' ? value : Number(value)])), { what: 'letter', ...today() });
    const fields = page.form('form-post_scans').fields.filter(([name]) => !['q', 'kept_where'].includes(name));
    const find = (q) => office.joan.post('/scans/find', [...fields, ['kept_where', 'safe, folder 12'], ['q', q]]);
    ok((await find('Nobody Atall')).has('[data-test=msg-nobody-found]'));
    page = await find('paperwriter');
    match(page.text('[data-test=row-party]'), /Ann Paperwriter, birth relative: Kayla Home\d+, with the Readershome family/);
    equal(page.attribute('[name=kept_where]', 'value'), 'safe, folder 12', 'what was typed stays');

    const { page: done, letter } = await takenIn({ kept_where: 'safe, folder 12', helper: 'her sister Jo' },
        [pdf(['Dear Priya,', 'first page'], ['second page', 'Love, Ann']), photo]);
    match(done.text('[data-test=letter-reference]'), /^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/);
    match(done.text(), /The paper: safe, folder 12\. Written down by her sister Jo\. It is from Ann Paperwriter/);
    page = await office.joan.get(`/letters/${letter}`);
    match(page.text('h1'), /Letter from Ann Paperwriter to Priya Readershome/);
    match(page.text(), /on paper/);
    equal(page.find('[data-page]').length, 3, 'two pages and a photo');
    const [row] = await office.audited('letter_entered', manager);
    match(row.join(' '), /Jo Whitfield Scanned in a letter/);
    ok(!page.plain().includes('scan of Ann'), 'the name of a file is nobody\'s business');
});

test('who took it in approves it with a second person only', async () => {
    const { letter } = await takenIn({}, [pdf(['One of one.'])]);
    const copies = await office.check(office.joan, letter);
    match(copies.text(), /After you, a second person must agree/);
    let page = await office.joan.submit(copies, 'form-post_letters_ID_decision', { decision: 'approve' });
    ok(page.has('[data-test=msg-waits_second]'), page.plain().slice(0, 500));
    // neither by the page nor past it
    page = await office.joan.get(`/letters/${letter}/decision`);
    ok(!page.has('[data-test=form-post_letters_ID_second], [data-test=form-post_letters_ID_decision]'), page.plain());
    ok(page.has('[data-test=msg-own-letter]'));
    const theirs = await manager.get(`/letters/${letter}/decision`);
    const form = theirs.form('form-post_letters_ID_second');
    const csrf = page.attribute('input[name=csrf]', 'value');
    const forged = form.fields.map(([name, value]) => [name, name === 'csrf' ? csrf : value]);
    equal((await office.joan.post(form.action, [...forged, ['second', 'agree'], ['fact', 'Priya']])).status, 403);
    ok(!(await office.joan.get('/')).plain().includes('For you to check as second person'));
    match((await manager.get('/')).plain(), /For you to check as second person/);
    page = await office.second(manager, letter, { second: 'agree', fact: 'Priya' });
    ok(page.has('[data-test=msg-agreed]'), page.plain().slice(0, 500));
});

test('somebody else approves alone what a colleague took in', async () => {
    const { letter } = await takenIn({}, [photo]);
    const page = await office.approve(manager, letter);
    ok(page.has('[data-test=msg-approved]'), page.plain().slice(0, 500));
    await eventually(async () => /sent|ready to go|being made|to be printed/.test((await manager.get(`/letters/${letter}/done`)).text('[data-test=copy-state]')));
});

test('mistakes name the field and the cure, and keep what was typed', async () => {
    const blank = await office.joan.submit(await office.joan.get('/scans/new'), 'form-post_scans',
        { what: null, day: 31, month: 2, kept_where: 'in the post room' }, { files: [] });
    equal(blank.status, 422);
    deepEqual(codes(blank).sort(), ['date-wrong', 'file-missing', 'sender-missing', 'what-missing']);
    equal(blank.attribute('[name=kept_where]', 'value'), 'in the post room');
    equal(blank.attribute('[name=day]', 'value'), '31');
    const { year } = today();
    const late = await scan({ year: year + 1 }, [photo]);
    deepEqual(codes(late), ['date-to-come']);
    match(late.text(), /Please choose the files again/);
    ok(late.has(`[name=sender][value="${ann}.${arrangement}"][checked]`), 'the sender stays chosen');
    const empty = await scan({}, Array(3).fill({ ...photo, body: Buffer.alloc(0) }));
    deepEqual(empty.find('.govuk-error-summary__list li').length, 1, 'three empty files are one sentence');
    deepEqual(codes(empty), ['file-empty']);
});

test('only those who work with letters scan them in, and only for their own agency\'s people', async () => {
    for (const role of ['checker', 'inspector', 'administrator'])
        equal((await (await office.staff(role)).client.get('/scans/new')).status, 403, role);
    const elsewhere = (await office.staff('coordinator', { agency: 'brackendale' })).client;
    const page = await elsewhere.submit(await elsewhere.get('/scans/new'), 'form-post_scans',
        { sender: `${ann}.${arrangement}` }, { files: [photo] });
    ok(page.status >= 400 && page.status < 500, `${page.status} ${page.path}`);
});
