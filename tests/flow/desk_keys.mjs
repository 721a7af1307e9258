// SPDX-License-Identifier: AGPL-3.0-or-later
// Relatives' OpenPGP keys over the years: entered at the desk or on a terminal, confirmed when somebody heard the
// fingerprint, warned of before they end, renewed.

import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { openSync, writeFileSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { relative } from '../harness/openpgp.mjs';
import { ids, openOffice } from '../harness/office.mjs';

let office;
let room;
before(async () => {
    office = await openOffice({ processes: ['desk'] });
    room = { here: office.here, db: office.here.db, agency: await office.here.agency() };
}, { timeout: 180_000 });

const party = (id) => office.joan.get(`/parties/${id}`);
const enter = async (id, key) => office.joan.submit(await party(id), 'form-post_parties_ID_key', { key });
const confirm = (page) => office.joan.submit(page, 'form-post_parties_ID_key_confirm', { heard: 'yes' });
// Letters go to them with it from now on.
async function use(id) {
    const page = await office.joan.submit(await party(id), 'form-post_parties_ID', { channel: 'pgp' });
    ok(page.has('[data-test=msg-party-saved]'), page.plain().slice(0, 500));
}
const warned = async () => {
    const page = await office.joan.get('/problems');
    const who = ids(page, 'row-key');
    return { who, text: who.length ? page.text('[data-test=row-key]') : '' };
};

test('a key that ends within thirty days is among the problems; its owner\'s renewal stays confirmed', async () => {
    const rose = await office.person({ name: 'Rose Keyending', email: 'rose.ends@relatives.test' });
    const far = await office.person({ name: 'Rose Keylasting', email: 'rose.lasts@relatives.test' });
    const soon = await relative(room, { expires: '20d' });
    const late = await relative(room, { expires: '40d' });
    for (const [who, key] of [[rose, soon], [far, late]])
        match((await confirm(await enter(who, key.armor))).text('[data-test=msg-key-kept]'), /To send letters with it, choose/);
    deepEqual((await warned()).who, [], 'no letters go with it yet');
    await use(rose);
    await use(far);
    const shown = await warned();
    deepEqual(shown.who, [rose]);
    match(shown.text, /Rose Keyending.*It ends on \d+ \w+ \d{4}\./);

    await soon.renew('2y');
    const renewed = await enter(rose, soon.armor);
    match(renewed.path, /notice=key-renewed/);
    ok(renewed.has('[data-test=msg-key-renewed]'));
    match(renewed.text(), /Read out and confirmed on \d/);
    deepEqual((await warned()).who, []);

    // another key is another key, also when it says the same name
    const other = await enter(rose, (await relative(room)).armor);
    ok(other.has('[data-test=key-fingerprint]'), 'it is to be read out');
    match((await party(rose)).text(), /Not confirmed yet/);
    ok((await confirm(other)).has('[data-test=msg-key-confirmed]'), 'letters go with it already');
    const gone = await office.joan.submit(await party(far), 'form-post_parties_ID_key_remove', { reason: 'lost' });
    ok(gone.has('[data-test=msg-key-removed]'));
});

test('the fingerprint is read out later: it stands on the person\'s page, and is confirmed there', async () => {
    const tom = await office.person({ name: 'Tom Later', email: 'tom.later@relatives.test' });
    const key = await relative(room);
    await enter(tom, key.armor);
    const page = await party(tom);
    equal(page.find('.lb-groups li').map((one) => one.children[0].data).join(''), key.fingerprint);
    ok((await confirm(page)).has('[data-test=msg-key-kept]'));
    ok(!(await party(tom)).has('[data-test=form-post_parties_ID_key_confirm]'));
});

// ---- on a terminal ----

async function ctlImport(words, key, role = 'coordinator') {
    const who = office.here.person(role);
    await office.here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    const file = join(office.here.home, 'sign-in');
    writeFileSync(file, `${who.email}\n${who.password}\n${who.code()}\n`, { mode: 0o600 });
    const fd = openSync(file, 'r');
    try {
        return await office.here.ctl(['party', 'key', 'import', ...words, '--sign-in-fd', '3'],
            { status: 'any', input: key, fds: [fd] });
    } finally {
        closeSync(fd);
    }
}

test('letterboxctl party key import keeps a key, to be confirmed at the desk', async () => {
    const nan = await office.person({ name: 'Nan Terminal', email: 'nan.terminal@relatives.test' });
    const key = await relative(room, { expires: '10d' });
    const groups = key.fingerprint.match(/.{4}/g).join(' ');
    for (const [words, given] of [[['--email', 'NAN.terminal@relatives.test'], key.armor],
        [['--party', nan], (await key.run(['--export', key.fingerprint])).bytes]]) {
        const { code, stdout, stderr } = await ctlImport(words, given);
        equal(code, 0, stderr);
        match(stdout, new RegExp(`^Fingerprint: ${groups}$`, 'm'));
        match(stdout, /Read it out/);
    }
    ok((await confirm(await party(nan))).has('[data-test=msg-key-kept]'));
    await use(nan);
    deepEqual((await warned()).who, [nan]);
    await key.renew('1y');
    match((await ctlImport(['--party', nan], key.armor)).stdout, /It is the key that was confirmed/);
    match((await party(nan)).text(), /Read out and confirmed on/);
    deepEqual((await warned()).who, []);
});

test('what is no key, nobody\'s, or not this member\'s to enter is refused in plain words', async () => {
    const key = await relative(room);
    for (const [words, given, role, pattern] of [
        [['--email', 'nobody@relatives.test'], key.armor, 'coordinator', /Nobody in this agency has the e-mail address nobody@/],
        [['--email', 'nan.terminal@relatives.test'], key.secret, 'coordinator', /secret key.*no longer safe/],
        [['--email', 'nan.terminal@relatives.test'], 'hello', 'coordinator', /not an OpenPGP public key/],
        [['--email', 'nan.terminal@relatives.test'], key.armor, 'inspector', /Only a coordinator or manager/],
    ]) {
        const { code, stderr } = await ctlImport(words, given, role);
        equal(code, 1, stderr);
        match(stderr, pattern);
    }
    for (const words of [[], ['--email', 'x@y.test', '--party', 'x'], ['--party', 'x']])
        equal((await ctlImport(words, key.armor)).code, 2);
});
