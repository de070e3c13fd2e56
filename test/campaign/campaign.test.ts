import type * as api from '../../schema/generated/graphql.js';
import {
  AdminCampaignsDocument,
  BrowseCampaignsDocument,
  CancelCampaignDocument,
  CompleteCampaignDocument,
  CreateCampaignDocument,
  DeleteCampaignDocument,
  PauseCampaignDocument,
  PublishCampaignDocument,
  ResumeCampaignDocument,
  SubmitClipDocument,
  UnpublishCampaignDocument,
  UpdateCampaignDocument,
} from '../../schema/generated/graphql.js';
import { DAY_MS } from '../../src/shared/clock.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

const INPUT: api.CreateCampaignInput = { title: 'A campaign', budget: '100.00', cpm: '1.00', platforms: ['TIKTOK'] };
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const create = async (input: Partial<api.CreateCampaignInput> = {}) =>
  (await bed.ask(CreateCampaignDocument, { input: { ...INPUT, ...input } }, ADMIN)).createCampaign.id;

const ACTIONS = {
  publish: PublishCampaignDocument,
  unpublish: UnpublishCampaignDocument,
  pause: PauseCampaignDocument,
  resume: ResumeCampaignDocument,
  complete: CompleteCampaignDocument,
  cancel: CancelCampaignDocument,
  delete: DeleteCampaignDocument,
} as const;
type Action = keyof typeof ACTIONS;
const act = (id: string, action: Action) => bed.send<unknown, { id: string }>(ACTIONS[action] as never, { id }, ADMIN);

const STARTS: Record<string, { input?: Partial<api.CreateCampaignInput>; actions: Action[] }> = {
  DRAFT: { actions: [] },
  SCHEDULED: { input: { startsAt: inDays(1) }, actions: ['publish'] },
  ACTIVE: { actions: ['publish'] },
  PAUSED: { actions: ['publish', 'pause'] },
  COMPLETED: { actions: ['publish', 'complete'] },
  CANCELLED: { actions: ['publish', 'cancel'] },
};
const ALLOWED: Record<string, Partial<Record<Action, string>>> = {
  DRAFT: { publish: 'ACTIVE', cancel: 'CANCELLED', delete: 'gone' },
  SCHEDULED: { unpublish: 'DRAFT', cancel: 'CANCELLED' },
  ACTIVE: { pause: 'PAUSED', complete: 'COMPLETED', cancel: 'CANCELLED' },
  PAUSED: { resume: 'ACTIVE', complete: 'COMPLETED', cancel: 'CANCELLED' },
  COMPLETED: {},
  CANCELLED: {},
};

test.each(
  Object.keys(STARTS).flatMap((from) => (Object.keys(ACTIONS) as Action[]).map((action) => [from, action] as const)),
)('C1 C2 from %s: %s', async (from, action) => {
  const id = await create(STARTS[from]?.input);
  for (const step of STARTS[from]?.actions ?? []) await act(id, step);
  const stands = async () =>
    (await bed.database.query<{ status: string }>('select status from campaign where id = $1', [id]))[0]?.status ??
    'gone';
  expect(await stands()).toBe(from);
  const to = ALLOWED[from]?.[action];
  const { errors } = await act(id, action);
  expect(errors?.[0]?.extensions.code).toBe(to ? undefined : 'CONFLICT');
  expect(await stands()).toBe(to ?? from);
});

test.each([
  ['budget', '0.009', 'from 0.01 to 1000000000.00'],
  ['budget', '1000000000.01', 'from 0.01'],
  ['cpm', '0.0001', 'from 0.001'],
  ['cpm', '1.0001', '3 decimals'],
  ['cpm', '10000.001', 'to 10000.00'],
  ['maxEarningsPerClip', '0.001', 'from 0.01'],
  ['minViews', 1_000_000_001, 'from 0 to 1000000000'],
  ['title', '  ', '1 to 200 characters'],
  ['title', 'x'.repeat(201), '1 to 200 characters'],
  ['title', 'a\u0000b', 'control characters'],
  ['description', 'x'.repeat(10_001), '10000 characters'],
  ['platforms', [], 'at least one'],
  ['requirements', Array.from({ length: 51 }, () => 'x'), 'at most 50'],
  ['endsAt', '2020-01-01T00:00:00Z', 'in the future'],
  ['adCampaignId', '', '1 to 100 characters'],
])('M3 C3 %s of %j is BAD_USER_INPUT and says what is accepted', async (field, value, accepted) => {
  const { errors } = await bed.send(CreateCampaignDocument, { input: { ...INPUT, [field]: value } as never }, ADMIN);
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining(accepted),
    extensions: { code: 'BAD_USER_INPUT', field: expect.stringContaining(`input.${field}`) },
  });
});

