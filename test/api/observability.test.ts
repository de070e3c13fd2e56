import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { BrowseCampaignsDocument } from '../../schema/generated/graphql.js';
import { measureBuild } from '../../src/infra/observability/build-info.js';
import { startTracing } from '../../src/infra/observability/tracing.js';
import { projectRoot } from '../../src/infra/project-root.js';
import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
let lines: Record<string, unknown>[];
beforeAll(async () => {
  lines = [];
  bed = await createTestbed({ onLog: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
});
afterAll(() => bed.stop());

const requests = () => lines.filter((line) => line.msg === 'request');

async function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  lines.length = 0;
  return fetch(`${bed.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

test('a request leaves one line: its id, who asked, what for, how long it took, its statements', async () => {
  const authorization = `Bearer ${await bed.token('watched')}`;
  const { me } = await bed.ask<{ me: { id: string } }, object>('{ me { id } }', {}, 'watched');
  const response = await post(JSON.stringify({ query: 'query Mine { me { id totalEarned } }' }), {
    authorization,
    'x-request-id': 'from-the-proxy.1',
  });
  expect(response.headers.get('x-request-id')).toBe('from-the-proxy.1');
  expect(requests()).toEqual([
    expect.objectContaining({
      requestId: 'from-the-proxy.1',
      userId: me.id,
      operation: 'Mine',
      statements: 2,
      code: null,
      status: 200,
      durationMs: expect.any(Number),
    }),
  ]);
  expect(JSON.stringify(requests())).not.toContain(authorization.slice(7));
});

test.each([
  [
    'an error of a resolver',
    '{"query":"{ me { id } }"}',
    { operation: 'query me', code: 'UNAUTHENTICATED', status: 200 },
  ],
  [
    'a document that is not one',
    '{"query":"{ nothing }"}',
    { operation: null, code: 'GRAPHQL_VALIDATION_FAILED', status: 400 },
  ],
  ['a body that is not JSON', '{', { operation: null, code: 'BAD_REQUEST', status: 400 }],
])('%s leaves one line with its code', async (_name, body, expected) => {
  const response = await post(body, { 'x-request-id': 'not a valid id\t' });
  expect(requests()).toEqual([expect.objectContaining(expected)]);
  expect(requests()[0]?.requestId).toBe(response.headers.get('x-request-id'));
  expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
});

test('a token that is refused leaves one line with its code', async () => {
  await post('{"query":"{ me { id } }"}', { authorization: 'Bearer no.token.this' });
  expect(requests()).toEqual([expect.objectContaining({ code: 'UNAUTHENTICATED', status: 401, userId: null })]);
});

/** A value of the metrics, by its name and labels. */
async function metric(line: string): Promise<number | undefined> {
  const text = await (await fetch(`${bed.address}/metrics`)).text();
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

/** Asks until the answer is as expected: what /metrics says may be a second old. */
async function eventually<T>(ask: () => Promise<T>, expected: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (expected(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('/metrics counts requests by first field and code, never by what a client calls them', async () => {
  const ok = 'clipledger_requests_total{field="query campaigns",code="OK"}';
  const before = (await metric(ok)) ?? 0;
  for (let index = 0; index < 3; index += 1)
    await bed.send(`query Name${index} { campaigns { nodes { id } } }`, {}, null);
  expect(
    await eventually(
      async () => (await metric(ok)) ?? 0,
      (count) => count !== before,
    ),
  ).toBe(before + 3);
  const text = await (await fetch(`${bed.address}/metrics`)).text();
  expect(text).not.toContain('Name1');
  expect(text).toContain('clipledger_request_duration_seconds_bucket{le="0.005",field="query campaigns"}');
});

test('/metrics tells of rounds, readings, calls of the source and their cost, connections, the queue and broken laws', async () => {
  const values = () =>
    Promise.all(
      [
        'clipledger_rounds_total{status="SETTLED"}',
        'clipledger_readings_total{outcome="VALUE"}',
        'clipledger_source_calls_total{outcome="OK"}',
        'clipledger_source_cost_dollars_total{platform="TIKTOK"}',
      ].map(async (name) => (await metric(name)) ?? 0),
    );
  const before = await values();
  const campaignId = await newCampaign(bed, {});
  await newApprovedClip(bed, campaignId, 'tracked', [0, 5_000]);
  await track(bed);
  await bed.ask('{ consistencyReport { consistent } }', {}, ADMIN);
  const grown = (after: number[]) => after.every((value, index) => value > (before[index] ?? 0));
  expect(grown(await eventually(values, grown))).toBe(true);
  expect(await metric('clipledger_laws_broken_rows{law="1 earnings are sums"}')).toBe(0);
  expect(await metric('clipledger_queue_jobs{queue="track-round",state="waiting"}')).toBe(0);
  expect(await metric('clipledger_database_connections{state="total"}')).toBeGreaterThan(0);
  expect(await metric('clipledger_last_settled_round_age_seconds')).toBeGreaterThan(0);
});

test('/metrics tells which version and build a process runs', async () => {
  measureBuild('abc123');
  const { version } = JSON.parse(fs.readFileSync(path.join(projectRoot(), 'package.json'), 'utf8'));
  expect(await metric(`clipledger_build_info{version="${version}",build="abc123"}`)).toBe(1);
});

interface Sent {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeSpans: { spans: { name: string; spanId: string; parentSpanId?: string; traceId: string }[] }[];
  }[];
}

test('with the OTEL_ variables a request is traced with its statements below it, and without them nothing is sent', async () => {
  const sent: Sent[] = [];
  const collector: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    sent.push(JSON.parse(Buffer.concat(parts).toString()) as Sent);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  expect(await startTracing({})).toBeUndefined();
  expect(await startTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'clipledger-test' });
  const stop = await startTracing(process.env);
  await bed.ask(BrowseCampaignsDocument, {}, null);
  await newCampaign(bed, { title: 'Told to nobody' });
  await stop?.();
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  collector.close();
  const [{ resource, scopeSpans } = { resource: { attributes: [] }, scopeSpans: [] }] = sent[0]?.resourceSpans ?? [];
  expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'clipledger-test' } });
  const spans = scopeSpans.flatMap((scope) => scope.spans);
  const request = spans.find((span) => span.name === 'BrowseCampaigns');
  const statement = spans.find((span) => span.name === 'select campaign' && span.parentSpanId === request?.spanId);
  expect(statement?.traceId).toBe(request?.traceId);
  expect(request).toBeDefined();
  expect(JSON.stringify(sent)).not.toContain('Told to nobody');
  expect(JSON.stringify(sent)).toMatch(/insert into .{1,2}campaign/);
});
