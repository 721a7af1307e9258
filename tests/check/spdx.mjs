// SPDX-License-Identifier: AGPL-3.0-or-later
// The first line of each source file names the licence (the second, after a #! line).

import { deepEqual, ok, test } from '../harness/test.mjs';
import { files, read } from '../harness/tree.mjs';

const LINE = 'SPDX-License-Identifier: AGPL-3.0-or-later';
const FORMS = [
    [/\.(c|h|def|css)$/, `/* ${LINE} */`],
    [/\.(mjs|js|cjs|scss)$/, `// ${LINE}`],
    [/\.sql$/, `-- ${LINE}`],
    [/\.(sh|awk|py)$|(^|\/)Makefile$|\.(service|socket|timer|target)$/, `# ${LINE}`],
];
// What is tested with, not what is ours: each corpus says itself where it is from.
const OTHERS = /^tests\/corpus\//;

test('every source file names its licence', () => {
    const problems = [];
    let looked = 0;
    for (const file of files()) {
        if (OTHERS.test(file))
            continue;
        const script = !/\.\w+$/.test(file) && read(file).startsWith('#!');
        const form = FORMS.find(([pattern]) => pattern.test(file))?.[1]
            ?? (script ? (/node/.test(read(file).split('\n')[0]) ? `// ${LINE}` : `# ${LINE}`) : null);
        if (!form)
            continue;
        looked += 1;
        const lines = read(file).split('\n');
        const first = lines[0].startsWith('#!') ? lines[1] : lines[0];
        if (first !== form)
            problems.push(`${file}: "${first}"`);
    }
    ok(looked > 0);
    deepEqual(problems, []);
});