test.each(['1e3', '-1', '+1', '01', '1,5', ' 1', '1.1234567', ''])(
  'M3 a budget of %j is BAD_USER_INPUT at input.budget, in a variable and in the document',
  async (budget) => {
    const byVariable = await bed.send(CreateCampaignDocument, { input: { ...INPUT, budget } }, ADMIN);
    const literal = `mutation { createCampaign(input: { title: "x", budget: ${JSON.stringify(budget)}, cpm: "1.00", platforms: [TIKTOK] }) { id } }`;
    const byLiteral = await bed.send(literal, {}, ADMIN);
    for (const { errors } of [byVariable, byLiteral]) {
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining('decimal string'),
        extensions: { code: 'BAD_USER_INPUT', field: 'input.budget' },
      });
    }
  },
);

test('C2 a DRAFT is deleted for good; anything that was ever published is not', async () => {
  const { createCampaign } = await bed.ask(CreateCampaignDocument, { input: INPUT }, ADMIN);
  const { deleteCampaign } = await bed.ask(DeleteCampaignDocument, { id: createCampaign.id }, ADMIN);
  expect(deleteCampaign).toBe(createCampaign.id);
  expect(await bed.refusal(DeleteCampaignDocument, { id: createCampaign.id }, ADMIN)).toBe('NOT_FOUND');
  expect(await bed.refusal(DeleteCampaignDocument, { id: await newCampaign(bed) }, ADMIN)).toBe('CONFLICT');
});

test('C3 endsAt must lie after startsAt', async () => {
  expect(
    await bed.refusal(CreateCampaignDocument, { input: { ...INPUT, startsAt: inDays(2), endsAt: inDays(1) } }, ADMIN),
  ).toBe('BAD_USER_INPUT');
});

test('C3 in an update absent is unchanged, null clears what may be null and is refused elsewhere', async () => {
  const id = await create({ maxEarningsPerClip: '5.00', endsAt: inDays(3), adCampaignId: 'ad-1' });
  const { updateCampaign } = await bed.ask(
    UpdateCampaignDocument,
    { id, input: { maxEarningsPerClip: null, title: 'Renamed' } },
    ADMIN,
  );
  expect(updateCampaign).toMatchObject({
    title: 'Renamed',
    maxEarningsPerClip: null,
    budget: '100.00',
    adCampaignId: 'ad-1',
    endsAt: expect.any(String),
  });
  const { errors } = await bed.send(UpdateCampaignDocument, { id, input: { budget: null } }, ADMIN);
  expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'input.budget' });
});

test('C3 the budget is raised freely, and lowered only to more than what is spent', async () => {
  const id = await newCampaign(bed);
  await newApprovedClip(bed, id, 'clipper', [0, 10_000]);
  await track(bed, id);
  const set = (budget: string) => bed.send(UpdateCampaignDocument, { id, input: { budget } }, ADMIN);
  expect((await set('150.00')).data?.updateCampaign.budget).toBe('150.00');
  expect((await set('10.000001')).data?.updateCampaign.budget).toBe('10.000001');
  expect((await set('10.00')).errors?.[0]?.extensions.code).toBe('CONFLICT');
  expect((await set('11.00')).data?.updateCampaign.budget).toBe('11.00');
});

test('C5 the database itself refuses spent over budget', async () => {
  const id = await newCampaign(bed);
  const { clipId } = await newApprovedClip(bed, id, 'clipper', [0]);
  await expect(
    bed.database.query('update clip set earnings = 100000001 where id = $1', [clipId]),
  ).rejects.toMatchObject({ code: '23514' });
});

