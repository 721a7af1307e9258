// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl sanitise, on documents of word processors: pages and words come out; comments, deleted and hidden
// words and who wrote it are gone and listed, whatever kind of document it was.

import { readFileSync } from 'node:fs';
import { metadata, refused, sanitise } from '../harness/cleaned.mjs';
import { compound, doc, lockedDoc, odt } from '../harness/wordprocessor.mjs';
import { docx, paragraph, png, zip } from '../harness/samples.mjs';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';

const PLACE = { timeout: 150_000 };
const p = (inside) => `<text:p>${inside}</text:p>`;
const CHANGES = '<text:tracked-changes><text:changed-region text:id="gone"><text:deletion><office:change-info>' +
    '<dc:creator>Jane</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info>' +
    `${p('from Bradford')}</text:deletion></text:changed-region></text:tracked-changes>`;
const COMMENT = '<office:annotation><dc:creator>Tom</dc:creator><dc:date>2026-01-01T00:00:00</dc:date>' +
    `${p('do not say where')}</office:annotation>`;
const META = '<meta:initial-creator>Jane Featherstone</meta:initial-creator><dc:creator>Tom Featherstone</dc:creator>' +
    '<dc:title>For Nana</dc:title><dc:subject>Us</dc:subject><meta:keyword>school</meta:keyword><dc:date>2026-01-02T00:00:00</dc:date>' +
    '<meta:generator>Writer</meta:generator><meta:user-defined meta:name="School">Bradford Grammar</meta:user-defined>';
const LETTER = p(`Dear Nana Jean,${COMMENT}`) +
    p('We came <text:change text:change-id="gone"/>by train.<text:span text:style-name="hidden">our number is 42</text:span>') +
    p('Love<text:span text:style-name="Unseen">hidden by its style</text:span>, Kayla');
const WORDS = ['Dear Nana Jean,', 'We came by train.', 'Love, Kayla'];
const GONE = ['do not say where', 'from Bradford', 'our number is 42', 'hidden by its style'];
const PROPERTIES = ['author', 'last-editor', 'title', 'subject', 'keywords', 'dates', 'properties'];
const TAKEN = ['comments', 'tracked-deletions', 'hidden-text'];
let home;

before(() => {
    home = folder('office');
});

// What is shown, and what is not and is told.
async function cleaned(bytes, { shown, gone = [], removed = [], warnings = null }) {
    const { report, text, words, pages } = await sanitise(bytes);
    for (const line of shown)
        ok(text.includes(line), `${line} is not in ${text}`);
    deepEqual(words.map((one) => one.text), text.trim().split(/\s+/), 'every word has its box');
    for (const name of removed)
        ok(report.removed.includes(name), `${name} is not in ${report.removed}`);
    const hidden = report.hidden_text.join('\n');
    for (const words of gone) {
        ok(hidden.includes(words), `${words} is not in ${hidden}`);
        ok(!text.includes(words), `${words} is on the page`);
    }
    if (warnings)
        deepEqual(report.warnings, warnings);
    for (const page of pages)
        deepEqual(await metadata(page), []);
    return report;
}

test('an ODT becomes pages, without author, comments, deleted and hidden words', async () => {
    const report = await cleaned(odt(LETTER, { changes: CHANGES, meta: META, header: 'Our school', footer: 'page one' }),
        { shown: [...WORDS, 'Our school', 'page one'], gone: GONE, removed: [...PROPERTIES, ...TAKEN, 'producer'] });
    equal(report.type, 'application/vnd.oasis.opendocument.text');
}, PLACE);

test('a DOC becomes pages, without author, comments, deleted and hidden words', async () => {
    const bytes = await doc(home, odt(LETTER, { changes: CHANGES, meta: META, header: 'Our school', footer: 'page one' }));
    const report = await cleaned(bytes, { shown: [...WORDS, 'Our school', 'page one'], gone: GONE, removed: [...PROPERTIES, ...TAKEN] });
    equal(report.type, 'application/msword');
}, PLACE);

test('an RTF becomes pages, without author, comments, deleted and hidden words', async () => {
    const rtf = '{\\rtf1\\ansi{\\*\\revtbl{Unknown;}{Jane;}}{\\info{\\author Jane Featherstone}{\\operator Tom}{\\title For Nana}' +
        '{\\subject Us}{\\keywords school}{\\company Bradford Mills}{\\creatim\\yr2026\\mo1\\dy1}}{\\*\\generator Word;}' +
        '{\\header\\pard Our school\\par}{\\footer\\pard page one\\par}' +
        '\\pard Dear Nana Jean,{\\*\\atnid T}{\\*\\atnauthor Tom}\\chatn{\\*\\annotation do not say where}\\par ' +
        'We came {\\deleted\\revauthdel1 from Bradford }by train.{\\v our number is 42}\\par Love, Kayla\\par}';
    const report = await cleaned(Buffer.from(rtf), { shown: [...WORDS, 'Our school', 'page one'], gone: GONE.slice(0, 3),
        removed: ['author', 'last-editor', 'title', 'subject', 'keywords', 'producer', ...TAKEN] });
    equal(report.type, 'text/rtf');
}, PLACE);

