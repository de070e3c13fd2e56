import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { SignJWT } from 'jose';
import { createSchema } from '../../src/api-schema.js';
import { createTestbed, TEST_SECRET, type Testbed } from '../support/testbed.js';
import { makeWorld, type World } from '../support/world.js';

type Caller = 'admin' | 'owner' | 'other' | 'nobody';
/** "ok", "null", "empty", or the code of the refusal. */
type Outcome = string;

interface Row {
  /** Variables of the field, for whoever calls; made anew for each, because a mutation uses them up. */
  args?: (world: World, caller: Caller) => Promise<object> | object;
  expect: Record<Caller, Outcome>;
}

const ALL = (outcome: Outcome): Row['expect'] => ({ admin: outcome, owner: outcome, other: outcome, nobody: outcome });
const ANYONE = ALL('ok');
const SIGNED_IN = { ...ALL('ok'), nobody: 'UNAUTHENTICATED' };
const OWNER_OR_ADMIN = { admin: 'ok', owner: 'ok', other: 'null', nobody: 'UNAUTHENTICATED' };
const ADMIN_ONLY = { admin: 'ok', owner: 'FORBIDDEN', other: 'FORBIDDEN', nobody: 'UNAUTHENTICATED' };
const OWN_ALONE = { admin: 'NOT_FOUND', owner: 'ok', other: 'NOT_FOUND', nobody: 'UNAUTHENTICATED' };

const REASON = { reason: 'OTHER' };
const query: Record<string, Row> = {
  me: { expect: SIGNED_IN },
  settings: { expect: ANYONE },
  campaigns: { expect: ANYONE },
  campaign: { args: (w) => ({ id: w.campaignId }), expect: ANYONE },
  submission: { args: (w) => ({ id: w.submissionId }), expect: OWNER_OR_ADMIN },
  users: { expect: ADMIN_ONLY },
  user: { args: (w) => ({ id: w.ownerId }), expect: OWNER_OR_ADMIN },
  submissions: { expect: ADMIN_ONLY },
  payoutRequests: { expect: ADMIN_ONLY },
  payoutRequest: { args: (w) => ({ id: w.requestId }), expect: OWNER_OR_ADMIN },
  payouts: { expect: ADMIN_ONLY },
  clips: { expect: ADMIN_ONLY },
  platformAnalytics: { expect: ADMIN_ONLY },
  trackingRuns: { expect: ADMIN_ONLY },
  trackingRun: { args: (w) => ({ id: w.runId }), expect: ADMIN_ONLY },
  campaignSpendSync: { expect: ADMIN_ONLY },
  consistencyReport: { expect: ADMIN_ONLY },
  adInsights: { expect: { ...ADMIN_ONLY, admin: 'UPSTREAM_UNAVAILABLE' } },
  auditEvents: { expect: ADMIN_ONLY },
  probeViews: { args: (w) => ({ url: w.newLink() }), expect: ADMIN_ONLY },
  sourceUsage: { expect: ADMIN_ONLY },
};

