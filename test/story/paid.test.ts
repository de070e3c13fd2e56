import {
  ApprovePayoutRequestDocument,
  CompleteCampaignDocument,
  CompletePayoutRequestDocument,
  DashboardDocument,
  RejectPayoutRequestDocument,
  RequestPayoutDocument,
} from '../../schema/generated/graphql.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
});
afterAll(() => bed.stop());

const PAYPAL = { method: 'PAYPAL' as const, details: 'me@example.com' };
const request = async (caller: string, amount: string) =>
  (await bed.ask(RequestPayoutDocument, { input: { amount, ...PAYPAL } }, caller)).requestPayout.id;
const pay = async (id: string, transactionId: string) => {
  await bed.ask(ApprovePayoutRequestDocument, { id }, ADMIN);
  await bed.ask(CompletePayoutRequestDocument, { id, transactionId }, ADMIN);
};

interface Line {
  campaign: string;
  clipper: string;
  text: string;
}

/** The ledger and all balances, as a person would write them down; no id and no time in it. */
async function books(): Promise<string> {
  const campaigns = await bed.database.query<{ text: string }>(
    `select c.title || ': ' || c.status || ', spent ' || (t.earnings / 1000000.0)::numeric(18, 6) || ' of ' || (c.budget / 1000000.0)::numeric(18, 6) as text
     from campaign c join campaign_totals t on t.campaign_id = c.id order by c.title`,
  );
  const entries = await bed.database.query<Line>(
    `select c.title as campaign, u.name as clipper, e.reason || ' ' || (e.amount / 1000000.0)::numeric(18, 6) || ' for views ' || e.from_views || ' to ' || e.to_views || case e.cap when 'NONE' then '' else ' (' || e.cap || ')' end as text
     from earning_entry e join clip k on k.id = e.clip_id join campaign c on c.id = k.campaign_id join "user" u on u.id = k.clipper_id join campaign_event v on v.id = e.event_id
     order by c.title, v.number, u.name`,
  );
  const requests = await bed.database.query<{ clipper: string; text: string }>(
    `select u.name as clipper, 'request ' || (r.amount / 1000000.0)::numeric(18, 6) || ' ' || r.status || coalesce(', paid ' || (p.amount / 1000000.0)::numeric(18, 6) || ' by ' || p.transaction_id, '') as text
     from payout_request r join "user" u on u.id = r.clipper_id left join payout p on p.request_id = r.id order by r.id`,
  );
  const balances = await Promise.all(
    ['anna', 'bob'].map(async (caller) => {
      const { me } = await bed.ask(DashboardDocument, {}, caller);
      const { totalEarned, activeCampaignEarnings, completedCampaignEarnings, availableBalance, payable } = me;
      return `${caller}: earned ${totalEarned} (open ${activeCampaignEarnings}, ended ${completedCampaignEarnings}), available ${availableBalance}, payable ${payable}, asked for ${me.pendingPayouts}, paid ${me.paidOut}`;
    }),
  );
  await expectLawsHold(bed.database);
  return [
    'Campaigns',
    ...campaigns.map(({ text }) => `  ${text}`),
    'Ledger',
    ...entries.map(({ campaign, clipper, text }) => `  ${campaign} / ${clipper}: ${text}`),
    'Payouts',
    ...requests.map(({ clipper, text }) => `  ${clipper}: ${text}`),
    'Balances',
    ...balances.map((text) => `  ${text}`),
  ].join('\n');
}

