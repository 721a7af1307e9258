// SPDX-License-Identifier: AGPL-3.0-or-later
// SQL stands in sql/ and nowhere in C; only lib/store opens (pipeline.c) and closes (db.c)
// transactions.

import { deepEqual, ok, test } from '../harness/test.mjs';
import { files, joinedLiterals, read } from '../harness/tree.mjs';

const STATEMENT = new RegExp('(?:^|[\\s;(])(?:' + ['select\\s.*\\sfrom\\s', 'select\\s+[\\w.]+\\s*\\(',
    'insert\\s+into\\s', 'update\\s+[\\w.]+\\s+set\\s', 'delete\\s+from\\s', 'truncate\\s+table',
    '(create|alter|drop)\\s+(table|role|user|schema|function|index|policy|database|view)\\s',
    'grant\\s+\\w+.*\\sto\\s', 'set\\s+local\\s', 'copy\\s+[\\w.]+.*\\s(to|from)\\s+std',
    'begin\\s+(isolation|transaction|work)', 'set_config\\s*\\(', 'pg_\\w+\\s*\\('].join('|') + ')', 'is');
const CONTROL = new RegExp('^\\s*(?:(?:begin|commit|rollback)(?:\\s+(?:work|transaction|isolation\\s.*|to\\s.*))?'
    + '|start\\s+transaction.*|(?:savepoint|listen|unlisten|notify)\\s+[a-z_]+)\\s*;?\\s*$', 'i');

const statements = (text) => joinedLiterals(text)
    .filter(({ text: literal }) => STATEMENT.test(literal) || CONTROL.test(literal));

test('no C file holds a statement', () => {
    const sources = files(/^(lib|server|worker|ops)\/.*\.(c|h|def)$/);
    ok(sources.length > 0);
    const mayControl = ['lib/store/db.c', 'lib/store/pipeline.c'];
    const problems = sources.flatMap((file) => statements(read(file))
        .filter(({ text }) => !(mayControl.includes(file) && CONTROL.test(text)))
        .map(({ text, line }) => `${file}:${line}: "${text.slice(0, 80)}"`));
    deepEqual(problems, []);
});

test('the search knows SQL from English', () => {
    for (const text of ['SELECT a FROM b', 'select letterbox.now()', 'insert into x values (1)', 'COMMIT',
        'UPDATE letter SET state = 1', 'DELETE FROM t', 'SET LOCAL letterbox.session = 1', 'BEGIN',
        'BEGIN ISOLATION LEVEL SERIALIZABLE', 'LISTEN letterbox_job', 'rollback to here;'])
        ok(statements(`x("${text}");`).length === 1, text);
    ok(statements('x("SELECT a "\n  "FROM b");').length === 1);
    for (const text of ['Select one file.', 'The update could not be set up.',
        'Delete the draft?', 'Listen to the recording.', 'commit_failed', 'Begin again.',
        'begin forwarded', 'Notify the manager'])
        ok(statements(`x("${text}");`).length === 0, text);
});
