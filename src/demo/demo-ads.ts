import type { EmulatedAdAccount, EmulatedAdCampaign } from './meta-emulator.js';
import { MetaEmulator } from './meta-emulator.js';

/** What `npm start` asks the emulated advertising source with. */
export const DEMO_ADS = { token: 'demo-token', accountId: '1000', campaignIds: ['2001', '2002', '2003', '2004'] };

/** Cents as Meta writes them. */
const inUnits = (cents: number) => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

/** A campaign whose days differ, and that differs from others. */
function campaignOf(id: string, name: string, scale: number): EmulatedAdCampaign {
  return {
    id,
    name,
    rowOn(day) {
      const wave = (Number(day.slice(8)) * 7 + scale * 3) % 11;
      const searches = scale * 20 + wave;
      return {
        spend: inUnits(scale * 1_250 + wave * 25),
        impressions: String(scale * 900 + wave * 17),
        clicks: String(scale * 30 + wave),
        actions: {
          omni_search: String(searches),
          'offsite_conversion.fb_pixel_search': String(searches),
          omni_view_content: String(Math.trunc(searches / 2)),
          omni_initiated_checkout: String(Math.trunc(searches / 5)),
          omni_purchase: String(Math.trunc(searches / 12)),
          'offsite_conversion.fb_pixel_purchase': String(Math.trunc(searches / 12)),
        },
        actionValues: { omni_purchase: inUnits(Math.trunc(searches / 12) * 12_990) },
      };
    },
  };
}

const [first = '', second = '', third = '', fourth = ''] = DEMO_ADS.campaignIds;

const DEMO_AD_ACCOUNT: EmulatedAdAccount = {
  id: DEMO_ADS.accountId,
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  campaigns: [
    campaignOf(first, 'Summer sneakers / search', 3),
    campaignOf(second, 'Summer sneakers / retargeting', 1),
    campaignOf(third, 'Trailer', 5),
    { id: fourth, name: 'Paused since spring', rowOn: () => null },
  ],
};

export const startDemoAds = () => MetaEmulator.start({ token: DEMO_ADS.token, accounts: [DEMO_AD_ACCOUNT] });
