// SPDX-License-Identifier: AGPL-3.0-or-later
// The main job, end to end: a family's letter reaches a relative, and the reply comes back. The same
// steps as `make demo` (ops/demo/letters.mjs), against Dovecot, Exim, GnuPG, LibreOffice and PostgreSQL.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, equal, folder, ok, test } from '../harness/test.mjs';
import { carryLetters } from '../../ops/demo/letters.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { gpgAgent } from '../harness/pressroom.mjs';
import { docx, jpeg, paragraph } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';
import { certificates } from '../harness/tls.mjs';

let here;
let smtp;
const running = {};

before(async () => {
    const imap = await dovecot();
    const tls = await certificates();
    smtp = await exim({ domains: { 'fernshire.test': imap.mailbox('post') } });
    here = await site();
    for (const [name, password] of [['imap', imap.password], ['smtp', smtp.password]])
        writeFileSync(join(here.home, `${name}-password`), password, { mode: 0o600 });
    Object.assign(here.settings.post, { ca_file: tls.ca, poll_seconds: 1, authserv: 'mx.fernshire.test' });
    here.settings.smtp = { host: 'localhost', port: smtp.port, tls: 'starttls', user: 'letterbox',
        password_file: join(here.home, 'smtp-password'), from: 'desk@fernshire.test' };
    here.settings.mailbox_1 = { agency: 'fernshire', address: 'post@fernshire.test', host: 'localhost',
        port: imap.tlsPort, user: 'post', password_file: join(here.home, 'imap-password') };
    here.write();
    await gpgAgent(join(here.home, 'gnupg'));
    running.portal = await here.start('portal');
    here.settings.portal.origin = `https://portal.localhost:${running.portal.port}`; // for links
    here.write();
    for (const name of ['desk', 'press', 'post'])
        running[name] = await here.start(name);
}, { timeout: 180_000 });

test('a family\'s letter reaches a relative, and the reply comes back', async () => {
    const photo = await jpeg(folder('photo'), { width: 900, height: 700 });
    await run(['exiftool', '-q', '-overwrite_original', '-GPSLatitude=53.9', '-GPSLatitudeRef=N',
        '-GPSLongitude=1.69', '-GPSLongitudeRef=W', '-Artist=Jane', photo]);
    const steps = [];
    await carryLetters({ say: (text) => steps.push(text), portal: () => here.client(running.portal),
        desk: () => here.client(running.desk), agencyAddress: 'post@fernshire.test', agency: 'fernshire',
        people: here.people, photo: readFileSync(photo),
        document: docx(paragraph('A story about our dog, who ate the cake.')),
        mail: { box: (address) => smtp.mailbox(address),
            // the receiving server's word for it, as a relay in front of the mailbox would write it
            send: ({ from, to, message }) => smtp.send({ from, to, message: 'Authentication-Results: mx.fernshire.test; '
                + `dmarc=pass header.from=${from.split('@')[1]}\r\n${message}` }) } });
    equal(steps.length, 7);
    const { n } = await here.db.one('SELECT count(*)::int AS n FROM letterbox.archive_copy');
    ok(n >= 5, `${n} archive copies`);
}, { timeout: 180_000 });