const mutation: Record<string, Row> = {
  submitClip: { args: (w) => ({ input: { campaignId: w.campaignId, url: w.newLink() } }), expect: SIGNED_IN },
  withdrawSubmission: { args: async (w) => ({ id: await w.pending() }), expect: OWN_ALONE },
  requestPayout: {
    args: async (w) => {
      await w.closeRequests();
      return { input: { amount: '20.00', method: 'PAYPAL', details: 'me@example.com' } };
    },
    expect: { admin: 'INSUFFICIENT_BALANCE', owner: 'ok', other: 'INSUFFICIENT_BALANCE', nobody: 'UNAUTHENTICATED' },
  },
  cancelPayoutRequest: { args: async (w) => ({ id: await w.request() }), expect: OWN_ALONE },
  markNotificationsRead: { args: (w) => ({ ids: [w.notificationId] }), expect: OWN_ALONE },
  updateProfile: { args: (_w, caller) => ({ name: caller }), expect: SIGNED_IN },
  createCampaign: { args: (w) => ({ input: w.terms }), expect: ADMIN_ONLY },
  updateCampaign: { args: (w) => ({ id: w.campaignId, input: { title: 'Renamed' } }), expect: ADMIN_ONLY },
  publishCampaign: { args: async (w) => ({ id: await w.campaign() }), expect: ADMIN_ONLY },
  unpublishCampaign: { args: async (w) => ({ id: await w.campaign('SCHEDULED') }), expect: ADMIN_ONLY },
  pauseCampaign: { args: async (w) => ({ id: await w.campaign('ACTIVE') }), expect: ADMIN_ONLY },
  resumeCampaign: { args: async (w) => ({ id: await w.campaign('PAUSED') }), expect: ADMIN_ONLY },
  completeCampaign: { args: async (w) => ({ id: await w.campaign('ACTIVE') }), expect: ADMIN_ONLY },
  cancelCampaign: { args: async (w) => ({ id: await w.campaign('ACTIVE') }), expect: ADMIN_ONLY },
  deleteCampaign: { args: async (w) => ({ id: await w.campaign() }), expect: ADMIN_ONLY },
  approveSubmission: { args: async (w) => ({ id: await w.pending() }), expect: ADMIN_ONLY },
  approveSubmissions: { args: async (w) => ({ ids: [await w.pending()] }), expect: ADMIN_ONLY },
  rejectSubmission: { args: async (w) => ({ id: await w.pending(), input: REASON }), expect: ADMIN_ONLY },
  reopenSubmission: { args: async (w) => ({ id: await w.rejected() }), expect: ADMIN_ONLY },
  revokeSubmission: { args: async (w) => ({ id: await w.approved(), input: REASON }), expect: ADMIN_ONLY },
  approvePayoutRequest: { args: async (w) => ({ id: await w.request() }), expect: ADMIN_ONLY },
  rejectPayoutRequest: { args: async (w) => ({ id: await w.request(), note: 'no' }), expect: ADMIN_ONLY },
  completePayoutRequest: {
    args: async (w) => ({ id: await w.request('APPROVED'), transactionId: `TX-${Math.random()}` }),
    expect: ADMIN_ONLY,
  },
  returnPayout: { args: async (w) => ({ id: await w.request('COMPLETED'), note: 'back' }), expect: ADMIN_ONLY },
  setUserRole: { args: (w) => ({ id: w.otherId, role: 'CLIPPER' }), expect: ADMIN_ONLY },
  suspendUser: { args: (w) => ({ id: w.thirdId }), expect: ADMIN_ONLY },
  unsuspendUser: { args: (w) => ({ id: w.thirdId }), expect: ADMIN_ONLY },
  startTrackingRun: { args: (w) => ({ campaignId: w.campaignId }), expect: ADMIN_ONLY },
  syncCampaignSpend: { expect: ADMIN_ONLY },
  refreshAdInsights: { expect: { ...ADMIN_ONLY, admin: 'UPSTREAM_UNAVAILABLE' } },
};

/** Over WebSocket: their tests are those of progress and notifications; here they are named so that none is forgotten. */
const SUBSCRIPTIONS = ['notificationAdded', 'trackingRunProgress'];

const schema: GraphQLSchema = createSchema();
let bed: Testbed;
let world: World;
let expired: string;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  world = await makeWorld(bed);
  expired = await new SignJWT({ email: 'admin@example.com' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('admin')
    .setExpirationTime(Math.floor(Date.now() / 1_000) - 3_600)
    .sign(new TextEncoder().encode(TEST_SECRET));
});
afterAll(() => bed.stop());

/** The smallest document that asks for a field with all arguments that are given. */
function documentFor(kind: string, { name, args, type }: GraphQLField<unknown, unknown>, given: object): string {
  const used = args.filter((arg) => arg.name in given);
  const declared = used.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const passed = used.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const named = getNamedType(type);
  const fields = isObjectType(named) && named.getFields().nodes ? '{ nodes { __typename } }' : '{ __typename }';
  return `${kind} ${declared && `(${declared})`} { ${name}${passed && `(${passed})`} ${isLeafType(named) ? '' : fields} }`;
}

interface Answered {
  data?: Record<string, { nodes?: unknown[] } | null> | null;
  errors?: { extensions: { code: string } }[];
}