test('a plain document of each kind has nothing to tell', async () => {
    const plain = odt(p('Dear Nana Jean,'));
    for (const bytes of [plain, Buffer.from('{\\rtf1\\ansi Dear Nana Jean,\\par}')])
        deepEqual((await cleaned(bytes, { shown: ['Dear Nana Jean,'], warnings: [] })).removed, []);
    deepEqual((await cleaned(await doc(folder('plain'), plain), { shown: ['Dear Nana Jean,'], warnings: [] })).removed
        .filter((name) => !['producer', 'dates'].includes(name)), []);
}, PLACE);

test('what an ODT hides in other ways stays hidden, and is told', async () => {
    const hidden = '<text:section text:name="s" text:display="none"><text:p>the whole section</text:p></text:section>' +
        p('<text:hidden-paragraph text:condition="ooow:1==1" text:is-hidden="true"/>the whole paragraph') +
        p('Seen <text:hidden-text text:condition="ooow:1==1" text:string-value="the field" text:is-hidden="true"/>') +
        p('<text:script script:language="JavaScript">the script</text:script>too');
    await cleaned(odt(hidden), { shown: ['Seen', 'too'], removed: ['hidden-text', 'scripts'],
        gone: ['the whole section', 'the whole paragraph', 'the field', 'the script'], warnings: ['hidden-text'] });
}, PLACE);

test('macros, earlier versions, forms, descriptions and pictures elsewhere in an ODT are told', async () => {
    const picture = png(20, 20, () => [200, 0, 0]);
    const frame = (target, inside) => '<draw:frame draw:name="a" text:anchor-type="as-char" svg:width="2cm" svg:height="2cm">' +
        `<draw:image xlink:href="${target}" xlink:type="simple"/>${inside}</draw:frame>`;
    const body = p(`Look ${frame('Pictures/a.png', '<svg:title>our house</svg:title><svg:desc>in Bradford</svg:desc>')}`) +
        p(`and ${frame('http://spy.example/x.png', '')} <text:a xlink:type="simple" xlink:href="http://school.example/">here</text:a>`);
    const forms = '<office:forms><form:form form:name="f"><form:text form:name="t" form:id="c" form:current-value="filled in"/></form:form></office:forms>';
    await cleaned(odt(body, { changes: forms, more: [['Pictures/a.png', picture], ['Basic/Standard/M.xml', '<x/>'],
        ['Thumbnails/thumbnail.png', picture], ['Versions/1', 'older']] }),
    { shown: ['Look', 'and', 'here'], gone: ['our house', 'in Bradford', 'filled in'], warnings: ['hidden-text', 'remote-content'],
        removed: ['alternative-text', 'attached-files', 'form-fields', 'links', 'scripts', 'thumbnail'] });
}, PLACE);

test('headers, footers, notes and boxes of a DOCX are shown; descriptions and what hides in boxes are told', async () => {
    const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
    const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const box = '<w:p><w:r><w:rPr><w:noProof/></w:rPr><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="b" ' +
        'style="width:200pt;height:60pt" alt="a box of ours"><v:textbox><w:txbxContent><w:p><w:r><w:t xml:space="preserve">in the box </w:t></w:r>' +
        '<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden in the box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>' +
        '<w:r><w:t>after the box</w:t></w:r></w:p>';
    const styled = '<w:p><w:r><w:rPr><w:rStyle w:val="Child"/></w:rPr><w:t>hidden by its style</w:t></w:r><w:r><w:t>seen</w:t></w:r></w:p>' +
        '<w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr><w:r><w:t>hidden paragraph</w:t></w:r></w:p>';
    const formerly = '<w:p><w:r><w:rPr><w:b/><w:rPrChange w:id="9" w:author="Jane"><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>' +
        '<w:t>hidden no more</w:t></w:r></w:p>';
    const styles = `<w:styles ${W}><w:style w:type="character" w:styleId="Parent"><w:rPr><w:vanish/></w:rPr></w:style>` +
        '<w:style w:type="character" w:styleId="Child"><w:basedOn w:val="Parent"/></w:style>' +
        '<w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>';
    const sect = `<w:sectPr><w:headerReference xmlns:r="${R}" w:type="default" r:id="h1"/></w:sectPr>`;
    const note = `<w:p><w:r><w:t xml:space="preserve">noted </w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>`;
    const relations = [['h1', 'header', 'header1.xml'], ['f1', 'footnotes', 'footnotes.xml'], ['s1', 'styles', 'styles.xml'],
        ['t1', 'attachedTemplate', 'http://spy.example/t.dotm" TargetMode="External']];
    const more = [['word/styles.xml', styles], ['word/header1.xml', `<w:hdr ${W}>${paragraph('Our school')}</w:hdr>`],
        ['word/footnotes.xml', `<w:footnotes ${W}><w:footnote w:id="2">${paragraph('by the sea')}</w:footnote></w:footnotes>`],
        ['word/fonts/font1.odttf', 'x']];
    const bytes = docx(paragraph('Dear Nana,') + box + styled + formerly + note + sect, { more, relations });
    await cleaned(bytes, { shown: ['Our school', 'Dear Nana,', 'in the box', 'after the box', 'seen', 'hidden no more', 'noted', 'by the sea'],
        gone: ['hidden in the box', 'hidden by its style', 'hidden paragraph', 'a box of ours'],
        removed: ['alternative-text', 'fonts', 'hidden-text', 'tracked-changes'], warnings: ['hidden-text', 'remote-content'] });
}, PLACE);

