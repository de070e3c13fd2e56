import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { print } from 'graphql';
import * as documents from '../../schema/generated/graphql.js';
import { digestOf } from '../../src/infra/graphql/persisted-operations.js';
import { follow } from '../support/access.js';
import { ADMIN, newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { PERSISTED_OPERATIONS_ONLY: 'true' } });
});
afterAll(() => bed.stop());

interface Sent {
  query?: string;
  extensions?: object;
}

async function send(body: Sent, caller: string | null): Promise<{ status: number; code: string }> {
  const response = await fetch(`${bed.address}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(caller === null ? {} : { authorization: `Bearer ${await bed.token(caller)}` }),
    },
    body: JSON.stringify(body),
  });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, code: errors?.[0]?.extensions.code ?? 'ok' };
}

const byDigest = (text: string): Sent => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: digestOf(text) } },
});
const OK = { status: 200, code: 'ok' };
const REFUSED = { status: 403, code: 'FORBIDDEN' };

/** What Apollo Client sends for a document, as the console's client does. */
async function sentByApollo(query: Parameters<ApolloClient['query']>[0]['query']): Promise<string> {
  let text = '';
  const fetch = async (_address: unknown, { body }: { body?: unknown } = {}) => {
    text = JSON.parse(String(body)).query;
    return new Response('{"data":null}', { headers: { 'content-type': 'application/json' } });
  };
  const link = ApolloLink.from([
    new HttpLink({ uri: 'http://unused.example', fetch: fetch as typeof globalThis.fetch }),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  await client.query({ query, errorPolicy: 'all' }).catch(() => undefined);
  return text;
}

test('an operation of ours is accepted from everybody: by the text that Apollo Client sends, and by its digest alone', async () => {
  const text = await sentByApollo(documents.BrowseCampaignsDocument);
  expect(text).toContain('__typename');
  expect(await send({ query: text }, null)).toEqual(OK);
  expect(await send(byDigest(text), null)).toEqual(OK);
  const search = `?extensions=${encodeURIComponent(JSON.stringify(byDigest(text).extensions))}`;
  const got = await fetch(`${bed.address}/graphql${search}`, { headers: { 'apollo-require-preflight': '1' } });
  expect(got.status).toBe(200);
  const dashboard = await sentByApollo(documents.DashboardDocument);
  expect(await send(byDigest(dashboard), 'clipper')).toEqual(OK);
});

test('anything else is refused, with the reason; admins may send it', async () => {
  const query = '{ settings { currency } }';
  for (const caller of [null, 'clipper']) expect(await send({ query }, caller)).toEqual(REFUSED);
  const { errors } = await bed.send(query, {}, null);
  expect(errors?.[0]?.message).toMatch(/persisted-operations\.json.*PERSISTED_OPERATIONS_ONLY/);
  // Not even in another layout.
  const plain = print(documents.BrowseCampaignsDocument);
  expect(await send({ query: plain }, null)).toEqual(REFUSED);
  expect(await send({ query }, 'admin')).toEqual(OK);
});

test('what an admin has registered is not open to others by its digest', async () => {
  const query = '{ settings { payoutMinimum } }';
  expect(await send(byDigest(query), 'admin')).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
  expect(await send({ query, ...byDigest(query) }, 'admin')).toEqual(OK);
  expect(await send(byDigest(query), 'admin')).toEqual(OK);
  expect(await send(byDigest(query), 'clipper')).toEqual(REFUSED);
});

test('subscriptions over the WebSocket are held to the same', async () => {
  const cache = new InMemoryCache();
  const ours = (document: Parameters<typeof print>[0]) => print(cache.transformDocument(document as never));
  await bed.ask(ours(documents.DashboardDocument), {}, 'clipper');
  expect(await follow(bed, 'subscription { notificationAdded { id } }', {}, 'clipper')).toBe('FORBIDDEN');
  const campaignId = await newCampaign(bed);
  const notify = async () => {
    const input = { campaignId, url: newClip(bed, [1]).url };
    const { submitClip } = await bed.ask<documents.SubmitClipMutation, object>(
      ours(documents.SubmitClipDocument),
      input,
      'clipper',
    );
    await bed.ask(documents.RejectSubmissionDocument, { id: submitClip.id, input: { reason: 'OTHER' } }, ADMIN);
  };
  expect(await follow(bed, ours(documents.NotificationAddedDocument), {}, 'clipper', notify)).toBe('ok');
});
