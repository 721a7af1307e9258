// SPDX-License-Identifier: AGPL-3.0-or-later
// A letter with large photos, from the portal to the desk's decision.

import { randomFillSync } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { equal, eventually, ok, test } from '../harness/test.mjs';
import { openDoors } from '../harness/people.mjs';
import { chunk } from '../harness/samples.mjs';

// Grey noise that the cleaner leaves a PNG of about as many bytes.
function largePhoto() {
    const side = 4000;
    const head = Buffer.alloc(13);
    head.writeUInt32BE(side, 0);
    head.writeUInt32BE(side, 4);
    head[8] = 8;
    const lines = randomFillSync(Buffer.alloc((side + 1) * side));
    for (let at = 0; at < lines.length; at += 1)
        lines[at] = at % (side + 1) ? lines[at] & 0x7f : 0;
    return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head),
        chunk('IDAT', deflateSync(lines, { level: 1 })), chunk('IEND', Buffer.alloc(0))]);
}

test('a letter whose photos are larger together than a page may be is marked and approved like others', async () => {
    const doors = await openDoors({ processes: ['portal', 'desk', 'post'] });
    const press = await doors.here.start('press');
    const { db } = doors.here;
    const { client } = await doors.family();
    const body = largePhoto();
    const files = ['one', 'two', 'three', 'four', 'five'].map((name) => ({ field: 'file', name: `${name}.png`, type: 'image/png', body }));
    const sent = await client.submit(await client.get('/letters/new'), 'form-post_letters', { text: 'The sea.' }, { files });
    ok(/^\/letters\/\w+\/receipt/.test(sent.path), sent.plain().slice(0, 500));
    const path = sent.path.replace('/receipt', '');
    await eventually(async () => (await db.one(`SELECT count(*)::int AS n FROM letterbox.letter WHERE state = 'in_review'`)).n > 0,
        { within: 60_000, what: 'the letter before staff' });
    await press.stop();     // or it would have much to burn and to archive
    const { size } = await db.one('SELECT sum(b.bytes)::bigint AS size FROM letterbox.part p JOIN letterbox.blob b USING (agency_id, blob_id)');
    ok(Number(size) > 66 << 20, `${size} bytes`);
    const staff = await doors.staff('coordinator');
    let page = await staff.client.get(path);
    const seen = page.find('input[name=seen]').map((one) => one.attribs.value);
    page = await staff.client.submit(page, 'form-post_letters_ID_marks', { seen, next: 'decide' });
    page = await staff.client.submit(page, 'form-post_letters_ID_decision', { decision: 'approve' });
    equal(page.status, 200, page.plain().slice(0, 500));
    equal((await db.one(`SELECT count(*)::int AS n FROM letterbox.letter WHERE state = 'approved'`)).n, 1);
}, { timeout: 180_000 });