// One document in the ways that programs may write it: none shows what Word hides.
const TRACKED = paragraph('Dear Kayla, a letter.') +
    '<w:p><w:del w:id="1" w:author="Jane"><w:r><w:delText>lived at Penhallow</w:delText></w:r></w:del></w:p>' +
    '<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>our number is 42</w:t></w:r></w:p>' +
    '<w:p><w:ins w:id="2" w:author="Jane"><w:r><w:t>written later</w:t></w:r></w:ins></w:p>';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const rename = (xml, prefix) => xml.replace(/(<\/?|\s)w:/g, `$1${prefix}:`);
const whole = (body, prefix = 'w', head = '') =>
    `${head}<${prefix}:document xmlns:${prefix}="${WORD}"><${prefix}:body>${rename(body, prefix)}</${prefix}:body></${prefix}:document>`;

function archive(part, content, more = []) {
    const kind = 'http://schemas.openxmlformats.org';
    return zip([['[Content_Types].xml', `<Types xmlns="${kind}/package/2006/content-types"><Default Extension="rels" ` +
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>' +
        `<Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`],
    ['_rels/.rels', `<Relationships xmlns="${kind}/package/2006/relationships"><Relationship Id="r1" Target="${part}" ` +
        `Type="${kind}/officeDocument/2006/relationships/officeDocument"/></Relationships>`], ...more, [part, content]]);
}

