// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk at work: every process, a mail server and a mailbox, and staff who enter people and read letters through
// the desk's own pages. Nothing here looks into the database.
//
//     const office = await openOffice();               // doors (people.mjs) with a mailbox; office.joan is a coordinator
//     const ann = await office.person({ name: 'Ann Quill', email: 'ann@example.org', channel: 'link' });
//     const home = await office.person({ kind: 'adoptive', name: 'Priya Shah', … });
//     const arrangement = await office.arrangement(home, [ann], { two_person: 'yes' });
//     await office.mail('ann@example.org', { proved: true, text: 'Dear all …' });
//     const letter = await office.letterWith('Dear all');     // its id, once it is before staff
//     await office.approve(office.joan, letter);

import { join } from 'node:path';
import { Doors } from './people.mjs';
import { gpgAgent } from './pressroom.mjs';
import { eventually, ok } from './test.mjs';

const ARRIVES_WITHIN_MS = 30_000;

export const idOf = (page) => page.path.split('?')[0].split('/')[2];
export const ids = (page, row) => page.find(`[data-test=${row}]`).map((one) => one.attribs['data-id']);
export const codes = (page) => [...new Set(page.find('[data-test^=msg-]').map((one) => one.attribs['data-test'].slice(4)))];

let people = 0;

const ofKind = {
    birth: () => ({ kind: 'birth', known_as: 'Ann', channel: 'link' }),
    adoptive: () => ({ kind: 'adoptive', known_as: 'The family', channel: 'link' }),
};

export class Office extends Doors {
    async begin(options) {
        await this.open({ mailbox: true, ...options });
        await gpgAgent(join(this.here.home, 'gnupg'));
        this.joan = (await this.staff('coordinator')).client;
        return this;
    }

    // ---- the register ----

    // Enters somebody; an address of their own each, unless it is given.
    async person({ kind = 'birth', ...fields }) {
        people += 1;
        const page = await this.joan.submit(await this.joan.get('/parties/new'), 'form-post_parties', {
            ...ofKind[kind](), email: `person${people}@relatives.test`, email_confirmed: 'yes', phone: '',
            address: `${people} Tannery Row\nOxenbridge\nHX17 ${people % 10}AB`, address_confirmed: 'yes', language: 'en',
            reachable: 'yes', ...fields });
        ok(page.path.startsWith('/parties/') && page.status === 200, page.plain().slice(0, 900));
        return idOf(page);
    }

    // Makes a person a PIN for links: the page that shows it, and the PIN.
    async newPin(person) {
        const page = await this.joan.submit(await this.joan.get(`/parties/${person}`), 'form-post_parties_ID_pin');
        return { page, pin: page.text('[data-test=pin]').replace(' ', '') };
    }

    async arrangement(home, relatives, more = {}) {
        people += 1;
        const page = await this.joan.submit(await this.joan.get(`/arrangements/new?party=${home}`), 'form-post_arrangements', {
            kind: 'indirect', reference: `FB-${1000 + people}`, child_birth_name: `Kayla Birth${people}`,
            child_adoptive_name: `Kayla Home${people}`, dob_day: 27, dob_month: 3, dob_year: 2019, month: [4, 10],
            first_writer: 'either', photos: 'face', court_order: 'none', signs_as: 'first names', adoptive: home,
            relative: relatives, ...more });
        ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 900));
        return idOf(page);
    }

    // ---- letters ----

    // A mail as it comes to the agency's mailbox; proved: the receiving server says that the sender is who it says.
    async mail(from, { proved = false, name = '', subject = 'Hello', text }) {
        await this.smtp.send({ from, to: 'post@fernshire.test', message: [
            `Authentication-Results: mx.fernshire.test; dmarc=${proved ? 'pass' : 'none'} header.from=${from.split('@')[1]}`,
            `From: ${name} <${from}>`, 'To: post@fernshire.test', `Subject: ${subject}`, '', ...text.split('\n'), ''].join('\r\n') });
    }

    // The id of the row of a list whose page has these words, once there is one.
    async rowWith(list, row, words, who = this.joan) {
        const read = new Set();
        return eventually(async () => {
            for (const id of ids(await who.get(list), row)) {
                if (read.has(id))
                    continue;
                const page = await who.get(`${list.split('?')[0]}/${id}`);
                if (page.plain().includes(words))
                    return id;
                read.add(id);
            }
            return false;
        }, { within: ARRIVES_WITHIN_MS, every: 200, what: `"${words}" in ${list}` });
    }

    letterWith(words, who) {
        return this.rowWith('/letters?state=to_read', 'row-letter', words, who);
    }

    quarantinedWith(words, who) {
        return this.rowWith('/quarantine', 'row-quarantine', words, who);
    }

    // A letter by e-mail from somebody who is known and proved.
    async letterFrom(from, text) {
        await this.mail(from, { proved: true, text });
        return this.letterWith(text.split('\n')[0]);
    }

    // Looks at everything that is to be looked at, and goes to the copies.
    async check(who, letter) {
        const page = await who.get(`/letters/${letter}`);
        const seen = page.find('input[name=seen]').map((one) => one.attribs.value);
        const copies = await who.submit(page, 'form-post_letters_ID_marks', { seen, next: 'decide' });
        ok(copies.path.includes('/decision'), copies.plain().slice(0, 900));
        return copies;
    }

    async approve(who, letter, fields = {}) {
        return who.submit(await this.check(who, letter), 'form-post_letters_ID_decision', { decision: 'approve', ...fields });
    }

    // The same, and a second person agrees where two are needed, as after a change of somebody's address or PIN.
    async approveByAll(letter, fields = {}) {
        const page = await this.approve(this.joan, letter, fields);
        this.colleague ??= (await this.staff('checker')).client;
        const copies = await this.colleague.get(`/letters/${letter}/decision`);
        if (!copies.has('[data-test=form-post_letters_ID_second]'))
            return page;
        return this.second(this.colleague, letter, { second: 'agree', fact: copies.text('[data-test=row-copy] h2').split(' ')[0] });
    }

    // One of the other decisions: return, hold, escalate.
    async decide(who, letter, decision, fields) {
        return who.submit(await who.get(`/letters/${letter}`), 'form-post_letters_ID_decision', { decision, ...fields });
    }

    // The second person's answer; the fact stands on the page.
    async second(who, letter, fields) {
        return who.submit(await who.get(`/letters/${letter}/decision`), 'form-post_letters_ID_second', fields);
    }

    // The rows of the audit of one act: [{ who, what }], newest first.
    async audited(act, who) {
        const page = await who.get(`/audit?act=${act}`);
        return page.find('[data-test=row-audit]').map((row) => row.children.filter((one) => one.name === 'td')
            .map((cell) => textOf(cell).replace(/\s+/g, ' ').trim()));
    }
}

const textOf = (node) => (node.type === 'text' ? node.data : (node.children ?? []).map(textOf).join(''));

export const openOffice = (options) => new Office().begin(options);
