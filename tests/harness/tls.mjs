// SPDX-License-Identifier: AGPL-3.0-or-later
// A certificate authority for this test run, and a server certificate signed by it, made by openssl.
// Nothing outside the run trusts it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './places.mjs';
import { run } from './spawn.mjs';

export const HOSTS = ['portal.localhost', 'desk.localhost', 'mail.localhost', 'localhost'];

async function make(folder) {
    const at = (name) => join(folder, name);
    const key = async (name) => run(['openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt',
        'ec_paramgen_curve:P-256', '-out', at(name)]);
    await key('ca.key');
    await run(['openssl', 'req', '-x509', '-new', '-key', at('ca.key'), '-subj',
        '/CN=Letterbox test authority', '-days', '2', '-out', at('ca.crt')]);
    await key('server.key');
    await run(['openssl', 'req', '-new', '-key', at('server.key'), '-subj', '/CN=localhost',
        '-out', at('server.csr')]);
    writeFileSync(at('names'), `subjectAltName=${HOSTS.map((host) => `DNS:${host}`).join(',')}`
        + ',IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
    await run(['openssl', 'x509', '-req', '-in', at('server.csr'), '-CA', at('ca.crt'), '-CAkey',
        at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names'), '-out',
        at('server.crt')]);
}

// { ca, cert, key } are files; caText is for Node's clients. One set for each run.
export async function certificates() {
    const folder = join(runFolder(), 'tls');
    if (!existsSync(join(folder, 'ready'))) {
        mkdirSync(folder, { recursive: true, mode: 0o755 });
        const lock = join(folder, 'lock');
        await run(['flock', '-o', lock, process.execPath, new URL(import.meta.url).pathname, folder]);
    }
    return { ca: join(folder, 'ca.crt'), cert: join(folder, 'server.crt'),
        key: join(folder, 'server.key'), caText: readFileSync(join(folder, 'ca.crt'), 'utf8') };
}

if (process.argv[1] === new URL(import.meta.url).pathname
    && !existsSync(join(process.argv[2], 'ready'))) {
    await make(process.argv[2]);
    writeFileSync(join(process.argv[2], 'ready'), '');
}
