// urql with its normalized cache, aware of the schema, set up as docs/api.md says.
import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { buildSchema, introspectionFromSchema, isObjectType } from 'graphql';
import { createClient } from 'graphql-ws';
import { pipe, take, toPromise } from 'wonka';
import { WebSocket } from 'ws';
import { campaignInput, expectSame, PAGES } from './server.mjs';

const PAGE = gql`
  query Page($after: String) {
    campaigns(first: 1, after: $after) {
      edges { cursor node { id title submissionCounts { total } leaderboard(first: 1) { rank clipper { id name } } } }
      pageInfo { endCursor hasNextPage }
    }
    settings { currency }
  }
`;

export async function tryUrql({ address, token, sdl }) {
  const schema = buildSchema(sdl);
  const withoutId = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.getFields().id);
  const keys = Object.fromEntries(withoutId.map(({ name }) => [name, () => null]));
  const socket = createClient({
    url: address.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
  });
  const client = new Client({
    url: address,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange({
        schema: introspectionFromSchema(schema),
        keys,
        resolvers: { Query: { campaigns: relayPagination() } },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink) }),
        }),
      }),
    ],
  });
  let after = null;
  let merged = 0;
  for (let page = 0; page < PAGES; page += 1) {
    const { data, error } = await client.query(PAGE, { after }).toPromise();
    if (error) throw error;
    merged = data.campaigns.edges.length;
    after = data.campaigns.pageInfo.endCursor;
  }
  expectSame('urql: merged edges', merged, PAGES);
  const create = gql`mutation Create($input: CreateCampaignInput!) { createCampaign(input: $input) { id title } }`;
  const created = await client.mutation(create, { input: campaignInput('By urql') }).toPromise();
  expectSame('urql: mutation', created.data?.createCampaign.title, 'By urql');
  const started = await client.mutation(gql`mutation Start { startTrackingRun { id } }`, {}).toPromise();
  const { id } = started.data.startTrackingRun;
  const run = gql`subscription Run($id: ID!) { trackingRunProgress(id: $id) { id status } }`;
  const event = await pipe(client.subscription(run, { id }), take(1), toPromise);
  expectSame('urql: subscription', event.data?.trackingRunProgress.id, id);
  await socket.dispose();
}