test('C3 after the end only adCampaignId can change', async () => {
  const id = await newCampaign(bed);
  await bed.ask(CompleteCampaignDocument, { id }, ADMIN);
  expect(await bed.refusal(UpdateCampaignDocument, { id, input: { budget: '200.00' } }, ADMIN)).toBe('CONFLICT');
  expect(
    (await bed.ask(UpdateCampaignDocument, { id, input: { adCampaignId: 'ad-9' } }, ADMIN)).updateCampaign.adCampaignId,
  ).toBe('ad-9');
});

test('C1 while PAUSED nothing is submitted and no round begins; what was gained is paid after it resumes', async () => {
  const id = await newCampaign(bed);
  await newApprovedClip(bed, id, 'clipper', [0, 1_000, 3_000]);
  await track(bed, id);
  await bed.ask(PauseCampaignDocument, { id }, ADMIN);
  expect(await bed.refusal(SubmitClipDocument, { campaignId: id, url: newClip(bed, [1]).url }, 'clipper')).toBe(
    'CONFLICT',
  );
  await expect(track(bed, id)).rejects.toThrow('CONFLICT');
  await bed.ask(ResumeCampaignDocument, { id }, ADMIN);
  expect((await track(bed, id)).earningsAdded).toBe('2.00');
});

test('U DRAFT is seen by admins alone, CANCELLED by admins and by clippers with a submission in it', async () => {
  const draft = await create({ title: 'hidden-draft' });
  const cancelled = await newCampaign(bed, { title: 'hidden-cancelled' });
  await bed.ask(SubmitClipDocument, { campaignId: cancelled, url: newClip(bed, [1]).url }, 'insider');
  await bed.ask(CancelCampaignDocument, { id: cancelled }, ADMIN);
  const seen = async (caller: string | null) => {
    const { campaigns } = await bed.ask<{ campaigns: { totalCount: number; nodes: { id: string }[] } }, object>(
      '{ campaigns(search: "hidden-", first: 100) { totalCount nodes { id } } }',
      {},
      caller,
    );
    const single = await Promise.all(
      [draft, cancelled].map((id) =>
        bed.ask<{ campaign: object | null }, object>(`{ campaign(id: "${id}") { id } }`, {}, caller),
      ),
    );
    return [
      campaigns.totalCount,
      ...[draft, cancelled].map((id) => campaigns.nodes.some((node) => node.id === id)),
      ...single.map(({ campaign }) => campaign !== null),
    ];
  };
  expect(await seen(ADMIN)).toEqual([2, true, true, true, true]);
  expect(await seen('insider')).toEqual([1, false, true, false, true]);
  expect(await seen('outsider')).toEqual([0, false, false, false, false]);
  expect(await seen(null)).toEqual([0, false, false, false, false]);
});

