import fs from 'node:fs';
import path from 'node:path';
import { type GraphQLField, isObjectType, isRequiredArgument } from 'graphql';
import { SignJWT } from 'jose';
import { createSchema } from '../../src/api-schema.js';
import { projectRoot } from '../../src/infra/project-root.js';
import { refusalBy } from '../../src/user/access.js';
import { accessRules } from '../../src/user/access-rules.js';
import { Grant } from '../../src/user/grants.js';
import { findViewer } from '../../src/user/user.service.js';
import {
  ADMIN_ONLY,
  ALL,
  ANYONE,
  CALLERS,
  type Caller,
  documentFor,
  expectedOf,
  follow,
  HELD,
  OWN_ALONE,
  OWNER_OR_ADMIN,
  outcomeOf,
  type Row,
  SIGNED_IN,
} from '../support/access.js';
import { createTestbed, TEST_SECRET, type Testbed } from '../support/testbed.js';
import { makeWorld, type World } from '../support/world.js';

const REASON = { reason: 'OTHER' };
const query: Record<string, Row> = {
  me: { expect: SIGNED_IN },
  exportMyData: { expect: SIGNED_IN },
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
  // The owner has earnings in an open campaign: a refusal of the state says that the caller was let through to it.
  eraseUser: {
    args: (w) => ({ id: w.ownerId }),
    expect: { admin: 'CONFLICT', owner: 'CONFLICT', other: 'FORBIDDEN', nobody: 'UNAUTHENTICATED' },
  },
  updateProfile: { args: () => ({ name: 'Some Name' }), expect: SIGNED_IN },
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

/** Over WebSocket; nobody gets no connection at all. */
const subscription: Record<string, Row> = {
  notificationAdded: {
    expect: { ...SIGNED_IN, nobody: 'CLOSED' },
    cause: (w, caller) => w.notification(caller),
  },
  trackingRunProgress: { args: (w) => ({ id: w.runId }), expect: { ...ADMIN_ONLY, nobody: 'CLOSED' } },
};

/** A document that asks for the campaign `$id` and one guarded field of it. */
const ofCampaign = (selection: string) => `query ($id: ID!) { campaign(id: $id) { id ${selection} } }`;
const NULL_AND_FORBIDDEN = { ...ALL('FORBIDDEN'), admin: 'ok' };

/** Fields below the operations that have a rule of their own: what is beside them is answered all the same. */
const guarded: Record<string, { text: string; expect: Row['expect'] }> = {
  'Campaign.recordedSpent': { text: ofCampaign('recordedSpent'), expect: NULL_AND_FORBIDDEN },
  'Campaign.adCampaignId': { text: ofCampaign('adCampaignId'), expect: NULL_AND_FORBIDDEN },
  'Campaign.adInsight': { text: ofCampaign('adInsight { spend }'), expect: NULL_AND_FORBIDDEN },
};

/** Who asks for a route that is not GraphQL: nobody, an admin, an outside scheduler with its secret. */
type HttpCaller = 'nobody' | 'admin' | 'scheduler';
interface HttpRow {
  /** The address that is asked for. */
  path: string;
  headers?: Record<string, string>;
  /** The status of each answer. */
  expect: Record<HttpCaller, number>;
}

const ANY_CALLER = (status: number): HttpRow['expect'] => ({ nobody: status, admin: status, scheduler: status });
/** The console says so where it is not built. */
const CONSOLE = fs.existsSync(path.join(projectRoot(), 'dist', 'console', 'index.html')) ? 200 : 503;
const CRON = { path: '/cron/consistency-check', expect: { nobody: 401, admin: 401, scheduler: 202 } };
/** What is not a token of ours is refused, also where nobody would be let in. */
const GRAPHQL = { nobody: 400, admin: 400, scheduler: 401 };
const http: Record<string, HttpRow> = {
  'POST /graphql': { path: '/graphql', headers: { 'content-type': 'application/json' }, expect: GRAPHQL },
  'GET /graphql': { path: '/graphql', expect: GRAPHQL },
  'GET /': { path: '/', expect: ANY_CALLER(CONSOLE) },
  'HEAD /': { path: '/', expect: ANY_CALLER(CONSOLE) },
  'GET /*': { path: '/nothing.js', expect: ANY_CALLER(404) },
  'HEAD /*': { path: '/nothing.js', expect: ANY_CALLER(404) },
  'GET /ruru/*': { path: '/ruru/nothing.js', expect: ANY_CALLER(404) },
  'HEAD /ruru/*': { path: '/ruru/nothing.js', expect: ANY_CALLER(404) },
  'GET /favicon.ico': { path: '/favicon.ico', expect: ANY_CALLER(204) },
  'HEAD /favicon.ico': { path: '/favicon.ico', expect: ANY_CALLER(204) },
  'GET /healthz': { path: '/healthz', expect: ANY_CALLER(200) },
  'HEAD /healthz': { path: '/healthz', expect: ANY_CALLER(200) },
  'GET /readyz': { path: '/readyz', expect: ANY_CALLER(200) },
  'HEAD /readyz': { path: '/readyz', expect: ANY_CALLER(200) },
  'GET /metrics': { path: '/metrics', expect: ANY_CALLER(200) },
  'HEAD /metrics': { path: '/metrics', expect: ANY_CALLER(200) },
  'GET /cron/:job': CRON,
  'POST /cron/:job': CRON,
  'OPTIONS *': { path: '/graphql', expect: ANY_CALLER(204) },
};

const CRON_SECRET = 'a secret of the outside scheduler';
const schema = createSchema();
const rules = accessRules();
let bed: Testbed;
let world: World;
let expired: string;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000', CRON_SECRET, CORS_ORIGINS: 'https://console.example.com' },
  });
  world = await makeWorld(bed);
  expired = await new SignJWT({ email: 'admin@example.com' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('admin')
    .setExpirationTime(Math.floor(Date.now() / 1_000) - 3_600)
    .sign(new TextEncoder().encode(TEST_SECRET));
});
afterAll(() => bed.stop());

