// SPDX-License-Identifier: AGPL-3.0-or-later
// An id of the database as it stands in addresses: twelve letters of Crockford's alphabet (lib/core/code.h).

export const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export const codeOf = (id) => BigInt(id).toString(32).padStart(12, '0')
    .replace(/./g, (digit) => ALPHABET[Number.parseInt(digit, 32)]);

export const idFrom = (code) => String([...code].reduce((id, letter) => id * 32n + BigInt(ALPHABET.indexOf(letter)), 0n));
