// SPDX-License-Identifier: AGPL-3.0-or-later
// A private PostgreSQL for one test file: its own data folder and unix socket, no TCP.
//
// initdb, sql/roles.sql and the migrations run once per state of sql/ into a template folder under
// build/test/run; each test file gets a copy of it. `trust` is for these throw-away folders only.
//
//     const db = await postgres();                          // migrated, database "letterbox"
//     await db.query('SELECT 1 AS one');                    // as the superuser
//     await db.as('lb_portal', async (sql) => sql('SELECT …', [x]));   // one transaction, one role
//     const client = await db.client('lb_desk');            // a connection of its own
//     db.conninfo('lb_press')                               // for configuration files
//     await db.stop(); await db.start(); await db.kill();
//
// A bigint comes as text: an id of ours does not fit a JavaScript number.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync }
    from 'node:fs';
import { basename, join, relative } from 'node:path';
import pg from 'pg';
import { ROOT, giveTo, runBase, socketFolder } from './places.mjs';
import { queries } from './queries.mjs';
import { Server, run, runAs } from './spawn.mjs';
import { cleanup, folder } from './test.mjs';

export const SUPERUSER = 'postgres';
export const DATABASE = 'letterbox';
const OS_USER = 'postgres';
const BIN = '/usr/lib/postgresql/15/bin';

const SETTINGS = `
listen_addresses = ''
max_connections = 100
shared_buffers = 32MB
min_wal_size = 2MB
max_wal_size = 1GB
fsync = off
full_page_writes = off
log_line_prefix = '%m [%p] %u '
log_min_messages = warning
log_statement = none
timezone = 'UTC'
`;

const sqlFiles = (path) => (!existsSync(path) ? []
    : statSync(path).isDirectory()
        ? readdirSync(path).sort().flatMap((name) => sqlFiles(join(path, name)))
        : path.endsWith('.sql') ? [path] : []);

// What decides the template: the SQL that builds the schema, and this file.
export function templateKey() {
    const hash = createHash('sha256');
    const schema = ['roles.sql', 'migrations', 'policies.sql', 'queries/migration.sql']
        .flatMap((name) => sqlFiles(join(ROOT, 'sql', name)));
    for (const file of [...schema, new URL(import.meta.url).pathname])
        hash.update(`${relative(ROOT, file)}\0`).update(readFileSync(file)).update('\0');
    return hash.digest('hex').slice(0, 16);
}

function writeSettings(data, sockets) {
    writeFileSync(giveTo(OS_USER, touch(join(data, 'postgresql.auto.conf'))),
        `${SETTINGS}unix_socket_directories = '${sockets}'\n`);
}

function touch(path) {
    writeFileSync(path, '', { flag: 'a' });
    return path;
}

async function startServer(data, sockets, log) {
    giveTo(OS_USER, touch(log));
    const server = new Server([`${BIN}/postgres`, '-D', data], { log, user: OS_USER,
        name: 'PostgreSQL' });
    await server.ready(async () => {
        const client = new pg.Client({ host: sockets, user: SUPERUSER, database: 'postgres' });
        client.on('error', () => {});      // a refusal while starting comes as the rejection
        try {
            await client.connect();
            return true;
        } finally {
            await client.end();
        }
    });
    return server;
}

const psql = (sockets, user, database, ...rest) => run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1',
    '-h', sockets, '-U', user, '-d', database, ...rest]);

// Applies one file in one transaction; the error names file and line.
export const applySql = (sockets, { file, user = SUPERUSER, database = DATABASE }) =>
    psql(sockets, user, database, '-1', '-f', file);

// As lib/store/migrate.c does: roles by the superuser, then each migration and last the policies by
// lb_owner, each with its row in letterbox.migration.
async function migrate(sockets) {
    const roles = join(ROOT, 'sql/roles.sql');
    if (!existsSync(roles))
        return;
    await psql(sockets, SUPERUSER, 'postgres', '-c', `CREATE DATABASE ${DATABASE}`);
    await applySql(sockets, { file: roles });
    const add = queries().get('migration_add');
    const owner = new pg.Client({ host: sockets, user: 'lb_owner', database: DATABASE });
    await owner.connect();
    try {
        for (const file of [...sqlFiles(join(ROOT, 'sql/migrations')),
            ...sqlFiles(join(ROOT, 'sql/policies.sql'))]) {
            await applySql(sockets, { file, user: 'lb_owner' });
            if (add)
                await owner.query(add.text, [Number.parseInt(basename(file), 10) || 0,
                    basename(file),
                    createHash('sha256').update(readFileSync(file)).digest('hex')]);
        }
    } finally {
        await owner.end();
    }
}

async function initdb(data) {
    mkdirSync(data, { mode: 0o700 });
    giveTo(OS_USER, data);
    // Small files of the log: each test file copies them.
    await runAs(OS_USER, [`${BIN}/initdb`, '-D', data, '-U', SUPERUSER, '--auth-local=trust',
        '--auth-host=reject', '--no-locale', '-E', 'UTF8', '-N', '--wal-segsize=1'],
    { cwd: '/', timeout: 120_000 });
}

// Started by the template lock below: node postgres.mjs FOLDER
async function buildTemplate(target) {
    if (existsSync(join(target, 'ready')))
        return;
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true, mode: 0o755 });
    const sockets = giveTo(OS_USER, socketFolder(target));
    const bare = join(target, 'bare');
    await initdb(bare);
    await copyFolder(bare, join(target, 'migrated'));
    writeSettings(join(target, 'migrated'), sockets);
    const server = await startServer(join(target, 'migrated'), sockets, join(target, 'log'));
    try {
        await migrate(sockets);
    } finally {
        await server.stop({ signal: 'SIGINT' });
    }
    writeFileSync(join(target, 'ready'), '');
}

