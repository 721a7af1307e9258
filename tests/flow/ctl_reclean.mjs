// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl reclean has a letter taken apart anew from its sealed originals.

import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { EICAR, clamd } from '../harness/clamd.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { letterPdf } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';

let here;
let room;
let family;
let press;

async function usePress(settings) {
    await press.stop();
    here.settings.press = { ...here.settings.press, ...settings };
    here.write();
    press = await here.start('press');
}

before(async () => {
    here = await site();
    room = await pressroom(here, 'fernshire', { atDesk: true });
    await room.agent();
    await room.openArchive();
    press = await here.start('press');
    family = await room.family(0);
});

const letters = '0123456789abcdefghjkmnpqrstvwxyz';
function reference(id) {
    let rest = BigInt(id);
    let text = '';
    for (let i = 0; i < 12; i++, rest /= 32n)
        text = letters[Number(rest % 32n)] + text;
    return text.toUpperCase().replace(/(.{4})(?=.)/g, '$1-');
}

async function reclean(id, role = 'coordinator') {
    const who = here.person(role);
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    return here.ctl(['reclean', typeof id === 'string' && /^\d+$/.test(id) ? reference(id) : id, '--sign-in-fd', '0'],
        { status: 'any', input: `${who.email}\n${who.password}\n${who.code()}\n` });
}

async function prepared() {
    const id = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'Dear Ann, look. Love',
        items: [{ kind: 'file', name: 'a.pdf', bytes: letterPdf([['Dear Ann,'], ['Love']]) }] });
    deepEqual(await room.done(), []);
    return id;
}

const blobs = (id) => room.db.query(`SELECT blob_id::text AS id FROM letterbox.part WHERE letter_id = $1 ORDER BY number`,
    [id]).then((rows) => rows.map((row) => row.id));

test('a letter in review is taken apart anew, and what was made before is gone', async () => {
    const id = await prepared();
    const before_ = await blobs(id);
    equal(before_.length, 3);
    const { code, stdout, stderr } = await reclean(id);
    equal(code, 0, stderr);
    match(stdout, /takes it apart anew/);
    deepEqual(await room.done(), []);
    deepEqual(await room.state(id).then(({ state, version }) => [state, version]), ['in_review', 2]);
    const after = await blobs(id);
    equal(after.length, 3);
    ok(after.every((one) => !before_.includes(one)));
    const { n } = await room.db.one('SELECT count(*)::int AS n FROM letterbox.blob WHERE blob_id = ANY ($1)', [before_]);
    equal(n, 0);
    const acts = await room.db.query(`SELECT act FROM letterbox.audit WHERE object_id = $1 ORDER BY number`, [id]);
    ok(acts.some(({ act }) => act === 'letter_recleaned'), JSON.stringify(acts));
});

test('who may not decide may not, and nothing is changed', async () => {
    const id = await prepared();
    const { code, stderr } = await reclean(id, 'checker');
    equal(code, 1);
    match(stderr, /Only a coordinator or manager/);
    equal((await room.state(id)).version, 1);
});

test('a letter that is on its way, or nobody knows, stays as it is', async () => {
    const id = await prepared();
    await room.db.query(`UPDATE letterbox.letter SET state = 'approved' WHERE letter_id = $1`, [id]);
    match((await reclean(id)).stderr, /is not before staff/);
    match((await reclean(reference('12345'))).stderr, /There is no letter/);
    equal((await reclean('not-a-letter')).code, 2);
    equal((await here.ctl(['reclean'], { status: 'any' })).code, 2);
    match((await here.ctl(['reclean', '--help'])).stdout, /taken? apart anew|originals apart anew/);
});

test('a letter that carries a virus stays shut, whoever asks and also when there is no scanner any more', async () => {
    const scanner = await clamd();
    await usePress({ clamd: 'required', clamd_socket: scanner.socket });
    const id = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'Look.',
        items: [{ kind: 'file', name: 'a.pdf', bytes: Buffer.concat([letterPdf([['Dear Ann,']]), EICAR]) }] });
    deepEqual(await room.done(), []);
    const row = () => room.db.one(`SELECT l.state, l.version, l.is_infected AS infected, l.virus_override AS who,
        (SELECT count(*)::int FROM letterbox.part p WHERE p.letter_id = l.letter_id) AS parts
        FROM letterbox.letter l WHERE l.letter_id = $1`, [id]);
    const shut = { state: 'quarantined', version: 1, infected: true, who: null, parts: 0 };
    deepEqual(await row(), shut);
    await usePress({ clamd: 'off' });
    await scanner.stop();
    for (const role of ['coordinator', 'manager']) {
        const { code, stderr } = await reclean(id, role);
        equal(code, 1);
        match(stderr, /carries a virus and stays shut\. A manager can have it opened at the desk, under Kept apart, with a reason/);
    }
    deepEqual(await room.done(), []);
    deepEqual(await row(), shut);
    // Nor is it opened by any other way that leads to the press without an override.
    const send = (who) => room.db.query(`WITH moved AS (UPDATE letterbox.letter SET state = 'received', virus_override = $2
            WHERE letter_id = $1 RETURNING agency_id)
        INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, letter_id, made_at)
        SELECT agency_id, letterbox.new_id(), 'press', 'prepare_letter', letterbox.now(), $1, letterbox.now() FROM moved`, [id, who]);
    await send(null);
    deepEqual(await room.done(), []);
    deepEqual(await row(), { ...shut, version: 2 });
    // A manager's word is good for once: taken apart anew it is shut again.
    const { staff_id: manager } = await room.db.one(`SELECT staff_id FROM letterbox.staff WHERE agency_id = $1 AND role = 'manager' LIMIT 1`,
        [room.agency]);
    await send(manager);
    deepEqual(await room.done(), []);
    const opened = await row();
    deepEqual([opened.state, opened.who], ['in_review', manager]);
    ok(opened.parts > 0);
    const { code, stdout, stderr } = await reclean(id);
    equal(code, 0, stderr);
    match(stdout, /a virus was found in it, so it is kept apart again until a manager has it opened once more/);
    deepEqual(await room.done(), []);
    deepEqual(await row(), { ...shut, version: opened.version + 1 });
}, { timeout: 120_000 });
