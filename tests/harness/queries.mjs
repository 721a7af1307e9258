// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the named queries of sql/queries, as ops/gen/queries.awk does for the programs.
//
//     queries().get('letter_find') -> { name, file, line, purpose, roles: [], also: [], params: [], columns: [], text }

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './places.mjs';

const HEADER = /^--\s*(name|purpose|roles|also|params|columns):\s*(.*)$/;

const words = (text) => text.split(/[\s,]+/).filter(Boolean);
// "$1 letter_id bigint, $2 state text" or "letter_id bigint, state text"
const declarations = (text) => text.split(',').map((one) => one.trim()).filter(Boolean)
    .filter((one) => !/^(none|-)$/i.test(one))
    .map((one) => {
        const [, number, name, type] = /^(?:\$(\d+)\s+)?(\S+)(?:\s+(.+))?$/.exec(one);
        return { ...(number ? { number: Number(number) } : {}), name, type };
    });

export function queries(folder = join(ROOT, 'sql/queries')) {
    const found = new Map();
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sql'))
        : [];
    for (const file of files.sort()) {
        let query = null;
        let header = null;
        readFileSync(join(folder, file), 'utf8').split('\n').forEach((line, index) => {
            const match = HEADER.exec(line);
            if (match?.[1] === 'name') {
                query = { name: match[2].trim(), file, line: index + 1, purpose: '', roles: '',
                    also: '', params: '', columns: '', text: '' };
                if (found.has(query.name))
                    throw new Error(`sql/queries/${file}:${index + 1}: "${query.name}" is there twice`);
                found.set(query.name, query);
            } else if (match && query) {
                header = match[1];
                query[header] = match[2];
            } else if (query && /^--\s{2,}\S/.test(line) && header && query.text === '') {
                query[header] += ` ${line.replace(/^--\s+/, '')}`;     // a header's second line
            } else if (query && !line.startsWith('--')) {
                header = null;
                query.text += `${line}\n`;
            }
        });
    }
    for (const query of found.values()) {
        query.text = query.text.trim().replace(/;$/, '');
        query.roles = words(query.roles);
        query.also = words(query.also);
        query.params = declarations(query.params);
        query.columns = declarations(query.columns);
    }
    return found;
}
