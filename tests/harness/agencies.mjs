// SPDX-License-Identifier: AGPL-3.0-or-later
// More agencies in a database, as a region or a country has them: each with the keys by which portal and desk find who
// signs in. Before portal and desk are started: keys are read once.

import { randomBytes } from 'node:crypto';
import { writeKeys } from './seal.mjs';

const EACH = 32;        // keys that one file is given

export async function addAgencies(here, count) {
    const rows = await here.db.query(`INSERT INTO letterbox.agency (agency_id, slug, name, neutral_name, made_at)
        SELECT letterbox.new_id(), 'authority-' || n, 'Authority ' || n, 'Post Desk ' || n, letterbox.now()
          FROM generate_series(1, $1::int) AS n ORDER BY n RETURNING agency_id::text AS id`, [count]);
    const ids = rows.map(({ id }) => id);
    for (const [process, kind] of [['portal', 'SIGN_IN'], ['desk', 'STAFF']])
        for (let at = 0; at < ids.length; at += EACH)
            await writeKeys(here.settings[process].key_folder, `authorities-${at}`,
                ids.slice(at, at + EACH).map((id) => [kind, id, randomBytes(32).toString('hex')]));
    return ids;
}
