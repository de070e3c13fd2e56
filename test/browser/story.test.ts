import type { Page } from 'playwright-core';
import { describeBrowser, useBrowser } from '../support/browser.js';
import { newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const TITLE = 'Autumn jackets';

describeBrowser('the whole story by hand', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await createTestbed({ demo: true, settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  });
  afterAll(() => bed.stop());
  const used = useBrowser(() => bed.address);

  const signIn = async (as: 'Admin' | 'Clipper') => {
    const page = await used.browser.open('/sign-in');
    await page.getByRole('button', { name: `${as} (demo)` }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  };

  test('T9 P1 a campaign at CPM 5.00 pays 20.00 for 4,000 new views, and the clipper is paid', async () => {
    const { url } = newClip(bed, [1_000, 2_000, 2_000, 5_000]);
    const admin = await signIn('Admin');
    await createCampaign(admin);
    const clipper = await signIn('Clipper');
    await submitClip(clipper, url);
    await go(admin, 'Reviews');
    await admin.getByRole('button', { name: 'Approve', exact: true }).click();
    await admin.getByText('Nothing waits for a review').waitFor();
    for (const earned of ['$5.00', '$0.00', '$15.00']) await track(admin, earned);
    await go(admin, 'Manage campaigns');
    await admin.getByRole('link', { name: TITLE }).click();
    await admin
      .getByRole('row', { name: /clipper/ })
      .getByText('$20.00')
      .waitFor();
    await go(clipper, 'Home');
    await clipper.getByText('$20.00').first().waitFor();
    await admin.getByRole('button', { name: 'Complete', exact: true }).click();
    await admin.getByLabel(`Type "${TITLE}" to confirm`).fill(TITLE);
    await admin.getByRole('dialog').getByRole('button', { name: 'Complete', exact: true }).click();
    await admin.getByText('Completed. Its clippers are notified.').waitFor();
    await getPaid(admin, clipper);
    // A story has many steps: its limit is for one that hangs.
  }, 300_000);
});

const go = (page: Page, screen: string) => page.getByRole('navigation').getByRole('link', { name: screen }).click();

/** Fills the form once with a budget that is refused beside its field, then with one that is not; publishes. */
async function createCampaign(admin: Page): Promise<void> {
  await go(admin, 'Manage campaigns');
  await admin.getByRole('link', { name: 'New campaign' }).first().click();
  await admin.getByLabel('Title').fill(TITLE);
  await admin.getByLabel('Budget').fill('0');
  await admin.getByLabel('CPM').fill('5.00');
  await admin.getByLabel('TikTok').check();
  await admin.getByRole('button', { name: 'Create draft' }).click();
  const budget = admin.getByLabel('Budget');
  await budget.and(admin.locator('[aria-invalid=true]')).waitFor();
  const described = await budget.getAttribute('aria-describedby');
  expect(await admin.locator(`[id="${described?.split(' ').at(-1)}"]`).textContent()).toMatch(/budget/i);
  await budget.fill('500.00');
  await admin.getByRole('button', { name: 'Create draft' }).click();
  await admin.getByRole('button', { name: 'Publish', exact: true }).click();
  await admin.getByText('Published. Clippers can submit.').waitFor();
}

/** Offers a link that is refused beside its field, then the clip's. */
async function submitClip(clipper: Page, url: string): Promise<void> {
  await go(clipper, 'Campaigns');
  await clipper.getByRole('link', { name: TITLE }).click();
  const link = clipper.getByLabel('Link of your clip');
  await link.fill('https://example.com/not-a-clip');
  await clipper.getByRole('button', { name: 'Submit', exact: true }).click();
  await link.and(clipper.locator('[aria-invalid=true]')).waitFor();
  await link.fill(url);
  await clipper.getByRole('button', { name: 'Submit', exact: true }).click();
  await clipper.getByText('The clip has 1,000 views now.').waitFor();
  await clipper.getByRole('row', { name: /TikTok clip Pending/ }).waitFor();
}

/** Starts a run of the campaign and waits for what it paid. */
async function track(admin: Page, earned: string): Promise<void> {
  await go(admin, 'Manage campaigns');
  await admin.getByRole('link', { name: TITLE }).click();
  await admin.getByRole('button', { name: 'Read views now' }).click();
  await admin.getByRole('heading', { name: 'Tracking run' }).waitFor();
  await admin.getByText('Succeeded').first().waitFor();
  await admin
    .getByRole('row', { name: new RegExp(TITLE) })
    .getByText(earned)
    .waitFor();
}

/** Requests a payout, approves it, completes it; the clipper sees the transaction. */
async function getPaid(admin: Page, clipper: Page): Promise<void> {
  await go(clipper, 'Payouts');
  await clipper.getByLabel('E-mail address of your PayPal account').fill('clipper@example.com');
  await clipper.getByRole('button', { name: 'Request payout' }).click();
  await clipper.getByRole('row', { name: /\$20\.00.*Pending/ }).waitFor();
  await go(admin, 'Payout requests');
  await admin.getByRole('button', { name: 'Approve', exact: true }).click();
  await admin.getByText('No request waits').waitFor();
  await admin.getByRole('combobox', { name: 'Status' }).click();
  await admin.getByRole('option', { name: 'Approved' }).click();
  await admin.getByRole('button', { name: 'Complete', exact: true }).click();
  await admin.getByRole('dialog').getByText('$20.00 to').waitFor();
  await admin.getByLabel('Transaction id').fill('PAY-1');
  await admin.getByRole('dialog').getByRole('button', { name: 'Complete', exact: true }).click();
  await admin.getByText('No request has this status').waitFor();
  await go(clipper, 'Home');
  await go(clipper, 'Payouts');
  await clipper.getByRole('row', { name: /\$20\.00.*Completed.*PAY-1/ }).waitFor();
}
