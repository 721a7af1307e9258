// SPDX-License-Identifier: AGPL-3.0-or-later
// What staff see of a letter that came by e-mail: whether it was encrypted, what its signature proves, that nothing proves
// its sender; and a mail from one side of a child to an address of the other, which blocks and alerts.

import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { idFrom } from '../harness/codes.mjs';
import { mime, relative } from '../harness/openpgp.mjs';
import { ids, openOffice } from '../harness/office.mjs';

let office;
let manager;
let ann;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
    const { here } = office;
    ann = await relative({ here, db: here.db, agency: await here.agency() });
}, { timeout: 180_000 });

async function pair(surname) {
    const email = `${surname.toLowerCase()}@relatives.test`;
    const mother = await office.person({ name: `Rose ${surname}`, email });
    const home = await office.person({ kind: 'adoptive', name: `Priya ${surname}home`, email: `home.of.${email}` });
    const arrangement = await office.arrangement(home, [mother]);
    const { alias } = await office.here.db.one('SELECT alias_token AS alias FROM letterbox.party WHERE party_id = $1',
        [idFrom(mother)]);
    return { email, mother, home, arrangement, alias };
}

const send = (from, head, rest, { to = 'post@fernshire.test', result = 'none' } = {}) => office.smtp.send({ from,
    to: 'post@fernshire.test', message: `Authentication-Results: mx.fernshire.test; dmarc=${result} header.from=${
        from.split('@')[1]}\r\nFrom: <${from}>\r\nTo: ${to}\r\nSubject: Hello\r\n${head}${rest}` });

const MIME = 'MIME-Version: 1.0\r\n';
const text = (words) => `Content-Type: text/plain; charset=utf-8\r\n\r\n${words}\r\n`;

async function enterKey(person, key) {
    const page = await office.joan.submit(await office.joan.get(`/parties/${person}`), 'form-post_parties_ID_key',
        { key: key.armor });
    const done = await office.joan.submit(page, 'form-post_parties_ID_key_confirm', { heard: 'yes' });
    ok(done.has('[data-test=msg-key-kept]'), done.plain().slice(0, 500));
}

test('an encrypted letter, signed with the key that is kept for its sender, says so', async () => {
    const { mother, email } = await pair('Sealed');
    await enterKey(mother, ann);
    await send(email, MIME, mime(await ann.gpg(`Subject: A birthday\r\n${text('She is seven today.')}`)));
    const letter = await office.letterWith('She is seven today');
    const page = await office.joan.get(`/letters/${letter}`);
    match(page.text('.lb-facts'), /E-mail ?sealed@relatives\.test ?A birthday.*On the way ?Encrypted/);
    match(page.text('[data-test=mail-signature]'), /^Right: made with the key that we keep for this person/);
    ok(!page.has('[data-test=msg-mail-doubt]') && !page.has('[data-test=msg-mail-false]'));
});

test('a mail that nobody can decrypt is no letter to approve: staff read why, and what to do', async () => {
    const { email } = await pair('Locked');
    await send(email, MIME, mime(await ann.gpg(text('Only she can read this.'), { to: ann.fingerprint })), { result: 'pass' });
    const letter = await office.letterWith('not for our key');
    const sentence = 'There is nothing to read here. Ask the sender to send it again, or return it.';
    const page = await office.joan.get(`/letters/${letter}`);
    equal(page.text('[data-test=msg-nothing]'), sentence);
    ok(!page.has('[data-test=form-post_letters_ID_marks]') && !page.has('[data-test=letter-check]'), 'there is nothing to mark');
    const copies = await office.joan.get(`/letters/${letter}/decision`);
    equal(copies.text('[data-test=msg-nothing]'), sentence);
    match(copies.text('[data-test=msg-warnings]'), /not for our key/);
    ok(!copies.has('[data-test=letter-approve]') && !copies.has('[data-test=row-copy]'));
    const { db } = office.here;
    const { version, text_digest: digest } = await db.one('SELECT version, text_digest FROM letterbox.review WHERE letter_id = $1',
        [idFrom(letter)]);
    const refused = await office.joan.post(`/letters/${letter}/decision`, { csrf: copies.attribute('input[name=csrf]', 'value'),
        once: 'abcdefghijklmnop', decision: 'approve', version, digest: digest.toString('hex') });
    equal(refused.status, 422);
    ok(refused.has('[data-test=msg-letter-nothing]'), refused.plain().slice(0, 500));
    const returned = await office.decide(office.joan, letter, 'return', { note: 'We could not open your message. Please send it again.' });
    ok(returned.path.includes('/done'), returned.plain().slice(0, 500));
});

test('a mail whose signature is of an unknown key, or whose servers disown it, stands with staff under a plain warning', async () => {
    const { mother, email, arrangement } = await pair('Doubted');
    await send(email, MIME, mime(await ann.gpg(text('Am I really Rose?'))));
    const item = await office.quarantinedWith('Am I really Rose');
    match((await office.joan.get(`/quarantine/${item}`)).text('[data-test=mail-signature]'), /not the one we keep|do not know/);
    await send(email, '', text('The servers say no.'), { result: 'fail' });
    const failed = await office.quarantinedWith('The servers say no');
    const page = await office.joan.get(`/quarantine/${failed}`);
    match(page.text(), /most likely false/);
    ok(!page.has('[data-test=mail-signature]'));
    const list = await office.joan.post(`/quarantine/${failed}/match`, { csrf: page.attribute('input[name=csrf]', 'value'),
        once: 'abcdefghijklmnop', party: mother, arrangement });
    match(list.path, /notice=quarantine-matched/);
    await office.letterWith('The servers say no');
    const letter = await office.joan.get(`/letters/${failed}`);
    match(letter.text('[data-test=msg-mail-false]'), /says that it is from doubted@relatives\.test\. That is most likely false/);
});

