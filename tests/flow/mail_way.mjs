// SPDX-License-Identifier: AGPL-3.0-or-later
// A relative's e-mail, its whole way in: a mail server, the mailbox, letterbox-post, letterbox-press,
// before staff. Known and proved senders' letters go on; everything else waits for a person.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { certificates } from '../harness/tls.mjs';

let here;
let room;
let smtp;

before(async () => {
    const imap = await dovecot();
    const tls = await certificates();
    here = await site();
    writeFileSync(join(here.home, 'imap-password'), imap.password, { mode: 0o600 });
    Object.assign(here.settings.post, { ca_file: tls.ca, poll_seconds: 1, authserv: 'mx.fernshire.test' });
    here.settings.mailbox_1 = { agency: 'fernshire', address: 'post@fernshire.test', host: 'localhost',
        port: imap.tlsPort, user: 'post', password_file: join(here.home, 'imap-password') };
    here.write();
    smtp = await exim({ domains: { 'fernshire.test': imap.mailbox('post') } });
    room = await pressroom(here);
    await room.agent();
    await here.start('press');
    await here.start('post');
}, { timeout: 180_000 });

// A relative who writes by e-mail and is in one arrangement only.
async function writer() {
    const { id } = await room.db.one(`SELECT p.party_id::text AS id FROM letterbox.party p
         JOIN letterbox.arrangement_party ap USING (agency_id, party_id)
         JOIN letterbox.arrangement a USING (agency_id, arrangement_id)
        WHERE p.agency_id = $1 AND p.channel IN ('link', 'pgp', 'email') AND p.state = 'active'
        GROUP BY p.party_id HAVING count(*) = 1 AND bool_and(a.state = 'active' AND ap.may_write)
        ORDER BY p.party_id LIMIT 1`, [room.agency]);
    return { id, ...await room.partyRecord(id) };
}

async function send(from, { proved = false, subject = 'Hello', to = 'post@fernshire.test', extra = '' } = {}) {
    const known = new Set((await room.db.query('SELECT letter_id::text AS id FROM letterbox.letter')).map(({ id }) => id));
    const domain = from.split('@')[1];
    const result = proved ? 'pass' : 'none';
    await smtp.send({ from, to, message: `Authentication-Results: mx.fernshire.test; dmarc=${result} `
        + `header.from=${domain}\r\nFrom: <${from}>\r\nTo: ${to}\r\nSubject: ${subject}\r\n${extra}\r\n`
        + 'Dear all,\r\nwe are well and send our love.\r\n\r\nLove, Nana\r\n' });
    const letter = await eventually(async () => (await room.db.query(
        'SELECT letter_id::text AS id FROM letterbox.letter')).find(({ id }) => !known.has(id))?.id, { within: 15_000 });
    await room.done();
    return letter;
}

test('a known relative whose address is proved: the letter is before staff, for the right arrangement', async () => {
    const relative = await writer();
    const letter = await send(relative.emails[0], { proved: true });
    const { state, from, arrangement } = await room.state(letter);
    equal(state, 'in_review');
    equal(from, relative.id);
    equal(await room.db.one(`SELECT count(*)::int AS n FROM letterbox.arrangement_party WHERE agency_id = $1
        AND arrangement_id = $2 AND party_id = $3`, [room.agency, arrangement, relative.id]).then(({ n }) => n), 1);
    match((await room.part(letter, 1)).toString(), /we are well and send our love/);
});

test('an unknown sender, and a known address that is not proved, wait in quarantine with the match proposed', async () => {
    const relative = await writer();
    const stranger = await send('stranger@elsewhere.test', { proved: true });
    equal((await room.state(stranger)).state, 'quarantined');
    const unproved = await send(relative.emails[0]);
    const seen = await room.state(unproved);
    deepEqual([seen.state, seen.from], ['quarantined', null]);
    ok(JSON.stringify(await room.review(unproved)).includes(relative.id), 'the match is proposed');
});
