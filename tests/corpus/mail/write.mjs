// node tests/corpus/mail/write.mjs FOLDER [MOST]: the messages as files NAME.eml, those of at most MOST bytes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpus } from './corpus.mjs';

const [folder, most = Infinity] = process.argv.slice(2);
if (!folder) {
    console.error('usage: node tests/corpus/mail/write.mjs FOLDER [MOST]');
    process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const { name, bytes } of corpus)
    if (bytes.length <= Number(most))
        writeFileSync(join(folder, `${name}.eml`), bytes);
