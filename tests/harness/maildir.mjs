// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads a Maildir: what really arrived, as bytes.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './test.mjs';

export class Maildir {
    constructor(path) {
        this.path = path;
    }

    // Oldest first; `under` is an IMAP folder ("Done" is .Done in the file system).
    files(under = null) {
        const home = under ? join(this.path, `.${under.replaceAll('/', '.')}`) : this.path;
        return ['new', 'cur'].map((name) => join(home, name)).filter(existsSync)
            .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
            .map((file) => ({ file, at: statSync(file, { bigint: true }).mtimeNs }))
            .sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ file }) => file);
    }

    messages(under = null) {
        return this.files(under).map((file) => readFileSync(file));
    }

    // Waits until there are at least `count`, and returns them all.
    wait(count = 1, { within = 15_000, under = null } = {}) {
        return eventually(() => {
            const found = this.messages(under);
            return found.length >= count && found;
        }, { within, what: `${count} messages in ${this.path}` });
    }
}

// The path of the link to a letter in a mail, or undefined.
export const linkIn = (mail) =>
    /https:\/\/\S+?(\/l\/[\w-]{43})/.exec(mail.toString().replace(/=\r?\n/g, ''))?.[1];