function outcomeOf({ data, errors }: Answered, name: string): Outcome {
  if (errors?.[0]) return errors[0].extensions.code;
  const value = data?.[name];
  if (value === null || value === undefined) return 'null';
  return value.nodes?.length === 0 ? 'empty' : 'ok';
}

async function post(token: string, text: string, variables: object): Promise<Outcome> {
  const response = await fetch(`${bed.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: text, variables }),
  });
  const { errors } = (await response.json()) as Answered;
  return errors?.[0]?.extensions.code ?? 'ok';
}

const TABLES = [
  ['query', schema.getQueryType(), query],
  ['mutation', schema.getMutationType(), mutation],
] as const;

test.each(TABLES)('every %s of the schema has a row in the table', (_kind, type, rows) => {
  expect(Object.keys(type?.getFields() ?? {}).toSorted()).toEqual(Object.keys(rows).toSorted());
});

test('every subscription of the schema is known', () => {
  expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).toSorted()).toEqual(SUBSCRIPTIONS);
});

const CASES = TABLES.flatMap(([kind, type, rows]) =>
  Object.entries(rows).map(([name, row]) => [`${kind} ${name}`, kind, type?.getFields()[name], row] as const),
);

test.each(CASES)(
  '%s answers admin, owner, another clipper and nobody as promised; a suspended user and an old token never',
  async (_title, kind, field, row) => {
    if (!field) throw new Error('no such field');
    const outcomes: Partial<Record<Caller, Outcome>> = {};
    // Those who may not come first: whatever they could do would show in what follows.
    for (const caller of ['nobody', 'other', 'owner', 'admin'] as const) {
      const variables = (await row.args?.(world, caller)) ?? {};
      const answer = await bed.send(
        documentFor(kind, field, variables),
        variables,
        caller === 'nobody' ? null : caller,
      );
      outcomes[caller] = outcomeOf(answer as Answered, field.name);
    }
    expect(outcomes).toEqual(row.expect);
    const variables = (await row.args?.(world, 'admin')) ?? {};
    const text = documentFor(kind, field, variables);
    expect(await post(await bed.token('suspended'), text, variables)).toBe('FORBIDDEN');
    expect(await post(expired, text, variables)).toBe('UNAUTHENTICATED');
  },
);

test.each(CASES)(
  '%s says that somebody may not call before it says what is wrong with the inputs',
  async (_title, kind, field, row) => {
    const money = field?.args.find((arg) => arg.name === 'input' || arg.name === 'first');
    if (!field || !money || row.expect.nobody !== 'UNAUTHENTICATED') return;
    const others = field.args.filter((arg) => arg !== money && isRequiredArgument(arg)).map((arg) => [arg.name, 'x']);
    const wrong = {
      ...Object.fromEntries(others),
      [money.name]: money.name === 'first' ? 'many' : { amount: '1e3', budget: '1e3', campaignId: 5 },
    };
    const text = documentFor(kind, field, wrong);
    expect(outcomeOf((await bed.send(text, wrong, null)) as Answered, field.name)).toBe('UNAUTHENTICATED');
    if (row.expect.other === 'FORBIDDEN')
      expect(outcomeOf((await bed.send(text, wrong, 'other')) as Answered, field.name)).toBe('FORBIDDEN');
  },
);

const LITERAL =
  'mutation { createCampaign(input: { title: "x", budget: "1e3", cpm: "1.00", platforms: [TIKTOK] }) { id } }';
test('the same for a wrong literal in the document: UNAUTHENTICATED, FORBIDDEN, then BAD_USER_INPUT with its field', async () => {
  expect(await bed.refusal(LITERAL, {}, null)).toBe('UNAUTHENTICATED');
  expect(await bed.refusal(LITERAL, {}, 'other')).toBe('FORBIDDEN');
  const { errors } = await bed.send(LITERAL, {}, 'admin');
  expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'input.budget' });
});

test.each(['recordedSpent', 'adCampaignId', 'adInsight { spend }'])(
  'Campaign.%s is null and FORBIDDEN for anyone but admins',
  async (field) => {
    const text = `query ($id: ID!) { campaign(id: $id) { id ${field} } }`;
    for (const caller of ['owner', 'other', null]) {
      const { data, errors } = (await bed.send(text, { id: world.campaignId }, caller)) as Answered;
      expect([data?.campaign, errors?.map((error) => error.extensions.code)]).toEqual([
        { id: world.campaignId, [field.split(' ')[0] ?? '']: null },
        ['FORBIDDEN'],
      ]);
    }
  },
);

/** Everything that can be asked for below a type, to a depth. */
function everything(typeName: string, depth: number): string {
  return Object.values(fieldsOf(typeName))
    .flatMap((field) => selection(field, depth) ?? [])
    .join(' ');
}

const fieldsOf = (typeName: string) => {
  const type = schema.getType(typeName);
  return isObjectType(type) ? type.getFields() : {};
};

function selection(field: GraphQLField<unknown, unknown>, depth: number, outermost = 2): string | undefined {
  const named = getNamedType(field.type);
  const takes = (name: string) => field.args.some((arg) => arg.name === name);
  const args = takes('from') ? '(from: "2026-11-01", to: "2026-11-02")' : takes('first') ? `(first: ${outermost})` : '';
  if (isLeafType(named)) return `${field.name}${args}`;
  const below = depth > 0 ? everything(named.name, depth - 1) : '';
  return below && `${field.name}${args} { ${below} }`;
}

/** A document for each field of a type, with all that is below it: together they would be too long for one. */
const waysFrom = (typeName: string, outermost: number, around: (field: string) => string) =>
  Object.values(fieldsOf(typeName)).flatMap((field) => {
    const text = selection(field, 3, outermost);
    return text ? [around(text)] : [];
  });

test('whatever way another clipper or nobody takes, nothing of the owner is reached: no id, no address, no link', async () => {
  const secrets = await world.secrets();
  expect(secrets.length).toBeGreaterThan(8);
  const fromCampaign = [
    ...waysFrom('Campaign', 60, (field) => `query ($campaign: ID!) { campaign(id: $campaign) { ${field} } }`),
    ...waysFrom('Campaign', 10, (field) => `{ campaigns(first: 5) { nodes { ${field} } } }`),
  ];
  const fromMe = [
    ...waysFrom('User', 60, (field) => `{ me { ${field} } }`),
    ...waysFrom(
      'ClipSubmission',
      2,
      (field) =>
        `query ($campaign: ID!) { me { submissions(first: 60, status: APPROVED, campaignId: $campaign) { nodes { ${field} } } } }`,
    ),
  ];
  const walk = async (caller: string | null, texts: readonly string[]) => {
    const answers = [];
    for (const text of texts) answers.push((await bed.send(text, { campaign: world.campaignId }, caller)) as Answered);
    // Refusals of single fields are answers; a document that was not executed proves nothing.
    expect(answers.filter((answer) => !answer.data)).toEqual([]);
    return JSON.stringify(answers);
  };
  for (const [caller, texts] of [
    ['other', [...fromCampaign, ...fromMe]],
    [null, fromCampaign],
  ] as const) {
    const seen = await walk(caller, texts);
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  }
  // And the owner does reach them, or the test would prove nothing.
  const own = await walk('owner', fromMe);
  expect(secrets.filter((secret) => !own.includes(secret))).toEqual([]);
});

test('a cursor of another’s list is a place in one’s own list and nothing more', async () => {
  const text =
    'query ($after: String) { me { submissions(first: 100, after: $after) { nodes { id } edges { cursor } } } }';
  interface Lists {
    me: { submissions: { nodes: { id: string }[]; edges: { cursor: string }[] } };
  }
  const own = await bed.ask<Lists, object>(text, {}, 'owner');
  const answer = await bed.ask<Lists, object>(text, { after: own.me.submissions.edges[0]?.cursor }, 'other');
  const mine = new Set((await bed.ask<Lists, object>(text, {}, 'other')).me.submissions.nodes.map((each) => each.id));
  expect(answer.me.submissions.nodes.every((each) => mine.has(each.id))).toBe(true);
});