async function post(token: string, text: string, variables: object): Promise<string> {
  const response = await fetch(`${bed.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: text, variables }),
  });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code ?? 'ok';
}

function fieldsOf(name: string): Record<string, GraphQLField<unknown, unknown>> {
  const type = schema.getType(name);
  return isObjectType(type) ? type.getFields() : {};
}

const TABLES = [
  ['query', 'Query', query],
  ['mutation', 'Mutation', mutation],
  ['subscription', 'Subscription', subscription],
] as const;

test.each(TABLES)('U5 every %s of the schema has a row in the table', (_kind, type, rows) => {
  const fields = Object.keys(fieldsOf(type));
  expect({ withoutRow: fields.filter((name) => !(name in rows)) }).toEqual({ withoutRow: [] });
  expect({ rowsOfNothing: Object.keys(rows).filter((name) => !fields.includes(name)) }).toEqual({ rowsOfNothing: [] });
});

test('U5 every guarded field below the operations has a row in the table', () => {
  const below = [...rules.keys()].filter((name) => !/^(Query|Mutation|Subscription)\./.test(name));
  expect(below.toSorted()).toEqual(Object.keys(guarded).toSorted());
});

test('U5 for each grant there is a caller who holds it and one who does not', async () => {
  const scoped = Object.values(Grant).filter((grant) => grant !== Grant.ANYONE);
  const holders = (grant: Grant) => CALLERS.filter((caller) => (HELD[caller] as readonly Grant[]).includes(grant));
  expect(scoped.filter((grant) => holders(grant).length === 0 || holders(grant).length === CALLERS.length)).toEqual([]);
  for (const caller of CALLERS.filter((each) => each !== 'nobody')) {
    const { me } = await bed.ask<{ me: { id: string } }, object>('{ me { id } }', {}, caller);
    const viewer = await findViewer(bed.database.orm.em.fork(), me.id);
    expect([caller, viewer?.grants.map((held) => held.grant).toSorted()]).toEqual([caller, HELD[caller].toSorted()]);
  }
});

test('every route over HTTP has a row in the table', () => {
  expect(bed.routes.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(Object.keys(http).toSorted());
});

test.each(Object.entries(http))('%s answers nobody, an admin and a scheduler as promised', async (route, row) => {
  const authorization = { nobody: '', admin: `Bearer ${await bed.token('admin')}`, scheduler: `Bearer ${CRON_SECRET}` };
  const statuses: Partial<Record<HttpCaller, number>> = {};
  for (const caller of ['nobody', 'admin', 'scheduler'] as const) {
    const response = await fetch(`${bed.address}${row.path}`, {
      method: route.split(' ')[0],
      redirect: 'manual',
      headers: { ...row.headers, ...(authorization[caller] ? { authorization: authorization[caller] } : {}) },
    });
    await response.arrayBuffer();
    statuses[caller] = response.status;
  }
  expect(statuses).toEqual(row.expect);
});

const CASES = TABLES.flatMap(([kind, type, rows]) =>
  Object.entries(rows).map(([name, row]) => [`${type}.${name}`, kind, row] as const),
);
function fieldOf(name: string): GraphQLField<unknown, unknown> {
  const [type = '', field = ''] = name.split('.');
  const found = fieldsOf(type)[field];
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

/** Outcomes that are the rule's doing; whoever meets another was let in. */
const REFUSALS: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  CLOSED: 'UNAUTHENTICATED',
};
const ROWS: readonly (readonly [string, Row['expect'], boolean])[] = [
  ...CASES.map(([name, , { expect }]) => [name, expect, true] as const),
  ...Object.entries(guarded).map(([name, { expect }]) => [name, expect, false] as const),
];

test.each(ROWS)(
  'U5 the rule of %s refuses those whom its row refuses, and lets in the others',
  (name, expected, onOperation) => {
    const rule = rules.get(name);
    const met = CALLERS.map((caller) => {
      const held = HELD[caller].map((grant) => ({ grant, scope: null }));
      const viewer = caller === 'nobody' ? null : { id: caller, admin: false, grants: held };
      return [caller, rule === undefined ? 'no rule' : (refusalBy(rule, viewer, onOperation)?.code ?? 'let in')];
    });
    expect(met).toEqual(CALLERS.map((caller) => [caller, REFUSALS[expectedOf(expected, caller)] ?? 'let in']));
  },
);

/** What a caller meets who calls an operation as its row says. */
async function outcomeFor(name: string, kind: string, row: Row, caller: Caller): Promise<string> {
  const variables = (await row.args?.(world, caller)) ?? {};
  const field = fieldOf(name);
  const text = documentFor(kind, field, variables);
  if (kind === 'subscription') return follow(bed, text, variables, caller, () => row.cause?.(world, caller));
  return outcomeOf(await bed.send(text, variables, caller === 'nobody' ? null : caller), field.name);
}

test.each(CASES)(
  'U5 %s answers each caller as promised; a suspended user and an old token never',
  async (name, kind, row) => {
    const outcomes: Partial<Record<Caller, string>> = {};
    // Those who may not come first: whatever they could do would show in what follows.
    for (const caller of CALLERS) outcomes[caller] = await outcomeFor(name, kind, row, caller);
    expect(outcomes).toEqual(Object.fromEntries(CALLERS.map((caller) => [caller, expectedOf(row.expect, caller)])));
    const variables = (await row.args?.(world, 'admin')) ?? {};
    const text = documentFor(kind, fieldOf(name), variables);
    if (kind === 'subscription') {
      expect(await follow(bed, text, variables, 'suspended')).toBe('CLOSED');
      expect(await follow(bed, text, variables, { token: expired })).toBe('CLOSED');
      return;
    }
    expect(await post(await bed.token('suspended'), text, variables)).toBe('FORBIDDEN');
    expect(await post(expired, text, variables)).toBe('UNAUTHENTICATED');
  },
);

test.each(Object.entries(guarded))(
  'U5 %s answers each caller as promised; what is beside it is answered',
  async (name, row) => {
    const variables = { id: world.campaignId };
    for (const caller of CALLERS) {
      const { data, errors } = await bed.send<{ campaign: Record<string, unknown> }, object>(
        row.text,
        variables,
        caller === 'nobody' ? null : caller,
      );
      const code = errors?.[0]?.extensions.code ?? 'ok';
      expect([name, caller, code]).toEqual([name, caller, expectedOf(row.expect, caller)]);
      expect(data?.campaign.id).toBe(world.campaignId);
      if (code !== 'ok') expect(data?.campaign[name.split('.')[1] ?? '']).toBeNull();
    }
    expect(await post(await bed.token('suspended'), row.text, variables)).toBe('FORBIDDEN');
    expect(await post(expired, row.text, variables)).toBe('UNAUTHENTICATED');
  },
);

test.each(CASES.filter(([, kind, row]) => kind !== 'subscription' && row.expect.nobody === 'UNAUTHENTICATED'))(
  'U5 %s says that somebody may not call before it says what is wrong with the inputs',
  async (name, kind, row) => {
    const field = fieldOf(name);
    const money = field.args.find((arg) => arg.name === 'input' || arg.name === 'first');
    if (!money) return;
    const others = field.args.filter((arg) => arg !== money && isRequiredArgument(arg)).map((arg) => [arg.name, 'x']);
    const wrong = {
      ...Object.fromEntries(others),
      [money.name]: money.name === 'first' ? 'many' : { amount: '1e3', budget: '1e3', campaignId: 5 },
    };
    const text = documentFor(kind, field, wrong);
    for (const caller of CALLERS) {
      const expected = expectedOf(row.expect, caller);
      const code = ['UNAUTHENTICATED', 'FORBIDDEN'].includes(expected) ? expected : 'BAD_USER_INPUT';
      const outcome = outcomeOf(await bed.send(text, wrong, caller === 'nobody' ? null : caller), field.name);
      expect([caller, outcome]).toEqual([caller, code]);
    }
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
