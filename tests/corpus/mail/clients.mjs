// Letters and answers as the common programs write them.

import { png } from '../../harness/samples.mjs';
import { base64, bytes, file, head, lines, message, multi, part, plain, quoted, utf8 } from './make.mjs';

const picture = png(8, 8, () => [90, 120, 200]);
const own = 'Dear Kayla,\n\nI am well, and the garden is in flower.\n\nLots of love, Nana Jean';
const ownLines = own.split('\n');
const html = (text) => text.split('\n').map((line) => `<div>${line || '<br>'}</div>`).join('');
const TEXT = 'text/plain; charset="UTF-8"';
const HTML = 'text/html; charset="UTF-8"';
const QP = 'Content-Transfer-Encoding: quoted-printable';

export const clients = [
    {
        name: 'gmail-answer',
        bytes: message({ 'X-Google-Smtp-Source': 'x', References: '<a@example.net>' }, 'alternative', '000000000000a1b2c3',
            part(TEXT, [...ownLines, '', 'On Sat, 21 Nov 2026 at 09:00, The Desk <desk@example.net> wrote:', '',
                '> Please write.', '>', '> The Desk', '>']),
            part(HTML, `<div dir="ltr">${html(own)}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" `
                + 'class="gmail_attr">On Sat, 21 Nov 2026 at 09:00, The Desk &lt;<a href="mailto:desk@example.net">desk@example.net</a>'
                + '&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex"><div>Please write.<br><br>The Desk'
                + '</div></blockquote></div>')),
        says: { own_text: own, hidden_text: [], warnings: [] },
    },
    {
        name: 'gmail-html-alone',
        bytes: plain({ 'Content-Type': HTML, 'Content-Transfer-Encoding': 'quoted-printable' },
            quoted(`<div dir="ltr">${html(own)}</div><br><div class="gmail_quote"><div class="gmail_attr">On Sat, 21 Nov 2026 at `
                + '09:00, The Desk &lt;desk@example.net&gt; wrote:<br></div><blockquote>Please write.</blockquote></div>')),
        says: { own_text: own },
    },
    {
        name: 'gmail-polish',
        bytes: bytes(lines(head({ Subject: '=?UTF-8?Q?Od_Babci_=C5=81ucji?=', 'Content-Type': TEXT, 'Content-Transfer-Encoding': '8bit' }),
            '', utf8('Kochana Kayło,\r\n\r\nU mnie wszystko dobrze.\r\n\r\nsob., 21 lis 2026 o 09:00 The Desk <desk@example.net> '
                + 'napisał(a):\r\n\r\n> Prosimy napisać.\r\n>\r\n'))),
        says: { subject: 'Od Babci Łucji', own_text: 'Kochana Kayło,\n\nU mnie wszystko dobrze.' },
    },
    {
        name: 'gmail-forward',
        bytes: plain({ Subject: 'Fwd: Hello', 'Content-Type': TEXT }, 'See what Ann says.', '', '---------- Forwarded message ---------',
            'From: Ann Carter <ann@example.org>', 'Date: Fri, 20 Nov 2026 at 08:00', 'Subject: Hello', 'To: <jean@example.org>', '', '',
            'We are all well.'),
        says: { own_text: 'See what Ann says.' },
    },
    {
        name: 'gmail-amp',
        bytes: message({}, 'alternative', '000000000000amp', part(TEXT, ownLines),
            part('text/x-amp-html; charset="UTF-8"', '<!doctype html><html amp4email><body>Dear Kayla, my number is 07700 900123</body></html>'),
            part(HTML, `<div dir="ltr">${html(own)}</div>`)),
        says: { own_text: own, hidden_text: /07700 900123/ },
    },
    {
        name: 'outlook-answer',
        bytes: message({ 'X-Mailer': 'Microsoft Outlook 16.0', 'Content-Language': 'en-gb', 'Thread-Index': 'AdAAA' }, 'alternative',
            '----=_NextPart_000_0012_01DC5B0E.4A5B6C70',
            part('text/plain; charset="us-ascii"', [...ownLines, '', 'From: The Desk <desk@example.net> ', 'Sent: 21 November 2026 09:00',
                'To: Jean Carter <jean@example.org>', 'Subject: Hello', '', 'Please write.', '', 'The Desk', ''], 'Content-Transfer-Encoding: 7bit'),
            part('text/html; charset="us-ascii"', quoted(`<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=`
                + `"Content-Type" content="text/html; charset=us-ascii"><style><!-- p.MsoNormal {margin:0cm} --></style></head><body>`
                + `${ownLines.map((line) => `<p class=MsoNormal>${line || '<o:p>&nbsp;</o:p>'}</p>`).join('')}<div style='border:none;`
                + `border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> The Desk &lt;desk@example.net&gt; <br><b>Sent:</b> 21 `
                + `November 2026 09:00<br><b>To:</b> Jean Carter &lt;jean@example.org&gt;<br><b>Subject:</b> Hello</p></div><p class=MsoNormal>`
                + `Please write.</p><p class=MsoNormal>The Desk</p></body></html>`), QP)),
        says: { own_text: own, hidden_text: [] },
    },
    {
        name: 'outlook-web-answer',
        bytes: plain({ 'Content-Type': 'text/plain; charset="iso-8859-1"', 'X-MS-Has-Attach': '', 'Content-Transfer-Encoding': 'quoted-printable' },
            ...ownLines, '', 'Get Outlook for iOS<https://aka.ms/o0ukef>', '________________________________',
            'From: The Desk <desk@example.net>', 'Sent: Saturday, November 21, 2026 9:00:00 AM', 'To: Jean Carter <jean@example.org>',
            'Subject: Hello', '', 'Please write.'),
        says: { own_text: own },
    },
    {
        name: 'outlook-winmail',
        bytes: message({ 'X-MS-TNEF-Correlator': '<x@example.org>' }, 'mixed', '_000_winmail_', part('text/plain; charset="us-ascii"', ownLines),
            file('application/ms-tnef', 'winmail.dat', Buffer.from('789f3e22010001080004000000000001', 'hex'))),
        says: { own_text: own, warnings: /winmail\.dat/, parts: /not taken/ },
    },
    {
        name: 'outlook-express-1252',
        bytes: bytes(lines(head({ 'X-Mailer': 'Microsoft Outlook Express 6.00', 'Content-Type': 'text/plain; charset="iso-8859-1"',
            'Content-Transfer-Encoding': '8bit' }), '', 'It\x92s \x93spring\x94 \x96 at last. \xa35.', '', '----- Original Message ----- ',
        'From: "The Desk" <desk@example.net>', 'To: "Jean Carter" <jean@example.org>', 'Sent: Saturday, November 21, 2026 9:00 AM',
        'Subject: Hello', '', '> Please write.', '')),
        says: { own_text: 'It’s “spring” – at last. £5.' },
    },
    {
        name: 'apple-mail-picture',
        bytes: message({ 'X-Mailer': 'Apple Mail (2.3826.200.121)' }, 'alternative', 'Apple-Mail=_A1B2C3',
            part('text/plain;\r\n\tcharset=us-ascii', ownLines, 'Content-Transfer-Encoding: 7bit'),
            multi('related;\r\n\ttype="text/html"', 'Apple-Mail=_D4E5F6',
                part('text/html;\r\n\tcharset=us-ascii', `<html><body>${html(own)}<img src="cid:P1@example.org"></body></html>`),
                part('image/png;\r\n\tname=garden.png;\r\n\tx-unix-mode=0644', base64(picture), ['Content-Transfer-Encoding: base64',
                    'Content-Disposition: inline;\r\n\tfilename=garden.png', 'Content-Id: <P1@example.org>']))),
        says: { own_text: own, parts: /"2\.2"/ },
    },
    {
        name: 'apple-mail-text-between',
        bytes: message({ 'X-Mailer': 'iPhone Mail (23A345)' }, 'mixed', 'Apple-Mail-1', part('text/plain; charset=utf-8', 'Look at this:'),
            file('image/png', 'IMG_0001.png', picture, 'inline'), part('text/plain; charset=utf-8', 'And tell me.\r\n\r\nSent from my iPhone')),
        says: { text: 'Look at this:\n\nAnd tell me.\n\nSent from my iPhone', own_text: 'Look at this:\n\nAnd tell me.' },
    },
    {
        name: 'apple-mail-answer',
        bytes: plain({ 'Content-Type': 'text/plain;\r\n\tcharset=utf-8', 'Content-Transfer-Encoding': 'quoted-printable' }, ...ownLines, '',
            'Sent from my iPad', '', '> On 21 Nov 2026, at 09:00, The Desk <desk@example.net> wrote:', '>=20', '> =EF=BB=BFPlease write.'),
        says: { own_text: own },
    },
    {
        name: 'thunderbird-flowed',
        bytes: plain({ 'User-Agent': 'Mozilla Thunderbird', 'Content-Type': 'text/plain; charset=UTF-8; format=flowed' },
            'On 21/11/2026 09:00, The Desk wrote:', '> Please write about the garden and all ', '> that grows in it.', '',
            'The garden is well, and all that ', 'grows in it.', '', 'Jean', '', '-- ', 'Jean Carter'),
        says: { own_text: 'The garden is well, and all that grows in it.\n\nJean' },
    },
    {
        name: 'thunderbird-forward',
        bytes: plain({ Subject: 'Fwd: Hello', 'Content-Type': 'text/plain; charset=UTF-8; format=flowed' }, '', '', '',
            '-------- Forwarded Message --------', 'Subject: \tHello', 'Date: \tFri, 20 Nov 2026 08:00:00 +0000',
            'From: \tJean Carter <jean@example.org>', 'To: \toffice@example.com', '', '', '', 'Dear Kayla,', 'this went astray.'),
        says: { own_text: 'Dear Kayla,\nthis went astray.' },
    },
    {
        name: 'flowed-delsp',
        bytes: bytes(lines(head({ 'Content-Type': 'text/plain; charset=utf-8; format=flowed; delsp=yes' }), '',
            'A line that was bro ', 'ken in a word, and  ', 'one between words.', '', '> quoted  ', '> text', ' From here on', '')),
        says: { text: 'A line that was broken in a word, and one between words.\n\n> quoted text\nFrom here on' },
    },
    {
        name: 'yahoo-answer',
        bytes: message({ 'X-Mailer': 'WebService/1.1.1 YMailNorrin' }, 'alternative', '----=_Part_1_2.3',
            part('text/plain; charset=UTF-8', [` ${own.replaceAll('\n', '\r\n')}`, '',
                '    On Saturday, 21 November 2026 at 09:00:00 GMT, The Desk <desk@example.net> wrote:  ', ' ', ' Please write.', '', 'The Desk  ']),
            part('text/html; charset=UTF-8', `<html><body><div class="yahoo-style-wrap">${html(own)}</div><div id="yahoo_quoted_1" class="yahoo_quoted">`
                + `<div>On Saturday, 21 November 2026 at 09:00:00 GMT, The Desk &lt;desk@example.net&gt; wrote: </div><div><br></div><div>Please `
                + `write.<br><br>The Desk</div></div></body></html>`)),
        says: { own_text: own, hidden_text: [] },
    },
    {
        name: 'yahoo-android',
        bytes: plain({ 'Content-Type': 'text/plain; charset=UTF-8' }, ...ownLines, '', 'Yahoo Mail: Search, Organize, Conquer ', ' ',
            '  On Sat, 21 Nov 2026 at 9:00, The Desk<desk@example.net> wrote:   Please write.'),
        says: { text: /Organize, Conquer/ },
    },
    {
        name: 'samsung-answer',
        bytes: plain({ 'Content-Type': 'text/plain; charset=utf-8' }, ...ownLines, '', '', 'Sent from my Galaxy', '', '',
            '-------- Original message --------', 'From: The Desk <desk@example.net> ', 'Date: 21/11/2026  09:00  (GMT+00:00) ',
            'To: jean@example.org ', 'Subject: Hello ', '', 'Please write.'),
        says: { own_text: own },
    },
    {
        name: 'romanian-answer',
        bytes: bytes(lines(head({ Subject: '=?iso-8859-2?Q?Draga_mea_feti=FE=E3?=', 'Content-Type': 'text/plain; charset=utf-8',
            'Content-Transfer-Encoding': 'base64' }), '', base64('Dragă Kayla,\n\nSunt bine.\n\nTrimis de pe iPhone-ul meu\n\n'
            + 'Pe sâm., 21 nov. 2026 la 09:00, The Desk <desk@example.net> a scris:\n\n> Vă rugăm să scrieți.\n'))),
        says: { subject: 'Draga mea fetiţă', own_text: 'Dragă Kayla,\n\nSunt bine.' },
    },
    {
        name: 'welsh-answer',
        bytes: bytes(lines(head({ Subject: '=?utf-8?b??= =?UTF-8?B?xbRhbiBhbm5meWw=?=', 'Content-Type': 'text/plain; charset=iso-8859-14',
            'Content-Transfer-Encoding': '8bit' }), '', 'Annwyl Kayla,', '', 'Mae\'r d\xf0r yn oer.', '',
        'Ar Sad, 21 Tach 2026 am 09:00, ysgrifennodd The Desk <desk@example.net>:', '', '> Ysgrifennwch.', '')),
        says: { own_text: 'Annwyl Kayla,\n\nMae\'r dŵr yn oer.' },
    },
    {
        name: 'webmail-html-in-one-line',
        bytes: plain({ 'X-Mailer': 'Open-Xchange Mailer', 'Content-Type': 'text/html; charset=UTF-8' },
            '<!doctype html><html><head><title>x</title></head><body><div class="default-style">Dear Kayla,<br>&nbsp;<br>I am well.</div>'
            + '<blockquote type="cite"><div>On 21/11/2026 09:00 GMT The Desk &lt;desk@example.net&gt; wrote:</div><div>Please write.</div></blockquote></body></html>'),
        says: { own_text: 'Dear Kayla,\n\nI am well.' },
    },
    {
        name: 'webmail-between-quotes',
        bytes: plain({ 'User-Agent': 'Roundcube Webmail/1.6.9', 'Content-Type': 'text/plain; charset=US-ASCII;\r\n format=flowed' },
            'On 2026-11-21 09:00, The Desk wrote:', '> How are you?', '', 'Well, thank you.', '', '> And the garden?', '', 'In flower.', '', 'Jean'),
        says: { own_text: 'Well, thank you.\n\n\nIn flower.\n\nJean' },
    },
    {
        name: 'phone-no-subject',
        bytes: plain({ Subject: null, 'Message-ID': null, 'MIME-Version': null, Date: 'Sat, 21 Nov 26 10:00:00 GMT' }, 'Tell Kayla hello'),
        says: { subject: '', text: 'Tell Kayla hello', date: '2026-11-21T10:00:00Z' },
    },
    {
        name: 'phone-picture-alone',
        bytes: message({ Subject: '' }, 'mixed', 'b', part('text/plain', ''), file('image/png', '20261121_100000.jpg', picture)),
        says: { text: '', parts: /"detected":"image\/png"/ },
    },
    {
        name: 'org-disclaimer',
        bytes: plain({ 'Content-Type': 'text/plain; charset=utf-8' }, ...ownLines, '', 'This email and any files transmitted with it are confidential and intended',
            'solely for the use of the individual to whom they are addressed.', '', 'Please consider the environment before printing this e-mail.'),
        says: { own_text: own },
    },
];
