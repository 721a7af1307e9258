// SPDX-License-Identifier: AGPL-3.0-or-later
// A TCP proxy between one of our programs and a server, which can be told to fail as networks do.
//
//     const wire = await proxy(imap.tlsPort);
//     wire.port                       // goes into the configuration in place of the server's
//     wire.cut(); wire.restore();     // all connections broken and none taken; as before
//     wire.cutAfter(5_000);           // each connection broken after so many bytes from the server
//     wire.stall(); wire.restore();   // connections stay, nothing passes any more

import { connect, createServer } from 'node:net';
import { cleanup } from './test.mjs';

class Proxy {
    constructor(target) {
        this.target = target;
        this.pairs = new Set();
        this.connections = 0;
        this.restore();
    }

    restore() {
        this.isCut = false;
        this.isStalled = false;
        this.limit = Infinity;
        for (const pair of this.pairs ?? [])
            pair.forEach((socket) => socket.resume());
    }

    cut() {
        this.isCut = true;
        for (const pair of this.pairs)
            pair.forEach((socket) => socket.destroy());
    }

    cutAfter(bytes) {
        this.limit = bytes;
        for (const pair of this.pairs)
            pair.forEach((socket) => socket.destroy());
    }

    stall() {
        this.isStalled = true;
        for (const pair of this.pairs)
            pair.forEach((socket) => socket.pause());
    }

    async listen() {
        this.server = createServer((client) => this.join(client));
        await new Promise((done, reject) => {
            this.server.on('error', reject);
            this.server.listen(0, '127.0.0.1', done);
        });
        this.port = this.server.address().port;
        return this;
    }

    join(client) {
        if (this.isCut) {
            client.destroy();
            return;
        }
        this.connections += 1;
        const server = connect({ port: this.target, host: '127.0.0.1' });
        const pair = [client, server];
        this.pairs.add(pair);
        let passed = 0;
        const end = () => {
            this.pairs.delete(pair);
            pair.forEach((socket) => socket.destroy());
        };
        for (const socket of pair) {
            socket.on('error', end);
            socket.on('close', end);
        }
        client.on('data', (bytes) => server.write(bytes));
        server.on('data', (bytes) => {
            const room = this.limit - passed;
            passed += bytes.length;
            if (bytes.length <= room)
                client.write(bytes);
            else
                client.write(bytes.subarray(0, Math.max(room, 0)), end);
        });
        if (this.isStalled)
            pair.forEach((socket) => socket.pause());
    }

    close() {
        this.cut();
        return new Promise((done) => this.server.close(done));
    }
}

export async function proxy(target) {
    const wire = await new Proxy(target).listen();
    cleanup(() => wire.close());
    return wire;
}
