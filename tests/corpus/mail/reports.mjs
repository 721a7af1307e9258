// What came back: failures, delays, absences, lists.

import { bytes, head, lines, message, part, plain } from './make.mjs';

const TO = 'desk@example.net';
const daemon = (more = {}) => ({ 'Return-Path': '<>', From: 'Mail Delivery System <MAILER-DAEMON@mx.example.org>', To: TO, Subject: 'Mail delivery failed', ...more });
const sent = head({ From: TO, To: 'gone@example.org', 'Message-ID': '<sent@example.net>' });
const status = (...fields) => part('message/delivery-status', ['Reporting-MTA: dns; mx.example.org', '', ...fields, '']);
const report = (more, boundary, words, fields, back = part('message/rfc822', [...sent, '', 'secret words'])) =>
    message(daemon(more), 'report; report-type=delivery-status', boundary, part('text/plain', words), status(...fields), back);
const failed = ['Final-Recipient: rfc822; gone@example.org', 'Action: failed', 'Status: 5.1.1'];
const hard = { kind: 'hard', recipient: 'gone@example.org', status: '5.1.1', original_message_id: '<sent@example.net>' };

export const reports = [
    { name: 'bounce-exim', bytes: report({ 'X-Failed-Recipients': 'gone@example.org', 'Auto-Submitted': 'auto-replied' }, '1700000000-eximdsn-1', 'This message was created automatically by mail delivery software.',
        [...failed.slice(0, 1), 'Action: failed', 'Status: 5.1.1', 'Remote-MTA: dns; mx.example.org', 'Diagnostic-Code: smtp; 550 5.1.1 no such user']), says: { automatic: true, bounce: hard } },
    { name: 'bounce-exim-in-words', bytes: plain(daemon({ 'X-Failed-Recipients': 'gone@example.org', 'Auto-Submitted': 'auto-replied' }), 'This message was created automatically by mail delivery software.', '',
        'A message that you sent could not be delivered to one or more of its', 'recipients. This is a permanent error. The following address(es) failed:', '', '  gone@example.org',
        '    host mx.example.org [192.0.2.1]', '    SMTP error from remote mail server after RCPT TO:<gone@example.org>:', '    550 5.1.1 no such user', '',
        '------ This is a copy of the message, including all the headers. ------', '', 'Return-path: <desk@example.net>', 'Message-ID: <sent@example.net>', 'Subject: Hello', '', 'secret words'),
    says: { automatic: true, bounce: hard } },
    { name: 'bounce-postfix', bytes: report({ Subject: 'Undelivered Mail Returned to Sender', 'Auto-Submitted': 'auto-replied' }, 'ABC.1/mx.example.org', 'This is the mail system at host mx.example.org.',
        ['Final-Recipient: rfc822; gone@example.org', 'Original-Recipient: rfc822;gone@example.org', 'Action: failed', 'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 5.1.1 unknown'],
        part('text/rfc822-headers', sent)), says: { bounce: hard } },
    { name: 'bounce-exchange', bytes: report({ From: 'Microsoft Outlook <MicrosoftExchange329@example.org>', Subject: 'Undeliverable: Hello', 'Auto-Submitted': 'auto-replied' }, '_f_report_', 'Your message to gone@example.org couldn\'t be delivered.',
        ['Final-Recipient: rfc822;gone@example.org', 'Action: failed', 'Status: 5.1.10', 'Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound']), says: { bounce: { ...hard, status: '5.1.10' } } },
    { name: 'bounce-gmail', bytes: report({ From: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>', Subject: 'Delivery Status Notification (Failure)', 'X-Failed-Recipients': 'gone@example.org', 'Auto-Submitted': 'auto-replied' }, '000000000000bounce', '** Address not found **',
        ['Final-Recipient: rfc822; gone@example.org', 'Action: failed', 'Status: 5.1.1', 'Last-Attempt-Date: Sat, 21 Nov 2026 01:00:00 -0800 (PST)']), says: { bounce: hard } },
    { name: 'bounce-policy', bytes: report({}, 'r', 'not authenticated', ['Final-Recipient: rfc822; gone@example.org', 'Action: failed', 'Status: 5.7.26', 'Diagnostic-Code: smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated']), says: { bounce: { ...hard, kind: 'refused', status: '5.7.26' } } },
    { name: 'bounce-mailbox-full', bytes: report({}, 'r', 'over quota', ['Final-Recipient: rfc822; gone@example.org', 'Action: failed', 'Status: 5.2.2']), says: { bounce: { ...hard, kind: 'soft', status: '5.2.2' } } },
    { name: 'bounce-delayed', bytes: report({ Subject: 'Warning: message delayed' }, 'r', 'will be retried', ['Final-Recipient: rfc822; gone@example.org', 'Action: delayed', 'Status: 4.4.1']), says: { bounce: { ...hard, kind: 'delay', status: '4.4.1' } } },
    { name: 'bounce-delivered', bytes: report({ Subject: 'Delivered' }, 'r', 'delivered', ['Final-Recipient: rfc822; gone@example.org', 'Action: delivered', 'Status: 2.0.0']), says: { bounce: null } },
    { name: 'bounce-relayed-utf8', bytes: message(daemon(), 'report; report-type="delivery-status"', 'r', part('text/plain', 'x'), part('message/global-delivery-status', ['Reporting-MTA: dns; mx.example.org', '', ...failed, '']),
        part('message/global-headers', sent)), says: { bounce: hard } },
    { name: 'bounce-qmail', bytes: plain(daemon({ From: 'MAILER-DAEMON@mx.example.org', Subject: 'failure notice' }), 'Hi. This is the qmail-send program at mx.example.org.', 'I\'m afraid I wasn\'t able to deliver your message to the following addresses.',
        'This is a permanent error; I\'ve given up. Sorry it didn\'t work out.', '', '<gone@example.org>:', '192.0.2.1 does not like recipient.', 'Remote host said: 550 5.1.1 no such user', 'Giving up on 192.0.2.1.', '',
        '--- Below this line is a copy of the message.', '', 'Return-Path: <desk@example.net>', ...sent, '', 'secret words'), says: { automatic: true, bounce: hard } },
    { name: 'bounce-yahoo', bytes: plain(daemon({ From: 'MAILER-DAEMON@yahoo.example', Subject: 'Failure Notice' }), 'Sorry, we were unable to deliver your message to the following address.', '', '<gone@example.org>:', '554: delivery error: dd This user doesn\'t have an account', '',
        '--- Below this line is a copy of the message.', '', ...sent, '', 'secret words'), says: { bounce: { ...hard, status: '5.0.0' } } },
    { name: 'bounce-old-exchange', bytes: plain(daemon({ From: 'System Administrator <postmaster@example.org>', Subject: 'Undeliverable: Hello' }), 'Your message', '', '  To:      gone@example.org', '  Subject: Hello', '', 'did not reach the following recipient(s):', '',
        'gone@example.org on Sat, 21 Nov 2026 10:00:00 -0000', '    The recipient name is not recognized', '    MSEXCH:IMS:EXAMPLE:ORG:SITE 0 (000C05A6) Unknown Recipient'), says: { bounce: { kind: 'hard', recipient: 'gone@example.org', status: '', original_message_id: '' } } },
    { name: 'bounce-full-in-words', bytes: plain(daemon({ From: 'postmaster@example.org', Subject: 'Delivery failed' }), 'The message to <gone@example.org> was not delivered:', 'the mailbox is full (quota exceeded).', '', ...sent), says: { bounce: { ...hard, kind: 'soft', status: '' } } },
    { name: 'bounce-delay-in-words', bytes: plain(daemon({ Subject: 'Warning: could not send message for past 4 hours' }), '    **********************************************', '    **      THIS IS A WARNING MESSAGE ONLY      **',
        '    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **', '    **********************************************', '', 'The message to <gone@example.org> has not yet been delivered', 'and will be retried.', '', ...sent), says: { bounce: { ...hard, kind: 'delay', status: '' } } },
    { name: 'bounce-polish', bytes: plain(daemon({ From: 'MAILER-DAEMON@poczta.example', Subject: '=?utf-8?Q?Nie_uda=C5=82o_si=C4=99_dostarczy=C4=87_wiadomo=C5=9Bci?=' }), 'Adres <gone@example.org> nie istnieje.', '550 5.1.1', '', ...sent), says: { bounce: hard } },
    { name: 'bounce-inside-a-letter', bytes: message({}, 'mixed', 'm', part('text/plain', 'This came back to me, why?'), ['Content-Type: message/rfc822', '', report({}, 'r', 'x', failed).toString('latin1')]), says: { automatic: false, bounce: null } },
    { name: 'bounce-words-of-a-person', bytes: plain({ Subject: 'Mail delivery failed' }, 'I got this: 550 5.1.1 <gone@example.org> unknown. What shall I do?'), says: { automatic: false, bounce: null } },
    { name: 'receipt-read', bytes: message({ 'Return-Path': '<>' }, 'report; report-type=disposition-notification', 'r', part('text/plain', 'it was read'),
        part('message/disposition-notification', ['Final-Recipient: rfc822;jean@example.org', 'Disposition: manual-action/MDN-sent-manually; displayed'])), says: { automatic: true, reason: /was read/, bounce: null } },
    { name: 'away-gmail', bytes: plain({ 'Auto-Submitted': 'auto-replied', Precedence: 'bulk', 'X-Autoreply': 'yes', Subject: 'On holiday Re: Hello' }, 'I am away.'), says: { automatic: true, reason: 'an automatic reply' } },
    { name: 'away-outlook', bytes: plain({ 'X-Auto-Response-Suppress': 'All', 'Auto-Submitted': 'auto-generated', Subject: 'Automatic reply: Hello' }, 'I am away.'), says: { automatic: true, reason: 'an automatic reply' } },
    { name: 'away-old', bytes: plain({ Precedence: 'auto_reply', Subject: 'Re: Hello' }, 'I am away.'), says: { reason: 'an automatic reply' } },
    { name: 'away-by-subject', bytes: plain({ Subject: 'Out of Office: Hello' }, 'I am away.'), says: { reason: 'an automatic reply' } },
    { name: 'away-polish', bytes: plain({ Subject: '=?utf-8?Q?Odpowied=C5=BA_automatyczna:_Hello?=' }, 'x'), says: { reason: 'an automatic reply' } },
    { name: 'away-romanian', bytes: plain({ Subject: '=?utf-8?Q?R=C4=83spuns_automat:_Hello?=' }, 'x'), says: { reason: 'an automatic reply' } },
    { name: 'away-welsh', bytes: plain({ Subject: 'Ateb awtomatig: Hello' }, 'x'), says: { reason: 'an automatic reply' } },
    { name: 'list', bytes: plain({ 'List-Id': '<x.example.org>', 'List-Unsubscribe': '<mailto:x@example.org>', Precedence: 'list', 'List-Post': '<mailto:y@example.org>' }, 'news'), says: { automatic: true, reason: /list/ } },
    { name: 'null-sender', bytes: plain({ 'Return-Path': '<>' }, 'x'), says: { automatic: true, reason: 'made by a program' } },
    { name: 'complaint', bytes: message({}, 'report; report-type=feedback-report', 'r', part('text/plain', 'abuse'), part('message/feedback-report', ['Feedback-Type: abuse', 'Version: 1']), part('message/rfc822', [...sent, '', 'secret words'])), says: { bounce: null } },
];
for (const one of reports)
    if (/secret words/.test(one.bytes.toString('latin1')) && one.name !== 'bounce-inside-a-letter' && !/qmail|yahoo|words/.test(one.name))
        one.says.text ??= /^(?![^]*secret words)/;
export const inWords = (text) => bytes(lines(head(daemon()), '', text));
