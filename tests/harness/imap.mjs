// SPDX-License-Identifier: AGPL-3.0-or-later
// An IMAP server of a few lines with mailboxes in memory, which does what it is told: for what no real server
// does on demand. In clear, on loopback; any user and password will do.
//
//     const imap = await imapStandIn();
//     imap.port, imap.add(bytes)               // a message arrives in INBOX; its UID
//     imap.folders.get('Done')                 // [{ uid, bytes, flags }]
//     imap.heard                               // [{ folder, line }]: commands, without their tags, and the folder open
//     imap.count('UID FETCH', 'INBOX')         // how many begin so, with that folder open
//     imap.answers['UID MOVE'] = (say, words, tag) => say(`${tag} NO full`);     // true: go on as usual
//     imap.capabilities = 'UIDPLUS'            // MOVE UIDPLUS, unless told otherwise

import { createServer } from 'node:net';
import { cleanup } from './test.mjs';

const setOf = (text, highest) => {
    const numbers = new Set();
    for (const part of text.split(',')) {
        const [from, to = from] = part.split(':').map((end) => (end === '*' ? highest : Number(end)));
        for (let number = from; number <= to; number += 1)
            numbers.add(number);
    }
    return numbers;
};

class StandIn {
    constructor() {
        this.folders = new Map([['INBOX', []]]);
        this.nextUid = new Map([['INBOX', 1]]);
        this.uidvalidity = 7;
        this.capabilities = 'MOVE UIDPLUS';
        this.answers = {};
        this.heard = [];
        this.connections = 0;
    }

    add(bytes, folder = 'INBOX', uid = this.nextUid.get(folder)) {
        this.folders.get(folder).push({ uid, bytes: Buffer.from(bytes), flags: new Set() });
        this.nextUid.set(folder, Math.max(this.nextUid.get(folder), uid + 1));
        return uid;
    }

    make(folder) {
        if (!this.folders.has(folder)) {
            this.folders.set(folder, []);
            this.nextUid.set(folder, 1);
        }
    }

    count(verb, open = null) {
        return this.heard.filter(({ folder, line }) => line.startsWith(verb) && (open === null || folder === open)).length;
    }

    talk(socket) {
        this.connections += 1;
        const state = { folder: null };
        socket.setNoDelay(true);
        const say = (text) => {
            if (!socket.destroyed)
                socket.write(`${text}\r\n`, 'latin1');
        };
        let pending = '';
        say(`* OK [CAPABILITY IMAP4rev1 ${this.capabilities}] ready`);
        socket.on('data', (bytes) => {
            pending += bytes.toString('latin1');
            for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
                const [tag, ...words] = pending.slice(0, end).split(' ');
                pending = pending.slice(end + 2);
                const verb = (words[0] === 'UID' ? `UID ${words[1]}` : words[0]).toUpperCase();
                this.heard.push({ folder: state.folder, line: words.join(' ') });
                const special = this.answers[verb];
                if (special && special(say, words, tag, socket, state) !== true)
                    continue;
                this.usual(verb, words, tag, say, state, socket);
            }
        });
    }

    usual(verb, words, tag, say, state, socket) {
        const box = this.folders.get(state.folder) ?? [];
        const folderOf = (text) => text.replaceAll('"', '');
        const chosen = (at) => {
            const uids = setOf(words[at], box.at(-1)?.uid ?? 0);
            return box.filter(({ uid }) => uids.has(uid));
        };
        switch (verb) {
        case 'CAPABILITY':
            say(`* CAPABILITY IMAP4rev1 ${this.capabilities}`);
            break;
        case 'SELECT':
            if (!this.folders.has(folderOf(words[1]))) {
                say(`${tag} NO [NONEXISTENT] no such mailbox`);
                return;
            }
            state.folder = folderOf(words[1]);
            say(`* ${this.folders.get(state.folder).length} EXISTS`);
            say(`* OK [UIDVALIDITY ${this.uidvalidity}] valid`);
            break;
        case 'CREATE':
            this.make(folderOf(words[1]));
            break;
        case 'FETCH': {
            const [first, last = first] = words[1].split(':').map(Number);
            const lines = [];
            for (let at = first; at <= Math.min(last, box.length); at += 1) {
                const { uid, bytes, flags } = box[at - 1];
                lines.push(`* ${at} FETCH (UID ${uid} RFC822.SIZE ${bytes.length} FLAGS (${[...flags].join(' ')}))`);
            }
            if (lines.length > 0)
                say(lines.join('\r\n'));
            break;
        }
        case 'UID FETCH':
            for (const message of chosen(2)) {
                say(`* ${box.indexOf(message) + 1} FETCH (UID ${message.uid} BODY[] {${message.bytes.length}}`);
                socket.write(message.bytes);
                say(')');
            }
            break;
        case 'UID STORE':
            chosen(2).forEach(({ flags }) => flags.add('\\Deleted'));
            break;
        case 'UID COPY':
        case 'UID MOVE': {
            const to = folderOf(words.slice(3).join(' '));
            if (!this.folders.has(to)) {
                say(`${tag} NO [TRYCREATE] no such mailbox`);
                return;
            }
            const moved = chosen(2);
            moved.forEach(({ bytes }) => this.add(bytes, to));
            if (verb === 'UID MOVE')
                this.drop(state.folder, moved, say);
            break;
        }
        case 'UID EXPUNGE':
            this.drop(state.folder, chosen(2).filter(({ flags }) => flags.has('\\Deleted')), say);
            break;
        case 'LOGOUT':
            say(`* BYE\r\n${tag} OK`);
            socket.end();
            return;
        default:
        }
        say(`${tag} OK`);
    }

    drop(folder, gone, say) {
        const box = this.folders.get(folder);
        for (const message of gone) {
            say(`* ${box.indexOf(message) + 1} EXPUNGE`);
            box.splice(box.indexOf(message), 1);
        }
    }
}

export async function imapStandIn() {
    const imap = new StandIn();
    const sockets = new Set();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
        imap.talk(socket);
    });
    cleanup(() => {
        sockets.forEach((socket) => socket.destroy());
        return new Promise((done) => { server.close(done); });
    });
    await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
    imap.port = server.address().port;
    return imap;
}
