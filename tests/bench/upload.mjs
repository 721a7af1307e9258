// SPDX-License-Identifier: AGPL-3.0-or-later
// Files of 20 MiB over HTTPS: into the sealed spool, up to the receipt, and nginx's PUT of the same body,
// one after the other in turns by the same client. Then what a hundred uploads at once cost in memory.

import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, closeSync, writeSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { multipart } from '../harness/http.mjs';
import { IS_ROOT } from '../harness/places.mjs';
import { freePorts } from '../harness/ports.mjs';
import { Server } from '../harness/spawn.mjs';
import { cleanup, equal, folder, test } from '../harness/test.mjs';
import { certificates } from '../harness/tls.mjs';
import { cookieOf, figure, median, memory, progress, sendFiles } from './figures.mjs';
import { openPlace } from './place.mjs';

const MIB = 1024 * 1024;
const ROUNDS = 7;
const CROWD = 100;

async function startNginx() {
    const home = folder('nginx');
    const [port] = await freePorts(1);
    const tls = await certificates();
    mkdirSync(join(home, 'www'));
    writeFileSync(join(home, 'nginx.conf'), `${IS_ROOT ? 'user root;' : ''}
daemon off; worker_processes 2; pid ${home}/pid; error_log ${home}/error.log;
events { worker_connections 256; }
http {
    access_log off; client_body_temp_path ${home}/body; client_max_body_size 64m;
    server { listen 127.0.0.1:${port} ssl; ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key};
             ssl_protocols TLSv1.3; root ${home}/www; dav_methods PUT; }
}
`);
    const server = new Server(['/usr/sbin/nginx', '-p', home, '-c', join(home, 'nginx.conf')],
        { log: join(home, 'log'), name: 'nginx' });
    cleanup(() => server.running && server.stop());
    await server.ready(() => answers(port));
    return port;
}

const answers = (port) => new Promise((done, reject) => {
    const socket = connect(port, '127.0.0.1', () => done(socket.destroy()));
    socket.on('error', reject);
});

async function writeRequest(path, head, pieces) {
    const file = openSync(path, 'w');
    writeSync(file, `${head.join('\r\n')}\r\n\r\n`);
    for await (const piece of pieces)
        writeSync(file, piece);
    closeSync(file);
    return path;
}

// A whole request of the form "write a letter", with a key of its own.
async function letterRequest(doors, client, form, path, files) {
    const fields = form.fields.filter(([name]) => name !== 'file').map(([name, value]) =>
        [name, name === 'once' ? randomBytes(12).toString('hex') : name === 'text' ? 'See the files.' : value]);
    const body = multipart(fields, files);
    const { host_name: host } = doors.here.settings.portal;
    const { port } = doors.running.portal;
    return writeRequest(path, ['POST /letters HTTP/1.1', `Host: ${host}:${port}`, `Cookie: ${cookieOf(client)}`,
        `Origin: https://${host}:${port}`, `Content-Type: ${body.type}`, `Content-Length: ${body.length}`], body.chunks());
}

const file = (name, body) => ({ field: 'file', name, type: 'image/jpeg', body });

test('upload', async () => {
    const doors = await openPlace({ processes: ['portal', 'post', 'press'] });
    const { client } = await doors.family({ number: 0 });
    await doors.running.post.stop();
    await doors.running.press.stop();
    const nginx = await startNginx();
    const { portal } = doors.running;
    const form = (await client.get('/letters/new')).form('form-post_letters');
    const photo = Buffer.alloc(20 * MIB, 'a photo ');
    const requestFolder = folder('requests');
    const at = (name) => join(requestFolder, name);
    const put = await writeRequest(at('put'), ['PUT /photo HTTP/1.1', 'Host: localhost',
        `Content-Length: ${photo.length}`], [photo]);
    const times = { nginx: [], spool: [], receipt: [] };
    for (let i = 0; i <= ROUNDS; i += 1) {
        // An empty file beside it: all is received and sealed, and the form comes back with a mistake.
        const spooled = await letterRequest(doors, client, form, at('spool'),
            [file('a.jpg', photo), file('b.jpg', Buffer.alloc(0))]);
        const sent = await letterRequest(doors, client, form, at('receipt'), [file('a.jpg', photo)]);
        for (const [name, port, path, statuses] of [['nginx', nginx, put, [201, 204]], ['spool', portal.port, spooled, [422]],
            ['receipt', portal.port, sent, [303]]]) {
            const [{ status, ms }] = await sendFiles(port, [path]);
            equal(statuses.includes(status), true, `${name} answered ${status}`);
            if (i > 0)      // the first warms up
                times[name].push(ms);
        }
        progress(`${i} of ${ROUNDS}`);
    }
    const ms = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
    for (const [name, value] of Object.entries(ms))
        figure(`upload_20mib_${name}`, value, 'ms');
    figure('upload_spool_of_nginx', 100 * ms.nginx / ms.spool, '%', 0);
    figure('upload_receipt_of_nginx', 100 * ms.nginx / ms.receipt, '%', 0);

    figure('portal_memory', memory(portal.pid, 'VmRSS') / 1024, 'MiB');
    const requests = [];
    for (let i = 0; i < CROWD; i += 1)
        requests.push(await letterRequest(doors, client, form, at(`crowd-${i}`), [file('a.jpg', photo.subarray(0, 2 * MIB))]));
    let most = 0;
    const looking = setInterval(() => { most = Math.max(most, memory(portal.pid, 'VmRSS')); }, 20);
    const sent = await sendFiles(portal.port, requests, { atOnce: true });
    clearInterval(looking);
    equal(sent.filter(({ status }) => status !== 303).length, 0, JSON.stringify(sent));
    figure('portal_memory_100_uploads', most / 1024, 'MiB');
    figure('portal_memory_peak', memory(portal.pid, 'VmHWM') / 1024, 'MiB');
}, { timeout: 600_000 });
