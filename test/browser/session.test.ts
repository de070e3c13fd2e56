import { SignJWT } from 'jose';
import { describeBrowser, useBrowser } from '../support/browser.js';
import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, TEST_SECRET, type Testbed } from '../support/testbed.js';

/** What a browser says of a server that is away. */
const AWAY = /WebSocket connection|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/;
/** What it says of a token that is refused. */
const REFUSED = /status of 401/;
const MORE_USERS = 250;

describeBrowser('an open page', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  });
  afterAll(() => bed.stop());
  const used = useBrowser(() => bed.address);

  /** Of somebody, good for so long. */
  const tokenFor = (caller: string, seconds: number) =>
    new SignJWT({ email: `${caller}@example.com`, email_verified: true, user_metadata: { name: caller } })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(caller)
      .setExpirationTime(Math.trunc(Date.now() / 1_000) + seconds)
      .sign(new TextEncoder().encode(TEST_SECRET));

  test('U1 a session that expires asks to sign in again, and keeps what was typed', async () => {
    const page = await used.browser.open('/profile', { token: await tokenFor('clara', 4) });
    await page.getByLabel('Name').fill('Clara Clip');
    const dialog = page.getByRole('dialog', { name: 'Your session has expired' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByLabel('Token').fill(await bed.token('clara'));
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Name').inputValue()).toBe('Clara Clip');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your name is now Clara Clip.').waitFor();
  });

  test('U1 a visitor signs in and comes back to the address; a token that is not accepted is told apart', async () => {
    const page = await used.browser.open('/admin/users?role=ADMIN', { expected: REFUSED });
    await page.getByLabel('Token').fill(await tokenFor('ada', -3_600));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('The server did not accept this token').waitFor();
    await page.getByLabel('Token').fill(await bed.token(ADMIN));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    expect(new URL(page.url()).search).toBe('?role=ADMIN');
  });

  test('U5 a role that may not open a page is told so, and nothing is asked for it', async () => {
    const page = await used.browser.open('/campaigns', { token: await bed.token('clara') });
    await page.getByRole('heading', { name: 'Campaigns' }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.postData() ?? ''));
    await page.goto('/admin/users');
    await page.getByText('This page is for others').waitFor();
    expect(asked.filter((body) => body.includes('UsersScreen'))).toEqual([]);
    expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
  });

  test('A2 the API restarted under an open page: the loss is shown, and the page comes back by itself', async () => {
    const page = await used.browser.open('/profile', { token: await bed.token('rosa'), expected: AWAY });
    await page.getByLabel('Name').fill('Rosa Reel');
    await bed.restartApi(async () => {
      await page.getByText('Reconnecting').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The server did not answer.').waitFor();
    });
    await page.getByText('Reconnecting').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your name is now Rosa Reel.').waitFor();
  });

  test('A3 a long list is paged by cursor, by keyboard, each row once', async () => {
    await bed.database.orm.em.getConnection().execute(
      `insert into "user" (id, subject, email, name, role, created_at)
       select gen_random_uuid(), 'many-' || n, 'many-' || n || '@example.com', 'Many ' || n, 'CLIPPER', now() - n * interval '1 minute'
       from generate_series(1, ${MORE_USERS}) n`,
    );
    const page = await used.browser.open('/admin/users?search=many-', { token: await bed.token(ADMIN) });
    const more = page.getByRole('button', { name: 'Show more' });
    for (let shown = 20; shown < 100; shown += 20) {
      await page.getByText(`${shown} of ${MORE_USERS}`).waitFor();
      await more.press('Enter');
    }
    await page.getByText(`100 of ${MORE_USERS}`).waitFor();
    const emails = await page.getByText(/^many-\d+@example\.com$/).allTextContents();
    expect(new Set(emails).size).toBe(100);
  });

  test('N1 news of a settlement arrives while the page is open, and its figures follow without a reload', async () => {
    const id = await newCampaign(bed, { budget: '20.00', cpm: '5.00' });
    await newApprovedClip(bed, id, 'nora', [0, 4_000]);
    const page = await used.browser.open('/home', { token: await bed.token('nora') });
    await page.getByText('$0.00').first().waitFor();
    await track(bed, id);
    await page.getByText('You can be paid').getByText('$20.00').waitFor();
    // One tells of the approval, one of the campaign's end.
    await page.getByLabel('2 unread').waitFor();
  });
});
