// SPDX-License-Identifier: AGPL-3.0-or-later
// A route's handler is named after its method and path and stands in the file of that name; every such
// file has its route; docs/http.md says what the tables say.

import { deepEqual, equal, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { files, read } from '../harness/tree.mjs';

const rooms = files().map((path) => /^server\/(\w+)\/routes\.def$/.exec(path)?.[1]).filter(Boolean);

const rows = (room) => [...read(`server/${room}/routes.def`)
    .matchAll(/^ROUTE\(\s*(\w+),\s*(GET|POST),\s*"([^"]+)",\s*(\w+),\s*(\w+),/gm)]
    .map(([, handler, method, path, who, form]) => ({ handler, method, path, who, form }));

const handlerOf = ({ method, path }) => `${method.toLowerCase()}_${
    path === '/' ? 'root' : path.slice(1).replace(/:/g, '').replace(/[/-]/g, '_')}`;

for (const room of rooms) {
    test(`handlers of the ${room} are named after method and path`, () => {
        deepEqual(rows(room).map((row) => row.handler), rows(room).map(handlerOf));
    });

    test(`each handler of the ${room} has its file, and each file its route`, () => {
        const have = files().map((path) => /^server\/(\w+)\/((?:get|post)_\w+)\.c$/.exec(path))
            .filter((one) => one?.[1] === room).map((one) => one[2]);
        deepEqual(have.sort(), rows(room).map((row) => row.handler).sort());
    });

    test(`no route of the ${room} stands twice, and every POST has a form`, () => {
        const keys = rows(room).map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
        deepEqual(keys.filter((key, i) => keys.indexOf(key) !== i), []);
        deepEqual(rows(room).filter(({ method, form }) => (method === 'POST') === (form === 'NONE')), []);
    });
}

test('docs/http.md is what the routes say: make http-doc', async () => {
    const { stdout } = await run(['sh', 'ops/gen/http-doc.sh'], { cwd: ROOT });
    equal(read('docs/http.md'), stdout);
});