test('recordedSpent and adCampaignId are null and FORBIDDEN for anyone but admins', async () => {
  const id = await newCampaign(bed, { adCampaignId: 'ad-1' });
  for (const caller of ['clipper', null]) {
    const { data, errors } = await bed.send<{ campaign: object }, object>(
      `{ campaign(id: "${id}") { title recordedSpent adCampaignId } }`,
      {},
      caller,
    );
    expect(data?.campaign).toEqual({ title: 'A campaign', recordedSpent: null, adCampaignId: null });
    expect(errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  }
});

test('lists are pages in every order: nothing twice, nothing left out, stable under inserts, first from 1 to 100', async () => {
  for (let index = 0; index < 7; index += 1)
    await newCampaign(bed, {
      title: 'paged',
      budget: `${100 + (index % 3)}.00`,
      cpm: `${1 + (index % 2)}.00`,
      endsAt: index % 2 ? inDays(index + 1) : undefined,
    });
  type Page = {
    campaigns: {
      nodes: { id: string; budget: string; cpm: string; endsAt: string | null }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  };
  for (const order of ['CREATED_AT_DESC', 'BUDGET_DESC', 'CPM_DESC', 'ENDS_AT_ASC']) {
    const nodes: Page['campaigns']['nodes'] = [];
    let after: string | null = null;
    do {
      const page: Page = await bed.ask(
        `query ($after: String) { campaigns(search: "paged", orderBy: ${order}, first: 2, after: $after) { nodes { id budget cpm endsAt } pageInfo { hasNextPage endCursor } } }`,
        { after },
        null,
      );
      nodes.push(...page.campaigns.nodes);
      after = page.campaigns.pageInfo.hasNextPage ? page.campaigns.pageInfo.endCursor : null;
      if (nodes.length === 2 && order === 'CREATED_AT_DESC') await newCampaign(bed, { title: 'inserted meanwhile' });
    } while (after);
    expect(nodes).toHaveLength(7);
    expect(new Set(nodes.map((node) => node.id)).size).toBe(7);
    const values = nodes.map((node) =>
      order === 'BUDGET_DESC'
        ? node.budget
        : order === 'CPM_DESC'
          ? node.cpm
          : order === 'ENDS_AT_ASC'
            ? (node.endsAt ?? '9')
            : node.id,
    );
    expect(values).toEqual(order === 'ENDS_AT_ASC' ? values.toSorted() : values.toSorted().reverse());
  }
  for (const first of [0, 101, -1])
    expect(await bed.refusal(BrowseCampaignsDocument, { first }, null)).toBe('BAD_USER_INPUT');
  for (const after of ['x', 'bm90IGFuIGlk', '', 'a'.repeat(600)])
    expect(await bed.refusal(BrowseCampaignsDocument, { after }, null)).toBe('BAD_USER_INPUT');
  expect((await bed.ask(AdminCampaignsDocument, { first: null }, ADMIN)).campaigns.nodes.length).toBeLessThanOrEqual(
    20,
  );
});

test('L2 V4 V5 every change is one numbered event of an unbroken chain, and one audit event of its admin', async () => {
  const id = await newCampaign(bed);
  await bed.ask(UpdateCampaignDocument, { id, input: { budget: '120.00' } }, ADMIN);
  await bed.ask(PauseCampaignDocument, { id }, ADMIN);
  await bed.ask(CancelCampaignDocument, { id }, ADMIN);
  const events = await bed.database.query<{ number: number; type: string; hash: string; previous_hash: string | null }>(
    'select number, type, hash, previous_hash from campaign_event where campaign_id = $1 order by number',
    [id],
  );
  expect(events.map(({ number, type }) => `${number} ${type}`)).toEqual([
    '1 CREATED',
    '2 STATUS_CHANGED',
    '3 TERMS_CHANGED',
    '4 STATUS_CHANGED',
    '5 ENDED',
  ]);
  expect(events.slice(1).map((event) => event.previous_hash)).toEqual(events.slice(0, -1).map((event) => event.hash));
  const [row] = await bed.database.query<{ chain_head: string }>('select chain_head from campaign where id = $1', [id]);
  expect(row?.chain_head).toBe(events.at(-1)?.hash);
  const audit = await bed.database.query<{ action: string; via: string; subject: string }>(
    'select a.action, a.via, u.subject from audit_event a join "user" u on u.id = a.actor_id where a.subject_id = $1 order by a.id',
    [id],
  );
  expect(audit.map((each) => each.action)).toEqual([
    'campaign.create',
    'campaign.publish',
    'campaign.update',
    'campaign.pause',
    'campaign.cancel',
  ]);
  expect(audit.every((each) => each.via === 'api' && each.subject === ADMIN)).toBe(true);
});

test('L1 changes made at once are each made whole: no event number twice, none missing', async () => {
  const id = await newCampaign(bed);
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      bed.ask(UpdateCampaignDocument, { id, input: { title: `Title ${index}` } }, ADMIN),
    ),
  );
  const [row] = await bed.database.query<{ numbers: string; last: number }>(
    'select count(*) as numbers, max(number) as last from campaign_event where campaign_id = $1',
    [id],
  );
  expect(row).toEqual({ numbers: '14', last: 14 });
});
