// SPDX-License-Identifier: AGPL-3.0-or-later
// Looks for words where they must not be: in files, in a dump, in every column of a database.
//
//     const hunt = new Hunt(['Featherstonehaugh', '07700 900123', …]);
//     await hunt.folder(runFolder);          // data folder, WAL, logs, spool: every file
//     await hunt.database(db);               // pg_dump, and each column through the catalogue
//     await hunt.planted(db);                // first shows that it finds what is there
//     deepEqual(hunt.found, []);
//
// Each word is looked for without regard to ASCII case as UTF-8, UTF-16 of both byte orders, hex of
// these, and base64 (both alphabets) of these at all three alignments, also in small and in capital
// letters. A word is at least MIN_LENGTH bytes, so that chance finds nothing.

import { spawn } from 'node:child_process';
import { createReadStream, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { SUPERUSER } from './postgres.mjs';

const MIN_LENGTH = 6;
const PREFIX = 3;          // bytes that the first look compares
const EXCERPT = 24;

const fold = new Uint8Array(256).map((_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
const folded = (bytes) => Buffer.from(bytes.map((byte) => fold[byte]));

function utf16be(text) {
    return Buffer.from(text, 'utf16le').swap16();
}

// base64 of `bytes` as it looks inside a longer text, when `before` bytes stand before it in its
// group of three: without the characters that its neighbours have a part in.
function base64Inside(bytes, before) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const text = whole.toString('base64').replace(/=+$/, '');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
}

export function formsOf(word) {
    const forms = new Map();
    const add = (form, bytes) => {
        if (bytes.length < MIN_LENGTH)
            throw new Error(`"${word}" is too short to be looked for as ${form}`);
        forms.set(`${folded(bytes).toString('latin1')}`, { word, form, bytes: folded(bytes) });
    };
    const cases = new Set([word, word.toLowerCase(), word.toUpperCase()]);
    for (const text of cases) {
        for (const [encoding, bytes] of [['utf-8', Buffer.from(text)],
            ['utf-16le', Buffer.from(text, 'utf16le')], ['utf-16be', utf16be(text)]]) {
            add(encoding, bytes);
            add(`hex of ${encoding}`, Buffer.from(bytes.toString('hex')));
            for (const before of [0, 1, 2]) {
                const inside = base64Inside(bytes, before);
                add(`base64 of ${encoding}, alignment ${before}`, Buffer.from(inside));
                add(`base64url of ${encoding}, alignment ${before}`,
                    Buffer.from(inside.replaceAll('+', '-').replaceAll('/', '_')));
            }
        }
    }
    return [...forms.values()];
}

export class Hunt {
    constructor(words) {
        this.found = [];
        this.searched = { bytes: 0, files: 0, columns: 0 };
        this.byPrefix = new Map();
        this.filter = new Uint8Array(1 << 24);
        this.longest = 0;
        for (const word of words)
            this.addWord(word);
    }

    addWord(word) {
        for (const form of formsOf(word)) {
            const key = (form.bytes[0] << 16) | (form.bytes[1] << 8) | form.bytes[2];
            this.filter[key] = 1;
            this.byPrefix.set(key, [...(this.byPrefix.get(key) ?? []), form]);
            this.longest = Math.max(this.longest, form.bytes.length);
        }
    }

    note(where, at, bytes, { word, form }) {
        if (this.found.some((one) => one.where === where && one.word === word && one.form === form))
            return;
        this.found.push({ where, word, form, at,
            around: bytes.subarray(0, EXCERPT).toString('latin1') });
    }

    // `offset` is where these bytes begin in what they are a part of.
    bytes(where, bytes, offset = 0) {
        this.searched.bytes += bytes.length;
        const { filter } = this;
        let key = 0;
        for (let i = 0; i < bytes.length; i += 1) {
            key = ((key << 8) | fold[bytes[i]]) & 0xffffff;
            if (filter[key] === 0 || i < PREFIX - 1)
                continue;
            const start = i - PREFIX + 1;
            for (const form of this.byPrefix.get(key)) {
                const end = start + form.bytes.length;
                if (end <= bytes.length && folded(bytes.subarray(start, end)).equals(form.bytes))
                    this.note(where, offset + start, bytes.subarray(start, end), form);
            }
        }
    }

    // A stream of Buffers, with an overlap so that no word is lost between two of them.
    async stream(where, chunks) {
        let kept = Buffer.alloc(0);
        let offset = 0;
        for await (const chunk of chunks) {
            const joined = kept.length > 0 ? Buffer.concat([kept, chunk]) : chunk;
            this.bytes(where, joined, offset);
            this.searched.bytes -= kept.length;
            const keep = Math.min(joined.length, this.longest - 1);
            offset += joined.length - keep;
            kept = joined.subarray(joined.length - keep);
        }
    }

    async file(path) {
        this.searched.files += 1;
        await this.stream(path, createReadStream(path, { highWaterMark: 1 << 20 }));
    }

    // Every file under it, its name included; a file may vanish while we look (a finished WAL).
    async folder(path) {
        for (const entry of readdirSync(path, { withFileTypes: true })) {
            const inside = join(path, entry.name);
            this.bytes(`the name of ${inside}`, Buffer.from(entry.name));
            try {
                if (entry.isDirectory())
                    await this.folder(inside);
                else if (lstatSync(inside).isFile())
                    await this.file(inside);
            } catch (error) {
                if (error.code !== 'ENOENT')
                    throw error;
            }
        }
    }

    async program(where, argv) {
        const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
        let complaint = '';
        child.stderr.on('data', (bytes) => { complaint += bytes; });
        const ended = new Promise((done, reject) => {
            child.on('error', reject);
            child.on('close', done);
        });
        await this.stream(where, child.stdout);
        if (await ended !== 0)
            throw new Error(`${argv[0]}: ${complaint}`);
    }

    // Each table of our own schemas whole, in the binary form of COPY: a bytea as its bytes.
    async columns(db) {
        const tables = await db.query(`
            SELECT format('%I.%I', n.nspname, c.relname) AS name,
                   (SELECT count(*)::int FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
               AND n.nspname NOT LIKE 'pg_toast%'
             UNION ALL VALUES ('pg_catalog.pg_largeobject', 1), ('pg_catalog.pg_statistic', 1)
             ORDER BY 1`);
        for (const { name, columns } of tables) {
            this.searched.columns += columns;
            const what = name === 'pg_catalog.pg_statistic'
                ? '(SELECT stavalues1::text, stavalues2::text, stavalues3::text, stavalues4::text, '
                    + 'stavalues5::text FROM pg_statistic)' : name;
            await this.program(`table ${name}`, ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h',
                db.sockets, '-U', SUPERUSER, '-d', db.database, '-c',
                `COPY ${what} TO STDOUT (FORMAT binary)`]);
        }
    }

    async database(db) {
        await this.columns(db);
        this.bytes('pg_dump', await db.dump());
    }

    // Plants one word of its own in a bytea of more than 4 KiB, a jsonb and a text column, and must
    // find all three through the catalogue, in the dump and in the files; then takes them away again.
    async planted(db) {
        const word = `Canary${randomBytes(9).toString('base64url').replace(/[-_]/g, 'x')}`;
        const probe = new Hunt([word]);
        await db.query('CREATE SCHEMA canary');
        try {
            await db.query('CREATE TABLE canary.in_bytea (v bytea)');
            await db.query('CREATE TABLE canary.in_jsonb (v jsonb)');
            await db.query('CREATE TABLE canary.in_text (v text)');
            const filler = randomBytes(5000);
            await db.query('INSERT INTO canary.in_bytea VALUES ($1)',
                [Buffer.concat([filler, Buffer.from(word), filler])]);
            await db.query('INSERT INTO canary.in_jsonb VALUES ($1)',
                [JSON.stringify({ deep: [{ inside: `before ${word} after` }] })]);
            await db.query('INSERT INTO canary.in_text VALUES ($1)', [word.toLowerCase()]);
            await db.query('CHECKPOINT');
            await probe.database(db);
            await probe.folder(db.data);
        } finally {
            await db.query('DROP SCHEMA canary CASCADE');
        }
        const places = new Set(probe.found.map(({ where }) => where));
        const missed = ['table canary.in_bytea', 'table canary.in_jsonb', 'table canary.in_text',
            'pg_dump'].filter((where) => !places.has(where));
        if (missed.length > 0 || ![...places].some((where) => where.startsWith(db.data)))
            throw new Error(`the search is blind: it missed its own canary in ${
                missed.join(', ') || 'the data folder'}`);
        return probe.found;
    }
}
