// SPDX-License-Identifier: AGPL-3.0-or-later
// The main job, as people do it: a family's letter with a photo and a document reaches a relative, and
// the relative's e-mail comes back to the family. Real HTTPS, SMTP and IMAP; nothing is looked up in
// the database. `make demo` shows it, tests/flow/main_job.mjs tries it.
//
//     await carryLetters({ say, portal, desk, mail, agencyAddress, people, agency, photo, document })
//
//   say(text)             a step was done
//   portal(), desk()      a new browser (browser.mjs here, tests/harness/http.mjs in the test)
//   mail.box(address)     Maildir of somebody; mail.send({ from, to, message })
//   people                rows of demo-sign-ins.txt: { role, agency, email, password, code(), totp }
//   photo, document       bytes of a JPEG with a place in it, and of a DOCX
// Any step that does not hold throws, and says what was on the page.

const PAUSE_MS = 200;
const PATIENCE_MS = 60_000;

const check = (holds, what, page) => {
    if (!holds)
        throw new Error(`${what}${page ? `\n${page.path} (${page.status}): ${page.plain().slice(0, 1500)}` : ''}`);
};

async function until(what, look) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
        const found = await look();
        if (found)
            return found;
        check(Date.now() < end, `waited in vain for ${what}`);
        await new Promise((done) => { setTimeout(done, PAUSE_MS); });
    }
}

// For what need not come.
async function soon(look) {
    for (let tries = 0; tries < 40; tries += 1) {
        const found = await look();
        if (found)
            return found;
        await new Promise((done) => { setTimeout(done, PAUSE_MS); });
    }
    return null;
}

const decoded = (mail) => mail.toString('utf8').replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
const codesIn = (box) => box.messages().map((mail) => /^(\d{3} \d{3})\r?$/m.exec(decoded(mail))?.[1]).filter(Boolean);
const linksIn = (box) => box.messages().map((mail) => /https:\/\/\S+(\/l\/[\w-]{43})/.exec(decoded(mail))?.[1])
    .filter(Boolean);

export async function signInFamily({ portal, mail, person }) {
    const client = await portal();
    const box = mail.box(person.email);
    const before = codesIn(box).length;
    let page = await client.get('/sign-in');
    page = await client.submit(page, 'form-post_sign_in', { email: person.email, password: person.password });
    check(page.path.startsWith('/sign-in/code'), 'the password was not taken', page);
    const code = await until('the code by e-mail', () => codesIn(box).length > before && codesIn(box).at(-1));
    page = await client.submit(page, 'form-post_sign_in_code', { code });
    check(page.path === '/', 'the code was not taken', page);
    return client;
}

export async function signInStaff({ desk, person }) {
    for (let steps = 0; ; steps += 1) {
        const client = await desk();
        let page = await client.get('/sign-in');
        page = await client.submit(page, 'form-post_sign_in', { email: person.email, password: person.password });
        page = await client.submit(page, 'form-post_sign_in_code', { code: person.code({ steps }) });
        if (page.path === '/')
            return client;
        check(steps < 2, 'the authenticator\'s code was not taken', page); // one code is good once
    }
}

// Reads a letter at the desk once it is there, ticks what is to be looked at, and approves the copies.
async function approve(client, letter, { expect }) {
    const page = await until('the letter at the desk', async () => {
        const found = await client.get(`/letters/${letter}`);
        return found.status === 200 && found.has('[data-test="letter-check"]') && found;
    });
    for (const words of expect)
        check(page.plain().includes(words), `the desk does not show: ${words}`, page);
    const seen = page.find('input[name=seen]').map((one) => one.attribs.value);
    const copies = await client.submit(page, 'form-post_letters_ID_marks', { seen, next: 'decide' });
    check(/\/decision/.test(copies.path), 'the copies were not shown', copies);
    const done = await client.submit(copies, 'form-post_letters_ID_decision', { decision: 'approve' });
    check(/\/done/.test(done.path), 'the letter was not approved', done);
    return copies;
}

