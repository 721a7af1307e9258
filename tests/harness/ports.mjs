// SPDX-License-Identifier: AGPL-3.0-or-later
// Free ports for servers that cannot choose one themselves. Our own programs take port 0.

import { connect, createServer } from 'node:net';

// All are held until the last is found: the system may give a port that was just let go of once more.
export async function freePorts(count) {
    const servers = await Promise.all(Array.from({ length: count }, () => new Promise((done, reject) => {
        const server = createServer();
        server.on('error', reject);
        server.listen(0, '127.0.0.1', () => done(server));
    })));
    const ports = servers.map((server) => server.address().port);
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    return ports;
}

// The server's first line, or null if nobody listens.
export function greeting(port) {
    return new Promise((done) => {
        const socket = connect({ port, host: '127.0.0.1' });
        socket.setTimeout(5_000, () => socket.destroy());
        socket.once('data', (bytes) => {
            done(bytes.toString());
            socket.destroy();
        });
        socket.on('error', () => done(null));
        socket.on('close', () => done(null));
    });
}

// Another program may take a port between our look and the server's bind: then it is tried again.
export async function withFreePorts(count, start) {
    for (let attempt = 1; ; attempt += 1) {
        const ports = await freePorts(count);
        try {
            return await start(...ports);
        } catch (error) {
            if (attempt === 3 || !/in use/i.test(error.message))
                throw error;
        }
    }
}