const WAYS = [
    ['with other prefixes', () => archive('word/document.xml', whole(TRACKED, 'ns0'))],
    ['without a prefix', () => archive('word/document.xml', whole(TRACKED)
        .replace(/(<\/?)w:/g, '$1').replace('xmlns:w=', `xmlns:w="${WORD}" xmlns=`))],
    ['in UTF-16', () => archive('word/document.xml',
        Buffer.from(`\ufeff${whole(TRACKED, 'w', '<?xml version="1.0" encoding="UTF-16"?>')}`, 'utf16le'))],
    ['under a name of Word Online', () => archive('word/document2.xml', whole(TRACKED))],
    ['elsewhere, beside a document that nothing points to', () => archive('other/body.xml', whole(TRACKED),
        [['word/document.xml', whole(paragraph('not this one'))]])],
    ['with comments, CDATA and references', () => archive('word/document.xml', whole(TRACKED
        .replace('lived at Penhallow', '<!-- x -->lived <![CDATA[at Penhall]]>&#111;w').replace('<w:r><w:rPr>', '<w:r><!-- y --><w:rPr>')
        .replace('<w:vanish/>', '<w:vanish w:val="&#49;"></w:vanish>')))],
    ['in the strict form', () => archive('word/document.xml', whole(TRACKED)
        .replace(WORD, 'http://purl.oclc.org/ooxml/wordprocessingml/main'))],
];
for (const [name, make] of WAYS)
    test(`a DOCX written ${name} shows nothing that is deleted or hidden`, async () => {
        const report = await cleaned(make(), { shown: ['Dear Kayla, a letter.', 'written later'], warnings: ['hidden-text'],
            gone: ['lived at Penhallow', 'our number is 42'], removed: ['tracked-deletions', 'tracked-changes', 'hidden-text'] });
        equal(report.type, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document');
    }, PLACE);

test('an ODT with other prefixes, or in UTF-16, shows nothing that is hidden', async () => {
    const hidden = '<text:section text:name="s" text:display="none"><text:p>the whole section</text:p></text:section>' +
        p('<text:hidden-paragraph text:condition="ooow:1==1" text:is-hidden="true"/>the whole paragraph') + p('Seen');
    const head = '<?xml version="1.0" encoding="UTF-8"?>';
    const prefixed = (xml) => xml.replace(/(<\/?|\s)text(?=:)/g, '$1tx').replace('xmlns:text=', 'xmlns:tx=');
    const wide = (xml) => Buffer.from(`\ufeff${xml.replace('UTF-8', 'UTF-16')}`, 'utf16le');
    for (const content of [prefixed, wide]) {
        const bytes = odt(hidden, { content: (xml) => content(xml.startsWith(head) ? xml : head + xml) });
        await cleaned(bytes, { shown: ['Seen'], gone: ['the whole section', 'the whole paragraph'], warnings: ['hidden-text'] });
    }
}, PLACE);

test('deleted and hidden rows, hidden boxes and what one of two forms says are told', async () => {
    const row = (mark, text) => `<w:tr><w:trPr>${mark}</w:trPr><w:tc>${paragraph(text)}</w:tc></w:tr>`;
    const table = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>' +
        `${row('<w:del w:id="1" w:author="Jane"/>', 'deleted row')}${row('<w:hidden/>', 'hidden row')}${row('', 'seen row')}</w:tbl>`;
    const box = '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="b" style="width:90pt;height:60pt; Visibility : hidden">' +
        `<v:textbox><w:txbxContent>${paragraph('hidden box')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>`;
    const MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:q="http://forms.example/"';
    const forms = `<w:p><mc:AlternateContent ${MC}><mc:Choice Requires="q"><w:r><w:t>one form</w:t></w:r></mc:Choice>` +
        '<mc:Fallback><w:r><w:t>another</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>';
    await cleaned(docx(table + box + forms), { shown: ['seen row', 'another'], gone: ['deleted row', 'hidden row', 'hidden box', 'one form'],
        removed: ['tracked-deletions', 'hidden-text'], warnings: ['hidden-text'] });
}, PLACE);

test('XML that is not understood goes nowhere', async () => {
    const entity = `<!DOCTYPE x [<!ENTITY v "x">]>${whole(TRACKED)}`;
    for (const content of [entity, whole(TRACKED).replace('</w:del>', ''), whole(TRACKED, 'w', '<?xml version="1.0" encoding="UTF-7"?>')])
        await refused(archive('word/document.xml', content), /damaged/);
}, PLACE);

test('a drawing (SVG) in an ODT is shown', async () => {
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><rect width="99" height="99" fill="#c00"/></svg>';
    const frame = p('Look <draw:frame draw:name="a" text:anchor-type="as-char" svg:width="9cm" svg:height="9cm">' +
        '<draw:image xlink:href="Pictures/a.svg" xlink:type="simple"/></draw:frame>');
    const page = async (svg) => readFileSync((await sanitise(odt(frame, { more: [['Pictures/a.svg', svg]] }))).pages[0]);
    ok(!(await page(drawing)).equals(await page(drawing.replace('#c00', '#fff'))), 'it is on the page');
}, PLACE);

test('a document that is locked with a password is refused for that', async () => {
    const locked = /locked with a password: ask for a copy without one/;
    await refused(odt(p('secret'), { locked: true }), locked);
    await refused(compound(['EncryptionInfo', 'EncryptedPackage']), locked);
    await refused(lockedDoc(await doc(folder('locked'), odt(p('secret')))), locked);
    const bytes = docx(paragraph('secret'));
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4))
        bytes[at + 8] |= 1;
    await refused(bytes, locked);
}, PLACE);

test('what else an old office program made is no letter', async () => {
    for (const names of [['Workbook'], ['PowerPoint Document'], ['__properties_version1.0'], ['!_StringData']])
        await refused(compound(names), /cannot be taken/);
    await refused(compound([]), /cannot be taken/);
    await refused(compound(['WordDocument']).subarray(0, 700), /damaged|cannot be taken/);
    await refused(zip([['mimetype', 'application/vnd.oasis.opendocument.spreadsheet'], ['content.xml', '<x/>']]), /cannot be taken/);
});

test('documents that are cut short or empty inside are refused with a sentence', async () => {
    const whole = odt(p('Dear Nana'));
    await refused(whole.subarray(0, whole.length - 200), /damaged|cannot be taken/);
    await refused(zip([['mimetype', 'application/vnd.oasis.opendocument.text'], ['content.xml', '']]), /damaged/);
    await refused((await doc(folder('cut'), whole)).subarray(0, 2000), /damaged|cannot be taken/);
    await refused(docx('').subarray(0, 600), /damaged|cannot be taken/);
    await refused(odt(p('x'), { more: [['Pictures/big.bin', Buffer.alloc(65 * 1024 * 1024)]] }), /too big/);
}, PLACE);
