// More of something than there should be.

import { base64, bytes, file, head, inside, lines, message, multi, part, plain } from './make.mjs';

const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const TEXT = 'text/plain; charset=utf-8';

function deep(depth, most) {
    let inner = `Content-Type: ${TEXT}\r\n\r\n${most}`;
    for (let i = depth; i > 0; i--)
        inner = `Content-Type: multipart/mixed; boundary="d${i}"\r\n\r\n--d${i}\r\n${inner}\r\n--d${i}--\r\n`;
    return bytes(`${lines(head())}\r\n${inner}`);
}

const crowd = (count, boundary = 'b') => lines(head({ 'Content-Type': `multipart/mixed; boundary="${boundary}"` }), '',
    part(TEXT, 'see').length ? [`--${boundary}`, ...part(TEXT, 'see')] : [], many(count, () => [`--${boundary}`, '']), `--${boundary}--`, '');

export const limits = [
    { name: 'empty', bytes: Buffer.alloc(0), error: true },
    { name: 'nothing-but-nul', bytes: Buffer.alloc(100), error: true },
    { name: 'nothing-but-line-ends', bytes: bytes('\r\n\r\n\r\n'), error: true },
    { name: 'boundaries-10000', bytes: bytes(crowd(9_998)), says: { text: 'see', warnings: /too many parts/ } },
    { name: 'boundaries-20000', bytes: bytes(crowd(20_000)), says: { text: 'see', warnings: /too many parts/ } },
    { name: 'boundaries-long-name', bytes: bytes(crowd(20_000, 'x'.repeat(300))), says: { warnings: /too many parts/ } },
    { name: 'boundaries-inside-base64', bytes: message({}, 'mixed', 'b', part(TEXT, 'see'), file('application/octet-stream', 'a.eml', crowd(20_000, 'c'))), says: { text: 'see', warnings: /too many parts/ } },
    { name: 'dashes-are-no-boundaries', bytes: plain({ 'Content-Type': TEXT }, ...many(10_500, () => '-- '), 'the last line'), says: { text: /the last line$/, warnings: [] } },
    { name: 'dashes-beside-a-boundary', bytes: message({}, 'mixed', 'b', part(TEXT, [...many(10_500, (i) => `--line ${i}`), 'the last line']), part(TEXT, 'behind it')),
        says: { text: /the last line\s+behind it$/, warnings: [] } },
    { name: 'depth-50', bytes: deep(50, 'inner'), says: { text: 'inner', warnings: [] } },
    { name: 'depth-100', bytes: deep(100, 'inner'), says: { warnings: /nested too deeply/ } },
    { name: 'depth-5000', bytes: deep(5_000, 'inner'), says: { warnings: /nested too deeply/ } },
    { name: 'depth-of-messages', bytes: bytes(`${lines(head({ 'Content-Type': 'message/rfc822' }), '')}\r\n${many(20_000, () => 'Content-Type: message/rfc822\r\n\r\n').join('')}x`), says: { warnings: /nested too deeply/ } },
    { name: 'parts-1500', bytes: bytes(lines(head({ 'Content-Type': 'multipart/mixed; boundary=b' }), '', ...inside('b', ...many(1_500, (i) => part(TEXT, `line ${i}`))))), says: { warnings: /too many parts/ } },
    { name: 'header-70000', bytes: bytes(lines(head(), many(9_000, (i) => `X-A${i}: 1234567`), '', 'the body', '')), says: { text: 'the body', warnings: /header is too long/ } },
    { name: 'header-one-line-70000', bytes: bytes(lines(head(), `X-Long: ${'x'.repeat(70_000)}`, '', 'the body', '')), says: { text: 'the body', warnings: /header is too long/ } },
    { name: 'subject-60000', bytes: plain({ Subject: 'x'.repeat(60_000) }, 'the body'), says: { text: 'the body' } },
    { name: 'addresses-2000', bytes: plain({ To: many(2_000, (i) => `a${i}@b.example`).join(',\r\n ') }, 'the body'), says: { text: 'the body' } },
    { name: 'line-2-megabytes', bytes: plain({ 'Content-Type': TEXT }, 'x'.repeat(2_000_000)), says: { text: /^x+$/ } },
    { name: 'text-5-megabytes', bytes: plain({ 'Content-Type': TEXT }, many(80_000, () => 'Dear Kayla, I am well, and so is the garden in flower. Jean')), says: { parts: /over the limits/ } },
    { name: 'html-deep', bytes: plain({ 'Content-Type': 'text/html' }, '<div>'.repeat(20_000), 'inner'), says: {} },
    { name: 'alternatives-50', bytes: message({}, 'alternative', 'a', ...many(50, (i) => part(TEXT, `version ${i}`))), says: { text: 'version 0', hidden_text: /version 49/ } },
    { name: 'pictures-in-the-page', bytes: plain({ 'Content-Type': 'text/html; charset=utf-8' }, '<p>see</p>', many(30, () => `<img src="data:image/png;base64,${base64('no picture').join('')}">`)), says: { text: /^see/ } },
    { name: 'encoded-words-1000', bytes: plain({ Subject: many(1_000, (i) => `=?utf-8?Q?w${i}?=`).join('\r\n ') }, 'x'), says: { subject: /^w0w1w2/ } },
    { name: 'multipart-of-nothing', bytes: bytes(lines(head(), multi('mixed', 'b'))), says: { text: '' } },
];
