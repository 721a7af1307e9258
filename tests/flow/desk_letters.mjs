// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk over real HTTPS: signing in, Today, and what a stranger or another role gets.

import { before, equal, ok, test } from '../harness/test.mjs';
import { site } from '../harness/site.mjs';

let here;
let desk;
before(async () => {
    here = await site();
    desk = await here.start('desk');
});

const signIn = async (person, steps = 0) => {
    const browser = await here.client(desk);
    let page = await browser.get('/sign-in');
    equal(page.status, 200);
    page = await browser.submit(page, 'form-post_sign_in', { email: person.email, password: person.password });
    page = await browser.submit(page, 'form-post_sign_in_code', { code: person.code({ steps }) });
    return { browser, page };
};

test('a coordinator signs in and sees Today', async () => {
    const { page } = await signIn(here.person('coordinator'));
    equal(page.status, 200);
    ok(page.text('h1').startsWith('Today'), page.plain());
});
