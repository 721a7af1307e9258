// SPDX-License-Identifier: AGPL-3.0-or-later
// What an e-mail does not show is put before staff, and is in no release.

import { before, deepEqual, doesNotMatch, equal, match, ok, test } from '../harness/test.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { head, lines, multi, part } from '../corpus/mail/make.mjs';

let room;
let family;
let mother;
let address;

before(async () => {
    room = await pressroom(await site({ settings: { post: { authserv: 'mx.test' } } }));
    await room.agent();
    await room.here.start('press');
    family = await room.family(0);
    mother = family.by('link');
    [address] = mother.record.emails;
});

const SECRET = 'Meet me at 14 Elm Road';

async function arrives(content) {
    const changes = { From: `<${address}>`, To: 'post@fernshire.test' };
    const proof = `Authentication-Results: mx.test; dmarc=pass header.from=${address.split('@')[1]}`;
    const bytes = Buffer.from(lines(proof, head(changes), content));
    const letter = await room.letter({ channel: 'email', items: [{ kind: 'mail', bytes }] });
    deepEqual(await room.done(), []);
    return letter;
}

// All that the other side gets, as one text.
async function sentOn(letter) {
    const account = await room.account(family.home.id);
    await room.approve(letter, { to: [family.home.id] });
    await room.done();
    const [release] = await room.releases(letter);
    const parts = await room.releaseParts(release.id, account.secret);
    return parts.map(({ bytes }) => bytes.toString('latin1')).join('\n');
}

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const shown = 'Dear all, we are well.';
const all = (review) => review.parts.flatMap(({ hidden = [] }) => hidden).join('\n');

for (const [what, content] of [
    ['a version that is not shown', multi('alternative', 'a', part(TEXT, shown), part(HTML, `<p>${shown}</p><p>${SECRET}</p>`))],
    ['a version in a multipart of its own', multi('alternative', 'a', part(TEXT, shown), multi('related', 'r', part(HTML, `<p>${SECRET}</p>`)))],
    ['a version for AMP', multi('alternative', 'a', part(TEXT, shown), part('text/x-amp-html', `<!doctype html><html amp4email><body>${SECRET}</body></html>`))],
    ['a version that is a calendar\'s', multi('alternative', 'a', part(TEXT, shown), part('text/calendar', ['BEGIN:VCALENDAR', `LOCATION:${SECRET}`, 'END:VCALENDAR']))],
    ['a version that is a message', multi('alternative', 'a', part(TEXT, shown), ['Content-Type: message/rfc822', '', ...head(), '', SECRET])],
    ['what a page hides', [`Content-Type: ${HTML}`, '', `<p>${shown}</p><p style="display:none">${SECRET}</p>`]],
    ['what a page that nests too deeply says', multi('mixed', 'm', part(TEXT, shown), part(HTML, `${'<div>'.repeat(1001)}<p hidden>${SECRET}</p>`))],
    ['what a page beside the text hides', multi('alternative', 'a', part(TEXT, shown), part(HTML, `<p>${shown}</p><p hidden>${SECRET}</p>`))],
])
    test(`${what} is shown to staff and sent to nobody`, async () => {
        const letter = await arrives(content);
        equal((await room.state(letter)).state, 'in_review');
        const review = await room.review(letter);
        match(all(review), /14 Elm Road/);
        ok(review.parts[0].warnings.length > 0);
        const sent = await sentOn(letter);
        match(sent, /we are well/);
        doesNotMatch(sent, /Elm/);
    });

test('what is wrong with the text of a mail is told at the text', async () => {
    const review = await room.review(await arrives(['Content-Type: text/plain; charset=x-odd', '', `${shown} caf\xe9`]));
    ok(review.parts[0].warnings.includes('charset-unknown'), JSON.stringify(review.parts[0].warnings));
});

test('a mail that shows nothing is put before staff with what it hides', async () => {
    const letter = await arrives([`Content-Type: ${HTML}`, '', `<p style="display:none">${SECRET}</p>`]);
    const review = await room.review(letter);
    match(JSON.stringify(review.warnings), /has hidden text/);
});
