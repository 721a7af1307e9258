// SPDX-License-Identifier: AGPL-3.0-or-later
// Every act that is written to the audit has words for staff, and every word an act that is written.

import { deepEqual, ok, test } from '../harness/test.mjs';
import { files, read } from '../harness/tree.mjs';

const words = new Map([...read('server/desk/acts.def').matchAll(/^ACT\("([a-z_]+)", "([^"]+)"\)$/gm)]
    .map(([, act, said]) => [act, said]));

// desk_audit(store, "letter_read", …), press_audit(…), audit(store, choosing, "…"), .act = …, audit_write(…, 'joined', …),
// and QUERY_audit_append, or _each, with its PARAMS(P_TEXT(STR("…"))).
function written(path, source) {
    const found = [];
    if (path.endsWith('.sql')) {
        for (const [, call] of source.matchAll(/(?:audit_write|gate_audit|acting_note)\(([^;]*?)\);/gs))
            found.push(...[...call.matchAll(/'([a-z]+_?[a-z_]*)'/g)].map((one) => one[1])
                .filter((word) => /_|^joined$/.test(word) && !word.startsWith('lb_')));
        return found;
    }
    const patterns = [/\b(?:desk|press)_audit(?:_why)?\(\s*(?:request,\s*)?store,\s*(?:\w+ \? )?"([a-z_]+)"(?:\s*:\s*"([a-z_]+)")?/g,
        /\baudit\(\s*store,\s*\w+,\s*"([a-z_]+)"/g, /\bpress_audit\(\s*store,\s*[^,"]*\? "([a-z_]+)"\s*:\s*"([a-z_]+)"/g,
        /\.act = (?:[^,"]*\? )?"([a-z_]+)"(?:\s*:\s*"([a-z_]+)")?/g,
        /\bdiary_note\(\s*store,\s*"([a-z_]+)"/g,
        /QUERY_audit_append(?:_operator|_each)?,\s*PARAMS\(P_TEXT\(STR\("([a-z_]+)"\)/g];
    for (const pattern of patterns)
        for (const [, one, other] of source.matchAll(pattern))
            found.push(...[one, other].filter(Boolean));
    return found;
}

const all = () => files().filter((path) => /^(server|worker|ops)\/.*\.c$|^sql\/migrations\/.*\.sql$/.test(path))
    .flatMap((path) => written(path, read(path)).map((act) => ({ path, act })));

test('every act of the audit has words', () => {
    deepEqual(all().filter(({ act }) => !words.has(act)).map(({ path, act }) => `${path}: ${act}`), []);
    for (const [act, said] of words)
        ok(!/\.$/.test(said) && said.length <= 60, `${act}: ${said}`);
});

test('no words stand for an act that nobody does', () => {
    const done = new Set(all().map(({ act }) => act));
    deepEqual([...words.keys()].filter((act) => !done.has(act)), []);
});

test('the reader of acts finds them', () => {
    deepEqual(written('x.c', 'return desk_audit(store, "letter_read", "letter", 1); desk_audit_why(request, store, "staff_disabled",'
        + ' x); TRY(store_do(store, QUERY_audit_append,\n PARAMS(P_TEXT(STR("letter_sent")), P_NULL)));'),
    ['letter_read', 'staff_disabled', 'letter_sent']);
    deepEqual(written('x.sql', "PERFORM letterbox.audit_write(p_agency, 'operator', 0, 'staff_added', 'staff', p_staff);"), ['staff_added']);
});
