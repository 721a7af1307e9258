// SPDX-License-Identifier: AGPL-3.0-or-later
// Mail servers that stall and lie: time and memory stay bounded, and nothing that was not said to be
// whole counts as whole.

import { createServer } from 'node:net';
import { join } from 'node:path';
import { cleanup, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

const PROBE = join(BUILD_TEST, 'tests/probe/probe_mail');
const SILENCE = 2;
const MEMORY_KIB = 64 * 1024;

function server(talk) {
    return new Promise((done) => {
        const sockets = new Set();
        const listener = createServer((socket) => {
            sockets.add(socket);
            socket.on('error', () => {});
            socket.on('close', () => sockets.delete(socket));
            talk(socket);
        });
        cleanup(() => {
            sockets.forEach((socket) => socket.destroy());
            return new Promise((ended) => { listener.close(ended); });
        });
        listener.listen(0, '127.0.0.1', () => done(listener.address().port));
    });
}

// Writes without end, as fast as the other side takes it.
function flood(socket, piece) {
    const more = () => {
        while (!socket.destroyed && socket.write(piece));
        socket.once('drain', more);
    };
    more();
}

// An IMAP server; answers[VERB](socket, tag, words) takes the place of what is usual.
const imapServer = (answers) => server((socket) => {
    let pending = '';
    const say = (text) => !socket.destroyed && socket.write(`${text}\r\n`);
    const usual = {
        CAPABILITY: (tag) => say(`* CAPABILITY IMAP4rev1 ${answers.capabilities ?? 'MOVE'}\r\n${tag} OK`),
        SELECT: (tag) => say(`* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n${tag} OK [READ-WRITE] x`),
        FETCH: (tag) => say(`* 1 FETCH (UID 5 RFC822.SIZE 10)\r\n* 2 FETCH (UID 6 RFC822.SIZE 10)\r\n${tag} OK`),
        'UID FETCH': (tag, [, , uid]) => say(`* 1 FETCH (UID ${uid} BODY[] {10}\r\n0123456789)\r\n${tag} OK`),
    };
    say('* OK ready');
    socket.on('data', (bytes) => {
        pending += bytes.toString('latin1');
        for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
            const [tag, ...words] = pending.slice(0, end).split(' ');
            pending = pending.slice(end + 2);
            const verb = words[0] === 'UID' ? `UID ${words[1]}` : words[0];
            answers.heard?.push(words.join(' '));
            if (answers[verb])
                answers[verb](socket, tag, words, say);
            else if (usual[verb])
                usual[verb](tag, words);
            else
                say(`${tag} OK`);
        }
    });
});

async function readMailbox(answers, { max = 1_000_000 } = {}) {
    const port = await imapServer(answers);
    const started = performance.now();
    const { stdout } = await run([PROBE, 'imap', String(port), String(SILENCE), String(max), 'Done'],
        { timeout: 30_000 });
    const seconds = (performance.now() - started) / 1000;
    const lines = stdout.trim().split('\n');
    const memory = Number(lines.pop().split(' ')[1]);
    ok(memory < MEMORY_KIB, `${memory} KiB`);
    ok(seconds < 4 * SILENCE + 3, `${seconds} s`);
    return lines;
}

test('an honest IMAP server is read', async () => {
    deepEqual(await readMailbox({}), ['look ok  7 2', 'list ok  2', 'fetch ok  5 10', 'move ok  5',
        'fetch ok  6 10', 'move ok  6']);
});

test('a server without MOVE or UIDPLUS: copied, marked, and only this message expunged', async () => {
    const heard = [];
    await readMailbox({ capabilities: 'UIDPLUS', heard });
    deepEqual(heard.filter((line) => /^UID (COPY|STORE|EXPUNGE|MOVE) /.test(line)).slice(0, 3),
        ['UID COPY 5 "Done"', 'UID STORE 5 +FLAGS.SILENT (\\Deleted)', 'UID EXPUNGE 5']);
    const old = [];
    await readMailbox({ capabilities: '', heard: old });
    ok(old.includes('UID STORE 5 +FLAGS.SILENT (\\Deleted)'));
    ok(!old.some((line) => /EXPUNGE|MOVE/.test(line)), 'nobody else\'s deleted mail is expunged');
});

test('a message may be named behind its bytes, and hold whatever it likes', async () => {
    let body;
    deepEqual(await readMailbox({ 'UID FETCH': (socket, tag, [, , uid], say) => {
        body = `{5}\r\n)\r\n${tag} NO no\r\n* BYE\r\n\r\0`;
        say(`* 1 FETCH (FLAGS (\\Seen UID) BODY[] {${body.length}}\r\n${body} UID ${uid})\r\n* 7 EXISTS\r\n${tag} OK`);
    } }), ['look ok  7 2', 'list ok  2', `fetch ok  5 ${body.length}`, 'move ok  5', `fetch ok  6 ${body.length}`, 'move ok  6']);
});