test('P1 P2 B3 two clippers, three campaigns: from views to a rejected request to a payment, every figure written down', async () => {
  const sneakers = await newCampaign(bed, { title: 'Sneakers', budget: '60.00' });
  const trailer = await newCampaign(bed, { title: 'Trailer', cpm: '2.00' });
  const coffee = await newCampaign(bed, { title: 'Coffee', maxEarningsPerClip: '25.00' });
  await newApprovedClip(bed, sneakers, 'anna', [1_000, 31_000, 41_000]);
  await newApprovedClip(bed, sneakers, 'bob', [0, 15_000, 60_000]);
  await newApprovedClip(bed, trailer, 'anna', [0, 10_000, 9_000]);
  await newApprovedClip(bed, coffee, 'bob', [500, 20_500, 90_000]);
  expect(await books()).toMatchSnapshot('1 approved, nothing read yet');
  for (const id of [sneakers, trailer, coffee]) await track(bed, id);
  expect(await books()).toMatchSnapshot('2 after the first round: nothing is available while campaigns are open');
  for (const id of [sneakers, trailer, coffee]) await track(bed, id);
  expect(await books()).toMatchSnapshot(
    '3 the budget of Sneakers is shared out and completes it, a dip takes nothing back',
  );
  await bed.ask(CompleteCampaignDocument, { id: coffee }, ADMIN);
  expect(await books()).toMatchSnapshot('4 Coffee completed by hand');
  const first = await request('anna', '30.00');
  expect(await books()).toMatchSnapshot('5 anna asks for 30.00');
  await bed.ask(RejectPayoutRequestDocument, { id: first, note: 'The address is not yours' }, ADMIN);
  expect(await books()).toMatchSnapshot('6 rejected: the money is back');
  const second = await request('anna', '32.72');
  await pay(second, 'TX-1');
  expect(await books()).toMatchSnapshot('7 paid on the second request');
});

test('B1 B2 B3 example 5: 150.20 ended and 235.30 open; a request of 100.00 leaves 50.20, paid or not; 20.005 pays 20.00', async () => {
  await newEarnings(bed, 'eva', '150.20');
  const open = await newCampaign(bed, { budget: '1000.00' });
  await newApprovedClip(bed, open, 'eva', [0, 235_300]);
  await track(bed, open);
  const figures = async (caller: string) => (await bed.ask(DashboardDocument, {}, caller)).me;
  const same = { totalEarned: '385.50', completedCampaignEarnings: '150.20', activeCampaignEarnings: '235.30' };
  expect(await figures('eva')).toMatchObject({ ...same, availableBalance: '150.20', payable: '150.20' });
  const id = await request('eva', '100.00');
  expect(await figures('eva')).toMatchObject({
    ...same,
    availableBalance: '50.20',
    payable: '0.00',
    pendingPayouts: '100.00',
  });
  await pay(id, 'TX-5');
  expect(await figures('eva')).toMatchObject({
    ...same,
    availableBalance: '50.20',
    payable: '50.20',
    paidOut: '100.00',
  });
  await newEarnings(bed, 'odd', '20.005');
  expect(await figures('odd')).toMatchObject({ availableBalance: '20.005', payable: '20.00' });
  await pay(await request('odd', '20.00'), 'TX-6');
  expect(await figures('odd')).toMatchObject({ availableBalance: '0.005', payable: '0.00', paidOut: '20.00' });
});

test('B4 example 6: 127.85, 542.30 and 780.35 are 1,450.50 over users, over campaigns and over clips', async () => {
  await using own = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  for (const [clipper, amount] of [
    ['x', '127.85'],
    ['y', '542.30'],
    ['z', '780.35'],
  ] as const)
    await newEarnings(own, clipper, amount);
  const { campaigns } = await own.ask<{ campaigns: { nodes: { spent: string; views: number }[] } }, object>(
    '{ campaigns { nodes { spent views } } }',
    {},
    ADMIN,
  );
  expect(campaigns.nodes.map((each) => each.spent).toSorted()).toEqual(['127.85', '542.30', '780.35']);
  expect(campaigns.nodes.reduce((sum, each) => sum + each.views, 0)).toBe(1_450_500);
  const users = await Promise.all(['x', 'y', 'z'].map((caller) => own.ask(DashboardDocument, {}, caller)));
  expect(users.map(({ me }) => [me.totalEarned, me.totalViews])).toEqual([
    ['127.85', 127_850],
    ['542.30', 542_300],
    ['780.35', 780_350],
  ]);
  await expectLawsHold(own.database);
});
