// SPDX-License-Identifier: AGPL-3.0-or-later
// Two households that were one: the database keeps both on one side, their addresses apart, and asks two people for the next letter.

import { before, equal, ok, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, key } from '../harness/world.mjs';

let db;
let north;
let south;
let one;
let two;

before(async () => {
    db = await postgres();
    const world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    south = await world.agency('south');
    one = await world.story(north);
    two = await world.story(north);
});

const desk = (fn, { role = 'coordinator', agency = north } = {}) =>
    db.as('lb_desk', fn, { session: agency.sessions[role], commit: false });
const set = (sql, party, use, ...values) =>
    sql('SELECT letterbox.party_lookup_set($1, $2, $3)', [party, use, values.map((name) => key(name))]);
const join = (sql, arrangement, party, side) => sql(`INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side)
    VALUES ($1, $2, $3, $4)`, [north.id, arrangement, party, side]);
const apart = (sql, party, other, { know = false, by = north.staff.coordinator } = {}) => sql(`INSERT INTO letterbox.apart
    (agency_id, party_id, other_party_id, may_know, made_at, made_by) VALUES ($1, $2, $3, $4, letterbox.now(), $5)`,
[north.id, party, other, know, by]);
// A new household, nowhere yet.
const household = async (sql) => {
    await sql(`INSERT INTO letterbox.party (agency_id, party_id, kind, channel, sealed_record, alias_token, made_at, state_changed_at)
        VALUES ($1, 909, 'adoptive', 'portal', '\\x01', 'apart0000909', letterbox.now(), letterbox.now())`, [north.id]);
    return '909';
};
const shared = { code: '23514', constraint: 'apart_own_details' };
const sided = { code: '23514', constraint: 'party_on_one_side' };

test('two people read the next letter to each of the two', () => desk(async (sql) => {
    const other = await household(sql);
    await apart(sql, one.family, other);
    const rows = await sql('SELECT details_changed_at FROM letterbox.party WHERE party_id IN ($1, $2)', [one.family, other]);
    equal(rows.length, 2);
    ok(rows.every((row) => row.details_changed_at !== null));
}));

test('neither has an address, e-mail or phone of the other, before or after', async () => {
    for (const use of ['sender', 'address', 'phone']) {
        await desk(async (sql) => {
            const other = await household(sql);
            await set(sql, one.family, use, 'of both');
            await set(sql, other, use, 'of both');
            await rejects(apart(sql, one.family, other), shared);
        });
        await desk(async (sql) => {
            const other = await household(sql);
            await apart(sql, one.family, other);
            await set(sql, one.family, use, 'of one');
            await rejects(set(sql, other, use, 'of one'), shared);
        });
        await desk(async (sql) => {
            const other = await household(sql);
            await apart(sql, one.family, other);
            await set(sql, other, use, 'of the other');
            await rejects(set(sql, one.family, use, 'of the other'), shared);
        });
    }
});

test('said anew that they may not: nothing may be shared then, and nothing else of it changes', async () => {
    await desk(async (sql) => {
        const other = await household(sql);
        await set(sql, one.family, 'phone', 'of both');
        await set(sql, other, 'phone', 'of both');
        await apart(sql, one.family, other, { know: true });
        await rejects(sql('UPDATE letterbox.apart SET may_know = false WHERE other_party_id = $1', [other]), shared);
    });
    await desk(async (sql) => {
        const other = await household(sql);
        await apart(sql, one.family, other, { know: true });
        await rejects(sql('UPDATE letterbox.apart SET other_party_id = 5 WHERE other_party_id = $1', [other]), { code: '42501' });
    });
    await desk(async (sql) => {
        const other = await household(sql);
        await apart(sql, one.family, other);
        equal((await sql('UPDATE letterbox.apart SET may_know = true WHERE other_party_id = $1 RETURNING may_know', [other])).length, 1);
    });
});

test('who may know of each other may share one', () => desk(async (sql) => {
    const other = await household(sql);
    await set(sql, one.family, 'phone', 'of both');
    await set(sql, other, 'phone', 'of both');
    await apart(sql, one.family, other, { know: true });
}));

test('the new household does not come onto another side of the child, of a sibling, or by a relative’s address', async () => {
    await desk(async (sql) => {
        const other = await household(sql);
        await apart(sql, one.family, other);
        await rejects(join(sql, one.arrangement, other, 'birth'), sided);
    });
    await desk(async (sql) => {
        const other = await household(sql);
        await join(sql, one.arrangement, other, 'birth');
        await rejects(apart(sql, one.family, other), sided);
    });
    await desk(async (sql) => {
        const other = await household(sql);
        await apart(sql, one.family, other);
        await join(sql, one.arrangement, other, 'adoptive');
        await set(sql, one.mother, 'address', 'near');
        await rejects(set(sql, other, 'address', 'near'), sided);
    });
});

test('a letter of one of them is not released to the other', async () => {
    const { sql } = await db.client();
    await sql('BEGIN');
    const other = await household(sql);
    await sql(`INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side) VALUES ($1, $2, $3, 'adoptive')`,
        [north.id, one.arrangement, other]);
    const rows = await sql(`SELECT letterbox.release_refusal($1, $2, $3, $4, 'letter', 'none', 'infinity') AS why,
        letterbox.release_refusal($1, $2, $4, $3, 'letter', 'none', 'infinity') AS back`, [north.id, one.arrangement, one.family, other]);
    await sql('ROLLBACK');
    equal(rows[0].why, 'same_side');
    equal(rows[0].back, 'same_side');
});

test('only who may write notes it, under their own name, in their own agency', async () => {
    for (const role of ['checker', 'inspector', 'administrator'])
        await desk(async (sql) => rejects(apart(sql, one.family, two.family, { by: north.staff[role] }), { code: '42501' }), { role });
    await desk(async (sql) => rejects(apart(sql, one.family, two.family, { by: north.staff.manager }), { code: '42501' }));
    await desk(async (sql) => rejects(apart(sql, one.family, two.family), { code: '42501' }), { agency: south });
    await desk(async (sql) => {
        await apart(sql, one.family, two.family);
        equal((await sql('SELECT 1 FROM letterbox.apart WHERE party_id = $1', [one.family])).length, 1);
        await rejects(sql('DELETE FROM letterbox.apart'), { code: '42501' });
    });
});