export const copyFolder = (from, to) => run(['cp', '-a', '--reflink=auto', from, to]);

async function template() {
    const target = join(runBase(), `template-${templateKey()}`);
    if (!existsSync(join(target, 'ready'))) {
        await run(['flock', '-o', join(runBase(), 'template.lock'), process.execPath,
            new URL(import.meta.url).pathname, target],
        { timeout: 180_000, env: { ...process.env, LETTERBOX_TEST_FILE: 'harness/template.mjs' } });
        for (const name of readdirSync(runBase()))
            if (name.startsWith('template-') && join(runBase(), name) !== target
                && Date.now() - statSync(join(runBase(), name)).mtimeMs > 3_600_000)
                rmSync(join(runBase(), name), { recursive: true, force: true });
    }
    return target;
}

class Postgres {
    constructor(home, hasSchema) {
        this.home = home;
        this.data = join(home, 'data');
        this.log = join(home, 'postgres.log');
        this.sockets = giveTo(OS_USER, socketFolder(home));
        this.database = hasSchema ? DATABASE : 'postgres';
        this.server = null;
        this.clients = new Set();
        this.main = null;
    }

    async start() {
        this.server = await startServer(this.data, this.sockets, this.log);
        return this;
    }

    // fast: SIGINT ends sessions; smart: SIGTERM waits for them; immediate: SIGQUIT, as in a crash.
    async stop(mode = 'fast') {
        await this.forgetMain();
        await this.server.stop({ signal: { smart: 'SIGTERM', fast: 'SIGINT',
            immediate: 'SIGQUIT' }[mode] });
    }

    // Files of the log as initdb makes them, of 16 MiB. It must have been stopped.
    async usualLog() {
        await runAs(OS_USER, [`${BIN}/pg_resetwal`, '--wal-segsize=16', '-D', this.data], { cwd: '/' });
    }

    async kill() {
        await this.forgetMain();
        await this.server.kill();
        rmSync(join(this.data, 'postmaster.pid'), { force: true });
    }

    async forgetMain() {
        const old = this.main;
        this.main = null;
        await (await old)?.end();
    }

    // libpq's own form: key=value words.
    conninfo(role = SUPERUSER, database = this.database) {
        return `host=${this.sockets} user=${role} dbname=${database}`;
    }

    async client(role = SUPERUSER, { database = this.database } = {}) {
        const client = new pg.Client({ host: this.sockets, user: role, database });
        client.on('error', () => {});      // a lost connection comes as the next query's rejection
        await client.connect();
        this.clients.add(client);
        const end = client.end.bind(client);
        client.end = async () => {
            this.clients.delete(client);
            await end();
        };
        // sql(text, params) -> rows; named gives a prepared statement.
        client.sql = async (text, values = []) => (await client.query(text, values)).rows;
        client.named = async (name, text, values = []) =>
            (await client.query({ name, text, values })).rows;
        return client;
    }

    // Rows, as the superuser, on a connection kept for the file.
    async query(text, values = []) {
        this.main ??= this.client();
        const mine = this.main;
        let client;
        try {
            client = await mine;
        } catch (error) {
            this.main = this.main === mine ? null : this.main;
            throw error;
        }
        return client.sql(text, values);
    }

    async one(text, values = []) {
        const rows = await this.query(text, values);
        if (rows.length !== 1)
            throw new Error(`expected one row, got ${rows.length}: ${text}`);
        return rows[0];
    }

    // One transaction under one role; the gate as in the programs: { session } or { lease }.
    async as(role, fn, { session = null, lease = null, commit = true } = {}) {
        const client = await this.client(role);
        try {
            await client.sql('BEGIN');
            if (session)
                await client.sql("SELECT set_config('letterbox.session', $1, true)", [session]);
            if (lease)
                await client.sql("SELECT set_config('letterbox.lease', $1, true)", [lease]);
            const result = await fn(client.sql, client);
            await client.sql(commit ? 'COMMIT' : 'ROLLBACK');
            return result;
        } finally {
            await client.end();
        }
    }

    apply(file, options = {}) {
        return applySql(this.sockets, { file, database: this.database, ...options });
    }

    async dump(...options) {
        const done = await run([`${BIN}/pg_dump`, '-h', this.sockets, '-U', SUPERUSER, ...options,
            this.database], { timeout: 120_000 });
        return done.bytes;
    }

    logText() {
        return readFileSync(this.log, 'utf8');
    }

    async close() {
        for (const client of [...this.clients])
            await client.end().catch(() => {});    // it may have been cut off on purpose
        this.main = null;
        if (this.server?.running)
            await this.server.stop({ signal: 'SIGQUIT' });
        if (!this.sockets.startsWith(this.home))
            rmSync(this.sockets, { recursive: true, force: true });
    }
}

// `schema: false` gives an empty cluster without roles and migrations; `data` is the folder of a
// stopped cluster to copy instead (harness/ready.mjs).
export async function postgres({ schema = true, data = null } = {}) {
    const source = data ?? await template();
    if (schema && !existsSync(join(ROOT, 'sql/roles.sql')))
        throw new Error('sql/roles.sql is missing: ask for postgres({ schema: false })');
    const home = folder('postgres');
    const db = new Postgres(home, schema);
    cleanup(() => db.close());
    await copyFolder(data ?? join(source, schema ? 'migrated' : 'bare'), db.data);
    writeSettings(db.data, db.sockets);
    return db.start();
}

if (process.argv[1] === new URL(import.meta.url).pathname)
    await buildTemplate(process.argv[2]);