export async function carryLetters({ say, portal, desk, mail, agencyAddress, people, agency, photo, document }) {
    const who = (role) => people.find((one) => one.role === role && one.agency === agency);
    const [family, relative, coordinator] = ['family', 'relative', 'coordinator'].map(who);
    const staff = await signInStaff({ desk, person: coordinator });
    const home = await signInFamily({ portal, mail, person: family });
    say(`${family.email} signed in at the portal, ${coordinator.email} at the desk`);

    let page = await home.get('/letters/new');
    page = await home.submit(page, 'form-post_letters', { text: 'Dear all,\n\nschool is going well and we all saw the '
        + 'sea in June. You can ring us on 07700 900461, or write to LS21 9ZZ.\n\nWith love' }, { files: [
        { field: 'file', name: 'the garden.jpg', type: 'image/jpeg', body: photo },
        { field: 'file', name: 'story.docx', type: 'application/octet-stream', body: document }] });
    const [, letter] = /^\/letters\/(\w{12})\/receipt/.exec(page.path) ?? [];
    check(letter, 'the letter got no receipt', page);
    const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.plain())[0];
    say(`a family sent a letter with a photo and a document: receipt ${reference}`);

    const box = mail.box(relative.email);
    const links = linksIn(box).length;
    const copies = await approve(staff, letter, { expect: ['07700 900461', 'LS21 9ZZ'] });
    check(/place/i.test((await staff.get(`/letters/${letter}`)).plain()), 'the photo\'s place is not reported');
    check(copies.plain().includes('[phone number removed]'), 'the number stands in a copy', copies);
    say(`staff read ${reference}, saw what was taken off the photo, and approved a copy for each recipient`);

    const link = await until('the link by e-mail', () => linksIn(box).length > links && linksIn(box).at(-1));
    const notice = decoded(box.messages().at(-1));
    const answerTo = /^Reply-To: ([0-9a-z]{12}@\S+)\r?$/m.exec(notice)?.[1];
    check(answerTo?.endsWith(agencyAddress.replace(/^.*@/, '@')), `the notice has no address for answers:\n${notice}`);
    check(!/adopt|child|letter|famil/i.test(notice.replace(/^Received:[\s\S]*?\n(?!\s)/gm, '').replace(/^(?:Message-ID|Return-path|Envelope).*$/gim, '')
        .replace(/https:\S+/g, '')), `the notice says too much:\n${notice}`);
    const reader = await portal();
    page = await reader.get(link);
    check(page.path.startsWith('/open'), 'the link does not open', page);
    page = await reader.submit(page, 'form-post_open', { pin: relative.password });
    check(page.path.startsWith('/open/letter'), 'the PIN was not taken', page);
    check(page.plain().includes('the sea in June') && page.plain().includes('[phone number removed]'), 'the copy is wrong', page);
    check(!/07700|LS21/.test(page.plain()), 'what was to go is there', page);
    const image = page.find('img').map((one) => one.attribs.src).find((src) => src.startsWith('/open/pages/'));
    check(image, 'the photo is not there', page);
    const shown = await reader.get(image);
    check(shown.status === 200 && shown.bytes.length > 1000, 'the photo does not open', shown);
    say(`a relative opened ${reference} with link and PIN: the words, the photo, and nothing that locates`);

    const received = (await home.get('/')).find('[data-test=row-letter]').length;
    await mail.send({ from: relative.email, to: answerTo, message: [`From: <${relative.email}>`, `To: <${answerTo}>`,
        'Subject: Thank you', `Message-ID: <${Date.now()}@relative.example>`, `Date: ${new Date().toUTCString()}`, '',
        'Thank you for the lovely photo, it made my week.', 'I am at 12 Harbour Row now if you pass by.', '', 'Love to all'].join('\r\n') });
    say('the relative answered by e-mail');
    const reply = await until('the reply at the desk', async () => {
        const list = await staff.get('/letters?state=to_read');
        return list.find('[data-test=row-letter]').map((one) => one.attribs['data-id']).find((id) => id !== letter);
    });
    await approve(staff, reply, { expect: ['it made my week'] });
    say('staff read and approved the reply');
    page = await until('the reply at the portal', async () => {
        const found = await home.get('/');
        return found.find('[data-test=row-letter]').length > received && found;
    });
    page = await home.get(page.attribute('[data-test="row-letter"] a', 'href'));
    check(page.status === 200 && page.plain().includes('it made my week'), 'the family does not see the reply', page);
    check(!page.plain().includes('Harbour Row'), 'an address stands in the reply', page);
    say('the family read the reply at the portal');
    return { letter, reply, staff, relative, answerTo };
}

// What does not go as it should: a letter that waits on the shelf until a day, and one that the post brings back.
export async function showExceptions({ say, mail, staff, letter, relative, answerTo }) {
    await mail.send({ from: relative.email, to: answerTo, message: [`From: <${relative.email}>`, `To: <${answerTo}>`,
        'Subject: News', `Message-ID: <${Date.now()}@relative.example>`, `Date: ${new Date().toUTCString()}`, '',
        'Nan is very ill. I wanted them to know.'].join('\r\n') });
    const held = await until('the second mail at the desk', async () => (await staff.get('/letters?state=to_read'))
        .find('[data-test=row-letter]').map((one) => one.attribs['data-id'])[0]);
    const day = new Date(Date.now() + 30 * 86_400_000);
    let page = await staff.submit(await staff.get(`/letters/${held}`), 'form-post_letters_ID_decision', { decision: 'hold',
        reason: 'not_ready', why_hold: 'The family asked us to ring before hard news.', day: day.getUTCDate(),
        month: day.getUTCMonth() + 1, year: day.getUTCFullYear() });
    check((await staff.get('/shelf')).plain().includes('ring before hard news'), 'the letter is not on the shelf', page);
    say('staff put hard news on the shelf, with a day to look again');

    const queue = await soon(async () => {
        const found = await staff.get('/prints');
        return found.has('[data-test=row-dispatch]') && found;
    });
    const batch = queue && await staff.submit(queue, 'form-post_prints', {});
    if (!batch?.has('[data-test=form-post_prints_ID_posted]')) {    // the earlier run's came back
        say('nothing is posted: the address waits to be confirmed');
        return;
    }
    const sheets = batch.find('[data-test=row-dispatch]').map((one) => one.attribs['data-id']);
    page = await staff.submit(batch, 'form-post_prints_ID_posted', { dispatch: sheets });
    check(page.has('[data-test=msg-print-posted]'), 'the letters are not marked as posted', page);
    page = await staff.submit(await staff.get(`/letters/${letter}`), 'form-post_dispatches_ID_returned', {});
    check(page.has('[data-test=msg-post-returned]'), 'that it came back is not noted', page);
    say('a printed letter was posted, and the post brought it back: nothing more goes there until the address is confirmed');
}
