// SPDX-License-Identifier: AGPL-3.0-or-later
// An arrangement goes to another agency: who sees a transfer, who may do what with it, and what the database keeps.

import { before, deepEqual, equal, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, sealed } from '../harness/world.mjs';

let db;
let north;
let south;
let east;
let one;

before(async () => {
    db = await postgres();
    const world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    south = await world.agency('south');
    east = await world.agency('east');
    one = await world.story(north);
    // Nothing of it waits.
    await world.pastTriggers(async () => {
        await db.query("UPDATE letterbox.letter SET state = 'released'");
        await db.query("UPDATE letterbox.dispatch SET state = 'sent'");
    });
});

const desk = (agency, role, fn) => db.as('lb_desk', fn, { session: agency.sessions[role], commit: false });
const as = async (sql, agency, role) => sql("SELECT set_config('letterbox.session', $1, true)", [agency.sessions[role]]);
const call = async (sql, name, ...args) =>
    (await sql(`SELECT letterbox.${name}(${args.map((_, i) => `$${i + 1}`)}) AS why`, args))[0].why;
const propose = (sql, to = south) => call(sql, 'transfer_propose', 901, one.arrangement, to.id, sealed());
const offer = async (sql) => {
    const [{ records }] = await sql('SELECT letterbox.transfer_own_records($1) AS records', [one.arrangement]);
    return call(sql, 'transfer_offer', 901, sealed(), records);
};
const seen = async (sql) => (await sql('SELECT transfer_id FROM letterbox.transfer')).length;
const offered = (fn) => desk(north, 'coordinator', async (sql) => {
    equal(await propose(sql), null);
    await as(sql, north, 'manager');
    equal(await offer(sql), null);
    await fn(sql);
});

test('it is seen where it goes from; where it goes to by a manager alone, once it is offered; elsewhere by nobody', () =>
    desk(north, 'coordinator', async (sql) => {
        equal(await propose(sql), null);
        const look = async () => {
            const found = {};
            for (const [name, agency] of Object.entries({ north, south, east }))
                for (const role of ['checker', 'coordinator', 'manager', 'administrator', 'inspector']) {
                    await as(sql, agency, role);
                    if (await seen(sql))
                        (found[name] ??= []).push(role);
                }
            return found;
        };
        deepEqual(await look(), { north: ['coordinator', 'manager'] });
        await as(sql, north, 'manager');
        equal(await offer(sql), null);
        deepEqual(await look(), { north: ['coordinator', 'manager'], south: ['manager'] });
    }));

test('who proposed it does not agree to it, and nobody but a manager does', async () => {
    await desk(north, 'manager', async (sql) => {
        equal(await propose(sql), null);
        equal(await offer(sql), 'own');
    });
    await desk(north, 'coordinator', async (sql) => {
        equal(await propose(sql), null);
        await rejects(offer(sql), { code: '42501' });
    });
    for (const role of ['checker', 'administrator', 'inspector'])
        await desk(north, role, async (sql) => rejects(propose(sql), { code: '42501' }));
    await db.as('lb_owner', async (sql) => rejects(sql(`INSERT INTO letterbox.transfer (agency_id, transfer_id, arrangement_id, to_agency_id,
        proposed_by, proposed_at, sealed_reason) VALUES ($1, 902, $2, $3, $4, letterbox.now(), '\\x01')`,
    [north.id, one.arrangement, south.id, north.staff.manager]), { code: '42501' }), { commit: false });
    await rejects(db.query(`INSERT INTO letterbox.transfer (agency_id, transfer_id, arrangement_id, to_agency_id, proposed_by, offered_by,
        proposed_at, sealed_reason) VALUES ($1, 903, $2, $3, $4, $4, letterbox.now(), '\\x01')`,
    [north.id, one.arrangement, south.id, north.staff.manager]), { constraint: 'transfer_two_people' });
});

test('while it is offered the arrangement is held, and nothing but an answer changes that', () => offered(async (sql) => {
    const state = async () => (await sql('SELECT state FROM letterbox.arrangement WHERE arrangement_id = $1', [one.arrangement]))[0].state;
    equal(await state(), 'held');
    await sql('SAVEPOINT tried');
    await rejects(sql("UPDATE letterbox.arrangement SET state = 'active' WHERE arrangement_id = $1", [one.arrangement]),
        { constraint: 'arrangement_moving' });
    await sql('ROLLBACK TO tried');
    await as(sql, south, 'manager');
    equal(await call(sql, 'transfer_end', 901, sealed()), null);
    await as(sql, north, 'manager');
    equal(await state(), 'active');
    equal(await call(sql, 'transfer_end', 901, sealed()), 'decided', 'once');
}));

test('it is taken by a manager of that agency alone, and not without its people', () => offered(async (sql) => {
    await as(sql, east, 'manager');
    equal(await call(sql, 'transfer_take', 901, one.arrangement), 'decided');
    await as(sql, north, 'manager');
    equal(await call(sql, 'transfer_take', 901, one.arrangement), 'decided');
    await as(sql, south, 'manager');
    equal(await call(sql, 'transfer_take', 901, 77), 'not_whole');
    await as(sql, south, 'coordinator');
    await rejects(call(sql, 'transfer_take', 901, 77), { code: '42501' });
}));

test('what changed after the offer is not taken', () => offered(async (sql) => {
    await sql("UPDATE letterbox.arrangement_party SET state = 'not_ready' WHERE arrangement_id = $1 AND party_id = $2", [one.arrangement, one.mother]);
    await as(sql, south, 'manager');
    equal(await call(sql, 'transfer_take', 901, 77), 'changed');
}));

test('blocked, over, or with a letter that is not finished: it does not go', async () => {
    for (const state of ['suspended', 'held', 'prohibited', 'ended', 'moved'])
        await desk(north, 'manager', async (sql) => {
            await sql('UPDATE letterbox.arrangement SET state = $2 WHERE arrangement_id = $1', [one.arrangement, state]);
            equal(await propose(sql), 'state', state);
        });
    await desk(north, 'manager', async (sql) => {
        await sql("UPDATE letterbox.letter SET state = 'in_review' WHERE letter_id = $1", [one.scan]);
        equal(await propose(sql), 'unfinished');
    });
    await desk(north, 'manager', async (sql) => {
        equal(await propose(sql, north), 'agency', 'to itself');
        equal(await call(sql, 'transfer_propose', 901, 4711, south.id, sealed()), 'unknown');
    });
});
