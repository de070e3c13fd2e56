import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { CreateCampaignDocument } from '../../schema/generated/graphql.js';
import { followSettlements } from '../../src/earnings/settlement/campaign-settled.service.js';
import type { RequestContext } from '../../src/infra/context.js';
import type { Told } from '../../src/infra/queue/pub-sub.js';
import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

interface Heard {
  campaignId: string;
  at: string;
}
const SETTLED = 'subscription ($id: ID!) { campaignSettled(id: $id) { campaignId at } }';

/** Subscribes. An event may be settled before the server listens: `first` settles rounds until one is heard. */
async function follow(caller: string, id: string) {
  const client = createClient({
    url: `${bed.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { Authorization: `Bearer ${await bed.token(caller)}` },
  });
  const heard: Heard[] = [];
  let wake = () => {};
  client.subscribe<{ campaignSettled: Heard }>(
    { query: SETTLED, variables: { id } },
    {
      next: ({ data, errors }) => {
        heard.push(data?.campaignSettled ?? { campaignId: '', at: String(errors?.[0]?.extensions?.code) });
        wake();
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  const waitFor = async (count: number) => {
    while (heard.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { heard, waitFor, stop: () => client.dispose() };
}

/** Settles rounds of a campaign until a subscription to it has heard of one. */
async function settleUntilHeard(id: string, { heard }: { heard: Heard[] }): Promise<void> {
  while (heard.length === 0) await track(bed, id);
}

const lastSettled = async (id: string): Promise<string> => {
  const text = 'query ($id: ID!) { campaign(id: $id) { rounds(first: 1) { nodes { settledAt } } } }';
  const { campaign } = await bed.ask<{ campaign: { rounds: { nodes: { settledAt: string }[] } } }, object>(
    text,
    { id },
    ADMIN,
  );
  return campaign.rounds.nodes[0]?.settledAt ?? '';
};

test('campaignSettled tells a clipper of each settlement of their campaign, and of no other campaign', async () => {
  const [mine, other] = [await newCampaign(bed), await newCampaign(bed)];
  for (const id of [mine, other]) await newApprovedClip(bed, id, 'clipper', [0, 1_000, 2_000]);
  const own = await follow('clipper', mine);
  await settleUntilHeard(mine, own);
  const before = own.heard.length;
  await track(bed, other);
  await track(bed, mine);
  await own.waitFor(before + 1);
  expect(own.heard.at(-1)).toEqual({ campaignId: mine, at: await lastSettled(mine) });
  expect(own.heard).toHaveLength(before + 1);
  await own.stop();
});

test.each([
  ['a clipper without a submission in it', 'stranger', async () => newCampaign(bed), 'NOT_FOUND'],
  ['a clipper, of a draft', 'stranger', async () => draft(), 'NOT_FOUND'],
  ['an admin, of nothing', ADMIN, async () => 'x', 'NOT_FOUND'],
])('campaignSettled refuses %s', async (_who, caller, campaign, code) => {
  const refused = await follow(caller, await campaign());
  await refused.waitFor(1);
  expect(refused.heard.map(({ at }) => at)).toEqual([code]);
  await refused.stop();
});

const draft = async () => {
  const input = { title: 'A draft', budget: '100.00', cpm: '1.00', platforms: ['TIKTOK' as const] };
  return (await bed.ask(CreateCampaignDocument, { input }, ADMIN)).createCampaign.id;
};

test('when news may have been lost, the newest settlement is told, unless it was told before', async () => {
  const id = await newCampaign(bed);
  await newApprovedClip(bed, id, 'clipper', [0, 1_000, 2_000]);
  await track(bed, id);
  const told: Told[] = [];
  const pubSub = {
    subscribe: async function* () {
      for (let next = told.shift(); next; next = told.shift()) yield next;
    },
  };
  const viewer = { id: '01890a5d-ac96-774b-bcce-b302099a8057', grants: [], admin: true };
  const load = () => ({ load: async () => ({ id }) });
  const em = bed.database.orm.em.fork();
  const context = { em, viewer, pubSub, load } as unknown as RequestContext;
  const settlements = (await followSettlements(context, id))[Symbol.asyncIterator]();
  const lost = { topic: 'any', id: null };
  await track(bed, id);
  told.push(lost, lost);
  expect((await settlements.next()).value).toMatchObject({ id: await newestRound(id) });
  expect((await settlements.next()).done).toBe(true);
});

const newestRound = async (id: string) => {
  const [row] = await bed.database.query<{ id: string }>(
    "select id from tracking_round where campaign_id = $1 and status = 'SETTLED' order by finished_at desc limit 1",
    [id],
  );
  return row?.id;
};
