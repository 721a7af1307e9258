// What the messages of the corpus are made with.

export const lines = (...all) => all.flat(Infinity).join('\r\n');

// "one per byte": what is no UTF-8 is written with \x escapes.
export const bytes = (text) => Buffer.from(text, 'latin1');
export const utf8 = (text) => Buffer.from(text, 'utf8').toString('latin1');

export const base64 = (content) => Buffer.from(content).toString('base64').match(/.{1,76}/g) ?? [''];

export function quoted(text) {
    return [...Buffer.from(text, 'utf8')].map((byte) => {
        const plain = (byte >= 33 && byte <= 126 && byte !== 61) || byte === 32;
        return plain ? String.fromCharCode(byte) : byte === 10 ? '\r\n' : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    }).join('');
}

export const FROM = 'Jean Carter <jean@example.org>';

// A head; null leaves a line out, anything else replaces it.
export function head(changes = {}) {
    const usual = { From: FROM, To: 'The Desk <desk@example.net>', Subject: 'Hello', Date: 'Sat, 21 Nov 2026 10:00:00 +0000',
        'Message-ID': '<one@mail.example.org>', 'MIME-Version': '1.0' };
    return Object.entries({ ...usual, ...changes }).filter(([, value]) => value !== null)
        .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
}

export const part = (type, body, more = []) => [`Content-Type: ${type}`, ...[more].flat(), '', ...[body].flat(Infinity)];
export const file = (type, name, content, disposition = 'attachment') => part(`${type}; name="${name}"`, base64(content),
    ['Content-Transfer-Encoding: base64', `Content-Disposition: ${disposition}; filename="${name}"`]);

export const inside = (boundary, ...parts) => [...parts.flatMap((one) => [`--${boundary}`, ...one]), `--${boundary}--`, ''];
export const multi = (kind, boundary, ...parts) => [`Content-Type: multipart/${kind}; boundary="${boundary}"`, '',
    ...inside(boundary, ...parts)];

// A whole message of a head and a multipart.
export const message = (changes, kind, boundary, ...parts) => bytes(lines(head(changes), multi(kind, boundary, ...parts)));
export const plain = (changes, ...body) => bytes(lines(head(changes), '', ...body, ''));