test('a missing folder is made', async () => {
    const heard = [];
    let made = false;
    await readMailbox({ heard,
        CREATE: (socket, tag, words, say) => { made = true; say(`${tag} OK`); },
        'UID MOVE': (socket, tag, words, say) => say(made ? `${tag} OK` : `${tag} NO [TRYCREATE] no`) });
    equal(heard.filter((line) => line === 'CREATE "Done"').length, 1);
    equal(heard.filter((line) => line === 'UID MOVE 5 "Done"').length, 2);
});

test('IMAP lies and stalls are errors in bounded time and memory', async () => {
    const cases = {
        'says nothing to SELECT': [{ SELECT: () => {} }, [/^look net timeout/]],
        'never stops talking': [{ SELECT: (socket) => flood(socket, '* OK still here\r\n'.repeat(1000)) },
            [/^look net (answer|lost|timeout)/]],
        'one endless line': [{ SELECT: (socket) => flood(socket, 'x'.repeat(65536)) },
            [/^look net (answer|lost|timeout)/]],
        'no UIDVALIDITY': [{ SELECT: (socket, tag, words, say) => say(`* 2 EXISTS\r\n${tag} OK`) },
            [/^look net answer/]],
        'more entries than asked for': [{ FETCH: (socket, tag, words, say) => {
            for (let uid = 1; uid <= 50; uid += 1)
                say(`* ${uid} FETCH (UID ${uid} RFC822.SIZE 1)`);
            say(`${tag} OK`);
        } }, [/^look ok/, /^list net answer/]],
        'a message cut short': [{ 'UID FETCH': (socket) => {
            socket.write('* 1 FETCH (UID 5 BODY[] {10}\r\n01234');
            socket.end();
        } }, [/^look/, /^list/, /^fetch net lost 5 \d+/]],
        'a message that stalls': [{ 'UID FETCH': (socket) => socket.write('* 1 FETCH (UID 5 BODY[] {10}\r\n0123') },
            [/^look/, /^list/, /^fetch net timeout/]],
        'a message of lies about its size': [{ 'UID FETCH': (socket) => {
            socket.write('* 1 FETCH (UID 5 BODY[] {4000000000}\r\n');
            flood(socket, 'x'.repeat(65536));
        } }, [/^look/, /^list/, /^fetch too-big/]],
        'a message that is not there': [{ 'UID FETCH': (socket, tag, words, say) => say(`${tag} OK`) },
            [/^look/, /^list/, /^fetch not-found/]],
        'a message without its end': [{ 'UID FETCH': (socket, tag, words, say) =>
            say(`* 1 FETCH (UID 5 BODY[] {10}\r\n0123456789)\r\n${tag} NO failed`) },
        [/^look/, /^list/, /^fetch net/]],
        'a message of another number': [{ 'UID FETCH': (socket, tag, words, say) =>
            say(`* 1 FETCH (UID 9 BODY[] {2}\r\nhi)\r\n${tag} OK`) }, [/^look/, /^list/, /^fetch net answer 5 0/]],
        'a message without a number': [{ 'UID FETCH': (socket, tag, words, say) =>
            say(`* 1 FETCH (BODY[] {2}\r\nhi)\r\n${tag} OK`) }, [/^look/, /^list/, /^fetch net answer/]],
        'a message that comes twice': [{ 'UID FETCH': (socket, tag, words, say) =>
            say(`${'* 1 FETCH (UID 5 BODY[] {2}\r\nhi)\r\n'.repeat(2)}${tag} OK`) }, [/^look/, /^list/, /^fetch net answer 5 2/]],
        'a message longer than was said': [{ 'UID FETCH': (socket, tag, words, say) =>
            say(`* 1 FETCH (UID 5 BODY[] {2}\r\nhi\r\n${tag} OK`) }, [/^look/, /^list/, /^fetch net answer/]],
        'a message whose words are an answer': [{ 'UID FETCH': (socket, tag, words, say) => {
            const body = `x)\r\n${tag} OK done\r\n`;
            say(`* 1 FETCH (UID 5 BODY[] {${body.length}}\r\n${body})\r\n${tag} NO failed`);
        } }, [/^look/, /^list/, /^fetch net no/]],
        'a message nobody asked for': [{ FETCH: (socket, tag, words, say) =>
            say(`* 1 FETCH (UID 5 BODY[] {2}\r\nhi)\r\n${tag} OK`) }, [/^look/, /^list net answer/]],
        'the answer to something else': [{ 'UID FETCH': (socket, tag, words, say) =>
            say(`* 1 FETCH (UID 5 BODY[] {2}\r\nhi)\r\nL999 OK`) }, [/^look/, /^list/, /^fetch net answer/]],
        'words in a message\'s place': [{ 'UID FETCH': (socket) => flood(socket, '* OK wait {5}\r\n'.repeat(1000)) },
            [/^look/, /^list/, /^fetch net answer/]],
        'another UIDVALIDITY on a new connection': [(() => {
            let selects = 0;
            return { 'UID MOVE': (socket) => socket.destroy(),
                SELECT: (socket, tag, words, say) => {
                    selects += 1;
                    say(`* 2 EXISTS\r\n* OK [UIDVALIDITY ${selects > 2 ? 8 : 7}] x\r\n${tag} OK`);
                } };
        })(), [/^look ok/, /^list ok/, /^fetch ok/, /^move (net lost|not-found)/]],
    };
    for (const [what, [answers, expected]] of Object.entries(cases)) {
        const lines = await readMailbox(answers);
        equal(lines.length, expected.length, `${what}: ${lines.join(' | ')}`);
        lines.forEach((line, index) => match(line, expected[index], what));
    }
}, { timeout: 90_000 });

