import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { CompleteCampaignDocument, RequestPayoutDocument, SubmitClipDocument } from '../../schema/generated/graphql.js';
import { describeBrowser, useBrowser } from '../support/browser.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SIZES = [
  { width: 1_440, height: 900 },
  { width: 360, height: 740 },
];
const SCHEMES = ['light', 'dark'] as const;

describeBrowser('every screen by axe, at 360 and 1440 px, in dark and light', () => {
  let bed: Testbed;
  const ids = { campaign: '', submission: '', run: '' };
  beforeAll(async () => {
    bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
    const { submissionId } = await newEarnings(bed, 'clara', '30.00').then(async (id) => {
      await bed.ask(RequestPayoutDocument, { input: PAYOUT }, 'clara');
      ids.campaign = await newCampaign(bed, {
        title: 'Winter boots',
        description: 'Show them.',
        requirements: ['No music'],
      });
      expect(id).toBeTruthy();
      return newApprovedClip(bed, ids.campaign, 'clara', [0, 4_000, null, 9_000]);
    });
    ids.submission = submissionId;
    ids.run = (await track(bed, ids.campaign)).id;
    await track(bed, ids.campaign);
    await bed.ask(SubmitClipDocument, { campaignId: ids.campaign, url: newClip(bed, [10]).url }, 'cora');
    const ended = await newCampaign(bed, { title: 'Ended' });
    await bed.ask(CompleteCampaignDocument, { id: ended }, ADMIN);
  });
  afterAll(() => bed.stop());
  const used = useBrowser(() => bed.address);

  const SCREENS: [string, () => string, string | null][] = [
    ['Campaigns for a visitor', () => '/campaigns', null],
    ['Campaign for a visitor', () => `/campaigns/${ids.campaign}`, null],
    ['Sign in', () => '/sign-in', null],
    ['Not found', () => '/nothing', null],
    ['Not allowed', () => '/admin', 'clara'],
    ['Home', () => '/home', 'clara'],
    ['Campaigns', () => '/campaigns', 'clara'],
    ['Campaign', () => `/campaigns/${ids.campaign}`, 'clara'],
    ['Clip', () => `/clips/${ids.submission}`, 'clara'],
    ['Payouts', () => '/payouts', 'clara'],
    ['Notifications', () => '/notifications', 'clara'],
    ['Profile', () => '/profile', 'clara'],
    ['Overview', () => '/admin', ADMIN],
    ['Manage campaigns', () => '/admin/campaigns', ADMIN],
    ['New campaign', () => '/admin/campaigns/new', ADMIN],
    ['Managed campaign', () => `/admin/campaigns/${ids.campaign}`, ADMIN],
    ['Figures of a campaign', () => `/admin/campaigns/${ids.campaign}?tab=figures`, ADMIN],
    ['Terms of a campaign', () => `/admin/campaigns/${ids.campaign}?tab=terms`, ADMIN],
    ['Proof of a campaign', () => `/admin/campaigns/${ids.campaign}?tab=proof`, ADMIN],
    ['Reviews', () => '/admin/reviews', ADMIN],
    ['Payout requests', () => '/admin/payouts', ADMIN],
    ['Users', () => '/admin/users', ADMIN],
    ['Tracking', () => '/admin/tracking', ADMIN],
    ['Tracking run', () => `/admin/tracking/${ids.run}`, ADMIN],
    ['Proof', () => '/admin/proof', ADMIN],
    ['Ad insights', () => '/admin/ads', ADMIN],
    ['Audit', () => '/admin/audit', ADMIN],
  ];

  test.each([null, 'clara', ADMIN])(
    'the screens of %p',
    async (caller) => {
      const token = caller === null ? undefined : await bed.token(caller);
      const page = await used.browser.open('/sign-in', { token });
      await page.addInitScript(AXE);
      const found: string[] = [];
      for (const [title, address, whose] of SCREENS)
        if (whose === caller) found.push(...(await lookAt(page, title, address())));
      expect(found).toEqual([]);
    },
    300_000,
  );
});

const PAYOUT = { amount: '25.00', method: 'PAYPAL' as const, details: 'clara@example.com', idempotencyKey: 'screens' };

/** Colors have changed, plots have their size, and nothing moves any more. */
async function settled(page: Page, scheme: string): Promise<void> {
  await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
  await page.evaluate(STAND_STILL);
}

const STAND_STILL = `(async () => {
  for (const each of document.getAnimations()) if (each.effect?.getComputedTiming().iterations === 1) each.finish();
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
})()`;
/** Of all rules those that depend on colors alone are asked again in the second scheme. */
const OF_COLORS = `, { runOnly: ['color-contrast', 'link-in-text-block'] }`;
const look = (of: string) => `axe.run(document${of}).then(({ violations }) => ({
  violations: violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => id + ': ' + target + ': ' + failureSummary.split('\\n').slice(1).join(' '))),
  tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
}))`;

interface Seen {
  violations: string[];
  tooWide: number;
}

/** Opens an address once, and looks at it in each size and scheme. */
async function lookAt(page: Page, title: string, address: string): Promise<string[]> {
  const found: string[] = [];
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' });
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await settled(page, colorScheme);
      const { violations, tooWide } = await page.evaluate<Seen>(look(colorScheme === 'dark' ? OF_COLORS : ''));
      const where = `${title}, ${size.width} px, ${colorScheme}`;
      if (tooWide > 0) found.push(`${where}: ${tooWide} px too wide`);
      found.push(...violations.map((each) => `${where}: ${each}`));
    }
  }
  return found;
}
