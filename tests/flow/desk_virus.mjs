// SPDX-License-Identifier: AGPL-3.0-or-later
// A letter in which a virus was found, at the desk: staff see what carries it and what to tell the sender, and nothing of
// it; a manager alone has it opened all the same, in two steps and with a reason, which the audit keeps.

import { before, deepEqual, doesNotMatch, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { EICAR, NAME, clamd } from '../harness/clamd.mjs';
import { codes, idOf, ids, openOffice } from '../harness/office.mjs';
import { letterPdf } from '../harness/samples.mjs';

const BAD_PDF = Buffer.concat([letterPdf([['Words on the infected page.']]), EICAR]);

let office;
let manager;
let scanner;
before(async () => {
    scanner = await clamd();
    office = await openOffice({ settings: { press: { clamd: 'required', clamd_socket: scanner.socket } } });
    manager = (await office.staff('manager')).client;
}, { timeout: 180_000 });

let letters = 0;

// A letter on paper that came with an infected scan: its id, once it is kept apart.
async function infected() {
    const letter = await sent(BAD_PDF);
    await keptApart(letter);
    return letter;
}

async function sent(body) {
    const files = [{ field: 'file', name: 'their letter.pdf', type: 'application/pdf', body }];
    letters += 1;
    const ann = await office.person({ name: `Ann Carrier${letters}`, channel: 'post', email: '' });
    const arrangement = await office.arrangement(await office.person({ kind: 'adoptive', name: 'Priya Readershome' }), [ann]);
    let page = await office.joan.get('/scans/new');
    page = await office.joan.post('/scans/find', [...page.form('form-post_scans').fields, ['q', `carrier${letters}`]]);
    page = await office.joan.submit(page, 'form-post_scans', { sender: `${ann}.${arrangement}`, kept_where: 'safe' }, { files });
    return idOf(page);
}

const keptApart = (letter) => eventually(async () => ids(await office.joan.get('/quarantine'), 'row-quarantine').includes(letter),
    { within: 30_000, every: 200, what: `${letter} is kept apart` });
const override = async (who, letter, fields) => who.submit(await who.get(`/quarantine/${letter}/override`),
    'form-post_quarantine_ID_override', fields);

test('staff see which file it is and what to tell the sender, and nothing of the letter', async () => {
    const letter = await infected();
    match((await office.joan.get('/quarantine')).text('table'), new RegExp(`Ann Carrier${letters}.*It carries a virus`));
    const page = await office.joan.get(`/quarantine/${letter}`);
    equal(page.status, 200);
    match(page.text('h1'), /This letter carries a virus/);
    match(page.text('[data-test=virus-found]'), new RegExp(`Item \\d, called “their letter.pdf”, carries a virus\\. The scanner calls it: ${NAME}`
        + '.*Tell the sender that it could not be taken because of the virus, and ask them to have their phone or computer checked'));
    doesNotMatch(page.plain(), /Words on the infected page/);
    ok(!page.has('[data-test=letter-text]') && !page.has('main img') && !page.has('[data-test=form-post_quarantine_ID_match]'));
    equal((await office.joan.get(`/quarantine/${letter}/pages/1`)).status, 404);
    equal((await office.joan.get(`/letters/${letter}`)).status, 404, 'it is no letter to read');
    equal((await office.joan.get(`/letters/${letter}/pages/1`)).status, 404);
});

test('nobody matches it past the scanner, and it is set aside with what was done', async () => {
    const letter = await infected();
    let page = await office.joan.get(`/quarantine/${letter}`);
    const { fields } = page.form('form-post_quarantine_ID_set_aside');
    const csrf = fields.find(([name]) => name === 'csrf')[1];
    equal((await office.joan.post(`/quarantine/${letter}/match`, { csrf, once: 'a'.repeat(32), party: await anyParty() })).status, 409);
    page = await office.joan.submit(page, 'form-post_quarantine_ID_set_aside', { reason: '' });
    deepEqual(codes(page), ['aside-missing']);
    match(page.text('h1'), /This letter carries a virus/);
    page = await office.joan.submit(page, 'form-post_quarantine_ID_set_aside', { reason: 'Rang her, she sends it again' });
    equal(page.path, '/quarantine?notice=quarantine-set-aside');
    page = await office.joan.submit(await office.joan.get(`/quarantine/${letter}`), 'form-post_quarantine_ID_back');
    equal(page.path, `/quarantine/${letter}?notice=quarantine-back`);
    match(page.text('h1'), /This letter carries a virus/);
});

const anyParty = async () => office.person({ name: 'Any Body', channel: 'post', email: '' });

test('a coordinator cannot have it opened, nor anybody else but a manager', async () => {
    const letter = await infected();
    const page = await office.joan.get(`/quarantine/${letter}`);
    ok(!page.has('[data-test=virus-override-open]'));
    match(page.plain(), /ask a manager/);
    for (const role of ['coordinator', 'checker', 'inspector', 'administrator']) {
        const { client, home } = role === 'coordinator' ? { client: office.joan, home: page } : await office.staff(role);
        const csrf = home.attribute('input[name=csrf]', 'value');
        equal((await client.get(`/quarantine/${letter}/override`)).status, 403, role);
        equal((await client.post(`/quarantine/${letter}/override`, { csrf, once: 'b'.repeat(32), sure: 'yes', reason: 'I want to' })).status, 403, role);
    }
    ok(ids(await office.joan.get('/quarantine'), 'row-quarantine').includes(letter), 'it is still shut');
    deepEqual(await office.audited('virus_overridden', manager), []);
});

test('a manager has it opened in two steps, with a reason that the audit keeps, and it is read with a warning', async () => {
    const letter = await infected();
    let page = await manager.get(`/quarantine/${letter}`);
    ok(!page.has('[data-test=form-post_quarantine_ID_override]'), 'not on the first page');
    equal(page.link('virus-override-open'), `/quarantine/${letter}/override`);
    page = await override(manager, letter, { reason: ' ' });
    equal(page.status, 422);
    deepEqual(codes(page).sort(), ['reason-missing', 'sure-missing']);
    page = await override(manager, letter, { reason: 'Her mother died and cannot send it again' });
    deepEqual(codes(page), ['sure-missing']);
    match(page.plain(), /Her mother died/, 'what was typed stays');
    equal((await office.audited('virus_overridden', manager)).length, 0);
    page = await override(manager, letter, { reason: 'Her mother died and cannot send it again', sure: 'yes' });
    equal(page.path, '/quarantine?notice=virus-overridden', page.plain().slice(0, 500));
    const audited = await office.audited('virus_overridden', manager);
    equal(audited.length, 1);
    match(audited[0].join(' '), /Had a letter opened although it carries a virus .*Her mother died and cannot send it again/);
    equal(await office.letterWith('A virus was found in this letter. A manager had it opened all the same'), letter);
    match((await office.joan.get(`/letters/${letter}`)).plain(), /Page 1, as it came/);
    equal((await manager.get(`/quarantine/${letter}/override`)).status, 404, 'once');
});

test('two managers at once: the second is told; a letter that carries nothing cannot be forced', async () => {
    const letter = await infected();
    const both = [await manager.get(`/quarantine/${letter}/override`), await manager.get(`/quarantine/${letter}/override`)];
    const fields = { sure: 'yes', reason: 'It would be lost' };
    equal((await manager.submit(both[0], 'form-post_quarantine_ID_override', fields)).status, 200);
    ok([404, 409].includes((await manager.submit(both[1], 'form-post_quarantine_ID_override', fields)).status));
    equal((await office.audited('virus_overridden', manager)).filter((row) => row.join().includes('It would be lost')).length, 1);
    await office.mail('harmless@elsewhere.test', { text: 'Only a stranger, no virus.' });
    const stranger = await office.quarantinedWith('Only a stranger, no virus');
    equal((await manager.get(`/quarantine/${stranger}/override`)).status, 404);
});

test('a mail with a virus says who it is from; opened, it still waits until somebody says whose it is', async () => {
    const lines = EICAR.toString('base64');
    await office.smtp.send({ from: 'nan@elsewhere.test', to: 'post@fernshire.test', message: ['From: Nan <nan@elsewhere.test>',
        'To: post@fernshire.test', 'Subject: A drawing', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '', '--b',
        'Content-Type: text/plain', '', 'Here is the drawing of Kayla.', '--b', 'Content-Type: text/plain; name=a.txt',
        'Content-Disposition: attachment; filename=a.txt', 'Content-Transfer-Encoding: base64', '', lines, '--b--', ''].join('\r\n') });
    let page;
    const mine = await eventually(async () => {
        for (const id of ids(await office.joan.get('/quarantine'), 'row-quarantine')) {
            page = await office.joan.get(`/quarantine/${id}`);
            if (page.plain().includes('nan@elsewhere.test'))
                return id;
        }
        return false;
    }, { within: 30_000, every: 300, what: 'the mail of Nan' });
    match(page.plain(), /Nan <nan@elsewhere\.test> ?Subject ?A drawing/);
    match(page.text('[data-test=virus-found]'), /The e-mail carries a virus/);
    doesNotMatch(page.plain(), /drawing of Kayla/);
    equal((await override(manager, mine, { sure: 'yes', reason: 'Only a test file' })).path, '/quarantine?notice=virus-overridden');
    const again = await office.quarantinedWith('Here is the drawing of Kayla');
    equal(again, mine);
    page = await office.joan.get(`/quarantine/${mine}`);
    match(page.text('h1'), /Who sent this\?/);
    match(page.plain(), /A virus was found in this letter/);
});

test('while the scanner is away staff see that letters wait, and these go on by themselves', async () => {
    const count = async () => Number((await office.joan.get('/')).text('[data-test=count-problems] .lb-tile__number'));
    // mails to made-up people come back, and may stand there too
    const waits = async () => (await office.joan.get('/problems')).has('[data-test=row-waiting]');
    equal(await waits(), false);
    await scanner.stop();
    const letter = await sent(letterPdf([['Words of a clean page.']]));
    await eventually(waits, { within: 20_000, every: 200, what: 'it is told' });
    match((await office.joan.get('/problems')).text('[data-test=row-waiting]'), new RegExp('One letter waits ?The virus scanner did not answer, '
        + 'and no file is opened without it\\. Tell the operator: files wait until it answers\\. Then they go on by themselves\\. ?Since .+ at .+'));
    ok(await count() >= 1);
    await scanner.start();
    await eventually(async () => (await office.joan.get(`/letters/${letter}`)).status === 200
        && /Page 1, as it came/.test((await office.joan.get(`/letters/${letter}`)).plain()), { within: 40_000, every: 300, what: 'it is prepared' });
    equal(await waits(), false);
}, { timeout: 120_000 });

test('/readyz and status tell whether the scanner answers', async () => {
    const ready = async () => (await office.joan.get('/readyz')).body.toString();
    match(await ready(), /^ok\nscanner answers\n$/);
    const status = async () => office.here.ctl(['status', '--json'], { status: 'any' });
    deepEqual(JSON.parse((await status()).stdout).scanner, { rule: 'required', answers: true });
    await scanner.stop();
    match(await ready(), /^ok\nscanner does not answer\n$/);
    const away = await status();
    equal(away.code, 1);
    deepEqual(JSON.parse(away.stdout).scanner, { rule: 'required', answers: false });
    match((await office.here.ctl(['status'], { status: 'any' })).stdout, /^scanner {2}DOES NOT ANSWER: documents wait until it does$/m);
    await scanner.start();
});