async function send(talk, { count = 1, until } = {}) {
    const port = await server(talk);
    const started = performance.now();
    const { stdout } = await run([PROBE, 'smtp', String(port), String(SILENCE), 'a@b.test', 'c@d.test',
        String(count), ...(until ? [String(until)] : [])], { input: 'From: a@b.test\r\n\r\nx\r\n', timeout: 30_000 });
    ok((performance.now() - started) / 1000 < 4 * SILENCE + 3);
    const lines = stdout.trim().split('\n');
    const memory = Number(lines.pop().split(' ')[1]);
    ok(memory < MEMORY_KIB, `${memory} KiB`);
    return lines;
}

// An SMTP server; answers[VERB] is what it says, DOT the answer to the data.
const smtpTalk = (answers, seen = []) => (socket) => {
    let data = false;
    let pending = '';
    seen.push('connection');
    socket.write('220 x\r\n');
    socket.on('data', (bytes) => {
        pending += bytes.toString('latin1');
        for (;;) {
            const mark = data ? '\r\n.\r\n' : '\r\n';
            const end = pending.indexOf(mark);
            if (end < 0)
                return;
            const verb = data ? 'DOT' : pending.slice(0, 4).toUpperCase();
            pending = pending.slice(end + mark.length);
            data = verb === 'DATA';
            const answer = answers[verb] ?? { DATA: '354 go on', QUIT: '221 bye' }[verb] ?? '250 ok';
            if (typeof answer === 'function')
                answer(socket, seen);
            else
                socket.write(`${answer}\r\n`);
        }
    });
};

test('SMTP that stalls or lies is never taken for an answer', async () => {
    deepEqual(await send((socket) => smtpTalk({})(socket)), ['send ok accepted 250']);
    deepEqual(await send(() => {}), ['send ok later timeout']);
    deepEqual(await send((socket) => smtpTalk({ RCPT: () => {} })(socket)), ['send ok later timeout']);
    deepEqual(await send((socket) => smtpTalk({ DOT: () => {} })(socket)), ['send ok unknown timeout']);
    const [gibberish] = await send((socket) => smtpTalk({ DOT: 'what?' })(socket));
    match(gibberish, /^send ok unknown /);
    const [endless] = await send((socket) => smtpTalk({ EHLO: (one) => flood(one, '250-more\r\n'.repeat(1000)) })(socket));
    match(endless, /^send ok later /);
    const [line] = await send((socket) => flood(socket, '2'.repeat(65536)));
    match(line, /^send ok later /);
}, { timeout: 90_000 });

test('a connection is kept, and one that had its fill is replaced before anything is given away', async () => {
    const seen = [];
    deepEqual(await send(smtpTalk({}, seen), { count: 5 }), Array(5).fill('send ok accepted 250'));
    equal(seen.length, 1);
    const worn = [];
    const limited = (socket) => {
        let mails = 0;
        smtpTalk({ MAIL: (one) => {
            mails += 1;
            one.write(mails > 2 ? '452 too many in this session\r\n' : '250 ok\r\n');
        } }, worn)(socket);
    };
    deepEqual(await send(limited, { count: 5 }), Array(5).fill('send ok accepted 250'));
    equal(worn.length, 3);
    const closed = [];
    const hangsUp = (socket) => smtpTalk({ DOT: (one) => one.end('250 ok\r\n') }, closed)(socket);
    deepEqual(await send(hangsUp, { count: 3 }), Array(3).fill('send ok accepted 250'));
    // Only while there is time for it: what was not given away is tried another time.
    worn.length = 0;
    deepEqual(await send(limited, { count: 4, until: 1 }), ['accepted 250', 'accepted 250', 'later 452', 'accepted 250']
        .map((outcome) => `send ok ${outcome}`));
    equal(worn.length, 2);
    deepEqual(await send(limited, { count: 4, until: 60_000_000 }), Array(4).fill('send ok accepted 250'));
});
