// SPDX-License-Identifier: AGPL-3.0-or-later
// What the npm locks name runs on Debian 12's own Node, has a digest, and names no host.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, equal, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { files, read } from '../harness/tree.mjs';

const DEBIAN_NODE = [18, 19, 0];        // bookworm's 18.20 has had 18.19 before it
const LOCKS = ['tests/package-lock.json', 'web/package-lock.json', 'ops/lexicon/package-lock.json'];

const compare = (a, b) => a.map((n, i) => n - b[i]).find((n) => n !== 0) ?? 0;

// One comparator of a range, such as ">=18", "^16.14.0", "18.x", "<21"; throws on what it can't read.
function comparatorHolds(text, version) {
    if (text === '' || text === '*' || text === 'x')
        return true;
    const match = /^(>=|<=|>|<|=|\^|~)?v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?(-[\w.]+)?$/.exec(text);
    if (!match)
        throw new Error(`cannot read the range "${text}"`);
    const [, operator = '', ...parts] = match;
    const given = parts.slice(0, 3).filter((part) => part !== undefined && !/[x*]/.test(part));
    const low = [0, 1, 2].map((i) => Number(given[i] ?? 0));
    const up = (place) => low.map((n, i) => (i < place ? n : i === place ? n + 1 : 0));
    const end = given.length === 3 ? null : up(given.length - 1);      // of "18" or "18.2"
    switch (operator) {
    case '>=': return compare(version, low) >= 0;
    case '>': return end ? compare(version, end) >= 0 : compare(version, low) > 0;
    case '<': return compare(version, low) < 0;
    case '<=': return end ? compare(version, end) < 0 : compare(version, low) <= 0;
    case '^': return compare(version, low) >= 0
        && compare(version, up(Math.max(0, low.findIndex((n) => n > 0)))) < 0;
    case '~': return compare(version, low) >= 0 && compare(version, up(given.length > 1 ? 1 : 0)) < 0;
    default: return compare(version, low) >= 0
        && (end ? compare(version, end) < 0 : compare(version, low) === 0);
    }
}

export function allows(range, version) {
    return range.split('||').some((part) => {
        const hyphen = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(part);
        const comparators = hyphen ? [`>=${hyphen[1]}`, `<=${hyphen[2]}`]
            : part.trim().replace(/(>=|<=|>|<|=|\^|~)\s+/g, '$1').split(/\s+/);
        return comparators.every((one) => comparatorHolds(one, version));
    });
}

// What came with Node 20 or later; our own files must do without.
const NEWER = /\.(toSpliced|toSorted|toReversed|toWellFormed|isWellFormed|findLastIndexOf|intersection|symmetricDifference|isSubsetOf)\(|\b(Object|Map)\.groupBy\(|Promise\.(withResolvers|try)\(|Array\.fromAsync\(|import\.meta\.(dirname|filename)\b/;

test(`our own scripts run on Node ${DEBIAN_NODE[0]}: no method that came later`, () => {
    const own = files().filter((path) => /\.m?js$/.test(path) && path !== 'tests/check/engines.mjs');
    ok(own.length > 100);
    deepEqual(own.flatMap((path) => read(path).split('\n').map((line, i) => [`${path}:${i + 1}`, NEWER.exec(line)?.[0]])
        .filter(([, found]) => found).map(([at, found]) => `${at} ${found}`)), []);
});

for (const lock of LOCKS) {
    test(`${lock}: every package runs on Node ${DEBIAN_NODE[0]}`, () => {
        const { packages } = JSON.parse(read(lock));
        const all = Object.entries(packages).filter(([path]) => path !== '');
        ok(all.length > 0);
        deepEqual(all.filter(([, { engines }]) => engines?.node && !allows(engines.node, DEBIAN_NODE))
            .map(([path, { version, engines }]) => `${path} ${version} wants ${engines.node}`), []);
    });

    test(`${lock}: every package has a digest and none a host`, () => {
        const { packages, lockfileVersion } = JSON.parse(read(lock));
        ok(lockfileVersion >= 2 && lockfileVersion <= 3, 'npm 9 reads versions 2 and 3');
        for (const [path, { integrity, resolved, link }] of Object.entries(packages)) {
            equal(resolved, undefined, `${path} names where it came from`);
            ok(path === '' || link || /^sha512-/.test(integrity), `${path} has no sha512 digest`);
        }
        const npmrc = lock.replace(/package-lock\.json$/, '.npmrc');
        ok(existsSync(join(ROOT, npmrc)), `${npmrc} is missing`);
        ok(/^omit-lockfile-registry-resolved\s*=\s*true$/m.test(read(npmrc)), npmrc);
    });
}

test('ranges are read as npm reads them', () => {
    for (const [range, allowed] of [['>=18', true], ['>= 18.0.0', true], ['>=20', false],
        ['^18.0.0 || >=20', true], ['^20.19.0 || >=22.12.0', false], ['18.x', true], ['18', true],
        ['16 || 20', false], ['>=14 <18', false], ['>=14 <19', true], ['*', true], ['14 - 18', true],
        ['14 - 16', false], ['>18', false], ['<=18', true], ['~18.19.0', true], ['>=18.20.0', false]])
        equal(allows(range, DEBIAN_NODE), allowed, range);
});