test('a mail from one side to an address of the other goes to nobody, and staff hear of it', async () => {
    const { mother, home, arrangement, alias, email } = await pair('Crossed');
    const words = 'We found this address somewhere.';
    await send(`home.of.${email}`, '', text(words), { to: `${alias}@fernshire.test`, result: 'pass' });
    const item = await office.quarantinedWith(words);
    const problems = await office.joan.get('/problems');
    deepEqual(ids(problems, 'row-wrong-side'), [item]);
    const page = await office.joan.get(`/quarantine/${item}`);
    match(page.text('[data-test=msg-wrong-side]'), /One side may know an address.*only a manager can say/);
    ok(!page.has('[data-test=party-match]'), 'a coordinator has no button');
    const form = async (who, party) => who.post(`/quarantine/${item}/match`, {
        csrf: (await who.get(`/quarantine/${item}`)).attribute('input[name=csrf]', 'value'), once: `abcdefghijklmn${party.slice(0, 2)}`,
        party, arrangement });
    const refused = await form(office.joan, home);
    equal(refused.status, 422);
    ok(refused.has('[data-test=msg-wrong-side-manager]'), refused.plain().slice(0, 500));
    const across = await form(manager, mother);
    equal(across.status, 422);
    ok(across.has('[data-test=msg-sender-other-side]'), 'the other side\'s mail is not hers, whoever says so');
    deepEqual(ids(await office.joan.get('/problems'), 'row-wrong-side'), [item]);
    const [row] = await office.audited('letter_wrong_side', manager);
    match(row.at(-1), /from one side, to an address of the other/);
    match((await form(manager, home)).path, /notice=quarantine-matched/);
    match((await office.joan.get(`/letters/${await office.letterWith(words)}`)).text('h1'), /from Priya Crossedhome/);
    deepEqual(ids(await office.joan.get('/problems'), 'row-wrong-side'), []);
});

test('that only a manager matches it stands in the letter\'s row: what its review calls it does not matter', async () => {
    const { mother, home, arrangement, alias, email } = await pair('Bulky');
    // its own head calls it a list's
    await send(`home.of.${email}`, 'Precedence: bulk\r\nList-Unsubscribe: <mailto:x@relatives.test>\r\n', text('Only a newsletter.'),
        { to: `${alias}@fernshire.test`, result: 'pass' });
    const list = await office.quarantinedWith('Only a newsletter');
    await send('stranger@relatives.test', '', text('A stranger, as its review says.'));
    const other = await office.quarantinedWith('as its review says');
    await office.here.db.query('UPDATE letterbox.letter SET is_wrong_side = true WHERE letter_id = $1', [idFrom(other)]);
    for (const [item, party] of [[list, home], [other, mother]]) {
        const page = await office.joan.get(`/quarantine/${item}`);
        ok(page.has('[data-test=msg-wrong-side]') && !page.has('[data-test=party-match]'), item);
        const refused = await office.joan.post(`/quarantine/${item}/match`, { csrf: page.attribute('input[name=csrf]', 'value'),
            once: 'abcdefghijklmnop', party, arrangement });
        equal(refused.status, 422);
        ok(refused.has('[data-test=msg-wrong-side-manager]'), refused.plain().slice(0, 500));
    }
    deepEqual(ids(await office.joan.get('/problems'), 'row-wrong-side').sort(), [list, other].sort());
});

test('a mail from the wrong side is set aside by a manager alone: a coordinator cannot end the alarm', async () => {
    const { alias, email } = await pair('Alarming');
    const words = 'The alarm stays until a manager has looked.';
    await send(`home.of.${email}`, '', text(words), { to: `${alias}@fernshire.test`, result: 'pass' });
    const item = await office.quarantinedWith(words);
    const page = await office.joan.get(`/quarantine/${item}`);
    ok(!page.has('[data-test=quarantine-set-aside]'), 'a coordinator has no form');
    equal(page.text('[data-test=msg-set-aside-manager]'), 'Only a manager can set this aside. Tell a manager today.');
    const set = (who, reason) => who.get(`/quarantine/${item}`).then((seen) => who.post(`/quarantine/${item}/set-aside`,
        { csrf: seen.attribute('input[name=csrf]', 'value'), once: 'abcdefghijklmnop', reason }));
    const refused = await set(office.joan, 'spam');
    equal(refused.status, 422);
    ok(refused.has('[data-test=msg-wrong-side-set-aside]'), refused.plain().slice(0, 500));
    ok(ids(await office.joan.get('/problems'), 'row-wrong-side').includes(item));
    match((await set(manager, 'They were given it by us')).path, /notice=quarantine-set-aside/);
    ok(!ids(await office.joan.get('/problems'), 'row-wrong-side').includes(item));
    await office.joan.submit(await office.joan.get(`/quarantine/${item}`), 'form-post_quarantine_ID_back');
    ok(ids(await office.joan.get('/problems'), 'row-wrong-side').includes(item), 'put back, it alarms again');
});

test('an unproved mail from the other side\'s address cannot be matched to this side', async () => {
    const { mother, arrangement, email } = await pair('Swapped');
    await send(`home.of.${email}`, '', text('From the family, or so it says.'));
    const item = await office.quarantinedWith('or so it says');
    const page = await office.joan.get(`/quarantine/${item}`);
    const answer = await office.joan.post(`/quarantine/${item}/match`, { csrf: page.attribute('input[name=csrf]', 'value'),
        once: 'abcdefghijklmnop', party: mother, arrangement });
    equal(answer.status, 422);
    ok(answer.has('[data-test=msg-sender-other-side]'));
});
