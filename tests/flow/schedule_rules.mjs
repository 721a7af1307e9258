// SPDX-License-Identifier: AGPL-3.0-or-later
// Rules of RFC 5545 as lib/rules/recur reads them, against python-dateutil's own reading: 600 made up
// from a seed, which the failure names.

import { join } from 'node:path';
import { deepEqual, equal, ok, test } from '../harness/test.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

const PROBE = join(BUILD_TEST, 'tests/probe/probe_recur');
const CASES = 600;

// mulberry32: the same numbers from the same seed everywhere.
function dice(seed) {
    let state = seed;
    return (below) => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
    };
}

const civil = (days) => new Date(Date.UTC(2000, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);

function question(roll) {
    const months = Array.from({ length: 12 }, (_, i) => i + 1).filter(() => roll(4) === 0);
    if (months.length === 0)
        months.push(1 + roll(12));
    const starts = roll(365 * 28);
    const end = [() => '', () => `;COUNT=${1 + roll(40)}`,
        () => `;UNTIL=${civil(starts + roll(365 * 20)).replaceAll('-', '')}`][roll(3)]();
    const every = [1, 1, 1, 2, 3, 4, 10][roll(7)];
    const from = starts - 400 + roll(365 * 15);
    return [`FREQ=YEARLY;INTERVAL=${every};BYMONTH=${months.sort(() => roll(3) - 1).join(',')}${end}`,
        civil(starts), civil(from), civil(from + roll(365 * 12))].join(' ');
}

// DTSTART is the first of the month of the start; asked for are the months that begin before the last day.
const ORACLE = `
import sys
from datetime import datetime
from dateutil.rrule import rrulestr
for line in sys.stdin:
    rule, starts, start, before = line.split()
    first = lambda day: datetime.fromisoformat(day).replace(day=1)
    every = rrulestr(rule, dtstart=first(starts))
    got = []
    for at in every:
        if at >= datetime.fromisoformat(before) or at.year > 2100:
            break
        if at >= first(start):
            got.append("%d-%02d" % (at.year, at.month))
    print(" ".join(got))
`;

const lines = ({ stdout }) => stdout.split('\n').slice(0, -1);

test('600 rules give the months that python-dateutil gives', async () => {
    const seed = 20261201;
    const roll = dice(seed);
    const asked = Array.from({ length: CASES }, () => question(roll));
    const input = `${asked.join('\n')}\n`;
    const ours = lines(await run([PROBE], { input }));
    const theirs = lines(await run(['python3', '-c', ORACLE], { input }));
    equal(ours.length, CASES);
    equal(theirs.length, CASES);
    const wrong = [];
    let never = 0;
    for (const [i, line] of ours.entries()) {
        // A rule that ends before it begins is refused: then dateutil must find nothing at any time.
        if (line === '!4')
            never += 1;
        if ((line === '!4' ? '' : line) !== theirs[i])
            wrong.push(`seed ${seed}, ${i}: ${asked[i]}: ${line} / ${theirs[i]}`);
    }
    deepEqual(wrong.slice(0, 5), []);
    const given = ours.filter((line) => line !== '' && !line.startsWith('!')).length;
    ok(given > CASES / 2, `only ${given} had months`);
    ok(never > 0 && never < CASES / 5, `${never} never come to pass`);
    const all = asked.filter((_, i) => ours[i] === '!4')
        .map((line) => line.replace(/ \S+ \S+$/, ' 1990-01-01 2100-01-01'));
    const empty = lines(await run(['python3', '-c', ORACLE], { input: `${all.join('\n')}\n` }));
    deepEqual(empty.filter((line) => line !== ''), []);
});

test('the machine\'s time zone and locale change no month', async () => {
    const roll = dice(7);
    const input = `${Array.from({ length: 100 }, () => question(roll)).join('\n')}\n`;
    const at = async (TZ) => (await run([PROBE], { input, env: { ...process.env, TZ, LC_ALL: 'ar_EG.UTF-8' } })).stdout;
    const plain = await at('UTC');
    // Midnight does not exist on some days in Beirut; Kiritimati and Niue are a day apart.
    for (const zone of ['Europe/London', 'Asia/Beirut', 'Pacific/Kiritimati', 'Pacific/Niue'])
        equal(await at(zone), plain, zone);
});
